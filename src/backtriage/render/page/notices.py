"""What to know before acting on a card: what is open, does not fit or is in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from backtriage.decide.assessment import Assessment, Status
from backtriage.program.program import Program
from backtriage.render.page.doubts import (
    acted_on,
    checks_now,
    doubt_items,
    may_be_more_urgent,
    must_be_checked,
    rests_on_doubt,
)
from backtriage.render.page.patient import (
    CHANGE_ONE,
    DO_NOT_FIT,
    MAX_OPEN,
    NOT_MADE_FOR,
    STILL_IN_DOUBT,
    UNTIL_ANSWERED,
    about_whom,
    is_unsettled,
    named,
    other_place,
)
from backtriage.render.page.phrasing import (
    MAX_NAMED,
    contradiction_text,
    lower_first,
    pluralise,
)
from backtriage.terms.urgency import Urgency

_MEANT: Final = (
    "Your earlier answers meant: {headline} "
    "If no doctor or nurse has seen you since, do that first."
)
_INCOMPLETE: Final = "INCOMPLETE: this is not yet a result. {} open."
_AT_LEAST: Final = "At least {}"
_NOT_HERE: Final = "Questions that are not on this page are"
_NOT_SURE: Final = "You were not sure about {}. If you find out, answer again."
_THEN: Final = (
    "If it is so, {}. If it is clearly not so, answer again. "
    "Still not sure? Then act on this page."
)
_NOT_ANSWERED: Final = "Not answered: {}."
_IF_NOT: Final = "If you cannot answer them, act on this:"


def meant_then(program: Program, meant: Urgency) -> str:
    """Return what answers of another time meant, as it is said now, with placeholders."""
    return _MEANT.format(headline=program.levels[meant].headline)


def notices_above(a: Assessment) -> Iterator[str]:
    """Yield what to know first. Above what to do in an emergency there is hardly anything."""
    if a.meant > a.urgency:
        yield a.words.fill(meant_then(a.program, a.meant))
    if a.status is Status.OUT_OF_SCOPE and a.certain is not Urgency.EMERGENCY:
        yield NOT_MADE_FOR
    if a.urgency is not Urgency.EMERGENCY:
        yield from _contradictions(a, f"{CHANGE_ONE}:")
    if is_unsettled(a) and (a.missing or not a.contradictions):
        yield _INCOMPLETE.format(_how_many_open(a))
        yield from _open_questions(a)
        yield _IF_NOT
    elif rests_on_doubt(a) and not a.contradictions:
        yield must_be_checked(a)


def notices_below(a: Assessment, say: str) -> Iterator[str]:
    """Yield what to know once what to do has been said, such as where else to turn.

    Args:
        a: The result.
        say: What to read out on the phone; the doubts in it are not named once more.
    """
    if a.urgency is Urgency.EMERGENCY:
        yield from _contradictions(a, f"{CHANGE_ONE} this page.")
    yield from about_whom(a).paragraphs
    yield from _elsewhere(a)
    said = " ".join((say, *(lower_first(check) for check in checks_of(a))))
    if a.urgency is not Urgency.EMERGENCY and (doubts := _doubts(a, said)):
        yield _NOT_SURE.format(doubts)


def checks_of(a: Assessment) -> tuple[str, ...]:
    """Return what may settle the doubts that decide an emergency, or could mean help today."""
    if a.urgency is Urgency.EMERGENCY:
        return checks_now(a) if rests_on_doubt(a) else ()
    is_low = a.urgency < Urgency.SAME_DAY and not is_unsettled(a)
    return may_be_more_urgent(a) if is_low else ()


def after_checks_of(a: Assessment) -> str:
    """Return what to do once the doubts were checked."""
    if a.urgency is Urgency.EMERGENCY:
        return UNTIL_ANSWERED if a.is_public else STILL_IN_DOUBT
    headline = a.words.fill(a.program.levels[Urgency.SAME_DAY].headline)
    return _THEN.format(lower_first(headline).rstrip("."))


def _contradictions(a: Assessment, closing: str) -> Iterator[str]:
    if a.contradictions:
        yield DO_NOT_FIT
        yield from (contradiction_text(a, each) for each in a.contradictions)
        yield closing


def _how_many_open(a: Assessment) -> str:
    """Count the open questions; of those that are not on a page, nobody may know how many."""
    count = pluralise(len(a.missing), "question is", "questions are")
    if a.is_public:
        return _AT_LEAST.format(count) if a.missing else _NOT_HERE
    return count


def _open_questions(a: Assessment) -> Iterator[str]:
    questions = named(a, a.missing)[:MAX_OPEN]
    names = [lower_first(a.words.fill(question.short)) for question in questions]
    rest = len(a.missing) - len(names)
    names += [f"and {rest} more"] if rest else []
    yield _NOT_ANSWERED.format("; ".join(names)) if questions else ""


def _doubts(a: Assessment, say: str) -> str:
    """Return the first doubts as part of a sentence; they may contain commas."""
    phrases = [phrase for _, phrase, _ in doubt_items(a) if phrase not in say]
    phrases = list(dict.fromkeys(phrases))
    named, rest = phrases[:MAX_NAMED], len(phrases) - MAX_NAMED
    return "; ".join([*named, f"and {rest} more"] if rest > 0 else named)


def _elsewhere(a: Assessment) -> Iterator[str]:
    """Yield the other places that reasons lead to, such as a crisis line."""
    if is_unsettled(a) or a.urgency < Urgency.SOON:
        return
    # An unsure rule that gives less than its own urgency does not say where to turn.
    rules = (reason.rule for reason in acted_on(a) if reason.rule.urgency == a.urgency)
    yield from dict.fromkeys(place for rule in rules if (place := other_place(a, rule)))
