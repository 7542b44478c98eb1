"""Uniform numbers in [0, 1): the same for a seed on every Python, and one for each person.

A draw has a name, such as a trait. Its numbers come from SHAKE-128 over the seed, the class, the
block of people and this name: the place in the output is the person. So adding a trait or a
person leaves every other number as it was.

A digest for each person and draw would need three times as long as deciding the whole sheet: 1.2
against 0.4 microseconds. One call of SHAKE-128 gives a byte to everybody in a block, and a second
byte is looked at only where the first one does not decide, for 1 person in 256.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256, shake_128
from typing import Final

from backtriage.decide.kernel import Chunk

BLOCK: Final = 16_384
"""How many people are drawn at once. Part of the meaning of a seed."""

_BYTES: Final = 8
"""Of each number. With more, nobody would change."""

_ONE: Final = 1 << 8 * _BYTES

_SHARED: Final = 8
_PARTS: Final = 16
"""Mistakes are rare, so many answers share a draw, of which each takes a part."""

_KEPT: Final = 2048
"""How many results for a block of people are kept: they are drawn at several rates."""


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


@dataclass(frozen=True, slots=True)
class Bound:
    """A rate from 0 to 1 as numbers are compared with it."""

    digits: bytes
    """Its bytes, the most significant one first."""
    lead: int
    """How many first bytes of a number decide that it is below the rate."""
    is_inside: bool
    """Whether one more first byte does not decide."""


@lru_cache(maxsize=4096)
def bound_of(rate: Fraction) -> Bound:
    """Return a rate, or 1 for any above it, as numbers are compared with it."""
    bound = min(max(0, -(-rate.numerator * _ONE // rate.denominator)), _ONE)
    if bound == _ONE:
        return Bound(b"", 256, is_inside=False)
    digits = bound.to_bytes(_BYTES, "big")
    return Bound(digits, digits[0], is_inside=any(digits[1:]))


_LEAST: Final = bound_of(Fraction(0))


@lru_cache(maxsize=4096)
def _marks(start: Bound, end: Bound) -> bytes:
    """Return for each first byte whether it is between two rates, as if ties were above both."""
    between = b"\1" * (end.lead - start.lead)
    return (bytes(start.lead) + between).ljust(256, b"\0")


@dataclass(frozen=True, slots=True)
class Draw:
    """One uniform number for each person of a block, of which only the bytes needed are made."""

    name: str
    count: int

    def below(self, bound: Bound) -> Chunk:
        """Return who has a number below a rate: 1 for yes and 0 for no."""
        return self.between(_LEAST, bound)

    def between(self, start: Bound, end: Bound) -> Chunk:
        """Return who has a number from one rate on, but below another."""
        return _between(self, start, end)

    def spread(self, values: range) -> Chunk:
        """Return one of some values for each person, as even as 256 equal parts allow."""
        part = Draw(f"{self.name}/within", self.count).place(0)
        table = bytes(values[byte * len(values) // 256] for byte in range(256))
        return int.from_bytes(part.translate(table), "little")

    def is_below(self, person: int, digits: bytes) -> bool:
        """Return whether somebody is below a bound, given that two bytes do not decide."""
        for place in range(2, _BYTES):
            byte = self.place(place)[person]
            if byte != digits[place]:
                return byte < digits[place]
        return False

    def place(self, place: int) -> bytes:
        """Return one byte of everybody's number, the most significant one first."""
        return _stream(f"{self.name}/{place}", self.count)


@lru_cache(maxsize=_KEPT)
def _between(draw: Draw, start: Bound, end: Bound) -> Chunk:
    """Return who has a number between two rates, which other sets of rates may ask as well."""
    first = draw.place(0)
    marked = first.translate(_marks(start, end))
    if not start.is_inside and not end.is_inside:
        return int.from_bytes(marked, "little")
    marks = bytearray(marked)
    for bound, is_end in ((end, True), (start, False)):  # where they tie, the start decides
        if bound.is_inside:
            _mark_ties(draw, bound.digits, marks, is_end=is_end)
    return int.from_bytes(marks, "little")


def _mark_ties(draw: Draw, digits: bytes, marks: bytearray, *, is_end: bool) -> None:
    """Mark those of whom the first byte does not decide, by their further bytes.

    At an end those below it are in, and at a start they are out.
    """
    lead, bound = digits[0], digits[1]
    first, second = draw.place(0), draw.place(1)
    at = first.find(lead)
    while at >= 0:
        byte = second[at]
        if byte < bound or (byte == bound and draw.is_below(at, digits)):
            marks[at] = is_end
        at = first.find(lead, at + 1)


@lru_cache(maxsize=_KEPT)
def _stream(name: str, count: int) -> bytes:
    return shake_128(name.encode()).digest(count)


def forget() -> None:
    """Make all numbers anew: whoever measures how long that takes needs it."""
    _stream.cache_clear()
    _between.cache_clear()


@dataclass(frozen=True, slots=True)
class Part:
    """The numbers of a draw from one to another: room for two rates, one at each end."""

    name: str
    """The name of the draw."""
    start: Fraction
    end: Fraction

    def first(self, block: PeopleBlock, rate: Fraction) -> Chunk:
        """Return so many people, from the beginning of the part."""
        return self._between(block, self.start, self.start + rate)

    def last(self, block: PeopleBlock, rate: Fraction) -> Chunk:
        """Return so many people, from the end of the part."""
        return self._between(block, self.end - rate, self.end)

    def _between(self, block: PeopleBlock, start: Fraction, end: Fraction) -> Chunk:
        return block.draw(self.name).between(bound_of(start), bound_of(end))


@lru_cache(maxsize=4096)
def part_of(name: str, rate: Fraction, *, is_own: bool) -> Part:
    """Return the part of a draw that belongs to a name, whatever other names there are.

    So mistakes are not independent. Some names fall on the same part: the same people err about
    both. On different parts of one draw, nobody errs about both.

    Args:
        name: What is drawn.
        rate: The higher of the rates at both ends.
        is_own: Whether it needs a draw of its own even so.
    """
    if is_own or rate > Fraction(1, 2 * _PARTS):
        return Part(f"answer/{name}", Fraction(0), Fraction(1))
    digest = sha256(name.encode()).digest()
    draw, at = digest[0] % _SHARED, digest[1] % _PARTS
    return Part(f"answers/{draw}", Fraction(at, _PARTS), Fraction(at + 1, _PARTS))
