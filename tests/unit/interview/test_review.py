"""The status of each question, and what an emergency rests on."""

from __future__ import annotations

from backtriage.interview.review import emergency_questions, review, sources_of
from backtriage.interview.state import Interview
from backtriage.interview.transitions import answer, change
from tests.support.interviews import after
from tests.support.protocols import tiny


def statuses(state: Interview) -> dict[str, str]:
    return {row.question.id: row.status.value for row in review(state)}


def test_after_an_emergency_no_question_is_needed() -> None:
    assert statuses(after("30", "breathing")) == {
        "years": "answered", "airway": "answered", "days": "not_needed",
        "feverish": "not_needed", "fever_days": "not_needed",
    }  # fmt: skip
    assert statuses(after("30", "none", "longer", "no"))["fever_days"] == "not_asked"


def test_remaining_questions_are_open_even_if_they_may_not_be_asked() -> None:
    assert statuses(after("30", "none")) == {
        "years": "answered", "airway": "answered", "days": "open",
        "feverish": "open", "fever_days": "open",
    }  # fmt: skip


def test_an_answer_whose_guard_became_false_is_set_aside() -> None:
    state = answer(change(after("30", "none", "longer", "yes", "2"), "feverish"), "no")
    assert isinstance(state, Interview)

    assert statuses(state)["fever_days"] == "set_aside"


def test_the_questions_behind_an_emergency() -> None:
    assert emergency_questions(after("30", "breathing?")) == ("airway",)
    assert emergency_questions(after("30", "none")) == ()


def test_sources_of_a_question_include_those_of_its_rules() -> None:
    names = {
        id_: [source.id for source in sources_of(tiny(), question)]
        for id_, question in tiny().questions.items()
    }

    assert names == {key: ["textbook"] for key in tiny().questions}
