"""Trials as lines that a clinician reads, and as plain JSON values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Final

from backtriage.decide.receipt import plain_answers
from backtriage.mutation.mutant import KINDS
from backtriage.mutation.outcome_snapshot import differences
from backtriage.mutation.report import MutantStatus, MutationReport, MutationResult, Told
from backtriage.prove.counterexample import Counterexample
from backtriage.prove.phrasing import abnormal_answers

_WIDTH: Final = 80
_HEADS: Final = {
    MutantStatus.KILLED_BY_CASE: "found by the case",
    MutantStatus.KILLED_BY_CLAIM: "found by a claim:",
    MutantStatus.EQUIVALENT: "means the same",
    MutantStatus.SURVIVED: "NOBODY NOTICED",
    MutantStatus.UNDECIDED: "UNDECIDED, counted as not found: the proof",
}


def trial_lines(trials: MutationReport, *, every: bool = False) -> Iterator[str]:
    """All of it: how many were found, by kind, and each that was not. `every` lists all."""
    protocol = trials.program.protocol
    yield f"{protocol.id} {protocol.version}: who notices when one thing in the rules is changed"
    yield ""
    yield from _head(trials)
    yield ""
    yield from _table(trials)
    if every:
        yield ""
        for trial in trials.of(
            MutantStatus.KILLED_BY_CASE, MutantStatus.KILLED_BY_CLAIM, MutantStatus.EQUIVALENT
        ):
            yield from _wrapped(
                f"{trial.mutant.about}: {_HEADS[trial.status]} {trial.by}".rstrip()
            )
    for trial in trials.missed:
        yield ""
        yield from _missed(trials, trial)


def _head(trials: MutationReport) -> Iterator[str]:
    count = Counter(trial.status for trial in trials.all)
    case, claim, same, survived, undecided = (count[status] for status in MutantStatus)
    yield from _wrapped(
        f"{case + claim}/{len(trials.all) - same} mutants found: {case} by a case, "
        f"{claim} by a claim. {same} more mean the same. "
        f"{survived} were noticed by nobody, {undecided} are undecided."
    )
    yield from _wrapped(
        f"{trials.counted} cases were counted: those that are kept and that a person wrote or "
        "confirmed."
    )
    if trials.broken:
        yield from _wrapped(f"Not kept, so not counted: {', '.join(trials.broken)}.")
    if trials.waiting:
        yield from _wrapped(f"Not confirmed, so not counted: {', '.join(trials.waiting)}.")


def _table(trials: MutationReport) -> Iterator[str]:
    yield "      found  by a case  by a claim  the same  what was changed"
    for kind, count in trials.table():
        case, claim, same, *_ = (count[status] for status in MutantStatus)
        found = f"{case + claim}/{count.total() - same}"
        yield f"{found:>11}  {case:9}  {claim:10}  {same:8}  {KINDS[kind]}"


def _missed(trials: MutationReport, trial: MutationResult) -> Iterator[str]:
    ran_out = f" {trial.by}" if trial.by else ""
    yield from _wrapped(f"{_HEADS[trial.status]}{ran_out}: {trial.mutant.about}")
    if trial.told is not None:
        told = trial.told
        yield from _wrapped(
            f"This person, everything else being normal, is sent to {told.today.possible.id}. "
            + " ".join(differences(told.today, told.after)), "  ",
        )  # fmt: skip
        for question, said in _said(trials, told):
            yield from _wrapped(f"{question} -> {said}", "      ")


def _said(trials: MutationReport, told: Told) -> Iterator[tuple[str, str]]:
    counterexample = Counterexample(sheet=told.sheet, urgency=told.today.possible)
    return abnormal_answers(trials.domain, trials.normal, counterexample)


def _wrapped(text: str, indent: str = "") -> list[str]:
    return wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=f"{indent}    ",
                break_long_words=False, break_on_hyphens=False)  # fmt: skip


# -- plain values -----------------------------------------------------------------------------


def record(trials: MutationReport) -> dict[str, object]:
    """Trials as plain JSON values."""
    program = trials.program
    count = Counter(trial.status for trial in trials.all)
    return {
        "schema": "backtriage.rules_mutate/1",
        "protocol": {"id": program.protocol.id, "version": program.protocol.version,
                     "digest": program.digest},
        "sound": trials.is_sound,
        "cases": {"counted": trials.counted, "broken": list(trials.broken),
                  "to_confirm": list(trials.waiting)},
        "mutants": len(trials.all),
        **_counts(count),
        "kinds": {kind: {"of": own.total(), **_counts(own)} for kind, own in trials.table()},
        "trials": [_trial(trials, trial) for trial in trials.all],
    }  # fmt: skip


def _counts(count: Counter[MutantStatus]) -> Mapping[str, int]:
    return {status.value: count[status] for status in MutantStatus}


def _trial(trials: MutationReport, trial: MutationResult) -> Mapping[str, object]:
    mutant = trial.mutant
    found: dict[str, object] = {
        "kind": mutant.kind, "place": mutant.site.name, "change": mutant.said,
        "fate": trial.status.value,
    }  # fmt: skip
    if trial.by:
        found["by"] = trial.by
    if trial.told is not None:
        told = trial.told
        found["person"] = {
            "urgency": told.today.possible.id,
            "urgency_after": told.after.possible.id,
            "differences": list(differences(told.today, told.after)),
            "answers": plain_answers(trials.program, told.sheet),
            "findings": dict(_said(trials, told)),
        }
    return found
