"""Write the file that the person names on the screen."""

from __future__ import annotations

import json
from dataclasses import dataclass

from backtriage.program.validate import plain_answers
from backtriage.render.by_extension import render_by_extension
from backtriage.shell.files import WriteError, new_file, write_result
from backtriage.shell.full.state import UiState, current_assessment


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveResult:
    """Whether the file was written, and what to say about it."""

    is_written: bool
    message: str


def save(state: UiState, name: str) -> SaveResult:
    """Write the hand-over sheet or, before there is one, the answers. Never overwrite a file."""
    try:
        path = new_file(name)
        if state.page is not None:
            text = render_by_extension(path, current_assessment(state), "clinician")
        elif path.suffix.casefold() == ".json":
            answers = plain_answers(state.interview.program, state.interview.answers)
            text = json.dumps(answers, indent=2, ensure_ascii=False) + "\n"
        else:
            message = "The answers so far are saved as JSON. End the name in .json."
            return SaveResult(is_written=False, message=message)
        write_result(path, text)
    except WriteError as error:
        return SaveResult(is_written=False, message=f"{error}. Type another name.")
    return SaveResult(is_written=True, message=f"Saved in {path}.")
