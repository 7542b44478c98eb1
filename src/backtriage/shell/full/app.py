"""The full-screen interview on a terminal: the only file that knows prompt_toolkit here.

It hands keys to `press`, draws what `drawn` says, and keeps the time. Nothing else: which page
follows which key is decided by pure functions, so it can be tested without a terminal.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

from backtriage.interview.interview import Interview, Stopped
from backtriage.shell.full.draw.screen import drawn
from backtriage.shell.full.entry import PASTE
from backtriage.shell.full.press import LEAVE, press, saved
from backtriage.shell.full.saving import write
from backtriage.shell.full.scene import Over, Scene, Showing, Size, opened

if TYPE_CHECKING:
    from types import FrameType

INTERRUPTED: Final = 130
HUNG_UP: Final = 129

QUIET: Final = 0.1
"""Seconds after a page is drawn in which no key counts: nobody reads and answers so fast."""

QUIET_ALARM: Final = 1.0
"""The same for an emergency, so that it is not closed by somebody who answers without a look."""

PAUSE: Final = 0.5
"""Once a key was dropped, the seconds without one after which keys count again.

Otherwise the 2 of a quickly typed 72 would count, and its 7 not.
"""

_ESCAPE: Final = 0.1
"""Seconds to wait for the rest of an arrow key after its first byte."""

_DROPPED: Final = "What was typed before this page was not counted."
_NAMED: Final[dict[Keys, str]] = {
    Keys.ControlM: "enter",
    Keys.ControlJ: "enter",
    Keys.ControlI: "tab",
    Keys.BackTab: "s-tab",
    Keys.ControlH: "backspace",
    Keys.SIGINT: "c-c",
    **{
        key: key.value
        for key in (
            Keys.ControlC,
            Keys.ControlD,
            Keys.ControlB,
            Keys.Escape,
            Keys.Left,
            Keys.Right,
            Keys.Up,
            Keys.Down,
            Keys.Home,
            Keys.End,
            Keys.PageUp,
            Keys.PageDown,
            Keys.Delete,
            Keys.F1,
            Keys.BracketedPaste,
        )
    },
}
"""Keys by the name that `press` knows them by."""

_STYLES: Final = {"action": "bold reverse", "heading": "bold", "text": ""}

Saved: TypeAlias = Callable[[Interview], str]
"""Keeps an interview; says what went wrong, or nothing."""


def run(scene: Scene, saved: Saved) -> Scene:
    """Ask until the result was seen, or an emergency was read: the last scene.

    Raises `Stopped` when it was left before.
    """
    stage = Stage(opened(scene), saved)
    clear_typeahead(get_app_session().input)
    with _ending(stage):
        try:
            questionary.Question(stage.app).unsafe_ask()
        except (EOFError, OSError):
            stage.code = stage.code or HUNG_UP  # the terminal is gone
    if stage.failure is not None:
        raise stage.failure
    if stage.code:
        raise Stopped(stage.scene.interview, stage.code) from None
    return stage.scene


@contextmanager
def _ending(stage: Stage) -> Iterator[None]:
    """SIGTERM and SIGHUP end the screen as a key would, so that the terminal is put right."""

    def end(number: int, _: FrameType | None) -> None:
        stage.code = 128 + number
        if stage.app.loop is not None:
            stage.app.loop.call_soon_threadsafe(stage.end)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Stage:
    """One scene after the other on one terminal."""

    def __init__(
        self,
        scene: Scene,
        saved: Saved,
        clock: Callable[[], float] = time.monotonic,
        ends: tuple[Input, Output] | None = None,
    ) -> None:
        """Nothing is drawn before the application runs. `ends` are those of the terminal."""
        self.scene = scene
        self.code = 0
        """How the interview was left; 0 for its end."""
        self.failure: Exception | None = None
        self._saved = saved
        self._clock = clock
        self._quiet_until = inf
        control = FormattedTextControl(self._fragments, show_cursor=True,
                                       get_cursor_position=self._cursor)  # fmt: skip
        self.app: Application[None] = Application(
            layout=Layout(Window(control, always_hide_cursor=False)),
            key_bindings=self._keys(),
            full_screen=True,
            mouse_support=False,
            enable_page_navigation_bindings=False,
            input=ends[0] if ends else None,
            output=ends[1] if ends else None,
        )
        self.app.ttimeoutlen = self.app.timeoutlen = _ESCAPE
        self.app.after_render += self._was_drawn
        self._at = Point(0, 0)

    # Drawing

    @property
    def _size(self) -> Size:
        size = self.app.output.get_size()
        return Size(columns=size.columns, rows=size.rows)

    def _fragments(self) -> StyleAndTextTuples:
        try:
            shown = drawn(self.scene, self._size)
        except Exception as error:  # noqa: BLE001 - told after the terminal is put right
            self._fail(error)
            self._at = Point(0, 0)
            return [("", " ")]  # the cursor needs something to stand on
        self._at = Point(shown.cursor[1], shown.cursor[0])
        fragments: StyleAndTextTuples = []
        for row, line in enumerate(shown.lines):
            # The cursor may stand behind the last character, and needs one to stand on.
            end = " " * (row == self._at.y)
            fragments += [("", "\n")] if row else []
            fragments.append((_STYLES[line.role], line.text + end))
        return fragments

    def _cursor(self) -> Point:
        return self._at

    def _was_drawn(self, _: object) -> None:
        if self._quiet_until == inf:
            alarm = self.scene.showing is Showing.EMERGENCY
            self._quiet_until = self._clock() + (QUIET_ALARM if alarm else QUIET)
        if self.code:
            self.end()  # asked to stop before there was anything to stop

    # Keys

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()

        @keys.add("c-z", eager=True)
        def _(event: KeyPressEvent) -> None:
            event.app.suspend_to_background()

        # By name where prompt_toolkit has a meaning of its own for a key; `<any>` is the rest.
        for key in (*_NAMED, Keys.Any):
            keys.add(key, eager=True)(self._typed)
        return keys

    def _typed(self, event: KeyPressEvent) -> None:
        try:
            self._pressed(_name(event))
        except Exception as error:  # noqa: BLE001 - told after the terminal is put right
            self._fail(error)

    def _pressed(self, key: str) -> None:
        now = self._clock()
        if now < self._quiet_until and key not in LEAVE:
            # As long as keys keep coming, this is a paste, or typed ahead.
            if self._quiet_until < inf:
                self._quiet_until = max(self._quiet_until, now + PAUSE)
            self.scene = replace(self.scene, said=_DROPPED)
            return
        before = self.scene
        self._take(press(before, key, self._size))
        if self.scene.turn != before.turn:
            if self.app.key_processor.empty_queue():
                self.scene = replace(self.scene, said=_DROPPED)
            self._quiet_until = inf

    def _take(self, scene: Scene) -> None:
        """What a key asked of the world, and then its scene."""
        if scene.interview != self.scene.interview:
            warning = self._saved(scene.interview)
            scene = replace(scene, said=warning or scene.said)
        if scene.saving:
            done = write(scene, scene.saving)
            scene = replace(scene, said=done.said, saving="")
            if done.is_there:
                # A patient who has saved the sheet for the nurse has no page of their own yet.
                kept = scene.page is not None and scene.audience == "clinician"
                scene = saved(replace(scene, is_kept=scene.is_kept or kept), done.said)
        self.scene = scene
        if scene.over is not None:
            self.code = self.code or (INTERRUPTED if scene.over is Over.LEFT else 0)
            self.end()

    # The end

    def end(self) -> None:
        """Put the terminal right and return."""
        if self.app.future is not None and not self.app.future.done():
            self.app.exit()

    def _fail(self, error: Exception) -> None:
        self.failure = self.failure or error
        self.end()


def _name(event: KeyPressEvent) -> str:
    """A key as `press` knows it: a character, a name, or pasted text."""
    pressed = event.key_sequence[-1]
    if pressed.key is Keys.BracketedPaste:
        return f"{PASTE}{pressed.data}"
    if isinstance(pressed.key, Keys):
        return _NAMED.get(pressed.key, pressed.key.value)
    return pressed.key
