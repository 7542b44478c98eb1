"""One example person: a sheet, and what the rules are expected to make of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from backtriage.terms.answers import Answers
from backtriage.terms.location import Location
from backtriage.terms.urgency import Urgency

Ids = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a case says about its result. Whatever it does not name is not compared."""

    urgency: Urgency | None = None
    """The urgency acted on: `range.possible`."""
    certain: tuple[Urgency, ...] = ()
    """`range.certain`, any one of these."""
    status: str = ""
    rules: Ids | None = None
    """Exactly the rules that are reasons, without the one that holds for everybody."""
    given: Ids | None = None
    """Advice that must be given, among others; an empty list means that none is given."""
    withheld: Ids | None = None
    """Advice that must be withheld, among others; an empty list means that none is."""
    without: Ids | None = None
    """Advice that must not stand there at all: neither given nor withheld."""
    verdicts: tuple[tuple[str, str], ...] = ()
    """A module and its verdict, or `NOT_CONSIDERED`."""
    counts: tuple[tuple[str, int], ...] = ()
    """A score that a module reports, and its points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One example person."""

    id: str
    about: str
    """Who this is, in a sentence or two."""
    location: Location = field(default_factory=Location)
    """Where the case is written."""
    like: str = ""
    """The case whose sheet this one copies before it changes some answers."""
    sheet: Answers = Answers()
    """The whole sheet: copied and own answers together."""
    expect: Expectation = field(default_factory=Expectation)
    acceptable: tuple[Urgency, ...] = ()
    """Every urgency that counts as right. Compared with what is certain."""
    outside: str = ""
    """Why what is certain is not acceptable here: a difference that somebody answers for."""
    source: str = ""
    """Where the case was published, or whose it is."""
    hazards: Ids = ()
    """Rows of the hazard log that this case guards."""
    walk: bool = False
    """Whether the interview with this person is played through and its screens counted."""
    aims: tuple[tuple[str, int], ...] = ()
    """Screens hoped for: a section (or `all`) and a number. Printed, never enforced."""
    baseline: bool = False
    """Whether single findings are tried one by one on top of this sheet."""
    to_confirm: bool = False
    """A program wrote down what happens today, and a person must say whether it is right."""


NOT_CONSIDERED = "not_considered"
"""How a case says that a module is not discussed."""

ALL = "all"
"""How a case names the whole interview in its aims."""
