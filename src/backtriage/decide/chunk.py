"""The conditions of a program over the answers of many people at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, MutableMapping, Sequence
from itertools import compress
from typing import Final, Self, TypeAlias, cast

from msgspec import Struct, field

from backtriage.decide.kernel import (
    FALSE,
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
from backtriage.terms.condition import Atom, Includes
from backtriage.terms.value import SOME_OF, Ticks, Value

_CODES: Final = 256
"""As many different answers as a byte can number."""


class Carrier(Struct, frozen=True, kw_only=True):
    """How a chunk is held in memory."""

    pack: Callable[[bytes], Chunk]
    """Make a chunk of one byte for each sheet."""
    unpack: Callable[[Chunk, int], bytes]
    """Return the bytes of a chunk, given the number of sheets."""


INTEGER: Final = Carrier(
    pack=lambda data: int.from_bytes(data, "little"),
    unpack=lambda chunk, count: chunk.to_bytes(count, "little"),
)
"""All sheets in one integer, which needs nothing but Python."""


def array_carrier() -> Carrier:
    """Return a carrier that holds chunks in numpy arrays of bytes. Raises `ImportError`."""
    # Imported here: only who decides many sheets at once has numpy.
    import numpy as np  # noqa: PLC0415

    class Bytes(np.ndarray):
        """An array that is true where any byte is, like an integer."""

        def __bool__(self) -> bool:
            return bool(np.count_nonzero(self))

    def pack(data: bytes) -> Chunk:
        return cast("Chunk", np.frombuffer(data, np.uint8).view(Bytes))

    def unpack(chunk: Chunk, _: int) -> bytes:
        return cast("Bytes", chunk).tobytes()

    return Carrier(pack=pack, unpack=unpack)


Codes: TypeAlias = tuple[bytes | Sequence[int], Sequence[Value | None]]
"""The answers to one question: a code for each sheet, and the answer for each code."""


class Columns(Struct, frozen=True, kw_only=True):
    """The answers of a chunk of sheets, by question. A question without any answer is absent."""

    count: int
    """The number of sheets."""
    codes: Mapping[str, Codes]
    items: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    """Lists that have no code: the interval of each item, a byte for each sheet."""
    tables: MutableMapping[Hashable, bytes] = field(default_factory=dict)
    """The interval that each code gives an atom; kept by who numbers many chunks alike."""

    def without(self, questions: Iterable[str]) -> Columns:
        """Return the columns without some questions."""
        left_out = frozenset(questions)
        return Columns(
            count=self.count,
            codes={id_: codes for id_, codes in self.codes.items() if id_ not in left_out},
            items={id_: items for id_, items in self.items.items() if id_ not in left_out},
            tables=self.tables,
        )

    def only(self, marks: bytes) -> Columns:
        """Return the columns of the sheets that are marked by 1."""
        return Columns(
            count=sum(marks),
            codes={
                id_: (_compressed(codes, marks), values)
                for id_, (codes, values) in self.codes.items()
            },
            items={
                id_: {item: bytes(compress(column, marks)) for item, column in items.items()}
                for id_, items in self.items.items()
            },
            tables=self.tables,
        )


def _compressed(codes: bytes | Sequence[int], marks: bytes) -> bytes | list[int]:
    found = compress(codes, marks)
    return bytes(found) if isinstance(codes, bytes) else [*found]


def columns_of(program: Program, sheets: Sequence[Answers]) -> Columns:
    """Return the answers of sheets by question."""
    codes: dict[str, Codes] = {}
    items: dict[str, Mapping[str, bytes]] = {}
    for question in program.protocol.questions:
        values = [sheet.value(question.id) for sheet in sheets]
        if all(value is None for value in values):
            continue
        if question.kind == SOME_OF:
            items[question.id] = _items(values, [choice.id for choice in question.choices])
        else:
            codes[question.id] = _codes(values)
    return Columns(count=len(sheets), codes=codes, items=items)


def _codes(values: list[Value | None]) -> Codes:
    codes: dict[Value | None, int] = {}
    coded = [codes.setdefault(value, len(codes)) for value in values]
    return bytes(coded) if len(codes) <= _CODES else coded, [*codes]


def _items(values: list[Value | None], ids: list[str]) -> Mapping[str, bytes]:
    blank = bytes(MISSING if value is None else FALSE for value in values)
    items = {id_: bytearray(blank) for id_ in ids}
    for row, value in enumerate(values):
        if isinstance(value, Ticks):
            for item in value.yes:
                items[item][row] = TRUE
            for item in value.unsure:
                items[item][row] = UNSURE
    return {id_: bytes(column) for id_, column in items.items()}


class ChunkEvaluation(Kernel):
    """The conditions of a program over a chunk of sheets."""

    def __init__(self, program: Program, columns: Columns, carrier: Carrier = INTEGER) -> None:
        """Evaluate nothing yet."""
        super().__init__(program, carrier.pack(b"\1" * columns.count))
        self.columns = columns
        self.carrier = carrier

    def own(self, atom: Atom) -> Chunk:
        """Return the interval of an atom by the answers alone."""
        if isinstance(atom, Includes) and atom.question not in self.columns.codes:
            return self._item(atom.question, atom.item)
        return self._each(
            atom.question, atom,
            lambda value: (
                self.unanswered(atom) if value is None else OF_TRUTH[truth_of(atom, value)]
            ),
        )  # fmt: skip

    def own_points(self, part: tuple[Points, ...], least: int) -> Chunk:
        """Return the interval of "adds at least so many points", by the answers alone."""
        question = self.program.questions[part[0].question]
        if question.kind != SOME_OF:
            return self._each(
                question.id, (part, least),
                lambda value: reaching(rails_of(question, part, value), least),
            )  # fmt: skip
        return self.own(Includes(question.id, part[0].answer))

    def answered(self, question: str) -> Chunk:
        """Return which sheets have an answer to a question."""
        for items in self.columns.items.get(question, {}).values():
            return self.carrier.pack(items.translate(_IS_ANSWERED))
        return self._each(question, question, lambda value: int(value is not None))

    def unchanging(self) -> Self:
        """Return the same sheets without the answers that can change."""
        changing = (id_ for id_, q in self.program.questions.items() if q.can_change)
        return type(self)(self.program, self.columns.without(changing), self.carrier)

    def again(self) -> Self:
        """Return the same sheets with nothing evaluated."""
        return type(self)(self.program, self.columns, self.carrier)

    def unpack(self, chunk: Chunk) -> bytes:
        """Return the byte of each sheet."""
        return self.carrier.unpack(chunk, self.columns.count)

    def _item(self, question: str, item: str) -> Chunk:
        items = self.columns.items.get(question)
        return self.ones * MISSING if items is None else self.carrier.pack(items[item])

    def _each(self, question: str, key: Hashable, bits: Callable[[Value | None], int]) -> Chunk:
        """Return the bits of each answer to a question; equal answers are looked at once.

        Args:
            question: The question.
            key: Names these bits.
            bits: Returns the bits of an answer.
        """
        column = self.columns.codes.get(question)
        if column is None:
            return self.ones * bits(None)
        codes, values = column
        table = self.columns.tables.get(key, b"")
        if len(table) < len(values):
            table += bytes(map(bits, values[len(table) :]))
            self.columns.tables[key] = table
        if isinstance(codes, bytes):
            return self.carrier.pack(codes.translate(table.ljust(_CODES, b"\0")))
        return self.carrier.pack(bytes(map(table.__getitem__, codes)))


_IS_ANSWERED: Final = bytes(int(bits != MISSING) for bits in range(_CODES))
