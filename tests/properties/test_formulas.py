"""The formulas say what the interpreter says: of every small sheet, and of many real ones."""

from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.check import checked_protocol
from backtriage.decide.assessment import assess, is_out_of_scope, urgency_range
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.open_questions import open_questions_in
from backtriage.program.program import Program, build_program
from backtriage.protocol.dependencies import guarantees
from backtriage.prove.claims.stopping import Walk, awaited
from backtriage.prove.counterexample import unguarded
from backtriage.prove.dual_rail import ConditionEncoder, EncodedInterval
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.shell.files import read_rules
from backtriage.shell.paths import bundled_rules
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Condition
from backtriage.terms.urgency import Urgency
from tests.support.assignments import assigned
from tests.support.enumeration import sheets
from tests.support.guarantees import guaranteed_programs
from tests.support.strategies import complete_sheets, partial_sheets
from tests.support.tier import examples


@cache
def shipped() -> SymbolicProgram:
    """The protocol that ships, as formulas."""
    return SymbolicProgram(build_program(checked_protocol(read_rules(bundled_rules()))))


@cache
def walk() -> Walk:
    """The walk over its open questions."""
    return Walk(shipped())


def ends(
    model: SymbolicProgram, interval: EncodedInterval, values: dict[int, int]
) -> tuple[int, int]:
    """The pair that rails come to."""
    lo, hi = ([model.circuit.evaluate(rail, values) for rail in rails] for rails in interval)
    assert lo[1] >= lo[0]
    assert hi[1] >= hi[0]
    return sum(lo), sum(hi)


def conditions(model: SymbolicProgram) -> list[Condition]:
    """Everything that is read, guarantees included."""
    p = model.program.protocol
    return [
        *(condition for _, condition in awaited(model)),
        *(question.ask_when for question in p.questions),
        *(condition for _, condition in guarantees(p)),
    ]


def compare(model: SymbolicProgram, reader: ConditionEncoder, evaluation: Evaluation) -> None:
    """Every condition of a sheet is the same both ways."""
    values = assigned(model.domain, evaluation.answers)
    for condition in conditions(model):
        assert ends(model, reader.encode(condition), values) == evaluation.interval(condition)


def compare_page(model: SymbolicProgram, sheet: Answers) -> None:
    """Urgency, scope, advice and verdicts of a complete sheet are the same both ways."""
    values = assigned(model.domain, sheet)
    found = assess(model.program, sheet)

    def holds(*formulas: int) -> bool:
        return all(model.circuit.evaluate(formula, values) for formula in formulas)

    for urgency in Urgency:
        assert holds(model.complete.at_least(urgency)) == (found.certain >= urgency)
    assert holds(model.complete.in_scope()) != is_out_of_scope(Evaluation(model.program, sheet))
    given = {
        a.id
        for a in model.program.advice
        if holds(model.complete.given(a), model.complete.shown(a.show_up_to))
    }
    assert given == {advice.id for advice in found.advice}
    for finding in found.findings:
        module = finding.module
        reached = [
            verdict
            for at, verdict in enumerate(module.verdicts)
            if holds(model.complete.verdict(module, at), model.complete.shown(module.show_up_to))
        ]
        assert reached == ([finding.verdict] if finding.verdict else [])


def compare_walk(model: SymbolicProgram, walked: Walk, evaluation: Evaluation) -> None:
    """A condition waits for something exactly when the interview would ask something."""
    values = assigned(model.domain, evaluation.answers)
    for _, condition in awaited(model):
        lo, hi = evaluation.interval(condition)
        waits = bool(open_questions_in(evaluation, condition)) and lo != hi
        assert model.circuit.evaluate(walked.opens(condition), values) == waits


@settings(max_examples=examples(100))
@given(program=guaranteed_programs())
def test_every_sheet_of_a_small_protocol(program: Program) -> None:
    """Complete sheets, sheets with answers missing, and what is true though not asked."""
    model = SymbolicProgram(program)
    raw = unguarded(program)
    walked = Walk(model)
    for sheet in sheets(program):
        compare(model, model.complete, Evaluation(program, sheet))
        compare(model, model.unguarded, Evaluation(raw, sheet))
        compare_page(model, sheet)
    for sheet in sheets(program, partial=True):
        compare(model, model.partial, Evaluation(program, sheet))
        compare_walk(model, walked, Evaluation(program, sheet))


@settings(max_examples=examples(60))
@given(data=st.data())
def test_complete_sheets_of_the_protocol_that_ships(data: st.DataObject) -> None:
    """Random answers to everything, not sure among them."""
    model = shipped()
    sheet = data.draw(complete_sheets(model.program))

    compare(model, model.complete, Evaluation(model.program, sheet))
    compare_page(model, sheet)
    assert model.domain.sheet(assigned(model.domain, sheet)).keys() == sheet.keys()


@settings(max_examples=examples(60))
@given(data=st.data())
def test_partial_sheets_of_the_protocol_that_ships(data: st.DataObject) -> None:
    """Random answers to some questions: both ends, and what is open."""
    model = shipped()
    sheet = data.draw(partial_sheets(model.program))
    evaluation = Evaluation(model.program, sheet)

    compare(model, model.partial, evaluation)
    compare_walk(model, walk(), evaluation)


@settings(max_examples=examples(50))
@given(program=guaranteed_programs())
def test_a_stopped_interview_has_the_result_of_every_completion(program: Program) -> None:
    """The two lemmas of claim e come to the claim: nothing open, nothing can change."""
    whole = {sheet: urgency_range(Evaluation(program, sheet))[0] for sheet in sheets(program)}
    for sheet in sheets(program, partial=True):
        found = assess(program, sheet)
        if found.missing:
            continue
        assert found.certain == found.possible
        agreeing = [u for full, u in whole.items() if sheet.items() <= full.items()]
        assert set(agreeing) == {found.certain}
