"""Claims on usefulness: nothing is dead, and everything affects somebody's result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from msgspec.structs import replace

from backtriage.program.doubts import Doubt, doubts
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question, Rule
from backtriage.prove.claims.claim import Claim, Conjunction, existential
from backtriage.prove.claims.safety import given, raised
from backtriage.prove.domain import Variable
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.condition import (
    MANY,
    All,
    Always,
    Any,
    AtLeast,
    Condition,
    Not,
    condition_text,
)
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE


def usefulness_claims(symbolic: SymbolicProgram) -> Iterator[Claim]:
    """Yield the claims that something is not dead, redundant, idle or vacuous; errors first."""
    yield from _dead(symbolic)
    for rule in symbolic.program.rules:
        if not isinstance(rule.when, Always):
            yield from _redundant(symbolic, rule)
    for variable in symbolic.domain.answers:
        sentence = f"The answer to '{variable.name}' changes some result."
        yield existential("idle-question", variable.name, sentence, _matters, symbolic, variable)
    for question in symbolic.program.protocol.questions:
        if not isinstance(question.ask_when, Always):
            sentence = f"The question '{question.id}' is left out for somebody."
            yield existential("vacuous-guard", question.id, sentence, _skipped, symbolic, question)


def _dead(symbolic: SymbolicProgram) -> Iterator[Claim]:
    program = symbolic.program
    for question in program.protocol.questions:
        sentence = f"The question '{question.id}' is asked of somebody."
        yield existential("dead-question", question.id, sentence, _asked, symbolic, question)
    for rule in program.rules:
        sentence = f"The rule '{rule.id}' fires for somebody."
        yield existential("dead-rule", rule.id, sentence, _fires, symbolic, rule)
    verdicts = [f"{m.id}.{verdict.id}" for m in program.modules for verdict in m.verdicts]
    for id_ in (*(advice.id for advice in program.advice), *verdicts):
        yield existential("dead-advice", id_, f"Somebody is given '{id_}'.", _given, symbolic, id_)
    for doubt in doubts(program):
        sentence = f"For somebody the doubt about '{doubt.name}' alone decides an emergency."
        yield existential("dead-confirm", doubt.name, sentence, _decides_alone, symbolic, doubt)
    for urgency in Urgency:
        sentence = f"Somebody is sent to '{urgency.id}'."
        yield existential("dead-urgency", urgency.id, sentence, _sent_to, symbolic, urgency)


def _asked(symbolic: SymbolicProgram, question: Question) -> Iterator[Conjunction]:
    yield (symbolic.complete.guard(question.id).lo.maybe,)


def _skipped(symbolic: SymbolicProgram, question: Question) -> Iterator[Conjunction]:
    yield (-symbolic.complete.guard(question.id).lo.maybe,)


def _fires(symbolic: SymbolicProgram, rule: Rule) -> Iterator[Conjunction]:
    yield (symbolic.complete.fires(rule),)


def _given(symbolic: SymbolicProgram, id_: str) -> Iterator[Conjunction]:
    yield given(symbolic, id_)


def _decides_alone(symbolic: SymbolicProgram, doubt: Doubt) -> Iterator[Conjunction]:
    """Encode that somebody in scope and in doubt is an emergency, and would not be with a no."""
    variable = symbolic.domain.variable(doubt.question.id, doubt.item)
    confirmed = True if doubt.choice is None or doubt.item else doubt.choice.id
    unsure = variable.values.index(NOT_SURE)
    in_scope = symbolic.circuit.cofactor(symbolic.complete.in_scope(), variable.index, unsure)
    for index, value in enumerate(variable.values):
        if value not in {NOT_SURE, confirmed}:
            falls = raised(symbolic, variable, Urgency.EMERGENCY, reached=unsure, missed=index)
            yield from ((*conjunction, in_scope) for conjunction in falls)


def _sent_to(symbolic: SymbolicProgram, urgency: Urgency) -> Iterator[Conjunction]:
    reaching, above = symbolic.complete.reaching, []
    if urgency < Urgency.EMERGENCY:
        above = [-formula for formula in reaching(Urgency(urgency + 1)).values()]
    for formula in reaching(urgency).values():
        yield formula, *above


def _redundant(symbolic: SymbolicProgram, rule: Rule) -> Iterator[Claim]:
    sentence = f"Without the rule '{rule.id}' somebody gets another urgency"
    yield existential(
        "redundant-rule", rule.id, f"{sentence} or other advice.", _decides, symbolic, rule
    )
    if rule.out_of_scope:
        yield existential("tier-redundant", rule.id, f"{sentence}.", _raises, symbolic, rule)


def _decides(symbolic: SymbolicProgram, rule: Rule) -> Iterator[Conjunction]:
    """Encode that a rule alone raises the urgency, or alone takes the person out of scope."""
    yield from _raises(symbolic, rule)
    if rule.out_of_scope:
        encode, rules = symbolic.complete.encode, symbolic.program.rules
        others = (r for r in rules if r.out_of_scope and r.id != rule.id)
        yield encode(rule.when).lo.maybe, *(-encode(r.when).lo.maybe for r in others)


def _raises(symbolic: SymbolicProgram, rule: Rule) -> Iterator[Conjunction]:
    """Encode that a rule alone reaches an urgency; its own urgencies cover those below them."""
    for urgency in sorted({rule.urgency, rule.if_unsure or Urgency.SELF_CARE}, reverse=True):
        if urgency is not Urgency.SELF_CARE:
            reaching = symbolic.complete.reaching(urgency).items()
            others = (-formula for id_, formula in reaching if id_ != rule.id)
            yield symbolic.complete.reaches(rule, urgency), *others


def _matters(symbolic: SymbolicProgram, variable: Variable) -> Iterator[Conjunction]:
    """Encode that the page with some value of a variable differs from that with the first."""
    c, index = symbolic.circuit, variable.index
    for value in range(1, len(variable.values)):
        for urgency in list(Urgency)[1:]:
            yield from raised(symbolic, variable, urgency, reached=value, missed=0)
            yield from raised(symbolic, variable, urgency, reached=0, missed=value)
        for output, shown in symbolic.complete.page():
            if c.depends_on(output, index):
                before, after = (c.cofactor(output, index, v) for v in (0, value))
                visible = [c.cofactor(shown, index, v) for v in (0, value)]
                yield before, -after, *visible
                yield after, -before, *visible


def clause_claims(symbolic: SymbolicProgram) -> Iterator[Claim]:
    """Yield one claim vacuous-clause for each clause of each rule and fact."""
    for subject, whole, reduced in _clauses(symbolic.program):
        sentence = f"Without this clause something else would follow: {subject}"
        yield existential("vacuous-clause", subject, sentence, _differ, symbolic, whole, reduced)


def named_clauses(program: Program) -> Iterator[tuple[str, Condition, Condition]]:
    """Yield the name of each clause, the condition around it, and that condition without it."""
    yield from ((name, whole, reduced()) for name, whole, reduced in _clauses(program))


def _clauses(program: Program) -> Iterator[tuple[str, Condition, Callable[[], Condition]]]:
    """Yield the same, but build no copy of a condition for each of its clauses."""
    units = program.protocol.units
    owners = [(f"rule '{rule.id}'", rule.when) for rule in program.rules]
    owners += [(f"fact '{fact.id}'", fact.when) for fact in program.protocol.facts]
    for owner, whole in owners:
        for number, (clause, reduced) in enumerate(_without_each(whole), 1):
            yield f"{owner}, clause {number}: {condition_text(clause, units)}", whole, reduced


def _differ(
    symbolic: SymbolicProgram, whole: Condition, reduced: Callable[[], Condition]
) -> Iterator[Conjunction]:
    rails = (symbolic.complete.encode(condition).lo for condition in (whole, reduced()))
    for before, after in zip(*rails, strict=True):
        yield before, -after
        yield after, -before


def _without_each(condition: Condition) -> Iterator[tuple[Condition, Callable[[], Condition]]]:
    """Yield each clause of a condition, with how to build what is left without it."""
    if isinstance(condition, Not):
        for clause, rest in _without_each(condition.of):
            yield clause, partial(_negated, rest)
    elif isinstance(condition, MANY):
        for index, part in enumerate(condition.of):
            for neutral in _neutral(condition):
                yield part, partial(_replaced, condition, index, neutral)
            for clause, rest in _without_each(part):
                yield clause, partial(_replaced_inside, condition, index, rest)


def _negated(of: Callable[[], Condition]) -> Condition:
    return Not(of())


def _replaced_inside(
    condition: All | Any | AtLeast, index: int, part: Callable[[], Condition]
) -> Condition:
    return _replaced(condition, index, part())


def _neutral(condition: All | Any | AtLeast) -> tuple[Condition, ...]:
    """Return the constants to put in place of a clause; a count has no neutral element."""
    if isinstance(condition, AtLeast):
        return (Always(), Not(Always()))
    return (Always(),) if isinstance(condition, All) else (Not(Always()),)


def _replaced(condition: All | Any | AtLeast, index: int, part: Condition) -> Condition:
    return replace(condition, of=(*condition.of[:index], part, *condition.of[index + 1 :]))
