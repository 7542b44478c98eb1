"""Why: the rules that count, and the answers that carry them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from backtriage.decide.evaluate import Evaluation, F, T, Truth, U, points_by_variable, truth_of
from backtriage.protocol.protocol import Rule
from backtriage.terms.answers import Answers
from backtriage.terms.condition import (
    ATOMS,
    MANY,
    All,
    Always,
    Any,
    AtLeast,
    Atom,
    Condition,
    Fact,
    Includes,
    Not,
    Scores,
    Yes,
)
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Ticks, Value

CERTAIN: Final = "certain"
NOT_SURE: Final = "not_sure"
MISSING: Final = "missing"


class Reason(Struct, frozen=True, kw_only=True):
    """One rule that counts for this person."""

    rule: Rule
    urgency: Urgency
    """What the rule gives here: its own urgency, or less when it rests on "not sure"."""
    certainty: str
    """`certain`, `not_sure` or `missing`."""
    because: Answers
    """The answers of exactly the atoms that carry the rule's value."""


def urgency_from(rule: Rule, truth: Truth) -> Urgency | None:
    """What a rule gives for a truth value; None is nothing."""
    if truth == T:
        return rule.urgency
    return rule.if_unsure if truth == U else None


def reasons_of(evaluation: Evaluation, certain: Urgency, possible: Urgency) -> tuple[Reason, ...]:
    """Every reason, by falling urgency, then in protocol order.

    While something is missing, the open rules of the acted-on urgency are reasons too.
    The rule for everybody is a reason only when there is no other.
    """
    found: list[Reason] = []
    everybody: list[Reason] = []
    for rule in evaluation.program.rules:
        reason = _reason(evaluation, rule, certain, possible)
        if reason is not None:
            (everybody if isinstance(rule.when, Always) else found).append(reason)
    return tuple(sorted(found or everybody, key=lambda reason: -reason.urgency))


def _reason(
    evaluation: Evaluation, rule: Rule, certain: Urgency, possible: Urgency
) -> Reason | None:
    lo, hi = evaluation.interval(rule.when)
    least, most = urgency_from(rule, lo), urgency_from(rule, hi)
    if most == possible > certain and least != most:
        return Reason(rule=rule, urgency=possible, certainty=MISSING,
                      because=supporting_answers(evaluation, rule.when, hi, end=1))  # fmt: skip
    if least is None:
        return None
    certainty = CERTAIN if lo == T else NOT_SURE
    because = supporting_answers(evaluation, rule.when, lo, end=0)
    return Reason(rule=rule, urgency=least, certainty=certainty, because=because)


def supporting_answers(
    evaluation: Evaluation, condition: Condition, truth: Truth, *, end: int
) -> Answers:
    """The given answers that make a condition what it is at one end of its pair."""
    found: dict[str, Value] = {}
    for atom in _Carriers(evaluation, end).of(condition, truth, upright=True):
        value = evaluation.answers.value(atom.question)
        if value is None or evaluation.guard(atom.question)[1] == F:
            continue
        found[atom.question] = _merged(found.get(atom.question), atom, value)
    return Answers(found)


def _merged(before: Value | None, atom: Atom, value: Value) -> Value:
    """One more item of a list that carries; other answers carry whole."""
    if not isinstance(value, Ticks) or not isinstance(atom, Includes):
        return value
    so_far = before if isinstance(before, Ticks) else Ticks()
    item = frozenset({atom.item})
    return Ticks(so_far.yes | (value.yes & item), so_far.unsure | (value.unsure & item))


class _Carriers:
    """The atoms that carry a value: all of an `and` for T, the true parts of an `or`, ...

    Under a `not` the other way round, so that `none of (a, b)` is carried as `not a and not b`.
    """

    def __init__(self, evaluation: Evaluation, end: int) -> None:
        self.evaluation = evaluation
        self.end = end

    def of(self, condition: Condition, truth: Truth, *, upright: bool) -> Iterator[Atom]:
        """Walk down to the atoms. Not `upright` is under an odd number of `not`."""
        if isinstance(condition, ATOMS):
            yield condition
        elif isinstance(condition, Not):
            yield from self.of(condition.of, T - truth, upright=not upright)
        elif isinstance(condition, Fact):
            yield from self.of(
                self.evaluation.program.facts[condition.fact], truth, upright=upright
            )
        elif isinstance(condition, Scores):
            yield from _scoring(self.evaluation, condition.score)
        elif isinstance(condition, MANY):
            end = self.end if upright else 1 - self.end
            for part in condition.of:
                own = self.evaluation.interval(part)[end]
                if _counts(condition, truth, own, upright=upright):
                    yield from self.of(part, own, upright=upright)


def _counts(condition: All | Any | AtLeast, truth: Truth, own: Truth, *, upright: bool) -> bool:
    """Whether a part with value `own` carries a whole with value `truth`."""
    if truth == U:
        return own >= U if upright else own <= U
    if isinstance(condition, AtLeast):
        return own == truth
    needs_every = truth == (T if isinstance(condition, All) else F)
    return needs_every or own == truth


def _scoring(evaluation: Evaluation, score: str) -> Iterator[Atom]:
    """The answers that add points to a score, surely or maybe."""
    for part in points_by_variable(evaluation.program, score):
        value = evaluation.answers.value(part[0].question)
        if value is None or not any(evaluation.points(part)):
            continue
        if isinstance(value, Ticks):
            atom = Includes(part[0].question, part[0].answer)
            if truth_of(atom, value) >= U:
                yield atom
        else:
            yield Yes(part[0].question)
