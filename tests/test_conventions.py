"""Project conventions that no linter checks: sizes, names, and no protocol ids in the code."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path
from typing import Final

import yaml

from tests.support.protocols import SHIPPED
from tests.support.source import SECTIONS, SOURCE, string_literals, trees

LONGEST_FILE: Final = 300
VAGUE: Final = {
    "utils", "util", "helpers", "helper", "common", "misc", "manager", "handler", "base",
}  # fmt: skip


def protocol_ids() -> set[str]:
    """Return the ids of the shipped protocol.

    Single words such as `age` mean other things in code as well, so only ids with an underscore
    count, and the names of modules. The protocol's own id is how it is found, so it is allowed.
    """
    ids: set[str] = set()
    own = ""
    for file in sorted(SHIPPED.glob("*.yaml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        own = content.get("protocol", {}).get("id", own)
        for section in SECTIONS:
            for entry in content.get(section, []):
                if "_" in entry["id"] or section == "modules":
                    ids.add(entry["id"])
                ids.update(c["id"] for c in entry.get("choices", []) if "_" in c["id"])
    return ids - {own}


def test_files_are_short() -> None:
    sizes = {name: len((SOURCE / name).read_text("utf-8").splitlines()) for name in trees()}

    assert sizes
    assert {name: size for name, size in sizes.items() if size > LONGEST_FILE} == {}


def test_no_module_has_a_vague_name() -> None:
    assert [name for name in trees() if VAGUE & {*Path(name).with_suffix("").parts}] == []


def test_no_type_name_is_defined_twice() -> None:
    defined = defaultdict(list)
    for name, tree in trees().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                defined[node.name].append(name)

    twice = {name: files for name, files in defined.items() if len(files) > 1}
    assert twice == ALLOWED_TWICE


ALLOWED_TWICE: Final = {"Interview": ["interview/state.py", "library.py"]}
"""The public `Interview` wraps the internal one; to its users each is the interview."""


def test_the_code_knows_no_question_and_no_rule() -> None:
    ids = protocol_ids()

    assert ids
    assert {where: value for where, value in string_literals().items() if value in ids} == {}
