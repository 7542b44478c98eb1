"""A sheet as the values of the variables that formulas speak of."""

from __future__ import annotations

from backtriage.prove.domain import NO, UNSURE, YES, Band, Domain
from backtriage.terms.answers import Answers
from backtriage.terms.value import SOME_OF, Ticks


def assigned(domain: Domain, sheet: Answers) -> dict[int, int]:
    """A sheet as values of variables."""
    found: dict[int, int] = {}
    for question in domain.program.protocol.questions:
        value = sheet.value(question.id)
        found[domain.presence[question.id].index] = int(value is None)
        if value is None:
            continue
        if question.kind == SOME_OF:
            assert isinstance(value, Ticks)
            for choice in question.choices:
                mark = YES if choice.id in value.yes else NO
                mark = UNSURE if choice.id in value.unsure else mark
                found[domain.of_item[question.id, choice.id].index] = mark
            continue
        variable = domain.of_question[question.id]
        found[variable.index] = next(
            at
            for at, known in enumerate(variable.values)
            if (known.least <= value <= known.most if isinstance(known, Band)  # type: ignore[operator]
                and not hasattr(value, "value") else known is value or known == value)
        )  # fmt: skip
    return found
