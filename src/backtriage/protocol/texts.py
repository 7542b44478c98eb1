"""The data model of what a page says besides its rules: urgencies, services, countries, sources.

Annotations are evaluated, because msgspec decodes the cache by them.
"""

from msgspec import Struct

from backtriage.terms.condition import Condition
from backtriage.terms.urgency import Urgency


class Level(Struct, frozen=True, kw_only=True):
    """The texts of one urgency."""

    urgency: Urgency
    word: str
    headline: str
    within: str
    service: str
    come_back_heading: str = ""
    steps: tuple[str, ...] = ()
    bring: tuple[str, ...] = ()


class Service(Struct, frozen=True, kw_only=True):
    """A place to get help."""

    id: str
    where: str
    steps: tuple[str, ...] = ()
    """What to do meanwhile, in place of the steps of the urgency."""


class Country(Struct, frozen=True, kw_only=True):
    """The placeholder texts of one country; the id `default` is for no country."""

    id: str
    name: str
    words: tuple[tuple[str, str], ...]
    """Placeholder and text, in written order."""
    evidence: tuple[str, ...] = ()


class Note(Struct, frozen=True, kw_only=True):
    """A text shown on every screen while its condition holds."""

    id: str
    when: Condition
    text: str


class Evidence(Struct, frozen=True, kw_only=True):
    """A source, and how it was checked."""

    id: str
    title: str
    publisher: str
    checked: str
    """`primary`, `secondary` or `not_verified`."""
    says: str
    strength: str = ""
    year: str = ""
    address: str = ""
    read_at: str = ""
