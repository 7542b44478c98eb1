"""A result as lines: the card, and the pages behind it that were asked for."""

from __future__ import annotations

from typing import Final

from backtriage.render.as_text import WIDTH, lines_of, text_of
from backtriage.render.card_lines import (
    call_lines,
    card_lines,
    head_lines,
    printed_lines,
    reminder_lines,
)
from backtriage.render.line import Line, spaced
from backtriage.render.page import Block
from backtriage.render.page.answer import Answer, titled

_ROWS: Final = 23
"""Rows of a usual screen, above its prompt."""


def answer_lines(
    answer: Answer, width: int, *, stacked: bool = False, rows: int | None = None
) -> tuple[Line, ...]:
    """Return the lines of an answer.

    What to do stands first. Unless all fits on a screen it is the last as well, and seen without
    scrolling; on a terminal with why, and what not to do.

    Args:
        answer: The parts of the result.
        width: Cells of a line.
        stacked: Whether they are read line by line, as in a pipe or with a screen reader.
        rows: Rows of a terminal above its prompt, None where it is no terminal.
    """
    card = answer.card
    if answer.sections:
        above = card_lines if answer.has_card else head_lines
        lines = above(card, width, stacked=stacked)
    else:
        lines = (
            printed_lines(card, width, rows)
            if rows is not None and not stacked
            else card_lines(card, width, stacked=stacked)
        )
        if len(lines) <= (rows or _ROWS):
            return lines
    pages = (lines_of(titled(section), width, stacked=stacked) for section in answer.sections)
    end = call_lines if rows is None else reminder_lines
    return spaced(lines, *pages, end(card, width, stacked=stacked))


def block_lines(
    answer: Answer, block: Block, width: int, *, stacked: bool = False
) -> tuple[Line, ...]:
    """Return the lines of a block that follows an answer, and once more what to do."""
    end = call_lines if stacked else reminder_lines
    blocks = lines_of((block,), width, stacked=stacked)
    return spaced(blocks, end(answer.card, width, stacked=stacked))


def answer_text(answer: Answer) -> str:
    """Return text without codes, to be read line by line."""
    return text_of(answer_lines(answer, WIDTH, stacked=True))
