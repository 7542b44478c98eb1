"""Test cases: an answer sheet and the expected result, and how the actual result compares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from backtriage.decide.assessment import Assessment, assess
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always
from backtriage.terms.problem import Location
from backtriage.terms.urgency import Urgency

Ids: TypeAlias = tuple[str, ...]

NOT_CONSIDERED: Final = "not_considered"
"""The expected "verdict" of a module that is not discussed."""

ALL: Final = "all"
"""The whole interview, as a key of `Case.aims`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """The expected result of a case. Parts that are not given are not compared."""

    urgency: Urgency | None = None
    """The urgency acted on: `range.possible`."""
    certain: tuple[Urgency, ...] = ()
    """The allowed values of `range.certain`."""
    status: str = ""
    rules: Ids | None = None
    """Exactly the rules that are reasons, apart from the rule that always holds."""
    given: Ids | None = None
    """Advice that must be given, among others; empty means no advice at all."""
    withheld: Ids | None = None
    """Advice that must be withheld, among others; empty means none."""
    without: Ids | None = None
    """Advice that must be neither given nor withheld."""
    lines: Ids | None = None
    """Lines of the safety net that must be shown, among others; empty means none at all."""
    without_lines: Ids | None = None
    """Lines of the safety net that must not be shown."""
    verdicts: tuple[tuple[str, str], ...] = ()
    """Modules and their verdicts, or `NOT_CONSIDERED`."""
    contradictions: Ids | None = None
    """Exactly the answers that are set aside and contradict others, by question."""
    counts: tuple[tuple[str, int], ...] = ()
    """Scores reported by modules, and their points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One example person."""

    id: str
    about: str
    """Who this is, in a sentence or two."""
    location: Location = field(default_factory=Location)
    like: str = ""
    """The case whose sheet this one copies before changing some answers."""
    sheet: Answers = Answers()
    """The whole sheet, copied answers included."""
    checked: frozenset[str] = frozenset()
    """The doubts that its own sheet names as checked."""
    expect: Expectation = field(default_factory=Expectation)
    acceptable: tuple[Urgency, ...] = ()
    """Every urgency that counts as correct. Compared with `range.certain`."""
    outside: str = ""
    """Why the result is deliberately outside `acceptable`."""
    source: str = ""
    """Where the case was published, or who contributed it."""
    hazards: Ids = ()
    """The entries of the hazard log that this case covers."""
    walk: bool = False
    """Whether to simulate the interview with this person and count its screens."""
    aims: tuple[tuple[str, int], ...] = ()
    """Desired numbers of screens by section, or for `ALL`. Printed, never enforced."""
    baseline: bool = False
    """Whether to try single findings one by one on top of this sheet."""
    to_confirm: bool = False
    """Whether the expectation was generated and still needs a person to confirm it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """The assessment of a case, and how it deviates from the expectation."""

    case: Case
    assessment: Assessment
    failures: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """Whether the result is as expected."""
        return not self.failures

    @property
    def is_outside(self) -> bool:
        """Whether the certain urgency is not an acceptable one."""
        acceptable = self.case.acceptable
        return bool(acceptable) and self.assessment.certain not in acceptable

    @property
    def least_acceptable(self) -> Urgency | None:
        """The lowest urgency that counts as correct, or None if the case does not say."""
        if self.case.acceptable:
            return min(self.case.acceptable)
        expect = self.case.expect
        return min(expect.certain) if expect.certain else expect.urgency


def run_cases(program: Program, cases: Iterable[Case]) -> tuple[CaseResult, ...]:
    """Run every case, in order."""
    return tuple(run_case(program, case) for case in cases)


def run_case(program: Program, case: Case) -> CaseResult:
    """Assess one case and compare."""
    assessment = assess(program, case.sheet, checked=case.checked)
    failures = tuple(_failures(case, assessment))
    return CaseResult(case=case, assessment=assessment, failures=failures)


def fired_rules(assessment: Assessment) -> tuple[str, ...]:
    """Return the rules that are reasons, apart from the rule that always holds."""
    return tuple(r.rule.id for r in assessment.reasons if not isinstance(r.rule.when, Always))


def _failures(case: Case, actual: Assessment) -> Iterator[str]:
    expect = case.expect
    if expect.urgency not in {None, actual.urgency}:
        yield f"the urgency is {actual.urgency.id}, expected {_or((expect.urgency,))}"
    if expect.certain and actual.certain not in expect.certain:
        yield f"certain is {actual.certain.id}, expected {_or(expect.certain)}"
    if expect.status not in {"", actual.status.value}:
        yield f"the status is {actual.status.value}, expected {expect.status}"
    if expect.rules is not None:
        fired = fired_rules(actual)
        yield from (
            f"'{id_}' does not fire, but should" for id_ in expect.rules if id_ not in fired
        )
        yield from (f"'{id_}' fires, but should not" for id_ in fired if id_ not in expect.rules)
    given = tuple(advice.id for advice in actual.advice)
    withheld = tuple(entry.advice.id for entry in actual.withheld)
    yield from _advice("given", expect.given, given)
    yield from _advice("withheld", expect.withheld, withheld)
    for id_ in expect.without or ():
        if id_ in {*given, *withheld}:
            yield f"'{id_}' is given or withheld, but should be neither"
    yield from _lines(expect, tuple(line.group.id for line in actual.net))
    yield from _contradictions(expect, tuple(each.question for each in actual.contradictions))
    yield from _modules(case, actual)
    yield from _acceptable(case, actual)


def _advice(what: str, expected: tuple[str, ...] | None, actual: tuple[str, ...]) -> Iterator[str]:
    if expected:
        missing = (id_ for id_ in expected if id_ not in actual)
        yield from (f"'{id_}' is not {what}, but should be" for id_ in missing)
    elif expected is not None:
        yield from (f"'{id_}' is {what}, but should not be" for id_ in actual)


def _lines(expect: Expectation, shown: Ids) -> Iterator[str]:
    unwanted = expect.without_lines or () if expect.lines != () else shown
    yield from (f"the line '{id_}' is not shown, but should be"
                for id_ in expect.lines or () if id_ not in shown)  # fmt: skip
    yield from (f"the line '{id_}' is shown, but should not be"
                for id_ in unwanted if id_ in shown)  # fmt: skip


def _contradictions(expect: Expectation, found: Ids) -> Iterator[str]:
    expected = found if expect.contradictions is None else expect.contradictions
    yield from (f"the answer to '{id_}' contradicts nothing, but should"
                for id_ in expected if id_ not in found)  # fmt: skip
    yield from (f"the answer to '{id_}' contradicts others, but should not"
                for id_ in found if id_ not in expected)  # fmt: skip


def _modules(case: Case, actual: Assessment) -> Iterator[str]:
    verdicts = {
        result.module.id: result.verdict.id if result.verdict else NOT_CONSIDERED
        for result in actual.module_results
    }
    for module, expected in case.expect.verdicts:
        if verdicts[module] != expected:
            yield f"the verdict on '{module}' is {verdicts[module]}, expected {expected}"
    counts = {score: n for result in actual.module_results for score, n in result.counts.items()}
    for score, points in case.expect.counts:
        if counts[score] != points:
            yield f"'{score}' is {counts[score]}, expected {points}"


def _acceptable(case: Case, actual: Assessment) -> Iterator[str]:
    """Check that `outside` is given exactly if the result is outside the acceptable urgencies."""
    if not case.acceptable:
        return
    inside = actual.certain in case.acceptable
    if not inside and not case.outside:
        yield f"certain is {actual.certain.id}, acceptable is {_or(case.acceptable)}"
    if inside and case.outside:
        yield f"certain is {actual.certain.id}, which is acceptable, so 'outside' is out of date"


def _or(urgencies: Iterable[Urgency | None]) -> str:
    return " or ".join(urgency.id for urgency in urgencies if urgency is not None)
