"""The full screen on a pipe instead of a keyboard, with a fake clock."""

from __future__ import annotations

import asyncio
from io import StringIO
from unittest.mock import patch

from prompt_toolkit.data_structures import Size as TerminalSize
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.output.vt100 import Vt100_Output

from backtriage.interview.state import Interview
from backtriage.shell.full.app import TerminalAdapter
from backtriage.shell.full.state import UiState
from backtriage.shell.result import BeginJournal


class PipedAdapter:
    """An adapter on a pipe. Time passes only when the test advances it."""

    def __init__(
        self, state: UiState, warning: str = "", begin_journal: BeginJournal | None = None
    ) -> None:
        """Start nothing before `play`."""
        self.now = 0.0
        self.saved: list[Interview] = []
        self.out = StringIO()
        self.warning = warning
        self.begin_journal = begin_journal
        self.state = state
        self.states: list[UiState] = []
        """The state after each burst."""

    def _save(self, interview: Interview) -> str:
        self.saved.append(interview)
        return self.warning

    def play(self, *actions: str | float | bytes) -> TerminalAdapter:
        """Type texts and let seconds pass, then return the adapter.

        Bytes are a burst of which the screen need not show anything; a pause follows it.
        """
        with create_pipe_input() as keyboard:
            output = Vt100_Output(self.out, lambda: TerminalSize(rows=24, columns=80), "xterm")
            adapter = TerminalAdapter(
                self.state, self._save, lambda: self.now, (keyboard, output), self.begin_journal
            )
            adapter.app.ttimeoutlen = 0.0
            asyncio.run(self._run(adapter, keyboard, actions))
        return adapter

    async def _run(
        self,
        adapter: TerminalAdapter,
        keyboard: PipeInput,
        actions: tuple[str | float | bytes, ...],
    ) -> None:
        rendered, paused = asyncio.Event(), asyncio.Event()
        adapter.app.after_render += lambda _: rendered.set()
        running = asyncio.create_task(adapter.app.run_async(set_exception_handler=False))
        flush_keys = keyboard.flush_keys

        def flush() -> list[KeyPress]:
            paused.set()
            return flush_keys()

        async def next_(event: asyncio.Event) -> None:
            waiting = asyncio.create_task(event.wait())
            await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()

        with patch.object(keyboard, "flush_keys", flush):
            await next_(rendered)
            for action in actions:
                if isinstance(action, float):
                    self.now += action
                elif isinstance(action, bytes):
                    before = adapter.state
                    paused.clear()
                    rendered.clear()
                    keyboard.send_bytes(action)
                    await next_(paused)
                    if adapter.state != before:
                        await next_(rendered)
                    self.states.append(adapter.state)
                else:
                    rendered.clear()
                    keyboard.send_text(action)
                    await next_(rendered)
            adapter.exit()
            await running
