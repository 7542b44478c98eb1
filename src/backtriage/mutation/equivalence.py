"""Formulas that are satisfied exactly where two programs over one domain differ.

If none is satisfiable, over complete and partial sheets, the programs are equivalent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from msgspec.structs import replace

from backtriage.protocol.protocol import Advice
from backtriage.prove.circuit import FALSE, Formula
from backtriage.prove.claims.claim import Conjunction
from backtriage.prove.dual_rail import SheetKind
from backtriage.prove.outcomes import Outcomes, SymbolicProgram
from backtriage.terms.urgency import Urgency


def urgency_differences(left: Outcomes, right: Outcomes) -> Iterator[Conjunction]:
    """Yield each way in which the urgency can differ, for every rule that reaches another one."""
    ends = (True, False) if left.kind is SheetKind.PARTIAL else (True,)
    for urgency in reversed(list(Urgency)[1:]):
        for at_hi in ends:
            before, after = (o.reaching(urgency, at_hi=at_hi).values() for o in (left, right))
            yield from _reached_only_by(before, after)
            yield from _reached_only_by(after, before)


def _reached_only_by(one: Iterable[Formula], other: Iterable[Formula]) -> Iterator[Conjunction]:
    """Yield each way in which some formula of one program is true and none of the other's."""
    others = frozenset(other)
    none = [-formula for formula in others]
    yield from ((formula, *none) for formula in dict.fromkeys(one) if formula not in others)


def page_differences(left: Outcomes, right: Outcomes) -> Iterator[Conjunction]:
    """Yield each way in which the page can differ for people with the same urgency."""
    in_scope = left.in_scope()
    yield from _differences(in_scope, right.in_scope())
    for old, new in zip(left.program.advice, right.program.advice, strict=True):
        shown = left.at_most(old.show_up_to)
        for difference in _differences(_given_in_scope(left, old), _given_in_scope(right, new)):
            yield *difference, shown
        for difference in _differences(left.withheld(old), right.withheld(new)):
            yield *difference, in_scope, shown
    for module, other in zip(left.program.modules, right.program.modules, strict=True):
        shown = left.at_most(module.show_up_to)
        for index in range(len(module.verdicts)):
            verdicts = left.verdict(module, index), right.verdict(other, index)
            for difference in _differences(*verdicts):
                yield *difference, in_scope, shown
        for score in module.counts:
            totals = zip_longest(left.total(score), right.total(score), fillvalue=FALSE)
            for old_total, new_total in totals:
                yield from _differences(old_total, new_total)


def _given_in_scope(outcomes: Outcomes, advice: Advice) -> Formula:
    """Encode that advice is given: not to people who may turn out to be out of scope."""
    return outcomes.circuit.conjoin(outcomes.given(advice), outcomes.in_scope(at_hi=True))


def line_differences(left: SymbolicProgram, right: SymbolicProgram) -> Iterator[Conjunction]:
    """Yield each way in which the lines can differ, in programs with the same rules."""
    groups = (symbolic.program.protocol.safety_net for symbolic in (left, right))
    for old, new in zip(*groups, strict=True):
        for difference in _differences(left.concerns(old), right.concerns(new)):
            yield from (
                (*difference, *way) for way in left.shown(replace(old, personal_when=None))
            )


def _differences(left: Formula, right: Formula) -> Iterator[Conjunction]:
    if left != right:
        yield left, -right
        yield right, -left
