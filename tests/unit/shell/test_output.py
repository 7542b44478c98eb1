"""Messages and progress: standard error may fail in any way, and a run goes on."""

from __future__ import annotations

import fcntl
import io
import os
import struct
import sys
import termios
import threading
from collections.abc import Iterator
from errno import ENOSPC
from itertools import count
from typing import TextIO

import pytest

from backtriage.shell import output
from backtriage.shell.files import WriteError
from backtriage.shell.output import fitted, progress, say, write_all, write_out, write_whole


class Failing(io.StringIO):
    """A stream to which nothing can be written."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def write(self, _: str) -> int:
        """Fail."""
        raise self.error


STREAMS: dict[str, TextIO | None] = {
    "none": None,
    "closed": Failing(ValueError("I/O operation on closed file")),
    "full": Failing(OSError(ENOSPC, "No space left on device")),
    "unread": Failing(BrokenPipeError()),
    "narrow": Failing(UnicodeEncodeError("latin-1", "\N{CHECK MARK}", 0, 1, "not in range")),
}


@pytest.mark.parametrize("stream", STREAMS.values(), ids=STREAMS)
def test_a_run_goes_on_without_standard_error(
    stream: TextIO | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = count(step=2)
    monkeypatch.setattr("backtriage.shell.output.monotonic", lambda: next(seconds))
    monkeypatch.setattr(sys, "stderr", stream)
    report = progress()

    for text in ("1 of 2", "2 of 2 \N{CHECK MARK}"):
        report(text)
        say(text)


def test_progress_is_reported_once_a_second(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter((0.0, 0.5, 0.9, 1.1, 1.1, 2.0, 2.2, 2.2))
    monkeypatch.setattr("backtriage.shell.output.monotonic", lambda: next(seconds))
    report = progress()

    for text in "abcde":
        report(text)

    assert capsys.readouterr().err == "c\ne\n"


class Slow(io.RawIOBase):
    """A stream that takes a few bytes at a time, and says in three ways that it takes none."""

    def __init__(self, *steps: int | BaseException | None) -> None:
        super().__init__()
        self.steps = iter(steps)
        self.taken = b""
        self.flushes = iter((BlockingIOError(), None))

    def write(self, data: memoryview) -> int | None:  # type: ignore[override]
        """Take as many bytes as the next step says; at the end of the steps, three."""
        step = next(self.steps, 3)
        taken = step.characters_written if isinstance(step, BlockingIOError) else step
        if isinstance(taken, int):
            self.taken += bytes(data[:taken])
        if isinstance(step, BaseException):
            raise step
        return step

    def close(self) -> None:
        """End without a last flush, which fails once."""
        self.flushes = iter(())
        super().close()

    def flush(self) -> None:
        """Fail once."""
        error = next(self.flushes, None)
        if error:
            raise error


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every stream that was waited for."""
    streams: list[object] = []
    monkeypatch.setattr(output, "_wait_for", streams.append)
    return streams


RESULT = "EMERGENCY \N{EM DASH} call now"


def test_a_stream_that_takes_a_part_gets_the_rest(waits: list[object]) -> None:
    slow = Slow(1, None, BlockingIOError(11, "", 4), 2)

    write_all(slow, RESULT.encode())

    assert slow.taken.decode() == RESULT
    assert waits == [slow] * 3


class Text:
    """Standard output without a buffer."""

    def __init__(self, buffer: Slow) -> None:
        self.buffer = buffer

    def flush(self) -> None:
        """Do nothing."""


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize("end", [OSError(ENOSPC, "No space left on device"), 0])
def test_a_result_that_was_cut_off_is_an_error(
    end: OSError | int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "detach_output", lambda: None)
    whole, cut = Slow(5, None), Slow(5, None, end)

    monkeypatch.setattr(sys, "stdout", Text(whole))
    write_out(RESULT)
    monkeypatch.setattr(sys, "stdout", Text(cut))
    with pytest.raises(WriteError, match="cannot write the result to standard output"):
        write_out(RESULT)

    assert whole.taken.decode() == RESULT
    assert cut.taken == RESULT.encode()[:5]


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Both ends of a pipe."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


@pytest.mark.parametrize("buffering", [-1, 0])
def test_what_is_printed_waits_for_a_slow_reader(pipe: tuple[int, int], buffering: int) -> None:
    """Whatever kind of stream Python has made."""
    out, into = pipe
    os.set_blocking(into, False)
    text = f"{RESULT}\n" * 20_000  # more than a pipe holds
    read: list[bytes] = []

    def reader() -> None:
        with open(out, "rb", closefd=False) as file:
            read.append(file.read(len(text.encode())))

    reading = threading.Thread(target=reader)
    file = open(into, "wb", buffering=buffering, closefd=False)  # noqa: SIM115
    stream = write_whole(io.TextIOWrapper(file, encoding="utf-8", write_through=True))
    assert stream
    reading.start()
    print(text, end="", file=stream)
    reading.join()

    assert read == [text.encode()]
    assert not stream.isatty()


def test_an_ordinary_stream_is_left_as_it_is(pipe: tuple[int, int]) -> None:
    stream = open(pipe[1], "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    closed = open(pipe[1], "wb", buffering=0, closefd=False)  # noqa: SIM115
    text = io.TextIOWrapper(closed)
    text.close()

    for each in (None, stream, text, io.StringIO()):
        assert write_whole(each) is each


LONG = "Numb between the legs? Call your local emergency number now."


@pytest.mark.parametrize(
    ("columns", "text", "expected"),
    [
        (40, LONG, "Numb between the legs? Call your local\nemergency number now."),
        (40, f"  {LONG}", "  Numb between the legs? Call your local\n  emergency number now."),
        (80, LONG, LONG),
        (0, LONG, LONG),
        (40, f"row 1  {LONG}", f"row 1  {LONG}"),
        (40, f"Saved in {'x' * 41}, for you alone.", f"Saved in {'x' * 41}, for you alone."),
        (40, f"{LONG}\n\nNothing was added.", f"{LONG[:38]}\n{LONG[39:]}\n\nNothing was added."),
    ],
    ids=["narrow", "indented", "wide", "unknown", "table", "path", "lines"],
)
def test_a_terminal_gets_lines_that_end_between_words(
    columns: int, text: str, expected: str
) -> None:
    parent, child = os.openpty()
    with os.fdopen(parent, "rb"), os.fdopen(child, "w") as terminal:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        assert fitted(text, terminal) == expected
    assert fitted(text, None) == fitted(text, io.StringIO()) == text
