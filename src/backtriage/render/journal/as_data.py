"""A journal for other programs: as a table of CSV, or as JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Final

from backtriage.journal.days import Day
from backtriage.journal.entries import VERSION, Entry
from backtriage.program.program import Program
from backtriage.program.validate import plain_value
from backtriage.protocol.protocol import Question
from backtriage.render.journal.page import JournalPage
from backtriage.terms.printable import visible

SCHEMA: Final = "backtriage.journal/1"

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "|", "%")
"""How a cell begins that a spreadsheet may take for a formula or a command."""


def journal_csv(program: Program, days: Iterable[Day]) -> str:
    """Return a row for each entry that counts, safe to open in a spreadsheet."""
    asked = program.protocol.entry_questions
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("day", "written", *(q.id for q in asked), "done", "urgency", "note"))
    for day in days:
        writer.writerows(tuple(map(_cell, _row(asked, day, entry))) for entry in day.entries)
    return file.getvalue()


def _row(asked: Iterable[Question], day: Day, entry: Entry) -> Iterator[str]:
    yield from (day.day.isoformat(), entry.moment.isoformat())
    for question in asked:
        value = entry.answers.value(question.id)
        yield "" if value is None else _text(plain_value(question, value))
    yield from (";".join(entry.done), entry.urgency, entry.note)


def _text(value: object) -> str:
    """Return an answer as sheets in CSV have it."""
    if isinstance(value, list):
        return ";".join(value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _cell(text: str) -> str:
    """Return a text that shows itself in a spreadsheet, and does nothing."""
    shown = visible(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown


def journal_json(program: Program, days: Iterable[Day], page: JournalPage | None) -> str:
    """Return every entry that counts, and what the page says first."""
    questions = {q.id: q for q in program.protocol.entry_questions}
    record = {
        "schema": SCHEMA,
        "protocol": program.identity,
        "says": page.sentence if page else None,
        "entries": [
            {
                "journal": VERSION, "id": entry.id, "day": day.day.isoformat(),
                "at": entry.moment.isoformat(),
                "answers": {id_: plain_value(questions[id_], value)
                            for id_, value in entry.answers.items()},
                "note": entry.note, "done": list(entry.done), "urgency": entry.urgency or None,
                "protocol": entry.protocol,
            }
            for day in days
            for entry in day.entries
        ],
    }  # fmt: skip
    return json.dumps(record, indent=2, ensure_ascii=True) + "\n"
