"""What the words of the safety net name: the findings that a line speaks of."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from backtriage.protocol.dependencies import FACTS, components, names_in
from backtriage.protocol.protocol import Protocol, Rule, Sign
from backtriage.terms.condition import (
    ATOMS,
    MANY,
    All,
    Always,
    Any,
    AtLeast,
    Condition,
    Fact,
    Not,
    Scores,
)


def named_by(protocol: Protocol, rule: Rule, sign: Sign) -> Condition:
    """Return the finding that the words of a sign name.

    A line does not say for whom it is meant. So it names what its reader may come to have: the
    condition of the rule, taking as given whatever cannot change.
    """
    if sign.names is not None:
        return sign.names
    unchanging = frozenset(q.id for q in protocol.questions if not q.can_change)
    facts = {fact.id: fact.when for fact in protocol.facts}

    def as_given(condition: Condition, *, negated: bool) -> Condition:
        if isinstance(condition, ATOMS):
            is_given = condition.question in unchanging
            return (Not(Always()) if negated else Always()) if is_given else condition
        if isinstance(condition, Fact):
            return as_given(facts[condition.fact], negated=negated)
        if isinstance(condition, Not):
            return Not(as_given(condition.of, negated=not negated))
        if isinstance(condition, MANY):
            parts = tuple(as_given(part, negated=negated) for part in condition.of)
            return replace(condition, of=parts)
        return condition

    return as_given(rule.when, negated=False)


class Findings:
    """How many findings together a condition of a protocol needs.

    What cannot change is taken as given. Of alternatives, the one that needs the most counts,
    unless one of them needs none.
    """

    def __init__(self, protocol: Protocol) -> None:
        """Count the findings of facts, each after those that it names; in a circle it is one."""
        self._unchanging = frozenset(q.id for q in protocol.questions if not q.can_change)
        self._facts: dict[tuple[str, bool], int] = {}
        facts: Mapping[str, Condition] = {fact.id: fact.when for fact in protocol.facts}
        for group in components(facts, lambda id_: _facts_in(facts[id_])):
            for id_ in group:
                most, least = (self.most(facts[id_], negated=negated) for negated in (False, True))
                self._facts |= {(id_, False): most, (id_, True): least}

    def most(self, condition: Condition, *, negated: bool = False) -> int:
        """Return how many findings a condition, or its negation, needs at most."""
        if isinstance(condition, ATOMS):
            return 0 if condition.question in self._unchanging else 1
        if isinstance(condition, Fact):
            return self._facts.get((condition.fact, negated), 1)
        if isinstance(condition, Scores):
            return 1
        if isinstance(condition, Not):
            return self.most(condition.of, negated=not negated)
        if isinstance(condition, MANY):
            each = sorted((self.most(p, negated=negated) for p in condition.of), reverse=True)
            needed = _needed(condition, negated=negated) - each.count(0)
            return sum(each[: max(0, needed)])
        return 0


def _needed(condition: All | Any | AtLeast, *, negated: bool) -> int:
    """Return how many parts must be true, or false under a negation."""
    count = len(condition.of)
    needed = count if isinstance(condition, All) else 1
    if isinstance(condition, AtLeast):
        needed = condition.least
    return count + 1 - needed if negated else needed


def _facts_in(condition: Condition) -> list[str]:
    return [id_ for section, id_ in names_in(condition) if section == FACTS]
