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
from backtriage.shell import cache, paths
from backtriage.shell.cache import load_program, load_protocol
from backtriage.shell.files import ReadError
from backtriage.terms.problem import Unsound

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
    file.write_text(f"{cache._checksum(file, marked.digest, text)}\n{marked.digest}\n{text}")
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
        file.write_text(f"{cache._checksum(file, 'sha256:x', text)}\nsha256:x\n{text}")

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
    folder.symlink_to("/nonexistent/elsewhere")


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
    cache_folder().mkdir(parents=True)
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
