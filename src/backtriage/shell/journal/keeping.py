"""Reading a journal for a protocol, and adding entries to it."""

from __future__ import annotations

import os
from datetime import date, datetime
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from backtriage.journal.days import Day, current, days_of
from backtriage.journal.decoding import may_be_journal
from backtriage.journal.entries import Entry, Journal
from backtriage.journal.lines import line_of
from backtriage.journal.reading import read_journal
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question
from backtriage.shell.files import ReadError
from backtriage.shell.journal.store import JournalFile
from backtriage.terms.answers import Answers


class Keeping(Struct, frozen=True, kw_only=True, dict=True):
    """A journal that has been read, and where it is."""

    program: Program
    file: JournalFile
    journal: Journal
    now: datetime
    """The clock, with its offset from UTC."""
    size: int
    """The bytes of the file when it was read."""

    @property
    def here(self) -> date:
        """The calendar day here."""
        return self.now.date()

    @property
    def today(self) -> date:
        """The last day that counts: a day that has an entry may have begun further east only."""
        return max(self.here, self.journal.last_day)

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """The days with entries, up to today."""
        return days_of(self.journal.entries, self.today)

    def last_of(self, day: date) -> Entry | None:
        """Return the last entry that counts for a day."""
        found = [entry for entry in current(self.journal.entries) if entry.day == day]
        return found[-1] if found else None

    def with_(self, entry: Entry) -> Keeping:
        """Return the journal with one more entry."""
        journal = replace(self.journal, entries=(*self.journal.entries, entry))
        return replace(self, journal=journal)


def read(program: Program, file: JournalFile) -> Keeping:
    """Read a journal; it is empty if there is none. Raises `ReadError`, also for another file."""
    now, data = datetime.now().astimezone(), file.read()
    journal = read_journal(data, _questions(program), now, file.shown)
    if not (file.own or journal.entries or may_be_journal(data)):
        raise ReadError(f"{file.shown} is no journal, so it is left as it is")
    return Keeping(program=program, file=file, journal=journal, now=now, size=len(data))


def _questions(program: Program) -> dict[str, Question]:
    return {question.id: question for question in program.protocol.entry_questions}


def new_entry(kept: Keeping, day: date, answers: Answers) -> Entry:
    """Return an entry that is written now."""
    protocol = kept.program.protocol
    return Entry(
        id=os.urandom(6).hex(), day=day, moment=kept.now.replace(microsecond=0),
        answers=answers,
        protocol=f"{protocol.id} {protocol.version} {kept.program.digest}",
    )  # fmt: skip


def add(kept: Keeping, entry: Entry, otherwise: Entry | None = None) -> tuple[Keeping, bool]:
    """Add an entry, which is on disk when this returns. Raises `WriteError`.

    Args:
        kept: The journal as it was read.
        entry: The entry.
        otherwise: What is added in place of a correction if another window has corrected the same
            entry meanwhile: what that one says is not to be lost.

    Returns:
        The journal with what was added, also by other windows, and whether an unfinished last
        line was found, which has been kept aside.
    """
    questions = _questions(kept.program)
    latest, added = kept, entry

    def is_whole(rest: bytes) -> bool:
        return read_journal(rest, questions, kept.now).is_open

    def instead(data: bytes) -> bytes:
        nonlocal latest, added
        latest = replace(kept, journal=read_journal(data, questions, kept.now))
        counting = {each.id for each in current(latest.journal.entries)}
        if otherwise is not None and entry.supersedes not in counting:
            added = otherwise
        return line()

    def line() -> bytes:
        return line_of(questions, added).removesuffix(b"\n")

    was_torn = kept.file.add(
        line(), is_whole, instead, unless_size=kept.size if otherwise is None else None
    )
    return latest.with_(added), was_torn
