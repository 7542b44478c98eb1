"""Every answer that there can be, as variables with a few values each.

A yes/no, a choice and a number are one variable; a list is one variable for each item, because
ticks are independent. Numbers fall into bands: no condition tells two numbers of one band
apart, so a proof over bands is a proof over numbers. "Not sure" is the last value of a variable
whose question allows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from backtriage.program.program import Program
from backtriage.protocol.dependencies import conditions, guarantees
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Compare, leaves
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, Ticks, Value

ABSENT: Final = "absent"
"""The value of a presence variable that means: no answer to this question."""

NO, YES, UNSURE = 0, 1, 2
"""The values of an item of a list, by number, while one program alone reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Numbers that no condition tells apart, both ends included."""

    least: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One thing that varies: a question, an item of a list, or whether there is an answer."""

    index: int
    question: str
    item: str = ""
    values: tuple[Value | Band, ...]
    is_presence: bool = False

    @property
    def name(self) -> str:
        """`question` or `question.item`."""
        return f"{self.question}.{self.item}" if self.item else self.question


Assignment = Mapping[int, int]
"""The value, by number, of each variable."""


class Space(Protocol):
    """The variables that formulas speak of, and each program that reads them."""

    @property
    def variables(self) -> Sequence[Variable]:
        """Every variable, at its number."""
        ...

    @property
    def answers(self) -> tuple[Variable, ...]:
        """Every variable that is an answer."""
        ...

    @property
    def domains(self) -> tuple[Domain, ...]:
        """What each program makes of them."""
        ...


class Domain:
    """The variables of a program, and of whatever else its bands must tell apart."""

    def __init__(
        self, program: Program, *others: Program, variables: Sequence[Variable] | None = None
    ) -> None:
        """Cut numbers where any condition of these programs looks, or take variables as given."""
        self.program = program
        self.variables = list(_declared(program, others) if variables is None else variables)
        self.of_question: dict[str, Variable] = {}
        self.of_item: dict[tuple[str, str], Variable] = {}
        self.presence: dict[str, Variable] = {}
        for variable in self.variables:
            if variable.is_presence:
                self.presence[variable.question] = variable
            elif variable.item:
                self.of_item[variable.question, variable.item] = variable
            else:
                self.of_question[variable.question] = variable

    @property
    def domains(self) -> tuple[Domain, ...]:
        """What each program makes of the variables: here there is one."""
        return (self,)

    @property
    def answers(self) -> tuple[Variable, ...]:
        """Every variable that is an answer."""
        return tuple(variable for variable in self.variables if not variable.is_presence)

    def variables_of(self, question: str) -> tuple[Variable, ...]:
        """The variables of a question: one, or one for each item."""
        return tuple(v for v in self.variables if v.question == question and not v.is_presence)

    def sheet(self, assignment: Assignment, *, absent: Iterable[str] = ()) -> Answers:
        """A sheet with these values; a variable that is not named has its first."""
        missing = set(absent)
        found: dict[str, Value] = {}
        for question in self.program.protocol.questions:
            if question.id in missing:
                continue
            if question.kind == SOME_OF:
                found[question.id] = self._ticks(question, assignment)
            else:
                variable = self.of_question[question.id]
                value = variable.values[assignment.get(variable.index, 0)]
                found[question.id] = value.least if isinstance(value, Band) else value
        return Answers(found)

    def assignment(self, sheet: Answers) -> dict[int, int]:
        """The values that a sheet gives; of a missing answer only that it is missing."""
        found: dict[int, int] = {}
        for question in self.program.protocol.questions:
            value = sheet.value(question.id)
            found[self.presence[question.id].index] = int(value is None)
            if value is not None:
                found |= {
                    variable.index: _place(variable, value)
                    for variable in self.variables_of(question.id)
                }
        return found

    def _ticks(self, question: Question, assignment: Assignment) -> Ticks:
        items = (self.of_item[question.id, choice.id] for choice in question.choices)
        marks = {item.item: item.values[assignment.get(item.index, NO)] for item in items}
        yes, unsure = (
            frozenset(id_ for id_, mark in marks.items() if mark is want)
            for want in (True, NOT_SURE)
        )
        return Ticks(yes, unsure)


def _place(variable: Variable, value: Value) -> int:
    """Which of a variable's values an answer is."""
    if isinstance(value, Ticks):
        return UNSURE if variable.item in value.unsure else int(variable.item in value.yes)
    if isinstance(value, Decimal):
        return next(
            at
            for at, band in enumerate(variable.values)
            if isinstance(band, Band) and band.least <= value <= band.most
        )
    return variable.values.index(value)


def _declared(program: Program, others: Sequence[Program]) -> Iterator[Variable]:
    """The variables of a program: its answers, then whether there is an answer."""
    begins = band_starts((program, *others))
    questions = program.protocol.questions
    found: list[tuple[str, str, Sequence[Value | Band], bool]] = [
        (question.id, item, values, False)
        for question in questions
        for item, values in values_by_item(question, begins.get(question.id, set()))
    ]
    found += [(question.id, "", (True, ABSENT), True) for question in questions]
    for at, (question, item, values, is_presence) in enumerate(found):
        yield Variable(index=at, question=question, item=item, values=tuple(values),
                       is_presence=is_presence)  # fmt: skip


def values_by_item(
    question: Question, begins: set[Decimal]
) -> Iterator[tuple[str, tuple[Value | Band, ...]]]:
    """What varies in the answer to a question: each item, or "", with its values."""
    unsure = (NOT_SURE,) if question.allows_not_sure else ()
    if question.kind == SOME_OF:
        yield from ((choice.id, (False, True, *unsure)) for choice in question.choices)
    elif question.kind == ONE_OF:
        yield "", (*(choice.id for choice in question.choices), *unsure)
    elif question.kind == NUMBER:
        yield "", (*bands(question, begins), *unsure)
    else:
        yield "", (False, True, *unsure)


# -- numbers ------------------------------------------------------------------------------


def band_starts(programs: Iterable[Program]) -> dict[str, set[Decimal]]:
    """For each number question, the numbers at which a new band begins."""
    found: dict[str, set[Decimal]] = {}
    for program in programs:
        p = program.protocol
        for _, condition in (*conditions(p), *guarantees(p)):
            for leaf in leaves(condition):
                if isinstance(leaf, Compare):
                    step = Decimal(program.questions[leaf.question].step)
                    begins = leaf.bound + (step if leaf.sign in {"<=", ">"} else 0)
                    found.setdefault(leaf.question, set()).add(begins)
        for score in p.scores:
            for points in score.points:
                if program.questions[points.question].kind == NUMBER:
                    question = program.questions[points.question]
                    found.setdefault(points.question, set()).update(
                        _first_from(question, Decimal(number))
                        for number in (points.least, points.most + Decimal(question.step))
                    )
    return found


def _first_from(question: Question, number: Decimal) -> Decimal:
    """The first answer that is not below a number."""
    step = Decimal(question.step)
    risk_steps = -((question.least - number) // step)
    first = question.least + risk_steps * step
    return first if first >= number else first + step


def bands(question: Question, starts: set[Decimal]) -> Iterator[Band]:
    """The bands of a number question, lowest first."""
    least, step = Decimal(question.least), Decimal(question.step)
    top = least + (question.most - least) // step * step
    inside = sorted(start for start in starts if least < start <= top)
    begins = [least, *inside]
    for begin, after in zip(begins, [*inside, top + step], strict=True):
        yield Band(least=begin, most=after - step)
