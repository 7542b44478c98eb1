"""A question in plain mode: as much detail as fits the terminal."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from backtriage.interview.interview import assessment_of, view
from backtriage.interview.state import Interview
from backtriage.program.words import Words
from backtriage.render.card_lines import card_lines, reminder_lines
from backtriage.render.page.card import card_of
from backtriage.shell.plain.pages import question_page
from backtriage.shell.questionnaire.pages import PageContext
from backtriage.shell.result import stacked_lines
from backtriage.terms.condition import Includes
from backtriage.terms.value import SOME_OF
from tests.support.builders import choices, emergency_program, question
from tests.support.interviews import after

ROWS = tuple(
    replace(row, help="Counts if it is new.") for row in choices("lump", "faint", "cough", "hot")
)


def page(height: int) -> str:
    """Return a list of four lines with a hint each."""
    program = emergency_program(
        question("signs", SOME_OF, choices=ROWS), when=Includes("signs", "lump")
    )
    asked: Interview = after(program=program)
    found = view(asked).question
    assert found is not None
    context = PageContext(words=Words(program, None), width=80, height=height)
    return question_page(context, view(asked), found)


@pytest.mark.parametrize(
    ("height", "is_airy", "keys"), [(40, True, "? what counts and more"), (10, False, "h keys.")]
)
def test_blank_lines_are_given_up_on_a_small_screen(
    height: int, keys: str, *, is_airy: bool
) -> None:
    text = page(height)

    assert ("\n\n" in text) == is_airy
    assert keys in text
    assert "Counts if it is new." not in text  # that is said on request


def test_what_to_do_is_said_last_where_it_would_leave_the_screen() -> None:
    card = card_of(assessment_of(after("44", "none", "longer", "no"), "GB"))
    lines, call = card_lines(card, 40, stacked=True), reminder_lines(card, 40, stacked=True)

    assert stacked_lines(card, 40, len(lines) + 9) == lines
    assert stacked_lines(card, 40, len(lines) + 8)[-len(call) :] == call
