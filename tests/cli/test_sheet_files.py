"""Files that are given as a sheet: the format of each, and those that cannot be read."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backtriage.cli.app import app_with
from tests.support.process import Completed, backtriage, invoke
from tests.support.protocols import TINY

pytestmark = [pytest.mark.usefixtures("warm_cache"), pytest.mark.first_only]

OPTIONS = ("--rules", TINY, "--format", "json")
JSON = b'{"years": 44, "airway": ["breathing"]}'
YAML = b"years: 44\nairway: [breathing]\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in an empty folder, so that names are short."""
    monkeypatch.chdir(tmp_path)


def assess(name: str, run: Callable[..., Completed] = invoke, given: bytes = b"") -> Completed:
    return run("assess", name, *OPTIONS, "--exit-code", given=given)


# -- formats ---------------------------------------------------------------------------------

READ = {
    "sheet.json": JSON, "sheet.JSON": JSON, "sheet.yaml": YAML, "sheet.YAML": YAML,
    "sheet.yml": YAML, "sheet.Yml": YAML, "braces.yaml": JSON, "sheet": JSON, "plain": YAML,
    "json": YAML, ".json": YAML, "sheet.txt": JSON, "plain.txt": YAML, "one.jsonl": JSON + b"\n",
    "sheet.json.bak": JSON, "sheet.yaml~": YAML, "indented": b"\n\n  " + JSON,
    "marked": b"\xef\xbb\xbf" + JSON,
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_the_format_is_that_of_the_name_or_else_of_the_contents(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(READ[name])

    ran = assess(name)

    assert (ran.code, ran.err) == (50, "")


@pytest.mark.parametrize("name", ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"])
@pytest.mark.parametrize("data", [JSON, YAML], ids=["json", "yaml"])
def test_standard_input_by_any_name_takes_both(name: str, data: bytes) -> None:
    ran = assess(name, backtriage, given=data)

    assert (ran.code, ran.err) == (50, "")


@pytest.mark.parametrize("data", [JSON, YAML], ids=["json", "yaml"])
def test_an_open_file_takes_both(tmp_path: Path, data: bytes) -> None:
    """As a shell hands over `<(command)`."""
    (tmp_path / "sheet").write_bytes(data)

    ran = backtriage("assess", "/dev/fd/9", *OPTIONS, "--exit-code",
                     streams='cat sheet | (exec 9<&0 </dev/null; exec "$@")')  # fmt: skip

    assert (ran.code, ran.err) == (50, "")


NOT_A_MAPPING = ":1:1: A109 a sheet is one mapping of question ids and answers\n  help: such as"
OTHER = {
    "a.csv": (b"years,airway\n44,breathing\n", NOT_A_MAPPING),
    "a.tsv": (b"years\tairway\n44\tbreathing\n", NOT_A_MAPPING),
    "a.toml": (b"years = 44\n", NOT_A_MAPPING),
    "a.xml": (b"<years>44</years>", NOT_A_MAPPING),
    "a.txt": (b"I cannot breathe", NOT_A_MAPPING),
    "a.jsonl": (JSON + b"\n" + JSON, ":2:1: A110 this is not JSON: Extra data\n  help: one sheet"),
    "a.json": (YAML, ":1:1: A110 this is not JSON: Expecting value\n  help: write YAML answers"),
    "a.pdf": (b"%PDF-1.7\n\xe2\xe3", ":2:1: A113 this is not UTF-8 text\n  help: save the file"),
    "a.zip": (b"PK\x03\x04", ":1:3: P101 this is not YAML: the character U+0003 is not allowed"),
}


@pytest.mark.parametrize("name", OTHER)
def test_another_format_is_refused(tmp_path: Path, name: str) -> None:
    data, message = OTHER[name]
    (tmp_path / name).write_bytes(data)

    ran = assess(name)

    assert ran.err.startswith(f"{name}{message}")
    assert "44" not in ran.err.replace("'age: 44'", "")
    assert (ran.code, ran.out) == (65, b"")


# -- files that cannot be read ---------------------------------------------------------------


def link_to_itself(path: Path) -> None:
    path.symlink_to(path)


def link_to_a_pipe(path: Path) -> None:
    os.mkfifo("pipe")
    path.symlink_to("pipe")


def listening_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(path))


NOT_REGULAR = "not a regular file"
MADE: dict[str, tuple[Callable[[Path], object], str]] = {
    "folder": (
        Path.mkdir,
        "is a directory; name one answer sheet in it, or use 'backtriage batch'",
    ),
    "pipe": (os.mkfifo, NOT_REGULAR),
    "socket": (listening_socket, NOT_REGULAR),
    "loop": (link_to_itself, "too many levels of symbolic links"),
    "dangling": (lambda path: path.symlink_to("gone"), "no such file or directory"),
    "to a device": (lambda path: path.symlink_to("/dev/zero"), NOT_REGULAR),
    "to a pipe": (link_to_a_pipe, NOT_REGULAR),
}


@pytest.mark.parametrize("what", MADE)
def test_something_that_is_not_a_file(tmp_path: Path, what: str) -> None:
    """It is refused at once: nothing waits for a pipe."""
    make, why = MADE[what]
    make(tmp_path / "sheet.json")

    ran = assess("sheet.json", backtriage)

    assert ran.err == f"backtriage: cannot read sheet.json: {why}\n"
    assert (ran.code, ran.out) == (66, b"")


NAMES = {
    ".": (".", "is a directory; name one answer sheet in it, or use 'backtriage batch'"),
    "gone.json": ("gone.json", "no such file or directory"),
    "gone/a.json": ("gone/a.json", "no such file or directory"),
    "/dev/full": ("/dev/full", NOT_REGULAR),
    "/dev/null": ("/dev/null", NOT_REGULAR),
    "/dev/fd/99": ("/dev/fd/99", "bad file descriptor"),
    "\x1b[2Jgone": ("<U+001B>[2Jgone", "no such file or directory"),
    "a\nb": ("a<U+000A>b", "no such file or directory"),
    "\u202egone": ("<U+202E>gone", "no such file or directory"),
    "\udcffgone": ("<U+DCFF>gone", "no such file or directory"),
    "x" * 300: ("x" * 300, "file name too long"),
}


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_that_cannot_be_read(name: str) -> None:
    shown, why = NAMES[name]

    ran = assess(name)

    assert ran.err == f"backtriage: cannot read {shown}: {why}\n"
    assert (ran.code, ran.out) == (66, b"")


@pytest.mark.parametrize(
    "sheet",
    ['{"airway": ["breathing"]}', ' ["breathing"]', "airway: breathing", "x" * 999 + ": 1"],
)
def test_answers_in_place_of_a_file_are_not_quoted(sheet: str) -> None:
    ran = assess(sheet)

    assert ran.err == (
        "backtriage: the argument looks like answers, not a file: send it to standard input, "
        "with - as the file\n"
    )
    assert (ran.code, ran.out) == (66, b"")


@pytest.mark.parametrize("name", ["x" * 5_000, "x/" * 2_500], ids=["name", "path"])
def test_a_long_name_is_shortened(name: str) -> None:
    ran = assess(name)

    assert ran.err.startswith("backtriage: cannot read x")
    assert ran.err.endswith(": file name too long\n")
    assert len(ran.err) < 600
    assert (ran.code, ran.out) == (66, b"")


def test_a_name_in_the_message_about_a_sheet_is_safe(tmp_path: Path) -> None:
    name = "\x1b[2J\n\u202e" + "x" * 220
    (tmp_path / name).write_bytes(b"")

    ran = assess(name)

    label = f"<U+001B>[2J<U+000A><U+202E>{'x' * 94}...{'x' * 100}"
    assert ran.err.startswith(f"{label}: A114 {label} is empty\n")
    assert (ran.code, ran.out) == (65, b"")


def test_an_unreadable_sheet(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.json"
    sheet.write_text("{}")
    sheet.chmod(0)

    ran = backtriage("assess", sheet, "--rules", TINY, "--format", "json", powerless=True)

    assert ran.err == f"backtriage: cannot read {sheet}: permission denied\n"
    assert (ran.code, ran.out) == (66, b"")


def test_closed_standard_input() -> None:
    ran = backtriage("assess", "-", "--rules", TINY, streams='exec "$@" <&-')

    assert ran.err == (
        "backtriage: standard input is closed; give a file, or send the answers to it\n"
    )
    assert (ran.code, ran.out) == (66, b"")


# -- size ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sheet.json", "sheet.yaml", "sheet"])
def test_a_huge_sheet_is_refused(tmp_path: Path, name: str) -> None:
    """Reading stops once the sheet is known to be too large."""
    with (tmp_path / name).open("wb") as file:
        file.truncate(100 * 1024 * 1024)

    ran = assess(name)

    assert ran.err.startswith(f"{name}: A111 {name} is larger than 1024 KiB\n  help: one sheet ")
    assert (ran.code, ran.out) == (65, b"")


def test_an_endless_standard_input_is_refused() -> None:
    ran = backtriage("assess", "-", "--rules", TINY, streams='exec "$@" </dev/zero')

    assert "A111" in ran.err
    assert (ran.code, ran.out) == (65, b"")


# -- arguments -------------------------------------------------------------------------------

COMMANDS = app_with()
HOSTILE = "\x1b[2J\u202e\x07\udcff"
ARGUMENTS = [
    ("assess", "-", f"--format={HOSTILE}"), ("assess", "-", f"--{HOSTILE}"),
    ("assess", "-", "--country", HOSTILE), ("assess", "-", "--lang", HOSTILE),
    ("assess", "-", "--for", HOSTILE), ("assess", "-", "--why-not", HOSTILE),
    ("assess", "-", "--rules", HOSTILE), ("assess", "-", "--set", HOSTILE),
    ("assess", "-", "--set", f"{HOSTILE}=1", "--set", f"{HOSTILE}=2"),
    ("assess", "-", "--set", f"{HOSTILE}=1"), ("assess", "-", "--set", f"years={HOSTILE}"),
    ("assess", "a.json", HOSTILE), (HOSTILE,), ("rules", HOSTILE), ("rules", "show", HOSTILE),
    ("rules", "graph", "--about", HOSTILE), ("rules", "check", f"--format={HOSTILE}"),
    ("rules", "prove", "--budget", HOSTILE), ("rules", "diff", HOSTILE), ("forget", HOSTILE),
    ("ask", HOSTILE), ("ask", f"--{HOSTILE}"), (f"-{HOSTILE}",),
]  # fmt: skip


@pytest.mark.parametrize("words", ARGUMENTS, ids=ascii)
@pytest.mark.parametrize("times", [1, 400], ids=["short", "long"])
def test_no_argument_reaches_the_terminal_raw(words: tuple[str, ...], times: int) -> None:
    """Nor floods it."""
    given = [word.replace(HOSTILE, HOSTILE * times) for word in words]

    ran = CliRunner().invoke(COMMANDS, given, input=b"{}")

    assert ran.exit_code in {2, 65, 66}
    assert all(c.isprintable() or c == "\n" for c in ran.stderr)
    assert len(ran.stderr) < 8_000
