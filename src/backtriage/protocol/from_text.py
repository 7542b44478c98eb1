"""Rules text -> protocol, or every problem of every file at once.

Three passes: each file into nodes, the declarations (questions, facts, scores) into the names
that conditions may use, then everything into nouns. Nothing is raised and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from backtriage.protocol.loader import guarantees, sections
from backtriage.protocol.loader.fields import Diagnostics, Fields
from backtriage.protocol.loader.questions import read_guard, read_question, read_score
from backtriage.protocol.loader.strict_yaml import MappingNode, Node, SequenceNode, read_yaml
from backtriage.protocol.protocol import Protocol, Question, Score
from backtriage.protocol.tokenizer import SymbolTable
from backtriage.terms.location import Location
from backtriage.terms.problem import Problem, did_you_mean
from backtriage.terms.value import SOME_OF

T = TypeVar("T")

HEAD: Final = "protocol.yaml"
"""The file that names all the others."""

_SECTIONS: Final = (
    "sections", "urgencies", "questions", "facts", "scores", "rules", "advice_kinds", "advice",
    "modules", "services", "countries", "notes", "evidence", "risk", "waivers", "floors",
    "impossible", "conflicts", "never_with",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A protocol together with where everything stands in its text."""

    protocol: Protocol
    locations: Mapping[str, Location]


def from_text(texts: Mapping[str, str]) -> tuple[Source | None, tuple[Problem, ...]]:
    """Read a rules folder, given as file name -> text.

    Returns None for the source when any problem was found.
    """
    diagnostics = Diagnostics(sources=dict(texts))
    files = _read_files(texts, diagnostics)
    head = Fields(files[HEAD]["protocol"], "protocol", diagnostics) if _has_head(files) else None
    if head is None:
        location = Location(file=HEAD)
        if all(problem.location.file != HEAD for problem in diagnostics.problems):
            diagnostics.report(
                "P120", "there is no protocol.yaml with a 'protocol' entry", location
            )
        return None, tuple(diagnostics.problems)
    order = tuple(dict.fromkeys((HEAD, *head.texts("files", required=True))))
    _check_files(order, texts, head)
    entries = _gather(order, files, diagnostics)
    symbols, questions, scores = _declare(entries)
    protocol = _build(head, entries, symbols, questions, scores)
    if diagnostics.problems:
        return None, _in_reading_order(diagnostics.problems, order)
    return Source(protocol=protocol, locations=diagnostics.locations), ()


def _read_files(texts: Mapping[str, str], diagnostics: Diagnostics) -> dict[str, dict[str, Node]]:
    """Each file's top-level keys."""
    found: dict[str, dict[str, Node]] = {}
    for file, text in texts.items():
        root, problems = read_yaml(text, file, flow=False)
        diagnostics.problems += problems
        found[file] = {}
        if isinstance(root, MappingNode):
            found[file] = {key.text: node for key, node in root.of}
            _refuse_unknown(file, root, diagnostics)
        elif not problems:
            diagnostics.report("P121", f"{file} holds no sections", Location(file=file))
    return found


def _refuse_unknown(file: str, root: MappingNode, diagnostics: Diagnostics) -> None:
    for key, _ in root.of:
        if key.text in _SECTIONS or (key.text == "protocol" and file == HEAD):
            continue
        near = did_you_mean(key.text, _SECTIONS)
        hint = near or f"sections are: {', '.join(_SECTIONS)}"
        diagnostics.report("P112", f"unknown section '{key.text}'", key.location, hint)


def _has_head(files: Mapping[str, Mapping[str, Node]]) -> bool:
    return "protocol" in files.get(HEAD, {})


def _check_files(order: tuple[str, ...], texts: Mapping[str, str], head: Fields) -> None:
    for file in order:
        if file not in texts:
            location = head.diagnostics.locations.get(f"protocol.files.{file}", head.location)
            head.report("P122", f"the file '{file}' is not there", location)
    for file in texts:
        if file not in order:
            hint = "list it under 'files' in protocol.yaml, or remove it"
            location = head.diagnostics.locations.get("protocol.files", head.location)
            head.report("P122", f"'{file}' lies in the folder but is not listed", location, hint)


def _gather(
    order: tuple[str, ...], files: Mapping[str, Mapping[str, Node]], diagnostics: Diagnostics
) -> dict[str, tuple[Fields, ...]]:
    """All entries of each section, over all files in reading order."""
    found: dict[str, list[Fields]] = {section: [] for section in _SECTIONS}
    for file in order:
        for section, node in files.get(file, {}).items():
            if section not in found:
                continue
            if not isinstance(node, SequenceNode):
                diagnostics.report("P107", f"'{section}' must be a list", node.location)
                continue
            found[section] += [Fields(entry, section, diagnostics) for entry in node.of]
    return {section: tuple(entries) for section, entries in found.items()}


def _declare(
    entries: Mapping[str, tuple[Fields, ...]],
) -> tuple[SymbolTable, tuple[Question, ...], tuple[Score, ...]]:
    """The names that conditions may use, with their kinds."""
    questions = tuple(read_question(fields) for fields in entries["questions"])
    by_id = {question.id: question for question in questions}
    scores = tuple(read_score(fields, by_id) for fields in entries["scores"])
    facts = frozenset(fields.word("id") for fields in entries["facts"])
    symbols = SymbolTable(
        questions=by_id,
        facts=facts,
        scores={score.id: most_points(score, by_id) for score in scores},
    )
    return symbols, questions, scores


def most_points(score: Score, questions: Mapping[str, Question]) -> int:
    """The most points a score can reach: items of a list add up, other answers exclude."""
    best: dict[str, int] = {}
    for points in score.points:
        so_far = best.get(points.question, 0)
        adds_up = questions[points.question].kind == SOME_OF
        best[points.question] = so_far + points.points if adds_up else max(so_far, points.points)
    return sum(best.values())


def _build(
    head: Fields,
    entries: Mapping[str, tuple[Fields, ...]],
    symbols: SymbolTable,
    questions: tuple[Question, ...],
    scores: tuple[Score, ...],
) -> Protocol:
    def each(section: str, read: Callable[[Fields, SymbolTable], T]) -> tuple[T, ...]:
        return tuple(read(fields, symbols) for fields in entries[section])

    guarded = []
    for at, (fields, question) in enumerate(zip(entries["questions"], questions, strict=True)):
        later = frozenset(other.id for other in questions[at:])
        early = {id_: q for id_, q in symbols.questions.items() if id_ not in later}
        allowed = replace(symbols, questions=early, later=later)
        guarded.append(read_guard(fields, question, allowed))
    for fields in entries["scores"]:
        fields.done()
    return sections.read_head(
        head,
        sections=each("sections", sections.read_titled),
        levels=tuple(
            sorted(each("urgencies", sections.read_level), key=lambda level: level.urgency)
        ),
        questions=tuple(guarded),
        facts=each("facts", sections.read_fact),
        scores=scores,
        rules=each("rules", sections.read_rule),
        advice_kinds=each("advice_kinds", sections.read_titled),
        advice=each("advice", sections.read_advice),
        modules=each("modules", sections.read_module),
        services=each("services", sections.read_service),
        countries=each("countries", sections.read_country),
        notes=each("notes", sections.read_note),
        evidence=each("evidence", sections.read_evidence),
        risk=each("risk", guarantees.read_risk),
        waivers=each("waivers", guarantees.read_waiver),
        floors=each("floors", guarantees.read_floor),
        impossible=each("impossible", guarantees.read_impossible),
        conflicts=each("conflicts", guarantees.read_conflict),
        never_with=each("never_with", guarantees.read_never_with),
    )


def _in_reading_order(problems: list[Problem], order: tuple[str, ...]) -> tuple[Problem, ...]:
    location = {file: at for at, file in enumerate(order)}

    def key(problem: Problem) -> tuple[int, int, int]:
        where = problem.location
        return location.get(where.file, len(location)), where.line, where.column

    return tuple(sorted(problems, key=key))
