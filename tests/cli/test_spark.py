"""Archives on Spark. What runs there needs pyspark and Java, as only `./check --full` has them."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest

from backtriage.cli import batch_spark, exits
from backtriage.shell.batch.spark_folders import check_listed, count_files, new_folder
from backtriage.shell.files import ReadError
from backtriage.shell.result_file import ResultFile
from tests.support.columns import random_sheets
from tests.support.process import backtriage, invoke
from tests.support.protocols import SHIPPED, cases_in, shipped

pytestmark = pytest.mark.first_only

ON_SPARK: Final = ("--engine", "spark")
KEPT: Final = ("--id", "person", "--keep", "site", "--keep", "seen")
ALONE: Final = (sys.executable, "-P", "-m", "backtriage")
"""As the installed command, which takes no module from the current folder."""
LONG: Final = 300
"""Seconds: a loaded machine starts Spark slowly."""
_QUICK: Final = "JAVA_TOOL_OPTIONS=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Java compiles little in runs that are this short."""

Rows: TypeAlias = Mapping[str, Mapping[str, Any]]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an archive as one file, and as partitions of several files each."""
    import pyarrow as pa

    from tests.support.parquet import arrow_of, written

    folder = tmp_path_factory.mktemp("archives")
    sheets = [case.sheet for case in cases_in(SHIPPED)] + random_sheets(shipped(), 1_000, 7)
    table = arrow_of(shipped(), sheets)
    ages = table["age"].to_pylist()
    ages[5::100] = [999 for _ in ages[5::100]]
    seen = [datetime(2026, 3, 1, 12, 30, at % 60, tzinfo=UTC) for at in range(len(ages))]
    table = table.set_column(table.schema.names.index("age"), "age", pa.array(ages))
    table = table.append_column("seen", pa.array(seen, pa.timestamp("us", "UTC")))
    size = table.num_rows // 6 + 1
    sites = [f"00{at // size % 2}" for at in range(table.num_rows)]
    written(folder / "one.parquet", table.append_column("site", pa.array(sites)))
    for part in range(6):
        site = folder / "parts [1]" / f"site=00{part % 2}"
        site.mkdir(parents=True, exist_ok=True)
        rows = table.slice(part * size, size)
        empty = [name for name in rows.schema.names if rows[name].null_count == rows.num_rows]
        written(site / f"{part}.parquet", rows.drop_columns(empty))
    return folder


def on_spark(archive: Path, output: Path, master: str, *more: str | Path) -> list[str]:
    words = ["batch", archive / "parts [1]", *KEPT, "-o", output, *ON_SPARK, "--master", master]
    return ["env", _QUICK, *ALONE, *map(str, (*words, *more))]


def by_person(path: Path) -> Rows:
    import pyarrow.parquet as pq

    rows = pq.ParquetDataset(path).read().to_pylist()
    assert len(rows) == len({row["person"] for row in rows})
    return {row["person"]: row for row in rows}


def expected_of(archive: Path, folder: Path) -> tuple[Rows, Rows, Mapping[str, Any]]:
    """Return the results, the rejects and the summary of a run on one machine."""
    output, rejects, summary = (folder / name for name in ("o.parquet", "r.jsonl", "s.json"))
    invoke("batch", archive / "one.parquet", *KEPT, "-o", output, "--rejects", rejects,
           "--summary", summary)  # fmt: skip
    refused = [json.loads(line) for line in rejects.read_text().splitlines()]
    return (
        by_person(output), {row["person"]: row for row in refused},
        json.loads(summary.read_text()),
    )  # fmt: skip


def assert_same(found: Rows, results: Rows, rejects: Rows) -> None:
    assert {who for who, row in found.items() if row["code"] is None} == results.keys()
    for who, row in results.items():
        expected = {name: value for name, value in row.items() if name not in {"row", "source"}}
        assert {name: found[who][name] for name in expected} == expected
    assert found.keys() - results.keys() == rejects.keys()
    for who, row in rejects.items():
        said = ("site", "certain", "code", "column", "message", "help")
        assert [found[who][name] for name in said] == [row[name] for name in said]


@pytest.mark.exhaustive
@pytest.mark.once
@pytest.mark.usefixtures("warm_cache")
def test_spark_says_what_one_machine_says(archive: Path, tmp_path: Path) -> None:
    output, summary = tmp_path / "out", tmp_path / "summary.json"
    results, rejects, expected = expected_of(archive, tmp_path)
    hostile = tmp_path / "hostile"
    hostile.mkdir()
    (hostile / "socket.py").write_text("open('was_run', 'w')")

    ended = subprocess.run(
        on_spark(archive, output, "local[2,4]", "--summary", summary),
        capture_output=True, text=True, check=False, timeout=LONG, cwd=hostile,
    )  # fmt: skip

    assert (ended.returncode, ended.stdout) == (exits.DATA, ""), ended.stderr
    assert "rejected; they are in the result: there, code is not empty" in ended.stderr
    assert "WARN" not in ended.stderr
    assert [path.name for path in hostile.iterdir()] == ["socket.py"]
    assert rejects
    assert_same(by_person(output), results, rejects)
    found = json.loads(summary.read_text())
    changes = {"inputs", "seconds", "rows_per_second"}
    assert {name for name in expected if found[name] != expected[name]} <= changes
    assert {path.stat().st_mode & 0o077 for path in (output, *output.iterdir())} == {0}


def children() -> Iterator[tuple[int, int]]:
    """Yield each process of Spark's Python, and its parent."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            if b"pyspark.daemon" in (folder / "cmdline").read_bytes():
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                yield int(folder.name), int(fields[1])


def ancestors(process: int) -> Iterator[int]:
    while process > 1:
        with suppress(OSError):
            text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
            process = int(text.rpartition(")")[2].split()[1])
            yield process
            continue
        return


def worker_of(run: int) -> int | None:
    """Return a worker that a run has started, which is a fork of a process like it."""
    found = dict(children())
    workers = [one for one, parent in found.items() if parent in found and run in ancestors(one)]
    return workers[0] if workers else None


def attempts_in(folder: Path) -> set[str]:
    """Return the tries of a task that are being written."""
    # Unlike a glob, a walk passes over a folder that is moved away meanwhile.
    return {
        Path(at).name
        for at, _, names in os.walk(folder)
        if Path(at).name.startswith("attempt_") and any(n.endswith(".parquet") for n in names)
    }


@pytest.mark.exhaustive
@pytest.mark.once
@pytest.mark.parametrize("master", ["local[2,4]", "local[2]"])
@pytest.mark.usefixtures("warm_cache")
def test_a_lost_worker_takes_no_row_with_it(master: str, archive: Path, tmp_path: Path) -> None:
    """Where Spark does not try again, nothing is written."""
    output = tmp_path / "run" / "out"
    output.parent.mkdir()
    seen: set[str] = set()
    is_killed = False
    with subprocess.Popen(
        on_spark(archive, output, master), stderr=subprocess.PIPE, text=True
    ) as run:
        while run.poll() is None:
            seen |= attempts_in(output.parent)
            if seen and not is_killed and (worker := worker_of(run.pid)):
                os.kill(worker, signal.SIGKILL)
                is_killed = True
            time.sleep(0.02)
        said = run.stderr.read() if run.stderr else ""

    assert is_killed
    if master == "local[2]":
        assert (run.returncode, [*output.parent.iterdir()]) == (exits.NO_INPUT, [])
        assert "nothing was written" in said
        assert "no row was looked at for an emergency" in said
        return
    assert run.returncode == exits.DATA
    # The first tries have consecutive numbers, in the order of their tasks.
    tries = [name.split("_")[-2:] for name in seen]
    assert len({int(number) - int(task) for task, number in tries}) > 1
    results, rejects, _ = expected_of(archive, tmp_path)
    assert_same(by_person(output), results, rejects)


_PORT: Final = """
import sys
from backtriage.shell.batch.arrow.spark import SparkRun

with SparkRun("local[1]") as run:
    conf = run._session.sparkContext.getConf()
    print(conf.get("spark.driver.port"), flush=True)
    sys.stdin.read()
"""


@pytest.mark.exhaustive
@pytest.mark.once
def test_nobody_else_on_the_machine_can_talk_to_spark() -> None:
    """Who connects without the secret of the run is told so, and the connection is closed."""
    words = ["env", _QUICK, sys.executable, "-P", "-c", _PORT]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        port = int(run.stdout.readline())
        with socket.create_connection(("127.0.0.1", port), LONG) as stranger:
            stranger.settimeout(LONG)
            request = struct.pack(">bqi", 3, 1, 5) + b"hello"  # a call, as Spark frames it
            stranger.sendall(struct.pack(">q", 8 + len(request)) + request)
            answer = b"".join(iter(lambda: stranger.recv(4096), b""))  # until it is closed
        run.communicate(timeout=LONG)

    assert b"Unknown challenge message" in answer


@pytest.fixture
def is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let Spark and Java seem to be there."""
    java = tmp_path / "java" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.touch(0o700)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "java"))
    monkeypatch.setattr(batch_spark, "find_spec", lambda _: object())


def refused(folder: Path, *more: str) -> str:
    (folder / "in").mkdir(exist_ok=True)
    output = [] if "-o" in more else ["-o", str(folder / "out")]
    ended = invoke("batch", folder / "in", *output, *more)
    assert ended.code == exits.USAGE
    assert not (folder / "out").exists()
    return " ".join(ended.err.split())


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (["--resume"], "leave it out"),
        (["--sort", "urgency"], "sort the result"),
        (["--strict"], "the summary counts refused rows"),
        (["--rejects", "x.csv"], "refused rows are in the result"),
        (["--format", "csv"], "leave it out"),
        (["--force"], "name a folder that is not there yet"),
        (["--fields", "row, urgency"], "leave out row"),
        (["--keep", "misread"], "rename yours"),
    ],
)
@pytest.mark.usefixtures("is_installed")
def test_what_spark_cannot_do_is_refused_with_a_cure(
    words: list[str], cure: str, tmp_path: Path
) -> None:
    assert cure in refused(tmp_path, *ON_SPARK, *words)


def test_spark_needs_what_only_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "only with --engine spark" in refused(tmp_path, "--master", "local[2]")
    monkeypatch.setattr(batch_spark, "find_spec", lambda _: None)
    assert "pip install 'backtriage[spark]'" in refused(tmp_path, *ON_SPARK)


@pytest.mark.usefixtures("is_installed")
def test_spark_needs_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "elsewhere"))
    assert "Spark needs Java 17 or later: install it" in refused(tmp_path, *ON_SPARK)


@pytest.mark.usefixtures("is_installed")
def test_a_folder_is_new_and_apart_from_what_is_read(tmp_path: Path) -> None:
    source = tmp_path / "in"
    (source / "_temporary").mkdir(parents=True)
    unfinished = invoke("batch", source, *ON_SPARK, "-o", tmp_path / "out")
    (source / "_temporary").rmdir()
    twice = invoke("batch", source, source, *ON_SPARK, "-o", tmp_path / "out")
    inside = invoke("batch", source, *ON_SPARK, "-o", source / "out")
    there = invoke("batch", source, *ON_SPARK, "-o", tmp_path / "java")
    open_ = invoke("batch", source, *ON_SPARK, "-o", "-")
    gone = invoke("batch", tmp_path / "gone", *ON_SPARK, "-o", tmp_path / "out")

    assert (unfinished.code, "has not ended" in unfinished.err) == (exits.NO_INPUT, True)
    assert (twice.code, "named twice" in twice.err) == (exits.NO_INPUT, True)
    assert (inside.code, "which is read" in inside.err) == (exits.CANNOT_WRITE, True)
    assert (there.code, "there already" in there.err) == (exits.CANNOT_WRITE, True)
    assert (open_.code, "writes a folder" in open_.err) == (exits.CANNOT_WRITE, True)
    assert (gone.code, "cannot read" in gone.err) == (exits.NO_INPUT, True)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("_b.parquet", "hidden from Spark"),
        (".c.parquet", "hidden from Spark"),
        ("_metadata.parquet", "hidden from Spark"),
        ("d.parquet._COPYING_", "hidden from Spark"),
        ("sub/e.parquet", "no name such as site=001"),
        ("_delta_log/e.parquet", "no name such as site=001"),
        (".site=1/e.parquet", "no name such as site=001"),
        ("site=1/e.parquet", "is beside"),
        ("empty.parquet", "is empty"),
        ("_temporary/e.parquet", "has not ended"),
    ],
)
@pytest.mark.parametrize("where", ["", "site=001/part=2"])
@pytest.mark.usefixtures("is_installed")
def test_what_spark_would_pass_over_is_refused(
    where: str, name: str, why: str, tmp_path: Path
) -> None:
    folder = tmp_path / "in" / where
    (folder / name).parent.mkdir(parents=True)
    (folder / "a.parquet").write_text("rows")
    (folder / name).write_text("" if "empty" in name else "rows")

    ended = invoke("batch", tmp_path / "in", *ON_SPARK, "-o", tmp_path / "out")

    assert ended.code == exits.NO_INPUT
    assert str(folder) in ended.err
    assert why in " ".join(ended.err.split())


@pytest.mark.exhaustive
@pytest.mark.once
@pytest.mark.parametrize("option", ["--id", "--keep"])
def test_every_file_has_what_is_carried(option: str, tmp_path: Path) -> None:
    """Spark fills in a column that a file lacks, and an emergency would be nobody's."""
    import pyarrow as pa

    from tests.support.parquet import written

    (tmp_path / "in").mkdir()
    written(tmp_path / "in" / "a.parquet", pa.table({"name": ["Bob"], "age": [40]}))
    written(tmp_path / "in" / "b.parquet", pa.table({"age": [40], "collapse": ["chest"]}))

    ended = invoke("batch", tmp_path / "in", *ON_SPARK, option, "name", "-o", tmp_path / "out")

    assert ended.code == exits.NO_INPUT
    assert "b.parquet has no column 'name'" in ended.err
    assert not (tmp_path / "out").exists()


@pytest.mark.exhaustive
@pytest.mark.once
def test_nothing_beside_the_archive_is_run(tmp_path: Path) -> None:
    """PySpark looks for Spark in the folder above, which may be a stranger's, before its own."""
    import pyarrow as pa

    from tests.support.parquet import written

    program = tmp_path / "bin" / "spark-submit"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ntouch '{tmp_path}/was-run'\nexit 1\n")
    program.chmod(0o755)
    (tmp_path / "jars").mkdir()
    (tmp_path / "day" / "in").mkdir(parents=True)
    written(tmp_path / "day" / "in" / "a.parquet", pa.table({"name": ["Ann"], "age": [40]}))

    words = ("batch", "in", *ON_SPARK, "--id", "name", "-o", "out")
    ended = backtriage(*words, cwd=tmp_path / "day", env={"SPARK_HOME": ""})

    assert not (tmp_path / "was-run").exists()
    assert ended.code == exits.INCOMPLETE, ended.err


@pytest.mark.exhaustive
@pytest.mark.once
@pytest.mark.parametrize("column", ["name", "na%6De"])
def test_no_folder_takes_the_place_of_a_column(column: str, tmp_path: Path) -> None:
    """Spark lets a folder win: all answers in it would be of the person that it is named after."""
    import pyarrow as pa

    from tests.support.parquet import written

    (tmp_path / "in" / f"{column}=Zoe").mkdir(parents=True)
    table = pa.table({"name": ["Ann", "Bob"], "age": [40, 41], "collapse": ["chest", "none"]})
    written(tmp_path / "in" / f"{column}=Zoe" / "a.parquet", table)

    ended = invoke("batch", tmp_path / "in", *ON_SPARK, "--id", "name", "-o", tmp_path / "out")

    assert ended.code == exits.NO_INPUT
    assert "a.parquet has a column 'name', for which its folder stands too" in ended.err
    assert not (tmp_path / "out").exists()


@pytest.mark.exhaustive
@pytest.mark.once
def test_no_file_answers_for_another_what_is_missing_there(tmp_path: Path) -> None:
    """Spark notes in a file what stands for a column that older files lack, and would fill it."""
    import pyarrow as pa

    from tests.support.parquet import records_in, written

    types = {"name": "string", "age": "long", "collapse": "string"}
    noted = [{"name": column, "type": kind, "nullable": True, "metadata": {}}
             for column, kind in types.items()]  # fmt: skip
    noted[2]["metadata"] = {"CURRENT_DEFAULT": "'none'", "EXISTS_DEFAULT": "'none'"}
    note = json.dumps({"type": "struct", "fields": noted})
    (tmp_path / "in").mkdir()
    written(tmp_path / "in" / "a.parquet", pa.table({"name": ["Ann"], "age": [40]}))
    bob = pa.table({"name": ["Bob"], "age": [40], "collapse": ["none"]})
    note_of = {"org.apache.spark.sql.parquet.row.metadata": note}
    written(tmp_path / "in" / "b.parquet", bob.replace_schema_metadata(note_of))

    ended = invoke("batch", tmp_path / "in", *ON_SPARK, "--id", "name", "-o", tmp_path / "out")

    assert ended.code == exits.INCOMPLETE, ended.err
    rows = [row for file in (tmp_path / "out").glob("*.parquet") for row in records_in(file)]
    missing = {row["name"]: "collapse" in row["missing"] for row in rows}
    assert missing == {"Ann": True, "Bob": False}


@pytest.mark.exhaustive
@pytest.mark.once
@pytest.mark.parametrize("name", ["in", "in/a.parquet"])
def test_spark_sees_every_column_or_says_which_it_does_not(name: str, tmp_path: Path) -> None:
    """It believes the columns that it has once noted in a file, and pyarrow keeps the note."""
    import pyarrow as pa

    from tests.support.parquet import written

    table = pa.table({"name": ["Ann"], "age": [40], "collapse": ["chest"]})
    noted = [
        {"name": column, "type": kind, "nullable": True, "metadata": {}}
        for column, kind in (("name", "string"), ("age", "long"))
    ]
    note = json.dumps({"type": "struct", "fields": noted})
    (tmp_path / "in").mkdir()
    written(
        tmp_path / "in" / "a.parquet",
        table.replace_schema_metadata({"org.apache.spark.sql.parquet.row.metadata": note}),
    )

    ended = invoke("batch", tmp_path / name, *ON_SPARK, "--id", "name", "-o", tmp_path / "out")

    assert ended.code == exits.NO_INPUT
    assert "a.parquet has a column 'collapse', which Spark does not see" in ended.err
    assert not (tmp_path / "out").exists()


@pytest.mark.exhaustive
@pytest.mark.once
@pytest.mark.parametrize(
    ("folder", "more"),
    [("collapse=chest", ()), ("Collapse=chest", ()), ("site=1", ("--keep", "site")),
     ("collapse=chest/site=1", ())],
)  # fmt: skip
def test_a_folder_that_stands_for_an_answer_is_not_named_by_itself(
    folder: str, more: tuple[str, ...], tmp_path: Path
) -> None:
    """Spark takes no column from the name of the folder that it is given, nor from around it."""
    (tmp_path / "in" / folder).mkdir(parents=True)
    (tmp_path / "in" / folder / "a.parquet").write_text("rows")

    ended = invoke("batch", tmp_path / "in" / folder, *more, *ON_SPARK, "-o", tmp_path / "out")

    assert ended.code == exits.NO_INPUT
    assert "name the folder around it" in " ".join(ended.err.split())


@pytest.mark.parametrize(
    "kind",
    ["gone", "pipe", "loop", "hidden by name", "in a named folder", "linked file",
     "linked folder", "hard link"],
)  # fmt: skip
@pytest.mark.usefixtures("is_installed")
def test_nor_is_a_link_or_another_name_passed_over(kind: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.parquet").write_text("rows")
    more = []
    if kind == "gone":
        (tmp_path / "in" / "b.parquet").symlink_to("nothing")
    elif kind == "pipe":
        os.mkfifo(tmp_path / "in" / "b.parquet")
    elif kind == "loop":
        (tmp_path / "in" / "a.parquet").unlink()
        (tmp_path / "in" / "site=1").symlink_to(".")
    elif kind == "hidden by name":
        more = [tmp_path / "_b.parquet"]
        more[0].write_text("rows")
    elif kind == "linked file":
        (tmp_path / "in" / "latest.parquet").symlink_to("a.parquet")
    elif kind == "linked folder":
        (tmp_path / "in" / "a.parquet").unlink()
        (tmp_path / "in" / "day=1").mkdir()
        (tmp_path / "in" / "day=1" / "a.parquet").write_text("rows")
        (tmp_path / "in" / "day=last").symlink_to("day=1")
    elif kind == "hard link":
        (tmp_path / "in" / "b.parquet").hardlink_to(tmp_path / "in" / "a.parquet")
    else:
        more = [tmp_path / "in" / "a.parquet"]

    ended = invoke("batch", tmp_path / "in", *more, *ON_SPARK, "-o", tmp_path / "out")

    assert ended.code == exits.NO_INPUT, ended.err
    assert not (tmp_path / "out").exists()


def test_every_file_of_an_archive_is_counted(tmp_path: Path) -> None:
    site = tmp_path / "in" / "site=001"
    site.mkdir(parents=True)
    for name in ("a.parquet", "\xe4.PARQUET", "000000_0"):
        (site / name).write_text("rows")
    for name in ("_SUCCESS", "._SUCCESS.crc", ".a.parquet.crc", "_metadata"):
        (site / name).touch()
    listed = [f"file:{site}/{name}" for name in ("a.parquet", "%C3%A4.PARQUET", "000000_0")]

    assert count_files([str(tmp_path / "in")]) == 3
    check_listed([str(tmp_path / "in")], [*listed, f"file:{site}/_metadata"])
    with pytest.raises(ReadError, match="Spark finds 2 of 3 files"):
        check_listed([str(tmp_path / "in")], listed[:1] + listed[2:])


def stopped(folder: Path) -> None:
    folder.mkdir()
    raise ZeroDivisionError


def test_a_folder_gets_its_name_when_it_is_whole(tmp_path: Path) -> None:
    file = ResultFile(name=str(tmp_path / "out"), extensions=())

    with pytest.raises(ZeroDivisionError), new_folder(file) as folder:
        stopped(folder)
    assert [*tmp_path.glob("*out*")] == []

    with new_folder(file) as folder:
        folder.mkdir()
        (folder / "part").touch()
    assert [path.name for path in tmp_path.glob("*out*")] == ["out"]
    assert (tmp_path / "out" / "part").stat().st_mode & 0o777 == 0o600
