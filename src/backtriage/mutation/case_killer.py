"""Find the case that kills a mutant, running only cases whose result the change can affect.

Most cases agree on the few answers that one site reads. So cases are grouped by these answers,
and a mutated site is evaluated once for each group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from backtriage.cases.case import Case, run_case
from backtriage.decide.evaluate import Evaluation, F
from backtriage.decide.reasons import urgency_from
from backtriage.mutation.dependencies import SiteDependencies, conditions_at
from backtriage.mutation.mutant import Mutant, MutationSite
from backtriage.program.program import Program
from backtriage.terms.urgency import Urgency


class _Contribution(NamedTuple):
    """What a rule contributes to a result, at the lo and at the hi end."""

    lo: int = -1
    """The urgency it gives; -1 for none."""
    hi: int = -1
    out_of_scope: bool = False
    maybe_out_of_scope: bool = False


class CaseKiller:
    """The cases of a program that can kill its mutants: those that pass and are confirmed."""

    def __init__(self, program: Program, cases: Iterable[Case]) -> None:
        """Run every confirmed case once."""
        self.program = program
        self.dependencies = SiteDependencies(program)
        self.cases = tuple(
            case for case in cases if not case.to_confirm and run_case(program, case).passes
        )
        self._evaluations = {case.id: Evaluation(program, case.sheet) for case in self.cases}
        self._groups: dict[frozenset[str], list[list[Case]]] = {}
        self._contributions: dict[str, Mapping[str, _Contribution]] = {}

    def killing_case(self, mutant: Mutant, mutated: Program) -> Case | None:
        """Return a case that fails on the program of a mutant, or None."""
        site = mutant.site
        for cases in self._by_answers(self.dependencies.questions(site)):
            before = self._evaluations[cases[0].id]
            after = Evaluation(mutated, before.answers)
            if _value_at(before, site) != _value_at(after, site):
                for case in cases:
                    if self._may_fail(case, site, mutated) and not run_case(mutated, case).passes:
                        return case
        return None

    def _by_answers(self, questions: frozenset[str]) -> list[list[Case]]:
        """Group the cases by their answers to some questions."""
        if questions not in self._groups:
            groups: dict[tuple[object, ...], list[Case]] = {}
            for case in self.cases:
                answers = tuple(case.sheet.value(question) for question in questions)
                groups.setdefault(answers, []).append(case)
            self._groups[questions] = [*groups.values()]
        return self._groups[questions]

    def _may_fail(self, case: Case, site: MutationSite, mutated: Program) -> bool:
        """Return whether anything a case expects can differ; running it costs 100 times more."""
        before, after = self._evaluations[case.id], Evaluation(mutated, case.sheet)
        affected = self.dependencies.affected(site)
        changed = [s for s in affected if _value_at(before, s) != _value_at(after, s)]
        if any(_is_expected(case, site) for site in changed):
            return True
        rules = {s.id: _contribution(after, s.id) for s in changed if s.section == "rules"}
        if not rules:
            return False
        contributions = self._all_contributions(case)
        return _combined(contributions) != _combined({**contributions, **rules})

    def _all_contributions(self, case: Case) -> Mapping[str, _Contribution]:
        """Return what every rule of the program contributes to the result of a case."""
        if case.id not in self._contributions:
            evaluation = self._evaluations[case.id]
            self._contributions[case.id] = {
                rule.id: _contribution(evaluation, rule.id) for rule in self.program.rules
            }
        return self._contributions[case.id]


def _is_expected(case: Case, site: MutationSite) -> bool:
    """Return whether a case expects something of a site, apart from the urgency."""
    expect = case.expect
    if site.section == "rules":
        return expect.rules is not None
    if site.section == "advice":
        lists = [ids for ids in (expect.given, expect.withheld, expect.without) if ids is not None]
        return any(not ids or site.id in ids for ids in lists)
    return site.id in dict(expect.verdicts if site.section == "modules" else expect.counts)


def _value_at(evaluation: Evaluation, site: MutationSite) -> object:
    """Return all that a result can depend on at a site."""
    if site.section == "rules":
        return _contribution(evaluation, site.id)
    if site.section == "scores":
        return evaluation.score(site.id)
    return tuple(map(evaluation.interval, conditions_at(evaluation.program, site)))


def _contribution(evaluation: Evaluation, rule_id: str) -> _Contribution:
    rule = next((rule for rule in evaluation.program.rules if rule.id == rule_id), None)
    if rule is None:
        return _Contribution()
    lo, hi = evaluation.interval(rule.when)
    return _Contribution(
        _rank(urgency_from(rule, lo)), _rank(urgency_from(rule, hi)),
        rule.out_of_scope and lo != F, rule.out_of_scope and hi != F,
    )  # fmt: skip


def _rank(urgency: Urgency | None) -> int:
    return -1 if urgency is None else urgency


def _combined(contributions: Mapping[str, _Contribution]) -> _Contribution:
    """Return what all rules contribute together."""
    lo, hi, out_of_scope, maybe_out_of_scope = zip(*contributions.values(), strict=True)
    return _Contribution(max(lo), max(hi), any(out_of_scope), any(maybe_out_of_scope))
