"""What becomes of the result of an interview: it is printed, and perhaps written to a file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from backtriage.decide.assessment import Assessment
from backtriage.render.as_text import lines_of
from backtriage.render.by_extension import render_by_extension
from backtriage.shell import prompts, terminal
from backtriage.shell.files import WriteError
from backtriage.shell.questionnaire import wording
from backtriage.shell.questionnaire.pages import PageContext, action_page
from backtriage.shell.result_file import ResultFile
from backtriage.terms.printable import visible
from backtriage.terms.urgency import Urgency

if TYPE_CHECKING:
    from backtriage.render.page import Audience


def print_result(  # noqa: PLR0913 - what to show, and how
    assessment: Assessment, audience: Audience, context: PageContext,
    *, plain: bool, private: bool, again: bool, own: bool,
) -> None:  # fmt: skip
    """Print the result, but in plain mode only the action of one that has just been read.

    On their own screen patients see their private answers, whether or not `private` ones are
    wanted on pages. It is not their `own` once somebody else may have taken over. What is printed
    once more, to stay below the full screen, is a page for others too. An emergency is shown as
    the patient's page.
    """
    from backtriage.render.page import page_for

    is_own = own and audience == "patient" and not again
    page = page_for(assessment, audience, private=private, own=is_own)
    if not plain:
        terminal.show(partial(lines_of, page.sections))
    elif again and (audience == "patient" or assessment.certain is not Urgency.EMERGENCY):
        print(action_page(context, assessment))
    else:
        terminal.page_out(page)


def ask_for_file(
    assessment: Assessment, *, plain: bool, private: bool, concealed: bool
) -> ResultFile | None:
    """Ask where to save the result; never ask after an emergency."""
    if assessment.certain is Urgency.EMERGENCY:
        return None
    try:
        return prompts.choose_file(
            assessment.program, plain=plain, private=private, concealed=concealed
        )
    except (KeyboardInterrupt, EOFError):  # leaving here means no
        print()
        return None


def write_result(
    file: ResultFile, assessment: Assessment, audience: Audience,
    *, private: bool, concealed: bool,
) -> None:  # fmt: skip
    """Write the result to a file, but no full record of what is `concealed`.

    Raises:
        WriteError: It says that the result has been shown.
    """
    if file.extension == ".json" and concealed and not private:
        raise WriteError(
            f"{visible(file.name)} is not written. {wording.CONCEALED}. The result is above."
        )
    try:
        file.check()  # not done yet if it began with an emergency
        file.write(render_by_extension(file.extension, assessment, audience, private=private))
    except WriteError as error:
        raise WriteError(f"{error}. The result is above.") from None
    print(f"The result is saved in {visible(file.name)}.")
