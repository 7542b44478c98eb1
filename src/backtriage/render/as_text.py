"""Plain text: for pipes, files, screen readers and tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from backtriage.render.layout import lines_of
from backtriage.render.page import Section

WIDTH: Final = 80


def as_text(sections: Iterable[Section], width: int = WIDTH) -> str:
    """Return text without colour, no line wider than `width`, with one final newline."""
    return "".join(f"{line.text.rstrip()}\n" for line in lines_of(sections, width))
