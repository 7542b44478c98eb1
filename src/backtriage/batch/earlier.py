"""Results of an earlier run beside those of now: who would be higher or lower, and what differs.

Both sides are read from what is written, so a result is compared as its file has it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

from msgspec import Struct, field

from backtriage.batch.decisions import Rank
from backtriage.program.program import Program
from backtriage.terms.urgency import URGENCIES

Values: TypeAlias = Mapping[str, Any]
"""A result as it was read: of CSV, each value is a text."""

Kind: TypeAlias = Literal[
    "higher", "lower", "other_person", "differs", "other_rules", "no_result", "no_row", "same"
]
HIGHER: Final[Kind] = "higher"
LOWER: Final[Kind] = "lower"
OTHER_PERSON: Final[Kind] = "other_person"
"""By what tells people apart, the row is not the one that the result was made of."""
DIFFERS: Final[Kind] = "differs"
"""The same rules do not give this result."""
OTHER_RULES: Final[Kind] = "other_rules"
"""Other rules gave it, so that these cannot verify it."""
NO_RESULT: Final[Kind] = "no_result"
"""A row that had no result then."""
NO_ROW: Final[Kind] = "no_row"
"""A result whose row is gone, or is refused now."""
SAME: Final[Kind] = "same"
_COMPARED: Final = (HIGHER, LOWER, OTHER_PERSON, NO_RESULT, NO_ROW, SAME)
_VERIFIED: Final = (DIFFERS, OTHER_RULES, NO_RESULT, NO_ROW, SAME)
_HARMLESS: Final = frozenset((HIGHER, LOWER, NO_RESULT, SAME))
"""Kinds that other rules explain."""

COMPARED_FIELDS: Final = (
    "row", "source", "ref", "change", "before", "urgency", "certain", "rules", "no_longer",
)  # fmt: skip
VERIFIED_FIELDS: Final = ("row", "source", "ref", "change", "differs")

NEEDED: Final = ("row", "source", "urgency")  # to compare a result
VERIFIED: Final = (*NEEDED, "receipt", "digest")
"""Fields without which a result is not verified."""
RULES: Final = ("reasons", "doubts", "open")
"""Fields that name rules."""
_MOST_SHOWN: Final = 200


class Change(Struct, frozen=True, kw_only=True):
    """What has become of one result."""

    kind: Kind
    now: Values
    """The result of now, or the earlier one where there is none now."""
    before: str | None = None
    """The id of the earlier urgency, where there are both."""
    rules: Sequence[str] = ()
    """The rules that give the urgency of now, only new ones where there are some."""
    no_longer: Sequence[str] = ()
    """The rules that gave a higher one, if these are not the same."""
    differs: Sequence[str] = ()
    """The fields that the same rules give otherwise."""

    @property
    def rank(self) -> Rank:
        """How soon to look at it, the soonest highest."""
        order = _VERIFIED if self.kind in _VERIFIED else _COMPARED
        place, urgencies = len(order) - order.index(self.kind), [self.now["urgency"]]
        if self.before is not None:
            urgencies.append(self.before)
        levels = [URGENCIES[id_] for id_ in urgencies]
        return place, len(URGENCIES) * max(levels) + max(levels) - min(levels)

    def record(self, fields: Iterable[str], keep: Iterable[str]) -> Values:
        """Return what is written of a change.

        Args:
            fields: The fields that are written.
            keep: The columns that are carried.
        """
        now, is_gone = self.now, self.kind == NO_ROW
        values = {
            **{name: now.get(name) for name in ("row", "source", *keep, "ref")},
            "change": self.kind, "before": now["urgency"] if is_gone else self.before,
            "urgency": None if is_gone else now["urgency"],
            "certain": None if is_gone else now["certain"],
            "rules": self.rules, "no_longer": self.no_longer, "differs": self.differs,
        }  # fmt: skip
        return {name: value for name, value in values.items() if name in {*fields, *keep}}


class Changes(Struct, kw_only=True):
    """What has become of the results so far."""

    file: str
    """Where the earlier ones are, for messages."""
    is_verified: bool
    """Whether they are verified, and else compared."""
    counts: Counter[str] = field(default_factory=Counter)
    """By kind."""
    same_rules: int = 0
    """Results that these rules gave."""
    shown: list[Change] = field(default_factory=list)
    """The first changes, by their rank."""

    def add(self, change: Change) -> None:
        """Count a change, and keep it as long as it is among those that a person would read."""
        self.counts[change.kind] += 1
        if change.kind != SAME:
            self.shown.append(change)
        if len(self.shown) >= 2 * _MOST_SHOWN:
            self.sort()

    def sort(self) -> None:
        """Keep the first changes, in order."""
        self.shown.sort(key=lambda change: change.rank, reverse=True)
        del self.shown[_MOST_SHOWN:]

    @property
    def kinds(self) -> Sequence[Kind]:
        """The kinds of change that there may be, the one to look at first before the others."""
        return _VERIFIED if self.is_verified else _COMPARED

    @property
    def is_unfit(self) -> bool:
        """Whether some results are not reproduced, or not of these rows."""
        return not ({SAME} if self.is_verified else _HARMLESS).issuperset(self.counts)


def compared(program: Program, earlier: Values, now: Values, keep: Iterable[str]) -> Change:
    """Return what has become of a result under other rules.

    Args:
        program: The rules of now.
        earlier: The earlier result.
        now: The result of now.
        keep: The columns that are carried, which tell people apart.
    """
    apart = [name for name in ("ref", *keep) if name in earlier and name in now]
    if any(_differ(earlier[name], now[name]) for name in apart):
        return Change(kind=OTHER_PERSON, now=now)
    was, is_ = URGENCIES[earlier["urgency"]], URGENCIES[now["urgency"]]
    if was == is_:
        return Change(kind=SAME, now=now)
    counted, count = _rules_of(earlier), _rules_of(now)
    urgency = {rule.id: rule.urgency for rule in program.rules}
    by = [id_ for id_ in count if urgency[id_] >= is_]
    if is_ < was:
        # What is only less urgent now than it was is still in `by`.
        gone = [id_ for id_ in counted if id_ not in count and urgency.get(id_, was) > is_]
        return Change(kind=LOWER, now=now, before=was.id, rules=by, no_longer=gone)
    new = [id_ for id_ in by if id_ not in counted]
    return Change(kind=HIGHER, now=now, before=was.id, rules=new or by)


def verified(program: Program, earlier: Values, now: Values) -> Change:
    """Return whether the same rules say all that a result says. Arguments as for `compared`."""
    if earlier["digest"] != program.digest:
        return Change(kind=OTHER_RULES, now=now)
    differs = [name for name, value in now.items() if _differ(earlier.get(name, value), value)]
    return Change(kind=DIFFERS if differs else SAME, now=now, differs=differs)


def _rules_of(result: Values) -> list[str]:
    """Return the rules that count in a result, for whatever reason."""
    found: list[str] = []
    for name in RULES:
        ids = result.get(name) or ()
        found += (id_ for id_ in ids.split(";") if id_) if isinstance(ids, str) else ids
    return found


def _differ(one: object, other: object) -> bool:
    """Return whether two values say different things.

    A column of Parquet has one type, so a number may have become a text beside others.
    """
    if isinstance(one, str) != isinstance(other, str):
        one, other = (each if isinstance(each, str) else json.dumps(each) for each in (one, other))
    return one != other


def key_of(values: Values) -> str:
    """Return what names the row of a result."""
    return f"{values['row']} {values['source']}"
