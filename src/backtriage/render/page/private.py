"""An assessment for a page that others may read, without the answers that are marked private.

The urgency, the action and the places to turn to stay. A reason that rests on a private answer
stays too, but does not say which. Nothing is put in the place of an answer: not even that a
question was asked, because one private item in a list would be known by that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeVar

from msgspec.structs import replace

from backtriage.decide.advice import ModuleResult, Withheld
from backtriage.decide.assessment import Assessment
from backtriage.decide.contradictions import Contradiction
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.reasons import Reason, supporting_answers
from backtriage.program.program import Program
from backtriage.protocol.dependencies import unfold
from backtriage.protocol.protocol import Advice, Question
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Atom, Condition, Scores
from backtriage.terms.value import Ticks, Value

_ID: Final = "private"
_BECAUSE: Final = "A private answer is the reason, or a part of it."

Supported = TypeVar("Supported", ModuleResult, Reason, Withheld)


def without_private(assessment: Assessment) -> Assessment:
    """Return an assessment without private answers, and without what would give them away."""
    a = assessment
    if not any(question.is_private for question in a.program.protocol.questions):
        return a
    given = Answers({**a.answers, **a.set_aside})
    evaluation = Evaluation(a.program, given)
    return replace(
        a,
        program=_without_private_words(a.program, given),
        reasons=tuple(_reason(a.program, reason) for reason in a.reasons),
        module_results=tuple(_redacted(a.program, result) for result in a.module_results),
        advice=tuple(advice for advice in a.advice if not _is_telling(evaluation, advice)),
        withheld=tuple(_redacted(a.program, withheld) for withheld in a.withheld),
        checked=tuple(name for name in a.checked if not _is_private(a.program, *_part(name))),
        not_sure=tuple(doubt for doubt in a.not_sure if not _is_private(a.program, *doubt)),
        contradictions=tuple(_contradiction(a.program, each) for each in a.contradictions),
        answers=visible_answers(a.program, a.answers),
        set_aside=visible_answers(a.program, a.set_aside),
    )


def is_privately_contradicted(a: Assessment) -> bool:
    """Return whether a private answer is set aside and counts: somebody else may look on now."""
    return any(_contradiction(a.program, each).answer is None for each in a.contradictions)


def visible_answers(program: Program, answers: Answers) -> Answers:
    """Return the answers, and the parts of lists, that are not private."""
    visible = ((id_, _visible(program.questions[id_], value)) for id_, value in answers.items())
    return Answers({id_: value for id_, value in visible if value is not None})


def _visible(question: Question, value: Value) -> Value | None:
    hidden = {choice.id for choice in question.choices if choice.private}
    if isinstance(value, Ticks):
        return None if question.private else Ticks(value.yes - hidden, value.unsure - hidden)
    return None if question.private or value in hidden else value


def _part(name: str) -> tuple[str, str]:
    """Return the question and the item, or "", of a name such as `danger.chest`."""
    question, _, item = name.partition(".")
    return question, item


def _is_private(program: Program, question_id: str, item: str) -> bool:
    question = program.questions[question_id]
    return question.private or any(c.private for c in question.choices if c.id == item)


def reads_private(program: Program, condition: Condition) -> bool:
    """Return whether a condition, its facts or its scores read what may be a private answer."""
    return any(
        may_be_private(program, *part)
        for leaf in unfold(condition, program.facts)
        for part in _reads(program, leaf)
    )


def may_be_private(program: Program, question: str, item: str) -> bool:
    """Return whether the answer about an item, or to a whole question, can be private."""
    if item:
        return _is_private(program, question, item)
    return program.questions[question].is_private


def _reads(program: Program, leaf: Atom | Scores) -> Iterator[tuple[str, str]]:
    """Yield the questions that an atom or score reads, each with the item of a list or ""."""
    if isinstance(leaf, Scores):
        yield from ((points.question, "") for points in program.scores[leaf.score].points)
    else:
        yield leaf.question, getattr(leaf, "item", "")


def _without_private_words(program: Program, given: Answers) -> Program:
    """Return a program that lists no private question or choice, nor one with such an answer."""
    questions = tuple(_listed(program, given))  # a rule may still look up the others by id
    return replace(program, protocol=replace(program.protocol, questions=questions))


def _listed(program: Program, given: Answers) -> Iterator[Question]:
    for question in program.protocol.questions:
        value = given.value(question.id)
        if not question.private and (value is None or _visible(question, value) is not None):
            public = tuple(choice for choice in question.choices if not choice.private)
            yield replace(question, choices=public)


def _redacted(program: Program, supported: Supported) -> Supported:
    return replace(supported, because=visible_answers(program, supported.because))


def _reason(program: Program, reason: Reason) -> Reason:
    """Return a reason that does not say what it is if a private answer supports it."""
    redacted = _redacted(program, reason)
    if redacted.because == reason.because:
        return reason
    return replace(
        redacted, rule=replace(reason.rule, id=_ID, because=_BECAUSE, come_back="", evidence=())
    )


def _contradiction(program: Program, contradiction: Contradiction) -> Contradiction:
    """Return a contradiction that does not say which answers it is about if one is private."""
    if contradiction.answer is None:
        return contradiction
    told = Answers({**contradiction.guard, contradiction.question: contradiction.answer})
    if visible_answers(program, told) == told:
        return contradiction
    return replace(contradiction, question=_ID, answer=None, guard=Answers())


def _is_telling(evaluation: Evaluation, advice: Advice) -> bool:
    """Return whether advice is given because of a private answer."""
    because = supporting_answers(evaluation, advice.when, end=0)
    return visible_answers(evaluation.program, because) != because
