"""Shared by the `rules` commands: the options of a report, and writing it with all its files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, NamedTuple

import typer

from backtriage.shell.files import WriteError
from backtriage.shell.output import say, write_out
from backtriage.terms.printable import visible

if TYPE_CHECKING:
    from backtriage.shell.result_file import ResultFile

ReportFormat = Literal["text", "json"]
FormatOption = Annotated[ReportFormat, typer.Option("--format", help="Output format.")]

CASES: Final = (".yaml",)
"""The extension of files that `rules test` reads."""


def budget_option(what: str) -> Any:  # noqa: ANN401 - as typer declares its own options
    """Return the option `--budget`, which limits the time of something."""

    def finite(seconds: float) -> float:
        if not isfinite(seconds):
            raise typer.BadParameter(f"{seconds} is not a number of seconds")
        return seconds

    return typer.Option(
        "--budget", metavar="SECONDS", min=0.0, callback=finite,
        help=f"Time limit for {what}, in seconds. What is left then is undecided.",
    )  # fmt: skip


class Extra(NamedTuple):
    """A file that comes with a report, and what to say when it is written."""

    file: ResultFile
    text: str
    message: str = ""


def report_text(
    form: ReportFormat, record: Callable[[], object], lines: Callable[[], Iterable[str]]
) -> str:
    """Return a report as JSON or as lines, computing only the one that is asked for."""
    return json_text(record()) if form == "json" else "\n".join(lines()) + "\n"


def json_text(record: object) -> str:
    """Return a record as indented JSON."""
    import json

    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def write_results(report: str, *extras: Iterable[Extra]) -> None:
    """Write a report that took long, and the files that come with it.

    Everything is tried, so that nothing is lost because something else cannot be written, and
    what cannot be written is said on standard error. There the report goes too, when a file is
    standard output.

    Raises:
        WriteError: Something could not be written.
    """
    errors = []
    files = tuple(chain(*extras))
    if any(extra.file.is_standard_output for extra in files):
        if not say(report):
            errors.append("cannot write the report to standard error")
    else:
        try:
            write_out(report, is_costly=True)
        except WriteError as error:
            errors.append(str(error))
    for extra in files:
        try:
            extra.file.write(extra.text)
        except WriteError as error:
            say(extra.text)
            errors.append(str(error))
        else:
            if extra.message:
                say(extra.message)
    if errors:
        raise WriteError("; ".join(errors))


def case_extra(
    file: ResultFile | None, count: int, text: Callable[[], str], *, if_none: str, note: str = ""
) -> Iterator[Extra]:
    """Yield the file of some cases, if one is asked for; say if there are none."""
    if file is None:
        return
    name = visible(file.name)
    if not count:
        say(f"{if_none}, so {name} was not written.")
        return
    from backtriage.render.page.phrasing import pluralise

    yield Extra(file, text(), f"Wrote {pluralise(count, 'case', 'cases')} to {name}.{note}")
