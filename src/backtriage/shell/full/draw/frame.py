"""A screen put together: a head and a foot that stay, and between them a body that scrolls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from backtriage.render.cells import cells, wrapped
from backtriage.render.layout import Line
from backtriage.render.layout import Role as LineRole
from backtriage.shell.full.scene import Scene, Size
from backtriage.shell.plain.words import Paper
from backtriage.shell.screen import WIDEST

USUAL: Final = 24
"""Rows of a frame on a larger terminal, so that the foot does not stand far from the text."""

LEAST_ROOM: Final = 4
"""Rows that the body needs; below that, what can scroll does scroll."""

BLANK: Final = Line("text", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """The lines of the body that must be seen, and where in them the terminal's cursor stands."""

    first: int
    last: int
    column: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A whole screen."""

    lines: tuple[Line, ...]
    cursor: tuple[int, int]
    """Row and character."""
    top: int
    """How many lines are scrolled past."""
    room: int
    """How many lines of the body are seen at once."""
    has_more: bool
    """Whether there is more below."""


def paper_for(scene: Scene, size: Size) -> Paper:
    """What text is wrapped to."""
    return Paper(words=scene.words, width=max(1, min(size.columns, WIDEST)), height=size.rows)


def text_lines(paper: Paper, text: str, first: str = "", *, is_bold: bool = False) -> list[Line]:
    """A paragraph as lines."""
    role: LineRole = "heading" if is_bold else "text"
    hanging = " " * cells(first)
    return [
        Line(role, line) for line in wrapped(paper.words.fill(text), paper.width, first, hanging)
    ]


def framed(
    head: Iterable[Line],
    body: Iterable[Line],
    foot: Iterable[Line],
    size: Size,
    *,
    top: int = 0,
    focus: Focus | None = None,
) -> Drawn:
    """The screen. What does not fit is scrolled to, and a line says that there is more."""
    heads, bodies, feet = tuple(head), tuple(body), tuple(foot)
    spare = size.rows - len(heads) - len(feet)
    if len(bodies) > spare and spare < LEAST_ROOM:
        # Too small for everything: the foot is cut, then the head.
        feet = feet[-max(1, len(feet) + spare - LEAST_ROOM) :]
        heads = heads[: max(0, size.rows - len(feet) - LEAST_ROOM)]
        spare = size.rows - len(heads) - len(feet)
    if len(bodies) <= spare:
        height = min(size.rows, max(USUAL, len(heads) + len(bodies) + len(feet)))
        filler = (BLANK,) * (height - len(heads) - len(bodies) - len(feet))
        lines = (*heads, *bodies, *filler, *feet)
        return _drawn(lines, heads, focus, top=0, room=len(bodies), has_more=False)
    room = max(1, spare - 1)
    start = _start(len(bodies), room, top, focus)
    more = start + room < len(bodies)
    mark = Line("text", _more(is_above=start > 0, is_below=more))
    lines = (*heads, *bodies[start : start + room], mark, *feet)
    return _drawn(lines[: size.rows], heads, focus, top=start, room=room, has_more=more)


def _drawn(  # noqa: PLR0913 - every part of a screen is named
    lines: tuple[Line, ...],
    heads: tuple[Line, ...],
    focus: Focus | None,
    *,
    top: int,
    room: int,
    has_more: bool,
) -> Drawn:
    at = (len(heads) + focus.first - top, focus.column) if focus else (len(heads), 0)
    row = max(0, min(at[0], len(lines) - 1))
    column = min(at[1], len(lines[row].text)) if lines else 0
    return Drawn(lines=lines, cursor=(row, column), top=top, room=room, has_more=has_more)


def _start(count: int, room: int, top: int, focus: Focus | None) -> int:
    """The first line of the body that is seen: where it was, moved as little as needed."""
    start = top
    if focus is not None:
        start = max(start, focus.last - room + 1)
        start = min(start, focus.first)
    return max(0, min(start, count - room))


def _more(*, is_above: bool, is_below: bool) -> str:
    where = " and ".join(
        word for word, there in (("above", is_above), ("below", is_below)) if there
    )
    return f"--- more {where} ---"


def foot_of(
    paper: Paper, scene: Scene, hints: tuple[str, ...], details: Iterable[Line] = ()
) -> list[Line]:
    """What stands at the bottom: details, the remark on the last key, and the keys."""
    said = text_lines(paper, scene.said, is_bold=True) if scene.said else []
    return [*details, *said, *hint_lines(paper, hints)]


def hint_lines(paper: Paper, hints: tuple[str, ...]) -> list[Line]:
    """Keys and what they do; no hint is broken over two lines."""
    lines: list[str] = []
    for hint in hints:
        if lines and cells(lines[-1]) + 2 + cells(hint) <= paper.width:
            lines[-1] += f"  {hint}"
        else:
            lines.append(hint)
    return [Line("text", line) for line in lines]
