"""The outcomes of many sheets, decided together: for each, what `assess` comes to alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final, TypeAlias

from backtriage.decide import outcome
from backtriage.decide.assessment import service_of, status_of
from backtriage.decide.chunk import ChunkEvaluation, Columns, columns_of
from backtriage.decide.contradictions import ActedOn, acted_on
from backtriage.decide.evaluate import INTERVALS
from backtriage.decide.kernel import TRUE, Chunk
from backtriage.decide.open_questions import open_questions
from backtriage.decide.outcome import Reached
from backtriage.decide.reasons import Reason, counts_as
from backtriage.decide.receipt import Decision
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always
from backtriage.terms.urgency import Urgency

_SET: Final = b"\1"
_URGENCIES: Final = tuple(Urgency)
_BITS: Final = 4
_EVERY: Final = (1 << _BITS) - 1
_MOST_KNOWN: Final = 50_000

_Hit: TypeAlias = int
"""The place of a rule in the protocol, and its bits."""
_Signature: TypeAlias = tuple[int, int, int, int, tuple[_Hit, ...], tuple[str, ...]]
"""Everything that a decision follows from."""


class SheetDecision(Decision, frozen=True, kw_only=True):
    """What was decided of one sheet of many. Its reasons are without the answers behind them."""

    service: str
    missing: tuple[str, ...]
    is_contradicted: bool


def outcomes(program: Program, sheets: Sequence[Answers]) -> tuple[SheetDecision, ...]:
    """Decide some sheets: a few thousand at once cost little more than a few."""
    return tuple(Decider(program)(columns_of(program, sheets)))


class Decider:
    """Decides chunks of sheets by their columns. Equal decisions are one object."""

    def __init__(self, program: Program) -> None:
        """Decide nothing yet."""
        self.program = program
        self._known: dict[_Signature, SheetDecision] = {}
        self._reasons_known: dict[tuple[_Hit, Urgency, Urgency], Reason | None] = {}

    def __call__(self, columns: Columns) -> list[SheetDecision]:
        """Return what is decided of each sheet."""
        if not columns.count:
            return []
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        chunk = ChunkEvaluation(self.program, columns)
        acted = acted_on(chunk)
        signatures = zip(
            _levels(chunk, acted.certain), _levels(chunk, acted.possible),
            chunk.unpack(outcome.surely_out_of_scope(chunk)), chunk.unpack(acted.contradicted),
            map(tuple, _hits(acted)), self._missing(acted), strict=True,
        )  # fmt: skip
        known = self._known
        found: list[SheetDecision] = []
        for signature in signatures:
            decision = known.get(signature)
            if decision is None:
                decision = known[signature] = self._decision(*signature)
            found.append(decision)
        return found

    def _missing(self, acted: ActedOn[ChunkEvaluation]) -> Sequence[tuple[str, ...]]:
        """Return the open questions of each sheet but those that only advice needs.

        They are searched only on sheets with a gap: a question that may be asked and has no
        answer, or answers that are contradicted.
        """
        chunk, wanted = acted.kernel, self.program.questions.keys() - self.program.advice_questions
        gaps = acted.contradicted
        for question in wanted:
            gaps = gaps | chunk.ones & chunk.guard_bits(question) >> 3 & ~chunk.answered(question)
        found: list[tuple[str, ...]] = [()] * chunk.columns.count
        rows = [*_rows(chunk.unpack(gaps))]
        if rows and len(rows) < len(found):
            acted = acted_on(
                ChunkEvaluation(self.program, chunk.columns.only(chunk.unpack(gaps)))
            )  # fmt: skip
        elif not rows:
            return found
        missing: list[list[str]] = [[] for _ in rows]
        for question, where in acted.open(open_questions).items():
            if question in wanted:
                for at in _rows(acted.kernel.unpack(where)):
                    missing[at].append(question)
        for row, questions in zip(rows, missing, strict=True):
            found[row] = tuple(questions)
        return found

    def _decision(  # noqa: PLR0913, PLR0917 - the parts of a signature
        self, low: int, high: int, out: int, contradicted: int, hits: tuple[_Hit, ...],
        missing: tuple[str, ...],
    ) -> SheetDecision:  # fmt: skip
        certain, possible = _URGENCIES[low], _URGENCIES[high]
        reasons = self._reasons(hits, certain, possible)
        is_contradicted = bool(contradicted)
        return SheetDecision(
            status=status_of(
                certain, possible, in_scope=not out, is_contradicted=is_contradicted
            ),
            certain=certain, possible=possible, reasons=reasons, missing=missing,
            service=service_of(self.program, reasons, possible), is_contradicted=is_contradicted,
        )  # fmt: skip

    def _reasons(
        self, hits: Sequence[_Hit], certain: Urgency, possible: Urgency
    ) -> tuple[Reason, ...]:
        """Return the reasons of a sheet, in the order of `reasons_of`."""
        found: dict[int, Reason] = {}
        for hit in hits:
            reason = self._reason(hit, certain, possible)
            at = hit >> _BITS
            if reason is not None and (at not in found or reason.urgency > found[at].urgency):
                found[at] = reason
        reasons = [found[at] for at in sorted(found)]
        if not reasons:
            everybodys = (
                self._reason(at << _BITS | TRUE, certain, possible)
                for at, rule in enumerate(self.program.rules)
                if isinstance(rule.when, Always)
            )
            reasons = [reason for reason in everybodys if reason is not None]
        return tuple(sorted(reasons, key=_highest_first))

    def _reason(self, hit: _Hit, certain: Urgency, possible: Urgency) -> Reason | None:
        key = hit, certain, possible
        if key not in self._reasons_known:
            rule = self.program.rules[hit >> _BITS]
            counts = counts_as(rule, INTERVALS[hit & _EVERY], certain, possible)
            self._reasons_known[key] = counts and Reason(
                rule=rule, urgency=counts[0], certainty=counts[1], because=_UNSAID
            )  # fmt: skip
        return self._reasons_known[key]


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


def _levels(chunk: ChunkEvaluation, reached: Reached) -> bytes:
    """Return the place of the highest urgency that each sheet reaches."""
    count: Chunk = chunk.nowhere
    for urgency in _URGENCIES[1:]:  # each sheet reaches all below its highest as well
        count = count + reached[urgency]
    return chunk.unpack(count)


def _hits(acted: ActedOn[ChunkEvaluation]) -> list[list[_Hit]]:
    """Return of each sheet the rules that are a reason, each with its bits.

    Where answers are contradicted, a rule may come again with the bits when all of them count.
    A rule for everybody is none: only who has no other reason is told of it.
    """
    chunk = acted.kernel
    found: list[list[_Hit]] = [[] for _ in range(chunk.columns.count)]
    exactly = [
        high & ~higher & ~low  # what may be, and is not certain
        for high, higher, low in zip(
            acted.possible, acted.possible[1:], acted.certain, strict=False
        )
    ]  # fmt: skip
    for each, where in ((chunk, chunk.ones), (acted.counting, acted.contradicted)):
        if each is None:
            continue
        for at, rule in enumerate(each.program.rules):
            bits = 0 if isinstance(rule.when, Always) else each.bits(rule.when)
            if not bits:
                continue
            counts = bits | bits >> 2 & exactly[rule.urgency]
            if rule.if_unsure is not None:
                counts = counts | bits >> 1 | bits >> 3 & exactly[rule.if_unsure]
            counts = counts & where
            if counts:
                every, first = each.unpack(bits), at << _BITS
                for row in _rows(each.unpack(counts)):
                    found[row].append(first | every[row])
    return found


def _rows(marks: bytes) -> Iterator[int]:
    """Yield the positions of the bytes that are 1."""
    at = marks.find(_SET)
    while at >= 0:
        yield at
        at = marks.find(_SET, at + 1)


_UNSAID: Final = Answers()


def _highest_first(reason: Reason) -> int:
    return -reason.urgency
