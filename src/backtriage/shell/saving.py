"""Where a result goes once it was read: into a file, or into the person's journal."""

from __future__ import annotations

from functools import partial
from shlex import quote

from backtriage.decide.assessment import Assessment
from backtriage.render.page import Audience
from backtriage.shell.questionnaire import wording
from backtriage.shell.result import BeginJournal, ask_for_file, put_in_journal, write_result
from backtriage.shell.result_file import ResultFile
from backtriage.terms.printable import visible


def save_result(  # noqa: PLR0913 - where, for whom, and how to ask
    assessment: Assessment, audience: Audience, *, output: ResultFile | None, may_ask: bool,
    plain: bool, private: bool, concealed: bool, begin_journal: BeginJournal,
) -> None:  # fmt: skip
    """Save the result where the command line says so, or else where the person does.

    Args:
        assessment: The result.
        audience: Who reads it.
        output: The file of the command line, if it names one.
        may_ask: Whether to ask the person otherwise.
        plain: Whether to ask line by line.
        private: Whether private answers are wanted in the file.
        concealed: Whether somebody else may have given some of the answers.
        begin_journal: Puts the result into a journal.

    Raises:
        WriteError: The file cannot be written.
    """
    write = partial(write_result, private=private, concealed=concealed)
    if output is not None:
        write(output, assessment, audience)
    elif may_ask:
        ask = partial(ask_for_file, assessment, plain=plain, private=private, concealed=concealed)
        chosen = ask(wording.readers(assessment, audience, concealed=concealed))
        if chosen == "journal":
            put_in_journal(assessment, begin_journal)
            chosen = ask(wording.READERS)
        if chosen is not None and chosen != "journal":
            write(chosen[0], assessment, chosen[1])


def begin_journal(journal: str | None, assessment: Assessment) -> list[str]:
    """Put a result into a journal, and return what to say, and how to go on.

    Args:
        journal: The journal that the interview came from, if it was named; None for one's own.
        assessment: The result.

    Raises:
        ReadError: The journal cannot be read.
        WriteError: The result cannot be added.
    """
    # Imported here, because few results are put there.
    from backtriage.shell.journal.adding import add_result

    option = f" --journal {quote(visible(journal))}" if journal is not None else ""
    return [*add_result(assessment, journal), f"{wording.ADD_TO_JOURNAL}{option}"]
