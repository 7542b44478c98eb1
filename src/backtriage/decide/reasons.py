"""The rules that count or could come to count, and the answers that support them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from backtriage.decide.evaluate import Evaluation, Interval, urgency_from
from backtriage.decide.kernel import F, T, Truth, U, truth_of
from backtriage.decide.outcome import Reached, net_lines, safety_net
from backtriage.protocol.protocol import Rule, SignGroup
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
    """The urgency that the rule gives here: its own, or less for "not sure"."""
    certainty: str
    """`certain`, `not_sure` or `missing`."""
    because: Answers
    """The supporting answers: those that make the condition what it is."""


class ComeBack(Struct, frozen=True, kw_only=True):
    """A rule that could come to apply."""

    rule: Rule
    urgency: Urgency
    """The highest urgency it could give."""
    line: str = ""
    """The first line of the safety net that speaks of it, if there is any."""


class NetLine(Struct, frozen=True, kw_only=True):
    """A line of the safety net that is shown, and which of its rules could come to apply."""

    group: SignGroup
    rules: tuple[Rule, ...]


def reasons_of(
    evaluation: Evaluation, certain: Urgency, possible: Urgency,
    counting: Evaluation | None = None,
) -> tuple[Reason, ...]:  # fmt: skip
    """Return the reasons, highest urgency first, then in protocol order.

    If the possible urgency exceeds the certain one, undecided rules that could give it are
    reasons too. The rule for everybody is a reason only if there is no other. Where all answers
    are `counting`, because some contradict others, a rule gives the higher of both.
    """
    every = [
        _reason(each, rule, certain, possible)
        for each in (evaluation, counting)
        if each is not None
        for rule in each.program.rules
        if each.bits(rule.when) >> 3  # else it is surely false
    ]
    highest: dict[str, Reason] = {}
    for reason in every:
        if reason is not None:
            so_far = highest.setdefault(reason.rule.id, reason)
            if reason.urgency > so_far.urgency:
                highest[reason.rule.id] = reason
    reasons = [highest[rule.id] for rule in evaluation.program.rules if rule.id in highest]
    specific = [reason for reason in reasons if not isinstance(reason.rule.when, Always)]
    return tuple(sorted(specific or reasons, key=lambda reason: -reason.urgency))


def _reason(
    evaluation: Evaluation, rule: Rule, certain: Urgency, possible: Urgency
) -> Reason | None:
    counts = counts_as(rule, evaluation.interval(rule.when), certain, possible)
    if counts is None:
        return None
    urgency, certainty = counts
    because = supporting_answers(evaluation, rule.when, end=int(certainty == MISSING))
    return Reason(rule=rule, urgency=urgency, certainty=certainty, because=because)


def counts_as(
    rule: Rule, interval: Interval, certain: Urgency, possible: Urgency
) -> tuple[Urgency, str] | None:
    """Return the urgency that a rule gives somebody, and how certainly; None if it is no reason.

    Args:
        rule: The rule.
        interval: The interval of its condition.
        certain: The certain urgency of that person.
        possible: The possible one.
    """
    lowest, highest = (urgency_from(rule, truth) for truth in interval)
    if highest == possible > certain and lowest != highest:
        return possible, MISSING
    if lowest is None:
        return None
    return lowest, CERTAIN if interval[0] == T else NOT_SURE


def supporting_answers(evaluation: Evaluation, condition: Condition, *, end: int) -> Answers:
    """Return the given answers that make a condition what it is at one end of its interval.

    Args:
        evaluation: The answers.
        condition: The condition to explain.
        end: The end to explain: 0 for lo, 1 for hi.
    """
    support: dict[str, Value] = {}
    if not evaluation.answers:
        return Answers()
    for atom, negated in _support(evaluation, condition, end):
        value = evaluation.answers.value(atom.question)
        is_asked = value is not None and evaluation.guard(atom.question)[1] != F
        if value is not None and is_asked and evaluation.counts(atom, value, negated=negated):
            support[atom.question] = _merged(support.get(atom.question), atom, value)
    return Answers(support)


def _merged(previous: Value | None, atom: Atom, value: Value) -> Value:
    """Add one item to the supporting part of a list; other answers support as a whole."""
    if not isinstance(value, Ticks) or not isinstance(atom, Includes):
        return value
    so_far = previous if isinstance(previous, Ticks) else Ticks()
    item = frozenset({atom.item})
    return Ticks(so_far.yes | (value.yes & item), so_far.unsure | (value.unsure & item))


def _support(
    evaluation: Evaluation, condition: Condition, end: int, *, negated: bool = False
) -> Iterator[tuple[Atom, bool]]:
    """Yield the supporting atoms, and whether each is negated.

    Those of T are all parts of an `and` but only the true ones of an `or`.
    Under an odd number of `not`, the other end of each interval counts.
    """
    if isinstance(condition, ATOMS):
        yield condition, negated
    elif isinstance(condition, Not):
        yield from _support(evaluation, condition.of, 1 - end, negated=not negated)
    elif isinstance(condition, Fact):
        fact = evaluation.program.facts[condition.fact]
        yield from _support(evaluation, fact, end, negated=negated)
    elif isinstance(condition, Scores):
        yield from ((atom, negated) for atom in _scoring(evaluation, condition.score))
    elif isinstance(condition, MANY):
        truth = evaluation.interval(condition)[end]
        for part in condition.of:
            part_truth = evaluation.interval(part)[end]
            if _supports(condition, truth, part_truth, negated=negated):
                yield from _support(evaluation, part, end, negated=negated)


def _supports(
    whole: All | Any | AtLeast, truth: Truth, part_truth: Truth, *, negated: bool
) -> bool:
    """Return whether a part supports a whole, by their truth values."""
    if truth == U:
        return part_truth <= U if negated else part_truth >= U
    if isinstance(whole, AtLeast):
        return part_truth == truth
    needs_every_part = truth == (T if isinstance(whole, All) else F)
    return needs_every_part or part_truth == truth


def _scoring(evaluation: Evaluation, score: str) -> Iterator[Atom]:
    """Yield the answers that add points to a score, or may add some."""
    for part in evaluation.program.plan.parts(score):
        first = part[0][0]
        value = evaluation.answers.value(first.question)
        if value is None or not any(evaluation.points(part)):
            continue
        if isinstance(value, Ticks):
            atom = Includes(first.question, first.answer)
            if truth_of(atom, value) >= U:
                yield atom
        else:
            yield Yes(first.question)


def come_back_if(
    evaluation: Evaluation, reached: Reached
) -> tuple[tuple[ComeBack, ...], tuple[NetLine, ...]]:
    """Return the rules that could exceed what is possible now, highest first, and their lines."""
    later = evaluation.unchanging()
    highest: dict[str, tuple[Rule, Urgency]] = {}
    for rule, urgency, _ in safety_net(later, reached):
        highest.setdefault(rule.id, (rule, urgency))
    rules_of: dict[str, list[Rule]] = {}
    for rule, _ in highest.values():
        for sign in rule.signs:
            rules_of.setdefault(sign.group, []).append(rule)
    lines = tuple(
        NetLine(group=group, rules=tuple(rules_of[group.id]))
        for group, is_shown in net_lines(later, dict.fromkeys(highest, later.ones))
        if is_shown
    )
    line_of: dict[str, str] = {}
    for line in lines:
        for rule in line.rules:
            line_of.setdefault(rule.id, line.group.id)
    entries = (
        ComeBack(rule=rule, urgency=urgency, line=line_of.get(id_, ""))
        for id_, (rule, urgency) in highest.items()
    )
    return tuple(sorted(entries, key=lambda entry: -entry.urgency)), lines
