"""Reading a journal: each line is an entry, see `journal.lines`.

A line stands for itself: whatever is wrong with one loses no other. Reading takes time in
proportion to the length of the file, and lists a bounded number of problems.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from io import BytesIO
from typing import Any, Final

import msgspec
from msgspec.structs import force_setattr

from backtriage.journal.decoding import (
    MAX_LINE,
    UNREADABLE,
    blocks_of,
    entries_of,
    entry_of,
    is_whole,
    repeated_keys,
    version_of,
)
from backtriage.journal.entries import NO_ANSWERS, VERSION, Entry, Journal
from backtriage.protocol.answer_parser import InvalidAnswer, parse_answer
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.problem import Location, Problem, Problems
from backtriage.terms.value import SOME_OF, Ticks, Value

_AHEAD: Final = timedelta(days=1)
"""How far ahead of the clock an entry may be: a day has begun earlier in another zone."""

_EAST: Final = timezone(timedelta(hours=14))
"""Where a day begins first."""

_AROUND: Final = timedelta(days=2)
"""How far the calendar days of one moment can be apart, from zone to zone, rounded up.

A year is quick to compare, and then a date. Two moments with offsets are not, in thousands of
lines.
"""

_KEY: Final = b'"answers"'
_ESCAPE: Final = b"\\u"
"""How a key may begin that does not look like itself."""


_ANSWERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


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
    last = data[data.rfind(b"\n") + 1 :]
    is_open = bool(last.strip()) and is_whole(last)
    whole = data if is_open or not last else data[: -len(last)]
    reader = _Reader(questions, now, file)
    before = 0
    for block in blocks_of(whole):
        together = entries_of(block)
        if together is None:
            reader.read(reader.one_by_one(block, before + 1))
            before += block.count(b"\n")
        else:
            reader.read(enumerate(together, before + 1))
            before += len(together)
    if whole is not data and last.strip():
        message = "the last line is cut off, so the entry that it held was never confirmed"
        number = data.count(b"\n") + 1
        reader.report("J101", message, number, "nothing before it is lost")
    return Journal(
        entries=tuple(reader.entries.values()), problems=reader.problems.found(),
        last_day=reader.last_day, torn=b"" if is_open else last, is_open=is_open,
    )  # fmt: skip


class _Reader:
    """Reads lines."""

    def __init__(self, questions: Mapping[str, Question], now: datetime, file: str) -> None:
        self.last_day = date.min
        self.entries: dict[str, Entry] = {}
        self.problems = Problems()
        self._read: dict[tuple[str, bytes], tuple[Value | None, bool]] = {}
        """What answers mean, by question and as written: most of them are alike, day after day."""
        self._alike: dict[bytes, Answers] = {}
        """The same of all answers of a line, where each can be read."""
        self._questions = questions
        self._latest = now + _AHEAD
        self._latest_day = max(self._latest.date(), now.astimezone(_EAST).date())
        self._file = file

    def report(self, code: str, message: str, number: int, hint: str = "") -> None:
        """Add a problem of a line."""
        location = Location(file=self._file, line=number, column=1)
        self.problems.add(Problem(code=code, message=message, location=location, hint=hint))

    def one_by_one(self, block: bytes, first: int) -> Iterator[tuple[int, Entry]]:
        """Yield the entries of lines with their numbers, whatever is wrong with others."""
        # Fresh memory for copies of all lines takes longer than to read them.
        for number, written in enumerate(BytesIO(block), first):
            if len(written) > MAX_LINE and len(written.removesuffix(b"\n")) > MAX_LINE:
                message = f"the line is longer than {MAX_LINE // 1024} KiB, so it was not read"
                self.report("J108", message, number)
                continue
            try:
                entry = entry_of(written)
                told: object = entry.answers
                if told is NO_ANSWERS:  # each line that this program writes has some
                    message = "this line has no answers, so they count as missing"
                    self.report("J107", message, number, "look for a slip in 'answers'")
                elif self._are_twice(written, number):
                    force_setattr(entry, "answers", NO_ANSWERS)
            except UNREADABLE:
                self._refuse(written, number)
                continue
            yield number, entry

    def read(self, lines: Iterable[tuple[int, Entry]]) -> None:
        """Read entries, whose answers are as they were written: thousands, in one loop."""
        entries, alike, latest = self.entries, self._alike, self._latest
        latest_day, last_day = self._latest_day, self.last_day
        join = b"".join
        near = latest_day - _AROUND
        this_year = near.year
        for number, line in lines:
            written: Any = line.answers
            raw = join((written,))  # in half the time of `bytes`
            answers = alike.get(raw)
            if answers is None:
                try:
                    answers = self._answers(raw, number)
                except UNREADABLE:
                    self._no_entry(number)
                    continue
            id_, day, moment = line.id, line.day, line.moment
            if id_ in entries:
                hint = "the first one counts; mend the id of this one with an editor"
                self.report("J104", "an earlier line has the same id", number, hint)
                continue
            if line.supersedes and line.supersedes not in entries:
                message = "no earlier line has the id that this one corrects"
                self.report("J106", message, number, "it counts as an entry of its own")
            force_setattr(line, "answers", answers)
            entries[id_] = line
            is_near = moment.year >= this_year and moment.date() >= near
            if day > latest_day or (is_near and moment > latest):
                hint = "its day counts when it has come; correct it if the clock was wrong"
                self.report("J105", "this entry lies in the future", number, hint)
            elif day > last_day:
                last_day = day
        self.last_day = last_day

    def _refuse(self, line: bytes, number: int) -> None:
        """Say why a line is no entry of this version, unless it is blank."""
        if not line.strip():
            return
        try:
            version = version_of(line)
        except UNREADABLE:
            version = VERSION
        if version == VERSION:
            self._no_entry(number)
        else:
            hint = "update backtriage: a newer one wrote this line"
            self.report("J103", f"this line is not of version {VERSION}", number, hint)

    def _no_entry(self, number: int) -> None:
        hint = "every other line was read; mend this one with an editor, or remove it"
        self.report("J102", "this line is not an entry", number, hint)

    def _are_twice(self, line: bytes, number: int) -> bool:
        """Return whether a line has its answers more than once: then it has none that count."""
        is_once = line.count(_KEY) == 1 and _ESCAPE not in line
        if is_once or "answers" not in repeated_keys(line):
            return False
        message = "the answers of this line appear twice, so they count as missing"
        self.report("J107", message, number, "keep one of the two with an editor")
        return True

    def _answers(self, written: bytes, number: int) -> Answers:
        """Return the answers that can be read: one that cannot is missing, and never a "no"."""
        values: dict[str, Value] = {}
        wrong: list[str] = []
        read = _ANSWERS.decode(written)
        # Each key has a colon: only where there are more can one stand there twice.
        twice = repeated_keys(written) if written.count(b":") > len(read) else frozenset()
        for key, raw in read.items():
            value, is_read = (None, False) if key in twice else self._value(key, bytes(raw))
            if not is_read:
                wrong.append(key)
            if value is not None:
                values[key] = value
        answers = Answers(values)
        if not wrong:
            self._alike[written] = answers
        for key in wrong:
            # What is no question may be somebody's answer.
            name = f"'{key}'" if key in self._questions else "this question"
            message = (
                f"a part of the answer to {name} cannot be read; what it does not name is unsure"
                if key in values
                else f"the answer to {name} cannot be read, so it counts as missing"
            )
            hint = "it may be of another version of the protocol"
            self.report("J107", message, number, hint)
        return answers

    def _value(self, key: str, raw: bytes) -> tuple[Value | None, bool]:
        """Return what an answer means, None if nothing of it can be read, and whether all can."""
        question = self._questions.get(key)
        if question is None:
            return None, False
        if (key, raw) not in self._read:
            try:
                plain = msgspec.json.decode(raw)
            except UNREADABLE:  # a number that is out of any range
                return None, False
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
