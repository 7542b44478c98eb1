"""`backtriage batch --resume`: a run that was stopped goes on, and ends as if it had not been."""

from __future__ import annotations

import fcntl
import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import pytest

from backtriage.cli import exits
from backtriage.shell.batch import resuming
from backtriage.shell.batch.inputs import Source
from backtriage.shell.batch.marks import Mark, save_mark
from backtriage.shell.batch.resuming import ResultPart
from backtriage.shell.result_file import ResultFile
from tests.support.process import PATIENCE, invoke
from tests.support.sheets import CANNOT_PEE, FELL, STRAIN

pytestmark = [pytest.mark.usefixtures("warm_cache"), pytest.mark.first_only]

CHUNK = 64
ROWS = 600
SMALL = (
    "import backtriage.batch.decisions as d; d.CHUNK = 64\n"
    "from backtriage.__main__ import main; main()"
)
"""Starts the program with small chunks."""


@pytest.fixture
def day(tmp_path: Path) -> Path:
    """A table of many people, of whom some are refused."""
    path = tmp_path / "day.jsonl"
    source = random.Random(5)  # noqa: S311 - draws no secret
    sheets = (STRAIN, CANNOT_PEE, FELL, {"age": 40}, STRAIN | {"age": 999}, {"bogus": 1})
    lines = (json.dumps({"ref": f"P{at}", **source.choice(sheets)}) for at in range(ROWS))
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def words(day: Path, folder: Path, *more: str) -> tuple[str, ...]:
    folder.mkdir(exist_ok=True)
    out, refused, told = (str(folder / name) for name in ("o.csv", "r.csv", "s.json"))
    return ("batch", str(day), "-o", out, "--rejects", refused, "--summary", told, *more)


def files_of(folder: Path) -> dict[str, bytes]:
    """Return every file, the summary without how long it took."""
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    summary = json.loads(found.pop("s.json"))
    del summary["seconds"], summary["rows_per_second"]
    return {**found, "s.json": json.dumps(summary).encode()}


def test_nothing_is_counted_that_is_not_on_disk(
    day: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a power cut could leave a mark of what the part has lost."""
    counted: list[int] = []
    on_disk: list[int] = []
    sync = os.fsync

    def synced(descriptor: int) -> None:
        sync(descriptor)
        on_disk.append(os.fstat(descriptor).st_size)

    def saved(result: ResultFile, mark: Mark) -> None:
        counted.append(mark.size)
        assert not mark.size or mark.size in on_disk
        save_mark(result, mark)

    monkeypatch.setattr(resuming, "save_mark", saved)
    monkeypatch.setattr(os, "fsync", synced)
    with patch("backtriage.batch.decisions.CHUNK", CHUNK):
        assert invoke(*words(day, tmp_path / "a", "--resume")).code == exits.DATA
    assert max(counted) > 0


@pytest.mark.parametrize("stops", [[1], [3, 2], [0, 4], [2, 1, 1]])
def test_a_stopped_run_ends_as_if_it_had_not_been(
    stops: list[int], day: Path, tmp_path: Path
) -> None:
    save, left = ResultPart.save, [0]

    def save_or_stop(part: ResultPart, *told: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise SystemExit(137)
        save(part, *told)  # type: ignore[arg-type]

    with patch("backtriage.batch.decisions.CHUNK", CHUNK):
        whole = invoke(*words(day, tmp_path / "whole"))
        for after in stops:
            left[0] = after
            with patch.object(ResultPart, "save", save_or_stop), suppress(SystemExit):
                invoke(*words(day, tmp_path / "parts", "--resume"))
            assert not (tmp_path / "parts" / "o.csv").exists()
            assert not (tmp_path / "parts" / "r.csv").exists()
        resumed = invoke(*words(day, tmp_path / "parts", "--resume"))

    assert resumed.code == whole.code == exits.DATA
    assert files_of(tmp_path / "parts") == files_of(tmp_path / "whole")


@pytest.mark.parametrize("change", ["longer", "another file of the same size and time", "program"])
def test_a_part_of_another_job_is_not_gone_on_with(
    change: str, day: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "parts"
    with (
        patch("backtriage.batch.decisions.CHUNK", CHUNK),
        patch.object(ResultPart, "finish", side_effect=SystemExit),
        suppress(SystemExit),
    ):
        invoke(*words(day, folder, "--resume"))
    part = (folder / "o.csv.part").read_bytes()
    lines, status = day.read_text().splitlines(keepends=True), day.stat()
    if change == "program":
        monkeypatch.setattr(resuming, "__version__", "0.0.0")
    elif change == "longer":
        day.write_text("".join((*lines, json.dumps(STRAIN), "\n")))
    else:
        copy = day.with_name("copy")
        copy.write_text("".join(reversed(lines)))
        os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))
        copy.replace(day)

    ended = invoke(*words(day, folder, "--resume"))

    assert ended.code == exits.CANNOT_WRITE
    assert "o.csv.part is of a run with other inputs, rules, columns or program" in ended.err
    assert ended.err.startswith("EMERGENCY, by what could be read: ")
    assert (folder / "o.csv.part").read_bytes() == part
    assert (folder / "o.csv.part").stat().st_mode & 0o077 == 0


def test_a_table_may_have_a_name_that_is_not_utf_8(day: Path, tmp_path: Path) -> None:
    """Its name tells the job from others, and no emergency in it may be lost for that."""
    named = tmp_path / os.fsdecode(b"R\xfc.jsonl")
    named.write_bytes(day.read_bytes())

    plain = invoke(*words(named, tmp_path / "plain"))
    resumed = invoke(*words(named, tmp_path / "resumed", "--resume"))

    assert (resumed.code, resumed.err) == (plain.code, plain.err)
    assert files_of(tmp_path / "resumed") == files_of(tmp_path / "plain")


def test_a_part_in_use_is_left_alone(day: Path, tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    (folder / "o.csv.part").touch(0o600)
    with (folder / "o.csv.part").open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)

        ended = invoke(*words(day, folder, "--resume"))

    assert ended.code == exits.CANNOT_WRITE
    assert "another run is writing" in ended.err
    assert ended.err.startswith("EMERGENCY, by what could be read: ")


def test_a_part_that_is_a_link_is_not_written(day: Path, tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    (tmp_path / "other").write_text("mine")
    (folder / "o.csv.part").symlink_to(tmp_path / "other")

    ended = invoke(*words(day, folder, "--resume"))

    assert ended.code == exits.CANNOT_WRITE
    assert (tmp_path / "other").read_text() == "mine"
    assert ended.err.startswith("EMERGENCY, by what could be read: ")


def stop_after(saves: int, *command: str) -> None:
    """Run a command, and stop it when it has saved a part so often."""
    save, left = ResultPart.save, [saves]

    def save_or_stop(part: ResultPart, *told: object) -> None:
        save(part, *told)  # type: ignore[arg-type]
        left[0] -= 1
        if not left[0]:
            raise SystemExit(137)

    with patch.object(ResultPart, "save", save_or_stop), suppress(SystemExit):
        invoke(*command)


@pytest.mark.parametrize("is_named_before", [True, False])
def test_a_part_is_no_reason_to_overwrite_a_file(
    *, is_named_before: bool, day: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "parts"
    command = words(day, folder, "--resume")
    at = command.index("--rejects")
    with patch("backtriage.batch.decisions.CHUNK", CHUNK):
        stop_after(2, *(command if is_named_before else (*command[:at], *command[at + 2 :])))
        assert (folder / "o.csv.part.mark").exists()
        (folder / "r.csv").write_text("my own table\n")

        ended = invoke(*command)

    assert ended.code == exits.CANNOT_WRITE
    assert "r.csv: it is there already; --force overwrites it" in ended.err
    assert (folder / "r.csv").read_text() == "my own table\n"
    assert not (folder / "o.csv").exists()


@pytest.mark.parametrize("is_changed", [False, True])
def test_rejects_that_got_their_name_before_a_run_was_stopped_are_known(
    *, is_changed: bool, day: Path, tmp_path: Path
) -> None:
    whole = invoke(*words(day, tmp_path / "whole"))
    folder = tmp_path / "parts"
    for _ in range(2):
        with patch.object(ResultPart, "finish", side_effect=SystemExit), suppress(SystemExit):
            invoke(*words(day, folder, "--resume"))
        assert {path.name for path in folder.iterdir()} == {
            "o.csv.part", "o.csv.part.mark", "r.csv"
        }  # fmt: skip
    if is_changed:
        (folder / "r.csv").write_text((folder / "r.csv").read_text() + "seen by me\n")

    ended = invoke(*words(day, folder, "--resume"))

    if is_changed:
        assert ended.code == exits.CANNOT_WRITE
        assert "seen by me" in (folder / "r.csv").read_text()
        return
    assert ended.code == whole.code
    assert files_of(folder) == files_of(tmp_path / "whole")


def test_a_file_that_only_is_called_like_a_part_stays(day: Path, tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    (folder / "o.csv.part").touch(0o600)
    (folder / "o.csv.part").write_text("mine")

    ended = invoke(*words(day, folder, "--resume"))

    assert ended.code == exits.CANNOT_WRITE
    assert "o.csv.part is there already, and no run has left it" in ended.err
    assert [path.read_text() for path in folder.iterdir()] == ["mine"]


def test_a_refused_mark_leaves_no_new_part(day: Path, tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    planted(day, folder)
    (folder / "o.csv.part").unlink()
    (folder / "r.csv").unlink()
    (folder / "o.csv.part.mark").chmod(0o644)

    ended = invoke(*words(day, folder, "--resume"))

    assert ended.code == exits.CANNOT_WRITE
    assert [path.name for path in folder.iterdir()] == ["o.csv.part.mark"]


def test_a_run_that_ends_while_another_begins_keeps_its_result(day: Path, tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    planted(day, folder)
    (folder / "r.csv").unlink()
    result, lock = (folder / "o.csv.part").read_bytes(), fcntl.flock

    def end_and_lock(descriptor: int, kind: int) -> None:
        """As a run that ended after this one had opened the part."""
        (folder / "o.csv.part").rename(folder / "o.csv")
        (folder / "o.csv.part.mark").unlink()
        lock(descriptor, kind)

    with patch("fcntl.flock", end_and_lock):
        ended = invoke(*words(day, folder, "--resume"))

    assert ended.code == exits.CANNOT_WRITE
    assert "another run is writing" in ended.err
    assert ended.err.startswith("EMERGENCY, by what could be read: ")
    assert (folder / "o.csv").read_bytes() == result
    assert [path.name for path in folder.iterdir()] == ["o.csv"]


@pytest.mark.parametrize(("of", "name"), [(Mark, "again"), (Source, "open")])
def test_who_is_in_a_part_is_counted_when_it_is_stopped_again(
    of: type, name: str, day: Path, tmp_path: Path
) -> None:
    lines = [json.dumps({"ref": f"P{at}", **CANNOT_PEE}) for at in range(2 * CHUNK)]
    day.write_text("".join(f"{line}\n" for line in lines))
    command = words(day, tmp_path / "parts", "--resume")
    with patch("backtriage.batch.decisions.CHUNK", CHUNK):
        stop_after(2, *command)
        with patch.object(of, name, side_effect=KeyboardInterrupt):
            ended = invoke(*command)

    assert f"EMERGENCY, by what could be read: {2 * CHUNK} rows." in ended.err


def planted(day: Path, folder: Path) -> None:
    """Put a whole part there, which says that all of the rows may stay at home."""
    with (
        patch.object(ResultPart, "finish", side_effect=SystemExit),
        suppress(SystemExit),
    ):
        invoke(*words(day, folder, "--resume"))
    part = folder / "o.csv.part"
    part.write_bytes(part.read_bytes().replace(b"emergency", b"self_care"))


@pytest.mark.parametrize("name", ["o.csv.part", "o.csv.part.mark"])
@pytest.mark.parametrize("kind", ["loose", "of another user", "link", "two names", "pipe"])
def test_what_others_may_have_written_is_not_gone_on_with(
    name: str, kind: str, day: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "parts"
    planted(day, folder)
    path = folder / name
    if kind == "loose":
        path.chmod(0o644)
    elif kind == "of another user":
        theirs = path.stat()
        monkeypatch.setattr(os, "geteuid", lambda: theirs.st_uid + 1)
        for other in {*folder.iterdir()} - {path}:  # with an owner that is refused earlier
            other.unlink()
    elif kind == "link":
        path.symlink_to(path.rename(tmp_path / "other"))
    elif kind == "two names":
        (tmp_path / "other").hardlink_to(path)
    else:
        path.unlink()
        os.mkfifo(path, 0o600)

    ended = invoke(*words(day, folder, "--resume"))

    assert ended.code == exits.CANNOT_WRITE
    assert name in ended.err
    assert not (folder / "o.csv").exists()
    assert ended.err.startswith("EMERGENCY, by what could be read: ")


@pytest.mark.parametrize(
    "wrong", [{"size": -5}, {"rows": -2}, {"urgencies": {"99": 2}}, {"urgencies": {"0": -1}}]
)
def test_a_mark_that_makes_no_sense_counts_for_nothing(
    wrong: dict[str, object], day: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "parts"
    planted(day, folder)
    mark = folder / "o.csv.part.mark"
    mark.write_text(json.dumps({**json.loads(mark.read_text()), **wrong}))
    (folder / "r.csv").unlink()  # no mark says whose it is
    whole = invoke(*words(day, tmp_path / "whole"))

    ended = invoke(*words(day, folder, "--resume"))

    assert ended.code == whole.code
    assert files_of(folder) == files_of(tmp_path / "whole")


def test_a_refused_table_leaves_no_part(tmp_path: Path) -> None:
    day = tmp_path / "day.csv"
    day.write_text("bogus\n1\n")

    assert invoke(*words(day, tmp_path / "parts", "--resume")).code == exits.DATA
    assert [*(tmp_path / "parts").iterdir()] == []


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--sort", "urgency"), "nothing is whole before the end"),
        (("--strict",), "nothing is whole before the end"),
        (("-o", "-", "--format", "csv"), "it needs --output FILE"),
    ],
)
def test_what_cannot_be_gone_on_with_is_refused(
    more: tuple[str, ...], why: str, day: Path, tmp_path: Path
) -> None:
    ended = invoke(*words(day, tmp_path / "parts", "--resume", *more))

    assert ended.code == exits.USAGE
    assert why in " ".join(ended.err.split())


def test_standard_input_cannot_be_gone_on_with(tmp_path: Path) -> None:
    ended = invoke("batch", "-", "-o", tmp_path / "o.csv", "--resume")

    assert ended.code == exits.USAGE
    assert "standard input cannot be read again" in " ".join(ended.err.split())


@pytest.mark.exhaustive
def test_kills_lose_nothing_and_write_nothing_twice(day: Path, tmp_path: Path) -> None:
    source = random.Random(7)  # noqa: S311 - draws no secret
    invoke(*words(day, tmp_path / "whole"))
    command = [sys.executable, "-c", SMALL]
    began = time.monotonic()
    parts = tmp_path / "parts"
    subprocess.run([*command, *words(day, parts)], check=False, stderr=subprocess.DEVNULL)
    seconds = time.monotonic() - began
    for _ in range(100):
        for path in parts.iterdir():
            if "part" not in path.name:
                path.unlink()
        process = subprocess.Popen(
            [*command, *words(day, parts, "--resume")], stderr=subprocess.DEVNULL
        )
        time.sleep(1.1 * seconds * source.random())
        process.send_signal(signal.SIGKILL)
        if process.wait(PATIENCE) != -signal.SIGKILL:
            continue
        assert (parts / "o.csv").exists() <= (parts / "r.csv").exists()
        for path in parts.iterdir():
            assert path.stat().st_mode & 0o077 == 0
        if not (parts / "o.csv").exists():
            resumed = subprocess.run(
                [*command, *words(day, parts, "--resume")], check=False, stderr=subprocess.PIPE
            )
            assert resumed.returncode == exits.DATA, resumed.stderr
        assert (parts / "o.csv").read_bytes() == (tmp_path / "whole" / "o.csv").read_bytes()
        assert (parts / "r.csv").read_bytes() == (tmp_path / "whole" / "r.csv").read_bytes()
