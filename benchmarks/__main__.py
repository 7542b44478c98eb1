"""Compare backtriage with other ways to do the same.

python -m benchmarks                               # everything
python -m benchmarks decisions                     # one of the five comparisons
python -m benchmarks zen-graph datalogic           # some contenders
python -m benchmarks --rounds 21 --markdown        # write the tables into the README
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Final, Protocol, TypeVar

from benchmarks import batch, decisions, journal, people, start_up
from benchmarks.report import README, in_readme

DECISIONS: Final = "decisions"
START_UP: Final = "start-up"
GROUPS: Final = (DECISIONS, people.PEOPLE, batch.BATCH, START_UP, journal.JOURNAL)


class Selectable(Protocol):
    """A contender or a command."""

    @property
    def name(self) -> str:
        """What selects it."""

    @property
    def is_baseline(self) -> bool:
        """Whether the others are compared with it, so that it is always measured."""

    def version(self) -> str | None:
        """Return None if what it needs is not installed."""

    def install(self) -> str:
        """Return the command that installs what it needs."""


One = TypeVar("One", bound=Selectable)


def selected(every: Sequence[One], group: str, names: Sequence[str]) -> list[One]:
    """Return those that were named, with their baselines, and say which are not installed."""
    wanted = [one for one in every if not names or group in names or one.name in names]
    found = []
    for one in every:
        if one not in wanted and not (wanted and one.is_baseline):
            continue
        if one.version() is None:
            print(f"{one.name} is left out; to install it: {one.install()}", file=sys.stderr)
        else:
            found.append(one)
    return found


def main() -> int:
    """Measure what was selected, and print the tables or write them into the README."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__.partition("\n")[0]
    )
    every = [contender.name for contender in decisions.CONTENDERS]
    every += [command.name for command in start_up.commands()]
    every += [command.name for command in journal.commands()]
    every += [work.name for work in people.works()]
    every += [work.name for work in batch.works()]
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"{', '.join((*GROUPS, *every))}",
    )
    parser.add_argument("--rounds", type=int, default=9, help="turns of each contender (9)")
    parser.add_argument(
        "--sheets", type=int, default=decisions.SHEETS, help=f"most sheets ({decisions.SHEETS})"
    )
    parser.add_argument("--markdown", action="store_true", help=f"write the tables to {README}")
    options = parser.parse_args()
    unknown = {*options.names} - {*GROUPS, *every}
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    if options.markdown and {*options.names} & {*every}:
        parser.error("--markdown writes whole tables, not some contenders")
    tables = []
    contenders = selected(decisions.CONTENDERS, DECISIONS, options.names)
    if contenders:
        tables.append(decisions.measure(contenders, options.rounds, options.sheets))
    commands = selected(start_up.commands(), START_UP, options.names)
    if commands:
        tables.append(start_up.measure(commands, options.rounds))
    entries = selected(journal.commands(), journal.JOURNAL, options.names)
    if entries:
        tables.append(journal.measure(entries, options.rounds))
    works = selected(people.works(), people.PEOPLE, options.names)
    if works:
        tables.append(people.measure(works, options.rounds))
    jobs = selected(batch.works(), batch.BATCH, options.names)
    if jobs:
        tables.append(batch.measure(jobs, options.rounds))
    for table in tables:
        if options.markdown:
            page = in_readme(README.read_text(encoding="utf-8"), table)
            README.write_text(page, encoding="utf-8")
        else:
            print(f"{table.text()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
