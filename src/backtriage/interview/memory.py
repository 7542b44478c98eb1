"""An interview <-> text, pinned to the protocol it was begun under.

What is recalled passes the same door as any sheet: an answer that no longer fits is named and
left out, never bent into one that does.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from backtriage.decide.receipt import plain_answers
from backtriage.interview.interview import Interview, Step
from backtriage.program.admit import admit
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet, sheet_from_bytes
from backtriage.terms.problem import Problem

SCHEMA: Final = "backtriage.interview/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """An interview that was saved."""

    interview: Interview
    same_protocol: bool
    """False when the rules have changed since it was saved."""
    dropped: tuple[Problem, ...]
    """Saved answers that no longer fit."""


def to_text(interview: Interview) -> str:
    """The interview as JSON: its answers, and the order in which they were given."""
    protocol = interview.program.protocol
    record = {
        "schema": SCHEMA,
        "protocol": {
            "id": protocol.id,
            "version": protocol.version,
            "digest": interview.program.digest,
        },
        "answers": plain_answers(interview.program, interview.answers),
        "order": [step.question for step in interview.trail],
    }
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def from_text(program: Program, data: bytes) -> Recalled | None:
    """Recall a saved interview; None when this is not one of this protocol."""
    saved = sheet_from_bytes(data, "saved interview", is_yaml=False)
    head, answers, order = (saved.values.get(key) for key in ("protocol", "answers", "order"))
    if saved.values.get("schema") != SCHEMA or not isinstance(head, dict):
        return None
    if head.get("id") != program.protocol.id or not isinstance(answers, dict):
        return None
    admitted = admit(program, Sheet(values=answers))
    names = order if isinstance(order, list) else []
    # Changed answers stand in the order more than once; only the last of each can be undone.
    walked = dict.fromkeys(name for name in reversed(names) if name in admitted.answers)
    trail = tuple(
        Step(question=name, before=None, was_change=False) for name in reversed(tuple(walked))
    )
    return Recalled(
        interview=Interview(program=program, answers=admitted.answers, trail=trail),
        same_protocol=head.get("digest") == program.digest,
        dropped=admitted.problems,
    )
