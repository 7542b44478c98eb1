"""The key that leaves at once, and the screens that name it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from backtriage.program.program import Program, build_program
from backtriage.shell.full.state import EndReason, Screen
from backtriage.shell.questionnaire.wording import HIDE_HINT
from tests.support.protocols import tiny
from tests.support.ui_states import at, pressed, words

WELL = ("44", "none", "longer", "no")


def secretive() -> Program:
    """The tiny protocol, in which one item of the list is private."""
    questions = tuple(
        replace(q, choices=(replace(q.choices[0], private=True), *q.choices[1:]))
        if q.id == "airway"
        else q
        for q in tiny().protocol.questions
    )
    return build_program(replace(tiny().protocol, questions=questions))


@pytest.mark.parametrize(
    ("given", "keys", "is_named"),
    [
        ((), (), False),
        (("44",), (), True),
        (("44",), ("?",), True),
        (("44",), ("down", "down", "down", "down", "enter"), True),
        (WELL, (), False),
        (("44", "drooling"), (), False),
        (("44", "breathing"), (), True),
        (("44", "breathing"), ("c",), True),
    ],
)
def test_private_screens_name_it(
    given: tuple[str, ...], keys: tuple[str, ...], *, is_named: bool
) -> None:
    state = pressed(at(*given, program=secretive()), *keys)

    assert (HIDE_HINT in words(state)) is is_named


@pytest.mark.parametrize("given", [("44",), WELL, ("44", "breathing")])
def test_it_works_on_every_screen_but_the_one_for_file_names(given: tuple[str, ...]) -> None:
    state = at(*given)

    assert pressed(state, "x").end is EndReason.HIDDEN
    assert not pressed(state, "x").is_complete
    naming = pressed(state, "s", "x")
    assert naming.screen is Screen.SAVE
    assert naming.end is None


def test_a_result_that_was_seen_stays_seen() -> None:
    assert pressed(at(*WELL), "y", "x").is_complete
