"""What a front end should show next: a question, or the result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from msgspec.structs import replace as replace_fields

from backtriage.decide.assessment import (
    Assessment,
    assess,
    is_out_of_scope,
    is_surely_in_scope,
    notes_of,
    range_of,
)
from backtriage.decide.contradictions import ActedOn, Search, acted_on, may_be_asked_again
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import F
from backtriage.decide.open_questions import deciding_questions, open_questions
from backtriage.interview.confirmations import pending
from backtriage.interview.progress import Progress, progress_of
from backtriage.interview.state import (
    Interview,
    counted_answers,
    is_marked,
    previous_answers,
    shown_answer,
    unasked,
)
from backtriage.program.doubts import Doubt
from backtriage.program.program import Program
from backtriage.protocol.dependencies import QUESTIONS, dependencies
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Value

_STILL_RIGHT: Final = (
    "You gave this answer before. Now it does not fit your other answers. Is it still right?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewView:
    """What a front end shows: the current question, or the result."""

    question: Question | None
    """None when there is a result to show, or a doubt is to be confirmed."""
    confirmation: Doubt | None
    """The doubt to confirm before anything else is shown. It counts as no question."""
    is_triage_result: bool
    """Whether this is the result before the advice part, unless it is an emergency."""
    can_go_on: bool
    """Whether the advice part can follow it."""
    max_remaining: int
    """How many more questions can follow this one, whatever is answered, and whatever concealed
    answers are."""
    progress: Progress | None
    """About how many are left, for the screen; None where nothing new is asked."""
    certain: Urgency
    possible: Urgency
    remembered: Value | None
    """The answer that was taken back or is being changed. A front end shows it, but must not
    submit it unless the person says so."""
    notes: tuple[str, ...]
    """Sentences to keep on the screen, with placeholders."""
    told: frozenset[str]
    """Those of them that stood there in full before the last answer."""
    can_go_back: bool
    is_change: bool
    """Whether this question has been answered before."""
    is_marked: bool
    """Whether what is remembered was only marked, while an earlier answer counts."""
    can_end: bool
    """Whether the remaining questions can change only the advice, not the urgency."""
    offers_end: bool
    """Whether the last answer made `can_end` true, so that the front end should mention it."""

    @property
    def is_emergency(self) -> bool:
        """Whether an emergency is certain, to be shown at once."""
        return self.certain is Urgency.EMERGENCY

    @property
    def shows_emergency(self) -> bool:
        """Whether to show that now: no doubt is to be confirmed, and no answer to be changed."""
        return self.is_emergency and not self.is_change and self.confirmation is None


class Stopped(Exception):  # noqa: N818 - a way to end, not an error
    """Raised when the person leaves before the end, or the system stops the program."""

    def __init__(
        self, interview: Interview, signal: int, *, was_result_seen: bool = False,
        is_hidden: bool = False,
    ) -> None:  # fmt: skip
        """Carry the interview so far and the number of the signal that stopped it.

        With `was_result_seen` there is nothing to go on with: the result has been shown. With
        `is_hidden` nothing may be left on the screen.
        """
        super().__init__(signal)
        self.interview = interview
        self.signal = signal
        self.was_result_seen = was_result_seen
        self.is_hidden = is_hidden


def view(interview: Interview) -> InterviewView:
    """Return what to show now."""
    acted = _acted_on(interview.program, counted_answers(interview))
    certain, possible = range_of(acted)
    can_go_on, remaining = _part(interview, acted)
    to_correct = tuple(_asked_again(interview, acted))
    again = interview.changing or next(iter(to_correct), None)
    current = again or next(iter(remaining), "")
    doubts = () if current else _to_confirm(interview)
    is_over = not (current or doubts or certain is Urgency.EMERGENCY)
    has_advice_part = bool(interview.program.advice_questions)
    is_triage_result = is_over and has_advice_part and not interview.has_gone_on
    # Without rules there is no result: the questions are those of a journal.
    can_end = bool(current and interview.program.rules) and not again and _is_settled(acted)
    most = _max_remaining(interview, acted, (*to_correct, *remaining), current)
    is_new = bool(current) and not interview.changing
    return InterviewView(
        question=interview.program.questions.get(current),
        confirmation=next(iter(doubts), None),
        is_triage_result=is_triage_result,
        can_go_on=is_triage_result and can_go_on,
        max_remaining=most,
        progress=progress_of(interview, current, remaining, most) if is_new else None,
        certain=certain,
        possible=possible,
        remembered=_shown_again(interview, current),
        notes=(
            *notes_of(_known(interview, acted.kernel)),
            *((_STILL_RIGHT,) if again != interview.changing else ()),
        ),
        told=frozenset(_notes_before(interview)),
        can_go_back=bool(interview.trail or interview.changing) or interview.has_gone_on,
        is_change=bool(again),
        is_marked=is_marked(interview),
        can_end=can_end,
        offers_end=can_end and not _was_settled(interview),
    )


def assessment_of(
    interview: Interview, country: str | None = None, ref: str | None = None
) -> Assessment:
    """Return the assessment of the answers so far, for `country` and with the caller's `ref`."""
    answers = counted_answers(interview)
    found = assess(interview.program, answers, country, ref, interview.checked)
    return replace_fields(found, meant=interview.meant)


def questions_to_come(interview: Interview) -> tuple[str, ...]:
    """Return the questions that may still be asked in this part, in asking order.

    Which they are tells no concealed answer, as long as there is any: they are those of somebody
    who has not given it yet.
    """
    acted = _acted_on(interview.program, counted_answers(interview))
    return _as_told(interview, acted, _part(interview, acted)[1])


def _as_told(
    interview: Interview, acted: ActedOn[Evaluation], remaining: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the questions that remain, as far as somebody else may know."""
    if not (interview.concealed and remaining):
        return remaining
    counted = acted.kernel.answers
    found = _part(interview, acted_on(_known(interview, acted.kernel)))[1]
    return tuple(id_ for id_ in found if id_ not in counted and acted.kernel.guard(id_)[1] != F)


def _known(interview: Interview, evaluation: Evaluation) -> Evaluation:
    """Return the evaluation of what counts without what is concealed."""
    if not interview.concealed:
        return evaluation
    told = interview.answers.keys() - interview.concealed
    counted = evaluation.answers.items()
    return Evaluation(interview.program, Answers({id_: v for id_, v in counted if id_ in told}))


def _notes_before(interview: Interview) -> tuple[str, ...]:
    """Return the notes of the question before this one; none at the first."""
    if not interview.trail:
        return ()
    before = replace(interview, answers=previous_answers(interview))
    return notes_of(_known(before, Evaluation(interview.program, before.answers)))


def _to_confirm(interview: Interview) -> tuple[Doubt, ...]:
    """Return the doubts to confirm; none is named that is concealed."""
    if interview.outdated:  # they are to be given again, not tried
        return ()
    doubts = pending(interview.program, counted_answers(interview), interview.checked)
    hidden = unasked(interview)
    if any(
        doubt.question.id in hidden
        or (doubt.is_private and doubt.question.id in interview.concealed)
        for doubt in doubts
    ):
        return ()
    return doubts


def _shown_again(interview: Interview, question: str) -> Value | None:
    marked = interview.remembered.get(question)
    if marked is not None or question in interview.outdated:
        return marked
    return shown_answer(interview, question)


def _acted_on(program: Program, answers: Answers) -> ActedOn[Evaluation]:
    return acted_on(Evaluation(program, answers))


def _part(interview: Interview, acted: ActedOn[Evaluation]) -> tuple[bool, tuple[str, ...]]:
    """Return whether the advice part can follow, and the questions to ask before that.

    Triage asks only what can change the urgency. Nothing is asked once an emergency is certain,
    and nobody who needs help today is kept with questions about advice.
    """
    if acted.certain[Urgency.EMERGENCY]:
        return False, ()
    if not interview.program.advice_questions:
        return False, _open(interview, acted, open_questions)
    deciding = _open(interview, acted, deciding_questions)
    if deciding and not interview.has_gone_on:
        return False, deciding
    if not deciding and acted.possible[Urgency.SAME_DAY]:
        return False, ()
    remaining = _open(interview, acted, open_questions)
    return bool(remaining), remaining if interview.has_gone_on else ()


def _open(interview: Interview, acted: ActedOn[Evaluation], search: Search) -> tuple[str, ...]:
    hidden = unasked(interview)
    return tuple(id_ for id_ in acted.open(search) if id_ not in hidden)


def _asked_again(interview: Interview, acted: ActedOn[Evaluation]) -> Iterator[str]:
    """Yield the answers to ask for again: a later one set them aside, and they contradict that.

    Each is asked once. If the person gives it again, the contradiction is part of the result. So
    is one of saved answers whose questions have changed: an emergency in them is shown at once.
    """
    given = {step.question: at for at, step in enumerate(interview.trail)}
    if not given:
        return
    untellable = interview.outdated | interview.concealed
    p = interview.program
    guards = {id_: question.ask_when for id_, question in p.questions.items()}
    for question in may_be_asked_again(acted):
        read = dependencies(guards[question], p.facts, p.scores, guards)
        latest = max((given.get(id_, -1) for section, id_ in read if section == QUESTIONS))
        if latest > given.get(question, -1) and question not in untellable:
            yield question


def _is_settled(acted: ActedOn[Evaluation]) -> bool:
    """Whether neither the urgency nor the scope can change any more."""
    certain, possible = range_of(acted)
    return certain == possible and (
        is_surely_in_scope(acted.kernel) or is_out_of_scope(acted.kernel)
    )


def _was_settled(interview: Interview) -> bool:
    """Whether that was so before the last step."""
    return _is_settled(_acted_on(interview.program, previous_answers(interview)))


def _max_remaining(
    interview: Interview, acted: ActedOn[Evaluation], coming: tuple[str, ...], current: str
) -> int:
    """Count the questions that can follow; an answer being changed counts as absent."""
    following = _as_told(interview, acted, coming)
    if current in interview.answers and current not in interview.outdated:
        without = replace(interview, answers=interview.answers.without(current))
        following = (*following, *questions_to_come(without))
    return len({*following} - {current})
