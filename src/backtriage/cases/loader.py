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
from backtriage.program.validate import validate
from backtriage.protocol.answer_parser import Raw
from backtriage.protocol.loader.fields import Diagnostics, Fields
from backtriage.protocol.loader.strict_yaml import (
    MappingNode,
    ScalarNode,
    SequenceNode,
    read_yaml,
)
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always
from backtriage.terms.problem import Location, Problem, did_you_mean
from backtriage.terms.urgency import URGENCIES, Urgency

_MISSING: Final = "missing"
_HAZARD: Final = re.compile(r"H\d\d")
_YES: Final = {"yes": True}
_EXPECTED: Final[dict[str, Urgency | None]] = {**URGENCIES}


class _Entry(NamedTuple):
    """A case whose sheet holds only its own answers so far."""

    case: Case
    removed: Mapping[str, Location]
    """The questions whose copied answers are removed."""


def load_cases(
    program: Program, texts: Mapping[str, str]
) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    """Read case files, given as a mapping from file name to text, against a program."""
    diagnostics = Diagnostics(sources=dict(texts))
    entries: dict[str, _Entry] = {}
    for file, text in texts.items():
        for fields in _case_fields(file, text, diagnostics):
            entry = _read(fields, program)
            id_ = entry.case.id
            if id_ in entries:
                hint = f"the first one is at {entries[id_].case.location}"
                fields.report("C101", f"there are two cases '{id_}'", fields.location, hint)
            entries.setdefault(id_, entry)
    cases = tuple(_with_copied_answers(entry, entries, diagnostics) for entry in entries.values())
    return cases, tuple(diagnostics.problems)


def _case_fields(file: str, text: str, diagnostics: Diagnostics) -> tuple[Fields, ...]:
    root, problems = read_yaml(text, file, flow=False)
    diagnostics.problems += problems
    if not isinstance(root, MappingNode):
        if not problems:
            diagnostics.report("C102", f"{file} holds no 'cases'", Location(file=file))
        return ()
    top = Fields(root, "", diagnostics)
    cases = top.entries("cases", required=True)
    top.done()
    return cases


def _read(fields: Fields, program: Program) -> _Entry:
    id_ = fields.id()
    answers, removed = _sheet(fields, program)
    sections = (*(section.id for section in program.protocol.sections), ALL)
    # The location of the id, or of the entry if it has none.
    location = fields.diagnostics.locations.get(fields.path, fields.location)
    case = Case(
        id=id_,
        location=structs.replace(location, path=fields.path),
        about=fields.text("about", required=True),
        like=fields.text("like"),
        sheet=answers,
        expect=_expectation(fields, program),
        acceptable=_urgencies(fields, "acceptable"),
        outside=fields.text("outside"),
        source=fields.text("source"),
        hazards=_hazards(fields),
        walk=fields.one_of("walk", _YES, default=False),
        aims=_numbers(fields, "aims", sections, "section"),
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


def _sheet(fields: Fields, program: Program) -> tuple[Answers, Mapping[str, Location]]:
    """Return a case's own answers, and the questions whose copied answers it removes."""
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
    fields.diagnostics.problems += validated.problems
    if validated.ref is not None:
        fields.report(
            "C105", "a case has no 'ref', because it is not a real person", fields.location
        )
    return validated.answers, removed


def _with_copied_answers(
    entry: _Entry, entries: Mapping[str, _Entry], diagnostics: Diagnostics
) -> Case:
    answers = Answers()
    for link in reversed(_like_chain(entry, entries, diagnostics)):
        for question, location in link.removed.items():
            if link is entry and question not in answers:
                hint = "leave it out: there is nothing to take away"
                diagnostics.report("C106", f"'{question}' has no answer here", location, hint)
            answers = answers.without(question)
        answers = Answers({**answers, **link.case.sheet})
    return replace(entry.case, sheet=answers)


def _like_chain(
    entry: _Entry, entries: Mapping[str, _Entry], diagnostics: Diagnostics
) -> list[_Entry]:
    """Return the case, the case it is `like`, the case that one is `like`, and so on."""
    chain = [entry]
    while chain[-1].case.like:
        last = chain[-1].case
        following = entries.get(last.like)
        if following is None:
            if last is entry.case:
                hint = did_you_mean(last.like, tuple(entries))
                diagnostics.report("C107", f"there is no case '{last.like}'", last.location, hint)
            break
        if following in chain:
            names = " is like ".join(link.case.id for link in (*chain, following))
            diagnostics.report("C108", f"'like' runs in a circle: {names}", entry.case.location)
            break
        chain.append(following)
    return chain


def _expectation(fields: Fields, program: Program) -> Expectation:
    node = fields.node("expect")
    if node is None:
        return Expectation()
    inner = Fields(node, f"{fields.path}.expect", fields.diagnostics)
    rules = [rule.id for rule in program.rules if not isinstance(rule.when, Always)]
    advice = [advice.id for advice in program.advice]
    scores = [score for module in program.modules for score in module.counts]
    expectation = Expectation(
        urgency=inner.one_of("urgency", _EXPECTED, None),
        certain=_urgencies(inner, "certain"),
        status=inner.one_of("status", {status.value: status.value for status in Status}, ""),
        rules=_ids(inner, "rules", rules, "rule"),
        given=_ids(inner, "given", advice, "advice"),
        withheld=_ids(inner, "withheld", advice, "advice"),
        without=_ids(inner, "without", advice, "advice"),
        verdicts=_verdicts(inner, program),
        counts=_numbers(inner, "counts", scores, "counted score"),
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
    hint = did_you_mean(id_, tuple(known))
    fields.report("C109", f"there is no {what} '{id_}' to name here", location, hint)
    return False


def _verdicts(fields: Fields, program: Program) -> tuple[tuple[str, str], ...]:
    known = {
        module.id: (*(verdict.id for verdict in module.verdicts), NOT_CONSIDERED)
        for module in program.modules
    }
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
