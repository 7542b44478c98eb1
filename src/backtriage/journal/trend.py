"""What a journal means by the rules of the protocol: what fires, and what opens all of triage."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from backtriage.decide.evaluate import Evaluation, urgency_from
from backtriage.program.program import Program
from backtriage.protocol.dependencies import questions_read
from backtriage.protocol.protocol import Protocol, Question, Rule
from backtriage.terms.answers import Answers
from backtriage.terms.condition import ATOMS, Condition, leaves
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Ticks, Value


class TrendReason(Struct, frozen=True, kw_only=True):
    """A rule that the journal alone makes fire. It is no result: it says nothing of red flags."""

    rule: Rule
    urgency: Urgency
    """Its own, or less if the journal leaves it in doubt."""


class Opening(Struct, frozen=True, kw_only=True):
    """Why an entry opens all of triage, or whether it cannot say."""

    ticked: tuple[str, ...] = ()
    """The items of the emergency screens that were ticked, in their order."""
    unsure: tuple[str, ...] = ()
    """Those in doubt, which open triage as well."""
    rules: tuple[Rule, ...] = ()
    """The rules that open triage and that the journal alone makes fire."""
    was_asked: bool = True
    """Whether each emergency screen has an answer. Without one, a danger is not known."""

    @property
    def opens(self) -> bool:
        """Whether all of triage is to be asked now."""
        return bool(self.ticked or self.unsure or self.rules)


def emergency_screens(protocol: Protocol) -> tuple[Question, ...]:
    """Return the questions of the journal that ask about emergencies: each entry begins with them.

    An entry that comes from a result has none of their answers, and nothing is known then.
    """
    asked = protocol.entry_questions
    return tuple(
        question for question in asked if any(choice.opens for choice in question.choices)
    )


def trend_reasons(program: Program, journal: Answers) -> tuple[TrendReason, ...]:
    """Return the rules that the features of a journal make fire, most urgent first.

    Args:
        program: The protocol.
        journal: What `features` returned.
    """
    evaluation = Evaluation(program, journal)
    found = []
    for rule in program.rules:
        if is_of_journal(program, rule.when):
            urgency = urgency_from(rule, evaluation.interval(rule.when)[0])
            if urgency is not None:
                found.append(TrendReason(rule=rule, urgency=urgency))
    return tuple(sorted(found, key=lambda reason: -reason.urgency))


def is_of_journal(program: Program, condition: Condition) -> bool:
    """Return whether a condition reads features of the journal, and nothing else."""
    questions = program.questions
    # Most conditions begin with another question, which is quick to see.
    first = next(leaves(condition))
    if isinstance(first, ATOMS) and questions[first.question].from_journal is None:
        return False
    read = questions_read(condition, program.facts, program.scores)
    return bool(read) and all(questions[id_].from_journal is not None for id_ in read)


def signs_opening(program: Program, entry: Answers) -> Opening:
    """Return whether the emergency screens of an entry open all of triage, whatever the trend.

    Args:
        program: The protocol.
        entry: The answers of the entry.
    """
    screens = emergency_screens(program.protocol)
    asked = [(choice, entry.value(screen.id)) for screen in screens for choice in screen.choices]
    return Opening(
        ticked=tuple(choice.id for choice, value in asked if choice.id in _yes(value)),
        unsure=tuple(choice.id for choice, value in asked if choice.id in _unsure(value)),
        was_asked=all(screen.id in entry for screen in screens),
    )


def opening(program: Program, entry: Answers, journal: Answers) -> Opening:
    """Return whether an entry opens all of triage, and why.

    Args:
        program: The protocol.
        entry: The answers of the entry.
        journal: The features of the journal, with this entry.
    """
    rules = (each.rule for each in trend_reasons(program, journal) if each.rule.opens_triage)
    return replace(signs_opening(program, entry), rules=tuple(rules))


def _yes(value: Value | None) -> frozenset[str]:
    return value.yes if isinstance(value, Ticks) else frozenset()


def _unsure(value: Value | None) -> frozenset[str]:
    return value.unsure if isinstance(value, Ticks) else frozenset()
