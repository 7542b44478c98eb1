"""What each place of a protocol reads, and what a change there can change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from backtriage.mutation.mutant import MutationSite
from backtriage.program.program import Program
from backtriage.protocol.dependencies import Name, dependencies
from backtriage.terms.condition import Condition, Scores

RESULTS: Final = ("rules", "advice", "modules")
"""The sections whose nouns say something in a result."""


class Dependencies:
    """Follows conditions through facts, scores and guards. Remembers what it found."""

    def __init__(self, program: Program) -> None:
        """Stand before a program."""
        self.program = program
        self._guards = {question.id: question.ask_when for question in program.protocol.questions}
        self._reads: dict[Condition, frozenset[Name]] = {}
        self._said: dict[MutationSite, tuple[MutationSite, ...]] = {}

    def questions(self, site: MutationSite) -> frozenset[str]:
        """The questions whose answers can count at a place."""
        return frozenset(id_ for section, id_ in self._names(site) if section == "questions")

    def said(self, site: MutationSite) -> tuple[MutationSite, ...]:
        """Rules, advice, verdicts and counts that a change in one place can change."""
        found = self._said.get(site)
        if found is None:
            found = self._said[site] = tuple(dict.fromkeys(self._say(site)))
        return found

    def _say(self, site: MutationSite) -> Iterator[MutationSite]:
        if site.section in RESULTS:
            yield site
            return
        protocol, name = self.program.protocol, (site.section, site.id)
        for section in RESULTS[:2]:
            for noun in getattr(protocol, section):
                for field in ("when", "withhold_if"):
                    one = MutationSite(section=section, id=noun.id, field=field)
                    if getattr(noun, field, None) is not None and name in self._names(one):
                        yield one
        for module in protocol.modules:
            verdicts = (
                MutationSite(section="modules", id=module.id, verdict=v.id)
                for v in module.verdicts
            )
            counts = (
                MutationSite(section="scores", id=score, field="points") for score in module.counts
            )
            yield from (one for one in (*verdicts, *counts) if name in self._names(one))

    def _names(self, site: MutationSite) -> frozenset[Name]:
        """Every question, fact and score that a place rests on."""
        return frozenset(
            name for c in conditions_of(self.program, site) for name in self.reads(c)
        )  # fmt: skip

    def reads(self, condition: Condition) -> frozenset[Name]:
        """Every question, fact and score that a condition rests on."""
        found = self._reads.get(condition)
        if found is None:
            program = self.program
            found = frozenset(dependencies(condition, program.facts, program.scores, self._guards))
            self._reads[condition] = found
        return found


def conditions_of(program: Program, site: MutationSite) -> tuple[Condition, ...]:
    """The conditions that stand at a place; a score stands for a condition on it."""
    if site.section == "scores":
        return (Scores(site.id, 1),)
    nouns = (noun for noun in getattr(program.protocol, site.section) if noun.id == site.id)
    if site.verdict:
        nouns = (verdict for m in nouns for verdict in m.verdicts if verdict.id == site.verdict)
    conditions = (getattr(noun, site.field) for noun in nouns)
    return tuple(condition for condition in conditions if condition is not None)
