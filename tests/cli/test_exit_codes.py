"""Every exit code, of a real process."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from fcntl import ioctl
from pathlib import Path
from termios import FIONREAD

import pytest
import typer

from backtriage.cli import exits
from backtriage.decide.assessment import assess as decide
from backtriage.program.validate import plain_answers
from backtriage.terms.urgency import Urgency
from tests.support.process import COMMAND, EXAMPLE, NO_BYTECODE, PATIENCE, backtriage
from tests.support.protocols import SHIPPED, TINY, cases_in, shipped

pytestmark = [pytest.mark.usefixtures("warm_cache"), pytest.mark.first_only]


def sheet_of(urgency: str) -> bytes:
    """Return a complete sheet of an urgency, from the shipped cases."""
    likely = [
        case for case in cases_in(SHIPPED) if case.expect.urgency == Urgency[urgency.upper()]
    ]
    assessed = (decide(shipped(), case.sheet, "GB") for case in likely)
    assessment = next(
        each for each in assessed if each.urgency.id == urgency and each.status == "complete"
    )
    return json.dumps(plain_answers(shipped(), assessment.answers)).encode()


def assess(sheet: bytes, *options: str) -> int:
    """Return the exit code for a sheet of the shipped protocol."""
    return backtriage("assess", "-", "--country", "GB", *options, given=sheet).code


@pytest.mark.parametrize(
    ("urgency", "code"),
    [("self_care", 10), ("routine", 20), ("soon", 30), ("same_day", 40), ("emergency", 50)],
)
def test_the_urgency_as_an_exit_code(urgency: str, code: int) -> None:
    """Without --exit-code it is 0."""
    sheet = sheet_of(urgency)

    assert assess(sheet, "--exit-code") == code
    assert assess(sheet) == 0


CHILD = b'{"years": 3, "days": "longer", "feverish": false%s}'
TOLD = {
    "nothing": (b"{}", 3, 3),
    "an emergency that is possible": (b'{"years": 44}', 3, 3),
    "an emergency, the rest missing": (b'{"airway": ["breathing"]}', 0, 50),
    "a child": (CHILD % b', "airway": []', 4, 4),
    "a child, the rest missing": (b'{"years": 3}', 4, 4),
    "a child in an emergency": (CHILD % b', "airway": ["drooling"]', 4, 50),
    "a child, perhaps in an emergency": (CHILD % b', "airway": ["drooling?"]', 4, 50),
    "a child in an emergency, the rest missing": (b'{"years": 3, "airway": ["drooling"]}', 4, 50),
    "a doubt that counts": (b'{"years": 44, "airway": ["not_sure"]}', 0, 50),
    "an emergency beside an error": (b'{"airway": ["breathing"], "years": "x"}', 65, 65),
}  # fmt: skip


@pytest.mark.parametrize(("sheet", "plain", "by_urgency"), TOLD.values(), ids=TOLD)
def test_a_certain_emergency_is_never_hidden(sheet: bytes, plain: int, by_urgency: int) -> None:
    """With --exit-code it is 50 whatever the status; then come 4, 3 and the urgency."""
    asked = ("assess", "-", "--rules", TINY, "--country", "GB", "--format", "json")

    assert backtriage(*asked, given=sheet).code == plain
    assert backtriage(*asked, "--exit-code", given=sheet).code == by_urgency


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
@pytest.mark.parametrize("audience", ["patient", "clinician"])
def test_format_and_reader_change_no_exit_code(form: str, audience: str) -> None:
    ran = backtriage("assess", EXAMPLE, "--exit-code", "--format", form, "--for", audience)

    assert (ran.code, ran.err) == (10, "")


WRITING = {
    "text": ("assess", EXAMPLE),
    "json": ("assess", EXAMPLE, "--format", "json"),
    "markdown": ("assess", EXAMPLE, "--format", "markdown"),
    "by urgency": ("assess", EXAMPLE, "--exit-code"),
    "check": ("rules", "check", "--rules", TINY),
    "test": ("rules", "test", "--rules", TINY),
    "show": ("rules", "show", "--rules", TINY),
    "schema": ("rules", "schema", "--rules", TINY),
    "template": ("rules", "template", "--rules", TINY),
    "forget": ("forget", "--yes"),
}


@pytest.mark.parametrize("arguments", WRITING.values(), ids=WRITING)
def test_a_full_disk_is_an_error(arguments: tuple[str | Path, ...]) -> None:
    ran = backtriage(*arguments, streams='exec "$@" >/dev/full')

    assert ran.err == (
        "backtriage: cannot write the result to standard output: no space left on device\n"
    )
    assert ran.code == 74


@pytest.mark.parametrize("words", [("assess", EXAMPLE, "--no-save"), ("--help",)])
def test_a_result_that_was_cut_off_is_no_success(
    words: tuple[str | Path, ...], tmp_path: Path
) -> None:
    """Where Python has no buffer, it ignores that the disk has taken only a part."""
    ran = backtriage(
        *words, streams=f'ulimit -f 1; exec "$@" >{tmp_path}/out',
        env={"PYTHONUNBUFFERED": "1", **NO_BYTECODE},
    )  # fmt: skip

    assert (tmp_path / "out").stat().st_size in {512, 1024}
    assert ran.code == 74
    assert "file too large" in ran.err


@pytest.mark.parametrize("arguments", WRITING.values(), ids=WRITING)
def test_closed_standard_output_is_an_error(arguments: tuple[str | Path, ...]) -> None:
    ran = backtriage(*arguments, streams='exec "$@" >&-')

    assert ran.err == (
        "backtriage: standard output is closed, so the result could not be written\n"
    )
    assert ran.code == 74


@pytest.mark.parametrize("streams", ['exec "$@" >/dev/full', 'exec "$@" >&-'])
def test_an_emergency_that_cannot_be_written_is_said(streams: str) -> None:
    words = ("--rules", TINY, "--country", "GB", "--exit-code")

    ran = backtriage("assess", "-", *words, given=b'{"airway": ["breathing"]}', streams=streams)

    action, message = ran.err.split("\n\n")
    assert action == "EMERGENCY: Call 999 now\nGo to A&E."
    assert message.startswith("backtriage: ")
    assert ran.code == 74


@pytest.mark.parametrize("streams", ['exec "$@" 2>/dev/full', 'exec "$@" 2>&-'])
def test_an_emergency_beside_a_slip_is_said_on_what_can_be_written(streams: str) -> None:
    given = b'{"airway": ["breathing"], "yeers": 1}'
    words = ("--rules", TINY, "--country", "GB", "--format", "json")

    ran = backtriage("assess", "-", *words, given=given, streams=streams)

    assert ran.code == 65
    assert ran.out == b"EMERGENCY: Call 999 now\nGo to A&E.\n\n"


@pytest.mark.parametrize("arguments", WRITING.values(), ids=WRITING)
def test_a_broken_pipe_is_an_error(arguments: tuple[str | Path, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)

    ran = subprocess.run([*COMMAND, *arguments], stdin=subprocess.DEVNULL, stdout=writer,
                         stderr=subprocess.PIPE, check=False, timeout=PATIENCE)  # fmt: skip

    os.close(writer)
    assert ran.stderr == (b"backtriage: cannot write the result to standard output: broken pipe\n")
    assert ran.returncode == 74


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("assess", "--help")])
def test_help_that_cannot_be_written(words: tuple[str, ...]) -> None:
    ran = backtriage(*words, streams='exec "$@" >/dev/full')

    assert ran.err == "backtriage: cannot write to standard output: no space left on device\n"
    assert ran.code == 74


def test_closed_standard_error_changes_nothing() -> None:
    whole = backtriage("assess", EXAMPLE, "--format", "json")
    deaf = backtriage("assess", EXAMPLE, "--format", "json", streams='exec "$@" 2>&-')
    wrong = backtriage("assess", "gone.json", streams='exec "$@" 2>&-')

    assert (deaf.code, deaf.out) == (0, whole.out)
    assert (wrong.code, wrong.out) == (66, b"")


@pytest.mark.parametrize("streams", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_no_file_gets_the_number_of_a_closed_stream(streams: str, tmp_path: Path) -> None:
    """Or it would get the messages for the stream, too."""
    script = """
from backtriage.cli import app
def opened(_):
    with open("numbers", "w") as file:
        file.write(str(file.fileno()))
    return lambda _: None
app.app_with = opened
app.run()
"""
    words = ["sh", "-c", f'exec "$@" {streams}', "sh", sys.executable, "-c", script]

    subprocess.run(words, check=True, timeout=PATIENCE, cwd=tmp_path)

    assert int((tmp_path / "numbers").read_text()) > 2


def test_the_first_of_two_failures_decides() -> None:
    ran = backtriage("assess", "-", "--rules", TINY, given=b"[",
                     streams='exec "$@" >/dev/full 2>/dev/full')  # fmt: skip

    assert ran.code == 65


def test_ctrl_c_prints_nothing() -> None:
    waiting = subprocess.Popen([*COMMAND, "assess", "-"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    assert waiting.stdin
    waiting.stdin.write(b"{")
    waiting.stdin.flush()
    end = time.monotonic() + PATIENCE
    while any(ioctl(waiting.stdin.fileno(), FIONREAD, b"\0" * 4)):  # until it has been read
        assert time.monotonic() < end
        time.sleep(0.01)

    waiting.send_signal(signal.SIGINT)
    out, err = waiting.communicate(timeout=PATIENCE)

    assert (waiting.returncode, out, err) == (130, b"", b"")


def test_an_internal_error_says_that_there_is_no_result(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without a traceback, and without the message of the error, which may quote an answer."""

    @exits.guarded
    def broken() -> None:
        raise KeyError("saddle")

    with pytest.raises(typer.Exit) as stopped:
        broken()

    assert stopped.value.exit_code == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(
        r"This is a bug in backtriage, and no result was produced: KeyError in cli/exits\.py, "
        r"line \d+\.\nIf you feel very unwell, do not wait for it: get help\.\n",
        err,
    )


def test_no_two_meanings_share_a_code() -> None:
    public = {name: value for name, value in vars(exits).items() if name[0] != "_"}
    codes = [value for name, value in public.items() if name.isupper() and type(value) is int]

    assert sorted([*codes, *exits.URGENT]) == sorted(
        {0, 1, 2, 3, 4, 10, 20, 30, 40, 50, 65, 66, 74, 78, 129, 130, 143}
    )


def test_the_warning_of_overdue_rules_comes_last(tmp_path: Path) -> None:
    """On standard error, and never in the JSON."""
    text = (TINY / "protocol.yaml").read_text().replace("2026-11-24", "2019-01-01")
    (tmp_path / "protocol.yaml").write_text(text.replace("2030-01-01", "2020-01-01"))
    asked = ("assess", "-", "--country", "GB", "--format", "json", "--rules", tmp_path)

    good = backtriage(*asked, given=b'{"airway": ["breathing"]}')
    bad = backtriage(*asked, given=b'{"airway": ["breathing"], "years": "x"}')

    assert good.code == 0
    assert good.err == (
        "These rules were due for review by 2020-01-01. They may be out of date.\n"
    )
    assert b"due for review" not in good.out
    assert bad.err.startswith("EMERGENCY: Call 999 now\n")
