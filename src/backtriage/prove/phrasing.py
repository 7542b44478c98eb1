"""A counterexample in a clinician's words: questions and answers, and the rules involved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import F, T
from backtriage.decide.reasons import Reason, reasons_of
from backtriage.program.program import Program
from backtriage.protocol.dependencies import unfold
from backtriage.protocol.protocol import Question
from backtriage.prove.counterexample import Counterexample
from backtriage.prove.domain import Band, Domain
from backtriage.terms.answers import Answers
from backtriage.terms.condition import All, Condition, Not, Scores, condition_text, parts
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Ticks, Value, number_text

_MOST_NEAR_MISSES: Final = 3


def value_text(question: Question, value: Value | Band | None) -> str:
    """Return an answer, or a band of numbers, in the words of its question."""
    if value is None:
        return "no answer"
    if value is NOT_SURE:
        return "not sure"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Ticks):
        labels = [
            f"{prefix}{choice.short}"
            for ids, prefix in ((value.yes, ""), (value.unsure, "not sure: "))
            for choice in question.choices
            if choice.id in ids
        ]
        return "; ".join(labels) or "none of these"
    if isinstance(value, str):
        return next(choice.short for choice in question.choices if choice.id == value)
    least, most = (value.least, value.most) if isinstance(value, Band) else (value, value)
    ends = list(dict.fromkeys([number_text(least), number_text(most)]))
    return f"{' to '.join(ends)} {question.unit}".rstrip()


def _answer_text(domain: Domain, question: Question, value: Value | None) -> str:
    """Return an answer in words; a number as its whole band."""
    if isinstance(value, Decimal):
        variable = domain.of_question[question.id]
        return value_text(question, variable.values[variable.index_of(value)])
    return value_text(question, value)


def abnormal_answers(
    domain: Domain, baseline: Answers, counterexample: Counterexample
) -> Iterator[tuple[str, str]]:
    """Yield each question that is not answered as in the baseline, with its answer."""
    evaluation = Evaluation(domain.program, counterexample.sheet)
    before, changed = counterexample.before, counterexample.changed
    for question in domain.program.protocol.questions:
        value = counterexample.sheet.value(question.id)
        answer = _answer_text(domain, question, value)
        if before is not None and changed is not None and changed.question == question.id:
            earlier = _answer_text(domain, question, before.value(question.id))
            answer = f"before: {earlier} -> after: {answer}"
        elif value == baseline.value(question.id):
            continue
        is_asked = evaluation.guard(question.id)[1] != F
        yield f"{'' if is_asked else '(not asked, yet true) '}{question.text}", answer


def fired_rules(program: Program, sheet: Answers) -> Iterator[str]:
    """Yield each rule that fires, with the urgency it gives and whether that rests on doubt."""
    evaluation = Evaluation(program, sheet)
    yield from reason_texts(reasons_of(evaluation, Urgency.SELF_CARE, Urgency.SELF_CARE))


def reason_texts(reasons: Iterable[Reason]) -> Iterator[str]:
    """Yield the rule of each reason, with the urgency it gives and whether that rests on doubt."""
    for reason in reasons:
        doubt = "" if reason.certainty == "certain" else ", not sure"
        yield f"{reason.rule.id} ({reason.urgency.id}{doubt})"


def near_misses(
    program: Program, counterexample: Counterexample, floor: Condition | None
) -> Iterator[str]:
    """Yield the rules that came closest to the required urgency, with the clauses that failed.

    Only rules that read what the claim is about count: the floor's condition, or the answer
    that changed.
    """
    if counterexample.required is None:
        return
    evaluation = Evaluation(program, counterexample.sheet)
    changed = counterexample.changed
    subject = set() if changed is None else {(changed.question, changed.item)}
    if floor is not None:
        subject = set(_reads(program, floor))
    ranked = []
    for rule in program.rules:
        true_atoms = _true_atoms(evaluation, rule.when)
        is_relevant = true_atoms and subject & set(_reads(program, rule.when))
        if rule.urgency >= counterexample.required and is_relevant:
            clauses = rule.when.of if isinstance(rule.when, All) else (rule.when,)
            failed = [clause for clause in clauses if evaluation.interval(clause)[0] != T]
            ranked.append((len(failed), -true_atoms, rule, failed))
    ranked.sort(key=lambda entry: entry[:2])
    for _, _, rule, failed in ranked[:_MOST_NEAR_MISSES]:
        texts = (f"'{condition_text(clause, program.protocol.units)}'" for clause in failed)
        yield f"{rule.id} ({rule.urgency.id}) was stopped by: {' and '.join(texts)}"


def _reads(program: Program, condition: Condition) -> Iterator[tuple[str, str]]:
    """Yield the questions, and items of lists, that a condition reads."""
    for leaf in unfold(condition, program.facts):
        if isinstance(leaf, Scores):
            for points in program.scores[leaf.score].points:
                yield points.question, points.answer
        else:
            yield leaf.question, getattr(leaf, "item", "")


def _true_atoms(evaluation: Evaluation, condition: Condition) -> int:
    if isinstance(condition, Not):
        return 0
    inside = parts(condition)
    if not inside:
        return int(evaluation.interval(condition)[1] != F)
    return sum(_true_atoms(evaluation, part) for part in inside)
