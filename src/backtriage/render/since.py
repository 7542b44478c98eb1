"""What has changed since an earlier result: the urgency, the reasons and the answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from backtriage.decide.assessment import Assessment
from backtriage.decide.reasons import MISSING
from backtriage.exchange.recorded import RecordedAssessment
from backtriage.program.private import reads_private, visible_answers
from backtriage.program.sheet import Sheet
from backtriage.program.validate import validate
from backtriage.protocol.protocol import Question, Rule
from backtriage.render.page import Block
from backtriage.render.page.phrasing import answer_phrase
from backtriage.terms.answers import Answers
from backtriage.terms.value import Value

_RULES_CHANGED: Final = (
    "The rules have changed since ({before}, now {now}), so a change of the result need not be "
    "one of yours."
)


def since_block(assessment: Assessment, earlier: RecordedAssessment) -> Block:
    """Return what has changed, without private answers.

    Args:
        assessment: The result of now.
        earlier: A result of the same protocol, perhaps of another version.
    """
    a, program = assessment, assessment.program
    words = {level.urgency: a.words.fill(level.word) for level in program.levels.values()}
    before, now = words[earlier.possible], words[a.possible]
    moved = f"From {before} to {now}." if before != now else f"{now}, as before."
    changed = () if earlier.is_by(program) else (
        _RULES_CHANGED.format(
            before=earlier.protocol, now=f"{program.protocol.id} {program.protocol.version}"
        ),
    )  # fmt: skip
    shown = [r.rule for r in a.reasons if r.certainty != MISSING and _is_public(a, r.rule)]
    rules = {rule.id: rule for rule in program.rules}
    gone = [rules[id_] for id_ in earlier.rules if id_ in rules and _is_public(a, rules[id_])]
    counted = {reason.rule.id for reason in a.reasons}
    items = (
        *(f"New: {rule.because}" for rule in shown if rule.id not in earlier.rules),
        *(f"No longer: {rule.because}" for rule in gone if rule.id not in counted),
        *_answers(a, earlier),
    )
    return Block(
        heading="Since the earlier result",
        paragraphs=(moved, *changed),
        items=tuple(map(a.words.fill, items)) or ("No answer has changed.",),
    )


def _is_public(a: Assessment, rule: Rule) -> bool:
    return not reads_private(a.program, rule.when)


def _answers(a: Assessment, earlier: RecordedAssessment) -> Iterator[str]:
    """Yield each answer that has changed, as far as its question is still the same."""
    program = a.program
    known = {id_: raw for id_, raw in earlier.sheet.items() if id_ in program.questions}
    before = visible_answers(program, validate(program, Sheet(values=known)).answers)
    now = visible_answers(program, Answers({**a.answers, **a.set_aside}))
    for question in program.protocol.questions:
        was, is_ = before.value(question.id), now.value(question.id)
        if was != is_:
            yield f"{question.short}: {_said(question, was)}; now: {_said(question, is_)}"


def _said(question: Question, value: Value | None) -> str:
    return "not answered" if value is None else answer_phrase(question, value)
