"""The sentences of the interview, which both front ends share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import Final, Literal, TypeAlias

from backtriage.decide.assessment import Assessment
from backtriage.interview.interview import InterviewView
from backtriage.interview.progress import Progress
from backtriage.protocol.answer_parser import preview
from backtriage.protocol.protocol import Choice, Question
from backtriage.render.by_extension import EXTENSIONS
from backtriage.render.page import Audience
from backtriage.render.page.phrasing import first_sentence, pluralise
from backtriage.terms.printable import visible
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NUMBER, ONE_OF, SOME_OF, YES_NO

NOT_SURE_OPTION: Final = "Not sure, or would rather not say"
"""Fits one line of a terminal with 40 columns, so that a list of nine items fits the screen."""

STILL_NOT_SURE_OPTION: Final = "Still not sure, or I cannot try it"
DO_NOT_STRAIN: Final = "If this is too hard, or you get worse, choose u."

BEFORE: Final = "Your answer from before is shown. Enter keeps it."
MARKED: Final = "You marked this, and it does not count yet. Enter gives it as your answer."

NO_ITEM: Final = "none"
"""How an empty list is written, and typed."""

_CELLS: Final = 10
"""Of the bar that shows how far the questions have come."""

NEEDS_DEFINITE_ANSWER: Final = "This question needs a definite answer."
OTHER_DIGITS: Final = "Please use the digits 0 to 9."
HOW_TO_FIND_OUT: Final = "Here is how you may find out:"
NO_RESULT_YET: Final = (
    "There is no result yet: the questions that are left can still change how soon you need help."
)
LAST_QUESTION: Final = "That was the last question. Please look at your answers once more."
ENDING_EARLY: Final = "What is left is about what may help. Please look at your answers once more."
READ_THIS: Final = "I have read this"
NOTHING_BEFORE: Final = "There is nothing to go back to."
END_OF_RESULT: Final = "That is all. Press q to leave."
GO_ON: Final = "Go on"
WHAT_MAY_HELP: Final = "what may help"
FINISH: Final = "Finish here"
LOOK_AT_ANSWERS: Final = "Look at your answers, and change one"

BACK_KEY: Final = "back to the question before"
WHY_KEY: Final = "why we ask, and more about each line"
END_KEY: Final = "end here and see your result, once it is settled how soon you need help"
SAVE_KEY: Final = "save to a file that you name"
OR_JOURNAL: Final = ", or put a result in your journal"
HIDE_KEY: Final = "clear the screen and stop at once; your answers are kept"
HIDE_HINT: Final = "x leave and hide"
HIDE_LINE: Final = "To leave at once with an empty screen: x."
Reader: TypeAlias = Audience | Literal["journal"]
"""For whom, or where, a result is saved."""

Readers: TypeAlias = tuple[tuple[Reader, str], ...]
"""Choices of that, with what each gets."""

SAVE_RESULT: Final = "Save this result"
READERS: Final[Readers] = (
    ("patient", "For you: the whole result, in plain words"),
    ("clinician", "For the person who treats you: your answers, and what the result rests on"),
)
"""For whom a result can be saved in a file."""

_TO_JOURNAL: Final = "In your journal: to note each day how it goes, and to show that later"

TOO_OLD_FOR_JOURNAL: Final = (
    "Not added: this result is of another day. How are you today? backtriage journal add"
)
ADD_TO_JOURNAL: Final = "To go on with it: backtriage journal add"

RECORD: Final = ".json"
"""The extension of the full record, which has all answers."""

PRIVATE_LEFT_OUT: Final = "Private answers stand in the full record only."
CONCEALED: Final = (
    "The full record shows private answers too, and somebody else may have given them. "
    "Start with --private if it may show them"
)
CLEARED: Final = (
    "Somebody else may read on now, so the screen has been cleared: answers from before may be "
    "private. If you can still scroll up to them, close this window in the end."
)
NOT_SHOWN: Final = "answered before, and not shown here"
STOP_KEY: Final = "stop now and keep your answers"


def readers(assessment: Assessment, audience: Audience, *, concealed: bool) -> Readers:
    """Return for whom, or where, a result can be saved.

    A journal is begun by patients themselves, from a result that leaves time for one.

    Args:
        assessment: The result, of a protocol that may know no journal.
        audience: Who reads the result now.
        concealed: Whether somebody else may have given some of the answers.
    """
    is_own = audience == "patient" and not concealed
    is_urgent = assessment.urgency is Urgency.EMERGENCY
    if not is_own or is_urgent or not assessment.program.protocol.entry_questions:
        return READERS
    return (*READERS, ("journal", _TO_JOURNAL))


class Confirmation(Question, frozen=True, kw_only=True):
    """A confirmation, as the yes/no question that both front ends show."""


def question_shown(view: InterviewView) -> Question | None:
    """Return the question to show, which may be a confirmation; None at the end."""
    if view.confirmation is None:
        return view.question
    asked = view.confirmation.question
    return Confirmation(
        id=asked.id, section=asked.section, kind=YES_NO, text=view.confirmation.confirm.text,
        help=DO_NOT_STRAIN, short=asked.short, why=asked.why, evidence=asked.evidence,
        private=asked.is_private,
    )  # fmt: skip


def not_sure_option(question: Question) -> str:
    """Return the label of the option for not being sure."""
    is_confirmation = isinstance(question, Confirmation)
    return STILL_NOT_SURE_OPTION if is_confirmation else NOT_SURE_OPTION


def progress(view: InterviewView) -> str:
    """Say how far the questions have come; or what a confirmation is about."""
    if view.confirmation is not None:
        doubt = view.confirmation
        about = doubt.choice.short if doubt.choice else doubt.question.short
        return f"You were not sure about: {about}. If you can, try this now."
    if view.progress is None:
        return "You are changing this answer."
    title = view.progress.title
    return title if _is_single(view.progress) else f"{title}: {how_many(view.progress)} left"


def _is_single(progress: Progress) -> bool:
    """Return whether there is nothing to count, as for the signs of a journal's entry."""
    return progress.of == 1


def notes(view: InterviewView, *, is_small: bool = False) -> Iterator[str]:
    """Yield the notes above a question: in full once, and then their first sentence.

    And in full above what is private, which a helper may not have to ask.
    """
    question = question_shown(view)
    is_private = question is not None and question.is_private
    for note in view.notes:
        is_short = is_small or (note in view.told and not is_private)
        yield first_sentence(note) if is_short else note


def how_many(progress: Progress) -> str:
    """Say about how many questions are left, in words that only count down."""
    if not progress.at_most:
        return "1 question"
    if progress.left:
        return f"about {pluralise(progress.left, 'question', 'questions')}"
    if progress.of:
        return "a few questions"
    return f"at most {pluralise(progress.at_most + 1, 'question', 'questions')}"


def still_to_come(view: InterviewView) -> str:
    """Say, above the answers, how many questions are left."""
    if view.progress is None:
        return "Your answers so far."
    most = view.progress.at_most + 1
    is_range = view.progress.of and view.progress.left < most > 1
    bound = f", at most {most}" if is_range else ""
    return f"Still to come: {how_many(view.progress)}{bound}."


def bar(progress: Progress) -> str:
    """Draw how far the questions have come, if there are several; never as if they were over."""
    if _is_single(progress):
        return ""
    done = min(_CELLS - 1, _CELLS * (progress.of - progress.left) // max(1, progress.of))
    return f"[{'#' * done}{'.' * (_CELLS - done)}]"


NO_HOME: Final = "Answers cannot be saved: this user has no home folder (see HOME)."
AFRESH: Final = "This starts from the beginning."
NONE_SAVED: Final = "There are no saved answers to go on with, so this starts from the beginning."
TAKEN: Final = "Another window is using the saved answers, so this starts from the beginning."


def not_from_now(when: str, *, is_older: bool = False) -> str:
    """Say, above an emergency, that it comes from saved answers; `when` may be empty."""
    saved = f"were saved on {when}" if when else "were saved before"
    changed = " The questions have changed since then." if is_older else ""
    return f"These answers {saved}.{changed} Not yours? Leave, and begin again with --fresh."


def older_drafts(count: int) -> str:
    """Say that more is saved than the list has room for."""
    files = pluralise(count, "older file", "older files")
    return f"Left out: {files} of saved answers. To delete all of them: backtriage forget"


def how_to_go_on(rules: Path | None) -> str:
    """Say how to go on with saved answers, in words that a shell takes."""
    option = f" --rules {quote(visible(str(rules)))}" if rules else ""
    return f"To go on: backtriage ask --resume{option}"


def how_to_choose(question: Question, *, at_once: bool = False) -> str:
    """Say, on a full screen where nothing is chosen, which key chooses, or answers `at_once`."""
    then = "" if at_once else ", and then Enter"
    if question.kind == SOME_OF:
        return "Nothing is ticked yet. If none of these fits, type 0."
    if question.kind == YES_NO:
        return f"Type y or n{then}."
    if question.kind == NUMBER:
        return how_to_answer(question)
    return f"Type the number of your answer{then}."


def how_to_answer(question: Question) -> str:
    """Say what may be typed as an answer."""
    if question.kind == YES_NO:
        return "Type y for yes or n for no."
    if question.kind == NUMBER:
        unit = f" ({question.unit})" if question.unit else ""
        return f"Type a number from {question.least} to {question.most}{unit}."
    if question.kind == ONE_OF:
        return f"Type a number from 1 to {len(question.choices)}."
    example = f"1 {min(len(question.choices), 3)}"
    return f"Type numbers with spaces between, such as {example}. Type 0 for none of these."


def misfit(question: Question, number: str) -> str:
    """Say that the question does not accept this number."""
    step = "" if question.step == "1" else f" in steps of {question.step}"
    return f"{preview(number)} is not a number{step} that fits here. {how_to_answer(question)}"


def has_other_digits(typed: str) -> bool:
    """Return whether there are digits in a text other than 0 to 9, such as full-width ones."""
    return any(character.isnumeric() and not character.isascii() for character in typed)


def file_endings(*, has_record: bool = True) -> str:
    """Return how the name of a file may end, with or without that of the full record."""
    endings = [each for each in EXTENSIONS if each and (has_record or each != RECORD)]
    return f"{', '.join(endings[:-1])} or {endings[-1]}"


def how_to_name(*, has_record: bool) -> str:
    """Say how to name the file of a result."""
    record = f" With {RECORD} it is the full record." if has_record else f" {CONCEALED}."
    return f"It may end in {file_endings(has_record=has_record)}, or is text.{record}"


def press_y_or_c(verb: str) -> str:
    """Say how to leave an emergency page. `verb` is "press" or "type", as the front end says."""
    return f"{verb} y when you have read this, or c to change the answer."


def named_check(choice: Choice) -> str:
    """Say how to find out about a choice, with its name."""
    return f"{choice.text.removesuffix('.')}: {choice.check}"
