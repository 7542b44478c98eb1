"""Hypothesis strategies for small protocols with guarantees, of which many do not hold."""

from __future__ import annotations

from itertools import combinations
from typing import Any as Anything

from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.program.program import Program, build_program
from backtriage.protocol.guarantees import (
    Conflict,
    Impossible,
    NetLimit,
    NeverWith,
    Risk,
    SafetyFloor,
)
from backtriage.protocol.protocol import Protocol, Question
from backtriage.terms.condition import Always, Condition
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NUMBER, ONE_OF, SOME_OF, YES_NO
from tests.support.strategies import Draw, atoms_on, conditions, protocols

_WORSE = {
    YES_NO: ("yes", "no"),
    SOME_OF: ("more", "fewer"),
    NUMBER: ("higher", "lower"),
    ONE_OF: ("order",),
}
_ABOVE_HOME = st.sampled_from([urgency for urgency in Urgency if urgency])


@st.composite
def guaranteed(draw: Draw) -> Protocol:
    """Small protocols with safety floors, risks, impossible facts, conflicts and dangers."""
    protocol: Protocol = draw(protocols())
    atoms = [atom for question in protocol.questions for atom in atoms_on(question)]

    def condition() -> Condition:
        return draw(conditions(atoms))  # type: ignore[no-any-return]

    advice = [advice.id for advice in protocol.advice]
    verdicts = [f"{m.id}.{verdict.id}" for m in protocol.modules for verdict in m.verdicts]
    several = st.lists(st.sampled_from([*advice, *verdicts] or [""]), min_size=1, max_size=2,
                       unique=True).map(tuple)  # fmt: skip
    pairs = list(combinations(sorted(advice), 2))
    return replace(
        protocol,
        questions=tuple(follow(draw, question) for question in protocol.questions),
        risk=tuple(
            r if draw(st.integers(0, 3)) else replace(r, when=condition())
            for question in protocol.questions
            for r in risks(draw, question)
        ),
        floors=tuple(
            SafetyFloor(
                id=f"floor{at}", when=condition(), at_least=draw(_ABOVE_HOME), because="A test.",
                if_unsure=draw(st.one_of(st.none(), _ABOVE_HOME)),
            )
            for at in range(draw(st.integers(1, 3)))
        ),
        impossible=tuple(
            Impossible(id=f"never{at}", when=condition(), because="A test.")
            for at in range(draw(st.integers(0, 1)))
        ),
        conflicts=tuple(
            Conflict(id=f"pair{at}", advice=pair, because="A test.")
            for at, pair in enumerate(pairs)
        ),
        never_with=tuple(
            NeverWith(id=f"harm{at}", advice=draw(several), when=condition(), because="A test.")
            for at in range(draw(st.integers(0, 2)) if advice or verdicts else 0)
        ),
        net_limits=tuple(
            NetLimit(urgency=urgency, groups=draw(st.integers(0, 2)), lines=1, columns=40)
            for urgency in draw(st.sets(_ABOVE_HOME, max_size=2))
        ),
    )  # fmt: skip


def risks(draw: Draw, question: Question) -> tuple[Risk, ...]:
    """Draw which end of a question is worse, if any; perhaps another one for some urgencies."""
    if draw(st.integers(0, 3)):
        return (risk(draw, question),)
    at_top = draw(st.integers(1, 3))
    every = tuple(Urgency)[:0:-1]
    parts = (every[:at_top], every[at_top:])
    return tuple(replace(risk(draw, question), urgencies=part) for part in parts)


def risk(draw: Draw, question: Question) -> Risk:
    """Draw which end of a question is worse, if any."""
    if draw(st.integers(0, 4)) == 0:
        return Risk(question=question.id, direction="none", reason="A test.")
    order: tuple[Anything, ...] = ()
    if question.kind == ONE_OF:
        order = tuple(draw(st.permutations([choice.id for choice in question.choices])))
    return Risk(
        question=question.id, direction=draw(st.sampled_from(_WORSE[question.kind])), order=order
    )


def follow(draw: Draw, question: Question) -> Question:
    """Draw whether a follow-up question follows from its guard."""
    if isinstance(question.ask_when, Always):
        return question
    return replace(question, follows_from=draw(st.booleans()))


def guaranteed_programs() -> st.SearchStrategy[Program]:
    """Small protocols with guarantees, ready to run."""
    return guaranteed().map(build_program)
