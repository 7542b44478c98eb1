"""What each place of a protocol reads, and what a change there can change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from backtriage.mutation.mutant import Spot
from backtriage.program.program import Program
from backtriage.protocol.dependencies import Name, dependencies
from backtriage.terms.condition import Condition, Scores

RESULTS: Final = ("rules", "advice", "modules")
"""The sections whose nouns say something in a result."""


class Reach:
    """Follows conditions through facts, scores and guards. Remembers what it found."""

    def __init__(self, program: Program) -> None:
        """Stand before a program."""
        self.program = program
        self._guards = {question.id: question.ask_when for question in program.protocol.questions}
        self._reads: dict[Condition, frozenset[Name]] = {}
        self._said: dict[Spot, tuple[Spot, ...]] = {}

    def questions(self, spot: Spot) -> frozenset[str]:
        """The questions whose answers can count at a place."""
        return frozenset(id_ for section, id_ in self._names(spot) if section == "questions")

    def said(self, spot: Spot) -> tuple[Spot, ...]:
        """Rules, advice, verdicts and counts that a change in one place can change."""
        found = self._said.get(spot)
        if found is None:
            found = self._said[spot] = tuple(dict.fromkeys(self._say(spot)))
        return found

    def _say(self, spot: Spot) -> Iterator[Spot]:
        if spot.section in RESULTS:
            yield spot
            return
        protocol, name = self.program.protocol, (spot.section, spot.id)
        for section in RESULTS[:2]:
            for noun in getattr(protocol, section):
                for field in ("when", "withhold_if"):
                    one = Spot(section=section, id=noun.id, field=field)
                    if getattr(noun, field, None) is not None and name in self._names(one):
                        yield one
        for module in protocol.modules:
            verdicts = (
                Spot(section="modules", id=module.id, verdict=v.id) for v in module.verdicts
            )
            counts = (Spot(section="scores", id=score, field="points") for score in module.counts)
            yield from (one for one in (*verdicts, *counts) if name in self._names(one))

    def _names(self, spot: Spot) -> frozenset[Name]:
        """Every question, fact and score that a place rests on."""
        return frozenset(
            name for c in conditions_of(self.program, spot) for name in self.reads(c)
        )  # fmt: skip

    def reads(self, condition: Condition) -> frozenset[Name]:
        """Every question, fact and score that a condition rests on."""
        found = self._reads.get(condition)
        if found is None:
            program = self.program
            found = frozenset(dependencies(condition, program.facts, program.scores, self._guards))
            self._reads[condition] = found
        return found


def conditions_of(program: Program, spot: Spot) -> tuple[Condition, ...]:
    """The conditions that stand at a place; a score stands for a condition on it."""
    if spot.section == "scores":
        return (Scores(spot.id, 1),)
    nouns = (noun for noun in getattr(program.protocol, spot.section) if noun.id == spot.id)
    if spot.verdict:
        nouns = (verdict for m in nouns for verdict in m.verdicts if verdict.id == spot.verdict)
    conditions = (getattr(noun, spot.field) for noun in nouns)
    return tuple(condition for condition in conditions if condition is not None)
