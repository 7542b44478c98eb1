"""The result line by line, with the pages behind it, and an emergency."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from backtriage.decide.assessment import Assessment
from backtriage.interview.interview import Stopped, view
from backtriage.interview.review import emergency_questions
from backtriage.interview.state import Interview
from backtriage.interview.transitions import change, go_on, reconsider
from backtriage.render.as_text import lines_of, text_of
from backtriage.render.page import Audience
from backtriage.render.page.answer import titled
from backtriage.render.page.card import card_of
from backtriage.render.page.private import visible_part
from backtriage.render.page.sections import CardSection, sections_of
from backtriage.shell import result, terminal
from backtriage.shell.plain.pages import hide_line
from backtriage.shell.plain.review import Quit, result_review, review
from backtriage.shell.questionnaire import wording
from backtriage.shell.questionnaire.pages import PageContext, change_offer, going_on, joined
from backtriage.shell.result import BeginJournal
from backtriage.terms.answers import Answers

_LETTER: Final = "Your letter:"
_LEAVING: Final = frozenset({"q", "quit", "f", "finish"})
_CHANGING: Final = frozenset({"c", "change", "r", "review", "b", "back"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What a result is, who sees it, and what can be done with it."""

    assess: Callable[[Interview], Assessment]
    audience: Audience = "patient"
    private: bool = False
    """Whether private answers are wanted on pages that others may read."""
    may_save: bool = False
    """Whether files may be written."""
    begin_journal: BeginJournal
    """Puts a result into the journal of whoever answers."""
    saved: list[Answers] = field(default_factory=list)
    """The answers whose result has been saved."""

    def show(self, state: Interview) -> None:
        """Print it, with a pause when the screen is full."""
        own = not state.concealed
        result.show_result(self.assess(state), self.audience, private=self.private, own=own)

    def sections(self, state: Interview) -> tuple[CardSection, ...]:
        """Return the pages behind the card; the hand-over sheet has none."""
        if self.audience == "clinician":
            return ()
        own = not state.concealed
        return sections_of(visible_part(self.assess(state), private=self.private, own=own))

    def save(self, state: Interview) -> None:
        """Ask where to save it, and write it."""
        if result.save_result(
            self.assess(state), self.audience, self.begin_journal,
            private=self.private, concealed=bool(state.concealed),
        ):  # fmt: skip
            self.saved.append(state.answers)


def show_result(context: PageContext, state: Interview, results: Results) -> Interview | None:
    """Show the result until the person leaves it; return the state after it, None to finish.

    Raises:
        Stopped: The system stops the program, or the person hides the result.
    """
    is_shown = False
    try:
        while True:
            results.show(state)
            is_shown = True
            print()
            letter = _ask_letter(context, state, results)
            if letter == "g":
                return go_on(state)
            if letter in _LEAVING:
                return None
            print()
            following = result_review(context, state)
            if following is not None:
                return following
            print()
    except (KeyboardInterrupt, EOFError, Quit):  # leaving here is finishing
        return None
    except (terminal.Terminated, terminal.Hidden) as left:
        number = left.signal if isinstance(left, terminal.Terminated) else signal.SIGINT
        is_hidden = isinstance(left, terminal.Hidden)
        is_seen = is_shown or is_hidden or getattr(left, "is_result_shown", False)
        raise Stopped(state, number, was_result_seen=is_seen, is_hidden=is_hidden) from None


def _ask_letter(context: PageContext, state: Interview, results: Results) -> str:
    """Ask what to do with the result; return the letter that leads away from it."""
    sections = {section.key: section for section in results.sections(state) if section.key}
    letters = context.wrap(_letters(state, tuple(sections.values()), results))
    print(joined((letters, *hide_line(context, state))))
    while True:
        typed = " ".join(terminal.ask_line(_LETTER).split()).casefold()
        if typed in {"g", "go on"} and view(state).can_go_on:
            return "g"
        if typed in sections:
            blocks = titled(sections[typed])
            print(f"\n{text_of(lines_of(blocks, context.width, stacked=True))}")
            print(letters)
        elif typed in _LEAVING | _CHANGING:
            return typed
        elif typed in {"s", "save"} and results.may_save:
            results.save(state)
            print(f"\n{letters}")
        else:
            print(f"That is none of them.\n{letters}")


def _letters(state: Interview, sections: tuple[CardSection, ...], results: Results) -> str:
    """Name every letter, in words that can be read aloud."""
    letters = [f"{section.key} for {section.title.lower()}" for section in sections]
    letters += ["s to save it"] if results.may_save else []
    letters += ["c to change an answer", "q to leave"]
    if view(state).can_go_on:
        return f"Type g to go on. {going_on(state)}. Or f to finish here, {', '.join(letters)}."
    return f"Type {', '.join(letters[:-1])}, or {letters[-1]}."


def show_emergency(
    context: PageContext, state: Interview, report: Callable[[], None], results: Results
) -> Interview | None:
    """Show the result at once. It is final only when the person says that they have read it."""
    shown = visible_part(results.assess(state), private=results.private, own=not state.concealed)
    print(text_of(result.stacked_lines(card_of(shown), context.width, context.height)))
    print(context.wrap(wording.READ_THIS, "  y. "))
    offer = context.wrap(change_offer(state), "  c. ")
    file = context.wrap("Save this page", "  s. ") if results.may_save else ""
    print(joined((offer, file, *hide_line(context, state))), flush=True)
    report()
    while True:
        typed = " ".join(terminal.ask_line("Type y or c:").split()).casefold()
        if typed in {"y", "yes"}:
            return None
        if typed in {"q", "quit"}:
            raise Quit
        if typed in {"s", "save"} and results.may_save:
            results.save(state)
            continue
        if typed in {"b", "back"}:
            return reconsider(state)
        if typed in {"c", "change"}:
            questions = emergency_questions(state)
            if len(questions) == 1:
                return change(state, questions[0])
            print()
            return review(context, state)
        print(context.wrap(wording.press_y_or_c("Type")))
