"""The pages between questions and at the end: the review, the emergency, what was resumed."""

from __future__ import annotations

from collections.abc import Iterable

from backtriage.decide.assessment import Assessment, assess
from backtriage.interview.interview import Interview, view
from backtriage.interview.review import QuestionStatus, ReviewRow, emergency_questions, review
from backtriage.interview.serialisation import Restored
from backtriage.program.program import Program
from backtriage.render.as_text import as_text
from backtriage.render.page import page_for
from backtriage.render.page.phrasing import answer_label, pluralise
from backtriage.shell.plain.words import PageContext, joined
from backtriage.terms.urgency import Urgency


def answered(interview: Interview) -> tuple[str, ...]:
    """The questions whose answers count, as the review page numbers them from 1."""
    rows = review(interview)
    return tuple(row.question.id for row in rows if row.status is QuestionStatus.ANSWERED)


def review_page(paper: PageContext, interview: Interview) -> str:
    """Every answer, numbered, and for every other question why it has none."""
    by: dict[QuestionStatus, list[ReviewRow]] = {status: [] for status in QuestionStatus}
    for row in review(interview):
        by[row.status].append(row)
    to_come = len(by[QuestionStatus.OPEN])
    parts = [
        _names(paper, "Not asked, because of your other answers", by[QuestionStatus.NOT_ASKED]),
        _names(paper, "Not needed for your result", by[QuestionStatus.NOT_NEEDED]),
        _group("Kept aside and not counted, because the question no longer applies:",
               (paper.text(_line(row), "  - ") for row in by[QuestionStatus.SET_ASIDE])),
        f"Still to come: {to_come} at most." if to_come else "",
        # Last, so that they stand where the number of one is typed.
        joined(("Your answers:", *_numbered(paper, by[QuestionStatus.ANSWERED]))),
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def _names(paper: PageContext, title: str, rows: list[ReviewRow]) -> str:
    names = "; ".join(row.question.short for row in rows)
    return paper.text(f"{title}: {names}.") if rows else ""


def _numbered(paper: PageContext, rows: list[ReviewRow]) -> Iterable[str]:
    if not rows:
        return ("  None yet.",)
    return (paper.text(_line(row), f"{at:>3}. ") for at, row in enumerate(rows, start=1))


def _line(row: ReviewRow) -> str:
    # Only rows with an answer are written like this.
    value = answer_label(row.question, row.value) if row.value is not None else ""
    return f"{row.question.short}: {value}"


def _group(title: str, lines: Iterable[str]) -> str:
    body = joined(lines)
    return f"{title}\n{body}" if body else ""


def emergency_page(paper: PageContext, interview: Interview) -> str:
    """The result that comes at once: what to do, why, and the check if it rests on doubt."""
    assessment = assess(interview.program, interview.answers, paper.words.country)
    return as_text(page_for(assessment).sections, paper.width).rstrip("\n")


def action_lines(paper: PageContext, assessment: Assessment) -> str:
    """What to do and where, for somebody who has read the page."""
    level = assessment.level
    return joined(
        (
            paper.text(f"{level.word}: {level.headline}"),
            paper.text(assessment.program.services[assessment.service].where),
        )
    )


def change_offer(interview: Interview) -> str:
    """Which answer `c` changes on the emergency page."""
    questions = emergency_questions(interview)
    if len(questions) != 1:
        return "Change an answer"
    return f"Change this answer ({interview.program.questions[questions[0]].short})"


def resumed_page(paper: PageContext, restored: Restored) -> str:
    """What came back from disk; when the rules have changed, what that means for the answers."""
    program = restored.interview.program
    kept = pluralise(len(restored.interview.answers), "answer", "answers")
    parts = [paper.text(f"Going on with your saved answers. {kept} kept.")]
    if restored.same_protocol:
        return joined(parts)
    parts.append(paper.text("The questions have changed since you saved them."))
    parts.append(_group("Asked again, because the question has changed:",
                        _shorts(paper, program, restored.reworded)))  # fmt: skip
    parts.append(_group("Dropped, because the answer no longer fits:",
                        _shorts(paper, program, restored.dropped)))  # fmt: skip
    parts.append(_group("New questions:", _shorts(paper, program, restored.new)))
    return joined(parts)


def _shorts(paper: PageContext, program: Program, ids: tuple[str, ...]) -> Iterable[str]:
    for id_ in ids:
        question = program.questions.get(id_)
        yield paper.text(question.short if question else id_.replace("_", " "), "  - ")


def intro_page(paper: PageContext, program: Program, kept_in: str) -> str:
    """What this is, what it is not, and what is written where."""
    protocol = program.protocol
    reviewed = f"Clinically reviewed by: {protocol.reviewed_by or 'nobody yet'}."
    kept = (
        f"Your answers are saved after each question, in {kept_in}. Only your user account can "
        "read them. They are removed once you have read your result and left."
        if kept_in
        else "Nothing is saved. If you stop, your answers are gone."
    )
    return "\n\n".join(
        (
            paper.text(protocol.title),
            paper.text(protocol.about),
            f"{paper.text(protocol.disclaimer)}\n{paper.text(reviewed)}",
            paper.text(kept),
        )
    )


def leaving_page(paper: PageContext, interview: Interview, kept: str) -> str:
    """The last words to somebody who stops before the end: no result, but what cannot wait."""
    if view(interview).is_emergency:
        assessment = assess(interview.program, interview.answers, paper.words.country)
        return joined((action_lines(paper, assessment), paper.text(kept)))
    return joined(
        (
            paper.text(f"You stopped before the end. {_so_far(interview)} {kept}"),
            paper.text(interview.program.protocol.emergency_line),
        )
    )


def _so_far(interview: Interview) -> str:
    """What is settled already, if it must not wait. Anything less is no result yet."""
    certain = view(interview).certain
    if certain < Urgency.SAME_DAY:
        return "There is no result yet."
    level = interview.program.levels[certain]
    return f"What you have answered already means: {level.word}: {level.headline}"
