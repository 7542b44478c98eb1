"""The table of how one question counts, and how scores count, row by row."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias

import pytest

from backtriage.decide.assessment import assess
from backtriage.decide.evaluate import Evaluation, F, Interval, T, U
from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import Choice, Points, Question, Rule, Score
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always, Condition, Is, Scores, Yes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO, Ticks, Value
from tests.support.strategies import everybody, frame

# "gate" guards "inner"; "door" guards "gate". So a gate that is absent while the door is open
# is missing, and "inner" is perhaps asked.
Given: TypeAlias = dict[str, Value]
SURE: Given = {"gate": True}
UNSURE_: Given = {"gate": NOT_SURE}
SHUT: Given = {"gate": False}
ABSENT: Given = {}


def question(id_: str, kind: str = YES_NO, **more: object) -> Question:
    """A question of a tiny protocol."""
    whole: dict[str, object] = {"section": "main", "text": "?", "short": "it", "why": "A test."}
    return Question(id=id_, kind=kind, **{**whole, **more})  # type: ignore[arg-type]


def program(*questions: Question, when: Condition, **more: object) -> Program:
    """A tiny protocol with one emergency rule."""
    rule = Rule(
        id="rule",
        urgency=Urgency.EMERGENCY,
        when=when,
        if_unsure=Urgency.SAME_DAY,
        because="So.",
        come_back="You do.",
    )
    return build_program(frame(questions=questions, rules=(rule, everybody()), **more))


def guarded(*, skip: bool) -> Program:
    """`inner` is asked when `gate`."""
    inner = question("inner", ask_when=Yes("gate"), if_skipped=skip)
    return program(question("gate"), inner, when=Yes("inner"))


@pytest.mark.parametrize(
    ("sheet", "inner", "skip", "pair", "counted", "aside", "missing"),
    [
        # asked for sure, or for all we know
        (SURE, True, False, (T, T), True, False, ()),
        (SURE, False, True, (F, F), True, False, ()),
        (UNSURE_, True, False, (T, T), True, False, ()),
        (UNSURE_, False, True, (F, F), True, False, ()),
        (SURE, NOT_SURE, False, (U, U), True, False, ()),
        (UNSURE_, NOT_SURE, False, (U, U), True, False, ()),
        (SURE, None, False, (F, T), False, False, ("inner",)),
        (UNSURE_, None, False, (F, T), False, False, ("inner",)),
        # not asked: whatever is stored is set aside
        (SHUT, True, False, (F, F), False, True, ()),
        (SHUT, NOT_SURE, True, (T, T), False, True, ()),
        (SHUT, False, True, (T, T), False, True, ()),
        (SHUT, None, False, (F, F), False, False, ()),
        # perhaps asked
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
def test_how_one_question_counts(  # noqa: PLR0913, PLR0917 - the columns of the table
    sheet: dict[str, Value],
    inner: Value | None,
    skip: bool,  # noqa: FBT001 - a column of the table
    pair: Interval,
    counted: bool,  # noqa: FBT001
    aside: bool,  # noqa: FBT001
    missing: tuple[str, ...],
) -> None:
    """By its answer and its guard: the atom, whether it counts, and what is missing."""
    answers = Answers({**sheet, **({} if inner is None else {"inner": inner})})
    one = guarded(skip=skip)
    found = assess(one, answers)
    assert Evaluation(one, answers).interval(Yes("inner")) == pair
    assert ("inner" in found.answers, "inner" in found.set_aside) == (counted, aside)
    assert found.missing == missing


def test_a_guard_that_is_not_sure_asks() -> None:
    """A guard pending through "not sure" alone is [U, U]: the question is asked."""
    evaluation = Evaluation(guarded(skip=False), Answers({"gate": NOT_SURE}))
    assert evaluation.guard("inner") == (U, U)


def test_a_guard_behind_a_guard_reads_what_an_unasked_question_reads_as() -> None:
    """A closed door closes the gate behind it, whatever the gate's stored answer is."""
    gate = question("gate", ask_when=Yes("door"))
    inner = question("inner", ask_when=Yes("gate"))
    chain = program(question("door"), gate, inner, when=Yes("inner"))
    closed = Answers({"door": False, "gate": True, "inner": True})
    assert assess(chain, closed).set_aside == closed.without("door")
    assert assess(chain, closed).urgency is Urgency.SELF_CARE
    assert assess(chain, closed.without("door")).missing == ("door",)
    assert assess(chain, closed.with_("door", NOT_SURE)).certain is Urgency.EMERGENCY


ROWS = tuple(Choice(id=id_, text=f"{id_}.", short=id_) for id_ in ("one", "two", "three"))
OF_ONE = question("pick", ONE_OF, choices=ROWS, if_skipped=NOT_SURE)
OF_SOME = question("tick", SOME_OF, choices=ROWS, if_skipped=Ticks(), none="None")
OF_YES = question("ask", if_skipped=False)
OF_NUMBER = question("age", NUMBER, least=0, most=10, step="1", if_skipped=NOT_SURE)


def points(question_: str, **answers: int) -> tuple[Points, ...]:
    """Points by answer."""
    return tuple(Points(question=question_, answer=a, points=p) for a, p in answers.items())


def band(least: int, most: int, points_: int) -> Points:
    """Points of one band of `age`."""
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
        # not sure adds its least surely and its most perhaps
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
        # absent adds its least to both at the lo end and its most to both at the hi end
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
    """Surely and maybe at the lo end, surely and maybe at the hi end."""
    one = program(asked, when=Scores("sum", 1), scores=(Score(id="sum", points=given),))
    answers = Answers() if value is None else Answers({asked.id: value})
    assert Evaluation(one, answers).score("sum") == totals


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
def test_a_band_need_hold_only_numbers_that_can_be_answered(
    step: str, bands: tuple[tuple[int, int], ...], least: int
) -> None:
    """Every answer earns points when every step lies in a band; no half between two bands does."""
    asked = question("age", NUMBER, least=0, most=10, step=step, if_skipped=NOT_SURE)
    score = Score(id="sum", points=tuple(band(low, high, 1) for low, high in bands))
    one = program(asked, when=Scores("sum", 1), scores=(score,))
    assert Evaluation(one, Answers({"age": NOT_SURE})).score("sum") == (least, 1, least, 1)


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
def test_a_question_perhaps_asked_scores_both_ways(
    sheet: dict[str, Value], totals: tuple[int, ...]
) -> None:
    """Perhaps asked, the points of what an unasked question reads as count as well."""
    pick = question("pick", ONE_OF, choices=ROWS, ask_when=Yes("ask"), if_skipped="one")
    score = Score(id="sum", points=points("pick", one=1, three=3))
    one = program(OF_YES, pick, when=Scores("sum", 2), scores=(score,))
    assert Evaluation(one, Answers(sheet)).score("sum") == totals


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
def test_a_score_reaches_its_bound_surely_perhaps_or_not(
    value: Ticks, least: int, truth: int
) -> None:
    """T if surely enough, F if not even perhaps, else not sure."""
    score = Score(id="sum", points=points("tick", one=1, two=1))
    one = program(OF_SOME, when=Scores("sum", least), scores=(score,))
    assert Evaluation(one, Answers({"tick": value})).interval(Scores("sum", least)) == (
        truth,
        truth,
    )


@pytest.mark.parametrize("value", ["one", "two", NOT_SURE])
def test_always_and_a_question_without_a_guard(value: Value) -> None:
    """`always` is true of everybody; a question without a guard is asked of everybody."""
    one = program(OF_ONE, when=Is("pick", ("one",)))
    evaluation = Evaluation(one, Answers({"pick": value}))
    assert evaluation.interval(Always()) == (T, T)
    assert evaluation.guard("pick") == (T, T)
    assert evaluation.interval(Is("pick", ("one",))) == {"one": (T, T), "two": (F, F)}.get(
        str(value), (U, U)
    )
