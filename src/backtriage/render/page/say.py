"""A sentence to read out on the phone: who has what, and which findings decide how soon."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, TypeAlias

from backtriage.decide.assessment import Assessment
from backtriage.decide.reasons import MISSING, Reason, supporting_answers
from backtriage.program.private import public_answers, visible_answers
from backtriage.protocol.protocol import Question
from backtriage.render.page.advice import spell_out
from backtriage.render.page.phrasing import (
    as_sentence,
    definite_phrases,
    lower_first,
    unsure_phrases,
)
from backtriage.terms.condition import Always
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NUMBER, ONE_OF, Value

_Told: TypeAlias = tuple[Question, Value]

_MOST_DOUBTS: Final = 2
"""How many are named of four or more, so that nobody loses the thread."""

_ASIDE: Final = r" \([^)]*\)"
"""What a phrase explains to its reader, and nobody needs to hear."""


def sentence_to_say(a: Assessment) -> str:
    """Return what to say first: the complaint, who has it, and every finding that is urgent.

    It is "" if nobody needs to call, or nothing is left to say: whoever reads it out may be
    overheard, so no private answer is in it. Its parts are noun phrases, which are right for a
    helper as well.
    """
    found = _findings(a)
    findings = [part for part in found if not _is_of_the_person(part[0])]
    sure = _without_repeats(_phrases(*part) for part in findings)
    doubts = _without_repeats(unsure_phrases(*part) for part in findings)
    states = [q for q, _ in found if _is_of_the_person(q) and q.kind == ONE_OF]
    if not (sure or doubts or states):
        return ""
    more = len(doubts) - _MOST_DOUBTS
    doubts = [*doubts[:_MOST_DOUBTS], f"and {more} more"] if more > 1 else doubts
    about = [spell_out(a.program.protocol.id), *_of_the_person(a, found)]
    sentences = [
        ", ".join(about),
        *([f"Important: {'; '.join(sure)}"] if sure else []),
        *([f"Not sure about: {'; '.join(doubts)}"] if doubts else []),
    ]
    return a.words.fill(re.sub(_ASIDE, "", " ".join(map(as_sentence, sentences))))


def _without_repeats(phrases: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(chain.from_iterable(phrases)))


def _of_the_person(a: Assessment, found: list[_Told]) -> Iterator[str]:
    """Yield who it is: numbers such as age, with which every call begins, and what is acted on."""
    told = visible_answers(a.program, a.answers)
    deciding = {question.id for question, _ in found}
    for question in sorted(a.program.questions.values(), key=lambda q: q.kind != NUMBER):
        is_told = question.kind == NUMBER or question.id in deciding
        if _is_of_the_person(question) and is_told and question.id in told:
            yield from definite_phrases(question, told[question.id])


def _is_of_the_person(question: Question) -> bool:
    """Return whether an answer says who somebody is, rather than what they have."""
    return question.kind in {NUMBER, ONE_OF} and not question.can_change


def _findings(a: Assessment) -> list[_Told]:
    """Return what the reasons for a call rest on: the most urgent first, then in asking order."""
    reasons = [r for r in a.reasons if r.certainty != MISSING and r.urgency >= Urgency.SAME_DAY]
    urgencies: dict[tuple[str, Value], Urgency] = {}
    for reason in reasons:
        for part in _told(a, reason):
            urgencies[part] = max(reason.urgency, urgencies.get(part, reason.urgency))
    parts = sorted(urgencies, key=lambda part: (-urgencies[part], a.program.order[part[0]]))
    return [(a.program.questions[id_], value) for id_, value in parts]


def _told(a: Assessment, reason: Reason) -> Iterator[tuple[str, Value]]:
    """Yield the answers behind a reason, and what they were asked about, such as a pregnancy."""
    evaluation = a.evaluation
    because = public_answers(a.program, reason.because)
    for id_, value in because.items():
        question = a.program.questions[id_]
        yield id_, value
        guard = public_answers(a.program, supporting_answers(evaluation, question.ask_when, end=0))
        for asked, state in guard.items():
            about = a.program.questions[asked]
            # What everybody is asked and cannot change, such as sex, tells nothing new.
            is_told = about.can_change or not isinstance(about.ask_when, Always)
            if about.kind == ONE_OF and is_told:
                yield asked, state


def _phrases(question: Question, value: Value) -> tuple[str, ...]:
    if isinstance(value, bool):
        subject = lower_first(question.short)
        return (subject if value else f"{subject}: no",)
    return definite_phrases(question, value)
