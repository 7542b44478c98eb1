"""Counterexamples, confirmed by the interpreter before anybody sees them.

Engines only know formulas. A model becomes a sheet here, or two sheets that differ in one answer,
and the interpreter must agree that the claim is false of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from backtriage.decide.assessment import Assessment, assess, counted_range
from backtriage.decide.evaluate import Evaluation, asked, urgency_from
from backtriage.decide.kernel import F, T, U
from backtriage.decide.open_questions import open_questions_in
from backtriage.program.program import Program, build_program
from backtriage.protocol.guarantees import Risk, SafetyFloor
from backtriage.protocol.safety_net import named_by
from backtriage.prove.claims.claim import Claim
from backtriage.prove.claims.safety import directed_variables, risk_steps, risk_subject
from backtriage.prove.claims.stopping import awaited_conditions, reported_scores
from backtriage.prove.domain import ABSENT, Assignment, Variable
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always, Scores
from backtriage.terms.urgency import Urgency


class SpuriousCounterexample(Exception):  # noqa: N818 - a bug in the encoding, shown as one
    """The interpreter does not confirm a counterexample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterexample:
    """A confirmed counterexample: one sheet, or a sheet before and after one changed answer."""

    sheet: Answers
    urgency: Urgency
    required: Urgency | None = None
    """The least urgency that the claim demands."""
    before: Answers | None = None
    """The sheet before one answer got worse, for monotonicity claims."""
    before_urgency: Urgency | None = None
    changed: Variable | None = None
    """The answer that differs between the two sheets."""
    given: tuple[str, ...] = ()
    """Advice and verdicts that must not be given."""
    undecided: str = ""
    """What is still undecided although no question is open."""


def confirmed(symbolic: SymbolicProgram, claim: Claim, assignment: Assignment) -> Counterexample:
    """Return the counterexample of an assignment that an engine found.

    Raises:
        SpuriousCounterexample: If the interpreter disagrees.
    """
    counterexample = _BY_KIND[claim.kind](_Candidate(symbolic, claim, assignment))
    if counterexample is None:
        raise SpuriousCounterexample(f"the interpreter does not agree on {' '.join(claim.key)}")
    return counterexample


class _Candidate:
    """A model of a claim's query, with a method that evaluates each kind of claim on it."""

    def __init__(self, symbolic: SymbolicProgram, claim: Claim, assignment: Assignment) -> None:
        self.symbolic = symbolic
        self.program = symbolic.program
        self.claim = claim
        self.assignment = assignment
        self.sheet = symbolic.domain.sheet(assignment)
        self.evaluation = Evaluation(self.program, self.sheet)
        self.urgency = counted_range(self.evaluation)[0]

    def gap(self) -> Counterexample | None:
        truths = ((rule, self.evaluation.interval(rule.when)[0]) for rule in self.program.rules)
        is_sent = any(urgency_from(rule, truth) is not None for rule, truth in truths)
        return None if is_sent else Counterexample(sheet=self.sheet, urgency=self.urgency)

    def unsafe(self) -> Counterexample | None:
        floor = self.floor()
        truth = self.evaluation.interval(floor.when)[0]
        at_least = floor.at_least if truth == T else None
        return self.below(at_least) or self.below(floor.if_unsure if truth != F else None)

    def hidden(self) -> Counterexample | None:
        floor, evaluation = self.floor(), Evaluation(unguarded(self.program), self.sheet)
        impossible = self.program.protocol.impossible
        if any(evaluation.interval(fact.when)[0] == T for fact in impossible):
            return None
        truth = evaluation.interval(floor.when)[0]
        return self.below({T: floor.at_least, U: floor.if_unsure}.get(truth))

    def floor(self) -> SafetyFloor:
        floors = self.program.protocol.floors
        return next(floor for floor in floors if floor.id == self.claim.subject)

    def below(self, required: Urgency | None) -> Counterexample | None:
        if required is None or self.urgency >= required:
            return None
        return Counterexample(sheet=self.sheet, urgency=self.urgency, required=required)

    def lowered(self) -> Counterexample | None:
        directed = directed_variables(self.symbolic)
        variable, risk = next(v for v in directed if risk_subject(*v) == self.claim.subject)
        sheet, index = self.symbolic.domain.sheet, variable.index
        for step in risk_steps(variable, risk, self.claim.kind):
            before, after = (sheet({**self.assignment, index: value}) for value in step)
            high, low = urgency_of(self.program, before), urgency_of(self.program, after)
            lost = [urgency for urgency in risk.covered if low < urgency <= high]
            if lost and self._is_meant(risk, before, after):
                return Counterexample(sheet=after, urgency=low, required=lost[0], before=before,
                                      before_urgency=high, changed=variable)  # fmt: skip
        return None

    def _is_meant(self, risk: Risk, *people: Answers) -> bool:
        """Return whether a direction speaks of all of some people."""
        when = risk.when or Always()
        return all(Evaluation(self.program, each).interval(when)[0] == T for each in people)

    def conflict(self) -> Counterexample | None:
        conflicts = self.program.protocol.conflicts
        return self.given(*next(c.advice for c in conflicts if c.id == self.claim.subject))

    def contraindicated(self) -> Counterexample | None:
        id_, _, advice = self.claim.subject.partition(": ")
        never = next(never for never in self.program.protocol.never_with if never.id == id_)
        is_harmed = self.evaluation.interval(never.when)[1] != F
        return self.given(advice) if is_harmed else None

    def given(self, *ids: str) -> Counterexample | None:
        if not given_to(self.program, self.sheet).issuperset(ids):
            return None
        return Counterexample(sheet=self.sheet, urgency=self.urgency, given=ids)

    def unlisted(self) -> Counterexample | None:
        entries = self.partial().come_back
        return self.on_page(any(e.rule.id == self.claim.subject and not e.line for e in entries))

    def crowded(self) -> Counterexample | None:
        limits = self.program.protocol.net_limits
        limit = next(limit for limit in limits if limit.urgency.id == self.claim.subject)
        groups = (line.group for line in self.partial().net)
        general = [g for g in groups if g.urgency is limit.urgency and g.personal_when is None]
        return self.on_page(len(general) > limit.groups)

    def repeated(self) -> Counterexample | None:
        id_, _, group = self.claim.subject.partition(".")
        rule = next(rule for rule in self.program.rules if rule.id == id_)
        sign = next(sign for sign in rule.signs if sign.group == group)
        page, named = self.partial(), named_by(self.program.protocol, rule, sign)
        is_shown = any(line.group.id == group for line in page.net)
        is_true = Evaluation(self.program, self.partial_sheet()).interval(named)[0] == T
        return self.on_page(is_shown and is_true)

    def partial_sheet(self) -> Answers:
        absent = unanswered(self.symbolic, self.assignment)
        return asked(self.program, self.symbolic.domain.sheet(self.assignment, absent=absent))

    def partial(self) -> Assessment:
        return assess(self.program, self.partial_sheet())

    def on_page(self, is_so: bool) -> Counterexample | None:  # noqa: FBT001
        page = self.partial()
        return Counterexample(sheet=self.partial_sheet(), urgency=page.urgency) if is_so else None

    def unsound_stop(self) -> Counterexample | None:
        subject, sheet = self.claim.subject, self.partial_sheet()
        evaluation = Evaluation(self.program, sheet)
        score = dict(reported_scores(self.symbolic)).get(subject)
        if score is not None:
            is_unsound = is_undecided_total(evaluation, score)
        else:
            condition = dict(awaited_conditions(self.symbolic))[subject]
            lo, hi = evaluation.interval(condition)
            is_stuck = lo != hi and not open_questions_in(evaluation, condition)
            is_unsound = is_stuck or not lo <= self.evaluation.interval(condition)[0] <= hi
        if not is_unsound:
            return None
        certain = counted_range(evaluation)[0]
        return Counterexample(sheet=sheet, urgency=certain, undecided=subject)


_BY_KIND: Final[Mapping[str, Callable[[_Candidate], Counterexample | None]]] = {
    "gap": _Candidate.gap,
    "unsafe": _Candidate.unsafe,
    "hidden": _Candidate.hidden,
    "lowered": _Candidate.lowered,
    "unsure": _Candidate.lowered,
    "unsound-stop": _Candidate.unsound_stop,
    "conflict": _Candidate.conflict,
    "contraindicated": _Candidate.contraindicated,
    "unlisted": _Candidate.unlisted,
    "crowded": _Candidate.crowded,
    "repeated": _Candidate.repeated,
}


def urgency_of(program: Program, sheet: Answers) -> Urgency:
    """Return the urgency of a complete sheet."""
    return counted_range(Evaluation(program, sheet))[0]


def unguarded(program: Program) -> Program:
    """Return the program as if every question were asked."""
    questions = tuple(replace(q, ask_when=Always()) for q in program.protocol.questions)
    return build_program(replace(program.protocol, questions=questions), program.digest)


def given_to(program: Program, sheet: Answers) -> frozenset[str]:
    """Return the advice given and the verdicts reached, as guarantees name them."""
    assessment = assess(program, asked(program, sheet))
    verdicts = [f"{f.module.id}.{f.verdict.id}" for f in assessment.module_results if f.verdict]
    return frozenset([*(advice.id for advice in assessment.advice), *verdicts])


def unanswered(symbolic: SymbolicProgram, assignment: Assignment) -> tuple[str, ...]:
    """Return the questions without an answer in an assignment."""
    presence = symbolic.domain.presence.items()
    return tuple(q for q, v in presence if v.values[assignment.get(v.index, 0)] == ABSENT)


def is_undecided_total(evaluation: Evaluation, score: str) -> bool:
    """Return whether a total can still change although no question in it is open."""
    surely, maybe, hi_surely, hi_maybe = evaluation.score(score)
    is_decided = (surely, maybe) == (hi_surely, hi_maybe)
    return not is_decided and not open_questions_in(evaluation, Scores(score, 1))
