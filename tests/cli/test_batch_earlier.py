"""`backtriage batch --compare` and `--verify`: earlier results beside those of now."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from backtriage.cli import exits
from backtriage.program.validate import plain_sheet
from backtriage.shell.batch import comparing
from tests.support.columns import random_sheets
from tests.support.edited_rules import edited_tiny
from tests.support.process import Completed, invoke
from tests.support.protocols import TINY, shipped
from tests.support.sheets import CANNOT_PEE, STRAIN, WELL, Sheet

pytestmark = pytest.mark.usefixtures("warm_cache")

PEOPLE: dict[str, Sheet] = {
    "anna": WELL, "ben": WELL | {"feverish": True, "fever_days": 4},
    "cem": WELL | {"years": 44}, "dora": WELL | {"airway": ["drooling"]},
    "gus": WELL | {"years": 70, "feverish": True, "fever_days": 1},
}  # fmt: skip

BOTH = pytest.mark.parametrize("extension", [".csv", ".jsonl"])


def table(path: Path, people: dict[str, Sheet]) -> Path:
    lines = (json.dumps({"ref": f"={name}", "name": name, **s}) for name, s in people.items())
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


@pytest.fixture
def day(tmp_path: Path) -> Path:
    return table(tmp_path / "day.jsonl", PEOPLE)


def batch(day: Path, *options: str | Path, rules: Path = TINY) -> Completed:
    return invoke("batch", day, "--id", "name", "--rules", rules, *options)


def results(day: Path, extension: str, *options: str) -> Path:
    """Return the results of an earlier run."""
    path = day.with_name(f"results{extension}")
    ended = batch(day, "-o", path, *options)
    assert ended.code == exits.OK, ended.err
    return path


def other_rules(folder: Path) -> Path:
    """Return rules by which all but anna have another urgency, each for another reason."""
    folder.mkdir()
    return edited_tiny(
        folder,
        ("same_day\n    when: long_fever", "soon\n    when: long_fever"),
        ("days is longer and signs >= 2", "years >= 40 years"),
        ("airway includes any of (breathing, drooling)", "airway includes breathing"),
    )  # fmt: skip


def records_of(path: Path) -> list[dict[str, object]]:
    if path.suffix == ".csv":
        with path.open(newline="") as file:
            return [*csv.DictReader(file)]
    return [json.loads(line) for line in path.read_text().splitlines()]


@BOTH
def test_it_says_who_would_be_higher_or_lower_and_by_which_rule(extension: str, day: Path) -> None:
    before = results(day, extension)
    summary, rules = day.with_name("summary.json"), other_rules(day.with_name("rules"))

    ended = batch(day, "--compare", before, "--summary", summary, rules=rules)

    assert ended.code == exits.OK, ended.err
    assert ended.out.decode() == (
        "HIGHER NOW: 1 person\n"
        "- cem                           From AT HOME to BOOK A VISIT, now by stays_long.\n"
        "\n"
        "LOWER NOW: 3 people\n"
        "- dora                          From EMERGENCY to AT HOME, no longer by\n"
        "                                cannot_breathe.\n"
        "- ben                           From TODAY to SOON, now by fever_today.\n"
        "- gus                           From TODAY to SOON, now by fever_today.\n"
        "\n"
    )
    assert f"results{extension}: 5 results, 1 higher, 3 lower, 1 the same.\n" in ended.err
    assert "of these very rules" not in ended.err
    assert json.loads(summary.read_text())["compared"] == {
        "with": f"results{extension}", "higher": 1, "lower": 3, "other_person": 0,
        "no_result": 0, "no_row": 0, "same": 1,
    }  # fmt: skip


@BOTH
@pytest.mark.parametrize("form", [".csv", ".jsonl"])
def test_changes_are_written_with_the_higher_ones_first(
    form: str, extension: str, day: Path
) -> None:
    before, changes = results(day, extension), day.with_name(f"changes{form}")

    ended = batch(day, "--compare", before, "-o", changes, rules=other_rules(day.with_name("r")))

    assert (ended.code, ended.out) == (exits.OK, b"")
    found = records_of(changes)
    assert [record["name"] for record in found] == ["cem", "dora", "ben", "gus"]
    one = {"row": 4, "source": "day.jsonl", "name": "dora", "ref": "=dora", "change": "lower",
           "before": "emergency", "urgency": "self_care", "certain": "self_care",
           "rules": ["home"], "no_longer": ["cannot_breathe"]}  # fmt: skip
    if form == ".csv":
        one |= {"row": "4", "ref": "'=dora", "rules": "home", "no_longer": "cannot_breathe"}
    assert found[1] == one


@BOTH
def test_results_in_any_order_are_reproduced(extension: str, day: Path) -> None:
    before = results(day, extension, "--sort", "urgency")

    ended = batch(day, "--verify", before)

    assert (ended.code, ended.out) == (exits.OK, b"")
    assert f"results{extension}: 5 of 5 results reproduced.\n" in ended.err


@BOTH
@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("emergency", "same_day", "urgency, certain"),
        ("cannot_breathe", "home", "reasons"),
        ("=dora", "=don", "ref"),
    ],
)
def test_a_result_that_was_changed_is_not_reproduced(
    old: str, new: str, field: str, extension: str, day: Path
) -> None:
    before, faults = results(day, extension), day.with_name("faults.jsonl")
    lines = before.read_text().splitlines(keepends=True)
    place = next(at for at, line in enumerate(lines) if "dora" in line)
    assert old in lines[place]
    lines[place] = lines[place].replace(old, new)
    before.write_text("".join(lines))

    said = batch(day, "--verify", before)
    ended = batch(day, "--verify", before, "-o", faults)

    assert (said.code, ended.code) == (exits.DATA, exits.DATA)
    assert f"NOT REPRODUCED: 1 person\n- dora                          Differs in {field}" in (
        said.out.decode()
    )
    (record,) = records_of(faults)
    assert (record["name"], record["change"]) == ("dora", "differs")
    assert record["differs"] == field.split(", ")


def without(path: Path, name: str) -> Path:
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True)
                            if name not in line))  # fmt: skip
    return path


UNFIT = {
    "a row without a result": ("--verify", exits.DATA, "1 row had no result there."),
    "a new row": ("--compare", exits.OK, "1 row had no result there."),
}


@BOTH
@pytest.mark.parametrize(("option", "code", "said"), UNFIT.values(), ids=UNFIT)
def test_a_row_that_had_no_result_is_counted(
    option: str, code: int, said: str, extension: str, day: Path
) -> None:
    before = without(results(day, extension), "dora")

    ended = batch(day, option, before)

    assert ended.code == code, ended.err
    assert said in ended.err


@BOTH
@pytest.mark.parametrize("option", ["--compare", "--verify"])
def test_a_result_whose_row_is_gone_or_refused_is_named(
    option: str, extension: str, day: Path
) -> None:
    before, changes = results(day, extension), day.with_name("changes.jsonl")
    table(day, PEOPLE | {"anna": WELL | {"years": 999}, "gus": {}})
    without(day, "gus")

    ended = batch(day, option, before, "-o", changes)

    assert ended.code == exits.DATA
    assert "A103" in ended.err
    assert "  2 results have no row now that has a result: name the same input" in ended.err
    found = [(each["row"], each["name"], each["change"]) for each in records_of(changes)]
    assert found == [(5, "gus", "no_row"), (1, "anna", "no_row")]


@BOTH
def test_results_of_somebody_else_are_not_compared(extension: str, day: Path) -> None:
    before = results(day, extension)
    table(day, {"zoe": WELL, **PEOPLE})

    ended = batch(day, "--compare", before)

    assert (ended.code, ended.out) == (exits.DATA, b"")
    assert "  5 results are of somebody else by name or reference" in ended.err
    assert "  1 row had no result there." in ended.err


def test_results_of_other_rules_are_not_verified(day: Path) -> None:
    before = results(day, ".csv")

    ended = batch(day, "--verify", before, rules=other_rules(day.with_name("rules")))

    assert (ended.code, ended.out) == (exits.DATA, b"")
    assert "0 of 5 results reproduced.\n  5 results were made by other rules: verify" in ended.err


def test_results_of_the_same_rules_are_better_verified(day: Path) -> None:
    ended = batch(day, "--compare", results(day, ".jsonl"))

    assert (ended.code, ended.out) == (exits.OK, b"")
    assert "5 results are of these very rules; --verify tells more about them." in ended.err


GOOD = '{"row": 1, "source": "day.jsonl", "urgency": "soon"}'
BROKEN = {
    "text": (
        ".jsonl",
        "nothing\n",
        "1:1: A118 this is no result of a batch: this is no JSON object",
    ),
    "list": (".jsonl", "[1]\n", "this is no JSON object"),
    "twice": (".jsonl", '{"row": 1, "row": 2}', "this is no JSON object"),
    "deep": (".jsonl", "[" * 100_000, "this is no JSON object"),
    "encoding": (".jsonl", "\ufffe".encode("utf-16-le").decode("latin-1") + GOOD, "A1"),
    "fields": (
        ".jsonl",
        '\n{"ref": "A"}\n',
        "2:1: A118 this is no result of a batch: it has no row",
    ),
    "row": (".jsonl", GOOD.replace("1", '"A"'), "its row cannot be read"),
    "long row": (".jsonl", GOOD.replace("1", f'"{"1" * 5_000}"'), "its row cannot be read"),
    "source": (".jsonl", GOOD.replace("day", "\\ud800"), "its source cannot be read"),
    "urgency": (".jsonl", GOOD.replace('"soon"', "[]"), "its urgency cannot be read"),
    "rules": (
        ".jsonl",
        GOOD.replace("}", ', "open": [1], "doubts": 2}'),
        "its doubts, open cannot",
    ),
    "same row": (".jsonl", f"{GOOD}\n\n{GOOD}\n", "a row has two results"),
    "many": (".jsonl", f"x\n{GOOD}\n" + "x\n" * 100, "20 problems"),
    "nothing": (".csv", "", "5 results"),
    "header": (".csv", "row,row\n", "two columns have the same name"),
    "quote": (".csv", 'row,source,urgency\n1,"day,soon\n', "2:1: A122 this is not CSV"),
    "cells": (".csv", "row,source,urgency\n1,soon\n", "more or fewer cells than the header"),
    "sheets": (".csv", "name,years\nA,40\n", "it has no row, source, urgency"),
}


@pytest.mark.parametrize(("extension", "text", "said"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_result_is_refused_and_hides_no_emergency(
    extension: str, text: str, said: str, day: Path
) -> None:
    before, changes = day.with_name(f"results{extension}"), day.with_name("changes.jsonl")
    before.write_bytes(text.encode("latin-1"))

    ended = batch(day, "--compare", before, "-o", changes)

    if not text:
        assert (ended.code, changes.read_text().count("no_result")) == (exits.OK, 5)
        return
    assert ended.code == exits.DATA, ended.err
    assert said in ended.err
    assert "No row was decided, and nothing was written." in ended.err
    assert "EMERGENCY, by what could be read: dora.\n" in ended.err
    assert not changes.exists()


REFUSED: dict[str, tuple[Sequence[str], int, str]] = {
    "both": (("--compare", "{b}", "--verify", "{b}"), exits.USAGE, "not with --compare"),
    "sorted": (("--compare", "{b}", "--sort", "urgency"), exits.USAGE, "not with --compare"),
    "resumed": (("--verify", "{b}", "--resume"), exits.USAGE, "not with --verify"),
    "spark": (("--verify", "{b}", "--engine", "spark"), exits.USAGE, "one machine verifies"),
    "open": (("--compare", "-"), exits.USAGE, "name one file of results"),
    "sheet": (("--compare", "{d}/sheet.json"), exits.USAGE, "name one file of results"),
    "missing": (("--compare", "{d}/none.csv"), exits.NO_INPUT, "no such file"),
    "itself": (("--compare", "{b}", "-o", "{b}", "--force"), exits.USAGE, "is named twice"),
    "parquet": (("--compare", "{b}", "-o", "{d}/c.parquet"), exits.USAGE, "end the name in"),
}


@pytest.mark.parametrize(("words", "code", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_work_is_refused(
    words: Sequence[str], code: int, said: str, day: Path
) -> None:
    before = results(day, ".csv")
    whole = before.read_bytes()
    day.with_name("sheet.json").write_text("{}")

    ended = batch(day, *(word.format(b=before, d=day.parent) for word in words))

    assert (ended.code, ended.out) == (code, b""), ended.err
    assert said in ended.err
    assert before.read_bytes() == whole


def test_a_full_folder_for_temporary_files_is_said(
    day: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    before = results(day, ".csv")
    monkeypatch.setattr(comparing._Stored, "fill", full)

    ended = batch(day, "--compare", before)

    assert ended.code == exits.CANNOT_WRITE
    assert "database or disk is full; TMPDIR names a folder with more room" in ended.err
    assert "EMERGENCY, by what could be read: dora." in ended.err


def test_no_private_rule_is_named(tmp_path: Path) -> None:
    people = {"gus": STRAIN | {"harm_signs": ["suicide"]}, "ben": CANNOT_PEE}
    day, before = table(tmp_path / "day.jsonl", people), tmp_path / "results.jsonl"
    words = ("batch", day, "--id", "name")
    invoke(*words, "-o", before)
    lower = [
        record | {"urgency": "routine", "reasons": ["long_gone"]} for record in records_of(before)
    ]
    before.write_text("".join(f"{json.dumps(record)}\n" for record in lower))

    ended = invoke(*words, "--compare", before)

    text = " ".join(ended.out.decode().split())
    assert "- gus From BOOK A VISIT to EMERGENCY, now by a private rule." in text
    assert "- ben From BOOK A VISIT to EMERGENCY, now by pee_trouble." in text
    assert "suicid" not in text


def test_a_rule_that_is_gone_is_not_named(tmp_path: Path) -> None:
    """Nobody knows any more whether it told a private answer."""
    day, before = table(tmp_path / "day.jsonl", {"anna": WELL}), tmp_path / "results.jsonl"
    batch(day, "-o", before)
    (record,) = records_of(before)
    before.write_text(json.dumps(record | {"urgency": "soon", "reasons": ["hurt", "long_gone"]}))

    ended = batch(day, "--compare", before)

    assert "From SOON to AT HOME, no longer by a rule that is gone." in (
        " ".join(ended.out.decode().split())
    )


def test_many_changes_are_counted_and_the_first_are_shown(tmp_path: Path) -> None:
    people = {f"n{at}": PEOPLE["ben"] for at in range(450)} | {"cem": PEOPLE["cem"]}
    day = table(tmp_path / "day.jsonl", people)

    ended = batch(day, "--compare", results(day, ".csv"), rules=other_rules(tmp_path / "rules"))

    text = ended.out.decode()
    assert text.startswith("HIGHER NOW: 1 person\n- cem ")
    assert "LOWER NOW: 450 people\n- n0 " in text
    assert "- n198 " in text
    assert "- n199 " not in text
    assert "And 251 more; --output FILE lists all.\n" in text


@BOTH
def test_results_of_random_sheets_are_reproduced(extension: str, tmp_path: Path) -> None:
    day, before = tmp_path / "day.jsonl", tmp_path / f"results{extension}"
    sheets = [plain_sheet(shipped(), sheet, ()) for sheet in random_sheets(shipped(), 300, 9)]
    marks = ("=1+1", "a,b;c", '"', "\u2028", "'", " x ", "-2", "", "1e5", "n\\u00f6")
    lines = [
        json.dumps({**sheet, "ref": marks[at % 9], "name": marks[at % 10], "n": at})
        for at, sheet in enumerate(sheets)
    ]
    day.write_text("".join(f"{line}\n" for line in lines))
    words = ("batch", day, "--keep", "name", "--keep", "n", "--rejects", tmp_path / "r.csv")
    invoke(*words, "-o", before)

    ended = invoke(*words, "--verify", before, "--force")

    refused = len(records_of(tmp_path / "r.csv"))
    assert (
        f"results{extension}: {300 - refused} of {300 - refused} results reproduced." in ended.err
    )
    assert "no row" not in ended.err
    assert refused < 100
