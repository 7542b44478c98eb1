"""Where a result goes once it was read: into a file, or into the person's journal."""

from __future__ import annotations

from functools import partial

from backtriage.decide.assessment import Assessment
from backtriage.render.cells import wrapped
from backtriage.render.page import Audience
from backtriage.shell import terminal
from backtriage.shell.files import ReadError, WriteError
from backtriage.shell.result import ask_for_file, write_result
from backtriage.shell.result_file import ResultFile
from backtriage.terms.printable import visible

_GO_ON = "To go on with it: backtriage journal add"


def save_result(  # noqa: PLR0913 - where, for whom, and how to ask
    assessment: Assessment, *, output: tuple[ResultFile, Audience] | None, may_ask: bool,
    plain: bool, private: bool, concealed: bool,
) -> None:  # fmt: skip
    """Save the result where the command line says so, or else where the person does.

    Args:
        assessment: The result.
        output: The file of the command line, and for whom, if it names one.
        may_ask: Whether to ask the person otherwise.
        plain: Whether to ask line by line.
        private: Whether private answers are wanted in the file.
        concealed: Whether somebody else may have given some, who then get no journal of them.

    Raises:
        WriteError: The file cannot be written.
    """
    chosen: tuple[ResultFile, Audience] | str | None = output
    if chosen is None and may_ask:
        ask = partial(ask_for_file, assessment, plain=plain, private=private, concealed=concealed)
        has_journal = bool(assessment.program.protocol.entry_questions)
        chosen = ask(journal=has_journal and not concealed)
        if chosen == "journal":
            _begin_journal(assessment)
            chosen = ask()
    if chosen is not None and not isinstance(chosen, str):
        file, audience = chosen
        write_result(file, assessment, audience, private=private, concealed=concealed)


def _begin_journal(assessment: Assessment) -> None:
    """Put a result into the person's own journal, and say how to go on with it."""
    # Imported here, because few results are put there.
    from backtriage.shell.journal.adding import add_result

    try:
        lines = [*add_result(assessment), _GO_ON]
    except (ReadError, WriteError) as error:
        lines = [str(error)]
    print()
    for line in lines:
        print("\n".join(wrapped(visible(line), terminal.width())))
