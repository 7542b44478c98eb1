"""The layout of a screen: a fixed header and footer, and a body that scrolls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from typing import Final

from backtriage.render.cells import cell_len, wrapped
from backtriage.render.line import Line, LineRole, Span, line_of
from backtriage.shell.full.state import Size, UiState
from backtriage.shell.questionnaire import wording
from backtriage.shell.questionnaire.pages import PageContext
from backtriage.shell.terminal import MAX_WIDTH

MIN_BODY: Final = 4
"""The rows that the body needs; with fewer, the header and the footer are cut."""

BLANK: Final = Line("text", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts from which a screen is laid out."""

    header: Sequence[Line] = ()
    lead: Sequence[Line] = ()
    """The body above its rows."""
    rows: Sequence[Sequence[Line]] = ()
    """The rows of the body, each with its lines."""
    footer: Sequence[Line]
    focus: int | None = None
    """The row that must be visible."""
    title: int = 0
    """How many lines of that row are above the cursor."""
    column: int = 0
    """Where the cursor is in its line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The lines of a screen, and which part of them is visible."""

    header: Sequence[Line]
    body: Sequence[Line]
    footer: Sequence[Line]
    top: int
    """How many lines of the body are above the visible part."""
    height: int
    """How many are visible at once."""
    rows: frozenset[int]
    """The rows that are visible as a whole."""
    cursor: tuple[int, int] | None
    """The line of the body and the character where the cursor is."""
    cursor_line: str = ""
    """The start of the line under the cursor, if that is in the footer."""

    @property
    def has_more(self) -> bool:
        """Whether there is more of the body below."""
        return self.top + self.height < len(self.body)

    @property
    def page_step(self) -> int:
        """How many lines to the next page, which begins with a whole part or item if it can."""
        following = range(self.height, self.height // 2, -1)
        below = self.body[self.top :]
        starts = (at for at in following if at < len(below) and not _continues(below[at]))
        return next(starts, max(1, self.height - 1))


def _continues(line: Line) -> bool:
    """Return whether a line goes on with what the one before has begun."""
    return line.text.startswith("  ") or not line.text


def lay_out(state: UiState, size: Size, parts: Parts) -> Layout:
    """Lay out a screen, with its body scrolled so that the focus is visible."""
    body = [*parts.lead, *chain.from_iterable(parts.rows)]
    ends = list(accumulate(map(len, parts.rows), initial=len(parts.lead)))
    spans = list(pairwise(ends))
    focus = None if parts.focus is None or parts.focus >= len(spans) else spans[parts.focus]
    header, footer = _fit(parts, len(body), focus, size.rows)
    space = size.rows - len(header) - len(footer)
    # Where the body does not fit, a line says that there is more.
    height = len(body) if len(body) <= space else max(1, space - 1)
    # Keep the scroll position, moving it only as far as the focus requires.
    top = state.top if focus is None else min(max(state.top, focus[1] - height), focus[0])
    top = max(0, min(top, len(body) - height))
    rows = (row for row, (start, end) in enumerate(spans) if top <= start and end <= top + height)
    return Layout(
        header=header, body=body, footer=footer, top=top, height=height, rows=frozenset(rows),
        cursor=focus and (focus[0] + parts.title, parts.column),
    )  # fmt: skip


def _fit(
    parts: Parts, count: int, focus: tuple[int, int] | None, rows: int
) -> tuple[Sequence[Line], Sequence[Line]]:
    """Cut the footer and then the header of a very small screen, so that the body can be read."""
    header, footer = parts.header, parts.footer
    space = rows - len(header) - len(footer)
    focused = focus[1] - focus[0] if focus else 0
    needed = max(MIN_BODY, focused + 1)
    if count <= space or space >= needed:
        return header, footer
    # What the last key did, or did not do, matters more than the keys.
    said = [line for line in footer if line.role == "heading"]
    if said:
        footer = said[: max(1, rows - focused - 1)]
    else:
        footer = footer[-max(1, len(footer) + space - needed) :]
    return header[: max(0, rows - len(footer) - needed)], footer


def context_for(state: UiState, size: Size) -> PageContext:
    """Return the context that text is wrapped for."""
    width = max(1, min(size.columns, MAX_WIDTH))
    return PageContext(words=state.words, width=width, height=size.rows)


def text_lines(
    context: PageContext, text: str, first: str = "", *, is_bold: bool = False, indent: str = ""
) -> list[Line]:
    """Return a paragraph as lines; all but the first begin below the text of it, and `indent`."""
    filled = context.words.fill(text)
    role: LineRole = "heading" if is_bold else "text"
    return [Line(role, line) for line in _wrapped(filled, context.width, first, indent)]


def row_lines(
    context: PageContext, text: str, first: str, *, is_chosen: bool, indent: str = ""
) -> list[Line]:
    """Return a row that can be chosen: a bar across the page where it is."""
    lines = text_lines(context, text, first, indent=indent)
    return [chosen_line(context, line.text) for line in lines] if is_chosen else lines


def chosen_line(context: PageContext, text: str) -> Line:
    """Return a line of the row under the cursor."""
    return Line("chosen", text + " " * (context.width - cell_len(text)))


@lru_cache(maxsize=4096)
def _wrapped(text: str, width: int, first: str, indent: str) -> tuple[str, ...]:
    """Wrap a paragraph. Cached, since every key redraws the same page: 2 ms, not 25."""
    return wrapped(text, width, first, " " * cell_len(first) + indent)


def footer_of(
    context: PageContext, state: UiState, hints: tuple[str, ...], details: Iterable[Line] = ()
) -> list[Line]:
    """Return the footer: details, the message about the last key, and the keys."""
    if state.is_private and not hints[-1].startswith("x "):
        hints = (*hints, wording.HIDE_HINT)
    return [*details, *message_lines(context, state), *hint_lines(context.width, hints)]


def hint_lines(
    width: int, hints: Iterable[str], key_role: LineRole = "label", role: LineRole = "faint"
) -> list[Line]:
    """Return hints, each a key and what it does, on as few lines as they need."""
    lines: list[list[Span]] = []
    room = 0
    for hint in hints:  # never broken across lines
        key, _, text = hint.partition(" ")
        needed = cell_len(hint)
        if lines and needed + 2 <= room:
            lines[-1].append(Span(role, "  "))
            room -= 2
        else:
            lines.append([])
            room = width
        lines[-1] += [Span(key_role, key), *([Span(role, f" {text}")] if text else [])]
        room -= needed
    return [line_of("text", *spans) for spans in lines]


def message_lines(context: PageContext, state: UiState) -> list[Line]:
    """Return the message. It may quote what was typed, so no placeholder is filled."""
    lines = _wrapped(state.message, context.width, "", "") if state.message else ()
    return [Line("heading", line) for line in lines]


def hinting_at_more(
    layout: Callable[[tuple[str, ...]], Layout], hints: tuple[str, ...], below: tuple[str, ...]
) -> Layout:
    """Lay out a screen with its hints or, if there is more, with `below` and how to read on."""
    complete = layout(hints)
    return layout(("Space more", *below)) if complete.has_more else complete
