"""Keys for prompt_toolkit, read by whole escape sequences instead of by its own parser."""

from __future__ import annotations

import time
from collections.abc import Callable

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
