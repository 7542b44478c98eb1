"""Asking git, and saying what to do when it has no answer."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from backtriage.shell.files import Unreadable


class Refused(Exception):  # noqa: N818 - the caller knows what it asked for, and says so
    """Git ended with an error. Its text is git's own last line."""


def ask(*words: str) -> bytes:
    """What git prints. Raises `Refused`, or `Unreadable` when there is no git."""
    program = shutil.which("git")
    if program is None:
        raise Unreadable("git is not installed, so no revision can be read: name folders instead")
    # A list of words and no shell; whoever asks sees to it that no word is taken for an option.
    ran = subprocess.run([program, *words], capture_output=True, check=False)  # noqa: S603
    if ran.returncode != 0:
        said = ran.stderr.decode(errors="replace").strip().splitlines()
        raise Refused(said[-1] if said else "git said nothing")
    return ran.stdout


def top() -> Path:
    """The folder of the repository in which we stand. Raises `Unreadable`."""
    try:
        return Path(ask("rev-parse", "--show-toplevel").decode().rstrip("\n"))
    except Refused as error:
        raise Unreadable(
            f"a revision can only be read inside a git repository ({error}): "
            "change to its folder, or name folders instead"
        ) from None
