"""Completion in the shells that people use, each with its own script."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support.protocols import TINY
from tests.support.screen_driver import ScreenDriver

PROGRAM: Final = Path(sys.executable).parent

SOURCE: Final = "source <(backtriage --show-completion"

START: Final = {
    "bash": (
        ("bash", "--norc", "-i"),
        f"bind 'set show-all-if-ambiguous on'; {SOURCE} bash)",
    ),
    "zsh": (
        ("zsh", "-f", "-i"),
        f"unsetopt list_ambiguous; autoload -Uz compinit; compinit -u; {SOURCE} zsh)",
    ),
}

pytestmark = [pytest.mark.usefixtures("warm_cache"), pytest.mark.exhaustive]


def installed(*shells: str) -> list[str]:
    """The shells that are here; CI has them all."""
    return [name for name in shells if shutil.which(name)]


@pytest.fixture(params=installed(*START))
def shell(request: pytest.FixtureRequest, isolated_home: Path) -> Iterator[ScreenDriver]:
    """A shell with the completion that the program prints for it."""
    command, script = START[request.param]
    with ScreenDriver(home=isolated_home, columns=200, command=command) as screen:
        screen.send(f"PATH={PROGRAM}:$PATH; PS1='$ '; {script}; clear; echo rea''dy\r")
        screen.wait("ready")
        yield screen


def completed(shell: ScreenDriver, line: str, *expected: str) -> str:
    """Press Tab at the end of a line; return the screen, once it shows what is expected."""
    shell.send(f"\x15clear; :\r\x15{line}\t")
    return shell.wait(*expected)


def test_a_shell_completes(shell: ScreenDriver) -> None:
    rules = f"backtriage assess x --rules {TINY} --set "
    completed(shell, "backtriage ask --country g", "--country gb")
    completed(shell, "backtriage assess x --format m", "--format markdown")
    completed(shell, rules + "d", "days=", "under_1_week", "longer")
    completed(shell, rules + "days=l", "--set days=longer")
    completed(shell, rules + "years=70 --set airway=drooling,b", "airway=drooling,breathing")
    completed(shell, "backtriage rules show cannot_w", "show cannot_walk")
    # An error offers nothing, and prints nothing into the line.
    shell.send("\x15clear; :\r\x15backtriage assess x --rules nowhere --set a\tbc")
    assert shell.wait("--set abc").split("\n")[1:] == []


@pytest.mark.parametrize("fish", installed("fish"))
def test_fish_completes(fish: str, isolated_home: Path) -> None:
    script = (
        f"fish_add_path {PROGRAM}; backtriage --show-completion fish | source; "
        f"complete -C 'backtriage assess x --rules {TINY} --set days='"
    )
    run = subprocess.run(
        (fish, "-c", script), capture_output=True, text=True, check=True,
        env={"HOME": str(isolated_home), "PATH": f"{PROGRAM}:/usr/bin:/bin"},
    )  # fmt: skip
    assert run.stdout.split() == ["days=longer", "days=not_sure", "days=under_1_week"]
