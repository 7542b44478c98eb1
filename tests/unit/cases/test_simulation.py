"""Interviews played through: screens, and how soon an emergency is certain."""

from __future__ import annotations

from msgspec import structs

from backtriage.cases.case import Case
from backtriage.cases.simulation import Sign, Walk, opening, signs, walk
from backtriage.program.program import Program, build_program
from backtriage.terms.answers import Answers


def sheet(cases: tuple[Case, ...], id_: str) -> Answers:
    """The sheet of a case."""
    return next(case.sheet for case in cases if case.id == id_)


def test_a_whole_walk(program: Program, cases: tuple[Case, ...]) -> None:
    """Screens in order, per section, and when the urgency is settled."""
    assert walk(program, sheet(cases, "all_clear")) == Walk(
        screens=("years", "airway", "days", "feverish"),
        sections=(("main", 4),),
        settled=4,
        alarmed=None,
    )


def test_an_emergency_ends_it(program: Program, cases: tuple[Case, ...]) -> None:
    """Nothing is asked after it is certain."""
    found = walk(program, sheet(cases, "short_of_breath"))

    assert found.screens == ("years", "airway")
    assert (found.settled, found.alarmed) == (2, 2)


def test_an_answer_that_is_not_there_ends_it_too(
    program: Program, cases: tuple[Case, ...]
) -> None:
    """The walk says which question it could not answer."""
    found = walk(program, sheet(cases, "all_clear").without("days"))

    assert (found.screens, found.stuck) == (("years", "airway"), "days")
    assert (found.settled, found.alarmed) == (None, None)


def test_opening_questions_come_before_the_first_list(program: Program) -> None:
    """A protocol without a list has only opening questions."""
    assert opening(program) == {"years"}
    protocol = program.protocol
    without = tuple(q for q in protocol.questions if q.id != "airway")
    listless = structs.replace(protocol, questions=without, rules=(), advice=(), modules=())
    assert opening(build_program(listless)) == {"years", "days", "feverish", "fever_days"}


def test_single_findings(program: Program, cases: tuple[Case, ...]) -> None:
    """Each changed answer that makes an emergency certain, and after how many screens."""
    assert signs(program, sheet(cases, "all_clear")) == (
        Sign(rule="cannot_breathe", question="airway", answer="breathing", screens=1),
        Sign(rule="cannot_breathe", question="airway", answer="drooling", screens=1),
    )


def test_a_finding_that_is_there_already_is_none(
    program: Program, cases: tuple[Case, ...]
) -> None:
    """On top of an emergency nothing new makes it certain."""
    assert signs(program, sheet(cases, "short_of_breath")) == ()
    assert len(signs(program, Answers())) == 2
