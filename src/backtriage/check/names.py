"""Every name that is used is defined, once; everything that is defined is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backtriage.protocol.dependencies import conditions, names_in
from backtriage.protocol.loader.guarantees import ACCEPTS
from backtriage.protocol.loader.loader import LoadedProtocol
from backtriage.protocol.protocol import Protocol
from backtriage.terms.location import Location
from backtriage.terms.problem import Problem, did_you_mean


def location_of(source: LoadedProtocol, path: str) -> Location:
    """The place of a key path, or of the nearest thing around it; at last the protocol's id."""
    while path and path not in source.locations:
        path = path.rpartition(".")[0]
    return source.locations.get(path or "protocol.id", Location())


def check_ids(source: LoadedProtocol) -> tuple[Problem, ...]:
    """Ids are unique; questions, facts and scores share one namespace."""
    p = source.protocol
    spaces = {
        "questions, facts and scores": [
            (f"{section}.{noun.id}", noun.id)
            for section in ("questions", "facts", "scores")
            for noun in getattr(p, section)
        ],
        **{
            section: [(f"{section}.{noun.id}", noun.id) for noun in getattr(p, section)]
            for section in ("sections", "rules", "advice_kinds", "advice", "modules", "services",
                            "countries", "notes", "evidence", "floors", "impossible", "conflicts",
                            "never_with")
        },
        "risk": [(f"risk.{risk.question}", risk.question) for risk in p.risk],
        **{
            f"waivers of {accepts}": [
                (f"waivers.{w.about}", w.about) for w in p.waivers if w.accepts == accepts
            ]
            for accepts in ACCEPTS
        },
    }  # fmt: skip
    return tuple(
        Problem(
            code="P207",
            message=f"'{id_}' is defined twice among the {space}",
            location=location_of(source, path),
        )
        for space, defined in spaces.items()
        for path, id_ in _twice(defined)
    )


def _twice(defined: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    seen = set()
    for path, id_ in defined:
        if id_ in seen:
            yield path, id_
        seen.add(id_)


def check_references(source: LoadedProtocol) -> tuple[Problem, ...]:
    """Every id that one thing says of another is defined."""
    found = []
    for path, id_, known, what in _references(source.protocol):
        if id_ and id_ not in known:
            hint = did_you_mean(id_, tuple(known)) or f"defined are: {', '.join(sorted(known))}"
            message = f"there is no {what} '{id_}'"
            found.append(
                Problem(
                    code="P208", message=message, location=location_of(source, path), hint=hint
                )
            )
    return tuple(found)


def _references(p: Protocol) -> Iterator[tuple[str, str, set[str], str]]:
    """Where an id is said, the id, the ids that exist, and what they are called."""
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
    yield from _guaranteed(p)
    yield from _sources(p)


def _guaranteed(p: Protocol) -> Iterator[tuple[str, str, set[str], str]]:
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


def _sources(p: Protocol) -> Iterator[tuple[str, str, set[str], str]]:
    known = {evidence.id for evidence in p.evidence}
    for path, ids in evidence_said(p):
        for id_ in ids:
            yield f"{path}.evidence.{id_}", id_, known, "evidence"


def evidence_said(p: Protocol) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Everything that names evidence, by path, with the ids it names."""
    for section in ("questions", "rules", "advice", "countries", "floors"):
        for noun in getattr(p, section):
            yield f"{section}.{noun.id}", noun.evidence
    for module in p.modules:
        for verdict in module.verdicts:
            yield f"modules.{module.id}.verdicts.{verdict.id}", verdict.evidence


def check_unused(source: LoadedProtocol) -> tuple[Problem, ...]:
    """What nothing uses is a slip: a question that decides nothing would never be asked."""
    p = source.protocol
    used = {id_ for _, condition in conditions(p) for _, id_ in names_in(condition)}
    used |= {points.question for score in p.scores for points in score.points}
    used |= {score for module in p.modules for score in module.counts}
    services = {level.service for level in p.levels} | {rule.service for rule in p.rules}
    sources = {id_ for _, ids in evidence_said(p) for id_ in ids}
    unused = [
        *((f"questions.{q.id}", "question", q.id) for q in p.questions if q.id not in used),
        *((f"facts.{f.id}", "fact", f.id) for f in p.facts if f.id not in used),
        *((f"scores.{s.id}", "score", s.id) for s in p.scores if s.id not in used),
        *((f"services.{s.id}", "service", s.id) for s in p.services if s.id not in services),
        *((f"evidence.{e.id}", "evidence", e.id) for e in p.evidence if e.id not in sources),
    ]
    return tuple(
        Problem(
            code="P209",
            message=f"nothing uses the {what} '{id_}'",
            location=location_of(source, path),
            hint="use it or remove it",
        )
        for path, what, id_ in unused
    )
