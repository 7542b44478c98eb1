"""An assessment for a page that others may read, without the answers that are marked private.

The urgency and the action stay. Of the reasons at one urgency that rest on what may be a private
answer, one is left; it says neither which they are nor where to turn, because a help line names
what it is for. Nothing is put in the place of an answer: not even that a question was asked. If
one choice of several is private, the answer is left out whatever it is, or it would be known by
that. A reason or a piece of advice may still name one of the other choices: that most are not
there tells nothing.
"""

from __future__ import annotations

from typing import Final, TypeVar

from msgspec.structs import replace

from backtriage.decide.advice import ModuleResult, Withheld
from backtriage.decide.assessment import Assessment, service_of
from backtriage.decide.contradictions import Contradiction
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.reasons import CERTAIN, MISSING, NOT_SURE, Reason, supporting_answers
from backtriage.program.private import is_left_out, may_be_private, parts_read
from backtriage.program.program import Program
from backtriage.protocol.protocol import Advice, Question, Rule
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always, Condition
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Ticks, Value

_ID: Final = ""
"""No rule or question has it."""
_BECAUSE: Final = "Part of the reason is not on this page."
_STRENGTH: Final = (MISSING, NOT_SURE, CERTAIN)

Supported = TypeVar("Supported", ModuleResult, Withheld)


def without_private(assessment: Assessment) -> Assessment:
    """Return an assessment without private answers, and without what would give them away."""
    a = assessment
    if not any(question.is_private for question in a.program.protocol.questions):
        return a
    evaluation = Evaluation(a.program, Answers({**a.answers, **a.set_aside}))
    reasons = _reasons(a.program, a.reasons)
    return replace(
        a,
        program=_without_private_words(a.program),
        service=service_of(a.program, reasons, a.possible),
        reasons=reasons,
        module_results=tuple(_redacted(a.program, result) for result in a.module_results),
        advice=tuple(advice for advice in a.advice if not _is_telling(evaluation, advice)),
        withheld=tuple(_redacted(a.program, withheld) for withheld in a.withheld),
        checked=tuple(name for name in a.checked if not may_be_private(a.program, *_part(name))),
        not_sure=tuple(doubt for doubt in a.not_sure if not may_be_private(a.program, *doubt)),
        contradictions=tuple(_contradiction(a.program, each) for each in a.contradictions),
        answers=visible_answers(a.program, a.answers),
        set_aside=visible_answers(a.program, a.set_aside),
    )


def visible_part(
    assessment: Assessment, *, private: bool = False, own: bool = False
) -> Assessment:
    """Return what a page may say.

    Args:
        assessment: The result.
        private: Whether to show private answers, and what would give them away.
        own: Whether this is the person's own screen. It shows them too, unless one of them is set
            aside: somebody else may look on by now.
    """
    if private or (own and not is_privately_contradicted(assessment)):
        return assessment
    return without_private(assessment)


def is_privately_contradicted(a: Assessment) -> bool:
    """Return whether a private answer is set aside and counts: somebody else may look on now."""
    return any(_contradiction(a.program, each).answer is None for each in a.contradictions)


def visible_answers(program: Program, answers: Answers) -> Answers:
    """Return the answers, and the parts of lists, that a page may list."""
    kept = {id_: v for id_, v in answers.items() if not is_left_out(program.questions[id_])}
    return public_answers(program, Answers(kept))


def public_answers(program: Program, answers: Answers) -> Answers:
    """Return the answers, and the parts of lists, that are not private themselves."""
    public = ((id_, _public_part(program.questions[id_], v)) for id_, v in answers.items())
    return Answers({id_: value for id_, value in public if value is not None})


def _public_part(question: Question, value: Value) -> Value | None:
    hidden = {choice.id for choice in question.choices if choice.private}
    if isinstance(value, Ticks):
        return None if question.private else Ticks(value.yes - hidden, value.unsure - hidden)
    return None if question.private or value in hidden else value


def _part(name: str) -> tuple[str, str]:
    """Return the question and the item, or "", of a name such as `list.item`."""
    question, _, item = name.partition(".")
    return question, item


def reads_private(program: Program, condition: Condition) -> bool:
    """Return whether a condition, its facts or its scores read what may be a private answer."""
    return any(may_be_private(program, *part) for part in parts_read(program, condition))


def _without_private_words(program: Program) -> Program:
    """Return a program that lists no question whose answers are left out, and no private item."""
    questions = tuple(  # a rule may still look up the others by id
        replace(question, choices=tuple(c for c in question.choices if not c.private))
        for question in program.protocol.questions
        if not is_left_out(question)
    )
    return replace(program, protocol=replace(program.protocol, questions=questions))


def _redacted(program: Program, supported: Supported) -> Supported:
    return replace(supported, because=public_answers(program, supported.because))


def _reasons(program: Program, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Return the reasons; one that does not say what it is stands for the others of its urgency.

    It stands last among them: its place would tell which rule it is.
    """
    shown: list[Reason] = []
    hidden: dict[Urgency, Reason] = {}
    for reason in reasons:
        if not _is_hidden(program, reason):
            shown.append(reason)
            continue
        strongest = hidden.setdefault(reason.urgency, reason)
        hidden[reason.urgency] = max(strongest, reason, key=_strength)
    return tuple(sorted((*shown, *map(_nameless, hidden.values())), key=lambda r: -r.urgency))


def _is_hidden(program: Program, reason: Reason) -> bool:
    """Return whether a reason would tell an answer, or that a private question is asked."""
    if reason.certainty == MISSING and reads_private(program, reason.rule.when):
        return True
    return public_answers(program, reason.because) != reason.because


def _strength(reason: Reason) -> int:
    return _STRENGTH.index(reason.certainty)


def _nameless(reason: Reason) -> Reason:
    urgency = reason.urgency
    rule = Rule(id=_ID, urgency=urgency, when=Always(), if_unsure=None, because=_BECAUSE)
    return replace(reason, rule=rule, because=Answers())


def _contradiction(program: Program, contradiction: Contradiction) -> Contradiction:
    """Return a contradiction that does not say which answers it is about if one is private."""
    if contradiction.answer is None:
        return contradiction
    told = Answers({**contradiction.guard, contradiction.question: contradiction.answer})
    if public_answers(program, told) == told:
        return contradiction
    return replace(contradiction, question=_ID, answer=None, guard=Answers())


def _is_telling(evaluation: Evaluation, advice: Advice) -> bool:
    """Return whether advice is given because of a private answer."""
    because = supporting_answers(evaluation, advice.when, end=0)
    return public_answers(evaluation.program, because) != because
