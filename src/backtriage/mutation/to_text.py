"""A mutation report as text for clinicians, and as plain JSON values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from backtriage.mutation.mutant import OPERATORS
from backtriage.mutation.outcome_snapshot import differences
from backtriage.mutation.report import (
    DistinguishingSheet,
    MutantStatus,
    MutationReport,
    MutationResult,
)
from backtriage.program.validate import plain_answers
from backtriage.prove.counterexample import Counterexample
from backtriage.prove.phrasing import abnormal_answers
from backtriage.prove.to_text import wrapped

_LABELS: Final = {
    MutantStatus.KILLED_BY_CASE: "found by the case",
    MutantStatus.KILLED_BY_CLAIM: "found by a claim:",
    MutantStatus.EQUIVALENT: "means the same",
    MutantStatus.SURVIVED: "NOBODY NOTICED",
    MutantStatus.UNDECIDED: "UNDECIDED, counted as not found: the proof",
}


def mutation_lines(report: MutationReport, *, every: bool = False) -> Iterator[str]:
    """Yield the totals and every survivor, and all other mutants if `every` is set."""
    protocol = report.program.protocol
    yield f"{protocol.id} {protocol.version}: who notices when one thing in the rules is changed"
    yield ""
    yield from _totals(report)
    yield ""
    yield from _totals_by_operator(report)
    if every:
        yield ""
        *resolved, _, _ = MutantStatus
        for result in report.with_status(*resolved):
            line = f"{result.mutant.description}: {_LABELS[result.status]} {result.detail}"
            yield from wrapped(line.rstrip())
    for result in report.survivors:
        yield ""
        yield from _survivor(report, result)


def _totals(report: MutationReport) -> Iterator[str]:
    count = Counter(result.status for result in report.results)
    case, claim, same, survived, undecided = (count[status] for status in MutantStatus)
    yield from wrapped(
        f"{case + claim}/{len(report.results) - same} mutants found: {case} by a case, "
        f"{claim} by a claim. {same} more mean the same. {survived} were noticed by nobody, "
        f"{undecided} are undecided."
    )
    yield from wrapped(
        f"{report.case_count} cases were counted: those that are kept and that a person wrote or "
        "confirmed."
    )
    if report.failing_cases:
        yield from wrapped(f"Not kept, so not counted: {', '.join(report.failing_cases)}.")
    if report.unconfirmed_cases:
        names = ", ".join(report.unconfirmed_cases)
        yield from wrapped(f"Not confirmed, so not counted: {names}.")


def _totals_by_operator(report: MutationReport) -> Iterator[str]:
    yield "      found  by a case  by a claim  the same  what was changed"
    for operator, count in report.by_operator():
        case, claim, same, *_ = (count[status] for status in MutantStatus)
        killed = f"{case + claim}/{count.total() - same}"
        yield f"{killed:>11}  {case:9}  {claim:10}  {same:8}  {OPERATORS[operator]}"


def _survivor(report: MutationReport, result: MutationResult) -> Iterator[str]:
    label = f"{_LABELS[result.status]} {result.detail}".rstrip()
    yield from wrapped(f"{label}: {result.mutant.description}")
    if result.distinguished is not None:
        before, after = result.distinguished.before, result.distinguished.after
        yield from wrapped(
            f"This person, everything else being normal, is sent to {before.possible.id}. "
            + " ".join(differences(before, after)), "  ",
        )  # fmt: skip
        for question, answer in _findings(report, result.distinguished):
            yield from wrapped(f"{question} -> {answer}", "      ")


def _findings(
    report: MutationReport, distinguished: DistinguishingSheet
) -> Iterator[tuple[str, str]]:
    """Yield each answer that is not the baseline's, in words."""
    example = Counterexample(sheet=distinguished.sheet, urgency=distinguished.before.possible)
    return abnormal_answers(report.domain, report.baseline, example)


# -- JSON -------------------------------------------------------------------------------------


def mutation_json(report: MutationReport) -> dict[str, object]:
    """Return a mutation report as plain JSON values."""
    return {
        "schema": "backtriage.rules_mutate/1",
        "protocol": report.program.identity,
        "sound": report.is_sound,
        "cases": {"counted": report.case_count, "broken": list(report.failing_cases),
                  "to_confirm": list(report.unconfirmed_cases)},
        "mutants": len(report.results),
        **_counts(Counter(result.status for result in report.results)),
        "kinds": {
            operator: {"of": count.total(), **_counts(count)}
            for operator, count in report.by_operator()
        },
        "trials": [_result(report, result) for result in report.results],
    }  # fmt: skip


def _counts(count: Counter[MutantStatus]) -> Mapping[str, int]:
    return {status.value: count[status] for status in MutantStatus}


def _result(report: MutationReport, result: MutationResult) -> Mapping[str, object]:
    mutant = result.mutant
    values: dict[str, object] = {
        "kind": mutant.operator, "place": mutant.site.name, "change": mutant.change,
        "fate": result.status.value,
    }  # fmt: skip
    if result.detail:
        values["by"] = result.detail
    if (example := result.distinguished) is not None:
        values["person"] = {
            "urgency": example.before.possible.id,
            "urgency_after": example.after.possible.id,
            "differences": list(differences(example.before, example.after)),
            "answers": plain_answers(report.program, example.sheet),
            "findings": dict(_findings(report, example)),
        }
    return values
