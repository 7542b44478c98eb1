"""A screen put together: a head and a foot that stay, and between them a body that scrolls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from backtriage.render.cells import cell_len, wrapped
from backtriage.render.layout import Line, LineRole
from backtriage.shell.full.scene import Scene, Size
from backtriage.shell.plain.words import PageContext
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
    line: int
    column: int = 0


def focus_on(
    rows: Sequence[list[Line]], at: int | None, *, lead: int = 0, column: int = 0
) -> Focus | None:
    """The row under the cursor; `lead` of its lines stand above the cursor."""
    if at is None or at >= len(rows):
        return None
    first = sum(len(row) for row in rows[:at])
    return Focus(first=first, last=first + len(rows[at]) - 1, line=first + lead, column=column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a screen is put together from."""

    head: Sequence[Line] = ()
    """Stays."""
    body: Sequence[Line]
    """Scrolls."""
    foot: Sequence[Line]
    """Stays."""
    focus: Focus | None = None


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
    rows: frozenset[int] = frozenset()
    """The rows of a question that are wholly on the screen."""


def paper_for(scene: Scene, size: Size) -> PageContext:
    """What text is wrapped to."""
    return PageContext(
        words=scene.words, width=max(1, min(size.columns, WIDEST)), height=size.rows
    )


def text_lines(
    paper: PageContext, text: str, first: str = "", *, is_bold: bool = False, more: str = ""
) -> list[Line]:
    """A paragraph as lines; the second and later ones begin under the first, and `more`."""
    role: LineRole = "heading" if is_bold else "text"
    return [
        Line(role, line) for line in _wrapped(paper.words.fill(text), paper.width, first, more)
    ]


@lru_cache(maxsize=4096)
def _wrapped(text: str, width: int, first: str, more: str) -> tuple[str, ...]:
    """The same paragraphs are wrapped at every key: a page of 25 ms takes 2 from here."""
    return wrapped(text, width, first, " " * cell_len(first) + more)


def framed(parts: Parts, size: Size, top: int = 0) -> Drawn:
    """The screen. What does not fit is scrolled to, and a line says that there is more."""
    fitted = _fitted(parts, size.rows)
    head, body, foot = fitted.head, fitted.body, fitted.foot
    spare = size.rows - len(head) - len(foot)
    if len(body) <= spare:
        height = min(size.rows, max(USUAL, len(head) + len(body) + len(foot)))
        filler = (BLANK,) * (height - len(head) - len(body) - len(foot))
        lines = (*head, *body, *filler, *foot)
        return Drawn(lines=lines, cursor=_cursor(fitted, 0, lines), top=0, room=len(body),
                     has_more=False)  # fmt: skip
    room = max(1, spare - 1)
    start = _start(len(body), room, top, parts.focus)
    has_more = start + room < len(body)
    mark = Line("text", _more(is_above=start > 0, is_below=has_more))
    lines = (*head, *body[start : start + room], mark, *foot)[: size.rows]
    return Drawn(lines=lines, cursor=_cursor(fitted, start, lines), top=start, room=room,
                 has_more=has_more)  # fmt: skip


def _fitted(parts: Parts, rows: int) -> Parts:
    """On a very small screen the foot is cut, then the head, so that the body can be read."""
    spare = rows - len(parts.head) - len(parts.foot)
    row = parts.focus.last - parts.focus.first + 1 if parts.focus else 0
    least = max(LEAST_ROOM, row + 1)
    if len(parts.body) <= spare or spare >= least:
        return parts
    foot = parts.foot[-max(1, len(parts.foot) + spare - least) :]
    head = parts.head[: max(0, rows - len(foot) - least)]
    return Parts(head=head, body=parts.body, foot=foot, focus=parts.focus)


def _cursor(parts: Parts, start: int, lines: Sequence[Line]) -> tuple[int, int]:
    """Where the cursor stands: on the row that is gone to, else where reading begins."""
    focus = parts.focus
    if focus is None:
        starts = (at for at, line in enumerate(parts.head) if line.role != "text")
        return next(starts, 0), 0
    row = max(0, min(len(parts.head) + focus.line - start, len(lines) - 1))
    return row, min(focus.column, len(lines[row].text)) if lines else 0


def pointed(drawn: Drawn, begins: str) -> Drawn:
    """The same screen with the cursor on the line of the foot that begins like this."""
    rows = (at for at, line in enumerate(drawn.lines) if line.text.startswith(begins))
    return replace(drawn, cursor=(next(rows, 0), 0))


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
    paper: PageContext, scene: Scene, hints: tuple[str, ...], details: Iterable[Line] = ()
) -> list[Line]:
    """What stands at the bottom: details, the remark on the last key, and the keys."""
    return [*details, *said_lines(paper, scene), *hint_lines(paper, hints)]


def said_lines(paper: PageContext, scene: Scene) -> list[Line]:
    """The remark on the last key. It may hold what somebody typed, so no word is filled in."""
    lines = _wrapped(scene.said, paper.width, "", "") if scene.said else ()
    return [Line("heading", line) for line in lines]


def hint_lines(paper: PageContext, hints: tuple[str, ...]) -> list[Line]:
    """Keys and what they do; no hint is broken over two lines."""
    lines: list[str] = []
    for hint in hints:
        if lines and cell_len(lines[-1]) + 2 + cell_len(hint) <= paper.width:
            lines[-1] += f"  {hint}"
        else:
            lines.append(hint)
    return [Line("text", line) for line in lines]
