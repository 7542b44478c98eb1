"""Moves: state -> state. Nothing here reads a key or draws a line."""

from __future__ import annotations

from dataclasses import replace

from backtriage.decide.evaluate import Evaluation, F
from backtriage.interview.interview import Interview, Step, view
from backtriage.program.program import Program
from backtriage.protocol.answer_parser import InvalidAnswer, Raw, parse_answer
from backtriage.terms.answers import Answers
from backtriage.terms.value import Value


def start(program: Program, answers: Answers | None = None) -> Interview:
    """A new interview, or one that continues a sheet: only what is open is asked."""
    return Interview(program=program, answers=answers or Answers())


def answer(interview: Interview, raw: Raw) -> Interview | InvalidAnswer:
    """Answer the question now. A bad answer is returned as what is wrong with it.

    Text is read by the question's kind: `yes`, a choice's id, `a;b?`, `none`, `not_sure`.
    """
    question = view(interview).question
    if question is None:
        return InvalidAnswer("A115", "there is no question to answer")
    value = parse_answer(question, raw, text=True)
    return value if isinstance(value, InvalidAnswer) else _take(interview, question.id, value)


def keep(interview: Interview) -> Interview:
    """Answer the question now as it was answered before. Without an answer before: nothing."""
    seen = view(interview)
    if seen.question is None or seen.remembered is None:
        return interview
    return _take(interview, seen.question.id, seen.remembered)


def _take(interview: Interview, question: str, value: Value) -> Interview:
    step = Step(
        question=question,
        before=interview.answers.get(question),
        was_change=interview.changing is not None,
    )
    return replace(
        interview,
        answers=interview.answers.with_(question, value),
        trail=(*interview.trail, step),
        remembered=interview.remembered.without(question),
        changing=None,
    )


def back(interview: Interview) -> Interview:
    """Undo the last answer, which is remembered and not counted. At the start: nothing."""
    if interview.changing is not None:
        return replace(interview, changing=None)
    if not interview.trail:
        return interview
    *earlier, last = interview.trail
    given = interview.answers[last.question]
    answers = interview.answers.without(last.question)
    if last.before is not None:
        answers = answers.with_(last.question, last.before)
    return replace(
        interview,
        answers=answers,
        trail=tuple(earlier),
        remembered=interview.remembered.with_(last.question, given),
        changing=last.question if last.was_change else None,
    )


def reconsider(interview: Interview) -> Interview:
    """The last question once more: what going back means while an emergency stands.

    Its answer counts until another one is given, so whoever leaves there still has the emergency.
    """
    if interview.changing is not None or not interview.trail:
        return back(interview)
    return change(interview, interview.trail[-1].question)


def change(interview: Interview, question: str) -> Interview:
    """Ask an answered question again. Its old answer counts until the new one is given.

    A question without an answer, and one that is not asked now, stay as they are.
    """
    if question not in interview.answers:
        return interview
    if Evaluation(interview.program, interview.answers).guard(question)[1] == F:
        return interview
    return replace(interview, changing=question)
