"""The examples at the end of each command's help."""

from collections.abc import Mapping
from typing import Final

EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "ask": (
        "backtriage ask --country GB",
        "backtriage ask --plain --output result.md",
    ),
    "assess": (
        "backtriage assess sheet.json --country GB",
        "backtriage assess sheet.json --format json --exit-code",
        "backtriage assess sheet.json --set age=70 --why",
    ),
    "batch": (
        "backtriage batch sheets",
        "backtriage batch day.csv --id name --output results.csv --rejects refused.csv",
        "backtriage batch archive.jsonl --sort urgency --output results.jsonl",
        "backtriage batch day.csv --id name --compare results.csv",
    ),
    "journal add": (
        "backtriage journal add",
        "backtriage journal add --date 2026-11-27 --correct",
        "backtriage journal add --result result.json",
    ),
    "journal show": (
        "backtriage journal show",
        "backtriage journal show --all --plain",
    ),
    "journal export": (
        "backtriage journal export --output journal.html",
        "backtriage journal export --format csv --output journal.csv",
    ),
    "journal forget": (
        "backtriage journal forget",
        "backtriage journal forget --before 2026-01-01 --yes",
    ),
    "forget": ("backtriage forget --yes",),
    "rules check": (
        "backtriage rules check",
        "backtriage rules check --rules my_rules --record",
    ),
    "rules prove": (
        "backtriage rules prove",
        "backtriage rules prove --engine both --budget 300",
    ),
    "rules diff": (
        "backtriage rules diff HEAD~1",
        "backtriage rules diff old_rules new_rules --save-case differences.yaml",
        "backtriage rules diff v1.0.0:rules/back_pain rules/back_pain --accept-lower WHY",
    ),
    "rules test": (
        "backtriage rules test",
        "backtriage rules test --mutate",
    ),
    "rules simulate": (
        "backtriage rules simulate --people 10000",
        "backtriage rules simulate --against old_rules",
    ),
    "rules show": (
        "backtriage rules show",
        "backtriage rules show --rules my_rules",
    ),
    "rules graph": ("backtriage rules graph --format dot | dot -Tsvg > rules.svg",),
    "rules schema": ("backtriage rules schema > answers.schema.json",),
    "rules template": ("backtriage rules template > sheet.yaml",),
    "rules migrate": ("backtriage rules migrate old.json > new.json",),
}
"""By the words of the command. A test parses each of them."""


def examples_of(command: str) -> str:
    """Return the text for the end of a command's help, which is not wrapped."""
    lines = EXAMPLES[command]
    heading = "Example:" if len(lines) == 1 else "Examples:"
    return "\n".join(["\b", heading, *(f"  {line}" for line in lines)])
