"""How long `backtriage batch` takes for a file, beside reading and writing the same file."""

from __future__ import annotations

import csv
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Final

from backtriage.shell.batch.ended import Ended
from backtriage.shell.batch.inputs import inputs_of
from backtriage.shell.batch.running import Batch, run
from backtriage.shell.paths import bundled_rules
from backtriage.shell.result_file import ResultFile
from benchmarks.contender import INSTALL
from benchmarks.report import Table, ratio, rounds_of
from benchmarks.rules import shipped_program
from benchmarks.sheets import Plain, draw_people

BATCH: Final = "batch"

SHEETS: Final = 16_384
GAPS: Final = 5
"""On every so many sheets two answers are missing, so that it has open questions."""


class Files:
    """The same sheets in each format."""

    def __init__(self, folder: Path) -> None:
        """Write them."""
        self.program = shipped_program()
        self.folder = folder
        people = draw_people(self.program, SHEETS, doubt=True)
        sheets = [{"ref": f"A-{at}", **person.plain} for at, person in enumerate(people)]
        for sheet in sheets[::GAPS]:
            for key in [*sheet][3:5]:
                del sheet[key]
        lines = (json.dumps(sheet, separators=(",", ":")) for sheet in sheets)
        self.path(".jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
        names = ["ref", *self.program.questions]
        with self.path(".csv").open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(names)
            rows.writerows([_cell(sheet.get(name)) for name in names] for sheet in sheets)

    def path(self, extension: str) -> Path:
        """Return the file of a format."""
        return self.folder / f"day{extension}"

    @property
    def copy(self) -> Path:
        """Where results and copies go."""
        return self.folder / "out"

    def copy_json(self) -> None:
        """Parse each line and write it again."""
        orjson = import_module("orjson")
        with self.path(".jsonl").open("rb") as lines, self.copy.open("wb") as out:
            for line in lines:
                out.write(orjson.dumps(orjson.loads(line)) + b"\n")

    def copy_csv(self) -> None:
        """Read each row and write it again."""
        with (
            self.path(".csv").open(encoding="utf-8", newline="") as file,
            self.copy.open("w", encoding="utf-8", newline="") as out,
        ):
            csv.writer(out).writerows(csv.reader(file))

    def decide(self, extension: str) -> None:
        """Write a result for each sheet, with reasons, open questions and receipts."""
        output = ResultFile(
            name=str(self.folder / f"results{extension}"), extensions=(extension,), is_forced=True
        )
        work = Batch(
            program=self.program, rules=bundled_rules(), output=output,
            inputs=inputs_of([str(self.path(extension))]),
        )  # fmt: skip
        run(work, Ended())


def _cell(value: Plain | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(value) or "none"
    return "" if value is None else str(value)


@dataclass
class Work:
    """Something to do with a file."""

    name: str
    """What selects it on the command line."""
    title: str
    run: Callable[[Files], None]
    base: str = ""
    """The name of what it is compared with."""
    distribution: str = ""
    """The package on PyPI that it needs, beyond those of the project."""
    is_baseline: bool = False
    cpu: list[float] = field(default_factory=list)
    """Microseconds of CPU time for one sheet in each round."""

    def version(self) -> str | None:
        """Return the version of what it needs, "" if it needs nothing, None if it is missing."""
        try:
            return version(self.distribution) if self.distribution else ""
        except PackageNotFoundError:
            return None

    def install(self) -> str:
        """Return the command that installs what it needs."""
        return INSTALL


def works() -> list[Work]:
    """Return what to compare."""
    return [
        Work("copy-jsonl", "JSON lines, orjson: parse and write", Files.copy_json,
             distribution="orjson", is_baseline=True),
        Work("batch-jsonl", "JSON lines, backtriage batch", lambda files: files.decide(".jsonl"),
             "copy-jsonl"),
        Work("copy-csv", "CSV, the csv module: read and write", Files.copy_csv, is_baseline=True),
        Work("batch-csv", "CSV, backtriage batch", lambda files: files.decide(".csv"),
             "copy-csv"),
    ]  # fmt: skip


def measure(selected: Sequence[Work], rounds: int) -> Table:
    """Let everything take a turn in each round, and return the table."""
    with tempfile.TemporaryDirectory() as folder:
        files = Files(Path(folder))
        for number in rounds_of(rounds):
            for work in selected:
                start = time.process_time()
                work.run(files)
                if number:
                    work.cpu.append((time.process_time() - start) * 1e6 / SHEETS)
    return table(selected, rounds)


def table(measured: Sequence[Work], rounds: int) -> Table:
    """Return the medians, and the ratio of each job to copying the same file."""
    by_name = {work.name: work for work in measured}
    return Table(
        name=BATCH,
        unit="Microseconds of CPU time for one sheet, and their ratio to a copy of the file",
        rounds=rounds,
        head=["", "CPU", "ratio"],
        rows=[
            [
                f"{work.title} {work.version() or ''}".rstrip(),
                f"{median(work.cpu):.2f}",
                ratio(median(work.cpu), median(by_name[work.base or work.name].cpu))
                if (work.base or work.name) in by_name
                else "",
            ]
            for work in measured
        ],
        notes=[
            f"- {SHEETS:,} different sheets; every fifth lacks two answers.",
            "- Each result has urgency, status, rules, open questions, receipt and digest.",
            "- It was to take at most twice as long as the copy.",
        ],
    )
