"""The state of an interview: the answers, in the order they were given.

It is frozen and holds nothing else; how the answers count, and what may be shown of them, is
derived from it. Going back, resuming and changing an answer each simply make another state.
"""

from __future__ import annotations

from dataclasses import dataclass

from backtriage.decide.tested import doubted_again
from backtriage.interview.concealed import shown, untold, with_untold
from backtriage.interview.confirmations import is_emergency
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One answer given, with what is needed to undo it."""

    question: str
    before: Value | None
    """The answer it replaced, if any."""
    was_change: bool
    """Whether the person had gone back to this question to change its answer."""
    is_confirmation: bool = False
    """Whether it confirmed a doubt about the answer."""
    was_concealed: bool = False
    """Whether the answer that it replaced, which somebody else may have given, is not shown."""
    checked: frozenset[str] = frozenset()
    """The doubts that were checked before."""
    said: Answers = Answers()
    """What had been said of concealed lists before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """The state of one interview."""

    program: Program
    answers: Answers = Answers()
    """Every answer given, including those set aside by later changes."""
    trail: tuple[Step, ...] = ()
    """The answers in the order they were given."""
    remembered: Answers = Answers()
    """Answers taken back, and marks on one that is being changed: shown again, never counted."""
    changing: str | None = None
    """The question whose answer is being changed."""
    checked: frozenset[str] = frozenset()
    """The names of the doubts whose confirmation has been answered."""
    concealed: frozenset[str] = frozenset()
    """The questions whose answers, which may be private, somebody else may have given: they count,
    but are never shown again. With each, those that only a private answer asked."""
    beneath: Answers = Answers()
    """What was private in lists when they were concealed: it counts, whatever is ticked since."""
    said: Answers = Answers()
    """What has been ticked since that is private in them, by whoever answers now."""
    told_by: Answers = Answers()
    """The answers that said who gave those, before they changed."""
    outdated: frozenset[str] = frozenset()
    """Answers to questions that have changed since: they count only while they are part of an
    emergency, and until they are given again."""
    earlier: str = ""
    """Saved answers to questions that are gone, as JSON: what they meant may be an emergency."""
    meant: Urgency = Urgency.SELF_CARE
    """What answers certainly meant that count no longer, and are not shown again."""
    advice_from: int | None = None
    """How many answers came before the advice part; None before the person goes on to it."""

    @property
    def has_gone_on(self) -> bool:
        """Whether the person has gone on to the advice part."""
        return self.advice_from is not None


def counted_answers(interview: Interview) -> Answers:
    """Return the answers as they count now.

    What a test has cleared is in doubt again where it clears nothing, and what only a concealed
    answer would ask is not sure. The state keeps what was answered: it may come to count again.
    """
    p, said = interview.program, interview.said
    concealed = interview.concealed - interview.outdated
    given = doubted_again(p, interview.answers, interview.checked)
    answers = with_untold(p, given, concealed, said)
    if not interview.outdated or is_emergency(p, answers):
        return answers
    left = {id_: v for id_, v in interview.answers.items() if id_ not in interview.outdated}
    given = doubted_again(p, Answers(left), interview.checked)
    return with_untold(p, given, concealed, said)


def unasked(interview: Interview) -> frozenset[str]:
    """Return the questions that somebody else must not be asked, nor know of."""
    answers, outdated = interview.answers, interview.outdated
    left = Answers({id_: v for id_, v in answers.items() if id_ not in outdated})
    return untold(interview.program, left, interview.concealed - outdated, interview.said)


def count_told(interview: Interview) -> int:
    """Return how many answers there are, whatever is private in them.

    What only a private answer may ask is not counted, or it would be known by that.
    """
    p, answers = interview.program, interview.answers
    private = frozenset(id_ for id_ in answers if p.questions[id_].is_private)
    return len(answers.keys() - untold(p, answers, private, is_any_told=False))


def may_answer_afresh(interview: Interview, question: str) -> bool:
    """Return whether a concealed answer, which is not shown, may be replaced.

    Only if everything is as it was when it was given, so that it is the same person by what they
    say. Of a list something may be shown, so it is changed like any other.
    """
    answers = counted_answers(interview)
    return (
        question not in unasked(interview)
        and bool(interview.told_by)
        and all(answers.value(id_) == value for id_, value in interview.told_by.items())
    )


def shown_answer(interview: Interview, question: str) -> Value | None:
    """Return an answer as it may be shown: of a concealed list, what is not private in it."""
    value = counted_answers(interview).get(question)
    if question not in interview.concealed:
        return value
    return shown(interview.program.questions[question], value, interview.said.get(question))


def is_marked(interview: Interview) -> bool:
    """Return whether an answer is being changed, with marks that do not count yet."""
    id_ = interview.changing
    if id_ is None or id_ not in interview.answers or id_ not in interview.remembered:
        return False
    return interview.remembered[id_] != shown_answer(interview, id_)


def previous_answers(interview: Interview) -> Answers:
    """Return the answers before the last step; without any step, none at all."""
    if not interview.trail:
        return Answers()
    last = interview.trail[-1]
    answers = interview.answers.without(last.question)
    return answers if last.before is None else answers.with_(last.question, last.before)
