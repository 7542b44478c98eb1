"""The full-screen interview on a terminal: the only module here that uses prompt_toolkit.

It passes keys to `handle_key`, shows what `draw` returns, and keeps track of time. Pure functions
decide which screen follows which key, so that this can be tested without a terminal.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, Final, TypeAlias

import questionary
from prompt_toolkit.application import Application
from prompt_toolkit.application.current import get_app_session
from prompt_toolkit.data_structures import Point
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.input.typeahead import clear_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import FormattedTextControl, Layout, Window
from prompt_toolkit.output import Output

from backtriage.interview.interview import Stopped
from backtriage.interview.state import Interview
from backtriage.render.style import for_prompt_toolkit, style_of
from backtriage.shell.full.draw import draw
from backtriage.shell.full.form import PASTE
from backtriage.shell.full.keys import LEAVE, close_save_screen, handle_key, is_hiding
from backtriage.shell.full.question_keys import interview_to_keep
from backtriage.shell.full.save import save
from backtriage.shell.full.state import EndReason, Screen, Size, UiState, first_screen
from backtriage.shell.keyboard import handling_stops, read_whole_sequences, stop
from backtriage.shell.sequences import TYPING_PAUSE_SECONDS, UNDO_ESCAPE
from backtriage.shell.terminal import colour_depth
from backtriage.shell.terminal_setup import handling_termination, heed_no_more_signals

if TYPE_CHECKING:
    from types import FrameType

    from backtriage.shell.result import BeginJournal

QUIET_SECONDS: Final = 0.1
"""How long keys are ignored after a screen is drawn: nobody reads and answers that fast."""

EMERGENCY_QUIET_SECONDS: Final = 1.0
"""The same for an emergency, so that somebody who answers without looking does not close it."""

_ESCAPE_SECONDS: Final = 0.1
"""How long an Escape waits before it is the key Esc; what comes later may still undo that."""

_IGNORED: Final = "Keys pressed before this page was shown do not count."
_KEY_NAMES: Final[dict[Keys, str]] = {
    Keys.ControlM: "enter",
    Keys.ControlJ: "enter",
    Keys.ControlI: "tab",
    Keys.BackTab: "s-tab",
    Keys.ControlH: "backspace",
    Keys.SIGINT: "c-c",
    Keys.Ignore: UNDO_ESCAPE,
    **{Keys(name): name for name in (
        "c-c", "c-d", "c-\\", "c-b", "escape", "left", "right", "up", "down", "home", "end",
        "pageup", "pagedown", "delete", "f1", "<bracketed-paste>",
    )},
}  # fmt: skip
"""Keys by the name that `handle_key` knows them by."""

SaveDraft: TypeAlias = Callable[[Interview], str]
"""Called with every new state of the interview; returns a warning, or an empty string."""


def run(
    state: UiState, save_draft: SaveDraft, begin_journal: BeginJournal | None = None
) -> UiState:
    """Ask until the result or an emergency has been read, and return the last state.

    Raises:
        Stopped: The person left before the end, or the system asked the program to stop.
    """
    adapter = TerminalAdapter(first_screen(state), save_draft, begin_journal=begin_journal)
    clear_typeahead(get_app_session().input)
    with handling_termination(adapter.terminate), handling_stops(adapter.app, adapter.resume):
        try:
            questionary.Question(adapter.app).unsafe_ask()
        except KeyboardInterrupt:  # just before or after the screen handles the key itself
            adapter.stop_signal = adapter.stop_signal or signal.SIGINT
        except (EOFError, OSError):  # the terminal is gone: SIGHUP is about to say so
            heed_no_more_signals()
            adapter.stop_signal = adapter.stop_signal or signal.SIGHUP
    if adapter.failure is not None:
        raise adapter.failure
    if adapter.stop_signal:
        raise Stopped(
            interview_to_keep(adapter.state), adapter.stop_signal,
            was_result_seen=adapter.state.is_complete and adapter.is_drawn,
            is_hidden=adapter.state.end is EndReason.HIDDEN,
        ) from None  # fmt: skip
    return adapter.state


class TerminalAdapter:
    """Connects the state, the keys and the drawing with one terminal."""

    def __init__(
        self,
        state: UiState,
        save_draft: SaveDraft,
        clock: Callable[[], float] = time.monotonic,
        streams: tuple[Input, Output] | None = None,
        begin_journal: BeginJournal | None = None,
    ) -> None:
        """Set up without drawing. `streams` default to the terminal."""
        self.state = state
        self.stop_signal = 0
        """The signal that stopped the interview, or would have; 0 if it ended by itself."""
        self.failure: Exception | None = None
        self._save_draft = save_draft
        self._begin_journal = begin_journal
        self._is_unsaved = False
        """Whether an emergency is to be shown before it is saved: a disk may hang."""
        self._clock = clock
        self._quiet_until = inf
        self._drawn = -1
        """The last screen that was drawn, by its generation."""
        self._around_escape: tuple[UiState, UiState] | None = None
        """The states before and after the last key, if that was Esc."""
        self._cursor = Point(0, 0)
        self._depth = colour_depth()
        control = FormattedTextControl(
            self._fragments, show_cursor=True, get_cursor_position=lambda: self._cursor
        )
        self.app: Application[None] = Application(
            layout=Layout(Window(control, always_hide_cursor=False)),
            key_bindings=self._key_bindings(),
            full_screen=True,
            mouse_support=False,
            enable_page_navigation_bindings=False,
            input=streams[0] if streams else None,
            output=streams[1] if streams else None,
        )
        self.app.ttimeoutlen = self.app.timeoutlen = _ESCAPE_SECONDS
        self.app.after_render += self._after_render
        read_whole_sequences(self.app.input, clock)

    @property
    def _size(self) -> Size:
        size = self.app.output.get_size()
        return Size(columns=size.columns, rows=size.rows)

    def _fragments(self) -> StyleAndTextTuples:
        try:
            drawing = draw(self.state, self._size)
        except Exception as error:  # noqa: BLE001 - reported once the terminal is restored
            self._fail(error)
            self._cursor = Point(0, 0)
            return [("", " ")]  # the cursor must be on a character
        row, column = drawing.cursor
        self._cursor = Point(column, row)
        fragments: StyleAndTextTuples = []
        for number, line in enumerate(drawing.lines):
            # The cursor may be behind the last character, and needs one below it.
            fragments += [("", "\n")] if number else []
            for span in line.parts:
                fragments.append((for_prompt_toolkit(style_of(span, self._depth)), span.text))
            fragments += [(fragments[-1][0], " ")] if number == row else []
        return fragments

    @property
    def is_drawn(self) -> bool:
        """Whether the person can have seen the screen that the state is at."""
        return self._drawn == self.state.generation

    def _after_render(self, _: object) -> None:
        self._drawn = self.state.generation
        if self._quiet_until == inf:
            is_emergency = self.state.screen is Screen.EMERGENCY
            quiet = EMERGENCY_QUIET_SECONDS if is_emergency else QUIET_SECONDS
            self._quiet_until = self._clock() + quiet
        if self._is_unsaved:
            self._save_shown()
        if self.stop_signal:
            self.exit()  # asked to stop before there was anything to stop

    def _save_shown(self) -> None:
        """Save the emergency that has just been shown."""
        self._is_unsaved = False
        try:
            warning = self._save_draft(self.state.interview)
        except Exception as error:  # noqa: BLE001 - reported once the terminal is restored
            self._fail(error)
            return
        if warning:
            self.state = replace(self.state, message=warning)
            self.app.invalidate()

    def _key_bindings(self) -> KeyBindings:
        bindings = KeyBindings()
        bindings.add("c-z", eager=True)(lambda _: stop())
        # By name where prompt_toolkit has a meaning of its own for a key; `<any>` is the rest.
        for key in (*_KEY_NAMES, Keys.Any):
            bindings.add(key, eager=True)(self._on_key_press)
        return bindings

    def _on_key_press(self, event: KeyPressEvent) -> None:
        try:
            self._on_key(_name(event))
        except Exception as error:  # noqa: BLE001 - reported once the terminal is restored
            self._fail(error)

    def _on_key(self, key: str) -> None:
        if key == UNDO_ESCAPE:
            self._undo_escape()
            return
        now = self._clock()
        is_leaving = key in LEAVE or is_hiding(self.state, key)
        if now < self._quiet_until and not is_leaving:
            # While keys keep coming, this is a paste or type-ahead.
            if self._quiet_until < inf:
                self._quiet_until = max(self._quiet_until, now + TYPING_PAUSE_SECONDS)
            self.state = replace(self.state, message=_IGNORED)
            return
        before = self.state
        self._update(handle_key(before, key, self._size))
        if self.state.generation != before.generation:
            if self.app.key_processor.empty_queue():
                self.state = replace(self.state, message=_IGNORED)
            self._quiet_until = inf
        self._around_escape = (before, self.state) if key == "escape" else None

    def _undo_escape(self) -> None:
        """Return to the page before Esc, which was the start of another key on a slow line."""
        before, after = self._around_escape or (self.state, self.state)
        if self.state is after:
            self._update(before)

    def _update(self, state: UiState) -> None:
        """Make a key's state the current one, after saving it and what it asks to save."""
        # A result that has waited for days is none of today, in a journal least of all.
        is_result_new = state.has_result and (not self.state.has_result or bool(state.save_to))
        if (kept := interview_to_keep(state)) != interview_to_keep(self.state) or is_result_new:
            self._is_unsaved = state.screen is Screen.EMERGENCY
            warning = "" if self._is_unsaved else self._save_draft(kept)
            state = replace(state, message=warning or state.message)
        if state.save_to:
            result = save(state, state.save_to, self._begin_journal)
            state = replace(state, message=result.message, save_to="")
            if result.is_written:
                state = replace(state, is_saved=state.is_saved or state.has_result)
                state = close_save_screen(state, result.message)
        self.state = state
        if state.end in {EndReason.LEFT, EndReason.HIDDEN}:
            self.stop_signal = self.stop_signal or signal.SIGINT
        if state.end is not None:
            self.exit()

    def terminate(self, signal_number: int, _: FrameType | None) -> None:
        """Leave the screen as a key would, so that the terminal is restored."""
        self.stop_signal = signal_number
        if self.app.loop is not None:
            self.app.loop.call_soon_threadsafe(self.exit)

    def resume(self) -> None:
        """Begin the page again: nobody has read it since the program was stopped."""
        self._quiet_until = inf
        self._around_escape = None

    def exit(self) -> None:
        """Restore the terminal and return."""
        if self.app.future is not None and not self.app.future.done():
            self.app.exit()

    def _fail(self, error: Exception) -> None:
        self.failure = self.failure or error
        self.exit()


def _name(event: KeyPressEvent) -> str:
    """Return a key as `handle_key` knows it: a character, a name, or pasted text."""
    pressed = event.key_sequence[-1]
    if pressed.key is Keys.BracketedPaste:
        return f"{PASTE}{pressed.data}"
    if isinstance(pressed.key, Keys):
        return _KEY_NAMES.get(pressed.key, pressed.key.value)
    return pressed.key
