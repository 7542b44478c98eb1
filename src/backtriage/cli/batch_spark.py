"""`backtriage batch --engine spark`: an archive in the processes of Spark."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backtriage.shell.batch.inputs import Input
    from backtriage.shell.result_file import ResultFile

MASTER: Final = "local[*,4]"
"""All cores of this machine; rows of a worker that is lost are decided up to four times."""
_LIBRARIES: Final = ("numpy", "pandas", "pyarrow", "pyspark")
_CURES: Final = {
    "--resume": "Spark decides again what was lost, so leave it out",
    "--sort": "Spark writes rows in no order; sort the result by its column urgency",
    "--strict": "the summary counts refused rows; in the result, code is not empty there",
    "--rejects": "refused rows are in the result: there, code is not empty",
    "--format": "Spark writes Parquet, so leave it out",
    "--compare": "one machine compares results",
    "--verify": "one machine verifies results",
    "--force": "name a folder that is not there yet",
}
"""What to do without an option that Spark has no use for."""


def is_asked(
    engine: str | None, master: str | None,
    given: "Mapping[str, object]", output: str | None, fields: str | None, keep: tuple[str, ...],
) -> bool:  # fmt: skip
    """Return whether Spark is asked for; refuse what it cannot do before anything is read.

    Args:
        engine: The value of `--engine`.
        master: The value of `--master`.
        given: Options, and whether they were given.
        output: The value of `--output`.
        fields: The value of `--fields`.
        keep: The columns that are carried.

    Raises:
        BadParameter: Something cannot be done.
    """
    from backtriage.batch.records import MISREAD, PLACE_FIELDS

    if engine is None:
        if master is not None:
            raise typer.BadParameter("only with --engine spark", param_hint="--master")
        return False
    for option, cure in _CURES.items():
        if given[option]:
            raise typer.BadParameter(f"not with --engine spark: {cure}", param_hint=option)
    if output is None:
        message = "with --engine spark, name the folder of the result"
        raise typer.BadParameter(message, param_hint="--output")
    numbers = {name.strip() for name in (fields or "").split(",")} & {*PLACE_FIELDS}
    if numbers:
        message = f"Spark has no order of rows; leave out {' and '.join(sorted(numbers))}"
        raise typer.BadParameter(message, param_hint="--fields")
    if MISREAD in keep:
        message = f"the result has a column '{MISREAD}' of its own; rename yours"
        raise typer.BadParameter(message, param_hint="--id or --keep")
    if not all(map(find_spec, _LIBRARIES)):
        raise typer.BadParameter("Spark needs pyspark: pip install 'backtriage[spark]'")
    if not has_java():
        message = "Spark needs Java 17 or later: install it, or name its folder in JAVA_HOME"
        raise typer.BadParameter(message)
    return True


def has_java() -> bool:
    """Return whether Spark finds Java."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which(Path(home) / "bin" / "java" if home else "java") is not None


def inputs_of(names: list[str]) -> "tuple[Input, ...]":
    """Return the folders or files of an archive. Raises `ReadError`."""
    from backtriage.shell.batch.spark_folders import folders_of

    return folders_of(names)


def folder(name: str | None, inputs: "tuple[Input, ...]") -> "ResultFile":
    """Return the folder of the result. Raises `WriteError` if it cannot be made."""
    from backtriage.shell.batch.spark_folders import check_new
    from backtriage.shell.result_file import ResultFile

    file = ResultFile(name=name or "", extensions=())
    check_new(file, inputs)
    return file
