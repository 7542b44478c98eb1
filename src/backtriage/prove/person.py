"""A case against a claim in words that a clinician reads: what was asked, and what was said."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from backtriage.decide.evaluate import Evaluation, F, T
from backtriage.decide.reasons import reasons_of
from backtriage.program.program import Program
from backtriage.protocol.condition_text import condition_text, units_of
from backtriage.protocol.dependencies import unfold
from backtriage.protocol.protocol import Question, Rule
from backtriage.prove.counterexample import Counterexample
from backtriage.prove.domain import Band, Domain
from backtriage.terms.answers import Answers
from backtriage.terms.condition import All, Condition, Not, Scores, parts
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Ticks, Value, number_text

_NEAR: Final = 3


def answer_text(domain: Domain, question: Question, value: Value | None) -> str:
    """An answer in the words of its question; a number as the band it stands for."""
    if isinstance(value, Decimal):
        bands = (v for v in domain.of_question[question.id].values if isinstance(v, Band))
        return value_text(question, next(b for b in bands if b.least <= value <= b.most))
    return value_text(question, value)


def value_text(question: Question, value: Value | Band | None) -> str:
    """An answer, or a band of numbers, in the words of its question."""
    if value is None:
        return "no answer"
    if value is NOT_SURE:
        return "not sure"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Ticks):
        marks = [(value.yes, ""), (value.unsure, "not sure: ")]
        rows = [
            f"{mark}{choice.short}"
            for ids, mark in marks
            for choice in question.choices
            if choice.id in ids
        ]
        return "; ".join(rows) or "none of these"
    if isinstance(value, str):
        return next(choice.short for choice in question.choices if choice.id == value)
    least, most = (value.least, value.most) if isinstance(value, Band) else (value, value)
    ends = list(dict.fromkeys([number_text(least), number_text(most)]))
    return f"{' to '.join(ends)} {question.unit}".rstrip()


def findings(
    domain: Domain, normal: Answers, counterexample: Counterexample
) -> Iterator[tuple[str, str]]:
    """Each answer that is not normal: the question and what was said, in asking order."""
    program = domain.program
    evaluation = Evaluation(program, counterexample.sheet)
    for question in program.protocol.questions:
        value = counterexample.sheet.value(question.id)
        asked = evaluation.guard(question.id)[1] != F
        worse = (
            counterexample.changed is not None and counterexample.changed.question == question.id
        )
        if value == normal.value(question.id) and not worse:
            continue
        said = answer_text(domain, question, value)
        if worse and counterexample.before is not None:
            before = answer_text(domain, question, counterexample.before.value(question.id))
            said = f"before: {before} -> after: {said}"
        text = question.text if asked else f"(not asked, yet true) {question.text}"
        yield text, said


def fired(program: Program, sheet: Answers) -> Iterator[str]:
    """The rules that count, each with what it gives and whether it rests on doubt."""
    evaluation = Evaluation(program, sheet)
    for reason in reasons_of(evaluation, Urgency.SELF_CARE, Urgency.SELF_CARE):
        doubt = "" if reason.certainty == "certain" else ", not sure"
        yield f"{reason.rule.id} ({reason.urgency.id}{doubt})"


# -- what stopped the others --------------------------------------------------------------


def stopped(
    program: Program, counterexample: Counterexample, floor: Condition | None
) -> Iterator[str]:
    """The rules that come nearest to what is needed, and the clauses that stop them."""
    if counterexample.needed is None:
        return
    evaluation = Evaluation(program, counterexample.sheet)
    about = _said(program, counterexample, floor)
    near = []
    for rule in program.rules:
        if rule.urgency < counterexample.needed or not about & set(_reads(program, rule.when)):
            continue
        held, failing = _clauses(program, evaluation, rule)
        if held:
            near.append((len(failing), -held, rule, failing))
    near.sort(key=lambda entry: entry[:2])
    for _, _, rule, failing in near[:_NEAR]:
        clauses = " and ".join(failing)
        yield f"{rule.id} ({rule.urgency.id}) was stopped by: {clauses}"


def _said(
    program: Program, counterexample: Counterexample, floor: Condition | None
) -> set[tuple[str, str]]:
    """Questions, and items of lists, that the claim is about."""
    if floor is not None:
        return set(_reads(program, floor))
    variable = counterexample.changed
    return set() if variable is None else {(variable.question, variable.item)}


def _reads(program: Program, condition: Condition) -> Iterator[tuple[str, str]]:
    for leaf in unfold(condition, program.facts):
        if isinstance(leaf, Scores):
            for points in program.scores[leaf.score].points:
                yield points.question, points.answer
        else:
            yield leaf.question, getattr(leaf, "item", "")


def _clauses(program: Program, evaluation: Evaluation, rule: Rule) -> tuple[int, list[str]]:
    """How much of a rule holds, and the clauses that do not."""
    units = units_of(program.protocol)
    of = rule.when.of if isinstance(rule.when, All) else (rule.when,)
    failing = [part for part in of if evaluation.interval(part)[0] != T]
    held = sum(_holds(evaluation, part) for part in of)
    return held, [f"'{condition_text(part, units)}'" for part in failing]


def _holds(evaluation: Evaluation, condition: Condition) -> int:
    """How many atoms of a condition hold."""
    if isinstance(condition, Not):
        return 0
    inside = parts(condition)
    if not inside:
        return int(evaluation.interval(condition)[1] != F)
    return sum(_holds(evaluation, part) for part in inside)
