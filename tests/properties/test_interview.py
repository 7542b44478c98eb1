"""The interview is a fold over its answers: moves can be undone, saved and repeated."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.decide.assessment import Status, assess
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.evaluate import asked as without_unasked
from backtriage.decide.kernel import F
from backtriage.interview.another_time import behind_emergency
from backtriage.interview.confirmations import Finding
from backtriage.interview.interview import assessment_of, questions_to_come, view
from backtriage.interview.progress import Progress
from backtriage.interview.restored import Restored
from backtriage.interview.review import QuestionStatus, emergency_questions, review
from backtriage.interview.serialisation import restore, serialise
from backtriage.interview.state import Interview
from backtriage.interview.transitions import answer, back, change, confirm, go_on, keep, start
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question
from backtriage.shell.questionnaire.wording import bar
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Ticks, Value, number_text
from tests.support.outcomes import of_journal
from tests.support.protocols import shipped, tiny
from tests.support.strategies import answers_to, any_programs, complete_sheets, programs
from tests.support.tier import examples


def typed(question: Question, value: Value) -> str:
    """Return a value as a person types it."""
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


def answer_with(interview: Interview, value: Value) -> Interview:
    """Return the interview after an answer to the current question."""
    question = view(interview).question
    assert question is not None
    after = answer(interview, typed(question, value))
    assert isinstance(after, Interview)
    return after


def answer_anything(data: st.DataObject, interview: Interview) -> Interview:
    """Return the interview after any answer to the current question."""
    question = view(interview).question
    assert question is not None
    return answer_with(interview, data.draw(answers_to(question)))


def walk(data: st.DataObject, program: Program) -> Interview:
    """Return an interview after any moves: forward, back, and changed answers."""
    state = start(program)
    for _ in range(data.draw(st.integers(0, 12))):
        move = data.draw(st.sampled_from("aaaabckg"))
        if move == "a" and view(state).confirmation is not None:
            state = confirm(state, data.draw(st.sampled_from(Finding)))
            continue
        if move == "b":
            state = back(state)
        elif move == "k":
            state = keep(state)
        elif move == "g":
            state = go_on(state)
        elif move == "c" and state.answers:
            state = change(state, data.draw(st.sampled_from(sorted(state.answers))))
        elif view(state).question is not None:
            state = answer_anything(data, state)
    return state


@given(data=st.data(), program=any_programs())
def test_back_undoes_an_answer(data: st.DataObject, program: Program) -> None:
    """The same question is asked with the same answers; the old answer is only remembered.

    But one that was changed counts as changed, so that no earlier one comes back unasked.
    """
    before = walk(data, program)
    seen = view(before)
    if seen.question is None:
        return
    value = data.draw(answers_to(seen.question))

    answered = answer_with(before, value)
    after = back(answered)

    if before.changing:
        assert after == replace(answered, trail=before.trail, changing=seen.question.id)
        assert back(after).answers == answered.answers
        return
    again = view(after)
    assert after.answers == before.answers
    assert (after.trail, after.checked) == (before.trail, before.checked)
    assert (again.question, again.progress, again.max_remaining) == (
        seen.question, seen.progress, seen.max_remaining
    )  # fmt: skip
    assert (again.certain, again.possible, again.notes) == (
        seen.certain, seen.possible, seen.notes
    )  # fmt: skip
    if not seen.is_change:
        assert again.remembered == value


@given(data=st.data(), program=any_programs())
def test_keep_redoes_what_back_undid(data: st.DataObject, program: Program) -> None:
    before = walk(data, program)
    if view(before).question is None or before.changing:
        return

    after = answer_anything(data, before)

    assert keep(back(after)) == after


@given(data=st.data(), program=any_programs())
def test_every_walk_can_be_undone(data: st.DataObject, program: Program) -> None:
    state = walk(data, program)

    while view(state).can_go_back:
        state = back(state)

    assert (state.answers, state.checked) == (Answers(), frozenset())
    assert back(state) == state


@given(data=st.data(), program=any_programs())
def test_an_answer_set_aside_never_counts(data: st.DataObject, program: Program) -> None:
    """An answer to a question that is no longer asked stays, and changes nothing.

    Unless it contradicts others.
    """
    state = walk(data, program)
    if assessment_of(state).contradictions:
        return
    evaluation = Evaluation(program, state.answers)
    counted = {id_: v for id_, v in state.answers.items() if evaluation.guard(id_)[1] != F}

    whole, without = view(state), view(Interview(program=program, answers=Answers(counted)))

    assert (whole.certain, whole.possible) == (without.certain, without.possible)
    assert questions_to_come(state) == questions_to_come(replace(state, answers=Answers(counted)))


@given(data=st.data(), program=any_programs())
def test_the_interview_equals_a_complete_sheet(data: st.DataObject, program: Program) -> None:
    person = data.draw(complete_sheets(program))
    state = start(program, of_journal(program, person))
    while (question := view(state := go_on(state)).question) is not None:
        state = answer_with(state, person[question.id])

    # An answer that nobody is asked for can contradict the others, but not in an interview.
    asked = assess(program, state.answers)
    whole = assess(program, without_unasked(program, person))

    assert (asked.certain, asked.possible) == (whole.certain, whole.possible)
    if asked.certain is not Urgency.EMERGENCY:
        assert asked.status == whole.status
    if asked.certain < (Urgency.SAME_DAY if program.advice_questions else Urgency.EMERGENCY):
        assert asked.advice == whole.advice
        assert [f.verdict for f in asked.module_results] == [
            f.verdict for f in whole.module_results
        ]


@given(data=st.data(), program=any_programs())
def test_the_number_of_questions_to_come_is_an_upper_bound(
    data: st.DataObject, program: Program
) -> None:
    """From any state, also while an answer is being changed."""
    state = walk(data, program)
    announced = view(state).max_remaining
    if view(state).question is None:
        assert announced == 0
        return
    state = answer_anything(data, state)
    asked = 0

    while view(state).question is not None or view(state).confirmation is not None:
        if view(state).confirmation is not None:
            state = confirm(state, data.draw(st.sampled_from(Finding)))
        else:
            state = answer_anything(data, state)
            asked += 1

    assert asked <= announced


@given(data=st.data(), program=any_programs())
def test_progress_never_doubles_back(data: st.DataObject, program: Program) -> None:
    """Whatever somebody answers who goes forward through a part; at its last question it says so.

    What it counts is left in fact unless an answer makes it pointless, so the bound holds too.
    """
    state = start(program)
    parts: list[list[Progress]] = [[], []]
    while view(state).question is not None:
        now = view(state).progress
        assert now is not None
        assert 0 <= now.left <= min(now.of, now.at_most + 1)
        assert (now.at_most == 0) == (len(questions_to_come(state)) == 1)
        parts[state.has_gone_on].append(now)
        state = go_on(answer_anything(data, state))

    for part in parts:
        assert [p.left for p in part] == sorted((p.left for p in part), reverse=True)
        assert [len(bar(p).rstrip(".]")) for p in part] == sorted(
            len(bar(p).rstrip(".]")) for p in part
        )
        assert len({p.of for p in part}) <= 1


@given(data=st.data(), program=any_programs())
def test_the_open_set_never_grows_along_a_walk(data: st.DataObject, program: Program) -> None:
    state = walk(data, program)
    while state.changing is None and (question := view(state).question) is not None:
        before = {*questions_to_come(state)}
        state = answer_anything(data, state)
        assert {*questions_to_come(state)} <= before - {question.id}


@given(data=st.data(), program=any_programs())
def test_a_saved_interview_round_trips(data: st.DataObject, program: Program) -> None:
    """Under the same rules no answer is dropped."""
    state = walk(data, program)

    restored = restore(program, serialise(state).encode())

    assert isinstance(restored, Restored)
    assert restored.interview.answers == state.answers
    assert restored.interview.checked == state.checked
    assert restored.same_protocol
    assert (restored.reworded, restored.dropped, restored.new) == ((), (), ())
    if state.changing is None:
        assert view(restored.interview).question == view(state).question
        assert view(restored.interview).confirmation == view(state).confirmation
        assert view(restored.interview).progress == view(state).progress


@given(data=st.data(), program=any_programs())
def test_the_review_shows_every_question_once(data: st.DataObject, program: Program) -> None:
    """Its open questions are the remaining ones."""
    state = walk(data, program)

    rows = review(state)

    assert tuple(row.question for row in rows) == program.protocol.questions
    for row in rows:
        assert (row.value is not None) == (
            row.status in {QuestionStatus.ANSWERED, QuestionStatus.SET_ASIDE}
        )
    still_open = tuple(row.question.id for row in rows if row.status is QuestionStatus.OPEN)
    assert still_open == questions_to_come(state)


@given(data=st.data(), program=any_programs())
def test_back_undoes_a_change(data: st.DataObject, program: Program) -> None:
    """A change asks the question again and remembers its old answer."""
    state = walk(data, program)
    answered = [row.question.id for row in review(state) if row.status is QuestionStatus.ANSWERED]
    if not answered or state.changing:
        return
    picked = data.draw(st.sampled_from(answered))

    changing = change(state, picked)

    seen = view(changing)
    assert seen.question == program.questions[picked]
    assert seen.remembered == state.answers[picked]
    assert back(changing) == state


@settings(max_examples=examples(30))
@given(data=st.data())
@pytest.mark.parametrize("program", [tiny(), shipped()], ids=lambda p: str(p.protocol.id))
def test_an_emergency_ends_the_interview_and_can_be_changed(
    data: st.DataObject, program: Program
) -> None:
    state = start(program)
    while view(state).question is not None:
        state = answer_anything(data, state)
    if not view(state).is_emergency:
        return

    supporting = emergency_questions(state)

    assert supporting
    assert view(change(state, supporting[0])).question == program.questions[supporting[0]]


@given(data=st.data(), program=programs())
def test_triage_asks_only_what_can_change_the_urgency(
    data: st.DataObject, program: Program
) -> None:
    """Its result stays whatever is answered in the advice part."""
    state = start(program)
    while (question := view(state).question) is not None:
        assert not program.advice_questions or question.id not in program.advice_questions
        state = answer_anything(data, state)
    if not view(state).can_go_on:
        return
    triage = assess(program, state.answers)
    assert triage.status is not Status.INCOMPLETE

    state = go_on(state)
    while view(state).question is not None:
        assert view(state).can_end
        state = answer_anything(data, state)
        now = assess(program, state.answers)
        assert (now.urgency, now.certain, now.status) == (
            triage.urgency, triage.certain, triage.status
        )  # fmt: skip


@given(data=st.data(), program=programs())
def test_going_on_can_be_undone(data: st.DataObject, program: Program) -> None:
    state = start(program)
    while view(state).question is not None:
        state = answer_anything(data, state)
    assert back(go_on(state)) == (state if view(state).can_go_on else back(state))


@given(data=st.data(), program=any_programs())
def test_of_old_answers_each_emergency_keeps_what_it_rests_on(
    data: st.DataObject, program: Program
) -> None:
    answers = data.draw(complete_sheets(program))
    kept = behind_emergency(program, answers)

    still = {reason.rule.id for reason in assess(program, kept).reasons}
    for reason in assess(program, answers).reasons:
        if reason.urgency is Urgency.EMERGENCY:
            assert reason.rule.id in still
            assert reason.because.keys() <= kept.keys() <= answers.keys()
