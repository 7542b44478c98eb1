"""A report as lines that a clinician reads, and as plain JSON values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Final

from backtriage.decide.receipt import plain_answers
from backtriage.protocol.condition_text import condition_text, units_of
from backtriage.protocol.protocol import Protocol, SafetyFloor
from backtriage.prove.claims.claim import KINDS
from backtriage.prove.counterexample import Counterexample
from backtriage.prove.person import findings, fired, stopped
from backtriage.prove.proof import Verdict
from backtriage.prove.report import Finding, Report

_WIDTH: Final = 80
_HEADS: Final = {
    Verdict.PROVED: "PROVED",
    Verdict.DISPROVED: "DISPROVED",
    Verdict.UNDECIDED: "UNDECIDED",
}


def report_lines(report: Report, *, every: bool = False) -> Iterator[str]:
    """The whole report: what failed with its case, then a line for each kind of claim."""
    protocol = report.program.protocol
    yield f"{protocol.id} {protocol.version}: what holds of every answer sheet there can be"
    for finding in report.faults:
        yield ""
        yield from _failed(report, finding)
    if report.warnings:
        yield from ("", "Worth a look (nobody is harmed by these)")
        for finding in report.warnings:
            yield from _warning(finding)
    yield ""
    yield from _table(report)
    if every:
        yield ""
        for finding in report.findings:
            verdict = _HEADS[finding.proof.verdict]
            yield from wrapped(f"{verdict} {finding.claim.sentence}", "  ")
    yield ""
    yield from _counts(report)


def _failed(report: Report, finding: Finding) -> Iterator[str]:
    letter = KINDS[finding.claim.kind][0]
    verdict = _HEADS[finding.proof.verdict]
    yield from wrapped(f"{verdict} (claim {letter}): {finding.claim.sentence}")
    if finding.proof.ran_out:
        yield from wrapped(f"The proof {finding.proof.ran_out}.", "  ")
    if finding.counterexample is not None:
        yield from _case(report, finding, finding.counterexample)
    elif finding.proof.verdict is Verdict.DISPROVED:
        yield "  There is nobody like that."


def _case(report: Report, finding: Finding, counterexample: Counterexample) -> Iterator[str]:
    floor = _floor(report.program.protocol, finding)
    if floor is not None:
        text = condition_text(floor.when, units_of(report.program.protocol))
        yield from wrapped(f"The red flag: {text}. {floor.because}", "  ")
    if _is_said_before(report, finding, counterexample):
        yield "  The same person as under claim b1."
        return
    yield from wrapped(_sent(counterexample), "  ")
    for question, said in findings(report.model.domain, report.normal, counterexample):
        yield from wrapped(f"{question} -> {said}", "      ")
    if counterexample.before is not None:
        rules = ", ".join(fired(report.program, counterexample.before))
        yield from wrapped(f"Rules that fired before: {rules}.", "  ")
    rules = ", ".join(fired(report.program, counterexample.sheet)) or "none"
    word = "after" if counterexample.before is not None else ""
    yield from wrapped(f"Rules that fired {word}: {rules}.".replace(" :", ":"), "  ")
    for line in stopped(report.program, counterexample, None if floor is None else floor.when):
        yield from wrapped(line, "      ")


def _sent(counterexample: Counterexample) -> str:
    rest = "everything else being normal"
    if counterexample.before_urgency is not None:
        return (
            f"This person, {rest}, is sent to {counterexample.before_urgency.id} before and to "
            f"{counterexample.urgency.id} after one answer got worse:"
        )
    if counterexample.given:
        given = " and ".join(f"'{id_}'" for id_ in counterexample.given)
        return f"This person, {rest}, is sent to {counterexample.urgency.id} and given {given}:"
    if counterexample.waits:
        return f"For this person nothing is open, and {counterexample.waits} is undecided:"
    return f"This person, {rest}, is sent to {counterexample.urgency.id}:"


def _floor(protocol: Protocol, finding: Finding) -> SafetyFloor | None:
    if finding.claim.kind not in {"unsafe", "hidden"}:
        return None
    return next(floor for floor in protocol.floors if floor.id == finding.claim.subject)


def _is_said_before(report: Report, finding: Finding, counterexample: Counterexample) -> bool:
    """A red flag that is sent too low needs no second showing."""
    key = ("unsafe", finding.claim.subject)
    return finding.claim.kind == "hidden" and any(
        f.claim.key == key and f.counterexample == counterexample for f in report.findings
    )


def _warning(finding: Finding) -> Iterator[str]:
    text = f"{finding.claim.kind}: not so: {finding.claim.sentence}"
    if finding.proof.verdict is Verdict.UNDECIDED:
        text = f"{finding.claim.kind}: undecided, the proof {finding.proof.ran_out}"
    if finding.waiver is not None:
        text += f" Accepted: {finding.waiver.reason} (review by {finding.waiver.review_by})"
    yield from wrapped(text, "  ")


def _table(report: Report) -> Iterator[str]:
    """For each kind how many are proved, and the seconds of each engine side by side."""
    engines = list(report.seconds)
    times = "".join(f"{name:>10}" for name in engines)
    yield f"{'proved':>12}{times}  claim"
    for kind, (letter, text, _) in KINDS.items():
        own = [finding for finding in report.findings if finding.claim.kind == kind]
        proved = sum(finding.proof.verdict is Verdict.PROVED for finding in own)
        times = "".join(f"{report.seconds[name].get(kind, 0.0):8.2f} s" for name in engines)
        mark = kind if letter == kind else f"{letter} {kind}"
        count = f"{proved}/{len(own)}" if own else "none"
        yield f"{count:>12}{times}  {mark}: {text}"
    totals = "".join(f"{sum(report.seconds[name].values()):8.2f} s" for name in engines)
    proved = sum(finding.proof.verdict is Verdict.PROVED for finding in report.findings)
    count = f"{proved}/{len(report.findings)}"
    yield f"{count:>12}{totals}  all, getting ready included"


def _counts(report: Report) -> Iterator[str]:
    protocol = report.program.protocol
    none = [risk.question for risk in protocol.risk if risk.direction == "none"]
    yield from wrapped(
        f"{len(none)} of {len(protocol.questions)} questions have no risk direction, so claims c "
        f"and f say nothing of them: {', '.join(none) or 'none'}."
    )
    if not protocol.floors:
        yield "There are no floors, so nothing is claimed of red flags."
    waivers = [f"{w.about} ({w.accepts}, review by {w.review_by})" for w in protocol.waivers]
    if waivers:
        yield from wrapped(f"{len(waivers)} waivers: {', '.join(waivers)}.")
    faults, warnings = len(report.faults), len(report.warnings)
    yield f"{faults} faults, {warnings} worth a look."


def wrapped(text: str, indent: str = "") -> list[str]:
    """A paragraph in lines of the usual width."""
    return wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=f"{indent}    ",
                break_long_words=False, break_on_hyphens=False)  # fmt: skip


# -- plain values -------------------------------------------------------------------------


def record(report: Report) -> dict[str, object]:
    """The report as plain JSON values."""
    program = report.program
    return {
        "schema": "backtriage.rules_prove/1",
        "protocol": {"id": program.protocol.id, "version": program.protocol.version,
                     "digest": program.digest},
        "sound": not report.faults,
        "engines": {name: round(sum(t.values()), 3) for name, t in report.seconds.items()},
        "claims": [_finding(report, finding) for finding in report.findings],
    }  # fmt: skip


def _finding(report: Report, finding: Finding) -> Mapping[str, object]:
    claim, proof = finding.claim, finding.proof
    found: dict[str, object] = {
        "claim": KINDS[claim.kind][0], "kind": claim.kind, "subject": claim.subject,
        "sentence": claim.sentence, "severity": KINDS[claim.kind][2],
        "verdict": proof.verdict.value,
    }  # fmt: skip
    if proof.ran_out:
        found["ran_out"] = proof.ran_out
    if finding.waiver is not None:
        found["waiver"] = finding.waiver.reason
    if finding.counterexample is not None:
        found["case"] = _witness(report, finding.counterexample)
    return found


def _witness(report: Report, counterexample: Counterexample) -> Mapping[str, object]:
    found: dict[str, object] = {
        "urgency": counterexample.urgency.id,
        "answers": plain_answers(report.program, counterexample.sheet),
        "findings": dict(findings(report.model.domain, report.normal, counterexample)),
        "fired": list(fired(report.program, counterexample.sheet)),
    }
    if counterexample.needed is not None:
        found["needed"] = counterexample.needed.id
    if counterexample.before is not None:
        found["before"] = plain_answers(report.program, counterexample.before)
    if counterexample.given:
        found["given"] = list(counterexample.given)
    return found
