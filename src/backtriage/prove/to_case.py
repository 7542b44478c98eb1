"""A case against a claim -> a case file, so that it stays found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backtriage.decide.receipt import plain_value
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question
from backtriage.prove.claims.claim import Claim
from backtriage.prove.witness import Witness
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Value


def case_file(program: Program, found: Sequence[tuple[Claim, Witness]]) -> str:
    """A file of cases, each of which fails until the rules are mended."""
    lines = [
        "# Found by 'backtriage rules prove'. Each of these fails until the rules are mended.",
        "cases:",
    ]
    for claim, witness in found:
        lines += _case(program, claim, witness)
    return "\n".join(lines) + "\n"


def _case(program: Program, claim: Claim, witness: Witness) -> Iterator[str]:
    words = "".join(c if c.isascii() and c.isalnum() else "_" for c in claim.subject)
    yield f"  - id: found_{claim.kind.replace('-', '_')}_{words.strip('_')}".lower()
    yield f"    about: {quoted(claim.sentence)}"
    yield "    sheet:"
    yield from sheet_lines(program, witness.sheet)
    if witness.needed is not None:
        yield "    acceptable:"
        yield from (f"      - {u.id}" for u in Urgency if u >= witness.needed)
        return
    yield "    expect:"
    if claim.kind == "contraindicated" and "." not in witness.given[0]:
        yield "      withheld:"
        yield f"        - {witness.given[0]}"
    else:
        yield f"      urgency: {witness.urgency.id}"


def sheet_lines(program: Program, sheet: Answers) -> Iterator[str]:
    """The answers of a case, a line each, in asking order."""
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
        yield from (f"        - {quoted(str(item))}" for item in plain)
        return
    if isinstance(plain, bool):
        plain = "yes" if plain else "no"
    yield f"      {question.id}: {plain}"


def quoted(text: str) -> str:
    """A text as a scalar of a case file."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
