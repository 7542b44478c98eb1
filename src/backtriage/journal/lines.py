"""One entry as one line of JSON, and back.

    {"journal":1,"id":"4f1c","day":"2026-03-01","at":"2026-03-01T21:10:00+01:00",
     "answers":{"pain":4},"note":"Walked."}

A line stands for itself: whatever is wrong with one loses no other. Reading takes time in
proportion to the length of the file, and lists a bounded number of problems.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import islice
from sys import intern
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from backtriage.journal.entries import VERSION, Entry, Journal
from backtriage.program.validate import plain_value
from backtriage.protocol.answer_parser import InvalidAnswer, parse_answer
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.problem import Location, Problem, Problems, quoted_key
from backtriage.terms.value import SOME_OF, Ticks, Value

MAX_LINE: Final = 64 * 1024
"""In bytes."""

_AHEAD: Final = timedelta(days=1)
"""How far ahead of the clock an entry may be: a day has begun earlier in another zone."""


_BEGINS: Final = b'{"journal":'

_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, OverflowError, RecursionError)
"""What is raised for a line that is no entry; the last for one that is nested too deep."""

_NO_ANSWERS: Final = msgspec.Raw(b"{}")


class _Line(Struct, kw_only=True, omit_defaults=True):
    """An entry as it is written; keys that are added later are passed over."""

    journal: Literal[1]
    id: Annotated[str, Meta(min_length=1, max_length=100)]
    day: date
    at: Annotated[datetime, Meta(tz=True)]
    answers: msgspec.Raw = _NO_ANSWERS
    note: str = ""
    supersedes: str = ""
    plan: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    urgency: str = ""
    protocol: str = ""


class _Version(Struct):
    """What every version of a line has."""

    journal: int


_LINE: Final = msgspec.json.Decoder(_Line)
_VERSION: Final = msgspec.json.Decoder(_Version)
_ANSWERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


def line_of(questions: Mapping[str, Question], entry: Entry) -> bytes:
    """Return an entry as a line of UTF-8, with its line break and no other one.

    Args:
        questions: The questions that it answers, by id.
        entry: The entry.
    """
    line = _Line(
        journal=VERSION, id=entry.id, day=entry.day, at=entry.moment,
        answers=msgspec.Raw(msgspec.json.encode(
            {id_: plain_value(q, entry.answers[id_])
             for id_, q in questions.items() if id_ in entry.answers}
        )),
        note=entry.note, supersedes=entry.supersedes, plan=entry.plan, done=entry.done,
        urgency=entry.urgency, protocol=entry.protocol,
    )  # fmt: skip
    return msgspec.json.encode(line) + b"\n"


def read_journal(
    data: bytes, questions: Mapping[str, Question], now: datetime, file: str = ""
) -> Journal:
    """Read a file of lines.

    Args:
        data: The file, or its end from the beginning of some line.
        questions: The questions that entries answer, by id.
        now: The clock, with an offset from UTC; entries ahead of it are reported.
        file: The name for messages.
    """
    number, last = data.count(b"\n"), data[data.rfind(b"\n") + 1 :]
    is_open = bool(last.strip()) and _whole(last)
    reader = _Reader(questions, now, file)
    # One line at a time: fresh memory for a copy of all of them takes longer than to read them.
    reader.read(islice(BytesIO(data), number + is_open))
    if not is_open and last.strip():
        message = "the last line is cut off, so the entry that it held was never confirmed"
        reader.report("J101", message, number + 1, "nothing before it is lost")
    return Journal(
        entries=tuple(reader.entries.values()), problems=reader.problems.found(),
        torn=b"" if is_open else last, is_open=is_open,
    )  # fmt: skip


def _whole(line: bytes) -> bool:
    """Return whether a line has its end: an object of JSON that is cut off is none."""
    try:
        _VERSION.decode(line)
    except _UNREADABLE:
        return False
    return True


def may_be_journal(data: bytes) -> bool:
    """Return whether a file without an entry may be a journal: it is empty or begins as one."""
    return _BEGINS.startswith(data.lstrip()[: len(_BEGINS)])


class _Reader:
    """Reads lines."""

    def __init__(self, questions: Mapping[str, Question], now: datetime, file: str) -> None:
        self.entries: dict[str, Entry] = {}
        self.problems = Problems()
        self._read: dict[tuple[str, bytes], tuple[Value | None, bool]] = {}
        """What answers mean, by question and as written: most of them are alike, day after day."""
        self._alike: dict[bytes, Answers] = {}
        """The same of all answers of a line, where each can be read."""
        self._questions = questions
        self._latest = now + _AHEAD
        self._file = file

    def report(
        self, code: str, message: str, number: int, hint: str = "", found: str = ""
    ) -> None:
        """Add a problem of a line."""
        location = Location(file=self._file, line=number, column=1)
        self.problems.add(
            Problem(code=code, message=message, location=location, hint=hint, found=found)
        )

    def read(self, lines: Iterable[bytes]) -> None:
        """Read lines, of which some may be blank: in one loop, since there may be thousands."""
        entries, latest, latest_day = self.entries, self._latest, self._latest.date()
        for number, written in enumerate(lines, 1):
            if len(written) - written.endswith(b"\n") > MAX_LINE:
                message = f"the line is longer than {MAX_LINE // 1024} KiB, so it was not read"
                self.report("J108", message, number)
                continue
            try:
                line = _LINE.decode(written)
                answers = self._answers(bytes(line.answers), number)
            except _UNREADABLE:
                self._refuse(written, number)
                continue
            if line.id in entries:
                hint = "the first one counts; mend the id of this one with an editor"
                self.report("J104", "an earlier line has the same id", number, hint)
                continue
            if line.supersedes and line.supersedes not in entries:
                message = "no earlier line has the id that this one corrects"
                self.report("J106", message, number, "it counts as an entry of its own")
            entries[line.id] = Entry(
                id=line.id, day=line.day, moment=line.at, answers=answers, note=line.note,
                supersedes=line.supersedes, plan=line.plan, done=line.done, urgency=line.urgency,
                protocol=intern(line.protocol),  # the same one in nearly all of them
            )  # fmt: skip
            if line.day > latest_day or line.at > latest:
                hint = "its day counts when it has come; correct it if the clock was wrong"
                self.report("J105", "this entry lies in the future", number, hint)

    def _refuse(self, line: bytes, number: int) -> None:
        """Say why a line is no entry of this version, unless it is blank."""
        if not line.strip():
            return
        try:
            version = _VERSION.decode(line).journal
        except _UNREADABLE:
            version = VERSION
        if version == VERSION:
            hint = "every other line was read; mend this one with an editor, or remove it"
            self.report("J102", "this line is not an entry", number, hint)
        else:
            hint = "update backtriage: a newer one wrote this line"
            self.report("J103", f"this line is not of version {VERSION}", number, hint)

    def _answers(self, written: bytes, number: int) -> Answers:
        """Return the answers that can be read: one that cannot is missing, and never a "no"."""
        alike = self._alike.get(written)
        if alike is not None:
            return alike
        values: dict[str, Value] = {}
        wrong: list[str] = []
        for key, raw in _ANSWERS.decode(written).items():
            value, is_whole = self._value(key, bytes(raw))
            if not is_whole:
                wrong.append(key)
            if value is not None:
                values[key] = value
        answers = Answers(values)
        if not wrong:
            self._alike[written] = answers
        for key in wrong:
            name, found = quoted_key(key)
            name = name or "this question"
            message = (
                f"a part of the answer to {name} cannot be read; what it does not name is unsure"
                if key in values
                else f"the answer to {name} cannot be read, so it counts as missing"
            )
            hint = "it may be of another version of the protocol"
            self.report("J107", message, number, hint, found)
        return answers

    def _value(self, key: str, raw: bytes) -> tuple[Value | None, bool]:
        """Return what an answer means, None if nothing of it can be read, and whether all can."""
        question = self._questions.get(key)
        if question is None:
            return None, False
        if (key, raw) not in self._read:
            plain = msgspec.json.decode(raw)
            value = parse_answer(question, plain, text=False)
            if isinstance(value, InvalidAnswer):
                self._read[key, raw] = _part(question, plain), False
            else:
                self._read[key, raw] = value, True
        return self._read[key, raw]


def _part(question: Question, raw: object) -> Ticks | None:
    """Return what can be read of a list: the items that it does not name are unsure, and not a no.

    Without this, one item that another version knows would take a ticked danger sign with it.
    """
    from backtriage.protocol.suggestions import marks_in  # noqa: PLC0415 - as in `parse_answer`

    if question.kind != SOME_OF or not question.allows_not_sure:
        return None
    marks = marks_in(question, raw)
    if not (marks.yes or marks.unsure):
        return None
    return Ticks(marks.yes, frozenset(choice.id for choice in question.choices) - marks.yes)


def lines_of(questions: Mapping[str, Question], entries: Iterable[Entry]) -> bytes:
    """Return entries as the contents of a file."""
    return b"".join(line_of(questions, entry) for entry in entries)
