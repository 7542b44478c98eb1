"""Coverage: exact fractions of what the cases have tried."""

from __future__ import annotations

from decimal import Decimal

from backtriage.cases.case import Case, Expectation
from backtriage.cases.coverage import Count, Misses, coverage, firing
from backtriage.cases.run import run_cases
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Ticks

CLEAR = Answers({
    "years": Decimal(30), "airway": Ticks(), "days": "under_1_week", "feverish": False,
})  # fmt: skip


def case(id_: str, sheet: Answers = CLEAR, **more: object) -> Case:
    """A case with a sheet."""
    return Case(id=id_, about="Someone.", sheet=sheet, **more)  # type: ignore[arg-type]


def breathing(answers: Answers, *, unsure: bool = False) -> Answers:
    """The same with trouble breathing."""
    item = frozenset({"breathing"})
    return answers.with_("airway", Ticks(unsure=item) if unsure else Ticks(yes=item))


def test_the_tiny_protocol_is_covered(program: Program, cases: tuple[Case, ...]) -> None:
    """All rules both ways, all clauses every way."""
    found = coverage(program, run_cases(program, cases))

    assert found.fired == Count(of=5, left=())
    assert found.nearest == Count(of=4, left=())
    assert found.doubted == Count(of=3, left=())
    assert (found.true, found.false) == (Count(of=8, left=()), Count(of=8, left=()))
    assert found.unsure == Count(of=6, left=())
    assert found.hazards == (("H01", 1), ("H14", 2))


def test_nothing_is_covered_by_nothing(program: Program) -> None:
    """Every fraction is zero of all."""
    found = coverage(program, ())

    assert (found.fired.seen, found.fired.of) == (0, 5)
    assert found.nearest.left == ("cannot_breathe", "fever_today", "stays_long", "child")
    assert found.true.left[0] == "cannot_breathe: airway includes breathing"
    assert found.published == Misses(of=0, below=())
    assert found.published.bound is None


def test_the_rule_for_everybody_counts_when_no_other_fires(program: Program) -> None:
    """It is the reason of a person without any other."""
    assert "home" not in coverage(program, run_cases(program, [case("a")])).fired.left
    results = run_cases(program, [case("a", breathing(CLEAR))])
    assert "home" in coverage(program, results).fired.left


def test_a_doubt_is_no_firing(program: Program) -> None:
    """A rule that rests on "not sure" is counted by itself."""
    found = coverage(program, run_cases(program, [case("a", breathing(CLEAR, unsure=True))]))

    assert "cannot_breathe" in found.fired.left
    assert "cannot_breathe" not in found.doubted.left
    assert "cannot_breathe: airway includes breathing" not in found.unsure.left


def test_nearest_means_one_answer(program: Program) -> None:
    """Two answers apart is not near; an open question is no "does not fire"."""
    two_apart = breathing(CLEAR.with_("days", "longer"))
    pairs = [[case("a"), case("b", two_apart)],
             [case("a", CLEAR.without("airway")), case("b", breathing(CLEAR))]]  # fmt: skip
    for pair in pairs:
        assert "cannot_breathe" in coverage(program, run_cases(program, pair)).nearest.left
    near = [case("a"), case("b", breathing(CLEAR))]
    assert "cannot_breathe" not in coverage(program, run_cases(program, near)).nearest.left


def test_which_cases_fire_a_rule(program: Program) -> None:
    """Certain ones only, by case id."""
    rule = next(rule for rule in program.rules if rule.id == "cannot_breathe")
    results = run_cases(program, [
        case("a"), case("b", breathing(CLEAR)), case("c", breathing(CLEAR, unsure=True)),
        case("d", CLEAR.with_("airway", NOT_SURE)),
    ])  # fmt: skip

    assert firing(rule, results) == ("b",)


def test_misses_and_the_rule_of_three(program: Program) -> None:
    """Published cases and others apart; a miss leaves no bound to quote."""
    high = Expectation(urgency=Urgency.EMERGENCY)
    results = run_cases(program, [
        case("kept", breathing(CLEAR), expect=high, source="A book"),
        case("missed", CLEAR, expect=high),
        case("harmless", CLEAR, expect=Expectation(urgency=Urgency.SELF_CARE)),
        case("silent", CLEAR, expect=Expectation(status="complete")),
    ])  # fmt: skip

    found = coverage(program, results)

    assert found.published == Misses(of=1, below=())
    assert found.published.bound == 3.0
    assert found.invented == Misses(of=1, below=("missed",))
    assert found.invented.bound is None
    assert dict(found.shares)[Urgency.SELF_CARE] == 3
