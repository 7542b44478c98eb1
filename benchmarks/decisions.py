"""How long contenders take to decide the same sheets by the same rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from benchmarks import engines, ours
from benchmarks.contender import Contender, Decision
from benchmarks.hand_written import HandWritten
from benchmarks.node import JsonRulesEngine
from benchmarks.report import Table, ratio, rounds_of
from benchmarks.rules import shipped_program
from benchmarks.sheets import Person, draw_people

CONTENDERS: Final[tuple[type[Contender], ...]] = (
    HandWritten, *ours.CONTENDERS, *engines.CONTENDERS, JsonRulesEngine,
)  # fmt: skip

SHEETS: Final = 2048
"""How many sheets there are of each kind; slow contenders decide the first of them."""


class DisagreementError(Exception):
    """A contender decides a sheet in another way, so its time means nothing."""


@dataclass
class Lap:
    """One contender on one kind of sheets."""

    contender: Contender
    people: Sequence[Person]
    expected: Sequence[Decision]
    microseconds: list[float] = field(default_factory=list)
    """For one sheet, in each round."""

    @property
    def median(self) -> float:
        """The time for one sheet."""
        return median(self.microseconds)

    def run(self) -> None:
        """Take a turn, whose decisions must be right."""
        seconds, decisions = self.contender.turn(self.people)
        for number, pair in enumerate(zip(decisions, self.expected, strict=True)):
            got, expected = map(comparable, pair)
            if got != expected:
                raise DisagreementError(
                    f"{self.contender.name}, sheet {number}: {got} instead of {expected}"
                )
        self.microseconds.append(seconds / len(self.people) * 1e6)


def comparable(decision: Decision) -> Decision:
    """Return a decision with its rules sorted, since engines list them in any order."""
    return decision._replace(fired=tuple(sorted(decision.fired)))


def laps(contenders: Sequence[type[Contender]], sheets: int, *, doubt: bool) -> list[Lap]:
    """Prepare contenders for one kind of sheets."""
    program = shipped_program()
    people = draw_people(program, sheets, doubt=doubt)
    expected = ours.Evaluate(program, doubt=doubt).decide_all(people)
    return [
        Lap(
            contender(program, doubt=doubt),
            people[: contender.most_sheets],
            expected[: contender.most_sheets],
        )
        for contender in contenders
    ]


def measure(contenders: Sequence[type[Contender]], rounds: int, sheets: int = SHEETS) -> Table:
    """Let all contenders take a turn in each round, and return the table."""
    definite = laps(contenders, sheets, doubt=False)
    doubtful = laps(contenders, sheets, doubt=True)
    for number in rounds_of(rounds):
        for pair in zip(definite, doubtful, strict=True):
            for lap in pair:
                lap.run()
                if number == 0:
                    lap.microseconds.clear()
    return table(definite, doubtful, rounds)


def table(definite: Sequence[Lap], doubtful: Sequence[Lap], rounds: int) -> Table:
    """Return the medians and their ratios to the first contender, fastest first."""
    first = type(definite[0].contender)
    pairs = sorted(zip(definite, doubtful, strict=True), key=lambda pair: pair[0].median)
    return Table(
        name="decisions",
        unit=f"Microseconds of CPU time for one sheet, and their ratio to {first.title}",
        rounds=rounds,
        head=["", "sheets", "definite", "ratio", "with doubt", "ratio"],
        rows=[
            [
                titled(type(one.contender)),
                str(len(one.people)),
                f"{one.median:,.1f}",
                ratio(one.median, definite[0].median),
                f"{two.median:,.1f}",
                ratio(two.median, doubtful[0].median),
            ]
            for one, two in pairs
        ],
        notes=[f"- {type(one.contender).title}: {type(one.contender).work}" for one, _ in pairs],
    )


def titled(contender: type[Contender]) -> str:
    """Return the title of a contender with the version of what it needs."""
    return f"{contender.title} {contender.version() or ''}".rstrip()
