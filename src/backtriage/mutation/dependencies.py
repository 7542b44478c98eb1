"""Change impact analysis: which questions a mutation site reads, and what it can change."""

from __future__ import annotations

from typing import Final

from backtriage.mutation.generator import mutation_sites
from backtriage.mutation.mutant import MutationSite
from backtriage.program.program import Program
from backtriage.protocol.dependencies import QUESTIONS, dependencies
from backtriage.terms.condition import Condition, Scores

_RESULTS: Final = ("rules", "advice", "modules")
"""The sections whose entries appear in a result themselves."""


class SiteDependencies:
    """What every mutation site of a program reads, transitively."""

    def __init__(self, program: Program) -> None:
        """Follow the conditions of every site through facts, scores and guards."""
        guards = {question.id: question.ask_when for question in program.protocol.questions}
        sites = [site for site, _ in mutation_sites(program.protocol)]
        scores = {score: _score_site(score) for score in program.scores}
        self._reads = {
            site: frozenset(
                name
                for condition in conditions_at(program, site)
                for name in dependencies(condition, program.facts, program.scores, guards)
            )
            for site in (*sites, *scores.values())
        }
        reported = dict.fromkeys(id_ for module in program.modules for id_ in module.counts)
        self._results = [site for site in sites if site.section in _RESULTS]
        self._results += [scores[id_] for id_ in reported]

    def questions(self, site: MutationSite) -> frozenset[str]:
        """Return the questions that a site reads."""
        return frozenset(id_ for section, id_ in self._reads[site] if section == QUESTIONS)

    def affected(self, site: MutationSite) -> tuple[MutationSite, ...]:
        """Return the rules, advice, verdicts and counts that a change at a site can change."""
        if site.section in _RESULTS:
            return (site,)
        name = (site.section, site.id)
        return tuple(result for result in self._results if name in self._reads[result])


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
