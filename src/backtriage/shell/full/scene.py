"""What the screen holds at one moment. Frozen: a key makes another one.

The interview itself is the same fold as in plain mode; here is only what is shown of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from backtriage.decide.assessment import Assessment, assess
from backtriage.interview.interview import Interview, InterviewView, view
from backtriage.interview.review import QuestionStatus, ReviewRow, emergency_questions, review
from backtriage.program.words import Words
from backtriage.protocol.protocol import Question
from backtriage.render.page import Audience, Page, page_for
from backtriage.shell.full.entry import Entry, Field, entry_for
from backtriage.shell.plain.words import Opening

_BEFORE: Final = "Your answer from before is shown. Enter keeps it."
_OFFER: Final = (
    "How soon you need help is settled. What is left is about what may help. "
    "Go on, or press e to see your result now."
)


class Showing(StrEnum):
    """Which page is on the screen."""

    OPENING = "opening"
    QUESTION = "question"
    DOUBTS = "doubts"
    """Which rows of a list somebody is not sure about."""
    WHY = "why"
    KEYS = "keys"
    REVIEW = "review"
    EMERGENCY = "emergency"
    RESULT = "result"
    SAVE = "save"


class Over(StrEnum):
    """How the interview ends."""

    FINISHED = "finished"
    """Read to its end."""
    SEEN = "seen"
    """Left in a hurry, at a result: it was seen."""
    LEFT = "left"
    """Left before there was a result."""


REVIEWED: Final = (
    QuestionStatus.ANSWERED,
    QuestionStatus.SET_ASIDE,
    QuestionStatus.NOT_ASKED,
    QuestionStatus.NOT_NEEDED,
)
"""What the review shows, in this order. Open questions are still to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The terminal's columns and rows."""

    columns: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody was on a page that they come back to."""

    showing: Showing
    row: int | None
    top: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything that is drawn."""

    interview: Interview
    words: Words
    seen: InterviewView
    audience: Audience = "patient"
    may_save: bool = True
    """Whether a file may be written when the person names one."""
    ref: str | None = None
    """The reference of the sheet that it goes on from."""
    opening: Opening | None = None
    showing: Showing = Showing.QUESTION
    before: tuple[Place, ...] = ()
    """The pages to go back to from a page that can be opened anywhere, the nearest last."""
    turn: int = 0
    """Counts pages: what is typed for one page must not reach the next."""
    entry: Entry = field(default_factory=Entry)
    row: int | None = None
    """The cursor on a page that is no question."""
    top: int = 0
    """How many lines are scrolled past."""
    looked: frozenset[int] = frozenset()
    """The rows of the question that have been on the screen."""
    name: Field = field(default_factory=Field)
    """The file name that is being typed."""
    said: str = ""
    """A remark on what the last key did."""
    is_ending: bool = False
    """Whether the person wants the result before the last question, which they may."""
    rows: tuple[ReviewRow, ...] = ()
    """What the review lists, worked out once."""
    page: Page | None = None
    """The emergency or the result, worked out once."""
    saving: str = ""
    """The name of a file that the last key asked for."""
    is_kept: bool = False
    """Whether the result, as it would be shown, stands in a file."""
    was_result_seen: bool = False
    """Whether these very answers have led to a result that was on the screen."""
    over: Over | None = None

    @property
    def may_offer(self) -> bool:
        """Whether to ask, after the screen, if the result shall be kept in a file."""
        read = self.over is Over.FINISHED and self.showing is Showing.RESULT
        return read and self.may_save and not self.is_kept

    @property
    def question(self) -> Question:
        """The question that is asked, on a page that asks one."""
        question = self.seen.question
        assert question is not None  # noqa: S101 - no page of a question without one
        return question


def opened(scene: Scene) -> Scene:
    """The first page: what is said at the start, or at once the question or the emergency."""
    first = at_interview(scene, scene.interview)
    if scene.opening is None or first.showing is Showing.EMERGENCY:
        return first
    return turned(first, Showing.OPENING)


def turned(scene: Scene, showing: Showing) -> Scene:
    """Another page, from its top."""
    rows = review_rows(scene.interview) if showing is Showing.REVIEW else ()
    return replace(scene, showing=showing, turn=scene.turn + 1, row=None, top=0, said="",
                   rows=rows)  # fmt: skip


def opened_over(scene: Scene, showing: Showing) -> Scene:
    """A page to come back from."""
    place = Place(showing=scene.showing, row=scene.row, top=scene.top)
    return replace(turned(scene, showing), before=(*scene.before, place))


def closed(scene: Scene) -> Scene:
    """The page that was there before."""
    *before, last = scene.before
    there = turned(scene, last.showing)
    return replace(there, before=tuple(before), row=last.row, top=last.top)


def review_rows(interview: Interview) -> tuple[ReviewRow, ...]:
    """The rows of the review as they are shown: answers first, then what was not asked.

    Of an emergency the answers that it rests on stand above all others.
    """
    deciding = emergency_questions(interview)
    rows = sorted(review(interview), key=lambda row: row.question.id not in deciding)
    return tuple(row for status in REVIEWED for row in rows if row.status is status)


def at_interview(scene: Scene, interview: Interview) -> Scene:
    """The page that an interview has come to: emergency, question, or review."""
    seen = view(interview)
    same = interview.answers == scene.interview.answers
    there = replace(
        scene, interview=interview, seen=seen, page=None, is_ending=False, before=(),
        looked=frozenset(), is_kept=scene.is_kept and same,
        was_result_seen=scene.was_result_seen and same,
    )  # fmt: skip
    if seen.is_emergency and not seen.is_change:
        page = page_for(assess_now(there))
        return replace(turned(there, Showing.EMERGENCY), page=page)
    if seen.question is None:
        return turned(there, Showing.REVIEW)
    entry = entry_for(seen.question, seen.remembered)
    offer = _OFFER if seen.offers_end else ""
    said = offer if seen.remembered is None else _BEFORE
    return replace(turned(there, Showing.QUESTION), entry=entry, said=said)


def assess_now(scene: Scene) -> Assessment:
    """The assessment of the answers so far."""
    return assess(scene.interview.program, scene.interview.answers, scene.words.country, scene.ref)


def at_result(scene: Scene) -> Scene:
    """The result, for whoever reads it."""
    page = page_for(assess_now(scene), scene.audience)
    return replace(turned(scene, Showing.RESULT), page=page, was_result_seen=True)


def is_final(scene: Scene) -> bool:
    """Whether the result comes next: nothing is open any more, or nothing that decides."""
    at_end = scene.is_ending or scene.seen.question is None
    return at_end and not scene.seen.is_emergency
