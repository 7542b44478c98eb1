"""The claims on urgency: nobody is lost, red flags hold, worse and unsure never count for less."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from backtriage.protocol.protocol import Question, Risk, SafetyFloor
from backtriage.prove.circuit import Formula
from backtriage.prove.claims.claim import Claim, Conjunction, Disjuncts
from backtriage.prove.domain import Band, Variable
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Ticks


def late(make: Callable[..., Iterable[Conjunction]], *given: object) -> Disjuncts:
    """Ways that are made when the claim is looked at."""
    return lambda: make(*given)


def safety(model: SymbolicProgram) -> Iterator[Claim]:
    """Claims a, b1, b2, c and f."""
    yield Claim(
        kind="gap", subject="everybody", disjuncts=late(_gap, model),
        sentence="On every answer sheet some rule fires.",
    )  # fmt: skip
    for floor in model.program.protocol.floors:
        yield from _floor(model, floor)
    for variable, risk in directed(model):
        yield Claim(
            kind="lowered", subject=variable.name, disjuncts=late(_lowered, model, variable, risk),
            sentence=f"A worse answer to '{variable.name}' never lowers the urgency.",
        )  # fmt: skip
        if NOT_SURE in variable.values:
            yield Claim(
                kind="unsure", subject=variable.name,
                disjuncts=late(_unsure, model, variable, risk),
                sentence=f"Not sure about '{variable.name}' never gives less than its best "
                "answer, nor more than its worst.",
            )  # fmt: skip


def _gap(model: SymbolicProgram) -> Iterator[Conjunction]:
    yield tuple(-model.complete.fires(rule) for rule in model.program.rules)


# -- floors -------------------------------------------------------------------------------


def _floor(model: SymbolicProgram, floor: SafetyFloor) -> Iterator[Claim]:
    sure = f"at least {floor.at_least.id}"
    unsure = f", and while not sure to at least {floor.if_unsure.id}" if floor.if_unsure else ""
    yield Claim(
        kind="unsafe", subject=floor.id, disjuncts=late(_unsafe, model, floor),
        sentence=f"Whoever has the red flag '{floor.id}' is sent to {sure}{unsure}.",
    )  # fmt: skip
    yield Claim(
        kind="hidden", subject=floor.id, disjuncts=late(_hidden, model, floor),
        sentence=f"Whoever has the red flag '{floor.id}', asked about it or not, is sent to "
        f"{sure}.",
    )  # fmt: skip


def _below(model: SymbolicProgram, urgency: Urgency) -> list[Formula]:
    return [-formula for formula in model.complete.reaching(urgency).values()]


def _unsafe(model: SymbolicProgram, floor: SafetyFloor) -> Iterator[Conjunction]:
    rails = model.complete.encode(floor.when).lo
    yield rails.surely, *_below(model, floor.at_least)
    if floor.if_unsure is not None:
        yield rails.maybe, *_below(model, floor.if_unsure)


def _hidden(model: SymbolicProgram, floor: SafetyFloor) -> Iterator[Conjunction]:
    flag = model.unguarded.encode(floor.when).lo.surely
    yield flag, *_below(model, floor.at_least), *possible(model)


def possible(model: SymbolicProgram) -> Iterator[Formula]:
    """What is true of a person is not impossible, and follow-ups follow from their guard."""
    for fact in model.program.protocol.impossible:
        yield -model.unguarded.encode(fact.when).lo.surely
    for question in model.program.protocol.questions:
        if question.follows_from:
            yield _follows(model, question)


def _follows(model: SymbolicProgram, question: Question) -> Formula:
    """While its guard is false, the answer is what an unasked one reads as, or not sure."""
    skip = question.if_skipped
    unread = []
    for variable in model.domain.variables_of(question.id):
        wanted = variable.item in skip.yes if isinstance(skip, Ticks) else skip
        allowed = [
            at
            for at, value in enumerate(variable.values)
            if value is NOT_SURE or is_value(value, wanted)
        ]
        unread.append(model.circuit.literal(variable.index, allowed))
    guard = model.unguarded.encode(question.ask_when).lo
    return model.circuit.disjoin(guard.maybe, model.circuit.conjoin(*unread))


def is_value(value: object, wanted: object) -> bool:
    """Whether a value of a variable is this answer."""
    if isinstance(value, Band):
        return value.least <= wanted <= value.most  # type: ignore[operator]
    return type(value) is type(wanted) and value == wanted


# -- directions ---------------------------------------------------------------------------


def directed(model: SymbolicProgram) -> Iterator[tuple[Variable, Risk]]:
    """Every variable with a worse end."""
    risks = {risk.question: risk for risk in model.program.protocol.risk}
    for variable in model.domain.answers:
        risk = risks.get(variable.question)
        if risk is not None and risk.direction != "none":
            yield variable, risk


def ladder(variable: Variable, risk: Risk) -> tuple[int, ...]:
    """The definite values of a variable by number, least risk first."""
    definite = [at for at, value in enumerate(variable.values) if value is not NOT_SURE]
    if risk.direction == "order":
        return tuple(variable.values.index(choice) for choice in risk.order)
    upward = risk.direction in {"yes", "more", "higher"}
    return tuple(definite if upward else definite[::-1])


def steps(variable: Variable, risk: Risk, kind: str) -> Iterator[tuple[int, int]]:
    """Each pair of values of which the second must not give less: of claim c, or of claim f."""
    rungs = ladder(variable, risk)
    if kind == "lowered":
        yield from pairwise(rungs)
    else:
        unsure = variable.values.index(NOT_SURE)
        yield rungs[0], unsure
        yield unsure, rungs[-1]


def _lowered(model: SymbolicProgram, variable: Variable, risk: Risk) -> Iterator[Conjunction]:
    for less, worse in steps(variable, risk, "lowered"):
        yield from falls(model, variable, less, worse)


def _unsure(model: SymbolicProgram, variable: Variable, risk: Risk) -> Iterator[Conjunction]:
    for less, worse in steps(variable, risk, "unsure"):
        yield from falls(model, variable, less, worse)


def falls(
    model: SymbolicProgram, variable: Variable, before: int, after: int
) -> Iterator[Conjunction]:
    """The urgency with one value is higher than with another, all else the same."""
    c = model.circuit
    for urgency in list(Urgency)[1:]:
        reaching = model.complete.reaching(urgency).values()
        touched = [f for f in reaching if c.depends_on(f, variable.index)]
        rest = [f for f in reaching if not c.depends_on(f, variable.index)]
        low = [-c.cofactor(formula, variable.index, after) for formula in touched]
        for formula in touched:
            high = c.cofactor(formula, variable.index, before)
            yield high, *low, *(-other for other in rest)
