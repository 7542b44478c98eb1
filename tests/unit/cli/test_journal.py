"""`backtriage journal`: adding, showing, exporting and forgetting, without a terminal."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from backtriage.cli.journal import add, forget
from backtriage.cli.journal.app import journal_app
from backtriage.program.sheet import Sheet
from backtriage.program.validate import validate
from backtriage.shell import output
from backtriage.shell.journal import keeping
from tests.support.journals import NOW, TODAY, course, diary, line, rules_in, written
from tests.support.protocols import TINY

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command with the rules of the test, at a fixed time."""
    rules = rules_in(tmp_path / "rules")

    class Clock:
        @staticmethod
        def now() -> object:
            return NOW

    monkeypatch.setattr(keeping, "datetime", Clock)

    def run(command: str, *arguments: str | Path, given: str = "") -> Result:
        words = [command, "--rules", str(rules), *map(str, arguments)]
        return CliRunner().invoke(journal_app, words, input=given)

    return run


@pytest.fixture
def file(isolated_home: Path) -> Path:
    """The person's own journal, which need not exist."""
    return isolated_home / ".local/share/backtriage/journal/sore_throat.jsonl"


def kept(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def put(file: Path, data: bytes) -> None:
    """Put a journal where it belongs."""
    file.parent.mkdir(parents=True, mode=0o700)
    file.parent.parent.chmod(0o700)
    file.touch(0o600)
    file.write_bytes(data)


def test_an_entry_is_added_as_it_was_told(run: Run, file: Path) -> None:
    result = run("add", "--set", "sore=4", "--set", "now=[]", "--note", "Slept\twell.")

    assert (result.exit_code, result.stderr) == (0, "")
    first = "Added: the entry of Friday 27 November.\nOnce a week is enough.\n"
    assert result.stdout == first
    again = run("add", "--set", "sore=4", "--set", "now=[]", "--date", "2026-11-26")
    assert again.stdout == "Added: the entry of Thursday 26 November.\n"
    (entry, _) = kept(file)
    assert entry["answers"] == {"now": [], "sore": 4}
    assert (entry["day"], entry["note"]) == ("2026-11-27", "Slept well.")
    assert str(entry["protocol"]).startswith("sore_throat 0.1.0 sha256:")


def test_signs_that_were_not_told_are_not_no(run: Run, file: Path) -> None:
    result = run("add", "--set", "sore=4")

    assert result.exit_code == 3
    assert "Not all emergency signs were asked, so they may still be there." in result.stderr
    assert "now" not in kept(file)[0]["answers"]  # type: ignore[operator]


@pytest.mark.parametrize("value", ["choking", "spit?", "not_sure"])
def test_a_sign_that_is_ticked_or_in_doubt_is_never_quiet(
    run: Run, file: Path, value: str
) -> None:
    result = run("add", "--set", f"now={value}", "--set", "sore=1", "--country", "GB")

    assert result.exit_code == 3
    assert "You ticked an emergency sign, or were not sure." in result.stderr
    assert len(kept(file)) == 1


def test_a_sign_beside_a_mistake_is_said_first(run: Run, file: Path) -> None:
    result = run("add", "--set", "now=choking", "--set", "sore=99", "--country", "GB")

    assert result.exit_code == 65
    assert result.stderr.startswith("If you cannot breathe, call 999 now.\n")
    assert "Nothing was added to the journal." in result.stderr
    assert not file.exists()


@pytest.mark.parametrize(
    "told",
    [
        "now=chokin", "now=none;choking", "now=chocking?", "now=spit;airway", "now=whatever",
        "now=yes", "noww=choking", "now.choking=yes", "choking=yes", "choking=not_sure",
        "signs=choking", "signs=chokin", "airway=breathing", "airway=breathin",
    ],
)  # fmt: skip
def test_what_may_be_a_mistyped_sign_is_never_quiet(run: Run, file: Path, told: str) -> None:
    result = run("add", "--set", told, "--set", "sore=1", "--country", "GB")

    assert result.exit_code == 65
    assert result.stderr.startswith("If you cannot breathe, call 999 now.\n")
    assert "Nothing was added to the journal." in result.stderr
    assert not file.exists()


@pytest.mark.parametrize("told", ["sore=99", "slept=wel", "slpet=well", "took=perhaps"])
def test_another_mistake_says_no_emergency(run: Run, told: str) -> None:
    result = run("add", "--set", told, "--set", "now=[]", "--country", "GB")
    assert result.exit_code == 65
    assert "999" not in result.stderr


def test_no_message_quotes_an_answer_or_a_key_that_may_be_one(run: Run, file: Path) -> None:
    told = ("now=spitt", "sore=77", "drooling=1", "spit=yes")
    said = run("add", *(word for each in told for word in ("--set", each)))
    twice = run("add", "--set", "drooling=1", "--set", "drooling=2")
    put(file, written(line(TODAY, 77, answers={"drooling": True})))
    shown = run("show")

    assert [each.exit_code for each in (said, twice, shown)] == [65, 2, 0]
    lines = (said.stderr + twice.stderr + shown.stderr).replace(str(file), "file").splitlines()
    assert not [each for each in lines if re.search("77|drooling|'spit|\\[spit", each)]
    assert [each for each in lines if "A1" in each or "J1" in each] == [
        "--set: A104 item 1 is not a choice of 'now'",
        "--set: A103 the number is outside the range of 'sore'",
        "--set: A101 there is no question with this key",
        "--set: A101 there is no question with this key",
        "file:1:1: J107 the answer to 'sore' cannot be read, so it counts as missing",
        "file:1:1: J107 the answer to this question cannot be read, so it counts as missing",
    ]
    (unknown,) = validate(diary(), Sheet(values={"spit": True})).problems
    assert unknown.message == "there is no question with this key"


def test_a_sign_is_said_before_a_journal_that_cannot_be_read(run: Run, file: Path) -> None:
    put(file, course(4))
    file.chmod(0o644)

    result = run("add", "--set", "now=choking", "--country", "GB")

    assert result.exit_code == 66
    assert result.stderr.startswith("If you cannot breathe, call 999 now.\n")


def test_a_sign_is_said_on_what_can_be_written(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "say", lambda _: False)

    assert "call 999 now" in run("add", "--set", "now=choking", "--country", "GB").stdout


@pytest.mark.parametrize("more", [("--set", "now=choking"), ("--correct",)])
def test_a_result_is_added_by_itself(
    more: tuple[str, ...], run: Run, file: Path, tmp_path: Path
) -> None:
    result = run("add", "--result", tmp_path / "result.json", *more, "--country", "GB")

    assert result.exit_code == 2
    assert "add the result by itself" in " ".join(result.stderr.replace("│", "").split())
    assert ("call 999 now" in result.stderr) == ("--set" in more)
    assert not file.exists()


def test_a_correction_leaves_what_is_not_told_again(run: Run, file: Path) -> None:
    run("add", "--set", "now=choking", "--set", "slept=well", "--note", "A long night.")

    corrected = run("add", "--set", "sore=6", "--correct")

    assert corrected.exit_code == 3
    assert "You ticked an emergency sign" in corrected.stderr
    answers = {"now": ["choking"], "sore": 6, "slept": "well"}
    assert (kept(file)[1]["answers"], kept(file)[1]["note"]) == (answers, "A long night.")
    assert "hard to breathe" in run("show").stdout
    assert run("add", "--set", "now=[]", "--correct").exit_code == 0
    assert "hard to breathe" not in run("show").stdout


def test_a_correction_replaces_none_that_another_window_has_made_meanwhile(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("add", "--set", "now=[]", "--set", "sore=4")

    def note(_: str) -> str:
        monkeypatch.setattr(add, "_note", str)
        assert run("add", "--set", "now=choking", "--correct").exit_code == 3
        return "Slept."

    monkeypatch.setattr(add, "_note", note)
    corrected = run("add", "--set", "sore=6", "--note", "-", "--correct")

    assert "Added: the entry" in corrected.stdout
    assert "That day has 2 entries, which all count." in corrected.stdout
    assert [entry.get("supersedes") for entry in kept(file)] == [None, kept(file)[0]["id"], None]
    assert kept(file)[2]["answers"] == {"sore": 6}
    assert "hard to breathe" in run("show").stdout


def test_a_correction_without_signs_is_not_told_them(run: Run) -> None:
    run("add", "--set", "now=[]", "--set", "sore=4")
    corrected = run("add", "--set", "sore=6", "--correct")
    assert corrected.exit_code == 3
    assert "Not all emergency signs were asked" in corrected.stderr


def test_a_day_of_another_year_is_named_with_it(run: Run) -> None:
    added = run("add", "--set", "now=[]", "--date", "2025-11-27")
    assert added.stdout.startswith("Added: the entry of Thursday 27 November 2025.\n")


@pytest.mark.parametrize(
    "data", [b"Notes\nwithout an end", b'{\n  "schema": "backtriage.assessment/2"\n}\n', b"[1]"]
)
@pytest.mark.parametrize(
    "words", [("add", "--set", "sore=4"), ("forget", "--yes"), ("show",), ("export",)]
)
def test_a_file_that_is_no_journal_is_left_as_it_is(
    data: bytes, words: tuple[str, ...], run: Run, tmp_path: Path
) -> None:
    other = tmp_path / "other.json"
    other.touch(0o600)
    other.write_bytes(data)

    result = run(*words, "--journal", other)

    assert result.exit_code == 66
    assert "is no journal, so it is left as it is" in " ".join(result.stderr.split())
    assert other.read_bytes() == data
    assert not (tmp_path / "other.json.torn").exists()


def test_a_rise_asks_for_all_questions(run: Run, file: Path) -> None:
    put(file, course(*[2] * 14, *[6] * 6, None))
    result = run("add", "--set", "sore=6", "--set", "now=[]")
    assert result.exit_code == 3
    assert "Your last week was worse than your best week." in result.stderr


def test_an_earlier_day_and_its_correction(run: Run, file: Path) -> None:
    assert run("add", "--set", "sore=4", "--set", "now=[]", "--date", "2026-11-20").exit_code == 0
    again = run("add", "--set", "sore=5", "--set", "now=[]", "--date", "2026-11-20")
    assert "That day has 2 entries, which all count." in again.stdout
    corrected = run(
        "add", "--set", "sore=6", "--set", "now=[]", "--date", "2026-11-20", "--correct"
    )

    assert corrected.stdout.startswith("Corrected: the entry of Friday 20 November.\n")
    first, second, third = kept(file)
    assert third["supersedes"] == second["id"]
    assert "supersedes" not in first
    assert ": 5, 6 at worst\n" in run("show").stdout


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--date", "2026-11-28"), "that day is still to come"),
        (("--date", "yesterday"), "write a day as year, month and day"),
        (("--correct",), "there is no entry of that day"),
        (("--set", "sore"), "is not of the form id=value"),
        (("--note", "x" * 4001), "it has more than 4000 characters, so nothing was added"),
        ((), "there is nothing to add"),
    ],
)  # fmt: skip
def test_what_cannot_be_added_is_refused(
    run: Run, file: Path, options: tuple[str, ...], why: str
) -> None:
    result = run("add", *options)
    assert result.exit_code == 2
    assert why in " ".join(result.stderr.replace("│", "").split())
    assert not file.exists()


def test_a_note_can_come_from_standard_input(run: Run, file: Path) -> None:
    run("add", "--set", "now=[]", "--note", "-", given="Two\nlines \x1b[31m.")
    assert kept(file)[0]["note"] == "Two lines <U+001B>[31m."


@pytest.mark.parametrize("note", ["x" * 4001, " " * 70_000], ids=["too long", "only cut off"])
def test_a_long_note_on_standard_input_is_not_cut(run: Run, file: Path, note: str) -> None:
    result = run("add", "--set", "now=[]", "--note", "-", given=note)
    assert result.exit_code == 2
    assert "more than 4000 characters" in " ".join(result.stderr.replace("│", "").split())
    assert not file.exists()


@pytest.mark.parametrize("command", ["add", "show", "export", "forget"])
def test_a_journal_is_no_standard_input(run: Run, command: str) -> None:
    told = {"add": ("--set", "now=[]"), "export": ("--format", "json"), "forget": ("--yes",)}
    result = run(command, *told.get(command, ()), "--journal", "-")
    assert result.exit_code == 66
    assert "a journal is a file, and cannot be standard input or output" in result.stderr
    assert not Path("-").exists()


def test_nothing_is_written_with_no_save(run: Run, isolated_home: Path) -> None:
    result = run("add", "--set", "sore=4", "--set", "now=[]", "--no-save")
    assert result.stdout == "Not saved: the entry of Friday 27 November.\n"
    run("show", "--no-save")
    assert list(isolated_home.iterdir()) == []


def test_another_journal_can_be_named(run: Run, file: Path, tmp_path: Path) -> None:
    named = tmp_path / "child.jsonl"
    run("add", "--set", "sore=4", "--set", "now=[]", "--journal", named)
    assert len(kept(named)) == 1
    assert not file.exists()


def test_an_unfinished_line_is_reported_and_kept_aside(run: Run, file: Path) -> None:
    put(file, course(4) + b'{"journal":1,"id":"x')
    result = run("add", "--set", "sore=4", "--set", "now=[]")
    aside = file.with_name("sore_throat.jsonl.torn")
    assert f"It is kept in {aside}." in result.stdout.replace("\n", " ")
    assert "J101" in result.stderr
    assert aside.read_bytes() == b'{"journal":1,"id":"x\n'
    assert len(kept(file)) == 2


def test_a_result_begins_a_journal(run: Run, file: Path, tmp_path: Path) -> None:
    from backtriage.cli.app import app_with

    sheet = tmp_path / "sheet.json"
    sheet.write_text('{"years": 44, "airway": [], "days": "longer", "feverish": false}')
    words = ["assess", str(sheet), "--format", "json", "--rules", str(tmp_path / "rules")]
    record = CliRunner().invoke(app_with(("assess", "rules")), words).stdout
    (tmp_path / "result.json").write_text(record)

    result = run("add", "--result", tmp_path / "result.json", "--note", "It began.")
    assert result.stdout.startswith("Added: the entry of Friday 27 November.\n")
    (entry,) = kept(file)
    assert entry["plan"] == ["drinks"]
    assert (entry["urgency"], entry["note"]) == (json.loads(record)["urgency"], "It began.")


def test_an_older_result_needs_its_day(run: Run, file: Path, tmp_path: Path) -> None:
    """Nothing in it says when it was given, but its file does."""
    test_a_result_begins_a_journal(run, file, tmp_path)
    result = tmp_path / "result.json"
    week_ago = time.time() - 7 * 24 * 60 * 60
    os.utime(result, (week_ago, week_ago))

    refused = run("add", "--result", result)
    added = run("add", "--result", result, "--date", "2026-11-20")

    assert refused.exit_code == 2
    assert "name its day: --date DAY" in " ".join(refused.stderr.replace("│", " ").split())
    assert added.stdout.startswith("Added: the entry of Friday 20 November.\n")


def test_no_export_replaces_the_journal(run: Run, tmp_path: Path) -> None:
    journal = tmp_path / "ann.json"
    run("add", "--set", "sore=4", "--set", "now=[]", "--journal", journal)
    before = journal.read_bytes()

    ended = run("export", "--journal", journal, "--output", journal, "--force")

    assert ended.exit_code == 2
    assert "that is the journal itself" in " ".join(ended.stderr.replace("│", " ").split())
    assert journal.read_bytes() == before


def test_a_folder_that_is_gone_has_no_journal(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    ended = run("show", "--journal", "a.jsonl")

    assert ended.exit_code == 66
    assert "cannot find a.jsonl" in ended.stderr


@pytest.mark.parametrize(
    "more",
    [("--date", "2027-01-01"), ("--date", "foo"), ("--note", "x" * 5_000), ("--set", "sore=4"),
     ("--correct",), ("--journal", "{folder}/loose.jsonl"), "answers", "cut"],
)  # fmt: skip
def test_a_result_that_is_refused_is_still_said_to_be_an_emergency(
    more: tuple[str, ...] | str, run: Run, file: Path, tmp_path: Path
) -> None:
    from backtriage.cli.app import app_with

    sheet = tmp_path / "sheet.json"
    sheet.write_text('{"years": 44, "airway": ["breathing"]}')
    words = ["assess", str(sheet), "--format", "json", "--rules", str(tmp_path / "rules")]
    record = CliRunner().invoke(app_with(("assess", "rules")), words).stdout
    is_cut = more == "cut"
    (tmp_path / "result.json").write_text(record.rstrip()[:-1] if is_cut else record)
    (tmp_path / "loose.jsonl").touch(0o644)
    (tmp_path / "loose.jsonl").chmod(0o644)
    given = sheet if more == "answers" else tmp_path / "result.json"
    options = [] if isinstance(more, str) else [each.format(folder=tmp_path) for each in more]

    ended = run("add", "--result", given, *options, "--country", "GB")

    assert ended.exit_code in {2, 65, 66}
    assert ended.stderr.startswith("If you cannot breathe, call 999 now.\n") is not is_cut
    assert not file.exists()


@pytest.mark.parametrize("wrong", [{}, {"urgency": "self_care"}, {"urgency": None}, None])
def test_a_result_that_is_an_emergency_is_said_to_be_one(
    wrong: dict[str, object] | None, run: Run, file: Path, tmp_path: Path
) -> None:
    from backtriage.cli.app import app_with

    sheet = tmp_path / "sheet.json"
    sheet.write_text('{"years": 44, "airway": ["breathing"]}')
    words = ["assess", str(sheet), "--format", "json", "--rules", str(tmp_path / "rules")]
    record = CliRunner().invoke(app_with(("assess", "rules")), words).stdout
    changed = {**json.loads(record), **(wrong or {})}
    if wrong is None:
        del changed["urgency"], changed["advice"]
    (tmp_path / "result.json").write_text(json.dumps(changed))

    result = run("add", "--result", tmp_path / "result.json", "--country", "GB")

    assert result.exit_code == 3
    assert result.stderr == "If you cannot breathe, call 999 now.\n"
    assert kept(file)[0]["urgency"] == "emergency"


@pytest.mark.parametrize(
    "wrong", [{"advice": 5}, {"advice": [{}, "drinks", None]}, {"advice": {"id": "drinks"}}]
)
def test_a_result_with_strange_advice_has_no_plan(
    wrong: dict[str, object], run: Run, file: Path, tmp_path: Path
) -> None:
    from backtriage.cli.app import app_with

    sheet = tmp_path / "sheet.json"
    sheet.write_text('{"years": 44, "airway": [], "days": "longer", "feverish": false}')
    words = ["assess", str(sheet), "--format", "json", "--rules", str(tmp_path / "rules")]
    record = json.loads(CliRunner().invoke(app_with(("assess", "rules")), words).stdout)
    (tmp_path / "result.json").write_text(json.dumps({**record, **wrong}))

    assert run("add", "--result", tmp_path / "result.json").exit_code == 0
    assert "plan" not in kept(file)[0]


def test_what_is_no_result_begins_none(run: Run, file: Path, tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text("{}")
    result = run("add", "--result", tmp_path / "result.json")
    assert result.exit_code == 66
    assert "is not a result" in result.stderr
    assert not file.exists()


def test_an_empty_journal_says_how_to_begin(run: Run) -> None:
    shown, exported = run("show"), run("export")
    assert shown.stdout == "The journal is empty. To begin it: backtriage journal add\n"
    assert (exported.exit_code, exported.stdout) == (65, "")


def test_a_journal_is_exported_by_the_name_of_the_file(
    run: Run, file: Path, tmp_path: Path
) -> None:
    put(file, course(5, 4, 3))
    for name, start in (
        ("j.html", "<!doctype html>"), ("j.md", "## Journal"), ("j.csv", "day,written,"),
        ("j.json", "{"),
    ):  # fmt: skip
        assert run("export", "--output", tmp_path / name).exit_code == 0
        assert (tmp_path / name).read_text().startswith(start)
    assert run("export", "--output", tmp_path / "j.csv").exit_code == 74
    assert run("export", "--format", "csv", "--from", TODAY.isoformat()).stdout.count("\n") == 2


@pytest.mark.parametrize(("private", "sign"), [(False, "choking"), (True, "spit")])
def test_no_page_of_later_days_reads_as_free_of_signs(
    run: Run, file: Path, *, private: bool, sign: str
) -> None:
    named = {"choking": "hard to breathe", "spit": "cannot swallow"}[sign]
    ticked = line(TODAY - timedelta(days=5), 9, answers={"now": [sign]}, urgency="emergency")
    long_ago = line(TODAY - timedelta(days=20), 9, answers={"now": [sign]})
    put(file, written(long_ago, ticked) + course(4, 4, 4))
    words = ("export", "--from", "2026-11-24", *["--private"] * private)

    pages = {form: run(*words, "--format", form).stdout for form in ("markdown", "html", "json")}

    said = (
        f"The person ticked an emergency sign, or was not sure: 22 November, {named}. Days before "
        "24 November 2026 are left out, but for emergency signs of the last 2 weeks. A result of "
        "these days was an emergency: 22 November. "
    )
    assert all(said in page for page in pages.values())
    assert f"Ticked or not sure:** 22 November, {named}\n" in pages["markdown"]
    assert "Asked:** with 3 of 3 entries\n" in pages["markdown"]
    assert len(json.loads(pages["json"])["entries"]) == 3
    assert run(*words, "--format", "csv").stdout.count("\n") == 4


def test_a_page_of_later_days_without_a_sign_says_what_it_leaves_out(run: Run, file: Path) -> None:
    put(file, written(line(TODAY - timedelta(days=20), 9, answers={"now": ["choking"]})))
    file.write_bytes(file.read_bytes() + course(4, 4, 4))
    page = run("export", "--from", "2026-11-24", "--format", "markdown").stdout
    assert "Days before 24 November 2026 are left out" in page
    assert "Ticked or not sure:** none of these in the days shown\n" in page
    whole = run("export", "--format", "markdown").stdout
    assert "left out, but" not in whole
    assert "Ticked or not sure:** 7 November, hard to breathe\n" in whole


def test_forgetting_says_what_it_removes(run: Run, file: Path) -> None:
    put(file, course(5, 4, 3) + b"not a line\n")
    (file.with_name(f"{file.name}.torn")).write_bytes(b"torn")
    copies = [file.with_name(f".{file.name}.{each}") for each in ("20261127", "original")]
    for copy in copies:
        copy.write_bytes(b"mine")
    asked = run("forget")
    assert asked.exit_code == 2
    what = "3 entries from 25 November 2026 to 27 November 2026 and 2 lines that cannot be read"
    assert f"This removes {what} from {file}." in asked.stderr
    assert file.exists()

    done = run("forget", "--before", "2026-11-27", "--yes")
    assert "2 entries from 25 November 2026 to 26 November 2026" in done.stdout
    assert done.stdout.endswith("1 entry kept.\n")
    assert file.read_bytes() == course(3)
    assert {*file.parent.iterdir()} == {file, *copies}
    for copy in copies:
        copy.unlink()

    assert run("forget", "--yes").stdout.endswith("Nothing is left.\n")
    assert not file.parent.exists()
    assert run("forget", "--yes").stdout.endswith("nothing to remove.\n")


def test_forgetting_what_a_correction_corrects_leaves_no_byte_of_it(run: Run, file: Path) -> None:
    run("add", "--set", "sore=9", "--set", "now=[]", "--date", "2026-11-20", "--note", "secret")
    run("add", "--set", "sore=4", "--set", "now=[]", "--date", "2026-11-20", "--correct")
    run("add", "--set", "sore=3", "--set", "now=[]")
    run("forget", "--before", "2026-11-21", "--yes")
    assert b"secret" not in file.read_bytes()
    assert [entry["answers"]["sore"] for entry in kept(file)] == [3]  # type: ignore[index]


def test_what_was_added_while_it_was_asked_is_not_removed(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(file, course(5, 4))

    def confirm(_: object) -> bool:
        run("add", "--set", "sore=9", "--set", "now=[]")
        return True

    monkeypatch.setattr(forget, "_confirm", confirm)
    result = run("forget")

    assert result.exit_code == 74
    assert "has changed meanwhile, so nothing was removed" in " ".join(result.stderr.split())
    assert len(kept(file)) == 3


def test_rules_without_a_journal_have_none() -> None:
    result = CliRunner().invoke(journal_app, ["show", "--rules", str(TINY)])
    assert result.exit_code == 2
    assert "no questions for a journal" in result.stderr


def test_a_line_that_cannot_be_read_does_not_take_the_place_of_an_entry_with_its_id(
    run: Run, file: Path
) -> None:
    *_, last = lines = course(4, 4).splitlines()
    refused = json.dumps({**json.loads(last), "day": "someday"}).encode()
    put(file, b"\n".join((refused, *lines, b"")))

    run("forget", "--before", json.loads(last)["day"], "--yes")

    assert file.read_bytes() == last + b"\n"


@pytest.mark.parametrize("before", [0, 7])
def test_an_entry_of_a_day_that_has_begun_further_east_counts(
    run: Run, file: Path, before: int
) -> None:
    """Written in Auckland, and shown where the clock's zone has not reached that day."""
    tomorrow = TODAY + timedelta(1)
    there = f"{tomorrow}T10:00:00+13:00"  # at NOW
    sign = line(tomorrow, 8, id="east", at=there, answers={"now": ["choking"]})
    put(file, course(*[3] * before) + written(sign))

    shown = run("show")
    page = run("export", "--format", "markdown").stdout

    assert shown.stderr == ""
    assert "You ticked an emergency sign, or were not sure: 28 November" in shown.stdout
    assert f"with {before + 1} of {before + 1} entr" in page
    assert "Ticked or not sure:** 28 November" in page

    again = run("add", "--set", "now=[]", "--set", "sore=4")
    assert again.stdout.startswith("Added: the entry of Friday 27 November.\n")
    mended = run("add", "--set", "now=[]", "--date", str(tomorrow), "--correct")
    assert mended.stdout.startswith("Corrected: the entry of Saturday 28 November.\n")


@pytest.mark.parametrize(
    "change", [{"journal": 2}, {"day": "2099-01-01"}, {"answers": {"now": ["another"]}}, {"at": 1}]
)
def test_a_journal_of_which_a_part_does_not_count_never_reads_as_free_of_signs(
    run: Run, file: Path, change: dict[str, object]
) -> None:
    run("add", "--set", "now=choking")
    lost = json.dumps({**kept(file)[0], **change}).encode() + b"\n"
    file.write_bytes(lost)
    assert "Some lines of this journal do not count here" in run("show").stdout
    file.unlink()
    run("add", "--set", "sore=4", "--set", "now=[]")
    whole = run("export", "--format", "markdown").stdout
    assert "cannot be read" not in whole
    assert "Ticked or not sure:** none of these\n" in whole
    file.write_bytes(file.read_bytes() + lost.replace(b'"id": "', b'"id": "x'))

    assert "Some lines of this journal do not count here" in run("show").stdout
    page = run("export", "--format", "markdown").stdout
    assert "Some lines of this journal cannot be read" in page
    assert "Ticked or not sure:** none of these in the lines that count" in page
