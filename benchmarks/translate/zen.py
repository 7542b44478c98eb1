"""The ZEN expression language: one expression for the truth values of all rules."""

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
    Named,
    Not,
    OneOf,
    Or,
    RuleFormulas,
    inlined,
)


def zen(formulas: Formulas) -> str:
    """Return a list expression with an entry for each rule, which gives 0, 1 or 2."""
    return f"[{', '.join(_rule(rule, formulas) for rule in formulas.rules)}]"


def _rule(rule: RuleFormulas, formulas: Formulas) -> str:
    surely = zen_expression(inlined(rule.surely, formulas.named))
    if rule.maybe is None:
        return f"({surely}) ? {T} : {F}"
    maybe = zen_expression(inlined(rule.maybe, formulas.named))
    return f"({maybe}) ? (({surely}) ? {T} : {U}) : {F}"


def zen_expression(formula: Formula, names: str = "") -> str:  # noqa: C901, PLR0911 - one case for each node
    """Return one formula as an expression.

    Args:
        formula: The formula.
        names: What stands before the name of a fact or a guard.
    """
    match formula:
        case OneOf(question, (value,)):
            return f"{question} == {json.dumps(value)}"
        case OneOf(question, values):
            return f"{question} in {json.dumps(values)}"
        case Contains(question, text):
            return f"{json.dumps(text)} in {question}"
        case Compare(question, sign, bound):
            return f"{question} {sign} {number_text(bound)}"
        case Named(name):
            return f"{names}{name}"
        case Not(of):
            return f"not ({zen_expression(of, names)})"
        case And(()):
            return "true"
        case And(parts):
            return " and ".join(_operand(part, names) for part in parts)
        case Or(parts):
            return " or ".join(_operand(part, names) for part in parts)
        case AtLeast(least, parts):
            counted = (f"({zen_expression(part, names)} ? {n} : 0)" for n, part in parts)
            return f"{' + '.join(counted)} >= {least}"


def _operand(formula: Formula, names: str) -> str:
    text = zen_expression(formula, names)
    return f"({text})" if isinstance(formula, And | Or) else text
