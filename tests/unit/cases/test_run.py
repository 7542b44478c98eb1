"""Running a case: kept, or broken with what differs."""

from __future__ import annotations

import pytest

from backtriage.cases.case import Case, Expectation
from backtriage.cases.run import run_case, run_cases
from backtriage.program.program import Program
from backtriage.terms.urgency import Urgency


def by_id(cases: tuple[Case, ...], id_: str) -> Case:
    """A case of the tiny protocol."""
    return next(case for case in cases if case.id == id_)


def test_every_case_of_the_tiny_protocol_is_kept(
    program: Program, cases: tuple[Case, ...]
) -> None:
    """They say what the rules do."""
    assert [r.case.id for r in run_cases(program, cases) if not r.passes] == []


WRONG = [
    ("all_clear", Expectation(urgency=Urgency.SOON), ["the urgency is self_care, expected soon"]),
    ("all_clear", Expectation(certain=(Urgency.SOON, Urgency.ROUTINE)),
     ["certain is self_care, expected soon or routine"]),
    ("all_clear", Expectation(status="incomplete"),
     ["the status is complete, expected incomplete"]),
    ("long_and_feverish", Expectation(rules=("child", "stays_long")),
     ["'child' fires not, and should", "'fever_today' fires, and should not"]),
    ("all_clear", Expectation(given=()),
     ["'drinks' is given, and should not", "'lozenges' is given, and should not"]),
    ("short_of_breath", Expectation(given=("drinks",)), ["'drinks' is given not, and should"]),
    ("all_clear", Expectation(withheld=("lozenges",)), ["'lozenges' is withheld not, and should"]),
    ("all_clear", Expectation(verdicts=(("honey", "ask"),)),
     ["the verdict on 'honey' is may_try, expected ask"]),
    ("short_of_breath", Expectation(verdicts=(("honey", "ask"),)),
     ["the verdict on 'honey' is not_considered, expected ask"]),
    ("all_clear", Expectation(without=("drinks",)), ["'drinks' is there, and should not"]),
    ("all_clear", Expectation(counts=(("signs", 3),)), ["'signs' is 0, expected 3"]),
]  # fmt: skip


@pytest.mark.parametrize(("id_", "expect", "failures"), WRONG)
def test_what_differs_is_said(
    program: Program, cases: tuple[Case, ...], id_: str, expect: Expectation, failures: list[str]
) -> None:
    """Each difference is a sentence."""
    case = Case(id="one", about="One.", sheet=by_id(cases, id_).sheet, expect=expect)

    result = run_case(program, case)

    assert list(result.failures) == failures
    assert not result.passes


OUTSIDE = [
    ((Urgency.SELF_CARE,), "", []),
    ((Urgency.SOON,), "", ["certain is self_care, acceptable is soon"]),
    ((Urgency.SOON,), "Because.", []),
    ((Urgency.SELF_CARE,), "Because.",
     ["certain is self_care, which is acceptable, so 'outside' is out of date"]),
]  # fmt: skip


@pytest.mark.parametrize(("acceptable", "outside", "failures"), OUTSIDE)
def test_outside_needs_a_reason_and_a_reason_needs_to_be_outside(
    program: Program, acceptable: tuple[Urgency, ...], outside: str, failures: list[str]
) -> None:
    """Neither goes out of date unseen."""
    case = Case(id="one", about="One.", acceptable=acceptable, outside=outside)

    result = run_case(program, case)

    assert list(result.failures) == failures
    assert result.is_outside is (acceptable == (Urgency.SOON,))


FLOORS = [
    (Case(id="a", about="A.", acceptable=(Urgency.SAME_DAY, Urgency.SOON)), Urgency.SOON),
    (Case(id="a", about="A.", expect=Expectation(certain=(Urgency.SOON,))), Urgency.SOON),
    (Case(id="a", about="A.", expect=Expectation(urgency=Urgency.ROUTINE)), Urgency.ROUTINE),
    (Case(id="a", about="A."), None),
]


@pytest.mark.parametrize(("case", "floor"), FLOORS)
def test_the_least_that_counts_as_right(
    program: Program, case: Case, floor: Urgency | None
) -> None:
    """It comes from what is acceptable, else from what is expected."""
    assert run_case(program, case).floor is floor
