"""One entry as one line of JSON.

{"journal":1,"id":"4f1c","day":"2026-03-01","at":"2026-03-01T21:10:00+01:00",
"answers":{"pain":4},"note":"Walked."}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from backtriage.journal.entries import VERSION, Entry
from backtriage.program.validate import plain_value
from backtriage.protocol.protocol import Question

NO_ANSWERS: Final = msgspec.Raw(b"{}")


class WrittenEntry(Struct, kw_only=True, omit_defaults=True, gc=False):
    """An entry as it is written; keys that are added later are passed over."""

    journal: Literal[1]
    id: Annotated[str, Meta(min_length=1, max_length=100)]
    day: date
    at: Annotated[datetime, Meta(tz=True)]
    answers: msgspec.Raw = NO_ANSWERS
    note: str = ""
    supersedes: str = ""
    plan: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    urgency: str = ""
    protocol: str = ""


def line_of(questions: Mapping[str, Question], entry: Entry) -> bytes:
    """Return an entry as a line of UTF-8, with its line break and no other one.

    Args:
        questions: The questions that it answers, by id.
        entry: The entry.
    """
    line = WrittenEntry(
        journal=VERSION, id=entry.id, day=entry.day, at=entry.moment,
        answers=msgspec.Raw(msgspec.json.encode(
            {id_: plain_value(q, entry.answers[id_])
             for id_, q in questions.items() if id_ in entry.answers}
        )),
        note=entry.note, supersedes=entry.supersedes, plan=entry.plan, done=entry.done,
        urgency=entry.urgency, protocol=entry.protocol,
    )  # fmt: skip
    return msgspec.json.encode(line) + b"\n"


def lines_of(questions: Mapping[str, Question], entries: Iterable[Entry]) -> bytes:
    """Return entries as the contents of a file."""
    return b"".join(line_of(questions, entry) for entry in entries)
