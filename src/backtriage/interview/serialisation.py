"""An interview <-> text, pinned to the protocol it was begun under.

What is recalled passes the same door as any sheet: an answer that no longer fits is named and
left out, never bent into one that does. When a question has changed since, its old answer is
only remembered: a list that has grown would else read its new item as "no".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from backtriage.decide.receipt import plain_answers
from backtriage.interview.interview import Interview, Step
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet, sheet_from_bytes
from backtriage.program.validate import validate
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers

SCHEMA: Final = "backtriage.interview/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """An interview that was saved."""

    interview: Interview
    country: str | None
    """The country that was chosen; None when none was, or it is no longer there."""
    same_protocol: bool
    """False when the rules have changed since it was saved."""
    reworded: tuple[str, ...] = ()
    """Answered questions that have changed: remembered, and asked again."""
    dropped: tuple[str, ...] = ()
    """Answered questions whose answers no longer fit, or that are no longer there."""
    new: tuple[str, ...] = ()
    """Questions that were not there when it was saved."""


@dataclass(frozen=True, slots=True)
class InvalidDraft:
    """Why a saved interview cannot be read."""

    message: str


def serialise(interview: Interview, country: str | None = None) -> str:
    """The interview as JSON: its answers, and the order in which they were given."""
    protocol = interview.program.protocol
    record = {
        "schema": SCHEMA,
        "protocol": {
            "id": protocol.id,
            "version": protocol.version,
            "digest": interview.program.digest,
        },
        "country": country,
        "answers": plain_answers(interview.program, interview.answers),
        "order": [step.question for step in interview.trail],
        "questions": {question.id: _print_of(question) for question in protocol.questions},
    }
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def _print_of(question: Question) -> str:
    """What a person was asked, as a short digest: its words, its choices and its range."""
    asked = [question.kind, question.text, question.help, question.none, question.unit,
             question.least, question.most, question.step, question.allows_not_sure,
             [[choice.id, choice.text, choice.help] for choice in question.choices]]  # fmt: skip
    return sha256(json.dumps(asked).encode()).hexdigest()[:16]


def restore(program: Program, data: bytes) -> Restored | InvalidDraft | None:
    """Recall a saved interview; None when it belongs to another protocol."""
    saved = sheet_from_bytes(data, "saved interview", is_yaml=False)
    if saved.problems:
        return InvalidDraft(saved.problems[0].message)
    if saved.values.get("schema") != SCHEMA:
        return InvalidDraft("it is not a saved interview of this version")
    head, answers, asked = (_object(saved, key) for key in ("protocol", "answers", "questions"))
    order = saved.values.get("order")
    if head is None or answers is None or asked is None or not isinstance(order, list):
        return InvalidDraft("a part of it is missing")
    if head.get("id") != program.protocol.id:
        return None
    country = saved.values.get("country")
    validated = validate(program, Sheet(values=answers)).answers
    reworded = tuple(
        id_
        for id_, question in program.questions.items()
        if id_ in validated and asked.get(id_) != _print_of(question)
    )
    return Restored(
        interview=_begun(program, validated, reworded, order),
        country=country if isinstance(country, str) and country in program.countries else None,
        same_protocol=head.get("digest") == program.digest,
        reworded=reworded,
        dropped=tuple(id_ for id_ in answers if id_ not in validated),
        new=tuple(id_ for id_ in program.questions if id_ not in asked),
    )


def _object(saved: Sheet, key: str) -> Mapping[str, object] | None:
    value = saved.values.get(key)
    return value if isinstance(value, dict) else None


def _begun(
    program: Program, validated: Answers, reworded: tuple[str, ...], order: list[object]
) -> Interview:
    """The interview again: answers that fit and whose questions are the same as then."""
    kept = Answers({id_: validated[id_] for id_ in validated if id_ not in reworded})
    # Changed answers stand in the order more than once; only the last of each can be undone.
    walked = dict.fromkeys(id_ for id_ in reversed(order) if isinstance(id_, str) and id_ in kept)
    return Interview(
        program=program,
        answers=kept,
        trail=tuple(
            Step(question=id_, before=None, was_change=False) for id_ in reversed(tuple(walked))
        ),
        remembered=Answers({id_: validated[id_] for id_ in reworded}),
    )
