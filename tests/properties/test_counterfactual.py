"""A counterfactual is the smallest change, and changes nothing that is fixed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backtriage.counterfactual.costs import ChangeCosts
from backtriage.counterfactual.counterfactual import Blocker, Counterfactual, Goal, SearchOutcome
from backtriage.counterfactual.search import find_counterfactual
from backtriage.decide.assessment import assess, counted_range, urgency_range
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import F
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question
from backtriage.prove.counterexample import urgency_of
from backtriage.prove.dual_rail import SheetKind
from backtriage.prove.engines.budget import Budget
from backtriage.prove.engines.sat_engine import SatEngine
from backtriage.prove.outcomes import Outcomes, SymbolicProgram
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, SOME_OF, Ticks, Value
from tests.support.enumeration import sheets
from tests.support.protocols import SHIPPED, cases_in, shipped
from tests.support.strategies import Draw, complete_sheets, domain, partial_sheets, programs
from tests.support.tier import examples

Size = tuple[int, int]
"""How many answers that count differ, and how many others."""


class Enumeration:
    """Every sheet that one sheet may change to."""

    def __init__(self, program: Program, sheet: Answers, target: Urgency, goal: Goal) -> None:
        self.program = program
        self.sheet = Answers({**without_journal(program), **sheet})
        self.target = target
        self.goal = goal
        self.evaluation = Evaluation(program, sheet)
        against = assess(program, sheet).contradictions
        self.contradicting = {each.question for each in against}

    def is_reached(self, sheet: Answers) -> bool:
        """Return whether a sheet reaches the target, whatever is missing.

        Nobody is told to give an answer that contradicts the others.
        """
        evaluation = Evaluation(self.program, sheet)
        if self.goal is Goal.AT_MOST:
            return urgency_range(evaluation)[1] <= self.target
        return counted_range(evaluation)[0] >= self.target

    def size(self, other: Answers) -> Size:
        """Return how far another sheet is from this one."""
        counted = rest = 0
        for question in self.program.protocol.questions:
            differ = self.differ(question, other)
            asked = self.evaluation.guard(question.id)[1] != F
            if question.id in self.sheet and (asked or question.id in self.contradicting):
                counted += differ
            else:
                rest += differ
        return counted, rest

    def differ(self, question: Question, other: Answers) -> int:
        """Count the answers that differ; an item of a list is one, a missing answer is one."""
        before, after = self.sheet.value(question.id), other.value(question.id)
        if isinstance(before, Ticks) and isinstance(after, Ticks):
            return sum(mark(before, c.id) != mark(after, c.id) for c in question.choices)
        return int(before != after)

    def least(self) -> Size | None:
        """Return the size of the smallest change."""
        every = product(*(list(self.allowed(q, fixed=True)) for q in self.questions))
        changed = (self.sheet_of(row) for row in every)
        return min((self.size(sheet) for sheet in changed if self.is_reached(sheet)), default=None)

    def is_possible(self, blockers: tuple[Blocker, ...]) -> bool:
        """Return whether some sheet reaches the target while only these answers stay."""
        every = product(*(list(self.allowed(q, fixed=False)) for q in self.questions))
        changed = (self.sheet_of(row) for row in every)
        return any(self.is_reached(sheet) and keeps(sheet, blockers) for sheet in changed)

    def fixed(self) -> Iterator[Blocker]:
        """Yield every answer that cannot change."""
        for question in self.questions:
            answer = self.sheet.value(question.id)
            if answer is None or not stays(question):
                continue
            items = [c.id for c in question.choices] if question.kind == SOME_OF else [""]
            for item in items:
                value = mark(answer, item) if item else answer
                if value is not NOT_SURE:
                    yield Blocker(question=question.id, item=item, answer=value)

    @property
    def questions(self) -> tuple[Question, ...]:
        return self.program.protocol.questions

    def sheet_of(self, row: tuple[Value | None, ...]) -> Answers:
        pairs = zip(self.questions, row, strict=True)
        return Answers({q.id: value for q, value in pairs if value is not None})

    def allowed(self, question: Question, *, fixed: bool) -> Iterator[Value | None]:
        """Yield the answers that a question may change to."""
        before = self.sheet.value(question.id)
        if before is None:
            yield None
        for value in domain(question):
            if may_change(question, before, value, stays=fixed and stays(question)):
                yield value


def without_journal(program: Program) -> dict[str, Value]:
    """What is known of a journal that nobody keeps."""
    questions = program.protocol.questions
    return {q.id: q.if_skipped for q in questions if q.from_journal is not None}


def stays(question: Question) -> bool:
    """Whether nobody can change an answer, such as one that a journal gives."""
    return not question.can_change or question.from_journal is not None


def may_change(question: Question, before: Value | None, after: Value, *, stays: bool) -> bool:
    """Doubt may be resolved but not added; a fixed answer stays unless it is in doubt."""
    if question.kind == SOME_OF:
        rows = [
            (None if before is None else mark(before, c.id), mark(after, c.id))
            for c in question.choices
        ]
    else:
        rows = [(before, after)]
    return all(
        old == new or (new is not NOT_SURE and (old in {None, NOT_SURE} or not stays))
        for old, new in rows
    )


def mark(value: Value, item: str) -> Value:
    """Return the mark of one item of a list."""
    assert isinstance(value, Ticks)
    return NOT_SURE if item in value.unsure else item in value.yes


def keeps(sheet: Answers, blockers: tuple[Blocker, ...]) -> bool:
    return all(
        (mark(sheet[b.question], b.item) if b.item else sheet[b.question]) == b.answer
        for b in blockers
    )


@st.composite
def queries(draw: Draw) -> tuple[Program, Answers, Urgency]:
    """Draw a program, a sheet and a target, mostly one that some sheet reaches."""
    program = draw(programs())
    sheet = draw(complete_sheets(program) | partial_sheets(program))
    now = urgency_range(Evaluation(program, sheet))[1]
    reachable = sorted({urgency_of(program, other) for other in sheets(program)} - {now})
    return program, sheet, draw(st.sampled_from(reachable * 4 + list(Urgency)))


@settings(max_examples=examples(300), deadline=None)
@given(query=queries())
def test_no_smaller_change_reaches_the_target(query: tuple[Program, Answers, Urgency]) -> None:
    """By enumerating every sheet that this one may change to."""
    program, sheet, target = query
    result = find_counterfactual(program, sheet, target)
    enumeration = Enumeration(program, sheet, target, result.goal)
    least = enumeration.least()

    possible = urgency_range(enumeration.evaluation)[1]
    assert result.goal is (Goal.AT_MOST if target <= possible else Goal.AT_LEAST)
    if target is possible:
        assert result == Counterfactual(
            target=target, goal=Goal.AT_MOST, outcome=SearchOutcome.ALREADY
        )
    elif least is None:
        assert result.outcome is SearchOutcome.NONE
        check_blockers(enumeration, result)
    else:
        assert result.outcome is SearchOutcome.FOUND
        assert enumeration.is_reached(result.sheet)
        ends = urgency_range(Evaluation(program, result.sheet))
        assert result.urgency is ends[result.goal is Goal.AT_MOST]
        assert enumeration.size(result.sheet) == least
        counted = sum(change.is_counted for change in result.changes)
        assert (counted, len(result.changes) - counted) == least


def check_blockers(enumeration: Enumeration, result: Counterfactual) -> None:
    """Each group alone rules the target out and is minimal, and there are no others."""
    for group in result.blockers:
        assert not enumeration.is_possible(group)
        for index in range(len(group)):
            assert enumeration.is_possible(group[:index] + group[index + 1 :])
    if result.blockers:
        every = {blocker for group in result.blockers for blocker in group}
        assert enumeration.is_possible(tuple(b for b in enumeration.fixed() if b not in every))
    else:
        assert not enumeration.is_possible(())


@settings(max_examples=examples(40), deadline=None)
@given(data=st.data(), target=st.sampled_from(list(Urgency)))
def test_a_sat_solver_finds_nothing_smaller(data: st.DataObject, target: Urgency) -> None:
    """The shipped protocol has too many sheets to enumerate."""
    sheet = data.draw(
        st.sampled_from([case.sheet for case in cases_in(SHIPPED)]) | partial_sheets(shipped())
    )
    result = find_counterfactual(shipped(), sheet, target, seconds=600)  # however busy the machine
    assume(result.outcome is not SearchOutcome.ALREADY)
    evaluation, symbolic = Evaluation(shipped(), sheet), SymbolicProgram(shipped())
    costs = ChangeCosts(symbolic.domain, evaluation)
    outcomes = Outcomes(symbolic.circuit, symbolic.domain, SheetKind.PARTIAL, evaluation.answers)
    is_lower = result.goal is Goal.AT_MOST
    known = evaluation.answers
    counting = Outcomes(symbolic.circuit, symbolic.domain, SheetKind.PARTIAL, known, outcomes)
    at_most = symbolic.circuit.conjoin(outcomes.at_most(target), counting.at_most(target))
    goal = at_most if is_lower else outcomes.at_least(target)

    smallest = SatEngine(symbolic.circuit, costs.table, Budget()).min_cost_model((goal,))

    cost = costs.forbidden if smallest is None else costs.total(smallest)
    if result.outcome is SearchOutcome.NONE:
        assert cost >= costs.forbidden
    else:
        counted = sum(change.is_counted for change in result.changes)
        least = counted * costs.counted + (len(result.changes) - counted) * costs.uncounted
        assert least // costs.uncounted == cost // costs.uncounted
