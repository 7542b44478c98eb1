"""The smallest change is smallest, says trying every sheet; and nothing fixed is touched."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backtriage.counterfactual.costs import ChangeCosts
from backtriage.counterfactual.counterfactual import Blocker, Counterfactual, Goal, SearchOutcome
from backtriage.counterfactual.search import find_counterfactual
from backtriage.decide.assessment import urgency_range
from backtriage.decide.evaluate import Evaluation, F
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
"""Counted answers that differ, and others."""


class Trying:
    """One sheet and one target, and every sheet that may come of it."""

    def __init__(self, program: Program, sheet: Answers, target: Urgency, goal: Goal) -> None:
        """Read the sheet."""
        self.program = program
        self.sheet = sheet
        self.target = target
        self.goal = goal
        self.evaluation = Evaluation(program, sheet)

    def is_there(self, sheet: Answers) -> bool:
        """Whether a sheet comes to what is asked for, whatever is missing."""
        certain, possible = urgency_range(Evaluation(self.program, sheet))
        if self.goal is Goal.AT_MOST:
            return possible <= self.target
        return certain >= self.target

    def size(self, other: Answers) -> Size:
        """How far another sheet is from this one."""
        counted = rest = 0
        for question in self.program.protocol.questions:
            differ = self.differ(question, other)
            if question.id in self.sheet and self.evaluation.guard(question.id)[1] != F:
                counted += differ
            else:
                rest += differ
        return counted, rest

    def differ(self, question: Question, other: Answers) -> int:
        """In how many answers: an item of a given list is one, a missing answer is one."""
        before, after = self.sheet.value(question.id), other.value(question.id)
        if isinstance(before, Ticks) and isinstance(after, Ticks):
            return sum(mark(before, c.id) != mark(after, c.id) for c in question.choices)
        return int(before != after)

    def least(self) -> Size | None:
        """The smallest change of all."""
        every = product(*(list(self.allowed(q, fixed=True)) for q in self.questions))
        found = (self.made(row) for row in every)
        return min((self.size(sheet) for sheet in found if self.is_there(sheet)), default=None)

    def is_possible(self, blockers: tuple[Blocker, ...]) -> bool:
        """Whether some sheet is there while only these answers stay."""
        every = product(*(list(self.allowed(q, fixed=False)) for q in self.questions))
        found = (self.made(row) for row in every)
        return any(self.is_there(sheet) and keeps(sheet, blockers) for sheet in found)

    def fixed(self) -> Iterator[Blocker]:
        """Every answer that cannot change."""
        for question in self.questions:
            answer = self.sheet.value(question.id)
            if question.can_change or answer is None:
                continue
            items = [c.id for c in question.choices] if question.kind == SOME_OF else [""]
            for item in items:
                said = mark(answer, item) if item else answer
                if said is not NOT_SURE:
                    yield Blocker(question=question.id, item=item, answer=said)

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions of the protocol."""
        return self.program.protocol.questions

    def made(self, row: tuple[Value | None, ...]) -> Answers:
        """A sheet of an answer, or none, for each question."""
        pairs = zip(self.questions, row, strict=True)
        return Answers({q.id: value for q, value in pairs if value is not None})

    def allowed(self, question: Question, *, fixed: bool) -> Iterator[Value | None]:
        """The answers that a question may come to have."""
        before = self.sheet.value(question.id)
        stays = fixed and not question.can_change
        if before is None:
            yield None
        for value in domain(question):
            if may_become(question, before, value, stays=stays):
                yield value


def may_become(question: Question, before: Value | None, after: Value, *, stays: bool) -> bool:
    """Doubts may end but not begin; what is fixed stays, unless it is in doubt."""
    if question.kind == SOME_OF:
        rows = [
            (None if before is None else mark(before, c.id), mark(after, c.id))
            for c in question.choices
        ]
    else:
        rows = [(before, after)]
    return all(
        one == two or (two is not NOT_SURE and (one in {None, NOT_SURE} or not stays))
        for one, two in rows
    )


def mark(value: Value, item: str) -> Value:
    """What a list says of one item."""
    assert isinstance(value, Ticks)
    return NOT_SURE if item in value.unsure else item in value.yes


def keeps(sheet: Answers, blockers: tuple[Blocker, ...]) -> bool:
    """Whether a sheet has these answers."""
    return all(
        (mark(sheet[h.question], h.item) if h.item else sheet[h.question]) == h.answer
        for h in blockers
    )


@st.composite
def asked(draw: Draw) -> tuple[Program, Answers, Urgency]:
    """A protocol, a sheet, and mostly an urgency that is not the sheet's but somebody's."""
    program = draw(programs())
    sheet = draw(complete_sheets(program) | partial_sheets(program))
    now = urgency_range(Evaluation(program, sheet))[1]
    somebody = sorted({urgency_of(program, other) for other in sheets(program)} - {now})
    return program, sheet, draw(st.sampled_from(somebody * 4 + list(Urgency)))


@settings(max_examples=examples(300), deadline=None)
@given(case=asked())
def test_no_smaller_change_does_it(case: tuple[Program, Answers, Urgency]) -> None:
    """Every sheet that may come of this one is tried; none that is nearer is there."""
    program, sheet, target = case
    found = find_counterfactual(program, sheet, target)
    tried = Trying(program, sheet, target, found.goal)
    least = tried.least()

    possible = urgency_range(tried.evaluation)[1]
    assert found.goal is (Goal.AT_MOST if target <= possible else Goal.AT_LEAST)
    if target is possible:
        assert found == Counterfactual(
            target=target, goal=Goal.AT_MOST, outcome=SearchOutcome.ALREADY
        )
    elif least is None:
        assert found.outcome is SearchOutcome.NONE
        check_blockers(tried, found)
    else:
        assert found.outcome is SearchOutcome.FOUND
        assert tried.is_there(found.sheet)
        ends = urgency_range(Evaluation(program, found.sheet))
        assert found.urgency is ends[found.goal is Goal.AT_MOST]
        assert tried.size(found.sheet) == least
        counted = sum(change.is_counted for change in found.changes)
        assert (counted, len(found.changes) - counted) == least


def check_blockers(tried: Trying, found: Counterfactual) -> None:
    """Each group alone is in the way, no answer of it is too many, and there is no other."""
    for group in found.blockers:
        assert not tried.is_possible(group)
        for at in range(len(group)):
            assert tried.is_possible(group[:at] + group[at + 1 :])
    if found.blockers:
        every = {blocker for group in found.blockers for blocker in group}
        assert tried.is_possible(tuple(b for b in tried.fixed() if b not in every))
    else:
        assert not tried.is_possible(())


@settings(max_examples=examples(40), deadline=None)
@given(data=st.data(), target=st.sampled_from(list(Urgency)))
def test_a_second_engine_finds_nothing_smaller(data: st.DataObject, target: Urgency) -> None:
    """In the shipped protocol too many sheets may come of one to try, so a SAT solver looks."""
    sheet = data.draw(
        st.sampled_from([case.sheet for case in cases_in(SHIPPED)]) | partial_sheets(shipped())
    )
    found = find_counterfactual(shipped(), sheet, target)
    assume(found.outcome is not SearchOutcome.ALREADY)
    evaluation, model = Evaluation(shipped(), sheet), SymbolicProgram(shipped())
    costs = ChangeCosts(model.domain, evaluation)
    aims = Outcomes(model.circuit, model.domain, SheetKind.PARTIAL, evaluation.answers)
    is_lower = found.goal is Goal.AT_MOST
    aim = (aims.at_most if is_lower else aims.at_least)(target)

    nearest = SatEngine(model.circuit, costs.table, Budget()).min_cost_model((aim,))

    cost = costs.forbidden if nearest is None else costs.total(nearest)
    if found.outcome is SearchOutcome.NONE:
        assert cost >= costs.forbidden
    else:
        counted = sum(change.is_counted for change in found.changes)
        least = counted * costs.counted + (len(found.changes) - counted) * costs.uncounted
        assert least // costs.uncounted == cost // costs.uncounted
