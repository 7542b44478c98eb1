"""The screens around the questions: the opening, why, the keys, the review."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from backtriage.interview.review import QuestionStatus
from backtriage.protocol.protocol import Question
from backtriage.render.line import Line, LineRole
from backtriage.render.page.phrasing import answer_label
from backtriage.shell.full.layout.frame import (
    BLANK,
    Layout,
    Parts,
    context_for,
    footer_of,
    hinting_at_more,
    lay_out,
    row_lines,
    text_lines,
)
from backtriage.shell.full.state import Size, UiState, is_result_next
from backtriage.shell.questionnaire import wording
from backtriage.shell.questionnaire.pages import (
    PageContext,
    joined,
    reasons,
)

_KEYS: Final[tuple[tuple[str, str], ...]] = (
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
_RESULT_KEYS: Final = (
    ("Space, Up, Down", "read on, and back"),
    ("c, Left, Esc", wording.LOOK_AT_ANSWERS.lower()),
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
    return _reading(state, size, text, ("Left go back to the question",))


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
    has_journal = state.interview.program.protocol.entry_questions
    or_journal = wording.OR_JOURNAL if has_journal else ""
    save = (("s", f"{wording.SAVE_KEY}{or_journal}"),) if state.may_save else ()
    stop = wording.STOP_KEY if state.may_save else "stop now; nothing is kept"
    hide = wording.HIDE_KEY if state.may_save else "clear the screen and stop at once"
    here = _KEYS
    if state.has_result:
        pages = ((each.key, each.title.lower()) for each in state.sections if each.key)
        here, stop = (*pages, *_RESULT_KEYS), "leave"
    keys = (
        *here,
        *save,
        ("q, Ctrl-C", stop),
        ("x", hide),
        ("Ctrl-Z", "pause; type fg to come back"),
    )
    lines = [context.wrap(action, f"{key}: ", "    ") for key, action in keys]
    return _reading(state, size, "\n".join(("Keys", "", *lines)), ("Left go back",))


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

    return hinting_at_more(layout, hints, hints)


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
    back = ("Left go back",) if can_go_back else ()
    hints = ("Up/Down move", "Enter change", "y result" if is_last else "y go on", *back)
    parts = Parts(
        header=[*text_lines(context, _heading(state)), BLANK],
        lead=[] if rows else text_lines(context, "You have given no answer yet."),
        rows=rows,
        footer=[
            BLANK,
            *row_lines(context, go_on, mark, is_chosen=at_end),
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
    return row_lines(context, text, mark, is_chosen=is_focused, indent="  ")
