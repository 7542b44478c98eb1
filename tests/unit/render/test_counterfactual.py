"""Counterfactuals as text, which must look neither like a result nor like advice."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from backtriage.counterfactual.counterfactual import Counterfactual, Goal, SearchOutcome
from backtriage.counterfactual.search import find_counterfactual
from backtriage.decide.assessment import Assessment
from backtriage.exchange.assessment_schema import assessment_schema
from backtriage.program.program import Program, build_program
from backtriage.render.as_json import as_json
from backtriage.render.counterfactual import SCHEMA, counterfactual_block, counterfactual_record
from backtriage.render.page import Block
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from tests.support.assessments import assessed, changed
from tests.support.protocols import TINY, program_in
from tests.support.sheets import WELL

HOT = WELL | {"feverish": True, "fever_days": 9}


def asked(
    sheet: dict[str, object], target: Urgency, program: Program | None = None
) -> tuple[Assessment, Counterfactual]:
    a = assessed(sheet, program=program)
    answers = Answers({**a.answers, **a.set_aside})
    return a, find_counterfactual(a.program, answers, target)


def block(sheet: dict[str, object], target: Urgency, program: Program | None = None) -> Block:
    return counterfactual_block(*asked(sheet, target, program))


HEAD = (
    "This is not advice. Answer what is true. It shows how the rules work, for understanding and "
    "for clinicians."
)
LEAST = "Proved: no smaller change does it. Others as small may do it too."
ACT = "Act on the result, not on this."


def test_a_change_is_shown_before_and_after() -> None:
    assert block(HOT | {"airway": ["breathing"]}, Urgency.ROUTINE) == Block(
        heading="What would have to be different (this is not the result)",
        paragraphs=(
            HEAD,
            (
                'For a lower urgency, "book a visit" (routine) or below, 2 answers would have to '
                "be different:"
            ),
        ),
        items=(
            "Breathing and swallowing, hard to breathe: yes -> no",
            "Days of fever: 9 days -> 1 to 2 days",
        ),
        closing=('Then the urgency would be "at home" (self_care).', LEAST, ACT),
    )


def test_a_higher_urgency() -> None:
    found = block(WELL, Urgency.EMERGENCY)

    assert found.paragraphs[1] == (
        'For a higher urgency, "emergency", 1 answer would have to be different:'
    )
    assert (
        block(WELL, Urgency.SOON)
        .paragraphs[1]
        .startswith('For a higher urgency, "soon" or above, 1 answer')
    )


def test_missing_answers_have_to_be_given() -> None:
    found = block({}, Urgency.SELF_CARE)

    assert found.paragraphs[1] == (
        'For a lower urgency, "at home" (self_care), 3 answers that are missing would have to be '
        "given:"
    )
    assert found.items == (
        "Age: no answer -> 5 to 11 years",
        "Breathing and swallowing: no answer -> none of these",
        "Fever: no answer -> no",
    )


def fixed(*ids: str) -> Program:
    """The tiny protocol with questions whose answers cannot change."""
    questions = tuple(
        replace(q, can_change=q.can_change and q.id not in ids)
        for q in program_in(TINY).protocol.questions
    )
    return build_program(replace(program_in(TINY).protocol, questions=questions))


def test_answers_that_are_set_aside_come_last() -> None:
    sheet = WELL | {"fever_days": 2}

    found = block(sheet, Urgency.SAME_DAY, fixed("airway"))

    assert (
        "1 answer would have to be different, and 1 answer that is missing or kept aside"
        in (found.paragraphs[1])
    )
    assert found.items == ("Fever: no -> yes", "Days of fever: 2 days (kept aside) -> 3 to 4 days")


def test_a_single_number_and_not_sure() -> None:
    found = block(WELL | {"feverish": "not_sure", "fever_days": 60}, Urgency.SELF_CARE)
    assert found.items == ("Days of fever: 60 days -> 1 to 2 days",)

    only = block(HOT | {"fever_days": 1}, Urgency.SELF_CARE, fixed())
    assert only.paragraphs[1].endswith("already, so nothing would have to be different.")
    unsure = block(HOT | {"fever_days": "not_sure"}, Urgency.SELF_CARE, fixed("feverish"))
    assert unsure.items == ("Days of fever: not sure -> 0 days",)


def test_blockers_of_one_group_share_a_line() -> None:
    sheet = HOT | {"years": 70, "fever_days": 1, "airway": ["drooling"]}

    found = block(sheet, Urgency.ROUTINE, fixed("airway", "feverish"))

    assert found.paragraphs[1] == (
        'Nothing that can change would make it "book a visit" (routine) or below. These answers '
        "hold it, and they cannot change:"
    )
    assert found.items == (
        "Breathing and swallowing, cannot swallow your spit: yes",
        "Age: 70 years and Fever: yes",
    )
    assert found.closing == (ACT,)


def test_an_urgency_that_no_answers_give() -> None:
    found = block(WELL, Urgency.SOON, changed(rules=(program_in(TINY).rules[-1],)))

    assert (
        found.paragraphs[1]
        == 'No answers at all would make it "soon" or above, under these rules.'
    )


def test_an_undecided_search_says_what_ran_out() -> None:
    late = Counterfactual(target=Urgency.SOON, goal=Goal.AT_MOST, outcome=SearchOutcome.UNDECIDED,
                  ran_out="ran out of time: 0 seconds")  # fmt: skip

    assert counterfactual_block(assessed(HOT), late).paragraphs[1] == (
        'What "soon" or below would take was not found out: the search ran out of time: 0 seconds.'
    )


EVERY: tuple[tuple[dict[str, object], Urgency], ...] = tuple(
    (sheet, urgency)
    for sheet in ({}, WELL, HOT, WELL | {"airway": ["breathing?"]}, WELL | {"years": 3})
    for urgency in Urgency
)


@pytest.mark.parametrize(("sheet", "target"), EVERY)
def test_no_line_can_be_mistaken_for_the_action(sheet: dict[str, object], target: Urgency) -> None:
    a, found = asked(sheet, target)
    shown = counterfactual_block(a, found)

    text = "\n".join((shown.heading, *shown.paragraphs, *shown.items, *shown.closing))
    assert text.startswith("What would have to be different (this is not the result)\nThis is not")
    assert text.endswith(ACT)
    for level in a.program.protocol.levels:
        assert level.word not in text
        assert a.words.fill(level.headline) not in text


@pytest.mark.parametrize(("sheet", "target"), EVERY)
def test_json_matches_its_schema(sheet: dict[str, object], target: Urgency) -> None:
    a, found = asked(sheet, target)
    validator = Draft202012Validator(assessment_schema(a.program))

    made: dict[str, Any] = json.loads(as_json(a, why_not=counterfactual_record(a, found)))

    assert [error.message for error in validator.iter_errors(made)] == []
    assert made.pop("why_not")["schema"] == SCHEMA
    assert made == json.loads(as_json(a))
    assert as_json(a, why_not={}).startswith(as_json(a).removesuffix("\n}\n"))


def test_changes_as_json() -> None:
    a, found = asked(HOT | {"airway": ["breathing?"]}, Urgency.SELF_CARE)
    made: dict[str, Any] = json.loads(json.dumps(counterfactual_record(a, found)))

    assert made["changes"] == [
        {"question": "airway", "item": "breathing", "before": "not_sure", "after": False,
         "counts_now": True, "text": "Breathing and swallowing, hard to breathe: not sure -> no"},
        {"question": "fever_days", "item": None, "before": 9, "after": 2,
         "counts_now": True, "text": "Days of fever: 9 days -> 1 to 2 days"},
    ]  # fmt: skip
    assert made["answers"] == {**WELL, "feverish": True, "fever_days": 2}
    assert (made["target"], made["goal"], made["urgency"]) == ("self_care", "at_most", "self_care")


def test_blockers_as_json() -> None:
    a, found = asked(WELL | {"years": 3}, Urgency.SELF_CARE)

    assert counterfactual_record(a, found)["held"] == [
        [{"question": "years", "item": None, "answer": 3, "text": "Age: 3 years"}]
    ]
