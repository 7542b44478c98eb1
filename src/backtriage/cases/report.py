"""The report of a run of all cases, as text and as JSON. Every figure in the text is exact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final

from backtriage.cases.case import ALL, Case, CaseResult, run_cases
from backtriage.cases.coverage import Coverage, Undertriage, measure_coverage
from backtriage.cases.simulation import (
    AIM,
    EmergencyTrigger,
    SimulatedInterview,
    emergency_triggers,
    simulate,
)
from backtriage.program.program import Program
from backtriage.terms.wrap import wrap

_MAX_CLAUSES: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReport:
    """The results of all cases, their coverage and their simulated interviews."""

    program: Program
    results: tuple[CaseResult, ...]
    coverage: Coverage
    interviews: tuple[tuple[Case, SimulatedInterview], ...]
    triggers: tuple[tuple[Case, tuple[EmergencyTrigger, ...]], ...]
    """The single findings that make an emergency certain, for each baseline case."""

    @property
    def failed(self) -> dict[str, tuple[str, ...]]:
        """The failures of each failed case, including interviews that could not be finished."""
        failed = {r.case.id: r.failures for r in self.results if not r.passes}
        for case, interview in self.interviews:
            if interview.unanswered:
                failure = f"the interview asks '{interview.unanswered}', which has no answer here"
                failed[case.id] = (*failed.get(case.id, ()), failure)
        return failed

    @property
    def to_confirm(self) -> tuple[str, ...]:
        """The cases that no person has confirmed yet."""
        return tuple(result.case.id for result in self.results if result.case.to_confirm)

    @property
    def untested(self) -> tuple[str, ...]:
        """Rules that fire in no case, or that no single changed answer switches."""
        missing = {*self.coverage.rules_fired.missing, *self.coverage.rules_switched.missing}
        return tuple(rule.id for rule in self.program.rules if rule.id in missing)

    @property
    def failures(self) -> tuple[str, ...]:
        """Why the run as a whole fails: one sentence for each reason."""
        failures = []
        if not self.results:
            failures.append("There are no cases, so nothing was tested.")
        if self.failed:
            failures.append(f"{len(self.failed)} of {len(self.results)} cases fail.")
        if self.untested:
            failures.append(
                f"{len(self.untested)} rules lack a case that fires them, or a case a single "
                "answer away that does not."
            )
        return tuple(failures)


def build_report(program: Program, cases: tuple[Case, ...]) -> CaseReport:
    """Run all cases, measure their coverage and simulate their interviews."""
    results = run_cases(program, cases)
    return CaseReport(
        program=program,
        results=results,
        coverage=measure_coverage(program, results),
        interviews=tuple((case, simulate(program, case.sheet)) for case in cases if case.walk),
        triggers=tuple(
            (case, emergency_triggers(program, case.sheet)) for case in cases if case.baseline
        ),
    )


def report_lines(report: CaseReport, *, every: bool = False) -> Iterator[str]:
    """Yield the lines of the report; `every` lists all missing clauses, not just the first."""
    yield from _results(report)
    yield from _coverage(report.coverage, every=every)
    yield from _acceptable(report)
    yield from _undertriaged(report)
    yield from _shares(report)
    yield from _interviews(report)
    yield from _triggers(report)


def _results(report: CaseReport) -> Iterator[str]:
    protocol = report.program.protocol
    failed, total = report.failed, len(report.results)
    yield f"{protocol.id} {protocol.version}: {total - len(failed)}/{total} cases pass"
    if report.to_confirm:
        yield from wrap(f"Not confirmed by a person yet: {', '.join(report.to_confirm)}")
    for result in report.results:
        case = result.case
        if case.id in failed:
            yield from wrap(f"FAILED {case.id} ({case.location}): {case.about}")
            for failure in failed[case.id]:
                yield from wrap(failure, "  - ")


def _coverage(coverage: Coverage, *, every: bool) -> Iterator[str]:
    yield from ("", "Coverage")
    for what, ratio in (
        ("rules that surely fire in a case", coverage.rules_fired),
        ("rules that one changed answer switches", coverage.rules_switched),
        ("rules that rest on not sure in a case", coverage.rules_unsure),
    ):
        yield f"  {ratio.covered}/{ratio.total} {what}"
        if ratio.missing:
            yield from wrap(f"missing: {', '.join(ratio.missing)}", "      ")
    for what, ratio in (
        ("clauses seen true", coverage.clauses_true),
        ("clauses seen false", coverage.clauses_false),
        ("clauses seen not sure", coverage.clauses_unsure),
    ):
        yield f"  {ratio.covered}/{ratio.total} {what}"
        listed = ratio.missing if every else ratio.missing[:_MAX_CLAUSES]
        for text in listed:
            yield from wrap(f"missing: {text}", "      ")
        if len(listed) < len(ratio.missing):
            yield f"      and {len(ratio.missing) - len(listed)} more (--every lists them)"
    hazards = " ".join(hazard for hazard, _ in coverage.hazards) or "none"
    yield from wrap(f"hazards with a case, {len(coverage.hazards)}: {hazards}", "  ")


def _acceptable(report: CaseReport) -> Iterator[str]:
    judged = [result for result in report.results if result.case.acceptable]
    outside = [result for result in judged if result.is_outside]
    yield ""
    yield f"Acceptable urgencies: {len(judged) - len(outside)}/{len(judged)} cases are within them"
    for result in outside:
        actual = result.assessment
        acceptable = ", ".join(urgency.id for urgency in result.case.acceptable)
        head = f"{result.case.id}: certain {actual.certain.id}, possible {actual.possible.id}"
        yield from wrap(f"{head}; acceptable {acceptable}. {result.case.outside}", "  ")


def _undertriaged(report: CaseReport) -> Iterator[str]:
    yield from ("", "Undertriage: cases that need care the same day or sooner")
    yield from _missed("published cases", report.coverage.published)
    yield from _missed("cases written for these rules", report.coverage.invented)
    yield from wrap(
        "The authors of the rules wrote or chose the cases, so none of this measures accuracy.",
        "  ",
    )


def _missed(what: str, group: Undertriage) -> Iterator[str]:
    text = f"{len(group.missed)}/{group.total} {what} undertriaged"
    if group.missed:
        text += f": {', '.join(group.missed)}"
    if group.upper_bound is not None:
        text += f"; none in {group.total} still allows a true share of "
        text += f"{group.upper_bound * 100:.1f}% (rule of three, 95%)"
    yield from wrap(f"{text}.", "  ")


def _shares(report: CaseReport) -> Iterator[str]:
    yield from ("", "Share of cases at each urgency (for information; nothing is tested)")
    for urgency, number in report.coverage.shares:
        yield f"  {number:4}/{len(report.results)} {urgency.id}"


def _interviews(report: CaseReport) -> Iterator[str]:
    if report.interviews:
        yield from ("", "Simulated interviews, in screens")
    for case, interview in report.interviews:
        aims = dict(case.aims)
        settled = interview.settled_after
        parts = ["never settled" if settled is None else f"settled after {settled}"]
        for name, screens in (*interview.sections, (ALL, len(interview.screens))):
            aim = f" (aim {aims[name]})" if name in aims else ""
            parts.append(f"{name} {screens}{aim}")
        yield from wrap(f"{case.id}: {', '.join(parts)}", "  ")


def _triggers(report: CaseReport) -> Iterator[str]:
    for case, triggers in report.triggers:
        yield ""
        yield from wrap(
            f"Single findings that decide an emergency, added to '{case.id}': screens after the "
            f"opening questions until it is certain (aim {AIM})"
        )
        late = [t for t in triggers if t.screens is None or t.screens > AIM]
        yield f"  {len(triggers) - len(late)}/{len(triggers)} within {AIM}"
        for trigger in late:
            when = "never" if trigger.screens is None else f"after {trigger.screens}"
            yield f"  {when}: {trigger.rule} ({trigger.question}: {trigger.answer})"
        for screens in sorted({t.screens for t in triggers if t.screens is not None}):
            rules = dict.fromkeys(t.rule for t in triggers if t.screens == screens)
            yield from wrap(f"after {screens}: {', '.join(rules)}", "  ")


def record(report: CaseReport) -> dict[str, object]:
    """Return the report as plain JSON values."""
    coverage = report.coverage
    ratios = {
        "rules_fired": coverage.rules_fired,
        "rules_nearest": coverage.rules_switched,
        "rules_not_sure": coverage.rules_unsure,
        "clauses_true": coverage.clauses_true,
        "clauses_false": coverage.clauses_false,
        "clauses_not_sure": coverage.clauses_unsure,
    }
    return {
        "schema": "backtriage.rules_test/1",
        "protocol": report.program.identity,
        "sound": not report.failures,
        "cases": len(report.results),
        "to_confirm": list(report.to_confirm),
        "broken": {id_: list(failures) for id_, failures in report.failed.items()},
        "coverage": {
            name: {"seen": ratio.covered, "of": ratio.total, "left": list(ratio.missing)}
            for name, ratio in ratios.items()
        },
        "hazards": dict(coverage.hazards),
        "shares": {urgency.id: number for urgency, number in coverage.shares},
        "dangerous": {
            "published": _undertriage(coverage.published),
            "invented": _undertriage(coverage.invented),
        },
        "outside": {r.case.id: r.case.outside for r in report.results if r.is_outside},
        "walks": {
            case.id: {
                "settled": interview.settled_after,
                "emergency": interview.emergency_after,
                "sections": dict(interview.sections),
                ALL: len(interview.screens),
                "aims": dict(case.aims),
            }
            for case, interview in report.interviews
        },
        "single_findings": {
            case.id: {"aim": AIM, "rules": [asdict(trigger) for trigger in triggers]}
            for case, triggers in report.triggers
        },
    }


def _undertriage(group: Undertriage) -> dict[str, object]:
    bound = group.upper_bound
    return {
        "of": group.total,
        "below": list(group.missed),
        "rule_of_three": None if bound is None else round(bound, 4),
    }
