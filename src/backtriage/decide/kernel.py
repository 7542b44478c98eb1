"""What a condition means: Kleene's three-valued logic over partial answers, on a chunk of sheets.

Truth values are F < U < T, and the answer "not sure" is U. A missing answer is not a truth
value: it could still turn out to be anything. So a condition evaluates to an interval [lo, hi],
which contains its truth value for every way to complete the answers; a missing answer is the
interval [F, T].

An interval is four bits, the rails:

    1  lo = T      surely true, however the answers are completed
    2  lo >= U     surely not false
    4  hi = T      possibly true
    8  hi >= U     possibly not false

`and` takes the minimum at both ends, which is `&` on these bits, and `or` the maximum, which is
`|`. `not` complements the bits and reverses their order. So a chunk of sheets, with one byte for
each, packed into one integer, is decided by the same operations as a single sheet. One person is
a chunk of one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Final, Self, TypeAlias

from backtriage.program.plan import ALL, ALWAYS, ANY, ATOM, EARNS, NOT, REACHES, Slot
from backtriage.program.points import points_for
from backtriage.program.program import Program
from backtriage.protocol.protocol import Points
from backtriage.terms.condition import Always, Atom, Compare, Condition, Includes, Is
from backtriage.terms.value import NOT_SURE, Ticks, Value

Truth: TypeAlias = int
"""F, U or T, as 0, 1 or 2."""

F: Final = 0
U: Final = 1
T: Final = 2

Chunk: TypeAlias = int
"""One byte for each sheet: an interval, or 1 for yes and 0 for no."""

FALSE: Final = 0
UNSURE: Final = 0b1010
TRUE: Final = 0b1111
MISSING: Final = 0b1100

_LO: Final = 0b0011
_HI: Final = 0b1100

OF_TRUTH: Final = (FALSE, UNSURE, TRUE)
"""The interval that holds one truth value only."""

_COMPARE: Final = {"<": lt, "<=": le, ">": gt, ">=": ge}


def truth_of(atom: Atom, value: Value) -> Truth:
    """Return the truth value of an atom, given the answer to its question."""
    if isinstance(value, Ticks):
        item = atom.item if isinstance(atom, Includes) else ""
        if item in value.yes:
            return T
        return U if item in value.unsure else F
    if value is NOT_SURE:
        return U
    if isinstance(atom, Is):
        return T if value in atom.choices else F
    if isinstance(atom, Compare) and isinstance(value, Decimal):
        return T if _COMPARE[atom.sign](value, atom.bound) else F
    return T if value is True else F


class Kernel(ABC):
    """The conditions of a program over a chunk of sheets, each evaluated once, when asked for."""

    def __init__(self, program: Program, ones: Chunk) -> None:
        """Evaluate nothing yet. `ones` is 1 for each sheet of the chunk."""
        self.program = program
        self.ones = ones
        self.everywhere = ones * TRUE
        self.nowhere = ones & FALSE
        self._plan = program.plan
        self._slots = program.plan.slots
        self._values: list[Chunk] = []
        """The interval of each step so far."""
        self._before: Kernel | None = None
        """The same sheets with the guards that hold, where all answers count here."""
        self.aside: Mapping[str, Chunk] = {}
        """Where answers count here although their question is not asked."""
        self._as_asked: int = TRUE  # the guard of such a question here
        self._ends: tuple[Kernel, Kernel] | None = None  # they give the lo and the hi here
        self._asked: Mapping[str, Chunk] = {}
        """Where a question is asked here, whatever its guard says."""

    def unanswered(self, atom: Atom) -> int:
        """Return the interval of an atom without an answer; one of the journal is known."""
        question = self.program.questions[atom.question]
        if question.from_journal is None:
            return MISSING
        return OF_TRUTH[truth_of(atom, question.if_skipped)]

    @abstractmethod
    def own(self, atom: Atom) -> Chunk:
        """Return the interval of an atom by the answers alone: `MISSING` where there is none."""

    @abstractmethod
    def own_points(self, part: tuple[Points, ...], least: int) -> Chunk:
        """Return the interval of "adds at least so many points", by the answers alone."""

    @abstractmethod
    def answered(self, question: str) -> Chunk:
        """Return which sheets have an answer to a question."""

    @abstractmethod
    def unchanging(self) -> Self:
        """Return the same sheets without the answers that can change."""

    @abstractmethod
    def again(self) -> Self:
        """Return the same sheets with nothing evaluated."""

    def set_aside(self) -> Mapping[str, Chunk]:
        """Return the questions that have an answer and are certainly not asked, and where."""
        found = {}
        for id_, question in self.program.questions.items():
            if not isinstance(question.ask_when, Always):
                answered = self.answered(id_)
                aside = answered and answered & ~(self.guard_bits(id_) >> 3)
                if aside:
                    found[id_] = aside
        return found

    def counting_all(self) -> Self | None:
        """Return the same sheets with every answer that is set aside counted; None without any.

        Wherever a condition reads it, the worse counts: that answer, or what stands for one that
        is not asked for. So none that is set aside hides another. The worse is the higher value,
        and below a `not` the lower. So lo has the higher one as its lo and the lower one as its
        hi, which `not` exchanges, and hi the reverse. The guards stay what they are.
        """
        aside = self.set_aside()
        if not aside:
            return None
        counting, lo, hi = (self.again() for _ in range(3))
        for each, guard in ((counting, TRUE), (lo, _LO), (hi, _HI)):
            each._before, each.aside, each._as_asked = self, aside, guard  # noqa: SLF001
        counting._ends = lo, hi  # noqa: SLF001 - of its own class
        return counting

    def asking(self, asked: Mapping[str, Chunk]) -> Self:
        """Return the same sheets where questions are asked whatever their guards say.

        Args:
            asked: The questions, and on which sheets each is asked.
        """
        asking = self.again()
        asking._asked = asked  # noqa: SLF001 - of its own class
        return asking

    def bits(self, condition: Condition) -> Chunk:
        """Return the interval of a condition."""
        # Written out, because an assessment asks a thousand times.
        slot = self._slots.get(id(condition))
        if slot is None:
            slot = self._plan.slot(condition)
        values = self._values
        return values[slot] if slot < len(values) else self.value(slot)

    def value(self, slot: Slot) -> Chunk:  # noqa: C901, PLR0912 - one branch for each operation
        """Return the interval of a step, after evaluating those before it."""
        values = self._values
        if self._ends is not None:
            lo, hi = self._ends
            for at in range(len(values), slot + 1):
                values.append(lo.value(at) & self.ones * _LO | hi.value(at) & self.ones * _HI)
            return values[slot]
        for step in self._plan.steps[len(values) : slot + 1]:
            kind = step[0]
            if kind == ATOM:
                bits = self.own(step[1])
                if step[2] != ALWAYS:
                    bits = self._guarded(step[1], self._guard(step[1].question, step[2]), bits)
            elif kind == ALL:
                bits = self.everywhere
                for part in step[1]:
                    bits = bits & values[part]
            elif kind == ANY:
                bits = self.nowhere
                for part in step[1]:
                    bits = bits | values[part]
            elif kind == NOT:
                bits = self._negation(values[step[1]])
            elif kind == REACHES:
                bits = self._reaches(step[1], step[2])
            elif kind == EARNS:
                bits = self._earns(step[1], step[2], step[3])
            else:
                bits = self.everywhere
            values.append(bits)
        return values[slot]

    def _negation(self, bits: Chunk) -> Chunk:
        bits = bits ^ self.everywhere
        return (
            (bits & self.ones) << 3
            | (bits & self.ones << 1) << 1
            | bits >> 1 & self.ones << 1
            | bits >> 3 & self.ones
        )

    def _reaches(self, least: int, parts: Iterable[Iterable[tuple[int, Slot]]]) -> Chunk:
        """Return whether parts add up to at least a number."""
        total: list[Chunk] = []
        """The binary digits of the sum so far, lowest first: the sum of each sheet and rail."""
        for part in parts:
            below = 0
            for points, slot in part:  # whoever earns these points also earns those below
                self._add(total, points - below, self._values[slot])
                below = points
        reached = self.everywhere
        for place in range(max(len(total), least.bit_length())):
            digit = total[place] if place < len(total) else self.nowhere
            reached = digit & reached if least >> place & 1 else digit | reached
        return reached

    def _add(self, total: list[Chunk], points: int, earned: Chunk) -> None:
        """Add points to a sum where they are earned: a ripple-carry adder."""
        carry = self.nowhere
        place = 0
        while earned and (points >> place or carry):
            if place == len(total):
                total.append(self.nowhere)
            digit, added = total[place], earned if points >> place & 1 else self.nowhere
            total[place] = digit ^ added ^ carry
            carry = digit & added | carry & (digit ^ added)
            place += 1

    def _guard(self, question: str, slot: Slot) -> Chunk:
        before = self._before
        if before is not None:
            aside = self.aside.get(question, self.nowhere)
            return before._guard_of(question, before.value(slot)) | aside * self._as_asked  # noqa: SLF001
        return self._guard_of(question, self._values[slot])

    def _guard_of(self, question: str, bits: Chunk) -> Chunk:
        """Return the interval of a guard, given that of its condition."""
        asked = self._asked and self._asked.get(question)
        return bits | asked * TRUE if asked else bits

    def _guarded(self, atom: Atom, guard: Chunk, own: Chunk) -> Chunk:
        if not guard ^ self.everywhere:
            return own
        skipped = truth_of(atom, self.program.questions[atom.question].if_skipped)
        return self._if_asked(guard, own, skipped=skipped == T)

    def _earns(self, part: tuple[Points, ...], least: int, guard: Slot) -> Chunk:
        own = self.own_points(part, least)
        if guard == ALWAYS:
            return own
        question = self.program.questions[part[0].question]
        skipped, _ = points_for(question, question.if_skipped, part)
        return self._if_asked(self._guard(question.id, guard), own, skipped=skipped >= least)

    def _if_asked(self, guard: Chunk, own: Chunk, *, skipped: bool) -> Chunk:
        """Return the interval of an answer where it counts, and of `if_skipped` elsewhere.

        An answer counts where its question is surely asked (lo of the guard is not F), and
        `if_skipped` where it is surely not (hi is F). Otherwise the result spans both, which
        moves only one of its ends: lo if `if_skipped` is false, hi if it is true.
        """
        surely = guard & self.ones << 1
        possibly = guard & self.ones << 3
        if skipped:
            lo, hi = possibly >> 3 | possibly >> 2, surely << 1 | surely << 2
            return own | self.everywhere ^ (lo | hi)
        lo, hi = surely >> 1 | surely, possibly >> 1 | possibly
        return own & (lo | hi)

    def guard_bits(self, question: str) -> Chunk:
        """Return the interval of the guard of a question."""
        guard = self.program.questions[question].ask_when
        if self._before is None:
            return self._guard_of(question, self.bits(guard))
        return self._before.guard_bits(question) | self.aside.get(question, self.nowhere) * TRUE

    def lo_maybe(self, condition: Condition) -> Chunk:
        """Return on which sheets a condition is surely not false."""
        return self.bits(condition) >> 1 & self.ones

    def hi_maybe(self, condition: Condition) -> Chunk:
        """Return on which sheets a condition is possibly not false."""
        return self.bits(condition) >> 3 & self.ones

    def undecided(self, bits: Chunk) -> Chunk:
        """Return on which sheets the ends of an interval differ."""
        differs = bits ^ bits >> 2
        return (differs | differs >> 1) & self.ones
