"""The answers so far, line by line, to change one or to go on."""

from __future__ import annotations

from typing import Final

from backtriage.interview.interview import view
from backtriage.interview.state import Interview
from backtriage.interview.transitions import back, change
from backtriage.shell import terminal
from backtriage.shell.plain.pages import answered, hide_line, review_page
from backtriage.shell.prompts import typed_number
from backtriage.shell.questionnaire import wording
from backtriage.shell.questionnaire.pages import PageContext, joined

PROMPT: Final = "Your answer:"


class Quit(Exception):  # noqa: N818 - control flow, not an error
    """The person wants to stop."""


def read_line(prompt: str) -> str:
    """Read a line, in lower case. `q` leaves from anywhere."""
    typed = " ".join(terminal.ask_line(prompt).split()).casefold()
    if typed in {"q", "s", "quit"}:
        raise Quit
    return typed


def review(context: PageContext, state: Interview) -> Interview:
    """Show the answers in the middle of the interview, to change one or go on."""
    offer = "Type the number of an answer to change it, or b to go on."
    return _pick(context, state, offer, ()) or state


def result_review(context: PageContext, state: Interview) -> Interview | None:
    """Show the answers behind a result, to change one; None to see the result again."""
    offer = "Type the number of an answer to change it, or y to see your result again."
    return _pick(context, state, f"{offer}{_back_offer(state)}", ("y", "yes"))


def last_review(context: PageContext, state: Interview, heading: str) -> Interview | None:
    """Show the answers before the result; None when the person wants the result."""
    print(f"{context.wrap(heading)}\n")
    offer = (
        "Type y if all is right, to see your result. Or type the number of an answer to change it."
    )
    return _pick(context, state, f"{offer}{_back_offer(state)}", ("y", "yes"))


def _back_offer(state: Interview) -> str:
    return " Or type b to go back." if view(state).can_go_back else ""


def _pick(
    context: PageContext, state: Interview, offer: str, done: tuple[str, ...]
) -> Interview | None:
    """Show the answers; return the state that asks one again, None for a word that means done."""
    print(f"{review_page(context, state)}\n")
    print(joined((context.wrap(offer), *hide_line(context, state))))
    questions = answered(state)
    while True:
        typed = read_line(PROMPT)
        if typed in done:
            return None
        if typed in {"b", "back"}:
            now = view(state)  # nothing here takes an emergency back
            if wording.question_shown(now) or now.is_emergency:
                return state
            if now.can_go_back:
                return back(state)
            print(context.wrap(wording.NOTHING_BEFORE))
            continue
        number = typed_number(typed, len(questions))
        if number is not None:
            return change(state, questions[number - 1])
        print(context.wrap(f"That is none of them. {offer}"))
