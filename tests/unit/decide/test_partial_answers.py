"""How each kind of answer counts: given, not sure, absent, or to a question that is not asked."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias

import pytest

from backtriage.decide.assessment import assess, counted_range
from backtriage.decide.evaluate import Evaluation, Interval
from backtriage.decide.kernel import F, T, U
from backtriage.program.program import Program
from backtriage.protocol.protocol import Points, Question, Score
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always, Is, Scores, Yes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, Ticks, Value
from tests.support.builders import choices, emergency_program, points, question

# "gate" guards "inner": while "gate" is unanswered, "inner" may or may not be asked.
Given: TypeAlias = dict[str, Value]
SURE: Given = {"gate": True}
DOUBT: Given = {"gate": NOT_SURE}
SHUT: Given = {"gate": False}
ABSENT: Given = {}


def guarded(*, skip: bool) -> Program:
    """Return a program that asks `inner` only when `gate` is yes."""
    inner = question("inner", ask_when=Yes("gate"), if_skipped=skip)
    return emergency_program(question("gate"), inner, when=Yes("inner"))


@pytest.mark.parametrize(
    ("sheet", "inner", "skip", "interval", "is_counted", "is_set_aside", "missing"),
    [
        # asked
        (SURE, True, False, (T, T), True, False, ()),
        (SURE, False, True, (F, F), True, False, ()),
        (DOUBT, True, False, (T, T), True, False, ()),
        (DOUBT, False, True, (F, F), True, False, ()),
        (SURE, NOT_SURE, False, (U, U), True, False, ()),
        (DOUBT, NOT_SURE, False, (U, U), True, False, ()),
        (SURE, None, False, (F, T), False, False, ("inner",)),
        (DOUBT, None, False, (F, T), False, False, ("inner",)),
        # not asked: a stored answer is set aside
        (SHUT, True, False, (F, F), False, True, ()),
        (SHUT, NOT_SURE, True, (T, T), False, True, ()),
        (SHUT, False, True, (T, T), False, True, ()),
        (SHUT, None, False, (F, F), False, False, ()),
        # may be asked
        (ABSENT, True, False, (F, T), True, False, ("gate",)),
        (ABSENT, True, True, (T, T), True, False, ()),
        (ABSENT, False, False, (F, F), True, False, ()),
        (ABSENT, False, True, (F, T), True, False, ("gate",)),
        (ABSENT, NOT_SURE, False, (F, U), True, False, ("gate",)),
        (ABSENT, NOT_SURE, True, (U, T), True, False, ("gate",)),
        (ABSENT, None, False, (F, T), False, False, ("gate", "inner")),
        (ABSENT, None, True, (F, T), False, False, ("gate", "inner")),
    ],
)
def test_how_an_answer_counts_by_its_guard(  # noqa: PLR0913, PLR0917 - the columns of the table
    sheet: dict[str, Value],
    inner: Value | None,
    skip: bool,  # noqa: FBT001 - a column of the table
    interval: Interval,
    is_counted: bool,  # noqa: FBT001
    is_set_aside: bool,  # noqa: FBT001
    missing: tuple[str, ...],
) -> None:
    answers = Answers({**sheet, **({} if inner is None else {"inner": inner})})
    program = guarded(skip=skip)
    assessment = assess(program, answers)
    assert Evaluation(program, answers).interval(Yes("inner")) == interval
    assert ("inner" in assessment.answers) == is_counted
    assert ("inner" in assessment.set_aside) == is_set_aside
    assert assessment.missing == missing


def test_a_question_is_asked_when_its_guard_is_not_sure() -> None:
    evaluation = Evaluation(guarded(skip=False), Answers({"gate": NOT_SURE}))
    assert evaluation.guard("inner") == (U, U)


def test_a_question_that_is_not_asked_closes_the_guards_that_read_it() -> None:
    """Whatever its stored answer is."""
    gate = question("gate", ask_when=Yes("door"))
    inner = question("inner", ask_when=Yes("gate"))
    chain = emergency_program(question("door"), gate, inner, when=Yes("inner"))
    closed = Answers({"door": False, "gate": True, "inner": True})
    assert assess(chain, closed).set_aside == closed.without("door")
    assert counted_range(Evaluation(chain, closed))[1] is Urgency.SELF_CARE
    (against,) = assess(chain, closed).contradictions
    assert (against.question, against.guard) == ("inner", Answers({"door": False}))
    assert assess(chain, closed).certain is Urgency.EMERGENCY
    assert assess(chain, closed.without("door")).missing == ("door",)
    assert assess(chain, closed.with_("door", NOT_SURE)).certain is Urgency.EMERGENCY


ROWS = choices("one", "two", "three")
OF_ONE = question("pick", ONE_OF, choices=ROWS, if_skipped=NOT_SURE)
OF_SOME = question("tick", SOME_OF, choices=ROWS, if_skipped=Ticks(), none="None")
OF_YES = question("ask", if_skipped=False)
OF_NUMBER = question("age", NUMBER, least=0, most=10, step="1", if_skipped=NOT_SURE)


def band(least: int, most: int, points_: int) -> Points:
    """Return the points of one band of `age`."""
    return Points(question="age", answer="", least=least, most=most, points=points_)


@pytest.mark.parametrize(
    ("asked", "given", "value", "totals"),
    [
        # a definite answer adds its points to both totals
        (OF_ONE, points("pick", one=2, two=3), "two", (3, 3, 3, 3)),
        (OF_ONE, points("pick", one=2, two=3), "three", (0, 0, 0, 0)),
        (OF_YES, points("ask", yes=2), True, (2, 2, 2, 2)),
        (OF_YES, points("ask", no=1), False, (1, 1, 1, 1)),
        (OF_NUMBER, (band(0, 4, 1), band(5, 10, 2)), Decimal(5), (2, 2, 2, 2)),
        (OF_SOME, points("tick", one=1, two=2), Ticks(frozenset({"two"})), (2, 2, 2, 2)),
        # not sure adds its least for certain and its most possibly
        (OF_ONE, points("pick", one=2, two=3), NOT_SURE, (0, 3, 0, 3)),
        (OF_ONE, points("pick", one=2, two=3, three=1), NOT_SURE, (1, 3, 1, 3)),
        (OF_YES, points("ask", yes=2), NOT_SURE, (0, 2, 0, 2)),
        (OF_YES, points("ask", yes=2, no=1), NOT_SURE, (1, 2, 1, 2)),
        (OF_NUMBER, (band(0, 4, 1), band(5, 10, 2)), NOT_SURE, (1, 2, 1, 2)),
        (OF_NUMBER, (band(0, 3, 1), band(5, 10, 2)), NOT_SURE, (0, 2, 0, 2)),
        (OF_NUMBER, (band(1, 10, 2),), NOT_SURE, (0, 2, 0, 2)),
        (OF_NUMBER, (band(0, 9, 2),), NOT_SURE, (0, 2, 0, 2)),
        (OF_SOME, points("tick", one=1, two=2), Ticks(unsure=frozenset({"two"})), (0, 2, 0, 2)),
        (
            OF_SOME,
            points("tick", one=1, two=2),
            Ticks(frozenset({"one"}), frozenset({"two"})),
            (1, 3, 1, 3),
        ),
        # absent adds its least at the low end and its most at the high end
        (OF_ONE, points("pick", one=2, two=3), None, (0, 0, 3, 3)),
        (OF_ONE, points("pick", one=2, two=3, three=1), None, (1, 1, 3, 3)),
        (OF_YES, points("ask", yes=2, no=1), None, (1, 1, 2, 2)),
        (OF_NUMBER, (band(0, 4, 1), band(5, 10, 2)), None, (1, 1, 2, 2)),
        (OF_SOME, points("tick", one=1, two=2), None, (0, 0, 3, 3)),
    ],
)
def test_how_one_answer_scores(
    asked: Question, given: tuple[Points, ...], value: Value | None, totals: tuple[int, ...]
) -> None:
    """For certain and possibly at the low end, then at the high end."""
    program = emergency_program(
        asked, when=Scores("sum", 1), scores=(Score(id="sum", points=given),)
    )
    answers = Answers() if value is None else Answers({asked.id: value})
    assert Evaluation(program, answers).score("sum") == totals


@pytest.mark.parametrize(
    ("step", "bands", "least"),
    [
        ("1", ((0, 4), (5, 10)), 1),
        ("0.5", ((0, 4), (5, 10)), 0),
        ("0.5", ((0, 10),), 1),
        ("5", ((0, 3), (5, 9), (10, 10)), 1),
        ("5", ((0, 3), (6, 10)), 0),
        ("5", ((5, 10), (0, 4)), 1),
        ("10", ((10, 10), (0, 0)), 1),
    ],
)
def test_only_numbers_that_can_be_answered_count_in_a_band(
    step: str, bands: tuple[tuple[int, int], ...], least: int
) -> None:
    """Every answer earns a point when each step lies in a band; 4.5 lies between two."""
    asked = question("age", NUMBER, least=0, most=10, step=step, if_skipped=NOT_SURE)
    score = Score(id="sum", points=tuple(band(low, high, 1) for low, high in bands))
    program = emergency_program(asked, when=Scores("sum", 1), scores=(score,))
    assert Evaluation(program, Answers({"age": NOT_SURE})).score("sum") == (least, 1, least, 1)


@pytest.mark.parametrize(
    ("sheet", "totals"),
    [
        ({}, (0, 0, 3, 3)),
        ({"ask": True}, (0, 0, 3, 3)),
        ({"ask": False}, (1, 1, 1, 1)),
        ({"ask": False, "pick": "three"}, (1, 1, 1, 1)),
        ({"pick": "three"}, (1, 1, 3, 3)),
        ({"pick": NOT_SURE}, (0, 1, 1, 3)),
        ({"ask": NOT_SURE, "pick": NOT_SURE}, (0, 3, 0, 3)),
    ],
)
def test_a_question_that_may_be_asked_scores_both_ways(
    sheet: dict[str, Value], totals: tuple[int, ...]
) -> None:
    """With its answer, and with the value that is read when it is not asked."""
    pick = question("pick", ONE_OF, choices=ROWS, ask_when=Yes("ask"), if_skipped="one")
    score = Score(id="sum", points=points("pick", one=1, three=3))
    program = emergency_program(OF_YES, pick, when=Scores("sum", 2), scores=(score,))
    assert Evaluation(program, Answers(sheet)).score("sum") == totals


@pytest.mark.parametrize(
    ("value", "least", "truth"),
    [
        (Ticks(frozenset({"one", "two"})), 2, T),
        (Ticks(frozenset({"one"}), frozenset({"two"})), 2, U),
        (Ticks(frozenset({"one"})), 2, F),
        (Ticks(frozenset(), frozenset({"one", "two"})), 2, U),
        (Ticks(frozenset({"one"}), frozenset({"two"})), 1, T),
    ],
)
def test_a_score_reaches_its_threshold_certainly_possibly_or_not(
    value: Ticks, least: int, truth: int
) -> None:
    score = Score(id="sum", points=points("tick", one=1, two=1))
    program = emergency_program(OF_SOME, when=Scores("sum", least), scores=(score,))
    assert Evaluation(program, Answers({"tick": value})).interval(Scores("sum", least)) == (
        truth,
        truth,
    )


@pytest.mark.parametrize("value", ["one", "two", NOT_SURE])
def test_a_question_without_a_guard_is_always_asked(value: Value) -> None:
    program = emergency_program(OF_ONE, when=Is("pick", ("one",)))
    evaluation = Evaluation(program, Answers({"pick": value}))
    assert evaluation.interval(Always()) == (T, T)
    assert evaluation.guard("pick") == (T, T)
    assert evaluation.interval(Is("pick", ("one",))) == {"one": (T, T), "two": (F, F)}.get(
        str(value), (U, U)
    )
