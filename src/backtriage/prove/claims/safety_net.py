"""Claims on the safety net: it says everything, fits on the page, and repeats nothing.

They are proved for partial sheets too, because a page with open questions has a safety net.
"""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.protocol.guarantees import NetLimit
from backtriage.protocol.protocol import Rule, Sign, SignGroup
from backtriage.protocol.safety_net import named_by
from backtriage.prove.claims.claim import Claim, Conjunction, existential, universal
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.condition import Always


def net_claims(symbolic: SymbolicProgram) -> Iterator[Claim]:
    """Yield the claims unlisted, crowded, repeated and dead-line."""
    protocol = symbolic.program.protocol
    covered = {group.urgency for group in protocol.safety_net}
    for rule in protocol.rules:
        if rule.urgency in covered and not isinstance(rule.when, Always):
            sentence = f"Whoever may come to '{rule.id}' is shown a line that speaks of it."
            yield universal("unlisted", rule.id, sentence, _unlisted, symbolic, rule)
    for limit in protocol.net_limits:
        sentence = (
            f"Nobody is shown more than {limit.groups} general lines for '{limit.urgency.id}'."
        )
        yield universal("crowded", limit.urgency.id, sentence, _crowded, symbolic, limit)
    for rule in protocol.rules:
        for sign in rule.signs:
            if sign.words:
                subject = f"{rule.id}.{sign.group}"
                sentence = (
                    f"Nobody who has what '{sign.group}' says of '{rule.id}' is shown that line."
                )
                yield universal("repeated", subject, sentence, _repeated, symbolic, rule, sign)
    for group in protocol.safety_net:
        sentence = f"Somebody is shown the line '{group.id}'."
        yield existential("dead-line", group.id, sentence, _shown, symbolic, group)


def _unlisted(symbolic: SymbolicProgram, rule: Rule) -> Iterator[Conjunction]:
    groups = symbolic.program.protocol.safety_net
    lines = [g for g in groups if any(sign.group == g.id for sign in rule.signs)]
    unconcerned = [-symbolic.concerns(group) for group in lines]
    yield from ((*unconcerned, *way) for way in symbolic.listed(rule))


def _crowded(symbolic: SymbolicProgram, limit: NetLimit) -> Iterator[Conjunction]:
    general = [
        group
        for group in symbolic.program.protocol.safety_net
        if group.urgency is limit.urgency and group.personal_when is None
    ]
    if len(general) > limit.groups:
        shown = [(1, symbolic.shows(group)) for group in general]
        yield (symbolic.circuit.at_least(limit.groups + 1, shown),)


def _repeated(symbolic: SymbolicProgram, rule: Rule, sign: Sign) -> Iterator[Conjunction]:
    """Encode that a line is shown to somebody who surely has what it says of a rule.

    Whoever has that has mostly the urgency of the rule already, so that comes first.
    """
    named = symbolic.partial.encode(named_by(symbolic.program.protocol, rule, sign)).lo.surely
    group = next(g for g in symbolic.program.protocol.safety_net if g.id == sign.group)
    now = symbolic.partial.reaches(rule, rule.urgency, at_hi=True)
    for way in symbolic.shown(group):
        first = [-now] if -now in way else []
        yield named, *first, *way


def _shown(symbolic: SymbolicProgram, group: SignGroup) -> Iterator[Conjunction]:
    yield from symbolic.shown(group)
