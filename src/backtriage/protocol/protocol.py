"""The data model of a protocol: what a rules folder declares.

Entries refer to others by id. Texts may hold placeholders such as `{emergency_number}`, which
each country fills in. Annotations are evaluated, because msgspec decodes the cache by them.
"""

from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from backtriage.protocol.features import Feature
from backtriage.protocol.guarantees import (
    Conflict,
    Impossible,
    NetLimit,
    NeverWith,
    Risk,
    SafetyFloor,
    Waiver,
)
from backtriage.protocol.texts import (
    ADVICE,
    AdviceCard,
    AdviceTable,
    Country,
    Evidence,
    Level,
    Note,
    Section,
    Service,
    TableRow,
    Titled,
)
from backtriage.terms.condition import Always, Condition
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Kind, Value

if TYPE_CHECKING:
    Skipped: TypeAlias = Value
else:
    # The type of the value depends on the kind of the question; `program.program` decodes it.
    Skipped = object


class Confirm(Struct, frozen=True, kw_only=True):
    """What to try when "not sure" alone decides an emergency, asked as one more question."""

    text: str
    clears: bool = False
    """Whether a "no" is then the answer. Otherwise the doubt stays, whatever the test shows."""


class Choice(Struct, frozen=True, kw_only=True):
    """One option of a one-of question, or one item of a some-of question."""

    id: str
    text: str
    short: str
    """The wording after "You said:"."""
    check: str = ""
    """A simple check for somebody who is not sure."""
    help: str = ""
    private: bool = False
    """Whether it is kept off pages that others may read."""
    confirm: Confirm | None = None
    """A "yes" to it ticks this item, or makes this choice."""
    opens: tuple[str, ...] = ()
    """Of an item on an emergency screen of the journal: the questions that it stands for."""


class Question(Struct, frozen=True, kw_only=True):
    """One question, shown on one screen."""

    id: str
    section: str
    kind: Kind
    text: str
    short: str
    """A noun phrase for the review and the hand-over sheet."""
    why: str
    help: str = ""
    none: str = ""
    """Label of the row for "none of these" in a some-of question."""
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    least: int = 0
    most: int = 0
    step: str = "1"
    """Numbers run from `least` to `most` by `step`, in `unit`."""
    allows_not_sure: bool = True
    ask_when: Condition = Always()
    """The guard: the question is asked unless this is certainly false."""
    follows_from: bool = False
    """The answer cannot be true while the guard is false."""
    if_skipped: Skipped = False
    """The value of a question that is not asked. Never "not sure"."""
    can_change: bool = True
    """False for what will not change in the coming weeks, such as age or past illness."""
    confirm: Confirm | None = None
    """Of a yes/no question; in a list it stands with the item, in a one-of with a choice."""
    private: bool = False
    """Whether all its answers are kept off pages that others may read."""
    from_journal: Feature | None = None
    """What answers it. Nobody is asked, and without a journal its answer is `if_skipped`."""
    in_journal: bool = False
    """Whether each entry of the journal asks it too."""
    evidence: tuple[str, ...] = ()

    @property
    def is_private(self) -> bool:
        """Whether some answer to it is kept off pages that others may read."""
        return self.private or any(choice.private for choice in self.choices)


class NamedFact(Struct, frozen=True, kw_only=True):
    """A condition with a name."""

    id: str
    when: Condition
    text: str = ""


class Points(Struct, frozen=True, kw_only=True):
    """The points that one answer adds to a score."""

    question: str
    answer: str
    """A choice, an item, `yes`, `no`, or "" for a range of numbers."""
    points: int
    least: int = 0
    most: int = 0
    """The range of numbers, both ends included."""


class Score(Struct, frozen=True, kw_only=True):
    """A sum of points over answers."""

    id: str
    points: tuple[Points, ...]


class SignGroup(Struct, frozen=True, kw_only=True):
    """One line of the safety net: what may happen later, for several rules of one urgency."""

    id: str
    urgency: Urgency
    text: str
    personal_when: Condition | None = None
    """Whom the line is for, by answers that cannot change; None for everybody."""


class Sign(Struct, frozen=True, kw_only=True):
    """How a line of the safety net speaks of one rule."""

    group: str
    words: tuple[str, ...] = ()
    """The words of the line that stand for the rule: for each finding that it needs."""
    names: Condition | None = None
    """What these words name; None for the rule's condition, taking as given what cannot change."""
    reason: str = ""
    """Why no words of the line stand for the rule."""
    unlisted: bool = False
    """Whether nobody who reads the line can come to the rule. They do not read `come_back`."""


class Rule(Struct, frozen=True, kw_only=True):
    """A condition with the urgency it leads to."""

    id: str
    urgency: Urgency
    when: Condition
    if_unsure: Urgency | None
    """The urgency when the condition evaluates to "not sure"; None if it does not fire then."""
    because: str
    come_back: str = ""
    signs: tuple[Sign, ...] = ()
    """The lines of the safety net that it belongs to."""
    service: str = ""
    out_of_scope: bool = False
    opens_triage: bool = False
    """Whether all of triage is asked when the journal makes it fire."""
    evidence: tuple[str, ...] = ()


class Advice(Struct, frozen=True, kw_only=True):
    """One piece of advice: who gets it, and when it is withheld."""

    id: str
    kind: str
    text: str = ""
    """What to do; empty if its rows say all."""
    short: str = ""
    """A noun phrase: its label on a page, and its name when it is withheld."""
    when: Condition = Always()
    withhold_if: Condition | None = None
    show_up_to: Urgency = Urgency.ROUTINE
    strength: str = ""
    evidence: tuple[str, ...] = ()
    card: AdviceCard = AdviceCard()
    table: str = ""
    rows: tuple[TableRow, ...] = ()
    """What it adds to the table."""
    step: bool = False
    """Whether it is something to do, which an entry of the journal can tick."""


class Verdict(Struct, frozen=True, kw_only=True):
    """One possible conclusion of a module."""

    id: str
    when: Condition
    text: str
    short: str = ""
    """The same in one line of the card."""
    stop: bool = False
    """Whether the card shows it as what the person must not do."""
    evidence: tuple[str, ...] = ()


class Module(Struct, frozen=True, kw_only=True):
    """A topic with scores and a verdict of its own, shown up to a given urgency."""

    id: str
    title: str
    show_up_to: Urgency
    why_not: str
    """Shown instead above `show_up_to`."""
    not_now: str = ""
    """The same in one line of the card."""
    unasked: str = ""
    """What the card says while the verdict depends on a missing answer."""
    counts: tuple[str, ...]
    """Scores to report."""
    verdicts: tuple[Verdict, ...]
    """From most to least cautious; the first that may be true is the verdict."""


class Protocol(Struct, frozen=True, kw_only=True, dict=True):
    """The contents of one rules folder, in written order."""

    id: str
    version: str
    title: str
    effective: str
    review_due: str
    reviewed_by: str | None
    about: str
    disclaimer: str
    emergency_line: str
    sections: tuple[Section, ...]
    levels: tuple[Level, ...]
    """Lowest urgency first."""
    questions: tuple[Question, ...]
    journal: tuple[Question, ...] = ()
    """The questions of an entry that no interview asks."""
    facts: tuple[NamedFact, ...] = ()
    scores: tuple[Score, ...] = ()
    rules: tuple[Rule, ...] = ()
    safety_net: tuple[SignGroup, ...] = ()
    """In the order of a page."""
    advice_kinds: tuple[Titled, ...] = ()
    advice: tuple[Advice, ...] = ()
    tables: tuple[AdviceTable, ...] = ()
    """In the order of a page."""
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
    net_limits: tuple[NetLimit, ...] = ()

    @property
    def advice_questions(self) -> frozenset[str]:
        """The ids of the questions in sections of the advice part."""
        sections = {section.id for section in self.sections if section.part == ADVICE}
        return frozenset(q.id for q in self.questions if q.section in sections)

    @cached_property
    def entry_questions(self) -> tuple[Question, ...]:
        """What an entry asks, in order: emergency screens, what triage asks too, and the rest."""
        shared = tuple(question for question in self.questions if question.in_journal)
        asked = (*shared, *self.journal)
        return tuple(sorted(asked, key=lambda q: not any(c.opens for c in q.choices)))

    @property
    def units(self) -> dict[str, str]:
        """The unit of each number question that has one, by question id."""
        return {question.id: question.unit for question in self.questions if question.unit}
