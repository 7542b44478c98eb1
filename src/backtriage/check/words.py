"""Placeholders, and texts that must or must not be there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from backtriage.protocol.loader.loader import LoadedProtocol
from backtriage.protocol.protocol import Protocol
from backtriage.terms.condition import Always
from backtriage.terms.problem import Problem
from backtriage.terms.urgency import Urgency

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")
_DEFAULT: Final = "default"

# They promise or name what no questionnaire can know. Evidence and the disclaimer are exempt.
BANNED: Final = (
    "you are deficient",
    "you are fine",
    "you have been diagnosed",
    "ruled out",
    "nothing to worry about",
)


def check_placeholders(source: LoadedProtocol) -> Iterator[Problem]:
    """Report placeholders that some country does not define, and stray braces."""
    p = source.protocol
    if not p.countries or p.countries[0].id != _DEFAULT:
        message = "the first country must be 'default': neutral words for somebody who named none"
        path = f"countries.{p.countries[0].id}" if p.countries else ""
        yield source.problem("P505", message, path)
    for path, text in _texts(p):
        for name in _PLACEHOLDER.findall(text):
            missing = [c.id for c in p.countries if name not in dict(c.words)]
            if missing:
                message = f"'{{{name}}}' has no words in: {', '.join(missing)}"
                yield source.problem("P505", message, path)
        if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
            hint = "write placeholders as {emergency_number}"
            yield source.problem("P505", "a brace that is not part of a placeholder", path, hint)


def _texts(p: Protocol) -> Iterator[tuple[str, str]]:
    """Yield every text that a person may read, by path, but evidence and country words."""
    for key in ("title", "about", "disclaimer", "emergency_line"):
        yield f"protocol.{p.id}.{key}", getattr(p, key)
    for section in ("sections", "advice_kinds", "modules"):
        for entry in getattr(p, section):
            yield f"{section}.{entry.id}.title", entry.title
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
    yield from _result_texts(p)


def _result_texts(p: Protocol) -> Iterator[tuple[str, str]]:
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


def check_sentences(source: LoadedProtocol) -> Iterator[Problem]:
    """Report missing evidence and come-back texts, and phrases that must not be used."""
    p = source.protocol
    for path, message in _missing_texts(p):
        yield source.problem("P506", message, path)
    for path, text in _texts(p):
        for phrase in BANNED:
            if phrase in text.lower() and path != f"protocol.{p.id}.disclaimer":
                yield source.problem("P506", f"'{phrase}' must not be used", path)


def _missing_texts(p: Protocol) -> Iterator[tuple[str, str]]:
    for rule in p.rules:
        if rule.urgency >= Urgency.SAME_DAY and not rule.come_back:
            message = f"'{rule.id}' needs 'come_back': its urgency is '{rule.urgency.id}'"
            yield f"rules.{rule.id}", message
        if not rule.evidence and not isinstance(rule.when, Always):
            yield f"rules.{rule.id}", f"'{rule.id}' cites no evidence"
    for evidence in p.evidence:
        if evidence.checked == "secondary" and not evidence.read_at:
            message = "a secondary source must name, under 'read_at', the page that was read"
            yield f"evidence.{evidence.id}", message
    for advice in p.advice:
        if not (advice.evidence or advice.strength):
            message = "advice needs evidence, or a 'strength' that says there is none"
            yield f"advice.{advice.id}", message
