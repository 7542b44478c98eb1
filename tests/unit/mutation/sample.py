"""A protocol with mutants of every operator and no guarantees."""

from __future__ import annotations

from decimal import Decimal

from backtriage.mutation.generator import mutants
from backtriage.mutation.mutant import Mutant
from backtriage.program.program import Program
from backtriage.protocol.guarantees import Risk
from backtriage.protocol.protocol import (
    Advice,
    Choice,
    Module,
    NamedFact,
    Points,
    Protocol,
    Question,
    Rule,
    Score,
    Verdict,
)
from backtriage.terms.condition import (
    All,
    Always,
    Any,
    AtLeast,
    Compare,
    Condition,
    Fact,
    Includes,
    Is,
    Scores,
    Yes,
)
from backtriage.terms.urgency import IF_UNSURE, Urgency
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO, Ticks
from tests.support.strategies import everybody, frame


def question(id_: str, kind: str, choices: str = "", **more: object) -> Question:
    """Return a question with placeholder texts, and a choice for each letter of `choices`."""
    if_skipped = {YES_NO: False, SOME_OF: Ticks()}.get(kind, NOT_SURE)
    return Question(
        id=id_, section="main", kind=kind, text=f"About {id_}?", short=id_, why="A test.",
        choices=tuple(Choice(id=c, text=f"Row {c}.", short=f"row {c}") for c in choices),
        **{"if_skipped": if_skipped, **more},  # type: ignore[arg-type]
    )  # fmt: skip


def rule(id_: str, urgency: Urgency, when: Condition, **more: object) -> Rule:
    """Return a rule with the usual urgency in doubt."""
    unsure = IF_UNSURE[urgency]
    return Rule(id=id_, urgency=urgency, when=when, because="A test.", come_back="You hurt.",
                **{"if_unsure": unsure, **more})  # type: ignore[arg-type]  # fmt: skip


def sample() -> Protocol:
    questions = (
        question("age", NUMBER, least=0, most=9, allows_not_sure=False),
        question("list", SOME_OF, "abc"),
        question("one", ONE_OF, "xyz"),
        question("yes", YES_NO, ask_when=Is("one", ("x", "y"))),
    )
    old = Compare("age", ">=", Decimal(5))
    points = (
        Points(question="list", answer="a", points=1),
        Points(question="age", answer="", points=1, least=5, most=9),
    )
    tally = tuple(Points(question="list", answer=item, points=1) for item in "bc")
    return frame(
        questions=questions,
        facts=(NamedFact(id="old", when=Any((old, Includes("list", "c")))),),
        scores=(Score(id="points", points=points), Score(id="tally", points=tally)),
        rules=(
            rule("several", Urgency.EMERGENCY, AtLeast(2, tuple(
                Includes("list", item) for item in "abc"))),
            rule("mixed", Urgency.SAME_DAY, All((Is("one", ("x", "y")), Any((Yes("yes"), old))))),
            rule("counted", Urgency.SOON, Scores("points", 1)),
            rule("other", Urgency.ROUTINE, Is("one", ("z",)), out_of_scope=True,
                 if_unsure=Urgency.ROUTINE),
            everybody(),
        ),
        advice=(
            Advice(id="rest", kind="comfort", text="Rest.", when=Yes("yes"), strength="a test",
                   withhold_if=Fact("old"), show_up_to=Urgency.EMERGENCY),
            Advice(id="call", kind="comfort", text="Call.", when=Includes("list", "b"),
                   strength="a test", show_up_to=Urgency.EMERGENCY),
        ),
        modules=(
            Module(id="sport", title="Sport", show_up_to=Urgency.EMERGENCY, why_not="Not now.",
                   counts=("points", "tally"), verdicts=(
                       Verdict(id="wait", when=Fact("old"), text="Wait."),
                       Verdict(id="go", when=Always(), text="Go."))),
        ),
        risk=tuple(Risk(question=q.id, direction="none", reason="a test") for q in questions),
    )  # fmt: skip


def find_mutant(program: Program, description: str) -> Mutant:
    """Return the one mutant with a description."""
    (mutant,) = (m for m in mutants(program) if m.description == description)
    return mutant
