"""Somebody else may take over: then what is private in the answers so far is concealed."""

from __future__ import annotations

from dataclasses import replace

from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import F
from backtriage.interview.concealed import private_part, untold
from backtriage.interview.state import Interview, unasked
from backtriage.program.program import Program
from backtriage.protocol.dependencies import QUESTIONS, dependencies
from backtriage.terms.answers import Answers
from backtriage.terms.value import Ticks, Value


def may_be_another(before: Interview, after: Interview) -> bool:
    """Return whether somebody else may answer after a step, by what is said of who answers.

    That is by the answers that decide whether to ask something private. Said for the first time
    they change nothing; set aside, or to be given again, they say nothing any more.
    """
    then, now = _who(before), _who(after)
    return any(
        then[id_] != now[id_] and (id_ in before.answers or then[id_] is not None) for id_ in then
    )


def concealing(before: Interview, after: Interview) -> Interview:
    """Return the state after a step, with what may be private concealed if somebody may be new.

    Whatever the answers are, or one would know them by that.
    """
    return _concealed(after, _who(before)) if may_be_another(before, after) else after


def concealing_unknown(interview: Interview) -> Interview:
    """Return an interview that begins with answers, concealed if nobody knows who gave them."""
    return concealing_all(interview) if is_unknown(interview) else interview


def concealing_all(interview: Interview) -> Interview:
    """Return an interview with all concealed that may be private in its answers."""
    return _concealed(interview, _who(interview))


def is_unknown(interview: Interview, *, is_any_gone: bool = False) -> bool:
    """Return whether no answer says who gave the others.

    The question may have been one that is gone, if there is none now.
    """
    telling = _telling(interview.program)
    return (is_any_gone and not telling) or not telling <= interview.answers.keys()


def asking_afresh(before: Interview, after: Interview) -> Interview:
    """Return the state after a step, with what it asks asked as if for the first time.

    A question that only a concealed answer had asked may have a concealed answer too. That counts
    again once nothing else asks the question.
    """
    then, now = unasked(before), unasked(after)
    found = (then - now) & after.concealed - after.outdated
    again = (now - then) & after.concealed & after.outdated
    if not found | again:
        return after
    return asking_afresh(before, replace(after, outdated=(after.outdated | found) - again))


def _who(interview: Interview) -> dict[str, Value | None]:
    """Return what is said of who answers, as far as it counts, or is remembered."""
    telling = _telling(interview.program)
    if not telling:
        return {}
    answers = interview.answers
    evaluation = Evaluation(interview.program, answers)
    counting = {
        id_ for id_ in telling
        if id_ not in interview.outdated and evaluation.guard(id_)[1] != F
    }  # fmt: skip
    return {
        id_: answers[id_] if id_ in counting and id_ in answers else interview.remembered.get(id_)
        for id_ in telling
    }


def _concealed(interview: Interview, who: dict[str, Value | None]) -> Interview:
    p, answers = interview.program, interview.answers
    private = frozenset(id_ for id_, asked in p.questions.items() if asked.is_private)
    asked = untold(p, answers, private.intersection(answers), is_any_told=False)
    hidden = private | asked
    told_by = interview.told_by or Answers({id_: v for id_, v in who.items() if v is not None})
    lists = {id_: v for id_, v in answers.items() if id_ in private and isinstance(v, Ticks)}
    return replace(
        interview,
        trail=tuple(replace(step, was_concealed=False) for step in interview.trail),
        remembered=Answers(
            {id_: v for id_, v in interview.remembered.items() if id_ not in hidden}
        ),
        concealed=interview.concealed | hidden.intersection(answers),
        beneath=Answers({id_: private_part(p.questions[id_], v) for id_, v in lists.items()}),
        said=Answers(),
        told_by=told_by,
    )


def _telling(program: Program) -> frozenset[str]:
    """Return the questions, none of them private, that decide whether to ask something private."""
    p = program
    guards = {id_: question.ask_when for id_, question in p.questions.items()}
    return frozenset(
        id_
        for question in p.questions.values()
        if question.is_private
        for section, id_ in dependencies(question.ask_when, p.facts, p.scores, guards)
        if section == QUESTIONS and not p.questions[id_].is_private
    )
