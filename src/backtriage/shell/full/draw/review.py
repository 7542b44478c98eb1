"""The review: every answer, and for every other question why it has none."""

from __future__ import annotations

from typing import Final

from backtriage.interview.review import QuestionStatus, ReviewRow
from backtriage.render.layout import Line
from backtriage.render.page.phrasing import answer_label
from backtriage.shell.full.draw.frame import (
    BLANK,
    Drawn,
    Parts,
    focus_on,
    foot_of,
    framed,
    paper_for,
    pointed,
    text_lines,
)
from backtriage.shell.full.scene import Scene, Size, is_final
from backtriage.shell.plain.words import PageContext

_RESULT: Final = "All is right. Show my result"
_GO_ON: Final = "Go on"
_LOOK: Final = "That was the last question. Please look at your answers once more."
_ALL_GIVEN: Final = "No question is left. Please look at the answers once more."
_DECIDED: Final = "Several answers decided. They come first."
_EARLY: Final = "What is left is about what may help. Please look at your answers once more."
_NONE_YET: Final = "You have given no answer yet."

_TITLES: Final = {
    QuestionStatus.ANSWERED: "Your answers. Go to one and press Enter to change it.",
    QuestionStatus.SET_ASIDE: "Kept aside and not counted, because it no longer applies:",
    QuestionStatus.NOT_ASKED: "Not asked, because of your other answers:",
    QuestionStatus.NOT_NEEDED: "Not needed for your result:",
}


def review_page(scene: Scene, size: Size) -> Drawn:
    """The rows can all be gone to; the last one stays at the foot and leads on."""
    paper = paper_for(scene, size)
    titles = [_title(scene, paper, at) for at in range(len(scene.rows))]
    rows = [[*title, *_row(scene, paper, at)] for at, title in enumerate(titles)]
    body = [line for row in rows for line in row] or text_lines(paper, _NONE_YET)
    at_end = scene.row == len(scene.rows)
    lead = len(titles[scene.row]) if scene.row is not None and not at_end else 0
    final = is_final(scene)
    last = "> y. " if at_end else "  y. "
    done = text_lines(paper, _RESULT if final else _GO_ON, last, is_bold=at_end)
    leads = scene.before or scene.seen.question is not None or scene.seen.can_go_back
    back = ("Left back",) if leads else ()
    hints = ("Up/Down move", "Enter change", "y result" if final else "y go on", *back)
    drawn = framed(
        Parts(
            head=[*text_lines(paper, _head(scene)), BLANK],
            body=body,
            foot=[BLANK, *done, *foot_of(paper, scene, hints)],
            focus=focus_on(rows, scene.row, lead=lead),
        ),
        size,
        scene.top,
    )
    return pointed(drawn, last) if at_end else drawn


def _head(scene: Scene) -> str:
    if is_final(scene):
        last = _LOOK if scene.interview.trail else _ALL_GIVEN
        return _EARLY if scene.is_ending else last
    if scene.seen.is_emergency:
        return _DECIDED
    count = scene.seen.max_remaining + (scene.seen.question is not None)
    return f"Still to come: {count} at most."


def _title(scene: Scene, paper: PageContext, at: int) -> list[Line]:
    """The title of a group, above its first row."""
    status = scene.rows[at].status
    if at and scene.rows[at - 1].status is status:
        return []
    return [*([BLANK] if at else []), *text_lines(paper, _TITLES[status], is_bold=True)]


def _row(scene: Scene, paper: PageContext, at: int) -> list[Line]:
    is_here = scene.row == at
    mark = "> " if is_here else "  "
    return text_lines(paper, _said(scene.rows[at]), mark, is_bold=is_here, more="  ")


def _said(row: ReviewRow) -> str:
    """A question by its short name, and its answer if it has one."""
    short = row.question.short
    return short if row.value is None else f"{short}: {answer_label(row.question, row.value)}"
