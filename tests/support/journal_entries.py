"""Journals, a small protocol that reads them, and strategies for both."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Final

from hypothesis import strategies as st

from backtriage.journal.days import Day, days_of
from backtriage.journal.entries import Entry
from backtriage.program.program import Program, build_program
from backtriage.protocol.features import FEATURES, Feature
from backtriage.protocol.protocol import Choice, Question, Rule
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Compare, Condition, Yes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NUMBER, SOME_OF, YES_NO, Ticks, Value
from tests.support.builders import choices, question
from tests.support.strategies import everybody, frame

FIRST: Final = date(2026, 3, 2)
NOW: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)

SCREEN: Final = question(
    "danger", SOME_OF, section="diary",
    choices=(Choice(id="chest", text="Chest.", short="chest", opens=("heart",)),
             Choice(id="legs", text="Legs.", short="legs", opens=("nerves", "heart"))),
)  # fmt: skip
PAIN: Final = question("pain", NUMBER, section="later", most=10, in_journal=True)
SEEN: Final = question("seen", section="diary")

NAMED: Final = {name: Feature(name=name, of={NUMBER: "pain", YES_NO: "seen"}.get(kind.of, ""),
                              by=2 if kind.by else 0)
                for name, kind in FEATURES.items()}  # fmt: skip
"""A feature of each name."""


def reading(feature: Feature, **fields: object) -> Question:
    """Return a question that a feature answers, named like it."""
    kind = FEATURES[feature.name].kind
    range_ = {"most": 100, "step": "0.5", "if_skipped": Decimal(0)} if kind == NUMBER else {}
    return question(feature.name, kind, from_journal=feature, **{**range_, **fields})


def rule(id_: str, when: Condition, **fields: object) -> Rule:
    """Return a rule for a visit."""
    usual: dict[str, object] = {"urgency": Urgency.ROUTINE, "if_unsure": None, "because": "So."}
    return Rule(id=id_, when=when, **{**usual, **fields})  # type: ignore[arg-type]


def program(*rules: Rule, journal: Iterable[Question] = (SCREEN, SEEN)) -> Program:
    """Return a program that reads every feature."""
    lists = (question(id_, SOME_OF, choices=choices("a", "b")) for id_ in ("heart", "nerves"))
    return build_program(frame(
        questions=(*lists, *map(reading, NAMED.values()), PAIN),
        journal=tuple(journal), rules=(*rules, everybody()),
    ))  # fmt: skip


def above(feature: str, bound: int) -> Condition:
    """Return that a feature is at least so much."""
    return Compare(feature, ">=", Decimal(bound))


WORSE: Final = rule("worse", above("rise", 1), opens_triage=True)
KEPT: Final = rule("kept_up", Yes("kept"))


def entry(at: int, pain: float | None = None, **fields: object) -> Entry:
    """Return an entry so many days after the first day, with an id of its own by default."""
    answers: dict[str, Value] = {} if pain is None else {"pain": Decimal(str(pain))}
    usual: dict[str, object] = {
        "id": f"e{at}", "day": FIRST + timedelta(at), "answers": Answers(answers),
        "moment": datetime(2026, 3, 2, 20, tzinfo=UTC) + timedelta(at),
    }  # fmt: skip
    return Entry(**{**usual, **fields})  # type: ignore[arg-type]


def kept(*pains: float | None) -> tuple[Day, ...]:
    """Return the days of a journal with one entry a day; None is a day without any."""
    return days_of(entry(at, pain) for at, pain in enumerate(pains) if pain is not None)


def last(*pains: float | None) -> date:
    """Return the day of the last of these."""
    return FIRST + timedelta(len(pains) - 1)


PAINS: Final = st.integers(0, 10).map(Decimal)

ZONES: Final = st.integers(-12 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))

MARKS: Final[st.SearchStrategy[Value]] = st.sampled_from([False, True, NOT_SURE])

TICKED: Final = Ticks(frozenset({"legs"}), frozenset({"chest"}))


@st.composite
def entries(draw: st.DrawFn, most: int = 15) -> tuple[Entry, ...]:
    """Draw entries in any order of days, with corrections of earlier ones."""
    found: list[Entry] = []
    for at in range(draw(st.integers(0, most))):
        values: dict[str, Value] = {}
        if draw(st.integers(0, 4)):
            values["pain"] = draw(st.one_of(PAINS, st.just(NOT_SURE)))
        if draw(st.booleans()):
            values["seen"] = draw(MARKS)
        if draw(st.booleans()):
            values["danger"] = draw(st.sampled_from([Ticks(), TICKED]))
        ids = [one.id for one in found]
        supersedes = draw(st.sampled_from(ids)) if ids and not draw(st.integers(0, 4)) else ""
        found.append(Entry(
            id=f"id{at}", day=FIRST + timedelta(draw(st.integers(0, 60))),
            moment=draw(st.datetimes(datetime(2026, 1, 1), datetime(2026, 5, 1),  # noqa: DTZ001
                                     timezones=ZONES)),
            answers=Answers(values), note=draw(st.text(max_size=20)), supersedes=supersedes,
            done=tuple(draw(st.lists(st.text(max_size=5), max_size=2))),
            urgency=draw(st.sampled_from(["", "routine"])),
            protocol=draw(st.sampled_from(["", "ankle 1.0.0 sha256:0"])),
        ))  # fmt: skip
    return tuple(found)
