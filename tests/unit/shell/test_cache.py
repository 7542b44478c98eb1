"""The cache of checked protocols."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from backtriage.program.program import build_program, to_json
from backtriage.shell import cache, paths, private
from backtriage.shell.cache import load_program, load_protocol
from backtriage.shell.files import ReadError
from backtriage.shell.rules_folder import read_rules
from backtriage.terms.problem import Unsound
from tests.support.process import EXAMPLE, modules_loaded_by

TINY = Path(__file__).parents[2] / "data" / "protocols" / "sore_throat"
ENTRY = "  - id: home\n    where: Stay at home.\n"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A rules folder of two files that may be edited."""
    folder = tmp_path / "rules"
    shutil.copytree(TINY, folder)
    head = folder / "protocol.yaml"
    text = head.read_text()
    assert ENTRY in text
    head.write_text(text.replace(ENTRY, "").replace("files: none", "files:\n    - more.yaml"))
    (folder / "more.yaml").write_text(f"services:\n{ENTRY}")
    return folder


def cache_folder() -> Path:
    """The folder of the cache, which every user with a home has."""
    folder = paths.cache_folder()
    assert folder
    return folder


def cached() -> list[Path]:
    """Everything in the cache folder."""
    return sorted(cache_folder().iterdir()) if cache_folder().exists() else []


def edit(file: Path, before: str, after: str) -> None:
    """Replace one text in a file."""
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def test_a_second_load_reads_the_cache(rules: Path) -> None:
    first = load_program(rules)
    (file,) = cached()
    marked = build_program(replace(first.protocol, title="From the cache"))
    text = to_json(marked.protocol)
    whole = f"{marked.digest}\n{text}".encode()
    file.write_bytes(cache._checksum(file, whole) + b"\n" + whole)
    before = file.stat().st_mtime_ns

    assert load_program(rules) == marked
    assert file.stat().st_mtime_ns == before
    assert cached() == [file]


def test_the_cached_program_is_the_same(rules: Path) -> None:
    first = load_program(rules)

    assert load_program(rules) == first
    assert load_program(rules, save=False) == first
    assert load_protocol(rules) == first.protocol == load_protocol(str(rules))


@pytest.mark.parametrize("file", ["protocol.yaml", "more.yaml"])
def test_any_change_to_any_file_rebuilds_it(rules: Path, file: str) -> None:
    first = load_program(rules)
    (old,) = cached()
    when = (rules / file).stat()
    with (rules / file).open("a") as more:
        more.write("# A comment.\n")
    os.utime(rules / file, ns=(when.st_atime_ns, when.st_mtime_ns))

    assert load_program(rules) == first
    assert len(cached()) == 2
    assert old in cached()


def test_edited_words_show_at_once(rules: Path) -> None:
    load_program(rules)
    edit(rules / "more.yaml", "Stay at home.", "Stay in bed.")

    assert load_program(rules).services["home"].where == "Stay in bed."


def test_rules_that_became_invalid_are_not_loaded_from_the_cache(rules: Path) -> None:
    sound = load_program(rules)
    edit(rules / "more.yaml", "where: Stay", "wher: Stay")

    with pytest.raises(Unsound) as found:
        load_program(rules)
    edit(rules / "more.yaml", "wher: Stay", "where: Stay")

    assert [problem.code for problem in found.value.problems] == ["P108", "P112"]
    assert load_program(rules) == sound


@pytest.mark.parametrize("gone", ["more.yaml", "protocol.yaml"])
def test_a_deleted_file_is_noticed(rules: Path, gone: str) -> None:
    load_program(rules)
    (rules / gone).unlink()

    with pytest.raises(Unsound):
        load_program(rules)


def test_a_new_file_is_noticed(rules: Path) -> None:
    load_program(rules)
    (rules / "another.yaml").write_text(f"services:\n{ENTRY}")

    with pytest.raises(Unsound):
        load_program(rules)


def test_hidden_and_backup_files_are_ignored(rules: Path) -> None:
    sound = load_program(rules)
    (rules / "._protocol.yaml").write_bytes(b"\x00\x05\x16\x07")
    (rules / "protocol.yaml~").write_text("protocol:\n")
    (rules / ".#protocol.yaml").symlink_to("nobody@nowhere.1")

    assert load_program(rules) == sound
    assert len(cached()) == 1


def test_a_folder_instead_of_a_rules_file(rules: Path) -> None:
    (rules / "folder.yaml").mkdir()

    with pytest.raises(ReadError, match=r"cannot read .*folder\.yaml: is a directory"):
        load_program(rules)


def flipped(data: bytes) -> bytes:
    """Flip one bit in the middle."""
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut in half": lambda data: data[: len(data) // 2],
    "one byte short": lambda data: data[:-1],
    "one byte more": lambda data: data + b"\n",
    "a flipped bit": flipped,
    "another digest": lambda data: data.replace(b"sha256:", b"sha256:0", 1),
    "another checksum": lambda data: b"0" * 64 + data[64:],
    "without its head": lambda data: data.split(b"\n", 2)[2],
    "foreign JSON": lambda _: b'{"is":"Protocol","id":"x"}',
    "foreign lines": lambda _: b"one\ntwo\nthree",
    "no text": lambda _: b"\xff\xfe\x00",
    "a NUL": lambda data: b"\x00" + data,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_rebuilt(rules: Path, damage: Callable[[bytes], bytes]) -> None:
    sound = load_program(rules)
    (file,) = cached()
    whole = file.read_bytes()
    file.write_bytes(damage(whole))

    assert load_program(rules) == sound
    assert file.read_bytes() == whole


def test_a_file_with_a_valid_checksum_but_no_protocol_is_rebuilt(rules: Path) -> None:
    sound = load_program(rules)
    (file,) = cached()
    for text in ('{"is":"Protocol"}', "[]", "[" * 100_000, "", '{"questions":[{"id":1}]}'):
        whole = f"sha256:x\n{text}".encode()
        file.write_bytes(cache._checksum(file, whole) + b"\n" + whole)

        assert load_program(rules) == sound


def test_the_cache_file_of_another_protocol_is_not_loaded(rules: Path) -> None:
    edit(rules / "more.yaml", "Stay at home.", "Stay in bed.")
    load_program(rules)
    (other,) = cached()
    edit(rules / "more.yaml", "Stay in bed.", "Stay at home.")
    load_program(rules)
    (mine,) = set(cached()) - {other}
    shutil.copy(other, mine)

    assert load_program(rules).services["home"].where == "Stay at home."


def file_in_the_way(folder: Path) -> None:
    """Put a file where the folder should be."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("mine")


def folder_in_the_way(folder: Path) -> None:
    """Put a folder where the cache file should be."""
    load_program(TINY)
    (file,) = folder.iterdir()
    file.unlink()
    (file / "full").mkdir(parents=True)


def link_to_nowhere(folder: Path) -> None:
    """Put a dangling link where the folder should be."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.symlink_to(folder.with_name("no") / "where")


def full_disk(folder: Path) -> None:
    """Put a device that is always full where the folder should be."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.symlink_to("/dev/full")


OBSTACLES = {
    "a file for the folder": (file_in_the_way, ""),
    "a file above the folder": (file_in_the_way, ".."),
    "a folder for the file": (folder_in_the_way, ""),
    "a link to nowhere": (link_to_nowhere, ""),
    "a device": (full_disk, ""),
}


@pytest.mark.parametrize(("block", "above"), OBSTACLES.values(), ids=OBSTACLES)
def test_a_cache_that_cannot_be_written_is_ignored(
    block: Callable[[Path], None], above: str
) -> None:
    folder = cache_folder().parent if above else cache_folder()
    block(folder)
    before = folder.is_file() and folder.read_text() if not folder.is_symlink() else None

    assert load_program(TINY) == load_program(TINY, save=False)
    assert load_program(TINY) == load_program(TINY, save=False)

    after = folder.is_file() and folder.read_text() if not folder.is_symlink() else None
    assert after == before


def test_old_entries_are_evicted(rules: Path) -> None:
    private.PrivateFolder(cache_folder(), make=True).close()
    (cache_folder() / "mine.txt").write_text("mine")
    newest = []
    for at in range(12):
        with (rules / "more.yaml").open("a") as more:
            more.write(f"# {at}\n")
        before = set(cached())
        load_program(rules)
        (new,) = set(cached()) - before
        os.utime(new, (at, at))
        newest.append(new)

    assert cached() == sorted([*newest[-8:], cache_folder() / "mine.txt"])


def test_only_its_owner_can_read_it(rules: Path) -> None:
    mask = os.umask(0)
    try:
        load_program(rules)
    finally:
        os.umask(mask)

    (file,) = cached()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache_folder().stat().st_mode) == 0o700


def test_without_saving_the_cache_is_not_touched(rules: Path, isolated_home: Path) -> None:
    load_program(rules, save=False)
    load_protocol(rules)

    assert list(isolated_home.iterdir()) == []


def test_another_version_has_its_own_entry(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_program(rules)
    monkeypatch.setattr(cache, "__version__", "999")
    load_program(rules)
    monkeypatch.setattr(cache, "FORMAT", -1)
    load_program(rules)

    assert len(cached()) == 3


def test_the_digest_depends_on_the_file_boundaries() -> None:
    one = {"a.yaml": "x", "b.yaml": "y"}
    others = ({"a.yaml": "x\nb.yaml 1\ny"}, {"a.yaml": "y", "b.yaml": "x"}, {"b.yaml": "xy"})

    assert len({cache._digest(texts) for texts in (one, *others)}) == 4
    assert cache._digest(dict(reversed(one.items()))) == cache._digest(one)


FORGED = "From somebody else"


def forge(rules: Path) -> Path:
    """Replace the cached protocol by another with a valid checksum; return the file."""
    load_program(rules)
    (file,) = cached()
    forged = build_program(replace(load_program(rules).protocol, title=FORGED))
    text = to_json(forged.protocol)
    whole = f"{forged.digest}\n{text}".encode()
    file.write_bytes(cache._checksum(file, whole) + b"\n" + whole)
    assert load_program(rules).protocol.title == FORGED
    return file


def loosen(mode: int) -> Callable[[Path], None]:
    """Let others write to something."""
    return lambda path: path.chmod(mode)


def linked(path: Path) -> None:
    """Put a link to something in its place."""
    elsewhere = path.parents[1] / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def a_second_name(path: Path) -> None:
    """Give a file another name."""
    (path.parents[1] / "second").hardlink_to(path)


def a_pipe(path: Path) -> None:
    """Put a pipe in place of a file."""
    path.unlink()
    os.mkfifo(path)


UNTRUSTED_FILES: dict[str, Callable[[Path], None]] = {
    "writable by the group": loosen(0o620),
    "writable by others": loosen(0o602),
    "readable by others": loosen(0o644),
    "with the right to run it": loosen(0o700),
    "a link": linked,
    "with a second name": a_second_name,
    "a pipe": a_pipe,
}


@pytest.mark.parametrize("spoil", UNTRUSTED_FILES.values(), ids=UNTRUSTED_FILES)
def test_a_file_that_others_may_have_written_is_rebuilt(
    rules: Path, spoil: Callable[[Path], None]
) -> None:
    file = forge(rules)
    spoil(file)
    other = file.parents[1] / "elsewhere"
    before = other.read_text() if other.exists() else ""

    assert load_program(rules).protocol.title != FORGED
    assert load_program(rules).protocol.title != FORGED
    assert stat.S_IMODE(file.lstat().st_mode) == 0o600
    assert file.stat().st_nlink == 1
    assert not file.is_symlink()
    assert (other.read_text() if other.exists() else "") == before


UNTRUSTED_FOLDERS: dict[str, Callable[[Path], None]] = {
    "writable by the group": loosen(0o770),
    "writable by others": loosen(0o707),
    "readable by others": loosen(0o755),
    "writable by all, sticky": loosen(0o1777),
    "a link": linked,
}


@pytest.mark.parametrize("spoil", UNTRUSTED_FOLDERS.values(), ids=UNTRUSTED_FOLDERS)
def test_a_folder_that_others_may_have_written_to_is_left_alone(
    rules: Path, spoil: Callable[[Path], None]
) -> None:
    """Not even tightened: what was written to it before would look trustworthy afterwards."""
    file = forge(rules)
    spoil(file.parent)
    before = file.read_text()
    mode = file.parent.stat().st_mode

    assert load_program(rules).protocol.title != FORGED
    assert [(path, path.read_text()) for path in cached()] == [(file, before)]
    assert file.parent.stat().st_mode == mode


@pytest.mark.parametrize("is_of_another", [stat.S_ISREG, stat.S_ISDIR], ids=["file", "folder"])
def test_what_belongs_to_another_user_is_not_used(
    rules: Path, is_of_another: Callable[[int], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the superuser runs with the home of somebody else."""
    file = forge(rules)
    fstat = os.fstat

    def of_another(descriptor: int) -> os.stat_result:
        status = fstat(descriptor)
        if not is_of_another(status.st_mode):
            return status
        return os.stat_result((*status[:4], os.geteuid() + 1, *status[5:]))

    text = read_rules(rules)
    monkeypatch.setattr(cache, "read_rules", lambda _: text)
    monkeypatch.setattr(os, "fstat", of_another)

    assert load_program(rules).protocol.title != FORGED
    if is_of_another(stat.S_IFDIR):
        assert FORGED in file.read_text()


def test_a_folder_that_is_moved_away_meanwhile_is_still_the_one_that_was_checked(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever can write to the folder above may put another one in its place at any moment."""
    genuine = load_program(rules)
    (file,) = cached()
    shutil.copytree(file.parent, tmp_path / "forged")
    forge(rules)
    (tmp_path / "forged").rename(tmp_path / "genuine")
    file.parent.rename(tmp_path / "forged")
    (tmp_path / "genuine").rename(file.parent)
    check = private.check_private

    def swap(status: os.stat_result) -> None:
        check(status)
        if stat.S_ISDIR(status.st_mode):
            file.parent.rename(tmp_path / "genuine")
            (tmp_path / "forged").rename(file.parent)

    monkeypatch.setattr(private, "check_private", swap)

    assert load_program(rules) == genuine


def test_trust_costs_two_looks_at_the_file_system(
    rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_program(rules)
    (file,) = cached()
    looks: list[str] = []

    def counted(name: str) -> None:
        look = getattr(os, name)

        def count(*args: object, **options: object) -> object:
            looks.append(name)
            return look(*args, **options)

        monkeypatch.setattr(os, name, count)

    for name in ("stat", "lstat", "fstat", "access", "listdir", "scandir", "readlink"):
        counted(name)

    assert cache._from_cache(file) is not None
    assert looks == ["fstat", "fstat"]


def test_a_cached_program_loads_nothing_that_checks_or_writes(isolated_home: Path) -> None:
    del isolated_home
    modules_loaded_by("assess", EXAMPLE)
    loaded = modules_loaded_by("assess", EXAMPLE)

    assert "backtriage.shell.private" in loaded
    assert {"yaml", "backtriage.check", "backtriage.protocol.loader"}.isdisjoint(loaded)
    assert {"backtriage.shell.locking", "backtriage.shell.drafts", "tempfile"}.isdisjoint(loaded)


def test_what_a_killed_run_left_is_removed_by_the_next_that_writes(rules: Path) -> None:
    load_program(rules)
    (file,) = cached()
    left = file.with_name(f".{file.name}.0a1b2c3d.backtriage")
    stranger = file.with_name(".mine.json.0a1b2c3d.backtriage")
    for path in (left, stranger):
        path.write_text("half")
    file.unlink()

    load_program(rules)

    assert cached() == [stranger, file]
