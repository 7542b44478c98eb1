"""CEL, the Common Expression Language: one expression for the truth values of all rules."""

from __future__ import annotations

import json

from backtriage.decide.kernel import F, T, U
from backtriage.terms.value import number_text
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


def cel(formulas: Formulas) -> str:
    """Return a list expression with an entry for each rule, which gives 0, 1 or 2."""
    return f"[{', '.join(_rule(rule, formulas) for rule in formulas.rules)}]"


def _rule(rule: RuleFormulas, formulas: Formulas) -> str:
    surely = _expression(inlined(rule.surely, formulas.named))
    if rule.maybe is None:
        return f"({surely}) ? {T} : {F}"
    maybe = _expression(inlined(rule.maybe, formulas.named))
    return f"({maybe}) ? (({surely}) ? {T} : {U}) : {F}"


def _expression(formula: Formula) -> str:  # noqa: PLR0911 - one case for each node
    match formula:
        case OneOf(question, (value,)):
            return f"{question} == {json.dumps(value)}"
        case OneOf(question, values):
            return f"{question} in {json.dumps(values)}"
        case Contains(question, text):
            return f"{json.dumps(text)} in {question}"
        case Compare(question, sign, bound):
            return f"{question} {sign} {number_text(bound)}"
        case Not(of):
            return f"!({_expression(of)})"
        case And(()):
            return "true"
        case And(parts):
            return " && ".join(map(_operand, parts))
        case Or(parts):
            return " || ".join(map(_operand, parts))
        case AtLeast(least, parts):
            counted = (f"({_expression(part)} ? {points} : 0)" for points, part in parts)
            return f"{' + '.join(counted)} >= {least}"
        case _:
            raise TypeError(f"{formula} is not inlined")


def _operand(formula: Formula) -> str:
    text = _expression(formula)
    return f"({text})" if isinstance(formula, And | Or) else text
