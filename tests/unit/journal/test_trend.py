"""What a journal opens, by the emergency screen of an entry and by the rules of its protocol."""

from __future__ import annotations

from typing import Final

import pytest
from msgspec.structs import replace

from backtriage.decide.assessment import assess
from backtriage.journal.features import features
from backtriage.journal.trend import (
    Opening,
    TrendReason,
    emergency_screens,
    opening,
    trend_reasons,
)
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question
from backtriage.render.as_text import as_text
from backtriage.render.page import page_for
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always, Any, Not
from backtriage.terms.condition import Yes as IsYes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Ticks, Value
from tests.support.journal_entries import (
    KEPT,
    NAMED,
    SCREEN,
    SEEN,
    TICKED,
    WORSE,
    above,
    kept,
    last,
    program,
    rule,
)
from tests.support.protocols import shipped, tiny

SOON: Final = rule(
    "no_better", Not(above("fall", 2)), urgency=Urgency.SOON, if_unsure=Urgency.ROUTINE
)
MIXED: Final = rule("mixed", Any((above("rise", 1), IsYes("kept"))))

PROGRAM: Final = program(WORSE, KEPT, SOON, MIXED)


def journal(*pains: float | None) -> Answers:
    return features(PROGRAM, kept(*pains), last(*pains))


def test_rules_of_the_journal_alone_are_reasons() -> None:
    found = trend_reasons(PROGRAM, journal(2, 2, 2, *[5] * 7))
    assert found == (
        TrendReason(rule=SOON, urgency=Urgency.SOON),
        TrendReason(rule=WORSE, urgency=Urgency.ROUTINE),
        TrendReason(rule=KEPT, urgency=Urgency.ROUTINE),
        TrendReason(rule=MIXED, urgency=Urgency.ROUTINE),
    )


def test_what_is_not_known_counts_as_the_rule_says() -> None:
    found = trend_reasons(PROGRAM, journal(5))
    assert [(each.rule.id, each.urgency) for each in found] == [
        ("kept_up", Urgency.ROUTINE), ("no_better", Urgency.ROUTINE), ("mixed", Urgency.ROUTINE),
    ]  # fmt: skip


def test_rules_that_read_anything_else_are_not() -> None:
    other = rule("other", Any((IsYes("kept"), above("pain", 1))))
    everybody = rule("all", Always())
    with_others = program(other, everybody)
    assert trend_reasons(with_others, features(with_others, kept(1), last(1))) == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, Opening(was_asked=False)),
        (Ticks(), Opening()),
        (TICKED, Opening(ticked=("legs",), unsure=("chest",))),
        (Ticks(unsure=frozenset({"chest"})), Opening(unsure=("chest",))),
        (Ticks(yes=frozenset({"chest", "legs"})), Opening(ticked=("chest", "legs"))),
    ],
)
def test_the_screen_opens_triage(value: Value | None, expected: Opening) -> None:
    entry = Answers() if value is None else Answers({"danger": value})
    found = opening(PROGRAM, entry, journal(5, 5))
    assert found == expected
    assert found.opens is bool(expected.ticked or expected.unsure)


def test_a_rise_opens_triage() -> None:
    found = opening(PROGRAM, Answers({"danger": Ticks()}), journal(2, 2, 2, *[5] * 7))
    assert (found.rules, found.opens) == ((WORSE,), True)


def test_a_rise_in_doubt_opens_nothing_unless_its_rule_says_so() -> None:
    assert not opening(PROGRAM, Answers({"danger": Ticks()}), journal(5)).opens


def test_a_protocol_without_a_journal_opens_nothing() -> None:
    assert emergency_screens(tiny().protocol) == ()
    assert emergency_screens(program(journal=(SEEN,)).protocol) == ()
    assert opening(tiny(), Answers(), Answers()) == Opening()


def test_the_screens_come_first() -> None:
    assert [q.id for q in PROGRAM.protocol.entry_questions] == ["danger", "pain", "seen"]
    assert emergency_screens(PROGRAM.protocol) == (SCREEN,)


def test_each_screen_must_have_an_answer() -> None:
    more = replace(SCREEN, id="more")
    two = program(journal=(SEEN, SCREEN, more))
    assert emergency_screens(two.protocol) == (SCREEN, more)
    none, ticked = Ticks(), Ticks(yes=frozenset({"legs"}))
    assert opening(two, Answers({"danger": none}), Answers()) == Opening(was_asked=False)
    assert opening(two, Answers({"danger": none, "more": none}), Answers()) == Opening()
    found = opening(two, Answers({"danger": none, "more": ticked}), Answers())
    assert (found.ticked, found.opens) == (("legs",), True)


# -- the shipped protocol ------------------------------------------------------------------


def known(program: Program, **values: Value) -> Answers:
    """Return the features of a journal that says nothing else."""
    best = {id_: q.if_skipped for id_, q in program.questions.items() if q.from_journal}
    return Answers({**best, **values})


@pytest.mark.parametrize("screen", emergency_screens(shipped().protocol), ids=lambda q: str(q.id))
def test_a_shipped_screen_opens_triage_whatever_is_ticked(screen: Question) -> None:
    for choice in screen.choices:
        for ticks in (Ticks(yes=frozenset({choice.id})), Ticks(unsure=frozenset({choice.id}))):
            found = opening(shipped(), Answers({screen.id: ticks}), known(shipped()))
            assert found.opens


def test_a_shipped_journal_without_news_opens_nothing() -> None:
    assert opening(shipped(), Answers(), known(shipped())) == Opening(was_asked=False)
    unknown = {
        id_: NOT_SURE for id_ in known(shipped()) if shipped().questions[id_].allows_not_sure
    }
    assert not opening(shipped(), Answers(), known(shipped(), **unknown)).opens


def test_features_are_named() -> None:
    assert set(NAMED) == {
        q.from_journal.name for q in PROGRAM.questions.values() if q.from_journal
    }


def test_what_is_read_without_a_journal_is_said() -> None:
    found = page_for(assess(PROGRAM, Answers()), why=True)
    assert "rise >= 1 [no journal, read as: 0]" in as_text(found.sections)


def test_a_page_names_the_rule_and_no_question_of_a_journal() -> None:
    """The numbers mean little to a reader; what they come to is said by the rule."""
    found = assess(PROGRAM, journal(2, 2, 2, *[5] * 7))
    assert (found.urgency, found.not_sure) == (Urgency.SOON, ())
    assert "So." in as_text(page_for(found).sections)
    unknown = assess(PROGRAM, journal(5))
    assert unknown.not_sure == ()
