"""Real output of the program, cut to the part that a document shows."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeAlias

ROOT: Final = Path(__file__).parents[1]
SHEET: Final = ROOT / "examples" / "simple_strain.json"
RULES: Final = ROOT / "rules" / "back_pain"
SHELL: Final = re.compile(r"```sh\n(.*?)```", re.DOTALL)

RULE: Final = "danger_signs includes throb and age >= 50 years"
"""The condition of the rule that the guide for clinicians uses as its example."""
WRONG_AGE: Final = RULE.replace("50", "65")
"""A typing error that leaves a valid rule."""
NO_UNIT: Final = RULE.replace(" years", "")
"""A typing error that `rules check` finds."""

Sample: TypeAlias = Callable[[str], str]
"""Returns the sample for a document, given its text."""


def run(words: list[str], standard_input: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command of the program."""
    command = [sys.executable, "-m", "backtriage", *words]
    return subprocess.run(
        command, input=standard_input, cwd=ROOT, capture_output=True, text=True, check=False
    )


def output_of(words: list[str], standard_input: str = "") -> str:
    """Return what a command prints on standard output, which must not be empty."""
    result = run(words, standard_input)
    # Standard error alone does not mean failure: it may warn of a review date that has passed.
    if not result.stdout:
        raise SystemExit(f"{' '.join(words)}: {result.stderr}")
    return result.stdout


def assessment(_: str) -> str:
    """The first paragraphs of the result of the README's first command."""
    paragraphs = output_of(["assess", str(SHEET), "--country", "GB"]).split("\n\n")
    return "\n\n".join([*paragraphs[:2], "..."])


def assessment_json(document: str) -> str:
    """From the status to the action in the result of the README's JSON command."""
    command = next(block for block in SHELL.findall(document) if "--format json" in block)
    line, sheet, _ = command.split("\n", 2)
    lines = output_of(line.removesuffix("<<'END'").split()[1:], sheet).splitlines()
    keys = [index for index, text in enumerate(lines) if text.startswith('  "')]
    first = next(index for index in keys if '"status"' in lines[index])
    last = next(index for index in keys if '"reasons"' in lines[index])
    return "\n".join(lines[first:last])


def batch(_: str) -> str:
    """The most urgent of the README's table."""
    words = ["batch", "examples/day.csv", "--id", "name", "--country", "GB"]
    return "\n\n".join([*output_of(words).rstrip().split("\n\n")[:3], "..."])


@contextmanager
def rules_with(condition: str) -> Iterator[str]:
    """A copy of the rules in which the example rule has another condition."""
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / RULES.name
        shutil.copytree(RULES, folder)
        file = folder / "red_flags.yaml"
        text = file.read_text(encoding="utf-8")
        if text.count(RULE) != 1:
            raise SystemExit(f"red_flags.yaml must hold one rule with the condition: {RULE}")
        file.write_text(text.replace(RULE, condition), encoding="utf-8")
        yield str(folder)


def problem(_: str) -> str:
    """What `rules check` says about a number without its unit."""
    with rules_with(NO_UNIT) as folder:
        return run(["rules", "check", "--rules", folder]).stderr


def failed_cases(_: str) -> str:
    """The cases that fail with the wrong age."""
    with rules_with(WRONG_AGE) as folder:
        return output_of(["rules", "test", "--rules", folder]).partition("\n\n")[0]


def counterexample(_: str) -> str:
    """The first claim that the wrong age disproves."""
    with rules_with(WRONG_AGE) as folder:
        paragraphs = output_of(["rules", "prove", "--rules", folder]).split("\n\n")
    return paragraphs[1]


def difference(_: str) -> str:
    """The first group of people whom the wrong age affects."""
    with rules_with(WRONG_AGE) as folder:
        return output_of(["rules", "diff", str(RULES), folder]).split("\n\n")[1]


def coverage(_: str) -> str:
    """The coverage of the shipped cases."""
    return "\n\n".join(output_of(["rules", "test", "--rules", str(RULES)]).split("\n\n")[:2])


SAMPLES: Final[dict[str, Sample]] = {
    "assessment": assessment,
    "assessment JSON": assessment_json,
    "batch": batch,
    "problem": problem,
    "failed cases": failed_cases,
    "counterexample": counterexample,
    "difference": difference,
    "coverage": coverage,
}
