"""Running a batch on Spark: folders of Parquet, in and out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Final

from backtriage.batch.columns import known_columns
from backtriage.batch.rows import InvalidTable
from backtriage.shell.batch.answer_folders import folders_of_answers
from backtriage.shell.batch.arrow.files import columns_in
from backtriage.shell.batch.arrow.spark import (
    Frame,
    SparkRun,
    counts_of,
    decided_frame,
    explaining,
    problems_of,
)
from backtriage.shell.batch.ended import Ended, private_rules
from backtriage.shell.batch.running import Batch, NoRowsError
from backtriage.shell.batch.spark_folders import (
    check_listed,
    new_folder,
    partitions_of,
    spark_path,
)
from backtriage.shell.files import ReadError
from backtriage.shell.older_sheets import read_meanings
from backtriage.shell.output import say
from backtriage.terms.answers import RESERVED
from backtriage.terms.printable import visible
from backtriage.terms.urgency import Urgency

_UNSEEN: Final = (
    "backtriage: no row was looked at for an emergency. Run it again, or without --engine spark."
)
"""Said where a run has no result."""


def run(batch: Batch, ended: Ended, *_: object) -> None:
    """Run a batch as `running.run` does, but in no order, and with rejects among the results.

    Args:
        batch: What to do. Its output is a folder that is not there yet.
        ended: Is told what became of it, once all of it is written.

    Raises:
        ReadError: Spark cannot read the archive, or cannot write the result.
        InvalidTable: Its columns are not those of the protocol.
        WriteError: The output cannot be there.
        NoRowsError: There is no row.
    """
    try:
        _run(batch, ended)
    except NoRowsError:
        raise
    except BaseException:  # also Ctrl-C
        if not ended.tally.rows:
            say(_UNSEEN)
        raise


def _run(batch: Batch, ended: Ended) -> None:
    if batch.output is None:
        raise AssertionError("there is no output")
    started, names = monotonic(), [each.name for each in batch.inputs]
    _check_partitions(batch, names)
    with new_folder(batch.output) as folder, explaining(), SparkRun(batch.master) as spark:
        frame = spark.read(*map(spark_path, names))
        check_listed(names, frame.inputFiles())
        _check_columns(names, frozenset(frame.columns), batch.keep)
        problems = problems_of(batch.program, frame, batch.keep)
        if problems:
            raise InvalidTable(problems)
        rows = frame.count()
        if not rows:
            raise NoRowsError
        target = spark_path(str(folder))
        meanings = read_meanings(batch.program, batch.rules)
        decided = decided_frame(batch.program, meanings, frame, batch.keep, batch.fields)
        decided.write.parquet(target)
        _count(batch, spark.read(target), ended)
        if ended.tally.rows != rows:
            raise ReadError(f"Spark wrote {ended.tally.rows:,} of {rows:,} rows")
    ended.seconds = monotonic() - started


def _check_partitions(batch: Batch, names: Sequence[str]) -> None:
    """Check that what folders stand for is read, and nothing that their files have is not.

    Spark takes a column from the name of a folder only below the one that is named, and then
    instead of such a column in the files.

    Raises:
        ReadError: It would not read something.
    """
    known = known_columns(batch.program, batch.keep, RESERVED)
    for name in names:
        for folder, column in folders_of_answers(Path(name), known):
            why = f"stands for '{visible(column)}', which Spark reads only below what is named"
            raise ReadError(f"{visible(str(folder))} {why}: name the folder around it")
        for path, columns in partitions_of(name):
            for column in sorted(columns & columns_in(path)) if columns else ():
                why = f"has a column '{visible(column)}', for which its folder stands too"
                raise ReadError(f"{visible(str(path))} {why}: rename one of the two")


def _check_columns(names: Sequence[str], seen: frozenset[str], keep: Sequence[str]) -> None:
    """Check that Spark sees every column, and that every file has those that are to be carried.

    It believes the copy of the columns that it once wrote into a file. Whoever has added a column
    since, with another program, may have kept that copy as it was.

    Args:
        names: The folders or files of an archive.
        seen: The columns that Spark has found.
        keep: Columns that are carried, such as who somebody is.

    Raises:
        ReadError: It does not see one, or a file has none.
    """
    for name in names:
        for path, partition in partitions_of(name):
            columns = columns_in(path)
            for column in keep:
                if column not in columns | partition:
                    raise ReadError(f"{visible(str(path))} has no column '{visible(column)}'")
            for column in sorted(columns - seen):
                why = f"has a column '{visible(column)}', which Spark does not see"
                cure = "write the file again without the metadata that Spark has left in it"
                raise ReadError(f"{visible(str(path))} {why}: {cure}, or run without Spark")


def _count(batch: Batch, results: Frame, ended: Ended) -> None:
    """Count what was written, as `Tally.add` does."""
    tally = ended.tally
    urgencies = {urgency.id: urgency for urgency in Urgency}
    kinds, rules = counts_of(results)
    for status, urgency, certain, code, is_misread, count in kinds:
        tally.rows += count
        is_emergency = certain == Urgency.EMERGENCY.id
        if code is not None:
            tally.rejects[code] += count
            tally.rejected_emergencies += count * is_emergency
            tally.unread += count * (certain == "unknown")
            ended.is_misread = ended.is_misread or bool(is_misread)
            continue
        tally.statuses[status] += count
        tally.urgencies[urgencies[urgency]] += count
        tally.certain_emergencies += count * is_emergency
    private = private_rules(batch.program)
    for rule, count in rules:
        if rule not in private:
            tally.rules[rule] += count
