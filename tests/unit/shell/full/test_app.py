"""The screen through a pipe instead of a keyboard, with a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
import questionary
from prompt_toolkit.data_structures import Size as TerminalSize
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from backtriage.interview.interview import Interview, Stopped
from backtriage.shell.full import app
from backtriage.shell.full.app import PAUSE, QUIET, QUIET_ALARM, Stage
from backtriage.shell.full.scene import Over, Scene, Showing
from tests.unit.shell.full.scenes import at, pressed, words

DROPPED = "What was typed before this page was not counted."


class Pipe:
    """A stage on a pipe. Time passes only when a test says so."""

    def __init__(self, scene: Scene, warning: str = "") -> None:
        """Nothing runs before `play`."""
        self.now = 0.0
        self.saved: list[Interview] = []
        self.out = StringIO()
        self.warning = warning
        self.scene = scene

    def _save(self, interview: Interview) -> str:
        self.saved.append(interview)
        return self.warning

    def play(self, *acts: str | float) -> Stage:
        """Text to type, and seconds to let pass; then the stage as it stands."""
        with create_pipe_input() as keyboard:
            output = Vt100_Output(self.out, lambda: TerminalSize(rows=24, columns=80), "xterm")
            stage = Stage(self.scene, self._save, lambda: self.now, (keyboard, output))
            asyncio.run(self._run(stage, keyboard, acts))
        return stage

    async def _run(self, stage: Stage, keyboard: PipeInput, acts: tuple[str | float, ...]) -> None:
        drawings = 0

        def drew(_: object) -> None:
            nonlocal drawings
            drawings += 1

        async def until(holds: Callable[[], bool]) -> None:
            while not holds() and not stage.app.is_done:  # noqa: ASYNC110 - it raises no event
                await asyncio.sleep(0)

        async def act() -> None:
            await until(lambda: drawings > 0)
            for each in acts:
                if isinstance(each, float):
                    self.now += each
                    continue
                before = drawings
                keyboard.send_text(each)
                await until(lambda before=before: drawings > before)  # type: ignore[misc]
            stage.end()

        stage.app.after_render += drew
        acting = asyncio.create_task(act())
        await stage.app.run_async(set_exception_handler=False)
        await acting


def test_one_read_gives_one_answer() -> None:
    """A paste of many lines: the rest of it is not even looked at."""
    pipe = Pipe(at())

    stage = pipe.play(1.0, "44\r0\r1\r")

    assert len(stage.scene.interview.answers) == 1
    assert len(pipe.saved) == 1
    assert stage.scene.entry.row is None


def test_keys_before_a_page_can_be_read_are_dropped() -> None:
    """That is said, and as long as keys keep coming they are a paste."""
    pipe = Pipe(at())

    stage = pipe.play(1.0, "44\r", QUIET / 2, "0", QUIET * 0.9, "0")
    assert not stage.scene.entry.is_none
    assert DROPPED in words(stage.scene)

    stage = Pipe(at()).play(1.0, "44\r", QUIET * 2, "0")
    assert stage.scene.entry.is_none
    assert DROPPED not in words(stage.scene)


def test_half_of_what_is_typed_never_counts() -> None:
    """Of a quick 72 the 2 alone would be another person. After a pause all of it counts."""
    stage = Pipe(at()).play(QUIET / 2, "7", QUIET * 1.5, "2")
    assert stage.scene.entry.field.text == ""
    assert DROPPED in words(stage.scene)

    stage = Pipe(at()).play(QUIET / 2, "7", PAUSE * 1.1, "7", "2")
    assert stage.scene.entry.field.text == "72"


def test_an_emergency_takes_longer_to_be_read() -> None:
    """Somebody who answers without a look does not close it."""
    for wait, over in ((QUIET_ALARM * 0.9, None), (QUIET_ALARM * 1.1, Over.FINISHED)):
        stage = Pipe(at("44")).play(1.0, "1\r", wait, "y")
        assert stage.scene.showing is Showing.EMERGENCY
        assert stage.scene.over is over


@pytest.mark.parametrize("name", ["{foo}.txt", "{.txt", "{hospital}.txt", "}{.json"])
def test_a_file_may_have_braces_in_its_name(name: str, tmp_path: Path) -> None:
    """They are no placeholders."""
    stage = Pipe(pressed(at("44", "none", "longer", "no"), "y")).play(
        1.0, "s", 1.0, *f"{tmp_path}/{name}", "\r", 1.0
    )

    assert stage.failure is None
    assert (tmp_path / name).exists()
    assert name in words(stage.scene).replace(" ", "")


def test_what_was_typed_before_the_start_is_dropped() -> None:
    """Nobody has read the first page yet."""
    stage = Pipe(at()).play("4")

    assert stage.scene.entry.field.text == ""


@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_leaving_is_never_held_up(key: str) -> None:
    """Ctrl-C and Ctrl-D count at any moment."""
    stage = Pipe(at("44")).play(key)

    assert stage.code == 130
    assert stage.scene.interview.answers == at("44").interview.answers


def test_pasted_text_is_no_answer() -> None:
    """Where the terminal says that it is pasted, it fills a field at most."""
    stage = Pipe(at()).play(1.0, "\x1b[200~44\n1\n1\n\x1b[201~")
    assert not stage.scene.interview.answers
    assert stage.scene.entry.field.text == ""

    stage = Pipe(at()).play(1.0, "\x1b[200~44\n\x1b[201~")
    assert not stage.scene.interview.answers
    assert stage.scene.entry.field.text == "44"

    stage = Pipe(at("44")).play(1.0, "\x1b[200~1\n\x1b[201~")
    assert stage.scene.entry.ticked == frozenset()


def test_an_emergency_is_not_acknowledged_by_type_ahead() -> None:
    """The y comes in the same read as the answer."""
    stage = Pipe(at("44")).play(1.0, "1", "\ryyy", QUIET / 2, "y")

    assert stage.scene.showing is Showing.EMERGENCY
    assert stage.scene.over is None


def test_arrows_and_escape() -> None:
    """A key of several bytes is one key, and Escape alone leads back."""
    stage = Pipe(at("44")).play(1.0, "\x1b[B", "\x1b[B", "\x1b[A")
    assert stage.scene.entry.row == 0

    stage = Pipe(at("44")).play(1.0, "\x1b")
    assert stage.scene.question.id == "years"


def test_a_warning_about_saving_is_shown() -> None:
    """A disk that cannot be written stops nothing."""
    stage = Pipe(at(), warning="Your answers cannot be saved.").play(1.0, "44\r")

    assert len(stage.scene.interview.answers) == 1
    assert "Your answers cannot be saved." in words(stage.scene)


def test_a_file_is_written_where_the_person_says(tmp_path: Path) -> None:
    """A name that is taken is said so, and can be typed anew."""
    (tmp_path / "mine.txt").write_text("mine")
    done = at("44", "none", "longer", "no")
    pipe = Pipe(done)

    stage = pipe.play(1.0, "y", 1.0, "s", 1.0, f"{tmp_path}/mine.txt", "\r")
    assert stage.scene.showing is Showing.SAVE
    assert "is there already" in words(stage.scene)
    assert (tmp_path / "mine.txt").read_text() == "mine"

    stage = Pipe(done).play(1.0, "y", 1.0, "s", 1.0, f"{tmp_path}/new.md", "\r")
    assert stage.scene.showing is Showing.RESULT
    assert "Saved in" in words(stage.scene)
    assert (tmp_path / "new.md").read_text().startswith("# AT HOME")


def test_a_fault_puts_the_terminal_right_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is kept, and told by whoever started the screen."""

    def broken(*_: object) -> Scene:
        raise ValueError("broken")

    monkeypatch.setattr(app, "press", broken)
    stage = Pipe(at("44")).play(1.0, "1")
    assert isinstance(stage.failure, ValueError)

    monkeypatch.setattr(app, "drawn", broken)
    pipe = Pipe(at("44"))
    stage = pipe.play()
    assert isinstance(stage.failure, ValueError)
    assert "\x1b[?1049l" in pipe.out.getvalue()


def test_leaving_tells_how_far_the_interview_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """`run` hands on the answers, whichever way it ended."""

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
    assert stopped.value.code == 129
    assert stopped.value.interview.answers == at("44").interview.answers
