"""A result as plain text: for pipes, files, screen readers and tests."""

from __future__ import annotations

from typing import Final

from backtriage.decide.assessment import Assessment
from backtriage.render.layout import lines_of
from backtriage.render.page import Audience, page_for

WIDTH: Final = 80


def as_text(
    assessment: Assessment,
    *,
    audience: Audience = "patient",
    width: int = WIDTH,
    why: bool = False,
) -> str:
    """Text with no colour, no line wider than `width`, and one final newline."""
    lines = lines_of(page_for(assessment, audience, why=why), width)
    return "".join(f"{line.text.rstrip()}\n" for line in lines)
