"""Counterexamples as a case file, so that each becomes a regression test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backtriage.decide.receipt import plain_value
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question
from backtriage.prove.claims.claim import Claim
from backtriage.prove.counterexample import Counterexample
from backtriage.prove.report import ProofReport
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Value

_HEADER = "Found by 'backtriage rules prove'. Each of these fails until the rules are fixed."


def case_file(report: ProofReport) -> str:
    """Return a case file with every counterexample of a report."""
    return file_yaml(_HEADER, (
        case_yaml(
            report.program, f"found_{result.claim.kind}_{result.claim.subject}",
            result.claim.sentence, result.counterexample.sheet,
            _expected(result.claim, result.counterexample),
        )
        for result in report.results
        if result.counterexample is not None
    ))  # fmt: skip


def _expected(claim: Claim, counterexample: Counterexample) -> Iterator[str]:
    if counterexample.required is not None:
        yield from acceptable_from(counterexample.required)
    elif claim.kind == "contraindicated" and "." not in counterexample.given[0]:
        yield "    expect:"
        yield "      withheld:"
        yield f"        - {counterexample.given[0]}"
    else:
        yield from expect_urgency(counterexample.urgency)


# -- YAML ---------------------------------------------------------------------------------


def file_yaml(header: str, cases: Iterable[Iterable[str]]) -> str:
    """Return a case file, given its cases as lines."""
    lines = [f"# {header}", "cases:", *(line for case in cases for line in case)]
    return "\n".join(lines) + "\n"


def case_yaml(
    program: Program, name: str, about: str, sheet: Answers, expected: Iterable[str]
) -> Iterator[str]:  # fmt: skip
    """Yield the lines of one case; `name` may be any text."""
    words = "".join(c if c.isascii() and c.isalnum() else "_" for c in name)
    yield f"  - id: {words.strip('_')}".lower()
    yield f"    about: {_quoted(about)}"
    yield "    sheet:"
    for question in program.protocol.questions:
        if question.id in sheet:
            yield from _answer(question, sheet[question.id])
    yield from expected


def acceptable_from(urgency: Urgency) -> Iterator[str]:
    """Yield the expectation of this urgency or a higher one."""
    yield "    acceptable:"
    yield from (f"      - {u.id}" for u in Urgency if u >= urgency)


def expect_urgency(urgency: Urgency) -> Iterator[str]:
    """Yield the expectation of exactly this urgency."""
    yield "    expect:"
    yield f"      urgency: {urgency.id}"


def _answer(question: Question, value: Value) -> Iterator[str]:
    plain = plain_value(question, value)
    if isinstance(plain, (list, tuple)):
        if not plain:
            yield f"      {question.id}: none"
            return
        yield f"      {question.id}:"
        yield from (f"        - {_quoted(str(item))}" for item in plain)
        return
    if isinstance(plain, bool):
        plain = "yes" if plain else "no"
    yield f"      {question.id}: {plain}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
