"""`backtriage batch`: many answer sheets -> a result for each."""

import json
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from backtriage.cli import batch_reports, batch_spark, exits, options
from backtriage.shell.output import say
from backtriage.terms.printable import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from backtriage.program.program import Program
    from backtriage.shell.batch.inputs import Input
    from backtriage.shell.batch.running import Batch
    from backtriage.shell.result_file import ResultFile


@exits.guarded
def batch(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT...",
            help="A .csv, .jsonl or .parquet table, a .json or .yaml sheet, a folder of sheets, "
            "or - for a table on standard input.",
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE",
                     help="Write a result for each row: .csv, .jsonl or .parquet, or - for "
                     "standard output. Without it, a table shows who needs help first."),
    ] = None,
    format_: Annotated[
        Literal["csv", "jsonl"] | None,
        typer.Option("--format", help="Format of the output, if its name does not say."),
    ] = None,
    id_: Annotated[
        str | None,
        typer.Option("--id", metavar="COLUMN",
                     help="A column that tells people apart. It is carried to the result."),
    ] = None,
    keep: Annotated[
        list[str],
        typer.Option("--keep", metavar="COLUMN",
                     help="A column that is no answer, carried to the result."),
    ] = [],  # noqa: B006 - typer copies it
    fields: Annotated[
        str | None,
        typer.Option("--fields", metavar="NAMES",
                     help="The fields of a result in .parquet, as in a,b; by default all. An "
                     "archive takes less time without receipt and missing."),
    ] = None,
    rejects: Annotated[
        str | None,
        typer.Option("--rejects", metavar="FILE",
                     help="Write the rows that were refused, and why: .csv or .jsonl."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Write nothing if any row is refused.")
    ] = False,
    sort: Annotated[
        Literal["urgency"] | None,
        typer.Option("--sort", help="Put the most urgent first; else results are in input order."),
    ] = None,
    summary: Annotated[
        str | None,
        typer.Option("--summary", metavar="FILE",
                     help="Write what became of all rows to a .json file."),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume",
                     help="Keep what is done as FILE.part if the run is stopped, and go on there "
                     "when the command is given again."),
    ] = False,
    compare: Annotated[
        str | None,
        typer.Option("--compare", metavar="RESULTS",
                     help="Say who would now be higher or lower than in RESULTS, which an earlier "
                     "run has written of the same input, and by which rule."),
    ] = None,
    verify: Annotated[
        str | None,
        typer.Option("--verify", metavar="RESULTS",
                     help="Say which of RESULTS, which an earlier run has written of the same "
                     "input, these rules do not give."),
    ] = None,
    engine: Annotated[
        Literal["spark"] | None,
        typer.Option("--engine",
                     help="Decide an archive on Spark: folders of Parquet, in and out."),
    ] = None,
    master: Annotated[
        str | None,
        typer.Option("--master", metavar="URL",
                     help="Where Spark runs, by default local[*,4]: on all cores of this machine, "
                     "with up to four tries."),
    ] = None,
    country: options.Country = None,
    lang: options.Lang = "en",
    force: options.Force = False,
    rules: options.Rules = None,
    no_save: options.NoSave = False,
) -> None:  # fmt: skip
    """Assess many answer sheets.

    A CSV file has question ids in its first line. A cell holds one answer, a list as in a;b, or
    not_sure; an empty cell is a missing answer. A .jsonl file has one JSON sheet on each line.

    Every row gives exactly one result or one reject, and each result is the one that
    'backtriage assess' gives for that sheet. A reject says where and why, and quotes no answer.
    Files get their names when they are whole: a run that is stopped leaves the old ones.

    With --compare or --verify, --output writes what has changed in place of the results.

    Exits 0 when every row got a complete result or was out of scope, 3 when some are incomplete,
    and 65 when some were refused, or when RESULTS are not of these rows. With --verify, it exits
    0 when all RESULTS are reproduced, and else 65.
    """
    from backtriage.batch.rows import InvalidTable
    from backtriage.shell.batch.ended import Ended
    from backtriage.shell.batch.inputs import inputs_of
    from backtriage.shell.batch.outputs import EXTENSIONS, RESULT_EXTENSIONS
    from backtriage.shell.batch.resuming import is_left, why_not
    from backtriage.shell.batch.running import Batch, NoRowsError, StrictError
    from backtriage.shell.batch.summary import summary_of
    from backtriage.shell.paths import bundled_rules
    from backtriage.shell.terminal import raise_on_signal
    from backtriage.shell.terminal_setup import handling_termination

    columns = _columns(id_, keep)
    given = {"--resume": resume, "--sort": sort, "--strict": strict, "--rejects": rejects,
             "--format": format_, "--force": force, "--fields": fields, "--compare": compare,
             "--verify": verify}  # fmt: skip
    is_on_spark = batch_spark.is_asked(engine, master, given, output, fields, columns)
    # Spark alone reads its archives.
    with batch_reports.looking(
        () if is_on_spark else inputs, rules, columns, id_, save=not no_save
    ):
        files = batch_spark.inputs_of(inputs) if is_on_spark else inputs_of(inputs)
        earlier = _earlier(given)
        summary_file = options.result_file(summary, "--summary", (".json",), force=force)
        out = (
            batch_spark.folder(output, files)
            if is_on_spark
            else options.result_file(
                output, "--output", EXTENSIONS if earlier else RESULT_EXTENSIONS, force=force
            )
        )
        may_replace = force or (resume and is_left(rejects, out))
        refused = options.result_file(rejects, "--rejects", EXTENSIONS, force=may_replace)
        _check_arrow((*files, *earlier), out)
    _check_apart((*files, *earlier), filter(None, (out, refused, summary_file)))
    wanted = _fields(fields, is_parquet=is_on_spark or _is_parquet(out))
    if resume and (why := why_not(files, out, is_held=strict or sort is not None)):
        raise typer.BadParameter(why, param_hint="--resume")
    program, country = options.program_for(rules, country, lang, save=not no_save)
    _refuse_answers(program, columns, rules or bundled_rules())
    work = Batch(
        program=program, rules=rules or bundled_rules(), inputs=files, keep=columns, output=out,
        form=f".{format_}" if format_ else "", is_sorted=sort is not None, is_strict=strict,
        rejects=refused, fields=wanted, is_resumed=resume,
        earlier=next(iter(earlier), None), is_verified=verify is not None,
        master=(master or batch_spark.MASTER) if is_on_spark else "",
    )  # fmt: skip
    ended = Ended()
    with handling_termination(raise_on_signal):
        try:
            alarm = partial(batch_reports.say_emergencies, work, ended, id_)
            _runner(work)(work, ended, alarm, batch_reports.say_waiting)
            if summary_file is not None:
                summary_file.write(json.dumps(summary_of(work, ended), indent=2) + "\n")
            batch_reports.report(work, ended, country, id_)
        except NoRowsError:
            say("backtriage: there is no row in what was named, so nothing was written.")
            raise typer.Exit(exits.DATA) from None
        except (InvalidTable, StrictError) as error:
            batch_reports.say_emergencies(work, ended, id_)
            batch_reports.say_why(work, error, ended, id_)
            raise typer.Exit(exits.DATA) from None
        except BaseException:  # whatever it was, the results may not have arrived
            batch_reports.say_emergencies(work, ended, id_)
            raise
    options.warn_if_overdue(program)
    raise typer.Exit(batch_reports.code_of(ended))


def _fields(names: str | None, *, is_parquet: bool) -> tuple[str, ...]:
    """Return the fields of a result that are asked for, in the usual order."""
    from backtriage.batch.records import RESULT_FIELDS

    if names is not None and not is_parquet:
        raise typer.BadParameter("only a .parquet output can do without", param_hint="--fields")
    asked = RESULT_FIELDS if names is None else [name.strip() for name in names.split(",")]
    if not set(asked).issubset(RESULT_FIELDS):
        raise typer.BadParameter(f"there are {', '.join(RESULT_FIELDS)}", param_hint="--fields")
    return tuple(name for name in RESULT_FIELDS if name in asked)


def _is_parquet(output: "ResultFile | None") -> bool:
    from backtriage.shell.batch.inputs import PARQUET

    return output is not None and output.extension == PARQUET


def _check_arrow(inputs: "Iterable[Input]", output: "ResultFile | None") -> None:
    """Refuse Parquet where nothing can read or write it. Raises `ReadError` or `WriteError`."""
    from backtriage.shell.files import ReadError, WriteError

    files = [each.label for each in inputs if each.kind == "parquet"]
    if not (files or _is_parquet(output)) or batch_reports.has_pyarrow():
        return
    why = "Parquet needs pyarrow: pip install 'backtriage[batch]'"
    if files:
        raise ReadError(f"cannot read {files[0]}: {why}")
    if output is not None:
        raise WriteError(f"cannot write {visible(output.name)}: {why}")


def _runner(work: "Batch") -> "Callable[..., None]":
    """Return what runs a batch: on Spark, in columns, or by rows."""
    if work.master:
        from backtriage.shell.batch import spark_running

        return spark_running.run
    if work.earlier is not None:
        from backtriage.shell.batch import comparing

        return comparing.run
    if work.is_in_columns:
        from backtriage.shell.batch import column_running

        return column_running.run
    from backtriage.shell.batch import running

    return running.run


def _columns(id_: str | None, keep: "Sequence[str]") -> tuple[str, ...]:
    """Return the columns that are carried; refuse one that the result has itself."""
    from backtriage.batch.records import REJECT_FIELDS, RESULT_FIELDS

    columns = tuple(dict.fromkeys((*([id_] if id_ else []), *keep)))
    for name in columns:
        if name in RESULT_FIELDS or name in REJECT_FIELDS:
            why = f"the result has a column '{name}' of its own; rename yours"
            raise typer.BadParameter(why, param_hint="--id or --keep")
    return columns


def _refuse_answers(program: "Program", columns: tuple[str, ...], rules: "Path") -> None:
    """Refuse to carry an answer: it would no longer count."""
    from backtriage.shell.older_sheets import asked_once
    from backtriage.terms.answers import COMPANION, RESERVED

    journal = {question.id for question in program.protocol.journal}
    names = [name.removesuffix(COMPANION) for name in columns]
    once = asked_once(rules, names)
    for name, question in zip(columns, names, strict=True):
        why = "is an answer, which counts and cannot be carried as well"
        if question not in {*program.questions, *journal, *RESERVED}:
            why = "answers an older question: see 'rules migrate', or rename your column"
            if question not in once:
                continue
        raise typer.BadParameter(f"'{name}' {why}", param_hint="--id or --keep")


def _check_apart(inputs: "Iterable[Input]", outputs: "Iterable[ResultFile]") -> None:
    """Refuse a file that is written twice, or read and written."""
    from backtriage.shell.result_file import identity_of_input

    seen = {identity_of_input(each.name) for each in inputs}
    for file in outputs:
        if file.identity in seen:
            message = f"{visible(file.name)} is named twice; no file may be read and written"
            raise typer.BadParameter(message)
        seen.add(file.identity)


def _earlier(given: "Mapping[str, object]") -> "Sequence[Input]":
    """Return the results of an earlier run, none or one. Raises `BadParameter` and `ReadError`."""
    from backtriage.shell.batch.inputs import TABLES, inputs_of

    asked = [option for option in ("--compare", "--verify") if given[option]]
    if not asked:
        return ()
    for option in ("--resume", "--sort", "--fields", *asked[1:]):
        if given[option]:
            raise typer.BadParameter(f"not with {asked[0]}: leave it out", param_hint=option)
    found = inputs_of([str(given[asked[0]])])
    if len(found) > 1 or found[0].kind not in {"csv", "jsonl", "parquet"}:
        message = f"name one file of results, which ends in {', '.join(TABLES)}"
        raise typer.BadParameter(message, param_hint=asked[0])
    return found
