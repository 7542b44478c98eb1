"""Files for results: what is refused before the work, and what is never overwritten."""

from __future__ import annotations

import os
import socket
import stat
import sys
from collections.abc import Callable
from errno import EPERM
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

from backtriage.shell import files
from backtriage.shell.files import WriteError
from backtriage.shell.result_file import ResultFile, new_file

ANY = (".txt", ".md", ".json", "")


def file(name: Path | str, *, force: bool = False) -> ResultFile:
    return ResultFile(name=str(name), extensions=ANY, is_forced=force, hint="; try harder")


def contents(folder: Path) -> dict[str, object]:
    """Return what is in a folder, without following a link or waiting for a pipe."""
    return {
        path.name: path.read_bytes() if stat.S_ISREG(path.lstat().st_mode) else path.lstat().st_ino
        for path in folder.iterdir()
    }


def a_file(path: Path) -> None:
    path.write_text("before")


def a_read_only_file(path: Path) -> None:
    path.write_text("before")
    path.chmod(0o400)


def a_folder(path: Path) -> None:
    path.mkdir()


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))


def a_link(path: Path) -> None:
    path.with_name("target.txt").write_text("before")
    path.symlink_to("target.txt")


def a_link_to_nothing(path: Path) -> None:
    path.symlink_to("nothing.txt")


def a_loop(path: Path) -> None:
    path.symlink_to(path)


def a_link_to_a_pipe(path: Path) -> None:
    os.mkfifo(path.with_name("pipe"))
    path.symlink_to("pipe")


THERE: dict[Callable[[Path], None], tuple[str, str]] = {
    a_file: ("it is there already; try harder", ""),
    a_read_only_file: ("it is there already; try harder", "it is read-only"),
    a_folder: ("it is there already, as a folder",) * 2,
    a_pipe: ("it is there already, and not a file",) * 2,
    a_socket: ("it is there already, and not a file",) * 2,
    a_link: ("it is there already, as a link; name the file itself",) * 2,
    a_link_to_nothing: ("it is there already, as a link; name the file itself",) * 2,
    a_loop: ("it is there already, as a link; name the file itself",) * 2,
    a_link_to_a_pipe: ("it is there already, as a link; name the file itself",) * 2,
}
"""What makes something, and why it is not replaced: unasked, and by force."""


@pytest.mark.parametrize(
    ("make", "why"), THERE.items(), ids=lambda each: getattr(each, "__name__", "")
)
@pytest.mark.parametrize("force", [False, True], ids=["unasked", "by force"])
def test_what_is_there_stays(
    make: Callable[[Path], None],
    why: tuple[str, str],
    force: bool,  # noqa: FBT001
    tmp_path: Path,
) -> None:
    """Only a plain file of one's own is replaced, and only by force."""
    folder = tmp_path / "results"
    folder.mkdir()
    path = folder / "result.txt"
    make(path)
    before = contents(folder)
    target = file(path, force=force)

    if why[force]:
        for attempt in (target.check, lambda: target.write("after")):
            with pytest.raises(WriteError) as refused:
                attempt()
            assert str(refused.value) == f"cannot write {path}: {why[force]}"
        assert contents(folder) == before
    else:
        target.check()
        assert contents(folder) == before
        target.write("after")
        assert contents(folder) == {"result.txt": b"after"}
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


UNUSABLE = {
    "no/such/folder.txt": "cannot write {}: no such file or directory",
    "a_file/result.txt": "cannot write {}: not a directory",
    "x" * 300: "{} cannot be a file: file name too long",
    "a\0b": "{} cannot be a file",
    "~nobody-of-that-name/a.txt": "{} cannot be a file",
    "": "cannot write '': it is there already, as a folder",
    ".": "cannot write {}: it is there already, as a folder",
    "new/": "cannot write {}: it names a folder",
    "result.pdf": "{} cannot be written as '.pdf'; end the name in .txt, .md or .json",
    "result.TXT.PNG": "{} cannot be written as '.png'; end the name in .txt, .md or .json",
    "result.": "{} cannot be written as '.'; end the name in .txt, .md or .json",
    "a\x1b[2J.txt/b": "cannot write {}: no such file or directory",
    "/dev/fd/99": "cannot write {}: bad file descriptor",
}


@pytest.mark.parametrize(("name", "message"), UNUSABLE.items(), ids=[n[:12] for n in UNUSABLE])
def test_a_name_that_cannot_be_written_is_refused(
    name: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a_file").touch()
    before = contents(tmp_path)
    shown = name.replace("\0", "<U+0000>").replace("\x1b", "<U+001B>")

    for force in (False, True):
        with pytest.raises(WriteError) as refused:
            file(name, force=force).check()
        assert str(refused.value) == message.format(shown)

    assert contents(tmp_path) == before


@pytest.mark.parametrize("name", ["é.md", "x" * 251 + ".txt", "\udce9.json", "a.b.TXT", "plain"])
def test_a_name_that_can_be_written(name: str, tmp_path: Path) -> None:
    target = file(tmp_path / name)

    target.check()
    target.write("text")

    assert contents(tmp_path) == {"home": contents(tmp_path)["home"], name: b"text"}


def test_an_unwritable_folder_is_found_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(EPERM, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refused)  # the superuser may write anywhere

    with pytest.raises(WriteError, match="permission denied"):
        file(tmp_path / "a.txt").check()


def test_the_file_of_another_user_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_file(tmp_path / "a.txt")
    other = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)

    with pytest.raises(WriteError, match="it belongs to another user"):
        file(tmp_path / "a.txt", force=True).check()


@pytest.mark.parametrize("has_links", [True, False], ids=["links", "no links"])
def test_what_appears_during_the_work_stays(
    has_links: bool,  # noqa: FBT001
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of two runs that write to one new file, only one does, on any file system."""
    if not has_links:

        def link(*_: object, **__: object) -> None:
            raise PermissionError(EPERM, "Operation not permitted")

        monkeypatch.setattr(os, "link", link)
    folder = tmp_path / "results"
    folder.mkdir()
    first, second = file(folder / "a.txt"), file(folder / "a.txt")
    first.check()
    second.check()
    # The moment after the second has looked once more.
    monkeypatch.setattr(ResultFile, "_refuse_existing", lambda _: None)

    first.write("first")
    with pytest.raises(WriteError, match="it is there already; try harder"):
        second.write("second")

    assert contents(folder) == {"a.txt": b"first"}
    assert stat.S_IMODE((folder / "a.txt").stat().st_mode) == 0o600


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    before = contents(tmp_path)

    with pytest.raises(WriteError, match="no space left on device"):
        file(tmp_path / "a.txt").write("text")

    assert contents(tmp_path) == before


@pytest.mark.parametrize("force", [False, True], ids=["unasked", "by force"])
def test_a_crash_while_writing_leaves_no_other_file(
    force: bool,  # noqa: FBT001
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The new file has no name until it is whole and on the disk; then its folder is, too."""
    folder = tmp_path / "results"
    folder.mkdir()
    if force:
        (folder / "a.txt").write_text("old")
    before = contents(folder)
    seen: list[dict[str, object]] = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.append(contents(folder)))

    file(folder / "a.txt", force=force).write("new")

    assert seen == [before, {"a.txt": b"new"}]
    assert stat.S_IMODE((folder / "a.txt").stat().st_mode) == 0o600


@pytest.mark.parametrize("force", [False, True], ids=["unasked", "by force"])
def test_a_device_is_written_to(force: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """Also through a link, and whatever its name: nothing is replaced."""
    (tmp_path / "null.pdf").symlink_to(os.devnull)

    for name in (os.devnull, tmp_path / "null.pdf"):
        file(name, force=force).check()
        file(name, force=force).write("text")

    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
    assert (tmp_path / "null.pdf").is_symlink()


def test_a_full_device_is_an_error() -> None:
    file("/dev/full").check()

    with pytest.raises(WriteError, match="cannot write /dev/full: no space left on device"):
        file("/dev/full").write("text")


def test_an_open_file_is_written_to() -> None:
    """As the shell hands one over: >(command)."""
    reader, writer = os.pipe()
    target = file(f"/dev/fd/{writer}")

    target.check()
    target.write("text")
    os.close(writer)

    assert os.read(reader, 100) == b"text"
    with pytest.raises(WriteError, match="it is open for reading only"):
        file(f"/dev/fd/{reader}").check()
    os.close(reader)


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1"])
def test_standard_output(
    name: str, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the escape of a name that is not UTF-8, no byte is lost."""
    file(name).check()
    file(name).write("caf\udce9")

    assert capfdbinary.readouterr().out == b"caf\\udce9"
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(WriteError, match="it is closed"):
        file(name).check()


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/stderr", "/dev/fd/0"])
def test_the_terminal_of_an_interview_is_no_file(name: str) -> None:
    with pytest.raises(WriteError, match="is not a file"):
        new_file(name, ANY)


def test_a_name_without_an_extension_may_be_refused(tmp_path: Path) -> None:
    target = ResultFile(name=str(tmp_path / "found"), extensions=(".yaml",))

    assert target.extension_problem.endswith(
        "cannot be written without an extension; end the name in .yaml"
    )


@pytest.mark.parametrize("is_named", [False, True], ids=["no name", "a name"])
def test_a_kill_leaves_nothing_for_ever(
    is_named: bool,  # noqa: FBT001
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where a file must have a name while it is written, a later run removes what was left."""
    if is_named:
        monkeypatch.setattr(files, "_UNNAMED", os.O_WRONLY)
    folder = tmp_path / "results"
    folder.mkdir()
    left, held = (folder / f".a.txt.{each * 8}.backtriage" for each in "01")
    dated = folder / ".a.txt.20261126"  # a copy that somebody keeps
    for path in (left, held, dated):
        path.touch()
        os.utime(path, (0, 0))
    with held.open("rb") as holder:
        flock(holder, LOCK_EX)
        with file(folder / "a.txt").writing() as target:
            target.write(b"text")
            during = {path.name for path in folder.iterdir()}

    assert len(during - {held.name, dated.name}) == is_named
    assert {path.name for path in folder.iterdir()} == {"a.txt", held.name, dated.name}
    assert (folder / "a.txt").read_bytes() == b"text"
