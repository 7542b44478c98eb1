"""Uniform numbers in [0, 1): the same for a seed on every Python, and one for each person.

A draw has a name, such as a trait. Its numbers come from SHAKE-128 over the seed, the class, the
block of people and this name: the place in the output is the person. So adding a trait or a
person leaves every other number as it was.

A digest for each person and draw would need three times as long as deciding the whole sheet: 1.2
against 0.4 microseconds. One call of SHAKE-128 gives a byte to everybody in a block, and a second
byte is looked at only where the first one does not decide, for 1 person in 256.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
_LAST: Final = 8 * (_BYTES - 1)
"""How many bits follow the first byte."""
_REST: Final = (1 << _LAST) - 1
_EACH: Final = int.from_bytes(b"\1" * 256, "little")
"""1 for each first byte."""

_SHARED: Final = 8
_PARTS: Final = 16
"""Mistakes are rare, so many answers share a draw, of which each takes a part."""

_KEPT: Final = 512
"""How many bytes of everybody in a block are kept: each is compared with several rates."""


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


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """The numbers from one rate on, but below another, at several readings of both rates.

    A reading is a bit of a byte, so all of them are looked up at once.
    """

    inside: bytes
    """For each first byte, the readings in which it is inside; those of a tie are above it."""
    ties: tuple[tuple[bytes, int, bool], ...]
    """Rates that one byte does not decide: their bytes, their readings, and which are ends."""

    def __bool__(self) -> bool:
        """Return whether anybody can be inside."""
        return bool(self.ties) or any(self.inside)


def cut(starts: Iterable[Fraction], ends: Iterable[Fraction]) -> Cut:
    """Return the numbers between two rates, or 1 for any above it, for each reading of both."""
    inside = 0
    ties: dict[tuple[bool, bytes], int] = {}
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        bounds = [min(max(0, -(-r.numerator * _ONE // r.denominator)), _ONE) for r in (start, end)]
        if bounds[0] < bounds[1]:
            low, high = (bound >> _LAST for bound in bounds)
            inside |= _EACH >> 8 * (256 - (high - low)) << 8 * low + place
            for is_end, bound in enumerate(bounds):
                if bound & _REST:
                    key = bool(is_end), bound.to_bytes(_BYTES, "big")
                    ties[key] = ties.get(key, 0) | 1 << place
    in_order = sorted(ties, reverse=True)  # where an end and a start tie, the start decides
    return Cut(
        inside.to_bytes(256, "little"),
        tuple((digits, ties[is_end, digits], is_end) for is_end, digits in in_order),
    )


def below(rates: Sequence[Fraction]) -> Cut:
    """Return the numbers below each reading of a rate."""
    return cut([Fraction(0)] * len(rates), rates)


@dataclass(frozen=True, slots=True)
class Draw:
    """One uniform number for each person of a block, of which only the bytes needed are made."""

    name: str
    count: int

    def inside(self, of: Cut) -> Chunk:
        """Return for each person the readings in which their number is inside, as bits."""
        if not of:
            return 0
        first = self.place(0)
        marks = first.translate(of.inside)
        if not of.ties:
            return int.from_bytes(marks, "little")
        second, changed = self.place(1), bytearray(marks)
        for digits, readings, is_end in of.ties:
            lead, bound = digits[0], digits[1]
            into, out_of = (readings, 0) if is_end else (0, readings)
            at = first.find(lead)
            while at >= 0:
                byte = second[at]
                if byte < bound or (byte == bound and self._is_below(at, digits)):
                    changed[at] = (changed[at] | into) & ~out_of
                at = first.find(lead, at + 1)
        return int.from_bytes(changed, "little")

    def spread(self, values: range) -> Chunk:
        """Return one of some values for each person, as even as 256 equal parts allow."""
        part = Draw(f"{self.name}/within", self.count).place(0)
        return int.from_bytes(part.translate(_evenly(values)), "little")

    def place(self, place: int) -> bytes:
        """Return one byte of everybody's number, the most significant one first."""
        return _stream(f"{self.name}/{place}", self.count)

    def _is_below(self, person: int, digits: bytes) -> bool:
        """Return whether somebody is below a rate, given that two bytes do not decide."""
        for place in range(2, _BYTES):
            byte = self.place(place)[person]
            if byte != digits[place]:
                return byte < digits[place]
        return False


@lru_cache(maxsize=256)
def _evenly(values: range) -> bytes:
    """Return one of some values for each byte."""
    return bytes(values[byte * len(values) // 256] for byte in range(256))


@lru_cache(maxsize=_KEPT)
def _stream(name: str, count: int) -> bytes:
    return shake_128(name.encode()).digest(count)


def forget() -> None:
    """Make all numbers anew: whoever measures how long that takes needs it."""
    _stream.cache_clear()


@dataclass(frozen=True, slots=True)
class Part:
    """The numbers of a draw from one to another: room for two rates, one at each end."""

    name: str
    """The name of the draw."""
    start: Fraction
    end: Fraction

    def first(self, rates: Sequence[Fraction]) -> Cut:
        """Return so many people, from the beginning of the part, for each reading of a rate."""
        return cut([self.start] * len(rates), [self.start + rate for rate in rates])

    def last(self, rates: Sequence[Fraction]) -> Cut:
        """Return so many people, from the end of the part."""
        return cut([self.end - rate for rate in rates], [self.end] * len(rates))


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
