"""Where two programs over one domain differ: formulas, each of which a sheet would have to meet.

First on sheets with every answer. Then on those with some missing: what is certain and what is
possible must be the same as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from backtriage.program.program import Program
from backtriage.protocol.protocol import Advice, Module
from backtriage.prove.circuit import FALSE, Formula
from backtriage.prove.claims.claim import Conjunction
from backtriage.prove.dual_rail import EncodedInterval
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.condition import Condition, Scores
from backtriage.terms.urgency import Urgency

Pair: TypeAlias = tuple[Formula, Formula]
"""The same thing in the one program and in the other."""


@dataclass(frozen=True, slots=True)
class View:
    """One program, over complete sheets or over all."""

    model: SymbolicProgram
    partial: bool

    @property
    def program(self) -> Program:
        """The program."""
        return self.model.program

    def encode(self, condition: Condition) -> EncodedInterval:
        """The rails of a condition."""
        reader = self.model.partial if self.partial else self.model.complete
        return reader.encode(condition)

    def reaching(self, urgency: Urgency) -> Iterator[dict[str, Formula]]:
        """What each rule reaches at the lo end; and at the hi end, where the two can differ."""
        lo, hi = {}, {}
        for rule in self.program.rules:
            if rule.urgency >= urgency:
                rails = self.encode(rule.when)
                doubt = rule.if_unsure is not None and rule.if_unsure >= urgency
                lo[rule.id] = rails.lo.maybe if doubt else rails.lo.surely
                hi[rule.id] = rails.hi.maybe if doubt else rails.hi.surely
        yield hi
        if self.partial:
            yield lo

    def shown(self, most: Urgency) -> Iterator[Formula]:
        """The urgency acted on is at most so high."""
        if most < Urgency.EMERGENCY:
            hi = next(self.reaching(Urgency(most + 1)))
            yield from (-formula for formula in hi.values())


def urgencies(one: View, other: View) -> Iterator[Conjunction]:
    """How the urgency can differ, at either end; one way for each rule that reaches another."""
    for urgency in reversed(list(Urgency)[1:]):
        for before, after in zip(one.reaching(urgency), other.reaching(urgency), strict=True):
            yield from _more(before, after)
            yield from _more(after, before)


def _more(one: dict[str, Formula], other: dict[str, Formula]) -> Iterator[Conjunction]:
    """The one reaches an urgency that the other does not."""
    there = frozenset(other.values())
    below = [-formula for formula in there]
    new = dict.fromkeys(formula for formula in one.values() if formula not in there)
    yield from ((formula, *below) for formula in new)


# -- the page ---------------------------------------------------------------------------------


def pages(one: View, other: View) -> Iterator[Conjunction]:
    """How else the page can differ of people whose urgency is the same: `urgencies` had none."""
    surely, maybe = _scope(one)
    for before, after in zip((surely, maybe), _scope(other), strict=True):
        yield from _apart(before, after)
    for advice, changed in zip(one.program.advice, other.program.advice, strict=True):
        given, held = zip(_advice(one, advice), _advice(other, changed), strict=True)
        for pair, scope in ((given, surely), (held, maybe)):
            for conjunction in _apart(*pair):
                yield *conjunction, scope, *one.shown(advice.show_up_to)
    for module, changed_ in zip(one.program.modules, other.program.modules, strict=True):
        for pair in zip(_found(one, module), _found(other, changed_), strict=True):
            for conjunction in _apart(*pair):
                yield *conjunction, maybe, *one.shown(module.show_up_to)
        yield from _counts(one, other, module)


def _apart(before: Formula, after: Formula) -> Iterator[Conjunction]:
    if before != after:
        yield before, -after
        yield after, -before


def _scope(view: View) -> Pair:
    """Nothing that is missing can take the person out of scope; and nothing has so far."""
    rails = [view.encode(r.when) for r in view.program.rules if r.out_of_scope]
    conjoin = view.model.circuit.conjoin
    return conjoin(*[-r.hi.maybe for r in rails]), conjoin(*[-r.lo.maybe for r in rails])


def _advice(view: View, advice: Advice) -> Pair:
    """The advice is given, and it is withheld, whatever the urgency."""
    wanted = view.encode(advice.when).lo.surely
    if advice.withhold_if is None:
        return wanted, FALSE
    against = view.encode(advice.withhold_if).hi.maybe
    return view.model.circuit.conjoin(wanted, -against), view.model.circuit.conjoin(
        wanted, against
    )


def _found(view: View, module: Module) -> Iterator[Formula]:
    """Each verdict is the first that may hold, whatever the urgency."""
    earlier: list[Formula] = []
    for verdict in module.verdicts:
        maybe = view.encode(verdict.when).hi.maybe
        yield view.model.circuit.conjoin(maybe, *earlier)
        earlier.append(-maybe)


def _counts(one: View, other: View, module: Module) -> Iterator[Conjunction]:
    """A score that a module reports has another total."""
    for score in module.counts:
        most = sum(points.points for points in one.program.scores[score].points)
        for least in range(1, most + 1):
            yield from _apart(
                one.encode(Scores(score, least)).lo.surely,
                other.encode(Scores(score, least)).lo.surely,
            )
