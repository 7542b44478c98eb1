"""The journal: features that exist, questions that decide nothing, and emergency screens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from backtriage.protocol.features import FEATURES, Feature
from backtriage.protocol.loader.loader import LoadedProtocol
from backtriage.protocol.protocol import Protocol, Question
from backtriage.terms.condition import ATOMS, Always, Any, Condition, Fact, Includes, Is, Yes
from backtriage.terms.problem import Problem
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NUMBER, SOME_OF

_CANNOT: Final = "a question that the journal answers is asked of nobody"


def check_features(source: LoadedProtocol) -> Iterator[Problem]:
    """Report questions that the feature they name does not answer."""
    p = source.protocol
    asked = {question.id: question for question in p.entry_questions}
    later = p.advice_questions
    for question in p.questions:
        feature = question.from_journal
        if feature is not None:
            path = f"questions.{question.id}"
            for message in _feature_errors(question, feature, asked):
                yield source.problem("P511", message, f"{path}.from_journal")
            if question.id in later:
                message = f"'{question.id}' is in the advice part, so no rule could read it"
                yield source.problem("P511", message, f"{path}.section")
            if _asks(question):
                hint = "leave out ask_when, confirm, private, journal, can_change and follows_from"
                yield source.problem("P511", _CANNOT, path, hint)


def _asks(question: Question) -> bool:
    return (
        not isinstance(question.ask_when, Always)
        or question.confirm is not None
        or question.private
        or question.in_journal
        or not question.can_change
        or question.follows_from
    )


def _feature_errors(
    question: Question, feature: Feature, asked: Mapping[str, Question]
) -> Iterator[str]:
    kind = FEATURES[feature.name]
    if question.kind != kind.kind:
        yield f"'{feature.name}' is {kind.kind}, and '{question.id}' is {question.kind}"
    if bool(feature.of) != bool(kind.of):
        what = "is taken from a question: write 'of ...'" if kind.of else "stands alone"
        yield f"'{feature.name}' {what}"
    elif feature.of and (feature.of not in asked or asked[feature.of].kind != kind.of):
        yield f"no entry of the journal asks a {kind.of} question '{feature.of}'"
    if kind.of == NUMBER and not question.allows_not_sure:
        yield f"'{feature.name}' can be unknown: leave 'not_sure' out"
    if bool(feature.by) != kind.by:
        what = "needs a distance: write 'by 2'" if kind.by else "has no 'by'"
        yield f"'{feature.name}' {what}"


def check_entry(source: LoadedProtocol) -> Iterator[Problem]:
    """Report questions of the journal that are private, or asked only sometimes."""
    p = source.protocol
    for question in p.entry_questions:
        path = f"questions.{question.id}"
        is_screen = any(choice.opens for choice in question.choices)
        if question.private or (question.is_private and not is_screen):
            message = f"'{question.id}' is private, and a journal is there to be shown"
            hint = (
                "leave it out of the journal; only an item of an emergency screen can be private"
            )
            yield source.problem("P512", message, path, hint)
        if not isinstance(question.ask_when, Always):
            message = f"'{question.id}' is asked only sometimes, and an entry asks everything"
            yield source.problem("P512", message, f"{path}.ask_when", "leave out ask_when")


def check_screens(source: LoadedProtocol) -> Iterator[Problem]:
    """Report emergency screens that are no lists, or miss a question that one answer decides."""
    p = source.protocol
    if not p.entry_questions:
        return
    known = {question.id for question in p.questions if question.kind != NUMBER}
    screens = [q for q in (*p.questions, *p.journal) if any(c.opens for c in q.choices)]
    opened: set[str] = set()
    for screen in screens:
        path = f"questions.{screen.id}"
        if screen not in p.journal or screen.kind != SOME_OF:
            message = f"'{screen.id}' is no list of the journal, so its items open nothing"
            yield source.problem("P513", message, path, "leave 'opens' out")
        for choice in screen.choices:
            at = f"{path}.choices.{choice.id}"
            opened.update(choice.opens)
            if not choice.opens:
                message = f"'{choice.id}' does not say which questions it stands for"
                yield source.problem("P513", message, at, "give it 'opens'")
            for id_ in choice.opens:
                if id_ not in known:
                    message = f"'{id_}' is no question whose answers can be signs"
                    yield source.problem("P513", message, f"{at}.opens.{id_}")
    path = f"questions.{p.entry_questions[0].id}"
    if not screens:
        hint = "a list in its section, each item with 'opens'"
        yield source.problem("P513", "the journal has no emergency screen", path, hint)
        return
    for id_ in sorted({question for question, _ in alone_emergencies(p)} - opened):
        message = f"no item of the journal stands for '{id_}', where one answer is enough"
        yield source.problem("P513", message, path, "give one 'opens'")


def alone_emergencies(p: Protocol) -> frozenset[tuple[str, str]]:
    """Return every answer that is an emergency by itself: its question, and the item or ""."""
    facts = {fact.id: fact.when for fact in p.facts}
    return frozenset(
        (atom.question, atom.item if isinstance(atom, Includes) else "")
        for rule in p.rules
        if rule.urgency is Urgency.EMERGENCY
        for atom in _alone(rule.when, facts)
        if isinstance(atom, Includes | Is | Yes)
    )


def _alone(condition: Condition, facts: Mapping[str, Condition]) -> Iterator[Condition]:
    """Yield every atom that makes a condition true, whatever the others are."""
    if isinstance(condition, ATOMS):
        yield condition
    elif isinstance(condition, Fact):
        yield from _alone(facts[condition.fact], facts)
    elif isinstance(condition, Any):
        for part in condition.of:
            yield from _alone(part, facts)
