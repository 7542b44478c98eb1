"""Opening files: nothing that is not a regular file, and never a wait."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from backtriage.shell.files import ReadError, read_sheet
from backtriage.shell.reading import (
    inherited_descriptor,
    open_regular,
    read_descriptor,
    read_regular,
)
from backtriage.shell.rules_folder import read_rules


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))


def a_folder(path: Path) -> None:
    path.mkdir()


def a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_terminal(path: Path) -> None:
    path.symlink_to("/dev/tty")


def a_loop(path: Path) -> None:
    path.symlink_to(path)


def a_link_to_nothing(path: Path) -> None:
    path.symlink_to("nothing")


def a_link_to_a_pipe(path: Path) -> None:
    pipe = path.parents[1] / "pipe"
    os.mkfifo(pipe)
    path.symlink_to(pipe)


REFUSED: dict[Callable[[Path], None], str] = {
    a_pipe: "not a regular file",
    a_socket: "not a regular file",
    a_folder: "is a directory",
    a_device: "not a regular file",
    a_terminal: "not a regular file",
    a_loop: "too many levels of symbolic links",
    a_link_to_nothing: "no such file or directory",
    a_link_to_a_pipe: "not a regular file",
}

LEADING_OUT = {a_device, a_terminal, a_link_to_a_pipe}


@pytest.mark.parametrize(("make", "why"), REFUSED.items(), ids=[make.__name__ for make in REFUSED])
def test_anything_but_a_regular_file_is_refused_at_once(
    tmp_path: Path, make: Callable[[Path], None], why: str
) -> None:
    """As a sheet and among rules; nothing else opens the pipes, so a wait would never end."""
    rules = tmp_path / "rules"
    rules.mkdir()
    path = rules / "a.yaml"
    make(path)

    with pytest.raises(ReadError, match=f"cannot read .*a.yaml: {why}"):
        read_sheet(str(path))
    if make in LEADING_OUT:
        why = "it leads elsewhere, and is not followed"
    with pytest.raises(ReadError, match=f"cannot read .*a.yaml: {why}"):
        read_rules(rules)


def test_a_link_is_followed_by_its_path_but_not_within_an_open_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"text")
    (tmp_path / "link").symlink_to("file")
    folder = os.open(tmp_path, os.O_RDONLY)

    assert read_regular(tmp_path / "link", 100) == b"text"
    with pytest.raises(OSError, match="it is a symbolic link"):
        open_regular("link", folder=folder)

    os.close(folder)


def test_no_more_than_the_limit_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"123456")

    assert read_regular(tmp_path / "file", 4) == b"1234"


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"text")
    before = sorted(Path("/dev/fd").iterdir())

    read_regular(tmp_path / "file", 100)
    with pytest.raises(IsADirectoryError):
        open_regular(tmp_path)

    assert sorted(Path("/dev/fd").iterdir()) == before


@pytest.mark.parametrize(
    ("name", "descriptor"),
    [
        ("-", 0),
        ("/dev/stdin", 0),
        ("/dev/fd/0", 0),
        ("/dev/fd/63", 63),
        ("/proc/self/fd/12", 12),
        ("/dev/fd/", None),
        ("/dev/fd/x", None),
        ("/dev/fd/\N{SUPERSCRIPT TWO}", None),
        ("/dev/fd/99999999999999999999", None),
        ("/proc/1/fd/0", None),
        ("sheet.json", None),
        ("", None),
    ],
)
def test_names_of_files_that_were_handed_over_open(name: str, descriptor: int | None) -> None:
    assert inherited_descriptor(name) == descriptor


def test_a_sheet_comes_through_a_pipe_that_was_handed_over() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"{}")
    os.close(writing)
    try:
        assert read_sheet(f"/dev/fd/{reading}") == b"{}"
    finally:
        os.close(reading)


def test_a_descriptor_that_is_not_open_is_an_error() -> None:
    with pytest.raises(ReadError, match="cannot read /dev/fd/999: bad file descriptor"):
        read_sheet("/dev/fd/999")


def test_the_end_of_a_sheet_is_awaited_on_a_pipe_that_does_not_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Some callers hand over such a pipe; what has arrived so far is not the whole sheet."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.write(writing, b"years: 44\n")

    def wait(*_: object) -> None:
        os.write(writing, b"airway: [breathing]\n")
        os.close(writing)

    monkeypatch.setattr("select.select", wait)
    try:
        assert read_sheet(f"/dev/fd/{reading}") == b"years: 44\nairway: [breathing]\n"
    finally:
        os.close(reading)


def test_a_regular_file_is_never_awaited() -> None:
    """Some files of the kernel look regular but wait for data."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    try:
        with pytest.raises(BlockingIOError):
            read_descriptor(reading, 100)
    finally:
        os.close(reading)
        os.close(writing)


@pytest.mark.parametrize("name", ["-", "/dev/stdin", "/dev/fd/0"])
def test_standard_input_may_be_an_object(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(b"{}")))

    assert read_sheet(name) == b"{}"
