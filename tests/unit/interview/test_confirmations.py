"""Confirming a doubt in the tiny protocol."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal

import pytest
from msgspec.structs import replace

from backtriage.decide import outcome
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.outcome import Reached
from backtriage.decide.receipt import receipt_of
from backtriage.interview import confirmations
from backtriage.interview.confirmations import Finding, pending
from backtriage.interview.interview import assessment_of, view
from backtriage.interview.restored import Restored
from backtriage.interview.serialisation import restore, serialise
from backtriage.interview.state import Interview
from backtriage.interview.transitions import (
    answer,
    back,
    change,
    confirm,
    keep,
    reconsider,
    start,
)
from backtriage.program.doubts import doubts
from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import Choice, Confirm
from backtriage.terms.answers import Answers
from backtriage.terms.condition import All, Any, Includes, Is, Yes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, ONE_OF, SOME_OF, Ticks, Value
from tests.support.builders import choices, question
from tests.support.interviews import HARD, SPIT, after, confirming
from tests.support.protocols import tiny

YES, NO, STILL = Finding.YES, Finding.NO, Finding.NOT_SURE


def doubtful(*answers: object, program: Program | None = None) -> Interview:
    return after("30", *answers, program=program or confirming())


def asked(state: Interview) -> str | None:
    """The name of the doubt that is to be confirmed."""
    doubt = view(state).confirmation
    return doubt.name if doubt else None


def with_rule(condition: All | Any | Is | Yes, program: Program) -> Program:
    """The protocol with another condition for its emergency."""
    alarm, *rest = program.protocol.rules
    return build_program(replace(program.protocol, rules=(replace(alarm, when=condition), *rest)))


def after_all(*findings: Finding, state: Interview) -> Interview:
    for finding in findings:
        state = confirm(state, finding)
    return state


def test_a_doubt_that_alone_is_an_emergency_is_confirmed_first() -> None:
    state = doubtful("drooling?")
    now = view(state)

    assert asked(state) == "airway.drooling"
    assert now.confirmation is not None
    assert now.confirmation.confirm == SPIT
    assert (now.question, now.max_remaining) == (None, 0)
    assert (now.is_emergency, now.shows_emergency) == (True, False)
    assert assessment_of(state).certain is Urgency.EMERGENCY


@pytest.mark.parametrize(
    ("finding", "value", "shows_emergency"),
    [
        (YES, Ticks(frozenset({"drooling"})), True),
        (NO, Ticks(), False),
        (STILL, Ticks(unsure=frozenset({"drooling"})), True),
    ],
)
def test_each_finding(finding: Finding, value: Ticks, *, shows_emergency: bool) -> None:
    state = confirm(doubtful("drooling?"), finding)

    assert state.answers["airway"] == value
    assert state.checked == {"airway.drooling"}
    assert asked(state) is None
    assert view(state).shows_emergency is shows_emergency
    question = view(state).question
    assert (question and question.id) == (None if shows_emergency else "days")


def test_a_no_that_clears_nothing_leaves_the_doubt() -> None:
    state = confirm(doubtful("breathing?"), NO)

    assert state.answers["airway"] == Ticks(unsure=frozenset({"breathing"}))
    assert view(state).shows_emergency


def test_the_worst_is_asked_first_and_the_rest_only_while_it_matters() -> None:
    both = confirming(replace(HARD, clears=True))
    state = doubtful("breathing?;drooling?", program=both)

    assert asked(state) == "airway.breathing"
    assert asked(confirm(state, YES)) is None  # an emergency already
    assert asked(confirm(state, STILL)) is None
    assert asked(confirm(state, NO)) == "airway.drooling"
    cleared = after_all(NO, NO, state=state)
    assert (cleared.answers["airway"], asked(cleared)) == (Ticks(), None)
    assert not view(cleared).is_emergency


def test_more_than_two_doubts_are_not_asked_about() -> None:
    """Whatever two tests find, the third doubt would still be an emergency."""
    grown = Choice(id="stridor", text="Noise.", short="noise", confirm=SPIT)
    years, airway, *rest = confirming().protocol.questions
    airway = replace(airway, choices=(*airway.choices, grown))
    items = tuple(Includes("airway", choice.id) for choice in airway.choices)
    program = with_rule(
        Any(items),
        build_program(replace(tiny().protocol, questions=(years, airway, *rest))),
    )

    assert asked(doubtful("breathing?;drooling?", program=program)) == "airway.breathing"
    state = doubtful("breathing?;drooling?;stridor?", program=program)
    assert asked(state) is None
    assert view(state).shows_emergency


@pytest.mark.parametrize(("count", "is_asked"), [(2, True), (3, False), (40, False)])
def test_many_doubts_with_many_choices_keep_nobody_waiting(count: int, *, is_asked: bool) -> None:
    """Their choices multiply: the emergency is shown at once instead of trying them all."""
    kinds = tuple(Choice(id=f"c{at}", text="So.", short="so") for at in range(7))
    kinds = (*kinds[:-1], replace(kinds[-1], confirm=HARD))
    added = tuple(question(f"q{at}", ONE_OF, choices=kinds) for at in range(count))
    program = with_rule(
        Any(tuple(Is(each.id, ("c6",)) for each in added)),
        build_program(replace(tiny().protocol, questions=(*tiny().protocol.questions, *added))),
    )
    state = start(program, Answers({"years": Decimal(30)} | {each.id: NOT_SURE for each in added}))

    assert assessment_of(state).certain is Urgency.EMERGENCY
    assert pending(program, state.answers, frozenset()) == (
        tuple(doubts(program)) if is_asked else ()
    )


@pytest.mark.parametrize(("lists", "tries"), [(1, 100), (30, 1)])
def test_doubts_times_their_ways_keep_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch, lists: int, tries: int
) -> None:
    """Each is tried with every way of the others: those are few, or none is tried."""
    three = tuple(Choice(id=f"c{at}", text="So.", short="so", confirm=HARD if at else None)
                  for at in (0, 1))  # fmt: skip
    items = tuple(Choice(id=f"c{at}", text="So.", short="so", confirm=SPIT) for at in range(9))
    added = (
        *(question(f"q{at}", ONE_OF, choices=(*three, *choices("c2"))) for at in range(2)),
        *(question(f"l{at}", SOME_OF, choices=items) for at in range(lists)),
    )
    signs = [Is(each.id, ("c1",)) for each in added if each.kind == ONE_OF]
    ticks = [Includes(each.id, c.id) for each in added if each.kind == SOME_OF for c in items]
    program = with_rule(
        Any((*signs, *ticks)),
        build_program(replace(tiny().protocol, questions=(*tiny().protocol.questions, *added))),
    )
    doubted: dict[str, Value] = {"years": Decimal(30)}
    doubted |= {
        each.id: NOT_SURE if each.kind == ONE_OF else Ticks(unsure=frozenset(c.id for c in items))
        for each in added
    }
    answers = Answers(doubted)
    found: list[Evaluation] = []

    def urgencies(evaluation: Evaluation) -> tuple[Reached, Reached]:
        found.append(evaluation)
        return outcome.urgencies(evaluation)

    monkeypatch.setattr(confirmations, "urgencies", urgencies)

    assert pending(program, answers, frozenset()) == ()
    assert len(found) <= tries


def test_two_doubts_that_only_together_are_an_emergency() -> None:
    """One no is enough, so the worst is asked about, and the other if that stays in doubt."""
    both = All((Includes("airway", "breathing"), Includes("airway", "drooling")))
    state = doubtful("breathing?;drooling?", program=with_rule(both, confirming()))

    assert asked(state) == "airway.breathing"
    state = confirm(state, NO)
    assert asked(state) == "airway.drooling"
    assert not view(confirm(state, NO)).is_emergency


def test_an_emergency_by_an_answer_that_is_set_aside_is_corrected_and_not_tried() -> None:
    """Neither a doubt that is set aside, nor one that is an emergency only with such an answer."""
    years, airway, *rest = confirming().protocol.questions
    guard = question("pregnant")
    later = question("bleeding", ask_when=Yes("pregnant"), confirm=SPIT)
    program = build_program(
        replace(confirming().protocol, questions=(years, airway, *rest, guard, later))
    )
    aside = Answers({"years": Decimal(30), "pregnant": False, "bleeding": NOT_SURE})
    alone = with_rule(Yes("bleeding"), program)
    together = with_rule(All((Yes("bleeding"), Includes("airway", "drooling"))), program)
    drooling = aside.with_("airway", Ticks(unsure=frozenset({"drooling"})))

    for contradicted, answers in ((alone, aside), (together, drooling)):
        state = start(contradicted, answers)
        assert view(state).is_emergency
        assert pending(contradicted, answers, frozenset()) == ()
        assert pending(contradicted, answers.with_("pregnant", value=True), frozenset()) != ()


def test_out_of_scope_no_doubt_is_asked_about() -> None:
    """A test at home clears nothing about a child, nor about somebody who cannot be asked."""
    state = after("3", "drooling?", program=confirming())

    assert asked(state) is None
    assert view(state).shows_emergency


def test_a_private_doubt_is_not_asked_about_where_it_is_concealed() -> None:
    """The question would tell it to whoever goes on; the emergency that rests on it stays."""
    protocol = confirming().protocol
    years, airway, *rest = protocol.questions
    airway = replace(airway, choices=tuple(replace(c, private=True) for c in airway.choices))
    state = doubtful(
        "drooling?", program=build_program(replace(protocol, questions=(years, airway, *rest)))
    )
    concealed = dataclasses.replace(state, concealed=frozenset({"airway"}))

    assert asked(state) == "airway.drooling"
    assert asked(concealed) is None
    assert view(concealed).shows_emergency


def test_a_doubt_beside_a_certain_emergency_is_not_asked_about() -> None:
    assert asked(doubtful("breathing;drooling?")) is None


def test_a_doubt_without_a_confirmation_is_an_emergency_at_once() -> None:
    assert asked(doubtful("breathing?", program=confirming(breathing=None))) is None
    assert asked(doubtful("breathing?;drooling?", program=confirming(breathing=None))) is None


def test_a_choice_is_confirmed_by_the_name_of_its_question() -> None:
    years, airway, days, *rest = tiny().protocol.questions
    short, longer = days.choices
    days = replace(days, choices=(short, replace(longer, confirm=HARD)))
    protocol = replace(tiny().protocol, questions=(years, airway, days, *rest))
    program = with_rule(Is("days", ("longer",)), build_program(protocol))
    state = doubtful("none", "not_sure", program=program)

    assert asked(state) == "days"
    assert confirm(state, YES).answers["days"] == "longer"
    for finding in (NO, STILL):
        assert confirm(state, finding).answers["days"] is NOT_SURE
        assert view(confirm(state, finding)).shows_emergency


def test_a_yes_no_question_is_confirmed() -> None:
    *before, feverish, last = tiny().protocol.questions
    feverish = replace(feverish, confirm=Confirm(text="Take it. Is it high?", clears=True))
    protocol = replace(tiny().protocol, questions=(*before, feverish, last))
    program = with_rule(Yes("feverish"), build_program(protocol))
    state = doubtful("none", "longer", "not_sure", program=program)

    assert asked(state) == "feverish"
    assert confirm(state, YES).answers["feverish"] is True
    assert confirm(state, NO).answers["feverish"] is False
    assert confirm(state, STILL).answers["feverish"] is NOT_SURE


def test_nothing_is_confirmed_where_nothing_is_pending() -> None:
    for state in (start(confirming()), doubtful("none"), change(doubtful("drooling?"), "airway")):
        assert confirm(state, YES) == state


def test_going_back_undoes_a_confirmation() -> None:
    state = doubtful("drooling?")
    for finding in Finding:
        assert back(confirm(state, finding)) == state
        assert reconsider(confirm(state, finding)) == state
    assert back(back(confirm(state, NO))) == back(state)
    assert view(back(state)).remembered == Ticks(unsure=frozenset({"drooling"}))


def test_going_back_from_a_confirmation_keeps_the_emergency() -> None:
    state = reconsider(doubtful("drooling?"))

    assert (view(state).is_change, view(state).is_emergency) == (True, True)
    assert asked(state) is None
    assert asked(keep(state)) == "airway.drooling"


def test_another_answer_takes_the_mark_away() -> None:
    state = change(confirm(doubtful("drooling?"), STILL), "airway")

    again = answer(state, "drooling?")
    other = answer(state, "drooling")
    beside = answer(state, "breathing?;drooling?")

    assert isinstance(again, Interview)
    assert isinstance(other, Interview)
    assert isinstance(beside, Interview)
    assert again.checked == beside.checked == {"airway.drooling"}
    assert other.checked == frozenset()
    assert back(other).checked == frozenset()


def test_a_sheet_that_names_a_doubt_as_checked_is_not_asked_again() -> None:
    answers = doubtful("drooling?").answers

    assert asked(start(confirming(), answers)) == "airway.drooling"
    state = start(confirming(), answers, frozenset({"airway.drooling"}))
    assert (asked(state), view(state).shows_emergency) == (None, True)


def test_the_record_names_what_was_checked() -> None:
    unsure, cleared = (confirm(doubtful("drooling?"), finding) for finding in (STILL, NO))
    plain = doubtful("none")

    assert assessment_of(unsure).checked == assessment_of(cleared).checked == ("airway.drooling",)
    assert replace(assessment_of(cleared), checked=()) == assessment_of(plain)
    assert receipt_of(assessment_of(cleared)) != receipt_of(assessment_of(plain))


# -- drafts ------------------------------------------------------------------------------------


def restored(state: Interview, program: Program | None = None) -> Interview:
    draft = restore(program or state.program, serialise(state).encode())
    assert isinstance(draft, Restored)
    return draft.interview


def test_a_draft_is_resumed_where_it_was() -> None:
    state = doubtful("drooling?")

    assert asked(restored(state)) == "airway.drooling"
    for finding in Finding:
        after_it = confirm(state, finding)
        assert restored(after_it).checked == {"airway.drooling"}
        assert restored(after_it).answers == after_it.answers
        assert back(restored(after_it)).checked == frozenset()


def test_a_draft_from_before_there_were_confirmations() -> None:
    record = json.loads(serialise(doubtful("drooling?")))
    del record["checked"]
    draft = restore(confirming(), json.dumps(record).encode())

    assert isinstance(draft, Restored)
    assert draft.interview == restored(doubtful("drooling?"))


@pytest.mark.parametrize("change", [{"clears": False}, {"text": "Swallow. Does it hurt?"}])
def test_an_answer_that_rests_on_a_test_is_asked_again_when_the_test_changes(
    change: dict[str, object],
) -> None:
    state = confirm(doubtful("drooling?"), NO)
    stricter = confirming(drooling=replace(SPIT, **change))

    again = restored(state, stricter)

    assert "airway" not in again.answers
    assert again.checked == frozenset()


def test_other_words_of_a_test_that_clears_nothing_are_no_reason_to_ask_again() -> None:
    state = confirm(doubtful("breathing?"), YES)
    reworded = confirming(breathing=replace(HARD, text="Count to ten. Can you not?"))
    assert restored(state, reworded).answers == state.answers


def test_unknown_marks_of_a_draft_are_dropped() -> None:
    record = json.loads(serialise(confirm(doubtful("drooling?"), STILL)))
    for checked in (["gone"], "airway", 7, ["days"]):
        draft = restore(confirming(), json.dumps({**record, "checked": checked}).encode())
        assert isinstance(draft, Restored)
        assert asked(draft.interview) == "airway.drooling"
