"""The nouns of a protocol, as its authors know them.

Everything is frozen, compares by value and refers to other things by id. Words may hold
placeholders such as `{emergency_number}`, which a country fills in. The annotations are real
types, not text: reading the cache looks at each of them.
"""

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from backtriage.terms.condition import Always, Condition
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Kind, Value

if TYPE_CHECKING:
    Skipped: TypeAlias = Value
else:
    # Which kind of value it is depends on the question: `program.as_json` sees to that.
    Skipped = object

Words = tuple[tuple[str, str], ...]
"""Placeholder and text, in written order."""


class Choice(Struct, frozen=True, kw_only=True):
    """One row of a one-of or some-of question."""

    id: str
    text: str
    short: str
    """How it reads after "You said:"."""
    check: str = ""
    """A simple check to do when not sure."""
    help: str = ""


class Question(Struct, frozen=True, kw_only=True):
    """What is asked: one question is one screen."""

    id: str
    section: str
    kind: Kind
    text: str
    short: str
    """A noun phrase for review pages and the hand-over sheet."""
    why: str
    """Why we ask, in a sentence or two."""
    help: str = ""
    none: str = ""
    """Label of the row that clears a some-of list."""
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    least: int = 0
    most: int = 0
    step: str = "1"
    """Numbers run from `least` to `most` by `step`, in `unit`."""
    allows_not_sure: bool = True
    ask_when: Condition = Always()
    """The guard: asked unless this is certainly false."""
    follows_from: bool = False
    """The answer cannot be true while the guard is false."""
    if_skipped: Skipped = False
    """What an unasked question reads as. Never "not sure"."""
    can_change: bool = True
    """False for what will not change in the coming weeks: age, past illness."""
    evidence: tuple[str, ...] = ()


class NamedFact(Struct, frozen=True, kw_only=True):
    """A condition with a name."""

    id: str
    when: Condition
    text: str = ""


class Points(Struct, frozen=True, kw_only=True):
    """What one answer adds to a score."""

    question: str
    answer: str
    """A choice, an item, `yes`, `no`, or "" for a number band."""
    points: int
    least: int = 0
    most: int = 0
    """The band of a number, both ends included."""


class Score(Struct, frozen=True, kw_only=True):
    """A count of points over answers."""

    id: str
    points: tuple[Points, ...]


class Rule(Struct, frozen=True, kw_only=True):
    """One reason to be seen, and how soon."""

    id: str
    urgency: Urgency
    when: Condition
    if_unsure: Urgency | None
    """What the rule gives when its condition rests on "not sure"; None is nothing."""
    because: str
    come_back: str = ""
    service: str = ""
    out_of_scope: bool = False
    evidence: tuple[str, ...] = ()


class Advice(Struct, frozen=True, kw_only=True):
    """One thing worth saying, to whom, and when to hold it back."""

    id: str
    kind: str
    text: str
    short: str = ""
    """What it is about, as a noun phrase: its label on a page, and its name when held back."""
    when: Condition = Always()
    withhold_if: Condition | None = None
    show_up_to: Urgency = Urgency.ROUTINE
    strength: str = ""
    evidence: tuple[str, ...] = ()


class Verdict(Struct, frozen=True, kw_only=True):
    """One possible finding of a module."""

    id: str
    when: Condition
    text: str
    evidence: tuple[str, ...] = ()


class Module(Struct, frozen=True, kw_only=True):
    """A subject with counts and a verdict of its own, below a certain urgency."""

    id: str
    title: str
    show_up_to: Urgency
    why_not: str
    """Said instead when the urgency is above `show_up_to`."""
    counts: tuple[str, ...]
    """Scores to report."""
    verdicts: tuple[Verdict, ...]
    """From most to least cautious; the first that may hold is the verdict."""


class Level(Struct, frozen=True, kw_only=True):
    """What belongs to one urgency."""

    urgency: Urgency
    word: str
    headline: str
    within: str
    service: str
    come_back_heading: str = ""
    steps: tuple[str, ...] = ()
    bring: tuple[str, ...] = ()


class Titled(Struct, frozen=True, kw_only=True):
    """An id with a title: a section of questions, or a kind of advice."""

    id: str
    title: str


class Service(Struct, frozen=True, kw_only=True):
    """Somewhere to go."""

    id: str
    where: str


class Country(Struct, frozen=True, kw_only=True):
    """The words one country puts for placeholders. The id `default` is no country."""

    id: str
    name: str
    words: Words
    evidence: tuple[str, ...] = ()


class Note(Struct, frozen=True, kw_only=True):
    """Words shown on every screen while a condition holds."""

    id: str
    when: Condition
    text: str


class Evidence(Struct, frozen=True, kw_only=True):
    """A source, and how honestly it was checked."""

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


class Risk(Struct, frozen=True, kw_only=True):
    """Which answers to a question are worse."""

    question: str
    direction: str
    """yes, no, more, fewer, higher, lower, order or none."""
    order: tuple[str, ...] = ()
    """For `order`: every choice, least to worst."""
    reason: str = ""


class SafetyFloor(Struct, frozen=True, kw_only=True):
    """A red flag and the least urgency it must lead to, told apart from the rules."""

    id: str
    when: Condition
    at_least: Urgency
    because: str
    if_unsure: Urgency | None = None
    """The least urgency while the person is not sure about it; None promises nothing."""
    evidence: tuple[str, ...] = ()


class Impossible(Struct, frozen=True, kw_only=True):
    """Answers that no person can truly have. Only the claim on hidden flags leans on it."""

    id: str
    when: Condition
    because: str


class Conflict(Struct, frozen=True, kw_only=True):
    """Two pieces of advice that must never stand on one page."""

    id: str
    advice: tuple[str, ...]
    because: str


class NeverWith(Struct, frozen=True, kw_only=True):
    """Who must never be given some advice, nor reach some verdict; not sure counts as yes."""

    id: str
    advice: tuple[str, ...]
    """Advice ids, and verdicts as `module.verdict`."""
    when: Condition
    because: str


class Waiver(Struct, frozen=True, kw_only=True):
    """A departure from a default that somebody answers for."""

    about: str
    """A rule, a floor or a question: which, says `accepts`."""
    accepts: str
    reason: str
    review_by: str


class Protocol(Struct, frozen=True, kw_only=True):
    """Everything one rules folder says, in its own order."""

    id: str
    version: str
    title: str
    effective: str
    review_due: str
    reviewed_by: str | None
    about: str
    disclaimer: str
    emergency_line: str
    sections: tuple[Titled, ...]
    levels: tuple[Level, ...]
    """Lowest urgency first."""
    questions: tuple[Question, ...]
    facts: tuple[NamedFact, ...] = ()
    scores: tuple[Score, ...] = ()
    rules: tuple[Rule, ...] = ()
    advice_kinds: tuple[Titled, ...] = ()
    advice: tuple[Advice, ...] = ()
    modules: tuple[Module, ...] = ()
    services: tuple[Service, ...] = ()
    countries: tuple[Country, ...] = ()
    notes: tuple[Note, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    risk: tuple[Risk, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    floors: tuple[SafetyFloor, ...] = ()
    impossible: tuple[Impossible, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    never_with: tuple[NeverWith, ...] = ()
