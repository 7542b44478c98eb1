"""Ids are defined once, references resolve without cycles, and nothing is unused."""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.protocol.dependencies import (
    FACTS,
    conditions,
    dependencies,
    names_in,
    questions_read,
)
from backtriage.protocol.loader.loader import LoadedProtocol
from backtriage.protocol.loader.sections import ACCEPTS
from backtriage.protocol.protocol import Protocol, Score
from backtriage.terms.condition import Condition
from backtriage.terms.problem import Problem, did_you_mean

_SECTIONS = (
    "sections", "rules", "advice_kinds", "advice", "modules", "services", "countries", "notes",
    "evidence", "floors", "impossible", "conflicts", "never_with",
)  # fmt: skip
"""The sections whose ids form a namespace of their own."""


def check_ids(source: LoadedProtocol) -> Iterator[Problem]:
    """Report ids that are defined twice; questions, facts and scores share one namespace."""
    for namespace, definitions in _namespaces(source.protocol).items():
        seen = set()
        for path, id_ in definitions:
            if id_ in seen:
                message = f"'{id_}' is defined twice among the {namespace}"
                yield source.problem("P207", message, path)
            seen.add(id_)


def _namespaces(p: Protocol) -> dict[str, list[tuple[str, str]]]:
    """Return the path and id of each definition, by namespace."""

    def defined(*sections: str) -> list[tuple[str, str]]:
        return [(f"{name}.{e.id}", e.id) for name in sections for e in getattr(p, name)]

    return {
        "questions, facts and scores": defined("questions", "facts", "scores"),
        **{section: defined(section) for section in _SECTIONS},
        "risk": [(f"risk.{risk.question}", risk.question) for risk in p.risk],
        **{
            f"waivers of {accepts}": [
                (f"waivers.{w.about}", w.about) for w in p.waivers if w.accepts == accepts
            ]
            for accepts in ACCEPTS
        },
    }


def check_references(source: LoadedProtocol) -> Iterator[Problem]:
    """Report references to ids that are not defined."""
    for path, id_, known, what in _references(source.protocol):
        if id_ and id_ not in known:
            hint = did_you_mean(id_, tuple(known)) or f"defined are: {', '.join(sorted(known))}"
            yield source.problem("P208", f"there is no {what} '{id_}'", path, hint)


def _references(p: Protocol) -> Iterator[tuple[str, str, set[str], str]]:
    """Yield each reference: its path, its id, the ids it may name, and what those are called."""
    sections = {section.id for section in p.sections}
    services = {service.id for service in p.services}
    kinds = {kind.id for kind in p.advice_kinds} | {module.id for module in p.modules}
    for question in p.questions:
        yield f"questions.{question.id}.section", question.section, sections, "section"
    for level in p.levels:
        yield f"urgencies.{level.urgency.id}.service", level.service, services, "service"
    for rule in p.rules:
        yield f"rules.{rule.id}.service", rule.service, services, "service"
    for advice in p.advice:
        yield f"advice.{advice.id}.kind", advice.kind, kinds, "kind of advice"
    scores = {score.id for score in p.scores}
    for module in p.modules:
        for score in module.counts:
            yield f"modules.{module.id}.counts.{score}", score, scores, "score"
    questions = {question.id for question in p.questions}
    for risk in p.risk:
        yield f"risk.{risk.question}", risk.question, questions, "question"
    yield from _guarantee_references(p)
    evidence = {evidence.id for evidence in p.evidence}
    for path, ids in _citations(p):
        for id_ in ids:
            yield f"{path}.evidence.{id_}", id_, evidence, "evidence"


def _guarantee_references(p: Protocol) -> Iterator[tuple[str, str, set[str], str]]:
    known = {
        "rule": {rule.id for rule in p.rules},
        "floor": {floor.id for floor in p.floors},
        "question": {question.id for question in p.questions},
    }
    for waiver in p.waivers:
        what = ACCEPTS[waiver.accepts]
        yield f"waivers.{waiver.about}", waiver.about, known[what], what
    advice = {advice.id for advice in p.advice}
    for conflict in p.conflicts:
        for id_ in conflict.advice:
            yield f"conflicts.{conflict.id}.advice.{id_}", id_, advice, "advice"
    verdicts = {f"{module.id}.{verdict.id}" for module in p.modules for verdict in module.verdicts}
    for never in p.never_with:
        for id_ in never.advice:
            path = f"never_with.{never.id}.advice.{id_}"
            yield path, id_, advice | verdicts, "advice or verdict"


def _citations(p: Protocol) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the path of each entry that cites evidence, and the ids it cites."""
    for section in ("questions", "rules", "advice", "countries", "floors"):
        for entry in getattr(p, section):
            yield f"{section}.{entry.id}", entry.evidence
    for module in p.modules:
        for verdict in module.verdicts:
            yield f"modules.{module.id}.verdicts.{verdict.id}", verdict.evidence


def check_unused(source: LoadedProtocol) -> Iterator[Problem]:
    """Report what nothing uses: a question that decides nothing would never be asked."""
    p = source.protocol
    names = {id_ for _, condition in conditions(p) for _, id_ in names_in(condition)}
    names |= {points.question for score in p.scores for points in score.points}
    names |= {score for module in p.modules for score in module.counts}
    services = {level.service for level in p.levels} | {rule.service for rule in p.rules}
    cited = {id_ for _, ids in _citations(p) for id_ in ids}
    for section, what, used in (
        ("questions", "question", names),
        ("facts", "fact", names),
        ("scores", "score", names),
        ("services", "service", services),
        ("evidence", "evidence", cited),
    ):
        for entry in getattr(p, section):
            if entry.id not in used:
                message = f"nothing uses the {what} '{entry.id}'"
                path = f"{section}.{entry.id}"
                yield source.problem("P209", message, path, "use it or remove it")


def check_facts(source: LoadedProtocol) -> Iterator[Problem]:
    """Report facts that depend on themselves."""
    facts, scores = _definitions(source.protocol)
    for id_, condition in facts.items():
        if (FACTS, id_) in dependencies(condition, facts, scores):
            yield source.problem(
                "P401", f"the fact '{id_}' depends on itself", f"facts.{id_}.when"
            )


def check_guards(source: LoadedProtocol) -> Iterator[Problem]:
    """Report guards that read a later question, directly or through facts and scores."""
    p = source.protocol
    facts, scores = _definitions(p)
    order = {question.id: position for position, question in enumerate(p.questions)}
    for question in p.questions:
        read = questions_read(question.ask_when, facts, scores)
        later = sorted(id_ for id_ in read if order[id_] >= order[question.id])
        if later:
            message = f"'{question.id}' is asked depending on '{later[0]}', which comes later"
            path = f"questions.{question.id}.ask_when"
            yield source.problem("P402", message, path, "move one of them, or change the guard")


def _definitions(p: Protocol) -> tuple[dict[str, Condition], dict[str, Score]]:
    return {fact.id: fact.when for fact in p.facts}, {score.id: score for score in p.scores}
