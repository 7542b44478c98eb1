"""Loading case files: all cases, and every problem of every file.

A file holds one list, `cases`. Answers are read as text, like those of any other sheet. `like`
copies the sheet of another case in the folder, so that a case only writes what differs; the
value `missing` removes a copied answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from msgspec import structs

from backtriage.cases.case import ALL, NOT_CONSIDERED, Case, Expectation
from backtriage.decide.assessment import Status
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import ValidatedSheet, validate
from backtriage.protocol.answer_parser import Raw
from backtriage.protocol.loader.fields import Diagnostics, Fields
from backtriage.protocol.loader.nodes import MappingNode, ScalarNode, SequenceNode
from backtriage.protocol.loader.strict_yaml import read_yaml
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always
from backtriage.terms.problem import Location, Problem
from backtriage.terms.urgency import URGENCIES, Urgency

_MISSING: Final = "missing"
_HAZARD: Final = re.compile(r"H\d\d")
_YES: Final = {"yes": True}
_MOST_IN_CIRCLE: Final = 10
_EXPECTED: Final[dict[str, Urgency | None]] = {**URGENCIES}


class _Entry(NamedTuple):
    """A case whose sheet holds only its own answers so far."""

    case: Case
    removed: Mapping[str, Location]
    """The questions whose copied answers are removed."""


class _Names(NamedTuple):
    """The ids that a case may name."""

    sections: frozenset[str]
    rules: frozenset[str]
    advice: frozenset[str]
    lines: frozenset[str]
    questions: frozenset[str]
    scores: frozenset[str]
    verdicts: Mapping[str, frozenset[str]]
    """By module."""


def _names(program: Program) -> _Names:
    modules = program.modules
    return _Names(
        sections=frozenset({ALL, *(section.id for section in program.protocol.sections)}),
        rules=frozenset(rule.id for rule in program.rules if not isinstance(rule.when, Always)),
        advice=frozenset(advice.id for advice in program.advice),
        lines=frozenset(group.id for group in program.protocol.safety_net),
        questions=frozenset(program.questions),
        scores=frozenset(score for module in modules for score in module.counts),
        verdicts={
            module.id: frozenset({NOT_CONSIDERED, *(verdict.id for verdict in module.verdicts)})
            for module in modules
        },
    )


def load_cases(
    program: Program, texts: Mapping[str, str]
) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    """Read case files, given as a mapping from file name to text, against a program."""
    diagnostics = Diagnostics(sources=dict(texts))
    names = _names(program)
    entries: dict[str, _Entry] = {}
    for file, text in texts.items():
        for fields in _case_fields(file, text, diagnostics):
            entry = _read(fields, program, names)
            id_ = entry.case.id
            if id_ in entries:
                hint = f"the first one is at {entries[id_].case.location}"
                fields.report("C101", f"there are two cases '{id_}'", fields.location, hint)
            entries.setdefault(id_, entry)
    cases = _with_copied_answers(entries, diagnostics)
    return tuple(cases), diagnostics.problems.found()


def _case_fields(file: str, text: str, diagnostics: Diagnostics) -> tuple[Fields, ...]:
    root, problems = read_yaml(text, file, flow=False)
    diagnostics.problems.add(*problems)
    if not isinstance(root, MappingNode):
        if not problems:
            diagnostics.report("C102", f"{file} holds no 'cases'", Location(file=file))
        return ()
    top = Fields(root, "", diagnostics)
    cases = top.entries("cases", required=True)
    top.done()
    return cases


def _read(fields: Fields, program: Program, names: _Names) -> _Entry:
    id_ = fields.id()
    validated, removed = _sheet(fields, program)
    # The location of the id, or of the entry if it has none.
    location = fields.diagnostics.locations.get(fields.path, fields.location)
    case = Case(
        id=id_,
        location=structs.replace(location, path=fields.path),
        about=fields.text("about", required=True),
        like=fields.text("like"),
        sheet=validated.answers,
        checked=validated.checked,
        expect=_expectation(fields, names),
        acceptable=_urgencies(fields, "acceptable"),
        outside=fields.text("outside"),
        source=fields.text("source"),
        hazards=_hazards(fields),
        walk=fields.one_of("walk", _YES, default=False),
        aims=_numbers(fields, "aims", names.sections, "section"),
        baseline=fields.one_of("baseline", _YES, default=False),
        to_confirm=fields.one_of("to_confirm", _YES, default=False),
    )
    fields.done()
    if case.expect == Expectation() and not case.acceptable:
        hint = "give it an 'expect', or the urgencies that are 'acceptable'"
        fields.report("C103", f"the case '{case.id}' expects nothing", case.location, hint)
    if case.outside and not case.acceptable:
        hint = "say which urgencies are 'acceptable', or leave 'outside' out"
        fields.report("C104", "'outside' needs 'acceptable'", case.location, hint)
    return _Entry(case=case, removed=removed)


def _sheet(fields: Fields, program: Program) -> tuple[ValidatedSheet, Mapping[str, Location]]:
    """Return a case's own sheet, and the questions whose copied answers it removes."""
    values: dict[str, Raw] = {}
    locations: dict[str, Location] = {}
    removed: dict[str, Location] = {}
    for key, node in fields.pairs("sheet"):
        locations[key.text] = structs.replace(
            node.location, path=f"{fields.path}.sheet.{key.text}"
        )
        if isinstance(node, ScalarNode) and node.text == _MISSING:
            _is_known(fields, key.text, program.questions, "question", key.location)
            removed[key.text] = key.location
        elif isinstance(node, SequenceNode):
            values[key.text] = [fields.scalar(item, key.text) for item in node.of]
        else:
            values[key.text] = fields.scalar(node, key.text) or None
    validated = validate(program, Sheet(values=values, text=True, location=locations.__getitem__))
    fields.diagnostics.problems.add(*validated.problems)
    if validated.ref is not None:
        fields.report(
            "C105", "a case has no 'ref', because it is not a real person", fields.location
        )
    return validated, removed


def _with_copied_answers(entries: Mapping[str, _Entry], diagnostics: Diagnostics) -> list[Case]:
    """Return every case with the answers of the case that it is `like`."""
    complete: dict[str, Answers] = {}
    for entry in entries.values():
        for link in reversed(_like_chain(entry, entries, complete, diagnostics)):
            answers = complete.get(link.case.like) if link.case.like else None
            answers = answers or Answers()
            for question, location in link.removed.items():
                if question not in answers:
                    hint = "leave it out: there is nothing to take away"
                    diagnostics.report("C106", f"'{question}' has no answer here", location, hint)
                answers = answers.without(question)
            complete[link.case.id] = Answers({**answers, **link.case.sheet})
    return [replace(entry.case, sheet=complete[id_]) for id_, entry in entries.items()]


def _like_chain(
    entry: _Entry,
    entries: Mapping[str, _Entry],
    complete: Collection[str],
    diagnostics: Diagnostics,
) -> list[_Entry]:
    """Return a case, the case it is `like`, and so on, up to one whose answers are complete."""
    chain: dict[str, _Entry] = {}
    link: _Entry | None = entry
    while link is not None and link.case.id not in complete:
        case = link.case
        chain[case.id] = link
        link = entries.get(case.like) if case.like else None
        if link is None and case.like:
            hint = diagnostics.suggest(case.like, entries)
            diagnostics.report("C107", f"there is no case '{case.like}'", case.location, hint)
        if link is not None and link.case.id in chain:
            names = " is like ".join([*chain, link.case.id][-_MOST_IN_CIRCLE:])
            diagnostics.report("C108", f"'like' runs in a circle: {names}", entry.case.location)
            break
    return [*chain.values()]


def _expectation(fields: Fields, names: _Names) -> Expectation:
    node = fields.node("expect")
    if node is None:
        return Expectation()
    inner = Fields(node, f"{fields.path}.expect", fields.diagnostics)
    expectation = Expectation(
        urgency=inner.one_of("urgency", _EXPECTED, None),
        certain=_urgencies(inner, "certain"),
        status=inner.one_of("status", {status.value: status.value for status in Status}, ""),
        rules=_ids(inner, "rules", names.rules, "rule"),
        given=_ids(inner, "given", names.advice, "advice"),
        withheld=_ids(inner, "withheld", names.advice, "advice"),
        without=_ids(inner, "without", names.advice, "advice"),
        lines=_ids(inner, "lines", names.lines, "line of the safety net"),
        without_lines=_ids(inner, "without_lines", names.lines, "line of the safety net"),
        contradictions=_ids(inner, "contradictions", names.questions, "question"),
        verdicts=_verdicts(inner, names.verdicts),
        counts=_numbers(inner, "counts", names.scores, "counted score"),
    )
    inner.done()
    return expectation


def _ids(fields: Fields, key: str, known: Collection[str], what: str) -> tuple[str, ...] | None:
    """Return ids of the protocol, or None if the key is absent, unlike the empty `none`."""
    if key not in fields.nodes:
        fields.node(key)
        return None
    ids = fields.texts(key)
    for id_ in ids:
        location = fields.diagnostics.locations[f"{fields.path}.{key}.{id_}"]
        _is_known(fields, id_, known, what, location)
    return ids


def _is_known(
    fields: Fields, id_: str, known: Collection[str], what: str, location: Location
) -> bool:
    if id_ in known:
        return True
    hint = fields.suggest(id_, known)
    fields.report("C109", f"there is no {what} '{id_}' to name here", location, hint)
    return False


def _verdicts(fields: Fields, known: Mapping[str, Collection[str]]) -> tuple[tuple[str, str], ...]:
    verdicts = []
    for key, node in fields.pairs("verdicts"):
        word = fields.scalar(node, key.text)
        if _is_known(fields, key.text, known, "module", key.location):
            _is_known(fields, word, known[key.text], "verdict", node.location)
            verdicts.append((key.text, word))
    return tuple(verdicts)


def _numbers(
    fields: Fields, name: str, known: Collection[str], what: str
) -> tuple[tuple[str, int], ...]:
    return tuple(
        (key.text, fields.count(node, key.text) or 0)
        for key, node in fields.pairs(name)
        if _is_known(fields, key.text, known, what, key.location)
    )


def _words(fields: Fields, key: str) -> tuple[tuple[str, Location], ...]:
    """Return the word under a key, or each word of the list there, with its location."""
    node = fields.node(key)
    if node is None:
        return ()
    nodes = node.of if isinstance(node, SequenceNode) else (node,)
    return tuple((fields.scalar(item, key), item.location) for item in nodes)


def _urgencies(fields: Fields, key: str) -> tuple[Urgency, ...]:
    return tuple(
        URGENCIES[word]
        for word, location in _words(fields, key)
        if _is_known(fields, word, URGENCIES, "urgency", location)
    )


def _hazards(fields: Fields) -> tuple[str, ...]:
    words = _words(fields, "hazard")
    for word, location in words:
        if not _HAZARD.fullmatch(word):
            fields.report("C110", f"'{word}' is not a hazard", location, "write it as H07")
    return tuple(word for word, _ in words)
