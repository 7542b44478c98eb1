"""Test cases: an answer sheet and the expected result."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from backtriage.terms.answers import Answers
from backtriage.terms.problem import Location
from backtriage.terms.urgency import Urgency

Ids: TypeAlias = tuple[str, ...]

NOT_CONSIDERED: Final = "not_considered"
"""The expected "verdict" of a module that is not discussed."""

ALL: Final = "all"
"""The whole interview, as a key of `Case.aims`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """The expected result of a case. Parts that are not given are not compared."""

    urgency: Urgency | None = None
    """The urgency acted on: `range.possible`."""
    certain: tuple[Urgency, ...] = ()
    """The allowed values of `range.certain`."""
    status: str = ""
    rules: Ids | None = None
    """Exactly the rules that are reasons, apart from the rule that always holds."""
    given: Ids | None = None
    """Advice that must be given, among others; empty means no advice at all."""
    withheld: Ids | None = None
    """Advice that must be withheld, among others; empty means none."""
    without: Ids | None = None
    """Advice that must be neither given nor withheld."""
    verdicts: tuple[tuple[str, str], ...] = ()
    """Modules and their verdicts, or `NOT_CONSIDERED`."""
    counts: tuple[tuple[str, int], ...] = ()
    """Scores reported by modules, and their points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One example person."""

    id: str
    about: str
    """Who this is, in a sentence or two."""
    location: Location = field(default_factory=Location)
    like: str = ""
    """The case whose sheet this one copies before changing some answers."""
    sheet: Answers = Answers()
    """The whole sheet, copied answers included."""
    expect: Expectation = field(default_factory=Expectation)
    acceptable: tuple[Urgency, ...] = ()
    """Every urgency that counts as correct. Compared with `range.certain`."""
    outside: str = ""
    """Why the result is outside `acceptable`: a deviation that somebody answers for."""
    source: str = ""
    """Where the case was published, or whose it is."""
    hazards: Ids = ()
    """The entries of the hazard log that this case covers."""
    walk: bool = False
    """Whether to simulate the interview with this person and count its screens."""
    aims: tuple[tuple[str, int], ...] = ()
    """Desired numbers of screens by section, or for `ALL`. Printed, never enforced."""
    baseline: bool = False
    """Whether to try single findings one by one on top of this sheet."""
    to_confirm: bool = False
    """Whether the expectation was generated and still needs a person to confirm it."""
