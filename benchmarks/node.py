"""json-rules-engine, which runs in a Node process that measures itself."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from backtriage.program.program import Program
from benchmarks.contender import Contender, Decision, Turn
from benchmarks.formula import formulas_of
from benchmarks.rules import ROOT
from benchmarks.sheets import Person
from benchmarks.translate.json_rules import json_rules

FOLDER: Final = ROOT / "benchmarks"
PACKAGE: Final = FOLDER / "node_modules" / "json-rules-engine" / "package.json"
WARM_UP: Final = 32
"""How many sheets are decided before the clock starts, so that Node has compiled the code."""


class JsonRulesEngine(Contender):
    """The engine for rules in JSON that most Node programs use."""

    name = "json-rules-engine"
    title = "json-rules-engine"
    work = (
        "Rules in JSON with named conditions for the facts, and an event for each rule that "
        "fires; timed inside the Node process, after a warm-up."
    )
    most_sheets = 32

    def __init__(self, program: Program, *, doubt: bool) -> None:
        """Translate the rules."""
        self._rules = json_rules(formulas_of(program, doubt=doubt))

    def turn(self, people: Sequence[Person]) -> Turn:
        """Start a process, which decides these sheets against its own clock."""
        node = shutil.which("node") or "node"
        sheets = [person.plain for person in people]
        with tempfile.TemporaryDirectory() as name:
            task, result = Path(name, "task.json"), Path(name, "result.json")
            task.write_text(json.dumps({**self._rules, "sheets": sheets, "warmUp": WARM_UP}))
            subprocess.run([node, FOLDER / "json_rules_engine.mjs", task, result], check=True)
            content = json.loads(result.read_text(encoding="utf-8"))
        decisions = [
            Decision(
                d["urgency"], d["out_of_scope"], tuple((rule, truth) for rule, truth in d["fired"])
            )
            for d in content["decisions"]
        ]
        return Turn(content["seconds"], decisions)

    def decide_all(self, people: Sequence[Person]) -> list[Decision]:
        """Decide these sheets."""
        return self.turn(people).decisions

    @classmethod
    @cache
    def version(cls) -> str | None:
        """Return the versions of the engine and of Node, if both are installed."""
        node = shutil.which("node")
        if node is None or not PACKAGE.exists():
            return None
        engine = json.loads(PACKAGE.read_text(encoding="utf-8"))["version"]
        printed = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
        return f"{engine} on Node {printed.stdout.strip().removeprefix('v')}"

    @classmethod
    def install(cls) -> str:
        """Return the command that installs the engine."""
        return "npm install --prefix benchmarks"
