"""Every exit code, in one table. An error and an urgency never share a code."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial, wraps
from typing import TYPE_CHECKING, Final, ParamSpec

import typer

from backtriage.shell.output import say, say_anyhow

if TYPE_CHECKING:
    from backtriage.decide.assessment import Assessment
    from backtriage.shell.sheets import InvalidSheetError

OK: Final = 0
INTERNAL: Final = 1
USAGE: Final = 2
INCOMPLETE: Final = 3
OUT_OF_SCOPE: Final = 4
DATA: Final = 65
NO_INPUT: Final = 66
CANNOT_WRITE: Final = 74
UNSOUND: Final = 78
HUNG_UP: Final = 129
INTERRUPTED: Final = 130
TERMINATED: Final = 143

URGENT: Final = (10, 20, 30, 40, 50)
"""With `--exit-code`: the number of each urgency, lowest first."""

_BUG: Final = (
    "This is a bug in backtriage, and no result was produced: {error}.\n"
    "If you feel very unwell, do not wait for it: get help."
)

_HIDDEN: Final = (
    "What the sheet says is not shown, so that no answer gets into a log. "
    "'backtriage assess' with --show-values shows it."
)

MISREAD: Final = (
    "Some of these answers may be to questions of another version. Nothing beside the rules, or "
    "not all of it, says what they meant ('backtriage rules migrate' says why), so an emergency "
    "in them would not be noticed here. If one of them is a danger sign, act on it."
)
"""Said where `may_be_misread` says so."""

UNREAD: Final = (
    "NOT READ: this sheet, or a part of it, could not be read, so an emergency in it would not be "
    "noticed here. If one of its answers is a danger sign, act on it."
)
"""Said where `is_read` is not true."""

_TRIES: Final = 3
"""Ctrl-C can still come between a failure and the moment it is put off."""

P = ParamSpec("P")

_at_end: Final[list[Callable[[], None]]] = []
"""What `do_at_end` has put off."""


def code_of(assessment: Assessment, *, by_urgency: bool) -> int:
    """Return the exit code of an assessment. A certain emergency is never hidden by its status."""
    if by_urgency and URGENT[assessment.certain] == URGENT[-1]:
        return URGENT[-1]
    if assessment.status == "out_of_scope":
        return OUT_OF_SCOPE
    if assessment.status == "incomplete":
        return INCOMPLETE
    return URGENT[assessment.possible] if by_urgency else OK


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """Make every failure of a command end with one clear message and its own exit code."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except Exception as error:
            raise typer.Exit(_explain(error)) from error
        finally:
            while _at_end:
                with suppress(Exception, KeyboardInterrupt):
                    _at_end.pop()()

    return run


def do_at_end(work: Callable[[], None]) -> None:
    """Do something optional when the command has said all it has to say.

    However that ends, it changes neither the output nor the exit code.
    """
    _at_end.append(work)


def _explain(error: Exception) -> int:
    """Say what went wrong, and return the exit code."""
    # Imported here, because a run without errors does not need them.
    from backtriage.shell.files import ReadError, WriteError
    from backtriage.shell.sheets import InvalidSheetError
    from backtriage.terms.problem import Unsound

    if isinstance(error, InvalidSheetError):
        return _explain_sheet(error)
    if isinstance(error, Unsound):
        from backtriage.render.problems import problem_lines

        say(problem_lines(error.problems).rstrip("\n"))
        say("The rules cannot be used until this is fixed, so no result was produced.")
        return UNSOUND
    if isinstance(error, ReadError | WriteError):
        from backtriage.terms.printable import without_middle

        say(f"backtriage: {without_middle(str(error))}")
        return NO_INPUT if isinstance(error, ReadError) else CANNOT_WRITE
    from backtriage.prove.engines.budget import Exhausted

    if isinstance(error, Exhausted):
        say(f"backtriage: the proof {error}")
        return UNSOUND
    say(_BUG.format(error=_where(error)))
    return INTERNAL


def say_emergency(assessment: Assessment, about: str = "") -> None:
    """Say what to do if there certainly is an emergency: on whatever can be written to.

    Args:
        assessment: Whatever may be one.
        about: Whom it is about, if there are several.
    """
    insist(partial(_say_emergency, assessment, about))


def insist(work: Callable[[], None]) -> None:
    """Say what cannot wait, although Ctrl-C comes once more: a wrapper may pass it on twice.

    Args:
        work: Something short.

    Raises:
        KeyboardInterrupt: It came meanwhile, and the work is done.
    """
    import signal

    again: KeyboardInterrupt | None = None
    is_done = False
    for _ in range(_TRIES):
        try:
            from backtriage.shell.terminal_setup import undisturbed

            with undisturbed((signal.SIGINT, signal.SIGQUIT)):
                if not is_done:
                    work()
                is_done = True
        except KeyboardInterrupt as error:
            again = error
        else:
            break
    if again is not None:
        raise again


def _say_emergency(assessment: Assessment, about: str) -> None:
    from backtriage.terms.urgency import Urgency

    if assessment.certain is Urgency.EMERGENCY:
        from backtriage.render.page.patient import action_of
        from backtriage.render.page.private import visible_part

        action = action_of(visible_part(assessment))
        say_anyhow("".join(f"{line}\n" for line in (action.call, action.where, about) if line))


def _where(error: Exception) -> str:
    """Return the kind of an error and where it arose. Its message may quote an answer."""
    from pathlib import Path
    from traceback import extract_tb

    root = Path(__file__).parents[1]
    frames = [(Path(frame.filename), frame.lineno) for frame in extract_tb(error.__traceback__)]
    file, line = [(path, number) for path, number in frames if root in path.parents][-1]
    return f"{type(error).__name__} in {file.relative_to(root)}, line {line}"


def _explain_sheet(error: InvalidSheetError) -> int:
    """Say what is wrong with a sheet, after an emergency among its valid answers."""
    from backtriage.render.problems import hides_values, problem_lines
    from backtriage.terms.urgency import Urgency

    say_emergency(error.partial)
    is_emergency = error.partial.certain is Urgency.EMERGENCY
    # Only now are they looked for: nothing comes before an emergency.
    problems = error.validated.problems
    say(problem_lines(problems, values=error.shows_values).rstrip("\n"))
    known = "" if is_emergency else ", so it is not known whether this is an emergency"
    if error.is_misread:
        say(MISREAD)
    elif not (is_emergency or error.validated.is_read(error.partial.program.questions)):
        say(UNREAD)
    say(f"No assessment was made{known}. Nothing in the sheet was changed.")
    if not error.shows_values and hides_values(problems):
        say(_HIDDEN)
    return DATA
