"""Write the file that the person names on the screen."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backtriage.interview.marks import without_marks
from backtriage.interview.state import counted_answers
from backtriage.program.validate import plain_sheet
from backtriage.render.by_extension import EXTENSIONS, render_by_extension
from backtriage.shell.files import ReadError, WriteError
from backtriage.shell.full.question_keys import interview_to_keep
from backtriage.shell.full.state import Screen, UiState, current_assessment
from backtriage.shell.questionnaire import wording
from backtriage.shell.result_file import new_file
from backtriage.terms.answers import PROTOCOL, REF
from backtriage.terms.printable import visible

if TYPE_CHECKING:
    from backtriage.shell.result import BeginJournal


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveResult:
    """Whether the file was written, and what to say about it."""

    is_written: bool
    message: str


def save(state: UiState, name: str, begin_journal: BeginJournal | None = None) -> SaveResult:
    """Put the result where it was asked for or, before there is one, the answers in a file."""
    try:
        if state.screen is Screen.READER:  # no name was asked for
            assert begin_journal is not None  # noqa: S101 - results always come with one
            added, *_, how = begin_journal(current_assessment(state))
            return SaveResult(is_written=True, message=f"{added} {how}")
        file = new_file(name, EXTENSIONS)
        is_concealed = bool(state.interview.concealed) and not state.private
        if file.extension == wording.RECORD and is_concealed:
            endings = wording.file_endings(has_record=False)
            other = f", or end the name in {endings}" if state.has_result else ""
            return SaveResult(is_written=False, message=f"{wording.CONCEALED}{other}.")
        if state.has_result:
            text = render_by_extension(file.extension, current_assessment(state), state.reader,
                                       private=state.private)  # fmt: skip
        elif file.extension == wording.RECORD:
            interview = without_marks(interview_to_keep(state))
            program = interview.program
            answers = plain_sheet(program, counted_answers(interview), interview.checked)
            ref = {REF: state.ref} if state.ref is not None else {}
            sheet = {PROTOCOL: program.edition, **ref, **answers}
            text = json.dumps(sheet, indent=2, ensure_ascii=False) + "\n"
        else:
            message = "The answers so far are saved as JSON. End the name in .json."
            return SaveResult(is_written=False, message=message)
        file.write(text)
    except WriteError as error:
        cure = "" if state.screen is Screen.READER else ". Type another name."
        return SaveResult(is_written=False, message=f"{error}{cure}")
    except ReadError as error:
        return SaveResult(is_written=False, message=str(error))
    return SaveResult(is_written=True, message=f"Saved in {visible(str(file.path))}.")
