"""The transitions of an interview: functions from a state to the next one."""

from __future__ import annotations

from dataclasses import replace

from backtriage.decide.contradictions import acted_on, may_be_asked_again
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import F
from backtriage.interview.concealed import private_part
from backtriage.interview.confirmations import Finding
from backtriage.interview.confirmations import after as settle
from backtriage.interview.interview import view
from backtriage.interview.state import (
    Interview,
    Step,
    counted_answers,
    may_answer_afresh,
    previous_answers,
    shown_answer,
    unasked,
)
from backtriage.interview.taking_over import asking_afresh, concealing, concealing_unknown
from backtriage.program.doubts import question_of
from backtriage.program.program import Program
from backtriage.protocol.answer_parser import InvalidAnswer, Raw, parse_answer
from backtriage.terms.answers import Answers
from backtriage.terms.value import Ticks, Value


def start(
    program: Program, answers: Answers | None = None, checked: frozenset[str] = frozenset()
) -> Interview:
    """Start an interview, or continue from a sheet: only what it leaves open is asked."""
    given = answers or Answers()
    has_gone_on = any(question in given for question in program.advice_questions)
    return concealing_unknown(
        Interview(
            program=program, answers=given, checked=checked,
            advice_from=0 if has_gone_on else None,
        )
    )  # fmt: skip


def answer(interview: Interview, raw: Raw, *, text: bool = True) -> Interview | InvalidAnswer:
    """Answer the current question.

    Args:
        interview: The current state.
        raw: The answer.
        text: Whether scalars are text, parsed by the kind of the question: `yes`, the id of a
            choice, `a;b?`, `none` or `not_sure`.

    Returns:
        The next state, or why the answer is invalid.
    """
    question = view(interview).question
    if question is None:
        return InvalidAnswer("A115", "there is no question to answer")
    value = parse_answer(question, raw, text=text)
    return value if isinstance(value, InvalidAnswer) else take(interview, question.id, value)


def keep(interview: Interview) -> Interview:
    """Repeat the remembered answer to the current question, if there is one."""
    current = view(interview)
    if current.question is None or current.remembered is None:
        return interview
    return take(interview, current.question.id, current.remembered)


def take(interview: Interview, question: str, value: Value) -> Interview:
    """Return the state after an answer to a question."""
    said = _said(interview, question, value)
    value = _with_concealed(interview, question, value)
    is_outdated = question in interview.outdated
    step = Step(
        question=question,
        before=None if is_outdated else interview.answers.get(question),
        was_change=interview.changing is not None and not is_outdated,
        was_concealed=question in interview.concealed,
        checked=interview.checked,
        said=interview.said,
    )
    taken = replace(
        interview,
        answers=interview.answers.with_(question, value),
        trail=(*interview.trail, step),
        remembered=interview.remembered.without(question),
        changing=None,
        concealed=interview.concealed - _afresh(interview, question, value),
        said=said,
        outdated=interview.outdated - {question},
        checked=interview.checked - _changed_doubts(interview, question, value),
    )
    return concealing(interview, asking_afresh(interview, taken))


def _said(interview: Interview, question: str, value: Value) -> Answers:
    """Return what is said of concealed lists after an answer."""
    if question not in interview.concealed:
        return interview.said
    ticked = private_part(interview.program.questions[question], value)
    left = interview.said.without(question)
    return left.with_(question, ticked) if ticked != Ticks() else left


def _with_concealed(interview: Interview, question: str, value: Value) -> Value:
    """Return a new answer to a list, with what was ticked in it that nobody may see any more."""
    before = interview.beneath.get(question)
    if question not in interview.concealed or not (
        isinstance(before, Ticks) and isinstance(value, Ticks)
    ):
        return value
    yes = value.yes | before.yes
    return Ticks(yes, (value.unsure | before.unsure) - yes)


def _afresh(interview: Interview, question: str, value: Value) -> frozenset[str]:
    """Return which answer is no longer concealed once it is given again: none of a list.

    But one that a private answer had asked for is, now that another answer asks for it.
    """
    is_private = interview.program.questions[question].is_private
    is_kept = isinstance(value, Ticks) and is_private
    return frozenset() if is_kept else frozenset({question})


def _changed_doubts(interview: Interview, question: str, value: Value) -> frozenset[str]:
    """Return the names of the doubts about which an answer says something new."""
    before = interview.answers.value(question)
    if isinstance(before, Ticks) and isinstance(value, Ticks):
        items = (before.yes ^ value.yes) | (before.unsure ^ value.unsure)
        return frozenset(f"{question}.{item}" for item in items)
    if before == value:
        return frozenset()
    return frozenset(name for name in interview.checked if question_of(name) == question)


def _unmarked(interview: Interview) -> Interview:
    """Return an interview without the marks on the answer that is being changed."""
    changing = interview.changing
    if changing is None or changing not in interview.answers:
        return interview
    return replace(interview, remembered=interview.remembered.without(changing))


def confirm(interview: Interview, finding: Finding) -> Interview:
    """Answer the confirmation that is pending, if any; the doubt is then checked."""
    doubt = view(interview).confirmation
    if doubt is None:
        return interview
    question = doubt.question.id
    step = Step(
        question=question, before=interview.answers[question], was_change=False,
        is_confirmation=True, checked=interview.checked, said=interview.said,
    )  # fmt: skip
    return replace(
        interview,
        answers=settle(interview.answers, doubt, finding),
        trail=(*interview.trail, step),
        checked=interview.checked | {doubt.name},
    )


def go_on(interview: Interview) -> Interview:
    """Go on to the advice part, after the result of triage."""
    if not view(interview).can_go_on:
        return interview
    return replace(interview, advice_from=len(interview.trail))


def back(interview: Interview) -> Interview:
    """Undo the last step, if any, or going on. An answer is remembered but no longer counts.

    One that was changed counts, as changed, until it is changed again: it is asked again, and the
    answer that it replaced never comes back by itself. One that somebody else may have given is
    never taken back: a list is changed, and any other is passed over, whatever it is.
    """
    if interview.changing is not None:
        return replace(_unmarked(interview), changing=None)
    if interview.advice_from == len(interview.trail):
        return replace(interview, advice_from=None)
    # One that was given once more since, and then taken back, is gone already.
    steps = tuple(step for step in interview.trail if step.question in interview.answers)
    if not steps:
        return replace(interview, trail=steps)
    *earlier, last = steps
    is_untold = last.question in unasked(interview)
    if last.was_change or _was_anothers(interview, last):
        kept = replace(interview, trail=tuple(earlier))
        is_passed = is_untold or not _may_be_changed(interview, last.question)
        return back(kept) if is_passed else replace(kept, changing=last.question)
    remembered = interview.remembered
    concealed = interview.concealed
    if last.was_concealed:
        concealed |= {last.question}
    if not last.is_confirmation and last.question not in interview.concealed:
        remembered = remembered.with_(last.question, interview.answers[last.question])
    answers = previous_answers(interview)
    undone = replace(
        interview,
        answers=answers,
        trail=tuple(earlier),
        remembered=remembered,
        concealed=concealed.intersection(answers),
        said=last.said,
        checked=last.checked,
    )
    # To stop at a question that only a private answer asked would tell that it was asked.
    if is_untold:
        return back(undone)
    after = concealing(interview, undone)
    # A test conceals no answer, nor does undoing it; but what came after it is not shown again.
    is_test = last.is_confirmation
    return replace(undone, remembered=after.remembered) if is_test else after


def _was_anothers(interview: Interview, step: Step) -> bool:
    """Return whether a step gave an answer that is concealed, before whoever answers now."""
    is_theirs = not step.was_concealed and not step.is_confirmation
    return is_theirs and step.question in interview.concealed


def _may_be_changed(interview: Interview, question: str) -> bool:
    """Return whether a new answer loses nothing that somebody else may have answered."""
    if question not in interview.concealed:
        return True
    is_list = isinstance(interview.answers.get(question), Ticks)
    return is_list or may_answer_afresh(interview, question)


def reconsider(interview: Interview) -> Interview:
    """Ask the last question again: going back while an emergency is certain.

    The old answer counts until a new one is given, so leaving now is still an emergency. Undoing
    a confirmation leaves it one too.
    """
    if interview.changing is not None or not interview.trail:
        return back(interview)
    last = interview.trail[-1]
    return back(interview) if last.is_confirmation else change(interview, last.question)


def change(interview: Interview, question: str) -> Interview:
    """Ask an answered question again; the old answer counts until a new one is given.

    Questions without an answer, and those that are not asked, cannot be changed, unless the answer
    contradicts others. Of those that are concealed a list can, for nothing private in it is lost,
    and what may be given afresh.
    """
    answers = counted_answers(interview)
    is_whole = question in interview.concealed and shown_answer(interview, question) is None
    if is_whole and not may_answer_afresh(interview, question):
        return interview
    if question not in interview.answers or question not in answers:
        return interview
    evaluation = Evaluation(interview.program, answers)
    if evaluation.guard(question)[1] != F or question in may_be_asked_again(acted_on(evaluation)):
        return replace(_unmarked(interview), changing=question)
    return interview
