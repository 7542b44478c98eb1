"""json-rules-engine: a list of rules as JSON, and the conditions that they share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from backtriage.decide.kernel import T, Truth, U
from backtriage.protocol.protocol import Rule
from backtriage.terms.urgency import Urgency
from benchmarks.formula import (
    And,
    AtLeast,
    Compare,
    Contains,
    Formula,
    Formulas,
    Named,
    Not,
    OneOf,
    Or,
    RuleFormulas,
)

OPERATORS: Final = {
    "<": "lessThan",
    "<=": "lessThanInclusive",
    ">": "greaterThan",
    ">=": "greaterThanInclusive",
}


def json_rules(formulas: Formulas) -> dict[str, Any]:
    """Return the rules, and the facts and guards as conditions with a name.

    Each event has the id of its rule, what it gives, and whether it is true (2) or not sure (1).
    """
    return {
        "conditions": {name: _whole(formula) for name, formula in formulas.named.items()},
        "rules": [rule for formulas_ in formulas.rules for rule in _rules(formulas_)],
    }


def _rules(formulas: RuleFormulas) -> Iterator[dict[str, Any]]:
    rule = formulas.rule
    yield _rule(rule, _whole(formulas.surely), T, rule.urgency)
    if formulas.maybe is not None and rule.if_unsure is not None:
        unsure = [_condition(formulas.maybe), {"not": _condition(formulas.surely)}]
        yield _rule(rule, {"all": unsure}, U, rule.if_unsure)


def _rule(
    rule: Rule, conditions: dict[str, Any], truth: Truth, urgency: Urgency
) -> dict[str, Any]:
    params = {
        "rule": rule.id, "truth": truth,
        "urgency": int(urgency), "out_of_scope": rule.out_of_scope,
    }  # fmt: skip
    return {"conditions": conditions, "event": {"type": "fired", "params": params}}


def _whole(formula: Formula) -> dict[str, Any]:
    """Return the conditions of a rule, which cannot be a single test."""
    conditions = _condition(formula)
    return {"all": [conditions]} if "fact" in conditions else conditions


def _condition(formula: Formula) -> dict[str, Any]:  # noqa: PLR0911 - one case for each node
    match formula:
        case OneOf(question, (value,)):
            return {"fact": question, "operator": "equal", "value": value}
        case OneOf(question, values):
            return {"fact": question, "operator": "in", "value": list(values)}
        case Contains(question, text):
            return {"fact": question, "operator": "contains", "value": text}
        case Compare(question, sign, bound):
            return {"fact": question, "operator": OPERATORS[sign], "value": float(bound)}
        case Named(name):
            return {"condition": name}
        case Not(of):
            return {"not": _condition(of)}
        case And(parts):
            return {"all": [_condition(part) for part in parts]}
        case Or(parts):
            return {"any": [_condition(part) for part in parts]}
        case AtLeast(least, parts):
            counted = [{"points": points, "any": _tests(part)} for points, part in parts]
            return {
                "fact": "points", "params": {"parts": counted},
                "operator": "greaterThanInclusive", "value": least,
            }  # fmt: skip


def _tests(formula: Formula) -> list[dict[str, Any]]:
    """Return the tests of which one must hold for a part of a sum to count."""
    tests = [_condition(part) for part in (formula.of if isinstance(formula, Or) else (formula,))]
    if any("fact" not in test for test in tests):
        raise NotImplementedError(f"part of a sum is more than an answer: {formula}")
    return tests
