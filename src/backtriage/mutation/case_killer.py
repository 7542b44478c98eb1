"""Which case notices a mutant: only those of which the change makes something else are run.

Most cases are alike in the few answers that one condition reads. So cases are sorted by these
answers once for each place, and a changed place is read once for each sort.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from backtriage.cases.case import Case
from backtriage.cases.run import run_case
from backtriage.decide.evaluate import Evaluation, F
from backtriage.decide.reasons import urgency_from
from backtriage.mutation.dependencies import Dependencies, conditions_of
from backtriage.mutation.mutant import Mutant, MutationSite
from backtriage.program.program import Program
from backtriage.terms.urgency import Urgency

Alike: TypeAlias = tuple[Evaluation, tuple[Case, ...]]
"""A sheet, and the cases that say the same where it counts."""

Given: TypeAlias = tuple[int, int, bool, bool]
"""What a rule gives at the lo and at the hi end, -1 for nothing; and the same of scope."""


class CaseKiller:
    """The cases of a program that are kept, ready to meet its mutants."""

    def __init__(self, program: Program, cases: Iterable[Case]) -> None:
        """A case that is not kept, or waits to be confirmed, can notice nothing."""
        self.program = program
        self.reach = Dependencies(program)
        self.cases = tuple(
            case for case in cases if not case.to_confirm and run_case(program, case).passes
        )
        self._alike: dict[frozenset[str], tuple[Alike, ...]] = {}
        self._evaluations = {case.id: Evaluation(program, case.sheet) for case in self.cases}
        self._gives: dict[str, Mapping[str, Given]] = {}

    def notices(self, mutant: Mutant, changed: Program) -> Case | None:
        """The first case whose expectation does not hold of a mutant any more."""
        site = mutant.site
        for evaluation, alike in self._sorted(self.reach.questions(site)):
            if look(evaluation, site) == look(Evaluation(changed, evaluation.answers), site):
                continue
            for case in alike:
                if self._can(case, site, changed) and not run_case(changed, case).passes:
                    return case
        return None

    def _sorted(self, questions: frozenset[str]) -> tuple[Alike, ...]:
        """The cases, by the answers to some questions."""
        found = self._alike.get(questions)
        if found is None:
            groups: dict[tuple[object, ...], list[Case]] = {}
            for case in self.cases:
                key = tuple(case.sheet.value(question) for question in questions)
                groups.setdefault(key, []).append(case)
            found = tuple((self._evaluations[a[0].id], tuple(a)) for a in groups.values())
            self._alike[questions] = found
        return found

    def _can(self, case: Case, site: MutationSite, changed: Program) -> bool:
        """Whether what a case says can be another: to run it whole costs a hundred times more."""
        before, after = self._evaluations[case.id], Evaluation(changed, case.sheet)
        said = [one for one in self.reach.said(site) if look(before, one) != look(after, one)]
        if any(watches(case, one) for one in said):
            return True
        changes = {one.id: given(after, one.id) for one in said if one.section == "rules"}
        gives = self._rules(case) if changes else {}
        return bool(changes) and most(gives) != most({**gives, **changes})

    def _rules(self, case: Case) -> Mapping[str, Given]:
        """What each rule gives a case."""
        found = self._gives.get(case.id)
        if found is None:
            evaluation = self._evaluations[case.id]
            found = {rule.id: given(evaluation, rule.id) for rule in self.program.rules}
            self._gives[case.id] = found
        return found


def watches(case: Case, site: MutationSite) -> bool:
    """Whether a case names what is said at a place, apart from the urgency."""
    expect = case.expect
    if site.section == "rules":
        return expect.rules is not None
    if site.section == "advice":
        lists = [ids for ids in (expect.given, expect.withheld, expect.without) if ids is not None]
        return any(not ids or site.id in ids for ids in lists)
    return site.id in dict(expect.verdicts if site.section == "modules" else expect.counts)


def most(gives: Mapping[str, Given]) -> Given:
    """What all rules come to."""
    lo, hi, out, maybe_out = zip(*gives.values(), strict=True)
    return max(lo), max(hi), any(out), any(maybe_out)


def look(evaluation: Evaluation, site: MutationSite) -> object:
    """What is made of a sheet at one place; nothing else of it can differ."""
    if site.section == "rules":
        return given(evaluation, site.id)
    if site.section == "scores":
        return evaluation.score(site.id)
    return tuple(
        evaluation.interval(condition) for condition in conditions_of(evaluation.program, site)
    )


def given(evaluation: Evaluation, id_: str) -> Given:
    """What a rule gives at both ends, and whether it then says that this is not for the person."""
    rule = next((rule for rule in evaluation.program.rules if rule.id == id_), None)
    if rule is None:
        return -1, -1, False, False
    lo, hi = evaluation.interval(rule.when)
    scope = rule.out_of_scope
    return (
        rank(urgency_from(rule, lo)), rank(urgency_from(rule, hi)),
        scope and lo != F, scope and hi != F,
    )  # fmt: skip


def rank(urgency: Urgency | None) -> int:
    """Where an urgency stands; nothing stands below all of them."""
    return -1 if urgency is None else urgency
