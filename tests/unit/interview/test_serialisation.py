"""Interviews are restored as saved, and what no longer fits is named."""

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
    """The JSON record of an interview with three answers, the first one changed."""
    state = answer(change(after("30", "breathing?;drooling?"), "years"), "31")
    assert isinstance(state, Interview)
    record = json.loads(serialise(state, country))
    assert isinstance(record, dict)
    return record


def restored(record: dict[str, object], program: Program | None = None) -> Restored:
    draft = restore(program or tiny(), json.dumps(record).encode())
    assert isinstance(draft, Restored)
    return draft


def with_questions(*questions: Question) -> Program:
    """The tiny protocol with other questions."""
    return build_program(replace(tiny().protocol, questions=questions))


def test_a_saved_interview_is_restored() -> None:
    draft = restored(saved())

    assert draft.interview.answers == Answers({
        "years": Decimal(31), "airway": Ticks(unsure=frozenset({"breathing", "drooling"}))
    })  # fmt: skip
    assert draft.interview.trail == (
        Step(question="airway", before=None, was_change=False),
        Step(question="years", before=None, was_change=False),
    )
    assert (draft.country, draft.same_protocol) == ("GB", True)


@pytest.mark.parametrize("country", [None, "XX", 7])
def test_an_unknown_country_is_dropped(country: object) -> None:
    assert restored({**saved(), "country": country}).country is None


@pytest.mark.parametrize(("saved_ref", "ref"), [("A-7", "A-7"), (None, None), (7, None)])
def test_the_reference_of_a_sheet_is_kept(saved_ref: object, ref: str | None) -> None:
    record = json.loads(serialise(after("44"), "GB", "A-7"))

    assert record["ref"] == "A-7"
    assert restored({**record, "ref": saved_ref}).ref == ref
    assert restored({**record, "ref": saved_ref}).interview == after("44")


def test_an_interview_that_was_saved_without_a_reference() -> None:
    record = saved()
    del record["ref"]

    assert restored(record).ref is None


def test_a_list_with_a_new_item_is_asked_again() -> None:
    years, airway, *rest = tiny().protocol.questions
    grown = replace(airway, choices=(*airway.choices, Choice(id="new", text="New.", short="new")))

    draft = restored(saved(), with_questions(years, grown, *rest))

    assert draft.reworded == ("airway",)
    assert "airway" not in draft.interview.answers
    assert [step.question for step in draft.interview.trail] == ["years"]
    assert draft.interview.remembered["airway"] == Ticks(
        unsure=frozenset({"breathing", "drooling"})
    )
    assert not draft.same_protocol


def test_a_draft_of_the_same_rules_keeps_answers_whose_meaning_was_recorded_in_another_way() -> (
    None
):
    """An earlier version of the program may have saved it; the rules have one digest."""
    older = {**saved(), "questions": dict.fromkeys(tiny().questions, "0" * 16)}
    reworded = with_questions(*(replace(q, help="Other.") for q in tiny().protocol.questions))

    assert restored(older) == restored(saved())
    assert restored(older, reworded).reworded == ("years", "airway")


@pytest.mark.parametrize(
    "change", [{"help": "Only if."}, {"allows_not_sure": False}, {"none": "Nothing"}]
)
def test_an_answer_to_a_question_that_means_something_else_is_only_remembered(
    change: dict[str, object],
) -> None:
    years, airway, *rest = tiny().protocol.questions
    record = {**saved(), "answers": {"years": 31, "airway": ["breathing"]}}

    draft = restored(record, with_questions(years, replace(airway, **change), *rest))

    assert draft.reworded == ("airway",)


def test_what_is_remembered_is_saved_as_such() -> None:
    """A reworded question may come after the next interruption."""
    years, airway, *rest = tiny().protocol.questions
    reworded = with_questions(replace(years, text="Older?"), replace(airway, text="Now?"), *rest)
    first = restored(saved(), reworded).interview
    again = answer(first, "40")
    assert isinstance(again, Interview)

    draft = restored(json.loads(serialise(again)), reworded)

    assert draft.interview.answers == Answers({"years": Decimal(40)})
    assert draft.interview.remembered == Answers({
        "airway": Ticks(unsure=frozenset({"breathing", "drooling"}))
    })  # fmt: skip
    assert (draft.reworded, draft.dropped) == ((), ())


@pytest.mark.parametrize("remembered", [None, 7, {"years": -1, "gone": 1}, {"years": 44}])
def test_what_is_remembered_counts_for_nothing(remembered: object) -> None:
    """It may be missing, or no longer fit; an answer is never only remembered."""
    draft = restored({**saved(), "remembered": remembered})

    assert draft == restored(saved())


def test_invalid_answers_are_dropped_and_named() -> None:
    years, airway, *rest = tiny().protocol.questions
    older = replace(years, least=40)
    extra = replace(rest[0], id="extra")

    draft = restored(saved(), with_questions(older, *rest, extra))

    assert draft.dropped == ("years", "airway")
    assert draft.new == ("extra",)
    assert draft.interview.answers == Answers()
    assert airway.id not in draft.interview.remembered


def test_an_interview_of_another_protocol_is_not_restored() -> None:
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
        b'{"order": [], "order": []}',
        *(
            json.dumps({**saved(), key: None}).encode()
            for key in ("protocol", "answers", "order", "questions")
        ),
    ],
)
def test_an_invalid_draft_says_why(data: bytes) -> None:
    draft = restore(tiny(), data)

    assert isinstance(draft, InvalidDraft)
    assert draft.message


def test_invalid_entries_of_the_order_are_ignored() -> None:
    draft = restored({**saved(), "order": [["years"], None, 7, "airway", "gone"]})

    assert [step.question for step in draft.interview.trail] == ["airway"]
    assert len(draft.interview.answers) == 2
