"""The answers of one person to two versions of a protocol, side by side.

An answer that both versions take is given to both. A question, or an item of a list, that one
version does not ask is not seen by that version. An answer that one version does not take (a
choice it does not offer, "not sure" where it allows no doubt) says nothing about what the person
would answer there, so that each of its answers is looked at: the two answers *differ*, and are
told apart from all others. A number outside the range of a version is read as the nearest that
it takes, and one between two of its steps as the lower of them. A question of another kind, or
in another unit, is another question, whatever its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import gcd, prod
from typing import TypeAlias

from msgspec.structs import replace

from backtriage.program.program import Program
from backtriage.protocol.protocol import Protocol, Question
from backtriage.prove.circuit import Circuit, Formula
from backtriage.prove.domain import Band, Domain, Variable, band_starts, bands, values_by_item
from backtriage.terms.value import NOT_SURE, NUMBER, Value

Asked: TypeAlias = tuple[Question | None, Question | None]
"""A question as the old and the new version ask it; None for a version that does not."""

Answer: TypeAlias = Value | Band


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedValue:
    """One value of a variable: what each version reads, and how many answers it stands for."""

    read: tuple[Answer | None, Answer | None]
    weight: int = 1
    differs: bool = False
    """Whether the two are different answers."""


class PairedDomain:
    """The variables of two versions together, and how each version reads them."""

    def __init__(self, old: Program, new: Program) -> None:
        """Bring the questions of both together."""
        self.asked = united(old.protocol, new.protocol)
        self.variables: list[Variable] = []
        self.weights: list[tuple[int, ...]] = []
        """Of each variable, how many answers each of its values stands for."""
        self.differing: dict[int, frozenset[int]] = {}
        """Of some variables, the values that are different answers."""
        self.of_asked: list[tuple[Variable, ...]] = []
        """Of each question in `asked`, its variables."""
        read: tuple[list[Variable], list[Variable]] = ([], [])
        begins = band_starts((old,)), band_starts((new,))
        for asked in self.asked:
            before = len(self.variables)
            for item, rows in rows_of(asked, begins):
                self._declare(next(q.id for q in asked if q), item, rows, read)
            self.of_asked.append(tuple(self.variables[before:]))
        self.domains = Domain(old, variables=read[0]), Domain(new, variables=read[1])

    def _declare(
        self, question: str, item: str, rows: Sequence[PairedValue],
        read: tuple[list[Variable], list[Variable]],
    ) -> None:  # fmt: skip
        at = len(self.variables)
        for end, known in enumerate(read):
            values = tuple(value for row in rows if (value := row.read[end]) is not None)
            if values:
                own = Variable(index=at, question=question, item=item, values=values)
                known.append(own)
        self.variables.append(own)  # as the new version reads it, if it does
        self.weights.append(tuple(row.weight for row in rows))
        differing = frozenset(value for value, row in enumerate(rows) if row.differs)
        if differing:
            self.differing[at] = differing

    @property
    def answers(self) -> tuple[Variable, ...]:
        """Every variable: each is an answer."""
        return tuple(self.variables)

    def count(self, *, differs: bool) -> int:
        """How many sheets there are; or how many pairs of sheets with answers that differ."""
        every = prod(sum(own) for own in self.weights)
        same = prod(
            sum(own) - sum(own[value] for value in self.differing.get(at, ()))
            for at, own in enumerate(self.weights)
        )
        return every - same if differs else same

    def same(self, circuit: Circuit) -> Formula:
        """No two answers differ."""
        return circuit.conjoin(
            *[-circuit.literal(at, values) for at, values in self.differing.items()]
        )


# -- questions ----------------------------------------------------------------------------


def united(old: Protocol, new: Protocol) -> tuple[Asked, ...]:
    """The questions of both in asking order; one that is gone stands where it stood."""
    before = {(q.id, q.kind, q.unit): q for q in old.questions}
    found: list[Asked] = [
        (before.pop((q.id, q.kind, q.unit), None), q) for q in new.questions
    ]  # fmt: skip
    after = 0
    for question in old.questions:
        if question in before.values():
            found.insert(after, (question, None))
        else:
            after = next(at for at, asked in enumerate(found) if asked[0] == question)
        after += 1
    return tuple(found)


def rows_of(
    asked: Asked, begins: tuple[dict[str, set[Decimal]], dict[str, set[Decimal]]]
) -> Iterator[tuple[str, list[PairedValue]]]:
    """What varies in a question: each item, or "", with its values."""
    questions = [question for question in asked if question]
    if questions[0].kind == NUMBER:
        own = (of.get(q.id, set()) for q, of in zip(asked, begins, strict=True) if q)
        yield "", list(_numbers(asked, set[Decimal]().union(*own)))
        return
    old, new = (dict(values_by_item(question, set())) if question else {} for question in asked)
    for item in dict.fromkeys((*new, *old)):
        yield item, list(_paired(old.get(item, ()), new.get(item, ())))


def _paired(old: Sequence[Answer], new: Sequence[Answer]) -> Iterator[PairedValue]:
    """The answers that both take, then each that only one takes with every one of the other."""
    if not old or not new:
        yield from (PairedValue(read=(value, None)) for value in old)
        yield from (PairedValue(read=(None, value)) for value in new)
        return
    yield from (PairedValue(read=(value, value)) for value in new if value in old)
    for one in old:
        for other in new:
            if one not in new or other not in old:
                yield PairedValue(read=(one, other), differs=True)


# -- numbers ------------------------------------------------------------------------------


def _numbers(asked: Asked, starts: set[Decimal]) -> Iterator[PairedValue]:
    """Bands that neither version tells apart, on the finest steps of both; then doubt."""
    old, new = asked
    questions = [question for question in asked if question]
    whole = _whole(questions)
    step = Decimal(whole.step)
    edges = {Decimal(question.least) for question in questions}
    edges |= {whole.least + ((q.most - whole.least) // step + 1) * step for q in questions}
    found = list(bands(whole, starts | edges))
    for band in found:
        read = _read(old, band), _read(new, band)
        yield PairedValue(read=read, weight=_count(band, step),
                  differs=not all(_takes(question, band) for question in questions))  # fmt: skip
    if all(question.allows_not_sure for question in questions):
        yield PairedValue(read=(NOT_SURE if old else None, NOT_SURE if new else None))
    elif old and new:
        for band in found:
            if old.allows_not_sure and _takes(new, band):
                yield PairedValue(read=(NOT_SURE, _read(new, band)), weight=_count(band, step),
                          differs=True)  # fmt: skip
            if new.allows_not_sure and _takes(old, band):
                yield PairedValue(read=(_read(old, band), NOT_SURE), weight=_count(band, step),
                          differs=True)  # fmt: skip


def _whole(questions: Sequence[Question]) -> Question:
    """A question that takes every number that one of these does."""
    least = min(question.least for question in questions)
    apart = [Decimal(question.least - least) for question in questions]
    steps = [*apart, *(Decimal(question.step) for question in questions)]
    places = max(-int(step.as_tuple().exponent) for step in steps)
    step = Decimal(gcd(*(int(step.scaleb(places)) for step in steps))).scaleb(-places)
    return replace(questions[0], least=least, most=max(q.most for q in questions),
                   step=str(step))  # fmt: skip


def _takes(question: Question, band: Band) -> bool:
    """Whether a band lies in the range of a question; none lies across an end of it."""
    return question.least <= band.least and band.most <= question.most


def _read(question: Question | None, band: Band) -> Band | None:
    """The numbers that a question takes for those of a band."""
    if question is None:
        return None
    least, most = (_nearest(question, number) for number in (band.least, band.most))
    return Band(least=least, most=most)


def _nearest(question: Question, number: Decimal) -> Decimal:
    inside = min(max(number, Decimal(question.least)), Decimal(question.most))
    step = Decimal(question.step)
    return question.least + (inside - question.least) // step * step


def _count(band: Band, step: Decimal) -> int:
    return int((band.most - band.least) / step) + 1
