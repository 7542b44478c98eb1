"""The screens around the questions: the opening, why, the keys, the review, the result, saving."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from backtriage.interview.review import QuestionStatus
from backtriage.protocol.protocol import Question
from backtriage.render.as_text import Line, LineRole, lines_of, spaced
from backtriage.render.page import Page
from backtriage.render.page.phrasing import answer_label
from backtriage.shell.full.layout.frame import (
    BLANK,
    MIN_BODY,
    Layout,
    Parts,
    context_for,
    footer_of,
    lay_out,
    message_lines,
    text_lines,
)
from backtriage.shell.full.state import Size, UiState, is_result_next
from backtriage.shell.questionnaire import wording
from backtriage.shell.questionnaire.pages import (
    PageContext,
    change_offer,
    going_on,
    joined,
    reasons,
)

_KEYS: Final = (
    ("Up, Down, j, k", "go from line to line"),
    ("0 to 9, y, n", "go to that line; on a list, tick it"),
    ("Space", "tick a line, or take the tick away"),
    ("Enter", "give this answer and go on"),
    ("Left, b, Esc", wording.BACK_KEY),
    ("u", "not sure, or would rather not say; on a list, about this line"),
    ("?", wording.WHY_KEY),
    ("r", "look at your answers and change one"),
    ("e", wording.END_KEY),
)
_TITLES: Final = {
    QuestionStatus.ANSWERED: "Your answers. Go to one and press Enter to change it.",
    QuestionStatus.SET_ASIDE: "Kept aside and not counted, because it no longer applies:",
    QuestionStatus.NOT_ASKED: "Not asked, because of your other answers:",
    QuestionStatus.NOT_NEEDED: "Not needed for your result:",
}


def opening_screen(state: UiState, size: Size) -> Layout:
    """Lay out the page before the first question: what this is, or what was restored."""
    text = state.opening(context_for(state, size)) if state.opening else ""
    return _reading(state, size, text, ("Enter begin", "q stop"))


def why_screen(state: UiState, size: Size) -> Layout:
    """Lay out why the question is asked, its sources, and more about each option."""
    context, question = context_for(state, size), state.question
    why, *sources = reasons(context, state.interview.program, question)
    more = joined(_details(context, question))
    details = [f"More about each line:\n{more}"] if more else []
    text = "\n\n".join((why, *details, *sources))
    return _reading(state, size, text, ("Left back to the question",))


def _details(context: PageContext, question: Question) -> Iterator[str]:
    """The help and the check of every option that has any."""
    for row, choice in enumerate(question.choices, start=1):
        if choice.help or choice.check:
            yield context.wrap(choice.text, f"  {row}. ")
        if choice.help:
            yield context.wrap(choice.help, "     ")
        if choice.check:
            yield context.wrap(f"Not sure? {choice.check}", "     ")


def keys_screen(state: UiState, size: Size) -> Layout:
    """Explain every key."""
    context = context_for(state, size)
    save = (("s", "save to a file that you name"),) if state.may_save else ()
    stop = wording.STOP_KEY if state.may_save else "stop now; nothing is kept"
    hide = wording.HIDE_KEY if state.may_save else "clear the screen and stop at once"
    keys = (
        *_KEYS,
        *save,
        ("q, Ctrl-C", stop),
        ("x", hide),
        ("Ctrl-Z", "pause; type fg to come back"),
    )
    lines = [context.wrap(action, f"{key}: ", "    ") for key, action in keys]
    return _reading(state, size, "\n".join(("Keys", "", *lines)), ("Left back",))


def _reading(state: UiState, size: Size, text: str, hints: tuple[str, ...]) -> Layout:
    """Lay out a page of text, with its one-line title and its headings in bold."""
    title, _, rest = text.partition("\n\n")
    role: LineRole = "text" if "\n" in title else "heading"
    body = [*(Line(role, line) for line in title.split("\n")), BLANK]
    for line in rest.split("\n"):
        is_heading = line.endswith(":") and not line.startswith(" ")
        body.append(Line("heading" if is_heading else "text", line))
    context = context_for(state, size)

    def layout(hints: tuple[str, ...]) -> Layout:
        footer = [BLANK, *footer_of(context, state, hints)]
        return lay_out(state, size, Parts(lead=body, footer=footer))

    return _hinting_at_more(layout, hints, hints)


def _hinting_at_more(
    layout: Callable[[tuple[str, ...]], Layout], hints: tuple[str, ...], below: tuple[str, ...]
) -> Layout:
    """Lay out a screen with its hints or, if there is more, with `below` and how to read on."""
    complete = layout(hints)
    return layout(("Space more", *below)) if complete.has_more else complete


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
    if state.view.confirmation is not None:
        return "Your answers so far."
    if state.view.is_emergency:
        return "Several answers decided. They come first."
    return wording.still_to_come(state.view)


def _title(state: UiState, context: PageContext, row: int) -> list[Line]:
    """Return the title of a group, above its first row."""
    status = state.rows[row].status
    if row and state.rows[row - 1].status is status:
        return []
    return [*([BLANK] if row else []), *text_lines(context, _TITLES[status], is_bold=True)]


def _row(state: UiState, context: PageContext, row: int) -> list[Line]:
    question, value = state.rows[row].question, state.rows[row].value
    is_answered = state.rows[row].status is QuestionStatus.ANSWERED
    answer = f": {wording.NOT_SHOWN}" if is_answered else ""
    answer = answer if value is None else f": {answer_label(question, value)}"
    is_focused = state.focus == row
    mark = "> " if is_focused else "  "
    text = f"{question.short}{answer}"
    return text_lines(context, text, mark, is_bold=is_focused, indent="  ")


def emergency_screen(state: UiState, size: Size) -> Layout:
    """Show the action, and below it two offers: confirm that it was read, or change an answer."""
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
    layout = _hinting_at_more(partial(_result, state, size, offers), hints, hints)
    if state.focus is None:
        return layout
    return replace(layout, cursor_line=f"> {'yc'[state.focus]}. ")


def result_screen(state: UiState, size: Size) -> Layout:
    """Show the patient's page or the hand-over sheet; the action is always visible."""
    save = ("s save",) if state.may_save else ()
    hints, below = ("Enter finish", *save, "Left answers"), (*save, "Left answers", "f finish")
    offers: list[Line] = []
    if state.view.can_go_on:
        hints, below = ("Enter go on", "f finish", *hints[1:]), ("g go on", *below)
        offers = text_lines(context_for(state, size), going_on(state.interview))
    return _hinting_at_more(partial(_result, state, size, offers), hints, below)


def _result(state: UiState, size: Size, offers: list[Line], hints: tuple[str, ...]) -> Layout:
    page, context = state.page, context_for(state, size)
    assert page is not None  # noqa: S101 - these screens are never shown without one
    footer = [BLANK, *offers, *footer_of(context, state, hints)]
    # The fixed part must not change when a message comes and goes.
    space = size.rows - len(footer) + len(message_lines(context, state))
    header, body = _split(page, context.width, space)
    return lay_out(state, size, Parts(header=[*header, BLANK], lead=body, footer=footer))


def _split(page: Page, width: int, rows: int) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Split a page into a fixed part and a part that scrolls. A doubt comes before the action."""
    lead, body = lines_of(page.lead, width), lines_of(page.blocks, width)
    action = tuple(
        # The call is one bar across the page.
        Line(line.role, f" {line.text}".ljust(width)) if line.role == "action" else line
        for line in lines_of((page.action,), width)
    )
    header = spaced(lead, action)
    if len(header) + 2 * MIN_BODY <= rows:
        return header, body
    if len(action) + MIN_BODY + 1 <= rows:
        return action, spaced(lead, body)
    calls = sum(line.role == "action" for line in action)
    # Whom to call, or where to go, is in the first line below the call.
    count = max(calls + 1, min(len(action), rows - MIN_BODY - 1))
    return action[:count], spaced(action[count:], lead, body)


def save_screen(state: UiState, size: Size) -> Layout:
    """Ask for the name of a file."""
    context = context_for(state, size)
    what = "Save this for whoever helps you. Type a file name."
    how = "It is text. A name that ends in .md makes Markdown, one in .json a record."
    if not state.private and any(q.is_private for q in state.interview.program.protocol.questions):
        how = f"{how} {wording.PRIVATE_LEFT_OUT}"
    if state.page is None:
        what = "Save your answers so far. Type a file name that ends in .json."
        how = "You can go on from it with: backtriage ask --from FILE"
    # Of a long name, show the part around the cursor.
    width = max(1, context.width - 3)
    start = max(0, state.file_name.cursor - width + 1)
    name = Line("heading", f"> {state.file_name.text[start : start + width]}")
    parts = Parts(
        lead=[*text_lines(context, what, is_bold=True), *text_lines(context, how), BLANK],
        rows=[[name]],
        footer=[BLANK, *footer_of(context, state, ("Enter save", "Esc back"))],
        focus=0,
        column=min(2 + state.file_name.cursor, context.width - 1),
    )
    return lay_out(state, size, parts)
