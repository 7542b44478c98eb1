"""What each key does: from a state and a key to the next state. Pure, without any I/O.

How far a key scrolls depends on what is visible, which the layout works out from the same state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from backtriage.interview.review import QuestionStatus, emergency_questions
from backtriage.interview.transitions import back, change, go_on, reconsider
from backtriage.render.page.sections import CardSection
from backtriage.shell.full import question_keys
from backtriage.shell.full.form import LineEditor, edit
from backtriage.shell.full.layout.question import is_opening_above
from backtriage.shell.full.layout.results import readers_of
from backtriage.shell.full.layout.screens import layout_before, layout_of, seen_rows, unread_line
from backtriage.shell.full.question_keys import (
    BACK,
    NOT_KEPT,
    STEPS,
    move_focus,
    open_screen,
    would_drop_marks,
)
from backtriage.shell.full.state import (
    EndReason,
    Screen,
    Size,
    UiState,
    is_result_next,
    pop_screen,
    push_screen,
    show,
    show_interview,
    show_result,
    without_result,
)
from backtriage.shell.questionnaire import wording

LEAVE: Final = frozenset({"c-c", "c-d", "c-\\"})
"""Keys that leave from anywhere, whatever is typed."""

HIDE: Final = "x"

_MORE: Final = "There is more. Please read it first."
_WHICH_READER: Final = "Type the number of a line, and then Enter."
_PAGES: Final = {" ": 1, "pagedown": 1, "pageup": -1}
_LISTS: Final = frozenset({Screen.QUESTION, Screen.DOUBTS, Screen.REVIEW})
"""Screens that scroll with the focus."""


def handle_key(state: UiState, key: str, size: Size) -> UiState:
    """Return the state after a key: a character, the name of a key, or pasted text."""
    if len(key) == 1 and state.screen is not Screen.SAVE:
        key = key.lower()  # as with Caps Lock
    if state.screen is Screen.OPENING and is_opening_above(state, size):
        state = replace(state, screen=Screen.QUESTION)
    if would_drop_marks(state, key):
        return replace(state, message=NOT_KEPT)
    is_typing = state.screen is Screen.SAVE or state.is_in_field
    if key in LEAVE or (key == "q" and not is_typing):
        return _leave(state, key)
    if is_hiding(state, key):
        return replace(state, end=EndReason.HIDDEN)
    seen = seen_rows(state, size)
    state = replace(state, message="", last_message=state.message, save_to="", seen_rows=seen)
    after = _HANDLERS[state.screen](state, key, size)
    if after.generation != state.generation or after.screen not in _LISTS:
        return after
    # Keep the scroll position until the focus leaves the visible part.
    return replace(after, top=layout_of(after, size).top)


def is_hiding(state: UiState, key: str) -> bool:
    """Return whether a key leaves at once, with nothing to stay on the screen."""
    return key.lower() == HIDE and state.screen is not Screen.SAVE


def _leave(state: UiState, key: str) -> UiState:
    """End the interview, which is complete if the result has been seen."""
    if not state.is_complete:
        return replace(state, end=EndReason.LEFT)
    return replace(state, end=EndReason.FINISHED if key == "q" else EndReason.RESULT_SEEN)


def _on_opening(state: UiState, key: str, size: Size) -> UiState:
    if key == "enter":
        return show_interview(replace(state, opening=None), state.interview)
    return _scroll(state, key, size)


def _on_reading(state: UiState, key: str, size: Size) -> UiState:
    """Handle a key on a page of text: any key that does not scroll leads back."""
    if key in BACK or key in {"enter", "?", "w", "f1", "h"}:
        return pop_screen(state)
    return _scroll(state, key, size)


def _scroll(state: UiState, key: str, size: Size) -> UiState:
    """Scroll by a line, a page, or to an end; never past the last line."""
    visible = layout_before(state, size)
    by_page = visible.page_step if _PAGES.get(key) == 1 else max(1, visible.height - 1)
    lines = STEPS.get(key, 0) or _PAGES.get(key, 0) * by_page
    if key in {"home", "end"}:
        lines = -visible.top if key == "home" else len(visible.body)
    if lines > 0 and not visible.has_more:
        return state
    scrolled = replace(state, top=max(0, visible.top + lines))
    return replace(state, top=layout_of(scrolled, size).top)


def _on_review(state: UiState, key: str, size: Size) -> UiState:
    count = len(state.rows) + 1
    focus = move_focus(state.focus, count, key)
    if key in BACK:
        return _back_from_review(state)
    if focus is not None:
        return replace(state, focus=focus)
    if key in _PAGES:  # by a page, without wrapping around
        step = max(1, layout_of(state, size).height - 2)
        focus = (-1 if state.focus is None else state.focus) + _PAGES[key] * step
        return replace(state, focus=max(0, min(focus, count - 1)))
    if key == "y" or (key == "enter" and state.focus == count - 1):
        return show_result(state) if is_result_next(state) else _resume(state)
    if key == "enter":
        return _change_focused(state)
    return (key in {"s", "h"} and open_screen(state, key)) or state


def _back_from_review(state: UiState) -> UiState:
    if state.view.question is not None or state.view.is_emergency:
        return _resume(replace(state, ends_early=False))
    if not state.view.can_go_back:
        return replace(state, message=wording.NOTHING_BEFORE)
    return show_interview(state, back(state.interview))


def _resume(state: UiState) -> UiState:
    """Go back to the current question or emergency."""
    return pop_screen(state) if state.back_stack else show_interview(state, state.interview)


def _change_focused(state: UiState) -> UiState:
    if state.focus is None:
        return replace(state, message="Press y to go on, or go to an answer with Up and Down.")
    row = state.rows[state.focus]
    if row.status is QuestionStatus.SET_ASIDE:
        return replace(state, message="This answer is kept aside and does not count now.")
    if row.status is not QuestionStatus.ANSWERED:
        return replace(state, message="This was not asked, so there is nothing to change.")
    return show_interview(state, change(state.interview, row.question.id))


def _on_emergency(state: UiState, key: str, size: Size) -> UiState:
    if key == "enter" and state.focus is not None:
        key = "yc"[state.focus]
    if key == "y":
        return _confirm_read(state, size)
    if key == "c":
        return _change_alarming(state)
    if key in BACK:
        return show_interview(state, reconsider(state.interview))
    if key in STEPS:
        return _step_through_emergency(state, STEPS[key], size)
    if key == "enter":
        return replace(state, message=wording.press_y_or_c("Press"))
    return (key == "s" and open_screen(state, key)) or _scroll(state, key, size)


def _confirm_read(state: UiState, size: Size) -> UiState:
    """Accept a confirmation only once the whole page has been on the screen."""
    unread = unread_line(state, size)
    if unread is None:
        return replace(state, end=EndReason.FINISHED)
    state = replace(state, top=layout_of(replace(state, top=unread), size).top)
    left = unread_line(replace(state, seen_rows=seen_rows(state, size)), size)
    return replace(state, message="" if left is None else _MORE)


def _step_through_emergency(state: UiState, step: int, size: Size) -> UiState:
    """Scroll to the end of the page and then move on to the offers; the same in reverse for up."""
    if step > 0:
        if layout_before(state, size).has_more:
            return _scroll(state, "down", size)
        return replace(state, focus=0 if state.focus is None else 1)
    if state.focus is not None:
        return replace(state, focus=None if state.focus == 0 else 0)
    return _scroll(state, "up", size)


def _change_alarming(state: UiState) -> UiState:
    """Ask again the question behind the emergency; if there are several, let the person pick."""
    questions = emergency_questions(state.interview)
    if len(questions) == 1:
        return show_interview(state, change(state.interview, questions[0]))
    return replace(push_screen(state, Screen.REVIEW), focus=0)


def _on_result(state: UiState, key: str, size: Size) -> UiState:
    is_at_end = key == "enter" and not layout_before(state, size).has_more
    if state.view.can_go_on and (is_at_end or key == "g"):
        return show_interview(state, go_on(state.interview))
    if key == "f":
        return replace(state, end=EndReason.FINISHED)
    if is_at_end:
        return replace(state, message=wording.END_OF_RESULT)
    return _from_result(state, key) or _scroll(state, " " if key == "enter" else key, size)


def _from_result(state: UiState, key: str) -> UiState | None:
    """Return the screen to which a key leads from a result: one behind it, or the answers."""
    if opened := _section(state, key):
        return replace(push_screen(state, Screen.SECTION), section=opened)
    if key in BACK or key == "c":
        return show(without_result(state), Screen.REVIEW)
    return open_screen(state, key) if key in {"s", "h"} else None


def _section(state: UiState, key: str) -> CardSection | None:
    return next((section for section in state.sections if section.key == key), None)


def _on_section(state: UiState, key: str, size: Size) -> UiState:
    """Handle a key on a page behind the card; the letter of another one leads there."""
    opened = _section(state, key)
    if opened is not None and opened is not state.section:
        return replace(show(state, Screen.SECTION), section=opened)
    if opened or key in BACK or (key == "enter" and not layout_before(state, size).has_more):
        return pop_screen(replace(state, section=None))
    if key == "s":
        return open_screen(state, key) or state
    return _scroll(state, " " if key == "enter" else key, size)


def _on_reader(state: UiState, key: str, _: Size) -> UiState:
    """Handle a key where the person says for whom, or where, a result is saved."""
    readers = readers_of(state)
    count = len(readers)
    row = int(key) - 1 if key in {str(number) for number in range(1, count + 1)} else None
    focus = move_focus(state.focus, count, key) if row is None else row
    if focus is not None:
        return replace(state, focus=focus)
    if key in BACK:
        return pop_screen(state)
    if key != "enter":
        return state
    if state.focus is None:
        return replace(state, message=_WHICH_READER)
    reader = readers[state.focus][0]
    if reader == "journal":
        return replace(state, save_to=reader)
    return replace(show(state, Screen.SAVE), reader=reader)


def _on_save(state: UiState, key: str, _: Size) -> UiState:
    is_left = key == "left" and state.file_name.is_at_start
    if is_left or key in {"escape", "c-b", "s-tab"}:
        return close_save_screen(state, "")
    if key == "enter":
        name = state.file_name.text.strip()
        if not name:
            return replace(state, message="Type a name first, or press Esc to go back.")
        if name.casefold() == HIDE:
            return replace(state, end=EndReason.HIDDEN)
        return replace(state, save_to=name)
    edited = edit(state.file_name, key)
    return state if edited is None else replace(state, file_name=edited)


def close_save_screen(state: UiState, message: str) -> UiState:
    """Go back from the screen that asks for a file name."""
    return replace(pop_screen(replace(state, file_name=LineEditor(), save_to="")), message=message)


_HANDLERS: Final[dict[Screen, Callable[[UiState, str, Size], UiState]]] = {
    Screen.OPENING: _on_opening,
    Screen.QUESTION: lambda state, key, _: question_keys.on_question(state, key),
    Screen.DOUBTS: lambda state, key, _: question_keys.on_doubts(state, key),
    Screen.WHY: _on_reading,
    Screen.KEYS: _on_reading,
    Screen.REVIEW: _on_review,
    Screen.EMERGENCY: _on_emergency,
    Screen.RESULT: _on_result,
    Screen.SECTION: _on_section,
    Screen.READER: _on_reader,
    Screen.SAVE: _on_save,
}
