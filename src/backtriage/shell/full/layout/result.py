"""The screens of an assessment: the emergency and the result."""

from __future__ import annotations

from dataclasses import replace

from backtriage.render.layout import Line, lines_of, spaced
from backtriage.render.page import Page
from backtriage.shell.full.layout.frame import (
    BLANK,
    MIN_BODY,
    MORE,
    Layout,
    Parts,
    context_for,
    footer_of,
    lay_out,
    message_lines,
    text_lines,
)
from backtriage.shell.full.state import Size, UiState
from backtriage.shell.questionnaire import wording
from backtriage.shell.questionnaire.pages import change_offer


def emergency_screen(state: UiState, size: Size) -> Layout:
    """Show the action, and the two offers below it: it was read, or an answer is changed."""
    context = context_for(state, size)
    offers: list[Line] = []
    texts = ("y", wording.READ_THIS), ("c", change_offer(state.interview))
    for row, (key, offer) in enumerate(texts):
        is_focused = state.focus == row
        mark = ">" if is_focused else " "
        offers += text_lines(context, offer, f"{mark} {key}. ", is_bold=is_focused)
    save = ("s save",) if state.may_save else ()
    back = ("Left back",) if state.view.can_go_back else ()
    hints = ("y or c", *save, *back)
    layout = _result(state, size, [BLANK, *offers, *footer_of(context, state, hints)])
    if layout.viewport.has_more:
        footer = [BLANK, *offers, *footer_of(context, state, (MORE, *hints))]
        layout = _result(state, size, footer)
    if state.focus is None:
        return layout
    return replace(layout, cursor_line=f"> {'yc'[state.focus]}. ")


def result_screen(state: UiState, size: Size) -> Layout:
    """Show the care card or the hand-over sheet; the action stays in sight all the time."""
    context = context_for(state, size)
    save = ("s save",) if state.may_save else ()
    hints = ("Enter finish", *save, "Left answers")
    layout = _result(state, size, [BLANK, *footer_of(context, state, hints)])
    if not layout.viewport.has_more:
        return layout
    hints = (MORE, *save, "Left answers", "q finish")
    return _result(state, size, [BLANK, *footer_of(context, state, hints)])


def _result(state: UiState, size: Size, footer: list[Line]) -> Layout:
    page, context = state.page, context_for(state, size)
    assert page is not None  # noqa: S101 - these screens are never shown without one
    # A message comes and goes; what stays in sight must not change with it.
    space = size.rows - len(footer) + len(message_lines(context, state))
    header, body = _split(page, context.width, space)
    return lay_out(state, size, Parts(header=[*header, BLANK], lead=body, footer=footer))


def _split(page: Page, width: int, rows: int) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Split a page into what stays in sight and what scrolls. A doubt comes before the action."""
    lead, body = lines_of(page.lead, width), lines_of(page.blocks, width)
    action = tuple(_bar(line, width) for line in lines_of((page.action,), width))
    header = spaced(lead, action)
    if len(header) + 2 * MIN_BODY <= rows:
        return header, body
    if len(action) + MIN_BODY + 1 <= rows:
        return action, spaced(lead, body)
    calls = sum(line.role == "action" for line in action)
    # Whom to call, or where to go, is in the first line below the call.
    count = max(calls + 1, min(len(action), rows - MIN_BODY - 1))
    return action[:count], spaced(action[count:], lead, body)


def _bar(line: Line, width: int) -> Line:
    """Return the call as one bar across the page."""
    return Line(line.role, f" {line.text}".ljust(width)) if line.role == "action" else line
