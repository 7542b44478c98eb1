"""Playing interviews: how many screens a person sees, and how soon an emergency is certain.

Nothing is drawn. The person answers from a sheet, through the same moves as at a terminal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from backtriage.decide.evaluate import Evaluation, T
from backtriage.decide.receipt import plain_value
from backtriage.interview.interview import Interview, view
from backtriage.interview.transitions import answer, start
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import ONE_OF, SOME_OF, YES_NO, Ticks, Value

AIM: Final = 3
"""An emergency that one finding decides should be certain within so many screens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One interview, played to its end."""

    screens: tuple[str, ...]
    """The questions that were shown, in order."""
    sections: tuple[tuple[str, int], ...]
    """Screens in each section, in protocol order."""
    settled: int | None
    """Screens until nothing can change the urgency any more."""
    alarmed: int | None
    """Screens until an emergency is certain, or None when none is."""
    stuck: str = ""
    """A question that was asked and has no answer in the sheet; the walk ends there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One finding that alone makes an emergency certain."""

    rule: str
    question: str
    answer: str
    screens: int | None
    """Screens after the opening questions until it is certain; None when it never is."""


def walk(program: Program, sheet: Answers, given: Answers = Answers()) -> Walk:
    """Answer every question that is asked from the sheet; what is given is not asked again."""
    interview = start(program, given)
    screens: list[str] = []
    settled = alarmed = None
    while True:
        now = view(interview)
        if settled is None and now.certain == now.possible:
            settled = len(screens)
        if alarmed is None and now.is_emergency:
            alarmed = len(screens)
        if now.question is None:
            return _walked(program, screens, settled, alarmed)
        if now.question.id not in sheet:
            return _walked(program, screens, settled, alarmed, now.question.id)
        screens.append(now.question.id)
        interview = _next(interview, now.question, sheet[now.question.id])


def _next(interview: Interview, question: Question, value: Value) -> Interview:
    moved = answer(interview, plain_value(question, value))
    assert isinstance(moved, Interview)  # noqa: S101 - a value of the sheet passed the same door
    return moved


def _walked(
    program: Program, screens: list[str], settled: int | None, alarmed: int | None, stuck: str = ""
) -> Walk:
    count = Counter(program.questions[question].section for question in screens)
    sections = tuple((section.id, count[section.id]) for section in program.protocol.sections)
    return Walk(screens=tuple(screens), sections=sections, settled=settled, alarmed=alarmed,
                stuck=stuck)  # fmt: skip


def opening(program: Program) -> frozenset[str]:
    """The questions before the first list: who this is about, not how they are."""
    found = []
    for question in program.protocol.questions:
        if question.kind == SOME_OF:
            break
        found.append(question.id)
    return frozenset(found)


def signs(program: Program, sheet: Answers) -> tuple[Sign, ...]:
    """Every single changed answer that makes an emergency rule certain on top of a sheet."""
    before = _emergencies(program, sheet)
    first = opening(program)
    given = Answers({id_: value for id_, value in sheet.items() if id_ in first})
    found = []
    for question in program.protocol.questions:
        for word, value in _others(question, sheet.get(question.id)):
            changed = sheet.with_(question.id, value)
            rules = [id_ for id_ in _emergencies(program, changed) if id_ not in before]
            known = given.without(question.id)
            screens = walk(program, changed, known).alarmed if rules else None
            found += [
                Sign(rule=rule, question=question.id, answer=word, screens=screens)
                for rule in rules
            ]
    return tuple(found)


def _emergencies(program: Program, sheet: Answers) -> tuple[str, ...]:
    evaluation = Evaluation(program, sheet)
    return tuple(
        rule.id
        for rule in program.rules
        if rule.urgency is Urgency.EMERGENCY and evaluation.interval(rule.when)[0] == T
    )


def _others(question: Question, value: Value | None) -> Iterator[tuple[str, Value]]:
    """Every other definite answer that changes one thing. Numbers are no findings."""
    if question.kind == YES_NO:
        yield from (
            ("yes" if other else "no", other) for other in (True, False) if other is not value
        )
    elif question.kind == ONE_OF:
        yield from ((choice.id, choice.id) for choice in question.choices if choice.id != value)
    elif question.kind == SOME_OF:
        ticked = value.yes if isinstance(value, Ticks) else frozenset()
        for choice in question.choices:
            if choice.id not in ticked:
                yield choice.id, Ticks(yes=ticked | {choice.id})
