"""The report of a run of all cases, and its JSON form."""

from __future__ import annotations

from dataclasses import dataclass

from backtriage.cases.case import ALL, Case
from backtriage.cases.coverage import Coverage, Undertriage, measure_coverage
from backtriage.cases.run import CaseResult, run_cases
from backtriage.cases.simulation import (
    AIM,
    EmergencyTrigger,
    SimulatedInterview,
    emergency_triggers,
    simulate,
)
from backtriage.program.program import Program


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
        """The cases that nobody has confirmed yet."""
        return tuple(result.case.id for result in self.results if result.case.to_confirm)

    @property
    def untested(self) -> tuple[str, ...]:
        """Rules that no case fires, or that no single changed answer switches."""
        missing = {*self.coverage.rules_fired.missing, *self.coverage.rules_switched.missing}
        return tuple(rule.id for rule in self.program.rules if rule.id in missing)

    @property
    def failures(self) -> tuple[str, ...]:
        """Why the run as a whole fails, a sentence each."""
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


def record(report: CaseReport) -> dict[str, object]:
    """Return the report as plain JSON values."""
    coverage = report.coverage
    program = report.program
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
        "protocol": {
            "id": program.protocol.id,
            "version": program.protocol.version,
            "digest": program.digest,
        },
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
            case.id: {"aim": AIM, "rules": [_trigger(trigger) for trigger in triggers]}
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


def _trigger(trigger: EmergencyTrigger) -> dict[str, object]:
    return {
        "rule": trigger.rule,
        "question": trigger.question,
        "answer": trigger.answer,
        "screens": trigger.screens,
    }
