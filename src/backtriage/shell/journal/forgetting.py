"""Removing entries from a journal, for good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from msgspec import Struct

from backtriage.journal.forgetting import forget as part
from backtriage.journal.lines import line_of
from backtriage.journal.reading import read_journal
from backtriage.protocol.protocol import Question
from backtriage.render.journal.bars import day_text
from backtriage.render.page.phrasing import pluralise
from backtriage.shell.files import WriteError
from backtriage.shell.journal.keeping import Keeping


class PlannedRemoval(Struct, frozen=True, kw_only=True):
    """What is to be removed."""

    shown: str
    """The path of the journal."""
    entries: int
    first: date | None
    last: date | None
    unreadable: int
    """Lines, and pieces of a line, that cannot be read."""
    stays: int
    """How many entries are kept."""
    is_any: bool
    data: bytes
    """The journal of which all that is true."""

    def will(self) -> str:
        """Say what will be removed."""
        return f"This removes {self._what()} from {self.shown}. {self._rest()}"

    def done(self) -> str:
        """Say what was removed."""
        return f"{self.shown}: {self._what()} removed. {self._rest()}"

    def _what(self) -> str:
        entries = pluralise(self.entries, "entry", "entries")
        if self.first and self.last:
            first, last = (day_text(day, with_year=True) for day in (self.first, self.last))
            entries += f" of {first}" if first == last else f" from {first} to {last}"
        lines = pluralise(self.unreadable, "line", "lines")
        return f"{entries} and {lines} that cannot be read" if self.unreadable else entries

    def _rest(self) -> str:
        if self.stays:
            return f"{pluralise(self.stays, 'entry', 'entries')} kept."
        return "Nothing is left."


def plan(kept: Keeping, before: date | None) -> PlannedRemoval:
    """Return what would be removed: everything, or what is before a day."""
    found = part(kept.journal.entries, before)
    days = [entry.day for entry in found.removed]
    data = kept.file.read()
    lines = sum(bool(line.strip()) for line in data.split(b"\n"))
    unreadable = lines - len(kept.journal.entries)
    is_any = bool(days or unreadable) or (before is None and kept.file.exists())
    return PlannedRemoval(
        shown=kept.file.shown, entries=len(days), first=min(days, default=None),
        last=max(days, default=None), unreadable=unreadable + kept.file.aside.exists(),
        stays=len(found.kept), is_any=is_any or kept.file.aside.exists(), data=data,
    )  # fmt: skip


def forget(kept: Keeping, before: date | None, planned: PlannedRemoval) -> None:
    """Remove everything, or what is before a day.

    Raises:
        WriteError: It cannot be changed, or has been since it was said what would be removed.
    """
    questions = {question.id: question for question in kept.program.protocol.entry_questions}

    def keep(data: bytes) -> bytes:
        if data != planned.data:
            message = "has changed meanwhile, so nothing was removed; look at it again"
            raise WriteError(f"{planned.shown} {message}")
        journal = read_journal(data, questions, kept.now)
        written = _by_id(data.split(b"\n"), questions, kept.now)
        before_change = {entry.id: entry for entry in journal.entries}
        stays = part(journal.entries, before).kept
        return b"".join(
            written[entry.id] + b"\n"
            if entry.supersedes == before_change[entry.id].supersedes
            else line_of(questions, entry)
            for entry in stays
        )

    kept.file.rewrite(keep)


def _by_id(
    lines: Iterable[bytes], questions: Mapping[str, Question], now: datetime
) -> Mapping[str, bytes]:
    """Return the first line of each entry that can be read, as it was written."""
    found: dict[str, bytes] = {}
    for line in lines:
        for entry in read_journal(line, questions, now).entries:
            found.setdefault(entry.id, line)
    return found
