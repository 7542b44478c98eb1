"""What an entry asks, as a program of its own."""

from __future__ import annotations

import pytest

from backtriage.interview.interview import view
from backtriage.interview.transitions import start
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question
from backtriage.shell.journal.questions import entry_program
from backtriage.shell.questionnaire import wording
from tests.support.journals import diary
from tests.support.protocols import tiny
from tests.support.ui_states import state_of, text


def first_view(questions: tuple[Question, ...]) -> str:
    """Return what the first screen says of how far the questions have come."""
    return wording.progress(view(start(entry_program(diary(), questions))))


def test_every_question_stands_under_the_title_of_the_journal() -> None:
    questions = diary().protocol.entry_questions
    title = next(s.title for s in diary().protocol.sections if s.part == "journal")

    assert len(questions) > 1
    assert first_view(questions) == f"{title}: about {len(questions)} questions left"


def test_the_title_names_a_day_that_is_not_today() -> None:
    """But not above emergency signs, which are asked as of now."""
    screen, *rest = diary().protocol.entry_questions
    entries = (entry_program(diary(), each, "Sunday 8 November") for each in ([screen], rest))
    signs, others = (wording.progress(view(start(each))) for each in entries)

    assert signs == "Your journal"
    assert others.startswith("Your journal, Sunday 8 November: ")


def test_a_screen_that_is_asked_alone_counts_nothing() -> None:
    """Others follow when nothing on it is ticked."""
    question = diary().protocol.entry_questions[0]
    state = state_of(start(entry_program(diary(), (question,))))

    assert first_view((question,)) == "Your journal"
    assert text(state).splitlines()[0] == "Your journal"


@pytest.mark.parametrize("program", [tiny()], ids=["no journal"])
def test_a_protocol_without_a_journal_asks_nothing(program: Program) -> None:
    assert program.protocol.entry_questions == ()
    assert entry_program(program, ()).protocol.questions == ()
