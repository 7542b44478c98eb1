"""An assignment -> the answers that differ from a sheet, and the changed sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from backtriage.counterfactual.costs import ChangeCosts
from backtriage.counterfactual.counterfactual import AnswerChange
from backtriage.prove.domain import Assignment, Band, Variable
from backtriage.terms.answers import Answers
from backtriage.terms.value import NOT_SURE, Ticks, Value


def answer_changes(costs: ChangeCosts, assignment: Assignment) -> Iterator[AnswerChange]:
    """Yield every answer that differs, in asking order; a list without an answer is one."""
    domain, sheet = costs.domain, costs.domain.sheet(assignment)
    for question in domain.program.protocol.questions:
        variables = domain.variables_of(question.id)
        if question.id in costs.evaluation.answers:
            for variable in variables:
                if assignment[variable.index] != costs.current[variable.index]:
                    yield AnswerChange(
                        question=question.id, item=variable.item,
                        before=current_answer(costs, variable),
                        after=variable.values[assignment[variable.index]],
                        is_counted=costs.is_counted(question.id),
                    )  # fmt: skip
        elif not assignment[domain.presence[question.id].index]:
            first = variables[0]
            is_list = bool(first.item)
            after = sheet[question.id] if is_list else first.values[assignment[first.index]]
            yield AnswerChange(question=question.id, before=None, after=after, is_counted=False)


def current_answer(costs: ChangeCosts, variable: Variable) -> Value:
    """Return the current answer to a question, or to one item of a list."""
    answer = costs.evaluation.answers[variable.question]
    if not isinstance(answer, Ticks):
        return answer
    return NOT_SURE if variable.item in answer.unsure else variable.item in answer.yes


def changed_sheet(
    costs: ChangeCosts, assignment: Assignment, changes: Iterable[AnswerChange]
) -> Answers:
    """Return the current answers with some changed; a number moves no further than it must."""
    domain, current = costs.domain, costs.evaluation.answers
    sheet = domain.sheet(assignment)
    changed = {change.question: sheet[change.question] for change in changes}
    for question in changed:
        before = current.value(question)
        if isinstance(before, Decimal):
            variable = domain.of_question[question]
            band = variable.values[assignment[variable.index]]
            if isinstance(band, Band) and before > band.most:
                changed[question] = band.most
    return Answers({**current, **changed})
