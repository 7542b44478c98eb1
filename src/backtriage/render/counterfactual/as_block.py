"""What would have to be different, as one block that says first that it is not advice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from backtriage.counterfactual.counterfactual import (
    AnswerChange,
    Blocker,
    Counterfactual,
    Goal,
    SearchOutcome,
)
from backtriage.decide.assessment import Assessment
from backtriage.protocol.protocol import Question
from backtriage.prove.domain import Band
from backtriage.render.page import Block
from backtriage.render.page.phrasing import answer_phrase, pluralise, with_unit
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Value, number_text

_HEADING: Final = "What would have to be different (this is not the result)"
NOT_ADVICE: Final = (
    "This is not advice. Answer what is true. It shows how the rules work, for understanding and "
    "for clinicians."
)
_SIDES: Final = {Goal.AT_MOST: ("lower", "below"), Goal.AT_LEAST: ("higher", "above")}
_ENDS: Final = {min(Urgency), max(Urgency)}
_SMALLEST: Final = "Proved: no smaller change does it. Others as small may do it too."
_ACT: Final = "Act on the result, not on this."


def counterfactual_block(a: Assessment, found: Counterfactual) -> Block:
    """The change, each answer before and after; or what is in its way."""
    return Block(
        heading=_HEADING,
        paragraphs=(NOT_ADVICE, _head(a, found)),
        items=tuple(a.words.fill(item) for item in _items(a, found)),
        closing=(*_closing(a, found), _ACT),
    )


def _head(a: Assessment, found: Counterfactual) -> str:
    named = _named(a, found.target)
    side, beyond = _SIDES[found.goal]
    wanted = named if found.target in _ENDS else f"{named} or {beyond}"
    if found.outcome is SearchOutcome.ALREADY:
        return f"The urgency is {named} already, so nothing would have to be different."
    if found.outcome is SearchOutcome.UNDECIDED:
        return f"What {wanted} would take was not found out: the search {found.ran_out}."
    if found.outcome is SearchOutcome.FOUND:
        return f"For a {side} urgency, {wanted}, {_how_many(found)}:"
    if not found.blockers:
        return f"No answers at all would make it {wanted}, under these rules."
    return (
        f"Nothing that can change would make it {wanted}. These answers hold it, and they cannot "
        "change:"
    )


def _named(a: Assessment, urgency: Urgency) -> str:
    """In small letters, so that it is not taken for a result."""
    word = a.words.fill(a.program.levels[urgency].word).lower()
    return f'"{word}"' if word == urgency.id else f'"{word}" ({urgency.id})'


def _how_many(found: Counterfactual) -> str:
    """How many answers would differ, and how many would have to be given."""
    differ = sum(change.is_counted for change in found.changes)
    given = len(found.changes) - differ
    parts = [f"{pluralise(differ, 'answer', 'answers')} would have to be different"] * bool(differ)
    if given:
        aside = any(c.before is not None and not c.is_counted for c in found.changes)
        what = pluralise(given, "answer that is missing", "answers that are missing")
        parts.append(f"{what}{' or kept aside' * aside} would have to be given")
    return ", and ".join(parts)


def _items(a: Assessment, found: Counterfactual) -> Iterator[str]:
    """A line for each answer, those that count now first; or for each group in the way."""
    for change in sorted(found.changes, key=lambda change: not change.is_counted):
        yield change_text(a.program.questions[change.question], change)
    for group in found.blockers:
        yield " and ".join(
            blocker_text(a.program.questions[blocker.question], blocker) for blocker in group
        )


def change_text(question: Question, change: AnswerChange) -> str:
    """One answer, before and after."""
    before = "no answer" if change.before is None else _said(question, change.before)
    aside = " (kept aside)" if change.before is not None and not change.is_counted else ""
    return f"{_subject(question, change)}: {before}{aside} -> {_after(question, change.after)}"


def blocker_text(question: Question, blocker: Blocker) -> str:
    """One answer that is in the way."""
    return f"{_subject(question, blocker)}: {_said(question, blocker.answer)}"


def _subject(question: Question, part: AnswerChange | Blocker) -> str:
    """A question, or an item of its list, in its own words."""
    items = [choice.short for choice in question.choices if choice.id == part.item]
    return ", ".join([question.short, *items])


def _after(question: Question, after: Value | Band) -> str:
    if not isinstance(after, Band):
        return _said(question, after)
    most = with_unit(question, after.most)
    return most if after.least == after.most else f"{number_text(after.least)} to {most}"


def _said(question: Question, value: Value) -> str:
    return "not sure" if value is NOT_SURE else answer_phrase(question, value)


def _closing(a: Assessment, found: Counterfactual) -> Iterator[str]:
    if found.urgency is not None:
        if found.urgency is not found.target:
            yield f"Then the urgency would be {_named(a, found.urgency)}."
        yield _SMALLEST
