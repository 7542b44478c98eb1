"""How long `backtriage journal` takes with ten years of daily entries, beside an empty journal."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.report import Table, ratio, rounds_of
from benchmarks.start_up import Command, environment_in

JOURNAL: Final = "journal"

DAYS: Final = 3650

TARGET: Final = 1.2
"""How many times as much CPU time as with an empty journal it should take at most."""

_FILE: Final = "journal.jsonl"
_TOLD: Final = ("pain_now=4", "journal_dangers=[]", "journal_dangers_more=[]")
"""What `add` is told; without the emergency signs it would not exit with 0."""


@dataclass
class JournalCommand(Command):
    """A command with a journal, which it finds as it was in each round."""

    days: int = 0
    empty: str = ""
    """The command that it is compared with."""

    def run(self, folder: Path, environment: Mapping[str, str]) -> None:
        """Put the journal there, start the process and wait for its end."""
        file = folder / _FILE
        file.touch(0o600)
        file.write_text("".join(f"{line}\n" for line in entries(self.days)), encoding="utf-8")
        super().run(folder, environment)


def entries(days: int) -> Iterator[str]:
    """Yield an entry for each day up to today, whose pain is neither better nor worse."""
    for back in reversed(range(days)):
        day = date.today() - timedelta(days=back)  # noqa: DTZ011 - as a person names it
        answers = {
            "pain_now": 3 + back % 3, "journal_dangers": [], "journal_dangers_more": [],
            "stopped": [["work"], ["walking", "sitting"], []][back % 3],
            "slept": ["well", "woken"][back % 2], "tried_today": [["moved"], []][back % 2],
            "took_medicine": back % 5 == 0, "asked_for_help": False,
        }  # fmt: skip
        entry = {
            "journal": 1, "id": f"{back:012x}", "day": f"{day}", "at": f"{day}T20:15:00+01:00",
            "answers": answers, "note": f"Walked to the shop and back, day {back}.",
            "protocol": f"back_pain 2.0.0 sha256:{'0' * 64}",
        }  # fmt: skip
        yield json.dumps(entry, separators=(",", ":"))


def commands() -> list[JournalCommand]:
    """Return the commands to compare."""
    found = []
    settings = [word for answer in _TOLD for word in ("--set", answer)]
    for name, options in (("show", []), ("add", settings)):
        words = ["backtriage", "journal", name, "--journal", _FILE, *options]
        for days, what in ((0, "empty"), (DAYS, "ten-years")):
            title = f"journal {name}, {what.replace('-', ' ')}"
            found.append(JournalCommand(
                f"{name}-{what}", title, words, is_baseline=not days, days=days,
                empty=f"{name}-empty",
            ))  # fmt: skip
    return found


def measure(selected: Sequence[JournalCommand], rounds: int) -> Table:
    """Let all commands take a turn in each round, and return the table."""
    with tempfile.TemporaryDirectory() as name:
        environment = environment_in(name)
        for number in rounds_of(rounds):
            for command in selected:
                command.run(Path(name), environment)
                if number == 0:
                    command.cpu.clear()
    cpu = {command.name: median(command.cpu) for command in selected}
    return Table(
        name=JOURNAL,
        unit="Milliseconds of CPU time for one process, and their ratio to an empty journal",
        rounds=rounds,
        head=["", "CPU", "ratio"],
        rows=[
            [command.title, f"{cpu[command.name]:.1f}",
             ratio(cpu[command.name], cpu[command.empty])]
            for command in selected
        ],
        notes=[f"- The aim: ten years of daily entries take at most {TARGET} times as much."],
    )  # fmt: skip
