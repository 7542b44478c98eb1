"""Editing a line of text."""

from __future__ import annotations

import pytest

from backtriage.shell.full.form import MAX_LENGTH, PASTE, LineEditor, edit


@pytest.mark.parametrize(
    ("editor", "key", "allowed", "expected"),
    [
        (LineEditor(), f"{PASTE}a\nb  c", "", LineEditor("a b c", 5)),
        (LineEditor(), PASTE, "", None),
        (LineEditor(), "\x07", "", None),
        (LineEditor(), "pageup", "", None),
        (LineEditor("a", 1), "x", "", LineEditor("ax", 2)),
        (LineEditor("a" * MAX_LENGTH, 3), "x", "", LineEditor("a" * MAX_LENGTH, 3)),
        (LineEditor("ab", 2), "4", "0123456789", LineEditor("ab4", 3)),
        (LineEditor("ab", 2), "x", "0123456789", None),
    ],
)
def test_edit(editor: LineEditor, key: str, allowed: str, expected: LineEditor | None) -> None:
    assert edit(editor, key, allowed) == expected
