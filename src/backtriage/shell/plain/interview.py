"""The interview line by line: it prints, and reads lines. For any terminal and any reader.

No cursor is moved and nothing is drawn over, so a screen reader reads every line once, in
order. It asks what the fold asks; here is only what is printed and what a line means.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from backtriage.interview.interview import Interview, InterviewView, Stopped, view
from backtriage.interview.review import emergency_questions
from backtriage.interview.transitions import answer, back, change, keep, reconsider
from backtriage.program.words import Words
from backtriage.protocol.protocol import Question
from backtriage.render.page.phrasing import answer_label
from backtriage.shell import screen
from backtriage.shell.plain.entry import Given, Key, Unclear, as_list, read, rows
from backtriage.shell.plain.pages import (
    answered,
    change_offer,
    emergency_page,
    review_page,
)
from backtriage.shell.plain.words import PageContext, checks, keys_page, question_page, why_page

INTERRUPTED: Final = 130
"""How a person leaves: Ctrl-C, Ctrl-D or q."""

_FIRST: Final = "This is the first question, so there is nothing to go back to."
_YOURS: Final = "Your answer:"
_STAY: Final = "Or type = to stay with not sure."
_NOT_YET: Final = (
    "There is no result yet: the questions that are left can still change how soon you need help."
)
_LAST: Final = "That was the last question. Please look at your answers once more."
_EARLY: Final = "What is left is about what may help. Please look at your answers once more."


class _Left(Exception):  # noqa: N818 - house word: they left
    """The person asked to stop."""


class _Ended(Exception):  # noqa: N818 - house word: they ended it
    """The person wants the result now, and what is left cannot change how soon."""


def run(interview: Interview, words: Words, saved: Callable[[Interview], None]) -> Interview:
    """Ask until nothing is open, or an emergency was read. Raises `Stopped`.

    `saved` is called with every new state, before the next question is shown.
    """
    state = interview
    try:
        while True:
            paper = PageContext(words=words, width=screen.width(), height=screen.height())
            following = _screen(paper, state)
            if following is None:
                return state
            if following != state:
                state = following
                saved(state)
    except _Ended:
        return state
    except (KeyboardInterrupt, EOFError, _Left):
        raise Stopped(state, INTERRUPTED) from None
    except screen.Ended as ended:
        raise Stopped(state, int(ended.code or 0)) from None


def _screen(paper: PageContext, state: Interview) -> Interview | None:
    """One page and what comes after it; None when the interview is over."""
    seen = view(state)
    print()
    if seen.is_emergency and not seen.is_change:
        return _emergency(paper, state)
    if seen.question is None:
        return _finish(paper, state, _LAST)
    return _Asking(paper, state, seen, seen.question).ask()


def _line(prompt: str) -> str:
    """A line in small letters. `q` leaves from anywhere."""
    typed = " ".join(screen.ask_line(prompt).split()).casefold()
    if typed in {"q", "s", "quit"}:
        raise _Left
    return typed


class _Asking:
    """One question, asked until a line answers it or leads elsewhere."""

    def __init__(
        self, paper: PageContext, state: Interview, seen: InterviewView, question: Question
    ) -> None:
        self.paper = paper
        self.state = state
        self.seen = seen
        self.question = question
        self.doubtful: Interview | None = None
        """The state after a "not sure" whose checks are on the screen."""

    def ask(self) -> Interview:
        """The state after this question: answered, gone back, or only to be shown again."""
        print(question_page(self.paper, self.state, self.seen, self.question))
        while True:
            following = self.read(screen.ask_line(_YOURS))
            if following is not None:
                return following

    def read(self, typed: str) -> Interview | None:
        """What a line leads to; None to ask for another line."""
        meant = read(self.question, typed)
        if isinstance(meant, Unclear):
            stay = f" {_STAY}" if self.doubtful is not None else ""
            print(self.paper.text(f"{meant.message}{stay}"))
            return None
        if isinstance(meant, Given):
            return self.given(meant.raw)
        return self.pressed(meant.key)

    def given(self, raw: str) -> Interview | None:
        moved = answer(self.state, raw)
        if not isinstance(moved, Interview):
            print(self.paper.text(f"{moved.message}. {moved.hint}"))
            return None
        value = moved.answers[self.question.id]
        print(self.paper.text(f"You chose: {answer_label(self.question, value)}."))
        simple = checks(self.paper, self.question, value)
        # An emergency is never held up; its page shows the checks.
        if not simple or view(moved).is_emergency:
            return moved
        self.doubtful = moved
        print(self.paper.text("Here is how you may find out:"))
        print(simple)
        print(self.paper.text(f"Now answer again. {_STAY}"))
        return None

    def pressed(self, key: Key) -> Interview | None:
        if key is Key.QUIT:
            raise _Left
        does: dict[Key, Callable[[], Interview | None]] = {
            Key.BACK: self.back, Key.KEEP: self.keep, Key.UNSURE: self.unsure, Key.END: self.end,
            Key.WHY: self.why, Key.REVIEW: self.review, Key.KEYS: self.keys,
        }  # fmt: skip
        return does[key]()

    def why(self) -> None:
        print()
        print(why_page(self.paper, self.state, self.seen, self.question))

    def keys(self) -> Interview:
        print()
        print(keys_page(self.paper))
        return self.state

    def review(self) -> Interview:
        print()
        return _review(self.paper, self.state)

    def end(self) -> Interview | None:
        if not self.seen.can_end:
            print(self.paper.text(_NOT_YET))
            return None
        print()
        following = _finish(self.paper, self.state, _EARLY)
        if following is None:
            raise _Ended
        return following

    def back(self) -> Interview | None:
        if not self.seen.can_go_back:
            print(self.paper.text(_FIRST))
            return None
        return back(self.state)

    def keep(self) -> Interview | None:
        if self.doubtful is not None:
            return self.doubtful
        if self.seen.remembered is None:
            print(self.paper.text("There is no answer from before to keep."))
            return None
        print(self.paper.text(f"You kept: {answer_label(self.question, self.seen.remembered)}."))
        return keep(self.state)

    def unsure(self) -> Interview | None:
        """Which ones are in doubt, and which are true: a doubt never changes another item."""
        doubts = self.rows("Which ones are you not sure about? Type their numbers, or all.")
        if not doubts:
            return self.state
        if len(doubts) == len(self.question.choices):
            return self.given(as_list(self.question, tuple((row, True) for row in doubts)))
        sure = self.rows("And which are surely true? Type their numbers, or 0 for no others.")
        if sure is None:
            return self.state
        marked = {**dict.fromkeys(doubts, True), **dict.fromkeys(sure, False)}
        return self.given(as_list(self.question, tuple(sorted(marked.items()))))

    def rows(self, prompt: str) -> tuple[int, ...] | None:
        """Rows of the list, asked until the line is clear; None to go back to the question."""
        print(self.paper.text(f"{prompt} Or type b to see the question again."))
        while True:
            typed = _line("Their numbers:")
            if typed in {"b", "back"}:
                return None
            if typed == "all":
                return tuple(range(1, len(self.question.choices) + 1))
            marked = rows(self.question, typed) if typed else Unclear("Nothing was typed.")
            if not isinstance(marked, Unclear):
                return tuple(row for row, _ in marked)
            print(self.paper.text(f"{marked.message} {prompt}"))


def _review(paper: PageContext, state: Interview) -> Interview:
    """The review in the middle of the interview: change an answer, or go on."""
    print(review_page(paper, state))
    print()
    offer = "Type the number of an answer to change it, or b to go on."
    return _pick(paper, state, offer, ()) or state


def _finish(paper: PageContext, state: Interview, head: str) -> Interview | None:
    """The review before the result. None when the person wants the result."""
    print(paper.text(head))
    print()
    print(review_page(paper, state))
    print()
    offer = (
        "Type y if all is right, to see your result. Or type the number of an answer to change it."
    )
    return _pick(paper, state, f"{offer} Or type b to go back.", ("y", "yes"))


def _pick(
    paper: PageContext, state: Interview, offer: str, done: tuple[str, ...]
) -> Interview | None:
    """The state in which the picked answer is asked again; None for a word that means done."""
    print(paper.text(offer))
    questions = answered(state)
    while True:
        typed = _line(_YOURS)
        if typed in done:
            return None
        if typed in {"b", "back"}:
            return state if view(state).question else back(state)
        if typed.isascii() and typed.isdigit() and 1 <= int(typed[:5]) <= len(questions):
            return change(state, questions[int(typed) - 1])
        print(paper.text(f"That is none of them. {offer}"))


def _emergency(paper: PageContext, state: Interview) -> Interview | None:
    """The page that comes at once. It is final only when the person says that they read it."""
    print(emergency_page(paper, state))
    print()
    print(paper.text("I have read this", "  y. "))
    print(paper.text(change_offer(state), "  c. "))
    while True:
        typed = _line("Type y or c:")
        if typed in {"y", "yes"}:
            return None
        if typed in {"b", "back"}:
            return reconsider(state)
        if typed in {"c", "change"}:
            questions = emergency_questions(state)
            if len(questions) == 1:
                return change(state, questions[0])
            print()
            return _review(paper, state)
        print(paper.text("Type y when you have read this, or c to change the answer."))
