"""The reference for the prover: enumerate every sheet of a small protocol in the interpreter.

No formula is involved. Each claim is stated a second time, over sheets, and the engines must come
to the same verdicts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import combinations, product

from msgspec.structs import replace

from backtriage.decide.assessment import assess, counted_range, is_out_of_scope
from backtriage.decide.evaluate import Evaluation, urgency_from
from backtriage.decide.kernel import F, T, U
from backtriage.decide.open_questions import open_questions_in
from backtriage.program.doubts import Doubt, doubts
from backtriage.program.program import Program, build_program
from backtriage.protocol.guarantees import Risk, SafetyFloor
from backtriage.protocol.protocol import Question, Rule
from backtriage.protocol.safety_net import named_by
from backtriage.prove.claims.safety import directed_variables, risk_subject
from backtriage.prove.claims.stopping import awaited_conditions, reported_scores
from backtriage.prove.claims.usefulness import named_clauses
from backtriage.prove.counterexample import given_to, is_undecided_total, unguarded, urgency_of
from backtriage.prove.domain import Band, Variable
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO, Ticks, Value
from tests.support import oracle

Key = tuple[str, str]


def verdicts(program: Program) -> Mapping[Key, bool]:
    """Return whether each claim is true, by kind and subject."""
    return dict(_Enumeration(program).claims())


def values(question: Question) -> tuple[Value, ...]:
    """Return every answer to a question."""
    unsure = (NOT_SURE,) if question.allows_not_sure else ()
    if question.kind == YES_NO:
        return (False, True, *unsure)
    if question.kind == ONE_OF:
        return (*(choice.id for choice in question.choices), *unsure)
    if question.kind == NUMBER:
        step = Decimal(question.step)
        count = int((question.most - question.least) / step) + 1
        return (*(question.least + index * step for index in range(count)), *unsure)
    rows = product((False, True, *unsure), repeat=len(question.choices))
    return tuple(_ticks(question, row) for row in rows)


def _ticks(question: Question, row: Sequence[object]) -> Ticks:
    marked = list(zip(question.choices, row, strict=True))
    return Ticks(
        frozenset(choice.id for choice, mark in marked if mark is True),
        frozenset(choice.id for choice, mark in marked if mark is NOT_SURE),
    )


def sheets(program: Program, *, partial: bool = False) -> Iterator[Answers]:
    """Yield every complete sheet, or every sheet."""
    questions = program.protocol.questions
    missing = (None,) if partial else ()
    for row in product(*((*missing, *values(question)) for question in questions)):
        yield Answers({
            q.id: value for q, value in zip(questions, row, strict=True) if value is not None
        })  # fmt: skip


def _later_values(question: Question) -> tuple[Value, ...]:
    """Return what the answer to a question may still be: that of a journal is known."""
    is_known = question.from_journal is not None
    return (question.if_skipped,) if is_known else values(question)


def may_become(program: Program, sheet: Answers, complete: Answers) -> bool:
    """Return whether a complete sheet is what a sheet may become."""
    return sheet.items() <= complete.items() and all(
        complete[q.id] in _later_values(q)
        for q in program.protocol.questions if q.id not in sheet
    )  # fmt: skip


class _Enumeration:
    """Every sheet of one program, evaluated."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.unguarded = unguarded(program)
        self.symbolic = SymbolicProgram(program)
        self.evaluations = {sheet: Evaluation(program, sheet) for sheet in sheets(program)}
        self.urgency = {s: counted_range(e)[0] for s, e in self.evaluations.items()}

    def claims(self) -> Iterator[tuple[Key, bool]]:
        yield (
            ("gap", "everybody"),
            not self.somebody(
                lambda e: all(_given_by(rule, e) is None for rule in self.program.rules)
            ),
        )
        yield from self.floors()
        yield from self.directions()
        yield from self.stops()
        yield from self.advice()
        yield from self.net()
        yield from self.dead()
        yield from self.confirms()
        yield from self.redundant()
        yield from self.idle()
        yield from self.clauses()

    def somebody(self, has: Callable[[Evaluation], bool]) -> bool:
        return any(has(evaluation) for evaluation in self.evaluations.values())

    # -- urgency ------------------------------------------------------------------------------

    def floors(self) -> Iterator[tuple[Key, bool]]:
        for floor in self.program.protocol.floors:
            yield ("unsafe", floor.id), not self.somebody(partial(self.is_unsafe, floor))
            yield ("hidden", floor.id), not self.somebody(partial(self.is_hidden, floor))

    def is_unsafe(self, floor: SafetyFloor, evaluation: Evaluation) -> bool:
        truth = evaluation.interval(floor.when)[0]
        urgency = self.urgency[evaluation.answers]
        if truth == T and urgency < floor.at_least:
            return True
        return truth >= U and floor.if_unsure is not None and urgency < floor.if_unsure

    def is_hidden(self, floor: SafetyFloor, evaluation: Evaluation) -> bool:
        raw = Evaluation(self.unguarded, evaluation.answers)
        has_flag = raw.interval(floor.when)[0] == T
        return has_flag and self.urgency[raw.answers] < floor.at_least and self.is_possible(raw)

    def is_possible(self, raw: Evaluation) -> bool:
        if any(raw.interval(fact.when)[0] == T for fact in self.program.protocol.impossible):
            return False
        return all(
            raw.interval(question.ask_when)[0] != F
            or _is_as_skipped(question, raw.answers[question.id])
            for question in self.program.protocol.questions
            if question.follows_from
        )

    def directions(self) -> Iterator[tuple[Key, bool]]:
        for variable, risk in directed_variables(self.symbolic):
            subject, ordered = risk_subject(variable, risk), variable.by_risk(risk)
            yield ("lowered", subject), self.is_monotone(variable, risk, *combinations(ordered, 2))
            if NOT_SURE in variable.values:
                unsure = variable.values.index(NOT_SURE)
                pairs = (ordered[0], unsure), (unsure, ordered[-1])
                yield ("unsure", subject), self.is_monotone(variable, risk, *pairs)

    def is_monotone(self, variable: Variable, risk: Risk, *pairs: tuple[int, int]) -> bool:
        """Return whether every urgency reached with the first of a pair is with the second."""
        indices = {index for pair in pairs for index in pair}
        changed = (
            {index: _changed(sheet, variable, index) for index in indices}
            for sheet in self.urgency
        )
        return not any(
            self.urgency[each[milder]] >= urgency > self.urgency[each[worse]]
            for each in changed
            for milder, worse in pairs
            if self.urgency[each[milder]] > self.urgency[each[worse]]
            and self.speaks_of(risk, each[milder])
            and self.speaks_of(risk, each[worse])
            for urgency in risk.urgencies or Urgency
        )

    def speaks_of(self, risk: Risk, sheet: Answers) -> bool:
        return risk.when is None or self.evaluations[sheet].interval(risk.when)[0] == T

    # -- stopping -----------------------------------------------------------------------------

    def stops(self) -> Iterator[tuple[Key, bool]]:
        conditions = [
            (n, c) for n, c in awaited_conditions(self.symbolic) if not isinstance(c, Always)
        ]
        scores = list(reported_scores(self.symbolic))
        is_sound = {name: True for name, _ in (*conditions, *scores)}
        for sheet in sheets(self.program, partial=True):
            evaluation = Evaluation(self.program, sheet)
            completions = [self.evaluations[s] for s in self.completions(sheet)]
            for name, condition in conditions:
                lo, hi = evaluation.interval(condition)
                exact = [completion.interval(condition)[0] for completion in completions]
                is_stuck = lo != hi and not open_questions_in(evaluation, condition)
                is_sound[name] &= not is_stuck and lo <= min(exact) and max(exact) <= hi
            for name, score in scores:
                is_sound[name] &= not is_undecided_total(evaluation, score)
        for name, sound in is_sound.items():
            yield ("unsound-stop", name), sound

    def completions(self, sheet: Answers) -> Iterator[Answers]:
        absent = [q for q in self.program.protocol.questions if q.id not in sheet]
        for row in product(*map(_later_values, absent)):
            filled = {q.id: value for q, value in zip(absent, row, strict=True)}
            yield Answers({**sheet, **filled})

    # -- advice -------------------------------------------------------------------------------

    def advice(self) -> Iterator[tuple[Key, bool]]:
        given = {sheet: given_to(self.program, sheet) for sheet in self.evaluations}
        for conflict in self.program.protocol.conflicts:
            is_met = any(ids.issuperset(conflict.advice) for ids in given.values())
            yield ("conflict", conflict.id), not is_met
        for never in self.program.protocol.never_with:
            for id_ in never.advice:
                is_harmed = any(
                    id_ in ids and self.evaluations[sheet].interval(never.when)[1] != F
                    for sheet, ids in given.items()
                )
                yield ("contraindicated", f"{never.id}: {id_}"), not is_harmed
        verdicts = [f"{m.id}.{v.id}" for m in self.program.modules for v in m.verdicts]
        for id_ in (*(advice.id for advice in self.program.advice), *verdicts):
            yield ("dead-advice", id_), any(id_ in ids for ids in given.values())

    # -- safety net ---------------------------------------------------------------------------

    def net(self) -> Iterator[tuple[Key, bool]]:
        """State the claims on the lines of the safety net, which the oracle finds."""
        p = self.program.protocol
        if not p.safety_net:
            yield from ((("crowded", limit.urgency.id), True) for limit in p.net_limits)
            return
        every = [*sheets(self.program, partial=True)]
        shown = {sheet: oracle.lines(self.program, sheet) for sheet in every}
        covered = {group.urgency for group in p.safety_net}
        for rule in self.program.rules:
            if rule.urgency in covered and not isinstance(rule.when, Always):
                yield (
                    ("unlisted", rule.id),
                    not any(
                        rule.id in oracle.listed(self.program, sheet)
                        and rule.id not in set().union(*lines.values())
                        for sheet, lines in shown.items()
                    ),
                )
            for sign in rule.signs:
                named = named_by(p, rule, sign)
                yield (
                    ("repeated", f"{rule.id}.{sign.group}"),
                    not any(
                        sign.group in lines
                        and oracle.interval(self.program, sheet, named)[0] == oracle.YES
                        for sheet, lines in shown.items()
                    ),
                )
        for limit in p.net_limits:
            general = {g.id for g in p.safety_net
                       if g.urgency is limit.urgency and g.personal_when is None}  # fmt: skip
            most = max(len(general & lines.keys()) for lines in shown.values())
            yield ("crowded", limit.urgency.id), most <= limit.groups
        for group in p.safety_net:
            yield ("dead-line", group.id), any(group.id in lines for lines in shown.values())

    # -- usefulness ---------------------------------------------------------------------------

    def dead(self) -> Iterator[tuple[Key, bool]]:
        evaluations = self.evaluations.values()
        for question in self.program.protocol.questions:
            asked = [e.guard(question.id)[1] != F for e in evaluations]
            yield ("dead-question", question.id), any(asked)
            if not isinstance(question.ask_when, Always):
                yield ("vacuous-guard", question.id), not all(asked)
        for rule in self.program.rules:
            fires = any(_given_by(rule, e) is not None for e in evaluations)
            yield ("dead-rule", rule.id), fires
        for urgency in Urgency:
            yield ("dead-urgency", urgency.id), urgency in self.urgency.values()

    def confirms(self) -> Iterator[tuple[Key, bool]]:
        for doubt in doubts(self.program):
            yield (
                ("dead-confirm", doubt.name),
                any(
                    doubt.is_in(sheet[doubt.question.id])
                    and not is_out_of_scope(self.evaluations[sheet])
                    and self.falls(sheet, doubt)
                    for sheet, urgency in self.urgency.items()
                    if urgency is Urgency.EMERGENCY
                ),
            )

    def falls(self, sheet: Answers, doubt: Doubt) -> bool:
        """Return whether an emergency falls if a doubt is a no: of a choice, if it is another."""
        question, value = doubt.question, sheet[doubt.question.id]
        others: list[Value] = [c.id for c in question.choices if c != doubt.choice] or [False]
        if isinstance(value, Ticks):
            others = [Ticks(value.yes, value.unsure - {doubt.item})]
        return any(
            self.urgency[sheet.with_(question.id, other)] < Urgency.EMERGENCY for other in others
        )

    def redundant(self) -> Iterator[tuple[Key, bool]]:
        for rule in self.program.rules:
            if isinstance(rule.when, Always):
                continue
            rules = tuple(other for other in self.program.rules if other.id != rule.id)
            reduced = build_program(replace(self.program.protocol, rules=rules), "none")
            changes_urgency = any(urgency_of(reduced, s) != u for s, u in self.urgency.items())
            changes_scope = any(
                is_out_of_scope(Evaluation(reduced, sheet)) != is_out_of_scope(evaluation)
                for sheet, evaluation in self.evaluations.items()
            )
            yield ("redundant-rule", rule.id), changes_urgency or changes_scope
            if rule.out_of_scope:
                yield ("tier-redundant", rule.id), changes_urgency

    def idle(self) -> Iterator[tuple[Key, bool]]:
        pages = {sheet: self.page(sheet) for sheet in self.evaluations}
        for variable in self.symbolic.domain.answers:
            matters = any(pages[_changed(s, variable, 0)] != page for s, page in pages.items())
            yield ("idle-question", variable.name), matters

    def page(self, sheet: Answers) -> object:
        """Return everything on the page that depends on the answers, but for the reasons."""
        found = assess(self.program, oracle.asked(self.program, sheet))
        return (
            found.urgency, found.status, found.advice,
            tuple(withheld.advice for withheld in found.withheld),
            tuple((f.verdict, tuple(f.counts.items())) for f in found.module_results),
        )  # fmt: skip

    def clauses(self) -> Iterator[tuple[Key, bool]]:
        evaluations = self.evaluations.values()
        for subject, whole, reduced in named_clauses(self.program):
            differs = any(e.interval(whole) != e.interval(reduced) for e in evaluations)
            yield ("vacuous-clause", subject), differs


def _given_by(rule: Rule, evaluation: Evaluation) -> Urgency | None:
    return urgency_from(rule, evaluation.interval(rule.when)[0])


def _changed(sheet: Answers, variable: Variable, index: int) -> Answers:
    """Return a sheet with another value of one variable."""
    value = variable.values[index]
    if not variable.item:
        return sheet.with_(variable.question, value.least if isinstance(value, Band) else value)
    before = sheet[variable.question]
    assert isinstance(before, Ticks)
    item = {variable.item}
    return sheet.with_(variable.question, Ticks(
        before.yes - item | (item if value is True else set()),
        before.unsure - item | (item if value is NOT_SURE else set()),
    ))  # fmt: skip


def _is_as_skipped(question: Question, value: Value) -> bool:
    """Return whether an answer may be true while the guard of a follow-up is false."""
    if question.kind == SOME_OF and isinstance(value, Ticks):
        skip = question.if_skipped
        assert isinstance(skip, Ticks)
        ids = {choice.id for choice in question.choices} - value.unsure
        return all((id_ in value.yes) == (id_ in skip.yes) for id_ in ids)
    return value is NOT_SURE or value == question.if_skipped
