"""A page as lines of one width: one layout for plain text and for the card."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from backtriage.render.cells import wrapped
from backtriage.render.page import Action, Block, Page

LineRole: TypeAlias = Literal["action", "heading", "text"]
"""What a line is, so that a face can give it a style."""

NARROWEST: Final = 20
"""Below this many cells no line can hold a word; narrower widths are drawn as this one."""

_INDENT: Final = "  "
_ITEM: Final = re.compile(r" *(-|\d+\.) ")
_STEPS_IN: Final = 7
"""One level of a condition for so many cells of width; deeper ones stand level."""


class Line(Struct, frozen=True):
    """One line. Blank when its text is empty."""

    role: LineRole
    text: str


def lines_of(page: Page, width: int) -> tuple[Line, ...]:
    """Every line, none wider than `width`: lead, action, blocks, and the action again."""
    return spaced(
        block_lines(page.lead, width),
        action_lines(page.action, width),
        block_lines(page.blocks, width),
        action_lines(page.action, width),
    )


def after_lines(block: Block, action: Action, width: int) -> tuple[Line, ...]:
    """What is added below a whole page: a block, and the action once more, so that it is last."""
    return spaced(block_lines((block,), width), action_lines(action, width))


def spaced(*groups: tuple[Line, ...]) -> tuple[Line, ...]:
    """Groups of lines, a blank line between any two that are not empty."""
    lines: list[Line] = []
    for group in groups:
        lines += [Line("text", "")] if lines and group else []
        lines += group
    return tuple(lines)


def paginate(lines: tuple[Line, ...], height: int) -> tuple[tuple[Line, ...], ...]:
    """The lines in parts of at most `height`, which begin with a block or with an item."""
    parts: list[tuple[Line, ...]] = []
    left = lines
    while len(left) > height:
        cut = _cut(left, height)
        parts.append(left[: cut - (not left[cut - 1].text)])
        left = left[cut + (not left[cut].text) :]
    return (*parts, left)


def _cut(lines: tuple[Line, ...], height: int) -> int:
    """At a blank line, unless that leaves half of the height empty; else before an item."""
    late = range(height, height // 2, -1)
    blank = next((at for at in late if not lines[at].text), 0)
    item = next((at for at in late if _ITEM.match(lines[at].text)), 0)
    return blank or item or height


def block_lines(blocks: tuple[Block, ...], width: int) -> tuple[Line, ...]:
    """Blocks, a blank line between them."""
    return spaced(*(tuple(_block(block, max(width, NARROWEST))) for block in blocks))


def action_lines(action: Action, width: int) -> tuple[Line, ...]:
    """The call is two cells narrower, so that a face may put a bar around it."""
    room = max(width, NARROWEST)
    calls = (Line("action", text) for text in wrapped(action.call, room - 2))
    where = wrapped(action.where, room) if action.where else ()
    return (*calls, *(Line("text", text) for text in where))


def _block(block: Block, width: int) -> Iterator[Line]:
    if block.heading:
        yield from (Line("heading", text) for text in wrapped(block.heading, width))
    indent = _INDENT if block.heading else ""
    for first, rest, text in _parts(block, width // _STEPS_IN):
        yield from (
            Line("text", line) for line in wrapped(text, width, indent + first, indent + rest)
        )


def _parts(block: Block, deepest: int) -> Iterator[tuple[str, str, str]]:
    """What begins the first line, what begins the others, and the text."""
    yield from (("", "", text) for text in block.says)
    yield from (("", _INDENT, f"{label}: {text}") for label, text in block.terms)
    marks = [f"{at}. " if block.is_numbered else "- " for at in range(1, len(block.items) + 1)]
    yield from (
        (mark, " " * len(mark), text) for mark, text in zip(marks, block.items, strict=True)
    )
    for clause in block.clauses:
        step = _INDENT * min(clause.depth, deepest)
        yield step, step + _INDENT, clause.text
    yield from (("", "", text) for text in block.closing)
