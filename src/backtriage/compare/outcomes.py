"""What one version of a protocol shows for one item of the page, as formulas."""

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

Values: TypeAlias = Mapping[str, Formula]
"""Each value that an item can have, and the condition for it."""


class Outcome(NamedTuple):
    """The values of an item in one version, and the urgency up to which it is shown."""

    values: Values
    show_up_to: Urgency


def advice_outcome(version: SymbolicProgram, id_: str) -> Outcome | None:
    """Return when advice is given, withheld or neither; None if there is no such advice."""
    for advice in version.program.advice:
        if advice.id == id_:
            encoder = version.complete
            values = {
                GIVEN: encoder.given(advice),
                WITHHELD: encoder.withheld(advice),
                NOT_GIVEN: -encoder.applies(advice),
            }
            return Outcome(values, advice.show_up_to)
    return None


def verdict_outcome(version: SymbolicProgram, id_: str) -> Outcome | None:
    """Return when a module comes to each verdict; None if there is no such module."""
    module = next((module for module in version.program.modules if module.id == id_), None)
    if module is None:
        return None
    verdict = version.complete.verdict
    values = {v.id: verdict(module, index) for index, v in enumerate(module.verdicts)}
    return Outcome(values, module.show_up_to)


def contraindication(version: SymbolicProgram, id_: str) -> Formula:
    """Return when a version contraindicates advice, or a verdict `module.verdict`."""
    encoder, program = version.complete, version.program
    return version.circuit.disjoin(
        *[encoder.contraindicated(advice) for advice in program.advice if advice.id == id_],
        *[
            encoder.encode(never.when).lo.maybe
            for never in program.protocol.never_with
            if id_ in never.advice
        ],
    )


class Routing(NamedTuple):
    """A rule, or "" for the urgency itself, the service it names, and when it applies."""

    rule: str
    service: str
    when: Formula


_NO_ROUTING: Final = Routing("", "", FALSE)


def routings(version: SymbolicProgram, urgency: Urgency) -> tuple[Routing, ...]:
    """Return the routings of an urgency by priority: the first that applies decides."""
    encoder, rules = version.complete, version.program.rules
    named = [rule for rule in rules if rule.urgency == urgency and rule.service]
    found = [
        Routing(rule.id, rule.service, encoder.reaches(rule, urgency))
        for rule in named
        if not isinstance(rule.when, Always)
    ]
    for rule in named:
        if isinstance(rule.when, Always):
            others = (-encoder.fires(other) for other in rules if other != rule)
            found.append(Routing(rule.id, rule.service, version.circuit.conjoin(*others)))
    return (*found, Routing("", version.program.levels[urgency].service, TRUE))


def align_routings(
    old: tuple[Routing, ...], new: tuple[Routing, ...]
) -> Iterator[tuple[Routing, Routing]]:  # fmt: skip
    """Pair the routings of the same rule; any other goes with one that never applies.

    The order of both versions is kept. If shared rules are in another order, none is paired.
    """
    in_new = {routing.rule for routing in new}
    shared = [routing.rule for routing in old if routing.rule in in_new]
    if shared != [routing.rule for routing in new if routing.rule in shared]:
        yield from ((routing, _NO_ROUTING) for routing in old)
        yield from ((_NO_ROUTING, routing) for routing in new)
        return
    rest = list(new)
    for routing in old:
        while routing.rule in in_new and rest[0].rule != routing.rule:
            yield _NO_ROUTING, rest.pop(0)
        yield (routing, rest.pop(0)) if routing.rule in in_new else (routing, _NO_ROUTING)


def reported_total(version: SymbolicProgram, score: str) -> tuple[Formula, ...]:
    """Return the total of a score in unary; empty if no module reports it."""
    is_reported = any(score in module.counts for module in version.program.modules)
    return version.complete.total(score) if is_reported else ()


def shows_line(version: SymbolicProgram, id_: str, urgency: Urgency) -> Formula:
    """Return when a line of the safety net is shown to whoever gets an urgency."""
    for group in version.program.protocol.safety_net:
        if group.id == id_:
            may_come = [
                can_exceed(version, rule.id, urgency)
                for rule in version.program.rules
                if any(sign.group == id_ for sign in rule.signs)
            ]
            only = group.personal_when
            concerns = TRUE if only is None else version.follow_up.encode(only).hi.maybe
            return version.circuit.conjoin(concerns, version.circuit.disjoin(*may_come))
    return FALSE


def can_exceed(version: SymbolicProgram, rule_id: str, urgency: Urgency) -> Formula:
    """Return when a rule could later give more than an urgency."""
    for rule in version.program.rules:
        if rule.id == rule_id:
            return version.follow_up.reaches(rule, Urgency(urgency + 1), at_hi=True)
    return FALSE
