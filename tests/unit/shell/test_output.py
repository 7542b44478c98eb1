"""Messages and progress: standard error may fail in any way, and a run goes on."""

from __future__ import annotations

import io
import sys
from errno import ENOSPC
from itertools import count
from typing import TextIO

import pytest

from backtriage.shell.output import progress, say


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
