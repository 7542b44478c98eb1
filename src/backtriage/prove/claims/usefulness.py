"""Claims on usefulness: nothing is dead, and everything changes somebody's result."""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.protocol.protocol import Question, Rule
from backtriage.prove.claims.advice import given
from backtriage.prove.claims.claim import Claim, Conjunction, existential
from backtriage.prove.claims.safety import raised
from backtriage.prove.domain import Variable
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.condition import Always
from backtriage.terms.urgency import Urgency


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


def _sent_to(symbolic: SymbolicProgram, urgency: Urgency) -> Iterator[Conjunction]:
    reaching, above = symbolic.complete.reaching, []
    if urgency < Urgency.EMERGENCY:
        above = [-formula for formula in reaching(Urgency(urgency + 1)).values()]
    for formula in reaching(urgency).values():
        yield formula, *above


# -- rules and answers that change something ----------------------------------------------


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
