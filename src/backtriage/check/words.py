"""Checks of placeholders, of missing texts, and of phrases that must not be used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from unicodedata import normalize

from backtriage.protocol.dependencies import entries
from backtriage.protocol.loader.fields import MAX_TEXT
from backtriage.protocol.loader.loader import LoadedProtocol
from backtriage.protocol.protocol import Confirm, Protocol
from backtriage.protocol.texts import AdviceCard
from backtriage.terms.condition import Always
from backtriage.terms.problem import Problem, listed
from backtriage.terms.urgency import Urgency

PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")
_DEFAULT: Final = "default"
_FILL_IN: Final = "write it out: words may hold no placeholders themselves"

# They claim what no questionnaire can know. Evidence and the disclaimer are exempt.
BANNED: Final = (
    "you are deficient",
    "you are fine",
    "you have been diagnosed",
    "ruled out",
    "nothing to worry about",
)


_TEXTS: Final = (
    ("sections", ("title",)),
    ("advice_kinds", ("title",)),
    ("modules", ("title",)),
    (
        "levels",
        (
            "word",
            "headline",
            "within",
            "come_back_heading",
            "come_back_short",
            "steps",
            "bring",
            "book_if",
        ),
    ),
    ("questions", ("text", "short", "why", "help", "none", "choices", "confirm")),
    ("journal", ("text", "short", "why", "help", "none", "choices")),
    ("facts", ("text",)),
    ("rules", ("because", "come_back")),
    ("safety_net", ("text",)),
    ("advice", ("short", "text", "strength", "card", "rows")),
    ("tables", ("title", "columns", "text")),
    ("modules", ("why_not", "not_now", "unasked", "verdicts")),
    ("services", ("where", "short", "steps", "book_if", "word", "headline", "within")),
    ("notes", ("text",)),
)
"""The sections and the keys of their texts, in the order in which problems are reported."""

_NESTED: Final = {
    "choices": ("text", "short", "check", "help", "confirm"),
    "verdicts": ("text", "short"),
    "rows": ("cells",),
}


_MUST_DIFFER: Final = (
    ("levels", "urgencies", ("word", "headline")),
    ("questions", "questions", ("text", "short")),
    ("countries", "countries", ("name",)),
)
"""The entries that people are shown beside each other, and the keys of their words."""

_REWORD: Final = "say what is different, so that people can tell the {} apart"


def check_placeholders(source: LoadedProtocol) -> Iterator[Problem]:
    """Report placeholders that some country does not define, and stray braces."""
    p = source.protocol
    if not p.countries or p.countries[0].id != _DEFAULT:
        message = "the first country must be 'default': neutral words for somebody who named none"
        path = f"countries.{p.countries[0].id}" if p.countries else ""
        yield source.problem("P505", message, path)
    words = {country.id: dict(country.words) for country in p.countries}
    longest: dict[str, int] = {}
    for country, name, text in _country_words(p):
        longest[name] = max(longest.get(name, 0), len(text))
        if re.search(r"[{}]", text):
            path = f"countries.{country}.words"
            yield source.problem("P505", f"a brace in the words of '{name}'", path, _FILL_IN)
    missing: dict[str, str] = {}
    for path, text in _texts(p):
        names = PLACEHOLDER.findall(text)
        length = len(text) + sum(longest.get(name, 0) for name in names)
        if names and length > MAX_TEXT:
            message = f"this has up to {length:,} characters once its placeholders are filled in"
            yield source.problem("P124", message, path, f"write {MAX_TEXT:,} at most")
        for name in dict.fromkeys(names):
            if name not in missing:
                missing[name] = listed(id_ for id_, known in words.items() if name not in known)
            if missing[name]:
                message = f"'{{{name}}}' has no words in: {missing[name]}"
                yield source.problem("P505", message, path)
        if re.search(r"[{}]", PLACEHOLDER.sub("", text)):
            hint = "write placeholders as {emergency_number}"
            yield source.problem("P505", "a brace that is not part of a placeholder", path, hint)


def _country_words(p: Protocol) -> Iterator[tuple[str, str, str]]:
    """Yield the words of each country: its id, the placeholder, and the text that replaces it."""
    for country in p.countries:
        yield from ((country.id, name, text) for name, text in country.words)


def _texts(p: Protocol) -> Iterator[tuple[str, str]]:
    """Yield every text that a person may read, by path, except evidence and country words."""
    yield from _texts_of(p, f"protocol.{p.id}", ("title", "about", "disclaimer", "emergency_line"))
    for section, keys in _TEXTS:
        for path, entry in entries(p, section):
            yield from _texts_of(entry, path, keys)


def _texts_of(entry: object, path: str, keys: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the texts under some keys; each holds a text, or a list of texts or entries."""
    for key in keys:
        value = getattr(entry, key)
        if isinstance(value, Confirm):
            yield f"{path}.{key}.text", value.text
            continue
        if isinstance(value, AdviceCard):
            yield from _texts_of(value, f"{path}.{key}", AdviceCard.__struct_fields__)
            continue
        for part in (value,) if isinstance(value, str) else value or ():
            if isinstance(part, str):
                yield f"{path}.{key}", part
            else:
                yield from _texts_of(part, f"{path}.{key}.{part.id}", _NESTED[key])


def in_every_country(p: Protocol, text: str) -> Mapping[str, str]:
    """Return a text in the words of each country, unless some are missing."""
    return {country.id: filled(text, dict(country.words)) for country in p.countries}


def filled(text: str, words: Mapping[str, str]) -> str:
    """Return a text with its placeholders replaced, as far as there are words for them."""
    return PLACEHOLDER.sub(lambda match: words.get(match[1], match[0]), text)


def check_missing(source: LoadedProtocol) -> Iterator[Problem]:
    """Report missing evidence and come-back texts."""
    p = source.protocol
    for path, rule in entries(p, "rules"):
        if rule.urgency >= Urgency.SAME_DAY and not rule.come_back:
            message = f"'{rule.id}' needs 'come_back': its urgency is '{rule.urgency.id}'"
            yield source.problem("P506", message, path)
        if not rule.evidence and not isinstance(rule.when, Always):
            yield source.problem("P506", f"'{rule.id}' cites no evidence", path)
    for path, evidence in entries(p, "evidence"):
        if evidence.checked == "secondary" and not evidence.read_at:
            message = "a secondary source must name, under 'read_at', the page that was read"
            yield source.problem("P506", message, path)
    for path, advice in entries(p, "advice"):
        if not (advice.evidence or advice.strength):
            message = "advice needs evidence, or a 'strength' that says there is none"
            yield source.problem("P506", message, path)


def check_phrases(source: LoadedProtocol) -> Iterator[Problem]:
    """Report phrases that must not be used."""
    p = source.protocol
    words = ((f"countries.{id_}.words", text) for id_, _, text in _country_words(p))
    names = ((path, country.name) for path, country in entries(p, "countries"))
    for path, text in (*_texts(p), *names, *words):
        spoken = plain(text)
        for phrase in BANNED:
            if phrase in spoken and path != f"protocol.{p.id}.disclaimer":
                yield source.problem("P506", f"'{phrase}' must not be used", path)


def check_same_words(source: LoadedProtocol) -> Iterator[Problem]:
    """Report alternatives that nobody can tell apart, because their words are the same."""
    for what, key, alternatives in _alternatives(source.protocol):
        seen: dict[str, str] = {}
        for path, text in alternatives:
            first = seen.setdefault(plain(text).rstrip(" .!?"), path)
            if first != path:
                id_, other = path.rpartition(".")[2], first.rpartition(".")[2]
                message = f"'{id_}' has the same {key} as '{other}'"
                yield source.problem("P118", message, f"{path}.{key}", _REWORD.format(what))


def plain(text: str) -> str:
    """Return a text so that two that look the same are the same."""
    return " ".join(normalize("NFKC", text).casefold().split())


def _alternatives(p: Protocol) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Yield what must differ: what it is, the key of its words, and each path with its words."""
    for section, what, keys in _MUST_DIFFER:
        for key in keys:
            yield what, key, [(path, getattr(entry, key)) for path, entry in entries(p, section)]
    for path, question in entries(p, "questions"):
        none = [(f"{path}.none", question.none)] if question.none else []
        for key in ("text", "short"):
            choices = [(f"{path}.choices.{c.id}", getattr(c, key)) for c in question.choices]
            yield "choices", key, [*none, *choices] if key == "text" else choices
