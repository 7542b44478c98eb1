"""Reading a draft, also in the words of older versions of its protocol."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from backtriage.interview.restored import InvalidDraft, Restored
from backtriage.interview.serialisation import restore
from backtriage.program.program import Program
from backtriage.shell.paths import bundled_rules

if TYPE_CHECKING:
    from backtriage.shell.older_sheets import Meanings


def read_draft(
    program: Program, data: bytes, meanings: Callable[[], Meanings], *, is_old: bool
) -> Restored | InvalidDraft | None:
    """Read a draft as `restore` does, also what it says in the words of older versions.

    Args:
        program: The protocol.
        data: What `serialise` returned.
        meanings: Returns what answers to older versions meant.
        is_old: Whether it is of another time.
    """
    restored = restore(program, data, is_old=is_old)
    if not isinstance(restored, Restored) or restored.is_emergency:
        return restored
    if restored.interview.earlier or restored.dropped:
        # Imported here, because most drafts are of this version.
        from backtriage.shell.older_drafts import recalling_older

        return recalling_older(restored, meanings())
    return restored


def meanings_of(program: Program, rules: Path | None) -> Meanings:
    """Return what answers to older versions of a protocol meant; see `find_drafts`."""
    from backtriage.shell.older_sheets import read_meanings

    return read_meanings(program, rules or bundled_rules())
