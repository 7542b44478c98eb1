"""What the cases have tried, in exact fractions: rules, clauses, hazards, urgencies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from backtriage.cases.run import Result, fired
from backtriage.decide.evaluate import Evaluation, F, Interval, T, U
from backtriage.decide.reasons import CERTAIN
from backtriage.program.program import Program
from backtriage.protocol.condition_text import condition_text, units_of
from backtriage.protocol.dependencies import unfold
from backtriage.protocol.protocol import Rule
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always, Atom, Condition, Scores
from backtriage.terms.urgency import Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many of how many, and which are left. Never rounded."""

    of: int
    left: tuple[str, ...]

    @property
    def seen(self) -> int:
        """How many were seen."""
        return self.of - len(self.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Misses:
    """Cases that must not fall below the same day, and those that did."""

    of: int
    below: tuple[str, ...]

    @property
    def bound(self) -> float | None:
        """The rule of three: with none in n, the true share may still be 3 in n."""
        return 3 / self.of if self.of and not self.below else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What a run of all cases has tried."""

    fired: Count
    """Rules that surely fire in a case."""
    nearest: Count
    """Rules with two cases, one answer apart, of which one fires it and the other does not."""
    doubted: Count
    """Rules that rest on "not sure" in a case."""
    true: Count
    false: Count
    unsure: Count
    """Clauses of rules seen surely true, surely false, and not sure."""
    hazards: tuple[tuple[str, int], ...]
    """Each hazard that is named, and by how many cases."""
    shares: tuple[tuple[Urgency, int], ...]
    """How many cases end at each urgency, highest first."""
    published: Misses
    invented: Misses


def coverage(program: Program, results: tuple[Result, ...]) -> Coverage:
    """Count everything over the results of all cases."""
    evaluations = [Evaluation(program, result.case.sheet) for result in results]
    true, false, unsure = _clauses(program, evaluations)
    rules = [rule for rule in program.rules if not isinstance(rule.when, Always)]
    return Coverage(
        fired=_count(_fired(program, results), (rule.id for rule in program.rules)),
        nearest=_count(_nearest(rules, evaluations), (rule.id for rule in rules)),
        doubted=_count(
            _doubted(rules, evaluations), (r.id for r in rules if _may_doubt(program, r))
        ),
        true=true,
        false=false,
        unsure=unsure,
        hazards=_hazards(results),
        shares=tuple(
            (urgency, sum(r.assessment.urgency is urgency for r in results))
            for urgency in sorted(Urgency, reverse=True)
        ),
        published=_misses(result for result in results if result.case.source),
        invented=_misses(result for result in results if not result.case.source),
    )


def _count(seen: Iterable[str], every: Iterable[str]) -> Count:
    known = tuple(every)
    found = frozenset(seen)
    return Count(of=len(known), left=tuple(id_ for id_ in known if id_ not in found))


def _misses(results: Iterable[Result]) -> Misses:
    dangerous = [r for r in results if r.floor is not None and r.floor >= Urgency.SAME_DAY]
    below = [r.case.id for r in dangerous if r.assessment.certain < Urgency.SAME_DAY]
    return Misses(of=len(dangerous), below=tuple(below))


def _hazards(results: tuple[Result, ...]) -> tuple[tuple[str, int], ...]:
    named = [hazard for result in results for hazard in result.case.hazards]
    return tuple((hazard, named.count(hazard)) for hazard in sorted(set(named)))


# -- rules --------------------------------------------------------------------------------


def _fired(program: Program, results: tuple[Result, ...]) -> Iterable[str]:
    """Rules that are a certain reason; the one for everybody when it is the only one."""
    everybody = [rule.id for rule in program.rules if isinstance(rule.when, Always)]
    for result in results:
        for reason in result.assessment.reasons:
            if reason.certainty == CERTAIN:
                yield reason.rule.id
        if not fired(result.assessment):
            yield from everybody


def firing(rule: Rule, results: Iterable[Result]) -> tuple[str, ...]:
    """The cases in which a rule surely fires."""
    return tuple(
        result.case.id
        for result in results
        for reason in result.assessment.reasons
        if reason.rule == rule and reason.certainty == CERTAIN
    )


def _doubted(rules: list[Rule], evaluations: list[Evaluation]) -> Iterable[str]:
    return (
        r.id
        for r in rules
        if any(evaluation.interval(r.when) == (U, U) for evaluation in evaluations)
    )


def _nearest(rules: list[Rule], evaluations: list[Evaluation]) -> Iterable[str]:
    """Rules that one changed answer switches from surely false to surely true."""
    groups = _one_apart(evaluations)
    for rule in rules:
        pairs = {id(evaluation): evaluation.interval(rule.when) for evaluation in evaluations}
        if any(_switches(group, pairs) for group in groups):
            yield rule.id


def _switches(group: list[Evaluation], pairs: Mapping[int, Interval]) -> bool:
    seen = {pairs[id(evaluation)] for evaluation in group}
    return (T, T) in seen and (F, F) in seen


def _one_apart(evaluations: list[Evaluation]) -> list[list[Evaluation]]:
    """Groups of sheets that are the same but for the answer to one question."""
    groups: dict[tuple[str, Answers], list[Evaluation]] = {}
    for evaluation in evaluations:
        for question in evaluation.answers:
            rest = evaluation.answers.without(question)
            groups.setdefault((question, rest), []).append(evaluation)
    return [group for group in groups.values() if len(group) > 1]


# -- clauses ------------------------------------------------------------------------------


def _clauses(program: Program, evaluations: list[Evaluation]) -> tuple[Count, Count, Count]:
    """Every clause of every rule, facts unfolded, against every sheet."""
    units = units_of(program.protocol)
    every = [
        (f"{rule.id}: {condition_text(clause, units)}", clause)
        for rule in program.rules
        for clause in dict.fromkeys(unfold(rule.when, program.facts))
    ]
    clauses = dict.fromkeys(clause for _, clause in every)
    seen = {
        clause: {evaluation.interval(clause) for evaluation in evaluations} for clause in clauses
    }

    def count(truth: int, among: list[tuple[str, Atom | Scores]]) -> Count:
        left = tuple(text for text, clause in among if (truth, truth) not in seen[clause])
        return Count(of=len(among), left=left)

    doubtful = [pair for pair in every if _can_be_unsure(program, pair[1])]
    return count(T, every), count(F, every), count(U, doubtful)


def _can_be_unsure(program: Program, clause: Condition) -> bool:
    """Whether any answer leaves a clause open; an age without "not sure" never does."""
    if isinstance(clause, Scores):
        asked = {points.question for points in program.scores[clause.score].points}
    else:
        asked = {getattr(clause, "question", "")}
    return any(program.questions[question].allows_not_sure for question in asked)


def _may_doubt(program: Program, rule: Rule) -> bool:
    return any(_can_be_unsure(program, clause) for clause in unfold(rule.when, program.facts))
