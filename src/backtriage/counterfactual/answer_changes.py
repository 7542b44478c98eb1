"""Two sheets apart: which answers differ, and the changed sheet itself."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from backtriage.counterfactual.costs import Costs
from backtriage.counterfactual.counterfactual import AnswerChange
from backtriage.protocol.protocol import Question
from backtriage.prove.domain import Assignment, Band, Variable
from backtriage.terms.answers import Answers
from backtriage.terms.value import NOT_SURE, Ticks, Value


def changes(costs: Costs, values: Assignment) -> Iterator[AnswerChange]:
    """Every answer that differs, in asking order; a list that has no answer yet is one."""
    answers = costs.evaluation.answers
    for question in costs.domain.program.protocol.questions:
        if question.id in answers:
            yield from _changed(costs, question, values)
        elif not values[costs.domain.presence[question.id].index]:
            after = _after(costs, question, values)
            yield AnswerChange(question=question.id, before=None, after=after, is_counted=False)


def _changed(costs: Costs, question: Question, values: Assignment) -> Iterator[AnswerChange]:
    for variable in costs.domain.variables_of(question.id):
        if values[variable.index] != costs.now[variable.index]:
            yield AnswerChange(
                question=question.id, item=variable.item, before=before(costs, variable),
                after=variable.values[values[variable.index]],
                is_counted=costs.counts(question.id),
            )  # fmt: skip


def before(costs: Costs, variable: Variable) -> Value:
    """The answer now to a question, or to one item of a list."""
    answer = costs.evaluation.answers[variable.question]
    if not isinstance(answer, Ticks):
        return answer
    return NOT_SURE if variable.item in answer.unsure else variable.item in answer.yes


def _after(costs: Costs, question: Question, values: Assignment) -> Value | Band:
    variable, *_ = costs.domain.variables_of(question.id)
    if variable.item:
        return costs.domain.sheet(values)[question.id]
    return variable.values[values[variable.index]]


def sheet(costs: Costs, values: Assignment, different: frozenset[str]) -> Answers:
    """The answers now, with those of some questions as the values have them."""
    now, then = costs.evaluation.answers, costs.domain.sheet(values)
    found = {question: then[question] for question in different}
    for question, answer in found.items():
        number = now.value(question)
        if isinstance(number, Decimal) and isinstance(answer, Decimal) and number > answer:
            found[question] = _top(costs, question, values)
    return Answers({**now, **found})


def _top(costs: Costs, question: str, values: Assignment) -> Decimal:
    """The end of a band that lies nearest to a number above it."""
    variable = costs.domain.of_question[question]
    band = variable.values[values[variable.index]]
    assert isinstance(band, Band)  # noqa: S101 - numbers have bands
    return band.most
