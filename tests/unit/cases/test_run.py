"""Running a case: kept, or broken with what differs."""

from __future__ import annotations

import pytest

from backtriage.cases.case import Case, Expect
from backtriage.cases.run import run, run_all
from backtriage.program.program import Program
from backtriage.terms.urgency import Urgency


def by_id(cases: tuple[Case, ...], id_: str) -> Case:
    """A case of the tiny protocol."""
    return next(case for case in cases if case.id == id_)


def test_every_case_of_the_tiny_protocol_is_kept(
    program: Program, cases: tuple[Case, ...]
) -> None:
    """They say what the rules do."""
    assert [r.case.id for r in run_all(program, cases) if not r.is_kept] == []


WRONG = [
    ("all_clear", Expect(urgency=Urgency.SOON), ["the urgency is self_care, expected soon"]),
    ("all_clear", Expect(certain=(Urgency.SOON, Urgency.ROUTINE)),
     ["certain is self_care, expected soon or routine"]),
    ("all_clear", Expect(status="incomplete"), ["the status is complete, expected incomplete"]),
    ("long_and_feverish", Expect(rules=("child", "stays_long")),
     ["'child' fires not, and should", "'fever_today' fires, and should not"]),
    ("all_clear", Expect(given=()),
     ["'drinks' is given, and should not", "'lozenges' is given, and should not"]),
    ("short_of_breath", Expect(given=("drinks",)), ["'drinks' is given not, and should"]),
    ("all_clear", Expect(withheld=("lozenges",)), ["'lozenges' is withheld not, and should"]),
    ("all_clear", Expect(verdicts=(("honey", "ask"),)),
     ["the verdict on 'honey' is may_try, expected ask"]),
    ("short_of_breath", Expect(verdicts=(("honey", "ask"),)),
     ["the verdict on 'honey' is not_considered, expected ask"]),
    ("all_clear", Expect(without=("drinks",)), ["'drinks' is there, and should not"]),
    ("all_clear", Expect(counts=(("signs", 3),)), ["'signs' is 0, expected 3"]),
]  # fmt: skip


@pytest.mark.parametrize(("id_", "expect", "differs"), WRONG)
def test_what_differs_is_said(
    program: Program, cases: tuple[Case, ...], id_: str, expect: Expect, differs: list[str]
) -> None:
    """Each difference is a sentence."""
    case = Case(id="one", about="One.", sheet=by_id(cases, id_).sheet, expect=expect)

    result = run(program, case)

    assert list(result.differs) == differs
    assert not result.is_kept


OUTSIDE = [
    ((Urgency.SELF_CARE,), "", []),
    ((Urgency.SOON,), "", ["certain is self_care, acceptable is soon"]),
    ((Urgency.SOON,), "Because.", []),
    ((Urgency.SELF_CARE,), "Because.",
     ["certain is self_care, which is acceptable, so 'outside' is out of date"]),
]  # fmt: skip


@pytest.mark.parametrize(("acceptable", "outside", "differs"), OUTSIDE)
def test_outside_needs_a_reason_and_a_reason_needs_to_be_outside(
    program: Program, acceptable: tuple[Urgency, ...], outside: str, differs: list[str]
) -> None:
    """Neither goes out of date unseen."""
    case = Case(id="one", about="One.", acceptable=acceptable, outside=outside)

    result = run(program, case)

    assert list(result.differs) == differs
    assert result.is_outside is (acceptable == (Urgency.SOON,))


FLOORS = [
    (Case(id="a", about="A.", acceptable=(Urgency.SAME_DAY, Urgency.SOON)), Urgency.SOON),
    (Case(id="a", about="A.", expect=Expect(certain=(Urgency.SOON,))), Urgency.SOON),
    (Case(id="a", about="A.", expect=Expect(urgency=Urgency.ROUTINE)), Urgency.ROUTINE),
    (Case(id="a", about="A."), None),
]


@pytest.mark.parametrize(("case", "floor"), FLOORS)
def test_the_least_that_counts_as_right(
    program: Program, case: Case, floor: Urgency | None
) -> None:
    """It comes from what is acceptable, else from what is expected."""
    assert run(program, case).floor is floor
