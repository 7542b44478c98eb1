"""The rules as ordinary two-valued formulas, for engines that know only true and false.

A condition of the protocol is false, not sure or true. It becomes two formulas over the plain
JSON sheet: one that holds when the condition is surely true, and one that holds when it may be
true, because it is true or not sure (a dual-rail encoding). `not` swaps the two. The sheets have
no missing answers, so nothing else is needed.

Guards are part of the formulas: a question that is not asked has its `if_skipped` answer,
whatever the sheet says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final, TypeAlias

from backtriage.decide.kernel import T, truth_of
from backtriage.program.points import fewest_points
from backtriage.program.program import Program
from backtriage.protocol.protocol import Points, Question, Rule
from backtriage.terms import condition as ast
from backtriage.terms.value import NOT_SURE, ONE_OF, SOME_OF, YES_NO


@dataclass(frozen=True)
class OneOf:
    """The answer is one of these values."""

    question: str
    values: tuple[str | bool, ...]


@dataclass(frozen=True)
class Contains:
    """The list that answers the question contains this text."""

    question: str
    text: str


@dataclass(frozen=True)
class Compare:
    """A number compares with a bound."""

    question: str
    sign: str
    bound: Decimal


@dataclass(frozen=True)
class Named:
    """A fact or a guard, which `Formulas.named` defines."""

    name: str


@dataclass(frozen=True)
class Not:
    """Negation."""

    of: Formula


@dataclass(frozen=True)
class And:
    """Conjunction; true if it has no parts."""

    of: tuple[Formula, ...]


@dataclass(frozen=True)
class Or:
    """Disjunction of two or more parts."""

    of: tuple[Formula, ...]


@dataclass(frozen=True)
class AtLeast:
    """The points of the parts that hold add up to at least a number."""

    least: int
    of: tuple[tuple[int, Formula], ...]


Formula: TypeAlias = OneOf | Contains | Compare | Named | Not | And | Or | AtLeast

TRUE: Final = And(())


class Rail(Enum):
    """Which of the two formulas of a condition."""

    SURELY = ""
    MAYBE = "maybe_"

    @property
    def opposite(self) -> Rail:
        """The other rail."""
        return Rail.MAYBE if self is Rail.SURELY else Rail.SURELY


@dataclass(frozen=True)
class RuleFormulas:
    """One rule: it is true, or true or not sure."""

    rule: Rule
    surely: Formula
    maybe: Formula | None
    """None if it is the same as `surely`, or if the rule does nothing when not sure."""


@dataclass(frozen=True)
class Formulas:
    """All rules, with the facts and guards that they name."""

    rules: tuple[RuleFormulas, ...]
    named: Mapping[str, Formula]
    """In an order in which each uses only those before it."""


def formulas_of(program: Program, *, doubt: bool) -> Formulas:
    """Translate every rule of a program.

    Args:
        program: The rules.
        doubt: Whether answers may be "not sure". If not, one formula for each rule is enough.
    """
    translation = _Translation(program, doubt=doubt)
    rules = tuple(translation.rule(rule) for rule in program.rules)
    return Formulas(rules=rules, named=translation.named)


def inlined(formula: Formula, named: Mapping[str, Formula]) -> Formula:
    """Return a formula with every name replaced by what it stands for."""
    match formula:
        case Named(name):
            return inlined(named[name], named)
        case Not(of):
            return Not(inlined(of, named))
        case And(parts):
            return all_of(inlined(part, named) for part in parts)
        case Or(parts):
            return Or(tuple(inlined(part, named) for part in parts))
        case AtLeast(least, parts):
            return AtLeast(least, tuple((points, inlined(part, named)) for points, part in parts))
        case _:
            return formula


def all_of(parts: Iterable[Formula]) -> Formula:
    """Return a conjunction without nested ones and without `TRUE`."""
    flat: list[Formula] = []
    for part in parts:
        flat += part.of if isinstance(part, And) else [part]
    return flat[0] if len(flat) == 1 else And(tuple(flat))


class _Translation:
    def __init__(self, program: Program, *, doubt: bool) -> None:
        self.program = program
        self.doubt = doubt
        self.named: dict[str, Formula] = {}

    def rule(self, rule: Rule) -> RuleFormulas:
        surely = self.condition(rule.when, Rail.SURELY)
        maybe = self.condition(rule.when, Rail.MAYBE) if rule.if_unsure is not None else surely
        return RuleFormulas(rule=rule, surely=surely, maybe=None if maybe == surely else maybe)

    def condition(self, condition: ast.Condition, rail: Rail) -> Formula:  # noqa: PLR0911 - one for each node
        match condition:
            case ast.Always():
                return TRUE
            case ast.Fact(fact):
                return self.fact(fact, rail)
            case ast.Not(of):
                return Not(self.condition(of, rail.opposite))
            case ast.All(parts):
                return all_of(self.condition(part, rail) for part in parts)
            case ast.Any(parts):
                return Or(tuple(self.condition(part, rail) for part in parts))
            case ast.AtLeast(least, parts):
                return _at_least(least, [(1, self.condition(part, rail)) for part in parts])
            case ast.Scores(score, least):
                counted = scored(self.program, score)
                return _at_least(least, [(n, self.condition(part, rail)) for n, part in counted])
            case _:
                return self.atom(condition, rail)

    def fact(self, fact: str, rail: Rail) -> Named:
        prefix = rail.value if self.doubt else ""
        return self.name(f"{prefix}{fact}", self.program.facts[fact], rail)

    def name(self, name: str, condition: ast.Condition, rail: Rail) -> Named:
        if name not in self.named:
            # The condition comes first, because what it names must be defined before it.
            formula = self.condition(condition, rail)
            self.named[name] = formula
        return Named(name)

    def atom(self, atom: ast.Atom, rail: Rail) -> Formula:
        question = self.program.questions[atom.question]
        skipped = truth_of(atom, question.if_skipped) == T
        return self.if_asked(question, self.own(atom, question, rail), skipped=skipped)

    def if_asked(self, question: Question, own: Formula, *, skipped: bool) -> Formula:
        if isinstance(question.ask_when, ast.Always):
            return own
        # A question is asked unless its guard is certainly false.
        asked = self.name(f"asked_{question.id}", question.ask_when, Rail.MAYBE)
        return Or((Not(asked), own)) if skipped else all_of((asked, own))

    def own(self, atom: ast.Atom, question: Question, rail: Rail) -> Formula:
        """Return the formula of an atom whose question is asked."""
        doubtful = self.doubt and question.allows_not_sure
        accepts_doubt = doubtful and rail is Rail.MAYBE
        not_sure = OneOf(question.id, (NOT_SURE.value,))
        match atom:
            case ast.Includes(_, item):
                ticked = Contains(question.id, item)
                return Or((ticked, Contains(question.id, f"{item}?"))) if accepts_doubt else ticked
            case ast.Compare(_, sign, bound):
                compares = Compare(question.id, sign, bound)
                if accepts_doubt:
                    return Or((not_sure, compares))
                return all_of((Not(not_sure), compares)) if doubtful else compares
            case ast.Is(_, values):
                return OneOf(question.id, (*values, *(not_sure.values if accepts_doubt else ())))
            case ast.Yes():
                return OneOf(question.id, (True, *(not_sure.values if accepts_doubt else ())))


def scored(program: Program, score: str) -> list[tuple[int, ast.Condition]]:
    """Return the points of a score, each with the condition for adding them.

    The shipped rules give points for one answer to a question, or for one item of a list.
    """
    found = []
    for group, _ in program.plan.parts(score):
        question = program.questions[group[0].question]
        if len(group) > 1 or fewest_points(question, group):
            raise NotImplementedError(f"{question.id} adds several numbers of points to a score")
        found.append((group[0].points, _earns(question, group[0])))
    return found


def _earns(question: Question, points: Points) -> ast.Condition:
    """Return the condition that an answer earns points."""
    if question.kind == SOME_OF:
        return ast.Includes(question.id, points.answer)
    if question.kind == YES_NO:
        yes = ast.Yes(question.id)
        return yes if points.answer == "yes" else ast.Not(yes)
    if question.kind == ONE_OF:
        return ast.Is(question.id, (points.answer,))
    ends: list[ast.Condition] = []
    if points.least > question.least:
        ends.append(ast.Compare(question.id, ">=", Decimal(points.least)))
    if points.most < question.most:
        ends.append(ast.Compare(question.id, "<=", Decimal(points.most)))
    return ends[0] if len(ends) == 1 else ast.All(tuple(ends))


def _at_least(least: int, parts: list[tuple[int, Formula]]) -> Formula:
    """Return a threshold; a guard that all parts share is tested once."""
    inner = [(points, part.of) for points, part in parts if isinstance(part, And) and part.of]
    guards = {of[0] for _, of in inner}
    guard = guards.pop() if len(guards) == 1 else None
    if len(inner) < len(parts) or not isinstance(guard, Named):
        return AtLeast(least, tuple(parts))
    return all_of((guard, AtLeast(least, tuple((points, all_of(of[1:])) for points, of in inner))))
