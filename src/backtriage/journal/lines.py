"""One entry as one line of JSON.

{"journal":1,"id":"4f1c","day":"2026-03-01","at":"2026-03-01T21:10:00+01:00",
"answers":{"pain":4},"note":"Walked."}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from msgspec.structs import replace

from backtriage.journal.entries import Entry
from backtriage.program.validate import plain_value
from backtriage.protocol.protocol import Question


def line_of(questions: Mapping[str, Question], entry: Entry) -> bytes:
    """Return an entry as a line of UTF-8, with its line break and no other one.

    Args:
        questions: The questions that it answers, by id.
        entry: The entry.
    """
    answers = {id_: plain_value(question, entry.answers[id_])
               for id_, question in questions.items() if id_ in entry.answers}  # fmt: skip
    written = replace(entry, answers=msgspec.Raw(msgspec.json.encode(answers)))
    return msgspec.json.encode(written) + b"\n"


def lines_of(questions: Mapping[str, Question], entries: Iterable[Entry]) -> bytes:
    """Return entries as the contents of a file."""
    return b"".join(line_of(questions, entry) for entry in entries)
