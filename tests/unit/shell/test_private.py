"""Folders that no other user can change."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from backtriage.shell.private import PrivateFolder


@pytest.fixture
def no_umask() -> Iterator[None]:
    """Let new files and folders have every right that is asked for."""
    before = os.umask(0)
    yield
    os.umask(before)


def make_folder(path: Path) -> None:
    PrivateFolder(path, make=True).close()


def modes(*folders: Path) -> list[int]:
    return [stat.S_IMODE(folder.stat().st_mode) for folder in folders]


@pytest.mark.usefixtures("no_umask")
def test_every_folder_that_is_made_is_private(isolated_home: Path) -> None:
    isolated_home.chmod(0o755)
    folder = isolated_home / ".local" / "state" / "backtriage" / "drafts"

    make_folder(folder)

    assert modes(folder, *folder.parents[:3]) == [0o700] * 4
    assert modes(isolated_home) == [0o755]


@pytest.mark.parametrize("umask", [0o277, 0o777])
def test_no_umask_makes_a_folder_that_is_of_no_use(isolated_home: Path, umask: int) -> None:
    folder = isolated_home / ".cache" / "backtriage"
    before = os.umask(umask)
    try:
        make_folder(folder)
    finally:
        assert os.umask(before) == umask

    assert modes(folder, folder.parent) == [0o700] * 2


def test_folders_that_are_there_keep_their_rights(isolated_home: Path) -> None:
    (isolated_home / ".local").mkdir()
    (isolated_home / ".local").chmod(0o755)

    make_folder(isolated_home / ".local" / "state")
    make_folder(isolated_home / ".local" / "state")

    assert modes(isolated_home / ".local") == [0o755]


def test_a_home_is_never_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "no" / "body"))

    with pytest.raises(FileNotFoundError):
        make_folder(tmp_path / "no" / "body" / ".cache" / "backtriage")
    assert not (tmp_path / "no").exists()


def test_the_superuser_makes_nothing_at_a_place_of_another_user(
    isolated_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That user could not use it afterwards."""
    status_of = os.fstat

    def of_another(descriptor: int) -> os.stat_result:
        status = status_of(descriptor)
        return os.stat_result((*status[:4], 1000, *status[5:]))

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "fstat", of_another)

    with pytest.raises(OSError, match="it belongs to another user"):
        make_folder(isolated_home / ".cache" / "backtriage")
    assert list(isolated_home.iterdir()) == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of ours in another of ours."""
    folder = tmp_path / "outer" / "inner"
    make_folder(folder)
    return folder


def test_a_private_folder_is_opened(folder: Path) -> None:
    (folder / "b").touch()
    (folder / "a").touch()

    with PrivateFolder(folder, own=2) as opened:
        assert opened.names() == ["a", "b"]
        descriptor, _ = opened.open("a")
        os.close(descriptor)


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777, 0o1777])
@pytest.mark.parametrize("part", ["inner", "outer"])
def test_a_loose_folder_is_refused_or_tightened(folder: Path, mode: int, part: str) -> None:
    loose = folder if part == "inner" else folder.parent
    loose.chmod(mode)

    with pytest.raises(OSError, match="other users can write to it"):
        PrivateFolder(folder, own=2)
    assert modes(loose) == [mode]

    PrivateFolder(folder, own=2, tighten=True).close()
    assert modes(loose) == [0o700]


def test_a_folder_that_stays_loose_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some file systems keep no rights."""
    folder.chmod(0o777)
    monkeypatch.setattr(os, "fchmod", lambda *_: None)

    with pytest.raises(OSError, match="other users can write to it"):
        PrivateFolder(folder, tighten=True)


@pytest.mark.parametrize("part", ["inner", "outer"])
@pytest.mark.parametrize("leads", ["to a folder", "nowhere", "to itself"])
def test_a_linked_folder_is_refused(folder: Path, part: str, leads: str, tmp_path: Path) -> None:
    linked = folder if part == "inner" else folder.parent
    linked.rename(tmp_path / "elsewhere")
    targets = {"to a folder": "elsewhere", "nowhere": "none", "to itself": str(linked)}
    linked.symlink_to(tmp_path / targets[leads])

    with pytest.raises(OSError, match="it is a symbolic link"):
        PrivateFolder(folder, own=2, tighten=True)


@pytest.mark.parametrize("part", ["inner", "outer"])
def test_nothing_is_made_through_a_link(tmp_path: Path, part: str) -> None:
    """Where it leads is for the superuser to write to, though a stranger made the link."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    outer = tmp_path / "outer"
    if part == "inner":
        outer.mkdir()
    (outer / "inner" if part == "inner" else outer).symlink_to(elsewhere)

    with pytest.raises(OSError, match="it is a symbolic link"):
        PrivateFolder(outer / "inner", own=2, tighten=True, make=True)
    assert list(elsewhere.iterdir()) == []


@pytest.mark.usefixtures("no_umask")
def test_a_folder_that_is_made_is_opened(tmp_path: Path) -> None:
    folder = tmp_path / "above" / "outer" / "inner"

    for _ in range(2):
        with PrivateFolder(folder, own=2, make=True) as opened:
            assert opened.names() == []
    assert modes(folder, *folder.parents[:2]) == [0o700] * 3


def test_a_link_above_our_own_folders_is_followed(folder: Path, tmp_path: Path) -> None:
    """Somebody may keep all of `.local` on another disk."""
    (tmp_path / "link").symlink_to(folder.parent)

    PrivateFolder(tmp_path / "link" / "inner").close()


def test_a_link_of_another_user_above_our_own_folders_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder that users share, it would let us make folders wherever it leads."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "link").symlink_to(elsewhere)
    status_of = os.stat

    def of_another(
        path: str, *, dir_fd: int | None = None, follow_symlinks: bool = True
    ) -> os.stat_result:
        status = status_of(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)
        uid = 1000 if path == "link" else status.st_uid
        return os.stat_result((*status[:4], uid, *status[5:]))

    monkeypatch.setattr(os, "stat", of_another)
    for make in (False, True):
        with pytest.raises(OSError, match="it is behind a symbolic link of another user"):
            PrivateFolder(tmp_path / "link" / "state" / "inner", make=make)
    assert list(elsewhere.iterdir()) == []


def test_a_file_in_place_of_a_folder_is_refused(folder: Path) -> None:
    folder.rmdir()
    folder.touch()

    with pytest.raises(NotADirectoryError):
        PrivateFolder(folder, own=2)


def test_a_folder_of_another_user_is_neither_used_nor_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.chmod(0o777)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    for tighten in (False, True):
        with pytest.raises(OSError, match="it belongs to another user"):
            PrivateFolder(folder, tighten=tighten)
    assert modes(folder) == [0o777]
