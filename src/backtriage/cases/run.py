"""Running a case: the rules' result beside what the case expects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from backtriage.cases.case import NOT_CONSIDERED, Case
from backtriage.decide.assessment import Assessment, assess
from backtriage.program.program import Program
from backtriage.terms.condition import Always
from backtriage.terms.urgency import Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A case, what the rules made of it, and where the two differ."""

    case: Case
    assessment: Assessment
    failures: tuple[str, ...]
    """One sentence for each difference; empty when the case is kept."""

    @property
    def passes(self) -> bool:
        """Whether everything that the case expects came out."""
        return not self.failures

    @property
    def is_outside(self) -> bool:
        """Whether what is certain is none of the acceptable urgencies."""
        acceptable = self.case.acceptable
        return bool(acceptable) and self.assessment.certain not in acceptable

    @property
    def floor(self) -> Urgency | None:
        """The least urgency that counts as right, or None when the case does not say."""
        if self.case.acceptable:
            return min(self.case.acceptable)
        expect = self.case.expect
        return min(expect.certain) if expect.certain else expect.urgency


def run_case(program: Program, case: Case) -> Result:
    """Assess one case and compare."""
    assessment = assess(program, case.sheet)
    return Result(case=case, assessment=assessment, failures=tuple(_failures(case, assessment)))


def run_cases(program: Program, cases: Iterable[Case]) -> tuple[Result, ...]:
    """Every case, in order."""
    return tuple(run_case(program, case) for case in cases)


def fired(assessment: Assessment) -> tuple[str, ...]:
    """The rules that are reasons, without the one that holds for everybody."""
    return tuple(r.rule.id for r in assessment.reasons if not isinstance(r.rule.when, Always))


def _failures(case: Case, found: Assessment) -> Iterator[str]:
    expect = case.expect
    if expect.urgency not in {None, found.urgency}:
        yield f"the urgency is {found.urgency.id}, expected {_id(expect.urgency)}"
    if expect.certain and found.certain not in expect.certain:
        yield f"certain is {found.certain.id}, expected {_or(expect.certain)}"
    if expect.status not in {"", found.status.value}:
        yield f"the status is {found.status.value}, expected {expect.status}"
    if expect.rules is not None:
        yield from _lists("fires", expect.rules, fired(found), exact=True)
    given = tuple(advice.id for advice in found.advice)
    withheld = tuple(entry.advice.id for entry in found.withheld)
    for word, wanted, ids in (("is given", expect.given, given),
                              ("is withheld", expect.withheld, withheld)):  # fmt: skip
        if wanted is not None:
            yield from _lists(word, wanted, ids, exact=not wanted)
    yield from (
        f"'{id_}' is there, and should not"
        for id_ in expect.without or ()
        if id_ in {*given, *withheld}
    )
    yield from _verdicts(case, found)
    yield from _counts(case, found)
    yield from _acceptable(case, found)


def _lists(
    word: str, wanted: tuple[str, ...], found: tuple[str, ...], *, exact: bool
) -> Iterator[str]:
    yield from (f"'{id_}' {word} not, and should" for id_ in wanted if id_ not in found)
    if exact:
        yield from (f"'{id_}' {word}, and should not" for id_ in found if id_ not in wanted)


def _verdicts(case: Case, found: Assessment) -> Iterator[str]:
    verdicts = {
        finding.module.id: finding.verdict.id if finding.verdict else NOT_CONSIDERED
        for finding in found.findings
    }
    for module, wanted in case.expect.verdicts:
        if verdicts[module] != wanted:
            yield f"the verdict on '{module}' is {verdicts[module]}, expected {wanted}"


def _counts(case: Case, found: Assessment) -> Iterator[str]:
    counts = {score: n for finding in found.findings for score, n in finding.counts.items()}
    for score, wanted in case.expect.counts:
        if counts[score] != wanted:
            yield f"'{score}' is {counts[score]}, expected {wanted}"


def _acceptable(case: Case, found: Assessment) -> Iterator[str]:
    """Outside the acceptable urgencies needs a reason; a reason needs to be outside."""
    if not case.acceptable:
        return
    inside = found.certain in case.acceptable
    if not inside and not case.outside:
        yield f"certain is {found.certain.id}, acceptable is {_or(case.acceptable)}"
    if inside and case.outside:
        yield f"certain is {found.certain.id}, which is acceptable, so 'outside' is out of date"


def _id(urgency: Urgency | None) -> str:
    return urgency.id if urgency is not None else ""


def _or(urgencies: tuple[Urgency, ...]) -> str:
    return " or ".join(urgency.id for urgency in urgencies)
