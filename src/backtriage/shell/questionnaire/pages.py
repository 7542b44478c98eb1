"""The text around the questions: the introduction, what was restored, why we ask, the end.

It is laid out for the size of a page, in the words of one country.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeAlias

from backtriage.decide.assessment import Assessment
from backtriage.interview.interview import assessment_of, view
from backtriage.interview.restored import Restored
from backtriage.interview.review import emergency_questions, sources_of
from backtriage.interview.state import Interview, count_told, shown_answer
from backtriage.interview.transitions import go_on
from backtriage.program.private import visible_answers
from backtriage.program.program import Program
from backtriage.program.words import Words
from backtriage.protocol.protocol import Question
from backtriage.protocol.texts import ADVICE
from backtriage.render.cells import cell_len, wrapped
from backtriage.render.page.card import not_a_diagnosis
from backtriage.render.page.notices import meant_then
from backtriage.render.page.phrasing import definite_phrases, pluralise
from backtriage.render.page.private import without_private
from backtriage.shell.questionnaire import wording
from backtriage.terms.answers import Answers
from backtriage.terms.printable import shortened
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NUMBER, ONE_OF

_MOST_TOLD: Final = 3
"""How many answers tell one saved interview from another."""

_MOST_CHARACTERS: Final = 100
_TOO_OLD: Final = "no longer count: a lot can change in a day. So each question comes again."
_SHOWN: Final = "Some of your old answers are shown, to keep or change."
_LOOK_AGAIN: Final = "To look at them again, type r at the next question."
_NOT_YOURS: Final = "Not yours? Leave, and begin again with: backtriage ask --fresh"
_ALARM: Final = "That is what your saved answers meant, and it still holds."
_MISREAD: Final = (
    "Some questions or answers are gone since, and nobody can tell here what you meant by them. "
    "If you told of a danger sign, do not wait for these questions."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """The size of a page, and the words that fill its placeholders."""

    words: Words
    width: int
    height: int
    private: bool = False
    """Whether private answers are wanted on pages that others may read."""

    def wrap(self, text: str, first: str = "", rest: str | None = None) -> str:
        """Fill the placeholders of a paragraph and wrap it.

        `first` begins its first line and `rest` the others, by default blanks of that width.
        """
        hanging = " " * cell_len(first) if rest is None else rest
        return "\n".join(wrapped(self.words.fill(text), self.width, first, hanging))

    def wrap_literally(self, text: str) -> str:
        """Wrap a paragraph with the name of a file or folder in it, which has no placeholders."""
        return "\n".join(wrapped(text, self.width))


Opening: TypeAlias = Callable[[PageContext], str]
"""The page before the first question, for any width."""


def joined(parts: Iterable[str]) -> str:
    """Join the parts that are not empty, one below the other."""
    return "\n".join(part for part in parts if part)


def intro_page(context: PageContext, program: Program, kept_in: str) -> str:
    """Say what this is and is not, what cannot wait for it, and where it is saved, if at all."""
    protocol = program.protocol
    saving = (
        f"Your answers stay in {kept_in}, for you alone, until you leave your result."
        if kept_in
        else "Nothing is saved. If you stop, your answers are gone."
    )
    texts = protocol.about, protocol.emergency_line, not_a_diagnosis(program)
    about = joined((*map(context.wrap, texts), context.wrap_literally(saving)))
    return f"{context.wrap(protocol.title)}\n\n{about}"


def _disclaimer(context: PageContext, program: Program) -> str:
    protocol = program.protocol
    reviewed = f"Clinically reviewed by: {protocol.reviewed_by or 'nobody yet'}."
    return f"{context.wrap(protocol.disclaimer)}\n{context.wrap(reviewed)}"


def going_on_page(context: PageContext, restored: Restored, when: str) -> str:
    """Say what was restored, whose it is, what to do if it is not one's own, and what this is.

    Args:
        context: How to write it.
        restored: What was restored.
        when: When it was saved, in words; "" if nobody knows.
    """
    program = restored.interview.program
    told = whose(restored.interview)
    return "\n\n".join(
        (
            resumed_page(context, restored, when),
            *([] if restored.is_old else [context.wrap(_LOOK_AGAIN)]),
            context.wrap(f"They say: {told}. {_NOT_YOURS}" if told else _NOT_YOURS),
            _disclaimer(context, program),
            context.wrap(program.protocol.emergency_line),
        )
    )


def whose(interview: Interview) -> str:
    """Tell people apart by the first answers of an interview, which say who it is about.

    Only by a number or a choice that is not private: what stands in a list of signs is nobody
    else's concern.
    """
    questions = interview.program.protocol.questions
    told = (q for q in questions if not (q.is_private or q.from_journal))
    asked = [q for q in told if q.kind in {NUMBER, ONE_OF}]
    asked.sort(key=lambda question: question.kind != NUMBER)  # an age says most, in least room
    known = {**interview.remembered, **interview.answers}
    given = ((question, known.get(question.id)) for question in asked)
    phrases = (definite_phrases(question, value) for question, value in given if value is not None)
    first = islice((phrase for each in phrases for phrase in each), _MOST_TOLD)
    return shortened("; ".join(first), _MOST_CHARACTERS)


def resumed_page(context: PageContext, restored: Restored, when: str = "") -> str:
    """Say what was restored and, when the rules have changed, what that means for the answers.

    For the parameters see `going_on_page`.
    """
    program = restored.interview.program
    kept = pluralise(count_told(restored.interview), "answer", "answers")
    # First what cannot wait, if only the earlier questions said it.
    parts = [*_told(context, restored.alarm)] if restored.alarm else []
    if restored.is_misread:
        line = context.wrap(program.protocol.emergency_line)
        parts.append(f"{context.wrap(_MISREAD)}\n{line}\n")
    told = f"answers{f' of {when}' if when else ''}"
    parts.append(
        context.wrap(
            f"Your {told} {_TOO_OLD} {_SHOWN if restored.interview.remembered else ''}".rstrip()
            if restored.is_old
            else f"Going on with your {told}. {kept} kept."
        )
    )  # fmt: skip
    if not restored.same_protocol:
        parts.append(context.wrap("The questions have changed since you saved them."))
    meant = restored.interview.meant
    if meant > Urgency.SELF_CARE and not restored.is_emergency:
        parts.append(context.wrap(meant_then(program, meant)))
    if restored.same_protocol:
        return joined(parts)
    reworded = () if restored.is_old else restored.reworded
    for title, ids in (
        ("Asked again, because the question has changed:", reworded),
        ("Dropped, because the answer no longer fits:", restored.dropped),
        ("New questions:", restored.new),
    ):
        lines = (context.wrap(name, "  - ") for name in _names(program, ids))
        parts.append(titled(title, lines))
    return joined(parts)


def _names(program: Program, ids: Iterable[str]) -> Iterator[str]:
    """Name questions, but none by which one would know that something private was asked.

    Nor are they counted. One that is gone may have been private.
    """
    found = (program.questions[id_] for id_ in ids if id_ in program.questions)
    return (question.short for question in found if not question.is_private)


def _told(context: PageContext, alarm: Assessment) -> Iterator[str]:
    """Say what saved answers meant."""
    yield f"{action_page(context, alarm)}\n"
    yield context.wrap(_ALARM)


def titled(title: str, lines: Iterable[str]) -> str:
    """Put a title above some lines; empty when there are none."""
    body = joined(lines)
    return f"{title}\n{body}" if body else ""


def reasons(context: PageContext, program: Program, question: Question) -> Iterator[str]:
    """Say why we ask a question, and where to read what that rests on.

    No source is named here: the title of a report on the worst case frightens.
    """
    sources = sources_of(program, question)
    yield context.wrap(f"Why we ask: {question.why}")
    if sources:
        count = pluralise(len(sources), "source", "sources")
        read = sum(source.checked == "primary" for source in sources) or "none"
        where = f"To see them: backtriage rules show {question.id}"
        yield context.wrap(f"This rests on {count}, of which we read {read} ourselves. {where}")


def change_offer(interview: Interview) -> str:
    """Say which answer can be changed on an emergency page."""
    questions = emergency_questions(interview)
    if len(questions) != 1:
        return "Change an answer"
    return f"Change this answer ({interview.program.questions[questions[0]].short})"


def going_on(interview: Interview) -> str:
    """Offer the advice part, by its modules or, without any, by the titles of its sections."""
    protocol = interview.program.protocol
    titles = [section.title for section in protocol.sections if section.part == ADVICE]
    if protocol.modules:
        titles = [*(module.title for module in protocol.modules), wording.WHAT_MAY_HELP]
    following = view(go_on(interview)).progress
    count = f" ({wording.how_many(following)})" if following else ""
    return f"{wording.GO_ON}: {'; '.join(titles)}{count}"


def shows_private(interview: Interview) -> bool:
    """Return whether a page of the answers shows what others should not read.

    What is concealed is on no page, so that it does not matter: this would tell what it is.
    """
    found = {id_: shown_answer(interview, id_) for id_ in interview.answers}
    shown = Answers({id_: value for id_, value in found.items() if value is not None})
    return visible_answers(interview.program, shown) != shown


def action_page(context: PageContext, assessment: Assessment) -> str:
    """Repeat what to do and where, and what earlier answers meant, below a result that was read.

    It stays on the screen, so without asking it names no place that gives a private answer away.
    """
    shown = assessment if context.private else without_private(assessment)
    level, service = shown.level, shown.program.services[shown.service]
    first = [meant_then(shown.program, shown.meant)] if shown.meant > shown.urgency else []
    action = f"{level.word}: {level.headline}", service.where
    return joined(map(context.wrap, (*first, *action)))


def leaving_page(
    context: PageContext, interview: Interview, kept: str, alarm: Assessment | None = None
) -> str:
    """Say what cannot wait, and what was kept, when the person stops before the result.

    That may be an `alarm`: what the saved answers meant by earlier questions.
    """
    if view(interview).is_emergency:
        assessment = assessment_of(interview, context.words.country)
        return joined((action_page(context, assessment), context.wrap_literally(kept)))
    if alarm is not None:
        return joined((*_told(context, alarm), context.wrap_literally(kept)))
    # Name an urgency that is certain if it cannot wait; a lower one only after triage.
    now, settled = view(interview), "There is no result yet."
    certain = now.certain
    if certain >= Urgency.SAME_DAY or (interview.has_gone_on and now.can_end):
        level = interview.program.levels[certain]
        settled = f"What you have answered already means: {level.word}: {level.headline}"
    if interview.meant > certain:
        settled = meant_then(interview.program, interview.meant)
    stopped = f"You stopped before the end. {context.words.fill(settled)} {kept}"
    line = context.wrap(interview.program.protocol.emergency_line)
    return joined((context.wrap_literally(stopped), line))
