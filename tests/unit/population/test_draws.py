from __future__ import annotations

from fractions import Fraction
from hashlib import shake_128

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backtriage.population.draws import BLOCK, Draw, Part, PeopleBlock, below, cut, forget, part_of

COUNT = 600

rates = st.fractions(0, 1) | st.integers(0, 10**9).map(lambda n: Fraction(n, 10**9))


def numbers(draw: Draw) -> list[int]:
    """Return the number of each person, of 64 bits, as the definition says."""
    places = [shake_128(f"{draw.name}/{at}".encode()).digest(draw.count) for at in range(8)]
    return [int.from_bytes(digits, "big") for digits in zip(*places, strict=True)]


def marks(draw: Draw, rate: Fraction) -> list[int]:
    return [*draw.inside(below([rate])).to_bytes(draw.count, "little")]


@given(rates)
@example(Fraction(0))
@example(Fraction(1))
@example(Fraction(1, 256))
@example(Fraction(1, 1 << 64))
@example(Fraction(1 << 64, (1 << 64) + 1))
def test_below_compares_the_whole_number(rate: Fraction) -> None:
    draw = Draw("7/cold/0/fever", COUNT)
    assert marks(draw, rate) == [int(number < rate * 2**64) for number in numbers(draw)]


def test_a_tie_is_decided_by_the_next_bytes() -> None:
    """At a bound that is somebody's own number, nothing but the last byte decides."""
    draw = Draw("1/cold/0/fever", 50)
    for person, number in enumerate(numbers(draw)):
        assert marks(draw, Fraction(number, 2**64))[person] == 0
        assert marks(draw, Fraction(number + 1, 2**64))[person] == 1


def test_between_two_rates_within_one_byte() -> None:
    """Both are decided by the next bytes."""
    draw = Draw("1/cold/0/fever", COUNT)
    start, end = Fraction(101, 1 << 10), Fraction(102, 1 << 10)
    found = [*draw.inside(cut([start], [end])).to_bytes(COUNT, "little")]
    assert found == [int(start <= Fraction(number, 2**64) < end) for number in numbers(draw)]
    assert draw.inside(cut([start], [start])) == 0


@given(st.lists(st.tuples(rates, rates), min_size=1, max_size=8))
@example([(Fraction(101, 1 << 10), Fraction(102, 1 << 10)), (Fraction(0), Fraction(101, 1 << 10))])
def test_several_readings_of_two_rates_at_once(ends: list[tuple[Fraction, Fraction]]) -> None:
    """Each is a bit."""
    draw = Draw("7/cold/0/fever", COUNT)
    found = draw.inside(cut(*zip(*ends, strict=True))).to_bytes(COUNT, "little")
    assert [*found] == [
        sum((start <= Fraction(number, 2**64) < end) << at for at, (start, end) in enumerate(ends))
        for number in numbers(draw)
    ]


def test_the_numbers_never_change() -> None:
    """The same people on every computer: the first bytes of a draw, written down."""
    draw = PeopleBlock(1, "cold", 0, 8).draw("fever")
    assert draw.name == "1/cold/0/fever"
    assert [number >> 56 for number in numbers(draw)] == FIRST
    assert draw.place(0) == bytes(FIRST)


FIRST = [27, 104, 243, 202, 207, 171, 128, 4]


def test_numbers_that_are_made_anew_are_the_same() -> None:
    draw = PeopleBlock(3, "cold", 0, 20).draw("fever")
    before = numbers(draw)
    forget()
    assert [digits >> 56 for digits in before] == [*draw.place(0)]


def test_more_people_leave_the_others_as_they_were() -> None:
    few, many = (PeopleBlock(1, "cold", 0, count).draw("fever") for count in (10, 1000))
    assert marks(many, Fraction(1, 3))[:10] == marks(few, Fraction(1, 3))


def test_each_name_class_block_and_seed_has_numbers_of_its_own() -> None:
    blocks = [
        PeopleBlock(1, "cold", 0, 20), PeopleBlock(2, "cold", 0, 20),
        PeopleBlock(1, "flu", 0, 20), PeopleBlock(1, "cold", 1, 20),
    ]  # fmt: skip
    drawn = {tuple(numbers(block.draw(name))) for block in blocks for name in ("fever", "age")}
    assert len(drawn) == 8


@given(st.integers(1, 256), st.integers(0, 50))
def test_values_are_spread_evenly(count: int, first: int) -> None:
    values = range(first, min(256, first + count))
    draw = Draw("1/cold/0/age", 5000)
    found = draw.spread(values).to_bytes(5000, "little")
    assert {*found} <= {*values}
    if len(values) <= 10:
        assert {*found} == {*values}
        assert max(map(found.count, values)) < 2 * min(map(found.count, values))


# -- parts of a draw -----------------------------------------------------------------


def test_a_rare_mistake_has_a_part_of_a_shared_draw() -> None:
    """Which depends on its name only."""
    part = part_of("chest", Fraction(1, 100), is_own=False)
    assert part.name.startswith("answers/")
    assert part.end - part.start == Fraction(1, 16)
    assert part == part_of("chest", Fraction(3, 100), is_own=False)
    parts = {part_of(f"item_{n}", Fraction(0), is_own=False) for n in range(1500)}
    assert len(parts) == 128


def test_mistakes_in_one_draw_are_not_independent() -> None:
    """Where two names have the same part the same people err, and otherwise nobody errs twice."""
    block, rate = PeopleBlock(1, "cold", 0, BLOCK), Fraction(1, 40)
    parts = [part_of(f"item_{n}", rate, is_own=False) for n in range(300)]
    first, *others = [part for part in parts if part.name == parts[0].name]
    assert first in others
    for other in others:
        one, two = (block.draw(part.name).inside(part.first([rate])) for part in (first, other))
        assert one & two == (one if other == first else 0)


@pytest.mark.parametrize(("rate", "is_own"), [(Fraction(1, 31), False), (Fraction(0), True)])
def test_a_common_mistake_has_a_draw_of_its_own(rate: Fraction, *, is_own: bool) -> None:
    assert part_of("chest", rate, is_own=is_own) == Part("answer/chest", Fraction(0), Fraction(1))


def test_the_ends_of_a_part() -> None:
    """Nobody is at both, and each holds its rate of all people."""
    block = PeopleBlock(1, "cold", 0, BLOCK)
    for is_own in (False, True):
        part = part_of("chest", Fraction(1, 40), is_own=is_own)
        draw = block.draw(part.name)
        first, last = (
            draw.inside(of) for of in (part.first([Fraction(1, 40)]), part.last([Fraction(1, 50)]))
        )
        assert first & last == 0
        shares = [found.bit_count() / BLOCK for found in (first, last)]
        assert shares == pytest.approx([1 / 40, 1 / 50], rel=0.2)
