"""Simulated interviews: how many screens a person sees, and how soon an emergency is certain.

The person answers from a sheet, through the same transitions as at a terminal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import T
from backtriage.interview.confirmations import Finding
from backtriage.interview.interview import view
from backtriage.interview.state import Interview
from backtriage.interview.transitions import answer, confirm, go_on, start
from backtriage.program.program import Program
from backtriage.program.validate import plain_value
from backtriage.protocol.protocol import Question
from backtriage.protocol.texts import JOURNAL
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import ONE_OF, SOME_OF, YES_NO, Ticks, Value

AIM: Final = 5
"""An emergency that one finding decides should be certain within this many screens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedInterview:
    """One interview from start to end."""

    screens: tuple[str, ...]
    """The questions shown, in order."""
    sections: tuple[tuple[str, int], ...]
    """The number of screens in each section, in protocol order."""
    settled_after: int | None
    """Screens until the urgency can no longer change."""
    emergency_after: int | None
    """Screens until an emergency is certain, or None if it never is."""
    unanswered: str = ""
    """The question that ended the interview because the sheet has no answer to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyTrigger:
    """A single finding that makes an emergency certain."""

    rule: str
    question: str
    answer: str
    screens: int | None
    """Screens after the opening questions until it is certain, or None if it never is."""


def simulate(program: Program, sheet: Answers, given: Answers = Answers()) -> SimulatedInterview:
    """Answer every question of both parts from the sheet, except those already `given`.

    What the journal answers is given, too: nobody is asked.
    """
    known = {i: v for i, v in sheet.items() if program.questions[i].from_journal is not None}
    interview = start(program, Answers({**known, **given}))
    screens: list[str] = []
    settled = emergency = None
    while True:
        now = view(interview)
        if settled is None and now.certain == now.possible:
            settled = len(screens)
        if emergency is None and now.is_emergency:
            emergency = len(screens)
        if now.confirmation is not None:  # whoever is not sure on the sheet is still not sure
            interview = confirm(interview, Finding.NOT_SURE)
            continue
        if now.can_go_on:
            interview = go_on(interview)
            continue
        if now.question is None or now.question.id not in sheet:
            break
        screens.append(now.question.id)
        moved = answer(interview, plain_value(now.question, sheet[now.question.id]))
        assert isinstance(moved, Interview)  # noqa: S101 - the value has already been validated
        interview = moved
    count = Counter(program.questions[question].section for question in screens)
    return SimulatedInterview(
        screens=tuple(screens),
        sections=tuple(
            (section.id, count[section.id])
            for section in program.protocol.sections
            if section.part != JOURNAL
        ),
        settled_after=settled,
        emergency_after=emergency,
        unanswered=now.question.id if now.question else "",
    )


def opening_questions(program: Program) -> frozenset[str]:
    """Return the questions before the first list, which ask who this is, not what is wrong."""
    questions = takewhile(lambda question: question.kind != SOME_OF, program.protocol.questions)
    return frozenset(question.id for question in questions)


def emergency_triggers(program: Program, sheet: Answers) -> tuple[EmergencyTrigger, ...]:
    """Return every single changed answer that makes an emergency rule certain."""
    already = _emergencies(program, sheet)
    opening = opening_questions(program)
    given = Answers({id_: value for id_, value in sheet.items() if id_ in opening})
    triggers = []
    for question in program.protocol.questions:
        for word, value in _other_answers(question, sheet.get(question.id)):
            changed = sheet.with_(question.id, value)
            rules = [id_ for id_ in _emergencies(program, changed) if id_ not in already]
            if not rules:
                continue
            screens = simulate(program, changed, given.without(question.id)).emergency_after
            triggers += [
                EmergencyTrigger(rule=rule, question=question.id, answer=word, screens=screens)
                for rule in rules
            ]
    return tuple(triggers)


def _emergencies(program: Program, sheet: Answers) -> tuple[str, ...]:
    evaluation = Evaluation(program, sheet)
    return tuple(
        rule.id
        for rule in program.rules
        if rule.urgency is Urgency.EMERGENCY and evaluation.interval(rule.when)[0] == T
    )


def _other_answers(question: Question, value: Value | None) -> Iterator[tuple[str, Value]]:
    """Yield every definite answer that differs in one item. Numbers are not findings."""
    if question.kind == YES_NO:
        yield from (pair for pair in (("yes", True), ("no", False)) if pair[1] is not value)
    elif question.kind == ONE_OF:
        yield from ((choice.id, choice.id) for choice in question.choices if choice.id != value)
    elif question.kind == SOME_OF:
        ticked = value.yes if isinstance(value, Ticks) else frozenset()
        for choice in question.choices:
            if choice.id not in ticked:
                yield choice.id, Ticks(yes=ticked | {choice.id})
