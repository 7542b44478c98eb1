"""The state of the full screen. It is frozen: a key makes a new state.

The interview in it is the same as in plain mode; the rest belongs to this front end.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from msgspec import structs

from backtriage.decide.assessment import Assessment
from backtriage.interview.first_page import first_page
from backtriage.interview.interview import InterviewView, assessment_of, view
from backtriage.interview.review import QuestionStatus, ReviewRow, emergency_questions, review
from backtriage.interview.state import Interview
from backtriage.program.words import Words
from backtriage.protocol.protocol import Question
from backtriage.render.line import Line
from backtriage.render.page import Audience, Page, page_for
from backtriage.render.page.card import Card, card_of
from backtriage.render.page.private import visible_part
from backtriage.render.page.sections import CardSection, sections_of
from backtriage.shell.full.form import Form, LineEditor, form_for
from backtriage.shell.questionnaire import wording
from backtriage.shell.questionnaire.pages import Opening, shows_private
from backtriage.terms.value import NUMBER

_OFFER: Final = (
    "How soon you need help is settled. What is left is about what may help. "
    "Go on, or press e to see your result now."
)
QUESTION_ROW: Final = -1
"""The question itself, among the rows that have been visible."""


class Screen(StrEnum):
    """The screens of the front end."""

    OPENING = "opening"
    QUESTION = "question"
    DOUBTS = "doubts"
    """Which items of a list the person is not sure about."""
    WHY = "why"
    KEYS = "keys"
    REVIEW = "review"
    EMERGENCY = "emergency"
    RESULT = "result"
    SECTION = "section"
    """A page behind the card."""
    READER = "reader"
    """For whom the result is saved."""
    SAVE = "save"


_OF_QUESTION: Final = frozenset({Screen.QUESTION, Screen.DOUBTS, Screen.WHY})
_OF_ANSWERS: Final = frozenset({Screen.REVIEW, Screen.EMERGENCY, Screen.RESULT, Screen.SECTION})
"""What the screens are about."""


class EndReason(StrEnum):
    """How the interview ended."""

    FINISHED = "finished"
    """Read to its end."""
    RESULT_SEEN = "result_seen"
    """Left at a result without a further question."""
    LEFT = "left"
    """Left before there was a result."""
    HIDDEN = "hidden"
    """Left at once, with nothing to stay on the screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The terminal's columns and rows."""

    columns: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPoint:
    """A screen to go back to, and the position on it."""

    screen: Screen
    focus: int | None
    top: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UiState:
    """Everything from which a screen is drawn."""

    interview: Interview
    words: Words
    view: InterviewView
    audience: Audience = "patient"
    private: bool = False
    """Whether private answers are wanted on pages that others may read."""
    may_save: bool = True
    """Whether a file may be written when the person names one."""
    is_entry: bool = False
    """Whether this asks for an entry of a journal, which is over after the last question."""
    ref: str | None = None
    """The reference of the sheet that the interview continues."""
    note: str = ""
    """What to say above an emergency that the interview begins with."""
    opening: Opening | None = None
    """What is said before the first question; None once a page of its own has said it."""
    screen: Screen = Screen.QUESTION
    back_stack: tuple[ReturnPoint, ...] = ()
    """The screens to go back to, the nearest last."""
    generation: int = 0
    """Counts screens: keys that were typed for one must not reach the next."""
    form: Form = field(default_factory=Form)
    focus: int | None = None
    """The row under the cursor, on a screen that is not a question."""
    top: int = 0
    """How many lines of the body are scrolled past."""
    seen_rows: frozenset[int | Line] = frozenset()
    """What has been visible: options and `QUESTION_ROW`, or the lines of an emergency."""
    file_name: LineEditor = field(default_factory=LineEditor)
    message: str = ""
    """A message about what the last key did."""
    last_message: str = ""
    """The message on the screen when the last key was pressed: it may have hidden lines."""
    ends_early: bool = False
    """Whether the person wants the result before the last question, where that is allowed."""
    rows: tuple[ReviewRow, ...] = ()
    """What the review lists."""
    card: Card | None = None
    """The emergency or the result."""
    printed: Card | None = None
    """The result as it stays on the terminal, without private answers."""
    sections: tuple[CardSection, ...] = ()
    """The pages behind it."""
    section: CardSection | None = None
    """The one that is open."""
    page: Page | None = None
    """The result as the hand-over sheet, where that is wanted instead."""
    reader: Audience = "patient"
    """Who will read the file that is saved."""
    save_to: str = ""
    """The file name that the last key asked to write to."""
    is_saved: bool = False
    """Whether the result is in a file, as it would be shown."""
    was_result_seen: bool = False
    """Whether the result of exactly these answers has been on the screen."""
    end: EndReason | None = None

    @property
    def has_result(self) -> bool:
        """Whether there is a result to save, rather than the answers so far."""
        return self.card is not None or self.page is not None

    @property
    def may_offer_file(self) -> bool:
        """Whether to offer, after the last screen, to save the result in a file."""
        was_read = self.end is EndReason.FINISHED and self.was_result_seen
        return was_read and self.may_save and not self.is_saved

    @property
    def is_complete(self) -> bool:
        """Whether the interview is over if the person leaves here: they have seen the result."""
        if self.end not in {None, EndReason.HIDDEN}:
            return self.end is not EndReason.LEFT
        # A result stands above a question that somebody did not answer before asking for it.
        screens = [*(earlier.screen for earlier in self.back_stack), self.screen]
        return self.was_result_seen and (screens[0] is Screen.REVIEW or Screen.RESULT in screens)

    @property
    def is_private(self) -> bool:
        """Whether the screen shows what others should not read."""
        question = wording.question_shown(self.view)
        if self.screen in _OF_QUESTION and question is not None:
            return question.is_private
        return self.screen in _OF_ANSWERS and shows_private(self.interview)

    @property
    def question(self) -> Question:
        """The question, on a screen that asks one: it may be a confirmation."""
        question = wording.question_shown(self.view)
        assert question is not None  # noqa: S101 - no screen of a question without one
        return question

    @property
    def is_on_first_page(self) -> bool:
        """Whether the question stands on the first page, below those that it follows."""
        first = first_page(self.interview.program)
        given = (step.question for step in self.interview.trail)
        is_new = self.view.confirmation is None and not self.interview.changing
        return is_new and self.question.id in first and first.issuperset(given)

    @property
    def is_in_field(self) -> bool:
        """Whether a number is being typed, so that letters are slips and no keys."""
        is_number = self.screen is Screen.QUESTION and self.question.kind == NUMBER
        return is_number and self.form.focus == 0


def first_screen(state: UiState) -> UiState:
    """Show the opening if there is one, unless an emergency is certain already."""
    first = show_interview(state, state.interview)
    if first.card is not None and first.view.shows_emergency and state.note:
        card = structs.replace(first.card, notices=(state.note, *first.card.notices))
        return replace(first, card=card)
    if state.opening is None or first.view.shows_emergency:
        return first
    return show(first, Screen.OPENING)


def show(state: UiState, screen: Screen) -> UiState:
    """Show another screen, scrolled to its top."""
    rows = review_rows(state.interview) if screen is Screen.REVIEW else ()
    return replace(state, screen=screen, generation=state.generation + 1, focus=None, top=0,
                   message="", rows=rows)  # fmt: skip


def push_screen(state: UiState, screen: Screen) -> UiState:
    """Show a screen that leads back to this one."""
    here = ReturnPoint(screen=state.screen, focus=state.focus, top=state.top)
    return replace(show(state, screen), back_stack=(*state.back_stack, here))


def pop_screen(state: UiState) -> UiState:
    """Go back to the screen below."""
    *below, point = state.back_stack
    shown = show(state, point.screen)
    return replace(shown, back_stack=tuple(below), focus=point.focus, top=point.top)


def review_rows(interview: Interview) -> tuple[ReviewRow, ...]:
    """Return the rows of the review: answers first, then what was not asked.

    The answers that an emergency rests on come first of all. Open questions are still to come.
    """
    deciding = emergency_questions(interview)
    rows = sorted(review(interview), key=lambda row: row.question.id not in deciding)
    statuses = (
        QuestionStatus.ANSWERED, QuestionStatus.SET_ASIDE,
        QuestionStatus.NOT_ASKED, QuestionStatus.NOT_NEEDED,
    )  # fmt: skip
    return tuple(row for status in statuses for row in rows if row.status is status)


def show_interview(state: UiState, interview: Interview) -> UiState:
    """Show where an interview stands: the emergency, the next question, or the review."""
    current = view(interview)
    is_same = interview.answers == state.interview.answers
    moved = replace(
        without_result(state), interview=interview, view=current, ends_early=False, back_stack=(),
        seen_rows=frozenset(), is_saved=state.is_saved and is_same,
        was_result_seen=state.was_result_seen and is_same,
    )  # fmt: skip
    if current.shows_emergency:
        return replace(show(moved, Screen.EMERGENCY), card=card_of(_shown(moved)))
    if current.is_triage_result:
        return show_result(moved)
    question = wording.question_shown(current)
    if question is None:  # of an entry, the last one stays on the screen until that is gone
        end = replace(moved, view=state.view, end=EndReason.FINISHED)
        return end if state.is_entry else show(moved, Screen.REVIEW)
    said = wording.MARKED if current.is_marked else wording.BEFORE
    message = said if current.remembered is not None else _OFFER * current.offers_end
    form = form_for(question, current.remembered)
    return replace(show(moved, Screen.QUESTION), form=form, message=message)


def current_assessment(state: UiState) -> Assessment:
    """Return the assessment of the answers so far."""
    return assessment_of(state.interview, state.words.country, state.ref)


def without_result(state: UiState) -> UiState:
    """Leave the result: what is shown next is about answers again."""
    return replace(state, card=None, printed=None, sections=(), section=None, page=None)


def show_result(state: UiState) -> UiState:
    """Show the result for the chosen audience. Only the person's own card is whole."""
    result = replace(show(state, Screen.RESULT), was_result_seen=True)
    if state.audience == "clinician":
        sheet = page_for(current_assessment(state), "clinician", private=state.private)
        return replace(result, page=sheet)
    shown, printed = _shown(state), card_of(_shown(state, own=False))
    return replace(result, card=card_of(shown), printed=printed, sections=sections_of(shown))


def _shown(state: UiState, *, own: bool = True) -> Assessment:
    """Return the assessment of the answers so far as a screen shows it, the person's `own` too."""
    own = own and not state.interview.concealed
    return visible_part(current_assessment(state), private=state.private, own=own)


def is_result_next(state: UiState) -> bool:
    """Return whether the result follows the review: no open question can change it."""
    return not state.view.is_emergency and (state.ends_early or state.view.question is None)
