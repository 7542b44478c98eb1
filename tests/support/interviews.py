"""Interviews of the tiny protocol, after the answers that a test needs."""

from __future__ import annotations

from msgspec.structs import replace

from backtriage.interview.interview import view
from backtriage.interview.state import Interview
from backtriage.interview.transitions import answer, start
from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import Confirm
from tests.support.protocols import shipped, tiny
from tests.support.sheets import STRAIN

HARD = Confirm(text="Say a whole sentence in one breath. Do you have to stop for air?")
SPIT = Confirm(text="Take a sip of water. Does it stay in your mouth?", clears=True)


def confirming(breathing: Confirm | None = HARD, drooling: Confirm | None = SPIT) -> Program:
    """Return the tiny protocol with confirmations of its two signs of an emergency."""
    years, airway, *rest = tiny().protocol.questions
    pairs = zip(airway.choices, (breathing, drooling), strict=True)
    choices = tuple(replace(choice, confirm=confirm) for choice, confirm in pairs)
    questions = (years, replace(airway, choices=choices), *rest)
    return build_program(replace(tiny().protocol, questions=questions))


def after(*answers: object, program: Program | None = None) -> Interview:
    """Return the interview after some answers, each to the question that is then asked."""
    state = start(program or tiny())
    for raw in answers:
        moved = answer(state, raw)
        assert isinstance(moved, Interview), moved
        state = moved
    return state


def after_strain() -> Interview:
    """Return an interview of somebody with a strain, at the result of triage."""
    state = start(shipped())
    while (question := view(state).question) is not None:
        moved = answer(state, STRAIN[question.id])
        assert isinstance(moved, Interview), moved
        state = moved
    return state
