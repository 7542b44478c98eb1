"""What a rule can read of somebody's journal: the features, and how a question names one.

    from_journal: weeks
    from_journal: change_percent of pain_now
    from_journal: setbacks of pain_now by 2

`journal.features` says what each of them is.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from backtriage.terms.value import NUMBER, YES_NO, Kind


class FeatureKind(Struct, frozen=True, kw_only=True):
    """What a feature is, and what it is taken from."""

    kind: Kind = NUMBER
    """Of the question that asks for it."""
    of: Kind = ""
    """The kind of the question of the journal that it is taken from, or ""."""
    by: bool = False
    """Whether it needs a distance, in the unit of that question."""


FEATURES: Final = {
    "kept": FeatureKind(kind=YES_NO),
    "weeks": FeatureKind(),
    "start": FeatureKind(of=NUMBER),
    "best": FeatureKind(of=NUMBER),
    "recent": FeatureKind(of=NUMBER),
    "recent_worst": FeatureKind(of=NUMBER),
    "fall": FeatureKind(of=NUMBER),
    "fall_percent": FeatureKind(of=NUMBER),
    "rise": FeatureKind(of=NUMBER),
    "days_above": FeatureKind(of=NUMBER, by=True),
    "setbacks": FeatureKind(of=NUMBER, by=True),
    "days_with": FeatureKind(of=YES_NO),
}
"""Every feature by name."""

_WRITTEN: Final = re.compile(r"([a-z_]+)(?: of ([a-z][a-z0-9_]*))?(?: by ([1-9][0-9]{0,8}))?")


class Feature(Struct, frozen=True, kw_only=True):
    """A feature of the journal that answers a question."""

    name: str
    of: str = ""
    """The question of the journal that it is taken from, or ""."""
    by: int = 0
    """A distance in the unit of that question, or 0."""


def parse_feature(text: str) -> Feature | None:
    """Return the feature that a text names, or None if it is not written as one."""
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return None
    name, of, by = match.groups()
    return Feature(name=name, of=of or "", by=int(by or 0))
