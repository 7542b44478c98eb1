"""The properties of the other test modules, for the shipped protocol.

Its sheets are too many to enumerate, so they are sampled.
"""

from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.decide.assessment import Status, assess
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import T
from backtriage.decide.receipt import receipt_of
from backtriage.program.program import build_program, digest_of, from_json, to_json
from backtriage.program.sheet import sheet_from_bytes
from backtriage.program.validate import ValidatedSheet, plain_answers, validate
from backtriage.protocol.guarantees import Risk
from backtriage.protocol.loader.loader import parse_protocol
from backtriage.protocol.protocol import Question, Rule
from backtriage.prove.engines.baseline import directions
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NUMBER, SOME_OF, Ticks, Value
from tests.support import oracle
from tests.support.outcomes import (
    assess_by_asking,
    conditions_of,
    expected_outcome,
    outcome_of,
    visible_result,
)
from tests.support.protocol_writer import to_text
from tests.support.protocols import SHIPPED, cases_in, shipped
from tests.support.strategies import additional_rules, answers_to
from tests.support.tier import examples

PROGRAM = shipped()
PROTOCOL = PROGRAM.protocol
RISKS = {risk.question: risk for risk in directions(PROTOCOL)}
"""The directions that are the same for every urgency."""


# -- people ----------------------------------------------------------------------------------


@cache
def well() -> Answers:
    """The answers of somebody with a simple strain, and the least worrying to all else."""
    case = next(case for case in cases_in(SHIPPED) if case.id == "all_clear_woman")
    least = {question.id: _least(question) for question in PROTOCOL.questions}
    return Answers({**least, **case.sheet})


def _least(question: Question) -> Value:
    if question.id in RISKS:
        return from_least_to_worst(question, RISKS[question.id])[0]
    if question.kind == SOME_OF:
        return Ticks()
    if question.kind == NUMBER:
        return oracle.definite(question)[40]
    return question.choices[0].id if question.choices else False


@st.composite
def people(draw: st.DrawFn, *, most: int = 10) -> Answers:
    """Complete sheets that are well except for a few answers, so that not all are urgent."""
    questions = st.sampled_from(PROTOCOL.questions)
    drawn = draw(st.lists(questions, max_size=most, unique_by=lambda q: q.id))
    return Answers({**well(), **{q.id: draw(answers_to(q)) for q in drawn}})


@st.composite
def people_and_parts(draw: st.DrawFn) -> tuple[Answers, Answers]:
    """A complete sheet and a part of it."""
    person = draw(people())
    ids = draw(st.sets(st.sampled_from([*person])))
    is_kept = draw(st.booleans())
    return person, Answers({id_: v for id_, v in person.items() if (id_ in ids) is is_kept})


def test_who_is_well_is_well() -> None:
    """Or the few answers that differ from theirs would not matter."""
    assessment = assess(PROGRAM, oracle.asked(PROGRAM, well()))
    assert (assessment.urgency, assessment.status) == (Urgency.SELF_CARE, Status.COMPLETE)
    assert assessment.advice


def parts() -> st.SearchStrategy[Answers]:
    """Partial sheets."""
    return people_and_parts().map(lambda pair: pair[1])


# -- urgency, advice and open questions --------------------------------------------------------


@given(person=people())
def test_complete_sheets_match_the_oracle(person: Answers) -> None:
    assessment = assess(PROGRAM, oracle.asked(PROGRAM, person))
    assert assessment.certain == assessment.possible
    assert outcome_of(assessment) == expected_outcome(PROGRAM, person)


@given(person=people())
def test_conditions_of_a_complete_sheet_are_decided(person: Answers) -> None:
    for condition in conditions_of(PROGRAM):
        truth = oracle.truth(PROGRAM, person, condition)
        assert oracle.interval(PROGRAM, person, condition) == (truth, truth)


@given(pair=people_and_parts())
def test_a_completion_lies_in_the_range_and_keeps_its_advice(
    pair: tuple[Answers, Answers],
) -> None:
    person, part = pair
    part = oracle.asked(PROGRAM, part)
    early, late = assess(PROGRAM, part), assess(PROGRAM, oracle.asked(PROGRAM, person))
    assert early.certain <= late.certain == late.possible <= early.possible
    assert (early.certain, early.possible) == oracle.urgency_range(PROGRAM, part)
    assert {advice.id for advice in early.advice} <= {advice.id for advice in late.advice}


@given(pair=people_and_parts(), data=st.data())
def test_answering_never_widens_the_range_or_opens_a_question(
    pair: tuple[Answers, Answers], data: st.DataObject
) -> None:
    person, part = pair
    absent = [id_ for id_ in person if id_ not in part]
    if not absent:
        return
    asked = data.draw(st.sampled_from(absent))
    before, after = (
        assess(PROGRAM, oracle.asked(PROGRAM, sheet))
        for sheet in (part, part.with_(asked, person[asked]))
    )
    assert before.certain <= after.certain <= after.possible <= before.possible
    open_before, open_after = ({*a.missing, *a.advice_missing} for a in (before, after))
    assert open_after <= open_before - {asked}
    if asked not in open_before and before.certain is not Urgency.EMERGENCY:
        assert visible_result(after) == visible_result(before)


@given(person=people(most=6))
def test_asking_open_questions_equals_asking_everything(person: Answers) -> None:
    everything = assess(PROGRAM, oracle.asked(PROGRAM, person))
    asked = assess_by_asking(PROGRAM, person)
    if everything.certain is Urgency.EMERGENCY:
        assert asked.certain is Urgency.EMERGENCY
    else:
        assert visible_result(asked) == visible_result(everything)


def stays(question: Question) -> bool:
    """Whether the safety net takes an answer for one that does not change."""
    return not question.can_change or question.from_journal is not None


@given(person=people(most=6), later=people())
def test_the_safety_net_is_complete(person: Answers, later: Answers) -> None:
    """Whichever answers change, a rule that then raises the urgency is listed.

    What a journal will say is not foreseen: it speaks for itself at each entry.
    """
    now = assess(PROGRAM, person)
    listed = {entry.rule.id: entry.urgency for entry in now.come_back}
    lasting = {id_: v for id_, v in person.items() if stays(PROGRAM.questions[id_])}
    for rule, urgency, _ in oracle.outcome(PROGRAM, Answers({**later, **lasting})).fired:
        assert urgency <= now.urgency or urgency <= listed[rule]


def test_an_empty_sheet_acts_on_a_possible_emergency() -> None:
    nothing = assess(PROGRAM, Answers())
    assert (nothing.certain, nothing.possible) == (Urgency.SELF_CARE, Urgency.EMERGENCY)


def test_not_sure_about_everything_is_an_emergency() -> None:
    doubts = {q.id: not_sure(q) for q in PROTOCOL.questions if q.allows_not_sure}
    assert assess(PROGRAM, Answers({**well(), **doubts})).certain is Urgency.EMERGENCY


# -- monotone urgency ------------------------------------------------------------------------


def from_least_to_worst(question: Question, risk: Risk) -> list[Value]:
    """Return the definite answers to a question in the order of its risk."""
    if risk.direction in {"yes", "no"}:
        return [risk.direction == "no", risk.direction == "yes"]
    if risk.direction == "order":
        return list(risk.order)
    if risk.direction in {"more", "fewer"}:
        every = frozenset(choice.id for choice in question.choices)
        ends: list[Value] = [Ticks(), Ticks(every)]
        return ends if risk.direction == "more" else ends[::-1]
    numbers = oracle.definite(question)
    return numbers if risk.direction == "higher" else numbers[::-1]


def not_sure(question: Question) -> Value:
    """Return doubt about a question: for a list, about every item."""
    if question.kind == SOME_OF:
        return Ticks(unsure=frozenset(choice.id for choice in question.choices))
    return NOT_SURE


def one_step_worse(question: Question, value: Value) -> list[Value]:
    """Return the next worse definite answer, and doubt where it is the next step."""
    if isinstance(value, Ticks):
        return _ticks_one_step_worse(question, value)
    ladder = from_least_to_worst(question, RISKS[question.id])
    if value is NOT_SURE:
        return ladder[-1:]
    index = ladder.index(value)
    doubt: list[Value] = [NOT_SURE] if index == 0 and question.allows_not_sure else []
    return ladder[index + 1 : index + 2] + doubt


def _ticks_one_step_worse(question: Question, value: Ticks) -> list[Value]:
    """Move one item of a list from no through not sure to yes, or the other way round."""
    is_more_worse = RISKS[question.id].direction == "more"
    steps: list[Value] = []
    for choice in question.choices:
        item = frozenset({choice.id})
        if choice.id in value.unsure:
            steps.append(Ticks(value.yes | item if is_more_worse else value.yes,
                               value.unsure - item))  # fmt: skip
        elif (choice.id in value.yes) is not is_more_worse:
            steps.append(Ticks(value.yes ^ item, value.unsure))
            if question.allows_not_sure:
                steps.append(Ticks(value.yes - item, value.unsure | item))
    return steps


@given(person=people(), data=st.data())
def test_a_worse_answer_never_lowers_the_urgency(person: Answers, data: st.DataObject) -> None:
    """Along a walk of answers that only get worse, doubts among them."""
    directed = list(RISKS)
    before = oracle.outcome(PROGRAM, person).urgency
    for _ in range(8):
        question = PROGRAM.questions[data.draw(st.sampled_from(directed))]
        old = person[question.id]
        steps = one_step_worse(question, old)
        if not steps:
            continue
        person = person.with_(question.id, data.draw(st.sampled_from(steps)))
        after = assess(PROGRAM, oracle.asked(PROGRAM, person)).urgency
        assert after >= before, (question.id, old, person[question.id], before, after)
        before = after


@pytest.mark.parametrize("risk", PROTOCOL.risk, ids=lambda risk: risk.id)
@settings(max_examples=examples(10))
@given(person=people())
def test_urgency_is_monotone_in_each_question(risk: Risk, person: Answers) -> None:
    """From the best answer, through not sure, to the worst."""
    if risk.direction == "none":
        assert risk.reason
        return
    question = PROGRAM.questions[risk.question]
    least, *_, worst = from_least_to_worst(question, risk)
    doubt = [not_sure(question)] if question.allows_not_sure else []
    sheets = [
        oracle.asked(PROGRAM, person.with_(question.id, value)) for value in (least, *doubt, worst)
    ]
    urgencies = [
        assess(PROGRAM, sheet).urgency
        for sheet in sheets
        if risk.when is None or Evaluation(PROGRAM, sheet).interval(risk.when)[0] == T
    ]
    for covered in risk.covered:
        reached = [urgency >= covered for urgency in urgencies]
        assert reached == sorted(reached)


@given(part=parts(), rule=additional_rules(PROTOCOL))
def test_an_additional_rule_never_lowers_the_range(part: Answers, rule: Rule) -> None:
    after = build_program(replace(PROTOCOL, rules=(*PROTOCOL.rules, rule)), "sha256:any")
    low, high = assess(PROGRAM, part), assess(after, part)
    assert low.certain <= high.certain
    assert low.possible <= high.possible


@given(part=parts(), data=st.data())
def test_a_bad_answer_never_hides_an_emergency(part: Answers, data: st.DataObject) -> None:
    """Each bad answer is a problem, and the rest is read as if it were absent."""
    raw = dict(plain_answers(PROGRAM, part))
    replaced = data.draw(st.sets(st.sampled_from([*raw]))) if raw else set()
    raw |= dict.fromkeys(replaced, "perhaps")
    validated = validate(PROGRAM, sheet_from_bytes(json.dumps(raw).encode(), "a", is_yaml=False))
    good = Answers({id_: value for id_, value in part.items() if id_ not in replaced})
    assert validated.answers == good
    assert {problem.location.path for problem in validated.problems} == replaced
    if not assess(PROGRAM, good).contradictions:
        assert assess(PROGRAM, good).certain <= assess(PROGRAM, part).certain


# -- round trips -----------------------------------------------------------------------------


@given(part=parts())
def test_a_sheet_round_trips_through_json(part: Answers) -> None:
    written = json.dumps(plain_answers(PROGRAM, part)).encode()
    read = validate(PROGRAM, sheet_from_bytes(written, "sheet.json", is_yaml=False))
    assert read == ValidatedSheet(answers=part)


@given(part=parts(), data=st.data())
def test_the_order_of_answers_is_irrelevant(part: Answers, data: st.DataObject) -> None:
    ids = data.draw(st.permutations([*part]))
    permuted, ordered = assess(PROGRAM, Answers({i: part[i] for i in ids})), assess(PROGRAM, part)
    assert permuted == ordered
    assert receipt_of(permuted) == receipt_of(ordered)


def test_the_protocol_round_trips_through_text_and_json() -> None:
    source, problems = parse_protocol({"protocol.yaml": to_text(PROTOCOL)})
    assert problems == ()
    assert source is not None
    assert source.protocol == PROTOCOL
    assert from_json(to_json(PROTOCOL)) == PROTOCOL
    assert digest_of(source.protocol) == digest_of(PROTOCOL)
