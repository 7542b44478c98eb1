"""What has changed since an earlier result: the urgency, the reasons and the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from backtriage.decide.assessment import Assessment
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import F
from backtriage.decide.reasons import MISSING, Reason
from backtriage.exchange.recorded import RecordedAssessment
from backtriage.program.private import reads_private, visible_answers
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import plain_value, validate
from backtriage.protocol.protocol import Question, Rule
from backtriage.render.page import Block
from backtriage.render.page.phrasing import answer_phrase
from backtriage.render.page.private import without_private
from backtriage.terms.answers import Answers
from backtriage.terms.printable import visible
from backtriage.terms.value import Value

SCHEMA: Final = "backtriage.since/1"

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
            before=visible(earlier.protocol),
            now=f"{program.protocol.id} {program.protocol.version}",
        ),
    )  # fmt: skip
    reasons = without_private(a).reasons
    new, gone = (
        dict.fromkeys(rule.because for rule in find(a, reasons, earlier) if _is_public(a, rule))
        for find in (_new, _gone)
    )
    # Several rules may say the same.
    said_before = {rule.because for rule in program.rules if rule.id in earlier.rules}
    said_now = {reason.rule.because for reason in reasons}
    items = (
        *(f"New: {because}" for because in new if because not in said_before),
        *(f"No longer: {because}" for because in gone if because not in said_now),
        *(
            f"{question.short}: {_said(question, was)}; now: {_said(question, is_)}"
            for question, was, is_ in _answers(a, earlier, visible_answers)
        ),
    )
    return Block(
        heading="Since the earlier result",
        paragraphs=(moved, *changed),
        items=tuple(map(a.words.fill, items)) or ("No answer has changed.",),
    )


def since_record(assessment: Assessment, earlier: RecordedAssessment) -> Mapping[str, object]:
    """Return the same as plain JSON values, private answers too, to add to an assessment."""
    a, program = assessment, assessment.program
    return {
        "schema": SCHEMA,
        "protocol": earlier.protocol,
        "same_rules": earlier.is_by(program),
        "before": earlier.possible.id,
        "new": [rule.id for rule in _new(a, a.reasons, earlier)],
        "no_longer": [rule.id for rule in _gone(a, a.reasons, earlier)],
        "answers": [
            {
                "question": question.id, "before": _plain(question, was),
                "now": _plain(question, is_),
            }
            for question, was, is_ in _answers(a, earlier, lambda _, answers: answers)
        ],
    }  # fmt: skip


def _is_public(a: Assessment, rule: Rule) -> bool:
    return not reads_private(a.program, rule.when)


def _new(a: Assessment, reasons: Iterable[Reason], earlier: RecordedAssessment) -> Iterable[Rule]:
    """Return the rules that count now and did not before, each once, most urgent first.

    What is for home says so, and is no reason for anything more urgent.
    """
    counted = {
        each.rule.id for each in reasons
        if each.certainty != MISSING and (each.urgency or not a.urgency)
    }  # fmt: skip
    new = (rule for rule in a.program.rules if rule.id in counted.difference(earlier.rules))
    return sorted(new, key=lambda rule: -rule.urgency)


def _gone(a: Assessment, reasons: Iterable[Reason], earlier: RecordedAssessment) -> Iterator[Rule]:
    """Yield the rules that surely count no longer, as far as they are still there.

    A rule that an answer set aside still supports is not gone.
    """
    rules = {rule.id: rule for rule in a.program.rules}
    counted = {reason.rule.id for reason in reasons}
    gone = (rules[id_] for id_ in earlier.rules if id_ in rules and id_ not in counted)
    # Below a higher urgency, what is not known, or still is so, is no reason and not gone either;
    # but what was for home is.
    evaluation = Evaluation(a.program, Answers({**a.answers, **a.set_aside}))
    every = [each for each in (evaluation, evaluation.counting_all()) if each is not None]
    for rule in gone:
        if not rule.urgency or all(each.interval(rule.when)[1] == F for each in every):
            yield rule


def _answers(
    a: Assessment, earlier: RecordedAssessment, shown: Callable[[Program, Answers], Answers]
) -> Iterator[tuple[Question, Value | None, Value | None]]:
    """Yield each answer that has changed, as far as its question is still the same."""
    program = a.program
    known = {id_: raw for id_, raw in earlier.sheet.items() if id_ in program.questions}
    before = shown(program, validate(program, Sheet(values=known)).answers)
    now = shown(program, Answers({**a.answers, **a.set_aside}))
    for question in program.protocol.questions:
        was, is_ = before.value(question.id), now.value(question.id)
        if was != is_:
            yield question, was, is_


def _said(question: Question, value: Value | None) -> str:
    return "not answered" if value is None else answer_phrase(question, value)


def _plain(question: Question, value: Value | None) -> object:
    return None if value is None else plain_value(question, value)
