"""What prompt_toolkit lacks: keys read by whole escape sequences, and stops from outside."""

from __future__ import annotations

import os
import signal
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.input import Input
from prompt_toolkit.input.vt100 import Vt100Input
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys

from backtriage.shell.sequences import PASTE_KEY, UNDO_ESCAPE, Key, Reader, pause, read


def read_whole_sequences(keyboard: Input, clock: Callable[[], float] = time.monotonic) -> None:
    """Replace the parser of an input: prompt_toolkit's takes unknown sequences for single keys."""
    if not isinstance(keyboard, Vt100Input):
        return
    if isinstance(keyboard.vt100_parser, SequenceParser):
        keyboard.flush_keys()  # what an earlier prompt left unfinished is not the key Esc
    else:
        keyboard.vt100_parser = SequenceParser(keyboard.vt100_parser.feed_key_callback, clock)


class SequenceParser(Vt100Parser):
    """Passes on the keys that `read` and `pause` find."""

    def __init__(
        self, feed_key_callback: Callable[[KeyPress], None], clock: Callable[[], float]
    ) -> None:
        """Set up with nothing read."""
        self._clock = clock
        self._reader = Reader()
        super().__init__(feed_key_callback)

    def reset(self, request: bool = False) -> None:  # noqa: FBT001, FBT002 - as it is called
        """Forget what is unfinished."""
        del request
        self._reader = Reader()

    def feed(self, data: str) -> None:
        """Read characters that have arrived."""
        self._reader, keys = read(self._reader, data, self._clock())
        self._pass_on(keys)

    def flush(self) -> None:
        """Take note that no more have arrived for a while."""
        self._reader, keys = pause(self._reader)
        self._pass_on(keys)

    def _pass_on(self, keys: tuple[Key, ...]) -> None:
        for key in keys:
            self.feed_key_callback(_key_press(key))


def _key_press(key: Key) -> KeyPress:
    if key.name == PASTE_KEY:
        return KeyPress(Keys.BracketedPaste, key.text)
    if key.name == UNDO_ESCAPE:
        return KeyPress(Keys.Ignore)
    return KeyPress(Keys(key.name) if len(key.name) > 1 else key.name)


def stop() -> None:
    """Stop the job, as Ctrl-Z does on a terminal that handles it itself."""
    os.kill(0, signal.SIGTSTP)


@contextmanager
def handling_stops(
    app: Application[Any], on_resume: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Give the terminal back when the program is stopped; take it again when it goes on.

    Args:
        app: What runs meanwhile.
        on_resume: Called before it is drawn again.
    """

    def resume() -> None:
        _take_terminal(app.input)
        app.renderer.reset()
        on_resume()
        app.invalidate()

    def stop_here() -> None:
        app.renderer.erase()
        defaults = {signal.SIGTSTP: signal.SIG_DFL, signal.SIGCONT: signal.SIG_DFL}
        with app.input.cooked_mode(), _handling(defaults):
            os.kill(os.getpid(), signal.SIGTSTP)
        resume()

    def soon(action: Callable[[], None]) -> Callable[..., None]:
        def act() -> None:
            if app.is_running and not app.is_done:
                action()

        def handler(*_: object) -> None:
            if app.loop is not None:
                app.loop.call_soon_threadsafe(act, context=app.context)

        return handler

    handlers: dict[signal.Signals, Any] = {signal.SIGCONT: soon(resume)}
    # A program that was started with SIGTSTP ignored is not to be stopped.
    if signal.getsignal(signal.SIGTSTP) is not signal.SIG_IGN:
        handlers[signal.SIGTSTP] = soon(stop_here)
    with _handling(handlers):
        yield


@contextmanager
def _handling(handlers: dict[signal.Signals, Any]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


def _take_terminal(keyboard: Input) -> None:
    """Read single keys again, and none that were typed before."""
    keyboard.raw_mode().__enter__()  # what to restore at the end is known already
    with suppress(termios.error, OSError):  # not a terminal
        termios.tcflush(keyboard.fileno(), termios.TCIFLUSH)
    if isinstance(keyboard, Vt100Input):
        keyboard.vt100_parser.reset()
