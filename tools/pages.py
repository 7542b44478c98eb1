"""Writes the reference pages in docs/ from the code, so that they cannot differ from it.

    .venv/bin/python tools/pages.py

`docs/commands.md` holds every command with its arguments and options;
`docs/problems.md` holds every problem code with its headline and its cure;
the README shows the first part of a real result.
A test compares the pages with what this tool would write.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import typer.main

from backtriage.cli.app import app_with
from backtriage.protocol.codes import CATALOGUE

ROOT: Final = Path(__file__).parents[1]
SHEET: Final = ROOT / "examples" / "simple_strain.json"

SAMPLE_BEGIN: Final = "<!-- sample: begin, written by tools/pages.py -->"
SAMPLE_END: Final = "<!-- sample: end -->"
SAMPLE_BLOCKS: Final = 5

NOTE: Final = "<!-- Written by tools/pages.py; change the code and run it again. -->"

COMMANDS_HEAD: Final = f"""# Commands

{NOTE}

Every command takes `--help`.
The exit codes stand in the [README](../README.md#urgencies-and-exit-codes).
"""

PROBLEMS_HEAD: Final = f"""# Problems

{NOTE}

A problem is one thing that is wrong in a rules file or an answer sheet.
Its code never changes its meaning, so it can be searched for.
`P` codes are about rules files, `A` codes about answers, `C` codes about cases.
"""


def commands_page() -> str:
    """Every command, in the order of the help, with its arguments and options."""
    commands = walk("backtriage", typer.main.get_command(app_with()))
    return "\n".join([COMMANDS_HEAD, *(section(words, command) for words, command in commands)])


# typer carries a click of its own and types little of it, hence `Any` for a command.
def walk(words: str, command: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    """A command and all below it, each with the words that one types."""
    if command.hidden:
        return
    yield words, command
    for name, below in getattr(command, "commands", {}).items():
        yield from walk(f"{words} {name}", below)


def section(words: str, command: Any) -> str:  # noqa: ANN401
    """One command: its name, its help text, and a table of what it takes."""
    lines = [f"## `{words}`", "", *sentences(command.help or ""), ""]
    rows = [
        f"| {names(parameter)} | {cell(meaning(parameter))} |"
        for parameter in command.params
        if not parameter.hidden and parameter.name != "help"
    ]
    if rows:
        lines += ["| argument or option | what it does |", "|---|---|", *rows, ""]
    return "\n".join(lines)


def names(parameter: Any) -> str:  # noqa: ANN401
    """How an option or an argument is written."""
    if parameter.param_type_name == "argument":
        return f"`{parameter.human_readable_name}`"
    return ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))


def meaning(parameter: Any) -> str:  # noqa: ANN401
    """What an option does, and what it may be set to when that is a fixed list."""
    choices = getattr(parameter.type, "choices", ())
    listed = ", ".join(f"`{getattr(choice, 'value', choice)}`" for choice in choices)
    return f"{parameter.help or ''} One of: {listed}." if listed else parameter.help or ""


def sentences(text: str) -> list[str]:
    """Help text as Markdown: paragraphs stay, each wrapped paragraph is one line."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return "\n\n".join(paragraphs).split("\n")


def cell(text: str) -> str:
    """Text that cannot break a table."""
    return " ".join(text.split()).replace("|", "\\|")


def problems_page() -> str:
    """Every problem code in order, with what it says and what to do about it."""
    lines = [PROBLEMS_HEAD]
    for code in sorted(CATALOGUE):
        headline, cure = CATALOGUE[code]
        lines.append(f"## {code}: {headline}\n\n{cure}\n")
    return "\n".join(lines)


def readme() -> str:
    """The README, with the first part of a real result where its sample stands."""
    before, begin, rest = (ROOT / "README.md").read_text(encoding="utf-8").partition(SAMPLE_BEGIN)
    _, end, after = rest.partition(SAMPLE_END)
    return f"{before}{begin}\n```\n{sample()}\n```\n{end}{after}"


def sample() -> str:
    """The first blocks of what the README's first command prints."""
    ran = subprocess.run(
        [sys.executable, "-m", "backtriage", "assess", str(SHEET), "--country", "GB"],
        capture_output=True,
        text=True,
        check=True,
    )
    blocks = ran.stdout.split("\n\n")[:SAMPLE_BLOCKS]
    return "\n\n".join([*blocks, "..."])


PAGES: Final = {
    "docs/commands.md": commands_page,
    "docs/problems.md": problems_page,
    "README.md": readme,
}


def main() -> int:
    """Write the pages that are out of date, and name them."""
    for name, page in PAGES.items():
        file = ROOT / name
        text = page()
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
            print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
