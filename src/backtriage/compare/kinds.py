"""Comparing two major versions, whose questions differ, by kinds of people.

A kind is everybody whom one rule concerns, for certain or in doubt. Whoever gets a lower urgency
than before is of a kind of the old version, by the rule that decided, and whoever gets a higher
one is of a kind of the new version. So it is enough to ask of each kind what the other version
gives its people at the least.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from backtriage.compare.answer_links import AnswerLinks, joined_numbers
from backtriage.compare.comparison import newly_cleared
from backtriage.compare.edits import Edit, edits
from backtriage.compare.example import NEW, OLD, Example
from backtriage.compare.paired_domain import PairedDomain
from backtriage.decide.assessment import assess
from backtriage.decide.evaluate import asked
from backtriage.decide.kernel import T, U
from backtriage.exchange.migration_table import Migration
from backtriage.program.program import Program
from backtriage.protocol.protocol import Rule
from backtriage.prove.circuit import TRUE, Circuit, Formula
from backtriage.prove.counterexample import SpuriousCounterexample
from backtriage.prove.domain import Assignment
from backtriage.prove.engines.baseline import Baseline
from backtriage.prove.engines.budget import (
    SECONDS,
    Budget,
    Exhausted,
    depth_limited,
    raised_recursion_limit,
)
from backtriage.prove.engines.mdd_engine import MddEngine
from backtriage.prove.engines.variable_order import force, interactions
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.urgency import Urgency

_SHARE = 0.25
"""The part of the time that one kind may take, so that none takes that of all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Everybody whom one rule concerns, for certain or in doubt."""

    version: int
    """The version that has the rule, as an index of a pair."""
    rule: Rule
    urgency: Urgency
    """What the rule gives them."""
    in_doubt: bool = False


class MoveCause(StrEnum):
    """Why the other version gives some people less, as far as their answers go."""

    RULES = "rules"
    """They give the same answers."""
    NOT_ASKED = "not_asked"
    """They would give the same answers, but the new version does not ask for one."""
    WORDS = "words"
    """They answer otherwise, as the new questions ask for something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Some of a kind get another urgency from the other version, and none gets less."""

    kind: Kind
    least: Urgency
    """What the other version gives to all of the kind for this reason at the least: proved."""
    cause: MoveCause
    """Why. For the reasons before this one, the least is higher."""
    example: Example
    """Somebody who gets no more."""
    unasked: tuple[str, ...] = ()
    """The new questions that this person is not asked, and would say yes to."""
    withdrawn: tuple[str, ...] = ()
    """Why this person no longer says yes, in words, as far as that is so."""

    @property
    def before(self) -> Urgency:
        """The urgency in the old version."""
        return self.kind.urgency if self.kind.version == OLD else self.least

    @property
    def after(self) -> Urgency:
        """The urgency in the new version."""
        return self.least if self.kind.version == OLD else self.kind.urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class KindComparison:
    """The result of comparing two major versions."""

    domain: PairedDomain
    baseline: Assignment
    moves: tuple[Move, ...]
    """The most urgent first, and of these who falls lowest."""
    unmoved: tuple[Kind, ...]
    """Of whom it is proved that nobody is lowered, or raised."""
    undecided: tuple[tuple[Kind, str], ...]
    """Each with what ran out."""
    edits: tuple[Edit, ...]

    @property
    def old(self) -> Program:
        """The old version."""
        return self.domain.domains[OLD].program

    @property
    def new(self) -> Program:
        """The new version."""
        return self.domain.domains[NEW].program

    @property
    def clears(self) -> tuple[str, ...]:
        """The doubts that a "no" clears now; see `newly_cleared`."""
        return newly_cleared(self.old, self.new)

    @property
    def lowered(self) -> tuple[Move, ...]:
        """Who gets a lower urgency than before."""
        return tuple(move for move in self.moves if move.kind.version == OLD)

    @property
    def raised(self) -> tuple[Move, ...]:
        """Who gets a higher urgency than before."""
        return tuple(move for move in self.moves if move.kind.version == NEW)


def is_compared_by_kind(old: Program, new: Program) -> bool:
    """Return whether the new version is a later major version of the same protocol."""
    (name, before), (other, after) = (p.edition.split("/") for p in (old, new))
    return name == other and int(before) < int(after)


def compare_kinds(
    old: Program,
    new: Program,
    table: Sequence[Migration] = (),
    *,
    seconds: float = SECONDS,
    on_progress: Callable[[int, int], None] = lambda *_: None,
) -> KindComparison:
    """Find the kinds of people to whom two major versions give different urgencies.

    Args:
        old: The old version.
        new: The new version.
        table: What answers to old questions say about new ones.
        seconds: The budget; what is not compared when it runs out is undecided.
        on_progress: Called with how many kinds are done, and of how many.

    Raises:
        Exhausted: The conditions are nested too deep even for the interpreter.
    """
    domain = PairedDomain(old, new, joined_numbers(old, new, table))
    kinds = *_kinds(old, OLD), *_kinds(new, NEW)
    moves: list[Move] = []
    unmoved: list[Kind] = []
    undecided: list[tuple[Kind, str]] = []
    with depth_limited(), raised_recursion_limit(len(domain.variables)):
        budget = Budget(seconds)
        pairs = _Pairs(domain, table, budget)
        for done, kind in enumerate(kinds, 1):
            try:
                with depth_limited():
                    found = tuple(pairs.moves(kind, budget.share(_SHARE)))
                moves += found
                unmoved += () if found else (kind,)
            except Exhausted as end:
                undecided.append((kind, str(end)))
            on_progress(done, len(kinds))
    return KindComparison(
        domain=domain, baseline=pairs.baseline.values, unmoved=tuple(unmoved),
        moves=tuple(sorted(moves, key=lambda move: (-move.kind.urgency, move.least))),
        undecided=tuple(undecided), edits=edits(old.protocol, new.protocol),
    )  # fmt: skip


def _kinds(program: Program, version: int) -> Iterator[Kind]:
    """Yield every kind that may be lowered or raised, the most urgent first."""
    for rule in sorted(program.rules, key=lambda rule: -rule.urgency):
        for urgency, in_doubt in ((rule.urgency, False), (rule.if_unsure, True)):
            if urgency:
                yield Kind(version=version, rule=rule, urgency=urgency, in_doubt=in_doubt)


class _Pairs:
    """The pairs of sheets that one person may give to two versions."""

    def __init__(self, domain: PairedDomain, table: Sequence[Migration], budget: Budget) -> None:
        self.domain = domain
        self.circuit = Circuit(domain.variables)
        self.versions = tuple(SymbolicProgram(d.program, d, self.circuit) for d in domain.domains)
        self.links = AnswerLinks(domain, self.versions[NEW], table)
        self.baseline = Baseline(domain.variables, domain.domains, budget)
        groups = [group for version in self.versions for group in interactions(version, budget)]
        start = range(len(domain.variables))
        self._order = force(start, [*groups, *self.links.groups], budget)
        with suppress(Exhausted):  # then nothing is compared either
            normal = self._engine(budget).min_cost_model([TRUE, *self.links.alike])
            self.baseline.values |= normal or {}

    def _engine(self, budget: Budget) -> MddEngine:
        """Return an engine with empty tables, as one kind says little about another."""
        return MddEngine(self.circuit, self._order, self.baseline.costs(), budget)

    def moves(self, kind: Kind, budget: Budget) -> Iterator[Move]:
        """Yield what the other version gives a kind, if that is less. Raises `Exhausted`."""
        engine, least = self._engine(budget), kind.urgency
        if self._least(engine, kind, self.links.known) is None:
            return
        for cause, links in (
            (MoveCause.RULES, self.links.heard), (MoveCause.NOT_ASKED, self.links.alike),
            (MoveCause.WORDS, self.links.known),
        ):  # fmt: skip
            found = self._least(engine, kind, links)
            if found is not None and self._urgency(kind, found) < least:
                move = self._move(kind, found, cause)
                least = move.least
                yield move

    def _least(
        self, engine: MddEngine, kind: Kind, links: Sequence[Formula]
    ) -> Assignment | None:  # fmt: skip
        """Return a person of a kind who gets least, if that is less than the kind's urgency."""
        other = self.versions[1 - kind.version].complete
        found, least = None, kind.urgency
        while least > Urgency.SELF_CARE:
            below = other.at_most(Urgency(least - 1))
            model = engine.min_cost_model([self._members(kind), *links, below])
            if model is None:
                break
            found, urgency = model, self._urgency(kind, model)
            if urgency >= least:
                raise SpuriousCounterexample(f"the interpreter does not agree on {kind.rule.id}")
            least = urgency
        return found

    def _members(self, kind: Kind) -> Formula:
        """Encode that the rule of a kind concerns a person."""
        rails = self.versions[kind.version].complete.encode(kind.rule.when).lo
        if not kind.in_doubt:
            return rails.surely
        return self.circuit.conjoin(rails.maybe, -rails.surely)

    def _urgency(self, kind: Kind, assignment: Assignment) -> Urgency:
        """Return what the other version gives somebody."""
        return self._example(assignment).assessments[1 - kind.version].urgency

    def _example(self, assignment: Assignment) -> Example:
        old, new = (asked(d.program, d.sheet(assignment)) for d in self.domain.domains)
        before, after = (d.program for d in self.domain.domains)
        assessments = assess(before, old), assess(after, new)
        return Example(assignment=assignment, sheets=(old, new), assessments=assessments)

    def _move(self, kind: Kind, assignment: Assignment, cause: MoveCause) -> Move:
        """Return a move, with its example confirmed. Raises `SpuriousCounterexample`."""
        example = self._example(assignment)
        truth = example.evaluation(kind.version).interval(kind.rule.when)[0]
        if truth != (U if kind.in_doubt else T):
            raise SpuriousCounterexample(f"the interpreter does not agree on {kind.rule.id}")
        return Move(
            kind=kind, least=example.assessments[1 - kind.version].urgency, cause=cause,
            example=example, withdrawn=self.links.withdrawn(assignment),
            unasked=self.links.unasked(assignment),
        )  # fmt: skip
