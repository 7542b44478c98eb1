"""A question and the review as lines of text, top to bottom: nothing is drawn over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Final

from backtriage.interview.interview import InterviewView, view
from backtriage.interview.review import QuestionStatus, ReviewRow, review
from backtriage.interview.state import Interview
from backtriage.protocol.protocol import Question
from backtriage.render.page.phrasing import answer_label
from backtriage.shell.questionnaire import wording
from backtriage.shell.questionnaire.pages import (
    PageContext,
    joined,
    reasons,
    shows_private,
    titled,
)
from backtriage.terms.value import NOT_SURE, ONE_OF, SOME_OF, YES_NO, Ticks, Value

_OFFER: Final = (
    "How soon you need help is settled: no answer to come can change it. What is left is about "
    "what may help. Go on, or type e to see your result now."
)

_KEYS: Final = (
    ("b", wording.BACK_KEY),
    ("? or w", wording.WHY_KEY),
    ("u", "not sure, or would rather not say"),
    ("r", "review your answers and change one"),
    ("e", wording.END_KEY),
    ("=", "keep the answer that you gave before"),
    ("q or s", wording.STOP_KEY),
    ("x", wording.HIDE_KEY),
    ("h", "this list"),
)


class Detail(IntEnum):
    """How much of a question is printed."""

    TIGHT = 0
    """No blank lines, few keys, and the question right above its answers."""
    ANSWERS = 1
    """The answers alone."""
    EACH = 2
    """What counts as each answer, and its simple check: printed on request, fitting or not."""


def question_page(context: PageContext, view: InterviewView, question: Question) -> str:
    """Return a question with as much detail as fits the terminal."""
    page = _page(context, view, question, Detail.ANSWERS)
    is_fitting = page.count("\n") + 2 <= context.height
    return page if is_fitting else _page(context, view, question, Detail.TIGHT)


def _page(context: PageContext, view: InterviewView, question: Question, detail: Detail) -> str:
    head = joined(
        (
            context.wrap(wording.progress(view)),
            context.wrap(_OFFER) if view.offers_end else "",
            *map(context.wrap, wording.notes(view)),
        )
    )
    asked = [context.wrap(question.text), context.wrap(question.help) if question.help else ""]
    # A small screen scrolls off its top first, so the help comes above the question.
    text = joined(reversed(asked) if detail is Detail.TIGHT else asked)
    answers = joined(_answers(context, question, detail))
    parts = (head, text, answers, _foot(context, view, question, detail))
    return ("\n" if detail is Detail.TIGHT else "\n\n").join(part for part in parts if part)


def _answers(context: PageContext, question: Question, detail: Detail) -> Iterable[str]:
    if question.kind == YES_NO:
        yield "  y. Yes"
        yield "  n. No"
    for row, choice in enumerate(question.choices, start=1):
        yield context.wrap(choice.text, f"  {row}. ")
        if detail is Detail.EACH and choice.help:
            yield context.wrap(choice.help, "     ")
        if detail is Detail.EACH and choice.check:
            yield context.wrap(f"Not sure? {choice.check}", "     ")
    if question.kind == SOME_OF:
        yield context.wrap(question.none, "  0. ")
    if question.allows_not_sure:
        yield context.wrap(wording.not_sure_option(question), "  u. ")


def _foot(context: PageContext, view: InterviewView, question: Question, detail: Detail) -> str:
    hides_help = detail is not Detail.EACH and any(choice.help for choice in question.choices)
    more = "? what counts" if hides_help else "? why"
    lines = [_what_to_type(question, detail), _keys(view, detail, more)]
    lines += [wording.HIDE_LINE] if question.is_private else []
    if view.remembered is not None:
        answer = answer_label(question, view.remembered)
        said = "You marked, and it does not count yet" if view.is_marked else "Before, you chose"
        lines.insert(0, f"{said}: {answer}. Type = to keep it.")
    return joined(map(context.wrap, lines))


def _what_to_type(question: Question, detail: Detail) -> str:
    if question.kind != SOME_OF:
        return wording.how_to_answer(question)
    last = len(question.choices)
    example, doubt = f"1 {min(last, 3)}", min(last, 2)
    unsure = f" Type {doubt}? if not sure about {doubt}." if question.allows_not_sure else ""
    if detail is Detail.TIGHT:
        return f"Type numbers ({example}), or 0." + (f" Not sure: {doubt}?" if unsure else "")
    return f"Type numbers, such as {example}, or 0 for none.{unsure}"


def _keys(view: InterviewView, detail: Detail, more: str) -> str:
    """Return the keys that every page mentions: all where they are new, then the usual ones."""
    end = "e result now, " if view.can_end else ""
    if detail is Detail.TIGHT or view.can_go_back:
        return f"Or: b back, {more}, {end}h keys."
    return f"Or: b back, {more} and more, {end}r review, q stop, h all keys."


def hide_line(context: PageContext, interview: Interview) -> Iterator[str]:
    """Name the key that leaves at once, below answers that others should not read."""
    if shows_private(interview):
        yield context.wrap(wording.HIDE_LINE)


def keys_page(context: PageContext) -> str:
    """Return every key and what it does."""
    keys = (context.wrap(action, f"  {key}: ") for key, action in _KEYS)
    return titled("What you may type:", keys)


def why_page(
    context: PageContext, interview: Interview, view: InterviewView, question: Question
) -> str:
    """Return why we ask, the sources, and the question again with all help and checks."""
    page = _page(context, view, question, Detail.EACH)
    return "\n\n".join((*reasons(context, interview.program, question), page))


def checks(context: PageContext, question: Question, answer: Value | None) -> str:
    """Return the simple checks for what an answer leaves in doubt."""
    in_doubt = answer.unsure if isinstance(answer, Ticks) else frozenset[str]()
    is_all = answer is NOT_SURE and question.kind == ONE_OF
    return joined(
        context.wrap(wording.named_check(choice), "  - ")
        for choice in question.choices
        if choice.check and (is_all or choice.id in in_doubt)
    )


def answered(interview: Interview) -> tuple[str, ...]:
    """Return the questions whose answers count, as the review numbers them from 1."""
    rows = review(interview)
    return tuple(row.question.id for row in rows if row.status is QuestionStatus.ANSWERED)


def review_page(context: PageContext, interview: Interview) -> str:
    """Return every answer, numbered, below the questions that have none."""
    groups: dict[QuestionStatus, list[ReviewRow]] = {status: [] for status in QuestionStatus}
    for row in review(interview):
        groups[row.status].append(row)
    numbered = [
        context.wrap(_line(row), f"{number:>3}. ")
        for number, row in enumerate(groups[QuestionStatus.ANSWERED], start=1)
    ]
    now = view(interview)
    not_asked, not_needed = groups[QuestionStatus.NOT_ASKED], groups[QuestionStatus.NOT_NEEDED]
    parts = (
        _names(context, "Not asked, because of your other answers", not_asked),
        _names(context, "Not needed for your result", not_needed),
        titled(
            "Kept aside and not counted, because the question no longer applies:",
            (context.wrap(_line(row), "  - ") for row in groups[QuestionStatus.SET_ASIDE]),
        ),
        context.wrap(wording.still_to_come(now)) if now.progress else "",
        # Last, right above the prompt that asks for one of these numbers.
        titled("Your answers:", numbered or ["  None yet."]),
    )
    return "\n\n".join(part for part in parts if part)


def _names(context: PageContext, title: str, rows: list[ReviewRow]) -> str:
    names = "; ".join(row.question.short for row in rows)
    return context.wrap(f"{title}: {names}.") if rows else ""


def _line(row: ReviewRow) -> str:
    answer = answer_label(row.question, row.value) if row.value is not None else wording.NOT_SHOWN
    return f"{row.question.short}: {answer}"
