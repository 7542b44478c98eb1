"""What `backtriage batch` says: who needs help first, what was refused, and what became of all."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from backtriage.cli import exits, options
from backtriage.shell.output import is_terminal, say, write_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from backtriage.batch.earlier import Changes
    from backtriage.batch.rows import InvalidTable
    from backtriage.render.line import Line
    from backtriage.shell.batch.ended import Ended
    from backtriage.shell.batch.running import Batch, StrictError

_WAITING = (
    "backtriage: nothing more is written. The rows that are left are only looked at, for "
    "emergencies; Ctrl-C ends that."
)
"""Said when that takes long."""
_CUT = "If the file was cut off there, somebody said more than was read, and rows are missing."
_MOST_NAMED = 20
_IN_RESULT = "they are in the result: there, code is not empty"
"""Where the rejects of Spark are."""


def has_pyarrow() -> bool:
    """Return whether Parquet can be read and written here."""
    from importlib.util import find_spec

    return all(map(find_spec, ("pyarrow", "numpy")))


def say_waiting() -> None:
    """Say that only emergencies are still looked for."""
    say(_WAITING)


@contextmanager
def looking(
    names: Sequence[str], rules: Path | None, keep: Sequence[str], id_: str | None, *, save: bool
) -> Iterator[None]:
    """Say who certainly is an emergency in what can be read, if a file is refused meanwhile.

    Args:
        names: What is read, or nothing if that is not to be looked at.
        rules: The folder of the rules, if it is not the usual one.
        keep: Columns that are no answers.
        id_: The one that tells people apart.
        save: Whether a cache may be written.

    Raises:
        ReadError: As the work did.
        WriteError: As the work did.
    """
    from backtriage.shell.files import ReadError, WriteError
    from backtriage.terms.problem import Unsound

    try:
        yield
    except (ReadError, WriteError):
        if names:
            # Whatever else goes wrong, this is what is explained.
            with suppress(KeyboardInterrupt, ReadError, Unsound):
                _look(names, rules, keep, id_, save=save)
        raise


def _look(
    names: Sequence[str], rules: Path | None, keep: Sequence[str], id_: str | None, *, save: bool
) -> None:
    from backtriage.shell.batch.ended import Ended
    from backtriage.shell.batch.inputs import readable
    from backtriage.shell.batch.running import Batch, look_at
    from backtriage.shell.paths import bundled_rules
    from backtriage.shell.terminal import raise_on_signal
    from backtriage.shell.terminal_setup import handling_termination
    from backtriage.terms.answers import RESERVED

    program, _ = options.program_for(rules, None, "en", save=save)
    files = [each for each in readable(names) if each.kind != "parquet" or has_pyarrow()]
    carried = tuple(name for name in keep if name not in {*program.questions, *RESERVED})
    work = Batch(program=program, rules=rules or bundled_rules(), inputs=files, keep=carried)
    ended = Ended()
    say_them = partial(say_emergencies, work, ended, id_)
    with handling_termination(raise_on_signal):
        try:
            look_at(work, ended, say_them, say_waiting)
        finally:
            say_them()


def say_why(work: Batch, error: InvalidTable | StrictError, ended: Ended, id_: str | None) -> None:
    """Say why nothing was decided or written."""
    from backtriage.batch.decisions import Tally
    from backtriage.batch.rows import InvalidTable
    from backtriage.render.batch import reject_lines
    from backtriage.render.problems import problem_lines

    if isinstance(error, InvalidTable):
        say(problem_lines(error.problems, values=False).rstrip("\n"))
        _say_misread(ended)
        say("No row was decided, and nothing was written.")
        return
    tally = Tally()
    tally.add(error.reject, lambda _: False)
    say("\n".join(reject_lines(work.program, [error.reject], tally, id_)))
    _say_misread(ended)
    say("Nothing was written, because --strict allows no reject.")


def _say_misread(ended: Ended) -> None:
    """Say that an emergency would not be noticed in what may be older answers."""
    if ended.is_misread:
        say(exits.MISREAD)


def say_emergencies(work: Batch, ended: Ended, id_: str | None) -> None:
    """Say who certainly is an emergency, where the results are not, or may not be."""

    def say_them() -> None:
        from backtriage.render.batch import emergency_lines

        ended.sort()
        lines = emergency_lines(work.program, ended.shown, ended.rejected, ended.tally, id_)
        _say_or_write(work, "\n".join(lines))

    exits.insist(say_them)


def _say_or_write(work: Batch, text: str) -> None:
    """Say on standard error what cannot wait or, if that is closed, beside no results."""
    from backtriage.shell.files import WriteError

    is_taken = work.output is not None and work.output.is_standard_output
    if text and not say(text) and not is_taken:
        with suppress(WriteError):
            write_out(f"{text}\n")


def report(work: Batch, ended: Ended, country: str | None, id_: str | None) -> None:
    """Show the table, if the results go nowhere else, then what became of all rows."""
    from backtriage.render.batch import people_lines, people_of, reject_lines, summary_lines
    from backtriage.render.batch_changes import change_summary

    if ended.changes is not None:
        _show_changes(work, ended.changes, id_)
    elif work.output is None:
        people = [*people_of(work.program, ended.shown, country, id_)]
        is_plain = not is_terminal(sys.stdout)
        _show(partial(people_lines, people, ended.tally.urgencies, is_plain=is_plain))
    where = {"others_are": _IN_RESULT} if work.master else {}
    rejects = [*reject_lines(work.program, ended.rejected, ended.tally, id_, **where)]
    if ended.tally.rejected_emergencies:
        _say_or_write(work, "\n".join(rejects))
    else:
        say("\n".join(rejects))
    _say_misread(ended)
    if ended.without_rows:
        say(f"There is no row in {', '.join(ended.without_rows[:_MOST_NAMED])}. Was it cut off?")
    if ended.open_ended:
        say(f"The last line of {', '.join(ended.open_ended[:_MOST_NAMED])} has no end. {_CUT}")
    say("\n".join(summary_lines(work.program, ended.tally, ended.seconds)))
    if ended.changes is not None:
        say("\n".join(change_summary(ended.changes)))


def _show_changes(work: Batch, changes: Changes, id_: str | None) -> None:
    """Show what has become of earlier results, if it goes nowhere else."""
    from backtriage.render.batch_changes import change_lines
    from backtriage.shell.batch.ended import private_rules

    if work.output is None:
        is_private = private_rules(work.program).__contains__
        _show(partial(change_lines, work.program, changes, is_private, id_))


def _show(lines_of: Callable[[int], Iterator[Line]]) -> None:
    """Show lines, which a width gives."""
    from backtriage.render.as_text import WIDTH
    from backtriage.shell import terminal

    if is_terminal(sys.stdout):
        terminal.show(lines_of)
    else:
        write_out("".join(f"{line.text.rstrip()}\n" for line in lines_of(WIDTH)))


def code_of(ended: Ended) -> int:
    """Return the exit code of a batch that came to its end."""
    changes = ended.changes
    if ended.tally.rejects or (changes is not None and changes.is_unfit):
        return exits.DATA
    if changes is not None and changes.is_verified:
        return exits.OK
    return exits.INCOMPLETE if ended.tally.statuses["incomplete"] else exits.OK
