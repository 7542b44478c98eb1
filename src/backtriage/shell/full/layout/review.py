"""The screen of the review: every answer and, for every other question, why it has none."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from backtriage.interview.review import QuestionStatus, ReviewRow
from backtriage.render.layout import Line
from backtriage.render.page.phrasing import answer_label
from backtriage.shell.full.layout.frame import (
    BLANK,
    Layout,
    Parts,
    context_for,
    footer_of,
    lay_out,
    text_lines,
)
from backtriage.shell.full.state import Size, UiState, is_result_next
from backtriage.shell.questionnaire import wording
from backtriage.shell.questionnaire.page_context import PageContext

_TITLES: Final = {
    QuestionStatus.ANSWERED: "Your answers. Go to one and press Enter to change it.",
    QuestionStatus.SET_ASIDE: "Kept aside and not counted, because it no longer applies:",
    QuestionStatus.NOT_ASKED: "Not asked, because of your other answers:",
    QuestionStatus.NOT_NEEDED: "Not needed for your result:",
}


def review_screen(state: UiState, size: Size) -> Layout:
    """Lay out the review. All its rows can be focused; the last one stays in the footer."""
    context = context_for(state, size)
    titles = [_title(state, context, row) for row in range(len(state.rows))]
    rows = [[*title, *_row(state, context, row)] for row, title in enumerate(titles)]
    at_end = state.focus == len(rows)
    is_last = is_result_next(state)
    mark = "> y. " if at_end else "  y. "
    go_on = "All is right. Show my result" if is_last else "Go on"
    can_go_back = state.back_stack or state.view.question is not None or state.view.can_go_back
    back = ("Left back",) if can_go_back else ()
    hints = ("Up/Down move", "Enter change", "y result" if is_last else "y go on", *back)
    parts = Parts(
        header=[*text_lines(context, _heading(state)), BLANK],
        lead=[] if rows else text_lines(context, "You have given no answer yet."),
        rows=rows,
        footer=[
            BLANK,
            *text_lines(context, go_on, mark, is_bold=at_end),
            *footer_of(context, state, hints),
        ],
        focus=state.focus,
        title=0 if state.focus is None or at_end else len(titles[state.focus]),
    )
    layout = lay_out(state, size, parts)
    return replace(layout, cursor_line=mark) if at_end else layout


def _heading(state: UiState) -> str:
    if is_result_next(state):
        if state.ends_early:
            return wording.ENDING_EARLY
        if state.interview.trail:
            return wording.LAST_QUESTION
        return "No question is left. Please look at the answers once more."
    if state.view.is_emergency:
        return "Several answers decided. They come first."
    count = state.view.max_remaining + (state.view.question is not None)
    return f"Still to come: {count} at most."


def _title(state: UiState, context: PageContext, row: int) -> list[Line]:
    """Return the title of a group, above its first row."""
    status = state.rows[row].status
    if row and state.rows[row - 1].status is status:
        return []
    return [*([BLANK] if row else []), *text_lines(context, _TITLES[status], is_bold=True)]


def _row(state: UiState, context: PageContext, row: int) -> list[Line]:
    is_focused = state.focus == row
    mark = "> " if is_focused else "  "
    return text_lines(context, _text(state.rows[row]), mark, is_bold=is_focused, indent="  ")


def _text(row: ReviewRow) -> str:
    """Return a question by its short name, and its answer if it has one."""
    short = row.question.short
    return short if row.value is None else f"{short}: {answer_label(row.question, row.value)}"
