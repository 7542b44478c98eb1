"""Short questions around the interview: which country, whether to resume, where to save.

With `full/app.py` the only module that imports questionary, and only on a terminal that can be
drawn on. Plain mode asks the same with numbers. Ctrl-C reaches the caller as `KeyboardInterrupt`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from backtriage.program.program import Program
from backtriage.program.words import DEFAULT_COUNTRY
from backtriage.render.by_extension import EXTENSIONS
from backtriage.render.cells import wrapped
from backtriage.render.page import Audience
from backtriage.render.page.phrasing import pluralise
from backtriage.shell.drafts import Draft, count_kept
from backtriage.shell.files import WriteError
from backtriage.shell.questionnaire import wording
from backtriage.shell.questionnaire.pages import whose
from backtriage.shell.result_file import ResultFile, new_file
from backtriage.shell.terminal import HIDE, Hidden, ask_line, width
from backtriage.shell.typed_ahead import discard_type_ahead
from backtriage.terms.printable import first_unprintable
from backtriage.terms.urgency import Urgency

if TYPE_CHECKING:
    from prompt_toolkit.application import Application

_STYLE: Final = [("pointer", "bold"), ("highlighted", "bold"), ("answer", "bold")]
"""No colour: questionary's default colours are hard to read on a white screen."""

_LOCALE: Final = re.compile(r"[a-z]{2,3}_([A-Z]{2})\b")

_BESIDE: Final = 6
"""Cells before a row with arrows: " > 1) "."""

_NO_FILE: Final = frozenset({"", "n", "no", "none", "q", "quit"})
"""What people type when they want no file, rather than a file of that name."""


def choose(title: str, options: tuple[str, ...], *, plain: bool, preselected: int = 0) -> int:
    """Ask for one of some options and return its index. Plain mode preselects none."""
    print()
    say_wrapped(title)
    if not plain:
        return _choose_by_arrows(options, preselected)
    for number, option in enumerate(options, start=1):
        say_wrapped(option, f"  {number}. ")
    how = f"Type a number from 1 to {len(options)}."
    say_wrapped(how)
    while True:
        typed = ask_line("Your answer:").strip()
        chosen = typed_number(typed, len(options))
        if chosen is not None:
            return chosen - 1
        say_wrapped(f"That is none of them. {how}")


def _beside_number(option: str) -> Iterator[str]:
    """Yield the lines of a row with arrows, after the pointer and the number that it may have."""
    first, *rest = wrapped(option, max(1, width() - _BESIDE))
    yield first
    yield from (f"{' ' * _BESIDE}{line}" for line in rest)


def say_wrapped(text: str, first: str = "") -> None:
    """Print a text in lines that fit; what the first one begins with, the others leave blank."""
    print("\n".join(wrapped(text, width(), first, " " * len(first))))


def typed_number(typed: str, most: int) -> int | None:
    """Return a number from 1 to `most` that was typed, however long the line is."""
    return next((n for n in range(1, most + 1) if typed.lstrip("0") == str(n)), None)


def _choose_by_arrows(options: tuple[str, ...], preselected: int) -> int:
    import questionary
    from questionary.prompts.common import InquirerControl

    from backtriage.shell.keyboard import handling_stops

    _prepare_terminal()
    # A row that is cut at the edge may not say what tells it from others.
    texts = ["\n".join(_beside_number(option)) for option in options]
    choices = [questionary.Choice(title=text, value=i) for i, text in enumerate(texts)]
    question = questionary.select(
        "Choose:", choices=choices, default=choices[preselected],
        instruction="(arrow keys, then Enter)", pointer=">", qmark="",
        use_shortcuts=len(options) <= len(InquirerControl.SHORTCUT_KEYS),
        style=questionary.Style(_STYLE),
    )  # fmt: skip
    _show_whole_rows(question.application, max(text.count("\n") for text in texts))
    hiding = dict.fromkeys((HIDE, HIDE.upper()), Hidden)
    _leave_by(question.application, {**hiding, "c-d": EOFError})
    with handling_stops(question.application):
        return int(question.unsafe_ask())


def _show_whole_rows(app: Application[Any], below: int) -> None:
    """Let a long list scroll so that the lines below the pointer are seen, which belong to it."""
    from prompt_toolkit.layout.containers import ScrollOffsets
    from questionary.prompts.common import InquirerControl

    for window in app.layout.find_all_windows():
        if isinstance(window.content, InquirerControl):
            window.scroll_offsets = ScrollOffsets(bottom=below)


def _leave_by(app: Application[Any], more: Mapping[str, type[BaseException]]) -> None:
    """Let keys leave a list or a field that do so in plain mode, but not in questionary."""
    from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings

    from backtriage.shell.keyboard import stop

    keys = KeyBindings()
    keys.add("c-z", eager=True)(lambda _: stop())
    for key, error in {"<sigint>": KeyboardInterrupt, "c-\\": KeyboardInterrupt, **more}.items():
        keys.add(key)(lambda event, error=error: event.app.exit(exception=error))
    for idle in (("escape", "enter"), ("c-o",), ("c-s",)):  # of texts, and of slow terminals
        keys.add(*idle, eager=True)(lambda _: None)
    app.key_bindings = merge_key_bindings([app.key_bindings, keys] if app.key_bindings else [keys])


def choose_country(program: Program, *, plain: bool) -> str | None:
    """Ask whose emergency numbers to show; None for another country, which is never guessed."""
    named = tuple(id_ for id_ in program.countries if id_ != DEFAULT_COUNTRY)
    if not named:
        return None
    # Enter alone takes the country that the person has set up their system for. Otherwise
    # "Another country", which shows no wrong number, so it comes first on a list with arrows.
    ids: tuple[str | None, ...] = (*named, None) if plain else (None, *named)
    names = tuple(program.countries[id_].name if id_ else "Another country" for id_ in ids)
    title = "Which country are you in? It decides which numbers we show."
    own = _country_of_locale()
    preselected = ids.index(own) if own in named else 0
    return ids[choose(title, names, plain=plain, preselected=preselected)]


def _country_of_locale() -> str:
    """Return the country in the locale of messages, such as GB in `en_GB.UTF-8`, or ""."""
    set_ = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    country = _LOCALE.match(next(filter(None, set_), ""))
    return country[1] if country else ""


def choose_draft(drafts: tuple[Draft, ...], *, resume: bool, plain: bool) -> Draft | None:
    """Ask which saved interview to resume, unless that is clear; None to start afresh.

    Args:
        drafts: Those there are.
        resume: Whether the person has asked to resume, and can mean no other: then one draft
            leaves no doubt.
        plain: Whether to ask with numbers.

    Raises:
        Hidden: The person leaves at once.
    """
    if not drafts:
        return None
    if resume and len(drafts) == 1:
        return drafts[0]
    drafts = tuple(sorted(drafts, key=_is_emergency, reverse=True))
    # "Begin again" comes first on a list with arrows, where Enter alone takes the first row: the
    # next person at this terminal must not go on with somebody else's answers.
    options: tuple[Draft | None, ...] = (*drafts, None) if plain else (None, *drafts)
    labels = tuple(_label(draft) if draft else "Begin again" for draft in options)
    return options[choose("There are saved answers.", labels, plain=plain)]


def _is_emergency(draft: Draft) -> bool:
    return draft.restored.is_emergency


def _label(draft: Draft) -> str:
    """Name a draft by its size, its time and whose it is; an emergency comes first."""
    interview = draft.restored.interview
    word = interview.program.levels[Urgency.EMERGENCY].word
    alarm = f"{word}: " if _is_emergency(draft) else ""
    answers = pluralise(count_kept(interview), "answer", "answers")
    when = f", {draft.when}" if draft.when else ""
    told = whose(interview)
    return f"{alarm}{'go' if alarm else 'Go'} on ({answers}{when}{f': {told}' if told else ''})"


def choose_file(
    program: Program, readers: wording.Readers = wording.READERS, *, plain: bool, private: bool,
    concealed: bool = False,
) -> tuple[ResultFile, Audience] | Literal["journal"] | None:  # fmt: skip
    """Ask where to save the result and for whom; None for nowhere. No file is overwritten.

    Args:
        program: The protocol of the result.
        readers: For whom, or where, it can be saved.
        plain: Whether to ask for a line of text.
        private: Whether private answers are wanted in the file.
        concealed: Whether somebody else gave them, so that there is no full record otherwise.

    Raises:
        Hidden: The person leaves at once.
    """
    audience = _choose_reader(readers, plain=plain)
    if audience is None or audience == "journal":
        return audience
    print()
    has_record = private or not concealed
    say_wrapped(f"Type a file name. {wording.how_to_name(has_record=has_record)}")
    if has_record and not private and any(q.is_private for q in program.protocol.questions):
        say_wrapped(wording.PRIVATE_LEFT_OUT)
    say_wrapped("For no file, press Enter.")
    while True:
        typed = (ask_line("File name:") if plain else ask_text()).strip()
        if typed.casefold() == HIDE:
            raise Hidden
        if typed.casefold() in _NO_FILE:
            return None
        if first_unprintable(typed) is not None:
            say_wrapped("A file name cannot have such characters in it. Type another name.")
            continue
        try:
            file = new_file(typed, EXTENSIONS)
        except WriteError as error:
            say_wrapped(f"{error}. Type another name, or press Enter for no file.")
            continue
        if has_record or file.extension != wording.RECORD:
            return file, audience
        endings = wording.file_endings(has_record=False)
        say_wrapped(f"{wording.CONCEALED}, or end the name in {endings}.")


def _choose_reader(readers: wording.Readers, *, plain: bool) -> wording.Reader | None:
    """Ask whether to save the result, and for whom; None to save nothing."""
    texts = [text for _, text in readers]
    if not plain:
        # "No" comes first, where Enter alone takes the first row.
        chosen = choose("Save this result in a file?", ("No", *texts), plain=False)
        return readers[chosen - 1][0] if chosen else None
    print()
    say_wrapped("You can save this result in a file.")
    for number, text in enumerate(texts, start=1):
        say_wrapped(text, f"  {number}. ")
    how = f"Type a number from 1 to {len(texts)}, or press Enter for no file."
    say_wrapped(how)
    while True:
        typed = ask_line("For whom:").strip().casefold()
        if typed in _NO_FILE:
            return None
        row = typed_number(typed, len(texts))
        if row is not None:
            return readers[row - 1][0]
        say_wrapped(f"That is none of them. {how}")


def ask_text(prompt: str = "File name:") -> str:
    """Ask for a line on the full screen."""
    import questionary

    from backtriage.shell.keyboard import handling_stops

    _prepare_terminal()
    field = questionary.text(prompt, qmark="", style=questionary.Style(_STYLE))
    _leave_by(field.application, {})
    with handling_stops(field.application):
        return str(field.unsafe_ask())


def _prepare_terminal() -> None:
    """Discard what was typed ahead, also what an earlier prompt has read, and set up the keys."""
    # A terminal that does not report its cursor would cost a second at each question.
    os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
    from prompt_toolkit.application.current import get_app_session
    from prompt_toolkit.input.typeahead import clear_typeahead

    from backtriage.shell.keyboard import read_whole_sequences

    discard_type_ahead()
    read_whole_sequences(get_app_session().input)
    clear_typeahead(get_app_session().input)
