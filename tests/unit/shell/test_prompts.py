"""The short questions around the interview, on a pipe instead of a keyboard."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from threading import Thread
from time import monotonic, sleep

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from prompt_toolkit.output.vt100 import Vt100_Output

from backtriage.interview.restored import Restored
from backtriage.shell import keyboard, prompts
from backtriage.shell.drafts import Draft
from backtriage.shell.questionnaire import wording
from backtriage.shell.terminal import Hidden
from tests.support.interviews import after
from tests.support.protocols import tiny
from tests.support.terminal_noise import MEANINGLESS

pytestmark = pytest.mark.first_only


def draft_of(*answers: object) -> Draft:
    """The draft of an interview that somebody has left."""
    restored = Restored(interview=after(*answers), country=None, ref=None, same_protocol=True)
    return Draft(name="a.json", saved_ns=0, restored=restored, is_in_use=False)


@contextmanager
def typed(keys: str) -> Iterator[None]:
    """Let these keys be typed, after which the input ends."""
    with create_pipe_input() as keyboard, create_app_session(keyboard, DummyOutput()):
        keyboard.send_bytes(keys.encode("utf-8", "surrogateescape"))
        keyboard.close()
        yield


def sent_to_list(keys: str) -> int:
    """The row that keys choose from a list of nine."""
    with typed(keys):
        return prompts.choose("Which?", tuple("abcdefghi"), plain=False)


def sent_to_field(keys: str) -> str:
    """The text that keys leave in a field."""
    with typed(keys):
        return prompts.ask_text()


@pytest.mark.parametrize("count", [36, 37, 500])
def test_a_list_may_be_long(count: int) -> None:
    """Longer than there are digits and letters to choose a row by, as of many saved answers."""
    with typed("\x1b[A\r"):
        assert prompts.choose("Which?", tuple(map(str, range(count))), plain=False) == count - 1


def test_noise_moves_no_pointer_and_types_nothing() -> None:
    """Not even all of it together."""
    noise = "".join(MEANINGLESS)

    assert sent_to_list(f"{noise}\r") == 0
    assert sent_to_list(f"{noise}\x1b[B{noise}\x1b[13u") == 1
    assert sent_to_field(f"{noise}\r") == ""
    assert sent_to_field(f"{noise}a{noise}.md{noise}\x1bOM") == "a.md"


def test_alt_enter_chooses_nothing_from_a_list() -> None:
    assert sent_to_list("\x1b\r\x0f\x1b[B\x1b\r\x0f\r") == 1


@pytest.mark.parametrize("sent", [sent_to_list, sent_to_field])
def test_ctrl_z_stops_and_types_nothing(
    sent: Callable[[str], int | str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stops: list[None] = []
    monkeypatch.setattr(keyboard, "stop", lambda: stops.append(None))

    assert not sent("\x1a\x13\r")
    assert len(stops) == 1


@pytest.mark.parametrize("noise", ["\x1b[O", "\x1b[?62;22c", "\x1bP1$r2 q\x1b\\", "\x1b[27;5;13~"])
def test_a_reply_moves_no_pointer(noise: str) -> None:
    assert sent_to_list(f"{noise}\r") == 0


@pytest.mark.parametrize("key", ["\x03", "\x1b[99;5u", "\x1c", "\x1b[92;5u"])
def test_ctrl_c_and_ctrl_backslash_leave(key: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        sent_to_list(key)
    with pytest.raises(KeyboardInterrupt):
        sent_to_field(key)


def test_ctrl_d_leaves() -> None:
    for key in ("\x04", "\x1b[100;5u"):
        with pytest.raises(EOFError):
            sent_to_list(key)
        with pytest.raises(EOFError):
            sent_to_field(key)


@pytest.mark.parametrize("key", ["x", "X"])
def test_x_leaves_at_once(key: str) -> None:
    """Also where there are so many rows that a letter could choose one."""
    with typed(key), pytest.raises(Hidden):
        prompts.choose("Which?", tuple("abcdefghijklmnopqrstuvwxyz0123456"), plain=False)
    with typed(key), pytest.raises(Hidden):
        prompts.choose_country(tiny(), plain=False)
    with typed(key), pytest.raises(Hidden):
        prompts.choose_draft((draft_of("44"),), resume=False, plain=False)


@pytest.mark.parametrize(
    ("locale", "country"),
    [
        ({"LANG": "en_GB.UTF-8"}, "GB"),
        ({"LANG": "fr_FR.UTF-8", "LC_MESSAGES": "cy_GB@old"}, "GB"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": ""}, "GB"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "C.UTF-8"}, None),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "POSIX"}, None),
        ({"LANG": "fr_FR.UTF-8"}, None),
        ({"LANG": "en_GBX"}, None),
        ({"LANG": "english"}, None),
        ({}, None),
    ],
)
def test_enter_takes_the_country_of_the_locale(
    monkeypatch: pytest.MonkeyPatch, locale: dict[str, str], country: str | None
) -> None:
    """Where the protocol has it; otherwise none, which shows no wrong number."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in locale.items():
        monkeypatch.setenv(name, value)
    with typed("\r"):
        assert prompts.choose_country(tiny(), plain=False) == country


@pytest.mark.parametrize("keys", ["", "a", "a\x1b", "\x1b[", "\x1b[200~1\r"])
def test_input_that_ends_leaves(keys: str) -> None:
    for send in (sent_to_list, sent_to_field):
        with pytest.raises(EOFError):
            send(keys)


def test_sigint_leaves() -> None:
    """As Ctrl-C does, which is a key on these pages."""

    def interrupt() -> None:
        while not (session.app and session.app.is_running):
            sleep(0.01)
        sleep(0.2)  # a signal that comes while the page opens is lost, and is sent again by hand
        os.kill(os.getpid(), signal.SIGINT)

    with create_pipe_input() as keyboard, create_app_session(keyboard, DummyOutput()) as session:
        sender = Thread(target=interrupt)
        sender.start()
        with pytest.raises(KeyboardInterrupt):
            prompts.choose("Which?", ("a", "b"), plain=False)
        sender.join()


def test_enter_alone_goes_on_with_nobodys_answers() -> None:
    """The next person at a shared terminal may press it out of habit."""
    draft = draft_of()

    for keys, chosen in {"\r": None, "2\r": draft}.items():
        with typed(keys):
            assert prompts.choose_draft((draft,), resume=False, plain=False) is chosen


def test_the_row_with_the_pointer_is_shown_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who goes on with a saved interview sees whose it is, however small the window."""
    rows = [f"Go on (4 answers, 27 Nov 00:{at}: age {at} years)" for at in range(10, 22)]
    monkeypatch.setattr(prompts, "width", lambda: 30)
    screen = StringIO()
    output = Vt100_Output(screen, lambda: Size(rows=10, columns=30))
    with create_pipe_input() as keyboard, create_app_session(keyboard, output):
        keyboard.send_text("\x1b[B" * 9)

        def leave() -> None:
            until = monotonic() + 5
            while "age 19" not in screen.getvalue() and monotonic() < until:
                sleep(0.05)
            keyboard.send_text("\x04")

        Thread(target=leave).start()
        with pytest.raises(EOFError):
            prompts._choose_by_arrows(tuple(rows), 0)

    assert "age 19" in screen.getvalue()
    assert "age 21" not in screen.getvalue()


@pytest.mark.parametrize("resume", [False, True])
def test_several_people_are_asked_who_goes_on(
    resume: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An emergency comes first on the list, and is given to nobody unasked."""
    drafts = draft_of("44"), draft_of("45", "breathing"), draft_of("46", "drooling")
    for typed_, chosen in {"1": drafts[1], "2": drafts[2], "3": drafts[0], "4": None}.items():
        monkeypatch.setattr(prompts, "ask_line", lambda _, typed_=typed_: typed_)
        assert prompts.choose_draft(drafts, resume=resume, plain=True) is chosen
    assert [line for line in capsys.readouterr().out.splitlines() if "go on" in line][:2] == [
        "  1. EMERGENCY: go on (2 answers, 01 Jan 1970 00:00: age 45 years)",
        "  2. EMERGENCY: go on (2 answers, 01 Jan 1970 00:00: age 46 years)",
    ]
    for keys, choice in {"\r": None, "2\r": drafts[1], "4\r": drafts[0]}.items():
        with typed(keys):
            assert prompts.choose_draft(drafts, resume=resume, plain=False) is choice


def test_a_number_with_zeros_before_it_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = iter(["000019", "0" * 900 + "3", "9" * 5000, "0", "", "\N{SUPERSCRIPT TWO}", "000002"])
    monkeypatch.setattr(prompts, "ask_line", lambda _: next(lines))

    assert prompts.choose("Which?", ("a", "b"), plain=True) == 1


@pytest.mark.parametrize("answers", [("44",), ("44", "breathing")])
def test_who_asks_to_resume_goes_on_with_the_only_draft(answers: tuple[str, ...]) -> None:
    draft = draft_of(*answers)

    assert prompts.choose_draft((draft,), resume=True, plain=False) is draft


@pytest.mark.parametrize(
    ("lines", "chosen"),
    [
        (("",), None),
        (("no",), None),
        (("3", "1", ""), None),
        (("1", "a.md"), ("a.md", "patient")),
        (("2", "a.txt"), ("a.txt", "clinician")),
    ],
)
def test_a_file_is_for_somebody(
    lines: tuple[str, ...], chosen: tuple[str, str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = iter(lines)
    monkeypatch.setattr(prompts, "ask_line", lambda _: next(rest))

    found = prompts.choose_file(tiny(), plain=True, private=False)

    assert found != "journal"
    assert (found and (found[0].name, found[1])) == chosen
    assert next(rest, None) is None


def test_enter_alone_saves_nothing() -> None:
    """On the list with arrows."""
    for keys, chosen in {"\r": None, "2\r": "patient", "3\r": "clinician"}.items():
        with typed(keys):
            assert prompts._choose_reader(wording.READERS, plain=False) == chosen


def test_a_result_can_go_into_the_journal() -> None:
    readers: wording.Readers = (*wording.READERS, ("journal", "In your journal"))
    for keys, chosen in {"\r": None, "3\r": "clinician", "4\r": "journal"}.items():
        with typed(keys):
            assert prompts._choose_reader(readers, plain=False) == chosen
