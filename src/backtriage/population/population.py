"""The data model of simulated people: who they are, and how they answer the questions.

What is true of somebody is a trait. Traits do not depend on a protocol, so two versions of one
can be asked the same people. How a person answers a question is a condition over traits, and
stands beside the protocol.

Traits are questions of a small program of their own. So the kernel that decides answer sheets
also decides conditions over traits, for thousands of people at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from backtriage.program.program import Program
from backtriage.protocol.protocol import (
    NamedFact,
    Question,
)
from backtriage.protocol.texts import Evidence
from backtriage.terms.condition import Condition

CLASS: Final = "class"
"""The trait that every population has: a person's class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonClass:
    """People who have their pain for the same kind of reason."""

    id: str
    title: str
    share: Fraction
    """Among all people."""
    is_serious: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorLevel:
    """One level of a factor."""

    id: str
    share: Fraction
    times: Fraction
    """What it multiplies the rates with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """Something that makes several traits more common in the same people."""

    id: str
    levels: tuple[FactorLevel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How common the values of a trait are among some people."""

    when: Condition
    is_scaled: bool
    """Whether rate sets and factors change them; not for the signs of a disease."""
    shares: tuple[tuple[Fraction, range], ...]
    """Shares with the positions of the values. Everybody else has the first value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """Something that is true of a person."""

    question: Question
    group: str
    """Traits of a group are scaled together by a rate set; "" for none."""
    factor: str
    """The factor that makes it more common, or ""."""
    rates: tuple[Rates, ...]
    """The first whose condition holds counts."""

    @property
    def id(self) -> str:
        """The name of the trait in conditions."""
        return self.question.id


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSet:
    """One reading of the rates, because most of them are not known."""

    id: str
    title: str
    doubt: Fraction
    """How often an answer is "not sure"."""
    times: Mapping[str, Fraction]
    """What the rates of a group of traits are multiplied with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """People whose figures are reported apart."""

    id: str
    title: str
    when: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Simulated people, before any is drawn."""

    id: str
    version: str
    title: str
    about: str
    digest: str
    """`sha256:...` over the text of the file without comments and layout."""
    classes: tuple[PersonClass, ...]
    traits: tuple[Trait, ...]
    """In the order of drawing: a trait reads earlier ones only."""
    factors: tuple[Factor, ...]
    rate_sets: tuple[RateSet, ...]
    flags: tuple[NamedFact, ...]
    """Warning signs to count for each person, as a study counted them."""
    groups: tuple[Group, ...]
    sources: tuple[Evidence, ...]
    program: Program
    """Of which the traits are the questions, to decide conditions over them."""

    @property
    def identity(self) -> dict[str, str]:
        """The population as JSON reports name it."""
        return {"id": self.id, "version": self.version, "digest": self.digest}

    @property
    def rate_set_ids(self) -> tuple[str, ...]:
        """The names of the rate sets."""
        return tuple(rate_set.id for rate_set in self.rate_sets)


@dataclass(frozen=True, slots=True, kw_only=True)
class TickRule:
    """When a person says yes to a yes/no question or an item of a list."""

    yes: Condition | None
    """Of whom it is true; None for nobody."""
    misses: Fraction
    """How often somebody of whom it is true says no."""
    invents: Fraction
    """How often somebody of whom it is not true says yes."""
    doubt_times: Fraction
    """What the usual share of "not sure" is multiplied with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRule:
    """How people answer one question, by its kind."""

    question: str
    ticks: Mapping[str, TickRule]
    """By item of a list; "" for a yes/no question."""
    choices: tuple[tuple[str, Condition], ...]
    """Of a one-of question: the first whose condition holds."""
    misreport: Fraction
    """How often somebody gives a neighbouring choice instead."""
    doubt_times: Fraction
    value: str
    """Of a number question: the trait that is its answer."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What people find who are asked to confirm a doubt: how often yes, and how often no."""

    has: tuple[Fraction, Fraction]
    """Those of whom it is true."""
    has_not: tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRules:
    """How people answer every question of a protocol."""

    digest: str
    confirmed: Confirmed | None
    """None if nobody is asked to confirm anything."""
    rules: tuple[AnswerRule, ...]
    """In asking order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is simulated: who is asked what."""

    program: Program
    population: Population
    answers: AnswerRules
