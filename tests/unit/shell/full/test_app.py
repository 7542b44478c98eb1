"""The terminal adapter on a pipe instead of a keyboard, with a fake clock."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path

import pyte
import pytest
import questionary

from backtriage.decide.assessment import Assessment
from backtriage.interview.interview import Stopped, view
from backtriage.interview.state import Interview
from backtriage.shell.files import ReadError, WriteError
from backtriage.shell.full import app
from backtriage.shell.full.app import (
    EMERGENCY_QUIET_SECONDS,
    QUIET_SECONDS,
)
from backtriage.shell.full.form import PASTE, edit
from backtriage.shell.full.state import EndReason, Screen, UiState
from backtriage.shell.sequences import PATIENCE_SECONDS, TYPING_PAUSE_SECONDS
from backtriage.terms.value import Ticks
from tests.support.journals import diary
from tests.support.piped_adapter import PipedAdapter
from tests.support.ui_states import at, pressed, words

pytestmark = pytest.mark.first_only

IGNORED = "Keys pressed before this page was shown do not count."


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
        1.0, "s", 1.0, "1", "\r", 1.0, *f"{tmp_path}/{name}", "\r", 1.0
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


@pytest.mark.parametrize("arrow", [b"\x1b[B", b"\x1bOB", b"\x1b[1;1:1B"])
@pytest.mark.parametrize("screen", [at("44"), pressed(at("44", "none", "longer", "no")), at()])
def test_an_arrow_on_a_slow_line_does_not_go_back(arrow: bytes, screen: UiState) -> None:
    """Whatever the pause; the answer that Esc removed is saved again."""
    whole = PipedAdapter(screen).play(1.0, arrow)
    for at_ in range(1, len(arrow)):
        pipe = PipedAdapter(screen)
        adapter = pipe.play(1.0, arrow[:at_], 2.0, arrow[at_:])
        assert adapter.state.interview == screen.interview
        assert pipe.saved[-1:] in ([], [screen.interview])
        assert replace(adapter.state, message="") == replace(whole.state, message="")


def test_a_split_report_does_not_remove_an_emergency() -> None:
    emergency = at("44", "breathing")
    for seconds in (0.2, 2.0):
        pipe = PipedAdapter(emergency)
        adapter = pipe.play(1.0, b"\x1b", seconds, b"[O")
        assert pipe.states[0].screen is Screen.QUESTION
        assert adapter.state.screen is Screen.EMERGENCY
        assert adapter.state.interview == emergency.interview


def test_a_key_after_esc_is_no_reason_to_undo_it() -> None:
    pipe = PipedAdapter(at("44"))
    adapter = pipe.play(1.0, b"\x1b", 1.0, b"5", 1.0, b"[B")
    assert adapter.state.question.id == "years"
    assert adapter.state.form.editor.text == "5"


def test_keys_of_other_protocols_mean_what_they_say() -> None:
    """The keypad in application mode, and the kitty protocol."""
    adapter = PipedAdapter(at()).play(1.0, "\x1bOt", "\x1b[57403u", "\x1bOM")
    assert adapter.state.interview.answers == at("44").interview.answers

    adapter = PipedAdapter(at("44")).play(1.0, "\x1b[48u", "\x1b[13;129u")
    assert adapter.state.interview.answers == at("44", "none").interview.answers

    adapter = PipedAdapter(at("44")).play(1.0, "\x1b[99;5u")
    assert adapter.stop_signal == signal.SIGINT


def test_a_failed_save_is_reported() -> None:
    adapter = PipedAdapter(at(), warning="Your answers cannot be saved.").play(1.0, "44\r")

    assert len(adapter.state.interview.answers) == 1
    assert "Your answers cannot be saved." in words(adapter.state)


def test_saving_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = at("44", "none", "longer", "no")
    pipe = PipedAdapter(done)

    adapter = pipe.play(1.0, "y", 1.0, "s", 1.0, "1", "\r", 1.0, f"{tmp_path}/mine.txt", "\r")
    assert adapter.state.screen is Screen.SAVE
    assert "is there already" in words(adapter.state)
    assert (tmp_path / "mine.txt").read_text() == "mine"

    adapter = PipedAdapter(done).play(
        1.0, "y", 1.0, "s", 1.0, "1", "\r", 1.0, f"{tmp_path}/new.md", "\r"
    )
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


GONE = ((EOFError, signal.SIGHUP), (KeyboardInterrupt, signal.SIGINT))


@pytest.mark.parametrize(("keys", "was_seen"), [
    ((), False), (("y",), True), (("y", "s"), True), (("y", "escape"), True),
    (("y", "escape", "escape"), False), (("s",), False),
])  # fmt: skip
def test_who_is_stopped_at_the_result_has_seen_it(
    keys: tuple[str, ...], *, was_seen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the window is closed: what the keys that leave do there, a signal does too."""
    state = pressed(at("44", "none", "longer", "no"), *keys)

    def play(question: object) -> None:
        del question
        raise EOFError

    monkeypatch.setattr(app, "first_screen", lambda state: state)
    monkeypatch.setattr(questionary.Question, "unsafe_ask", play)
    for is_drawn in (True, False):  # a result that was not drawn has not been seen
        monkeypatch.setattr(app.TerminalAdapter, "is_drawn", is_drawn)
        with pytest.raises(Stopped) as stopped:
            app.run(state, lambda _: "")
        assert stopped.value.was_result_seen is (was_seen and is_drawn)
    left = pressed(state, "c-c").end
    assert left is (EndReason.RESULT_SEEN if was_seen else EndReason.LEFT)


def displayed(printed: str) -> str:
    """Return what a terminal shows: what is drawn is only what differs from the screen before."""
    screen = pyte.Screen(80, 24)
    pyte.Stream(screen).feed(printed)
    return "\n".join(screen.display)


@pytest.mark.parametrize("screen", [at("44"), at("44", "breathing")])
def test_an_emergency_is_shown_before_it_is_saved(screen: UiState) -> None:
    """A disk may hang. Going on with it after a split key is no exception."""
    pipe = PipedAdapter(screen, warning="Your answers cannot be saved.")
    shown: list[tuple[bool, str]] = []
    save = pipe._save

    def record(interview: Interview) -> str:
        shown.append((view(interview).shows_emergency, displayed(pipe.out.getvalue())))
        return save(interview)

    pipe._save = record  # type: ignore[method-assign]
    if view(screen.interview).is_emergency:
        adapter = pipe.play(1.0, b"\x1b", 2.0, b"[O")
    else:
        adapter = pipe.play(1.0, "1\r", 1.0)

    assert "Your answers cannot be saved." in words(adapter.state)
    assert adapter.state.screen is Screen.EMERGENCY
    assert pipe.saved[-1] == adapter.state.interview
    assert [("Call 999 now" in display) for _, display in shown][-1]
    assert [is_emergency for is_emergency, _ in shown][-1]


def test_what_is_about_to_be_a_result_is_saved_first() -> None:
    """Whoever saves it may find that its answers are of another day."""
    pipe = PipedAdapter(at("44", "none", "longer", "no"))

    adapter = pipe.play(1.0, "y")

    assert adapter.state.has_result
    assert pipe.saved == [adapter.state.interview]


def test_a_failure_to_save_an_emergency_restores_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> str:
        raise ValueError("broken")

    pipe = PipedAdapter(at("44"))
    monkeypatch.setattr(pipe, "_save", broken)
    adapter = pipe.play(1.0, "1\r", 1.0)

    assert isinstance(adapter.failure, ValueError)
    assert adapter.state.screen is Screen.EMERGENCY


def test_a_mark_on_an_answer_that_is_changed_is_saved_at_once() -> None:
    """Nobody who is killed, or whose window closes, goes on with an earlier "none" unasked."""
    changing = pressed(at("44", "none", "longer", "no"), "down", "down", "enter")
    pipe = PipedAdapter(changing)

    pipe.play(1.0, "1", 1.0, "1", 1.0, "\x03")

    assert [saved.remembered.get("airway") for saved in pipe.saved] == [
        Ticks(frozenset({"breathing"})), None,
    ]  # fmt: skip


def test_run_returns_or_raises_the_interview(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(question: object) -> None:
        del question

    monkeypatch.setattr(questionary.Question, "unsafe_ask", asked)
    assert app.run(at("44"), lambda _: "").interview.answers == at("44").interview.answers

    for error, number in GONE:

        def stopped_by(question: object, error: type[BaseException] = error) -> None:
            del question
            raise error

        monkeypatch.setattr(questionary.Question, "unsafe_ask", stopped_by)
        with pytest.raises(Stopped) as stopped:
            app.run(at("44"), lambda _: "")
        assert stopped.value.signal == number
        assert stopped.value.interview.answers == at("44").interview.answers


@pytest.mark.parametrize("start", [b"\x1b[200~", b"\x1b]11;rgb:"])
def test_the_rest_of_a_sequence_answers_nothing_however_late(start: bytes) -> None:
    pipe = PipedAdapter(at("44", "none"))

    pipe.play(1.0, start, PATIENCE_SECONDS * 1.1, b"2", 0.2, b"\r")

    assert pipe.states[-1].form == at("44", "none").form
    assert pipe.saved == []


def test_keys_typed_before_a_stopped_program_goes_on_are_not_counted() -> None:
    adapter = PipedAdapter(at("44")).play(1.0, "1")
    assert adapter.state.form == pressed(at("44"), "1").form
    adapter.resume()
    adapter._on_key("2")
    assert adapter.state.form == pressed(at("44"), "1").form


@pytest.mark.parametrize(
    "error", [None, WriteError("There is no room"), ReadError("Whose is it?")]
)
def test_a_result_is_put_into_a_journal(error: Exception | None) -> None:
    """It stays on the screen, which says how to go on; or why it is not there."""
    put: list[Assessment] = []

    def begin(assessment: Assessment) -> list[str]:
        if error is not None:
            raise error
        put.append(assessment)
        return ["Added.", "Once a week is enough.", "Go on like this."]

    state = pressed(at("44", "none", "longer", "no", program=diary()), "y", "s", "3")
    pipe = PipedAdapter(state, begin_journal=begin)
    adapter = pipe.play(1.0, "\r")

    assert pipe.saved  # before that, as its answers may be of another day
    if error is None:
        assert [one.answers for one in put] == [adapter.state.interview.answers]
    assert adapter.state.screen is (Screen.READER if error else Screen.RESULT)
    assert adapter.state.message == (str(error) if error else "Added. Go on like this.")
    assert adapter.state.is_saved == (error is None)


def test_what_is_saved_after_that_is_a_file(isolated_home: Path) -> None:
    """Also where an answer is changed, and there is no result for the moment."""
    state = pressed(at("44", "none", "longer", "no", program=diary()), "y", "s", "3")
    pipe = PipedAdapter(state, begin_journal=lambda _: ["Added.", "Go on."])
    changed = pipe.play(1.0, "\r").state
    naming = pressed(changed, "c", "home", "enter", "down", "s")
    file = isolated_home / "answers.json"
    asked = replace(naming, file_name=edit(naming.file_name, f"{PASTE}{file}") or naming.file_name)

    assert (naming.screen, naming.has_result) == (Screen.SAVE, False)
    saved = PipedAdapter(asked, begin_journal=lambda _: pytest.fail("once is enough"))
    assert "Saved in" in saved.play(1.0, "\r").state.message
    assert file.exists()
