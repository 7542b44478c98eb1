"""Somebody whom two versions treat differently, run in the interpreter before anybody sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

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
from backtriage.compare.urgency_changes import AffectedGroup, Aspect, How
from backtriage.decide.assessment import Assessment, Status, assess
from backtriage.decide.evaluate import Evaluation, F, T, U
from backtriage.decide.reasons import urgency_from
from backtriage.prove.counterexample import SpuriousCounterexample, given_to
from backtriage.prove.domain import Assignment
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import URGENCIES, Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One person under two versions."""

    case: Assignment
    sheets: tuple[Answers, Answers]
    """What this person answers to each version."""
    pages: tuple[Assessment, Assessment]
    """What each version makes of it."""

    def evaluation(self, end: int) -> Evaluation:
        """One of the two sheets, read by its version."""
        return Evaluation(self.pages[end].program, self.sheets[end])


def example(domain: PairedDomain, group: AffectedGroup, case: Assignment) -> Example:
    """Somebody of a group, confirmed. Raises `Refuted` when the interpreter disagrees."""
    old, new = (side.sheet(case) for side in domain.domains)
    before, after = (side.program for side in domain.domains)
    pages = assess(before, old), assess(after, new)
    found = Example(case=case, sheets=(old, new), pages=pages)
    if not _shows(found, group):
        what = f"{group.aspect} {group.subject} {group.before} {group.after}"
        raise SpuriousCounterexample(f"the interpreter does not agree on {what}")
    return found


def _shows(found: Example, group: AffectedGroup) -> bool:
    """Whether this person is told the one before and the other after, and by what."""
    if group.is_harmful:
        return _is_harmed(found, group)
    if group.aspect is Aspect.COUNT:
        before, after = (_count(found, end, group.subject) for end in (0, 1))
        return {MORE: before < after, FEWER: before > after}[group.after]
    told = tuple(told_to(found, group, end) for end in (0, 1))
    is_told = told == (group.before, group.after)
    if group.aspect is Aspect.FLOOR:
        low, high = sorted(told, key=URGENCIES.__getitem__)
        is_told = low != high == group.before if group.is_lowered else low != high == group.after
    return is_told and (group.differs or not group.by or _is_by(found, group))


def _is_by(found: Example, group: AffectedGroup) -> bool:
    """Whether these rules or floors, and no other, gave the higher urgency."""
    end, urgency = (0, group.before) if group.is_lowered else (1, group.after)
    by = set(_reaching(found, end, group.aspect, URGENCIES[urgency]))
    few = {How.ALONE: 1, How.TOGETHER: 2, How.ANY: 1}[group.how]
    return few <= len(by) and by <= set(group.by)


def _reaching(found: Example, end: int, aspect: Aspect, urgency: Urgency) -> list[str]:
    evaluation = found.evaluation(end)
    if aspect is Aspect.FLOOR:
        return [id_ for id_, least in promised(evaluation).items() if least >= urgency]
    given = (
        (r.id, urgency_from(r, evaluation.interval(r.when)[0])) for r in evaluation.program.rules
    )
    return [id_ for id_, own in given if own is not None and own >= urgency]


def promised(evaluation: Evaluation) -> Mapping[str, Urgency]:
    """What each red flag of this person promises them at least."""
    found: dict[str, Urgency] = {}
    for floor in evaluation.program.protocol.floors:
        truth = evaluation.interval(floor.when)[0]
        sure = floor.at_least if truth == T else Urgency.SELF_CARE
        unsure = floor.if_unsure if truth >= U and floor.if_unsure else Urgency.SELF_CARE
        found[floor.id] = max(sure, unsure)
    return found


def _is_harmed(found: Example, group: AffectedGroup) -> bool:
    id_ = group.subject if group.aspect is Aspect.ADVICE else f"{group.subject}.{group.after}"
    given = [given_to(page.program, sheet)
             for page, sheet in zip(found.pages, found.sheets, strict=True)]  # fmt: skip
    return id_ in given[1] - given[0] and is_against(found.evaluation(0), id_)


def is_against(evaluation: Evaluation, id_: str) -> bool:
    """Whether a version speaks against an advice or a verdict for somebody, or may."""
    held = (a.withhold_if for a in evaluation.program.advice if a.id == id_ and a.withhold_if)
    never = (n.when for n in evaluation.program.protocol.never_with if id_ in n.advice)
    return any(evaluation.interval(condition)[0] != F for condition in (*held, *never))


def told_to(found: Example, group: AffectedGroup, end: int) -> str:
    """What one version tells this person on a matter."""
    if group.aspect is Aspect.COUNT:
        return str(_count(found, end, group.subject))
    return _TOLD[group.aspect](found, end, group.subject)


# -- what this person is told -------------------------------------------------------------


def _floor(found: Example, end: int, _: str) -> str:
    least = promised(found.evaluation(end)).values()
    return max((*least, Urgency.SELF_CARE)).id


def _advice(found: Example, end: int, subject: str) -> str:
    page = found.pages[end]
    if subject in {advice.id for advice in page.advice}:
        return GIVEN
    return WITHHELD if subject in {held.advice.id for held in page.withheld} else NOT_GIVEN


def _verdict(found: Example, end: int, subject: str) -> str:
    verdicts = {f.module.id: f.verdict for f in found.pages[end].findings}
    verdict = verdicts.get(subject)
    return verdict.id if verdict else NOT_CONSIDERED


def _count(found: Example, end: int, subject: str) -> int:
    counts = (f.counts[subject] for f in found.pages[end].findings if subject in f.counts)
    return next(counts, 0)


def _come_back(found: Example, end: int, subject: str) -> str:
    listed = {entry.rule.id for entry in found.pages[end].come_back}
    return LISTED if subject in listed else NOT_LISTED


def _scope(found: Example, end: int, _: str) -> str:
    is_out = found.pages[end].status is Status.OUT_OF_SCOPE
    return OUT_OF_SCOPE if is_out else IN_SCOPE


def _urgency(found: Example, end: int, _: str) -> str:
    return found.pages[end].urgency.id


def _service(found: Example, end: int, _: str) -> str:
    return found.pages[end].service


_TOLD: Final[Mapping[Aspect, Callable[[Example, int, str], str]]] = {
    Aspect.URGENCY: _urgency,
    Aspect.FLOOR: _floor,
    Aspect.SCOPE: _scope,
    Aspect.ADVICE: _advice,
    Aspect.VERDICT: _verdict,
    Aspect.SERVICE: _service,
    Aspect.COME_BACK: _come_back,
}
