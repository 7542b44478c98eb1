"""Ids are defined once, references resolve without cycles, and nothing is unused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from backtriage.protocol.dependencies import (
    FACTS,
    QUESTIONS,
    SCORES,
    Name,
    components,
    conditions,
    entries,
    entry_id,
    guarantees,
    names_in,
    questions_read,
)
from backtriage.protocol.loader.loader import LoadedProtocol
from backtriage.protocol.loader.sections import ACCEPTS
from backtriage.protocol.protocol import Protocol, Score
from backtriage.protocol.suggestions import nearest_hint
from backtriage.terms.condition import Always, Any, Condition, Yes, parts
from backtriage.terms.problem import MAX_PROBLEMS, Problem, listed

_SECTIONS = (
    "sections", "rules", "safety_net", "advice_kinds", "advice", "tables", "modules",
    "services", "countries", "notes", "evidence", "floors", "impossible", "conflicts",
    "never_with", "net_limits", "risk",
)  # fmt: skip
"""The sections whose ids form a namespace of their own."""

_CITING = (
    "questions", "journal", "rules", "advice", "advice.rows", "countries", "floors",
    "modules.verdicts",
)  # fmt: skip
"""The sections whose entries cite evidence."""

_MOST_PARTS: Final = 1000
_DEEPEST: Final = 100

_Reference: TypeAlias = tuple[str, str, set[str], str]
"""The path of a reference, its id, the ids that it may name, and what those are called."""


def check_ids(source: LoadedProtocol) -> Iterator[Problem]:
    """Report ids that are defined twice; questions, facts and scores share one namespace."""
    p = source.protocol
    namespaces = {
        "questions, facts and scores": entries(p, "questions", "journal", "facts", "scores"),
        **{section: entries(p, section) for section in _SECTIONS},
        "rows": entries(p, "advice.rows"),
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
    unknown = (ref for ref in _references(source.protocol) if ref[1] and ref[1] not in ref[2])
    for number, (path, id_, known, what) in enumerate(unknown):
        hint = ""
        if number < MAX_PROBLEMS:
            hint = nearest_hint(id_, known) or f"defined are: {listed(sorted(known))}"
        yield source.problem("P208", f"there is no {what} '{id_}'", path, hint)


def _references(p: Protocol) -> Iterator[_Reference]:

    def ids(*sections: str) -> set[str]:
        return {entry_id(entry) for _, entry in entries(p, *sections)}

    def references(section: str, key: str, known: set[str], what: str) -> Iterator[_Reference]:
        for path, entry in entries(p, section):
            value = getattr(entry, key)
            for id_ in (value,) if isinstance(value, str) else value:
                yield f"{path}.{key}.{id_}", id_, known, what

    for questions in ("questions", "journal"):
        yield from references(questions, "section", ids("sections"), "section")
    yield from references("levels", "service", ids("services"), "service")
    yield from references("rules", "service", ids("services"), "service")
    yield from references("services", "not_beside", ids("services"), "service")
    yield from references("rules.signs", "group", ids("safety_net"), "line of the safety net")
    yield from references("advice", "kind", ids("advice_kinds", "modules"), "kind of advice")
    yield from references("advice", "table", ids("tables"), "table")
    yield from references("modules", "counts", ids("scores"), "score")
    yield from references("risk", "question", ids("questions"), "question")
    about = {what: ids(f"{what}s") for what in ACCEPTS.values()}
    for waiver in p.waivers:
        what = ACCEPTS[waiver.accepts]
        yield f"waivers.{waiver.about}", waiver.about, about[what], what
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
    lines = {sign.group for _, sign in entries(p, "rules.signs")}
    services = {level.service for level in p.levels} | {rule.service for rule in p.rules}
    tables = {advice.table for advice in p.advice}
    cited = {id_ for _, entry in entries(p, *_CITING) for id_ in entry.evidence}
    for section, what, used in (
        ("questions", "question", names),
        ("facts", "fact", names),
        ("scores", "score", names),
        ("safety_net", "line of the safety net", lines),
        ("tables", "table", tables),
        ("services", "service", services),
        ("evidence", "evidence", cited),
    ):
        for path, entry in entries(p, section):
            if entry.id not in used:
                message = f"nothing uses the {what} '{entry.id}'"
                yield source.problem("P209", message, path, "use it or remove it")


def check_facts(source: LoadedProtocol) -> Iterator[Problem]:
    """Report facts that depend on themselves."""
    facts = {fact.id: fact.when for fact in source.protocol.facts}
    cycles = {
        id_
        for group in _groups(facts)
        for id_ in group
        if len(group) > 1 or id_ in _facts_in(facts[id_])
    }
    for id_ in facts:
        if id_ in cycles:
            path = f"facts.{id_}.when"
            yield source.problem("P401", f"the fact '{id_}' depends on itself", path)


def check_sizes(source: LoadedProtocol) -> Iterator[Problem]:
    """Report conditions that become too large or too deep once what they read is put in.

    Two dozen facts that each name the one before twice would keep any evaluation busy for ever.
    A long chain of facts and guards is nested too deep to be followed.
    """
    p = source.protocol
    sizes: dict[Name, tuple[int, int]] = {}
    read = _read_first(p)
    outer = [
        (path, condition, None) for path, condition in (*conditions(p), *guarantees(p))
        if not path.startswith(("facts.", "questions."))
    ]  # fmt: skip
    for path, condition, name in (*read, *outer):
        size, depth = _size(condition, sizes)
        if size > _MOST_PARTS or depth > _DEEPEST:
            what = f"{size:,} part{'s' * (size > 1)}, {depth} deep"
            message = f"this is too large once its facts and guards are put in: {what}"
            hint = f"a condition has at most {_MOST_PARTS} parts, {_DEEPEST} deep"
            yield source.problem("P403", message, path, hint)
            size, depth = 1, 1  # whatever reads this is not reported as well
        if name is not None:
            sizes[name] = size if name[0] == FACTS else 1, depth


def _read_first(p: Protocol) -> Iterator[tuple[str, Condition, Name]]:
    """Yield what conditions read, each after what it reads itself: facts, guards and scores."""
    found: dict[Name, tuple[str, Condition]] = {
        **{(FACTS, fact.id): (f"facts.{fact.id}.when", fact.when) for fact in p.facts},
        **{(QUESTIONS, q.id): (f"questions.{q.id}.ask_when", q.ask_when) for q in p.questions},
        **{(SCORES, score.id): (f"scores.{score.id}", _any_answer(score)) for score in p.scores},
    }
    for group in components(found, lambda name: names_in(found[name][1])):
        for name in group:
            path, condition = found[name]
            if not isinstance(condition, Always):
                yield path, condition, name


def _any_answer(score: Score) -> Condition:
    """Return a condition that reads what a score reads."""
    return Any(tuple(Yes(points.question) for points in score.points))


def _size(condition: Condition, inner: Mapping[Name, tuple[int, int]]) -> tuple[int, int]:
    """Return how many parts a condition has, and how deep they are nested."""
    below = [_size(part, inner) for part in parts(condition)]
    if below:
        return sum(size for size, _ in below), 1 + max(depth for _, depth in below)
    names = [inner[name] for name in names_in(condition) if name in inner]  # not in a circle
    size, depth = names[0] if names else (1, 0)
    return size, depth + 1


def check_guards(source: LoadedProtocol) -> Iterator[Problem]:
    """Report guards that read a later question, directly or through facts and scores."""
    p = source.protocol
    latest = _latest(p)
    for at, question in enumerate(p.questions):
        last = max((latest[name] for name in names_in(question.ask_when)), default=-1)
        if last >= at:
            message = f"'{question.id}' is asked depending on '{p.questions[last].id}'"
            path = f"questions.{question.id}.ask_when"
            hint = "move one of them, or change the guard"
            yield source.problem("P402", f"{message}, which comes later", path, hint)


def check_parts(source: LoadedProtocol) -> Iterator[Problem]:
    """Report whatever lets the advice part of the interview reach into triage."""
    p = source.protocol
    facts = {fact.id: fact.when for fact in p.facts}
    scores = {score.id: score for score in p.scores}
    later = p.advice_questions
    deciding: list[tuple[str, str, Condition]] = [
        *((f"rules.{rule.id}.when", f"the rule '{rule.id}'", rule.when) for rule in p.rules),
        *((f"floors.{f.id}.when", f"the safety floor '{f.id}'", f.when) for f in p.floors),
        *(
            (f"questions.{q.id}.ask_when", f"the triage question '{q.id}'", q.ask_when)
            for q in p.questions
            if q.id not in later
        ),
    ]
    for path, what, condition in deciding if later else ():
        read = [id_ for id_ in questions_read(condition, facts, scores) if id_ in later]
        if read:
            message = f"{what} depends on '{read[0]}', a question of the advice part"
            hint = "ask it in a section of the triage part, or make this advice"
            yield source.problem("P404", message, path, hint)
    first = ""
    for question in p.questions:
        if question.id in later:
            first = first or question.id
        elif first:
            message = f"the triage question '{question.id}' comes after '{first}'"
            hint = "triage is asked first: move the question, or its section to the advice part"
            yield source.problem("P405", message, f"questions.{question.id}", hint)


def _latest(p: Protocol) -> Mapping[Name, int]:
    """Return the position of the last question that each question, fact and score reads."""
    facts = {fact.id: fact.when for fact in p.facts}
    latest = {(QUESTIONS, question.id): at for at, question in enumerate(p.questions)}
    for score in p.scores:
        read = [latest[QUESTIONS, points.question] for points in score.points]
        latest[SCORES, score.id] = max(read, default=-1)
    for group in _groups(facts):
        names = {name for id_ in group for name in names_in(facts[id_])}
        last = max((latest[name] for name in names if name in latest), default=-1)
        latest |= {(FACTS, id_): last for id_ in group}
    return latest


def _groups(facts: Mapping[str, Condition]) -> tuple[tuple[str, ...], ...]:
    """Return the facts in groups that depend on each other, each after what it depends on."""
    return components(facts, lambda id_: _facts_in(facts[id_]))


def _facts_in(condition: Condition) -> Iterator[str]:
    """Yield every fact that a condition itself names."""
    return (id_ for section, id_ in names_in(condition) if section == FACTS)
