"""JSONLogic: one expression that gives the truth value of every rule."""

from __future__ import annotations

from typing import Any

from backtriage.decide.kernel import F, T, U
from benchmarks.formula import (
    And,
    AtLeast,
    Compare,
    Contains,
    Formula,
    Formulas,
    Not,
    OneOf,
    Or,
    RuleFormulas,
    inlined,
)


def jsonlogic(formulas: Formulas) -> list[Any]:
    """Return a list with an expression for each rule, which gives 0, 1 or 2."""
    return [_rule(rule, formulas) for rule in formulas.rules]


def _rule(rule: RuleFormulas, formulas: Formulas) -> Any:
    surely = _expression(inlined(rule.surely, formulas.named))
    if rule.maybe is None:
        return {"if": [surely, T, F]}
    maybe = _expression(inlined(rule.maybe, formulas.named))
    return {"if": [maybe, {"if": [surely, T, U]}, F]}


def _expression(formula: Formula) -> Any:  # noqa: PLR0911 - one case for each node
    match formula:
        case OneOf(question, (value,)):
            return {"===": [{"var": question}, value]}
        case OneOf(question, values):
            return {"in": [{"var": question}, list(values)]}
        case Contains(question, text):
            return {"in": [text, {"var": question}]}
        case Compare(question, sign, bound):
            return {sign: [{"var": question}, float(bound)]}
        case Not(of):
            return {"!": [_expression(of)]}
        case And(()):
            return True
        case And(parts):
            return {"and": [_expression(part) for part in parts]}
        case Or(parts):
            return {"or": [_expression(part) for part in parts]}
        case AtLeast(least, parts):
            counted = [{"if": [_expression(part), points, 0]} for points, part in parts]
            return {">=": [{"+": counted}, least]}
        case _:
            raise TypeError(f"{formula} is not inlined")
