"""Words: placeholders that every country fills, sentences that must be there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from backtriage.check.names import location_of
from backtriage.protocol.loader.loader import LoadedProtocol
from backtriage.protocol.protocol import Protocol, Rule
from backtriage.terms.condition import Always
from backtriage.terms.problem import Problem
from backtriage.terms.urgency import Urgency

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")
_DEFAULT: Final = "default"

# Whole phrases that our own sentences never use: they promise or name what no questionnaire
# can know. Titles of evidence and the disclaimer are exempt.
BANNED: Final = (
    "you are deficient",
    "you are fine",
    "you have been diagnosed",
    "ruled out",
    "nothing to worry about",
)


def check_placeholders(source: LoadedProtocol) -> tuple[Problem, ...]:
    """Every placeholder has words in every country; the first country is no country."""
    p = source.protocol
    found = []
    if not p.countries or p.countries[0].id != _DEFAULT:
        location = location_of(source, f"countries.{p.countries[0].id}" if p.countries else "")
        message = "the first country must be 'default': neutral words for somebody who named none"
        found.append(Problem(code="P505", message=message, location=location))
    for path, text in said(p):
        for name in _PLACEHOLDER.findall(text):
            lacking = [c.id for c in p.countries if name not in dict(c.words)]
            if lacking:
                message = f"'{{{name}}}' has no words in: {', '.join(lacking)}"
                found.append(
                    Problem(code="P505", message=message, location=location_of(source, path))
                )
        if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
            message = "a brace that is no placeholder"
            location = location_of(source, path)
            found.append(Problem(code="P505", message=message, location=location,
                                 hint="write placeholders as {emergency_number}"))  # fmt: skip
    return tuple(found)


def said(p: Protocol) -> Iterator[tuple[str, str]]:
    """Every sentence a person may read, by path. Evidence and country words are not among them."""
    for key in ("title", "about", "disclaimer", "emergency_line"):
        yield f"protocol.{p.id}.{key}", getattr(p, key)
    for section in ("sections", "advice_kinds", "modules"):
        for noun in getattr(p, section):
            yield f"{section}.{noun.id}.title", noun.title
    for level in p.levels:
        path = f"urgencies.{level.urgency.id}"
        for key in ("word", "headline", "within", "come_back_heading"):
            yield f"{path}.{key}", getattr(level, key)
        yield from ((f"{path}.steps", text) for text in level.steps)
        yield from ((f"{path}.bring", text) for text in level.bring)
    for question in p.questions:
        path = f"questions.{question.id}"
        for key in ("text", "short", "why", "help", "none"):
            yield f"{path}.{key}", getattr(question, key)
        for choice in question.choices:
            for key in ("text", "short", "check", "help"):
                yield f"{path}.choices.{choice.id}.{key}", getattr(choice, key)
    yield from _said_by_results(p)


def _said_by_results(p: Protocol) -> Iterator[tuple[str, str]]:
    for fact in p.facts:
        yield f"facts.{fact.id}.text", fact.text
    for rule in p.rules:
        yield f"rules.{rule.id}.because", rule.because
        yield f"rules.{rule.id}.come_back", rule.come_back
    for advice in p.advice:
        yield f"advice.{advice.id}.short", advice.short
        yield f"advice.{advice.id}.text", advice.text
        yield f"advice.{advice.id}.strength", advice.strength
    for module in p.modules:
        yield f"modules.{module.id}.why_not", module.why_not
        for verdict in module.verdicts:
            yield f"modules.{module.id}.verdicts.{verdict.id}.text", verdict.text
    for service in p.services:
        yield f"services.{service.id}.where", service.where
    for note in p.notes:
        yield f"notes.{note.id}.text", note.text


def check_sentences(source: LoadedProtocol) -> tuple[Problem, ...]:
    """Rules say when to come back and on what evidence; no sentence says what none can know."""
    p = source.protocol
    faults = [(f"rules.{rule.id}", message) for rule in p.rules for message in _rule_faults(rule)]
    faults += [
        (f"evidence.{e.id}", "a secondary source says under 'read_at' which page was read")
        for e in p.evidence
        if e.checked == "secondary" and not e.read_at
    ]
    faults += [
        (f"advice.{a.id}", "advice needs evidence, or a 'strength' that says there is none")
        for a in p.advice
        if not (a.evidence or a.strength)
    ]
    faults += [
        (path, f"'{phrase}' may not be said")
        for path, text in said(p)
        if path != f"protocol.{p.id}.disclaimer"
        for phrase in BANNED
        if phrase in text.lower()
    ]
    return tuple(
        Problem(code="P506", message=message, location=location_of(source, path))
        for path, message in faults
    )


def _rule_faults(rule: Rule) -> Iterator[str]:
    if rule.urgency >= Urgency.SAME_DAY and not rule.come_back:
        yield f"'{rule.id}' needs 'come_back': its urgency is '{rule.urgency.id}'"
    if not rule.evidence and not isinstance(rule.when, Always):
        yield f"'{rule.id}' names no evidence"
