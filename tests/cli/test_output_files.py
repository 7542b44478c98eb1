"""Every option that names a file to write, and results that cannot be written."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from backtriage.cli import exits
from tests.support.edited_rules import edited_tiny
from tests.support.process import COMMAND, PATIENCE, backtriage, invoke
from tests.support.protocols import TINY

pytestmark = pytest.mark.first_only

LATER = ("when: fever_days >= 3 days", "when: fever_days >= 9 days")
"""Rules that are unsound, so that there are cases to save."""

OPTIONS = {
    "graph": (("rules", "graph", "--output"), ".dot"),
    "certificate": (("rules", "prove", "--certificate"), ".json"),
    "counterexamples": (("rules", "prove", "--save-case"), ".yaml"),
    "examples": (("rules", "diff", str(TINY), "--save-case"), ".yaml"),
    "mutants": (("rules", "test", "--mutate", "--save-case"), ".yaml"),
}
"""Each option, with an extension of its files."""


@pytest.fixture
def unsound(tmp_path: Path) -> Path:
    return edited_tiny(tmp_path, LATER)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "results").mkdir()
    return tmp_path / "results"


@pytest.mark.parametrize(("words", "extension"), OPTIONS.values(), ids=OPTIONS)
def test_a_file_is_overwritten_only_by_force(
    words: tuple[str, ...], extension: str, unsound: Path, folder: Path
) -> None:
    path = folder / f"result{extension}"
    path.write_text("before")

    refused = invoke(*words, path, "--rules", unsound)
    kept = path.read_text()
    forced = invoke(*words, path, "--force", "--rules", unsound)

    assert (refused.code, refused.out) == (exits.CANNOT_WRITE, b"")
    assert refused.err == (
        f"backtriage: cannot write {path}: it is there already; --force overwrites it\n"
    )
    assert kept == "before"
    assert forced.code in {exits.OK, exits.UNSOUND}
    assert "before" not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in folder.iterdir()] == [path.name]


REFUSED = {
    "result.pdf": exits.USAGE,
    "result.PNG": exits.USAGE,
    "result.docx": exits.USAGE,
    "result.yml": exits.USAGE,
    "no/such/folder/result{}": exits.CANNOT_WRITE,
    "link{}": exits.CANNOT_WRITE,
    "read_only{}": exits.CANNOT_WRITE,
    "pipe{}": exits.CANNOT_WRITE,
    "folder{}": exits.CANNOT_WRITE,
}


@pytest.mark.parametrize(("name", "code"), REFUSED.items(), ids=REFUSED)
@pytest.mark.parametrize(("words", "extension"), OPTIONS.values(), ids=OPTIONS)
def test_a_file_is_checked_before_the_rules_are_read(
    words: tuple[str, ...], extension: str, name: str, code: int, folder: Path
) -> None:
    """So nobody waits for a result that is then lost; --force helps with none of these."""
    (folder / "nowhere").touch()
    (folder / f"link{extension}").symlink_to("nowhere")
    (folder / f"read_only{extension}").touch(mode=0o400)
    os.mkfifo(folder / f"pipe{extension}")
    (folder / f"folder{extension}").mkdir()
    before = sorted(folder.iterdir())

    ran = invoke(*words, folder / name.format(extension), "--force", "--rules", folder / "gone")

    assert (ran.code, ran.out) == (code, b"")
    assert "cannot write" in ran.err or "cannot be written as" in ran.err
    assert sorted(folder.iterdir()) == before


def test_a_dash_is_standard_output(unsound: Path, folder: Path) -> None:
    """Then the report is said on standard error."""
    graph = backtriage("rules", "graph", "--output", "-", "--rules", TINY, cwd=folder)
    proof = backtriage("rules", "prove", "--certificate", "-", "--rules", TINY, cwd=folder)
    cases = backtriage("rules", "prove", "--save-case", "-", "--rules", unsound, cwd=folder)
    both = backtriage("rules", "prove", "--save-case", "-", "--certificate", "-", cwd=folder)

    assert graph.out == backtriage("rules", "graph", "--rules", TINY).out
    assert set(json.loads(proof.out)["proofs"]) == {"worse_never_lowers", "floors"}
    assert "0 errors, 0 warnings." in proof.err
    assert cases.out.startswith(b"#") or cases.out.startswith(b"cases:")
    assert "DISPROVED" in cases.err
    assert (both.code, both.out) == (exits.USAGE, b"")
    assert list(folder.iterdir()) == []


def test_a_report_that_is_lost_is_an_error(folder: Path) -> None:
    """Standard output holds the file, so there was only standard error for it."""
    words = ("rules", "prove", "--certificate", "-", "--rules", TINY)

    ran = backtriage(*words, streams='exec "$@" 2>/dev/full', cwd=folder)

    assert set(json.loads(ran.out)["proofs"]) == {"worse_never_lowers", "floors"}
    assert ran.code == exits.CANNOT_WRITE


LONG = {
    "prove": ("rules", "prove", "--certificate", "result.json"),
    "diff": ("rules", "diff", str(TINY), "--save-case", "result.yaml"),
    "mutate": ("rules", "test", "--mutate", "--save-case", "result.yaml"),
}


DEAF = [("prove", 'exec "$@" 2>&-'), *((name, 'exec "$@" 2>/dev/full') for name in LONG)]
MUTE = [("prove", 'exec "$@" >&-'), *((name, 'exec "$@" >/dev/full') for name in LONG)]


@pytest.mark.parametrize(("name", "streams"), DEAF)
def test_standard_error_never_fails_a_run(
    name: str, streams: str, unsound: Path, folder: Path
) -> None:
    ran = backtriage(*LONG[name], "--rules", unsound, streams=streams, cwd=folder)

    assert ran.code == exits.UNSOUND
    assert ran.out
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize(("name", "streams"), MUTE)
def test_a_long_result_is_not_lost_when_it_cannot_be_printed(
    name: str, streams: str, unsound: Path, folder: Path
) -> None:
    """It is said on standard error, and the file is written."""
    words = (*LONG[name], "--format", "json", "--rules", str(unsound))

    ran = backtriage(*words, streams=streams, cwd=folder)

    assert (ran.code, ran.out) == (exits.CANNOT_WRITE, b"")
    assert '"schema": "backtriage.rules_' in ran.err
    assert "standard output" in ran.err.splitlines()[-1]
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("words", LONG.values(), ids=LONG)
def test_a_file_is_not_lost_when_it_cannot_be_written(
    words: tuple[str, ...], unsound: Path
) -> None:
    ran = invoke(*words[:-1], "/dev/full", "--rules", unsound)

    assert ran.code == exits.CANNOT_WRITE
    assert ran.out
    assert "cases:" in ran.err or '"proofs"' in ran.err
    assert ran.err.splitlines()[-1] == (
        "backtriage: cannot write /dev/full: no space left on device"
    )


def test_a_reader_that_has_seen_enough_is_not_told_the_rest(folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)

    ran = subprocess.run(
        [*COMMAND, "rules", "prove", "--rules", str(TINY), "--certificate", "proof.json"],
        stdin=subprocess.DEVNULL, stdout=writer, stderr=subprocess.PIPE, check=False,
        timeout=PATIENCE, cwd=folder,
    )  # fmt: skip

    os.close(writer)
    assert ran.returncode == exits.CANNOT_WRITE
    assert ran.stderr == b"backtriage: cannot write the result to standard output: broken pipe\n"
    assert (folder / "proof.json").exists()


@pytest.mark.parametrize("budget", ["nan", "inf", "-inf", "-1", "1e999", "soon"])
@pytest.mark.parametrize("words", LONG.values(), ids=LONG)
def test_a_budget_is_a_number_of_seconds(words: tuple[str, ...], budget: str) -> None:
    ran = invoke(*words[:-2], "--budget", budget, "--rules", TINY)

    assert (ran.code, ran.out) == (exits.USAGE, b"")
    assert "--budget" in ran.err


def test_a_certificate_that_takes_too_long_is_not_written(folder: Path) -> None:
    path = folder / "proof.json"

    ran = invoke("rules", "prove", "--certificate", path, "--budget", "0", "--rules", TINY)

    assert ran.code == exits.UNSOUND
    assert ran.err == f"{path} was not written: the proof ran out of time: 0 seconds.\n"
    assert b"UNDECIDED" in ran.out
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("words", [("--bogus",), ("rules", "prove", "--budget", "soon")])
def test_a_usage_error_that_cannot_be_said(words: tuple[str, ...]) -> None:
    """Nor is it written to standard output instead."""
    for streams in ('exec "$@" 2>/dev/full', 'exec "$@" 2>&-'):
        ran = backtriage(*words, streams=streams)
        assert (ran.code, ran.out) == (exits.USAGE, b"")


@pytest.mark.parametrize("words", [("--version",), ("rules", "prove", "--help")])
def test_help_on_closed_standard_output(words: tuple[str, ...]) -> None:
    ran = backtriage(*words, streams='exec "$@" >&-')

    assert ran.err == "backtriage: cannot write to standard output: it is closed\n"
    assert ran.code == exits.CANNOT_WRITE


@pytest.mark.exhaustive
@pytest.mark.parametrize("engine", ["diagram", "sat"])
def test_ctrl_c_ends_a_long_proof(engine: str, folder: Path) -> None:
    """Without a traceback, and without half a file."""
    words = ("rules", "prove", "--engine", engine, "--certificate", "proof.json")
    running = subprocess.Popen(
        [*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder
    )
    assert running.stderr is not None
    assert b" claims" in running.stderr.readline()

    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=PATIENCE)

    assert (running.returncode, out) == (exits.INTERRUPTED, b"")
    assert all(line.endswith(b" claims") for line in err.splitlines())
    assert list(folder.iterdir()) == []
