"""A report as lines that a clinician reads. Every figure is exact; nothing is rounded up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from textwrap import wrap

from backtriage.cases.case import ALL, Case
from backtriage.cases.coverage import Count, Misses
from backtriage.cases.report import Report
from backtriage.cases.simulation import AIM, Sign, Walk

_WIDTH = 80
_FEW = 12


def report_lines(report: Report, *, every: bool = False) -> Iterator[str]:
    """The whole report. `every` lists all clauses that are not seen, not only the first."""
    yield from _cases(report)
    yield from _coverage(report, every=every)
    yield from _outside(report)
    yield from _danger(report)
    yield from _shares(report)
    yield from _walks(report)
    yield from _signs(report)


def _cases(report: Report) -> Iterator[str]:
    protocol = report.program.protocol
    broken = report.broken
    kept = len(report.results) - len(broken)
    yield f"{protocol.id} {protocol.version}: {kept}/{len(report.results)} cases kept"
    if report.waiting:
        yield from _wrapped(f"Waiting for a person to confirm them: {', '.join(report.waiting)}")
    abouts = {result.case.id: result.case for result in report.results}
    for id_, failures in broken:
        yield from _wrapped(f"BROKEN {id_} ({abouts[id_].location}): {abouts[id_].about}")
        for sentence in failures:
            yield from _wrapped(sentence, "  - ")


def _coverage(report: Report, *, every: bool) -> Iterator[str]:
    cover = report.coverage
    yield ""
    yield "Coverage"
    yield from _rules("rules that surely fire in a case", cover.fired)
    yield from _rules("rules that one changed answer switches", cover.nearest)
    yield from _rules("rules that rest on not sure in a case", cover.doubted)
    yield from _clauses("clauses seen true", cover.true, every=every)
    yield from _clauses("clauses seen false", cover.false, every=every)
    yield from _clauses("clauses seen not sure", cover.unsure, every=every)
    hazards = " ".join(hazard for hazard, _ in cover.hazards) or "none"
    yield from _wrapped(f"hazards with a case, {len(cover.hazards)}: {hazards}", "  ")


def _rules(what: str, count: Count) -> Iterator[str]:
    yield f"  {count.seen}/{count.of} {what}"
    if count.left:
        yield from _wrapped(f"not yet: {', '.join(count.left)}", "      ")


def _clauses(what: str, count: Count, *, every: bool) -> Iterator[str]:
    yield f"  {count.seen}/{count.of} {what}"
    shown = count.left if every else count.left[:_FEW]
    for text in shown:
        yield from _wrapped(f"not yet: {text}", "      ")
    if len(shown) < len(count.left):
        yield f"      and {len(count.left) - len(shown)} more (--every lists them)"


def _outside(report: Report) -> Iterator[str]:
    """Cases whose certain urgency is not acceptable, each with its reason."""
    judged = [result for result in report.results if result.case.acceptable]
    outside = [result for result in judged if result.is_outside]
    yield ""
    within = len(judged) - len(outside)
    yield f"Acceptable urgencies: {within}/{len(judged)} cases are within theirs"
    for result in outside:
        found = result.assessment
        acceptable = ", ".join(urgency.id for urgency in result.case.acceptable)
        head = f"{result.case.id}: certain {found.certain.id}, possible {found.possible.id}"
        yield from _wrapped(f"{head}; acceptable {acceptable}. {result.case.outside}", "  ")


def _danger(report: Report) -> Iterator[str]:
    yield ""
    yield "Cases that must not fall below the same day"
    yield from _misses("published", report.coverage.published)
    yield from _misses("written for these rules", report.coverage.invented)
    yield from _wrapped(
        "Those who wrote the rules wrote or chose the cases, so none of this is accuracy."
    , "  ")  # fmt: skip


def _misses(what: str, misses: Misses) -> Iterator[str]:
    text = f"{len(misses.below)}/{misses.of} {what} fell below"
    if misses.below:
        text += f": {', '.join(misses.below)}"
    if misses.bound is not None:
        text += f"; none in {misses.of} still allows a true share of {misses.bound * 100:.1f}%"
        text += " (rule of three, 95%)"
    yield from _wrapped(f"{text}.", "  ")


def _shares(report: Report) -> Iterator[str]:
    yield ""
    yield "Share per urgency over the cases (a figure for the clinician, no test)"
    for urgency, number in report.coverage.shares:
        yield f"  {number:4}/{len(report.results)} {urgency.id}"


def _walks(report: Report) -> Iterator[str]:
    if not report.walks:
        return
    yield ""
    yield "Interviews played through, in screens"
    for case, walked in report.walks:
        yield from _wrapped(f"{case.id}: {_walk(case, walked)}", "  ")


def _walk(case: Case, walked: Walk) -> str:
    aims = dict(case.aims)
    settled = "never settled" if walked.settled is None else f"settled after {walked.settled}"
    parts = [settled]
    counts = (*walked.sections, (ALL, len(walked.screens)))
    for name, number in counts:
        aim = f" (aim {aims[name]})" if name in aims else ""
        parts.append(f"{name} {number}{aim}")
    return ", ".join(parts)


def _signs(report: Report) -> Iterator[str]:
    for case, tried in report.signs:
        yield ""
        yield from _wrapped(
            f"Emergencies that one finding decides, on top of '{case.id}': screens after the "
            f"opening questions until it is certain (aim {AIM})"
        )
        yield from _sign_lines(tried)


def _sign_lines(tried: tuple[Sign, ...]) -> Iterator[str]:
    counts = Counter(sign.screens for sign in tried)
    within = sum(n for screens, n in counts.items() if screens is not None and screens <= AIM)
    yield f"  {within}/{len(tried)} within {AIM}"
    for sign in tried:
        if sign.screens is None or sign.screens > AIM:
            when = "never" if sign.screens is None else f"after {sign.screens}"
            yield f"  {when}: {sign.rule} ({sign.question}: {sign.answer})"
    for screens in sorted(n for n in counts if n is not None):
        rules = dict.fromkeys(sign.rule for sign in tried if sign.screens == screens)
        yield from _wrapped(f"after {screens}: {', '.join(rules)}", "  ")


def _wrapped(text: str, indent: str = "") -> list[str]:
    rest = " " * (len(indent) + 2)
    return wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=rest,
                break_long_words=False, break_on_hyphens=False)  # fmt: skip
