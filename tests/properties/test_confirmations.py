"""Confirming a doubt: it delays an emergency by two questions at most, and never hides one."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.cases.simulation import simulate
from backtriage.decide.assessment import assess, is_out_of_scope, is_surely_in_scope, urgency_range
from backtriage.decide.evaluate import Evaluation
from backtriage.interview.confirmations import MOST, Finding, pending
from backtriage.interview.interview import assessment_of, view
from backtriage.interview.state import Interview, counted_answers
from backtriage.interview.transitions import answer, back, change, confirm, keep, start
from backtriage.program.doubts import Doubt, doubts
from backtriage.program.program import Program
from backtriage.program.validate import plain_value
from backtriage.prove.report import ProofStatus, prove_program
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Ticks, Value
from tests.support import oracle
from tests.support.enumeration import sheets
from tests.support.strategies import (
    answers_to,
    any_programs,
    checked_names,
    doubtful_programs,
    doubtful_sheets,
    partial_sheets,
)
from tests.support.tier import examples

PROGRAMS = st.integers(0, 4).flatmap(lambda n: doubtful_programs() if n else any_programs())
FINDINGS = st.sampled_from(Finding)


def is_emergency(program: Program, sheet: Answers) -> bool:
    """By the oracle, which shares nothing with the program."""
    return oracle.acted_on(program, sheet)[0] is Urgency.EMERGENCY


def cleared(sheet: Answers, those: tuple[Doubt, ...]) -> list[Answers]:
    """Return the sheets with a no in place of some doubts; a one-of has several other choices."""
    found = [sheet]
    for doubt in those:
        question, value = doubt.question, sheet[doubt.question.id]
        if isinstance(value, Ticks):
            assert doubt.choice is not None
            gone = {each.choice.id for each in those if each.question == question and each.choice}
            values: list[Value] = [Ticks(value.yes, value.unsure - gone)]
        else:
            values = [choice.id for choice in question.choices if choice != doubt.choice]
        found = [one.with_(question.id, no) for one in found for no in values or [False]]
    return found


def stays(program: Program, sheet: Answers, those: tuple[Doubt, ...]) -> bool:
    """Return whether an emergency is certain even if some doubts are a no."""
    return all(is_emergency(program, one) for one in cleared(sheet, those))


def in_doubt(program: Program, sheet: Answers) -> tuple[Doubt, ...]:
    """The doubts of a sheet that can be confirmed. Those that are set aside are none of them."""
    found = []
    counting = oracle.asked(program, sheet)
    for doubt in doubts(program):
        value = counting.value(doubt.question.id)
        item = doubt.choice.id if doubt.choice else ""
        if value is NOT_SURE or (isinstance(value, Ticks) and item in value.unsure):
            found.append(doubt)
    return tuple(found)


def reached(data: st.DataObject, program: Program) -> Interview:
    """Return an interview, answered until something is pending or nothing is asked."""
    person = data.draw(doubtful_sheets(program))
    state = start(program)
    while (question := view(state).question) is not None:
        moved = answer(state, plain_value(question, person[question.id]), text=False)
        assert isinstance(moved, Interview)
        state = moved
    return state


@settings(max_examples=examples(150))
@given(data=st.data(), program=PROGRAMS)
def test_what_is_pending_is_what_an_emergency_rests_on(
    data: st.DataObject, program: Program
) -> None:
    """It falls if all of them are a no, and stays if any of them stays in doubt.

    What is set aside is none of them, and no test settles what rests on that alone.
    """
    sheet = data.draw(doubtful_sheets(program) | partial_sheets(program))
    checked = data.draw(st.just(frozenset()) | checked_names(program))
    found = pending(program, sheet, checked)
    open_ = tuple(d for d in in_doubt(program, sheet) if d.name not in checked)

    if found:
        assert is_emergency(program, sheet)
        assert len(found) + len(checked) <= MOST
        assert set(found) <= set(open_)
        assert not stays(program, sheet, found)
        for fewer in combinations(found, len(found) - 1):
            assert stays(program, sheet, fewer)
    elif (
        is_emergency(program, oracle.asked(program, sheet))
        and is_surely_in_scope(Evaluation(program, sheet))
        and not checked
        and len(open_) <= MOST
    ):
        assert stays(program, sheet, open_)


@settings(max_examples=examples(100))
@given(data=st.data(), program=PROGRAMS)
def test_while_a_doubt_is_pending_the_emergency_is_certain(
    data: st.DataObject, program: Program
) -> None:
    state = reached(data, program)
    while (doubt := view(state).confirmation) is not None:
        now = view(state)
        assert now.question is None
        assert (now.certain, now.is_emergency, now.shows_emergency) == (
            Urgency.EMERGENCY, True, False
        )  # fmt: skip
        assert assessment_of(state).certain is Urgency.EMERGENCY
        state = confirm(state, data.draw(FINDINGS))
        assert doubt.name in state.checked


@settings(max_examples=examples(100))
@given(data=st.data(), program=PROGRAMS)
def test_back_undoes_a_confirmation_exactly(data: st.DataObject, program: Program) -> None:
    state = reached(data, program)
    while view(state).confirmation is not None:
        after = confirm(state, data.draw(FINDINGS))
        assert back(after) == state
        state = after


@settings(max_examples=examples(100))
@given(data=st.data(), program=PROGRAMS)
def test_at_most_two_doubts_are_confirmed(data: st.DataObject, program: Program) -> None:
    """In an interview without changes, whatever is answered and found."""
    state, count = start(program), 0
    person = data.draw(doubtful_sheets(program))
    while True:
        now = view(state)
        if now.confirmation is not None:
            assert now.confirmation.name not in state.checked
            state, count = confirm(state, data.draw(FINDINGS)), count + 1
        elif now.question is not None:
            raw = plain_value(now.question, person[now.question.id])
            moved = answer(state, raw, text=False)
            assert isinstance(moved, Interview)
            state = moved
        else:
            break
    assert count == len(state.checked) <= MOST


@settings(max_examples=examples(150))
@given(data=st.data(), program=PROGRAMS)
def test_a_finding_is_an_answer_like_any_other(data: st.DataObject, program: Program) -> None:
    """A yes, and a no that clears, give the assessment of the plain answer, but for the mark."""
    state = reached(data, program)
    doubt = view(state).confirmation
    if doubt is None:
        return
    finding = data.draw(FINDINGS)

    after = confirm(state, finding)

    plain = state.answers
    if finding is Finding.YES:
        plain = doubt.confirmed(plain)
    elif finding is Finding.NO and doubt.confirm.clears:
        (plain,) = cleared(plain, (doubt,))
    assert after.answers == plain
    assert after.checked == {doubt.name}
    assert replace(assessment_of(after), checked=()) == assess(program, plain)
    if finding is Finding.NOT_SURE or (finding is Finding.NO and not doubt.confirm.clears):
        assert assessment_of(after).certain is Urgency.EMERGENCY


@settings(max_examples=examples(100))
@given(data=st.data(), program=PROGRAMS)
def test_only_another_answer_takes_a_mark_away(data: st.DataObject, program: Program) -> None:
    state = reached(data, program)
    doubt = view(state).confirmation
    if doubt is None:
        return
    after = confirm(state, data.draw(FINDINGS))
    changing = change(after, doubt.question.id)

    assert keep(changing).checked == {doubt.name}

    other = answer(changing, plain_value(doubt.question, state.answers[doubt.question.id]),
                   text=False)  # fmt: skip
    assert isinstance(other, Interview)
    is_same = after.answers == state.answers
    assert other.checked == ({doubt.name} if is_same else frozenset())
    assert view(other).confirmation != doubt if is_same else view(other).confirmation == doubt
    assert (back(other).answers, back(other).checked) == (other.answers, other.checked)


@settings(max_examples=examples(100))
@given(data=st.data(), program=PROGRAMS)
def test_a_simulated_person_who_is_not_sure_stays_so(
    data: st.DataObject, program: Program
) -> None:
    """Of what their sheet says, the interview hears what it asks for."""
    person = oracle.asked(program, data.draw(doubtful_sheets(program)))

    interview = simulate(program, person)

    is_emergency_ = assess(program, person).certain is Urgency.EMERGENCY
    assert (interview.emergency_after is not None) == is_emergency_
    assert interview.unanswered == ""


@settings(max_examples=examples(60))
@given(program=doubtful_programs())
def test_a_confirmation_is_asked_of_somebody_unless_it_is_dead(program: Program) -> None:
    """A dead one never is asked; one that is enough without another doubt is."""
    alive = dead_or_alive(program)
    everyone = [
        sheet
        for sheet in sheets(program)
        if is_certain(program, sheet) and not is_out_of_scope(Evaluation(program, sheet))
    ]
    asked = {doubt.name for sheet in everyone for doubt in pending(program, sheet, frozenset())}
    single = {
        only.name
        for sheet in everyone
        if sheet == oracle.asked(program, sheet)
        for only in in_doubt(program, sheet)
        if len(in_doubt(program, sheet)) == 1 and not stays(program, sheet, (only,))
    }

    assert single <= asked <= alive


def dead_or_alive(program: Program) -> set[str]:
    """The doubts whose claim not to be dead is true."""
    report = prove_program(program, kinds={"dead-confirm"})
    return {
        result.claim.subject for result in report.results if result.status is ProofStatus.PROVED
    }


def is_certain(program: Program, sheet: Answers) -> bool:
    return urgency_range(Evaluation(program, sheet))[0] is Urgency.EMERGENCY


@settings(max_examples=examples(150))
@given(data=st.data(), program=PROGRAMS)
def test_out_of_scope_no_test_has_cleared_anything(data: st.DataObject, program: Program) -> None:
    """Whatever is said first, and whatever is changed after a test."""
    state, doubted = reached(data, program), Answers()
    while (doubt := view(state).confirmation) is not None:
        doubted = doubted.with_(doubt.question.id, state.answers[doubt.question.id])
        state = confirm(state, data.draw(st.just(Finding.NO) | FINDINGS))
    others = [id_ for id_ in state.answers if id_ not in doubted]
    if not doubted or not others:
        return
    changing = change(state, data.draw(st.sampled_from(sorted(others))))
    if changing.changing is None:
        return
    question = program.questions[changing.changing]
    other = answer(changing, plain_value(question, data.draw(answers_to(question))), text=False)
    assert isinstance(other, Interview)

    direct = {**other.answers, **doubted}
    if is_out_of_scope(Evaluation(program, Answers(direct))):
        confirmed = {id_: value for id_, value in other.answers.items() if id_ in doubted}
        expected = {id_: denied_or(doubted[id_], value) for id_, value in confirmed.items()}
        assert counted_answers(other) == Answers({**direct, **expected})


def denied_or(doubted: Value, now: Value) -> Value:
    """Return an answer with the doubts that were not confirmed."""
    if isinstance(doubted, Ticks) and isinstance(now, Ticks):
        return Ticks(now.yes, doubted.unsure - now.yes)
    return doubted if now is False else now
