"""A journal on disk: nothing confirmed is lost, nobody else can read it, and it leaves no byte."""

from __future__ import annotations

import os
import stat
from multiprocessing import get_context
from pathlib import Path

import pytest

from backtriage.shell.files import ReadError, WriteError
from backtriage.shell.journal import store
from backtriage.shell.journal.store import JournalFile, journal_file


@pytest.fixture
def journal(isolated_home: Path) -> JournalFile:
    """The journal of a home that is empty."""
    file = journal_file(None, "ankle")
    assert file.path == isolated_home / ".local/share/backtriage/journal/ankle.jsonl"
    return file


@pytest.fixture
def named(tmp_path: Path) -> JournalFile:
    """A journal that the person has named, in a folder that others can read."""
    folder = tmp_path / "mine"
    folder.mkdir(mode=0o755)
    return journal_file(folder / "back.jsonl", "ankle")


def never(_: bytes) -> bool:
    """Take no unfinished line for whole."""
    return False


def always(_: bytes) -> bool:
    """Take every unfinished line for whole."""
    return True


def mode(path: Path) -> int:
    """Return the rights of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def test_a_journal_that_is_not_there_is_empty_and_is_not_made(
    journal: JournalFile, isolated_home: Path
) -> None:
    assert (journal.read(), journal.exists()) == (b"", False)
    assert list(isolated_home.iterdir()) == []


def test_lines_are_added_for_this_user_alone(journal: JournalFile) -> None:
    assert not journal.add(b"one", never)
    assert not journal.add(b"two", never)

    assert journal.read() == b"one\ntwo\n"
    folder = journal.path.parent
    assert [mode(path) for path in (journal.path, folder, folder.parent)] == [0o600, 0o700, 0o700]


def test_a_named_journal_leaves_its_folder_as_it_is(named: JournalFile) -> None:
    named.add(b"one", never)

    assert named.read() == b"one\n"
    assert (mode(named.path), mode(named.path.parent)) == (0o600, 0o755)
    named.rewrite(lambda _: b"")
    assert list(named.path.parent.iterdir()) == []


def test_an_unfinished_line_is_kept_aside(journal: JournalFile) -> None:
    journal.add(b"one", never)
    with journal.path.open("ab") as file:
        file.write(b"t" * 10_000)

    assert journal.add(b"two", never)
    assert journal.read() == b"one\ntwo\n"
    assert journal.aside.read_bytes() == b"t" * 10_000 + b"\n"
    assert mode(journal.aside) == 0o600


def test_a_pipe_beside_it_is_not_waited_for(named: JournalFile) -> None:
    named.add(b"one", never)
    named.path.write_bytes(b"one\ntorn")
    os.mkfifo(named.aside, 0o600)

    with pytest.raises(WriteError, match=r"cannot write the journal"):
        named.add(b"two", never)
    assert named.read() == b"one\ntorn"


def test_a_whole_line_without_an_end_stays(named: JournalFile) -> None:
    named.add(b"one", never)
    named.path.write_bytes(b"one\ntwo")

    assert not named.add(b"three", always)
    assert named.read() == b"one\ntwo\nthree\n"
    assert not named.aside.exists()


def test_what_is_kept_is_written_anew_and_the_rest_is_gone(journal: JournalFile) -> None:
    journal.add(b"one", never)
    journal.add(b"two", never)
    journal.aside.write_bytes(b"torn")

    journal.rewrite(lambda lines: lines.removeprefix(b"one\n"))
    assert journal.read() == b"two\n"
    assert mode(journal.path) == 0o600
    assert list(journal.path.parent.iterdir()) == [journal.path]


def test_forgetting_everything_leaves_no_file_and_no_folder(
    journal: JournalFile, isolated_home: Path
) -> None:
    journal.add(b"one", never)
    journal.rewrite(lambda _: b"")
    assert list((isolated_home / ".local/share").iterdir()) == []


def test_a_disk_that_takes_only_a_part_leaves_the_journal_as_it_was(
    journal: JournalFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.add(b"one", never)
    write = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda fd, data, at: write(fd, data[:2], at))

    with pytest.raises(WriteError, match="the disk took only a part of it"):
        journal.add(b"two", never)
    assert journal.read() == b"one\n"


def test_a_failed_sync_confirms_nothing(
    journal: JournalFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.add(b"one", never)

    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(WriteError, match="input/output error"):
        journal.add(b"two", never)
    assert journal.read() == b"one\n"


def test_links_are_refused(named: JournalFile) -> None:
    other = named.path.with_name("other")
    other.write_text("theirs")
    named.path.symlink_to("other")

    with pytest.raises(ReadError, match="it is a symbolic link"):
        named.read()
    with pytest.raises(WriteError, match="it is a symbolic link"):
        named.add(b"one", never)
    with pytest.raises(WriteError, match="it is a symbolic link"):
        named.rewrite(lambda _: b"")
    assert other.read_text() == "theirs"


def test_nothing_is_forgotten_that_another_name_would_keep(named: JournalFile) -> None:
    named.add(b"one", never)
    named.path.with_name("other").hardlink_to(named.path)

    with pytest.raises(WriteError, match="it has another name too"):
        named.rewrite(lambda _: b"")
    assert named.read() == b"one\n"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("/", "cannot be a file"),
        ("n" * 252, "cannot be a file"),
        ("\u00e9" * 101, "a shorter name"),
        ("~nobody_of_that_name/j", "there is no home for"),
    ],
)  # fmt: skip
def test_a_name_that_no_journal_can_have_is_refused(name: str, why: str) -> None:
    with pytest.raises(ReadError, match=why):
        journal_file(Path(name), "ankle")


def test_a_journal_that_others_can_read_or_write_is_refused(named: JournalFile) -> None:
    named.add(b"one", never)
    for rights, why in ((0o644, r"its mode is 0644.*chmod 600"), (0o620, "other users can write")):
        named.path.chmod(rights)
        with pytest.raises(ReadError, match=why):
            named.read()
        with pytest.raises(WriteError):
            named.add(b"two", never)


def test_a_journal_of_another_user_is_refused(
    named: JournalFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    named.add(b"one", never)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(ReadError, match="it belongs to another user"):
        named.read()


def test_a_folder_and_a_pipe_are_refused(named: JournalFile) -> None:
    os.mkfifo(named.path, 0o600)
    with pytest.raises(WriteError, match="not a regular file"):
        named.add(b"one", never)
    named.path.unlink()
    named.path.mkdir()
    with pytest.raises(ReadError, match="is a directory"):
        named.read()


def test_a_journal_that_is_too_large_is_refused(
    named: JournalFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    named.add(b"one", never)
    monkeypatch.setattr(store, "MAX_BYTES", 3)
    with pytest.raises(ReadError, match="file too large"):
        named.read()
    with pytest.raises(WriteError, match="file too large"):
        named.add(b"two", never)


def test_without_a_home_there_is_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "relative")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    with pytest.raises(WriteError, match="no home"):
        journal_file(None, "ankle")


def _add_many(path: Path, letter: bytes) -> None:
    file = JournalFile(path=path, own=0)
    for _ in range(10):
        file.add(letter * 3000, never)


def test_two_writers_at_once_lose_nothing(named: JournalFile) -> None:
    context = get_context("fork")
    letters = [b"a", b"b", b"c"]
    writers = [context.Process(target=_add_many, args=(named.path, each)) for each in letters]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    lines = named.read().split(b"\n")[:-1]
    assert sorted(set(lines)) == [letter * 3000 for letter in letters]
    assert len(lines) == 30


def test_a_writer_waits_for_a_journal_that_is_being_replaced(named: JournalFile) -> None:
    named.add(b"one", never)
    context = get_context("fork")
    writer = context.Process(target=_add_many, args=(named.path, b"a"))

    def keep(lines: bytes) -> bytes:
        writer.start()
        return lines

    named.rewrite(keep)
    writer.join()
    assert named.read() == b"one\n" + (b"a" * 3000 + b"\n") * 10


def test_a_writer_does_not_wait_for_ever(
    named: JournalFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backtriage.shell import locking

    named.add(b"one", never)
    monkeypatch.setattr(locking, "_TURN_SECONDS", 0.05)

    def add(lines: bytes) -> bytes:
        with pytest.raises(WriteError, match="in use in another window"):
            named.add(b"two", never)
        return lines

    named.rewrite(add)
    assert named.read() == b"one\n"
