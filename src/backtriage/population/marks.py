"""Conditions over people whose answers are held as one chunk for each value.

Traits and answers are drawn as chunks, so they need not be turned into columns of bytes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple, Self, TypeAlias

from backtriage.decide.kernel import (
    MISSING,
    OF_TRUTH,
    TRUE,
    UNSURE,
    Chunk,
    Kernel,
    truth_of,
)
from backtriage.program.points import rails_of, reaching
from backtriage.program.program import Program
from backtriage.protocol.protocol import Points
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Atom, Compare, Includes
from backtriage.terms.value import SOME_OF, Ticks, Value

Marks: TypeAlias = Mapping[Value | None, Chunk]
"""Who gives each answer to a question: 1 for yes and 0 for no. None stands for no answer."""

_BYTE: Final = 256


def without(chunk: Chunk, who: Chunk) -> Chunk:
    """Return a chunk without some people: a complement would cost six times as much."""
    return chunk ^ chunk & who


class Numbers(NamedTuple):
    """The numbers that people answer, a byte for each."""

    above: Chunk
    """How much they are above the least."""
    least: int
    most: int


class MarkedAnswers:
    """The answers of some people, by question."""

    def __init__(self, count: int) -> None:
        """Hold no answers yet."""
        self.count = count
        self.marks: dict[str, Marks] = {}
        self.numbers: dict[str, Numbers] = {}
        """Number questions, of which the marks hold only those without an answer."""
        self.items: dict[str, dict[str, Chunk]] = {}
        """Lists: the interval of each item."""

    def __contains__(self, question: object) -> bool:
        """Return whether anybody may have an answer to a question."""
        return question in self.marks or question in self.items

    def unpack(self, chunk: Chunk) -> bytes:
        """Return the byte of each person."""
        return chunk.to_bytes(self.count, "little")

    def some(self, persons: Sequence[int]) -> MarkedAnswers:
        """Return the answers of some people only."""

        def of(chunk: Chunk) -> Chunk:
            every = self.unpack(chunk)
            return int.from_bytes(bytes(every[person] for person in persons), "little")

        some = MarkedAnswers(len(persons))
        for question, marks in self.marks.items():
            some.marks[question] = {value: of(who) for value, who in marks.items()}
        for question, numbers in self.numbers.items():
            some.numbers[question] = numbers._replace(above=of(numbers.above))
        for question, items in self.items.items():
            some.items[question] = {item: of(chunk) for item, chunk in items.items()}
        return some

    def values(self) -> Iterator[dict[str, Value]]:
        """Yield the answers of each person, without the lists of those who have none."""
        columns = {question: self._column(marks) for question, marks in self.marks.items()}
        for question, numbers in self.numbers.items():
            columns[question] = [
                None if is_missing else Decimal(numbers.least + above)
                for above, is_missing in zip(
                    self.unpack(numbers.above), self.unpack(self.marks[question].get(None, 0)),
                    strict=True,
                )
            ]  # fmt: skip
        columns |= {question: self._lists(items) for question, items in self.items.items()}
        for person in range(self.count):
            row = ((question, column[person]) for question, column in columns.items())
            yield {question: value for question, value in row if value is not None}

    def _column(self, marks: Marks) -> list[Value | None]:
        found: list[Value | None] = [None] * self.count
        for value, who in marks.items():
            for person, is_so in enumerate(self.unpack(who)):
                if is_so:
                    found[person] = value
        return found

    def _lists(self, items: Mapping[str, Chunk]) -> list[Value | None]:
        found: list[Value | None] = []
        for bits in zip(*map(self.unpack, items.values()), strict=True):
            of = {
                interval: frozenset(
                    item for item, own in zip(items, bits, strict=True) if own == interval
                )
                for interval in (TRUE, UNSURE)
            }
            found.append(None if MISSING in bits else Ticks(of[TRUE], of[UNSURE]))
        return found

    def sheets(self) -> Iterator[Answers]:
        """Yield the answer sheet of each person."""
        return map(Answers, self.values())


class MarkedEvaluation(Kernel):
    """The conditions of a program over the answers of some people."""

    def __init__(self, program: Program, answers: MarkedAnswers) -> None:
        """Evaluate nothing yet. Answers that are added before they are read count."""
        super().__init__(program, int.from_bytes(b"\1" * answers.count, "little"))
        self.answers = answers

    def own(self, atom: Atom) -> Chunk:
        """Return the interval of an atom by the answers alone."""
        if isinstance(atom, Includes):
            return self._item(atom.question, atom.item)
        if isinstance(atom, Compare) and atom.question in self.answers.numbers:
            numbers = self.answers.numbers[atom.question]
            table = _table(atom, numbers.least, numbers.most)
            return self._by_number(atom.question, table)
        return self._each(
            atom.question,
            lambda value: (
                self.unanswered(atom) if value is None else OF_TRUTH[truth_of(atom, value)]
            ),
        )

    def own_points(self, part: tuple[Points, ...], least: int) -> Chunk:
        """Return the interval of "adds at least so many points", by the answers alone."""
        question = part[0].question
        if self.program.questions[question].kind == SOME_OF:
            return self._item(question, part[0].answer)

        def bits(value: Value | None) -> int:
            return reaching(rails_of(self.program.questions[question], part, value), least)

        numbers = self.answers.numbers.get(question)
        if numbers is None:
            return self._each(question, bits)
        values = range(numbers.least, numbers.most + 1)
        table = bytes(bits(Decimal(value)) for value in values)
        return self._by_number(question, table.ljust(_BYTE, b"\0"), bits(None))

    def answered(self, question: str) -> Chunk:
        """Return who has an answer to a question."""
        for chunk in self.answers.items.get(question, {}).values():
            missing = without(chunk >> 2 & self.ones, chunk | chunk >> 1)
            return self.ones ^ missing
        marks = self.answers.marks.get(question)
        return 0 if marks is None else self.ones ^ marks.get(None, 0)

    def unchanging(self) -> Self:
        """Return the same people without the answers that can change."""
        answers = MarkedAnswers(self.answers.count)
        stays = {
            id_ for id_, question in self.program.questions.items() if not question.can_change
        }
        answers.marks |= {id_: m for id_, m in self.answers.marks.items() if id_ in stays}
        answers.numbers |= {id_: n for id_, n in self.answers.numbers.items() if id_ in stays}
        answers.items |= {id_: i for id_, i in self.answers.items.items() if id_ in stays}
        return type(self)(self.program, answers)

    def again(self) -> Self:
        """Return the same people with nothing evaluated."""
        return type(self)(self.program, self.answers)

    def _item(self, question: str, item: str) -> Chunk:
        items = self.answers.items.get(question)
        return self.ones * MISSING if items is None else items[item]

    def _each(self, question: str, bits: Callable[[Value | None], int]) -> Chunk:
        marks = self.answers.marks.get(question)
        if marks is None:
            return self.ones * bits(None)
        chunk = 0
        for value, who in marks.items():
            if who and (of_value := bits(value)):
                chunk |= who * of_value
        return chunk

    def _by_number(self, question: str, table: bytes, of_none: int = MISSING) -> Chunk:
        column = self.answers.unpack(self.answers.numbers[question].above).translate(table)
        chunk = int.from_bytes(column, "little")
        missing = self.answers.marks[question].get(None, 0)
        return without(chunk, missing * 255) | missing * of_none if missing else chunk


class TraitEvaluation(MarkedEvaluation):
    """The conditions of a population over traits, at several readings of the rates at once.

    Nobody is unsure of a trait, and none is missing, so an interval has only two values. One bit
    is enough for it, and each reading of the rates has one.
    """

    def __init__(self, program: Program, count: int, readings: int) -> None:
        """Evaluate nothing yet. Traits that are added before they are read count."""
        super().__init__(program, MarkedAnswers(count))
        self.readings = readings
        self.everywhere = self.ones * ((1 << readings) - 1)
        self.numbers: dict[str, tuple[Numbers, ...]] = {}
        """Traits that are numbers, in each reading."""

    def own(self, atom: Atom) -> Chunk:
        """Return of whom an atom is true."""
        chunk = 0
        if isinstance(atom, Compare):
            each = self.numbers.get(atom.question, ())
            for numbers in dict.fromkeys(each):
                readings = sum(1 << place for place, own in enumerate(each) if own == numbers)
                table = _table(atom, numbers.least, numbers.most)
                column = self.answers.unpack(numbers.above).translate(table)
                chunk |= (int.from_bytes(column, "little") & self.ones) * readings
        else:
            for value, who in self.answers.marks.get(atom.question, {}).items():
                if who and value is not None and truth_of(atom, value):
                    chunk |= who
        return chunk

    def of(self, reading: int) -> MarkedAnswers:
        """Return the traits of everybody in one reading."""
        found = MarkedAnswers(self.answers.count)
        for trait, marks in self.answers.marks.items():
            found.marks[trait] = {v: self.read(who, reading) for v, who in marks.items()}
        for trait, numbers in self.numbers.items():
            found.marks[trait], found.numbers[trait] = {}, numbers[reading]
        return found

    def read(self, chunk: Chunk, reading: int) -> Chunk:
        """Return one reading: 1 for yes and 0 for no."""
        return chunk >> reading & self.ones

    def _negation(self, bits: Chunk) -> Chunk:
        return bits ^ self.everywhere


@lru_cache(maxsize=1024)
def _table(atom: Compare, least: int, most: int) -> bytes:
    """Return the interval of an atom for each number, by how much it is above the least."""
    values = (Decimal(value) for value in range(least, most + 1))
    return bytes(OF_TRUTH[truth_of(atom, value)] for value in values).ljust(_BYTE, b"\0")
