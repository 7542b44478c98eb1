"""Lines that are typed, and the size of the terminal."""

from __future__ import annotations

import os
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from errno import EIO
from io import BufferedReader, BytesIO, RawIOBase, StringIO, TextIOWrapper
from threading import Timer
from typing import Any, cast

import pytest

from backtriage.render.line import Line
from backtriage.shell import output, prompts, terminal, typed_ahead
from backtriage.shell.files import WriteError
from backtriage.shell.questionnaire.wording import PRIVATE_LEFT_OUT
from backtriage.shell.terminal import Terminated, ask_line
from backtriage.shell.terminal_setup import handling_termination, undisturbed
from tests.support.protocols import shipped, tiny
from tests.support.terminal_noise import CUT, MEANINGLESS, PASTES

AGAIN = "Please type it again."


def type_lines(monkeypatch: pytest.MonkeyPatch, *lines: bytes) -> None:
    """Let these bytes be typed."""
    keyboard = cast("RawIOBase", BytesIO(b"".join(lines)))
    typed = TextIOWrapper(BufferedReader(keyboard), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", typed)


@pytest.mark.parametrize(
    "line",
    [
        *(sent.encode("utf-8", "surrogateescape") for sent in (*MEANINGLESS, *CUT, *PASTES)),
        b"1\x1b[A", b"\x1b[B", b"\x1b[D2", b"\x1b[200~44\x1b[201~", b"1\x7f2", b"1\x082",
        b"12\0", b"\0", b"1\0002", b"\x1f1", b"1\x1c", b"1\xc2\x85", b"4\xff", b"\xed\xa0\x80",
        "1\N{RIGHT-TO-LEFT OVERRIDE}2".encode(), "\N{ZERO WIDTH SPACE}1".encode(),
    ],
)  # fmt: skip
def test_a_line_that_is_not_text_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: bytes
) -> None:
    """As a whole: nothing is removed from it to make an answer of the rest."""
    first, *rest = line.replace(b"\r", b"").split(b"\n")
    del rest
    type_lines(monkeypatch, first, b"\n", b"44\n")

    assert ask_line("Your answer:") == "44"
    assert capsys.readouterr().out.replace("\n", " ").count(AGAIN) == 1


@pytest.mark.parametrize("line", [b"1" * 1001, b" " * 1_000_000 + b"1"])
def test_a_line_that_is_too_long_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: bytes
) -> None:
    type_lines(monkeypatch, line, b"\n", b"44\n")

    assert ask_line("Your answer:") == "44"
    assert capsys.readouterr().out.count("That line is too long") == 1


@pytest.mark.parametrize("columns", [20, 40, 80])
def test_a_prompt_breaks_between_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: int
) -> None:
    """With room behind it for a space and the letter that it asks for."""
    monkeypatch.setattr(terminal, "width", lambda: columns)
    type_lines(monkeypatch, b"e\n")
    prompt = "Press Enter to read on, or type e for the end:"

    assert ask_line(prompt) == "e"
    out = capsys.readouterr().out
    assert " ".join(out.split()) == prompt
    assert out.endswith("the end: ")
    assert max(map(len, out.split("\n"))) < columns


@pytest.mark.parametrize("line", ["44", "", " 5 ", "\t1 2", "É\N{NO-BREAK SPACE}", "1" * 1000])
def test_text_is_read_as_it_is(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    type_lines(monkeypatch, f"{line}\nmore\n".encode())

    assert ask_line("Your answer:") == line


def test_the_end_of_the_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line without Enter is no answer. The same when the terminal is gone."""
    type_lines(monkeypatch, b"\x1b[A\n", b"4")
    with pytest.raises(EOFError):
        ask_line("Your answer:")

    sys.stdin.close()
    monkeypatch.setattr(terminal, "discard_type_ahead", lambda: False)
    with pytest.raises(EOFError):
        ask_line("Your answer:")


@pytest.mark.parametrize("value", ["0", "-5", "1000000000", "many", "", "9" * 5000])
def test_the_size_is_that_of_the_terminal(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Whatever COLUMNS and LINES say; without a terminal they still give a size to write in."""
    monkeypatch.setenv("COLUMNS", value)
    monkeypatch.setenv("LINES", value)
    ours, theirs = os.openpty()
    with open(theirs, "w", closefd=True) as out:  # noqa: PTH123 - a file descriptor
        monkeypatch.setattr(sys, "stdout", out)
        os.set_blocking(theirs, True)
        terminal_size(ours, columns=42, rows=17)
        assert (terminal.width(), terminal.height()) == (42, 17)
        terminal_size(ours, columns=1, rows=1)
        assert (terminal.width(), terminal.height()) == (20, 1)
    os.close(ours)

    monkeypatch.setattr(sys, "stdout", StringIO())
    assert 20 <= terminal.width() <= 80
    assert terminal.height() > 0


def terminal_size(handle: int, *, columns: int, rows: int) -> None:
    """Resize a terminal."""
    termios.tcsetwinsize(handle, (rows, columns))


def test_a_file_name_that_does_not_print_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = iter(["a\x1b[Ab", "b\N{RIGHT-TO-LEFT OVERRIDE}txt", "no"])
    monkeypatch.setattr(prompts, "ask_text", lambda: next(names))

    monkeypatch.setattr(prompts, "_choose_reader", lambda *_, **__: "patient")
    assert prompts.choose_file(tiny(), plain=False, private=False) is None
    assert capsys.readouterr().out.count("Type another name.") == 2


@pytest.mark.parametrize("typed", ["x", " X "])
def test_x_is_no_file_name(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.setattr(prompts, "ask_text", lambda: typed)

    monkeypatch.setattr(prompts, "_choose_reader", lambda *_, **__: "patient")
    with pytest.raises(terminal.Hidden):
        prompts.choose_file(tiny(), plain=False, private=False)


@pytest.mark.parametrize("private", [False, True])
def test_what_a_file_leaves_out_is_said_if_it_leaves_it_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, private: bool
) -> None:
    monkeypatch.setattr(prompts, "ask_text", lambda: "")
    monkeypatch.setattr(prompts, "_choose_reader", lambda *_, **__: "patient")
    prompts.choose_file(shipped(), plain=False, private=private)

    assert (PRIVATE_LEFT_OUT in capsys.readouterr().out) is not private


class Gone(StringIO):
    """A terminal that is gone."""

    def write(self, _: str) -> int:
        """Fail."""
        raise OSError(EIO, os.strerror(EIO))


def test_a_card_for_a_terminal_that_is_gone_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "detach_output", lambda: None)
    monkeypatch.setattr(sys, "stdout", Gone())

    with pytest.raises(WriteError, match="to standard output: input/output error"):
        terminal.show(lambda _: (Line("action", "EMERGENCY: Call 999 now"),))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32-le", "cp037", "utf-8-sig"])
def test_an_encoding_without_ascii_is_not_used(
    monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    """No line would ever end in it."""
    streams = {name: TextIOWrapper(BytesIO(), encoding) for name in ("stdin", "stdout", "stderr")}
    for name, stream in streams.items():
        monkeypatch.setattr(sys, name, stream)

    with terminal.raising_on_termination():
        assert {stream.encoding for stream in streams.values()} == {"utf-8"}
        assert (sys.stdin.errors, sys.stdout.errors) == ("strict", "replace")


def test_other_encodings_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(BytesIO(), "latin-1"))

    with terminal.raising_on_termination():
        assert (sys.stdout.encoding, sys.stdout.errors) == ("latin-1", "replace")


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (signal.SIGTERM, Terminated), (signal.SIGHUP, Terminated),
        (signal.SIGQUIT, KeyboardInterrupt),
    ],
)  # fmt: skip
def test_signals_leave(number: signal.Signals, error: type[BaseException]) -> None:
    with pytest.raises(error), terminal.raising_on_termination():
        os.kill(os.getpid(), number)


@pytest.mark.parametrize("is_full_screen", [False, True])
def test_a_second_signal_cuts_off_nothing(*, is_full_screen: bool) -> None:
    """Closing a window sends two: answers are still being saved or deleted at the second."""
    done: list[str] = []

    def leave() -> None:
        with terminal.raising_on_termination():
            try:
                if is_full_screen:
                    with handling_termination(lambda *_: done.append("seen")):
                        os.kill(os.getpid(), signal.SIGHUP)
                else:
                    os.kill(os.getpid(), signal.SIGHUP)
            finally:
                os.kill(os.getpid(), signal.SIGHUP)
                os.kill(os.getpid(), signal.SIGTERM)
                done.append("saved")

    with nullcontext() if is_full_screen else pytest.raises(Terminated):
        leave()

    assert done[-1] == "saved"
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_DFL


def test_what_is_short_is_done_before_a_signal_leaves() -> None:
    done: list[str] = []

    def leave() -> None:
        with terminal.raising_on_termination(), undisturbed():
            # To this thread, which alone puts signals off: a runner of tests has others.
            signal.raise_signal(signal.SIGHUP)
            done.append("saved")

    with pytest.raises(Terminated):
        leave()

    assert done == ["saved"]


@contextmanager
def bad_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    """A terminal that another program has left neither waiting nor with lines: its two ends."""
    ours, theirs = os.openpty()
    settings = termios.tcgetattr(theirs)
    settings[0] &= ~termios.ICRNL
    settings[3] &= ~(termios.ICANON | termios.ECHO | termios.ISIG)
    termios.tcsetattr(theirs, termios.TCSANOW, settings)
    os.set_blocking(theirs, False)
    with open(theirs) as keyboard, open(os.dup(theirs), "w") as screen:  # noqa: PTH123
        monkeypatch.setattr(sys, "stdin", keyboard)
        monkeypatch.setattr(sys, "stdout", screen)
        yield ours, theirs
        monkeypatch.undo()
    os.close(ours)


def state_of(handle: int) -> tuple[Any, bool]:
    """The settings of a terminal, and whether it waits."""
    return termios.tcgetattr(handle), os.get_blocking(handle)


def test_a_terminal_is_set_up_for_lines_and_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also after the shell had it, and when a signal ends the program."""
    wanted = termios.ICANON | termios.ECHO | termios.ISIG

    def run_until_terminated() -> None:
        with terminal.raising_on_termination():
            settings, waits = state_of(theirs)
            assert (settings[3] & wanted, waits) == (wanted, True)
            termios.tcsetattr(theirs, termios.TCSANOW, before[0])
            os.set_blocking(theirs, False)
            os.kill(os.getpid(), signal.SIGCONT)
            assert state_of(theirs) == (settings, True)
            os.kill(os.getpid(), signal.SIGTERM)

    with bad_terminal(monkeypatch) as (_, theirs):
        before = state_of(theirs)
        with pytest.raises(Terminated):
            run_until_terminated()
        assert state_of(theirs) == before


def test_lines_typed_ahead_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows a line stays where it can be discarded, even if it was sent at once."""
    with bad_terminal(monkeypatch) as (ours, theirs):
        os.set_blocking(theirs, True)
        typed = iter([b"1\n44\n1\n", b"2\n"])
        discard = typed_ahead.discard_type_ahead

        def discard_and_type() -> bool:
            found = discard()
            os.write(ours, next(typed))
            return found

        monkeypatch.setattr(terminal, "discard_type_ahead", discard_and_type)
        assert [ask_line(""), ask_line("")] == ["1", "2"]


def test_the_beginning_of_a_line_that_was_typed_ahead_is_not_lost_without_a_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a quickly typed 72 the 2 would count, and its 7 not."""
    with bad_terminal(monkeypatch) as (ours, _), terminal.raising_on_termination():
        os.write(ours, b"7")
        typing = Timer(0.3, os.write, (ours, b"2\r"))
        typing.start()
        assert ask_line("Your answer:") == "2"
        typing.join()
        assert b"Keys pressed before this line was shown do not count" in os.read(ours, 4096)


def test_a_line_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with bad_terminal(monkeypatch) as (ours, _), terminal.raising_on_termination():
        typing = Timer(0.3, os.write, (ours, b"44\r"))
        typing.start()
        assert ask_line("Your answer:") == "44"
        typing.join()
