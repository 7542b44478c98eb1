"""Every exit code, in one table. A mistake and a person in danger never share one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Final, ParamSpec

import typer

if TYPE_CHECKING:
    from backtriage.decide.assessment import Assessment

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

_FAULT: Final = (
    "This is a fault in backtriage, and no result was made: {error}.\n"
    "If you feel very unwell, do not wait for it: get help."
)

P = ParamSpec("P")


def code_of(assessment: Assessment, *, by_urgency: bool) -> int:
    """The exit code of an assessment. A certain emergency is never hidden by its status."""
    if by_urgency and URGENT[assessment.certain] == URGENT[-1]:
        return URGENT[-1]
    if assessment.status == "out_of_scope":
        return OUT_OF_SCOPE
    if assessment.status == "incomplete":
        return INCOMPLETE
    return URGENT[assessment.possible] if by_urgency else OK


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """A command whose every failure ends with one clear message and its own exit code."""

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

    return run


def _explain(error: Exception) -> int:
    """Say what went wrong, and with which code to leave."""
    # Imported here: a run in which nothing goes wrong does without them.
    from backtriage.shell.files import Unreadable, Unwritable
    from backtriage.terms.problem import Unsound

    if isinstance(error, Unsound):
        from backtriage.render.problems import problem_lines

        say(problem_lines(error.problems).rstrip("\n"))
        say("The rules cannot be used until this is mended, so no result was made.")
        return UNSOUND
    if isinstance(error, Unreadable | Unwritable):
        say(f"backtriage: {error}")
        return NO_INPUT if isinstance(error, Unreadable) else CANNOT_WRITE
    say(_FAULT.format(error=f"{type(error).__name__}: {error}"))
    return INTERNAL


def say(message: str) -> None:
    """A message for people, on standard error; one that is closed is no reason to fail."""
    try:
        typer.echo(message, err=True)
    except (OSError, ValueError, AttributeError):
        return
