"""The claims d: nothing is dead, and nothing stands there without changing a result."""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.protocol.protocol import Rule
from backtriage.prove.claims.advice import given
from backtriage.prove.claims.claim import Claim, Conjunction
from backtriage.prove.claims.safety import late
from backtriage.prove.domain import Variable
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.condition import Always
from backtriage.terms.urgency import Urgency


def used(model: SymbolicProgram) -> Iterator[Claim]:
    """Claims d, but for those on clauses: errors first."""
    yield from _alive(model)
    for rule in model.program.rules:
        if not isinstance(rule.when, Always):
            yield from _needed(model, rule)
    for variable in model.domain.answers:
        yield Claim(
            kind="idle-question", subject=variable.name, someone=True,
            disjuncts=late(_matters, model, variable),
            sentence=f"The answer to '{variable.name}' changes some result.",
        )  # fmt: skip
    for question in model.program.protocol.questions:
        if not isinstance(question.ask_when, Always):
            yield Claim(
                kind="vacuous-guard", subject=question.id, someone=True,
                disjuncts=late(_unasked, model, question.id),
                sentence=f"The question '{question.id}' is left out for somebody.",
            )  # fmt: skip


def _alive(model: SymbolicProgram) -> Iterator[Claim]:
    for question in model.program.protocol.questions:
        yield Claim(
            kind="dead-question", subject=question.id, someone=True,
            disjuncts=late(_asked, model, question.id),
            sentence=f"The question '{question.id}' is asked of somebody.",
        )  # fmt: skip
    for rule in model.program.rules:
        yield Claim(
            kind="dead-rule", subject=rule.id, someone=True, disjuncts=late(_fires, model, rule),
            sentence=f"The rule '{rule.id}' fires for somebody.",
        )  # fmt: skip
    verdicts = [f"{m.id}.{verdict.id}" for m in model.program.modules for verdict in m.verdicts]
    for id_ in (*(advice.id for advice in model.program.advice), *verdicts):
        yield Claim(
            kind="dead-advice", subject=id_, someone=True, disjuncts=late(_given, model, id_),
            sentence=f"Somebody is given '{id_}'.",
        )  # fmt: skip
    for urgency in Urgency:
        yield Claim(
            kind="dead-urgency", subject=urgency.id, someone=True,
            disjuncts=late(_ends, model, urgency),
            sentence=f"Somebody is sent to '{urgency.id}'.",
        )  # fmt: skip


def _asked(model: SymbolicProgram, question: str) -> Iterator[Conjunction]:
    yield (model.complete.guard(question).lo.maybe,)


def _unasked(model: SymbolicProgram, question: str) -> Iterator[Conjunction]:
    yield (-model.complete.guard(question).lo.maybe,)


def _fires(model: SymbolicProgram, rule: Rule) -> Iterator[Conjunction]:
    yield (model.complete.fires(rule),)


def _given(model: SymbolicProgram, id_: str) -> Iterator[Conjunction]:
    yield given(model, id_)


def _ends(model: SymbolicProgram, urgency: Urgency) -> Iterator[Conjunction]:
    above = (
        model.complete.reaching(Urgency(urgency + 1)).values()
        if urgency < Urgency.EMERGENCY
        else ()
    )
    for formula in model.complete.reaching(urgency).values():
        yield formula, *(-other for other in above)


# -- rules and answers that change something ----------------------------------------------


def _needed(model: SymbolicProgram, rule: Rule) -> Iterator[Claim]:
    yield Claim(
        kind="redundant-rule", subject=rule.id, someone=True,
        disjuncts=late(_decides, model, rule),
        sentence=f"Without the rule '{rule.id}' somebody gets another urgency or other advice.",
    )  # fmt: skip
    if rule.out_of_scope:
        yield Claim(
            kind="tier-redundant", subject=rule.id, someone=True,
            disjuncts=late(_raises, model, rule),
            sentence=f"Without the rule '{rule.id}' somebody gets another urgency.",
        )  # fmt: skip


def _decides(model: SymbolicProgram, rule: Rule) -> Iterator[Conjunction]:
    yield from _raises(model, rule)
    if rule.out_of_scope:
        others = (r for r in model.program.rules if r.out_of_scope and r.id != rule.id)
        own = model.complete.encode(rule.when).lo.maybe
        yield own, *(-model.complete.encode(r.when).lo.maybe for r in others)


def _raises(model: SymbolicProgram, rule: Rule) -> Iterator[Conjunction]:
    """The rule alone reaches an urgency. What holds at its own urgencies holds below them."""
    for urgency in sorted({rule.urgency, rule.if_unsure or Urgency.SELF_CARE}, reverse=True):
        if urgency is not Urgency.SELF_CARE:
            reaching = model.complete.reaching(urgency).items()
            others = (-formula for id_, formula in reaching if id_ != rule.id)
            yield model.complete.reaches(rule, urgency), *others


def _matters(model: SymbolicProgram, variable: Variable) -> Iterator[Conjunction]:
    """With another value of one variable the page is another."""
    c, page = model.circuit, tuple(model.complete.page())
    for value in range(1, len(variable.values)):
        for urgency in list(Urgency)[1:]:
            yield from _raised(model, variable, urgency, value)
        for output, shown in page:
            if c.depends_on(output, variable.index):
                before, after = (c.cofactor(output, variable.index, v) for v in (0, value))
                seen = [c.cofactor(shown, variable.index, v) for v in (0, value)]
                for one, other in ((before, after), (after, before)):
                    yield one, -other, *seen


def _raised(
    model: SymbolicProgram, variable: Variable, urgency: Urgency, value: int
) -> Iterator[Conjunction]:  # fmt: skip
    """The urgency is reached with one of two values of a variable and not with the other."""
    c, reaching = model.circuit, model.complete.reaching(urgency).values()
    touched = [f for f in reaching if c.depends_on(f, variable.index)]
    rest = [-f for f in reaching if not c.depends_on(f, variable.index)]
    for one, other in ((value, 0), (0, value)):
        low = [-c.cofactor(f, variable.index, other) for f in touched]
        for formula in touched:
            yield c.cofactor(formula, variable.index, one), *low, *rest
