"""Archives in Parquet. These tests need pyarrow, which only `./check --full` installs."""

from __future__ import annotations

import json
import os
import re
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from backtriage.cli import exits
from tests.support.columns import random_sheets
from tests.support.process import COMMAND, NO_BYTECODE, invoke
from tests.support.protocols import SHIPPED, cases_in, shipped

pytestmark = [
    pytest.mark.exhaustive, pytest.mark.once, pytest.mark.usefixtures("warm_cache"),
]  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    from tests.support.parquet import arrow_of, written

    sheets = [case.sheet for case in cases_in(SHIPPED)] + random_sheets(shipped(), 3_000, 5)
    table = arrow_of(shipped(), sheets)
    return written(tmp_path / "archive.parquet", table, row_group_size=700)


def lines_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_columns_say_what_rows_say(archive: Path, tmp_path: Path) -> None:
    from tests.support.parquet import records_in

    rows, columns = tmp_path / "rows.jsonl", tmp_path / "columns.parquet"
    summaries = tmp_path / "rows.json", tmp_path / "columns.json"
    one, other = (
        invoke("batch", archive, "--id", "person", "-o", output, "--summary", summary)
        for output, summary in zip((rows, columns), summaries, strict=True)
    )

    assert (one.code, other.code) == (exits.INCOMPLETE, exits.INCOMPLETE)
    assert records_in(columns) == lines_of(rows)
    first, second = (json.loads(path.read_text()) for path in summaries)
    changes = {"seconds", "rows_per_second"}
    assert {name for name in first if first[name] != second[name]} <= changes
    assert one.err.partition(" rows")[0] == other.err.partition(" rows")[0]


def test_rows_become_columns(archive: Path, tmp_path: Path) -> None:
    from tests.support.parquet import records_in

    rows, again = tmp_path / "rows.jsonl", tmp_path / "again.parquet"
    invoke("batch", archive, "--id", "person", "--sort", "urgency", "-o", rows)
    invoke("batch", archive, "--id", "person", "--sort", "urgency", "-o", again)

    assert records_in(again) == lines_of(rows)


def test_other_writers(archive: Path, tmp_path: Path) -> None:
    """Polars writes large lists and texts, and pandas numbers with gaps as doubles."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from tests.support.parquet import records_in, written

    table = pq.read_table(archive)
    fields = []
    for field in table.schema:
        kind = field.type
        if pa.types.is_string(kind):
            kind = pa.large_string()
        elif pa.types.is_list(kind):
            kind = pa.large_list(pa.large_string())
        elif pa.types.is_integer(kind):
            kind = pa.float64()
        fields.append((field.name, kind))
    large = written(tmp_path / "large.parquet", table.cast(pa.schema(fields)))
    narrow = written(
        tmp_path / "narrow.parquet",
        table.set_column(table.schema.names.index("age"), "age",
                         table["age"].cast(pa.float32())),
    )  # fmt: skip

    expected = None
    for each in (archive, large, narrow):
        output = tmp_path / "results.parquet"
        invoke("batch", each, "--id", "person", "-o", output, "--force")
        found = [{**row, "source": ""} for row in records_in(output)]
        assert found == (expected or found)
        expected = found


def test_a_row_that_is_refused_takes_no_other_with_it(archive: Path, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from tests.support.parquet import records_in, written

    table = pq.read_table(archive).slice(0, 40)
    ages = [Decimal(40)] * 40
    ages[3], ages[4] = Decimal("40.0000000000000000000001"), Decimal(999)
    at = table.schema.names.index("age")
    table = table.set_column(at, "age", pa.array(ages, pa.decimal128(38, 22)))
    table = table.append_column("ref", pa.array([*["A"] * 5, "\x07", " B ", *["C"] * 33]))
    source = written(tmp_path / "slips.parquet", table)
    output, rejects = tmp_path / "o.parquet", tmp_path / "r.jsonl"

    ended = invoke("batch", source, "--id", "person", "-o", output, "--rejects", rejects)

    assert ended.code == exits.DATA
    refused = {record["row"] for record in lines_of(rejects)}
    assert refused == {4, 5, 6}
    found = records_in(output)
    assert [row["row"] for row in found] == [at for at in range(1, 41) if at not in refused]
    assert found[3]["ref"] == "B"
    rows = tmp_path / "rows.jsonl"
    invoke("batch", source, "--id", "person", "-o", rows)
    assert found == lines_of(rows)


@pytest.mark.parametrize("to", ["results.csv", "results.parquet"])
@pytest.mark.parametrize("kind", ["texts", "lists"])
def test_a_cell_that_cannot_be_read_takes_no_other_with_it(
    to: str, kind: str, tmp_path: Path
) -> None:
    """Readers of Parquet do not look whether a text is UTF-8."""
    import pyarrow as pa

    from tests.support.parquet import written

    signs = pa.array([b"chest", b"\xff", b"faint"], pa.binary()).view(pa.string())
    if kind == "lists":
        signs = pa.ListArray.from_arrays([0, 1, 2, 3], signs)
    names = pa.array([b"Ann", b"B\xf6b", b"Cid"], pa.binary()).view(pa.string())
    moments = pa.array([0, 2**62, 1], pa.timestamp("us"))
    columns = {"name": names, "at": moments, "age": [40, 41, 42], "collapse": signs}
    table = written(tmp_path / "day.parquet", pa.table(columns))
    carried = "--id", "name", "--keep", "at"
    rejects = tmp_path / "rejects.jsonl"

    ended = invoke("batch", table, *carried, "-o", tmp_path / to, "--rejects", rejects)
    shown = invoke("batch", table, *carried)

    assert (ended.code, shown.code) == (exits.DATA, exits.DATA)
    assert "2  EMERGENCY" in ended.err
    assert b"Ann" in shown.out
    assert b"Cid" in shown.out
    (refused,) = lines_of(rejects)
    assert refused["name"] == "B\\xf6b"
    assert refused["at"] == f"<value out of range: {2**62}>"


@pytest.mark.parametrize("place", ["answer", "name", "other"])
@pytest.mark.parametrize("kind", ["object", "list of few", "moments of no zone"])
def test_a_cell_of_an_odd_type_takes_no_other_with_it(
    kind: str, place: str, tmp_path: Path
) -> None:
    import pyarrow as pa

    from tests.support.parquet import written

    text = pa.array([b"chest", b"\xff", b"faint"], pa.binary()).view(pa.string())
    odd = {
        "object": pa.StructArray.from_arrays([text], ["value"]),
        "list of few": pa.FixedSizeListArray.from_arrays(text, 1),
        "moments of no zone": pa.array([1, 2, 3], pa.timestamp("us", "Mars/Base")),
    }[kind]
    day = {"age": [40, 41, 42], "collapse": ["chest", "none", "faint"]}
    columns = day | ({"collapse": odd} if place == "answer" else {place: odd})
    table = written(tmp_path / "day.parquet", pa.table(columns))
    carried = ("--id", "name") if place == "name" else ()

    for to in ("o.jsonl", "o.parquet"):
        ended = invoke("batch", table, *carried, "-o", tmp_path / to)
        assert "bug" not in ended.err
        is_moment = place == "answer" and kind == "moments of no zone"
        assert is_moment or "EMERGENCY" in ended.err


HOSTILE = {
    "NaN": ([float("nan")], None, "A102"),
    "infinite": ([float("inf")], None, "A102"),
    "decimals": (["40.0000000000000000000001"], None, "A103"),
    "flags": ([True], None, "A102"),
    "lists": ([["40"]], None, "A102"),
    "objects": ([{"a": 1}], None, "A102"),
    "bytes": ([b"40"], None, "A102"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_number_is_refused(name: str, tmp_path: Path) -> None:
    import pyarrow as pa

    from tests.support.parquet import written

    cells, kind, code = HOSTILE[name]
    source = written(tmp_path / "x.parquet", pa.table({"age": pa.array(cells, kind)}))
    rejects = {}
    for form in ("parquet", "jsonl"):
        path = tmp_path / f"r-{form}.jsonl"
        invoke("batch", source, "-o", tmp_path / f"o.{form}", "--rejects", path)
        rejects[form] = lines_of(path)

    assert rejects["parquet"] == rejects["jsonl"]
    assert [record["code"] for record in rejects["parquet"]] == [code]


def cut(source: Path, path: Path, share: float) -> Path:
    data = source.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


@pytest.mark.parametrize("share", [0.0, 0.5, 0.999])
def test_a_file_that_was_cut_off(share: float, archive: Path, tmp_path: Path) -> None:
    output = tmp_path / "o.parquet"

    ended = invoke("batch", cut(archive, tmp_path / "cut.parquet", share), "--id", "person",
                   "-o", output)  # fmt: skip

    assert ended.code == exits.NO_INPUT
    assert "cannot read cut.parquet" in ended.err
    assert not output.exists()


def test_a_file_with_a_damaged_page(archive: Path, tmp_path: Path) -> None:
    data = bytearray(archive.read_bytes())
    data[len(data) // 3 : len(data) // 3 + 400] = bytes(400)
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(data)
    output = tmp_path / "o.parquet"

    ended = invoke("batch", broken, "--id", "person", "-o", output)

    assert ended.code in {exits.NO_INPUT, exits.DATA}
    assert "bug" not in ended.err
    assert ended.code == exits.DATA or not output.exists()


def test_a_page_that_differs_from_its_checksum_is_damaged(tmp_path: Path) -> None:
    """A bit that has changed may have made another answer of one."""
    import pyarrow as pa

    from tests.support.parquet import written

    table = pa.table({"person": ["Ann"], "collapse": ["chest"]})
    options = {"compression": "none", "write_page_checksum": True, "use_dictionary": False}
    path = written(tmp_path / "a.parquet", table, **options)
    path.write_bytes(path.read_bytes().replace(b"\5\0\0\0chest", b"\5\0\0\0legs?"))

    ended = invoke("batch", path, "--id", "person")

    assert ended.code == exits.NO_INPUT
    assert "CRC checksum" in ended.err


@pytest.mark.parametrize("to", ["o.parquet", "o.csv"])
@pytest.mark.parametrize("groups", [1, 2])
def test_damage_hides_no_emergency_in_the_rest(groups: int, to: str, tmp_path: Path) -> None:
    """An emergency is said beside the refusal, wherever its own answers can still be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from tests.support.parquet import written

    count = 40_000
    table = pa.table({
        "person": [f"P{number}" for number in range(count)],
        "age": [50] * count,
        "sex": ["male"] * count,
        "collapse": [["chest"] if number == count - 1 else [] for number in range(count)],
    })  # fmt: skip
    broken = written(tmp_path / "broken.parquet", table, row_group_size=count // groups)
    ages = pq.read_metadata(broken).row_group(0).column(1)
    data, begin = bytearray(broken.read_bytes()), ages.dictionary_page_offset or 0
    data[begin : begin + ages.total_compressed_size] = b"\xff" * ages.total_compressed_size
    broken.write_bytes(data)

    ended = invoke("batch", broken, "--id", "person", "-o", tmp_path / to)

    assert ended.code == exits.NO_INPUT
    assert "cannot read broken.parquet" in ended.err
    assert f"P{count - 1}" in ended.err
    assert not (tmp_path / to).exists()


@pytest.mark.parametrize("kind", ["text", "list", "struct", "map", "short"])
def test_a_small_file_does_not_unfold_to_more_than_memory_holds(kind: str, tmp_path: Path) -> None:
    """A text that all rows share stands there once; with them as they are it takes gigabytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from backtriage.shell.batch.arrow.files import MOST_BYTES, Archive
    from tests.support.parquet import written

    note = "x" * (1_000 if kind == "short" else 500_000)
    shapes: dict[str, object] = {
        "list": [note], "struct": {"a": {"b": note}, "c": 1}, "map": [("a", note)],
    }  # fmt: skip
    of_map = pa.map_(pa.string(), pa.string()) if kind == "map" else None
    notes = pa.array([shapes.get(kind, note)] * 1_000, of_map)
    table = pa.table({"age": [40] * 1_000, "collapse": ["chest"] * 1_000, "note": notes})
    written(tmp_path / "in.parquet", table)

    with_ids = Archive(shipped(), str(tmp_path / "in.parquet"), "in", ("note",))
    batches = [(rows.num_rows, rows.nbytes) for rows in with_ids.batches()]
    ended = invoke(
        "batch", tmp_path / "in.parquet", "--keep", "note", "-o", tmp_path / "o.parquet"
    )

    assert (tmp_path / "in.parquet").stat().st_size < 100_000
    assert sum(rows for rows, _ in batches) == 1_000
    assert max(size for _, size in batches) < 1.5 * MOST_BYTES
    assert (len(batches) == 1) is (kind == "short")
    assert "1,000 EMERGENCY" in " ".join(ended.err.split())
    found = pq.ParquetFile(tmp_path / "o.parquet").metadata
    assert (found.num_rows, found.num_row_groups > 1) == (1_000, kind != "short")


@pytest.mark.parametrize("other", ["large_string", "dictionary", "int64", "null"])
def test_what_is_carried_over_may_be_of_another_type_in_each_file(
    other: str, tmp_path: Path
) -> None:
    """Pandas and Polars write texts each in its own way."""
    import pyarrow as pa

    from tests.support.parquet import records_in, written

    ids = {
        "large_string": pa.array(["Bob"], pa.large_string()), "int64": pa.array([7]),
        "dictionary": pa.array(["Bob"]).dictionary_encode(), "null": pa.nulls(1),
    }  # fmt: skip
    names = [tmp_path / name for name in ("a.parquet", "b.parquet")]
    for file, who in zip(names, (pa.array(["Ann"]), ids[other]), strict=True):
        written(file, pa.table({"name": who, "age": [40], "collapse": ["chest"]}))

    ended = invoke("batch", *names, "--id", "name", "-o", tmp_path / "o.parquet")

    assert ended.code == exits.OK, ended.err
    found = records_in(tmp_path / "o.parquet")
    assert [str(row["name"]) for row in found] == ["Ann", str(ids[other].to_pylist()[0])]
    assert {row["certain"] for row in found} == {"emergency"}


@pytest.mark.parametrize("folder", ["s3:/clinic", "file:", "visit:27"])
def test_a_name_that_reads_like_an_address_is_that_of_a_file(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pyarrow would look for it elsewhere: on the network, or from the root of all folders."""
    import pyarrow as pa

    from tests.support.parquet import written

    monkeypatch.chdir(tmp_path)
    (tmp_path / folder).mkdir(parents=True)
    table = pa.table({"name": ["Ann"], "age": [40], "collapse": ["chest"]})
    written(tmp_path / folder / "a.parquet", table)
    named = f"{folder.replace(':/', '://')}/a.parquet"

    for more in ((), ("-o", tmp_path / "o.parquet")):
        ended = invoke("batch", named, "--id", "name", *more)
        assert ended.code == exits.OK, ended.err
        assert "EMERGENCY" in ended.err + ended.out.decode()
    earlier = invoke("batch", named, "--id", "name", "--compare", "o.parquet")
    assert earlier.code == exits.OK, earlier.err


@pytest.mark.parametrize("kind", ["string_view", "list", "struct"])
def test_a_reference_of_an_odd_type_hides_no_emergency(kind: str, tmp_path: Path) -> None:
    import pyarrow as pa

    from tests.support.parquet import written

    refs = {
        "string_view": pa.array(["A", "B"], pa.string_view()), "list": pa.array([["A"], None]),
        "struct": pa.array([{"a": 1}, None]),
    }  # fmt: skip
    table = pa.table({"ref": refs[kind], "age": [40, 41], "collapse": ["none", "chest"]})
    written(tmp_path / "a.parquet", table)

    ended = invoke("batch", tmp_path / "a.parquet", "-o", tmp_path / "o.parquet")

    assert ended.code in {exits.OK, exits.INCOMPLETE, exits.DATA}, ended.err
    assert "EMERGENCY" in ended.err


def test_every_unknown_column_is_named(tmp_path: Path) -> None:
    import pyarrow as pa

    from tests.support.parquet import written

    names = [f"column_{at}" for at in range(10_000)]
    table = pa.table({"age": [1], **{name: [1] for name in names}})
    source = written(tmp_path / "wide.parquet", table)

    ended = invoke("batch", source, "-o", tmp_path / "o.parquet")

    assert ended.code == exits.DATA
    assert "10,000 problems" in ended.err
    assert "No row was decided" in ended.err


def test_columns_that_are_a_row_of_data_are_not_quoted(tmp_path: Path) -> None:
    """As pandas writes a table that was read without its header."""
    import pyarrow as pa

    from tests.support.parquet import written

    row = {"Ben": ["Cem"], "self": ["self"], "male": ["male"], "suicide": ["chest"]}
    source = written(tmp_path / "x.parquet", pa.table(row))

    for output in ("o.parquet", "o.csv"):
        ended = invoke("batch", source, "-o", tmp_path / output)

        assert ended.code == exits.DATA
        assert ended.err.startswith("NOT READ, so look now")
        assert not [name for name in row if f"'{name}'" in ended.err or f"[{name}]" in ended.err]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("second", ["collapse", "Collapse", "colapse", "collapse "])
def test_a_column_that_stands_twice_hides_no_emergency(
    order: int, second: str, tmp_path: Path
) -> None:
    import pyarrow as pa

    from tests.support.parquet import written

    columns = [pa.array([["chest"], []]), pa.array([[], []], pa.list_(pa.string()))][::order]
    table = pa.Table.from_arrays([pa.array([40, 40]), *columns], ["age", "collapse", second])
    source = written(tmp_path / "x.parquet", table)

    ended = invoke("batch", source, "-o", tmp_path / "o.parquet")

    assert ended.code == exits.DATA
    assert ended.err.startswith("EMERGENCY, by what could be read: x.parquet, row 1.\n")


def test_a_doubt_is_true_or_false(tmp_path: Path) -> None:
    import pyarrow as pa

    from tests.support.parquet import written

    source = written(tmp_path / "x.parquet", pa.table({"age": [40], "age.not_sure": ["yes"]}))

    ended = invoke("batch", source, "-o", tmp_path / "o.parquet")

    assert ended.code == exits.DATA
    assert "'age.not_sure' is not true or false" in ended.err


def test_output_equal_to_input(archive: Path) -> None:
    before = archive.read_bytes()

    ended = invoke("batch", archive, "--id", "person", "-o", archive, "--force")

    assert ended.code == exits.USAGE
    assert archive.read_bytes() == before


def test_a_read_only_target(archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "o.parquet"
    target.write_bytes(b"old")
    target.chmod(0o400)

    ended = invoke("batch", archive, "--id", "person", "-o", target, "--force")

    assert ended.code == exits.CANNOT_WRITE
    assert target.read_bytes() == b"old"


def test_a_full_disk(archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "o.parquet"
    target.write_bytes(b"old")
    limited = ["prlimit", "--fsize=65536", *COMMAND]

    ended = subprocess.run(
        [*limited, "batch", archive, "--id", "person", "-o", target, "--force"],
        capture_output=True, text=True, check=False, env={**os.environ, **NO_BYTECODE},
    )  # fmt: skip

    assert ended.returncode == exits.CANNOT_WRITE
    assert "cannot write" in ended.stderr
    assert target.read_bytes() == b"old"


def test_strict_writes_nothing(tmp_path: Path) -> None:
    import pyarrow as pa

    from tests.support.parquet import written

    source = written(tmp_path / "x.parquet", pa.table({"age": [40, 999]}))

    ended = invoke("batch", source, "-o", tmp_path / "o.parquet", "--strict")

    assert ended.code == exits.DATA
    assert not (tmp_path / "o.parquet").exists()


def test_fields(archive: Path, tmp_path: Path) -> None:
    from tests.support.parquet import records_in

    output = tmp_path / "o.parquet"
    invoke("batch", archive, "--id", "person", "--fields", "urgency,reasons", "-o", output)

    assert [*records_in(output)[0]] == ["person", "urgency", "reasons"]


def test_results_are_reproduced_from_columns(archive: Path, tmp_path: Path) -> None:
    before, few = tmp_path / "before.parquet", tmp_path / "few.parquet"
    words = ("batch", archive, "--id", "person")
    invoke(*words, "-o", before)
    invoke(*words, "-o", few, "--fields", "urgency")

    whole = invoke(*words, "--verify", before)
    refused = invoke(*words, "--compare", few)

    assert whole.code == exits.OK, whole.err
    assert re.search(r"before.parquet: ([\d,]+) of \1 results reproduced", whole.err)
    assert refused.code == exits.DATA
    assert (
        "few.parquet:1:1: A118 this is no result of a batch: it has no row, source" in refused.err
    )
    assert invoke(*words, "--compare", cut(before, tmp_path / "cut.parquet", 0.5)).code == (
        exits.NO_INPUT
    )


@pytest.mark.parametrize("kind", ["numbers", "decimals", "days", "bytes", "texts"])
def test_a_result_of_another_person_is_found(kind: str, tmp_path: Path) -> None:
    """Whatever type tells them apart; a missing number of pandas is nobody else."""
    import pyarrow as pa

    from tests.support.parquet import written

    kinds: dict[str, list[object]] = {
        "numbers": [1.5, float("nan")], "decimals": [Decimal(1001), Decimal(1002)],
        "days": [date(2026, 1, 1), date(2026, 1, 2)], "bytes": [b"a", b"b"],
        "texts": ["\N{LATIN SMALL LETTER O WITH DIAERESIS}", "b"],
    }  # fmt: skip
    ids = kinds[kind]
    day = {"age": [40, 40], "collapse": [["chest"], []]}
    before = tmp_path / "results.parquet"
    words = ("batch", tmp_path / "day.parquet", "--id", "who")
    written(tmp_path / "day.parquet", pa.table({"who": ids, **day}))
    invoke(*words, "-o", before)
    same = [invoke(*words, option, before).code for option in ("--compare", "--verify")]
    written(tmp_path / "day.parquet", pa.table({"who": ids[::-1], **day}))
    other = [invoke(*words, option, before).code for option in ("--compare", "--verify")]

    assert (same, other) == ([exits.INCOMPLETE, exits.OK], [exits.DATA, exits.DATA])


@pytest.mark.parametrize("column", ["digest", "urgency", "source", "reasons", "who"])
def test_damaged_results_hide_no_emergency(column: str, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from tests.support.parquet import written

    table = pa.table({"who": ["Ann"], "age": [40], "sex": ["male"], "collapse": ["chest"]})
    words = ("batch", written(tmp_path / "day.parquet", table), "--id", "who")
    before = tmp_path / "results.parquet"
    invoke(*words, "-o", before)
    results = pq.read_table(before)
    for damaged in (pa.array([b"\xff"]), pa.array([b"\xff"], pa.binary()).view(pa.string())):
        at = results.schema.names.index(column)
        written(before, results.set_column(at, column, damaged))
        for option in ("--compare", "--verify"):
            ended = invoke(*words, option, before)
            assert "bug" not in ended.err
            assert ended.code in {exits.DATA, exits.OK}
            assert column in {"digest", "reasons"} or "EMERGENCY" in ended.err


@pytest.mark.parametrize("to", ["o.jsonl", "o.parquet"])
def test_a_doubt_cannot_be_carried(to: str, tmp_path: Path) -> None:
    import pyarrow as pa

    from tests.support.parquet import written

    table = written(tmp_path / "x.parquet", pa.table({"age": [40], "collapse.not_sure": [True]}))

    ended = invoke("batch", table, "--keep", "collapse.not_sure", "-o", tmp_path / to)

    assert ended.code == exits.USAGE
    assert "is an answer" in ended.err


def test_a_file_without_any_column_hides_no_emergency(tmp_path: Path) -> None:
    """As pandas writes for a month without a row."""
    import pyarrow as pa

    from tests.support.parquet import written

    ann = pa.table({"person": ["Ann"], "collapse": ["chest"]})
    files = [written(tmp_path / "a.parquet", ann), written(tmp_path / "b.parquet", pa.table({}))]

    ended = invoke("batch", *files, "--id", "person")

    assert ended.code == exits.DATA
    assert ended.err.startswith("EMERGENCY, by what could be read: Ann")


def test_a_folder_that_is_only_like_a_column_is_none(tmp_path: Path) -> None:
    """Most archives have a folder for each day, and `days` is a question.

    A column to carry is looked for in the file, whatever its folder is called.
    """
    import pyarrow as pa

    from tests.support.parquet import written

    (tmp_path / "day=2026-11-27").mkdir()
    table = pa.table({"person": ["Ann"], "age": [40]})
    path = written(tmp_path / "day=2026-11-27" / "a.parquet", table)
    (tmp_path / "person=Bob").mkdir()
    own = written(tmp_path / "person=Bob" / "a.parquet", table)

    assert "stands for" not in invoke("batch", path, own, "--id", "person").err


@pytest.mark.parametrize("column", ["sex", "se%78", "Sex"])
def test_a_folder_that_stands_for_a_column_is_not_passed_over(column: str, tmp_path: Path) -> None:
    """Pandas and Spark take a column out of the files, and name their folder after its value."""
    import pyarrow as pa

    from tests.support.parquet import written

    (tmp_path / f"{column}=female").mkdir()
    table = pa.table({"person": ["Ann"], "collapse": ["chest"]})
    path = written(tmp_path / f"{column}=female" / "a.parquet", table)

    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "b.parquet").write_bytes(path.read_bytes())
    (tmp_path / f"in/{column}=male").parent.mkdir()
    (tmp_path / f"in/{column}=male").symlink_to(tmp_path / "plain")

    for name, value in ((path, "female"), (tmp_path / f"in/{column}=male/b.parquet", "male")):
        ended = invoke("batch", name, "--id", "person")

        assert ended.code == exits.DATA
        assert ended.err.startswith("EMERGENCY, by what could be read: ")
        assert f"{column}={value} stands for" in " ".join(ended.err.split())


def test_columns_are_compared_as_rows_are(archive: Path, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from tests.support.parquet import written

    words = ("batch", archive, "--id", "person")
    invoke(*words, "-o", tmp_path / "before.parquet")
    table = pq.read_table(tmp_path / "before.parquet")
    urgencies = table["urgency"].to_pylist()
    urgencies[::7] = ["soon" for _ in urgencies[::7]]
    people = table["person"].to_pylist()
    people[3] = "somebody"
    for name, values in (("urgency", urgencies), ("person", people)):
        at = table.schema.names.index(name)
        table = table.set_column(at, name, pa.array(values))
    columns = written(tmp_path / "columns.parquet", table.slice(0, 4_000))
    rows = tmp_path / "rows.jsonl"
    lines = (json.dumps(record) for record in table.slice(0, 4_000).to_pylist())
    rows.write_text("".join(f"{line}\n" for line in lines))

    said = {}
    for earlier in (columns, rows):
        for option in ("--compare", "--verify"):
            output = tmp_path / f"{earlier.stem}{option}.jsonl"
            ended = invoke(*words, option, earlier, "-o", output)
            assert ended.code == exits.DATA, ended.err
            said[earlier, option] = lines_of(output)

    for option in ("--compare", "--verify"):
        assert said[columns, option] == said[rows, option]
    kinds = {str(record["change"]) for record in said[rows, "--compare"]}
    assert kinds == {"higher", "lower", "other_person", "no_result"}


@pytest.mark.parametrize(
    "kinds", [("string", "large_string"), ("int64", "string"), ("int64", "float64"), ("checked",)]
)
def test_results_are_compared_also_where_archives_are_not_alike(
    kinds: tuple[str, ...], tmp_path: Path
) -> None:
    """Pandas and Polars write texts in their own ways, and a column with gaps has another type."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from tests.support.parquet import written

    archives: list[Path] = []
    for at, kind in enumerate(kinds):
        names = pa.array([str(2 * at), str(2 * at + 1)])
        more = {"checked": pa.array([[], []], pa.list_(pa.string()))} if kind == "checked" else {}
        table = pa.table({
            "who": names if kind == "checked" else names.cast(kind),
            "age": [40, 41], "collapse": [["chest"], []], **more,
        })  # fmt: skip
        archives.append(written(tmp_path / f"{at}.parquet", table))
    words: list[str | Path] = ["batch", *archives, "--id", "who"]
    before = tmp_path / "before.parquet"
    assert invoke(*words, "-o", before).code == exits.INCOMPLETE

    for option in ("--compare", "--verify"):
        same = invoke(*words, option, before)
        assert same.code in {exits.OK, exits.INCOMPLETE}, same.err

    results = pq.read_table(before)
    calm = pa.array(["self_care"] * results.num_rows)
    at = results.schema.names.index("urgency")
    written(before, results.set_column(at, "urgency", calm))

    assert invoke(*words, "--verify", before).code == exits.DATA
    assert "higher" in invoke(*words, "--compare", before).err
    before.write_bytes(b"nothing of that kind")
    for option in ("--compare", "--verify"):
        assert invoke(*words, option, before).code == exits.NO_INPUT
