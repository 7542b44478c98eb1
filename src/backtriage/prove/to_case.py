"""A person that was found -> a case file, so that it stays found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from backtriage.decide.receipt import plain_value
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question
from backtriage.prove.claims.claim import Claim
from backtriage.prove.counterexample import Counterexample
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Value


def case_file(program: Program, found: Sequence[tuple[Claim, Counterexample]]) -> str:
    """A file of cases, each of which fails until the rules are mended."""
    head = "Found by 'backtriage rules prove'. Each of these fails until the rules are mended."
    return file_of(
        head, (_case(program, claim, counterexample) for claim, counterexample in found)
    )


def file_of(head: str, cases: Iterable[Iterable[str]]) -> str:
    """A whole file, from its cases as lines."""
    lines = [f"# {head}", "cases:", *(line for case in cases for line in case)]
    return "\n".join(lines) + "\n"


def case_lines(
    program: Program, name: str, about: str, sheet: Answers, expected: Iterable[str]
) -> Iterator[str]:  # fmt: skip
    """One case: any name, a sentence, the answers, and the lines that say what is expected."""
    words = "".join(c if c.isascii() and c.isalnum() else "_" for c in name)
    yield f"  - id: {words.strip('_')}".lower()
    yield f"    about: {_quoted(about)}"
    yield "    sheet:"
    yield from _sheet(program, sheet)
    yield from expected


def at_least(urgency: Urgency) -> Iterator[str]:
    """Expected: this urgency or a higher one."""
    yield "    acceptable:"
    yield from (f"      - {u.id}" for u in Urgency if u >= urgency)


def exactly(urgency: Urgency) -> Iterator[str]:
    """Expected: this urgency."""
    yield "    expect:"
    yield f"      urgency: {urgency.id}"


def _case(program: Program, claim: Claim, counterexample: Counterexample) -> Iterator[str]:
    name = f"found_{claim.kind}_{claim.subject}"
    expected = _expected(claim, counterexample)
    yield from case_lines(program, name, claim.sentence, counterexample.sheet, expected)


def _expected(claim: Claim, counterexample: Counterexample) -> Iterator[str]:
    if counterexample.needed is not None:
        yield from at_least(counterexample.needed)
    elif claim.kind == "contraindicated" and "." not in counterexample.given[0]:
        yield "    expect:"
        yield "      withheld:"
        yield f"        - {counterexample.given[0]}"
    else:
        yield from exactly(counterexample.urgency)


def _sheet(program: Program, sheet: Answers) -> Iterator[str]:
    for question in program.protocol.questions:
        if question.id in sheet:
            yield from _answer(question, sheet[question.id])


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
