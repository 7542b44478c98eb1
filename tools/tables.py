"""Tables of the rules reference, read from the code: sections and keys, claims, defaults."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final, get_args, get_type_hints

from backtriage.protocol.loader import questions, sections
from backtriage.protocol.loader.fields import Diagnostics, Fields
from backtriage.protocol.loader.loader import SECTIONS
from backtriage.protocol.loader.nodes import MappingNode, ScalarNode
from backtriage.protocol.protocol import Protocol, Question
from backtriage.protocol.tokenizer import SymbolTable
from backtriage.prove.claims.claim import CLAIM_KINDS
from backtriage.terms.problem import Location
from backtriage.terms.urgency import IF_UNSURE, URGENCIES
from backtriage.terms.value import KINDS

NOWHERE: Final = Location()
NO_SYMBOLS: Final = SymbolTable(questions={}, facts=frozenset(), scores={})


def read_head(fields: Fields, _: SymbolTable) -> Protocol:
    """Read the head of a protocol without sections."""
    fields.texts("files", required=True)
    return sections.read_head(fields, sections=(), levels=(), questions=())


def read_question(fields: Fields, symbols: SymbolTable) -> Question:
    """Read a question with its guard."""
    return questions.read_guard(fields, questions.read_question(fields), symbols)


READERS: Final[dict[str, Callable[[Fields, Any], Any]]] = {
    "protocol": read_head,
    **{section: sections.READERS.get(section, read_question) for section in SECTIONS},
    "scores": questions.read_score,
}
"""The function that reads an entry of each section."""


def sections_table() -> str:
    """Return what an entry of each section is, and its keys."""
    lines = ["| section | an entry is | required keys | optional keys |", "|---|---|---|---|"]
    for section in READERS:
        entry = entry_type(section).__doc__.partition("\n")[0]
        required, optional = keys_of(section)
        lines.append(f"| `{section}` | {cell(entry)} | {required} | {optional} |")
    return "\n".join(lines)


def entry_type(section: str) -> Any:  # noqa: ANN401
    """Return the type of the entries of a section."""
    if section == "protocol":
        return Protocol
    of_many = get_type_hints(Protocol)["levels" if section == "urgencies" else section]
    return get_args(of_many)[0]


def keys_of(section: str) -> tuple[str, str]:
    """Return the required and the optional keys of a section, as the loader reads them.

    A key that only some kinds of question have is listed with these kinds.
    """
    kinds = KINDS if section == "questions" else ("",)
    required: dict[str, list[str]] = defaultdict(list)
    optional: dict[str, list[str]] = defaultdict(list)
    for kind in kinds:
        fields = entry_of_kind(section, kind)
        READERS[section](fields, NO_SYMBOLS)
        missing = {problem.message.split("'")[1] for problem in fields.diagnostics.problems.found()
                   if problem.code == "P108"}  # fmt: skip
        for key in dict.fromkeys(fields.read):
            (required if key in {*missing, *fields.nodes} else optional)[key].append(kind)
    return listed(required, len(kinds)), listed(optional, len(kinds))


def entry_of_kind(section: str, kind: str, *other: str) -> Fields:
    """Return an entry with its kind, if it has one, and with other keys."""
    keys = {**({"kind": kind} if kind else {}), **dict.fromkeys(other, "")}
    pairs = [(ScalarNode(key, NOWHERE), ScalarNode(text, NOWHERE)) for key, text in keys.items()]
    return Fields(MappingNode(of=tuple(pairs), location=NOWHERE), section, Diagnostics())


def listed(keys: dict[str, list[str]], all_kinds: int) -> str:
    """Return keys as code, each with its kinds of question unless it has all of them."""
    return ", ".join(
        f"`{key}`" if len(kinds) == all_kinds else f"`{key}` ({', '.join(kinds)})"
        for key, kinds in keys.items()
    )


def claims_table() -> str:
    """Return every kind of claim, with its severity."""
    lines = ["| claim | what it says | if it is false |", "|---|---|---|"]
    lines += [
        f"| `{slug}` | {cell(kind.title)}. | {kind.severity} |"
        for slug, kind in CLAIM_KINDS.items()
    ]
    return "\n".join(lines)


def unsure_table() -> str:
    """Return the default of `if_unsure` for each urgency, highest first."""
    lines = ["| urgency of the rule | default of `if_unsure` |", "|---|---|"]
    for id_, urgency in reversed(URGENCIES.items()):
        default = IF_UNSURE[urgency]
        lines.append(f"| `{id_}` | `{default.id if default is not None else 'nothing'}` |")
    return "\n".join(lines)


def cell(text: str) -> str:
    """Return text that cannot break a table."""
    return " ".join(text.split()).replace("|", "\\|")


TABLES: Final[dict[str, Callable[[], str]]] = {
    "sections": sections_table,
    "claims": claims_table,
    "if_unsure": unsure_table,
}
