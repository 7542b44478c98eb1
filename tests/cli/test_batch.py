"""`backtriage batch`, on real files."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from functools import partial
from io import BufferedReader
from pathlib import Path
from tempfile import gettempdir
from typing import Final

import pytest

from backtriage.cli import exits
from backtriage.shell.batch import inputs, outputs, running
from tests.support.process import COMMAND, PATIENCE, backtriage, invoke
from tests.support.protocols import SHIPPED, TINY, shipped
from tests.support.sheets import CANNOT_PEE, STRAIN, Sheet

pytestmark = [pytest.mark.usefixtures("warm_cache"), pytest.mark.first_only]

PEOPLE: dict[str, Sheet] = {"anna": STRAIN, "ben": CANNOT_PEE, "cem": {"age": 40}}


@pytest.fixture
def day(tmp_path: Path) -> Path:
    """A table of three people."""
    path = tmp_path / "day.jsonl"
    lines = (json.dumps({**sheet, "name": name}) for name, sheet in PEOPLE.items())
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a sheet for each of them."""
    path = tmp_path / "sheets"
    path.mkdir()
    for name, sheet in PEOPLE.items():
        (path / f"{name}.json").write_text(json.dumps(sheet))
    return path


def records_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_each_result_is_that_of_assess(day: Path, folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "results.jsonl"

    ended = invoke("batch", day, "--id", "name", "-o", output)

    assert ended.code == exits.INCOMPLETE, ended.err
    for record in records_of(output):
        alone = invoke("assess", folder / f"{record['name']}.json", "--format", "json")
        expected = json.loads(alone.out)
        assert record["urgency"] == expected["urgency"]
        assert record["certain"] == expected["range"]["certain"]
        assert record["receipt"] == expected["receipt"]
        assert record["digest"] == expected["protocol"]["digest"]


def test_a_table_shows_who_needs_help_first(folder: Path) -> None:
    ended = invoke("batch", folder, "--country", "GB")
    text = ended.out.decode()

    assert text.index("EMERGENCY") < text.index("ben.json") < text.index("LOOK AFTER")
    assert text.index("LOOK AFTER") < text.index("anna.json")
    assert "cem.json" in text
    assert "Not complete" in text
    assert "3 rows" in ended.err


@pytest.mark.parametrize("extension", [".csv", ".jsonl"])
def test_the_most_urgent_first(extension: str, day: Path, tmp_path: Path) -> None:
    output = tmp_path / f"results{extension}"

    invoke("batch", day, "--keep", "name", "--sort", "urgency", "-o", output)

    if extension == ".csv":
        with output.open(newline="") as file:
            rows = [row["name"] for row in csv.DictReader(file)]
    else:
        rows = [str(record["name"]) for record in records_of(output)]
    assert rows == ["ben", "cem", "anna"]


def with_slips(day: Path) -> Path:
    """The table with a row that is an emergency but for a slip, and one that is no JSON."""
    with day.open("a") as file:
        file.write(json.dumps({"age": 1000, "nerve_signs": ["saddle"], "name": "dora"}) + "\n")
        file.write('{"age": 40\n')
    return day


def test_every_row_is_a_result_or_a_reject(day: Path, tmp_path: Path) -> None:
    output, rejects, summary = (tmp_path / n for n in ("o.jsonl", "r.jsonl", "s.json"))

    ended = invoke("batch", with_slips(day), "--id", "name", "-o", output, "--rejects", rejects,
                   "--summary", summary)  # fmt: skip

    assert ended.code == exits.DATA
    assert "1000" not in ended.err
    assert ended.err.startswith("EMERGENCY: 1 rejected row is certainly an emergency")
    assert [record["row"] for record in records_of(output)] == [1, 2, 3]
    assert [record["row"] for record in records_of(rejects)] == [4, 5]
    assert records_of(rejects)[0]["certain"] == "emergency"
    counted = json.loads(summary.read_text())
    assert counted["rows"] == 5
    assert counted["rejected"] == 2
    assert counted["rejected_by_code"] == {"A103": 1, "A110": 1}
    assert sum(counted["urgencies"].values()) == 3


def test_rejects_that_are_an_emergency_come_first(day: Path, tmp_path: Path) -> None:
    lines = day.read_text()
    day.write_text("{\n" + lines)

    invoke("batch", with_slips(day), "--keep", "name", "--rejects", tmp_path / "r.csv")

    with (tmp_path / "r.csv").open(newline="") as file:
        found = [row["certain"] for row in csv.DictReader(file)]
    assert found == ["emergency", "unknown", "unknown"]


def test_strict_writes_nothing(day: Path, tmp_path: Path) -> None:
    output = tmp_path / "results.csv"

    ended = invoke("batch", with_slips(day), "--keep", "name", "--strict", "-o", output)

    assert ended.code == exits.DATA
    assert "Nothing was written" in ended.err
    assert not output.exists()
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_standard_input_and_output(day: Path) -> None:
    ended = backtriage("batch", "-", "--keep", "name", "-o", "-", "--format", "csv",
                       given=day.read_bytes())  # fmt: skip

    rows = [*csv.DictReader(ended.out.decode().splitlines())]
    assert [row["name"] for row in rows] == [*PEOPLE]
    assert {row["source"] for row in rows} == {"standard input"}


def test_csv_on_standard_input() -> None:
    table = b"\xef\xbb\xbfyears,airway,days,feverish\n30,none,under_1_week,no\n"

    ended = backtriage("batch", "-", "-o", "-", "--rules", TINY, given=table)

    assert ended.code == exits.OK, ended.err
    assert json.loads(ended.out)["urgency"] == "self_care"


REFUSED = {
    "missing": (("{folder}/none.csv",), exits.NO_INPUT, "no such file"),
    "kind": (("{folder}/day.pdf",), exits.NO_INPUT, "a table ends in .csv, .jsonl or .parquet"),
    "twice": (("{folder}/day.jsonl", "{folder}/day.jsonl"), exits.NO_INPUT, "named twice"),
    "extension": (("{folder}/day.jsonl", "-o", "{folder}/o.pdf"), exits.USAGE, "end the name in"),
    "format": (
        ("{folder}/day.jsonl", "-o", "-", "--format", "parquet"), exits.USAGE, "is not one of",
    ),
    "itself": (
        ("{folder}/day.jsonl", "-o", "{folder}/day.jsonl", "--force"), exits.USAGE, "named twice",
    ),
    "two": (
        ("{folder}/day.jsonl", "-o", "{folder}/o.csv", "--rejects", "{folder}/o.csv"),
        exits.USAGE, "named twice",
    ),
    "column": (("{folder}/day.jsonl", "--id", "urgency"), exits.USAGE, "of its own"),
    "answer": (("{folder}/day.jsonl", "--keep", "collapse"), exits.USAGE, "is an answer"),
    "reserved": (("{folder}/day.jsonl", "--keep", "protocol"), exits.USAGE, "is an answer"),
    "journal": (("{folder}/day.jsonl", "--keep", "journal_dangers"), exits.USAGE, "is an answer"),
    "older": (("{folder}/day.jsonl", "--keep", "limbs"), exits.USAGE, "an older question"),
    "doubt": (("{folder}/day.jsonl", "--keep", "limbs.not_sure"), exits.USAGE, "older question"),
    "empty": (("{folder}/empty.jsonl",), exits.DATA, "there is no row"),
    "header": (("{folder}/head.csv",), exits.DATA, "there is no question 'oxygen'"),
    "other": (("{folder}/mixed",), exits.NO_INPUT, "is no sheet"),
    "nothing": (("{folder}/none",), exits.NO_INPUT, "there is no sheet"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "code", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_work_is_refused_before_any_row(
    words: tuple[str, ...], code: int, message: str, day: Path, tmp_path: Path
) -> None:
    (tmp_path / "day.pdf").touch()
    (tmp_path / "empty.jsonl").write_text("\n\n")
    (tmp_path / "head.csv").write_text("age,oxygen\n40,90\n")
    (tmp_path / "mixed").mkdir()
    (tmp_path / "mixed" / "list.csv").touch()
    (tmp_path / "none").mkdir()
    before = day.read_bytes()

    ended = invoke("batch", *(word.format(folder=tmp_path) for word in words))

    assert (ended.code, ended.out) == (code, b""), ended.err
    assert message in ended.err
    assert day.read_bytes() == before


def test_a_refused_table_says_its_emergencies(day: Path, tmp_path: Path) -> None:
    table = tmp_path / "old.csv"
    table.write_text("ref,age,collapse,oxygen\nA-1,40,chest,90\nA-2,40,none,90\n")

    ended = invoke("batch", day, table, "--keep", "name")

    assert ended.code == exits.DATA
    assert "EMERGENCY, by what could be read: day.jsonl, row 2, A-1.\n" in ended.err
    assert "No row was decided, and nothing was written." in ended.err


def test_a_table_without_a_header_quotes_nobody_and_is_not_taken_for_calm(tmp_path: Path) -> None:
    table = tmp_path / "day.csv"
    table.write_text("Ben,self,38,male,none,suicide,yes\nCem,self,40,male,chest,none,\n")

    ended = invoke("batch", table)

    assert ended.code == exits.DATA
    assert ended.err.startswith("NOT READ, so look now, because it may be an emergency: day.csv, "
                                "row 1, day.csv, row 2.\n")  # fmt: skip
    for word in ("Ben", "'self'", "male", "suicid", "'yes'"):
        assert word not in ended.err


@pytest.mark.parametrize("row", ["chest,none", "none,chest"])
def test_a_column_that_stands_twice_hides_no_emergency(row: str, tmp_path: Path) -> None:
    table = tmp_path / "day.csv"
    table.write_text(f"age,collapse,collapse\n40,{row}\n40,none,none\n")

    ended = invoke("batch", table)

    assert ended.err.startswith("EMERGENCY, by what could be read: day.csv, row 1.\n")


def test_a_header_in_capitals_hides_no_emergency(tmp_path: Path) -> None:
    table = table_of(tmp_path / "day.csv", CHEST, "self,40,none\n", header=ASKED.upper())

    ended = invoke("batch", table)

    assert ended.err.startswith("EMERGENCY, by what could be read: day.csv, row 1.\n")
    assert "NOT READ" not in ended.err
    assert "did you mean 'collapse'?" in ended.err


BEFORE_ANY_ROW = {
    "input": (("{day}", "{folder}/gone.csv"), exits.NO_INPUT, "no such file"),
    "folder": (("{folder}/mixed",), exits.NO_INPUT, "is no sheet"),
    "tables": (("{folder}/tables",), exits.NO_INPUT, "is no sheet"),
    "deeper": (("{folder}/deeper",), exits.NO_INPUT, "is a folder"),
    "hidden": (("{folder}/other", "{day}"), exits.NO_INPUT, "is hidden or the copy"),
    "twice": (("{day}", "{day}"), exits.NO_INPUT, "named twice"),
    "results": (("{day}", "--compare", "{folder}/gone.csv"), exits.NO_INPUT, "no such file"),
    "output": (("{day}", "-o", "{folder}/no/x.csv"), exits.CANNOT_WRITE, "no such"),
    "rejects": (("{day}", "--rejects", "{folder}/there.csv"), exits.CANNOT_WRITE, "already"),
    "summary": (("{day}", "--summary", "{folder}/no/s.json"), exits.CANNOT_WRITE, "no such"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code", "message"), BEFORE_ANY_ROW.values(), ids=BEFORE_ANY_ROW
)  # fmt: skip
def test_what_is_refused_before_any_row_hides_no_emergency(
    words: tuple[str, ...], code: int, message: str, tmp_path: Path
) -> None:
    day = table_of(tmp_path / "day.csv", "Anna K.,40,chest\n", header="name,age,collapse")
    (tmp_path / "there.csv").write_text("mine")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "._a.json").write_text(json.dumps(STRAIN))
    (tmp_path / "mixed").mkdir()
    (tmp_path / "mixed" / "a.json").write_text('{"ref": "Anna K.", "collapse": ["chest"]}')
    (tmp_path / "mixed" / "list.txt").write_text("nobody")
    for folder in ("tables", "deeper/more"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "day.csv").write_bytes(day.read_bytes())

    options = (word.format(day=day, folder=tmp_path) for word in words)
    ended = invoke("batch", *options, "--id", "name")

    assert ended.code == code
    assert ended.err.startswith("EMERGENCY, by what could be read: Anna K.\nbacktriage: ")
    assert ended.err.count("EMERGENCY") == 1
    assert message in ended.err
    assert (tmp_path / "there.csv").read_text() == "mine"


@pytest.mark.parametrize("name", ["a.json.~1~", ".a.json.icloud", ".a.json.Ab3xY9", "#a.yaml#"])
def test_no_sheet_in_a_folder_is_passed_over_for_its_name(name: str, tmp_path: Path) -> None:
    """Copies that are numbered, or that another program has renamed, are somebody's sheets too."""
    (tmp_path / "a.json").write_text(json.dumps(STRAIN))
    (tmp_path / name).write_text(json.dumps({**STRAIN, "collapse": ["chest"]}))

    ended = invoke("batch", tmp_path)

    assert ended.code == exits.NO_INPUT
    assert f"{name} is hidden or the copy of an editor" in " ".join(ended.err.split())


@pytest.mark.parametrize("text", ["[{0}, {1}]", "{0}{1}"])
@pytest.mark.parametrize("name", ["-", "day.csv"])
def test_a_line_of_several_sheets_is_no_header(name: str, text: str, tmp_path: Path) -> None:
    sheets = [json.dumps(sheet) for sheet in (STRAIN, {**STRAIN, "collapse": ["chest"]})]
    table = tmp_path / "day.csv"
    table.write_text(text.format(*sheets) + "\n")

    ended = backtriage("batch", "-" if name == "-" else table, given=table.read_bytes())

    assert ended.code == exits.DATA
    assert ended.err.startswith("NOT READ")
    assert "EMERGENCY" not in ended.err


ORDERED: Final = "name,answering_for,age,collapse,neck_signs,clot_risks"
SWAPPED: Final = "name,answering_for,age,collapse,clot_risks,neck_signs"


@pytest.mark.parametrize("end", ["\n", ""])
@pytest.mark.parametrize("more", ["", ",note"])
def test_rows_below_another_header_are_refused(more: str, end: str, tmp_path: Path) -> None:
    """Files that were joined: what stands below has the columns of its own header."""
    note = more and ",x"
    first = table_of(tmp_path / "a.csv", f"Ann,self,40,none,no,no{note}", header=ORDERED + more)
    second = table_of(
        tmp_path / "b.csv", f"Dora,self,40,none,no,yes{note}\n", header=SWAPPED + more
    )
    week = tmp_path / "week.csv"
    week.write_text(first.read_text() + end + second.read_text())
    keep = ("--keep", "note") if more else ()

    alone = invoke("batch", second, "--id", "name", *keep)
    joined = invoke("batch", week, "--id", "name", *keep, "-o", tmp_path / "o.csv")

    assert b"EMERGENCY" in alone.out
    assert joined.code == exits.DATA
    assert "is a header again, with other columns" in joined.err
    assert "EMERGENCY" in joined.err
    assert "Dora" not in (tmp_path / "o.csv").read_text()


@pytest.mark.parametrize(
    "other",
    [
        "neck_signs,answering_for,age,where",
        "NECK_SIGNS,ANSWERING_FOR,AGE,WHERE",
        "Neck signs,Answering for,Danger signs,Clot risks",
        "neck.signs,answering.for,danger.signs,clot.risks",
        "NeckSigns,AnsweringFor,DangerSigns,ClotRisks",
        "form.neck_signs,form.answering_for,form.age,form.where",
        "Q1_neck_signs,Q2_answering_for,Q3_age,Q4_where",
        "neck_signs.1,answering_for.1,age.1,where.1",
        "neck_sings,answering_fro,danger_sings,clot_rikss",
        '"neck\nsigns",answering.for,age,where',
        'neck_signs,answering_for,age,where\nno,"self,40,limb',
    ],
)
def test_another_header_may_differ_in_its_first_column(other: str, tmp_path: Path) -> None:
    rows = f"no,self,40,limb\n{other}\nyes,self,41,neck\n"
    table = table_of(tmp_path / "a.csv", rows, header="clot_risks,answering_for,age,where")

    ended = invoke("batch", table)

    assert "is a header again, with other columns" in ended.err
    assert "EMERGENCY" in ended.err


def test_answers_that_are_names_of_questions_are_no_header(tmp_path: Path) -> None:
    """A form may write the name of what was ticked: that row alone is refused."""
    ann, bob = "Ann,neck_signs,none,clot_risks,40\n", "Bob,no,chest,no,40\n"
    header = "name,neck_signs,collapse,clot_risks,age"
    table = table_of(tmp_path / "a.csv", ann + bob, header=header)

    ended = invoke("batch", table, "--id", "name")

    assert "header again" not in ended.err
    assert b"Bob" in ended.out


@pytest.mark.parametrize(
    ("header", "again"),
    [
        ("name,answering_for,sex,age,collapse", "Patient,Answering for,Sex,Age,Collapse"),
        ("name,answering_for,sex,age,collapse", "NAME,ANSWERING_FOR,SEX,AGE,COLLAPSE"),
        ("name,Name*,sex,age,collapse", "name,Name*,sex,age,collapse"),
    ],
)
def test_a_header_again_of_the_same_columns_is_one_bad_row(
    header: str, again: str, tmp_path: Path
) -> None:
    """As where a form writes its labels below the names, or two columns differ in a sign."""
    keep = [name for name in header.split(",") if name[0].lower() == "n"]
    second = "self" if "answering_for" in header else "x"
    rows = f"{again}\nAnn,{second},male,40,chest\n"
    table = table_of(tmp_path / "a.csv", rows, header=header)

    words = [word for name in keep for word in ("--keep", name)]
    ended = invoke("batch", table, *words, "--id", "name")

    assert "header again" not in ended.err
    assert " 1  rejected (A" in ended.err
    assert b"Ann" in ended.out


def test_a_file_without_an_end_may_be_joined_after_an_empty_cell(tmp_path: Path) -> None:
    """As of a spreadsheet on the web: its last row and the next header are one line then."""
    header = "name,answering_for,age,collapse,temples"
    table = table_of(tmp_path / "a.csv", "Ann,self,40,none,", header=header)
    table.write_text(f"{table.read_text()}{header}\nBob,self,40,chest,\n")

    ended = invoke("batch", table, "--id", "name")

    assert "header again" not in ended.err
    assert b"Bob" in ended.out


def test_an_empty_cell_is_no_column_without_letters(tmp_path: Path) -> None:
    """As in exports whose first column is `#`: a row with a slip and empty cells is no header."""
    rows = "1,,38 J,,,\n2,self,40,chest,no,no\n"
    table = table_of(tmp_path / "a.csv", rows, header=ORDERED.replace("name", "#"))

    ended = invoke("batch", table, "--id", "#")

    assert "header again" not in ended.err
    assert " 1  rejected (A" in ended.err
    assert b"EMERGENCY" in ended.out


def test_an_emergency_with_a_blank_name_is_told_by_its_row(tmp_path: Path) -> None:
    table = table_of(
        tmp_path / "a.csv", " ,40,chest\n\u00a0,40,chest\n", header="name,age,collapse"
    )

    found = invoke("batch", table, "--id", "name").out.decode()

    assert "a.csv, row 1" in found
    assert "a.csv, row 2" in found


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".json"])
@pytest.mark.parametrize("column", ["sex", "Sex", "ref", "name", "day"])
def test_a_file_in_a_folder_that_stands_for_an_answer_is_refused(
    column: str, suffix: str, tmp_path: Path
) -> None:
    """Hive and Spark take a column out of the files, and name their folder after its value."""
    (tmp_path / f"{column}=x").mkdir()
    table = tmp_path / f"{column}=x" / f"a{suffix}"
    written = {
        ".csv": "name,collapse\nAnn,chest\n",
        ".jsonl": '{"name": "Ann", "collapse": ["chest"]}\n',
        ".json": '{"collapse": ["chest"]}',
    }
    table.write_text(written[suffix])

    ended = invoke("batch", table, *(() if suffix == ".json" else ("--id", "name")))

    is_refused = column.casefold() in {"sex", "ref"}
    assert ended.code == (exits.DATA if is_refused else exits.OK)
    assert (f"{column}=x stands for" in " ".join(ended.err.split())) is is_refused
    assert "EMERGENCY" in ended.err + ended.out.decode()


@pytest.mark.parametrize("end", ["\n", ""])
def test_rows_below_the_same_header_count(end: str, tmp_path: Path) -> None:
    table = table_of(tmp_path / "a.csv", f"Ann,self,40,none,no,no{end}", header=ORDERED)
    table.write_text(table.read_text() * 2)

    ended = invoke("batch", table, "--id", "name")

    assert " 1  rejected (A" in ended.err
    assert b"Ann" in ended.out


@pytest.mark.parametrize("name", ["[Patient]", "{name}", "[name: full]"])
def test_a_column_in_brackets_is_no_json(name: str, tmp_path: Path) -> None:
    table = table_of(tmp_path / "day.csv", "Ann,40,chest\n", header=f"{name},age,collapse")

    ended = invoke("batch", table, "--id", name)

    assert ended.code == exits.OK, ended.err
    assert b"Ann" in ended.out


@pytest.mark.parametrize("header", ["answering_for,age,collapse", "answering_for,agee,collapse"])
def test_more_tables_than_may_be_open_are_read_all_the_same(header: str, tmp_path: Path) -> None:
    for at in range(200):
        table_of(tmp_path / f"t{at:03}.csv", "self,40,none\n", header=header)
    table_of(tmp_path / "t999.csv", CHEST, header=header)

    few = partial(backtriage, "batch", streams='ulimit -n 100; exec "$@"')
    every = few(*sorted(tmp_path.glob("*.csv")), "-o", tmp_path / "out.jsonl")
    refused = few(tmp_path)

    assert ("201 rows" in every.err) is ("age," in header)
    assert refused.err.startswith("EMERGENCY, by what could be read: t999.csv, row 1.\n")
    assert "too many" not in every.err + refused.err


def test_what_is_refused_before_any_row_is_still_said_with_rules_that_are_gone(
    tmp_path: Path,
) -> None:
    day = table_of(tmp_path / "day.csv", CHEST)

    ended = invoke("batch", day, "-o", tmp_path / "no" / "x.csv", "--rules", tmp_path / "gone")

    assert ended.code == exits.CANNOT_WRITE
    assert ended.err.startswith("backtriage: cannot write")


UNWRITABLE = {
    "full": 'exec "$@" >/dev/full',
    "closed": 'exec "$@" >&-',
}


@pytest.mark.parametrize("streams", UNWRITABLE.values(), ids=UNWRITABLE)
def test_an_emergency_that_cannot_be_written_is_said(streams: str, folder: Path) -> None:
    ended = backtriage("batch", folder, streams=streams)

    assert ended.code == exits.CANNOT_WRITE
    assert "EMERGENCY, by what could be read: ben.json." in ended.err


def test_a_rejected_emergency_is_said_without_standard_error(day: Path) -> None:
    ended = backtriage("batch", with_slips(day), "--id", "name", streams='exec "$@" 2>&-')

    assert "EMERGENCY: dora: line 4: A103" in ended.out.decode()


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_table_that_may_have_been_cut_off_is_said(end: str, tmp_path: Path) -> None:
    table = tmp_path / "day.csv"
    table.write_bytes(f"name,age,collapse\r\nAnn,40,none\r\nBen,41,none{end}".encode())

    ended = invoke("batch", table, "--id", "name")

    said = "The last line of day.csv has no end. If the file was cut off there" in ended.err
    assert said is not bool(end)


def test_closed_standard_input_is_no_empty_table(day: Path) -> None:
    ended = backtriage("batch", day, "-", streams='exec "$@" <&-')

    assert ended.code == exits.NO_INPUT
    assert "standard input is closed" in ended.err


@pytest.mark.parametrize("number", [0, 1, 2])
def test_no_result_is_sent_to_a_closed_stream(number: int, day: Path) -> None:
    words = ("--keep", "name", "-o", f"/dev/fd/{number}", "--format", "csv")

    ended = backtriage("batch", day, *words, streams=f'exec "$@" {number}>&-')

    assert ended.code == exits.CANNOT_WRITE
    assert "EMERGENCY" in ended.out.decode() + ended.err


def test_a_line_without_end_is_refused_alone(tmp_path: Path) -> None:
    table = tmp_path / "day.jsonl"
    good = json.dumps(STRAIN)
    table.write_text(f'{good}\n{{"age": "{"4" * 5_000_000}"}}\n{good}\n')

    ended = invoke("batch", table, "--summary", tmp_path / "s.json")

    assert ended.code == exits.DATA
    counted = json.loads((tmp_path / "s.json").read_text())
    assert (counted["rows"], counted["rejected_by_code"]) == (3, {"A111": 1})


def test_one_sheet_at_a_time_for_assess(folder: Path) -> None:
    both = invoke("assess", folder / "anna.json", folder / "ben.json")
    whole = invoke("assess", folder)

    assert (both.code, whole.code) == (exits.USAGE, exits.NO_INPUT)
    assert "backtriage batch" in both.err
    assert "backtriage batch" in whole.err


def test_no_private_answer_is_in_table_or_summary(tmp_path: Path) -> None:
    sheet = tmp_path / "eve.json"
    sheet.write_text(json.dumps(STRAIN | {"harm_signs": ["suicide"]}))
    summary = tmp_path / "s.json"

    ended = invoke("batch", sheet, "--country", "GB", "--summary", summary)

    for text in (ended.out.decode(), ended.err, summary.read_text()):
        assert "suicid" not in text.lower()
        assert "ending" not in text.lower()
        assert "Samaritans" not in text


@pytest.mark.parametrize("words", [("o.csv", "--sort", "urgency"), ("o.parquet",)])
def test_a_full_folder_for_temporary_files_is_named(
    words: tuple[str, ...], day: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not the file that was to be written, which has room."""
    monkeypatch.setattr(outputs, "TemporaryFile", partial(open, "/dev/full", "w+b"))
    output, *options = words

    ended = invoke("batch", day, "--keep", "name", "-o", tmp_path / output, *options)

    assert ended.code == exits.CANNOT_WRITE
    assert f"cannot write a temporary file in {gettempdir()}: no space left on device" in ended.err
    assert "TMPDIR names a folder with more room" in ended.err
    assert not (tmp_path / output).exists()


def test_a_full_disk_is_an_error(day: Path) -> None:
    ended = invoke("batch", day, "--keep", "name", "-o", "/dev/full", "--format", "jsonl")

    assert ended.code == exits.CANNOT_WRITE
    assert "no space left" in ended.err


def started(day: Path, output: Path) -> subprocess.Popen[bytes]:
    words = ("batch", str(day), "--keep", "name", "--force", "-o", str(output))
    return subprocess.Popen([*COMMAND, *words], stderr=subprocess.DEVNULL)


@pytest.mark.exhaustive
def test_a_kill_leaves_the_old_file_or_the_new_one(day: Path, tmp_path: Path) -> None:
    day.write_text(day.read_text() * 100)
    output = tmp_path / "results.jsonl"
    began = time.monotonic()
    assert started(day, output).wait(PATIENCE) == exits.INCOMPLETE
    whole, seconds = output.read_bytes(), time.monotonic() - began
    for moment in range(100):
        output.write_bytes(b"old\n")
        process = started(day, output)
        time.sleep(1.1 * seconds * moment / 100)
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
        assert output.read_bytes() in {b"old\n", whole}
    for left in tmp_path.glob(".results*"):
        assert left.stat().st_mode & 0o077 == 0


def test_a_result_file_is_private(day: Path, tmp_path: Path) -> None:
    output = tmp_path / "results.jsonl"

    invoke("batch", day, "--keep", "name", "-o", output)

    assert os.stat(output).st_mode & 0o777 == 0o600  # noqa: PTH116


ASKED = "answering_for,age,collapse"
OPEN = "self,40,\n"
CHEST = "self,40,chest\n"


def table_of(path: Path, *rows: str, header: str = ASKED) -> Path:
    path.write_text(f"{header}\n" + "".join(rows))
    return path


@pytest.mark.parametrize("options", [("-o", "-"), ("-o", "r.csv", "--strict"), ()])
def test_a_certain_emergency_comes_before_what_is_only_open(
    options: tuple[str, ...], tmp_path: Path
) -> None:
    slip = ["self,999,\n"] if "--strict" in options else []
    many = table_of(tmp_path / "many.csv", OPEN * 299, CHEST, OPEN * 200, *slip)
    words = [*COMMAND, "batch", str(many), *options]

    with Path("/dev/full").open("wb") as full:
        out = full if "-" in options else subprocess.PIPE
        ended = subprocess.run(
            words, stdout=out, stderr=subprocess.PIPE, cwd=tmp_path, check=False, timeout=PATIENCE
        )
    said = (ended.stdout or b"").decode() + ended.stderr.decode()

    assert "many.csv, row 300" in said


@pytest.mark.parametrize("refused", ["answering_for,age,ward", f"{ASKED},ward"])
def test_a_refused_table_hides_no_emergency_of_another(refused: str, tmp_path: Path) -> None:
    good = table_of(tmp_path / "good.csv", CHEST)
    bad = table_of(tmp_path / "bad.csv", "self,40,x\n", header="answering_for,age,bar")
    other = table_of(tmp_path / "other.csv", "self,40,chest,\n", header=refused)

    ended = invoke("batch", bad, good, other)

    assert ended.code == exits.DATA
    said = " ".join(line for line in ended.err.splitlines() if line.startswith("EMERGENCY"))
    assert ended.err.startswith("EMERGENCY")
    assert "good.csv" in said
    assert ("other.csv" in said) == ("collapse" in refused)
    assert "bar" in ended.err
    assert "ward" in ended.err


def test_a_reject_hides_no_emergency_below_it(tmp_path: Path) -> None:
    """Nor is anything written before every row was looked at."""
    day = table_of(tmp_path / "day.csv", "self,41,none\n", "self,999,\n", CHEST)

    ended = invoke("batch", day, "--strict", "-o", "-")

    assert ended.code == exits.DATA
    assert "day.csv, row 3" in ended.err
    assert ended.out == b""


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("header", [ASKED, f"{ASKED},bogus"])
def test_a_signal_hides_no_emergency(header: str, signum: signal.Signals, tmp_path: Path) -> None:
    """Nor does it leave a half-written file."""
    words = [*COMMAND, "batch", "-", "-o", "out.csv"]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stderr=pipe, cwd=tmp_path) as process:
        assert process.stdin is not None
        # More than a pipe holds: when it is written, the first row has been read.
        process.stdin.write((f"{header}\n{CHEST}" + "self,999,\n" * 8_000).encode())
        process.stdin.flush()

        process.send_signal(signum)
        _, err = process.communicate(timeout=PATIENCE)

    assert process.returncode == 128 + signum
    assert "could be read: standard input, row 1." in err.decode()
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []


@pytest.mark.parametrize("row", ["Doe, John,40,chest", "Doe,40,chest", "John,40,,chest"])
def test_a_comma_too_many_or_too_few_hides_no_emergency(row: str, tmp_path: Path) -> None:
    names = "name,age,collapse" if row[0] == "D" and row[4] == " " else "name,age,collapse,brain"
    names = "name,age,collapse" if row.startswith("John") else names
    day = table_of(tmp_path / "day.csv", f"{row}\n", header=names)

    ended = invoke("batch", day, "--keep", "name", "-o", "-")

    assert ended.code == exits.DATA
    assert ended.err.startswith("EMERGENCY"), ended.err


@pytest.mark.parametrize(
    ("one", "other"),
    [("sub/../r.csv", "r.csv"), ("link/r.csv", "sub/r.csv"), ("-", "-"), ("-", "/dev/stdout")],
)
def test_no_file_is_written_twice_under_another_name(
    one: str, other: str, day: Path, tmp_path: Path
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "sub")
    words = [*COMMAND, "batch", str(day), "--keep", "name", "-o", one, "--rejects", other]

    ended = subprocess.run(words, capture_output=True, cwd=tmp_path, check=False, timeout=PATIENCE)

    assert ended.returncode == exits.USAGE
    assert b"is named twice" in ended.stderr


@pytest.mark.parametrize("link", [Path.symlink_to, Path.hardlink_to])
def test_no_file_is_read_twice_under_another_name(
    link: Callable[[Path, Path], None], day: Path, tmp_path: Path
) -> None:
    link(tmp_path / "link.csv", day)

    ended = backtriage("batch", str(day), str(tmp_path / "link.csv"), "--keep", "name")

    assert ended.code == exits.NO_INPUT
    assert f"link.csv is named twice: it is {day}" in ended.err


def test_a_long_name_of_somebody_does_not_hide_the_others(tmp_path: Path) -> None:
    row = CHEST.removesuffix("\n")
    rows = (f"{row},{'x' * 3_000}\n", f"{row},short\n")
    day = table_of(tmp_path / "day.csv", *rows, header=f"{ASKED},name")

    ended = backtriage("batch", day, "--id", "name")

    assert f"{'x' * 50}...{'x' * 50}" in "".join(ended.out.decode().split())
    assert len(ended.out) < 1_000


def test_no_table_is_replaced_while_it_is_read_from_standard_input(day: Path) -> None:
    before = day.read_bytes()

    with day.open("rb") as table:
        words = [*COMMAND, "batch", "-", "--keep", "name", "-o", str(day), "--force"]
        ended = subprocess.run(
            words, stdin=table, capture_output=True, check=False, timeout=PATIENCE
        )

    assert ended.returncode == exits.USAGE
    assert b"is named twice" in ended.stderr
    assert day.read_bytes() == before


def test_it_is_said_which_file_cannot_be_written(day: Path, tmp_path: Path) -> None:
    words = [*COMMAND, "batch", str(day), "--keep", "name", "-o", "-", "--rejects", "r.csv"]
    day.write_text(day.read_text() * 300)

    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            words, stdout=full, stderr=subprocess.PIPE, cwd=tmp_path, check=False, timeout=PATIENCE
        )

    assert ended.returncode == exits.CANNOT_WRITE
    assert b"cannot write -" in ended.stderr
    assert not (tmp_path / "r.csv").exists()


@pytest.mark.parametrize("name", [".dora.json", "dora.json~", "#dora.yaml#", "~dora.YML~"])
def test_no_sheet_in_a_folder_is_passed_over(name: str, folder: Path) -> None:
    (folder / name).write_text(json.dumps(CANNOT_PEE))
    (folder / ".DS_Store").write_text("")

    ended = invoke("batch", folder)

    assert ended.code == exits.NO_INPUT
    assert name.strip("~#") in ended.err


def test_a_folder_may_hold_what_is_no_sheet_of_anybody(folder: Path) -> None:
    (folder / ".DS_Store").write_text("")

    assert invoke("batch", folder).code == exits.INCOMPLETE


NESTED = '{"collapse": ' + "[" * 60 + '"chest"' + "]" * 60 + "}"


@pytest.mark.parametrize("text", [
    "{", '{"age": 40, "collapse": ["chest"', NESTED, "", "\x00", '{"a": {"b": ["chest"]}}',
])  # fmt: skip
def test_a_sheet_that_cannot_be_read_does_not_look_calm(
    text: str, folder: Path, tmp_path: Path
) -> None:
    """It comes before what could be read and is no emergency."""
    (folder / "dora.json").write_text(text)
    (folder / "carl.json").write_text('{"age": 999}')

    ended = invoke("batch", folder, "--rejects", tmp_path / "r.jsonl")

    first, *_ = records_of(tmp_path / "r.jsonl")
    assert (first["source"], first["certain"]) == ("dora.json", "unknown")
    assert ended.err.startswith("NOT READ: 1 rejected row could not be read in full, so look now")
    assert ended.err.index("NOT READ: dora.json") < ended.err.index("carl.json")


def test_a_test_clears_no_doubt_of_somebody_out_of_scope(tmp_path: Path) -> None:
    """Whoever reads the sheet: `assess`, a batch, or an interview that goes on with it."""
    sheet = STRAIN | {"answering_for": "not_reachable", "checked": ["collapse.chest"]}
    (tmp_path / "a.json").write_text(json.dumps(sheet))

    assessed = json.loads(invoke("assess", tmp_path / "a.json", "--format", "json").out)
    invoke("batch", tmp_path / "a.json", "-o", tmp_path / "r.jsonl")
    (record,) = records_of(tmp_path / "r.jsonl")

    assert assessed["urgency"] == record["urgency"] == "emergency"
    assert assessed["receipt"] == record["receipt"]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_it_is_said_when_nobody_can_tell_what_older_answers_meant(
    form: str, tmp_path: Path
) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(SHIPPED, rules)
    (rules / "fingerprints.yaml").unlink()
    day = tmp_path / f"day.{form}"
    day.write_text(
        '{"protocol": "back_pain/1", "age": 55, "nerves": ["saddle"]}\n'
        if form == "jsonl"
        else "protocol,age,nerves\nback_pain/1,55,saddle\n"
    )

    ended = invoke("batch", day, "--rules", rules)

    assert ended.code == exits.DATA
    assert "an emergency in them would not be noticed here" in ended.err


ENCODED = {
    "old ends": ("day.csv", f"{ASKED}\r{CHEST}".replace("\n", "\r").encode()),
    "quoted": ("day.csv", b'"answering_for","age","collapse"\r"self",40,chest\r'),
    "doubled ends": ("day.csv", f"{ASKED}\r\r\n{CHEST}".encode()),
    "semicolons": ("day.csv", f"{ASKED}\n{CHEST}".replace(",", ";").encode()),
    "UTF-16": ("day.csv", f"{ASKED}\n{CHEST}".encode("utf-16")),
    "UTF-16 and tabs": ("day.csv", f"{ASKED}\n{CHEST}".replace(",", "\t").encode("utf-16")),
    "JSON in UTF-16": ("day.jsonl", '{"age": 4}\n{"collapse": ["chest"]}'.encode("utf-16")),
    "JSON with old ends": ("day.jsonl", b'{"age": 4}\r{"collapse": ["chest"]}\r'),
}


@pytest.mark.parametrize(("name", "data"), ENCODED.values(), ids=ENCODED)
def test_a_file_that_is_not_read_as_text_hides_no_emergency(
    name: str, data: bytes, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)

    ended = invoke("batch", tmp_path / name)

    assert ended.code == exits.DATA
    assert ended.err.startswith("EMERGENCY"), ended.err


def test_white_space_within_a_line_of_json_is_no_end(tmp_path: Path) -> None:
    (tmp_path / "day.jsonl").write_bytes(b'{"age":\r40,\r"hurt": []}\n')

    assert invoke("batch", tmp_path / "day.jsonl").err.count("A110") == 0


def test_json_on_standard_input_may_follow_a_blank_line() -> None:
    ended = backtriage("batch", "-", "-o", "-", given=b'\n \n{"collapse": ["chest"]}\n')

    assert json.loads(ended.out)["certain"] == "emergency"


@pytest.mark.parametrize(
    ("words", "code"),
    [(("x.parquet",), exits.NO_INPUT), (("-o", "o.parquet"), exits.CANNOT_WRITE)],
)
def test_parquet_that_cannot_be_unpacked_hides_no_emergency_beside_it(
    words: tuple[str, ...], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    (tmp_path / "x.parquet").write_bytes(b"PAR1")

    ended = invoke("batch", table_of(tmp_path / "day.csv", CHEST), *words)

    assert ended.code == code
    assert ended.err.startswith("EMERGENCY, by what could be read: day.csv, row 1.\n")
    assert "Parquet needs pyarrow: pip install 'backtriage[batch]'" in ended.err


def test_a_table_on_a_pipe_that_does_not_block_is_read_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What has arrived so far is not the whole table."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.write(writing, f"{ASKED}\nself,40,none\n".encode())

    def wait(*_: object) -> None:
        os.write(writing, CHEST.encode())
        os.close(writing)

    monkeypatch.setattr("select.select", wait)
    try:
        ended = invoke("batch", f"/dev/fd/{reading}", "-o", "-", "--format", "csv")
    finally:
        os.close(reading)

    assert "2 rows:" in ended.err


@pytest.mark.parametrize("column", ["age", "agee"])
def test_a_table_that_was_closed_and_changed_meanwhile_is_not_passed_over(
    column: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(inputs, "_HELD_OPEN", 0)
    day, source = table_of(tmp_path / "day.csv", CHEST), inputs.Source()
    source.open(shipped(), inputs.inputs_of([str(day)]), ())
    table_of(day, CHEST, header=f"answering_for,{column},collapse")

    assert len([*source.rows()]) == (column == "age")
    assert ("has just been changed" in str(source.error)) is (column == "agee")


def test_one_file_that_is_gone_hides_no_emergency_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (table_of(tmp_path / name, CHEST) for name in ("a.csv", "b.csv"))
    before = inputs._opened

    def opened(name: str) -> BufferedReader:
        if name == str(first):
            raise OSError(5, "Input/output error")
        return before(name)

    monkeypatch.setattr(inputs, "_opened", opened)

    ended = invoke("batch", first, second, "-o", tmp_path / "o.csv")

    assert ended.code == exits.NO_INPUT
    assert ended.err.startswith("EMERGENCY, by what could be read: b.csv, row 1.\n")
    assert "cannot read a.csv" in ended.err
    assert not (tmp_path / "o.csv").exists()


def test_who_could_be_an_emergency_comes_after_who_is_one(tmp_path: Path) -> None:
    day = table_of(tmp_path / "day.csv", OPEN * 30, CHEST, "self,999,\n")

    ended = invoke("batch", day, "--strict")

    first, second, *_ = ended.err.splitlines()
    assert first == "EMERGENCY, by what could be read: day.csv, row 31."
    assert second.startswith("EMERGENCY, unless more answers rule it out: ")
    assert second.endswith(" and 10 more.")


@pytest.mark.parametrize("options", [(), ("--sort", "urgency", "-o", "-")])
def test_a_certain_emergency_comes_first(options: tuple[str, ...], tmp_path: Path) -> None:
    day = table_of(tmp_path / "day.csv", OPEN, CHEST, "self,40,none\n")

    ended = backtriage("batch", day, *options)
    text = ended.out.decode()

    if options:
        assert json.loads(text.splitlines()[0])["row"] == 2
    else:
        assert text.index("row 2") < text.index("row 3")
        assert text.index("row 2") < text.index("day.csv, row 1")


def test_who_waits_for_rows_that_are_only_looked_at_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as after the reader of the results has gone: the rows may never end."""
    monkeypatch.setattr(running, "_LONG", 0)
    day = table_of(tmp_path / "day.csv", CHEST, "self,40,none\n", header=f"{ASKED},bogus")

    ended = invoke("batch", day, "-o", tmp_path / "out.csv")

    assert ended.err.startswith("EMERGENCY, by what could be read: day.csv, row 1.\nbacktriage: ")
    assert ended.err.count("Ctrl-C ends that.\n") == 1


def test_an_emergency_in_a_refused_row_does_not_wait_for_the_other_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_LONG", 0)
    day = table_of(tmp_path / "day.csv", f",{CHEST}", *["self,40,none\n"] * 600)

    ended = invoke("batch", day, "-o", tmp_path / "out.csv")

    assert ended.err.startswith("EMERGENCY, by what could be read: day.csv, row 1.\n")
    assert ended.err.count("by what could be read: day.csv") == 1


def test_no_header_is_written_for_a_refused_table(tmp_path: Path) -> None:
    day = table_of(tmp_path / "day.csv", CHEST, header="answering_for,age,bogus")

    ended = invoke("batch", day, "-o", "-", "--format", "csv")

    assert (ended.code, ended.out) == (exits.DATA, b"")


def test_a_refused_table_says_that_older_answers_are_not_understood(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(SHIPPED, rules)
    (rules / "migrations.yaml").unlink()
    day = table_of(tmp_path / "day.csv", "55,saddle\n", header="age,nerves")

    ended = invoke("batch", day, "--rules", rules, "--no-save")

    assert exits.MISREAD in ended.err


def test_files_that_read_alike_are_not_mixed_up(tmp_path: Path) -> None:
    folder = tmp_path / "day"
    folder.mkdir()
    for name in ("c\x01.json", "c<U+0001>.json"):
        (folder / name).write_text('{"age": 40}')

    ended = invoke("batch", folder)

    assert ended.code == exits.NO_INPUT
    assert "would be the name of 2 files here: rename the others" in ended.err


@pytest.mark.parametrize("name", ["b.jsonl", "b.csv"])
def test_a_file_without_a_row_is_named(name: str, tmp_path: Path) -> None:
    """An export that failed leaves just that, and nobody would miss whoever was to be in it."""
    (tmp_path / "a.jsonl").write_text('{"age": 40, "collapse": ["chest"]}\n')
    (tmp_path / name).write_text("age,collapse\n" if name.endswith("csv") else "\n")

    ended = invoke("batch", tmp_path / "a.jsonl", tmp_path / name)

    assert ended.code == exits.OK
    assert f"There is no row in {name}. Was it cut off?" in ended.err
