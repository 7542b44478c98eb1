"""Running cases: passing, or failing with a sentence for each deviation."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backtriage.cases.case import Case, Expectation, run_case, run_cases
from backtriage.program.program import Program
from backtriage.terms.urgency import Urgency
from tests.support.assessments import with_lines


def by_id(cases: tuple[Case, ...], id_: str) -> Case:
    return next(case for case in cases if case.id == id_)


def test_all_cases_of_the_tiny_protocol_pass(program: Program, cases: tuple[Case, ...]) -> None:
    assert [r.case.id for r in run_cases(program, cases) if not r.passes] == []


DEVIATIONS = [
    ("all_clear", Expectation(urgency=Urgency.SOON), ["the urgency is self_care, expected soon"]),
    ("all_clear", Expectation(certain=(Urgency.SOON, Urgency.ROUTINE)),
     ["certain is self_care, expected soon or routine"]),
    ("all_clear", Expectation(status="incomplete"),
     ["the status is complete, expected incomplete"]),
    ("long_and_feverish", Expectation(rules=("child", "stays_long")),
     ["'child' does not fire, but should", "'fever_today' fires, but should not"]),
    ("all_clear", Expectation(given=()),
     ["'drinks' is given, but should not be", "'lozenges' is given, but should not be"]),
    ("short_of_breath", Expectation(given=("drinks",)), ["'drinks' is not given, but should be"]),
    ("all_clear", Expectation(withheld=("lozenges",)),
     ["'lozenges' is not withheld, but should be"]),
    ("all_clear", Expectation(verdicts=(("honey", "ask"),)),
     ["the verdict on 'honey' is may_try, expected ask"]),
    ("short_of_breath", Expectation(verdicts=(("honey", "ask"),)),
     ["the verdict on 'honey' is not_considered, expected ask"]),
    ("all_clear", Expectation(without=("drinks",)),
     ["'drinks' is given or withheld, but should be neither"]),
    ("all_clear", Expectation(counts=(("signs", 3),)), ["'signs' is 0, expected 3"]),
    ("all_clear", Expectation(contradictions=("fever_days",)),
     ["the answer to 'fever_days' contradicts nothing, but should"]),
]  # fmt: skip


@pytest.mark.parametrize(("id_", "expect", "failures"), DEVIATIONS)
def test_each_deviation_is_a_failure(
    program: Program, cases: tuple[Case, ...], id_: str, expect: Expectation, failures: list[str]
) -> None:
    case = Case(id="one", about="One.", sheet=by_id(cases, id_).sheet, expect=expect)

    result = run_case(program, case)

    assert list(result.failures) == failures
    assert not result.passes


def test_a_contradiction_that_is_not_expected_is_a_failure(
    program: Program, cases: tuple[Case, ...]
) -> None:
    sheet = by_id(cases, "all_clear").sheet.with_("fever_days", Decimal(9))
    case = Case(id="one", about="One.", sheet=sheet, expect=Expectation(contradictions=()))

    assert run_case(program, case).failures == (
        "the answer to 'fever_days' contradicts others, but should not",
    )


@pytest.mark.parametrize(("expect", "failures"), [
    (Expectation(lines=("breath",), without_lines=("hot",)), ()),
    (Expectation(lines=("hot",)), ("the line 'hot' is not shown, but should be",)),
    (Expectation(without_lines=("breath",)), ("the line 'breath' is shown, but should not be",)),
    (Expectation(lines=()), ("the line 'breath' is shown, but should not be",)),
])  # fmt: skip
def test_lines_of_the_safety_net(
    cases: tuple[Case, ...], expect: Expectation, failures: tuple[str, ...]
) -> None:
    """Somebody with a fever is told of breathing, and of nothing that he has."""
    sheet = by_id(cases, "long_fever").sheet
    case = Case(id="one", about="One.", sheet=sheet, expect=expect)

    assert run_case(with_lines(), case).failures == failures


OUTSIDE = [
    ((Urgency.SELF_CARE,), "", []),
    ((Urgency.SOON,), "", ["certain is self_care, acceptable is soon"]),
    ((Urgency.SOON,), "Because.", []),
    ((Urgency.SELF_CARE,), "Because.",
     ["certain is self_care, which is acceptable, so 'outside' is out of date"]),
]  # fmt: skip


@pytest.mark.parametrize(("acceptable", "outside", "failures"), OUTSIDE)
def test_exactly_the_results_that_are_not_acceptable_need_a_reason(
    program: Program, acceptable: tuple[Urgency, ...], outside: str, failures: list[str]
) -> None:
    case = Case(id="one", about="One.", acceptable=acceptable, outside=outside)

    result = run_case(program, case)

    assert list(result.failures) == failures
    assert result.is_outside is (acceptable == (Urgency.SOON,))


LEAST_ACCEPTABLE = [
    (Case(id="a", about="A.", acceptable=(Urgency.SAME_DAY, Urgency.SOON)), Urgency.SOON),
    (Case(id="a", about="A.", expect=Expectation(certain=(Urgency.SOON,))), Urgency.SOON),
    (Case(id="a", about="A.", expect=Expectation(urgency=Urgency.ROUTINE)), Urgency.ROUTINE),
    (Case(id="a", about="A."), None),
]


@pytest.mark.parametrize(("case", "least"), LEAST_ACCEPTABLE)
def test_least_acceptable_urgency(program: Program, case: Case, least: Urgency | None) -> None:
    assert run_case(program, case).least_acceptable is least
