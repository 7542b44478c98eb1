"""A sentence to read out on the phone: who has what, and which findings decide how soon."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from backtriage.decide.assessment import Assessment
from backtriage.decide.reasons import MISSING, Reason, supporting_answers
from backtriage.program.private import public_answers, visible_answers
from backtriage.protocol.protocol import Question
from backtriage.render.page.advice import spell_out
from backtriage.render.page.phrasing import (
    MAX_NAMED,
    as_sentence,
    definite_phrases,
    lower_first,
    unsure_phrases,
    upper_first,
)
from backtriage.terms.condition import Always
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NUMBER, ONE_OF, Value

_ASIDE: Final = re.compile(r" \([^)]*\)")
"""What a phrase explains to its reader, and nobody needs to hear."""


def sentence_to_say(a: Assessment) -> str:
    """Return what to say first: the complaint, the age, and what is acted on.

    It is "" if nobody needs to call, or nothing is left to say: whoever reads it out may be
    overheard, so no private answer is in it. Its parts are noun phrases, which are right for a
    helper as well.
    """
    sure, doubts = _findings(a)
    if not (sure or doubts):
        return ""
    more = len(doubts) - MAX_NAMED
    doubts = [*doubts[:MAX_NAMED], f"and {more} more"] if more > 1 else doubts
    text = ", ".join([upper_first(spell_out(a.program.protocol.id)), *_of_the_person(a)])
    text += f", and: {'; '.join(sure)}" if sure else ""
    if doubts:
        text = f"{as_sentence(text)} Not sure, but perhaps: {'; '.join(doubts)}"
    return a.words.fill(_ASIDE.sub("", as_sentence(text)))


def _of_the_person(a: Assessment) -> Iterator[str]:
    """Yield the numbers that cannot change, such as age: every call begins with them."""
    told = visible_answers(a.program, a.answers)
    for question in a.program.questions.values():
        if _is_of_the_person(question) and question.id in told:
            yield from definite_phrases(question, told[question.id])


def _is_of_the_person(question: Question) -> bool:
    return question.kind == NUMBER and not question.can_change


def _findings(a: Assessment) -> tuple[list[str], list[str]]:
    """Return what the most urgent reasons rest on, and the doubts among them, in asking order."""
    reasons = [r for r in a.reasons if r.certainty != MISSING and r.urgency >= Urgency.SAME_DAY]
    highest = max((reason.urgency for reason in reasons), default=a.urgency)
    found = [
        (a.program.questions[id_], value)
        for reason in reasons
        if reason.urgency == highest
        for id_, value in _told(a, reason)
    ]
    found.sort(key=lambda part: a.program.order[part[0].id])
    sure = (phrase for question, value in found for phrase in _phrases(question, value))
    unsure = (phrase for question, value in found for phrase in unsure_phrases(question, value))
    return list(dict.fromkeys(sure)), list(dict.fromkeys(unsure))


def _told(a: Assessment, reason: Reason) -> Iterator[tuple[str, Value]]:
    """Yield the answers behind a reason, and what they were asked about, such as a pregnancy."""
    evaluation = a.evaluation
    because = public_answers(a.program, reason.because)
    for id_, value in because.items():
        question = a.program.questions[id_]
        if not _is_of_the_person(question):
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
