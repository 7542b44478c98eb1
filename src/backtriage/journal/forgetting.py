"""What is left of a journal when some of it is to be forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from backtriage.journal.days import current, roots
from backtriage.journal.entries import Entry


class Forgotten(Struct, frozen=True, kw_only=True):
    """A journal parted into what goes and what stays, each in the order of the file."""

    removed: tuple[Entry, ...]
    kept: tuple[Entry, ...]
    """What counted among these counts as before: a correction of what goes is changed to one of
    what stays, or to an entry of its own."""


def forget(entries: Iterable[Entry], before: date | None = None) -> Forgotten:
    """Part a journal.

    An entry goes with everything that it corrects, and what speaks of an earlier day goes although
    a later correction stays: no byte of it may be left.

    Args:
        entries: Every entry, in the order of the file.
        before: The first day that stays; None to remove everything.
    """
    entries = tuple(entries)
    first = roots(entries)
    days = {first[entry.id]: entry.day for entry in current(entries)}
    removed: list[Entry] = []
    kept: list[Entry] = []
    last: dict[str, str] = {}
    """The id of the last entry that stays, of each that is corrected."""
    for entry in entries:
        root = first[entry.id]
        if before is None or entry.day < before or days[root] < before:
            removed.append(entry)
            continue
        kept.append(replace(entry, supersedes=last.get(root, "")))
        last[root] = entry.id
    return Forgotten(removed=tuple(removed), kept=tuple(kept))
