"""Lines that are typed, and the size of the terminal."""

from __future__ import annotations

import os
import sys
from errno import EIO
from io import BytesIO, StringIO, TextIOWrapper

import pytest

from backtriage.shell import output, prompts, terminal
from backtriage.shell.files import WriteError
from backtriage.shell.terminal import ask_line
from tests.support.terminal_noise import CUT, MEANINGLESS, PASTES

AGAIN = "Please type it again."


def type_lines(monkeypatch: pytest.MonkeyPatch, *lines: bytes) -> None:
    """Let these bytes be typed."""
    typed = TextIOWrapper(BytesIO(b"".join(lines)), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", typed)


@pytest.mark.parametrize(
    "line",
    [
        *(sent.encode("utf-8", "surrogateescape") for sent in (*MEANINGLESS, *CUT, *PASTES)),
        b"1\x1b[A", b"\x1b[B", b"\x1b[D2", b"\x1b[200~44\x1b[201~", b"1\x7f2", b"1\x082",
        b"12\0", b"\0", b"1\0002", b"\x1f1", b"1\x1c", b"1\xc2\x85", b"4\xff", b"\xed\xa0\x80",
        "1\N{RIGHT-TO-LEFT OVERRIDE}2".encode(), "\N{ZERO WIDTH SPACE}1".encode(),
        b"1" * 1001, b" " * 1_000_000 + b"1",
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


@pytest.mark.parametrize("line", ["44", "", " 5 ", "\t1 2", "É\N{NO-BREAK SPACE}", "1" * 1000])
def test_text_is_read_as_it_is(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    type_lines(monkeypatch, f"{line}\nmore\n".encode())

    assert ask_line("Your answer:") == line


def test_the_end_of_the_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also after a line without its end, and when the terminal is gone."""
    type_lines(monkeypatch, b"\x1b[A\n", b"4")
    assert ask_line("Your answer:") == "4"
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
    import termios

    termios.tcsetwinsize(handle, (rows, columns))


def test_a_file_name_that_does_not_print_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = iter(["a\x1b[Ab", "b\N{RIGHT-TO-LEFT OVERRIDE}txt", "no"])
    monkeypatch.setattr(prompts, "_ask_text", lambda: next(names))

    assert prompts.choose_file(plain=False) is None
    assert capsys.readouterr().out.count("Type another name.") == 2


class Gone(StringIO):
    """A terminal that is gone."""

    def write(self, _: str) -> int:
        """Fail."""
        raise OSError(EIO, os.strerror(EIO))


def test_a_card_for_a_terminal_that_is_gone_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "detach_output", lambda: None)
    monkeypatch.setattr(sys, "stdout", Gone())

    with pytest.raises(WriteError, match="to standard output: input/output error"):
        terminal.show("EMERGENCY: Call 999 now")
