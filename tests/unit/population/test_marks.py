"""Answers held as one chunk for each value come to what `Evaluation` makes of each sheet."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.decide import outcome
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import FALSE, MISSING, TRUE, UNSURE, Chunk
from backtriage.population.marks import MarkedAnswers, MarkedEvaluation, Numbers, without
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.value import NUMBER, SOME_OF, Ticks, Value
from tests.support.outcomes import conditions_of
from tests.support.protocols import shipped, tiny
from tests.support.strategies import partial_sheets, programs
from tests.support.tier import examples


def packed(found: list[int]) -> Chunk:
    return int.from_bytes(bytes(found), "little")


def marked(program: Program, sheets: list[Answers]) -> MarkedAnswers | None:
    """Return sheets as marks, or None for numbers that a byte cannot hold."""
    drawn = MarkedAnswers(len(sheets))
    for question in program.protocol.questions:
        values = [sheet.value(question.id) for sheet in sheets]
        if question.kind == SOME_OF:
            drawn.items[question.id] = {
                choice.id: packed([interval(value, choice.id) for value in values])
                for choice in question.choices
            }
        elif question.kind == NUMBER and any(isinstance(value, Decimal) for value in values):
            if any(not fits(value, question.least) for value in values):
                return None
            above = [int(v - question.least) if isinstance(v, Decimal) else 0 for v in values]
            most = question.least + max(above)
            drawn.numbers[question.id] = Numbers(packed(above), question.least, most)
            drawn.marks[question.id] = {None: packed([int(v is None) for v in values])}
        else:
            kinds = dict.fromkeys(values)
            drawn.marks[question.id] = {
                kind: packed([int(value == kind) for value in values]) for kind in kinds
            }
    return drawn


def fits(value: Value | None, least: int) -> bool:
    if not isinstance(value, Decimal):
        return value is None
    return value == int(value) and value - least < 256


def interval(value: Value | None, item: str) -> int:
    if not isinstance(value, Ticks):
        return MISSING
    return TRUE if item in value.yes else UNSURE if item in value.unsure else FALSE


def check_marks(program: Program, sheets: list[Answers]) -> None:
    """Check that marks have the value of every condition, and hold the sheets."""
    drawn = marked(program, sheets)
    if drawn is None:
        return
    assert [*drawn.sheets()] == sheets
    together = MarkedEvaluation(program, drawn)
    alone = [Evaluation(program, sheet) for sheet in sheets]
    for condition in conditions_of(program):
        assert [*drawn.unpack(together.bits(condition))] == [e.bits(condition) for e in alone]
    for question in program.protocol.questions:
        answered = drawn.unpack(together.answered(question.id))
        assert [*answered] == [int(question.id in sheet) for sheet in sheets]
    later, each = outcome.urgencies(together.unchanging())[1], [
        outcome.urgencies(e.unchanging())[1] for e in alone
    ]  # fmt: skip
    for urgency, chunk in enumerate(later):
        assert [*drawn.unpack(chunk)] == [reached[urgency] for reached in each]


@settings(max_examples=examples())
@given(data=st.data(), program=programs())
def test_small_protocols(data: st.DataObject, program: Program) -> None:
    sheets = data.draw(st.lists(partial_sheets(program), min_size=1, max_size=12))
    check_marks(program, sheets)


@settings(max_examples=examples(20))
@given(data=st.data())
def test_the_tiny_and_the_shipped_protocol(data: st.DataObject) -> None:
    for program in (tiny(), shipped()):
        check_marks(program, data.draw(st.lists(partial_sheets(program), min_size=1, max_size=4)))


def test_nobody_has_answered_what_nobody_was_asked() -> None:
    together = MarkedEvaluation(tiny(), MarkedAnswers(3))
    assert [together.answered(q.id) for q in tiny().protocol.questions] == [0] * 5
    for condition in conditions_of(tiny()):
        alone = Evaluation(tiny(), Answers()).bits(condition)
        assert [*together.answers.unpack(together.bits(condition))] == [alone] * 3


@given(st.integers(0, 255), st.integers(0, 255))
def test_a_chunk_without_some_people(chunk: int, who: int) -> None:
    assert without(chunk, who) == chunk & ~who
