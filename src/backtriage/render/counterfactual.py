"""What would have to be different for another urgency, as a block and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from backtriage.counterfactual.counterfactual import (
    AnswerChange,
    Blocker,
    Counterfactual,
    Goal,
    SearchOutcome,
)
from backtriage.decide.assessment import Assessment
from backtriage.program.validate import plain_answers, plain_value
from backtriage.protocol.protocol import Question
from backtriage.prove.domain import Band
from backtriage.render.page import Block
from backtriage.render.page.phrasing import answer_phrase, pluralise, with_unit
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Value, number_text

SCHEMA: Final = "backtriage.why_not/1"

_HEADING: Final = "What would have to be different (this is not the result)"
_NOT_ADVICE: Final = (
    "This is not advice. Answer what is true. It shows how the rules work, for understanding and "
    "for clinicians."
)
_SIDES: Final = {Goal.AT_MOST: ("lower", "below"), Goal.AT_LEAST: ("higher", "above")}
_ENDS: Final = {min(Urgency), max(Urgency)}
_SMALLEST: Final = "Proved: no smaller change does it. Others as small may do it too."
_PRIVATE: Final = (
    "Which answers hold the urgency may tell a private one, so a page that others may read does "
    "not say. With --private it does."
)
_ACT: Final = "Act on the result, not on this."


def hidden_block() -> Block:
    """Return what stands in the place of the answers to change on a page that others may read.

    Even how many there are would tell private answers, whatever is not named.
    """
    return Block(heading=_HEADING, paragraphs=(_NOT_ADVICE, _PRIVATE), closing=(_ACT,))


def counterfactual_block(a: Assessment, result: Counterfactual) -> Block:
    """Return the answers to change, or the blockers, after saying that this is not advice."""
    return Block(
        heading=_HEADING,
        paragraphs=(_NOT_ADVICE, _head(a, result)),
        items=tuple(a.words.fill(item) for item in _items(a, result)),
        closing=(*_closing(a, result), _ACT),
    )


def counterfactual_record(a: Assessment, result: Counterfactual) -> Mapping[str, object]:
    """Return plain JSON values, to add to the record of an assessment."""
    has_result = result.outcome is SearchOutcome.FOUND
    return {
        "schema": SCHEMA,
        "note": _NOT_ADVICE,
        "target": result.target.id,
        "goal": result.goal.value,
        "outcome": result.outcome.value,
        "changes": [_change_record(a, result, change) for change in result.changes],
        "answers": plain_answers(a.program, result.sheet) if has_result else None,
        "urgency": None if result.urgency is None else result.urgency.id,
        "held": [[_blocker_record(a, blocker) for blocker in group] for group in result.blockers],
        "ran_out": result.ran_out or None,
    }


def _head(a: Assessment, result: Counterfactual) -> str:
    target = _urgency(a, result.target)
    side, beyond = _SIDES[result.goal]
    wanted = target if result.target in _ENDS else f"{target} or {beyond}"
    if result.outcome is SearchOutcome.ALREADY:
        return f"The urgency is {target} already, so nothing would have to be different."
    if result.outcome is SearchOutcome.UNDECIDED:
        return f"What {wanted} would take was not found out: the search {result.ran_out}."
    if result.outcome is SearchOutcome.FOUND:
        return f"For a {side} urgency, {wanted}, {_how_many(result)}:"
    if not result.blockers:
        return f"No answers at all would make it {wanted}, under these rules."
    return (
        f"Nothing that can change would make it {wanted}. These answers hold it, and they cannot "
        "change:"
    )


def _urgency(a: Assessment, urgency: Urgency) -> str:
    """The display word in lower case, so that it is not mistaken for a result."""
    word = a.words.fill(a.program.levels[urgency].word).lower()
    return f'"{word}"' if word == urgency.id else f'"{word}" ({urgency.id})'


def _how_many(result: Counterfactual) -> str:
    different = sum(change.is_counted for change in result.changes)
    given = len(result.changes) - different
    parts = []
    if different:
        count = pluralise(different, "answer", "answers")
        parts.append(f"{count} would have to be different")
    if given:
        count = pluralise(given, "answer that is missing", "answers that are missing")
        aside = " or kept aside" if any(map(_is_set_aside, result.changes)) else ""
        parts.append(f"{count}{aside} would have to be given")
    return ", and ".join(parts)


def _is_set_aside(change: AnswerChange) -> bool:
    return change.before is not None and not change.is_counted


def _items(a: Assessment, result: Counterfactual) -> Iterator[str]:
    """One line for each change, counted answers first, or for each group of blockers."""

    def text(part: AnswerChange | Blocker) -> str:
        question = a.program.questions[part.question]
        if isinstance(part, AnswerChange):
            return _change_text(question, part)
        return _blocker_text(question, part)

    yield from map(text, sorted(result.changes, key=lambda change: not change.is_counted))
    yield from (" and ".join(map(text, group)) for group in result.blockers)


def _closing(a: Assessment, result: Counterfactual) -> Iterator[str]:
    if result.urgency is not None:
        if result.urgency is not result.target:
            yield f"Then the urgency would be {_urgency(a, result.urgency)}."
        yield _SMALLEST


def _change_text(question: Question, change: AnswerChange) -> str:
    before, after = _answer(question, change.before), _answer(question, change.after)
    aside = " (kept aside)" if _is_set_aside(change) else ""
    return f"{_subject(question, change)}: {before}{aside} -> {after}"


def _blocker_text(question: Question, blocker: Blocker) -> str:
    return f"{_subject(question, blocker)}: {_answer(question, blocker.answer)}"


def _subject(question: Question, part: AnswerChange | Blocker) -> str:
    items = [choice.short for choice in question.choices if choice.id == part.item]
    return ", ".join([question.short, *items])


def _answer(question: Question, value: Value | Band | None) -> str:
    if value is None:
        return "no answer"
    if isinstance(value, Band):
        most = with_unit(question, value.most)
        return most if value.least == value.most else f"{number_text(value.least)} to {most}"
    return "not sure" if value is NOT_SURE else answer_phrase(question, value)


def _change_record(
    a: Assessment, result: Counterfactual, change: AnswerChange
) -> Mapping[str, object]:
    question = a.program.questions[change.question]
    after = result.sheet[change.question]
    if change.item:
        after = change.after is True
    return {
        "question": change.question,
        "item": change.item or None,
        "before": None if change.before is None else plain_value(question, change.before),
        "after": plain_value(question, after),
        "counts_now": change.is_counted,
        "text": a.words.fill(_change_text(question, change)),
    }


def _blocker_record(a: Assessment, blocker: Blocker) -> Mapping[str, object]:
    question = a.program.questions[blocker.question]
    return {
        "question": blocker.question,
        "item": blocker.item or None,
        "answer": plain_value(question, blocker.answer),
        "text": a.words.fill(_blocker_text(question, blocker)),
    }
