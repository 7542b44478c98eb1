"""What would have to be different: each kind of answer, each outcome, and what is in the way."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from backtriage.counterfactual import search
from backtriage.counterfactual.counterfactual import (
    AnswerChange,
    Blocker,
    Counterfactual,
    Goal,
    SearchOutcome,
)
from backtriage.counterfactual.search import find_counterfactual
from backtriage.program.program import build_program
from backtriage.prove.domain import Band
from backtriage.terms.answers import Answers
from backtriage.terms.condition import All, Any, Compare, Includes, Is, Yes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Ticks
from tests.support.assessments import assessed, changed, rule
from tests.support.protocols import shipped, tiny
from tests.support.sheets import WELL

CLEAR = Ticks()


def answers(**sheet: object) -> Answers:
    """The admitted answers of a well person, with some others."""
    found = assessed({k: v for k, v in (WELL | sheet).items() if v is not None})
    return Answers({**found.answers, **found.set_aside})


def asked(target: Urgency, **sheet: object) -> Counterfactual:
    """What another urgency takes in the tiny protocol."""
    return find_counterfactual(tiny(), answers(**sheet), target)


def test_one_item_of_a_list() -> None:
    """It is counted apart from the other items, and nothing else is touched."""
    found = asked(Urgency.SELF_CARE, airway=["breathing"])

    assert found == Counterfactual(
        target=Urgency.SELF_CARE,
        goal=Goal.AT_MOST,
        outcome=SearchOutcome.FOUND,
        changes=(
            AnswerChange(
                question="airway", item="breathing", before=True, after=False, is_counted=True
            ),
        ),
        sheet=answers(),
        urgency=Urgency.SELF_CARE,
    )


def test_doubt_may_end() -> None:
    """Each doubt that raises the urgency is cleared up, and no answer becomes a doubt."""
    found = asked(Urgency.ROUTINE, airway=["breathing?", "drooling?"], feverish="not_sure",
                  fever_days=1)  # fmt: skip

    assert [(c.item, c.before, c.after) for c in found.changes] == [
        ("breathing", NOT_SURE, False),
        ("drooling", NOT_SURE, False),
    ]
    assert found.sheet["feverish"] is NOT_SURE


@pytest.mark.parametrize(
    ("days", "target", "band", "number"),
    [
        (9, Urgency.SELF_CARE, (1, 2), 2),
        (1, Urgency.SAME_DAY, (3, 4), 3),
    ],
)
def test_a_number_moves_to_the_nearest_band(
    days: int, target: Urgency, band: tuple[int, int], number: int
) -> None:
    """Downwards to its top, upwards to its bottom. The band says which others would do."""
    p = tiny().protocol
    hot = tuple(replace(q, can_change=q.id != "feverish") for q in p.questions)
    sheet = answers(feverish=True, fever_days=days)

    found = find_counterfactual(build_program(replace(p, questions=hot)), sheet, target)

    assert found.changes == (
        AnswerChange(
            question="fever_days",
            before=Decimal(days),
            after=Band(least=Decimal(band[0]), most=Decimal(band[1])),
            is_counted=True,
        ),
    )
    assert found.sheet["fever_days"] == number


def test_an_answer_kept_aside_is_no_answer_that_counts() -> None:
    """It moves with the answer that brings it back, and is told apart."""
    p = tiny().protocol
    breathes = tuple(replace(q, can_change=q.id != "airway") for q in p.questions)
    sheet = answers(feverish=False, fever_days=2)

    found = find_counterfactual(
        build_program(replace(p, questions=breathes)), sheet, Urgency.SAME_DAY
    )

    assert [(c.question, c.before, c.is_counted) for c in found.changes] == [
        ("feverish", False, True),
        ("fever_days", 2, False),
    ]


def test_what_is_missing_is_filled_in() -> None:
    """With the least of answers, and only where that is needed. A missing age is free."""
    found = find_counterfactual(tiny(), Answers(), Urgency.ROUTINE)

    assert [(c.question, c.before, c.after) for c in found.changes] == [
        ("airway", None, CLEAR),
        ("feverish", None, False),
    ]
    lower = find_counterfactual(tiny(), Answers(), Urgency.SELF_CARE)
    assert [c.question for c in lower.changes] == ["years", "airway", "feverish"]
    assert lower.sheet["years"] == 5


def test_two_missing_answers_are_less_than_one_that_counts() -> None:
    """Whoever answered is taken at their word as long as that is possible."""
    when = All((Yes("feverish"), Any((Is("days", ("longer",)), Includes("airway", "drooling")))))
    hot = changed(rules=(rule("hot", Urgency.SOON, when), tiny().rules[-1]))

    found = find_counterfactual(
        hot, answers(feverish=True, airway=None, days=None), Urgency.SELF_CARE
    )

    assert [(c.question, c.is_counted) for c in found.changes] == [
        ("airway", False),
        ("days", False),
    ]


def test_the_urgency_now_needs_nothing() -> None:
    """Whether it is certain or only the worst that is possible."""
    for sheet, target in ((answers(), Urgency.SELF_CARE), (Answers(), Urgency.EMERGENCY)):
        found = find_counterfactual(tiny(), sheet, target)
        assert found == Counterfactual(
            target=target, goal=Goal.AT_MOST, outcome=SearchOutcome.ALREADY
        )


def test_higher_does_not_overshoot() -> None:
    """Of changes that are as small, one that comes to the very urgency that was asked about."""
    found = asked(Urgency.ROUTINE, feverish=True, fever_days=1)

    assert (found.goal, found.urgency) == (Goal.AT_LEAST, Urgency.ROUTINE)
    assert [(c.question, c.after) for c in found.changes] == [("days", "longer")]


# -- what cannot change -------------------------------------------------------------------


def test_an_answer_that_cannot_change_is_in_the_way() -> None:
    """A child is out of scope, and no other answer makes them older."""
    found = asked(Urgency.SELF_CARE, years=3)

    assert found == Counterfactual(
        target=Urgency.SELF_CARE,
        goal=Goal.AT_MOST,
        outcome=SearchOutcome.NONE,
        blockers=((Blocker(question="years", answer=Decimal(3)),),),
    )


def test_each_group_alone_is_in_the_way() -> None:
    """Two rules on two fixed lists: two groups; one rule on both together: one group."""
    p = tiny().protocol
    fixed = tuple(replace(q, can_change=False) for q in p.questions)
    old = Compare("years", ">=", Decimal(65))
    apart = build_program(replace(p, questions=fixed, rules=(
        rule("old", Urgency.SOON, old), rule("hot", Urgency.SOON, Yes("feverish")), p.rules[-1],
    )))  # fmt: skip
    sheet = answers(years=70, feverish=True, fever_days=1, airway=["drooling"])

    found = find_counterfactual(apart, sheet, Urgency.SELF_CARE)

    years, fever = (
        Blocker(question="years", answer=Decimal(70)),
        Blocker(question="feverish", answer=True),
    )
    assert found.blockers == ((fever,), (years,))
    whole = build_program(replace(p, questions=fixed))
    assert find_counterfactual(whole, sheet, Urgency.ROUTINE).blockers == (
        (Blocker(question="airway", item="drooling", answer=True),),
        (years, fever),
    )


def test_a_doubt_about_what_cannot_change_may_end() -> None:
    """It is the knowledge that changes."""
    p = tiny().protocol
    fixed = build_program(replace(p, questions=tuple(
        replace(q, can_change=False) for q in p.questions
    )))  # fmt: skip

    found = find_counterfactual(fixed, answers(airway=["breathing?"]), Urgency.SELF_CARE)

    assert [(c.item, c.before, c.after) for c in found.changes] == [("breathing", NOT_SURE, False)]


def test_an_urgency_that_nobody_has() -> None:
    """No answer is in the way of it: the rules never give it."""
    only = changed(rules=(tiny().rules[-1],))

    found = find_counterfactual(only, answers(), Urgency.SOON)

    assert (found.outcome, found.blockers) == (SearchOutcome.NONE, ())


# -- when it is not found out -------------------------------------------------------------


def test_time_runs_out() -> None:
    """Then it says so, and no more."""
    wide = shipped()

    found = find_counterfactual(wide, Answers(), Urgency.SELF_CARE, seconds=0)

    assert found == Counterfactual(
        target=Urgency.SELF_CARE, goal=Goal.AT_MOST, outcome=SearchOutcome.UNDECIDED,
        ran_out="ran out of time: 0 seconds",
    )  # fmt: skip


@pytest.mark.parametrize("target", [Urgency.SELF_CARE, Urgency.EMERGENCY])
def test_nothing_is_said_that_the_rules_do_not_confirm(
    target: Urgency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change on which the interpreter does not agree is not shown."""
    sheet = answers(feverish=True, fever_days=9)
    calls = iter([(Urgency.SAME_DAY, Urgency.SAME_DAY)] * 2)
    monkeypatch.setattr(search, "urgency_range", lambda _: next(calls))

    found = find_counterfactual(tiny(), sheet, target)

    assert (found.outcome, found.changes) == (SearchOutcome.UNDECIDED, ())
    assert "a fault in this program" in found.ran_out
