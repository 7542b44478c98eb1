"""The assessment: how soon, why, what to do, and what is still open."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from backtriage.decide.evaluate import Evaluation, F, T
from backtriage.decide.open_questions import open_questions
from backtriage.decide.reasons import Reason, reasons_of, supporting_answers, urgency_from
from backtriage.decide.safety_net import ComeBack, come_back_if
from backtriage.program.program import Program
from backtriage.program.words import Words
from backtriage.protocol.protocol import Advice, Level, Module, Verdict
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Ticks


class Status(StrEnum):
    """Whether the answers settle the urgency."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    """Some missing answer could still change the urgency."""
    OUT_OF_SCOPE = "out_of_scope"
    """A rule says that this questionnaire is not for this person."""


class Withheld(Struct, frozen=True, kw_only=True):
    """Advice held back, and the answers that hold it back."""

    advice: Advice
    because: Answers


class Finding(Struct, frozen=True, kw_only=True):
    """What a module found; `verdict` is None when it was not considered."""

    module: Module
    verdict: Verdict | None
    counts: Mapping[str, int]
    because: Answers


class Assessment(Struct, frozen=True, kw_only=True):
    """One person's result. Depends on the answers, the protocol and the country's words."""

    program: Program
    words: Words
    ref: str | None
    status: Status
    certain: Urgency
    possible: Urgency
    level: Level
    """What belongs to the urgency that is acted on."""
    service: str
    reasons: tuple[Reason, ...]
    come_back: tuple[ComeBack, ...]
    findings: tuple[Finding, ...]
    advice: tuple[Advice, ...]
    withheld: tuple[Withheld, ...]
    undecided: tuple[Advice, ...]
    """Advice that an open question still decides: neither given nor held back."""
    not_sure: tuple[tuple[str, str], ...]
    """Question and item ("" for the whole question) of every counted "not sure"."""
    missing: tuple[str, ...]
    """Open questions, in asking order."""
    notes: tuple[str, ...]
    """What must stand on every page, such as whom it is about; with placeholders."""
    answers: Answers
    """The answers that count, or may count."""
    set_aside: Answers
    """Answers to questions that are certainly not asked. Kept, never counted."""

    @property
    def urgency(self) -> Urgency:
        """The urgency to act on: the worst that the sheet allows."""
        return self.possible


def assess(
    program: Program, answers: Answers, country: str | None = None, ref: str | None = None
) -> Assessment:
    """Decide. Total: any answers of the program give an assessment, the empty ones too."""
    evaluation = Evaluation(program, answers)
    certain, possible = urgency_range(evaluation)
    in_scope = not is_out_of_scope(evaluation)
    reasons = reasons_of(evaluation, certain, possible)
    counted = Answers({q: v for q, v in answers.items() if evaluation.guard(q)[1] != F})
    return Assessment(
        program=program,
        words=Words(program, country),
        ref=ref,
        status=_status(certain, possible, in_scope=in_scope),
        certain=certain,
        possible=possible,
        level=program.levels[possible],
        service=_service(program, reasons, possible),
        reasons=reasons,
        come_back=come_back_if(evaluation, possible),
        findings=tuple(_finding(evaluation, m, possible, in_scope) for m in program.modules),
        advice=_given(evaluation, possible) if is_surely_in_scope(evaluation) else (),
        withheld=_withheld(evaluation, possible) if in_scope else (),
        undecided=_undecided(evaluation, possible) if in_scope else (),
        not_sure=_not_sure(program, counted),
        missing=open_questions(evaluation, certain, in_scope=in_scope),
        notes=notes_of(evaluation),
        answers=counted,
        set_aside=Answers({q: v for q, v in answers.items() if q not in counted}),
    )


def notes_of(evaluation: Evaluation) -> tuple[str, ...]:
    """The notes that surely hold."""
    notes = evaluation.program.protocol.notes
    return tuple(note.text for note in notes if evaluation.interval(note.when) == (T, T))


def urgency_range(evaluation: Evaluation) -> tuple[Urgency, Urgency]:
    """The range: the highest outcome of all lo ends, and of all hi ends."""
    certain = possible = Urgency.SELF_CARE
    for rule in evaluation.program.rules:
        lo, hi = evaluation.interval(rule.when)
        certain = max(certain, urgency_from(rule, lo) or certain)
        possible = max(possible, urgency_from(rule, hi) or possible)
    return certain, possible


def is_out_of_scope(evaluation: Evaluation) -> bool:
    """Whether a rule certainly says that this is not for this person."""
    rules = evaluation.program.rules
    return any(rule.out_of_scope and evaluation.interval(rule.when)[0] != F for rule in rules)


def is_surely_in_scope(evaluation: Evaluation) -> bool:
    """Whether no answer that is missing can take the person out of scope."""
    rules = evaluation.program.rules
    return all(evaluation.interval(rule.when)[1] == F for rule in rules if rule.out_of_scope)


def _status(certain: Urgency, possible: Urgency, *, in_scope: bool) -> Status:
    if not in_scope:
        return Status.OUT_OF_SCOPE
    return Status.INCOMPLETE if certain < possible else Status.COMPLETE


def _service(program: Program, reasons: tuple[Reason, ...], possible: Urgency) -> str:
    """Where to go: the first rule in protocol order at the acted-on urgency that names one.

    A rule that gives less than its own urgency, because of a doubt, does not say where: an
    emergency department is no place to send somebody who should be seen within a day.
    """
    named = [
        reason.rule.service
        for reason in reasons
        if reason.urgency == possible == reason.rule.urgency and reason.rule.service
    ]
    return named[0] if named else program.levels[possible].service


def _given(evaluation: Evaluation, urgency: Urgency) -> tuple[Advice, ...]:
    return tuple(a for a in evaluation.program.advice if _is_given(evaluation, a, urgency))


def _is_given(evaluation: Evaluation, advice: Advice, urgency: Urgency) -> bool:
    if urgency > advice.show_up_to or evaluation.interval(advice.when)[0] != T:
        return False
    return advice.withhold_if is None or evaluation.interval(advice.withhold_if)[1] == F


def _withheld(evaluation: Evaluation, urgency: Urgency) -> tuple[Withheld, ...]:
    found = []
    for advice in evaluation.program.advice:
        if urgency > advice.show_up_to or evaluation.interval(advice.when)[0] != T:
            continue
        if advice.withhold_if is None:
            continue
        hi = evaluation.interval(advice.withhold_if)[1]
        if hi != F:
            because = supporting_answers(evaluation, advice.withhold_if, hi, end=1)
            found.append(Withheld(advice=advice, because=because))
    return tuple(found)


def _undecided(evaluation: Evaluation, urgency: Urgency) -> tuple[Advice, ...]:
    wanted = [advice for advice in evaluation.program.advice if urgency <= advice.show_up_to]
    ends = [evaluation.interval(advice.when) for advice in wanted]
    return tuple(a for a, (lo, hi) in zip(wanted, ends, strict=True) if lo != T == hi)


def _finding(evaluation: Evaluation, module: Module, urgency: Urgency, in_scope: bool) -> Finding:  # noqa: FBT001
    counts = {score: evaluation.score(score)[0] for score in module.counts}
    if not in_scope or urgency > module.show_up_to:
        return Finding(module=module, verdict=None, counts=counts, because=Answers())
    holds = next(
        verdict for verdict in module.verdicts if evaluation.interval(verdict.when)[1] != F
    )
    because = supporting_answers(evaluation, holds.when, evaluation.interval(holds.when)[1], end=1)
    return Finding(module=module, verdict=holds, counts=counts, because=because)


def _not_sure(program: Program, counted: Answers) -> tuple[tuple[str, str], ...]:
    found = []
    for question in program.protocol.questions:
        value = counted.get(question.id)
        if value is NOT_SURE:
            found.append((question.id, ""))
        elif isinstance(value, Ticks):
            unsure = [choice.id for choice in question.choices if choice.id in value.unsure]
            found += [(question.id, item) for item in unsure]
    return tuple(found)
