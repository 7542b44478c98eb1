"""What the patient is told: what to do, why, and what was in doubt, left open or set aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from backtriage.decide.assessment import AdvicePart, Assessment
from backtriage.decide.reasons import MISSING, Reason
from backtriage.protocol.protocol import Question, Rule
from backtriage.render.page.doubts import acted_on, doubt_items
from backtriage.render.page.page import Action, Block
from backtriage.render.page.phrasing import (
    answer_phrase,
    as_sentence,
    definite_phrases,
    first_sentence,
    pluralise,
    reported_answers,
)
from backtriage.terms.condition import Always
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NUMBER, ONE_OF

MAX_OPEN: Final = 5
"""How many open questions are named."""

_ONE_LINE: Final = 73
"""Characters of a reason on one line of a usual screen."""
_TWO_LINES: Final = 144

NOT_MADE_FOR: Final = (
    "These questions may not fit this case. This page only says how soon to get help."
)
STILL_IN_DOUBT: Final = (
    "If it is clearly not so, change that answer. Still not sure? Then act on this page."
)
UNTIL_ANSWERED: Final = (
    "If it is clearly not so, answer again. Act on this page until a new one says otherwise."
)
"""The same where a reason may not be on the page: the doubt may not be the only one."""
_OPEN_END: Final = (
    "Open questions can still change this. Until they are answered, act on the worst they allow."
)
_ONLY_ADVICE: Final = "That cannot change how soon you need help, only the advice."
_LEFT_OUT: Final = "So something may be left out under: {}."
DO_NOT_FIT: Final = "INCOMPLETE: some of your answers do not fit together."
CHANGE_ONE: Final = "If one of them is not right, change it. Until then, act on"
_NOT_COUNTED: Final = (
    "Your other answers make these questions unnecessary, so we did not count them."
)


def action_of(a: Assessment) -> Action:
    """Return how soon to act, what to do, and where."""
    fill = a.words.fill
    where = fill(a.program.services[a.service].where)
    return Action(word=a.how_soon("word"), headline=a.how_soon("headline"), where=where)


def about_whom(a: Assessment) -> Block:
    """Return the first sentence of each note, such as who "you" is."""
    return Block(paragraphs=tuple(first_sentence(a.words.fill(note)) for note in a.notes))


def steps_of(a: Assessment) -> tuple[str, ...]:
    """What to do, for the place of help if it has steps of its own: a crisis line needs others."""
    steps = a.program.services[a.service].steps or a.level.steps
    return tuple(a.words.fill(step) for step in steps)


def is_unsettled(a: Assessment) -> bool:
    """Return whether an open question could still raise the urgency."""
    return a.certain < a.possible


def named(a: Assessment, missing: Iterable[str]) -> list[Question]:
    """Return the open questions that a page may name: a private one tells why it is asked."""
    questions = (a.program.questions[question] for question in missing)
    return [question for question in questions if not question.private]


def _reason_text(a: Assessment, reason: Reason) -> str:
    """The answers behind a reason, why they matter, and where else to turn."""
    parts = [reported_answers(a, reason.because), a.words.fill(reason.rule.because)]
    # An unsure rule that gives less than its own urgency does not say where to turn.
    if reason.urgency == a.urgency == reason.rule.urgency:
        parts.append(other_place(a, reason.rule))
    return " ".join(part for part in parts if part)


def other_place(a: Assessment, rule: Rule) -> str:
    """Return where else to turn because of a rule, unless the first place rules it out."""
    if rule.service in {a.service, ""}:
        return ""
    place = a.program.services[rule.service]
    return "" if a.service in place.not_beside else a.words.fill(place.where)


def open_end(a: Assessment) -> str:
    """Say that open questions can still change the result, and what is already certain."""
    if a.certain is Urgency.SELF_CARE:
        return _OPEN_END
    word = a.words.fill(a.program.levels[a.certain].word)
    return f"{_OPEN_END} The answers so far already mean: {word}, or sooner."


def reasons_block(a: Assessment) -> Block:
    """Return why the urgency is what it is: the answers, and what they mean."""
    # While a question is open, a reason to stay at home would look like a result.
    is_early = is_unsettled(a) and a.certain is Urgency.SELF_CARE
    certain = [r for r in a.reasons if r.urgency == a.certain and r.certainty != MISSING]
    reasons = (_reason_text(a, reason) for reason in certain if not is_early)
    known = tuple(dict.fromkeys(reasons))  # those that are not shown look the same
    return Block(
        heading="Why we say this",
        paragraphs=(open_end(a),) if is_unsettled(a) else (),
        items=known,
    )


def short_why(a: Assessment) -> tuple[str, str]:
    """Return one reason, and as much of it as is said where there is less room.

    It is what answers mean, after as many of them as there is room for.
    For a call they stand in the sentence to say. At home no answer is the reason, so as many
    stand there as fit on a line. What cannot change, such as age, is no reason by itself. Of a
    journal the rule says it better.
    """
    if is_unsettled(a):
        return (end := open_end(a)), end
    first = next(iter(acted_on(a)))
    because = a.words.fill(first.rule.because)
    told = [q for q in a.program.questions.values() if q.from_journal is None and q.can_change]
    if a.urgency is Urgency.SELF_CARE:
        why = f"{_own_words(a, told, _ONE_LINE - len(because))}{because}"
        return why, why
    asked = (q for q in told if q.id in first.because)
    answers = [part for q in asked for part in definite_phrases(q, first.because[q.id])]
    if a.urgency not in {Urgency.ROUTINE, Urgency.SOON} or not answers:
        return because, because
    means = first_sentence(because)
    for at in range(len(answers)):  # the first answers say when and where, and matter least
        said = a.words.fill(as_sentence("; ".join(answers[at:])))
        if len(said) + len(means) < _TWO_LINES:
            return f"{said} {means}", means
    return means, means


def _own_words(a: Assessment, told: Iterable[Question], room: int) -> str:
    """Return as many answers to the questions of triage as there is room for, as sentences."""
    words = ""
    for question in told:
        is_of_all = isinstance(question.ask_when, Always) and not question.is_private
        is_triage = question.kind == ONE_OF and question.id not in a.program.advice_questions
        if is_of_all and is_triage and question.id in a.answers:
            for phrase in definite_phrases(question, a.answers[question.id]):
                longer = f"{words}{a.words.fill(as_sentence(phrase))} "
                words = longer if len(longer) <= room else words
    return words


def not_sure_block(a: Assessment) -> Block:
    """Return what the person was not sure about, with a check of each."""
    items = tuple(text for *_, text in doubt_items(a))
    again = ("If you find out, answer the questions again.",) if items else ()
    return Block(
        heading="You were not sure about",
        items=items,
        closing=again,
    )


def left_open_block(a: Assessment) -> Block:
    """Name the open questions that cannot change the urgency but could change the advice."""
    if is_unsettled(a):
        return Block()
    if not a.missing and a.advice_missing and a.advice_part is AdvicePart.NOT_ASKED:
        return Block(heading="Not asked", paragraphs=(_advice_not_asked(a),))
    missing = (*a.missing, *a.advice_missing)
    if not missing:
        return Block()
    count = pluralise(len(missing), "question was", "questions were")
    shorts = "; ".join(a.words.fill(question.short) for question in named(a, missing))
    names = (f"{shorts}.",) if shorts else ()
    kinds = {advice.kind for advice in a.undecided}
    titles = [kind.title for kind in a.program.protocol.advice_kinds if kind.id in kinds]
    left_out = (_LEFT_OUT.format("; ".join(titles)),) if titles else ()
    paragraphs = (f"{count} not answered. {_ONLY_ADVICE}", *names, *left_out)
    return Block(heading="Left open", paragraphs=paragraphs)


def _advice_not_asked(a: Assessment) -> str:
    """Say which sections of the advice part were left out."""
    asked = {a.program.questions[id_].section for id_ in a.advice_missing}
    titles = [section.title for section in a.program.protocol.sections if section.id in asked]
    return a.words.fill(f"We have not asked about: {'; '.join(titles)}. {_ONLY_ADVICE}")


def set_aside_block(a: Assessment) -> Block:
    """Return the answers that do not count, because their question is not asked."""
    counted = {each.question for each in a.contradictions}
    aside = a.set_aside.keys() - counted
    questions = [q for q in a.program.protocol.questions if q.id in aside]
    items = tuple(
        a.words.fill(f"{q.short}: {answer_phrase(q, a.set_aside[q.id])}") for q in questions
    )
    return Block(heading="Not counted", paragraphs=(_NOT_COUNTED,) if items else (), items=items)


def whose_answers(a: Assessment) -> Iterator[str]:
    """Yield who somebody is: numbers such as age, and then what all are asked."""
    for question in sorted(a.program.protocol.questions, key=lambda q: q.kind != NUMBER):
        if is_of_everybody(question) and question.id in a.answers:
            yield from definite_phrases(question, a.answers[question.id])


def is_of_everybody(question: Question) -> bool:
    """Return whether it is about who somebody is, such as age, rather than what they have."""
    is_asked = isinstance(question.ask_when, Always) and not question.can_change
    return is_asked and question.kind in {NUMBER, ONE_OF}


def provenance(a: Assessment) -> tuple[str, ...]:
    """Return which rules were applied, who reviewed them, and whose phone numbers are shown."""
    p = a.program.protocol
    country = a.words.country
    numbers = a.program.countries[country].name if country else "no country was named"
    reviewed = f"Clinically reviewed by: {p.reviewed_by or 'nobody yet'}."
    paragraphs = (
        f"{p.title}, version {p.version}, due for review by {p.review_due}. {reviewed}",
        f"Numbers shown: {numbers}.",
    )
    return (*paragraphs, f"Reference: {a.ref}") if a.ref else paragraphs
