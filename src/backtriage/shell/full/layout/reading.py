"""The screens for the opening, for why we ask, for the keys, and for a file name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from backtriage.protocol.protocol import Question
from backtriage.render.layout import Line
from backtriage.shell.full.layout.frame import (
    BLANK,
    MORE,
    Layout,
    Parts,
    context_for,
    footer_of,
    lay_out,
    text_lines,
)
from backtriage.shell.full.state import Size, UiState
from backtriage.shell.questionnaire import wording
from backtriage.shell.questionnaire.page_context import PageContext, joined
from backtriage.shell.questionnaire.pages import reasons

_KEYS: Final = (
    ("Up, Down, Tab", "go from line to line"),
    ("0 to 9, y, n", "go to that line; on a list, tick it"),
    ("Space", "tick a line, or take the tick away"),
    ("Enter", "give this answer and go on"),
    ("Left, b, Esc", wording.BACK_KEY),
    ("u", "not sure, or would rather not say; on a list, about this line"),
    ("?", wording.WHY_KEY),
    ("r", "look at your answers and change one"),
    ("e", wording.END_KEY),
)


def opening_screen(state: UiState, size: Size) -> Layout:
    """Say what this is, or what was restored, before the first question."""
    text = state.opening(context_for(state, size)) if state.opening else ""
    return _reading(state, size, text, ("Enter begin", "q stop"))


def why_screen(state: UiState, size: Size) -> Layout:
    """Say why this is asked, what it rests on, and more about each option."""
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
            yield context.wrap(wording.not_sure_check(choice.check), "     ")


def keys_screen(state: UiState, size: Size) -> Layout:
    """Explain every key."""
    context = context_for(state, size)
    save = (("s", "save to a file that you name"),) if state.may_save else ()
    stop = wording.STOP_KEY if state.may_save else "stop now; nothing is kept"
    keys = (*_KEYS, *save, ("q, Ctrl-C", stop), ("Ctrl-Z", "pause; type fg to come back"))
    lines = [context.wrap(action, f"{key}: ", "    ") for key, action in keys]
    return _reading(state, size, "\n".join(("Keys", "", *lines)), ("Left back",))


def _reading(state: UiState, size: Size, text: str, hints: tuple[str, ...]) -> Layout:
    """Lay out a page to read. A title of one line and the headings stand out."""
    title, _, rest = text.partition("\n\n")
    is_heading = "\n" not in title
    body = [
        *(Line("heading" if is_heading else "text", line) for line in title.split("\n")),
        BLANK,
        *(Line("heading" if _is_heading(line) else "text", line) for line in rest.split("\n")),
    ]
    context = context_for(state, size)
    footer = [BLANK, *footer_of(context, state, hints)]
    layout = lay_out(state, size, Parts(lead=body, footer=footer))
    if not layout.viewport.has_more:
        return layout
    footer = [BLANK, *footer_of(context, state, (MORE, *hints))]
    return lay_out(state, size, Parts(lead=body, footer=footer))


def _is_heading(line: str) -> bool:
    return line.endswith(":") and not line.startswith(" ")


def save_screen(state: UiState, size: Size) -> Layout:
    """Ask for the name of a file."""
    context = context_for(state, size)
    what, how = (
        (
            "Save your answers so far. Type a file name that ends in .json.",
            "You can go on from it with: backtriage ask --from FILE",
        )
        if state.page is None
        else (
            "Save this for whoever helps you. Type a file name.",
            "It is text. A name that ends in .md makes Markdown, one in .json a record.",
        )
    )
    parts = Parts(
        lead=[*text_lines(context, what, is_bold=True), *text_lines(context, how), BLANK],
        rows=[[_file_name(state, context)]],
        footer=[BLANK, *footer_of(context, state, ("Enter save", "Esc back"))],
        focus=0,
        column=min(2 + state.file_name.cursor, context.width - 1),
    )
    return lay_out(state, size, parts)


def _file_name(state: UiState, context: PageContext) -> Line:
    """The typed name; of a long one the part around the cursor."""
    width = max(1, context.width - 3)
    start = max(0, state.file_name.cursor - width + 1)
    return Line("heading", f"> {state.file_name.text[start : start + width]}")
