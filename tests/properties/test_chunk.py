"""Many sheets at once come to what each of them comes to alone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.decide import outcome
from backtriage.decide.assessment import Assessment, Status, assess
from backtriage.decide.chunk import INTEGER, Carrier, ChunkEvaluation, array_carrier, columns_of
from backtriage.decide.contradictions import acted_on
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.many import outcomes
from backtriage.decide.open_questions import open_questions
from backtriage.decide.receipt import receipt, receipt_of
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Compare
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NUMBER
from tests.support.builders import emergency_program, question
from tests.support.outcomes import conditions_of
from tests.support.protocols import shipped
from tests.support.strategies import partial_sheets, programs
from tests.support.tier import examples

CARRIERS = pytest.mark.parametrize("carrier", [INTEGER, array_carrier()], ids=["integer", "array"])


def check_chunk(program: Program, sheets: list[Answers], carrier: Carrier) -> None:
    """Check that a chunk has the value of every condition, and every part of each assessment."""
    chunk = ChunkEvaluation(program, columns_of(program, sheets), carrier)
    alone = [Evaluation(program, sheet) for sheet in sheets]
    for condition in conditions_of(program):
        bits = chunk.unpack(chunk.bits(condition))
        assert [*bits] == [evaluation.bits(condition) for evaluation in alone]
    acted = acted_on(chunk)
    certain, possible = acted.certain, acted.possible
    certainly, possibly = ([chunk.unpack(c) for c in reached] for reached in (certain, possible))
    contradicted = chunk.unpack(acted.contradicted)
    out_of_scope = outcome.surely_out_of_scope(chunk)
    is_out, may_be_out = map(chunk.unpack, (out_of_scope, outcome.possibly_out_of_scope(chunk)))
    still_open = {id_: chunk.unpack(where) for id_, where in acted.open(open_questions).items()}
    advice = [
        [*map(chunk.unpack,
              outcome.advice(chunk, a, possible, acted.counting, acted.contradicted))]
        for a in program.advice
    ]  # fmt: skip
    verdicts = [
        [(verdict, chunk.unpack(where))
         for verdict, where in outcome.verdicts(chunk, module, possible, out_of_scope)]
        for module in program.modules
    ]  # fmt: skip
    net = [
        (rule.id, urgency, chunk.unpack(where))
        for rule, urgency, where in outcome.safety_net(chunk.unchanging(), possible)
    ]
    listed = dict.fromkeys((rule for rule, *_ in net), chunk.nowhere)
    for rule, _, where in outcome.safety_net(chunk.unchanging(), possible):
        listed[rule.id] = listed[rule.id] | where
    lines = [
        (group, chunk.unpack(where))
        for group, where in outcome.net_lines(chunk.unchanging(), listed)
    ]
    for row, sheet in enumerate(sheets):
        expected = assess(program, sheet)
        shown = [group for group, where in lines if where[row]]
        assert [line.group for line in expected.net] == shown
        assert bool(expected.contradictions) == bool(contradicted[row])
        assert expected.certain == max(u for u in Urgency if certainly[u][row])
        assert expected.possible == max(u for u in Urgency if possibly[u][row])
        assert (expected.status is Status.OUT_OF_SCOPE) == bool(is_out[row])
        asked = tuple(id_ for id_, where in still_open.items() if where[row])
        assert (*expected.missing, *expected.advice_missing) == asked
        assert [result.verdict for result in expected.module_results] == [
            next((verdict for verdict, where in module if where[row]), None) for module in verdicts
        ]
        given_here, *rest = (
            [a for a, where in zip(program.advice, advice, strict=True) if where[at][row]]
            for at in range(3)
        )
        assert [*expected.advice] == ([] if may_be_out[row] else given_here)
        assert withheld_and_undecided(expected) == ([[], []] if is_out[row] else rest)
        first = {rule: urgency for rule, urgency, where in reversed(net) if where[row]}
        assert {entry.rule.id: entry.urgency for entry in expected.come_back} == first


def check_outcomes(program: Program, sheets: list[Answers]) -> None:
    """Check that many sheets, decided together, have the outcome of each alone."""
    for sheet, found in zip(sheets, outcomes(program, sheets), strict=True):
        a = assess(program, sheet)
        assert (found.status, found.certain, found.possible) == (a.status, a.certain, a.possible)
        assert (found.service, found.missing) == (a.service, a.missing)
        assert found.is_contradicted == bool(a.contradictions)
        assert [(r.rule, r.urgency, r.certainty) for r in found.reasons] == [
            (r.rule, r.urgency, r.certainty) for r in a.reasons
        ]
        assert receipt(program, sheet, (), found) == receipt_of(a)


@settings(max_examples=examples(100))
@given(data=st.data(), program=programs())
def test_outcomes_of_small_protocols(data: st.DataObject, program: Program) -> None:
    check_outcomes(program, data.draw(st.lists(partial_sheets(program), min_size=1, max_size=20)))


@settings(max_examples=examples(20))
@given(data=st.data())
def test_outcomes_of_the_shipped_protocol(data: st.DataObject) -> None:
    sheets = data.draw(st.lists(partial_sheets(shipped()), min_size=1, max_size=4))
    check_outcomes(shipped(), sheets)


def withheld_and_undecided(assessment: Assessment) -> list[object]:
    return [[entry.advice for entry in assessment.withheld], [*assessment.undecided]]


@CARRIERS
@given(data=st.data(), program=programs())
def test_small_protocols(carrier: Carrier, data: st.DataObject, program: Program) -> None:
    sheets = data.draw(st.lists(partial_sheets(program), min_size=1, max_size=20))
    check_chunk(program, sheets, carrier)


@CARRIERS
@settings(max_examples=examples(20))
@given(data=st.data())
def test_the_shipped_protocol(carrier: Carrier, data: st.DataObject) -> None:
    sheets = data.draw(st.lists(partial_sheets(shipped()), min_size=1, max_size=4))
    check_chunk(shipped(), sheets, carrier)


@CARRIERS
def test_more_answers_than_a_byte_can_number(carrier: Carrier) -> None:
    age = question("age", NUMBER, least=0, most=999)
    program = emergency_program(age, when=Compare("age", ">=", Decimal(500)))
    sheets = [Answers({"age": Decimal(years)}) for years in range(1000)]

    check_chunk(program, sheets, carrier)
