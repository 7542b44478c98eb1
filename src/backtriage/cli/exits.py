"""Every exit code, in one table. A mistake and a person in danger never share one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Final, ParamSpec

import typer

from backtriage.shell.files import Unreadable, Unwritable
from backtriage.terms.problem import Unsound
from backtriage.terms.urgency import Urgency

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

URGENT: Final = {
    Urgency.SELF_CARE: 10,
    Urgency.ROUTINE: 20,
    Urgency.SOON: 30,
    Urgency.SAME_DAY: 40,
    Urgency.EMERGENCY: 50,
}
"""With `--exit-code`: the urgency's number."""

_FAULT: Final = (
    "This is a fault in backtriage, and no result was made: {error}.\n"
    "If you feel very unwell, do not wait for it: get help."
)

P = ParamSpec("P")


def code_of(assessment: Assessment, *, by_urgency: bool) -> int:
    """The exit code of an assessment. A certain emergency is never hidden by its status."""
    if by_urgency and assessment.certain is Urgency.EMERGENCY:
        return URGENT[Urgency.EMERGENCY]
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
        except Unsound as unsound:
            # Imported here: only needed when the rules are wrong.
            from backtriage.render.problems import problem_lines  # noqa: PLC0415

            say(problem_lines(unsound.problems).rstrip("\n"))
            say("The rules cannot be used until this is mended, so no result was made.")
            raise typer.Exit(UNSOUND) from None
        except Unreadable as unreadable:
            say(f"backtriage: {unreadable}")
            raise typer.Exit(NO_INPUT) from None
        except Unwritable as unwritable:
            say(f"backtriage: {unwritable}")
            raise typer.Exit(CANNOT_WRITE) from None
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except Exception as error:  # noqa: BLE001 - a traceback helps nobody who is in pain
            say(_FAULT.format(error=f"{type(error).__name__}: {error}"))
            raise typer.Exit(INTERNAL) from error

    return run


def say(message: str) -> None:
    """A message for people, on standard error; one that is closed is no reason to fail."""
    try:
        typer.echo(message, err=True)
    except (OSError, ValueError, AttributeError):
        return
