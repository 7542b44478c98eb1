"""Files that are locked while a process uses them."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from backtriage.shell import locking
from backtriage.shell.locking import claim, is_locked, lock, remove, replace, sweep
from backtriage.shell.private import PrivateFolder

HOLD = """
import sys
from pathlib import Path
from backtriage.shell.locking import claim
from backtriage.shell.private import PrivateFolder
path = Path(sys.argv[1])
with PrivateFolder(path.parent) as folder:
    held = claim(folder, path.name)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[PrivateFolder]:
    """An open folder."""
    (tmp_path / "folder").mkdir(mode=0o700)
    with PrivateFolder(tmp_path / "folder") as opened:
        yield opened


def holder_of(path: Path) -> subprocess.Popen[bytes]:
    """Return a process that holds a file until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout
    assert process.stdout.readline() == b"held\n"
    return process


def test_a_file_is_replaced_by_one_that_is_locked(folder: PrivateFolder) -> None:
    path = folder.path / "a.json"
    path.write_text("old")
    before = os.open(path, os.O_RDONLY)

    descriptor = replace(folder, "a.json", b"new")

    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.pread(before, 9, 0) == b"old"
    assert folder.names() == ["a.json"]
    again = os.open(path, os.O_RDWR)
    assert is_locked(again)
    assert not lock(again)
    os.close(descriptor)
    assert lock(again)
    for opened in (before, again):
        os.close(opened)


def test_at_no_time_is_its_name_that_of_a_free_file(
    folder: PrivateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = replace(folder, "a.json", b"one")
    real = os.replace
    seen: list[bool] = []

    def look(source: str, target: str, **options: int) -> None:
        seen.append(is_in_use())
        real(source, target, **options)
        seen.append(is_in_use())

    def is_in_use() -> bool:
        opened, _ = folder.open("a.json")
        try:
            return is_locked(opened)
        finally:
            os.close(opened)

    monkeypatch.setattr(os, "replace", look)
    os.close(replace(folder, "a.json", b"two"))
    os.close(held)

    assert seen == [True, True]


def test_the_system_releases_the_lock_of_a_killed_process(folder: PrivateFolder) -> None:
    (folder.path / "a.json").write_text("{}")
    with holder_of(folder.path / "a.json") as process:
        with pytest.raises(OSError, match="it is in use in another window"):
            claim(folder, "a.json")
        with pytest.raises(OSError, match="it is in use in another window"):
            remove(folder, "a.json")
        process.send_signal(signal.SIGKILL)

    os.close(claim(folder, "a.json")[0])
    remove(folder, "a.json")
    assert folder.names() == []


def test_of_many_processes_one_gets_a_file(folder: PrivateFolder) -> None:
    """All others are told that it is in use, although everybody also looks at it."""
    (folder.path / "a.json").write_text("{}")
    contend = f"""
import sys
from pathlib import Path
from backtriage.shell.locking import claim, is_locked
from backtriage.shell.private import PrivateFolder
with PrivateFolder(Path({str(folder.path)!r})) as folder:
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(20):
        is_locked(folder.open("a.json")[0])
    try:
        held = claim(folder, "a.json")
        print("held", flush=True)
    except OSError as error:
        print(error.strerror, flush=True)
sys.stdin.readline()
"""
    contenders = [
        subprocess.Popen(
            [sys.executable, "-c", contend], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, bufsize=1,
        )
        for _ in range(4)
    ]  # fmt: skip
    pipes = [(one.stdin, one.stdout) for one in contenders if one.stdin and one.stdout]
    assert [out.readline() for _, out in pipes] == ["ready\n"] * 4
    for into, _ in pipes:
        into.write("\n")
    results = [out.readline() for _, out in pipes]
    for one in contenders:
        one.communicate("\n")

    assert sorted(results) == ["held\n", *["it is in use in another window\n"] * 3]


def test_a_file_that_was_replaced_before_it_was_locked_is_not_taken(
    folder: PrivateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last user may have gone on with another file of that name."""
    (folder.path / "a.json").write_text("old")
    real = locking.lock

    def replaced_meanwhile(descriptor: int, *, must_work: bool = True) -> bool:
        (folder.path / "b.json").write_text("new")
        (folder.path / "b.json").rename(folder.path / "a.json")
        return real(descriptor, must_work=must_work)

    monkeypatch.setattr(locking, "lock", replaced_meanwhile)

    with pytest.raises(OSError, match="in use"):
        claim(folder, "a.json")
    with pytest.raises(OSError, match="in use"):
        remove(folder, "a.json")
    assert (folder.path / "a.json").read_text() == "new"


def test_a_temporary_file_that_was_taken_for_a_left_over_is_made_again(
    folder: PrivateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new file is not locked at once, so another window may sweep it away."""
    real = os.fchmod
    swept: list[str] = []

    def sweep_once(descriptor: int, mode: int) -> None:
        real(descriptor, mode)
        if not swept:
            swept.extend(folder.names())
            sweep(folder, r"a\.json")

    monkeypatch.setattr(os, "fchmod", sweep_once)

    os.close(replace(folder, "a.json", b"text"))

    assert len(swept) == 1
    assert folder.names() == ["a.json"]
    assert (folder.path / "a.json").read_bytes() == b"text"


def test_the_left_overs_of_dead_processes_are_swept_away_but_no_others(
    folder: PrivateFolder,
) -> None:
    live = folder.path / ".a.json.0123abcd.backtriage"
    kept = ["a.json", ".a.json.20261126", ".a.json.original", ".a.json.0123abc.backtriage",
            ".a.json.0123ABCD.backtriage", ".b.json.0123abcd.backtriage", "notes"]  # fmt: skip
    for name in (live.name, ".a.json.abcd0123.backtriage", *kept):
        (folder.path / name).write_text("half")

    with holder_of(live):
        sweep(folder, r"a\.json")
        assert folder.names() == sorted([live.name, *kept])

    sweep(folder, r"a\.json")
    assert folder.names() == sorted(kept)


def test_a_failure_while_writing_leaves_the_old_file_and_nothing_else(
    folder: PrivateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder.path / "a.json").write_text("old")

    def full(_: int) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space left"):
        replace(folder, "a.json", b"new")
    assert folder.names() == ["a.json"]
    assert (folder.path / "a.json").read_text() == "old"


def test_the_folder_is_made_durable_too(
    folder: PrivateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First the file, then its name; where a folder cannot be synchronised, it is not."""
    synced: list[bool] = []

    def fsync(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        synced.append(is_folder)
        if is_folder:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(os, "fsync", fsync)

    os.close(replace(folder, "a.json", b"text"))

    assert synced == [False, True]


def test_where_no_lock_works_nothing_is_written_that_needs_one(
    folder: PrivateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on some network drives."""

    def unsupported(*_: object) -> NoReturn:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", unsupported)

    with pytest.raises(OSError, match="No locks available"):
        replace(folder, "a.json", b"text")
    assert folder.names() == []
    os.close(replace(folder, "a.json", b"text", must_lock=False))
    assert (folder.path / "a.json").read_bytes() == b"text"
    with pytest.raises(OSError, match="No locks available"):
        claim(folder, "a.json")
    remove(folder, "a.json")
    assert folder.names() == []


def test_a_lock_that_is_only_asked_about_for_ever_counts_as_in_use(
    folder: PrivateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder.path / "a.json").write_text("{}")
    monkeypatch.setattr(locking, "_PAUSE", 0)
    asking, _ = folder.open("a.json")
    fcntl.flock(asking, fcntl.LOCK_SH)

    with pytest.raises(OSError, match="it is in use in another window"):
        claim(folder, "a.json")
    os.close(asking)


def test_nothing_is_written_where_it_would_not_be_private(
    folder: PrivateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be refused later, as if somebody else had written it."""
    fchmod = os.fchmod
    monkeypatch.setattr(os, "fchmod", lambda descriptor, _: fchmod(descriptor, 0o666))

    with pytest.raises(OSError, match="other users can write to it"):
        replace(folder, "a.json", b"text")
    assert folder.names() == []
