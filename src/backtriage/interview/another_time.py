"""What is left of a saved interview at another time: nothing counts, and a part is offered again.

Pain and signs change within a day. So the interview begins again, as for anybody else; but what a
journal says is asked of nobody, and stays. So do the answers that an emergency rests on, and no
others: an old "no" beside them is as old as any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backtriage.decide.evaluate import Evaluation, urgency_from
from backtriage.decide.reasons import supporting_answers
from backtriage.interview.concealed import untold
from backtriage.interview.state import Interview
from backtriage.program.program import Program
from backtriage.protocol.protocol import Rule
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Ticks, Value


def asked_anew(program: Program, answers: Answers) -> frozenset[str]:
    """Return the answers that count no longer: all that somebody could be asked for."""
    return frozenset(id_ for id_ in answers if program.questions[id_].from_journal is None)


def at_another_time(interview: Interview, answers: Answers) -> Interview:
    """Return an interview as it begins again.

    Args:
        interview: What was saved, with `asked_anew` only remembered.
        answers: All answers as they were saved.
    """
    program = interview.program
    return Interview(
        program=program,
        answers=interview.answers,
        remembered=_offered(program, answers, interview.remembered),
        earlier=interview.earlier,
        meant=interview.meant,
    )


def behind_emergency(program: Program, answers: Answers) -> Answers:
    """Return the answers that the emergencies among some rest on, and no others.

    Args:
        program: The protocol.
        answers: Old ones, all of them.
    """
    alarms = [*_alarms(program, answers)]
    support = {id_ for each, rule in alarms for id_ in supporting_answers(each, rule.when, end=0)}
    rules = {rule.id for _, rule in alarms}
    kept = answers
    for id_ in reversed([*program.questions]):  # what decides whether to ask it comes before
        if id_ in kept and id_ not in support:
            fewer = kept.without(id_)
            if rules <= {rule.id for _, rule in _alarms(program, fewer)}:
                kept = fewer
    return kept


def _alarms(program: Program, answers: Answers) -> Iterator[tuple[Evaluation, Rule]]:
    """Yield each rule that is certainly an emergency, also by answers that are set aside."""
    evaluation = Evaluation(program, answers)
    for each in filter(None, (evaluation, evaluation.counting_all())):
        for rule in program.rules:
            if urgency_from(rule, each.interval(rule.when)[0]) is Urgency.EMERGENCY:
                yield each, rule


def _offered(program: Program, answers: Answers, remembered: Answers) -> Answers:
    """Return the answers that are shown again: none that may be private, as others may go on."""
    private = {id_ for id_, question in program.questions.items() if question.is_private}
    hidden = private | untold(program, answers, private & answers.keys(), is_any_told=False)
    return without_denials({id_: v for id_, v in remembered.items() if id_ not in hidden})


def without_denials(remembered: Mapping[str, Value]) -> Answers:
    """Return what is remembered, but no "no" and no "none of these".

    On the full screen it would be chosen already, and Enter alone would deny what has come since,
    or what the question says now.
    """
    said = remembered.items()
    return Answers({id_: v for id_, v in said if v is not False and v != Ticks()})
