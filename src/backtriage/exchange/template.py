"""An empty answer sheet in YAML, with a comment for each question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from backtriage.program.program import Program
from backtriage.program.sheet import END
from backtriage.program.words import Words
from backtriage.protocol.answer_parser import expected_answer
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import CHECKED, PROTOCOL, REF
from backtriage.terms.condition import Always, condition_text
from backtriage.terms.value import NUMBER, SOME_OF, YES_NO
from backtriage.terms.wrap import wrap

_ADVICE: Final = (
    "What follows changes only the advice, not how soon to get help. "
    "To answer a question, remove the '#' before its name."
)


def template_text(program: Program) -> str:
    """Return every question as a key without a value; it reads back as an empty sheet."""
    words = Words(program)
    units = program.protocol.units
    lines = list(_head(program))
    current = ""
    is_triage = True
    titles = {section.id: section.title for section in program.protocol.sections}
    for question in program.protocol.questions:
        if question.from_journal is not None:
            continue
        if question.section != current:
            current = question.section
            lines += ["", *_comment(f"---- {titles[current]} ----")]
        key = f"{question.id}:"
        if question.id in program.advice_questions:
            key = f"# {key}"
            lines += [*_comment(_ADVICE)] if is_triage else []
            is_triage = False
        lines += ["", *_question(question, words, units), key]
    lines += ["", *_comment("Your own reference, at most 100 characters. It is never read."),
              f"{REF}:",
              "", *_comment("What you tried because you were not sure, such as [list.item, "
                            "question]. No rule reads it."), f"{CHECKED}:", "",
              *_comment("The next line says that nothing is missing below."), END]  # fmt: skip
    return "\n".join(lines) + "\n"


def _head(program: Program) -> Iterator[str]:
    protocol = program.protocol
    yield from _comment(f"Answer sheet for '{protocol.title}' ({protocol.id} {protocol.version}).")
    yield from _comment("Write an answer after each colon. What stays empty is missing, not no.")
    yield from _comment(
        "Ticked items stand in brackets, as in [one, two?]. A '?' means not sure about that item, "
        "[] means none of these, and not_sure alone means not sure at all."
    )
    yield f"{PROTOCOL}: {program.edition}"


def _question(question: Question, words: Words, units: dict[str, str]) -> Iterator[str]:
    yield from _comment(words.fill(question.text))
    if question.help:
        yield from _comment(words.fill(question.help), "  ")
    if not isinstance(question.ask_when, Always):
        yield from _comment(f"Asked when: {condition_text(question.ask_when, units)}", "  ")
    yield from _comment(f"Answer: {_allowed(question)}", "  ")
    widest = max((len(choice.id) for choice in question.choices), default=0)
    for choice in question.choices:
        yield from _comment(f"{choice.id:{widest}}  {words.fill(choice.text)}", "    ")


def _allowed(question: Question) -> str:
    """Describe what may follow the colon; the choices are listed below it."""
    unsure = ", or not_sure" if question.allows_not_sure else ""
    if question.kind == YES_NO:
        return f"yes or no{unsure}"
    if question.kind == NUMBER:
        return expected_answer(question).replace(" (or not_sure)", unsure)
    if question.kind == SOME_OF:
        return f"a list in brackets of any of these, or []{unsure}"
    return f"one of these{unsure}"


def _comment(text: str, indent: str = "") -> list[str]:
    return wrap(text, f"# {indent}")
