"""The claims d on clauses: each changes what its rule or fact gives."""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.program.program import Program
from backtriage.protocol.condition_text import condition_text, units_of
from backtriage.prove.claims.claim import Claim, Conjunction
from backtriage.prove.claims.safety import late
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.condition import MANY, All, Always, Any, AtLeast, Condition, Not


def clauses(model: SymbolicProgram) -> Iterator[Claim]:
    """One claim for each clause of each rule and fact."""
    for subject, whole, without in clause_names(model.program):
        yield Claim(
            kind="vacuous-clause", subject=subject, someone=True,
            disjuncts=late(_changes, model, whole, without),
            sentence=f"Without this clause something else would follow: {subject}",
        )  # fmt: skip


def clause_names(program: Program) -> Iterator[tuple[str, Condition, Condition]]:
    """Each clause by name, with the condition it stands in, and that without the clause."""
    units = units_of(program.protocol)
    owners = [(f"rule '{rule.id}'", rule.when) for rule in program.rules]
    owners += [(f"fact '{fact.id}'", fact.when) for fact in program.protocol.facts]
    for owner, whole in owners:
        for at, (clause, without) in enumerate(without_each(whole), 1):
            yield f"{owner}, clause {at}: {condition_text(clause, units)}", whole, without


def _changes(
    model: SymbolicProgram, whole: Condition, without: Condition
) -> Iterator[Conjunction]:
    one, other = model.complete.encode(whole).lo, model.complete.encode(without).lo
    for before, after in ((one.surely, other.surely), (one.maybe, other.maybe)):
        yield before, -after
        yield after, -before


def without_each(condition: Condition) -> Iterator[tuple[Condition, Condition]]:
    """Each clause of a condition, and the condition as if the clause were not there."""
    if isinstance(condition, Not):
        for clause, left in without_each(condition.of):
            yield clause, Not(left)
    elif isinstance(condition, MANY):
        for at, part in enumerate(condition.of):
            for neutral in _neutral(condition):
                yield part, _with(condition, at, neutral)
            for clause, left in without_each(part):
                yield clause, _with(condition, at, left)


def _neutral(condition: All | Any | AtLeast) -> tuple[Condition, ...]:
    if isinstance(condition, AtLeast):
        return (Always(), Not(Always()))
    return (Always(),) if isinstance(condition, All) else (Not(Always()),)


def _with(condition: All | Any | AtLeast, at: int, part: Condition) -> Condition:
    changed = (*condition.of[:at], part, *condition.of[at + 1 :])
    if isinstance(condition, AtLeast):
        return AtLeast(condition.least, changed)
    return type(condition)(changed)
