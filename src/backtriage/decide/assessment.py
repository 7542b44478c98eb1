"""The assessment: how soon to get help, why, what to do, and what is still open."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from enum import StrEnum
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from backtriage.decide import outcome
from backtriage.decide.advice import ModuleResult, Withheld, advice_of, module_result
from backtriage.decide.contradictions import ActedOn, Contradiction, acted_on, contradictions
from backtriage.decide.evaluate import Evaluation, counted
from backtriage.decide.kernel import T
from backtriage.decide.open_questions import open_questions
from backtriage.decide.outcome import Reached
from backtriage.decide.public_evaluation import PublicEvaluation
from backtriage.decide.reasons import (
    ComeBack,
    NetLine,
    Reason,
    come_back_if,
    reasons_of,
)
from backtriage.decide.tested import doubted_again
from backtriage.program.doubts import in_order
from backtriage.program.program import Program
from backtriage.program.validate import ValidatedSheet
from backtriage.program.words import Words
from backtriage.protocol.protocol import Advice
from backtriage.protocol.texts import Level
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Ticks


class Status(StrEnum):
    """Whether the answers settle the urgency."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    """A missing answer could still change the urgency, or two answers contradict each other."""
    OUT_OF_SCOPE = "out_of_scope"
    """A rule says that the questionnaire is not for this person."""


class AdvicePart(StrEnum):
    """How far the advice part of the interview was answered."""

    NOT_ASKED = "not_asked"
    PARTIAL = "partial"
    COMPLETE = "complete"
    """None of its questions is open."""


class Assessment(Struct, frozen=True, kw_only=True):
    """The result for one person, with everything that a page needs."""

    program: Program
    words: Words
    ref: str | None
    checked: tuple[str, ...]
    """The doubts that the person has tried to settle, in asking order. No rule reads them."""
    status: Status
    certain: Urgency
    """The lowest urgency that completing the answers can give."""
    possible: Urgency
    """The highest urgency that completing the answers can give."""
    level: Level
    """The texts of `possible`."""
    service: str
    reasons: tuple[Reason, ...]
    come_back: tuple[ComeBack, ...]
    net: tuple[NetLine, ...]
    """The lines of the safety net, in the order of the rules."""
    module_results: tuple[ModuleResult, ...]
    advice: tuple[Advice, ...]
    withheld: tuple[Withheld, ...]
    undecided: tuple[Advice, ...]
    """Advice that depends on a missing answer: neither given nor withheld."""
    not_sure: tuple[tuple[str, str], ...]
    """Question and item, or "" for the whole question, of every "not sure" that counts."""
    missing: tuple[str, ...]
    """Open questions of the triage part, in asking order."""
    advice_missing: tuple[str, ...]
    """Open questions of the advice part, which can change only the advice."""
    notes: tuple[str, ...]
    """Notes that apply, with placeholders."""
    answers: Answers
    """The answers that count, or may count."""
    set_aside: Answers
    """Answers to questions that are certainly not asked, which count only against others."""
    contradictions: tuple[Contradiction, ...]
    """Answers that are set aside but would raise the urgency, which then is the higher one."""
    meant: Urgency = Urgency.SELF_CARE
    """What answers of another time certainly meant, which count no longer."""
    is_public: bool = False
    """Whether it tells no private answer: except for the urgency, each could be anything."""

    @property
    def evaluation(self) -> Evaluation:
        """The conditions over the answers that count, and that are shown."""
        return (PublicEvaluation if self.is_public else Evaluation)(self.program, self.answers)

    @property
    def urgency(self) -> Urgency:
        """The urgency to act on: the highest that is possible."""
        return self.possible

    def how_soon(self, key: Literal["word", "headline", "within"]) -> str:
        """Return a text of the urgency, or of the place of help if it has one of its own."""
        service = self.program.services[self.service]
        return self.words.fill(getattr(service, key) or getattr(self.level, key))

    @property
    def advice_part(self) -> AdvicePart:
        """How far the advice part was answered. A protocol without one has nothing to ask."""
        questions = self.program.advice_questions
        if questions and not any(id_ in self.answers for id_ in questions):
            return AdvicePart.NOT_ASKED
        return AdvicePart.PARTIAL if self.advice_missing else AdvicePart.COMPLETE


def assess(
    program: Program, answers: Answers, country: str | None = None, ref: str | None = None,
    checked: Collection[str] = (),
) -> Assessment:  # fmt: skip
    """Assess one person. Any answers give an assessment, even none.

    Args:
        program: The protocol to apply.
        answers: Answers that passed `validate`.
        country: Whose placeholder texts to use; None for the neutral ones.
        ref: The caller's reference, which is echoed.
        checked: The names of doubts that the person has tried to settle, which are echoed. No
            rule reads them, but where a test clears nothing, what it cleared is in doubt again.
    """
    answers = doubted_again(program, answers, checked)
    evaluation = Evaluation(program, answers)
    acted = acted_on(evaluation)
    certain, possible = range_of(acted)
    in_scope = not is_out_of_scope(evaluation)
    reasons = reasons_of(evaluation, certain, possible, acted.counting)
    come_back, net = come_back_if(evaluation, acted.possible)
    given, withheld, undecided = advice_of(acted)
    counting = counted(evaluation)
    set_aside = Answers({id_: v for id_, v in answers.items() if id_ not in counting})
    against = contradictions(acted)
    missing = tuple(acted.open(open_questions))
    return Assessment(
        program=program,
        words=Words(program, country),
        ref=ref,
        checked=in_order(program, checked),
        status=status_of(certain, possible, in_scope=in_scope, is_contradicted=bool(against)),
        certain=certain,
        possible=possible,
        level=program.levels[possible],
        service=service_of(program, reasons, possible),
        reasons=reasons,
        come_back=come_back,
        net=net,
        module_results=tuple(
            module_result(evaluation, module, acted.possible) for module in program.modules
        ),
        advice=given if is_surely_in_scope(evaluation) else (),
        withheld=withheld if in_scope else (),
        undecided=undecided if in_scope else (),
        not_sure=doubts_in(program, counting),
        missing=tuple(id_ for id_ in missing if id_ not in program.advice_questions),
        advice_missing=tuple(id_ for id_ in missing if id_ in program.advice_questions),
        notes=notes_of(evaluation),
        answers=counting,
        set_aside=set_aside,
        contradictions=against,
    )


def assess_readable(
    program: Program, validated: ValidatedSheet, country: str | None = None
) -> Assessment:
    """Assess what can be read of a sheet with problems. This is not its result.

    An emergency among the valid answers is certain. So is one that follows from every nearest
    reading of the others, although they are no answers: it cannot wait until they are corrected.
    """
    found = assess_meanings(program, validated.answers, lambda: validated.readings, country)
    return replace(found, ref=validated.ref, checked=in_order(program, validated.checked))


def assess_meanings(
    program: Program, answers: Answers, find_readings: Callable[[], Iterable[tuple[Answers, ...]]],
    country: str | None = None,
) -> Assessment:  # fmt: skip
    """Assess answers or, if each of a group of readings is an emergency, the first of these.

    Args:
        program: The protocol to apply.
        answers: The valid answers.
        find_readings: Groups of everything that a sheet can mean; see `readings_of`. Called only
            unless the answers are an emergency.
        country: As for `assess`.
    """
    assessment = assess(program, answers, country)
    if assessment.certain is Urgency.EMERGENCY:
        return assessment
    for group in find_readings():
        evaluations = (Evaluation(program, reading) for reading in group)
        if all(urgency_range(each)[0] is Urgency.EMERGENCY for each in evaluations) and group:
            return assess(program, group[0], country)
    return assessment


def notes_of(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the notes that certainly apply."""
    notes = evaluation.program.protocol.notes
    return tuple(note.text for note in notes if evaluation.interval(note.when) == (T, T))


def urgency_range(evaluation: Evaluation) -> tuple[Urgency, Urgency]:
    """Return the certain and the possible urgency to act on."""
    return range_of(acted_on(evaluation))


def range_of(acted: ActedOn[Evaluation]) -> tuple[Urgency, Urgency]:
    """Return the same, of what is acted on already."""
    return _highest(acted.certain), _highest(acted.possible)


def counted_range(evaluation: Evaluation) -> tuple[Urgency, Urgency]:
    """Return the same by the answers that count, whatever contradicts them."""
    certainly, possibly = outcome.urgencies(evaluation)
    return _highest(certainly), _highest(possibly)


def _highest(reached: Reached) -> Urgency:
    return max(urgency for urgency in Urgency if reached[urgency])


def is_out_of_scope(evaluation: Evaluation) -> bool:
    """Return whether the protocol is certainly not for this person."""
    return bool(outcome.surely_out_of_scope(evaluation))


def is_surely_in_scope(evaluation: Evaluation) -> bool:
    """Return whether the protocol is certainly for this person, whatever is missing."""
    return not outcome.possibly_out_of_scope(evaluation)


def status_of(
    certain: Urgency, possible: Urgency, *, in_scope: bool, is_contradicted: bool
) -> Status:  # fmt: skip
    """Return the status of a range of urgencies."""
    if not in_scope:
        return Status.OUT_OF_SCOPE
    is_open = certain < possible or is_contradicted
    return Status.INCOMPLETE if is_open else Status.COMPLETE


def service_of(program: Program, reasons: tuple[Reason, ...], possible: Urgency) -> str:
    """Return the service of the first rule that names one, among those at the possible urgency.

    A rule that gives less than its own urgency does not count: somebody to be seen within a
    day is not sent to the emergency department of a doubtful emergency rule.
    """
    for reason in reasons:
        if reason.urgency == possible == reason.rule.urgency and reason.rule.service:
            return reason.rule.service
    return program.levels[possible].service


def doubts_in(program: Program, counted: Answers) -> tuple[tuple[str, str], ...]:
    """Return question and item, or "" for the whole question, of every "not sure"."""
    items = []
    for question in program.protocol.questions:
        value = counted.value(question.id)
        if value is NOT_SURE and question.from_journal is None:
            items.append((question.id, ""))
        elif isinstance(value, Ticks):
            items += [(question.id, c.id) for c in question.choices if c.id in value.unsure]
    return tuple(items)
