"""The short questions around the interview: which country, go on or begin again, save where.

With `full/app.py` the only place that imports questionary, and only on a terminal that can be
drawn on. Plain mode asks the same with numbers. Ctrl-C reaches the caller as `KeyboardInterrupt`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from backtriage.interview.interview import view
from backtriage.program.program import Program
from backtriage.program.words import DEFAULT_COUNTRY
from backtriage.render.cells import wrapped
from backtriage.render.page.phrasing import pluralise
from backtriage.shell.drafts import Draft
from backtriage.shell.files import Unwritable, check_writable
from backtriage.shell.screen import ask_line, drop_typed_ahead, width

if TYPE_CHECKING:
    from questionary import Question

_STYLE: Final = [("pointer", "bold"), ("highlighted", "bold"), ("answer", "bold")]
"""No colour: the usual ones are hard to read on a white screen."""

_NO_FILE: Final = frozenset({"", "n", "no", "none", "q", "quit"})
"""What is typed to say that no file is wanted; nobody means a file of such a name."""


def choose(title: str, options: tuple[str, ...], *, plain: bool) -> int:
    """Which of some options; its index. Plain mode takes nothing for granted."""
    print()
    _say(title)
    return _by_number(options) if plain else _by_arrows(options)


def _by_number(options: tuple[str, ...]) -> int:
    for at, option in enumerate(options, start=1):
        _say(option, f"  {at}. ")
    how = f"Type a number from 1 to {len(options)}."
    _say(how)
    while True:
        typed = ask_line("Your answer:").strip()
        if typed.isascii() and typed.isdigit() and 1 <= int(typed[:5]) <= len(options):
            return int(typed) - 1
        _say(f"That is none of them. {how}")


def _say(text: str, first: str = "") -> None:
    print("\n".join(wrapped(text, width(), first, " " * len(first))))


def _by_arrows(options: tuple[str, ...]) -> int:
    import questionary  # noqa: PLC0415 - slow to import, and plain mode never needs it

    _make_ready()
    question = questionary.select(
        "Choose:",
        choices=[questionary.Choice(title=option, value=at) for at, option in enumerate(options)],
        instruction="(arrow keys, then Enter)",
        pointer=">",
        qmark="",
        use_shortcuts=True,
        style=questionary.Style(_STYLE),
    )
    _end_at_ctrl_d(question)
    return int(question.unsafe_ask())


def _end_at_ctrl_d(question: Question) -> None:
    """A list of questionary passes Ctrl-D over; plain input and its text field end there."""
    from prompt_toolkit.key_binding import (  # noqa: PLC0415 - see above
        KeyBindings,
        KeyPressEvent,
        merge_key_bindings,
    )

    keys = KeyBindings()

    @keys.add("c-d")
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=EOFError)

    own = question.application.key_bindings
    question.application.key_bindings = merge_key_bindings([own, keys] if own else [keys])


def choose_country(program: Program, *, plain: bool) -> str | None:
    """Whose emergency numbers to show. The country is never guessed; None names none."""
    named = tuple(id_ for id_ in program.countries if id_ != DEFAULT_COUNTRY)
    if not named:
        return None
    names = tuple(program.countries[id_].name for id_ in named)
    # Another country comes first on a list with arrows, where Enter alone takes the first row:
    # it shows no wrong number.
    ids: tuple[str | None, ...] = (*named, None) if plain else (None, *named)
    other = "Another country"
    rows = (*names, other) if plain else (other, *names)
    return ids[
        choose("Which country are you in? It decides which numbers we show.", rows, plain=plain)
    ]


def choose_draft(drafts: tuple[Draft, ...], *, plain: bool) -> Draft | None:
    """Which saved interview to go on with; None to begin again."""
    rows = tuple(_row(draft) for draft in drafts)
    at = choose("There are saved answers.", (*rows, "Begin again"), plain=plain)
    return drafts[at] if at < len(drafts) else None


def _row(draft: Draft) -> str:
    """How a saved interview is named: by its size and time, and first of all by an emergency."""
    interview = draft.restored.interview
    seen = view(interview)
    alarm = f"{interview.program.levels[seen.certain].word}: " if seen.is_emergency else ""
    answers = pluralise(len(interview.answers), "answer", "answers")
    return f"{alarm}{'go' if alarm else 'Go'} on ({answers}, {draft.saved:%d %b %H:%M})"


def choose_file(*, plain: bool) -> Path | None:
    """Where to save the result; None for nowhere. No file is written over."""
    print()
    _say("To save this page, type a file name. With .json at its end it is the full record.")
    _say("For no file, press Enter.")
    while True:
        typed = (ask_line("File name:") if plain else _text()).strip()
        if typed.casefold() in _NO_FILE:
            return None
        wrong = _why_not(typed)
        if not wrong:
            return Path(typed).expanduser()
        _say(f"{wrong} Type another name, or press Enter for no file.")


def _why_not(name: str) -> str:
    """Why a name will not do, or nothing."""
    try:
        path = Path(name).expanduser()
        if path.exists():
            return f"{path} is there already."
        check_writable(path)
    except Unwritable as unwritable:
        return f"{unwritable}."
    except (OSError, RuntimeError):  # too long, or of a user who is not there
        return f"{name} cannot be a file."
    return ""


def _text() -> str:
    import questionary  # noqa: PLC0415 - see above

    _make_ready()
    style = questionary.Style(_STYLE)
    return str(questionary.text("File name:", qmark="", style=style).unsafe_ask())


def _make_ready() -> None:
    """Drop keys that came before they were asked for, also those a prompt before has read."""
    # A terminal that does not say where its cursor is would cost a second at each question.
    os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
    from prompt_toolkit.application.current import get_app_session  # noqa: PLC0415 - see above
    from prompt_toolkit.input.typeahead import clear_typeahead  # noqa: PLC0415

    drop_typed_ahead()
    clear_typeahead(get_app_session().input)
