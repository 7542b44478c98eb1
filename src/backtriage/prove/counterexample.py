"""Counterexamples, confirmed by the interpreter before anybody sees them.

Engines only know formulas. A model becomes a sheet here, or two sheets that differ in one answer,
and the interpreter must agree that the claim is false of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from msgspec.structs import replace

from backtriage.decide.assessment import assess, urgency_range
from backtriage.decide.evaluate import Evaluation, F, T, U
from backtriage.decide.open_questions import open_questions_in
from backtriage.decide.reasons import urgency_from
from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import SafetyFloor
from backtriage.prove.claims.safety import directed_variables, risk_steps
from backtriage.prove.claims.stopping import awaited_conditions, reported_scores
from backtriage.prove.domain import ABSENT, Assignment, Variable
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.prove.proof import Proof
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always, Scores
from backtriage.terms.urgency import Urgency


class SpuriousCounterexample(Exception):  # noqa: N818 - a bug in the encoding, shown as one
    """The interpreter does not confirm a counterexample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterexample:
    """A confirmed counterexample: one person, or the same person before and after a change."""

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
    """What is still undecided though no question is open."""


def confirmed(symbolic: SymbolicProgram, proof: Proof) -> Counterexample | None:
    """Return the counterexample of a proof, or None if it has none.

    Raises:
        SpuriousCounterexample: If the interpreter disagrees.

    """
    if proof.assignment is None:
        return None
    confirm = _BY_KIND[proof.claim.kind]
    counterexample = confirm(symbolic, proof.claim.subject, proof.assignment)
    if counterexample is None:
        raise SpuriousCounterexample(
            f"the interpreter does not agree on {' '.join(proof.claim.key)}"
        )
    return counterexample


def urgency_of(program: Program, sheet: Answers) -> Urgency:
    """Return the urgency of a complete sheet."""
    return urgency_range(Evaluation(program, sheet))[0]


# -- urgency ------------------------------------------------------------------------------


def _gap(symbolic: SymbolicProgram, _: str, assignment: Assignment) -> Counterexample | None:
    program, sheet = symbolic.program, symbolic.domain.sheet(assignment)
    evaluation = Evaluation(program, sheet)
    if any(urgency_from(r, evaluation.interval(r.when)[0]) is not None for r in program.rules):
        return None
    return Counterexample(sheet=sheet, urgency=urgency_of(program, sheet))


def _unsafe(
    symbolic: SymbolicProgram, subject: str, assignment: Assignment
) -> Counterexample | None:
    evaluation = Evaluation(symbolic.program, symbolic.domain.sheet(assignment))
    floor = _floor(symbolic.program, subject)
    truth = evaluation.interval(floor.when)[0]
    required = [floor.at_least if truth == T else None, floor.if_unsure if truth != F else None]
    return _too_low(symbolic.program, evaluation.answers, required)


def _hidden(
    symbolic: SymbolicProgram, subject: str, assignment: Assignment
) -> Counterexample | None:
    evaluation = Evaluation(unguarded(symbolic.program), symbolic.domain.sheet(assignment))
    impossible = symbolic.program.protocol.impossible
    floor = _floor(symbolic.program, subject)
    if any(evaluation.interval(fact.when)[0] == T for fact in impossible):
        return None
    required = {T: floor.at_least, U: floor.if_unsure}.get(evaluation.interval(floor.when)[0])
    return _too_low(symbolic.program, evaluation.answers, [required])


def _floor(program: Program, subject: str) -> SafetyFloor:
    return next(floor for floor in program.protocol.floors if floor.id == subject)


def _too_low(
    program: Program, sheet: Answers, required: list[Urgency | None]
) -> Counterexample | None:
    """Return a counterexample with the first required urgency that is not reached."""
    urgency = urgency_of(program, sheet)
    for least in required:
        if least is not None and urgency < least:
            return Counterexample(sheet=sheet, urgency=urgency, required=least)
    return None


def unguarded(program: Program) -> Program:
    """Return the program as if every question were asked."""
    questions = tuple(replace(q, ask_when=Always()) for q in program.protocol.questions)
    return build_program(replace(program.protocol, questions=questions), program.digest)


def _lowered(
    kind: str, symbolic: SymbolicProgram, subject: str, assignment: Assignment
) -> Counterexample | None:
    variable, risk = next(v for v in directed_variables(symbolic) if v[0].name == subject)
    for values in risk_steps(variable, risk, kind):
        before, after = (
            symbolic.domain.sheet({**assignment, variable.index: value}) for value in values
        )
        high, low = (urgency_of(symbolic.program, sheet) for sheet in (before, after))
        if low < high:
            return Counterexample(sheet=after, urgency=low, required=high, before=before,
                                  before_urgency=high, changed=variable)  # fmt: skip
    return None


# -- advice -------------------------------------------------------------------------------


def given_to(program: Program, sheet: Answers) -> frozenset[str]:
    """Return the advice given and the verdicts reached, as guarantees name them."""
    assessment = assess(program, sheet)
    verdicts = [
        f"{finding.module.id}.{finding.verdict.id}"
        for finding in assessment.findings
        if finding.verdict
    ]
    return frozenset([*(advice.id for advice in assessment.advice), *verdicts])


def _conflict(
    symbolic: SymbolicProgram, subject: str, assignment: Assignment
) -> Counterexample | None:
    conflicts = symbolic.program.protocol.conflicts
    pair = next(conflict.advice for conflict in conflicts if conflict.id == subject)
    return _all_given(symbolic.program, symbolic.domain.sheet(assignment), pair)


def _contraindicated(
    symbolic: SymbolicProgram, subject: str, assignment: Assignment
) -> Counterexample | None:
    sheet = symbolic.domain.sheet(assignment)
    id_, _, advice = subject.partition(": ")
    never = next(n for n in symbolic.program.protocol.never_with if n.id == id_)
    if Evaluation(symbolic.program, sheet).interval(never.when)[1] == F:
        return None
    return _all_given(symbolic.program, sheet, (advice,))


def _all_given(program: Program, sheet: Answers, given: tuple[str, ...]) -> Counterexample | None:
    if not given_to(program, sheet).issuperset(given):
        return None
    return Counterexample(sheet=sheet, urgency=urgency_of(program, sheet), given=given)


# -- stopping -----------------------------------------------------------------------------


def unanswered(symbolic: SymbolicProgram, assignment: Assignment) -> tuple[str, ...]:
    """Return the questions without an answer in an assignment."""
    presence = symbolic.domain.presence.items()
    return tuple(q for q, v in presence if v.values[assignment.get(v.index, 0)] == ABSENT)


def _unsound_stop(
    symbolic: SymbolicProgram, subject: str, assignment: Assignment
) -> Counterexample | None:
    sheet = symbolic.domain.sheet(assignment, absent=unanswered(symbolic, assignment))
    evaluation = Evaluation(symbolic.program, sheet)
    score = dict(reported_scores(symbolic)).get(subject)
    if score is not None:
        is_unsound = is_undecided_total(evaluation, score)
    else:
        condition = dict(awaited_conditions(symbolic))[subject]
        completed = Evaluation(symbolic.program, symbolic.domain.sheet(assignment))
        exact = completed.interval(condition)[0]
        lo, hi = evaluation.interval(condition)
        is_stuck = lo != hi and not open_questions_in(evaluation, condition)
        is_unsound = is_stuck or not lo <= exact <= hi
    certain = urgency_range(evaluation)[0]
    return Counterexample(sheet=sheet, urgency=certain, undecided=subject) if is_unsound else None


def is_undecided_total(evaluation: Evaluation, score: str) -> bool:
    """Return whether a total can still change though no question in it is open."""
    surely, maybe, hi_surely, hi_maybe = evaluation.score(score)
    is_decided = (surely, maybe) == (hi_surely, hi_maybe)
    return not is_decided and not open_questions_in(evaluation, Scores(score, 1))


_BY_KIND: Final[
    Mapping[str, Callable[[SymbolicProgram, str, Assignment], Counterexample | None]]
] = {
    "gap": _gap,
    "unsafe": _unsafe,
    "hidden": _hidden,
    "lowered": partial(_lowered, "lowered"),
    "unsure": partial(_lowered, "unsure"),
    "unsound-stop": _unsound_stop,
    "conflict": _conflict,
    "contraindicated": _contraindicated,
}
