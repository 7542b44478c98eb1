"""The files that a run writes: a cache of checked rules, and nothing else unless asked."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from backtriage.shell import cache
from tests.support.process import (
    COMMAND,
    PATIENCE,
    Completed,
    backtriage,
    everything_in,
    invoke,
)
from tests.support.protocols import TINY

pytestmark = pytest.mark.first_only

SECRET = "a-reference-that-appears-nowhere-else"  # noqa: S105 - a marker to look for
SHEET = f'{{"years": 44, "airway": ["breathing?"], "feverish": true, "ref": "{SECRET}"}}'.encode()
ASSESS = ("assess", "-", "--rules", str(TINY))


def assess(*options: str, **how: Any) -> Completed:  # noqa: ANN401 - as backtriage() takes them
    """Assess the sheet by the tiny protocol, of which a first run is short."""
    return backtriage(*ASSESS, *options, given=SHEET, **how)


def cache_files(home: Path) -> list[Path]:
    return sorted((home / ".cache" / "backtriage").iterdir())


def test_a_run_writes_only_a_private_cache_without_answers(isolated_home: Path) -> None:
    with_answers = assess("--format", "json")
    (file,) = cache_files(isolated_home)
    whole = file.read_bytes()
    left = everything_in(isolated_home)
    file.unlink()

    without = backtriage("assess", "-", "--rules", TINY, "--format", "json", given=b"{}")

    assert SECRET.encode() in with_answers.out
    assert without.code == 3
    assert left == everything_in(isolated_home)
    assert SECRET.encode() not in whole
    assert set(left) == {
        ".cache", ".cache/backtriage", file.relative_to(isolated_home).as_posix()
    }  # fmt: skip
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


ARGUMENTS = {
    "json": ("assess", "-", "--no-save", "--format", "json"),
    "text": ("assess", "-", "--no-save"),
    "markdown": ("assess", "-", "--no-save", "--format", "markdown", "--for", "clinician"),
    "why": ("assess", "-", "--no-save", "--why"),
    "a trial": ("assess", "-", "--no-save", "--set", "years=30"),
    "no terminal": ("ask", "--no-save"),
    "check": ("rules", "check"),
    "test": ("rules", "test"),
    "show": ("rules", "show"),
    "schema": ("rules", "schema"),
    "template": ("rules", "template"),
}


@pytest.mark.parametrize("arguments", ARGUMENTS.values(), ids=ARGUMENTS)
@pytest.mark.parametrize("is_used", [False, True], ids=["new", "used"])
def test_nothing_is_written(
    isolated_home: Path,
    program_cache: Path,
    tmp_path: Path,
    arguments: tuple[str, ...],
    is_used: bool,  # noqa: FBT001
) -> None:
    """Not at home, in the working directory, beside the rules or among temporary files."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    if is_used:
        shutil.copytree(program_cache, isolated_home / ".cache" / "backtriage")
    before = everything_in(tmp_path)
    rules = everything_in(TINY)
    times = {path: path.stat().st_mtime_ns for path in isolated_home.rglob("*")}

    ran = backtriage(*arguments, "--rules", TINY, given=SHEET, cwd=tmp_path,
                     env={"TMPDIR": str(temporary)})  # fmt: skip

    assert ran.code in {0, 2, 3}
    assert everything_in(tmp_path) == before
    assert everything_in(TINY) == rules
    assert {path: path.stat().st_mtime_ns for path in isolated_home.rglob("*")} == times


def test_a_bad_sheet_is_not_stored(isolated_home: Path) -> None:
    backtriage("assess", "-", "--rules", TINY, given=SHEET.replace(b"44", b"444"))

    for content in everything_in(isolated_home).values():
        assert SECRET.encode() not in (content or b"")


def test_the_cache_respects_xdg_cache_home(tmp_path: Path, isolated_home: Path) -> None:
    """A relative path is ignored."""
    assess(env={"XDG_CACHE_HOME": str(tmp_path / "caches")})
    assess(env={"XDG_CACHE_HOME": "caches"}, cwd=tmp_path)

    assert len(list((tmp_path / "caches" / "backtriage").iterdir())) == 1
    assert len(cache_files(isolated_home)) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["caches", "home"]


def test_an_unwritable_home_is_ignored(isolated_home: Path) -> None:
    expected = assess("--no-save")
    isolated_home.chmod(0o500)

    ran = assess(powerless=True)

    isolated_home.chmod(0o700)
    assert ran == expected
    assert ran.code == 0
    assert everything_in(isolated_home) == {}


def test_an_unreadable_cache_is_ignored(isolated_home: Path) -> None:
    expected = assess()
    (file,) = cache_files(isolated_home)
    file.chmod(0)
    file.parent.chmod(0o500)

    ran = assess(powerless=True)

    file.parent.chmod(0o700)
    assert ran == expected
    assert ran.code == 0


def test_a_missing_home_is_ignored_and_not_made(tmp_path: Path) -> None:
    """Also for the superuser, who could make it."""
    expected = assess("--no-save")

    for home in ("/dev/null", "/proc", str(tmp_path / "of" / "nobody")):
        ran = assess(env={"HOME": home})
        assert ran == expected
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home"]


@pytest.mark.parametrize("home", [".", "home"])
def test_a_relative_home_is_ignored(tmp_path: Path, home: str) -> None:
    """Nothing is written into the current folder, which is another one next time."""
    (tmp_path / "here" / "home").mkdir(parents=True)
    expected = assess("--no-save")

    ran = assess(env={"HOME": home}, cwd=tmp_path / "here")
    forgotten = backtriage("forget", "--yes", env={"HOME": home}, cwd=tmp_path / "here")

    assert ran == expected
    assert forgotten.out == b"Nothing is saved: this user has no home.\n"
    assert forgotten.code == 0
    assert set(everything_in(tmp_path / "here")) == {"home"}


def test_no_folder_is_open_to_others(isolated_home: Path) -> None:
    """Whatever the umask allows."""
    assess(streams='umask 0; exec "$@"')

    made = list(isolated_home.rglob("*"))
    assert len(made) == 3
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in made} == {0}


NOBODY = """
import os, sys
os.environ.pop("HOME")
import pwd
pwd.getpwuid = lambda number: {}[number]  # as the system answers for a number that no user has
sys.argv[0] = "backtriage"
from backtriage.__main__ import main
main()
"""


def test_an_unknown_user_without_a_home(tmp_path: Path) -> None:
    """As in a container."""
    expected = assess("--no-save")
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}

    ran = subprocess.run([COMMAND[0], "-c", NOBODY, *ASSESS], env=environment, input=SHEET,
                         capture_output=True, check=False, timeout=PATIENCE)  # fmt: skip

    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout == expected.out


def run_at_once(tmp_path: Path, sheet: bytes, rules: list[Path]) -> list[tuple[int, bytes, bytes]]:
    """Assess a sheet under each of these rules, in processes that do not wait for each other."""
    file = tmp_path / "sheet.json"
    file.write_bytes(sheet)
    begun = [
        subprocess.Popen([*COMMAND, "assess", file, "--rules", folder, "--format", "json"],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for folder in rules
    ]  # fmt: skip
    ended = [process.communicate(timeout=PATIENCE) for process in begun]
    return [
        (process.returncode, out, err) for process, (out, err) in zip(begun, ended, strict=True)
    ]


def test_concurrent_first_runs_write_one_whole_cache_file(
    isolated_home: Path, tmp_path: Path
) -> None:
    results = run_at_once(tmp_path, SHEET, [TINY] * 6)

    assert len({*results}) == 1
    code, out, err = results[0]
    assert (code, err) == (0, b"")
    (file,) = cache_files(isolated_home)
    assert file.suffix == ".json"
    written = file.read_bytes()
    assert assess("--format", "json").out == out
    assert file.read_bytes() == written


def test_concurrent_runs_of_different_rules(isolated_home: Path, tmp_path: Path) -> None:
    """Also while old cache files are removed."""
    folders = [tmp_path / str(number) for number in range(12)]
    for number, folder in enumerate(folders):
        folder.mkdir()
        text = (TINY / "protocol.yaml").read_text()
        (folder / "protocol.yaml").write_text(text.replace("0.1.0", f"0.1.{number}"))

    results = run_at_once(tmp_path, b"{}", folders)

    versions = [json.loads(out)["protocol"]["version"] for _, out, _ in results]
    assert versions == [f"0.1.{number}" for number in range(12)]
    assert {(code, err) for code, _, err in results} == {(3, b"")}
    assert all(file.suffix == ".json" for file in cache_files(isolated_home))
    assert backtriage("assess", "-", "--rules", TINY, given=b"{}").code == 3
    assert len(cache_files(isolated_home)) == 8


DRAFT = "back_pain-0123456789ab.json"


def drafts_of(home: Path) -> Path:
    """Make the folder of drafts."""
    folder = home / ".local" / "state" / "backtriage" / "drafts"
    folder.mkdir(parents=True)
    return folder


def test_forget_removes_only_our_files(isolated_home: Path) -> None:
    assess()
    (cached,) = cache_files(isolated_home)
    drafts = drafts_of(isolated_home)
    (drafts / DRAFT).write_text("{}")
    (drafts / f".{DRAFT}.0a1b2c3d.backtriage").write_text("{")
    theirs = ("notes.json", f"{DRAFT}~", f".{DRAFT}.swp", f"x-{DRAFT}.json", "mine.txt")
    for name in theirs:
        (drafts / name).write_text("mine")

    ran = backtriage("forget", "--yes")

    assert ran.code == 74
    why = "it is not a file of this program"
    assert ran.out.decode().splitlines() == [
        f"{drafts}: 2 files removed.",
        f"Removed: {drafts}/.{DRAFT}.0a1b2c3d.backtriage",
        f"Removed: {drafts}/{DRAFT}",
        *(f"Not removed: {drafts}/{name}: {why}" for name in sorted(theirs)),
        f"{cached.parent}: 1 file removed.",
        f"Removed: {cached}",
    ]
    assert {path.name: path.read_text() for path in drafts.iterdir()} == dict.fromkeys(
        theirs, "mine"
    )


def test_forget_leaves_nothing_of_ours(isolated_home: Path) -> None:
    assess()
    (drafts_of(isolated_home) / DRAFT).write_text("{}")

    assert backtriage("forget", "--yes").code == 0
    assert set(everything_in(isolated_home)) == {".cache", ".local", ".local/state"}

    again = backtriage("forget", "--yes")
    assert again.code == 0
    assert [line.split(": ")[1] for line in again.out.decode().splitlines()] == [
        "nothing to remove.", "nothing to remove."
    ]  # fmt: skip


@pytest.mark.parametrize("linked", ["drafts", "backtriage"])
def test_forget_follows_no_link(isolated_home: Path, tmp_path: Path, linked: str) -> None:
    """Not to another drafts folder; it goes on with the cache."""
    elsewhere = tmp_path / "elsewhere"
    drafts = drafts_of(isolated_home)
    (drafts / DRAFT).write_text("{}")
    folder = drafts if linked == "drafts" else drafts.parent
    folder.rename(elsewhere)
    folder.symlink_to(elsewhere)
    assess()
    before = everything_in(elsewhere)

    ran = backtriage("forget", "--yes")

    assert ran.code == 74
    assert f"Not removed: {drafts}: it is a symbolic link" in ran.out.decode()
    assert everything_in(elsewhere) == before
    assert not (isolated_home / ".cache" / "backtriage").exists()


def test_forget_leaves_links_pipes_and_folders_with_our_names(
    isolated_home: Path, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    target.write_text("mine")
    drafts = drafts_of(isolated_home)
    link, pipe, folder, ours = (
        drafts / f"back_pain-{number:012x}.json" for number in range(4)
    )  # fmt: skip
    link.symlink_to(target)
    os.mkfifo(pipe)
    folder.mkdir()
    ours.write_text("{}")

    ran = backtriage("forget", "--yes")

    assert ran.code == 74
    assert ran.out.decode().splitlines()[:5] == [
        f"{drafts}: 1 file removed.",
        f"Removed: {ours}",
        f"Not removed: {link}: it is a symbolic link",
        f"Not removed: {pipe}: not a regular file",
        f"Not removed: {folder}: is a directory",
    ]
    assert target.read_text() == "mine"


def test_forget_names_files_that_do_not_print(isolated_home: Path) -> None:
    drafts = drafts_of(isolated_home)
    (drafts / os.fsdecode(b"\x1b[2J\xff.json")).write_text("mine")

    ran = backtriage("forget", "--yes")

    assert ran.code == 74
    assert f"Not removed: {drafts}/<U+001B>[2J<U+DCFF>.json: " in ran.out.decode()


def test_forget_without_a_terminal_needs_yes(isolated_home: Path) -> None:
    assess()
    before = everything_in(isolated_home)

    ran = backtriage("forget", given=b"yes\n")

    assert ran.err == (
        "backtriage: use 'backtriage forget --yes' to remove without being asked.\n"
        "Nothing was removed.\n"
    )
    assert (ran.code, ran.out) == (2, b"")
    assert everything_in(isolated_home) == before


@pytest.mark.parametrize("sheet", [SHEET, b'{"airway": ["breathing"], "years": "?"}'])
@pytest.mark.parametrize("failure", [KeyboardInterrupt(), OSError(), None])
def test_no_result_waits_for_the_cache(
    sheet: bytes, failure: BaseException | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk may hang. Whatever happens then, the result and the exit code stay."""
    expected = invoke("assess", "-", "--rules", TINY, "--no-save", given=sheet)
    printed: list[int] = []

    def write(*_: object) -> None:
        printed.append(sys.stdout.buffer.tell() + sys.stderr.buffer.tell())
        if failure:
            raise failure

    monkeypatch.setattr(cache, "_to_cache", write)

    assert invoke("assess", "-", "--rules", TINY, given=sheet) == expected
    assert printed == [len(expected.out) + len(expected.err.encode())]


_CORE_SIZE = """
import resource, sys
_, most = resource.getrlimit(resource.RLIMIT_CORE)
resource.setrlimit(resource.RLIMIT_CORE, (most, most))
from backtriage.__main__ import main
try:
    main()
finally:
    print(resource.getrlimit(resource.RLIMIT_CORE) == (0, most), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [("assess", "-"), ("ask",), ("rules", "show", "x")])
def test_a_crash_leaves_no_core_file(arguments: tuple[str, ...]) -> None:
    """With a sheet, its answers are in the memory of any command that reads it."""
    command = [sys.executable, "-c", _CORE_SIZE, *arguments, "--rules", str(TINY)]
    ran = subprocess.run(command, input=SHEET, capture_output=True, check=False, timeout=PATIENCE)

    assert ran.stderr.splitlines()[-1] == b"True"
