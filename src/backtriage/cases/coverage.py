"""The coverage of a run of all cases, as exact fractions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from backtriage.cases.case import CaseResult, fired_rules
from backtriage.decide.evaluate import Evaluation, Interval
from backtriage.decide.kernel import F, T, U
from backtriage.decide.reasons import CERTAIN
from backtriage.program.program import Program
from backtriage.protocol.dependencies import questions_read, unfold
from backtriage.protocol.protocol import Rule
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always, Condition, condition_text
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A coverage ratio: how many items are covered, of how many, and which are missing."""

    total: int
    missing: tuple[str, ...]

    @property
    def covered(self) -> int:
        """How many are covered."""
        return self.total - len(self.missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undertriage:
    """Undertriage: the cases that need care today or sooner, and those given a lower urgency."""

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
    conditional = {r.id: r.when for r in program.rules if not isinstance(r.when, Always)}
    intervals = {
        id_: [evaluation.interval(when) for evaluation in evaluations]
        for id_, when in conditional.items()
    }
    clauses = {
        f"{rule.id}: {condition_text(clause, program.protocol.units)}": clause
        for rule in program.rules
        for clause in unfold(rule.when, program.facts)
    }
    seen = {
        clause: {evaluation.interval(clause) for evaluation in evaluations}
        for clause in set(clauses.values())
    }
    fired, switched = _fired(program, results), _switched(intervals, evaluations)
    urgencies = Counter(result.assessment.urgency for result in results)
    return Coverage(
        rules_fired=_ratio({rule.id: rule.id in fired for rule in program.rules}),
        rules_switched=_ratio({id_: id_ in switched for id_ in conditional}),
        rules_unsure=_ratio({
            id_: (U, U) in intervals[id_]
            for id_, when in conditional.items()
            if _can_be_unsure(program, when)
        }),
        clauses_true=_ratio({text: (T, T) in seen[clause] for text, clause in clauses.items()}),
        clauses_false=_ratio({text: (F, F) in seen[clause] for text, clause in clauses.items()}),
        clauses_unsure=_ratio({
            text: (U, U) in seen[clause]
            for text, clause in clauses.items()
            if _can_be_unsure(program, clause)
        }),
        hazards=tuple(sorted(Counter(h for r in results for h in r.case.hazards).items())),
        shares=tuple((urgency, urgencies[urgency]) for urgency in sorted(Urgency, reverse=True)),
        published=_undertriage(result for result in results if result.case.source),
        invented=_undertriage(result for result in results if not result.case.source),
    )  # fmt: skip


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


def _ratio(is_covered: Mapping[str, bool]) -> Ratio:
    missing = tuple(name for name, covered in is_covered.items() if not covered)
    return Ratio(total=len(is_covered), missing=missing)


def _fired(program: Program, results: tuple[CaseResult, ...]) -> set[str]:
    """Return the rules that certainly fire; the rule for everybody only if no other does."""
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
    """Return the rules that a single changed answer switches from certainly false to true."""
    one_answer_apart = list(_one_answer_apart(evaluation.answers for evaluation in evaluations))
    return {
        id_
        for id_, values in intervals.items()
        if any(
            {(T, T), (F, F)} <= {values[index] for index in group} for group in one_answer_apart
        )
    }


def _one_answer_apart(sheets: Iterable[Answers]) -> Iterator[list[int]]:
    """Yield groups of sheets, by their indices, that differ in their answer to one question.

    A sheet without one answer is built only where another has the same sum of weights without it:
    to build all of them takes the square of the questions for each sheet.
    """
    groups: dict[tuple[str, int], list[Answers]] = defaultdict(list)
    indices = {sheet: index for index, sheet in enumerate(sheets)}  # each different sheet once
    weights: dict[tuple[str, Value], int] = {}
    for sheet in indices:
        # Only the hash of a text is as good as random: those of "yes" and "no" are evenly apart.
        own = {
            entry[0]: weights.setdefault(entry, hash(f"{len(weights)}")) for entry in sheet.items()
        }
        total = sum(own.values())
        for question, weight in own.items():
            groups[question, total - weight].append(sheet)
    for (question, _), alike in groups.items():
        if len(alike) > 1:
            rests: dict[Answers, list[int]] = defaultdict(list)
            for sheet in alike:
                rests[sheet.without(question)].append(indices[sheet])
            yield from (group for group in rests.values() if len(group) > 1)


def _can_be_unsure(program: Program, condition: Condition) -> bool:
    """Whether some answer makes a condition "not sure"; no age does, for example."""
    questions = questions_read(condition, program.facts, program.scores)
    return any(program.questions[question].allows_not_sure for question in questions)
