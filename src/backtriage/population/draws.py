"""Uniform numbers in [0, 1): the same for a seed on every Python, and one for each person.

A draw has a name, such as a trait. Its numbers come from SHAKE-128 over the seed, the class, the
block of people and this name: the place in the output is the person. So adding a trait or a
person leaves every other number as it was.

A digest for each person and draw would need three times as long as deciding the whole sheet: 1.2
against 0.4 microseconds. One call of SHAKE-128 gives a byte to everybody in a block, and a second
byte is looked at only where the first one does not decide, for 1 person in 256.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import shake_128
from typing import Final

from backtriage.decide.kernel import Chunk

BLOCK: Final = 16_384
"""How many people are drawn at once. Part of the meaning of a seed."""

_BYTES: Final = 8
"""Of each number. With more, nobody would change."""

_ONE: Final = 1 << 8 * _BYTES


@dataclass(frozen=True, slots=True)
class PeopleBlock:
    """Some people of one class, by their numbers."""

    seed: int
    person_class: str
    number: int
    count: int

    def draw(self, name: str) -> Draw:
        """Return the numbers of a draw."""
        return Draw(f"{self.seed}/{self.person_class}/{self.number}/{name}", self.count)


@dataclass(slots=True)
class Draw:
    """One uniform number for each person of a block, of which only the bytes needed are made."""

    name: str
    count: int
    _bytes: list[bytes] = field(default_factory=list)

    def below(self, rate: Fraction) -> Chunk:
        """Return who has a number below a rate: 1 for yes and 0 for no."""
        bound = -(-rate.numerator * _ONE // rate.denominator)
        if bound <= 0 or not self.count:
            return 0
        if bound >= _ONE:
            return int.from_bytes(b"\1" * self.count, "little")
        digits = bound.to_bytes(_BYTES, "big")
        lead = digits[0]
        first = self.place(0)
        marks = first.translate(b"\1" * lead + bytes(256 - lead))
        if any(digits[1:]) and lead in first:
            marks = self._with_ties(first, digits, marks)
        return int.from_bytes(marks, "little")

    def spread(self, values: range) -> Chunk:
        """Return one of some values for each person, as even as 256 equal parts allow."""
        part = Draw(f"{self.name}/within", self.count).place(0)
        table = bytes(values[byte * len(values) // 256] for byte in range(256))
        return int.from_bytes(part.translate(table), "little")

    def _with_ties(self, first: bytes, digits: bytes, marked: bytes) -> bytes:
        """Mark those of whom the first byte does not decide, by their further bytes."""
        marks = bytearray(marked)
        at = first.find(digits[0])
        while at >= 0:
            marks[at] = self._is_below(at, digits)
            at = first.find(digits[0], at + 1)
        return bytes(marks)

    def _is_below(self, person: int, digits: bytes) -> bool:
        for place in range(1, _BYTES):
            byte = self.place(place)[person]
            if byte != digits[place]:
                return byte < digits[place]
        return False

    def place(self, place: int) -> bytes:
        """Return one byte of everybody's number, the most significant one first."""
        while len(self._bytes) <= place:
            name = f"{self.name}/{len(self._bytes)}"
            self._bytes.append(shake_128(name.encode()).digest(self.count))
        return self._bytes[place]
