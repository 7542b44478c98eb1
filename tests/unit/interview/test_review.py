"""How each question stands, and what an emergency rests on."""

from __future__ import annotations

from backtriage.interview.interview import Interview
from backtriage.interview.review import emergency_questions, review
from backtriage.interview.transitions import answer, change
from backtriage.interview.why import sources_of
from tests.support.interviews import after
from tests.support.protocols import tiny


def standings(state: Interview) -> dict[str, str]:
    """The status of each question."""
    return {row.question.id: row.status.value for row in review(state)}


def test_an_emergency_needs_nothing_else() -> None:
    """What was not asked is not needed, and a false guard says so."""
    assert standings(after("30", "breathing")) == {
        "years": "answered", "airway": "answered", "days": "not_needed",
        "feverish": "not_needed", "fever_days": "not_needed",
    }  # fmt: skip
    assert standings(after("30", "none", "longer", "no"))["fever_days"] == "not_asked"


def test_what_is_still_to_come_is_open() -> None:
    """Also a question that is only perhaps asked."""
    assert standings(after("30", "none")) == {
        "years": "answered", "airway": "answered", "days": "open",
        "feverish": "open", "fever_days": "open",
    }  # fmt: skip


def test_an_answer_that_no_longer_applies_is_set_aside() -> None:
    """It is kept and named."""
    state = answer(change(after("30", "none", "longer", "yes", "2"), "feverish"), "no")
    assert isinstance(state, Interview)

    assert standings(state)["fever_days"] == "set_aside"


def test_the_answers_behind_an_emergency() -> None:
    """None without an emergency; a doubt can carry one."""
    assert emergency_questions(after("30", "breathing?")) == ("airway",)
    assert emergency_questions(after("30", "none")) == ()


def test_the_sources_of_a_question() -> None:
    """Through facts and scores too, each once; a question that feeds no rule has its own only."""
    names = {
        id_: [source.id for source in sources_of(tiny(), question)]
        for id_, question in tiny().questions.items()
    }

    assert names == {key: ["textbook"] for key in tiny().questions}
