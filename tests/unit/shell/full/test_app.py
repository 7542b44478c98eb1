"""The terminal adapter on a pipe instead of a keyboard, with a fake clock."""

from __future__ import annotations

import asyncio
import signal
from io import StringIO
from pathlib import Path

import pytest
import questionary
from prompt_toolkit.data_structures import Size as TerminalSize
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from backtriage.interview.interview import Interview, Stopped
from backtriage.shell.full import app
from backtriage.shell.full.app import (
    EMERGENCY_QUIET_SECONDS,
    QUIET_SECONDS,
    TYPING_PAUSE_SECONDS,
    TerminalAdapter,
)
from backtriage.shell.full.state import EndReason, Screen, UiState
from tests.support.ui_states import at, pressed, words

IGNORED = "What was typed before this page was not counted."


class PipedAdapter:
    """An adapter on a pipe. Time passes only when the test advances it."""

    def __init__(self, state: UiState, warning: str = "") -> None:
        """Start nothing before `play`."""
        self.now = 0.0
        self.saved: list[Interview] = []
        self.out = StringIO()
        self.warning = warning
        self.state = state

    def _save(self, interview: Interview) -> str:
        self.saved.append(interview)
        return self.warning

    def play(self, *actions: str | float) -> TerminalAdapter:
        """Type texts and let seconds pass, then return the adapter."""
        with create_pipe_input() as keyboard:
            output = Vt100_Output(self.out, lambda: TerminalSize(rows=24, columns=80), "xterm")
            adapter = TerminalAdapter(self.state, self._save, lambda: self.now, (keyboard, output))
            asyncio.run(self._run(adapter, keyboard, actions))
        return adapter

    async def _run(
        self, adapter: TerminalAdapter, keyboard: PipeInput, actions: tuple[str | float, ...]
    ) -> None:
        rendered = asyncio.Event()
        adapter.app.after_render += lambda _: rendered.set()
        running = asyncio.create_task(adapter.app.run_async(set_exception_handler=False))

        async def next_drawing() -> None:
            waiting = asyncio.create_task(rendered.wait())
            await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()

        await next_drawing()
        for action in actions:
            if isinstance(action, float):
                self.now += action
                continue
            rendered.clear()
            keyboard.send_text(action)
            await next_drawing()
        adapter.exit()
        await running


def test_a_paste_of_many_lines_gives_one_answer() -> None:
    pipe = PipedAdapter(at())

    adapter = pipe.play(1.0, "44\r0\r1\r")

    assert len(adapter.state.interview.answers) == 1
    assert len(pipe.saved) == 1
    assert adapter.state.form.focus is None


def test_keys_are_ignored_before_a_screen_can_be_read() -> None:
    pipe = PipedAdapter(at())

    adapter = pipe.play(1.0, "44\r", QUIET_SECONDS / 2, "0", QUIET_SECONDS * 0.9, "0")
    assert not adapter.state.form.is_none
    assert IGNORED in words(adapter.state)

    adapter = PipedAdapter(at()).play(1.0, "44\r", QUIET_SECONDS * 2, "0")
    assert adapter.state.form.is_none
    assert IGNORED not in words(adapter.state)


def test_half_of_a_number_never_counts() -> None:
    adapter = PipedAdapter(at()).play(QUIET_SECONDS / 2, "7", QUIET_SECONDS * 1.5, "2")
    assert adapter.state.form.editor.text == ""
    assert IGNORED in words(adapter.state)

    adapter = PipedAdapter(at()).play(QUIET_SECONDS / 2, "7", TYPING_PAUSE_SECONDS * 1.1, "7", "2")
    assert adapter.state.form.editor.text == "72"


def test_an_emergency_ignores_keys_for_longer() -> None:
    for wait, end in (
        (EMERGENCY_QUIET_SECONDS * 0.9, None),
        (EMERGENCY_QUIET_SECONDS * 1.1, EndReason.FINISHED),
    ):
        adapter = PipedAdapter(at("44")).play(1.0, "1\r", wait, "y")
        assert adapter.state.screen is Screen.EMERGENCY
        assert adapter.state.end is end


@pytest.mark.parametrize("name", ["{foo}.txt", "{.txt", "{hospital}.txt", "}{.json"])
def test_braces_in_a_file_name_are_not_placeholders(name: str, tmp_path: Path) -> None:
    adapter = PipedAdapter(pressed(at("44", "none", "longer", "no"), "y")).play(
        1.0, "s", 1.0, *f"{tmp_path}/{name}", "\r", 1.0
    )

    assert adapter.failure is None
    assert (tmp_path / name).exists()
    assert name in words(adapter.state).replace(" ", "")


def test_typing_ahead_of_the_first_screen_is_ignored() -> None:
    adapter = PipedAdapter(at()).play("4")

    assert adapter.state.form.editor.text == ""


@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_leaving_is_never_delayed(key: str) -> None:
    adapter = PipedAdapter(at("44")).play(key)

    assert adapter.stop_signal == signal.SIGINT
    assert adapter.state.interview.answers == at("44").interview.answers


def test_pasted_text_is_not_an_answer() -> None:
    adapter = PipedAdapter(at()).play(1.0, "\x1b[200~44\n1\n1\n\x1b[201~")
    assert not adapter.state.interview.answers
    assert adapter.state.form.editor.text == ""

    adapter = PipedAdapter(at()).play(1.0, "\x1b[200~44\n\x1b[201~")
    assert not adapter.state.interview.answers
    assert adapter.state.form.editor.text == "44"

    adapter = PipedAdapter(at("44")).play(1.0, "\x1b[200~1\n\x1b[201~")
    assert adapter.state.form.ticked == frozenset()


def test_type_ahead_does_not_confirm_an_emergency() -> None:
    adapter = PipedAdapter(at("44")).play(1.0, "1", "\ryyy", QUIET_SECONDS / 2, "y")

    assert adapter.state.screen is Screen.EMERGENCY
    assert adapter.state.end is None


def test_arrows_and_escape() -> None:
    adapter = PipedAdapter(at("44")).play(1.0, "\x1b[B", "\x1b[B", "\x1b[A")
    assert adapter.state.form.focus == 0

    adapter = PipedAdapter(at("44")).play(1.0, "\x1b")
    assert adapter.state.question.id == "years"


def test_a_failed_save_is_reported() -> None:
    adapter = PipedAdapter(at(), warning="Your answers cannot be saved.").play(1.0, "44\r")

    assert len(adapter.state.interview.answers) == 1
    assert "Your answers cannot be saved." in words(adapter.state)


def test_saving_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = at("44", "none", "longer", "no")
    pipe = PipedAdapter(done)

    adapter = pipe.play(1.0, "y", 1.0, "s", 1.0, f"{tmp_path}/mine.txt", "\r")
    assert adapter.state.screen is Screen.SAVE
    assert "is there already" in words(adapter.state)
    assert (tmp_path / "mine.txt").read_text() == "mine"

    adapter = PipedAdapter(done).play(1.0, "y", 1.0, "s", 1.0, f"{tmp_path}/new.md", "\r")
    assert adapter.state.screen is Screen.RESULT
    assert "Saved in" in words(adapter.state)
    assert (tmp_path / "new.md").read_text().startswith("# AT HOME")


def test_an_exception_restores_the_terminal_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> UiState:
        raise ValueError("broken")

    monkeypatch.setattr(app, "handle_key", broken)
    adapter = PipedAdapter(at("44")).play(1.0, "1")
    assert isinstance(adapter.failure, ValueError)

    monkeypatch.setattr(app, "draw", broken)
    pipe = PipedAdapter(at("44"))
    adapter = pipe.play()
    assert isinstance(adapter.failure, ValueError)
    assert "\x1b[?1049l" in pipe.out.getvalue()


def test_run_returns_or_raises_the_interview(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(question: object) -> None:
        del question

    monkeypatch.setattr(questionary.Question, "unsafe_ask", asked)
    assert app.run(at("44"), lambda _: "").interview.answers == at("44").interview.answers

    def hung_up(question: object) -> None:
        del question
        raise EOFError

    monkeypatch.setattr(questionary.Question, "unsafe_ask", hung_up)
    with pytest.raises(Stopped) as stopped:
        app.run(at("44"), lambda _: "")
    assert stopped.value.signal == signal.SIGHUP
    assert stopped.value.interview.answers == at("44").interview.answers
