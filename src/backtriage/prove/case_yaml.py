"""Writing examples as a case file, in YAML that the loader of cases reads back."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import Final, NamedTuple

from backtriage.decide.evaluate import asked
from backtriage.program.program import Program
from backtriage.program.validate import plain_answers
from backtriage.protocol.loader.fields import MAX_ID, MAX_TEXT
from backtriage.prove.claims.claim import Claim
from backtriage.prove.counterexample import Counterexample
from backtriage.prove.report import ProofReport
from backtriage.terms.answers import Answers
from backtriage.terms.printable import shortened
from backtriage.terms.urgency import Urgency

_PROVE_HEADER: Final = (
    "Found by 'backtriage rules prove'. Each of these fails until the rules are fixed."
)
_MAX_ABOUT: Final = MAX_TEXT // 2
"""Characters: the loader accepts no longer text, and nobody reads one."""

_quoted = partial(json.dumps, ensure_ascii=False)


class CaseEntry(NamedTuple):
    """One case to write."""

    name: str
    """Any text; the id is derived from it."""
    about: str
    sheet: Answers
    expected: Mapping[str, object]
    """The other fields: texts, booleans, lists of texts, and mappings of these."""


def case_file(report: ProofReport) -> str:
    """Return a case file with every counterexample of a report, as regression tests."""
    return case_yaml(report.program, _PROVE_HEADER, (
        CaseEntry(
            f"found_{result.claim.kind}_{result.claim.subject}", result.claim.sentence,
            asked(report.program, result.counterexample.sheet),
            _expected(result.claim, result.counterexample),
        )
        for result in report.results
        if result.counterexample is not None
    ))  # fmt: skip


def _expected(claim: Claim, counterexample: Counterexample) -> Mapping[str, object]:
    if counterexample.required is not None:
        return acceptable_from(counterexample.required)
    if claim.kind == "contraindicated" and "." not in counterexample.given[0]:
        return {"expect": {"withheld": [counterexample.given[0]]}}
    return expect_urgency(counterexample.urgency)


def case_yaml(program: Program, header: str, entries: Iterable[CaseEntry]) -> str:
    """Return a case file with a comment at its top; its sheets answer the program's questions."""
    lines = [f"# {header}", "cases:"]
    ids: set[str] = set()
    for entry in entries:
        id_ = _id(entry.name, ids)
        ids.add(id_)
        fields = {
            "id": id_,
            "about": _quoted(shortened(entry.about, _MAX_ABOUT)),
            "sheet": _sheet(program, entry.sheet),
            **entry.expected,
        }
        first, *rest = _block(fields)
        lines += [f"  - {first}", *(f"    {line}" for line in rest)]
    return "\n".join(lines) + "\n"


def _id(name: str, taken: Collection[str]) -> str:
    """Return an id for a case that the loader accepts and that no other case has."""
    plain = re.sub(r"[^0-9A-Za-z]", "_", name).strip("_").lower()
    id_ = plain[:MAX_ID]
    number = 1
    while id_ in taken:
        number += 1
        end = f"_{number}"
        id_ = plain[: MAX_ID - len(end)] + end
    return id_


def acceptable_from(urgency: Urgency) -> Mapping[str, object]:
    """Return the expectation of this urgency or a higher one."""
    return {"acceptable": [u.id for u in Urgency if u >= urgency]}


def expect_urgency(urgency: Urgency) -> Mapping[str, object]:
    """Return the expectation of exactly this urgency."""
    return {"expect": {"urgency": urgency.id}}


def _block(mapping: Mapping[str, object]) -> Iterator[str]:
    for key, value in mapping.items():
        if isinstance(value, Mapping):
            yield f"{key}:"
            yield from (f"  {line}" for line in _block(value))
        elif isinstance(value, list) and value:
            yield f"{key}:"
            yield from (f"  - {item}" for item in value)
        elif isinstance(value, bool):
            yield f"{key}: {'yes' if value else 'no'}"
        else:
            yield f"{key}: {'none' if value == [] else value}"


def _sheet(program: Program, sheet: Answers) -> Mapping[str, object]:
    """Return the answers with the items of lists quoted: some end in a question mark."""
    return {
        question: [_quoted(item) for item in value] if isinstance(value, list) else value
        for question, value in plain_answers(program, sheet).items()
    }
