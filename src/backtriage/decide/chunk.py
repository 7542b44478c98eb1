"""The conditions of a program over the answers of many people at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Self, TypeAlias, cast

from msgspec import Struct

from backtriage.decide.kernel import (
    FALSE,
    MISSING,
    OF_TRUTH,
    TRUE,
    UNSURE,
    Chunk,
    Kernel,
    rails_of,
    reaching,
    truth_of,
)
from backtriage.program.program import Program
from backtriage.protocol.protocol import Points
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Atom, Includes
from backtriage.terms.value import SOME_OF, Ticks, Value

_CODES: Final = 256
"""As many different answers as a byte can number."""


class Carrier(Struct, frozen=True, kw_only=True):
    """How a chunk is held in memory."""

    pack: Callable[[bytes | bytearray], Chunk]
    unpack: Callable[[Chunk, int], bytes]
    """Return the byte of each sheet; the number is that of the sheets."""


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
            return bool(self.view(np.ndarray).any())

    def pack(data: bytes | bytearray) -> Chunk:
        return cast("Chunk", np.frombuffer(data, np.uint8).view(Bytes))

    def unpack(chunk: Chunk, _: int) -> bytes:
        return cast("Bytes", chunk).tobytes()

    return Carrier(pack=pack, unpack=unpack)


Column: TypeAlias = tuple[bytes | list[int], list[Value | None]]
"""The answers to one question: the code of each sheet, and the answer of each code."""


class ChunkEvaluation(Kernel):
    """The conditions of a program over a chunk of sheets."""

    def __init__(
        self, program: Program, sheets: Sequence[Answers], carrier: Carrier = INTEGER
    ) -> None:
        """Evaluate nothing yet."""
        super().__init__(program, carrier.pack(b"\1" * len(sheets)))
        self.sheets = sheets
        self.carrier = carrier
        self._columns: dict[str, Column] = {}
        self._items: dict[str, dict[str, bytearray]] = {}

    def own(self, atom: Atom) -> Chunk:
        """Return the interval of an atom by the answers alone."""
        if isinstance(atom, Includes):
            return self.carrier.pack(self._ticks(atom.question)[atom.item])
        return self._each(
            atom.question,
            lambda value: MISSING if value is None else OF_TRUTH[truth_of(atom, value)],
        )

    def own_points(self, part: tuple[Points, ...], least: int) -> Chunk:
        """Return the interval of "adds at least so many points", by the answers alone."""
        question = part[0].question
        if self.program.questions[question].kind == SOME_OF:
            return self.carrier.pack(self._ticks(question)[part[0].answer])
        return self._each(
            question, lambda value: reaching(rails_of(self.program, part, value), least)
        )

    def answered(self, question: str) -> Chunk:
        """Return which sheets have an answer to a question."""
        is_answered = bytes(sheet.value(question) is not None for sheet in self.sheets)
        return self.carrier.pack(is_answered)

    def unchanging(self) -> Self:
        """Return the same sheets without the answers that can change."""
        questions = self.program.questions
        sheets = [
            Answers({id_: v for id_, v in sheet.items() if not questions[id_].can_change})
            for sheet in self.sheets
        ]
        return type(self)(self.program, sheets, self.carrier)

    def unpack(self, chunk: Chunk) -> bytes:
        """Return the byte of each sheet."""
        return self.carrier.unpack(chunk, len(self.sheets))

    def _each(self, question: str, bits: Callable[[Value | None], int]) -> Chunk:
        """Return the bits of each answer to a question; equal answers are looked at once."""
        codes, values = self._column(question)
        table = [bits(value) for value in values]
        if isinstance(codes, bytes):
            return self.carrier.pack(codes.translate(bytes(table).ljust(_CODES, b"\0")))
        return self.carrier.pack(bytes(map(table.__getitem__, codes)))

    def _column(self, question: str) -> Column:
        column = self._columns.get(question)
        if column is None:
            codes: dict[Value | None, int] = {}
            coded = [codes.setdefault(s.value(question), len(codes)) for s in self.sheets]
            column = bytes(coded) if len(codes) <= _CODES else coded, [*codes]
            self._columns[question] = column
        return column

    def _ticks(self, question: str) -> dict[str, bytearray]:
        """Return the interval of each item of a list."""
        items = self._items.get(question)
        if items is None:
            values = [sheet.value(question) for sheet in self.sheets]
            blank = bytes(MISSING if value is None else FALSE for value in values)
            choices = self.program.questions[question].choices
            items = self._items[question] = {choice.id: bytearray(blank) for choice in choices}
            for row, value in enumerate(values):
                if isinstance(value, Ticks):
                    for item in value.yes:
                        items[item][row] = TRUE
                    for item in value.unsure:
                        items[item][row] = UNSURE
        return items
