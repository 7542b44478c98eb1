"""The mutants of a protocol: each rule, fact, guard, line, advice, verdict and score in turn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from backtriage.mutation.condition_mutations import mutate
from backtriage.mutation.mutant import Mutant, MutationSite
from backtriage.program.program import Program
from backtriage.protocol.protocol import Module, Points, Protocol, Rule, Score
from backtriage.terms.condition import Always, Condition
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NUMBER

_CAN_BE_LEFT_OUT: Final = frozenset({"questions", "safety_net", "advice"})
_OPTIONAL: Final = frozenset({"withhold_if", "personal_when"})


def mutants(program: Program) -> Iterator[Mutant]:
    """Yield every mutant of a protocol, section by section."""
    protocol = program.protocol
    for site, condition in mutation_sites(protocol):
        for operator, change, mutated in mutate(condition, program):
            mutant = substitute(protocol, site, mutated)
            yield Mutant(operator=operator, site=site, change=change, protocol=mutant)
        if site.section in _CAN_BE_LEFT_OUT and not isinstance(condition, Always):
            mutant = substitute(protocol, site, None if site.field in _OPTIONAL else Always())
            yield Mutant(operator="left_out", site=site, change="the condition left out",
                         protocol=mutant)  # fmt: skip
    for rule in protocol.rules:
        yield from _rule_mutants(protocol, rule)
    for score in protocol.scores:
        yield from _score_mutants(protocol, score)


def mutation_sites(protocol: Protocol) -> Iterator[tuple[MutationSite, Condition]]:
    """Yield every condition that an urgency or a piece of advice rests on, with its site."""
    for section in ("rules", "facts"):
        for entry in getattr(protocol, section):
            yield MutationSite(section=section, id=entry.id), entry.when
    for question in protocol.questions:
        site = MutationSite(section="questions", id=question.id, field="ask_when")
        yield site, question.ask_when
    for advice in protocol.advice:
        yield MutationSite(section="advice", id=advice.id), advice.when
        if advice.withhold_if is not None:
            site = MutationSite(section="advice", id=advice.id, field="withhold_if")
            yield site, advice.withhold_if
    for group in protocol.safety_net:
        if group.personal_when is not None:
            site = MutationSite(section="safety_net", id=group.id, field="personal_when")
            yield site, group.personal_when
    for module in protocol.modules:
        for verdict in module.verdicts:
            yield MutationSite(section="modules", id=module.id, verdict=verdict.id), verdict.when


def substitute(protocol: Protocol, site: MutationSite, condition: Condition | None) -> Protocol:
    """Return a protocol with another condition at a site."""
    entry = next(entry for entry in getattr(protocol, site.section) if entry.id == site.id)
    if isinstance(entry, Module):
        verdicts = tuple(
            replace(verdict, when=condition) if verdict.id == site.verdict else verdict
            for verdict in entry.verdicts
        )
        return _with_entry(protocol, site, replace(entry, verdicts=verdicts))
    return _with_entry(protocol, site, replace(entry, **{site.field: condition}))


def _with_entry(protocol: Protocol, site: MutationSite, entry: Struct | None) -> Protocol:
    """Return a protocol with the entry of a site replaced, or removed."""
    entries = {old.id: old for old in getattr(protocol, site.section)}
    entries[site.id] = entry
    kept = tuple(entry for entry in entries.values() if entry is not None)
    return replace(protocol, **{site.section: kept})


def _rule_mutants(protocol: Protocol, rule: Rule) -> Iterator[Mutant]:
    """Yield mutants in which a rule gives a lower urgency, or is left out."""
    site = MutationSite(section="rules", id=rule.id)

    def mutant(operator: str, change: str, mutated: Rule | None) -> Mutant:
        changed = _with_entry(protocol, site, mutated)
        return Mutant(operator=operator, site=site, change=change, protocol=changed)

    if rule.urgency:
        lower = Urgency(rule.urgency - 1)
        unsure = None if rule.if_unsure is None else min(rule.if_unsure, lower)
        change = f"urgency {lower.id} instead of {rule.urgency.id}"
        yield mutant("urgency", change, replace(rule, urgency=lower, if_unsure=unsure))
    for less in _lower_if_unsure(rule):
        change = f"if_unsure {_id(less)} instead of {_id(rule.if_unsure)}"
        yield mutant("if_unsure", change, replace(rule, if_unsure=less))
    yield mutant("rule", "left out", None)


def _lower_if_unsure(rule: Rule) -> tuple[Urgency | None, ...]:
    """Return lower urgencies for a rule that is not sure: one step down, and `nothing`."""
    if rule.if_unsure is None:
        return ()
    return (Urgency(rule.if_unsure - 1), None) if rule.if_unsure else (None,)


def _id(urgency: Urgency | None) -> str:
    return "nothing" if urgency is None else urgency.id


def _score_mutants(protocol: Protocol, score: Score) -> Iterator[Mutant]:
    """Yield mutants in which a score lacks some points, or one end of a band is off by a step."""
    site = MutationSite(section="scores", id=score.id, field="points")

    def mutant(operator: str, change: str, points: tuple[Points, ...]) -> Mutant:
        changed = _with_entry(protocol, site, replace(score, points=points))
        return Mutant(operator=operator, site=site, change=change, protocol=changed)

    for index, points in enumerate(score.points):
        before, after = score.points[:index], score.points[index + 1 :]
        if len(score.points) > 1:
            yield mutant("points", f"{_answer(points)} left out", (*before, *after))
        for band in _shifted_bands(protocol, score, points):
            change = f"{_answer(points)} read as {_answer(band)}"
            yield mutant("threshold", change, (*before, band, *after))


def _shifted_bands(protocol: Protocol, score: Score, points: Points) -> Iterator[Points]:
    """Yield a band with one end off by a step, unless it would overlap another band."""
    question = next(q for q in protocol.questions if q.id == points.question)
    if question.kind != NUMBER:
        return
    others = [p for p in score.points if p.question == question.id and p != points]
    for least, most in (
        (points.least - 1, points.most), (points.least + 1, points.most),
        (points.least, points.most - 1), (points.least, points.most + 1),
    ):  # fmt: skip
        is_disjoint = all(most < other.least or other.most < least for other in others)
        if is_disjoint and question.least <= least <= most <= question.most:
            yield replace(points, least=least, most=most)


def _answer(points: Points) -> str:
    """Format the answer that scores."""
    answer = points.answer or f"{points.least} to {points.most}"
    return f"'{points.question} {answer}'"
