"""Find the case that kills a mutant, running only cases whose result the change can affect.

Most cases agree on the few answers that one site reads. So cases are grouped by these answers,
and a mutated site is evaluated once for each group.
"""

from __future__ import annotations

from collections.abc import Iterable

from backtriage.cases.case import Case, run_case
from backtriage.decide.assessment import is_out_of_scope, is_surely_in_scope
from backtriage.decide.contradictions import acted_on
from backtriage.decide.evaluate import Evaluation, urgency_from
from backtriage.decide.kernel import F
from backtriage.mutation.dependencies import SiteDependencies, conditions_at
from backtriage.mutation.mutant import Mutant, MutationSite
from backtriage.program.program import Program


class CaseKiller:
    """The cases of a program that can kill its mutants: those that pass and are confirmed."""

    def __init__(self, program: Program, cases: Iterable[Case]) -> None:
        """Run every confirmed case once."""
        self.dependencies = SiteDependencies(program)
        self.cases = tuple(
            case for case in cases if not case.to_confirm and run_case(program, case).passes
        )
        self._evaluations = {case.id: Evaluation(program, case.sheet) for case in self.cases}
        self._groups: dict[frozenset[str], list[list[Case]]] = {}

    def killing_case(self, mutant: Mutant, mutated: Program) -> Case | None:
        """Return a case that fails when run on a mutant, or None."""
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
        """Return whether anything a case expects differs: far cheaper than assessing the case."""
        before, after = self._evaluations[case.id], Evaluation(mutated, case.sheet)
        affected = self.dependencies.affected(site)
        changed = [s for s in affected if _value_at(before, s) != _value_at(after, s)]
        if any(_is_expected(case, site) for site in changed):
            return True
        has_changed_rule = any(site.section == "rules" for site in changed)
        return has_changed_rule and _overall(before) != _overall(after)


def _is_expected(case: Case, site: MutationSite) -> bool:
    """Return whether a case expects anything about a site other than the urgency."""
    expect = case.expect
    if site.section == "rules":
        return expect.rules is not None
    if site.section == "safety_net":
        lists = [ids for ids in (expect.lines, expect.without_lines) if ids is not None]
        return any(not ids or site.id in ids for ids in lists)
    if site.section == "advice":
        lists = [ids for ids in (expect.given, expect.withheld, expect.without) if ids is not None]
        return any(not ids or site.id in ids for ids in lists)
    return site.id in dict(expect.verdicts if site.section == "modules" else expect.counts)


def _value_at(evaluation: Evaluation, site: MutationSite) -> object:
    """Return everything at a site that a result can depend on, contradictions included."""
    counting = evaluation.counting_all()
    value = _own_value_at(evaluation, site)
    return value, None if counting is None else _own_value_at(counting, site)


def _own_value_at(evaluation: Evaluation, site: MutationSite) -> object:
    if site.section == "rules":
        for rule in evaluation.program.rules:
            if rule.id == site.id:
                return [
                    (urgency_from(rule, truth), rule.out_of_scope and truth != F)
                    for truth in evaluation.interval(rule.when)
                ]
        return [(None, False)] * 2  # a rule that was left out counts as one that never fires
    if site.section == "scores":
        return evaluation.score(site.id)
    return [evaluation.interval(c) for c in conditions_at(evaluation.program, site)]


def _overall(evaluation: Evaluation) -> object:
    """Return the urgency that all rules give together, and whether answers contradict it."""
    acted = acted_on(evaluation)
    scope = is_out_of_scope(evaluation), is_surely_in_scope(evaluation)
    return acted.certain, acted.possible, bool(acted.contradicted), scope
