"""What is saved comes back, and what no longer fits is named."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from msgspec.structs import replace

from backtriage.interview.interview import Interview, Step
from backtriage.interview.serialisation import InvalidDraft, Restored, restore, serialise
from backtriage.interview.transitions import answer, change
from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import Choice, Question
from backtriage.terms.answers import Answers
from backtriage.terms.value import Ticks
from tests.support.interviews import after
from tests.support.protocols import tiny


def saved(country: str | None = "GB") -> dict[str, object]:
    """An interview of three answers, the first one changed, as JSON has it."""
    state = answer(change(after("30", "breathing?;drooling?"), "years"), "31")
    assert isinstance(state, Interview)
    record = json.loads(serialise(state, country))
    assert isinstance(record, dict)
    return record


def restored(record: dict[str, object], program: Program | None = None) -> Restored:
    """What comes back of it."""
    found = restore(program or tiny(), json.dumps(record).encode())
    assert isinstance(found, Restored)
    return found


def with_questions(*questions: Question) -> Program:
    """The tiny protocol with some of its questions changed or left out."""
    return build_program(replace(tiny().protocol, questions=questions))


def test_an_interview_comes_back() -> None:
    """Answers, order and country; of a changed answer only the last can be undone."""
    found = restored(saved())

    assert found.interview.answers == Answers({
        "years": Decimal(31), "airway": Ticks(unsure=frozenset({"breathing", "drooling"}))
    })  # fmt: skip
    assert found.interview.trail == (
        Step(question="airway", before=None, was_change=False),
        Step(question="years", before=None, was_change=False),
    )
    assert (found.country, found.same_protocol) == ("GB", True)


@pytest.mark.parametrize("country", [None, "XX", 7])
def test_a_country_that_is_not_there_is_none(country: object) -> None:
    """Nothing is guessed in its place."""
    assert restored({**saved(), "country": country}).country is None


def test_a_list_that_has_grown_is_asked_again() -> None:
    """Its old answer is remembered and does not count: a new item would read as no."""
    years, airway, *rest = tiny().protocol.questions
    grown = replace(airway, choices=(*airway.choices, Choice(id="new", text="New.", short="new")))

    found = restored(saved(), with_questions(years, grown, *rest))

    assert found.reworded == ("airway",)
    assert "airway" not in found.interview.answers
    assert [step.question for step in found.interview.trail] == ["years"]
    assert found.interview.remembered["airway"] == Ticks(
        unsure=frozenset({"breathing", "drooling"})
    )
    assert not found.same_protocol


def test_answers_that_no_longer_fit_are_dropped_and_named() -> None:
    """A question that is gone, and an answer outside the new range; new questions are named."""
    years, airway, *rest = tiny().protocol.questions
    older = replace(years, least=40)
    extra = replace(rest[0], id="extra")

    found = restored(saved(), with_questions(older, *rest, extra))

    assert found.dropped == ("years", "airway")
    assert found.new == ("extra",)
    assert found.interview.answers == Answers()
    assert airway.id not in found.interview.remembered


def test_another_protocols_interview_is_not_ours() -> None:
    """It is neither recalled nor called damaged."""
    record = {**saved(), "protocol": {"id": "elbow", "version": "1", "digest": "sha256:0"}}

    assert restore(tiny(), json.dumps(record).encode()) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[]",
        b"{}",
        b'{"schema": "backtriage.interview/2"}',
        *(
            json.dumps({**saved(), key: None}).encode()
            for key in ("protocol", "answers", "order", "questions")
        ),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes) -> None:
    """A reason in words, and no exception."""
    found = restore(tiny(), data)

    assert isinstance(found, InvalidDraft)
    assert found.message


def test_an_order_of_nonsense_is_passed_over() -> None:
    """The answers count all the same."""
    found = restored({**saved(), "order": [["years"], None, 7, "airway", "gone"]})

    assert [step.question for step in found.interview.trail] == ["airway"]
    assert len(found.interview.answers) == 2
