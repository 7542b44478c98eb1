"""A question as lines of text, top to bottom: nothing is drawn over."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Final

from backtriage.interview.interview import Interview, InterviewView
from backtriage.protocol.protocol import Choice, Question
from backtriage.render.page.phrasing import answer_label
from backtriage.shell.questionnaire import wording
from backtriage.shell.questionnaire.page_context import PageContext, joined
from backtriage.shell.questionnaire.pages import reasons
from backtriage.terms.value import NOT_SURE, ONE_OF, SOME_OF, YES_NO, Ticks, Value

_OFFER: Final = (
    "How soon you need help is settled: no answer to come can change it. What is left is about "
    "what may help. Go on, or type e to see your result now."
)

KEYS: Final = (
    ("b", wording.BACK_KEY),
    ("? or w", wording.WHY_KEY),
    ("u", "not sure, or would rather not say"),
    ("r", "review your answers and change one"),
    ("e", wording.END_KEY),
    ("=", "keep the answer that you gave before"),
    ("q or s", wording.STOP_KEY),
    ("h", "this list"),
)
"""Every key, and what it does."""


class Detail(IntEnum):
    """How much of a question is printed: the most that fits the terminal."""

    TIGHT = 0
    """No blank lines, few keys, and the question right above its answers."""
    ANSWERS = 1
    """The answers alone."""
    HELP = 2
    """The answers, each with its help."""
    CHECKS = 3
    """The simple checks as well: printed on request, whether they fit or not."""


def question_page(
    context: PageContext, interview: Interview, view: InterviewView, question: Question
) -> str:
    """Return a question with as much detail as fits the terminal."""
    for detail in (Detail.HELP, Detail.ANSWERS):
        page = _page(context, interview, view, question, detail)
        if page.count("\n") + 2 <= context.height:
            return page
    return _page(context, interview, view, question, Detail.TIGHT)


def _page(
    context: PageContext,
    interview: Interview,
    view: InterviewView,
    question: Question,
    detail: Detail,
) -> str:
    head = joined(
        (
            _section(context, interview, question),
            f"Question {view.number}. {wording.how_many_more(view.max_remaining)}",
            context.wrap(_OFFER) if view.offers_end else "",
            *(context.wrap(note) for note in view.notes),
        )
    )
    asked = [context.wrap(question.text), context.wrap(question.help) if question.help else ""]
    # A small screen loses its top first, and the help is less of a loss than the question.
    text = joined(reversed(asked) if detail is Detail.TIGHT else asked)
    answers = joined(_answers(context, question, detail))
    parts = (head, text, answers, _foot(context, view, question, detail))
    return ("\n" if detail is Detail.TIGHT else "\n\n").join(part for part in parts if part)


def _section(context: PageContext, interview: Interview, question: Question) -> str:
    """Return the title of the section, on its first question only."""
    before = interview.trail[-1].question if interview.trail else None
    if before and interview.program.questions[before].section == question.section:
        return ""
    titles = {section.id: section.title for section in interview.program.protocol.sections}
    return context.wrap(titles[question.section])


def _answers(context: PageContext, question: Question, detail: Detail) -> Iterable[str]:
    if question.kind == YES_NO:
        yield "  y. Yes"
        yield "  n. No"
    for row, choice in enumerate(question.choices, start=1):
        yield context.wrap(choice.text, f"  {row}. ")
        if detail >= Detail.HELP and choice.help:
            yield context.wrap(choice.help, "     ")
        if detail >= Detail.CHECKS and choice.check:
            yield context.wrap(wording.not_sure_check(choice.check), "     ")
    if question.kind == SOME_OF:
        yield context.wrap(question.none, "  0. ")
    if question.allows_not_sure:
        yield context.wrap(wording.NOT_SURE_OPTION, "  u. ")


def _foot(context: PageContext, view: InterviewView, question: Question, detail: Detail) -> str:
    before = ""
    if view.remembered is not None:
        answer = answer_label(question, view.remembered)
        before = context.wrap(f"Before, you chose: {answer}. Type = to keep it.")
    return joined(
        (before, context.wrap(_what_to_type(question, detail)), context.wrap(_keys(view, detail)))
    )


def _what_to_type(question: Question, detail: Detail) -> str:
    if question.kind != SOME_OF:
        return wording.how_to_answer(question)
    last = len(question.choices)
    example = f"1 {min(last, 3)}"
    unsure = f" Type {last}? if not sure about {last}." if question.allows_not_sure else ""
    if detail is Detail.TIGHT:
        return f"Type numbers ({example}), or 0." + (f" Not sure: {last}?" if unsure else "")
    return f"Type numbers, such as {example}, or 0 for none.{unsure}"


def _keys(view: InterviewView, detail: Detail) -> str:
    """Return the keys that deserve a place on every page."""
    end = "e result now, " if view.can_end else ""
    if detail is Detail.TIGHT:
        return f"Or: b back, ? why, {end}q stop, h keys."
    return f"Or: b back, ? why and more, {end}r review, q stop, h all keys."


def keys_page(context: PageContext) -> str:
    """Return every key and what it does."""
    return joined(
        ("What you may type:", *(context.wrap(action, f"  {key}: ") for key, action in KEYS))
    )


def why_page(
    context: PageContext, interview: Interview, view: InterviewView, question: Question
) -> str:
    """Return why we ask, the sources, and the question again with all help and checks."""
    page = _page(context, interview, view, question, Detail.CHECKS)
    return "\n\n".join((*reasons(context, interview.program, question), page))


def checks(context: PageContext, question: Question, answer: Value) -> str:
    """Return the simple checks for what an answer leaves in doubt."""
    return joined(
        context.wrap(wording.named_check(choice), "  - ")
        for choice in question.choices
        if choice.check and _is_in_doubt(question, answer, choice)
    )


def _is_in_doubt(question: Question, answer: Value, choice: Choice) -> bool:
    if isinstance(answer, Ticks):
        return choice.id in answer.unsure
    return answer is NOT_SURE and question.kind == ONE_OF
