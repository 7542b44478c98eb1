"""An archive on Spark: the same door, in the processes of Spark's workers.

A worker that is lost takes nothing with it: Spark decides its rows again, and what it had written
is not part of the result.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

import pyarrow as pa
import pyspark
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as sql
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import ArrayType, BooleanType, DataType, StringType, StructField, StructType

from backtriage.batch.alarms import Alarms
from backtriage.batch.columns import known_columns
from backtriage.batch.decisions import Reject
from backtriage.batch.headers import header_problems
from backtriage.batch.records import (
    MISREAD,
    PLACE_FIELDS,
    RESULT_FIELDS,
    columns_of,
    reject_record,
)
from backtriage.exchange.old_sheet import past_of
from backtriage.program.program import Program, build_program, from_json, to_json
from backtriage.shell.batch.arrow.cells import ArrowColumn, ArrowType, Rows
from backtriage.shell.batch.arrow.door import AreEmergencies, ArrowDoor
from backtriage.shell.batch.arrow.files import ROWS, not_a_flag
from backtriage.shell.batch.arrow.results import plain_type
from backtriage.shell.files import ReadError
from backtriage.shell.older_sheets import Meanings, may_be_misread
from backtriage.terms.answers import COMPANION, RESERVED
from backtriage.terms.printable import visible
from backtriage.terms.problem import Location, Problem

Frame: TypeAlias = Any
"""A `DataFrame`."""

_REJECT: Final = ("code", "column", "message", "help")
"""What a row says that was refused; where `code` is empty there is a result."""
_LISTS: Final = ("reasons", "doubts", "open")
_COUNTED: Final = frozenset(("status", "urgency", "certain", *_LISTS))
"""The fields that are counted, so that they are there in any case."""
_ZONE: Final = "UTC"
_SAFE: Final = {"PYTHONSAFEPATH": "1"}
"""Keeps workers from taking what lies in the current folder for a module of Python."""
_SETTINGS: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.hadoop.parquet.page.verify-checksum.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(ROWS),
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",  # else of a type that is gone
    "spark.sql.session.timeZone": _ZONE,
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",  # 007 would become 7
    **{f"spark.executorEnv.{name}": value for name, value in _SAFE.items()},
}
_ALONE: Final = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.authenticate": "true",  # with a secret that Spark makes for this run
    "spark.network.crypto.enabled": "true",
    "spark.network.crypto.saslFallback": "false",
}
"""Where all workers are on this machine, nothing listens to another."""


class SparkRun:
    """A session of Spark, which ends with the block."""

    def __init__(self, master: str) -> None:
        """Take a master, such as `local[2,4]`; nothing is started yet."""
        # Spark would start whatever Python is called python3.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ |= _SAFE
        if not os.environ.get("SPARK_HOME"):  # else it runs what is called so in the folder above
            os.environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
        settings = _SETTINGS
        if master.startswith("local"):
            settings = _SETTINGS | _ALONE
            # Else Java asks for the address of the host's name, which may have none.
            os.environ.setdefault("SPARK_LOCAL_IP", _ALONE["spark.driver.host"])
        self._builder = SparkSession.builder.master(master).appName("backtriage")
        for name, value in settings.items():
            self._builder = self._builder.config(name, value)

    def __enter__(self) -> Self:
        """Start it."""
        with _silenced():
            self._session = self._builder.getOrCreate()
        return self

    def __exit__(self, *_: object) -> None:
        """End it. Where it has ended already, such as by a signal, that hides no other error.

        PySpark then fails in its own ways, one of them a KeyError of a context that is gone.
        """
        with suppress(PySparkException, Py4JError, OSError, KeyError):
            self._session.stop()

    def read(self, *paths: str) -> Frame:
        """Return the rows of folders, with the columns of every file in them.

        What a file says besides, such as which answer stands for one that is missing, is left out.
        """
        found = self._session.read.option("mergeSchema", "true").parquet(*paths).schema.fields
        plain = StructType([StructField(each.name, each.dataType) for each in found])
        return self._session.read.schema(plain).parquet(*paths)


@contextmanager
def _silenced() -> Iterator[None]:
    """Give what is started meanwhile no standard error: a trace may quote an answer."""
    error = os.dup(2)
    with open(os.devnull, "wb") as nothing:  # noqa: PTH123 - a device
        os.dup2(nothing.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(error, 2)
        os.close(error)


@contextmanager
def explaining() -> Iterator[None]:
    """Raise `ReadError` for what Spark cannot do."""
    try:
        yield
    except (PySparkException, Py4JError) as error:
        said = visible(str(error).strip().partition("\n")[0])
        raise ReadError(f"Spark cannot do that, and nothing was written: {said}") from None


def problems_of(program: Program, frame: Frame, keep: Sequence[str]) -> tuple[Problem, ...]:
    """Return what is wrong with the columns of an archive.

    Args:
        program: The protocol that its rows answer.
        frame: The archive.
        keep: Columns that are no answers.
    """
    place = Location(file="the archive")
    known = known_columns(program, keep, RESERVED)
    doubts = (
        field.name
        for field in frame.schema.fields
        if field.name in known and field.name.endswith(COMPANION)
        and field.name not in keep and not isinstance(field.dataType, BooleanType)
    )  # fmt: skip
    return (
        *header_problems(program, known, tuple(frame.columns), keep, place),
        *(not_a_flag(name, place) for name in doubts),
    )


def decided_frame(
    program: Program, meanings: Meanings, frame: Frame, keep: Sequence[str], fields: Sequence[str]
) -> Frame:  # fmt: skip
    """Return what becomes of every row of an archive, in no order.

    Args:
        program: The protocol that its rows answer.
        meanings: What its questions have meant.
        frame: The archive.
        keep: Columns that are no answers.
        fields: The fields of a result; those that are counted are there in any case.
    """
    schema = _schema(frame, keep, fields)
    decide = partial(
        decide_batches, to_json(program.protocol), program.digest, meanings, tuple(keep),
        frame.columns, to_arrow_schema(schema, timezone=_ZONE),
    )  # fmt: skip
    # Spark takes a point in a name for the field of an object.
    numbered = frame.toDF(*(f"column_{at}" for at in range(len(frame.columns))))
    return numbered.mapInArrow(decide, schema)


def counts_of(results: Frame) -> tuple[Sequence[Any], Sequence[Any]]:
    """Count results: by status, urgency, certainty, code and misreading; and by rule."""
    rules = results.select(sql.explode(sql.concat(*_LISTS)).alias("rule"))
    return (
        results.groupBy("status", "urgency", "certain", "code", MISREAD).count().collect(),
        rules.groupBy("rule").count().orderBy("rule").collect(),
    )


def decide_batches(  # noqa: PLR0913, PLR0917 - a worker has nothing else
    protocol: str, digest: str, meanings: Meanings, keep: Sequence[str], names: Sequence[str],
    schema: ArrowType, batches: Iterator[Rows],
) -> Iterator[Rows]:  # fmt: skip
    """Yield what becomes of batches of rows, in a worker.

    Args:
        protocol: As `to_json` has it.
        digest: Its digest.
        meanings: What its questions have meant.
        keep: Columns that are no answers.
        names: The columns of the rows.
        schema: The columns of the result.
        batches: The rows.
    """
    program = _program(protocol, digest)
    fields = [name for name in schema.names if name in RESULT_FIELDS and name not in keep]
    door = ArrowDoor(program, fields, keep)
    are_emergencies: AreEmergencies = Alarms(
        program, cache(lambda: past_of(program, meanings.recorded, meanings.table))
    )
    for batch in batches:
        for first in range(0, batch.num_rows, ROWS):
            rows = pa.RecordBatch.from_arrays(batch.slice(first, ROWS).columns, names)
            part = door.part(rows, "", 1, are_emergencies)
            yield _conformed(part.results, schema)
            if part.rejects:
                at = pa.array([reject.row.number - 1 for reject in part.rejects])
                said = [_said(program, meanings, reject) for reject in part.rejects]
                yield _conformed(_rejects(rows.take(at), said, keep), schema)


@cache
def _program(protocol: str, digest: str) -> Program:
    return build_program(from_json(protocol), digest)


def _said(program: Program, meanings: Meanings, reject: Reject) -> Mapping[str, object]:
    validated = reject.row.validated
    is_misread = not reject.is_emergency and may_be_misread(program, meanings, validated)
    return {**reject_record(program, reject), MISREAD: is_misread}


def _rejects(rows: Rows, said: Sequence[Mapping[str, object]], keep: Sequence[str]) -> Rows:
    names = (*_REJECT, "certain", MISREAD)
    told = [pa.array([record[name] for record in said]) for name in names]
    return pa.RecordBatch.from_arrays([*(rows[name] for name in keep), *told], [*keep, *names])


def _conformed(rows: Rows, schema: ArrowType) -> Rows:
    """Return rows with all columns of the result, and in its types."""
    arrays = [
        _plain(rows[field.name]).cast(field.type)
        if field.name in rows.schema.names
        else pa.nulls(rows.num_rows, field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _plain(column: ArrowColumn) -> ArrowColumn:
    return column.cast(plain_type(column.type))


def _schema(frame: Frame, keep: Sequence[str], fields: Sequence[str]) -> StructType:
    def of(name: str) -> DataType:
        if name in keep:
            kind: DataType = frame.schema[name].dataType
            return kind
        if name in {*_LISTS, "missing"}:
            return ArrayType(StringType())
        return BooleanType() if name in {"contradicted", MISREAD} else StringType()

    wanted = {*fields, *_COUNTED} - {*PLACE_FIELDS}
    said = [name for name in RESULT_FIELDS if name in wanted]
    names = (*columns_of(said, keep), *_REJECT, MISREAD)
    return StructType([StructField(name, of(name)) for name in names])
