"""Writing the file that somebody names on the screen."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from backtriage.decide.receipt import plain_answers
from backtriage.render.by_extension import render_by_extension
from backtriage.shell.files import Unwritable, write_result
from backtriage.shell.full.scene import Scene, assess_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Whether the file is there now, and what to say about it."""

    is_there: bool
    said: str


def write(scene: Scene, name: str) -> Written:
    """Write the hand-over sheet, or before the end the answers so far. Nothing is written over."""
    path = Path(name)
    try:
        path = path.expanduser()
        said = _taken(scene, path)
        if said:
            return Written(is_there=False, said=said)
        write_result(path, _text(scene, path))
    except Unwritable as unwritable:
        return Written(is_there=False, said=f"{unwritable}. Type another name.")
    except (OSError, RuntimeError):  # a name that is too long, or of a user who is not there
        return Written(is_there=False, said=f"{name} cannot be a file. Type another name.")
    return Written(is_there=True, said=f"Saved in {path}.")


def _taken(scene: Scene, path: Path) -> str:
    """Why a name will not do, or nothing."""
    if path.exists():
        return f"{path} is there already. Type another name."
    if scene.page is None and path.suffix.casefold() != ".json":
        return "The answers so far are saved as JSON. End the name in .json."
    return ""


def _text(scene: Scene, path: Path) -> str:
    if scene.page is not None:
        return render_by_extension(path, assess_now(scene), "clinician")
    answers = plain_answers(scene.interview.program, scene.interview.answers)
    return json.dumps(answers, indent=2, ensure_ascii=False) + "\n"
