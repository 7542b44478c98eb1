"""Change impact analysis: which questions a mutation site reads, and what it can change."""

from __future__ import annotations

from typing import Final

from backtriage.mutation.generator import mutation_sites
from backtriage.mutation.mutant import MutationSite
from backtriage.program.program import Program
from backtriage.protocol.dependencies import QUESTIONS, Name, dependencies
from backtriage.terms.condition import Condition, Scores

_RESULTS: Final = ("rules", "safety_net", "advice", "modules")
"""The sections whose entries appear in a result themselves."""


class SiteDependencies:
    """What the mutation sites of a program read, transitively; each is found when asked for."""

    def __init__(self, program: Program) -> None:
        """Find nothing yet."""
        self._program = program
        self._guards = {q.id: q.ask_when for q in program.protocol.questions}
        self._cache: dict[MutationSite, frozenset[Name]] = {}
        sites = [site for site, _ in mutation_sites(program.protocol)]
        scores = {score: _score_site(score) for score in program.scores}
        reported = dict.fromkeys(id_ for module in program.modules for id_ in module.counts)
        self._results = [site for site in sites if site.section in _RESULTS]
        self._results += [scores[id_] for id_ in reported]

    def questions(self, site: MutationSite) -> frozenset[str]:
        """Return the questions that a site reads."""
        return frozenset(id_ for section, id_ in self._reads(site) if section == QUESTIONS)

    def affected(self, site: MutationSite) -> tuple[MutationSite, ...]:
        """Return every result, such as a rule or a line, that a change at a site can change."""
        if site.section in _RESULTS:
            return (site,)
        name = (site.section, site.id)
        return tuple(result for result in self._results if name in self._reads(result))

    def _reads(self, site: MutationSite) -> frozenset[Name]:
        """Follow the conditions of a site through facts, scores and guards."""
        if site not in self._cache:
            facts, scores = self._program.facts, self._program.scores
            self._cache[site] = frozenset(
                name
                for condition in conditions_at(self._program, site)
                for name in dependencies(condition, facts, scores, self._guards)
            )
        return self._cache[site]


def _score_site(score: str) -> MutationSite:
    return MutationSite(section="scores", id=score, field="points")


def conditions_at(program: Program, site: MutationSite) -> tuple[Condition, ...]:
    """Return the conditions at a site, none if its entry was left out.

    A score is represented by a condition on it.
    """
    if site.section == "scores":
        return (Scores(site.id, 1),)
    entries = (entry for entry in getattr(program.protocol, site.section) if entry.id == site.id)
    if site.verdict:
        entries = (
            verdict for m in entries for verdict in m.verdicts if verdict.id == site.verdict
        )
    conditions = (getattr(entry, site.field) for entry in entries)
    return tuple(condition for condition in conditions if condition is not None)
