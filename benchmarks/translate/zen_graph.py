"""A ZEN decision graph (JDM), as it would be drawn in its editor.

The input goes to an expression node that works out the facts, then to a decision table with a
row for each rule, which collects every row that holds, then to an expression node for the
urgency. A rule with a "not sure" of its own has a second row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from backtriage.decide.kernel import T, Truth, U
from backtriage.terms.urgency import Urgency
from benchmarks.formula import Formulas, Not, RuleFormulas, all_of
from benchmarks.translate.zen import zen_expression

RESULT: Final = {
    "urgency": "max(map(fired, #.urgency))",
    "out_of_scope": "some(fired, #.out_of_scope)",
    "fired": "fired",
}
"""What the last node returns."""


def zen_graph(formulas: Formulas) -> str:
    """Return the graph as JSON. Its result has the keys of `RESULT`."""
    # An expression node names its own earlier entries with `$`.
    facts = {name: zen_expression(formula, names="$.") for name, formula in formulas.named.items()}
    rows = [row for rule in formulas.rules for row in _rows(rule)]
    nodes = [
        _node("sheet", "inputNode", {}),
        _node("facts", "expressionNode", {**_expressions(facts), "passThrough": True}),
        _node("rules", "decisionTableNode", _table(rows)),
        _node("urgency", "expressionNode", _expressions(RESULT)),
        _node("decision", "outputNode", {}),
    ]
    edges = [
        {"id": f"from {source['id']}", "type": "edge",
         "sourceId": source["id"], "targetId": target["id"]}
        for source, target in pairwise(nodes)
    ]  # fmt: skip
    return json.dumps({"nodes": nodes, "edges": edges})


def _node(name: str, kind: str, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": name, "name": name, "type": kind, "content": content, "position": {"x": 0, "y": 0},
    }  # fmt: skip


def _expressions(values: dict[str, str]) -> dict[str, Any]:
    return {
        "expressions": [{"id": key, "key": key, "value": value} for key, value in values.items()]
    }


def _table(rows: list[dict[str, str]]) -> dict[str, Any]:
    """Return a table with a whole expression as its one condition, because rules have `or`."""
    columns = ("rule", "urgency", "out_of_scope", "truth")
    return {
        "hitPolicy": "collect",
        "inputs": [{"id": "when", "name": "when"}],
        "outputs": [{"id": column, "name": column, "field": column} for column in columns],
        "rules": [{"_id": str(number), **row} for number, row in enumerate(rows)],
        "outputPath": "fired",
        "passThrough": False,
    }


def _rows(formulas: RuleFormulas) -> Iterator[dict[str, str]]:
    rule = formulas.rule
    yield _row(formulas, zen_expression(formulas.surely), rule.urgency, T)
    if formulas.maybe is not None and rule.if_unsure is not None:
        unsure = all_of((formulas.maybe, Not(formulas.surely)))
        yield _row(formulas, zen_expression(unsure), rule.if_unsure, U)


def _row(formulas: RuleFormulas, when: str, urgency: Urgency, truth: Truth) -> dict[str, str]:
    return {
        "when": when,
        "rule": json.dumps(formulas.rule.id),
        "urgency": str(int(urgency)),
        "out_of_scope": json.dumps(formulas.rule.out_of_scope),
        "truth": str(truth),
    }
