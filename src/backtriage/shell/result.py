"""What becomes of the result of an interview: it is printed, and perhaps written to a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, Literal, TypeAlias

from backtriage.decide.assessment import Assessment
from backtriage.render.as_text import lines_of, text_of
from backtriage.render.by_extension import render_by_extension
from backtriage.render.card_lines import card_lines, printed_lines, reminder_lines
from backtriage.render.cells import wrapped
from backtriage.render.line import Line, spaced
from backtriage.render.page import Audience, page_for
from backtriage.render.page.card import Card, card_of
from backtriage.render.page.private import visible_part
from backtriage.shell import prompts, terminal
from backtriage.shell.files import ReadError, WriteError
from backtriage.shell.questionnaire import wording
from backtriage.shell.questionnaire.pages import PageContext, action_page
from backtriage.shell.result_file import ResultFile
from backtriage.terms.printable import visible
from backtriage.terms.urgency import Urgency

BeginJournal: TypeAlias = Callable[[Assessment], list[str]]
"""Puts a result into a journal, and returns what to say. It may raise what reading and writing do.

Passed, as a journal asks its questions with the front ends that show results.
"""

_PROMPT_ROWS: Final = 9
"""Rows of what may be typed below a result, on a narrow screen."""


def show_result(assessment: Assessment, audience: Audience, *, private: bool, own: bool) -> None:
    """Print the card or the hand-over sheet line by line, with a pause when the screen is full.

    On their own screen patients see their private answers, whether or not `private` ones are
    wanted on pages. It is not their `own` once somebody else may have taken over.
    """
    if audience == "clinician":
        _page_out_sheet(assessment, private=private)
        return
    card, width = card_of(visible_part(assessment, private=private, own=own)), terminal.width()
    lines = stacked_lines(card, width, terminal.height())
    terminal.page_out(lines, reminder_lines(card, width, stacked=True))


def stacked_lines(card: Card, width: int, height: int) -> tuple[Line, ...]:
    """Return a card to be read line by line.

    What to do is said once more where it would have left the screen by the next prompt.
    """
    lines = card_lines(card, width, stacked=True)
    is_long = len(lines) + _PROMPT_ROWS > height
    return spaced(lines, reminder_lines(card, width, stacked=True)) if is_long else lines


def show_below(
    assessment: Assessment, audience: Audience, context: PageContext, *, plain: bool,
    offers_file: bool = False,
) -> None:  # fmt: skip
    """Print what stays below an interview whose result has been read, for others too.

    Below the full screen that is the card or the hand-over sheet. It is the card that was on the
    screen, but made without private answers, as `render.page.private` does it: what follows from
    them alone is not there, and what they may rule out is. In plain mode the result stands there
    already, and only what to do is said again. No clinician has seen the sheet of an emergency
    yet: it comes now.

    Args:
        assessment: The result.
        audience: Who reads it.
        context: The size of the terminal, and whether private answers are wanted on such pages.
        plain: Whether it was shown line by line.
        offers_file: Whether it is asked below that where to save the result.
    """
    private = context.private
    if plain and audience == "clinician" and assessment.certain is Urgency.EMERGENCY:
        _page_out_sheet(assessment, private=private)
    elif audience == "clinician" and plain:
        print(action_page(context, assessment))
    elif plain:
        card = card_of(visible_part(assessment, private=private))
        print(text_of(reminder_lines(card, context.width, stacked=True)), end="")
    elif audience == "clinician":
        terminal.show(partial(lines_of, page_for(assessment, audience, private=private).sections))
    else:
        card = card_of(visible_part(assessment, private=private))
        rows_below = _PROMPT_ROWS if offers_file else 1
        terminal.show(lambda width: lines_below(card, width, context.height, rows_below))


def lines_below(card: Card, width: int, height: int, rows_below: int) -> tuple[Line, ...]:
    """Return a card, and once more how to act if its top leaves the screen by what comes below."""
    lines = printed_lines(card, width, height - 1)
    is_long = 1 + len(lines) + rows_below > height  # a blank line is above it
    return spaced(lines, reminder_lines(card, width)) if is_long else lines


def _page_out_sheet(assessment: Assessment, *, private: bool) -> None:
    page, width = page_for(assessment, "clinician", private=private), terminal.width()
    terminal.page_out(lines_of(page.sections, width), lines_of((page.action,), width))


def ask_for_file(
    assessment: Assessment, readers: wording.Readers,
    *, plain: bool, private: bool, concealed: bool,
) -> tuple[ResultFile, Audience] | Literal["journal"] | None:  # fmt: skip
    """Ask where to save the result, and for whom; None for nowhere."""
    try:
        return prompts.choose_file(
            assessment.program, readers, plain=plain, private=private, concealed=concealed
        )
    except (KeyboardInterrupt, EOFError):  # leaving here means no
        print()
        return None


def put_in_journal(assessment: Assessment, begin_journal: BeginJournal) -> bool:
    """Put a result into the person's own journal; say so, and return whether it is there."""
    is_done = True
    try:
        lines = begin_journal(assessment)
    except (ReadError, WriteError) as error:
        lines, is_done = [str(error)], False
    print()
    for line in lines:
        print("\n".join(wrapped(visible(line), terminal.width())))
    return is_done


def save_result(
    assessment: Assessment, audience: Audience, begin_journal: BeginJournal,
    *, private: bool, concealed: bool,
) -> bool:  # fmt: skip
    """Ask in plain mode where to save a result that is still open; return whether it was saved."""
    readers = wording.readers(assessment, audience, concealed=concealed)
    chosen = ask_for_file(assessment, readers, plain=True, private=private, concealed=concealed)
    if chosen is None:
        return False
    if chosen == "journal":
        return put_in_journal(assessment, begin_journal)
    file, reader = chosen
    try:
        write_result(file, assessment, reader, private=private, concealed=concealed)
    except WriteError as error:
        print("\n".join(wrapped(str(error), terminal.width())))
        return False
    return True


def write_result(
    file: ResultFile, assessment: Assessment, audience: Audience,
    *, private: bool, concealed: bool,
) -> None:  # fmt: skip
    """Write the result to a file, but no full record of what is `concealed`.

    Raises:
        WriteError: It says that the result has been shown.
    """
    if file.extension == wording.RECORD and concealed and not private:
        raise WriteError(
            f"{visible(file.name)} is not written. {wording.CONCEALED}. The result is above."
        )
    try:
        file.check()  # not done yet if it began with an emergency
        file.write(render_by_extension(file.extension, assessment, audience, private=private))
    except WriteError as error:
        raise WriteError(f"{error}. The result is above.") from None
    if not file.is_standard_output:
        print(f"The result is saved in {visible(file.name)}.")
