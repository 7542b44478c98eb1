"""The interview line by line, by printing and reading lines, for any terminal or screen reader.

No cursor is moved and nothing is drawn over, so a screen reader reads every line once, in order.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from backtriage.interview.confirmations import Finding
from backtriage.interview.interview import InterviewView, Stopped, view
from backtriage.interview.marks import leave_open
from backtriage.interview.state import Interview, is_marked, shown_answer
from backtriage.interview.taking_over import may_be_another
from backtriage.interview.transitions import answer, back, confirm, keep, reconsider
from backtriage.program.words import Words
from backtriage.protocol.protocol import Question
from backtriage.render.cells import wrapped
from backtriage.render.page.phrasing import answer_label
from backtriage.shell import terminal
from backtriage.shell.plain.pages import (
    checks,
    keys_page,
    question_page,
    why_page,
)
from backtriage.shell.plain.parser import (
    AnswerText,
    Command,
    InvalidLine,
    list_text,
    parse_line,
    parse_rows,
)
from backtriage.shell.plain.results import Results, show_emergency, show_result
from backtriage.shell.plain.review import PROMPT, Quit, last_review, read_line, review
from backtriage.shell.questionnaire import wording
from backtriage.shell.questionnaire.pages import PageContext
from backtriage.terms.value import Ticks, Value

_STAY: Final = "Or type = to stay with not sure."
_AWAY: Final = frozenset({Command.BACK, Command.REVIEW, Command.END})
"""Commands that leave a question for a page on which an earlier answer counts."""
_NOT_KEPT: Final = (
    "What you marked does not count yet. Type = to give it, or the same again to leave without it."
)


class _ShowResult(Exception):  # noqa: N818 - control flow, not an error
    """The person wants the result now; the remaining questions cannot change the urgency."""


def run(
    interview: Interview,
    words: Words,
    on_change: Callable[[Interview], object],
    results: Results | None,
) -> Interview:
    """Ask until no question is open or a result has been read.

    Args:
        interview: Where to begin.
        words: The words of the country.
        on_change: Called with every new state, before anything shows that it was accepted. An
            emergency is shown first, because whatever this does may take long.
        results: What the results are, and who sees them; None for an entry of a journal, which
            is over after its last question.

    Returns:
        The last state, whose result has been read if there is any.

    Raises:
        Stopped: The person left before the end, or the system asked the program to stop.
    """
    state = reported = interview

    def report() -> None:
        nonlocal reported
        if state != reported:
            reported = state
            on_change(state)

    def accept(following: Interview) -> None:
        nonlocal state
        _clear_for_others(state, following)  # before anything that may take long
        state = following
        if not view(state).shows_emergency:
            report()

    try:
        while True:
            context = PageContext(words=words, width=terminal.width(), height=terminal.height(),
                                  private=bool(results and results.private))  # fmt: skip
            following = _step(
                context, state, _Callbacks(accept=accept, report=report, results=results)
            )
            if following is None:
                return state
            accept(following)
    except (KeyboardInterrupt, EOFError, Quit, terminal.Hidden) as left:
        is_hidden = isinstance(left, terminal.Hidden)
        raise Stopped(state, signal.SIGINT, is_hidden=is_hidden) from None
    except terminal.Terminated as terminated:
        raise Stopped(state, terminated.signal) from None


def _clear_for_others(before: Interview, after: Interview) -> None:
    """Clear the screen, and say so, where somebody else may read on what stands on it."""
    if may_be_another(before, after):
        terminal.clear()
        print("\n".join(wrapped(wording.CLEARED, terminal.width())), flush=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Callbacks:
    """What a page does with a state: accept it, report it, show and save its result."""

    accept: Callable[[Interview], None]
    report: Callable[[], None]
    results: Results | None


def _step(context: PageContext, state: Interview, callbacks: _Callbacks) -> Interview | None:
    """Print one page and return the state after it; None when the interview is over."""
    current, results = view(state), callbacks.results
    question = wording.question_shown(current)
    if question is None and results is None:
        return None
    print()
    if results is not None and current.shows_emergency:
        return show_emergency(context, state, callbacks.report, results)
    try:
        if question is not None:
            return _Asking(context, state, current, question, callbacks.accept).ask()
        if not current.is_triage_result:
            following = last_review(context, state, wording.LAST_QUESTION)
            if following is not None:
                return following
            print()
    except _ShowResult:
        print()
    return show_result(context, state, results) if results is not None else None


@dataclass(slots=True)
class _Asking:
    """One question, asked until a line answers it or leads elsewhere."""

    context: PageContext
    state: Interview
    view: InterviewView
    question: Question
    accept: Callable[[Interview], None]
    """Saves a new state. What was shown as accepted is never lost."""
    unsure_state: Interview | None = None
    """The state after a "not sure" whose checks have been printed."""
    is_warned: bool = False
    """Whether it has been said that marks are left behind."""

    def say(self, text: str) -> None:
        print(self.context.wrap(text))

    def ask(self) -> Interview:
        """Return the state after this question: answered, gone back, or to be shown again."""
        print(question_page(self.context, self.view, self.question))
        following: Interview | None = None
        while following is None:
            parsed = parse_line(self.question, terminal.ask_line(PROMPT))
            if isinstance(parsed, AnswerText):
                following = self.answer(parsed.raw)
            elif isinstance(parsed, Command):
                following = self.run_command(parsed)
            else:
                stay = f" {_STAY}" if self.unsure_state is not None else ""
                self.say(f"{parsed.message}{stay}")
        return following

    def answer(self, raw: str) -> Interview | None:
        if self.view.confirmation is not None:
            return self.confirm(Finding(raw))
        following = answer(self.state, raw)
        if not isinstance(following, Interview):
            self.say(f"{following.message}. {following.hint}")
            return None
        value = shown_answer(following, self.question.id)
        how_to_check = checks(self.context, self.question, value)
        # An emergency is never delayed; its page shows the checks.
        if value is None or not how_to_check or view(following).is_emergency:
            return self.take(following)
        self.unsure_state = following
        self.mark(value)
        self.say(f"You typed: {answer_label(self.question, value)}. This does not count yet.")
        self.say(wording.HOW_TO_FIND_OUT)
        print(how_to_check)
        self.say(f"Now answer again. {_STAY}")
        return None

    def mark(self, marks: Value) -> None:
        """Leave the question open with what does not count yet, whatever follows."""
        self.state = leave_open(self.state, marks)
        self.accept(self.state)

    def confirm(self, finding: Finding) -> Interview:
        following = confirm(self.state, finding)
        self.accept(following)
        self.say(f"You chose: {finding.replace('_', ' ').capitalize()}.")
        return following

    def take(self, following: Interview, did: str = "chose") -> Interview:
        """Save an answer, and only then say that it was chosen or kept."""
        self.accept(following)
        value = shown_answer(following, self.question.id)
        if value is not None:
            self.say(f"You {did}: {answer_label(self.question, value)}.")
        return following

    def run_command(self, command: Command) -> Interview | None:
        if command is Command.QUIT:
            raise Quit
        if command in _AWAY and is_marked(self.state) and not self.is_warned:
            self.is_warned = True
            self.say(_NOT_KEPT)
            return None
        if command in {Command.WHY, Command.HELP, Command.REVIEW}:
            return self.show(command)
        actions = {
            Command.BACK: self.back, Command.KEEP: self.keep, Command.UNSURE: self.unsure,
            Command.END: self.end,
        }  # fmt: skip
        return actions[command]()

    def show(self, command: Command) -> Interview | None:
        """Print a page about the question or the interview."""
        print()
        if command is Command.REVIEW:
            return review(self.context, self.state)
        if command is Command.HELP:
            print(keys_page(self.context))
            return self.state
        print(why_page(self.context, self.state, self.view, self.question))
        return None

    def end(self) -> Interview | None:
        if not self.view.can_end:
            self.say(wording.NO_RESULT_YET)
            return None
        print()
        following = last_review(self.context, self.state, wording.ENDING_EARLY)
        if following is None:
            raise _ShowResult
        return following

    def back(self) -> Interview | None:
        if not self.view.can_go_back:
            self.say("This is the first question, so there is nothing to go back to.")
            return None
        return reconsider(self.state) if self.view.is_emergency else back(self.state)

    def keep(self) -> Interview | None:
        if self.unsure_state is not None:
            return self.take(self.unsure_state)
        if self.view.remembered is None:
            self.say("There is no answer from before to keep.")
            return None
        return self.take(keep(self.state), "kept")

    def unsure(self) -> Interview | None:
        """Ask which items are in doubt, and which are true: a doubt changes no other item."""
        unsure = self.ask_rows("Which ones are you not sure about? Type their numbers, or all.")
        if not unsure:
            return self.state
        choices = self.question.choices
        self.mark(Ticks(unsure=frozenset(choices[row - 1].id for row in unsure)))
        if len(unsure) == len(choices):
            return self.answer(list_text(self.question, tuple((row, True) for row in unsure)))
        sure = self.ask_rows("And which are surely true? Type their numbers, or 0 for no others.")
        if sure is None:
            return self.state
        rows = {**dict.fromkeys(unsure, True), **dict.fromkeys(sure, False)}
        return self.answer(list_text(self.question, tuple(sorted(rows.items()))))

    def ask_rows(self, prompt: str) -> tuple[int, ...] | None:
        """Ask for rows of the list until the line is valid; None to go back to the question."""
        self.say(f"{prompt} Or type b to see the question again.")
        while True:
            typed = read_line("Their numbers:")
            if typed in {"b", "back"}:
                return None
            if typed == "all":
                return tuple(range(1, len(self.question.choices) + 1))
            rows = parse_rows(self.question, typed) if typed else InvalidLine("Nothing was typed.")
            if not isinstance(rows, InvalidLine):
                return tuple(row for row, _ in rows)
            self.say(f"{rows.message} {prompt}")
