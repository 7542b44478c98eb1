"""What contradicts what, and which rules that raises."""

from __future__ import annotations

from backtriage.decide.assessment import assess
from backtriage.decide.reasons import CERTAIN
from backtriage.terms.answers import Answers
from backtriage.terms.condition import All, Always, Any, Condition, Not, Yes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE
from tests.support.builders import emergency_program, question


def guarded(guard: Condition) -> Answers | None:
    """Return against what an answer stands whose question has this guard, and opener and lamp."""
    program = emergency_program(
        question("opener"), question("lamp"),
        question("door", ask_when=Yes("opener")), question("hidden", ask_when=guard),
        when=Yes("hidden"),
    )  # fmt: skip
    found = assess(program, Answers({"opener": False, "hidden": True})).contradictions
    return found[0].guard if found else None


def test_a_contradiction_names_the_answer_that_closes_the_question() -> None:
    """Also where that closes another question first, beside one that is only missing."""
    assert guarded(Yes("opener")) == Answers({"opener": False})
    assert guarded(Yes("door")) == Answers({"opener": False})
    assert guarded(All((Yes("lamp"), Yes("door")))) == Answers({"opener": False})


def test_a_question_that_nobody_is_asked_stands_against_nothing() -> None:
    assert guarded(Not(Always())) == Answers()


def test_the_reason_of_a_contradiction_is_the_higher_one() -> None:
    """The same rule is in doubt by the answers that count, and true by all of them."""
    program = emergency_program(
        question("opener"), question("hidden", ask_when=Yes("opener")), question("dizzy"),
        when=Any((Yes("hidden"), Yes("dizzy"))),
    )  # fmt: skip
    answers = Answers({"opener": False, "hidden": True, "dizzy": NOT_SURE})

    assessment = assess(program, answers)

    reason = assessment.reasons[0]
    assert (reason.rule.id, reason.urgency, reason.certainty) == (
        "rule", Urgency.EMERGENCY, CERTAIN,
    )  # fmt: skip
