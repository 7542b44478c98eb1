"""The encoding agrees with the interpreter: on every small sheet, and on random real ones."""

from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.decide.assessment import assess, counted_range, is_out_of_scope
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.open_questions import open_questions_in
from backtriage.program.program import Program
from backtriage.protocol.dependencies import guarantees
from backtriage.prove.claims.stopping import SymbolicOpenQuestions, awaited_conditions
from backtriage.prove.counterexample import unguarded
from backtriage.prove.dual_rail import ConditionEncoder, EncodedInterval
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Condition
from backtriage.terms.urgency import Urgency
from tests.support import oracle
from tests.support.enumeration import may_become, sheets
from tests.support.guarantees import guaranteed_programs
from tests.support.protocols import shipped
from tests.support.strategies import complete_sheets, partial_sheets
from tests.support.tier import examples


@cache
def shipped_symbolic() -> SymbolicProgram:
    return SymbolicProgram(shipped())


@cache
def shipped_open_questions() -> SymbolicOpenQuestions:
    return SymbolicOpenQuestions(shipped_symbolic())


def interval_of(
    symbolic: SymbolicProgram, encoded: EncodedInterval, assignment: dict[int, int]
) -> tuple[int, int]:
    """Decode an interval on one sheet."""
    lo, hi = ([symbolic.circuit.evaluate(f, assignment) for f in rails] for rails in encoded)
    assert lo[1] >= lo[0]
    assert hi[1] >= hi[0]
    return sum(lo), sum(hi)


def conditions(symbolic: SymbolicProgram) -> list[Condition]:
    """Return every condition of a program, guarantees included."""
    protocol = symbolic.program.protocol
    return [
        *(condition for _, condition in awaited_conditions(symbolic)),
        *(question.ask_when for question in protocol.questions),
        *(condition for _, condition in guarantees(protocol)),
    ]


def check_conditions(
    symbolic: SymbolicProgram, encoder: ConditionEncoder, evaluation: Evaluation
) -> None:
    assignment = symbolic.domain.assignment(evaluation.answers)
    for condition in conditions(symbolic):
        encoded = encoder.encode(condition)
        assert interval_of(symbolic, encoded, assignment) == evaluation.interval(condition)


def check_page(symbolic: SymbolicProgram, sheet: Answers) -> None:
    """Check urgency, scope, advice and verdicts of a complete sheet."""
    program, complete = symbolic.program, symbolic.complete
    assignment = symbolic.domain.assignment(sheet)
    assessment = assess(program, oracle.asked(program, sheet))

    def is_true(*formulas: int) -> bool:
        return all(symbolic.circuit.evaluate(formula, assignment) for formula in formulas)

    for urgency in Urgency:
        assert is_true(complete.at_least(urgency)) == (assessment.certain >= urgency)
    assert is_true(complete.in_scope()) != is_out_of_scope(Evaluation(program, sheet))
    given = {
        advice.id
        for advice in program.advice
        if is_true(complete.given(advice), complete.shown(advice.show_up_to))
    }
    assert given == {advice.id for advice in assessment.advice}
    for result in assessment.module_results:
        module = result.module
        reached = [
            verdict
            for index, verdict in enumerate(module.verdicts)
            if is_true(complete.verdict(module, index), complete.shown(module.show_up_to))
        ]
        assert reached == ([result.verdict] if result.verdict else [])


def check_open_questions(
    symbolic: SymbolicProgram, questions: SymbolicOpenQuestions, evaluation: Evaluation
) -> None:
    assignment = symbolic.domain.assignment(evaluation.answers)
    for _, condition in awaited_conditions(symbolic):
        lo, hi = evaluation.interval(condition)
        is_open = bool(open_questions_in(evaluation, condition)) and lo != hi
        assert symbolic.circuit.evaluate(questions.opens(condition), assignment) == is_open


@settings(max_examples=examples(100))
@given(program=guaranteed_programs())
def test_every_sheet_of_a_small_protocol(program: Program) -> None:
    """Check complete sheets, guarded and unguarded, and partial ones."""
    symbolic = SymbolicProgram(program)
    without_guards = unguarded(program)
    questions = SymbolicOpenQuestions(symbolic)
    for sheet in sheets(program):
        check_conditions(symbolic, symbolic.complete, Evaluation(program, sheet))
        check_conditions(symbolic, symbolic.unguarded, Evaluation(without_guards, sheet))
        check_page(symbolic, sheet)
    for sheet in sheets(program, partial=True):
        evaluation = Evaluation(program, sheet)
        check_conditions(symbolic, symbolic.partial, evaluation)
        check_open_questions(symbolic, questions, evaluation)


@settings(max_examples=examples(60))
@given(data=st.data())
def test_complete_sheets_of_the_shipped_protocol(data: st.DataObject) -> None:
    symbolic = shipped_symbolic()
    sheet = data.draw(complete_sheets(symbolic.program))

    check_conditions(symbolic, symbolic.complete, Evaluation(symbolic.program, sheet))
    check_page(symbolic, sheet)
    assert symbolic.domain.sheet(symbolic.domain.assignment(sheet)).keys() == sheet.keys()


@settings(max_examples=examples(60))
@given(data=st.data())
def test_partial_sheets_of_the_shipped_protocol(data: st.DataObject) -> None:
    symbolic = shipped_symbolic()
    sheet = data.draw(partial_sheets(symbolic.program))
    evaluation = Evaluation(symbolic.program, sheet)

    check_conditions(symbolic, symbolic.partial, evaluation)
    check_open_questions(symbolic, shipped_open_questions(), evaluation)


@settings(max_examples=examples(50))
@given(program=guaranteed_programs())
def test_a_stopped_interview_has_the_result_of_every_completion(program: Program) -> None:
    """The two lemmas of the claim unsound-stop imply the claim."""
    exact = {sheet: counted_range(Evaluation(program, sheet))[0] for sheet in sheets(program)}
    for sheet in sheets(program, partial=True):
        assessment = assess(program, oracle.asked(program, sheet))
        if assessment.missing:
            continue
        assert assessment.certain == assessment.possible
        completions = [u for complete, u in exact.items() if may_become(program, sheet, complete)]
        assert set(completions) == {assessment.certain}
