"""Laws of the interview: it is a fold, so what it shows hangs on its answers alone."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.decide.assessment import assess
from backtriage.decide.evaluate import Evaluation, F
from backtriage.interview.interview import Interview, remaining_questions, view
from backtriage.interview.review import QuestionStatus, emergency_questions, review
from backtriage.interview.serialisation import Restored, restore, serialise
from backtriage.interview.transitions import answer, back, change, keep, start
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question
from backtriage.shell.cache import load_program
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Ticks, Value, number_text
from tests.support.strategies import answers_to, complete_sheets, programs
from tests.support.tier import examples

ROOT: Final = Path(__file__).parents[2]
FOLDERS: Final = (ROOT / "tests/data/protocols/sore_throat", ROOT / "rules/back_pain")
FIRM: Final = tuple(load_program(folder, save=False) for folder in FOLDERS)
"""The tiny protocol and the shipped one."""

# A walk through the shipped protocol takes a second on a busy machine, so it is drawn seldom.
ANY: Final = st.integers(0, 9).flatmap(
    lambda lot: st.sampled_from(FIRM) if lot == 0 else programs()
)


def typed(question: Question, value: Value) -> str:
    """A value as it is typed."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is NOT_SURE:
        return NOT_SURE.value
    if isinstance(value, Ticks):
        marked = [
            f"{choice.id}{'?' * (choice.id in value.unsure)}"
            for choice in question.choices
            if choice.id in value.yes | value.unsure
        ]
        return ";".join(marked) or "none"
    return value if isinstance(value, str) else number_text(value)


def given_to(interview: Interview, value: Value) -> Interview:
    """The interview after an answer to the question now."""
    question = view(interview).question
    assert question is not None
    moved = answer(interview, typed(question, value))
    assert isinstance(moved, Interview)
    return moved


def answered(data: st.DataObject, interview: Interview) -> Interview:
    """The interview after any answer to the question now."""
    question = view(interview).question
    assert question is not None
    return given_to(interview, data.draw(answers_to(question)))


def wandered(data: st.DataObject, program: Program) -> Interview:
    """An interview after any moves: forth, back, and changing what was said."""
    state = start(program)
    for _ in range(data.draw(st.integers(0, 12))):
        move = data.draw(st.sampled_from("aaaabck"))
        if move == "b":
            state = back(state)
        elif move == "k":
            state = keep(state)
        elif move == "c" and state.answers:
            state = change(state, data.draw(st.sampled_from(sorted(state.answers))))
        elif view(state).question is not None:
            state = answered(data, state)
    return state


@given(data=st.data(), program=ANY)
def test_back_undoes_answer(data: st.DataObject, program: Program) -> None:
    """The same question is asked with the same answers; what was said is only remembered."""
    before = wandered(data, program)
    seen = view(before)
    if seen.question is None:
        return
    value = data.draw(answers_to(seen.question))

    after = back(given_to(before, value))

    again = view(after)
    assert after.answers == before.answers
    assert after.trail == before.trail
    assert (again.question, again.number, again.max_remaining) == (
        seen.question, seen.number, seen.max_remaining
    )  # fmt: skip
    assert (again.certain, again.possible, again.notes) == (
        seen.certain, seen.possible, seen.notes
    )  # fmt: skip
    if not seen.is_change:
        assert again.remembered == value


@given(data=st.data(), program=ANY)
def test_keeping_an_answer_gives_it_again(data: st.DataObject, program: Program) -> None:
    """Back and keep come to where answer came to."""
    before = wandered(data, program)
    if view(before).question is None or before.changing:
        return

    after = answered(data, before)

    assert keep(back(after)) == after


@given(data=st.data(), program=ANY)
def test_going_back_far_enough_is_the_beginning(data: st.DataObject, program: Program) -> None:
    """Every walk can be undone, and at its start there is nothing to go back to."""
    state = wandered(data, program)

    while view(state).can_go_back:
        state = back(state)

    assert state.answers == Answers()
    assert back(state) == state


@given(data=st.data(), program=ANY)
def test_what_is_set_aside_never_counts(data: st.DataObject, program: Program) -> None:
    """An answer whose question is no longer asked is kept, and nothing is different for it."""
    state = wandered(data, program)
    evaluation = Evaluation(program, state.answers)
    kept = {id_: v for id_, v in state.answers.items() if evaluation.guard(id_)[1] != F}

    whole, without = view(state), view(Interview(program=program, answers=Answers(kept)))

    assert (whole.certain, whole.possible) == (without.certain, without.possible)
    assert remaining_questions(evaluation) == remaining_questions(
        Evaluation(program, Answers(kept))
    )


@given(data=st.data(), program=ANY)
def test_the_interview_equals_a_complete_sheet(data: st.DataObject, program: Program) -> None:
    """Stopping early and leaving out change neither urgency nor status nor advice."""
    person = data.draw(complete_sheets(program))
    state = start(program)
    while (question := view(state).question) is not None:
        state = given_to(state, person[question.id])

    short, whole = assess(program, state.answers), assess(program, person)

    assert (short.certain, short.possible) == (whole.certain, whole.possible)
    if short.certain is not Urgency.EMERGENCY:
        assert short.status == whole.status
        assert short.advice == whole.advice
        assert [f.verdict for f in short.findings] == [f.verdict for f in whole.findings]


@given(data=st.data(), program=ANY)
def test_at_most_n_more_is_true(data: st.DataObject, program: Program) -> None:
    """From anywhere, also while an answer is changed, no more than n questions follow."""
    state = wandered(data, program)
    promised = view(state).max_remaining
    if view(state).question is None:
        assert promised == 0
        return
    state = answered(data, state)
    asked = 0

    while view(state).question is not None:
        state = answered(data, state)
        asked += 1

    assert asked <= promised


@given(data=st.data(), program=ANY)
def test_the_open_set_never_grows_along_a_walk(data: st.DataObject, program: Program) -> None:
    """An answer closes its own question and opens no other that was not open before."""
    state = wandered(data, program)
    while state.changing is None and (question := view(state).question) is not None:
        before = {*remaining_questions(Evaluation(program, state.answers))}
        state = answered(data, state)
        assert {*remaining_questions(Evaluation(program, state.answers))} <= before - {question.id}


@given(data=st.data(), program=ANY)
def test_what_was_saved_is_recalled(data: st.DataObject, program: Program) -> None:
    """Answers and question are the same after text; nothing is dropped under the same rules."""
    state = wandered(data, program)

    restored = restore(program, serialise(state).encode())

    assert isinstance(restored, Restored)
    assert restored.interview.answers == state.answers
    assert restored.same_protocol
    assert (restored.reworded, restored.dropped, restored.new) == ((), (), ())
    if state.changing is None:
        assert view(restored.interview).question == view(state).question
        assert view(restored.interview).number == view(state).number


@given(data=st.data(), program=ANY)
def test_the_review_shows_every_question_once(data: st.DataObject, program: Program) -> None:
    """Each question has one status; what is open is what is still asked."""
    state = wandered(data, program)

    rows = review(state)

    assert tuple(row.question for row in rows) == program.protocol.questions
    for row in rows:
        assert (row.value is not None) == (
            row.status in {QuestionStatus.ANSWERED, QuestionStatus.SET_ASIDE}
        )
    still_open = tuple(row.question.id for row in rows if row.status is QuestionStatus.OPEN)
    assert still_open == remaining_questions(Evaluation(program, state.answers))


@given(data=st.data(), program=ANY)
def test_an_answered_question_can_be_changed_or_left(
    data: st.DataObject, program: Program
) -> None:
    """Change asks it again with its old answer; back leaves everything as it was."""
    state = wandered(data, program)
    counted = [row.question.id for row in review(state) if row.status is QuestionStatus.ANSWERED]
    if not counted or state.changing:
        return
    picked = data.draw(st.sampled_from(counted))

    changing = change(state, picked)

    seen = view(changing)
    assert seen.question == program.questions[picked]
    assert seen.remembered == state.answers[picked]
    assert back(changing) == state


@settings(max_examples=examples(30))
@given(data=st.data())
@pytest.mark.parametrize("program", FIRM, ids=lambda program: str(program.protocol.id))
def test_an_emergency_ends_the_interview_and_can_be_taken_back(
    data: st.DataObject, program: Program
) -> None:
    """Nothing more is asked, some answer carries it, and changing that asks on."""
    state = start(program)
    while view(state).question is not None:
        state = answered(data, state)
    if not view(state).is_emergency:
        return

    carrying = emergency_questions(state)

    assert carrying
    assert view(change(state, carrying[0])).question == program.questions[carrying[0]]
