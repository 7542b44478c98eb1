"""The outcomes of many sheets, decided together: for each, what `assess` comes to alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from backtriage.decide import outcome
from backtriage.decide.assessment import service_of, status_of
from backtriage.decide.chunk import ChunkEvaluation, columns_of
from backtriage.decide.contradictions import ActedOn, acted_on
from backtriage.decide.evaluate import INTERVALS
from backtriage.decide.kernel import Chunk
from backtriage.decide.open_questions import open_questions
from backtriage.decide.outcome import Reached
from backtriage.decide.reasons import Reason, counts_as
from backtriage.decide.receipt import Decision
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always, Condition
from backtriage.terms.urgency import Urgency

_SET: Final = b"\1"


class SheetDecision(Decision, frozen=True, kw_only=True):
    """What was decided of one sheet of many. Its reasons are without the answers behind them."""

    service: str
    missing: tuple[str, ...]
    is_contradicted: bool


def outcomes(program: Program, sheets: Sequence[Answers]) -> tuple[SheetDecision, ...]:
    """Decide some sheets: a few thousand at once cost little more than a few."""
    chunk = ChunkEvaluation(program, columns_of(program, sheets))
    acted = acted_on(chunk)
    certain, possible = _levels(chunk, acted.certain), _levels(chunk, acted.possible)
    out = chunk.unpack(outcome.surely_out_of_scope(chunk))
    contradicted = chunk.unpack(acted.contradicted)
    reasons = _reasons(acted, certain, possible)
    missing: list[list[str]] = [[] for _ in sheets]
    for question, where in acted.open(open_questions).items():
        if question not in program.advice_questions:
            for row in _rows(chunk.unpack(where)):
                missing[row].append(question)
    return tuple(
        SheetDecision(
            status=status_of(certain[row], possible[row], in_scope=not out[row],
                             is_contradicted=bool(contradicted[row])),
            certain=certain[row], possible=possible[row],
            service=service_of(program, reasons[row], possible[row]),
            reasons=reasons[row], missing=tuple(missing[row]),
            is_contradicted=bool(contradicted[row]),
        )
        for row in range(len(sheets))
    )  # fmt: skip


def certain_emergencies(
    program: Program, sheets: Sequence[Answers], asked: Sequence[Collection[str]] | None = None
) -> Sequence[bool]:
    """Return of each sheet whether it certainly is an emergency.

    Args:
        program: The protocol to apply.
        sheets: Some answers.
        asked: For each sheet the questions that count as asked whatever their guards say.
    """
    if not sheets:
        return ()
    chunk = ChunkEvaluation(program, columns_of(program, sheets))
    if asked is not None:
        marks: dict[str, bytearray] = {}
        for row, questions in enumerate(asked):
            for id_ in questions:
                marks.setdefault(id_, bytearray(len(sheets)))[row] = 1
        chunk = chunk.asking({id_: chunk.carrier.pack(bytes(m)) for id_, m in marks.items()})
    reached = acted_on(chunk).certain[Urgency.EMERGENCY]
    return [*map(bool, chunk.unpack(reached))]


def _levels(chunk: ChunkEvaluation, reached: Reached) -> list[Urgency]:
    """Return the highest urgency that each sheet reaches."""
    count: Chunk = chunk.nowhere
    for urgency in list(Urgency)[1:]:  # each sheet reaches all below its highest as well
        count = count + reached[urgency]
    urgencies = list(Urgency)
    return [urgencies[level] for level in chunk.unpack(count)]


def _reasons(
    acted: ActedOn[ChunkEvaluation], certain: Sequence[Urgency], possible: Sequence[Urgency]
) -> list[tuple[Reason, ...]]:
    """Return the reasons of each sheet, in the order of `reasons_of`."""
    specific: list[list[Reason]] = [[] for _ in certain]
    general: list[list[Reason]] = [[] for _ in certain]
    for rule in acted.kernel.program.rules:
        found: dict[int, Reason] = {}
        for row, bits in _maybe(acted, rule.when):
            counts = counts_as(rule, INTERVALS[bits], certain[row], possible[row])
            if counts is not None and (row not in found or counts[0] > found[row].urgency):
                urgency, certainty = counts
                found[row] = Reason(
                    rule=rule, urgency=urgency, certainty=certainty, because=_UNSAID
                )
        listed = general if isinstance(rule.when, Always) else specific
        for row, reason in found.items():
            listed[row].append(reason)
    return [
        tuple(sorted(mine or everybodys, key=lambda reason: -reason.urgency))
        for mine, everybodys in zip(specific, general, strict=True)
    ]


def _maybe(acted: ActedOn[ChunkEvaluation], when: Condition) -> Iterator[tuple[int, int]]:
    """Yield the sheets on which a condition is not surely false, with its bits.

    Where answers are contradicted, a sheet comes again with the bits when all of them count.
    """
    chunk = acted.kernel
    for each, where in ((chunk, chunk.ones), (acted.counting, acted.contradicted)):
        if each is not None:
            bits = each.bits(when)
            fires = bits >> 3 & where
            if fires:
                every = each.unpack(bits)
                yield from ((row, every[row]) for row in _rows(chunk.unpack(fires)))


def _rows(marks: bytes) -> Iterator[int]:
    """Yield the positions of the bytes that are 1."""
    at = marks.find(_SET)
    while at >= 0:
        yield at
        at = marks.find(_SET, at + 1)


_UNSAID: Final = Answers()
