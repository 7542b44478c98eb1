"""A proof report as text for a clinician, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from backtriage.program.validate import plain_answers
from backtriage.protocol.guarantees import SafetyFloor
from backtriage.prove.claims.claim import CLAIM_KINDS
from backtriage.prove.counterexample import Counterexample
from backtriage.prove.phrasing import abnormal_answers, fired_rules, near_misses
from backtriage.prove.report import Proof, ProofReport, ProofStatus
from backtriage.terms.condition import condition_text
from backtriage.terms.wrap import wrap


def report_lines(report: ProofReport, *, every: bool = False) -> Iterator[str]:
    """Yield the report: errors with their counterexamples, warnings, and a line for each kind.

    `every` adds a line for each claim.
    """
    protocol = report.program.protocol
    yield f"{protocol.id} {protocol.version}: what is true of every possible answer sheet"
    for result in report.errors:
        yield ""
        yield from _error(report, result)
    if report.warnings:
        yield from ("", "Warnings (nobody is harmed by these)")
        for result in report.warnings:
            yield from _warning(result)
    yield ""
    yield from _table(report)
    if every:
        yield ""
        for result in report.results:
            yield from wrapped(f"{result.status.upper()} {result.claim.sentence}", "  ")
    yield ""
    yield from _summary(report)


def _error(report: ProofReport, result: Proof) -> Iterator[str]:
    claim = result.claim
    yield from wrapped(f"{result.status.upper()} (claim {claim.kind}): {claim.sentence}")
    if result.reason:
        yield from wrapped(f"The proof {result.reason}.", "  ")
    if result.counterexample is not None:
        yield from _counterexample(report, result, result.counterexample)
    elif result.status is ProofStatus.DISPROVED:
        yield "  There is nobody like that."


def _counterexample(
    report: ProofReport, result: Proof, counterexample: Counterexample
) -> Iterator[str]:
    floor = _floor(report, result)
    if floor is not None:
        text = condition_text(floor.when, report.program.protocol.units)
        yield from wrapped(f"The red flag: {text}. {floor.because}", "  ")
    if _is_shown_before(report, result):
        yield "  The same person as under the claim unsafe."
        return
    yield from wrapped(_headline(counterexample), "  ")
    for question, answer in abnormal_answers(
        report.symbolic.domain, report.baseline, counterexample
    ):
        yield from wrapped(f"{question} -> {answer}", "      ")
    when = ""
    if counterexample.before is not None:
        rules = ", ".join(fired_rules(report.program, counterexample.before))
        yield from wrapped(f"Rules that fired before: {rules}.", "  ")
        when = " after"
    rules = ", ".join(fired_rules(report.program, counterexample.sheet)) or "none"
    yield from wrapped(f"Rules that fired{when}: {rules}.", "  ")
    for line in near_misses(report.program, counterexample, floor.when if floor else None):
        yield from wrapped(line, "      ")


def _headline(counterexample: Counterexample) -> str:
    urgency, before = counterexample.urgency, counterexample.before_urgency
    if counterexample.undecided:
        return f"For this person nothing is open, and {counterexample.undecided} is undecided:"
    person = "This person, everything else being normal,"
    if before is not None:
        return (
            f"{person} is sent to {before.id} before and to {urgency.id} after one answer got "
            "worse:"
        )
    given = " and ".join(f"'{id_}'" for id_ in counterexample.given)
    return f"{person} is sent to {urgency.id}{f' and given {given}' if given else ''}:"


def _floor(report: ProofReport, result: Proof) -> SafetyFloor | None:
    if result.claim.kind not in {"unsafe", "hidden"}:
        return None
    floors = report.program.protocol.floors
    return next(floor for floor in floors if floor.id == result.claim.subject)


def _is_shown_before(report: ProofReport, result: Proof) -> bool:
    """Return whether the claim "unsafe" on the same red flag has the same counterexample."""
    return result.claim.kind == "hidden" and any(
        other.claim.key == ("unsafe", result.claim.subject)
        and other.counterexample == result.counterexample
        for other in report.results
    )


def _warning(result: Proof) -> Iterator[str]:
    text = f"{result.claim.kind}: not so: {result.claim.sentence}"
    if result.status is ProofStatus.UNDECIDED:
        text = f"{result.claim.kind}: undecided, the proof {result.reason}"
    if result.waiver is not None:
        text += f" Accepted: {result.waiver.reason} (review by {result.waiver.review_by})"
    yield from wrapped(text, "  ")


def _table(report: ProofReport) -> Iterator[str]:
    """Yield, for each kind of claim, how many are proved and the seconds of each engine."""
    engines = report.seconds.values()
    yield f"{'proved':>12}{''.join(f'{name:>10}' for name in report.seconds)}  claim"
    for kind, (title, _) in CLAIM_KINDS.items():
        times = "".join(f"{seconds.get(kind, 0.0):8.2f} s" for seconds in engines)
        results = [result for result in report.results if result.claim.kind == kind]
        yield f"{_proved(results) if results else 'none':>12}{times}  {kind}: {title}"
    totals = "".join(f"{sum(seconds.values()):8.2f} s" for seconds in engines)
    yield f"{_proved(report.results):>12}{totals}  all, getting ready included"


def _proved(results: Sequence[Proof]) -> str:
    return f"{sum(r.status is ProofStatus.PROVED for r in results)}/{len(results)}"


def _summary(report: ProofReport) -> Iterator[str]:
    protocol = report.program.protocol
    directed = {risk.question for risk in protocol.risk if risk.direction != "none"}
    undirected = [question.id for question in protocol.questions if question.id not in directed]
    yield from wrapped(
        f"{len(undirected)} of {len(protocol.questions)} questions have no risk direction, so the "
        f"claims lowered and unsure do not cover them: {', '.join(undirected) or 'none'}."
    )
    partly = [r.id for r in protocol.risk if r.direction == "none" and r.question in directed]
    if partly:
        yield from wrapped(f"Nor do they cover some urgencies: {', '.join(partly)}.")
    some = [
        f"{risk.id} (while {condition_text(risk.when, protocol.units)})"
        for risk in protocol.risk
        if risk.when is not None
    ]
    if some:
        yield from wrapped(f"They cover only some people for: {', '.join(some)}.")
    if not protocol.floors:
        yield "There are no floors, so nothing is claimed of red flags."
    waivers = [f"{w.about} ({w.accepts}, review by {w.review_by})" for w in protocol.waivers]
    if waivers:
        yield from wrapped(f"{_count(waivers, 'waiver')}: {', '.join(waivers)}.")
    yield f"{_count(report.errors, 'error')}, {_count(report.warnings, 'warning')}."


def _count(things: Sequence[object], noun: str) -> str:
    return f"{len(things)} {noun}{'s' * (len(things) != 1)}"


def wrapped(text: str, indent: str = "") -> list[str]:
    """Wrap a paragraph, with a hanging indent."""
    return wrap(text, indent, hanging="    ")


def report_json(report: ProofReport) -> dict[str, object]:
    """Return the report as plain JSON values."""
    return {
        "schema": "backtriage.rules_prove/1",
        "protocol": report.program.identity,
        "sound": not report.errors,
        "engines": {name: round(sum(t.values()), 3) for name, t in report.seconds.items()},
        "claims": [_claim_json(report, result) for result in report.results],
    }  # fmt: skip


def _claim_json(report: ProofReport, result: Proof) -> Mapping[str, object]:
    claim, waiver, counterexample = result.claim, result.waiver, result.counterexample
    fields = {
        "claim": claim.kind, "kind": claim.kind, "subject": claim.subject,
        "sentence": claim.sentence, "severity": CLAIM_KINDS[claim.kind].severity,
        "verdict": result.status.value,
        "ran_out": result.reason or None,
        "waiver": None if waiver is None else waiver.reason,
        "case": None if counterexample is None else _counterexample_json(report, counterexample),
    }  # fmt: skip
    return {key: value for key, value in fields.items() if value is not None}


def _counterexample_json(
    report: ProofReport, counterexample: Counterexample
) -> Mapping[str, object]:
    program, domain = report.program, report.symbolic.domain
    required, before = counterexample.required, counterexample.before
    fields = {
        "urgency": counterexample.urgency.id,
        "answers": plain_answers(program, counterexample.sheet),
        "findings": dict(abnormal_answers(domain, report.baseline, counterexample)),
        "fired": list(fired_rules(program, counterexample.sheet)),
        "needed": None if required is None else required.id,
        "before": None if before is None else plain_answers(program, before),
        "given": list(counterexample.given) or None,
    }
    return {key: value for key, value in fields.items() if value is not None}
