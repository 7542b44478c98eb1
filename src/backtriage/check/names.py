"""Ids are defined once, references resolve without cycles, and nothing is unused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from backtriage.protocol.dependencies import (
    FACTS,
    conditions,
    dependencies,
    entries,
    entry_id,
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
    "evidence", "floors", "impossible", "conflicts", "never_with", "risk",
)  # fmt: skip
"""The sections whose ids form a namespace of their own."""

_CITING = ("questions", "rules", "advice", "countries", "floors", "modules.verdicts")
"""The sections whose entries cite evidence."""

_Reference: TypeAlias = tuple[str, str, set[str], str]
"""The path of a reference, its id, the ids that it may name, and what those are called."""


def check_ids(source: LoadedProtocol) -> Iterator[Problem]:
    """Report ids that are defined twice; questions, facts and scores share one namespace."""
    p = source.protocol
    namespaces = {
        "questions, facts and scores": entries(p, "questions", "facts", "scores"),
        **{section: entries(p, section) for section in _SECTIONS},
    }
    for accepts in ACCEPTS:
        waivers = [(path, w) for path, w in entries(p, "waivers") if w.accepts == accepts]
        namespaces[f"waivers of {accepts}"] = iter(waivers)
    for namespace, definitions in namespaces.items():
        seen = set()
        for path, entry in definitions:
            id_ = entry_id(entry)
            if id_ in seen:
                message = f"'{id_}' is defined twice among the {namespace}"
                yield source.problem("P207", message, path)
            seen.add(id_)


def check_references(source: LoadedProtocol) -> Iterator[Problem]:
    """Report references to ids that are not defined."""
    for path, id_, known, what in _references(source.protocol):
        if id_ and id_ not in known:
            hint = did_you_mean(id_, tuple(known)) or f"defined are: {', '.join(sorted(known))}"
            yield source.problem("P208", f"there is no {what} '{id_}'", path, hint)


def _references(p: Protocol) -> Iterator[_Reference]:

    def ids(*sections: str) -> set[str]:
        return {entry_id(entry) for _, entry in entries(p, *sections)}

    def references(section: str, key: str, known: set[str], what: str) -> Iterator[_Reference]:
        for path, entry in entries(p, section):
            value = getattr(entry, key)
            for id_ in (value,) if isinstance(value, str) else value:
                yield f"{path}.{key}.{id_}", id_, known, what

    yield from references("questions", "section", ids("sections"), "section")
    yield from references("levels", "service", ids("services"), "service")
    yield from references("rules", "service", ids("services"), "service")
    yield from references("advice", "kind", ids("advice_kinds", "modules"), "kind of advice")
    yield from references("modules", "counts", ids("scores"), "score")
    yield from references("risk", "question", ids("questions"), "question")
    for waiver in p.waivers:
        what = ACCEPTS[waiver.accepts]
        yield f"waivers.{waiver.about}", waiver.about, ids(f"{what}s"), what
    yield from references("conflicts", "advice", ids("advice"), "advice")
    verdicts = {f"{module.id}.{verdict.id}" for module in p.modules for verdict in module.verdicts}
    known = ids("advice") | verdicts
    yield from references("never_with", "advice", known, "advice or verdict")
    for section in _CITING:
        yield from references(section, "evidence", ids("evidence"), "evidence")


def check_unused(source: LoadedProtocol) -> Iterator[Problem]:
    """Report what nothing uses: a question that decides nothing would never be asked."""
    p = source.protocol
    names = {id_ for _, condition in conditions(p) for _, id_ in names_in(condition)}
    names |= {points.question for score in p.scores for points in score.points}
    names |= {score for module in p.modules for score in module.counts}
    services = {level.service for level in p.levels} | {rule.service for rule in p.rules}
    cited = {id_ for _, entry in entries(p, *_CITING) for id_ in entry.evidence}
    for section, what, used in (
        ("questions", "question", names),
        ("facts", "fact", names),
        ("scores", "score", names),
        ("services", "service", services),
        ("evidence", "evidence", cited),
    ):
        for path, entry in entries(p, section):
            if entry.id not in used:
                message = f"nothing uses the {what} '{entry.id}'"
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
