"""The transitions of an interview."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from msgspec.structs import replace

from backtriage.interview.interview import Stopped, view
from backtriage.interview.marks import leave_open
from backtriage.interview.progress import Progress
from backtriage.interview.restored import Restored
from backtriage.interview.serialisation import restore, serialise
from backtriage.interview.state import Interview, Step
from backtriage.interview.transitions import (
    answer,
    back,
    change,
    go_on,
    keep,
    reconsider,
    start,
)
from backtriage.program.program import build_program
from backtriage.protocol.answer_parser import InvalidAnswer
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Compare, Yes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NUMBER, Ticks
from tests.support.builders import emergency_program, question
from tests.support.interviews import after, after_strain
from tests.support.protocols import tiny


def asked(state: Interview) -> str | None:
    question = view(state).question
    return question.id if question else None


def test_a_new_interview_asks_the_first_question() -> None:
    seen = view(start(tiny()))

    assert seen.question == tiny().questions["years"]
    assert seen.max_remaining == 4
    assert seen.progress == Progress(title="Your throat", left=4, of=4, at_most=4)
    assert (seen.certain, seen.possible) == (Urgency.SELF_CARE, Urgency.EMERGENCY)
    assert (seen.remembered, seen.notes, seen.can_go_back) == (None, (), False)
    assert not seen.is_emergency
    assert not seen.is_change


def test_answers_of_a_sheet_are_not_asked_again() -> None:
    answers = Answers({"years": Decimal(30), "airway": Ticks()})

    assert asked(start(tiny(), answers)) == "days"


@pytest.mark.parametrize(
    ("given", "next_question"),
    [
        ((), "years"),
        (("30",), "airway"),
        (("30", "none"), "days"),
        (("30", "none", "longer"), "feverish"),
        (("30", "none", "longer", "yes"), "fever_days"),
        (("30", "none", "longer", "not_sure"), "fever_days"),
        (("30", "none", "longer", "no"), None),
        (("30", "breathing"), None),
        (("30", "drooling?"), None),
    ],
)
def test_the_next_question(given: tuple[str, ...], next_question: str | None) -> None:
    assert asked(after(*given)) == next_question


def test_an_invalid_answer_is_returned() -> None:
    assert isinstance(answer(start(tiny()), "old"), InvalidAnswer)
    assert isinstance(answer(start(tiny()), "not_sure"), InvalidAnswer)


def test_a_finished_interview_takes_no_answer() -> None:
    done = after("30", "breathing")

    assert isinstance(answer(done, "yes"), InvalidAnswer)
    assert keep(done) == done


def test_back_remembers_the_answer_without_counting_it() -> None:
    state = back(after("30", "breathing"))

    assert asked(state) == "airway"
    assert "airway" not in state.answers
    assert view(state).remembered == Ticks(frozenset({"breathing"}))
    assert not view(state).is_emergency


def test_back_does_nothing_at_the_start() -> None:
    assert back(start(tiny())) == start(tiny())


def test_keep_repeats_the_remembered_answer() -> None:
    assert keep(back(after("30", "none"))) == after("30", "none")
    assert keep(start(tiny())) == start(tiny())


def test_a_change_can_be_taken_back_only_by_another_answer() -> None:
    """Otherwise the answer that was replaced, and may be calmer, would count again unasked."""
    changing = change(after("30", "none", "longer"), "airway")
    assert asked(changing) == "airway"
    assert (view(changing).progress, view(changing).is_change) == (None, True)
    assert view(changing).remembered == Ticks()

    changed = answer(changing, "breathing")
    assert isinstance(changed, Interview)
    assert view(changed).is_emergency
    assert changed.trail[-1] == Step(question="airway", before=Ticks(), was_change=True)

    again = back(changed)
    assert again.answers == back(again).answers == changed.answers
    assert (asked(again), view(again).remembered) == ("airway", changed.answers["airway"])
    assert view(back(again)).is_emergency
    assert back(again).trail == changing.trail
    other = answer(again, "none")
    assert isinstance(other, Interview)
    assert (other.answers, asked(other)) == (changing.answers, "feverish")


def test_max_remaining_ignores_the_answer_being_changed() -> None:
    state = after("30", "breathing")

    assert view(state).max_remaining == 0
    assert view(change(state, "airway")).max_remaining == 3


def test_only_counted_answers_can_be_changed() -> None:
    state = after("30", "none", "longer", "yes", "2")
    changed = answer(change(state, "feverish"), "no")
    assert isinstance(changed, Interview)

    assert change(state, "nothing_like_it") == state
    assert "fever_days" in changed.answers
    assert change(changed, "fever_days") == changed


def test_notes_are_shown_while_their_condition_holds() -> None:
    assert view(after("100")).notes == ("Take your time.",)
    assert view(after("99")).notes == ()


def test_not_sure_is_stored_as_an_answer() -> None:
    assert after("30", "none", "not_sure").answers["days"] is NOT_SURE


def test_stopped_carries_the_interview_and_the_exit_code() -> None:
    state = after("30")

    stopped = Stopped(state, 2)

    assert (stopped.interview, stopped.signal) == (state, 2)


def test_the_end_is_offered_once_urgency_and_scope_are_settled() -> None:
    early = start(tiny(), Answers({"years": Decimal(30), "feverish": False}))
    settled = answer(early, "none")
    assert isinstance(settled, Interview)
    resumed = start(tiny(), settled.answers)
    changing = change(settled, "years")

    assert (view(early).can_end, view(early).offers_end) == (False, False)
    assert (view(settled).can_end, view(settled).offers_end) == (True, True)
    assert (view(resumed).can_end, view(resumed).offers_end) == (True, True)
    assert (view(changing).can_end, view(changing).offers_end) == (False, False)


def test_the_end_is_not_offered_twice() -> None:
    plain = Question(id="extra", section="main", kind="yes_no", text="?", short="Extra", why=".")
    asks = replace(tiny().protocol.advice[0], id="more", when=Yes("extra"))
    protocol = replace(
        tiny().protocol,
        questions=(*tiny().protocol.questions, plain),
        advice=(*tiny().protocol.advice, asks),
    )
    given = Answers({"years": Decimal(30), "feverish": False})
    first = answer(start(build_program(protocol), given), "none")
    assert isinstance(first, Interview)
    second = answer(first, "under_1_week")
    assert isinstance(second, Interview)

    assert (view(second).can_end, view(second).offers_end) == (True, False)
    changed = answer(change(second, "airway"), "none")
    assert isinstance(changed, Interview)
    assert (view(changed).can_end, view(changed).offers_end) == (True, False)


def test_reconsider_without_an_answer_of_this_interview() -> None:
    begun = start(tiny(), Answers({"airway": Ticks(yes=frozenset({"breathing"}))}))
    assert reconsider(begun) == begun

    changing = change(after("44", "breathing"), "airway")
    assert reconsider(changing) == after("44", "breathing")


def test_back_undoes_going_on() -> None:
    state = after_strain()

    assert go_on(state).has_gone_on
    assert back(go_on(state)) == state


BREATHING = Ticks(frozenset({"breathing"}))


def test_who_leaves_a_changed_answer_with_a_mark_is_asked_it_again() -> None:
    """The earlier "none" counts until then, and no longer without being asked."""
    changing = change(after("44", "none", "longer", "no"), "airway")

    left = leave_open(changing, BREATHING)

    assert left.answers == changing.answers
    assert (asked(left), view(left).remembered, view(left).is_change) == (
        "airway",
        BREATHING,
        True,
    )
    assert went_on(left) == left
    kept = keep(left)
    assert kept.answers["airway"] == BREATHING
    assert (kept.changing, dict(kept.remembered)) == (None, {})
    for later in (back(left), change(left, "days")):
        assert dict(later.remembered) == {}
        assert view(change(later, "airway")).remembered == Ticks()


def went_on(interview: Interview) -> Interview:
    """Return the interview as it is gone on with, without the order of what was given."""
    restored = restore(interview.program, serialise(interview).encode())
    assert isinstance(restored, Restored)
    return dataclasses.replace(restored.interview, trail=interview.trail)


def test_an_emergency_is_shown_before_a_question_with_marks() -> None:
    """As when the rules have become stricter since."""
    left = leave_open(change(after("44", "none", "longer", "no"), "days"), "under_a_week")
    assert left.changing == "days"
    text = serialise(left).replace('"airway": []', '"airway": ["breathing"]')

    restored = restore(tiny(), text.encode())

    assert isinstance(restored, Restored)
    assert view(restored.interview).shows_emergency


@pytest.mark.parametrize(
    ("before", "marks"),
    [
        ("none", Ticks()),
        ("drooling?", Ticks()),  # less, and nothing new
        ("drooling", Ticks(unsure=frozenset({"drooling"}))),
    ],
)
def test_what_is_nothing_new_leaves_an_answer_as_it_is(before: str, marks: Ticks) -> None:
    changing = change(after("44", before), "airway")

    assert leave_open(changing, marks) == changing


def test_a_question_without_an_earlier_answer_stays_as_it_is() -> None:
    assert leave_open(after("44"), BREATHING) == after("44")
    done = after("44", "breathing")
    assert leave_open(done, Ticks()) == done


def test_a_mark_replaces_one_that_was_taken_back() -> None:
    went_back = back(after("44", "none"))

    left = leave_open(went_back, BREATHING)

    assert (left.answers, asked(left), view(left).remembered) == (
        went_back.answers, "airway", BREATHING,
    )  # fmt: skip


def test_a_mark_beside_an_emergency_counts_as_not_sure() -> None:
    """That is shown first, so nobody would be asked."""
    changing = change(after("44", "breathing"), "airway")

    left = leave_open(changing, Ticks(frozenset({"drooling"})))

    assert view(left).shows_emergency
    assert left.answers["airway"] == Ticks(frozenset({"breathing"}), frozenset({"drooling"}))


def test_another_number_beside_an_emergency_changes_nothing() -> None:
    program = emergency_program(
        question("years", NUMBER, most=120), question("late"),
        when=Compare("years", ">=", Decimal(60)),
    )  # fmt: skip
    changing = change(after("70", program=program), "years")
    assert view(changing).is_emergency

    assert leave_open(changing, Decimal(44)) == changing
