"""Counterfactuals: each kind of change, each outcome, and blockers."""

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
from backtriage.protocol.protocol import Question
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
    """Return the answers of a well person, with some others; None leaves one out."""
    assessment = assessed({k: v for k, v in (WELL | sheet).items() if v is not None})
    return Answers({**assessment.answers, **assessment.set_aside})


def counterfactual(target: Urgency, **sheet: object) -> Counterfactual:
    """Find a counterfactual in the tiny protocol."""
    return find_counterfactual(tiny(), answers(**sheet), target)


def fixing(*ids: str) -> tuple[Question, ...]:
    """Return the tiny protocol's questions; only the answers to some cannot change."""
    return tuple(replace(q, can_change=q.id not in ids) for q in tiny().protocol.questions)


def test_changes_one_item_of_a_list() -> None:
    result = counterfactual(Urgency.SELF_CARE, airway=["breathing"])

    assert result == Counterfactual(
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


def test_resolves_doubt_but_adds_none() -> None:
    doubts = {"airway": ["breathing?", "drooling?"], "feverish": "not_sure", "fever_days": 1}

    result = counterfactual(Urgency.ROUTINE, **doubts)

    assert [(c.item, c.before, c.after) for c in result.changes] == [
        ("breathing", NOT_SURE, False),
        ("drooling", NOT_SURE, False),
    ]
    assert result.sheet["feverish"] is NOT_SURE


@pytest.mark.parametrize(
    ("days", "target", "band", "number"),
    [
        (9, Urgency.SELF_CARE, (1, 2), 2),
        (1, Urgency.SAME_DAY, (3, 4), 3),
    ],
)
def test_moves_a_number_to_the_nearest_band(
    days: int, target: Urgency, band: tuple[int, int], number: int
) -> None:
    """Down to the top of a band, up to its bottom."""
    program = changed(questions=fixing("feverish"))

    result = find_counterfactual(program, answers(feverish=True, fever_days=days), target)

    assert result.changes == (
        AnswerChange(
            question="fever_days",
            before=Decimal(days),
            after=Band(least=Decimal(band[0]), most=Decimal(band[1])),
            is_counted=True,
        ),
    )
    assert result.sheet["fever_days"] == number


def test_an_answer_set_aside_is_not_counted() -> None:
    """It changes with the answer that makes it count again."""
    program = changed(questions=fixing("airway"))

    result = find_counterfactual(program, answers(feverish=False, fever_days=2), Urgency.SAME_DAY)

    assert [(c.question, c.before, c.is_counted) for c in result.changes] == [
        ("feverish", False, True),
        ("fever_days", 2, False),
    ]


def test_fills_in_missing_answers() -> None:
    """Those of least concern, and only where one is needed."""
    result = find_counterfactual(tiny(), Answers(), Urgency.ROUTINE)

    assert [(c.question, c.before, c.after) for c in result.changes] == [
        ("airway", None, CLEAR),
        ("feverish", None, False),
    ]
    lower = find_counterfactual(tiny(), Answers(), Urgency.SELF_CARE)
    assert [c.question for c in lower.changes] == ["years", "airway", "feverish"]
    assert lower.sheet["years"] == 5


def test_prefers_two_missing_answers_to_one_that_counts() -> None:
    when = All((Yes("feverish"), Any((Is("days", ("longer",)), Includes("airway", "drooling")))))
    hot = changed(rules=(rule("hot", Urgency.SOON, when), tiny().rules[-1]))

    result = find_counterfactual(
        hot, answers(feverish=True, airway=None, days=None), Urgency.SELF_CARE
    )

    assert [(c.question, c.is_counted) for c in result.changes] == [
        ("airway", False),
        ("days", False),
    ]


def test_the_current_urgency_needs_no_change() -> None:
    """Whether it is certain or only possible."""
    for sheet, target in ((answers(), Urgency.SELF_CARE), (Answers(), Urgency.EMERGENCY)):
        result = find_counterfactual(tiny(), sheet, target)
        assert result == Counterfactual(
            target=target, goal=Goal.AT_MOST, outcome=SearchOutcome.ALREADY
        )


def test_does_not_overshoot_a_higher_target() -> None:
    result = counterfactual(Urgency.ROUTINE, feverish=True, fever_days=1)

    assert (result.goal, result.urgency) == (Goal.AT_LEAST, Urgency.ROUTINE)
    assert [(c.question, c.after) for c in result.changes] == [("days", "longer")]


# -- blockers -----------------------------------------------------------------------------


def test_names_the_answer_that_blocks_a_target() -> None:
    result = counterfactual(Urgency.SELF_CARE, years=3)

    assert result == Counterfactual(
        target=Urgency.SELF_CARE,
        goal=Goal.AT_MOST,
        outcome=SearchOutcome.NONE,
        blockers=((Blocker(question="years", answer=Decimal(3)),),),
    )


def test_groups_blockers_by_minimal_conflict() -> None:
    """Two rules on two fixed answers: two groups. One rule on both: one group."""
    fixed = fixing(*tiny().questions)
    separate = changed(questions=fixed, rules=(
        rule("old", Urgency.SOON, Compare("years", ">=", Decimal(65))),
        rule("hot", Urgency.SOON, Yes("feverish")),
        tiny().rules[-1],
    ))  # fmt: skip
    sheet = answers(years=70, feverish=True, fever_days=1, airway=["drooling"])

    result = find_counterfactual(separate, sheet, Urgency.SELF_CARE)

    years = Blocker(question="years", answer=Decimal(70))
    fever = Blocker(question="feverish", answer=True)
    assert result.blockers == ((fever,), (years,))
    joint = changed(questions=fixed)
    assert find_counterfactual(joint, sheet, Urgency.ROUTINE).blockers == (
        (Blocker(question="airway", item="drooling", answer=True),),
        (years, fever),
    )


def test_resolves_doubt_about_what_cannot_change() -> None:
    program = changed(questions=fixing(*tiny().questions))

    result = find_counterfactual(program, answers(airway=["breathing?"]), Urgency.SELF_CARE)

    assert [(c.item, c.before, c.after) for c in result.changes] == [
        ("breathing", NOT_SURE, False)
    ]


def test_nothing_blocks_an_urgency_no_rule_gives() -> None:
    only = changed(rules=(tiny().rules[-1],))

    result = find_counterfactual(only, answers(), Urgency.SOON)

    assert (result.outcome, result.blockers) == (SearchOutcome.NONE, ())


# -- undecided ----------------------------------------------------------------------------


def test_is_undecided_when_time_runs_out() -> None:
    result = find_counterfactual(shipped(), Answers(), Urgency.SELF_CARE, seconds=0)

    assert result == Counterfactual(
        target=Urgency.SELF_CARE, goal=Goal.AT_MOST, outcome=SearchOutcome.UNDECIDED,
        ran_out="ran out of time: 0 seconds",
    )  # fmt: skip


@pytest.mark.parametrize("target", [Urgency.SELF_CARE, Urgency.EMERGENCY])
def test_is_undecided_unless_the_interpreter_confirms_it(
    target: Urgency, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = answers(feverish=True, fever_days=9)
    calls = iter([(Urgency.SAME_DAY, Urgency.SAME_DAY)] * 2)
    monkeypatch.setattr(search, "urgency_range", lambda _: next(calls))

    result = find_counterfactual(tiny(), sheet, target)

    assert (result.outcome, result.changes) == (SearchOutcome.UNDECIDED, ())
    assert "a fault in this program" in result.ran_out
