"""What a run of all cases has covered, as exact fractions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from backtriage.cases.case import CaseResult, fired_rules
from backtriage.decide.evaluate import Evaluation, F, Interval, T, U
from backtriage.decide.reasons import CERTAIN
from backtriage.program.program import Program
from backtriage.protocol.dependencies import questions_read, unfold
from backtriage.protocol.protocol import Rule
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always, Atom, Condition, Scores, condition_text
from backtriage.terms.urgency import Urgency

Clause: TypeAlias = Atom | Scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """How many of how many are covered, and which are missing."""

    total: int
    missing: tuple[str, ...]

    @property
    def covered(self) -> int:
        """How many are covered."""
        return self.total - len(self.missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undertriage:
    """Cases that need care the same day or sooner, and those that are sent later."""

    total: int
    missed: tuple[str, ...]

    @property
    def upper_bound(self) -> float | None:
        """The rule of three: without a miss in n cases, the true share may still be 3/n."""
        return 3 / self.total if self.total and not self.missed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What a run of all cases has covered."""

    rules_fired: Ratio
    """Rules that certainly fire in a case."""
    rules_switched: Ratio
    """Rules with two cases that differ in one answer, of which exactly one fires the rule."""
    rules_unsure: Ratio
    """Rules that rest on "not sure" in a case."""
    clauses_true: Ratio
    clauses_false: Ratio
    clauses_unsure: Ratio
    hazards: tuple[tuple[str, int], ...]
    """The number of cases for each hazard."""
    shares: tuple[tuple[Urgency, int], ...]
    """The number of cases at each urgency, highest first."""
    published: Undertriage
    invented: Undertriage


def measure_coverage(program: Program, results: tuple[CaseResult, ...]) -> Coverage:
    """Measure the coverage of the results of all cases."""
    evaluations = [Evaluation(program, result.case.sheet) for result in results]
    conditional = [rule for rule in program.rules if not isinstance(rule.when, Always)]
    intervals = {
        rule.id: [evaluation.interval(rule.when) for evaluation in evaluations]
        for rule in conditional
    }
    can_be_unsure = [rule for rule in conditional if _can_be_unsure(program, rule.when)]
    unsure = {id_ for id_, values in intervals.items() if (U, U) in values}
    clauses_true, clauses_false, clauses_unsure = _clauses(program, evaluations)
    urgencies = Counter(result.assessment.urgency for result in results)
    return Coverage(
        rules_fired=_ratio(program.rules, _fired(program, results)),
        rules_switched=_ratio(conditional, _switched(intervals, evaluations)),
        rules_unsure=_ratio(can_be_unsure, unsure),
        clauses_true=clauses_true,
        clauses_false=clauses_false,
        clauses_unsure=clauses_unsure,
        hazards=tuple(sorted(Counter(h for r in results for h in r.case.hazards).items())),
        shares=tuple((urgency, urgencies[urgency]) for urgency in sorted(Urgency, reverse=True)),
        published=_undertriage(result for result in results if result.case.source),
        invented=_undertriage(result for result in results if not result.case.source),
    )


def cases_firing(rule: Rule, results: Iterable[CaseResult]) -> tuple[str, ...]:
    """Return the cases in which a rule certainly fires."""
    return tuple(
        result.case.id
        for result in results
        for reason in result.assessment.reasons
        if reason.rule == rule and reason.certainty == CERTAIN
    )


def _undertriage(results: Iterable[CaseResult]) -> Undertriage:
    urgent = [r for r in results if (r.least_acceptable or Urgency.SELF_CARE) >= Urgency.SAME_DAY]
    missed = tuple(r.case.id for r in urgent if r.assessment.certain < Urgency.SAME_DAY)
    return Undertriage(total=len(urgent), missed=missed)


def _ratio(rules: Iterable[Rule], covered: set[str]) -> Ratio:
    ids = [rule.id for rule in rules]
    return Ratio(total=len(ids), missing=tuple(id_ for id_ in ids if id_ not in covered))


def _fired(program: Program, results: tuple[CaseResult, ...]) -> set[str]:
    """Rules that are a certain reason; the rule that always holds only if no other fires."""
    fired = {
        reason.rule.id
        for result in results
        for reason in result.assessment.reasons
        if reason.certainty == CERTAIN
    }
    if not all(fired_rules(result.assessment) for result in results):
        fired |= {rule.id for rule in program.rules if isinstance(rule.when, Always)}
    return fired


def _switched(intervals: Mapping[str, list[Interval]], evaluations: list[Evaluation]) -> set[str]:
    """Rules that a single changed answer switches from certainly false to certainly true."""
    groups: dict[tuple[str, Answers], list[int]] = defaultdict(list)
    for index, evaluation in enumerate(evaluations):
        for question in evaluation.answers:
            groups[question, evaluation.answers.without(question)].append(index)
    one_answer_apart = [group for group in groups.values() if len(group) > 1]
    return {
        id_
        for id_, values in intervals.items()
        if any(
            {(T, T), (F, F)} <= {values[index] for index in group} for group in one_answer_apart
        )
    }


def _clauses(program: Program, evaluations: list[Evaluation]) -> tuple[Ratio, Ratio, Ratio]:
    """Evaluate every clause of every rule, with facts unfolded, on every sheet."""
    units = program.protocol.units
    clauses = [
        (f"{rule.id}: {condition_text(clause, units)}", clause)
        for rule in program.rules
        for clause in dict.fromkeys(unfold(rule.when, program.facts))
    ]
    seen = {
        clause: {evaluation.interval(clause) for evaluation in evaluations}
        for clause in {clause for _, clause in clauses}
    }

    def ratio(truth: int, among: list[tuple[str, Clause]]) -> Ratio:
        missing = tuple(text for text, clause in among if (truth, truth) not in seen[clause])
        return Ratio(total=len(among), missing=missing)

    can_be_unsure = [pair for pair in clauses if _can_be_unsure(program, pair[1])]
    return ratio(T, clauses), ratio(F, clauses), ratio(U, can_be_unsure)


def _can_be_unsure(program: Program, condition: Condition) -> bool:
    """Whether some answer leaves a condition open, unlike an age that allows no "not sure"."""
    questions = questions_read(condition, program.facts, program.scores)
    return any(program.questions[question].allows_not_sure for question in questions)
