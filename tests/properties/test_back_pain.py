"""The laws on the protocol that ships: sampled, since its sheets cannot be counted."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.decide.assessment import Assessment, assess
from backtriage.decide.receipt import plain_answers, receipt_of
from backtriage.program.as_json import from_json, to_json
from backtriage.program.program import Program, build_program, digest_of
from backtriage.program.sheet import sheet_from_bytes
from backtriage.program.validate import ValidatedSheet, validate
from backtriage.protocol.loader.loader import parse_protocol
from backtriage.protocol.protocol import Protocol, Question, Risk
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NUMBER, SOME_OF, Ticks, Value
from tests.properties.test_monotone import rules
from tests.properties.test_open_questions import interviewed, said
from tests.properties.test_urgency_range import conditions_of, expected_outcome, outcome_of
from tests.support import oracle
from tests.support.protocol_writer import to_text
from tests.support.strategies import answers_to
from tests.support.tier import examples

FOLDER = Path(__file__).parents[2] / "rules" / "back_pain"


@cache
def protocol() -> Protocol:
    """The protocol that ships, as its text says it."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yaml")}
    source, problems = parse_protocol(texts)
    assert source is not None, problems
    return source.protocol


@cache
def program() -> Program:
    """The protocol that ships, made ready to run."""
    return build_program(protocol())


def well(question: Question) -> Value:
    """The answer of somebody who has as little as can be."""
    risk = next(risk for risk in protocol().risk if risk.question == question.id)
    return rungs(question, risk)[0] if risk.direction != "none" else middle(question)


def middle(question: Question) -> Value:
    """Some definite answer to a question of which no answer is worse."""
    if question.kind == SOME_OF:
        return Ticks()
    if question.kind == NUMBER:
        return oracle.definite(question)[40]
    return question.choices[0].id if question.choices else False


@cache
def all_well() -> Answers:
    """Somebody who has as little as can be."""
    return Answers({question.id: well(question) for question in protocol().questions})


@st.composite
def people(draw: st.DrawFn, *, most: int = 10) -> Answers:
    """A complete sheet of somebody well but for some answers, so that not all is urgent."""
    questions = protocol().questions
    drawn = draw(st.lists(st.sampled_from(questions), max_size=most, unique_by=lambda q: q.id))
    return Answers({**all_well(), **{q.id: draw(answers_to(q)) for q in drawn}})


@st.composite
def parts(draw: st.DrawFn) -> tuple[Answers, Answers]:
    """A complete sheet, and a part of it."""
    person = draw(people())
    ids = draw(st.sets(st.sampled_from([*person])))
    kept = draw(st.booleans())
    return person, Answers({id_: v for id_, v in person.items() if (id_ in ids) is kept})


@given(person=people())
def test_complete_sheets_come_to_what_the_language_says(person: Answers) -> None:
    """Urgency, scope, reasons, advice and verdicts equal the oracle's."""
    found = assess(program(), person)
    assert found.certain == found.possible
    assert outcome_of(found) == expected_outcome(program(), person)


@given(both=parts())
def test_a_completion_lies_in_the_range_and_keeps_its_advice(
    both: tuple[Answers, Answers],
) -> None:
    """The whole sheet lies in the range of its part, and gives the advice that the part gave."""
    person, part = both
    early, late = assess(program(), part), assess(program(), person)
    assert early.certain <= late.certain == late.possible <= early.possible
    assert (early.certain, early.possible) == oracle.urgency_range(program(), part)
    assert {advice.id for advice in early.advice} <= {advice.id for advice in late.advice}


@given(both=parts(), data=st.data())
def test_answering_narrows(both: tuple[Answers, Answers], data: st.DataObject) -> None:
    """One more answer never widens the range and never opens a question."""
    person, part = both
    absent = [id_ for id_ in person if id_ not in part]
    if not absent:
        return
    asked = data.draw(st.sampled_from(absent))
    before, after = assess(program(), part), assess(program(), part.with_(asked, person[asked]))
    assert before.certain <= after.certain <= after.possible <= before.possible
    assert {*after.missing} <= {*before.missing} - {asked}
    if asked not in before.missing and before.certain is not Urgency.EMERGENCY:
        assert said(after) == said(before)


@given(person=people(most=6))
def test_asking_what_is_open_equals_asking_everything(person: Answers) -> None:
    """The interview ends where asking everything ends."""
    everything, asked = assess(program(), person), interviewed(program(), person)
    if everything.certain is Urgency.EMERGENCY:
        assert asked.certain is Urgency.EMERGENCY
    else:
        assert said(asked) == said(everything)


@given(person=people(most=6), data=st.data())
def test_the_safety_net_is_complete(person: Answers, data: st.DataObject) -> None:
    """No change of changeable answers raises the urgency through a rule that is not listed."""
    now = assess(program(), person)
    listed = {entry.rule.id: entry.urgency for entry in now.come_back}
    later = data.draw(people())
    lasting = {id_: v for id_, v in person.items() if not program().questions[id_].can_change}
    for rule, urgency, _ in oracle.outcome(program(), Answers({**later, **lasting})).fired:
        assert urgency <= now.urgency or urgency <= listed[rule]


def rungs(question: Question, risk: Risk) -> list[Value]:
    """Answers from the least to the worst, the definite ones."""
    if risk.direction in {"yes", "no"}:
        return [risk.direction == "no", risk.direction == "yes"]
    if risk.direction == "order":
        return list(risk.order)
    if risk.direction in {"more", "fewer"}:
        every = frozenset(choice.id for choice in question.choices)
        ends = [Ticks(), Ticks(every)]
        return [*(ends if risk.direction == "more" else reversed(ends))]
    numbers = oracle.definite(question)
    return numbers if risk.direction == "higher" else numbers[::-1]


def worse(question: Question, risk: Risk, value: Value) -> list[Value]:
    """Every answer one step worse: the next rung, or not sure, or from not sure to the worst."""
    if isinstance(value, Ticks):
        return worse_ticks(question, risk, value)
    ladder = rungs(question, risk)
    if value is NOT_SURE:
        return ladder[-1:]
    at = ladder.index(value)
    unsure: list[Value] = [NOT_SURE] if at == 0 and question.allows_not_sure else []
    return ladder[at + 1 : at + 2] + unsure


def worse_ticks(question: Question, risk: Risk, value: Ticks) -> list[Value]:
    """One item of a list moved one step: no, not sure, yes, or the other way round."""
    found: list[Value] = []
    for choice in question.choices:
        item = frozenset({choice.id})
        more = risk.direction == "more"
        if choice.id in value.unsure:
            found.append(Ticks(value.yes | item if more else value.yes, value.unsure - item))
        elif (choice.id in value.yes) is not more:
            moved = [Ticks(value.yes ^ item, value.unsure)]
            if question.allows_not_sure:
                moved.append(Ticks(value.yes - item, value.unsure | item))
            found += moved
    return found


@given(person=people(), data=st.data())
def test_a_worse_answer_never_lowers_the_urgency(person: Answers, data: st.DataObject) -> None:
    """A walk of answers that only get worse, "not sure" among them, never lowers the urgency."""
    before = oracle.outcome(program(), person).urgency
    for _ in range(8):
        risk = data.draw(st.sampled_from([r for r in protocol().risk if r.direction != "none"]))
        question = program().questions[risk.question]
        steps = worse(question, risk, person[question.id])
        if not steps:
            continue
        old = person[question.id]
        person = person.with_(question.id, data.draw(st.sampled_from(steps)))
        after = assess(program(), person).urgency
        assert after >= before, (question.id, old, person[question.id], before, after)
        before = after


@pytest.mark.parametrize("risk", protocol().risk, ids=lambda risk: risk.question)
@settings(max_examples=examples(10))
@given(person=people())
def test_each_question_keeps_its_direction(risk: Risk, person: Answers) -> None:
    """From the least to not sure to the worst answer the urgency never falls, whoever it is."""
    question = program().questions[risk.question]
    if risk.direction == "none":
        assert risk.reason
        return
    least, *_, worst = rungs(question, risk)
    unsure: Value = NOT_SURE
    if isinstance(worst, Ticks):
        unsure = Ticks(unsure=frozenset(choice.id for choice in question.choices))
    ladder = [least, *([unsure] if question.allows_not_sure else []), worst]
    urgencies = [assess(program(), person.with_(question.id, value)).urgency for value in ladder]
    assert urgencies == sorted(urgencies)


@given(both=parts())
def test_a_canonical_sheet_is_taken_back_unchanged(both: tuple[Answers, Answers]) -> None:
    """Answers to JSON to answers are the same answers."""
    _, part = both
    written = json.dumps(plain_answers(program(), part)).encode()
    back = validate(program(), sheet_from_bytes(written, "sheet.json", is_yaml=False))
    assert back == ValidatedSheet(answers=part)


@given(both=parts(), data=st.data())
def test_a_bad_answer_never_hides_an_emergency(
    both: tuple[Answers, Answers], data: st.DataObject
) -> None:
    """Bad answers are problems, and the rest is read as if they were absent."""
    _, part = both
    raw = dict(plain_answers(program(), part))
    spoilt = data.draw(st.sets(st.sampled_from([*raw]))) if raw else set()
    raw |= dict.fromkeys(spoilt, "perhaps")
    validated = validate(program(), sheet_from_bytes(json.dumps(raw).encode(), "a", is_yaml=False))
    left = Answers({id_: value for id_, value in part.items() if id_ not in spoilt})
    assert validated.answers == left
    assert {problem.location.path for problem in validated.problems} == spoilt
    assert assess(program(), left).certain <= assess(program(), part).certain


@given(both=parts(), data=st.data())
def test_one_more_rule_never_lowers(both: tuple[Answers, Answers], data: st.DataObject) -> None:
    """Adding a rule leaves both ends of the range where they are or raises them."""
    _, part = both
    more = data.draw(rules(protocol()))
    after = build_program(replace(protocol(), rules=(*protocol().rules, more)), "sha256:any")
    low, high = assess(program(), part), assess(after, part)
    assert low.certain <= high.certain
    assert low.possible <= high.possible


@given(both=parts(), data=st.data())
def test_the_order_of_answers_is_irrelevant(
    both: tuple[Answers, Answers], data: st.DataObject
) -> None:
    """Answers given in any order come to the same assessment and receipt."""
    _, part = both
    ids = data.draw(st.permutations([*part]))
    other, found = (assess(program(), one) for one in (Answers({i: part[i] for i in ids}), part))
    assert other == found
    assert receipt_of(other) == receipt_of(found)


def test_the_protocol_reads_back() -> None:
    """Text to protocol to text to protocol, and JSON, are the same protocol."""
    source, problems = parse_protocol({"protocol.yaml": to_text(protocol())})
    assert problems == ()
    assert source is not None
    assert source.protocol == protocol()
    assert from_json(to_json(protocol())) == protocol()
    assert digest_of(source.protocol) == digest_of(protocol())


def test_nothing_known_is_an_emergency_that_is_possible() -> None:
    """An empty sheet acts on the worst; everything not sure is an emergency."""
    nothing = assess(program(), Answers())
    assert (nothing.certain, nothing.possible) == (Urgency.SELF_CARE, Urgency.EMERGENCY)
    unsure = {q.id: unsure_of(q) if q.allows_not_sure else well(q) for q in protocol().questions}
    assert all_unsure(unsure).certain is Urgency.EMERGENCY


def all_unsure(values: dict[str, Value]) -> Assessment:
    """The assessment of a sheet of doubts."""
    return assess(program(), Answers(values))


def unsure_of(question: Question) -> Value:
    """Not sure, about every item of a list."""
    if question.kind == SOME_OF:
        return Ticks(unsure=frozenset(choice.id for choice in question.choices))
    return NOT_SURE


@given(person=people())
def test_every_condition_of_a_complete_sheet_is_a_point(person: Answers) -> None:
    """On a complete sheet nothing is undecided, not even what nobody is shown."""
    for condition in conditions_of(program()):
        truth = oracle.truth(program(), person, condition)
        assert oracle.interval(program(), person, condition) == (truth, truth)
