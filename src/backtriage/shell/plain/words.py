"""What the plain interview prints: lines of text, top to bottom, nothing drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeAlias

from backtriage.interview.interview import Interview, InterviewView
from backtriage.interview.why import sources_of
from backtriage.program.program import Program
from backtriage.program.words import Words
from backtriage.protocol.protocol import Choice, Question
from backtriage.render.cells import cell_len, wrapped
from backtriage.render.page.phrasing import answer_label
from backtriage.shell.plain.entry import how_to
from backtriage.terms.value import NOT_SURE, ONE_OF, SOME_OF, YES_NO, Ticks, Value

CHECKED: Final = {
    "primary": "We read it.",
    "secondary": "We read a page about it, not the paper itself.",
    "not_verified": "Nobody has checked it.",
}
"""How honestly a source was checked, in words."""

_MOST_SOURCES: Final = 4
_OFFER: Final = (
    "How soon you need help is settled: no answer to come can change it. What is left is about "
    "what may help. Go on, or type e to see your result now."
)

KEYS: Final = (
    ("b", "back to the question before"),
    ("? or w", "why we ask, and more about each line"),
    ("u", "not sure, or would rather not say"),
    ("r", "review your answers and change one"),
    ("e", "end here and see your result, once it is settled how soon you need help"),
    ("=", "keep the answer that you gave before"),
    ("q or s", "stop now and keep your answers"),
    ("h", "this list"),
)
"""Every key, and what it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """How wide and long a page is, and one country's words."""

    words: Words
    width: int
    height: int

    def text(self, text: str, first: str = "", rest: str | None = None) -> str:
        """A paragraph, its placeholders filled, wrapped between words."""
        hanging = " " * cell_len(first) if rest is None else rest
        return "\n".join(wrapped(self.words.fill(text), self.width, first, hanging))


Opening: TypeAlias = Callable[[PageContext], str]
"""What is said before the first question, at any width."""


def joined(parts: Iterable[str]) -> str:
    """The parts that say something, one under the other."""
    return "\n".join(part for part in parts if part)


class Room(IntEnum):
    """How much a question page says. The most that fits the terminal is said."""

    TIGHT = 0
    """No blank lines, few keys, and the question right above its answers."""
    ROWS = 1
    """The answers alone."""
    HELP = 2
    """The answers, each with its help."""
    ALL = 3
    """With the simple checks as well: what somebody asked for, whether it fits or not."""


def question_page(
    paper: PageContext, interview: Interview, seen: InterviewView, question: Question
) -> str:
    """A question: where we are, what is asked, what may be answered, what may be typed."""
    for room in (Room.HELP, Room.ROWS):
        page = _question_page(paper, interview, seen, question, room)
        if page.count("\n") + 2 <= paper.height:
            return page
    return _question_page(paper, interview, seen, question, Room.TIGHT)


def _question_page(
    paper: PageContext, interview: Interview, seen: InterviewView, question: Question, room: Room
) -> str:
    head = joined(
        (
            _section(paper, interview, question),
            f"Question {seen.number}. {_how_many_more(seen)}",
            paper.text(_OFFER) if seen.offers_end else "",
            *(paper.text(note) for note in seen.notes),
        )
    )
    asked = [paper.text(question.text), paper.text(question.help) if question.help else ""]
    # On a small screen the top is lost first: rather the help than the question.
    words = joined(reversed(asked) if room is Room.TIGHT else asked)
    answers = joined(_answers(paper, question, room))
    parts = (head, words, answers, _foot(paper, seen, question, room))
    return ("\n" if room is Room.TIGHT else "\n\n").join(part for part in parts if part)


def _section(paper: PageContext, interview: Interview, question: Question) -> str:
    """The title of the part that begins here."""
    before = interview.trail[-1].question if interview.trail else None
    if before and interview.program.questions[before].section == question.section:
        return ""
    titles = {titled.id: titled.title for titled in interview.program.protocol.sections}
    return paper.text(titles[question.section])


def _how_many_more(seen: InterviewView) -> str:
    return f"At most {seen.max_remaining} more." if seen.max_remaining else "It is the last one."


def _answers(paper: PageContext, question: Question, room: Room) -> Iterable[str]:
    if question.kind == YES_NO:
        yield "  y. Yes"
        yield "  n. No"
    for row, choice in enumerate(question.choices, start=1):
        yield paper.text(choice.text, f"  {row}. ")
        if room >= Room.HELP and choice.help:
            yield paper.text(choice.help, "     ")
        if room >= Room.ALL and choice.check:
            yield paper.text(f"Not sure? {choice.check}", "     ")
    if question.kind == SOME_OF:
        yield paper.text(question.none, "  0. ")
    if question.allows_not_sure:
        yield paper.text("Not sure, or would rather not say", "  u. ")


def _foot(paper: PageContext, seen: InterviewView, question: Question, room: Room) -> str:
    before = ""
    if seen.remembered is not None:
        was = answer_label(question, seen.remembered)
        before = paper.text(f"Before, you chose: {was}. Type = to keep it.")
    return joined(
        (before, paper.text(_what_to_type(question, room)), paper.text(_others(seen, room)))
    )


def _what_to_type(question: Question, room: Room) -> str:
    if question.kind != SOME_OF:
        return how_to(question)
    last = len(question.choices)
    both = f"1 {min(last, 3)}"
    unsure = f" Type {last}? if not sure about {last}." if question.allows_not_sure else ""
    if room is Room.TIGHT:
        return f"Type numbers ({both}), or 0." + (f" Not sure: {last}?" if unsure else "")
    return f"Type numbers, such as {both}, or 0 for none.{unsure}"


def _others(seen: InterviewView, room: Room) -> str:
    """The keys that are worth a place on every page."""
    end = "e result now, " if seen.can_end else ""
    if room is Room.TIGHT:
        return f"Or: b back, ? why, {end}q stop, h keys."
    return f"Or: b back, ? why and more, {end}r review, q stop, h all keys."


def keys_page(paper: PageContext) -> str:
    """Every key."""
    return joined(("What you may type:", *(paper.text(does, f"  {key}: ") for key, does in KEYS)))


def why_page(
    paper: PageContext, interview: Interview, seen: InterviewView, question: Question
) -> str:
    """Why we ask, what stands behind it, and the question again with all help and checks."""
    parts = [*reasons(paper, interview.program, question),
             _question_page(paper, interview, seen, question, Room.ALL)]  # fmt: skip
    return "\n\n".join(parts)


def reasons(paper: PageContext, program: Program, question: Question) -> Iterable[str]:
    """Why we ask, and what stands behind it."""
    sources = sources_of(program, question)
    yield paper.text(f"Why we ask: {question.why}")
    if sources:
        yield joined(("What this rests on:", *(
            paper.text(f"{_title(s.title, s.publisher, s.year)} {CHECKED[s.checked]}", "  - ")
            for s in sources[:_MOST_SOURCES]
        )))  # fmt: skip
    if len(sources) > _MOST_SOURCES:
        yield f"And {len(sources) - _MOST_SOURCES} more sources."


def _title(title: str, publisher: str, year: str) -> str:
    return f"{title}, {publisher} ({year})." if year else f"{title}, {publisher}."


def checks(paper: PageContext, question: Question, value: Value) -> str:
    """The simple checks for what somebody is not sure about."""
    doubtful = [choice for choice in question.choices if is_unsure(question, value, choice)]
    return joined(
        paper.text(f"{choice.text.removesuffix('.')}: {choice.check}", "  - ")
        for choice in doubtful
        if choice.check
    )


def is_unsure(question: Question, value: Value, choice: Choice) -> bool:
    """Whether an answer leaves one choice in doubt."""
    if isinstance(value, Ticks):
        return choice.id in value.unsure
    return value is NOT_SURE and question.kind == ONE_OF
