"""The textual diff of two versions: entries added, removed, changed or merely reworded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias, get_args

from msgspec import Struct
from msgspec.structs import asdict

from backtriage.protocol.dependencies import entry_id
from backtriage.protocol.protocol import Choice, Module, Protocol, Question
from backtriage.protocol.texts import TRIAGE
from backtriage.terms.condition import All, Any, Condition, condition_text
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Ticks


class EditKind(StrEnum):
    """What happened to an entry."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REWORDED = "reworded"
    """Changed in wording only, which affects nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An entry of the rules that differs between the versions."""

    kind: EditKind
    noun: str
    id: str
    title: str
    fields: tuple[str, ...] = ()
    """The changed fields, each with its old and new value if they are short."""


EntryKey: TypeAlias = tuple[str, str]
"""The noun and the id of an entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """The fields of an entry, by whether they can change a result."""

    title: str
    semantics: Mapping[str, object]
    wording: Mapping[str, object]
    parent: EntryKey | None = None
    """The entry that contains it; if that is added or removed, its parts are not listed."""


_SECTIONS: Final = {
    "questions": ("question", "short"),
    "journal": ("question of the journal", "short"),
    "facts": ("fact", "text"),
    "scores": ("score", "id"),
    "rules": ("rule", "because"),
    "safety_net": ("line of the safety net", "text"),
    "advice": ("advice", "text"),
    "tables": ("table", "title"),
    "modules": ("module", "title"),
    "floors": ("red flag", "because"),
    "impossible": ("impossible fact", "because"),
    "conflicts": ("conflict", "because"),
    "never_with": ("danger of advice", "because"),
    "risk": ("risk direction", "reason"),
    "net_limits": ("limit of the safety net", "urgency"),
    "waivers": ("waiver", "reason"),
    "levels": ("urgency", "headline"),
    "services": ("service", "where"),
    "countries": ("country", "name"),
    "notes": ("note", "text"),
    "evidence": ("source", "title"),
    "sections": ("section", "title"),
    "advice_kinds": ("kind of advice", "title"),
}
"""For each section of a protocol, the noun for an entry and the field that is its title."""

_ONLY_WORDING: Final = frozenset({
    "services", "countries", "evidence", "advice_kinds", "tables",
})  # fmt: skip
"""Sections that cannot change a result."""

_WORDING: Final = frozenset({
    "text", "short", "why", "help", "none", "section", "because", "come_back", "evidence",
    "strength", "title", "why_not", "reason", "review_by", "word", "headline", "within",
    "come_back_heading", "come_back_short", "steps", "bring", "book_if", "check", "private",
    "card", "stop", "not_now", "unasked", "table", "rows",
})  # fmt: skip
"""Fields that cannot change a result, in any section."""

_HEAD: Final = ("title", "effective", "review_due", "reviewed_by", "about", "disclaimer",
                "emergency_line")  # fmt: skip
"""The fields about the protocol itself, except its name and version."""

_ORDERED: Final = ("questions", "rules", "safety_net", "advice")
"""Sections whose order can be visible."""

_CONDITIONS: Final = get_args(Condition)

_SHORT: Final = 60
"""The greatest combined length at which the old and new value of a field are shown."""

Units: TypeAlias = tuple[dict[str, str], dict[str, str]]
"""The units of the questions in the old and in the new version."""


def edits(old: Protocol, new: Protocol) -> tuple[Edit, ...]:
    """Return every difference between the texts of two versions, section by section."""
    before, after = dict(_entries(old)), dict(_entries(new))
    units = old.units, new.units
    result: list[Edit] = []
    for key in dict.fromkeys((*after, *before)):
        was, now = before.get(key), after.get(key)
        if was and now:
            result += _changes(key, was, now, units)
            continue
        entry = was or after[key]
        is_part = entry.parent and not (entry.parent in before and entry.parent in after)
        if not is_part:
            kind = EditKind.REMOVED if was else EditKind.ADDED
            result.append(Edit(kind=kind, noun=key[0], id=key[1], title=entry.title))
    return (*result, *_reordered(old, new))


def lost_signs(old: Protocol, new: Protocol) -> tuple[str, ...]:
    """Return what opened questions in the old journal, and opens fewer in the new one, or none.

    That is signs of an emergency, doubts about them, and rules.

    No answer sheet has them, so no comparison of sheets would tell.
    """
    before, after = _signs(old), _signs(new)
    return tuple(
        sign for sign, opened in before.items() if not opened <= after.get(sign, frozenset())
    )


def _signs(protocol: Protocol) -> Mapping[str, frozenset[str]]:
    """Return the questions that each sign opens; one that opens nothing is none.

    A doubt about one, and a rule that opens triage, open all of them.
    """
    signs = ((q.id, c) for q in protocol.journal for c in q.choices if c.opens)
    opened = {f"{id_}.{choice.id}": frozenset(choice.opens) for id_, choice in signs}
    screens = (q for q in protocol.journal if any(choice.opens for choice in q.choices))
    doubts = (f"{screen.id}.{NOT_SURE.value}" for screen in screens if screen.allows_not_sure)
    rules = (rule.id for rule in protocol.rules if rule.opens_triage)
    return opened | dict.fromkeys((*doubts, *rules), frozenset((TRIAGE,)))


def _entries(protocol: Protocol) -> Iterator[tuple[EntryKey, _Entry]]:
    head = {name: getattr(protocol, name) for name in _HEAD}
    yield ("protocol", protocol.id), _Entry(title=protocol.title, semantics={}, wording=head)
    for section, (noun, title) in _SECTIONS.items():
        for entry in getattr(protocol, section):
            key = noun, entry_id(entry)
            yield key, _entry(entry, section, title)
            if isinstance(entry, Question):
                for choice in entry.choices:
                    part = _entry(choice, "choices", "short", key)
                    yield ("answer", f"{entry.id}.{choice.id}"), part
            if isinstance(entry, Module):
                for verdict in entry.verdicts:
                    part = _entry(verdict, "verdicts", "text", key)
                    yield ("verdict", f"{entry.id}.{verdict.id}"), part


def _entry(struct: Struct, section: str, title: str, parent: EntryKey | None = None) -> _Entry:
    fields = asdict(struct)
    for name in {"choices", "verdicts"} & fields.keys():  # parts are entries of their own
        fields[name] = tuple(part.id for part in fields[name])
    if isinstance(struct, Question | Choice):
        confirm = struct.confirm
        fields["confirm"] = confirm and confirm.text
        fields["no"] = confirm and ("clears" if confirm.clears else "unsure")
    wording = frozenset(fields) if section in _ONLY_WORDING else _WORDING
    if section == "advice":  # affects no result, unlike the kind of a question
        wording |= {"kind"}
    return _Entry(
        title=_title(fields[title] or fields.get("short", "")), parent=parent,
        semantics={name: value for name, value in fields.items() if name not in wording},
        wording={name: value for name, value in fields.items() if name in wording},
    )  # fmt: skip


def _title(value: object) -> str:
    return value.id if isinstance(value, Urgency) else str(value)


def _changes(key: EntryKey, old: _Entry, new: _Entry, units: Units) -> Iterator[Edit]:
    changed = [
        _change_text(name, old.semantics.get(name), value, units)
        for name, value in new.semantics.items()
        if old.semantics.get(name) != value
    ]
    reworded = [name for name, value in new.wording.items() if old.wording.get(name) != value]
    for kind, fields in ((EditKind.CHANGED, changed), (EditKind.REWORDED, reworded)):
        if fields:
            yield Edit(kind=kind, noun=key[0], id=key[1], title=new.title, fields=tuple(fields))


def _change_text(name: str, was: object, now: object, units: Units) -> str:
    before, after = (value if isinstance(value, _CONDITIONS) else None for value in (was, now))
    if before or after:
        return f"{name}: {_condition_change(before, after, units)}"
    texts = _short_text(was), _short_text(now)
    if None in texts or sum(len(text or "") for text in texts) > _SHORT:
        return name
    return f"{name}: {texts[0]} -> {texts[1]}"


def _condition_change(was: Condition | None, now: Condition | None, units: Units) -> str:
    """Format the operands that were removed and added, or both conditions as a whole."""
    if was is None or now is None:
        word, condition, own = ("without", was, units[0]) if was else ("with", now, units[1])
        return f"{word} '{condition_text(condition, own)}'" if condition else ""
    if type(was) is type(now) and isinstance(was, All | Any) and isinstance(now, All | Any):
        removed = [condition_text(part, units[0]) for part in was.of if part not in now.of]
        added = [condition_text(part, units[1]) for part in now.of if part not in was.of]
        parts = [*(f"without '{text}'" for text in removed), *(f"with '{text}'" for text in added)]
        return ", ".join(parts) or "in another order"
    return f"'{condition_text(was, units[0])}' -> '{condition_text(now, units[1])}'"


def _short_text(value: object) -> str | None:
    """Format a value in a word or two; None if it has no short form."""
    if isinstance(value, Urgency):
        return value.id
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Ticks):
        return ", ".join(sorted(value.yes)) or "none"
    if value is None or value is NOT_SURE:
        return "nothing" if value is None else "not sure"
    if isinstance(value, tuple):
        texts = [_short_text(part) for part in value]
        return None if None in texts else ", ".join(text or "" for text in texts)
    return None if isinstance(value, Struct) else str(value)


def _reordered(old: Protocol, new: Protocol) -> Iterator[Edit]:
    """Yield the sections whose shared entries are in another order."""
    for section in _ORDERED:
        before, after = ([entry.id for entry in getattr(p, section)] for p in (old, new))
        if [id_ for id_ in before if id_ in after] != [id_ for id_ in after if id_ in before]:
            yield Edit(kind=EditKind.CHANGED, noun="order", id=section,
                       title=f"The {section} stand in another order.")  # fmt: skip
