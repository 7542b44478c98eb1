"""What the plain interview prints: lines of text, top to bottom, nothing drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from backtriage.interview.in_words import value_words
from backtriage.interview.interview import Interview, View
from backtriage.interview.why import sources_of
from backtriage.program.program import Program
from backtriage.program.words import Words
from backtriage.protocol.protocol import Choice, Question
from backtriage.render.cells import cells, wrapped
from backtriage.shell.plain.entry import how_to
from backtriage.terms.value import NOT_SURE, ONE_OF, SOME_OF, YES_NO, Ticks, Value

CHECKED: Final = {
    "primary": "We read it.",
    "secondary": "We read a page about it, not the paper itself.",
    "not_verified": "We could not read it.",
}
"""How honestly a source was checked, in words."""

_MOST_SOURCES: Final = 4
_OTHERS: Final = "Or: b back, ? why and more, r review, q stop, h all keys."

KEYS: Final = (
    ("b", "back to the question before"),
    ("? or w", "why we ask, and more about each line"),
    ("u", "not sure, or would rather not say"),
    ("r", "review your answers and change one"),
    ("=", "keep the answer that you gave before"),
    ("q or s", "stop now and keep your answers"),
    ("h", "this list"),
)
"""Every key, and what it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """How wide and long a page is, and one country's words."""

    words: Words
    width: int
    height: int

    def text(self, text: str, first: str = "", rest: str | None = None) -> str:
        """A paragraph, its placeholders filled, wrapped between words."""
        hanging = " " * cells(first) if rest is None else rest
        return "\n".join(wrapped(self.words.fill(text), self.width, first, hanging))


Opening: TypeAlias = Callable[[Paper], str]
"""What is said before the first question, at any width."""


def joined(parts: Iterable[str]) -> str:
    """The parts that say something, one under the other."""
    return "\n".join(part for part in parts if part)


def question_page(paper: Paper, interview: Interview, seen: View, question: Question) -> str:
    """A question: where we are, what is asked, what may be answered, what may be typed."""
    long = _question_page(paper, interview, seen, question, with_help=True)
    if long.count("\n") + 2 <= paper.height or not any(c.help for c in question.choices):
        return long
    return _question_page(paper, interview, seen, question, with_help=False)


def _question_page(
    paper: Paper, interview: Interview, seen: View, question: Question, *, with_help: bool
) -> str:
    head = joined(
        (
            _section(paper, interview, question),
            f"Question {seen.number}. {_how_many_more(seen)}",
            *(paper.text(note) for note in seen.notes),
        )
    )
    asked = joined((paper.text(question.text), paper.text(question.help) if question.help else ""))
    answers = joined(_answers(paper, question, with_help=with_help))
    return "\n\n".join(
        part for part in (head, asked, answers, _foot(paper, seen, question)) if part
    )


def _section(paper: Paper, interview: Interview, question: Question) -> str:
    """The title of the part that begins here."""
    before = interview.trail[-1].question if interview.trail else None
    if before and interview.program.questions[before].section == question.section:
        return ""
    titles = {titled.id: titled.title for titled in interview.program.protocol.sections}
    return paper.text(titles[question.section])


def _how_many_more(seen: View) -> str:
    return f"At most {seen.at_most} more." if seen.at_most else "It is the last one."


def _answers(paper: Paper, question: Question, *, with_help: bool) -> Iterable[str]:
    if question.kind == YES_NO:
        yield "  y. Yes"
        yield "  n. No"
    for row, choice in enumerate(question.choices, start=1):
        yield paper.text(choice.text, f"  {row}. ")
        if with_help and choice.help:
            yield paper.text(choice.help, "     ")
    if question.kind == SOME_OF:
        yield paper.text(question.none, "  0. ")
    if question.allows_not_sure:
        some = "Not sure about some of them" if question.kind == SOME_OF else "Not sure"
        yield paper.text(f"{some}, or would rather not say", "  u. ")


def _foot(paper: Paper, seen: View, question: Question) -> str:
    before = ""
    if seen.remembered is not None:
        was = value_words(question, seen.remembered)
        before = paper.text(f"Before, you chose: {was}. Type = to keep it.")
    last = len(question.choices)
    unsure = f" Type {last}? if you are not sure about {last}." if question.kind == SOME_OF else ""
    unsure = unsure if question.allows_not_sure else ""
    return joined((before, paper.text(f"{how_to(question)}{unsure}"), paper.text(_OTHERS)))


def keys_page(paper: Paper) -> str:
    """Every key."""
    return joined(("What you may type:", *(paper.text(does, f"  {key}: ") for key, does in KEYS)))


def why_page(paper: Paper, program: Program, question: Question) -> str:
    """Why we ask, more about each line, and what stands behind the question."""
    more = [part for choice in question.choices for part in _more(paper, question, choice)]
    sources = sources_of(program, question)
    parts = [paper.text(f"Why we ask: {question.why}")]
    if more:
        parts.append(joined(("More about each line:", *more)))
    if sources:
        parts.append(joined(("What this rests on:", *(
            paper.text(f"{_title(s.title, s.publisher, s.year)} {CHECKED[s.checked]}", "  - ")
            for s in sources[:_MOST_SOURCES]
        ))))  # fmt: skip
    if len(sources) > _MOST_SOURCES:
        parts.append(f"And {len(sources) - _MOST_SOURCES} more sources.")
    return "\n\n".join(parts)


def _title(title: str, publisher: str, year: str) -> str:
    return f"{title}, {publisher} ({year})." if year else f"{title}, {publisher}."


def _more(paper: Paper, question: Question, choice: Choice) -> Iterable[str]:
    if not choice.help and not choice.check:
        return
    row = question.choices.index(choice) + 1
    yield paper.text(choice.text, f"  {row}. ")
    if choice.help:
        yield paper.text(choice.help, "     ")
    if choice.check:
        yield paper.text(f"Not sure? {choice.check}", "     ")


def checks(paper: Paper, question: Question, value: Value) -> str:
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
