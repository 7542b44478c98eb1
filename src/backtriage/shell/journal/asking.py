"""Asking for an entry on a terminal, with the screens of the interview."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from backtriage.interview.interview import view
from backtriage.interview.state import Interview
from backtriage.interview.transitions import start
from backtriage.program.program import Program
from backtriage.program.words import Words
from backtriage.protocol.protocol import Question
from backtriage.shell.journal.questions import entry_program
from backtriage.terms.answers import Answers


class _EndedEarly(Exception):  # noqa: N818 - control flow, not an error
    """An answer was given after which nothing more is asked."""


def ask(  # noqa: PLR0913 - what is asked, and how
    program: Program, questions: Iterable[Question], country: str | None,
    is_over: Callable[[Answers], bool], *, plain: bool, day: str = "",
) -> Answers:  # fmt: skip
    """Ask each question and return the answers. Nothing is saved meanwhile.

    Args:
        program: The protocol.
        questions: What to ask, in this order.
        country: Whose words to use.
        is_over: Whether nothing more is to be asked after these answers.
        plain: Whether to ask line by line.
        day: The day that the entry is of, if that is not today.

    Raises:
        Stopped: The person left before the end, or the system stopped the program.
    """
    asked = entry_program(program, questions, day)
    interview, words = start(asked), Words(asked, country)
    if view(interview).question is None:
        return interview.answers
    latest = interview.answers

    def heed(state: Interview) -> str:
        nonlocal latest
        latest = state.answers
        if is_over(latest):
            raise _EndedEarly
        return ""

    try:
        if plain:
            from backtriage.shell.plain.interview import run as run_plain

            return run_plain(interview, words, heed, None).answers
        # Imported here: plain mode does not load the screen library.
        from backtriage.shell.full.app import run as run_full_screen
        from backtriage.shell.full.state import UiState

        state = UiState(interview=interview, words=words, view=view(interview), may_save=False,
                        is_entry=True)  # fmt: skip
        return run_full_screen(state, heed).interview.answers
    except _EndedEarly:
        return latest
