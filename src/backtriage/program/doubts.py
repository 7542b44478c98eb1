"""The doubts of a sheet by name, and what confirms them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec import Struct

from backtriage.program.program import Program
from backtriage.protocol.protocol import Choice, Confirm, Question
from backtriage.terms.answers import CHECKED, Answers
from backtriage.terms.value import NOT_SURE, ONE_OF, SOME_OF, Ticks, Value


class Doubt(Struct, frozen=True, kw_only=True):
    """A doubt that can be confirmed."""

    question: Question
    choice: Choice | None = None
    """The item in doubt; of a one-of, the choice that a "yes" makes."""
    confirm: Confirm

    @property
    def name(self) -> str:
        """`question`, or `question.item` in a list."""
        return f"{self.question.id}.{self.item}" if self.item else self.question.id

    @property
    def item(self) -> str:
        """The item of a list, or ""."""
        if self.choice is None or self.question.kind != SOME_OF:
            return ""
        return self.choice.id

    @property
    def is_private(self) -> bool:
        """Whether to name the doubt tells something private."""
        return self.question.private or (self.choice is not None and self.choice.private)

    def is_in(self, value: Value | None) -> bool:
        """Return whether an answer to the question is in this doubt."""
        return self.item in value.unsure if isinstance(value, Ticks) else value is NOT_SURE

    def is_denied_in(self, value: Value | None) -> bool:
        """Return whether an answer to the question says a no in place of this doubt."""
        if isinstance(value, Ticks):
            return self.item not in value.yes | value.unsure
        return value is False

    def again(self, answers: Answers) -> Answers:
        """Return the answers with this doubt in place of a no."""
        value = answers[self.question.id]
        if isinstance(value, Ticks):
            value = Ticks(value.yes, value.unsure | {self.item})
            return answers.with_(self.question.id, value)
        return answers.with_(self.question.id, NOT_SURE)

    def confirmed(self, answers: Answers) -> Answers:
        """Return the answers with a yes in place of the doubt."""
        value = answers[self.question.id]
        if isinstance(value, Ticks):
            item = frozenset({self.item})
            ticks = Ticks(value.yes | item, value.unsure - item)
            return answers.with_(self.question.id, ticks)
        return answers.with_(self.question.id, self.choice.id if self.choice else True)

    @property
    def ways(self) -> int:
        """In how many ways it can come to a no."""
        return len(self.question.choices) - 1 if self.question.kind == ONE_OF else 1

    def refuted(self, answers: Answers) -> tuple[Answers, ...]:
        """Return the answers with a no in place of the doubt: any other choice of a one-of."""
        value = answers[self.question.id]
        if isinstance(value, Ticks):
            ticks = Ticks(value.yes, value.unsure - {self.item})
            return (answers.with_(self.question.id, ticks),)
        if self.choice is None:
            return (answers.with_(self.question.id, value=False),)
        others = (choice.id for choice in self.question.choices if choice != self.choice)
        return tuple(answers.with_(self.question.id, other) for other in others)


def doubts(program: Program) -> Iterator[Doubt]:
    """Yield every doubt that can be confirmed, in asking order."""
    for question in program.protocol.questions:
        if question.confirm is not None:
            yield Doubt(question=question, confirm=question.confirm)
        for choice in question.choices:
            if choice.confirm is not None:
                yield Doubt(question=question, choice=choice, confirm=choice.confirm)


def question_of(name: str) -> str:
    """Return the question of a doubt, by the name of the doubt."""
    return name.partition(".")[0]


def checked_question(program: Program) -> Question:
    """Return the key `checked` of a sheet as a question, whose items are all possible doubts."""
    names: list[str] = []
    for question in program.protocol.questions:
        if question.kind == SOME_OF and question.allows_not_sure:
            names += (f"{question.id}.{choice.id}" for choice in question.choices)
        elif question.allows_not_sure:
            names.append(question.id)
    return Question(
        id=CHECKED, section="", kind=SOME_OF, text="", short="", why="", allows_not_sure=False,
        choices=tuple(Choice(id=name, text=name, short=name) for name in names),
    )  # fmt: skip


def in_order(program: Program, checked: Collection[str]) -> tuple[str, ...]:
    """Return the names of doubts in asking order."""
    if not checked:
        return ()
    return tuple(choice.id for choice in checked_question(program).choices if choice.id in checked)
