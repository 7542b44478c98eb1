"""Results in the middle of an interview, line by line: after triage, and an emergency."""

from __future__ import annotations

import signal
from collections.abc import Callable

from backtriage.interview.interview import Stopped, assessment_of, view
from backtriage.interview.review import emergency_questions
from backtriage.interview.state import Interview
from backtriage.interview.transitions import change, go_on, reconsider
from backtriage.render.as_text import as_text
from backtriage.render.page import page_for
from backtriage.shell import terminal
from backtriage.shell.plain.pages import hide_line
from backtriage.shell.plain.review import Quit, read_line, result_review, review
from backtriage.shell.questionnaire import wording
from backtriage.shell.questionnaire.pages import PageContext, change_offer, going_on, joined


def show_triage_result(
    context: PageContext, state: Interview, show: Callable[[Interview], None]
) -> Interview | None:
    """Show the result of triage; return the state after it, None to finish.

    Raises:
        Stopped: The system stops the program, or the person hides the result.
    """
    is_shown = False
    try:
        show(state)
        is_shown = True
        print()
        return _after_triage(context, state)
    except (KeyboardInterrupt, EOFError, Quit):  # leaving here is finishing
        return None
    except (terminal.Terminated, terminal.Hidden) as left:
        number = left.signal if isinstance(left, terminal.Terminated) else signal.SIGINT
        is_hidden = isinstance(left, terminal.Hidden)
        is_seen = is_shown or is_hidden or getattr(left, "is_result_shown", False)
        raise Stopped(state, number, was_result_seen=is_seen, is_hidden=is_hidden) from None


def _after_triage(context: PageContext, state: Interview) -> Interview | None:
    keys = "f or r"
    if view(state).can_go_on:
        keys = "g, f or r"
        print(context.wrap(going_on(state), "  g. "))
    print(context.wrap(wording.FINISH, "  f. "))
    print(joined((context.wrap(wording.LOOK_AT_ANSWERS, "  r. "), *hide_line(context, state))))
    while True:
        typed = read_line(f"Type {keys}:")
        if typed in {"g", "go on"} and view(state).can_go_on:
            return go_on(state)
        if typed in {"f", "finish"}:
            return None
        if typed in {"b", "back", "r", "review"}:
            print()
            return result_review(context, state)
        print(f"That is none of them. Type {keys}.")


def show_emergency(
    context: PageContext, state: Interview, report: Callable[[], None]
) -> Interview | None:
    """Show the result at once. It is final only when the person says that they have read it."""
    assessment = assessment_of(state, context.words.country)
    shown = page_for(assessment, private=context.private, own=not state.concealed)
    page = as_text(shown.sections, context.width)
    print(page.rstrip("\n"), end="\n\n")
    print(context.wrap(wording.READ_THIS, "  y. "))
    offer = context.wrap(change_offer(state), "  c. ")
    print(joined((offer, *hide_line(context, state))), flush=True)
    report()
    while True:
        typed = read_line("Type y or c:")
        if typed in {"y", "yes"}:
            return None
        if typed in {"b", "back"}:
            return reconsider(state)
        if typed in {"c", "change"}:
            questions = emergency_questions(state)
            if len(questions) == 1:
                return change(state, questions[0])
            print()
            return review(context, state)
        print(context.wrap(wording.press_y_or_c("Type")))
