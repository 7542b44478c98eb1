"""What the person is not sure about, and the checks that may settle it."""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.decide.assessment import Assessment
from backtriage.decide.reasons import NOT_SURE, Reason
from backtriage.render.page.phrasing import MAX_NAMED, as_sentence, unsure_phrases
from backtriage.terms.urgency import Urgency


def acted_on(a: Assessment) -> list[Reason]:
    """Return the reasons for the urgency that is acted on, the certain ones first."""
    reasons = [reason for reason in a.reasons if reason.urgency == a.urgency]
    return sorted(reasons, key=lambda reason: reason.certainty == NOT_SURE)


def rests_on_doubt(a: Assessment) -> bool:
    """Return whether an emergency rests on "not sure" alone."""
    certainties = {reason.certainty for reason in acted_on(a)}
    return a.certain is Urgency.EMERGENCY and certainties == {NOT_SURE}


def must_be_checked(a: Assessment) -> str:
    """Return which doubts the urgency rests on, and whether the person tried to settle them."""
    open_ = {name for name, _ in _decisive(a)}
    if open_ and open_ <= {*a.checked}:
        return f"You tried to find out about {_doubts_phrase(a)}. It must still be checked now."
    return f"You were not sure about {_doubts_phrase(a)}: this must be checked now."


def checks_now(a: Assessment) -> tuple[str, ...]:
    """Return the first of the decisive doubts that nobody tried to settle, with their checks."""
    return tuple(text for name, text in _decisive(a) if name not in a.checked)[:MAX_NAMED]


def may_be_more_urgent(a: Assessment) -> tuple[str, ...]:
    """Return the first doubts of which a "yes" would mean help today, with their checks."""
    unsure = [each for each in acted_on(a) if each.rule.urgency is Urgency.SAME_DAY]
    doubts = _named_in(a, unsure)
    return tuple(text for _, phrase, text in doubt_items(a) if phrase in doubts)[:MAX_NAMED]


def doubt_items(a: Assessment) -> Iterator[tuple[str, str, str]]:
    """Yield the name of each doubt, and the doubt as a phrase, alone and with its simple check."""
    for question_id, item in a.not_sure:
        question = a.program.questions[question_id]
        choice = next((choice for choice in question.choices if choice.id == item), None)
        phrase = choice.short if choice else unsure_phrases(question, a.answers[question_id])[0]
        check = choice.check if choice else ""
        name = f"{question_id}.{item}" if item else question_id
        text = f"{as_sentence(phrase)} {check}".rstrip()
        yield name, a.words.fill(phrase), a.words.fill(text)


def _decisive(a: Assessment) -> list[tuple[str, str]]:
    """Return the name and the text of each doubt that the urgency rests on."""
    doubts = _doubts(a)
    return [(name, text) for name, phrase, text in doubt_items(a) if phrase in doubts]


def _doubts(a: Assessment) -> list[str]:
    """Return what the reasons acted on are unsure about, without repeats."""
    return _named_in(a, acted_on(a))


def _named_in(a: Assessment, reasons: list[Reason]) -> list[str]:
    phrases = (
        a.words.fill(phrase)
        for reason in reasons
        for question, value in reason.because.items()
        for phrase in unsure_phrases(a.program.questions[question], value)
    )
    return list(dict.fromkeys(phrases))


def _doubts_phrase(a: Assessment) -> str:
    """The first doubts as part of a sentence; they may contain commas."""
    doubts = _doubts(a) or ["an answer"]  # none may be named
    rest = len(doubts) - MAX_NAMED
    named = doubts[:MAX_NAMED] + ([f"{rest} more"] if rest > 0 else [])
    return "; ".join([*named[:-1], f"and {named[-1]}" if named[1:] else named[-1]])
