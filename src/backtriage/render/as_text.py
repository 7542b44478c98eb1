"""A result as plain text: for pipes, files, screen readers and tests."""

from __future__ import annotations

from typing import Final

from backtriage.decide.assessment import Assessment
from backtriage.render.layout import Line, after_lines, lines_of
from backtriage.render.page import Action, Audience, Block, page_for

WIDTH: Final = 80


def as_text(
    assessment: Assessment,
    *,
    audience: Audience = "patient",
    width: int = WIDTH,
    why: bool = False,
) -> str:
    """Text with no colour, no line wider than `width`, and one final newline."""
    return _text(lines_of(page_for(assessment, audience, why=why), width))


def after_as_text(block: Block, action: Action, width: int = WIDTH) -> str:
    """What is added below such a text, after a blank line."""
    return "\n" + _text(after_lines(block, action, width))


def _text(lines: tuple[Line, ...]) -> str:
    return "".join(f"{line.text.rstrip()}\n" for line in lines)
