"""The honest reference: every sheet of a small protocol, one by one, through the interpreter.

Nothing here reads a formula. Each claim is stated a second time, over sheets, and the engines
must come to the same verdicts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product

from msgspec.structs import replace

from backtriage.decide.assessment import assess, is_out_of_scope, urgency_range
from backtriage.decide.evaluate import Evaluation, F, T, U
from backtriage.decide.open_questions import open_questions_in
from backtriage.decide.reasons import urgency_from
from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import Question, Rule
from backtriage.prove.claims.clauses import named_clauses
from backtriage.prove.claims.safety import directed_variables, risk_steps
from backtriage.prove.claims.stopping import awaited_conditions, reported_scores
from backtriage.prove.counterexample import given_to, is_undecided_total, unguarded, urgency_of
from backtriage.prove.domain import Band, Variable
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO, Ticks, Value

Key = tuple[str, str]


def verdicts(program: Program) -> Mapping[Key, bool]:
    """Whether each claim is true, by kind and subject."""
    return dict(_Cases(program).all())


def values(question: Question) -> tuple[Value, ...]:
    """Every answer to a question, numbers one by one."""
    unsure = (NOT_SURE,) if question.allows_not_sure else ()
    if question.kind == YES_NO:
        return (False, True, *unsure)
    if question.kind == ONE_OF:
        return (*(choice.id for choice in question.choices), *unsure)
    if question.kind == NUMBER:
        step = Decimal(question.step)
        count = int((question.most - question.least) / step) + 1
        return (*(question.least + at * step for at in range(count)), *unsure)
    rows = product((False, True, *unsure), repeat=len(question.choices))
    return tuple(_ticks(question, row) for row in rows)


def _ticks(question: Question, row: Sequence[object]) -> Ticks:
    marked = list(zip(question.choices, row, strict=True))
    return Ticks(
        frozenset(choice.id for choice, mark in marked if mark is True),
        frozenset(choice.id for choice, mark in marked if mark is NOT_SURE),
    )


def sheets(program: Program, *, partial: bool = False) -> Iterator[Answers]:
    """Every complete sheet; or every sheet, with answers missing."""
    questions = program.protocol.questions
    missing = (None,) if partial else ()
    for row in product(*((*missing, *values(question)) for question in questions)):
        yield Answers({
            q.id: value for q, value in zip(questions, row, strict=True) if value is not None
        })  # fmt: skip


class _Cases:
    """Every sheet of one program, with what the interpreter makes of it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.model = SymbolicProgram(program)
        self.sheets = tuple(sheets(program))
        self.evaluations = tuple(Evaluation(program, sheet) for sheet in self.sheets)
        self.urgency = {
            s: urgency_range(r)[0] for s, r in zip(self.sheets, self.evaluations, strict=True)
        }
        self.raw = unguarded(program)

    def all(self) -> Iterator[tuple[Key, bool]]:
        yield (
            ("gap", "everybody"),
            all(
                any(
                    urgency_from(rule, r.interval(rule.when)[0]) is not None
                    for rule in self.program.rules
                )
                for r in self.evaluations
            ),
        )
        yield from self.floors()
        yield from self.directions()
        yield from self.stops()
        yield from self.advice()
        yield from self.alive()
        yield from self.needed()
        yield from self.idle()
        yield from self.clauses()

    # -- urgency ------------------------------------------------------------------------------

    def floors(self) -> Iterator[tuple[Key, bool]]:
        for floor in self.program.protocol.floors:
            kept = hidden = True
            for sheet, evaluation in zip(self.sheets, self.evaluations, strict=True):
                truth, urgency = evaluation.interval(floor.when)[0], self.urgency[sheet]
                if truth == T and urgency < floor.at_least:
                    kept = False
                if truth >= U and floor.if_unsure is not None and urgency < floor.if_unsure:
                    kept = False
                raw = Evaluation(self.raw, sheet)
                if raw.interval(floor.when)[0] == T and urgency < floor.at_least:
                    hidden = hidden and not self.can_be(sheet, raw)
            yield ("unsafe", floor.id), kept
            yield ("hidden", floor.id), hidden

    def can_be(self, sheet: Answers, raw: Evaluation) -> bool:
        """Nothing that is true of this person is impossible."""
        if any(raw.interval(fact.when)[0] == T for fact in self.program.protocol.impossible):
            return False
        return all(
            raw.interval(question.ask_when)[0] != F or _unread(question, sheet[question.id])
            for question in self.program.protocol.questions
            if question.follows_from
        )

    def directions(self) -> Iterator[tuple[Key, bool]]:
        for variable, risk in directed_variables(self.model):
            for kind in ("lowered", "unsure"):
                if kind == "unsure" and NOT_SURE not in variable.values:
                    continue
                pairs = [
                    (variable.values[less], variable.values[worse])
                    for less, worse in risk_steps(variable, risk, kind)
                ]
                yield (
                    (kind, variable.name),
                    all(
                        self.urgency[self.put(sheet, variable, less)]
                        <= self.urgency[self.put(sheet, variable, worse)]
                        for sheet in self.sheets
                        for less, worse in pairs
                    ),
                )

    def put(self, sheet: Answers, variable: Variable, value: Value | Band) -> Answers:
        """A sheet with one variable changed."""
        if not variable.item:
            number = value.least if isinstance(value, Band) else value
            return sheet.with_(variable.question, number)
        before = sheet[variable.question]
        assert isinstance(before, Ticks)
        item = {variable.item}
        return sheet.with_(variable.question, Ticks(
            before.yes - item | (item if value is True else set()),
            before.unsure - item | (item if value is NOT_SURE else set()),
        ))  # fmt: skip

    # -- stopping -----------------------------------------------------------------------------

    def stops(self) -> Iterator[tuple[Key, bool]]:
        conditions = [
            (n, c) for n, c in awaited_conditions(self.model) if not isinstance(c, Always)
        ]
        names = (name for name, _ in (*conditions, *reported_scores(self.model)))
        sound = dict.fromkeys(names, True)
        whole = dict(zip(self.sheets, self.evaluations, strict=True))
        for sheet in sheets(self.program, partial=True):
            evaluation = Evaluation(self.program, sheet)
            completions = [whole[s] for s in self.completions(sheet)]
            for name, condition in conditions:
                lo, hi = evaluation.interval(condition)
                ends = [r.interval(condition)[0] for r in completions]
                stuck = lo != hi and not open_questions_in(evaluation, condition)
                if stuck or not lo <= min(ends) or not max(ends) <= hi:
                    sound[name] = False
            for name, score in reported_scores(self.model):
                if is_undecided_total(evaluation, score):
                    sound[name] = False
        for name, holds in sound.items():
            yield ("unsound-stop", name), holds

    def completions(self, sheet: Answers) -> Iterator[Answers]:
        absent = [q for q in self.program.protocol.questions if q.id not in sheet]
        for row in product(*(values(question) for question in absent)):
            filled = {q.id: value for q, value in zip(absent, row, strict=True)}
            yield Answers({**sheet, **filled})

    # -- advice -------------------------------------------------------------------------------

    def advice(self) -> Iterator[tuple[Key, bool]]:
        given = [given_to(self.program, sheet) for sheet in self.sheets]
        for conflict in self.program.protocol.conflicts:
            yield ("conflict", conflict.id), not any(set(conflict.advice) <= g for g in given)
        for never in self.program.protocol.never_with:
            for id_ in never.advice:
                yield (
                    ("contraindicated", f"{never.id}: {id_}"),
                    not any(
                        id_ in g and evaluation.interval(never.when)[1] != F
                        for g, evaluation in zip(given, self.evaluations, strict=True)
                    ),
                )
        verdicts = [f"{m.id}.{v.id}" for m in self.program.modules for v in m.verdicts]
        for id_ in (*(advice.id for advice in self.program.advice), *verdicts):
            yield ("dead-advice", id_), any(id_ in g for g in given)

    # -- use ----------------------------------------------------------------------------------

    def alive(self) -> Iterator[tuple[Key, bool]]:
        for question in self.program.protocol.questions:
            asked = [r.guard(question.id)[1] != F for r in self.evaluations]
            yield ("dead-question", question.id), any(asked)
            if not isinstance(question.ask_when, Always):
                yield ("vacuous-guard", question.id), not all(asked)
        for rule in self.program.rules:
            yield (
                ("dead-rule", rule.id),
                any(
                    urgency_from(rule, r.interval(rule.when)[0]) is not None
                    for r in self.evaluations
                ),
            )
        for urgency in Urgency:
            yield ("dead-urgency", urgency.id), urgency in self.urgency.values()

    def needed(self) -> Iterator[tuple[Key, bool]]:
        for rule in self.program.rules:
            if isinstance(rule.when, Always):
                continue
            less = self.without(rule)
            raised = rescoped = False
            for sheet, evaluation in zip(self.sheets, self.evaluations, strict=True):
                raised = raised or urgency_of(less, sheet) != self.urgency[sheet]
                scope = is_out_of_scope(Evaluation(less, sheet))
                rescoped = rescoped or scope != is_out_of_scope(evaluation)
            yield ("redundant-rule", rule.id), raised or rescoped
            if rule.out_of_scope:
                yield ("tier-redundant", rule.id), raised

    def without(self, rule: Rule) -> Program:
        rules = tuple(other for other in self.program.rules if other.id != rule.id)
        return build_program(replace(self.program.protocol, rules=rules), "none")

    def idle(self) -> Iterator[tuple[Key, bool]]:
        pages = {sheet: self.page(sheet) for sheet in self.sheets}
        for variable in self.model.domain.answers:
            first = variable.values[0]
            yield (
                ("idle-question", variable.name),
                any(
                    pages[self.put(sheet, variable, first)] != pages[sheet]
                    for sheet in self.sheets
                ),
            )

    def page(self, sheet: Answers) -> object:
        """Everything on the page that hangs on the answers, apart from reasons."""
        found = assess(self.program, sheet)
        return (
            found.urgency, found.status, found.advice,
            tuple(held.advice for held in found.withheld),
            tuple((f.verdict, tuple(f.counts.items())) for f in found.findings),
        )  # fmt: skip

    def clauses(self) -> Iterator[tuple[Key, bool]]:
        for subject, whole, without in named_clauses(self.program):
            yield (
                ("vacuous-clause", subject),
                any(r.interval(whole) != r.interval(without) for r in self.evaluations),
            )


def _unread(question: Question, value: Value) -> bool:
    """What may be true while a follow-up's guard is false, item by item."""
    if question.kind == SOME_OF and isinstance(value, Ticks):
        skip = question.if_skipped
        assert isinstance(skip, Ticks)
        ids = {choice.id for choice in question.choices} - value.unsure
        return all((id_ in value.yes) == (id_ in skip.yes) for id_ in ids)
    return value is NOT_SURE or value == question.if_skipped
