"""The review as lines of text: every answer and, for every other question, why it has none."""

from __future__ import annotations

from collections.abc import Iterable

from backtriage.interview.interview import Interview
from backtriage.interview.review import QuestionStatus, ReviewRow, review
from backtriage.render.page.phrasing import answer_label
from backtriage.shell.questionnaire.page_context import PageContext, joined
from backtriage.shell.questionnaire.pages import titled


def answered(interview: Interview) -> tuple[str, ...]:
    """Return the questions whose answers count, as the review numbers them from 1."""
    rows = review(interview)
    return tuple(row.question.id for row in rows if row.status is QuestionStatus.ANSWERED)


def review_page(context: PageContext, interview: Interview) -> str:
    """Return every answer, numbered, below the questions that have none."""
    groups: dict[QuestionStatus, list[ReviewRow]] = {status: [] for status in QuestionStatus}
    for row in review(interview):
        groups[row.status].append(row)
    to_come = len(groups[QuestionStatus.OPEN])
    parts = (
        _names(
            context, "Not asked, because of your other answers", groups[QuestionStatus.NOT_ASKED]
        ),
        _names(context, "Not needed for your result", groups[QuestionStatus.NOT_NEEDED]),
        titled(
            "Kept aside and not counted, because the question no longer applies:",
            (context.wrap(_line(row), "  - ") for row in groups[QuestionStatus.SET_ASIDE]),
        ),
        f"Still to come: {to_come} at most." if to_come else "",
        # Last, right above the prompt that asks for one of these numbers.
        joined(("Your answers:", *_numbered(context, groups[QuestionStatus.ANSWERED]))),
    )
    return "\n\n".join(part for part in parts if part)


def _names(context: PageContext, title: str, rows: list[ReviewRow]) -> str:
    names = "; ".join(row.question.short for row in rows)
    return context.wrap(f"{title}: {names}.") if rows else ""


def _numbered(context: PageContext, rows: list[ReviewRow]) -> Iterable[str]:
    if not rows:
        return ("  None yet.",)
    return (context.wrap(_line(row), f"{number:>3}. ") for number, row in enumerate(rows, start=1))


def _line(row: ReviewRow) -> str:
    answer = answer_label(row.question, row.value) if row.value is not None else ""
    return f"{row.question.short}: {answer}"
