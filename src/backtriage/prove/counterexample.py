"""A case against a claim, run again in the interpreter before anybody sees it.

An engine only knows formulas. What it finds becomes a sheet here, or two sheets that differ in
one answer, and the interpreter must agree that the claim is not true of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from backtriage.decide.assessment import assess, urgency_range
from backtriage.decide.evaluate import Evaluation, F, T, U
from backtriage.decide.open_questions import open_questions_in
from backtriage.decide.reasons import urgency_from
from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import SafetyFloor
from backtriage.prove.claims.safety import directed, steps
from backtriage.prove.claims.stopping import awaited, counted
from backtriage.prove.domain import ABSENT, Assignment, Variable
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.prove.proof import Proof
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always, Scores
from backtriage.terms.urgency import Urgency


class SpuriousCounterexample(Exception):  # noqa: N818 - a fault of ours, shown as one
    """The interpreter does not agree with a case that an engine found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterexample:
    """One person of whom a claim is not true."""

    sheet: Answers
    urgency: Urgency
    """Where this person is sent."""
    needed: Urgency | None = None
    """Where the claim would have them sent, at least."""
    before: Answers | None = None
    """The same person before one answer got worse, for claims that compare."""
    before_urgency: Urgency | None = None
    changed: Variable | None = None
    """The answer that differs between the two."""
    given: tuple[str, ...] = ()
    """Advice and verdicts that this person should not get."""
    waits: str = ""
    """What is still undecided though nothing is open."""


def counterexample(model: SymbolicProgram, proof: Proof) -> Counterexample | None:
    """The case against a claim, confirmed. None when the claim has no case: nobody is like it.

    Raises `Refuted` when the interpreter disagrees.
    """
    if proof.case is None:
        return None
    found = _BY_KIND[proof.claim.kind](model, proof.claim.subject, proof.case)
    if found is None:
        raise SpuriousCounterexample(
            f"the interpreter does not agree on {' '.join(proof.claim.key)}"
        )
    return found


def urgency_of(program: Program, sheet: Answers) -> Urgency:
    """Where a complete sheet is sent."""
    return urgency_range(Evaluation(program, sheet))[0]


# -- by kind ------------------------------------------------------------------------------


def _gap(model: SymbolicProgram, _: str, case: Assignment) -> Counterexample | None:
    sheet = model.domain.sheet(case)
    evaluation = Evaluation(model.program, sheet)
    rules = model.program.rules
    if any(urgency_from(rule, evaluation.interval(rule.when)[0]) is not None for rule in rules):
        return None
    return Counterexample(sheet=sheet, urgency=urgency_of(model.program, sheet))


def _floor(model: SymbolicProgram, subject: str) -> SafetyFloor:
    return next(floor for floor in model.program.protocol.floors if floor.id == subject)


def _needed(floor: SafetyFloor, truth: int, urgency: Urgency) -> Urgency | None:
    """What a floor asks for and does not get."""
    wanted = floor.at_least if truth == T else floor.if_unsure if truth == U else None
    return wanted if wanted is not None and urgency < wanted else None


def _unsafe(model: SymbolicProgram, subject: str, case: Assignment) -> Counterexample | None:
    sheet, floor = model.domain.sheet(case), _floor(model, subject)
    urgency = urgency_of(model.program, sheet)
    truth = Evaluation(model.program, sheet).interval(floor.when)[0]
    needed = _needed(floor, truth, urgency)
    if truth == T and needed is None:
        needed = _needed(floor, U, urgency)
    return None if needed is None else Counterexample(sheet=sheet, urgency=urgency, needed=needed)


def unguarded(program: Program) -> Program:
    """The program as if every question were asked: what is true, not what was seen."""
    questions = tuple(replace(q, ask_when=Always()) for q in program.protocol.questions)
    return build_program(replace(program.protocol, questions=questions), program.digest)


def _hidden(model: SymbolicProgram, subject: str, case: Assignment) -> Counterexample | None:
    sheet, floor = model.domain.sheet(case), _floor(model, subject)
    urgency = urgency_of(model.program, sheet)
    evaluation = Evaluation(unguarded(model.program), sheet)
    impossible = model.program.protocol.impossible
    if any(evaluation.interval(fact.when)[0] == T for fact in impossible):
        return None
    needed = _needed(floor, evaluation.interval(floor.when)[0], urgency)
    return None if needed is None else Counterexample(sheet=sheet, urgency=urgency, needed=needed)


def _falls(kind: str) -> Callable[[SymbolicProgram, str, Assignment], Counterexample | None]:
    def found(model: SymbolicProgram, subject: str, case: Assignment) -> Counterexample | None:
        variable, risk = next(p for p in directed(model) if p[0].name == subject)
        for less, worse in steps(variable, risk, kind):
            before, after = (
                model.domain.sheet({**case, variable.index: at}) for at in (less, worse)
            )  # fmt: skip
            high, low = (urgency_of(model.program, sheet) for sheet in (before, after))
            if low < high:
                return Counterexample(sheet=after, urgency=low, needed=high, before=before,
                               before_urgency=high, changed=variable)  # fmt: skip
        return None

    return found


def given_to(program: Program, sheet: Answers) -> frozenset[str]:
    """Advice that is given and verdicts that are reached, as guarantees name them."""
    found = assess(program, sheet)
    verdicts = [
        f"{finding.module.id}.{finding.verdict.id}"
        for finding in found.findings
        if finding.verdict
    ]
    return frozenset([*(advice.id for advice in found.advice), *verdicts])


def _conflict(model: SymbolicProgram, subject: str, case: Assignment) -> Counterexample | None:
    sheet = model.domain.sheet(case)
    pair = next(c.advice for c in model.program.protocol.conflicts if c.id == subject)
    if not given_to(model.program, sheet) >= set(pair):
        return None
    return Counterexample(sheet=sheet, urgency=urgency_of(model.program, sheet), given=pair)


def _contraindicated(
    model: SymbolicProgram, subject: str, case: Assignment
) -> Counterexample | None:
    sheet = model.domain.sheet(case)
    id_, _, given = subject.partition(": ")
    never = next(n for n in model.program.protocol.never_with if n.id == id_)
    harmed = Evaluation(model.program, sheet).interval(never.when)[1] != F
    if not harmed or given not in given_to(model.program, sheet):
        return None
    return Counterexample(sheet=sheet, urgency=urgency_of(model.program, sheet), given=(given,))


def absent_in(model: SymbolicProgram, case: Assignment) -> tuple[str, ...]:
    """The questions without an answer in a case."""
    presence = model.domain.presence.items()
    return tuple(q for q, v in presence if v.values[case.get(v.index, 0)] == ABSENT)


def _unsound(model: SymbolicProgram, subject: str, case: Assignment) -> Counterexample | None:
    sheet = model.domain.sheet(case, absent=absent_in(model, case))
    evaluation = Evaluation(model.program, sheet)
    certain = urgency_range(evaluation)[0]
    score = dict(counted(model)).get(subject)
    if score is not None:
        stuck = is_uncounted(evaluation, score)
        return Counterexample(sheet=sheet, urgency=certain, waits=subject) if stuck else None
    condition = next(c for name, c in awaited(model) if name == subject)
    whole = Evaluation(model.program, model.domain.sheet(case)).interval(condition)[0]
    lo, hi = evaluation.interval(condition)
    stuck = lo != hi and not open_questions_in(evaluation, condition)
    if lo <= whole <= hi and not stuck:
        return None
    return Counterexample(sheet=sheet, urgency=certain, waits=subject)


def is_uncounted(evaluation: Evaluation, score: str) -> bool:
    """Whether a total can still change though nothing in it is open."""
    surely, maybe, hi_surely, hi_maybe = evaluation.score(score)
    settled = (surely, maybe) == (hi_surely, hi_maybe)
    return not settled and not open_questions_in(evaluation, Scores(score, 1))


_BY_KIND: Final[
    Mapping[str, Callable[[SymbolicProgram, str, Assignment], Counterexample | None]]
] = {
    "gap": _gap,
    "unsafe": _unsafe,
    "hidden": _hidden,
    "lowered": _falls("lowered"),
    "unsure": _falls("unsure"),
    "unsound-stop": _unsound,
    "conflict": _conflict,
    "contraindicated": _contraindicated,
}
