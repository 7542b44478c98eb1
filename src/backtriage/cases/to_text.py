"""The report of a run as text. Every figure is exact; nothing is rounded up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from backtriage.cases.case import ALL, Case
from backtriage.cases.coverage import Ratio, Undertriage
from backtriage.cases.report import CaseReport
from backtriage.cases.simulation import AIM, EmergencyTrigger, SimulatedInterview
from backtriage.terms.wrap import wrap

_MAX_CLAUSES: Final = 12


def report_lines(report: CaseReport, *, every: bool = False) -> Iterator[str]:
    """Yield the lines of the report; `every` lists all missing clauses, not just the first."""
    yield from _results(report)
    yield from _coverage(report, every=every)
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


def _coverage(report: CaseReport, *, every: bool) -> Iterator[str]:
    coverage = report.coverage
    yield ""
    yield "Coverage"
    yield from _rules("rules that surely fire in a case", coverage.rules_fired)
    yield from _rules("rules that one changed answer switches", coverage.rules_switched)
    yield from _rules("rules that rest on not sure in a case", coverage.rules_unsure)
    yield from _clauses("clauses seen true", coverage.clauses_true, every=every)
    yield from _clauses("clauses seen false", coverage.clauses_false, every=every)
    yield from _clauses("clauses seen not sure", coverage.clauses_unsure, every=every)
    hazards = " ".join(hazard for hazard, _ in coverage.hazards) or "none"
    yield from wrap(f"hazards with a case, {len(coverage.hazards)}: {hazards}", "  ")


def _rules(what: str, ratio: Ratio) -> Iterator[str]:
    yield f"  {ratio.covered}/{ratio.total} {what}"
    if ratio.missing:
        yield from wrap(f"missing: {', '.join(ratio.missing)}", "      ")


def _clauses(what: str, ratio: Ratio, *, every: bool) -> Iterator[str]:
    yield f"  {ratio.covered}/{ratio.total} {what}"
    listed = ratio.missing if every else ratio.missing[:_MAX_CLAUSES]
    for text in listed:
        yield from wrap(f"missing: {text}", "      ")
    if len(listed) < len(ratio.missing):
        yield f"      and {len(ratio.missing) - len(listed)} more (--every lists them)"


def _acceptable(report: CaseReport) -> Iterator[str]:
    """Results outside the acceptable urgencies, each with the reason that the case gives."""
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
    yield ""
    yield "Undertriage: cases that need care the same day or sooner"
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
    yield ""
    yield "Share of cases at each urgency (for information; nothing is tested)"
    for urgency, number in report.coverage.shares:
        yield f"  {number:4}/{len(report.results)} {urgency.id}"


def _interviews(report: CaseReport) -> Iterator[str]:
    if not report.interviews:
        return
    yield ""
    yield "Simulated interviews, in screens"
    for case, interview in report.interviews:
        yield from wrap(f"{case.id}: {_interview(case, interview)}", "  ")


def _interview(case: Case, interview: SimulatedInterview) -> str:
    aims = dict(case.aims)
    settled = interview.settled_after
    parts = ["never settled" if settled is None else f"settled after {settled}"]
    for name, screens in (*interview.sections, (ALL, len(interview.screens))):
        aim = f" (aim {aims[name]})" if name in aims else ""
        parts.append(f"{name} {screens}{aim}")
    return ", ".join(parts)


def _triggers(report: CaseReport) -> Iterator[str]:
    for case, triggers in report.triggers:
        yield ""
        yield from wrap(
            f"Single findings that decide an emergency, added to '{case.id}': screens after the "
            f"opening questions until it is certain (aim {AIM})"
        )
        yield from _screens(triggers)


def _screens(triggers: tuple[EmergencyTrigger, ...]) -> Iterator[str]:
    late = [t for t in triggers if t.screens is None or t.screens > AIM]
    yield f"  {len(triggers) - len(late)}/{len(triggers)} within {AIM}"
    for trigger in late:
        when = "never" if trigger.screens is None else f"after {trigger.screens}"
        yield f"  {when}: {trigger.rule} ({trigger.question}: {trigger.answer})"
    for screens in sorted({t.screens for t in triggers if t.screens is not None}):
        rules = dict.fromkeys(t.rule for t in triggers if t.screens == screens)
        yield from wrap(f"after {screens}: {', '.join(rules)}", "  ")
