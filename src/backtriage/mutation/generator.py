"""Protocol -> every mutant: each rule, fact, guard, piece of advice, verdict and score in turn."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from backtriage.mutation.condition_mutations import Terms, changes
from backtriage.mutation.mutant import Mutant, MutationSite
from backtriage.protocol.condition_text import units_of
from backtriage.protocol.loader.loader import most_points
from backtriage.protocol.protocol import Module, Points, Protocol, Rule, Score
from backtriage.terms.condition import Always, Condition
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NUMBER


def mutants(protocol: Protocol) -> Iterator[Mutant]:
    """Every mutant, section by section."""
    questions = {question.id: question for question in protocol.questions}
    terms = Terms(
        questions=questions,
        most={score.id: most_points(score, questions) for score in protocol.scores},
        units=units_of(protocol),
    )
    for site, condition in sites(protocol):
        for kind, said, after in changes(condition, terms):
            yield Mutant(kind=kind, site=site, said=said, protocol=put(protocol, site, after))
        yield from _whole(protocol, site, condition)
    for rule in protocol.rules:
        yield from _weaker(protocol, rule)
    for score in protocol.scores:
        yield from _poorer(protocol, score)


def sites(protocol: Protocol) -> Iterator[tuple[MutationSite, Condition]]:
    """Every condition that an urgency or an advice rests on, by its place."""
    for section in ("rules", "facts"):
        for noun in getattr(protocol, section):
            yield MutationSite(section=section, id=noun.id), noun.when
    for question in protocol.questions:
        yield (
            MutationSite(section="questions", id=question.id, field="ask_when"),
            question.ask_when,
        )
    for advice in protocol.advice:
        yield MutationSite(section="advice", id=advice.id), advice.when
        if advice.withhold_if is not None:
            yield (
                MutationSite(section="advice", id=advice.id, field="withhold_if"),
                advice.withhold_if,
            )
    for module in protocol.modules:
        for verdict in module.verdicts:
            yield MutationSite(section="modules", id=module.id, verdict=verdict.id), verdict.when


# -- putting something else in its place ------------------------------------------------------


def put(protocol: Protocol, site: MutationSite, condition: Condition | None) -> Protocol:
    """The protocol with another condition in one place."""
    nouns = getattr(protocol, site.section)
    noun = next(noun for noun in nouns if noun.id == site.id)
    if isinstance(noun, Module):
        verdicts = tuple(
            replace(verdict, when=condition) if verdict.id == site.verdict else verdict
            for verdict in noun.verdicts
        )
        return _changed(protocol, site, replace(noun, verdicts=verdicts))
    return _changed(protocol, site, replace(noun, **{site.field: condition}))


def _changed(protocol: Protocol, site: MutationSite, noun: object | None) -> Protocol:
    """The protocol with another noun of the same id, or with none."""
    new = () if noun is None else (noun,)
    nouns = getattr(protocol, site.section)
    at = next(at for at, old in enumerate(nouns) if old.id == site.id)
    return replace(protocol, **{site.section: (*nouns[:at], *new, *nouns[at + 1 :])})


# -- what is no change of a clause ------------------------------------------------------------


def _whole(protocol: Protocol, site: MutationSite, condition: Condition) -> Iterator[Mutant]:
    """A whole condition left out, where the protocol would still be one without it."""
    if isinstance(condition, Always) or site.section not in {"questions", "advice"}:
        return
    without = None if site.field == "withhold_if" else Always()
    yield Mutant(
        kind="left_out", site=site, said="the condition left out",
        protocol=put(protocol, site, without),
    )  # fmt: skip


def _weaker(protocol: Protocol, rule: Rule) -> Iterator[Mutant]:
    """A rule that asks for less, or is not there."""
    site = MutationSite(section="rules", id=rule.id)

    def weaker(kind: str, said: str, noun: Rule | None) -> Mutant:
        return Mutant(kind=kind, site=site, said=said, protocol=_changed(protocol, site, noun))

    if rule.urgency:
        lower = Urgency(rule.urgency - 1)
        unsure = None if rule.if_unsure is None else min(rule.if_unsure, lower)
        said = f"urgency {lower.id} instead of {rule.urgency.id}"
        yield weaker("urgency", said, replace(rule, urgency=lower, if_unsure=unsure))
    for less in _less(rule.if_unsure):
        said = f"if_unsure {_id(less)} instead of {_id(rule.if_unsure)}"
        yield weaker("if_unsure", said, replace(rule, if_unsure=less))
    yield weaker("rule", "left out", None)


def _less(unsure: Urgency | None) -> tuple[Urgency | None, ...]:
    """One step less while not sure, and nothing."""
    if unsure is None:
        return ()
    return (Urgency(unsure - 1), None) if unsure else (None,)


def _id(urgency: Urgency | None) -> str:
    return "nothing" if urgency is None else urgency.id


# -- scores -----------------------------------------------------------------------------------


def _poorer(protocol: Protocol, score: Score) -> Iterator[Mutant]:
    """A score without one of its points, or with a band that begins or ends a step off."""
    site = MutationSite(section="scores", id=score.id, field="points")
    for at, points in enumerate(score.points):
        before, after = score.points[:at], score.points[at + 1 :]
        if len(score.points) > 1:
            yield Mutant(
                kind="points", site=site, said=f"{_answer(points)} left out",
                protocol=_changed(protocol, site, replace(score, points=(*before, *after))),
            )  # fmt: skip
        for band in _bands(protocol, score, points):
            yield Mutant(
                kind="threshold", site=site, said=f"{_answer(points)} read as {_answer(band)}",
                protocol=_changed(protocol, site, replace(score, points=(*before, band, *after))),
            )  # fmt: skip


def _bands(protocol: Protocol, score: Score, points: Points) -> Iterator[Points]:
    """The band of a number with one end a step off, where no other band stands in the way."""
    question = next(q for q in protocol.questions if q.id == points.question)
    if question.kind != NUMBER:
        return
    others = [one for one in score.points if one.question == question.id and one != points]
    for least, most in (
        (points.least - 1, points.most), (points.least + 1, points.most),
        (points.least, points.most - 1), (points.least, points.most + 1),
    ):  # fmt: skip
        apart = all(most < other.least or other.most < least for other in others)
        if apart and question.least <= least <= most <= question.most:
            yield replace(points, least=least, most=most)


def _answer(points: Points) -> str:
    """One answer of a score."""
    word = points.answer or f"{points.least} to {points.most}"
    return f"'{points.question} {word}'"
