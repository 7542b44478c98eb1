"""What each question means, recorded under its id, so that no old answer is read as another.

`fingerprints.yaml` has an entry for every question that there ever was. A question that changes
its meaning needs a new id; an id that was given up is never used again for something else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from backtriage.program.meaning import meaning_of
from backtriage.program.program import Program
from backtriage.protocol.loader.fields import Diagnostics, Fields
from backtriage.protocol.loader.nodes import MappingNode
from backtriage.protocol.loader.strict_yaml import read_yaml
from backtriage.protocol.protocol import Question
from backtriage.terms.problem import Location, Problem
from backtriage.terms.value import KINDS

FILE: Final = "fingerprints.yaml"
_SECTION: Final = "fingerprints"

_ENTRY: Final = re.compile(r"^(?=  - )", re.MULTILINE)
"""Where an entry begins, as far as nothing but its indentation tells."""

_HEAD: Final = (
    "# What each question means, by its id: written by 'backtriage rules check --record'.\n"
    "# Entries of questions that are gone stay, so that no id comes back with another meaning.\n"
)
_NEW_ID: Final = (
    "give it a new id; if only its words changed and every old answer still holds, "
    "'rules check --record --reason WHY' records it anew"
)
_OTHER_ANSWERS: Final = "other answers need a new id, whatever the reason"
_RECORD: Final = "'rules check --record' records it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What a question means, or meant."""

    question: str
    kind: str
    choices: tuple[str, ...] = ()
    meaning: str
    """A digest of it; see `meaning_of`."""
    reason: str = ""
    """Why it was recorded anew."""

    def has_same_answers(self, other: Fingerprint) -> bool:
        """Return whether the same answers can be given."""
        return self.kind == other.kind and set(self.choices) == set(other.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The fingerprints of a rules folder."""

    entries: Mapping[str, Fingerprint] = field(default_factory=dict)
    """By question."""
    locations: Mapping[str, Location] = field(default_factory=dict)


def fingerprint_of(program: Program, question: Question) -> Fingerprint:
    """Return what a question means now."""
    return Fingerprint(
        question=question.id, kind=question.kind,
        choices=tuple(choice.id for choice in question.choices),
        meaning=meaning_of(program, question),
    )  # fmt: skip


def read_fingerprints(text: str) -> tuple[Recorded, tuple[Problem, ...]]:
    """Read the text of `fingerprints.yaml`; with problems, it is only good for an alarm."""
    entries, diagnostics = read_section(text, FILE, _SECTION)
    found: dict[str, Fingerprint] = {}
    for fields in entries:
        entry = Fingerprint(
            question=fields.id("question"),
            kind=fields.one_of("kind", {kind: kind for kind in KINDS}, "", required=True),
            choices=fields.texts("choices"),
            meaning=fields.text("meaning", required=True),
            reason=fields.text("reason"),
        )
        fields.done()
        if entry.question in found:
            fields.report("P106", f"'{entry.question}' appears twice here", fields.location)
        found[entry.question] = entry
    locations = {id_: diagnostics.locations[f"{_SECTION}.{id_}"] for id_ in found if id_}
    return Recorded(entries=found, locations=locations), diagnostics.problems.found()


def read_section(text: str, file: str, section: str) -> tuple[tuple[Fields, ...], Diagnostics]:
    """Return the entries of the one section of a file, and where problems are collected.

    Of a file that is no YAML as a whole, these are the entries that are YAML by themselves.
    """
    diagnostics = Diagnostics(sources={file: text})
    root, problems = read_yaml(text, file, flow=False)
    diagnostics.problems.add(*problems)
    if problems and root is None:
        root, _ = read_yaml(_without_broken_entries(text, file, section), file, flow=False)
    if not isinstance(root, MappingNode):
        if not problems:
            diagnostics.report("P121", f"{file} has no sections", Location(file=file))
        return (), diagnostics
    top = Fields(root, "", diagnostics)
    items = top.entries(section, required=True)
    top.done()
    for fields in items:
        fields.path = section
    return items, diagnostics


def _without_broken_entries(text: str, file: str, section: str) -> str:
    """Return a section with the entries that can be read, each on its line of the file, if any."""
    head, *entries = _ENTRY.split(text)
    sound = "".join(
        "\n" * entry.count("\n")
        if read_yaml(f"{section}:\n{entry}", file, flow=False)[1]
        else entry
        for entry in entries
    )
    first = f"{section}:" + "\n" * max(1, head.count("\n"))
    return first + sound if sound.strip() else ""


def fingerprint_problems(program: Program, recorded: Recorded) -> Iterator[Problem]:
    """Report questions that are not recorded, or that mean something else than is recorded."""
    for question in program.protocol.questions:
        now, before = fingerprint_of(program, question), recorded.entries.get(question.id)
        if before is None:
            message = f"'{question.id}' has no recorded meaning"
            location = Location(file=FILE)
            yield Problem(code="P701", message=message, location=location, hint=_RECORD)
        elif before.meaning != now.meaning or not before.has_same_answers(now):
            message = f"'{question.id}' no longer means what is recorded under this id"
            hint = _NEW_ID if before.has_same_answers(now) else _OTHER_ANSWERS
            location = recorded.locations.get(question.id, Location(file=FILE))
            yield Problem(code="P701", message=message, location=location, hint=hint)


def renewed(program: Program, recorded: Recorded, reason: str) -> Recorded:
    """Return fingerprints with those of new questions and, for a reason, of reworded ones.

    A question with other answers than before stays as it was, which remains a problem.
    """
    entries = dict(recorded.entries)
    for question in program.protocol.questions:
        now, before = fingerprint_of(program, question), entries.get(question.id)
        if before is None:
            entries[question.id] = now
        elif before.meaning != now.meaning and before.has_same_answers(now) and reason:
            entries[question.id] = replace(now, reason=reason)
    return replace(recorded, entries=entries)


def to_yaml(recorded: Recorded) -> str:
    """Return the text of `fingerprints.yaml`, which reads back as the same."""
    lines = [f"{_HEAD}{_SECTION}:"]
    for entry in recorded.entries.values():
        lines += [f"  - question: {entry.question}", f"    kind: {entry.kind}"]
        lines += ["    choices:"] if entry.choices else []
        lines += [f"      - {choice}" for choice in entry.choices]
        lines.append(f'    meaning: "{entry.meaning}"')
        if entry.reason:
            lines.append(f"    reason: {json.dumps(entry.reason, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"
