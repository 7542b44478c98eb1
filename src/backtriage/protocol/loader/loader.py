"""Load a protocol from the text of its rules files, or report every problem at once.

Three passes: parse each file into YAML nodes, collect the declared questions, facts and scores
into a symbol table, then read every section.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from backtriage.protocol.dependencies import QUESTIONS, conditions, guarantees, names_in
from backtriage.protocol.loader.entries import read_each
from backtriage.protocol.loader.fields import Diagnostics, Fields
from backtriage.protocol.loader.nodes import MappingNode, Node, SequenceNode
from backtriage.protocol.loader.questions import read_guard, read_question, read_score
from backtriage.protocol.loader.sections import READERS, read_head
from backtriage.protocol.loader.strict_yaml import read_yaml
from backtriage.protocol.protocol import Protocol, Question, Score
from backtriage.protocol.texts import JOURNAL
from backtriage.protocol.tokenizer import SymbolTable
from backtriage.terms.problem import Location, Problem
from backtriage.terms.value import SOME_OF

HEAD: Final = "protocol.yaml"
"""The file that lists all others."""

_LISTED: Final = (
    "list files by their path in this folder; names end in .yaml, hidden ones are not read"
)
_UNLISTED: Final = "list it under 'files' in protocol.yaml, move cases to 'cases', or remove it"

SECTIONS: Final = (
    "sections", "urgencies", "questions", "facts", "scores", "rules", "safety_net",
    "advice_kinds", "advice", "tables", "modules", "services", "countries", "notes", "evidence",
    "risk", "waivers", "floors", "impossible", "conflicts", "never_with", "net_limits",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedProtocol:
    """A protocol, with the location of every entry."""

    protocol: Protocol
    locations: Mapping[str, Location]
    """By key path, such as `rules.fever.when`."""

    def problem(self, code: str, message: str, path: str, hint: str = "") -> Problem:
        """Return a problem located at a key path, or at its nearest ancestor with a location."""
        while path and path not in self.locations:
            path = path.rpartition(".")[0]
        location = self.locations.get(path or "protocol.id", Location())
        return Problem(code=code, message=message, location=location, hint=hint)


def parse_protocol(texts: Mapping[str, str]) -> tuple[LoadedProtocol | None, tuple[Problem, ...]]:
    """Load a protocol.

    Args:
        texts: The text of each rules file, by file name.

    Returns:
        The protocol with its locations, or None if there is any problem, and every problem.
    """
    diagnostics = Diagnostics(sources=dict(texts))
    files = _read_files(texts, diagnostics)
    node = files.get(HEAD, {}).pop("protocol", None)
    if node is None:
        if all(problem.location.file != HEAD for problem in diagnostics.problems.found()):
            message = "there is no protocol.yaml with a 'protocol' entry"
            diagnostics.report("P120", message, Location(file=HEAD))
        return None, diagnostics.problems.found()
    head = Fields(node, "protocol", diagnostics)
    order = tuple(dict.fromkeys((HEAD, *head.texts("files", required=True))))
    _check_files(order, texts, head)
    entries = _gather(order, files, diagnostics)
    protocol = _build(head, entries)
    if diagnostics.problems:
        return None, diagnostics.problems.found(_reading_order(order))
    return LoadedProtocol(protocol=protocol, locations=diagnostics.locations), ()


def _read_files(texts: Mapping[str, str], diagnostics: Diagnostics) -> dict[str, dict[str, Node]]:
    """Parse each file into its top-level sections."""
    files: dict[str, dict[str, Node]] = {}
    for file, text in texts.items():
        root, problems = read_yaml(text, file, flow=False)
        diagnostics.problems.add(*problems)
        files[file] = {}
        for key, node in root.of if isinstance(root, MappingNode) else ():
            if key.text in SECTIONS or (key.text, file) == ("protocol", HEAD):
                files[file][key.text] = node
            else:
                near = diagnostics.problems.suggest(key.text, SECTIONS)
                hint = near or f"sections are: {', '.join(SECTIONS)}"
                diagnostics.report("P112", f"unknown section '{key.text}'", key.location, hint)
        if not isinstance(root, MappingNode) and not problems:
            diagnostics.report("P121", f"{file} has no sections", Location(file=file))
    return files


def _check_files(order: tuple[str, ...], texts: Mapping[str, str], head: Fields) -> None:
    locations = head.diagnostics.locations
    listed = frozenset(order)
    unlisted = tuple(file for file in texts if file not in listed)
    for file in order:
        if file not in texts:
            location = locations.get(f"protocol.files.{file}", head.location)
            hint = head.diagnostics.problems.suggest(file, unlisted) or _LISTED
            head.report("P122", f"there is no rules file '{file}'", location, hint)
    location = locations.get("protocol.files", head.location)
    for file in unlisted:
        head.report("P122", f"'{file}' is in the folder but not listed", location, _UNLISTED)


def _gather(
    order: tuple[str, ...], files: Mapping[str, Mapping[str, Node]], diagnostics: Diagnostics
) -> dict[str, list[Fields]]:
    """Return the entries of each section, over all files in reading order."""
    entries: dict[str, list[Fields]] = {section: [] for section in SECTIONS}
    for file in order:
        for section, node in files.get(file, {}).items():
            if isinstance(node, SequenceNode):
                entries[section] += [Fields(entry, section, diagnostics) for entry in node.of]
            else:
                diagnostics.report("P107", f"'{section}' must be a list", node.location)
    return entries


def _build(head: Fields, entries: Mapping[str, list[Fields]]) -> Protocol:
    """Read every section; conditions may name the questions, facts and scores declared."""
    questions = tuple(read_question(fields) for fields in entries["questions"])
    by_id = {question.id: question for question in questions}
    scores = tuple(read_score(fields, by_id) for fields in entries["scores"])
    symbols = SymbolTable(
        questions=by_id,
        facts=frozenset(fields.word("id") for fields in entries["facts"]),
        scores={score.id: most_points(score, by_id) for score in scores},
    )
    guarded = []
    earlier: dict[str, Question] = {}
    later = {*by_id}
    visible = replace(symbols, questions=earlier, later=later)
    for fields, question in zip(entries["questions"], questions, strict=True):
        guarded.append(read_guard(fields, question, visible))
        earlier[question.id] = by_id[question.id]
        later.discard(question.id)
    parts = {name: read_each(entries[name], read, symbols) for name, read in READERS.items()}
    levels = sorted(parts.pop("urgencies"), key=lambda level: level.urgency)
    own = {section.id for section in parts["sections"] if section.part == JOURNAL}
    asked = tuple(question for question in guarded if question.section not in own)
    journal = tuple(question for question in guarded if question.section in own)
    protocol = read_head(
        head, levels=tuple(levels), questions=asked, journal=journal, scores=scores, **parts
    )
    _check_apart(head, protocol)
    return protocol


def _check_apart(head: Fields, protocol: Protocol) -> None:
    """Report conditions and scores that read a question that only the journal asks."""
    own = {question.id for question in protocol.journal}
    reads = [
        *((path, list(names_in(when))) for path, when in conditions(protocol)),
        *((path, list(names_in(when))) for path, when in guarantees(protocol)),
        *((f"scores.{s.id}.points", [(QUESTIONS, p.question) for p in s.points])
          for s in protocol.scores),
        *((f"questions.{q.id}.ask_when", list(names_in(q.ask_when))) for q in protocol.journal),
    ]  # fmt: skip
    for path, names in reads if own else ():
        read = [id_ for section, id_ in names if section == QUESTIONS and id_ in own]
        if read:
            message = f"'{read[0]}' is a question of the journal alone, which decides nothing"
            hint = "read a feature of the journal: a question with 'from_journal'"
            head.report("P512", message, head.diagnostics.locations[path], hint)


def most_points(score: Score, questions: Mapping[str, Question]) -> int:
    """Return the maximum of a score: items of a list add up, other answers are alternatives."""
    best: dict[str, int] = {}
    for points in score.points:
        so_far = best.get(points.question, 0)
        adds_up = questions[points.question].kind == SOME_OF
        best[points.question] = so_far + points.points if adds_up else max(so_far, points.points)
    return sum(best.values())


def _reading_order(order: tuple[str, ...]) -> Callable[[Problem], tuple[int, int, int]]:
    """Return the key that sorts problems by file, in the order of the list, and by place."""
    ranks = {file: rank for rank, file in enumerate(order)}

    def position(problem: Problem) -> tuple[int, int, int]:
        location = problem.location
        return ranks.get(location.file, len(ranks)), location.line, location.column

    return position
