"""A journal adds to a result and takes nothing from it; without one, there is no difference.

Exactly: a worse number on a day of the recent week never lowers the urgency, nor does a new entry
of that week that is as bad as any before. On an earlier day it can, because somebody who was
worse off then has come further since; a journal that compares with the past cannot do without
that. No journal lowers what triage alone comes to.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Final

from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.decide.assessment import assess
from backtriage.decide.many import outcomes
from backtriage.exchange.template import template_text
from backtriage.journal.days import days_of
from backtriage.journal.entries import Entry
from backtriage.journal.features import features
from backtriage.journal.trend import TrendReason, trend_reasons
from backtriage.program.program import Program, build_program
from backtriage.protocol.dependencies import questions_read
from backtriage.render.as_json import as_json
from backtriage.render.as_text import as_text
from backtriage.render.page import page_for
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Value
from tests.support.journal_entries import FIRST, MARKS, PAINS, entry
from tests.support.protocols import SHIPPED, cases_in, shipped

PROGRAM: Final = shipped()

FEATURES: Final = frozenset(id_ for id_, q in PROGRAM.questions.items() if q.from_journal)

SHEETS: Final = tuple(
    case.sheet for case in cases_in(SHIPPED) if not FEATURES.intersection(case.sheet)
)
"""People of the cases who keep no journal."""

_EVERY: Final = 25

_WHOLE: Final = st.integers(0, 10)


@cache
def without_journal() -> Program:
    """Return the shipped protocol as if there were no journal, under the same digest."""
    p = PROGRAM.protocol
    rules = (
        r for r in p.rules
        if not FEATURES.intersection(questions_read(r.when, PROGRAM.facts, PROGRAM.scores))
    )  # fmt: skip
    facts = (
        f for f in p.facts
        if not FEATURES.intersection(questions_read(f.when, PROGRAM.facts, PROGRAM.scores))
    )  # fmt: skip
    stripped = replace(
        p, journal=(), rules=tuple(rules), facts=tuple(facts),
        questions=tuple(replace(q, in_journal=False) for q in p.questions if q.id not in FEATURES),
        sections=tuple(section for section in p.sections if section.part != "journal"),
        risk=tuple(risk for risk in p.risk if risk.question not in FEATURES),
    )  # fmt: skip
    return build_program(stripped, PROGRAM.digest)


def test_the_protocol_has_a_journal() -> None:
    assert FEATURES
    assert len(without_journal().rules) < len(PROGRAM.rules)
    assert len(SHEETS) > 1000


def test_without_a_journal_everybody_is_decided_as_before() -> None:
    """The decision of every case, with what is missing and why."""
    assert outcomes(PROGRAM, SHEETS) == outcomes(without_journal(), SHEETS)


def test_without_a_journal_a_result_is_the_same_byte_for_byte() -> None:
    for sheet in (Answers(), *SHEETS[::_EVERY]):
        mine, other = (_written_out(each, sheet) for each in (PROGRAM, without_journal()))
        assert mine == other


def _written_out(program: Program, sheet: Answers) -> list[str]:
    """Return a result as data, as the page of a patient, and as that of a clinician.

    Only the list of all rules, which somebody can ask for, has more.
    """
    found = assess(program, sheet)
    pages = (page_for(found), page_for(found, "clinician", private=True))
    return [as_json(found), *(as_text(page.sections) for page in pages)]


def test_a_sheet_to_fill_in_is_the_same() -> None:
    assert template_text(PROGRAM) == template_text(without_journal())


@given(data=st.data(), pains=st.lists(st.none() | PAINS, min_size=1, max_size=45))
def test_a_journal_lowers_nothing(data: st.DataObject, pains: Sequence[Decimal | None]) -> None:
    sheet = data.draw(st.sampled_from(SHEETS))
    kept = features(PROGRAM, days_of(data.draw(_written(pains))), _last(pains))
    (alone,) = outcomes(PROGRAM, [sheet])
    (both,) = outcomes(PROGRAM, [Answers({**sheet, **kept})])
    assert both.certain >= alone.certain
    assert both.possible >= alone.possible


@given(
    data=st.data(), pains=st.lists(st.none() | PAINS, min_size=1, max_size=45),
    back=st.integers(0, 6), by=st.integers(1, 10),
)  # fmt: skip
def test_a_worse_day_of_the_recent_week_never_lowers_the_urgency(
    data: st.DataObject, pains: Sequence[Decimal | None], back: int, by: int
) -> None:
    written = data.draw(_written(pains))
    day = _last(pains) - timedelta(back)
    worse = [
        replace(one, answers=_raised(one.answers, by)) if one.day == day else one
        for one in written
    ]
    before, after = (features(PROGRAM, days_of(each), _last(pains)) for each in (written, worse))
    low, high = (trend_reasons(PROGRAM, each) for each in (before, after))
    assert {each.rule.id for each in low} <= {each.rule.id for each in high}
    assert _urgency(low) <= _urgency(high)
    sheet = data.draw(st.sampled_from(SHEETS))
    (mild,), (bad,) = (outcomes(PROGRAM, [Answers({**sheet, **each})]) for each in (before, after))
    assert mild.certain <= bad.certain
    assert mild.possible <= bad.possible


@given(
    old=st.dictionaries(st.integers(7, 34), _WHOLE, min_size=2, max_size=6),
    late=st.dictionaries(st.integers(0, 6), _WHOLE, max_size=2),
    back=st.integers(0, 6),
)  # fmt: skip
@example(old={24: 8, 23: 4, 15: 5, 12: 8}, late={4: 6, 1: 4}, back=0)
@example(old={36: 7, 33: 9, 28: 8, 20: 5, 16: 6, 8: 3}, late={7: 5}, back=0)
@example(old={40: 8, 38: 8, 36: 8, 22: 2}, late={5: 2, 3: 2}, back=0)
def test_a_new_entry_as_bad_as_any_never_lowers_the_urgency(
    old: dict[int, int], late: dict[int, int], back: int
) -> None:
    """Of somebody who seldom writes, it moves old days out of the recent stretch.

    Args:
        old: The number of each day before the last week, by how many days ago.
        late: Those of the last week.
        back: How many days ago the new entry is of.
    """
    today = FIRST + timedelta(60)
    days = {**old, **late}
    written = [entry(60 - ago, answers=_pain(pain)) for ago, pain in sorted(days.items())[::-1]]
    worst = max(1, *days.values())
    for bad in {worst, 10}:
        more = [*written, entry(60 - back, id="new", answers=_pain(bad))]
        low, high = (
            trend_reasons(PROGRAM, features(PROGRAM, days_of(each), today))
            for each in (written, more)
        )
        assert {each.rule.id for each in low} <= {each.rule.id for each in high}


def test_a_worse_first_day_can_lower_the_urgency() -> None:
    """Whoever began at 8 is better at 5, and whoever began at 6 is not."""
    pains = [5] * 30
    from_six, from_eight = (
        features(PROGRAM, days_of(entry(at, p, answers=_pain(p)) for at, p in enumerate(each)),
                 FIRST + timedelta(36))
        for each in ([6] * 7 + pains, [8] * 7 + pains)
    )  # fmt: skip
    found = [trend_reasons(PROGRAM, each) for each in (from_six, from_eight)]
    assert [[each.rule.id for each in one] for one in found] == [["journal_no_better"], []]


def _pain(pain: float) -> Answers:
    return Answers({_NUMBER: Decimal(str(pain))})


_NUMBER: Final = next(
    q.from_journal.of for q in PROGRAM.questions.values()
    if q.from_journal and q.from_journal.name == "fall"
)  # fmt: skip
"""The question whose number the shipped journal follows."""

_YES: Final = next(
    q.from_journal.of for q in PROGRAM.questions.values()
    if q.from_journal and q.from_journal.name == "days_with"
)  # fmt: skip


@st.composite
def _written(draw: st.DrawFn, pains: Sequence[Decimal | None]) -> list[Entry]:
    """Draw one or two entries for each day with a number, and none for the others."""
    found: list[Entry] = []
    for at, pain in enumerate(pains):
        for more in range(draw(st.integers(1, 2)) if pain is not None else 0):
            values: dict[str, Value] = {_YES: draw(MARKS)}
            if pain is not None:
                values[_NUMBER] = min(Decimal(10), pain + 2 * more)
            found.append(entry(at, id=f"{at}.{more}", answers=Answers(values)))
    return found


def _raised(answers: Answers, by: int) -> Answers:
    value = answers.value(_NUMBER)
    assert isinstance(value, Decimal)
    return answers.with_(_NUMBER, min(Decimal(10), value + by))


def _last(pains: Sequence[object]) -> date:
    return FIRST + timedelta(len(pains) - 1)


def _urgency(found: Sequence[TrendReason]) -> Urgency:
    return max((each.urgency for each in found), default=Urgency.SELF_CARE)
