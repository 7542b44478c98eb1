"""The finite domain of a proof: every possible answer as variables with a few values each.

A yes/no, a choice and a number are one variable. A list is one variable for each item, because
items are ticked independently. Numbers fall into bands that no condition tells apart, so a proof
over bands is a proof over numbers. "Not sure" is the last value where the question allows it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Final

from backtriage.program.program import Program
from backtriage.protocol.dependencies import conditions, guarantees
from backtriage.protocol.guarantees import Risk
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Compare, leaves
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, Ticks, Value

ABSENT: Final = "absent"
"""The value of a presence variable for "no answer to this question"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """An interval of numbers that no condition tells apart, both ends included."""

    least: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """The answer to a question or to an item of a list, or the presence of an answer."""

    index: int
    question: str
    item: str = ""
    values: tuple[Value | Band, ...]
    is_presence: bool = False

    @property
    def name(self) -> str:
        """`question` or `question.item`."""
        return f"{self.question}.{self.item}" if self.item else self.question

    @property
    def definite(self) -> tuple[int, ...]:
        """The indices of the values other than "not sure"."""
        return tuple(i for i, value in enumerate(self.values) if value is not NOT_SURE)

    def by_risk(self, risk: Risk) -> tuple[int, ...]:
        """Return the indices of the definite values, lowest risk first."""
        if risk.direction == "order":
            return tuple(self.values.index(choice) for choice in risk.order)
        upward = risk.direction in {"yes", "more", "higher"}
        return self.definite if upward else self.definite[::-1]

    def index_of(self, answer: Value) -> int:
        """Return the index of the value for an answer to the question."""
        if isinstance(answer, Ticks):
            mark = NOT_SURE if self.item in answer.unsure else self.item in answer.yes
            return self.values.index(mark)
        if isinstance(answer, Decimal):
            bands = [value for value in self.values if isinstance(value, Band)]
            return next(i for i, band in enumerate(bands) if band.least <= answer <= band.most)
        return self.values.index(answer)


Assignment = Mapping[int, int]
"""Variable -> value, both as indices."""


class Domain:
    """The variables as one program reads them."""

    def __init__(
        self, program: Program, *others: Program, variables: Sequence[Variable] | None = None
    ) -> None:
        """Declare the variables of a program, unless they are given.

        Args:
            program: The program.
            others: Programs with the same questions whose thresholds bands must tell apart too.
            variables: The variables of another domain.
        """
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
    def answers(self) -> tuple[Variable, ...]:
        """The variables that are answers."""
        return tuple(variable for variable in self.variables if not variable.is_presence)

    def variable(self, question: str, item: str) -> Variable:
        """Return the variable of an item of a list, or else of a question."""
        return self.of_item.get((question, item)) or self.of_question[question]

    def variables_of(self, question: str) -> tuple[Variable, ...]:
        """Return the variables of a question: one, or one for each item."""
        return tuple(v for v in self.variables if v.question == question and not v.is_presence)

    def sheet(self, assignment: Assignment, *, absent: Container[str] = ()) -> Answers:
        """Return the sheet of an assignment; an unassigned variable has its first value."""
        return Answers({
            question.id: self._answer(question, assignment)
            for question in self.program.protocol.questions
            if question.id not in absent
        })  # fmt: skip

    def _answer(self, question: Question, assignment: Assignment) -> Value:
        if question.kind == SOME_OF:
            items = [self.of_item[question.id, choice.id] for choice in question.choices]
            marks = {item.item: item.values[assignment.get(item.index, 0)] for item in items}
            yes, unsure = (
                frozenset(id_ for id_, mark in marks.items() if mark is wanted)
                for wanted in (True, NOT_SURE)
            )
            return Ticks(yes, unsure)
        variable = self.of_question[question.id]
        value = variable.values[assignment.get(variable.index, 0)]
        return value.least if isinstance(value, Band) else value

    def assignment(self, sheet: Answers) -> dict[int, int]:
        """Return the assignment of a sheet; only its absence is assigned to a missing answer.

        But what a journal does not answer is known: it is what it is without a journal.
        """
        assignment: dict[int, int] = {}
        for question in self.program.protocol.questions:
            value = sheet.value(question.id)
            if value is None and question.from_journal is not None:
                value = question.if_skipped
            assignment[self.presence[question.id].index] = int(value is None)
            if value is not None:
                for variable in self.variables_of(question.id):
                    assignment[variable.index] = variable.index_of(value)
        return assignment


def _declared(program: Program, others: Sequence[Program]) -> Iterator[Variable]:
    """Yield the variables of a program: all answers first, then the presence of each."""
    starts, index = band_starts((program, *others)), count()
    for q in program.protocol.questions:
        for item, values in values_by_item(q, starts.get(q.id, set())):
            yield Variable(index=next(index), question=q.id, item=item, values=values)
    for q in program.protocol.questions:
        yield Variable(index=next(index), question=q.id, values=(True, ABSENT), is_presence=True)


def values_by_item(
    question: Question, starts: set[Decimal]
) -> Iterator[tuple[str, tuple[Value | Band, ...]]]:
    """Yield each item of a list, or "", with the values of its answer."""
    unsure = (NOT_SURE,) if question.allows_not_sure else ()
    if question.kind == SOME_OF:
        yield from ((choice.id, (False, True, *unsure)) for choice in question.choices)
    elif question.kind == ONE_OF:
        yield "", (*(choice.id for choice in question.choices), *unsure)
    elif question.kind == NUMBER:
        yield "", (*bands(question, starts), *unsure)
    else:
        yield "", (False, True, *unsure)


def band_starts(programs: Iterable[Program]) -> dict[str, set[Decimal]]:
    """Return, for each number question, the numbers at which a new band begins."""
    starts: dict[str, set[Decimal]] = {}
    for program in programs:
        protocol = program.protocol
        for _, condition in (*conditions(protocol), *guarantees(protocol)):
            for leaf in leaves(condition):
                if isinstance(leaf, Compare):
                    step = Decimal(program.questions[leaf.question].step)
                    start = leaf.bound + (step if leaf.sign in {"<=", ">"} else 0)
                    starts.setdefault(leaf.question, set()).add(start)
        for points in (points for score in protocol.scores for points in score.points):
            question = program.questions[points.question]
            if question.kind == NUMBER:
                starts.setdefault(points.question, set()).update(
                    _first_from(question, Decimal(number))
                    for number in (points.least, points.most + Decimal(question.step))
                )
    return starts


def _first_from(question: Question, number: Decimal) -> Decimal:
    """Return the first answer that is not below a number."""
    step = Decimal(question.step)
    first = question.least + -((question.least - number) // step) * step
    return first if first >= number else first + step


def bands(question: Question, starts: set[Decimal]) -> Iterator[Band]:
    """Yield the bands of a number question, lowest first."""
    least, step = Decimal(question.least), Decimal(question.step)
    top = least + (question.most - least) // step * step
    inside = sorted(start for start in starts if least < start <= top)
    for start, following in zip([least, *inside], [*inside, top + step], strict=True):
        yield Band(least=start, most=following - step)
