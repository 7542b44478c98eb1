"""What was written differently: entries added, removed, changed, or changed in words only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias, get_args

from msgspec import Struct
from msgspec.structs import asdict

from backtriage.protocol.condition_text import condition_text, units_of
from backtriage.protocol.protocol import Module, Protocol, Question
from backtriage.terms.condition import All, Any, Condition
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Ticks


class EditKind(StrEnum):
    """What became of an entry."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REWORDED = "reworded"
    """Changed in words only: that moves nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One entry of the rules that is written differently."""

    change: EditKind
    what: str
    id: str
    title: str
    fields: tuple[str, ...] = ()
    """What of it was changed, each with what it was and is where that is short."""


Key: TypeAlias = tuple[str, str]
"""What an entry is, and its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """One entry, field by field: what decides, and what is only words."""

    title: str
    decides: Mapping[str, object]
    words: Mapping[str, object]
    within: Key | None = None
    """The entry of which it is a part: it goes unsaid when that is new or gone."""


Writings: TypeAlias = Mapping[Key, Writing]

_SECTIONS: Final = {
    "questions": ("question", "short"),
    "facts": ("fact", "text"),
    "scores": ("score", "id"),
    "rules": ("rule", "because"),
    "advice": ("advice", "text"),
    "modules": ("module", "title"),
    "floors": ("red flag", "because"),
    "impossible": ("impossible fact", "because"),
    "conflicts": ("conflict", "because"),
    "never_with": ("danger of advice", "because"),
    "risk": ("risk direction", "reason"),
    "waivers": ("waiver", "reason"),
    "levels": ("urgency", "headline"),
    "services": ("service", "where"),
    "countries": ("country", "name"),
    "notes": ("note", "text"),
    "evidence": ("source", "title"),
    "sections": ("section", "title"),
    "advice_kinds": ("kind of advice", "title"),
}
"""Each section of a protocol: what an entry is called, and which field is its title."""

_ONLY_WORDS: Final = frozenset({"services", "countries", "evidence", "sections", "advice_kinds"})
"""Sections of which nothing decides."""

_WORDS: Final = frozenset({
    "text", "short", "why", "help", "none", "section", "because", "come_back", "evidence",
    "strength", "title", "why_not", "reason", "review_by", "word", "headline", "within",
    "come_back_heading", "steps", "bring", "check",
})  # fmt: skip
"""Fields that decide nothing, wherever they stand."""

_NAMES: Final = ("id", "question", "about", "urgency")
"""The field that names an entry: the first of these that it has."""

_HEAD: Final = ("title", "effective", "review_due", "reviewed_by", "about", "disclaimer",
                "emergency_line")  # fmt: skip
"""What a protocol says of itself, but for its name and version."""

_ORDERED: Final = ("questions", "rules", "advice")
"""Sections whose order is told, because it may be seen."""

_CONDITIONS: Final = get_args(Condition)

_SHORT: Final = 60
"""A value that is longer is not said twice."""


def edits(old: Protocol, new: Protocol) -> tuple[Edit, ...]:
    """Every difference of the two texts, in the order of the sections."""
    before, after = dict(_entries(old)), dict(_entries(new))
    units = units_of(old), units_of(new)
    found: list[Edit] = []
    for key in dict.fromkeys((*after, *before)):
        one, other = before.get(key), after.get(key)
        if one and other:
            found += _changed(key, one, other, units)
        elif (entry := one or other) and _is_told(entry, before, after):
            change = EditKind.REMOVED if one else EditKind.ADDED
            found.append(Edit(change=change, what=key[0], id=key[1], title=entry.title))
    return (*found, *_moved(old, new))


def _is_told(entry: Writing, before: Writings, after: Writings) -> bool:
    """Whether an entry that came or went is no part of one that came or went."""
    return entry.within is None or (entry.within in before and entry.within in after)


def _entries(protocol: Protocol) -> Iterator[tuple[Key, Writing]]:
    head = {name: getattr(protocol, name) for name in _HEAD}
    yield ("protocol", protocol.id), Writing(title=protocol.title, decides={}, words=head)
    for section, (what, title) in _SECTIONS.items():
        for noun in getattr(protocol, section):
            name = next(getattr(noun, field) for field in _NAMES if hasattr(noun, field))
            key = what, name.id if isinstance(name, Urgency) else name
            yield key, _entry(noun, section, title, None)
            yield from _parts(noun, key)


def _parts(noun: Struct, within: Key) -> Iterator[tuple[Key, Writing]]:
    """The choices of a question and the verdicts of a module, each by itself."""
    if isinstance(noun, Question):
        for choice in noun.choices:
            yield ("answer", f"{within[1]}.{choice.id}"), _entry(choice, "", "short", within)
    if isinstance(noun, Module):
        for verdict in noun.verdicts:
            yield ("verdict", f"{within[1]}.{verdict.id}"), _entry(verdict, "", "text", within)


def _entry(noun: Struct, section: str, title: str, within: Key | None) -> Writing:
    fields = asdict(noun)
    fields |= {
        name: tuple(part.id for part in fields[name])
        for name in ("choices", "verdicts")
        if name in fields
    }
    told = str(fields[title])
    if section == "advice":  # the kind of a question decides, that of advice does not
        words = _WORDS | {"kind"}
    else:
        words = frozenset(fields) if section in _ONLY_WORDS else _WORDS
    return Writing(
        title=told, within=within,
        decides={name: value for name, value in fields.items() if name not in words},
        words={name: value for name, value in fields.items() if name in words},
    )  # fmt: skip


# -- what changed in an entry -------------------------------------------------------------

Units: TypeAlias = tuple[dict[str, str], dict[str, str]]


def _changed(key: Key, old: Writing, new: Writing, units: Units) -> Iterator[Edit]:
    what, id_ = key
    said = [
        _said(name, old.decides.get(name), value, units)
        for name, value in new.decides.items()
        if old.decides.get(name) != value
    ]
    if said:
        yield Edit(change=EditKind.CHANGED, what=what, id=id_, title=new.title, fields=tuple(said))
    worded = [name for name, value in new.words.items() if old.words.get(name) != value]
    if worded:
        yield Edit(change=EditKind.REWORDED, what=what, id=id_, title=new.title,
                   fields=tuple(worded))  # fmt: skip


def _said(name: str, was: object, now: object, units: Units) -> str:
    before, after = (value if isinstance(value, _CONDITIONS) else None for value in (was, now))
    if before or after:
        return f"{name}: {_clauses(before, after, units)}"
    texts = _plain(was), _plain(now)
    if None in texts or sum(len(text or "") for text in texts) > _SHORT:
        return name
    return f"{name}: {texts[0]} -> {texts[1]}"


def _clauses(was: Condition | None, now: Condition | None, units: Units) -> str:
    """The clauses that went and came, or both conditions as a whole."""
    if was is None or now is None:
        said = [("without", was, units[0]), ("with", now, units[1])]
        return "".join(f"{word} '{condition_text(c, own)}'" for word, c, own in said if c)
    if type(was) is type(now) and isinstance(was, All | Any) and isinstance(now, All | Any):
        gone = [condition_text(part, units[0]) for part in was.of if part not in now.of]
        come = [condition_text(part, units[1]) for part in now.of if part not in was.of]
        sides = [f"{word} '{part}'" for word, of in (("without", gone), ("with", come))
                 for part in of]  # fmt: skip
        return ", ".join(sides) or "in another order"
    return f"'{condition_text(was, units[0])}' -> '{condition_text(now, units[1])}'"


def _plain(value: object) -> str | None:
    """A value in a word or two; None when it has no short form."""
    if isinstance(value, Urgency):
        return value.id
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Ticks):
        return ", ".join(sorted(value.yes)) or "none"
    if value is None or value is NOT_SURE:
        return "nothing" if value is None else "not sure"
    if isinstance(value, tuple):
        texts = [_plain(part) for part in value]
        return None if None in texts else ", ".join(text or "" for text in texts)
    return None if isinstance(value, Struct) else str(value)


def _moved(old: Protocol, new: Protocol) -> Iterator[Edit]:
    """Sections of which what both have stands in another order."""
    for section in _ORDERED:
        before, after = ([n.id for n in getattr(p, section)] for p in (old, new))
        if [id_ for id_ in before if id_ in after] != [id_ for id_ in after if id_ in before]:
            yield Edit(change=EditKind.CHANGED, what="order", id=section,
                       title=f"The {section} stand in another order.")  # fmt: skip
