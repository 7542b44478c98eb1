"""Coverage of a run, as exact fractions."""

from __future__ import annotations

from decimal import Decimal

from backtriage.cases.case import Case, Expectation, run_cases
from backtriage.cases.coverage import (
    Coverage,
    Ratio,
    Undertriage,
    cases_firing,
    measure_coverage,
)
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Ticks

CLEAR = Answers({
    "years": Decimal(30), "airway": Ticks(), "days": "under_1_week", "feverish": False,
})  # fmt: skip
BREATHLESS = CLEAR.with_("airway", Ticks(yes=frozenset({"breathing"})))
PERHAPS_BREATHLESS = CLEAR.with_("airway", Ticks(unsure=frozenset({"breathing"})))


def case(id_: str, sheet: Answers = CLEAR, **fields: object) -> Case:
    return Case(id=id_, about="Someone.", sheet=sheet, **fields)  # type: ignore[arg-type]


def coverage(program: Program, *sheets: Answers) -> Coverage:
    cases = [case(str(number), sheet) for number, sheet in enumerate(sheets)]
    return measure_coverage(program, run_cases(program, cases))


def test_the_cases_of_the_tiny_protocol_cover_everything(
    program: Program, cases: tuple[Case, ...]
) -> None:
    full = measure_coverage(program, run_cases(program, cases))

    assert full.rules_fired == Ratio(total=5, missing=())
    assert full.rules_switched == Ratio(total=4, missing=())
    assert full.rules_unsure == Ratio(total=3, missing=())
    assert full.clauses_true == Ratio(total=8, missing=())
    assert full.clauses_false == Ratio(total=8, missing=())
    assert full.clauses_unsure == Ratio(total=6, missing=())
    assert full.hazards == (("H01", 1), ("H14", 2))


def test_no_cases_cover_nothing(program: Program) -> None:
    empty = measure_coverage(program, ())

    assert (empty.rules_fired.covered, empty.rules_fired.total) == (0, 5)
    assert empty.rules_switched.missing == ("cannot_breathe", "fever_today", "stays_long", "child")
    assert empty.clauses_true.missing[0] == "cannot_breathe: airway includes breathing"
    assert empty.published == Undertriage(total=0, missed=())
    assert empty.published.upper_bound is None


def test_the_rule_that_always_holds_fires_only_without_others(program: Program) -> None:
    assert "home" not in coverage(program, CLEAR).rules_fired.missing
    assert "home" in coverage(program, BREATHLESS).rules_fired.missing


def test_a_rule_that_rests_on_not_sure_has_not_fired(program: Program) -> None:
    unsure = coverage(program, PERHAPS_BREATHLESS)

    assert "cannot_breathe" in unsure.rules_fired.missing
    assert "cannot_breathe" not in unsure.rules_unsure.missing
    assert "cannot_breathe: airway includes breathing" not in unsure.clauses_unsure.missing


def test_a_rule_is_switched_by_one_changed_answer(program: Program) -> None:
    two_apart = BREATHLESS.with_("days", "longer")
    unanswered = CLEAR.without("airway")

    assert "cannot_breathe" in coverage(program, CLEAR, two_apart).rules_switched.missing
    assert "cannot_breathe" in coverage(program, unanswered, BREATHLESS).rules_switched.missing
    assert "cannot_breathe" not in coverage(program, CLEAR, BREATHLESS).rules_switched.missing


def test_cases_that_certainly_fire_a_rule(program: Program) -> None:
    rule = next(rule for rule in program.rules if rule.id == "cannot_breathe")
    results = run_cases(program, [
        case("a"), case("b", BREATHLESS), case("c", PERHAPS_BREATHLESS),
        case("d", CLEAR.with_("airway", NOT_SURE)),
    ])  # fmt: skip

    assert cases_firing(rule, results) == ("b",)


def test_undertriage_of_published_and_invented_cases(program: Program) -> None:
    emergency = Expectation(urgency=Urgency.EMERGENCY)
    results = run_cases(program, [
        case("correct", BREATHLESS, expect=emergency, source="A book"),
        case("missed", CLEAR, expect=emergency),
        case("harmless", CLEAR, expect=Expectation(urgency=Urgency.SELF_CARE)),
        case("silent", CLEAR, expect=Expectation(status="complete")),
    ])  # fmt: skip

    measured = measure_coverage(program, results)

    assert measured.published == Undertriage(total=1, missed=())
    assert measured.published.upper_bound == 3.0
    assert measured.invented == Undertriage(total=1, missed=("missed",))
    assert measured.invented.upper_bound is None
    assert dict(measured.shares)[Urgency.SELF_CARE] == 3
