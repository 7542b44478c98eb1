"""What one version says on one matter, and of whom it says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

from backtriage.prove.circuit import FALSE, TRUE, Formula
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.condition import Always
from backtriage.terms.urgency import Urgency

GIVEN: Final = "given"
WITHHELD: Final = "withheld"
NOT_GIVEN: Final = "not given"
IN_SCOPE: Final = "in scope"
OUT_OF_SCOPE: Final = "out of scope"
NOT_CONSIDERED: Final = "not considered"
LISTED: Final = "listed"
NOT_LISTED: Final = "not listed"
FEWER: Final = "fewer"
MORE: Final = "more"

Says: TypeAlias = Mapping[str, Formula]
"""Each thing that a version may say on one matter, and of whom it says it."""


class Outcome(NamedTuple):
    """What one version says on one matter, and the urgency up to which it says it."""

    says: Says
    most: Urgency


def advised(model: SymbolicProgram, id_: str) -> Outcome | None:
    """Whether an advice is given, withheld or neither."""
    advice = next((advice for advice in model.program.advice if advice.id == id_), None)
    if advice is None:
        return None
    c = model.complete
    says = {GIVEN: c.given(advice), WITHHELD: c.withheld(advice), NOT_GIVEN: -c.applies(advice)}
    return Outcome(says, advice.show_up_to)


def considered(model: SymbolicProgram, id_: str) -> Outcome | None:
    """Which verdict a module comes to."""
    module = next((module for module in model.program.modules if module.id == id_), None)
    if module is None:
        return None
    says = {v.id: model.complete.verdict(module, at) for at, v in enumerate(module.verdicts)}
    return Outcome(says, module.show_up_to)


def against_in(model: SymbolicProgram, id_: str) -> Formula:
    """A version speaks against an advice, or against a verdict, written `module.verdict`."""
    held = [
        model.complete.contraindicated(advice)
        for advice in model.program.advice
        if advice.id == id_
    ]
    never = [
        model.complete.encode(danger.when).lo.maybe
        for danger in model.program.protocol.never_with
        if id_ in danger.advice
    ]
    return model.circuit.disjoin(*held, *never)


class Routing(NamedTuple):
    """A rule that says where to go, or "" for the urgency itself, and of whom it holds."""

    rule: str
    service: str
    gives: Formula


SILENT: Final = Routing("", "", FALSE)


def sent_by(model: SymbolicProgram, urgency: Urgency) -> tuple[Routing, ...]:
    """Where people of one urgency are sent: the first of these that holds says it."""
    found = [
        Routing(rule.id, rule.service, model.complete.reaches(rule, urgency))
        for rule in model.program.rules
        if rule.urgency == urgency and rule.service and not isinstance(rule.when, Always)
    ]
    for rule in model.program.rules:
        if rule.urgency == urgency and rule.service and isinstance(rule.when, Always):
            others = (
                -model.complete.fires(other) for other in model.program.rules if other != rule
            )
            found.append(Routing(rule.id, rule.service, model.circuit.conjoin(*others)))
    return (*found, Routing("", model.program.levels[urgency].service, TRUE))


def side_by_side(
    old: tuple[Routing, ...], new: tuple[Routing, ...]
) -> Iterator[tuple[Routing, Routing]]:  # fmt: skip
    """The rules of both in their order, the same rule beside itself as far as that goes."""
    after = {sent.rule: sent for sent in new}
    kept = [sent.rule for sent in old if sent.rule in after]
    if kept != [sent.rule for sent in new if sent.rule in kept]:
        yield from ((sent, SILENT) for sent in old)
        yield from ((SILENT, sent) for sent in new)
        return
    left = list(new)
    for sent in old:
        while sent.rule in after and left[0].rule != sent.rule:
            yield SILENT, left.pop(0)
        yield (sent, left.pop(0)) if sent.rule in after else (sent, SILENT)


def points_in(model: SymbolicProgram, score: str) -> list[Formula]:
    """For each number of points, that a score which a module reports surely has it."""
    if all(score not in module.counts for module in model.program.modules):
        return []
    return list(model.complete.total(score))


def later(model: SymbolicProgram, id_: str, urgency: Urgency) -> Formula:
    """The rule could come to give more than an urgency."""
    rule = next((rule for rule in model.program.rules if rule.id == id_), None)
    if rule is None:
        return FALSE
    return model.follow_up.reaches(rule, Urgency(urgency + 1), at_hi=True)
