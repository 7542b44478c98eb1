"""Claims on safety: no urgency is too low, and no advice does harm or contradicts other advice.

There are no gaps, safety floors hold, and a worse answer never lowers the urgency.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from backtriage.protocol.guarantees import NeverWith, Risk, SafetyFloor
from backtriage.protocol.protocol import Advice, Question
from backtriage.prove.circuit import Formula
from backtriage.prove.claims.claim import Claim, Conjunction, universal
from backtriage.prove.domain import Band, Variable
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.condition import condition_text
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Ticks


def safety_claims(symbolic: SymbolicProgram) -> Iterator[Claim]:
    """Yield the claims gap, unsafe, hidden, lowered and unsure."""
    yield universal("gap", "everybody", "On every answer sheet some rule fires.", _gap, symbolic)
    for floor in symbolic.program.protocol.floors:
        yield from _floor_claims(symbolic, floor)
    for variable, risk in directed_variables(symbolic):
        subject, whom = risk_subject(variable, risk), ""
        if risk.when is not None:
            whom = f"While {condition_text(risk.when, symbolic.program.protocol.units)}: "
        for kind, sentence in _risk_sentences(variable, risk):
            said = whom + sentence
            yield universal(kind, subject, said, _lowered, symbolic, variable, risk, kind)


def _gap(symbolic: SymbolicProgram) -> Iterator[Conjunction]:
    yield tuple(-symbolic.complete.fires(rule) for rule in symbolic.program.rules)


def _floor_claims(symbolic: SymbolicProgram, floor: SafetyFloor) -> Iterator[Claim]:
    person, sure = f"Whoever has the red flag '{floor.id}'", f"at least {floor.at_least.id}"
    unsure = f", and while not sure to at least {floor.if_unsure.id}" if floor.if_unsure else ""
    sentence = f"{person} is sent to {sure}{unsure}."
    yield universal("unsafe", floor.id, sentence, _unsafe, symbolic, floor)
    sentence = f"{person}, asked about it or not, is sent to {sure}."
    yield universal("hidden", floor.id, sentence, _hidden, symbolic, floor)


def _below(symbolic: SymbolicProgram, urgency: Urgency) -> list[Formula]:
    return [-formula for formula in symbolic.complete.reaching(urgency).values()]


def _unsafe(symbolic: SymbolicProgram, floor: SafetyFloor) -> Iterator[Conjunction]:
    flag = symbolic.complete.encode(floor.when).lo
    yield flag.surely, *_below(symbolic, floor.at_least)
    if floor.if_unsure is not None:
        yield flag.maybe, *_below(symbolic, floor.if_unsure)


def _hidden(symbolic: SymbolicProgram, floor: SafetyFloor) -> Iterator[Conjunction]:
    flag = symbolic.unguarded.encode(floor.when).lo.surely
    yield flag, *_below(symbolic, floor.at_least), *_possible(symbolic)


def _possible(symbolic: SymbolicProgram) -> Iterator[Formula]:
    """Yield the constraints on what can be true of one person, whether asked about or not."""
    for fact in symbolic.program.protocol.impossible:
        yield -symbolic.unguarded.encode(fact.when).lo.surely
    for question in symbolic.program.protocol.questions:
        if question.follows_from:
            yield _follows(symbolic, question)


def _follows(symbolic: SymbolicProgram, question: Question) -> Formula:
    """Encode that an answer whose guard is false is the one for skipped questions, or unsure."""
    skipped = question.if_skipped
    as_skipped = []
    for variable in symbolic.domain.variables_of(question.id):
        expected = variable.item in skipped.yes if isinstance(skipped, Ticks) else skipped
        allowed = [
            index
            for index, value in enumerate(variable.values)
            if value is NOT_SURE or _matches(value, expected)
        ]
        as_skipped.append(symbolic.circuit.literal(variable.index, allowed))
    guard = symbolic.unguarded.encode(question.ask_when).lo
    return symbolic.circuit.disjoin(guard.maybe, symbolic.circuit.conjoin(*as_skipped))


def _matches(value: object, expected: object) -> bool:
    if isinstance(value, Band):
        return value.least <= expected <= value.most  # type: ignore[operator]
    return type(value) is type(expected) and value == expected


def directed_variables(symbolic: SymbolicProgram) -> Iterator[tuple[Variable, Risk]]:
    """Yield every variable with each risk direction of its question."""
    for variable in symbolic.domain.answers:
        for risk in symbolic.program.protocol.risk:
            if risk.question == variable.question and risk.direction != "none":
                yield variable, risk


def risk_subject(variable: Variable, risk: Risk) -> str:
    """Return what the claims on a direction are about: an answer, and perhaps some urgencies."""
    return variable.name + risk.id.removeprefix(risk.question)


def _risk_sentences(variable: Variable, risk: Risk) -> Iterator[tuple[str, str]]:
    """Yield each kind of claim that a direction makes, with its sentence."""
    name, urgencies = variable.name, " or ".join(urgency.id for urgency in risk.urgencies)
    reaching = f"Whoever reaches {urgencies}"
    lowered = f"A worse answer to '{name}' never lowers the urgency."
    yield (
        "lowered",
        f"{reaching} still does with a worse answer to '{name}'." if urgencies else lowered,
    )
    if NOT_SURE in variable.values:
        unsure = (
            f"Not sure about '{name}' never gives less than its best answer, nor more than its "
            "worst."
        )
        bounds = (
            f"{reaching} with the best answer to '{name}' does so when not sure, and whoever "
            "does so when not sure does with the worst."
        )
        yield "unsure", bounds if urgencies else unsure


def risk_steps(variable: Variable, risk: Risk, kind: str) -> Iterator[tuple[int, int]]:
    """Yield the pairs of values whose second must reach every urgency that the first reaches.

    For the claim lowered these are neighbours in risk, or all pairs if the direction may not speak
    of those between; for unsure, not sure against either end.
    """
    ordered = variable.by_risk(risk)
    if kind == "lowered":
        yield from pairwise(ordered) if risk.when is None else combinations(ordered, 2)
    else:
        unsure = variable.values.index(NOT_SURE)
        yield ordered[0], unsure
        yield unsure, ordered[-1]


def _lowered(
    symbolic: SymbolicProgram, variable: Variable, risk: Risk, kind: str
) -> Iterator[Conjunction]:
    """Encode that some step up in risk loses an urgency, all other answers being equal."""
    for milder, worse in risk_steps(variable, risk, kind):
        concerned = concerns(symbolic, variable, risk, milder, worse)
        for urgency in reversed(risk.covered):
            for lost in raised(symbolic, variable, urgency, reached=milder, missed=worse):
                yield *concerned, *lost


def concerns(
    symbolic: SymbolicProgram, variable: Variable, risk: Risk, *values: int
) -> Conjunction:
    """Encode that a direction speaks of somebody, whichever of the values the variable has."""
    if risk.when is None:
        return ()
    surely = symbolic.complete.encode(risk.when).lo.surely
    return tuple(symbolic.circuit.cofactor(surely, variable.index, value) for value in values)


def raised(
    symbolic: SymbolicProgram, variable: Variable, urgency: Urgency, *, reached: int, missed: int
) -> Iterator[Conjunction]:
    """Encode that an urgency is reached with one value of a variable but not with another.

    The conjunctions are cofactors: they do not depend on the variable.
    """
    c = symbolic.circuit
    reaching = symbolic.complete.reaching(urgency).values()
    dependent = [f for f in reaching if c.depends_on(f, variable.index)]
    independent = [-f for f in reaching if not c.depends_on(f, variable.index)]
    below = [-c.cofactor(f, variable.index, missed) for f in dependent]
    for formula in dependent:
        yield c.cofactor(formula, variable.index, reached), *below, *independent


def advice_claims(symbolic: SymbolicProgram) -> Iterator[Claim]:
    """Yield the claims conflict and contraindicated."""
    by_id = {advice.id: advice for advice in symbolic.program.advice}
    for conflict in symbolic.program.protocol.conflicts:
        pair = [by_id[id_] for id_ in conflict.advice]
        sentence = f"Nobody is given both '{pair[0].id}' and '{pair[1].id}'."
        yield universal("conflict", conflict.id, sentence, _both_given, symbolic, *pair)
    for never in symbolic.program.protocol.never_with:
        for id_ in never.advice:
            subject = f"{never.id}: {id_}"
            sentence = f"Nobody who has '{never.id}', or may have it, is given '{id_}'."
            yield universal("contraindicated", subject, sentence, _harmed, symbolic, never, id_)


def _both_given(symbolic: SymbolicProgram, left: Advice, right: Advice) -> Iterator[Conjunction]:
    complete = symbolic.complete
    shown = complete.shown(min(left.show_up_to, right.show_up_to))
    yield complete.given(left), complete.given(right), shown


def _harmed(symbolic: SymbolicProgram, never: NeverWith, id_: str) -> Iterator[Conjunction]:
    yield symbolic.complete.encode(never.when).lo.maybe, *given(symbolic, id_)


def given(symbolic: SymbolicProgram, id_: str) -> Conjunction:
    """Encode that advice is given or that a verdict, written `module.verdict`, is reached."""
    complete = symbolic.complete
    name, _, verdict = id_.partition(".")
    if not verdict:
        advice = next(advice for advice in symbolic.program.advice if advice.id == name)
        return complete.given(advice), complete.shown(advice.show_up_to)
    module = next(module for module in symbolic.program.modules if module.id == name)
    index = [own.id for own in module.verdicts].index(verdict)
    return complete.verdict(module, index), complete.shown(module.show_up_to)
