"""Engines that run in this process, as far as they are installed.

Each is given the rules as its own users would write them, and plain values as sheets.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Any, Final, TypeAlias

from backtriage.decide.kernel import Truth
from backtriage.program.program import Program
from backtriage.terms.value import ONE_OF, SOME_OF
from benchmarks.contender import Contender, Decision, Outcomes
from benchmarks.formula import Formulas, formulas_of
from benchmarks.sheets import Person, Plain
from benchmarks.translate.cel import cel
from benchmarks.translate.jsonlogic import jsonlogic
from benchmarks.translate.zen import zen
from benchmarks.translate.zen_graph import zen_graph

Truths: TypeAlias = Callable[[Mapping[str, Plain]], Sequence[Truth]]
"""Gives the truth value of every rule for a sheet."""


class OneExpression(Contender):
    """All rules in one expression, whose result is a list with the truth value of each."""

    def __init__(self, program: Program, *, doubt: bool) -> None:
        """Compile the expression."""
        self._truths = self.compiled(program, formulas_of(program, doubt=doubt))
        self._outcomes = Outcomes(program)

    @abstractmethod
    def compiled(self, program: Program, formulas: Formulas) -> Truths:
        """Return the expression, ready to be evaluated."""

    def decide_all(self, people: Sequence[Person]) -> list[Decision]:
        """Evaluate the expression for each sheet."""
        truths, decide = self._truths, self._outcomes.of_truths
        return [decide(truths(person.plain)) for person in people]


class Datalogic(OneExpression):
    """JSONLogic in Rust."""

    name = "datalogic"
    title = "datalogic (JSONLogic, Rust)"
    work = "One compiled expression gives the truth value of every rule."
    distribution = "datalogic-py"

    def compiled(self, program: Program, formulas: Formulas) -> Truths:  # noqa: ARG002 - it has no types
        """Return the expression, in a session that reuses its memory."""
        engine = import_module("datalogic_py").Engine()
        return partial(engine.session().evaluate, engine.compile(jsonlogic(formulas)))


class ZenExpression(OneExpression):
    """The expression language of ZEN."""

    name = "zen-expression"
    title = "ZEN (Rust), an expression"
    work = "One compiled expression gives the truth value of every rule."
    distribution = "zen-engine"

    def compiled(self, program: Program, formulas: Formulas) -> Truths:  # noqa: ARG002 - it has no types
        """Return the expression."""
        truths: Truths = import_module("zen").compile_expression(zen(formulas)).evaluate
        return truths


class CelInCpp(OneExpression):
    """CEL in C++."""

    name = "cel-cpp"
    title = "CEL (C++)"
    work = "One expression, compiled with types, gives the truth value of every rule."
    distribution = "cel-expr-python"

    def compiled(self, program: Program, formulas: Formulas) -> Truths:
        """Return the expression, with the type of each answer."""
        module = import_module("cel_expr_python.cel")
        text, unknown = module.Type.STRING, module.Type.DYN
        # A number or a yes may also be "not_sure", so it has no type of its own.
        types = {ONE_OF: text, SOME_OF: module.Type.List(text)}
        variables = {q.id: types.get(q.kind, unknown) for q in program.questions.values()}
        expression = module.NewEnv(variables=variables).compile(cel(formulas))
        return lambda sheet: expression.eval(data=sheet).plain_value()


class CelInRust(OneExpression):
    """CEL in Rust."""

    name = "cel-rust"
    title = "CEL (Rust)"
    work = "One compiled expression gives the truth value of every rule."
    distribution = "common-expression-language"

    def compiled(self, program: Program, formulas: Formulas) -> Truths:  # noqa: ARG002 - it has no types
        """Return the expression."""
        truths: Truths = import_module("cel").compile(cel(formulas)).execute
        return truths


class CelInPython(OneExpression):
    """CEL in Python."""

    name = "cel-python"
    title = "CEL (cel-python)"
    work = "One expression, compiled to Python, gives the truth value of every rule."
    distribution = "cel-python"
    most_sheets = 4

    def compiled(self, program: Program, formulas: Formulas) -> Truths:  # noqa: ARG002 - it has no types
        """Return the expression, after the values of each sheet become values of CEL."""
        module = import_module("celpy")
        environment = module.Environment(runner_class=module.CompiledRunner)
        expression = environment.program(environment.compile(cel(formulas)))
        return lambda sheet: expression.evaluate(module.json_to_cel(sheet))


class ZenGraph(Contender):
    """A decision graph of ZEN."""

    name = "zen-graph"
    title = "ZEN (Rust), a decision graph"
    work = (
        "An expression node for the facts, a decision table that collects the rules that fire, "
        "and an expression node for the urgency."
    )
    distribution = "zen-engine"
    most_sheets = 256

    def __init__(self, program: Program, *, doubt: bool) -> None:
        """Load the graph."""
        graph = zen_graph(formulas_of(program, doubt=doubt))
        self._graph: Any = import_module("zen").ZenEngine().create_decision(graph)

    def decide_all(self, people: Sequence[Person]) -> list[Decision]:
        """Run the graph for each sheet."""
        evaluate = self._graph.evaluate
        return [_decision(evaluate(person.plain)["result"]) for person in people]


def _decision(result: Any) -> Decision:
    fired = tuple((row["rule"], row["truth"]) for row in result["fired"])
    return Decision(result["urgency"], result["out_of_scope"], fired)


CONTENDERS: Final = (
    Datalogic, ZenExpression, ZenGraph, CelInCpp, CelInRust, CelInPython,
)  # fmt: skip
