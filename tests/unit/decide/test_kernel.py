"""The laws of the kernel: each operation on the four bits is the one on the two ends.

A chunk is drawn with arbitrary intervals, also those that only a guard can produce, and compared
with the definition, sheet by sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final, Self, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.decide.chunk import INTEGER, Carrier, array_carrier
from backtriage.decide.evaluate import Interval
from backtriage.decide.kernel import FALSE, MISSING, TRUE, UNSURE, Chunk, F, Kernel, T, U
from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import Points, Score
from backtriage.terms.condition import (
    All,
    Any,
    AtLeast,
    Atom,
    Condition,
    Not,
    Scores,
    Yes,
)
from tests.support.builders import emergency_program, question

BITS: Final[dict[Interval, int]] = {
    (F, F): FALSE, (F, U): 0b1000, (F, T): MISSING, (U, U): UNSURE, (U, T): 0b1110, (T, T): TRUE,
}  # fmt: skip
"""Every interval."""

INTERVALS: Final = {bits: interval for interval, bits in BITS.items()}

Row: TypeAlias = Sequence[Interval]
"""One interval for each question of a sheet."""

ROWS: Final = st.lists(
    st.tuples(*[st.sampled_from([*BITS])] * 4), min_size=1, max_size=20
)  # fmt: skip

POINTS: Final = st.integers(1, 9) | st.integers(1, 999_999_999)
"""A sheet never takes longer because a protocol counts in millions."""


class Given(Kernel):
    """A kernel whose questions have any interval."""

    def __init__(self, program: Program, rows: Sequence[Row], carrier: Carrier) -> None:
        super().__init__(program, carrier.pack(b"\1" * len(rows)))
        self.rows = rows
        self.carrier = carrier

    def own(self, atom: Atom) -> Chunk:
        index = int(atom.question.removeprefix("q"))
        return self.carrier.pack(bytes(BITS[row[index]] for row in self.rows))

    def own_points(self, part: tuple[Points, ...], least: int) -> Chunk:
        assert part[0].points >= least
        return self.own(Yes(part[0].question))

    def answered(self, question: str) -> Chunk:
        raise NotImplementedError(question)

    def unchanging(self) -> Self:
        raise NotImplementedError

    def again(self) -> Self:
        raise NotImplementedError

    def intervals(self, condition: Condition) -> list[Interval]:
        bits = self.carrier.unpack(self.bits(condition), len(self.rows))
        return [INTERVALS[byte] for byte in bits]


Q: Final = tuple(Yes(f"q{index}") for index in range(4))


def program(*, guard: Condition | None = None, skip: bool = False) -> Program:
    questions = [question(atom.question) for atom in Q]
    if guard is not None:
        questions[3] = question("q3", ask_when=guard, if_skipped=skip)
    return emergency_program(*questions, when=Yes("q0"))


CARRIERS: Final = pytest.mark.parametrize(
    "carrier", [INTEGER, array_carrier()], ids=["integer", "array"]
)


def evaluated(condition: Condition, rows: Sequence[Row], carrier: Carrier) -> list[Interval]:
    return Given(program(), rows, carrier).intervals(condition)


def test_the_bits_of_an_interval_are_questions_about_its_ends() -> None:
    for (lo, hi), bits in BITS.items():
        assert bits == (lo == T) | (lo >= U) << 1 | (hi == T) << 2 | (hi >= U) << 3


@CARRIERS
@given(rows=ROWS)
def test_and_is_the_minimum_of_both_ends(carrier: Carrier, rows: Sequence[Row]) -> None:
    expected = [(min(lo for lo, _ in row), min(hi for _, hi in row)) for row in rows]

    assert evaluated(All(Q), rows, carrier) == expected


@CARRIERS
@given(rows=ROWS)
def test_or_is_the_maximum_of_both_ends(carrier: Carrier, rows: Sequence[Row]) -> None:
    expected = [(max(lo for lo, _ in row), max(hi for _, hi in row)) for row in rows]

    assert evaluated(Any(Q), rows, carrier) == expected


@CARRIERS
@given(rows=ROWS)
def test_not_turns_the_interval_round(carrier: Carrier, rows: Sequence[Row]) -> None:
    expected = [(T - row[0][1], T - row[0][0]) for row in rows]

    assert evaluated(Not(Q[0]), rows, carrier) == expected
    assert evaluated(Not(Not(Q[0])), rows, carrier) == [row[0] for row in rows]


@CARRIERS
@pytest.mark.parametrize("least", [2, 3])
@given(rows=ROWS)
def test_at_least_is_the_best_of_all_choices(
    carrier: Carrier, least: int, rows: Sequence[Row]
) -> None:
    any_of = Any(tuple(All(chosen) for chosen in combinations(Q, least)))

    assert evaluated(AtLeast(least, Q), rows, carrier) == evaluated(any_of, rows, carrier)


@CARRIERS
@given(rows=ROWS, earned=st.lists(POINTS, min_size=3, max_size=3), least=POINTS)
def test_a_score_is_a_sum_on_each_rail(
    carrier: Carrier, rows: Sequence[Row], earned: list[int], least: int
) -> None:
    score = Score(
        id="s",
        points=tuple(
            Points(question=f"q{n}", answer="yes", points=p) for n, p in enumerate(earned)
        ),
    )
    base = program().protocol
    scored = build_program(replace(base, scores=(score,)))

    intervals = Given(scored, rows, carrier).intervals(Scores("s", least))

    for row, interval in zip(rows, intervals, strict=True):
        for end in (0, 1):
            surely, maybe = (
                sum(p for p, cell in zip(earned, row, strict=False) if cell[end] >= truth)
                for truth in (T, U)
            )
            assert interval[end] == (T if surely >= least else U if maybe >= least else F)


@CARRIERS
@pytest.mark.parametrize("skip", [False, True])
@given(rows=ROWS)
def test_a_guard_chooses_between_the_answer_and_its_default(
    carrier: Carrier, *, skip: bool, rows: Sequence[Row]
) -> None:
    skipped = T if skip else F
    guarded = Given(program(guard=Q[0], skip=skip), rows, carrier)

    intervals = guarded.intervals(Q[3])

    for ((lo, hi), _, _, own), interval in zip(rows, intervals, strict=True):
        if hi == F:
            assert interval == (skipped, skipped)
        elif lo >= U:
            assert interval == own
        else:
            assert interval == (min(own[0], skipped), max(own[1], skipped))
