"""Claims on clauses: each one changes the value of its rule or fact for somebody."""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.program.program import Program
from backtriage.protocol.condition_text import condition_text, units_of
from backtriage.prove.claims.claim import Claim, Conjunction, existential
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.condition import MANY, All, Always, Any, AtLeast, Condition, Not


def clause_claims(symbolic: SymbolicProgram) -> Iterator[Claim]:
    """Yield one claim vacuous-clause for each clause of each rule and fact."""
    for subject, whole, reduced in named_clauses(symbolic.program):
        sentence = f"Without this clause something else would follow: {subject}"
        yield existential("vacuous-clause", subject, sentence, _differ, symbolic, whole, reduced)


def named_clauses(program: Program) -> Iterator[tuple[str, Condition, Condition]]:
    """Yield the name of each clause, the condition around it, and that condition without it."""
    units = units_of(program.protocol)
    owners = [(f"rule '{rule.id}'", rule.when) for rule in program.rules]
    owners += [(f"fact '{fact.id}'", fact.when) for fact in program.protocol.facts]
    for owner, whole in owners:
        for number, (clause, reduced) in enumerate(_without_each(whole), 1):
            yield f"{owner}, clause {number}: {condition_text(clause, units)}", whole, reduced


def _differ(
    symbolic: SymbolicProgram, whole: Condition, reduced: Condition
) -> Iterator[Conjunction]:
    rails = (symbolic.complete.encode(condition).lo for condition in (whole, reduced))
    for before, after in zip(*rails, strict=True):
        yield before, -after
        yield after, -before


def _without_each(condition: Condition) -> Iterator[tuple[Condition, Condition]]:
    """Yield each clause of a condition, with the condition that is left without it."""
    if isinstance(condition, Not):
        for clause, rest in _without_each(condition.of):
            yield clause, Not(rest)
    elif isinstance(condition, MANY):
        for index, part in enumerate(condition.of):
            for neutral in _neutral(condition):
                yield part, _replaced(condition, index, neutral)
            for clause, rest in _without_each(part):
                yield clause, _replaced(condition, index, rest)


def _neutral(condition: All | Any | AtLeast) -> tuple[Condition, ...]:
    """Return the constants a clause can be replaced with: a count has no neutral element."""
    if isinstance(condition, AtLeast):
        return (Always(), Not(Always()))
    return (Always(),) if isinstance(condition, All) else (Not(Always()),)


def _replaced(condition: All | Any | AtLeast, index: int, part: Condition) -> Condition:
    parts = (*condition.of[:index], part, *condition.of[index + 1 :])
    if isinstance(condition, AtLeast):
        return AtLeast(condition.least, parts)
    return type(condition)(parts)
