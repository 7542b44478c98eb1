"""Keys on a question, and on the screen that asks which of its items are in doubt. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from backtriage.interview.confirmations import Finding
from backtriage.interview.marks import adds_to, given_before, leave_open
from backtriage.interview.state import Interview
from backtriage.interview.transitions import answer, back, confirm, reconsider
from backtriage.protocol.answer_parser import InvalidAnswer, parse_answer
from backtriage.shell.full.form import (
    PASTE,
    Option,
    OptionKind,
    all_unsure,
    edit,
    focused_option,
    options_of,
    raw_answer,
    toggle_item,
    toggle_none,
    toggle_unsure,
)
from backtriage.shell.full.layout.question import is_answered_at_once
from backtriage.shell.full.state import (
    QUESTION_ROW,
    Screen,
    UiState,
    push_screen,
    show,
    show_interview,
)
from backtriage.shell.questionnaire import wording
from backtriage.terms.value import NUMBER, SOME_OF, Value

STEPS: Final = {"down": 1, "tab": 1, "j": 1, "up": -1, "k": -1}
BACK: Final = frozenset({"left", "s-tab", "c-b", "escape", "b"})

_OPENS: Final = {
    **dict.fromkeys(("?", "w", "f1"), Screen.WHY),
    "h": Screen.KEYS, "r": Screen.REVIEW, "s": Screen.SAVE,
}  # fmt: skip
_UNSEEN: Final = "There are lines that you have not seen yet. Please look at them first."
_TICK: Final = "Nothing is ticked yet. Press Space to tick this line."
_UNREAD: Final = "Please read the question first."
_NUMBER_KEYS: Final = "0123456789.-"
_LETTERS: Final = "To use a letter as a key, press Down first."
_AWAY: Final = frozenset({"r", "e"})
"""Keys that leave a question for a page on which an earlier answer counts."""

NOT_KEPT: Final = "What is marked counts after Enter. To leave without it, press again."


def open_screen(state: UiState, key: str) -> UiState | None:
    """Open the screen of a key that works everywhere."""
    screen = _OPENS.get(key)
    if screen is None or (screen is Screen.SAVE and not state.may_save):
        return None
    if screen is Screen.SAVE and state.has_result:
        screen = Screen.READER
    return push_screen(state, screen)


def would_drop_marks(state: UiState, key: str) -> bool:
    """Return whether a key leaves new marks behind, so that an earlier answer counts without them.

    It has to be pressed twice: nobody who has just ticked a danger is to lose that by a slip.
    """
    if state.screen is not Screen.QUESTION:
        return False
    before, marks = given_before(state.interview, state.question.id), _marks(state)
    if before is None or marks is None:
        return False
    is_away = (
        key in BACK | _AWAY and state.question.kind != NUMBER
    )  # there they edit, or are slips
    return is_away and adds_to(before, marks) and state.message != NOT_KEPT


def interview_to_keep(state: UiState) -> Interview:
    """Return the interview as it is kept when the person leaves here, with what is marked."""
    marks = _marks(state)
    return state.interview if marks is None else leave_open(state.interview, marks)


def _marks(state: UiState) -> Value | None:
    """Return what is marked for the question, as if it were given; None if that is no answer."""
    question = state.view.question
    raw = None if question is None else raw_answer(question, state.form)
    if question is None or raw is None:
        return None
    value = parse_answer(question, raw, text=True)
    return None if isinstance(value, InvalidAnswer) else value


def on_question(state: UiState, key: str) -> UiState:
    """Return the state after a key on a question."""
    if state.question.kind == NUMBER and (typed := _on_number(state, key)) is not None:
        return typed
    if key in BACK:
        if not state.view.can_go_back:
            return replace(state, message="This is the first question.")
        undo = reconsider if state.view.is_emergency else back
        return show_interview(state, undo(state.interview))
    if key == "enter":
        return _enter(state)
    if key == "e":
        return _end_early(state)
    return open_screen(state, key) or _on_options(state, key)


def _on_number(state: UiState, key: str) -> UiState | None:
    """Return the state after a key that edits a number, or is a slip in it; None for others."""
    form = state.form
    if form.focus != 0 and len(key) == 1 and key in _NUMBER_KEYS:
        form = replace(form, focus=0)
    is_back = key == "left" and form.editor.is_at_start
    edited = edit(form.editor, key, _NUMBER_KEYS) if form.focus == 0 and not is_back else None
    if edited is not None:
        return replace(state, form=replace(form, editor=edited))
    if state.is_in_field and len(key) == 1 and key.isalpha() and key != "u":
        return replace(state, message=f"{_range(state)} {_LETTERS}")
    return None


def _end_early(state: UiState) -> UiState:
    """Show the review before the result, if no open question can change the urgency."""
    if not state.view.can_end:
        return replace(state, message=wording.NO_RESULT_YET)
    return replace(push_screen(state, Screen.REVIEW), ends_early=True)


def _on_options(state: UiState, key: str) -> UiState:
    question, form = state.question, state.form
    options = options_of(question)
    focus = move_focus(form.focus, len(options), key)
    if focus is not None:
        # A field without another line is left for none, so that letters are keys again.
        is_left = focus == form.focus == 0 and question.kind == NUMBER
        return replace(state, form=replace(form, focus=None if is_left else focus))
    option = focused_option(question, form)
    if key == " ":
        return _tick(state, option)
    if key == "u" and option is not None and option.kind is OptionKind.ITEM:
        if not question.allows_not_sure:
            return replace(state, message=wording.NEEDS_DEFINITE_ANSWER)
        return replace(state, form=toggle_unsure(form, option.raw))
    for row, option in enumerate(options):
        # A number leads to yes and no too.
        is_numbered = option.kind is OptionKind.ANSWER and key == str(row + 1)
        if key == option.key or is_numbered:
            focused = replace(state, form=replace(form, focus=row))
            return _tick(focused, option) if question.kind == SOME_OF else _mark(focused)
    return replace(state, message=_no_such_line(state, key))


def _mark(state: UiState) -> UiState:
    """Mark an answer; on the first page the next question then appears below it.

    Nothing is left by that: the answer stays in sight, and Enter leaves the page at its end.
    """
    marked = _give_answer(state) if is_answered_at_once(state) else state
    is_there = marked.screen is Screen.QUESTION and marked.is_on_first_page
    return marked if is_there else state


def _no_such_line(state: UiState, key: str) -> str:
    if key == "u" and not state.question.allows_not_sure:
        return wording.NEEDS_DEFINITE_ANSWER
    if key.startswith(PASTE):
        return "Pasted text is no answer."
    if wording.has_other_digits(key):
        return wording.OTHER_DIGITS
    if state.question.kind == NUMBER and len(key) == 1:
        return _range(state)
    return f"There is no line {key} here." if len(key) == 1 and key.isdigit() else ""


def _tick(state: UiState, option: Option | None) -> UiState:
    """Space, or a digit on a list."""
    if option is None:
        return replace(state, message="Press Down to go to a line, or type its number.")
    if option.kind is OptionKind.ITEM:
        return replace(state, form=toggle_item(state.form, option.raw))
    if option.kind is OptionKind.NONE:
        return replace(state, form=toggle_none(state.form))
    if option.kind is OptionKind.UNSURE and state.question.kind == SOME_OF:
        return show(state, Screen.DOUBTS)
    return replace(state, message="Press Enter to give this answer.")


def _enter(state: UiState) -> UiState:
    question, form = state.question, state.form
    option = focused_option(question, form)
    kind = option.kind if option and question.kind == SOME_OF else None
    if kind is OptionKind.UNSURE:
        return show(state, Screen.DOUBTS)
    unseen = _unseen_row(state)
    if unseen is not None:
        return replace(state, form=replace(form, focus=unseen), message=_UNSEEN)
    if _is_unread(state):
        return replace(state, form=replace(form, focus=None), top=0, message=_UNREAD)
    if kind is OptionKind.NONE and raw_answer(question, form) is None:
        return _give_answer(replace(state, form=toggle_none(form)))
    return _give_answer(state)


def _unseen_row(state: UiState) -> int | None:
    """Return an item that has not been visible yet: leaving it empty is not an answer.

    Nor is an earlier answer, which somebody else may have given.
    """
    if state.question.kind != SOME_OF:
        return None
    items = range(len(state.question.choices))
    return next((row for row in items if row not in state.seen_rows), None)


def _is_unread(state: UiState) -> bool:
    """Whether the cursor began on an earlier answer, so far down that the question was above."""
    is_begun_below = state.view.remembered is not None and state.question.kind != NUMBER
    return is_begun_below and QUESTION_ROW not in state.seen_rows


def _give_answer(state: UiState) -> UiState:
    raw = raw_answer(state.question, state.form)
    if raw is None:
        is_on_line = state.question.kind == SOME_OF and state.form.focus is not None
        how = wording.how_to_choose(state.question, at_once=is_answered_at_once(state))
        message = _TICK if is_on_line else how
        return replace(state, message=message)
    if state.view.confirmation is not None:
        return show_interview(state, confirm(state.interview, Finding(raw)))
    following = answer(state.interview, raw)
    if isinstance(following, Interview):
        return show_interview(state, following)
    return replace(state, message=wording.misfit(state.question, raw))


def _range(state: UiState) -> str:
    question = state.question
    unit = f" {question.unit}" if question.unit else ""
    return f"Type a number from {question.least} to {question.most}{unit}."


def move_focus(focus: int | None, count: int, key: str) -> int | None:
    """Return the row after a key that moves the focus, wrapping around; None for any other key."""
    if key in {"home", "end"}:
        return 0 if key == "home" else count - 1
    if key not in STEPS:
        return None
    if focus is None:
        return 0 if STEPS[key] > 0 else count - 1
    return (focus + STEPS[key]) % count


def on_doubts(state: UiState, key: str) -> UiState:
    """Return the state after a key on the screen that asks which items are in doubt."""
    if key in BACK:
        return show(state, Screen.QUESTION)
    choices = state.question.choices
    focus = move_focus(state.focus, len(choices) + 1, key)
    if focus is not None:
        return replace(state, focus=focus)
    if key == "enter":
        return _give_doubts(state)
    row = state.focus if key in {" ", "u"} else None
    if len(key) == 1 and key in "123456789"[: len(choices)]:
        row = int(key) - 1
    elif key == "a":
        row = len(choices)
    if row is None:
        return state
    if row == len(choices):
        return replace(state, focus=row, form=all_unsure(state.form, state.question))
    return replace(state, focus=row, form=toggle_unsure(state.form, choices[row].id))


def _give_doubts(state: UiState) -> UiState:
    unseen = _unseen_row(state)
    if state.form.unsure:
        if unseen is not None:
            return replace(state, focus=unseen, message=_UNSEEN)
        return _give_answer(state)
    if state.focus == len(state.question.choices):
        return _give_answer(replace(state, form=all_unsure(state.form, state.question)))
    return replace(state, message="Mark a line first: go to it and press Space.")
