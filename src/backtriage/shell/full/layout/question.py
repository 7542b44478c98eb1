"""The screens of a question: its options and the help for one of them, and the items in doubt."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

from backtriage.interview.first_page import first_page
from backtriage.interview.state import Interview, shown_answer
from backtriage.protocol.protocol import Question
from backtriage.render.cells import cell_len
from backtriage.render.line import Line, Span, line_of
from backtriage.render.page.phrasing import answer_label
from backtriage.shell.full.form import Option, OptionKind, focused_option, options_of
from backtriage.shell.full.layout.frame import (
    BLANK,
    MIN_BODY,
    Layout,
    Parts,
    chosen_line,
    context_for,
    footer_of,
    lay_out,
    row_lines,
    text_lines,
)
from backtriage.shell.full.state import Screen, Size, UiState
from backtriage.shell.questionnaire import wording
from backtriage.shell.questionnaire.pages import PageContext
from backtriage.terms.value import NUMBER, ONE_OF, SOME_OF, YES_NO

_FIELD_WIDTH: Final = 12
"""Cells of an empty number field."""


class _Density(NamedTuple):
    """How much a screen shows besides the question and its options."""

    has_opening: bool
    """Whether what is said before the first question stays above the others of its page."""
    has_help: bool
    blanks: int
    """Blank lines: above the options, above the question, and above the footer, in this order."""


_BELOW_OPENING: Final = tuple(
    _Density(has_opening=True, has_help=True, blanks=blanks) for blanks in (3, 2, 1, 0)
)
_DENSITIES: Final = tuple(density._replace(has_opening=False) for density in _BELOW_OPENING)
_SMALLEST: Final = _Density(has_opening=False, has_help=False, blanks=0)


def question_screen(state: UiState, size: Size) -> Layout:
    """Lay out as much detail as fits whatever is focused, so that nothing jumps."""
    return _question(state, context_for(state, size), _density(state, size), size)


def is_opening_above(state: UiState, size: Size) -> bool:
    """Return whether a new interview opens above its first question, which has room there."""
    if state.interview.answers or state.view.question is None:
        return False
    return _density(replace(state, screen=Screen.QUESTION), size).has_opening


def is_answered_at_once(state: UiState) -> bool:
    """Return whether one key answers the question: on the first page, but for its last one."""
    interview, question = state.interview, state.question
    rest = first_page(interview.program) - {*interview.answers, question.id}
    return state.is_on_first_page and question.kind in {ONE_OF, YES_NO} and bool(rest)


def _density(state: UiState, size: Size) -> _Density:
    context = context_for(state, size)
    has_opening = state.opening is not None and state.is_on_first_page
    densities = (*(_BELOW_OPENING if has_opening else ()), *_DENSITIES)
    fitting = (d for d in densities if _height(state, context, d) <= size.rows)
    return next(fitting, _SMALLEST)


def _height(state: UiState, context: PageContext, density: _Density) -> int:
    """Return the most rows that the screen can need, whatever is focused."""
    options = options_of(state.question)
    details = (_details(state, context, density, option, may_doubt=True) for option in options)
    fixed = (
        *_opening(state, context, density),
        *_header(state, context),
        *_asked(state, context, density),
        *(line for row in range(len(options)) for line in _option(state, context, row)),
        *footer_of(context, state, _hints(state)),
    )
    message = 0 if state.message else 1
    return len(fixed) + max(map(len, details)) + density.blanks + message


def _question(state: UiState, context: PageContext, density: _Density, size: Size) -> Layout:
    question = state.question
    is_small = density is _SMALLEST
    below_options, below_header, below_asked = ([BLANK] * (density.blanks >= n) for n in (3, 2, 1))
    opening = _opening(state, context, density)
    header = [*opening, *_header(state, context, is_small=is_small), *below_header]
    asked = [*_asked(state, context, density), *below_asked]
    details = _details(state, context, density, focused_option(question, state.form))
    footer = footer_of(context, state, _hints(state, is_small=is_small), details)
    # The question scrolls away rather than leave no room for the options.
    space = size.rows - len(header) - len(asked) - len(footer)
    is_scrolled = is_small and space <= MIN_BODY
    in_field = question.kind == NUMBER and state.form.focus == 0
    parts = Parts(
        header=header if is_scrolled else [*header, *asked],
        lead=asked if is_scrolled else (),
        rows=[_option(state, context, row) for row in range(len(options_of(question)))],
        footer=[*below_options, *footer],
        focus=state.form.focus,
        column=3 + state.form.editor.cursor if in_field else 0,
    )
    return lay_out(state, size, parts)


def _opening(state: UiState, context: PageContext, density: _Density) -> list[Line]:
    """Return what is said before the first question, if it stands above this one."""
    if state.opening is None or not density.has_opening:
        return []
    title, *text = state.opening(context).split("\n")
    return [Line("heading", title), *(Line("text", line) for line in text), BLANK]


def _given(interview: Interview, question_id: str) -> str:
    """Return a question and its answer, in the words that stood here when it was asked."""
    question, value = (
        interview.program.questions[question_id],
        shown_answer(interview, question_id),
    )
    answer = wording.NOT_SHOWN if value is None else answer_label(question, value)
    return f"{question.text} {answer}"


def _header(state: UiState, context: PageContext, *, is_small: bool = False) -> list[Line]:
    """Return the section and the number of the question, and the notes of the protocol."""
    view = state.view
    lines = text_lines(context, wording.progress(view))
    # On a narrow screen there are the words alone.
    bar = wording.bar(view.progress) if view.progress else ""
    if bar and len(lines) == 1:
        gap = context.width - cell_len(lines[0].text) - len(bar)
        spans = Span("text", f"{lines[0].text}{' ' * gap}"), Span("faint", bar)
        lines = [line_of("text", *spans)] if gap > 1 else lines
    for note in wording.notes(view, is_small=is_small):
        lines += text_lines(context, note)
    return lines


def _asked(state: UiState, context: PageContext, density: _Density) -> list[Line]:
    """Return the question and its help; on the first page below the answers given there."""
    question, lines = state.question, list[Line]()
    if state.is_on_first_page and density is not _SMALLEST:
        for step in state.interview.trail:
            lines += text_lines(context, _given(state.interview, step.question))
    help_lines = text_lines(context, question.help) if density.has_help and question.help else []
    return [*lines, *text_lines(context, question.text, is_bold=True), *help_lines]


def _option(state: UiState, context: PageContext, row: int) -> list[Line]:
    option = options_of(state.question)[row]
    is_focused = state.form.focus == row
    mark = ">" if is_focused else " "
    if option.kind is OptionKind.FIELD:
        text = state.form.editor.text
        width = max(_FIELD_WIDTH, len(text) + 1)
        line = f"{mark} [{text:<{width}}] {option.text}".rstrip()
        return [chosen_line(context, line) if is_focused else Line("text", line)]
    is_list = state.question.kind == SOME_OF
    before = f"{mark}{option.key} {_box(state, option)}" if is_list else f"{mark} {option.key}. "
    return row_lines(context, option.text, before, is_chosen=is_focused)


def _box(state: UiState, option: Option) -> str:
    """Return the box of an option on a list; "not sure" has none."""
    if option.kind is OptionKind.UNSURE:
        return "    "
    if option.kind is OptionKind.NONE:
        return "[x] " if state.form.is_none else "[ ] "
    return _item_box(state, option.raw)


def _item_box(state: UiState, item: str) -> str:
    if item in state.form.unsure:
        return "[?] "
    return "[x] " if item in state.form.ticked else "[ ] "


def _details(
    state: UiState, context: PageContext, density: _Density, option: Option | None,
    *, may_doubt: bool = False,
) -> list[Line]:  # fmt: skip
    """Return the help for an option. `may_doubt` includes its check even if it is not in doubt."""
    question = state.question
    if option is None:
        is_hidden = question.help and not density.has_help
        return text_lines(context, question.help) if is_hidden else []
    if option.kind is OptionKind.UNSURE and question.kind != SOME_OF:
        return _checks(question, context)
    texts = [option.help] if option.help else []
    if option.check and (may_doubt or option.raw in state.form.unsure):
        texts.append(f"Not sure? {option.check}")
    return text_lines(context, " ".join(texts), f"{option.key}: ") if texts else []


def _checks(question: Question, context: PageContext) -> list[Line]:
    checks = [wording.named_check(choice) for choice in question.choices if choice.check]
    lines = text_lines(context, wording.HOW_TO_FIND_OUT) if checks else []
    return lines + [line for check in checks for line in text_lines(context, check, "- ")]


def _hints(state: UiState, *, is_small: bool = False) -> tuple[str, ...]:
    """Return the keys of the question, on one line if the screen is small."""
    last = len(state.question.choices)
    by_kind = {
        SOME_OF: (f"1-{last} tick", "0 none"), YES_NO: ("y/n choose",), NUMBER: ("0-9 type",),
    }  # fmt: skip
    move = by_kind.get(state.question.kind, (f"1-{last} choose",))
    if is_answered_at_once(state):
        move = (move[0].replace("choose", "answer"),)
    # In a field that may have text, Left first moves the cursor.
    is_number = state.question.kind == NUMBER
    back = (f"{'Esc' if is_number else 'Left'} back",) if state.view.can_go_back else ()
    unsure = ("u not sure",) if state.question.allows_not_sure else ()
    if state.is_in_field:  # its letters are no keys
        return (*move, "Enter next", *back, *unsure, "? why", "Down keys")
    end = ("e result",) if state.view.can_end else ()
    if not is_small:
        return (*move, "Enter next", *back, *unsure, *end, "? why", "h all keys")
    # One line of 40 columns for all but the rarest: the words of well-known keys are left out.
    number = move[0].removesuffix(" choose").removesuffix(" answer")
    keys = (number, "Enter", *back, *unsure, "?")
    rest = ("x leave",) if state.is_private else () if end else ("h keys",)
    return (*(key.removesuffix(" back").removesuffix(" not sure") for key in keys), *end, *rest)


def doubts_screen(state: UiState, size: Size) -> Layout:
    """Ask which items the person is not sure about. The others stay as they are."""
    question, context = state.question, context_for(state, size)
    count = len(question.choices)
    is_all = state.focus == count
    mark = ">" if is_all else " "
    everything = row_lines(context, "All of them", f"{mark}a     ", is_chosen=is_all)
    check = "" if state.focus is None or is_all else question.choices[state.focus].check
    details = text_lines(context, f"To find out: {check}") if check else []
    parts = Parts(
        header=[
            *_header(state, context, is_small=True),
            *text_lines(context, "Which ones are you not sure about?", is_bold=True),
            *text_lines(context, "Lines that you leave empty count as no."),
        ],
        rows=[*(_item(state, context, row) for row in range(count)), everything],
        footer=footer_of(context, state, ("Space mark", "Enter next", "Left go back"), details),
        focus=state.focus,
    )
    return lay_out(state, size, parts)


def _item(state: UiState, context: PageContext, row: int) -> list[Line]:
    choice = state.question.choices[row]
    is_focused = state.focus == row
    before = f"{'>' if is_focused else ' '}{row + 1} {_item_box(state, choice.id)}"
    return row_lines(context, choice.text, before, is_chosen=is_focused)
