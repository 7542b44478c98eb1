"""Case files -> cases, or every problem of every file at once.

A file holds one list, `cases`. A sheet is read like any sheet of text: by each question's
kind, through `admit`. `like` copies the sheet of another case of the folder, so that only what
differs is written; `missing` as a value takes a copied answer away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from msgspec import structs

from backtriage.cases.case import ALL, NOT_CONSIDERED, Case, Expectation
from backtriage.decide.assessment import Status
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import validate
from backtriage.protocol.answer_parser import Raw
from backtriage.protocol.loader.fields import Diagnostics, Fields
from backtriage.protocol.loader.questions import read_id
from backtriage.protocol.loader.strict_yaml import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    read_yaml,
)
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always
from backtriage.terms.location import Location
from backtriage.terms.problem import Problem, did_you_mean
from backtriage.terms.urgency import URGENCIES, Urgency

MISSING: Final = "missing"
"""The value that takes a copied answer away."""

_KEY: Final = "cases"
_HAZARD: Final = re.compile(r"H\d\d")
_YES: Final = {"yes": True}
_EXPECTED: Final[dict[str, Urgency | None]] = {**URGENCIES}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A case before the sheet it is like has been copied."""

    case: Case
    removed: Mapping[str, Location]
    """Questions whose copied answer is taken away."""


def from_text(
    program: Program, texts: Mapping[str, str]
) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    """Read case files, given as file name -> text, against a program."""
    diagnostics = Diagnostics(sources=dict(texts))
    drafts: dict[str, _Draft] = {}
    for file, text in texts.items():
        for fields in _entries(file, text, diagnostics):
            draft = _read(fields, program)
            if draft.case.id in drafts:
                first = drafts[draft.case.id].case.location
                hint = f"the first one stands at {first}"
                fields.report(
                    "C101", f"there are two cases '{draft.case.id}'", fields.location, hint
                )
            drafts.setdefault(draft.case.id, draft)
    whole = tuple(_whole(draft, drafts, diagnostics) for draft in drafts.values())
    return whole, tuple(diagnostics.problems)


def _entries(file: str, text: str, diagnostics: Diagnostics) -> tuple[Fields, ...]:
    root, problems = read_yaml(text, file, flow=False)
    diagnostics.problems += problems
    if not isinstance(root, MappingNode):
        if not problems:
            diagnostics.report("C102", f"{file} holds no '{_KEY}'", Location(file=file))
        return ()
    top = Fields(root, "", diagnostics)
    found = top.entries(_KEY, required=True)
    top.done()
    return found


def _read(fields: Fields, program: Program) -> _Draft:
    id_ = read_id(fields)
    answers, removed = _sheet(fields, program)
    case = Case(
        id=id_,
        location=_place(fields),
        about=fields.text("about", required=True),
        like=fields.text("like"),
        sheet=answers,
        expect=_expect(fields, program),
        acceptable=_urgencies(fields, "acceptable"),
        outside=fields.text("outside"),
        source=fields.text("source"),
        hazards=_hazards(fields),
        walk=fields.one_of("walk", _YES, default=False),
        aims=_aims(fields, program),
        baseline=fields.one_of("baseline", _YES, default=False),
        to_confirm=fields.one_of("to_confirm", _YES, default=False),
    )
    fields.done()
    _refuse_empty(fields, case)
    return _Draft(case=case, removed=removed)


def _place(fields: Fields) -> Location:
    """Where the case is named; where it begins when it has no name."""
    location = fields.diagnostics.locations.get(fields.path, fields.location)
    return structs.replace(location, path=fields.path)


def _refuse_empty(fields: Fields, case: Case) -> None:
    """A case must say something that can turn out wrong."""
    if case.expect == Expectation() and not case.acceptable:
        hint = "give it an 'expect', or the urgencies that are 'acceptable'"
        fields.report("C103", f"the case '{case.id}' expects nothing", case.location, hint)
    if case.outside and not case.acceptable:
        hint = "say which urgencies are 'acceptable', or leave 'outside' out"
        fields.report("C104", "'outside' needs 'acceptable'", case.location, hint)


# -- the sheet ----------------------------------------------------------------------------


def _sheet(fields: Fields, program: Program) -> tuple[Answers, Mapping[str, Location]]:
    """A case's own answers, and the copied ones that it takes away."""
    values: dict[str, Raw] = {}
    locations: dict[str, Location] = {}
    removed: dict[str, Location] = {}
    for key, node in fields.pairs("sheet"):
        locations[key.text] = structs.replace(
            node.location, path=f"{fields.path}.sheet.{key.text}"
        )
        if isinstance(node, ScalarNode) and node.text == MISSING:
            _know(fields, key.text, program.questions, "question", key.location)
            removed[key.text] = key.location
        else:
            values[key.text] = _raw(fields, key, node)
    validated = validate(program, Sheet(values=values, text=True, location=locations.__getitem__))
    fields.diagnostics.problems += validated.problems
    if validated.ref is not None:
        fields.report("C105", "a case has no 'ref': it stands for nobody", fields.location)
    return validated.answers, removed


def _raw(fields: Fields, key: ScalarNode, node: Node) -> Raw:
    if isinstance(node, SequenceNode):
        return [fields.scalar(entry, key.text) for entry in node.of]
    return fields.scalar(node, key.text) or None


def _whole(draft: _Draft, drafts: Mapping[str, _Draft], diagnostics: Diagnostics) -> Case:
    """The case with the sheet it is like copied beneath its own answers."""
    chain = _chain(draft, drafts, diagnostics)
    answers = Answers()
    for link in reversed(chain):
        for question, location in link.removed.items():
            if link is draft and question not in answers:
                hint = "leave it out: there is nothing to take away"
                diagnostics.report("C106", f"'{question}' has no answer here", location, hint)
            answers = answers.without(question)
        answers = Answers({**answers, **link.case.sheet})
    return replace(draft.case, sheet=answers)


def _chain(draft: _Draft, drafts: Mapping[str, _Draft], diagnostics: Diagnostics) -> list[_Draft]:
    """The case, the case it is like, the case that one is like, and so on."""
    chain = [draft]
    while chain[-1].case.like:
        last = chain[-1].case
        following = drafts.get(last.like)
        if following is None:
            if last is draft.case:
                hint = did_you_mean(last.like, tuple(drafts))
                diagnostics.report("C107", f"there is no case '{last.like}'", last.location, hint)
            break
        if following in chain:
            names = " is like ".join(link.case.id for link in (*chain, following))
            diagnostics.report("C108", f"'like' runs in a circle: {names}", draft.case.location)
            break
        chain.append(following)
    return chain


# -- what is expected ---------------------------------------------------------------------


def _expect(fields: Fields, program: Program) -> Expectation:
    node = fields.node("expect")
    if node is None:
        return Expectation()
    inner = Fields(node, f"{fields.path}.expect", fields.diagnostics)
    rules = {rule.id for rule in program.rules if not isinstance(rule.when, Always)}
    advice = {advice.id for advice in program.advice}
    expect = Expectation(
        urgency=inner.one_of("urgency", _EXPECTED, None),
        certain=_urgencies(inner, "certain"),
        status=inner.one_of("status", {status.value: status.value for status in Status}, ""),
        rules=_ids(inner, "rules", rules, "rule"),
        given=_ids(inner, "given", advice, "advice"),
        withheld=_ids(inner, "withheld", advice, "advice"),
        without=_ids(inner, "without", advice, "advice"),
        verdicts=_verdicts(inner, program),
        counts=_counts(inner, program),
    )
    inner.done()
    return expect


def _ids(fields: Fields, key: str, known: set[str], what: str) -> tuple[str, ...] | None:
    """Ids of the protocol; None when the key is not there, which is not the same as `none`."""
    if key not in fields.nodes:
        fields.node(key)
        return None
    found = fields.texts(key)
    for id_ in found:
        location = fields.diagnostics.locations[f"{fields.path}.{key}.{id_}"]
        _know(fields, id_, dict.fromkeys(known), what, location)
    return found


def _know(
    fields: Fields, id_: str, known: Mapping[str, object], what: str, location: Location
) -> bool:
    if id_ in known:
        return True
    hint = did_you_mean(id_, tuple(known))
    fields.report("C109", f"there is no {what} '{id_}' to name here", location, hint)
    return False


def _verdicts(fields: Fields, program: Program) -> tuple[tuple[str, str], ...]:
    modules = {module.id: module for module in program.modules}
    found = []
    for key, node in fields.pairs("verdicts"):
        word = fields.scalar(node, key.text)
        if _know(fields, key.text, modules, "module", key.location):
            verdicts = dict.fromkeys(verdict.id for verdict in modules[key.text].verdicts)
            _know(fields, word, {**verdicts, NOT_CONSIDERED: None}, "verdict", node.location)
            found.append((key.text, word))
    return tuple(found)


def _counts(fields: Fields, program: Program) -> tuple[tuple[str, int], ...]:
    known = dict.fromkeys(score for module in program.modules for score in module.counts)
    return _numbers(fields, "counts", known, "counted score")


def _numbers(
    fields: Fields, name: str, known: Mapping[str, object], what: str
) -> tuple[tuple[str, int], ...]:
    """Known names, each with a whole number."""
    found = []
    for key, node in fields.pairs(name):
        inner = Fields(
            MappingNode(of=((key, node),), location=key.location), fields.path, fields.diagnostics
        )
        if _know(fields, key.text, known, what, key.location):
            found.append((key.text, inner.whole(key.text)))
    return tuple(found)


def _words(fields: Fields, key: str) -> tuple[tuple[str, Location], ...]:
    """One word, or a list of words, each with its place."""
    node = fields.node(key)
    if node is None:
        return ()
    nodes = node.of if isinstance(node, SequenceNode) else (node,)
    return tuple((fields.scalar(entry, key), entry.location) for entry in nodes)


def _urgencies(fields: Fields, key: str) -> tuple[Urgency, ...]:
    found = []
    for word, location in _words(fields, key):
        if _know(fields, word, URGENCIES, "urgency", location):
            found.append(URGENCIES[word])
    return tuple(found)


def _hazards(fields: Fields) -> tuple[str, ...]:
    words = _words(fields, "hazard")
    for word, location in words:
        if not _HAZARD.fullmatch(word):
            fields.report("C110", f"'{word}' is not a hazard", location, "write it as H07")
    return tuple(word for word, _ in words)


def _aims(fields: Fields, program: Program) -> tuple[tuple[str, int], ...]:
    known = dict.fromkeys((*(section.id for section in program.protocol.sections), ALL))
    return _numbers(fields, "aims", known, "section")
