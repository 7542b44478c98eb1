"""An example of a group, confirmed by the interpreter before anybody sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from backtriage.compare.affected_group import AffectedGroup, Aspect, Attribution
from backtriage.compare.outcomes import (
    FEWER,
    GIVEN,
    IN_SCOPE,
    LISTED,
    MORE,
    NOT_CONSIDERED,
    NOT_GIVEN,
    NOT_LISTED,
    OUT_OF_SCOPE,
    WITHHELD,
)
from backtriage.compare.paired_domain import PairedDomain
from backtriage.decide.assessment import Assessment, Status, assess
from backtriage.decide.evaluate import Evaluation, asked, urgency_from
from backtriage.decide.kernel import F, T, U
from backtriage.prove.counterexample import SpuriousCounterexample, given_to
from backtriage.prove.domain import Assignment
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import URGENCIES, Urgency

OLD, NEW = 0, 1
"""The versions, as indices of a pair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A person under both versions."""

    assignment: Assignment
    sheets: tuple[Answers, Answers]
    assessments: tuple[Assessment, Assessment]

    def evaluation(self, version: int) -> Evaluation:
        """Evaluate the sheet of a version."""
        return Evaluation(self.assessments[version].program, self.sheets[version])

    def acted_on(self, version: int) -> Evaluation:
        """Evaluate it, counting each set-aside answer where it is worse."""
        evaluation = self.evaluation(version)
        return evaluation.counting_all() or evaluation


def confirmed_example(
    domain: PairedDomain, group: AffectedGroup, assignment: Assignment
) -> Example:
    """Return a member of a group.

    Raises:
        SpuriousCounterexample: The interpreter disagrees.
    """
    before, after = (side.program for side in domain.domains)
    old, new = (side.sheet(assignment) for side in domain.domains)
    if group.aspect is not Aspect.CONTRADICTED:
        old, new = asked(before, old), asked(after, new)
    assessments = assess(before, old), assess(after, new)
    example = Example(assignment=assignment, sheets=(old, new), assessments=assessments)
    if not _is_member(example, group):
        what = f"{group.aspect} {group.subject} {group.before} {group.after}"
        raise SpuriousCounterexample(f"the interpreter does not agree on {what}")
    return example


def _is_member(example: Example, group: AffectedGroup) -> bool:
    if group.is_harmful:
        return _is_harmed(example, group)
    if group.aspect is Aspect.COUNT:
        before, after = (_count(example, version, group.subject) for version in (OLD, NEW))
        return {MORE: before < after, FEWER: before > after}[group.after]
    before_after = tuple(shown_value(example, group, version) for version in (OLD, NEW))
    is_change = before_after == (group.before, group.after)
    if group.aspect is Aspect.FLOOR:
        low, high = sorted(before_after, key=URGENCIES.__getitem__)
        is_change = low != high == (group.before if group.is_lowered else group.after)
    return is_change and (group.is_mismatched or not group.causes or _has_causes(example, group))


def _has_causes(example: Example, group: AffectedGroup) -> bool:
    """Return whether the higher urgency comes from the causes of a group and nothing else."""
    version, urgency = (OLD, group.before) if group.is_lowered else (NEW, group.after)
    evaluation, wanted = example.acted_on(version), URGENCIES[urgency]
    is_floor = group.aspect is Aspect.FLOOR
    urgencies = floor_urgencies(evaluation) if is_floor else rule_urgencies(evaluation)
    causes = {id_ for id_, own in urgencies.items() if own is not None and own >= wanted}
    fewest = 2 if group.attribution is Attribution.TOGETHER else 1
    return fewest <= len(causes) and causes <= set(group.causes)


def rule_urgencies(evaluation: Evaluation) -> Mapping[str, Urgency | None]:
    """Return the urgency that each rule certainly gives."""
    interval = evaluation.interval
    return {r.id: urgency_from(r, interval(r.when)[0]) for r in evaluation.program.rules}


def floor_urgencies(evaluation: Evaluation) -> Mapping[str, Urgency]:
    """Return the least urgency that each safety floor guarantees."""
    urgencies: dict[str, Urgency] = {}
    for floor in evaluation.program.protocol.floors:
        truth = evaluation.interval(floor.when)[0]
        surely = floor.at_least if truth == T else Urgency.SELF_CARE
        maybe = floor.if_unsure if truth >= U and floor.if_unsure else Urgency.SELF_CARE
        urgencies[floor.id] = max(surely, maybe)
    return urgencies


def _is_harmed(example: Example, group: AffectedGroup) -> bool:
    id_ = group.subject if group.aspect is Aspect.ADVICE else f"{group.subject}.{group.after}"
    old, new = (
        given_to(assessment.program, sheet)
        for assessment, sheet in zip(example.assessments, example.sheets, strict=True)
    )
    return id_ in new - old and is_contraindicated(example.evaluation(OLD), id_)


def is_contraindicated(evaluation: Evaluation, id_: str) -> bool:
    """Return whether a version contraindicates, or may contraindicate, advice or a verdict."""
    program = evaluation.program
    withhold = (a.withhold_if for a in program.advice if a.id == id_ and a.withhold_if)
    never = (n.when for n in program.protocol.never_with if id_ in n.advice)
    return any(evaluation.interval(condition)[0] != F for condition in (*withhold, *never))


# -- what a version shows ---------------------------------------------------------------------


def shown_value(example: Example, group: AffectedGroup, version: int) -> str:
    """Return the value that a version shows of what a group is about."""
    return _SHOWN[group.aspect](example, version, group.subject)


def _floor(example: Example, version: int, _: str) -> str:
    urgencies = floor_urgencies(example.evaluation(version)).values()
    return max((*urgencies, Urgency.SELF_CARE)).id


def _scope(example: Example, version: int, _: str) -> str:
    status = example.assessments[version].status
    return OUT_OF_SCOPE if status is Status.OUT_OF_SCOPE else IN_SCOPE


def _advice(example: Example, version: int, subject: str) -> str:
    assessment = example.assessments[version]
    if any(advice.id == subject for advice in assessment.advice):
        return GIVEN
    is_withheld = any(entry.advice.id == subject for entry in assessment.withheld)
    return WITHHELD if is_withheld else NOT_GIVEN


def _verdict(example: Example, version: int, subject: str) -> str:
    module_results = example.assessments[version].module_results
    verdicts = (f.verdict.id for f in module_results if f.module.id == subject and f.verdict)
    return next(verdicts, NOT_CONSIDERED)


def _count(example: Example, version: int, subject: str) -> int:
    module_results = example.assessments[version].module_results
    return next((f.counts[subject] for f in module_results if subject in f.counts), 0)


def _come_back(example: Example, version: int, subject: str) -> str:
    come_back = example.assessments[version].come_back
    return LISTED if any(entry.rule.id == subject for entry in come_back) else NOT_LISTED


def _line(example: Example, version: int, subject: str) -> str:
    lines = example.assessments[version].net
    return LISTED if any(line.group.id == subject for line in lines) else NOT_LISTED


_SHOWN: Final[Mapping[Aspect, Callable[[Example, int, str], str]]] = {
    Aspect.URGENCY: lambda example, version, _: example.assessments[version].urgency.id,
    Aspect.FLOOR: _floor,
    Aspect.CONTRADICTED: lambda example, version, _: example.assessments[version].urgency.id,
    Aspect.SCOPE: _scope,
    Aspect.ADVICE: _advice,
    Aspect.VERDICT: _verdict,
    Aspect.SERVICE: lambda example, version, _: example.assessments[version].service,
    Aspect.COUNT: lambda example, version, subject: str(_count(example, version, subject)),
    Aspect.COME_BACK: _come_back,
    Aspect.LINE: _line,
}
