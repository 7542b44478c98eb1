"""The data model of what a page says besides its rules: urgencies, services, countries, sources.

Annotations are evaluated, because msgspec decodes the cache by them.
"""

from typing import Final

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
    come_back_short: str = ""
    """The same on the card."""
    steps: tuple[str, ...] = ()
    bring: tuple[str, ...] = ()
    book_if: str = ""
    """What would mean a visit, or an earlier one: the one time course on the card."""


class Service(Struct, frozen=True, kw_only=True):
    """A place to get help."""

    id: str
    where: str
    short: str = ""
    """The same in one line of the card, if one line can hold it."""
    steps: tuple[str, ...] = ()
    """What to do meanwhile, in place of the steps of the urgency."""
    book_if: str = ""
    """In place of that of the urgency."""
    word: str = ""
    headline: str = ""
    within: str = ""
    """How soon, in place of the texts of the urgency: sooner within the same urgency."""
    not_beside: tuple[str, ...] = ()
    """Places that this one contradicts: to whom they are named first, this one is not named."""


class AdviceCard(Struct, frozen=True, kw_only=True):
    """What the card says of a piece of advice, in one line for each place; "" for nothing."""

    do_now: str = ""
    """What to do, when the advice is given."""
    medicine: str = ""
    """What to take, when it is given; the first piece of advice that has a line here is shown."""
    withheld: str = ""
    """When it is withheld: in place of `medicine`, or as what the person must not do."""
    unasked: str = ""
    """In place of `medicine`, while it depends on a missing answer."""
    not_now: str = ""
    """In place of `medicine`, while the urgency is too high for it."""
    stop: str = ""
    """What the person must not do once `when` is true, at any urgency below an emergency."""
    book_if: str = ""
    """In place of the time course of the urgency or the service, when the advice is given."""


class AdviceTable(Struct, frozen=True, kw_only=True):
    """A table whose rows stand with the advice that gives them."""

    id: str
    title: str
    columns: tuple[str, ...]
    """Their headings. The first cell of a row says what it is about."""
    text: str = ""
    """What to know before reading it."""


class TableRow(Struct, frozen=True, kw_only=True):
    """A row of a table, with a cell for each of its columns."""

    id: str
    cells: tuple[str, ...]
    evidence: tuple[str, ...] = ()


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


TRIAGE: Final = "triage"
ADVICE: Final = "advice"
JOURNAL: Final = "journal"


class Section(Struct, frozen=True, kw_only=True):
    """A section of questions."""

    id: str
    title: str
    part: str = TRIAGE
    """The part of the interview: `triage` decides the urgency, `advice` comes afterwards.

    The questions of `journal` are those of an entry, and no part of an interview.
    """
    text: str = ""
    """Of the journal: what whoever begins one should know."""


class Titled(Struct, frozen=True, kw_only=True):
    """A kind of advice."""

    id: str
    title: str
