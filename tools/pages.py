"""Write the parts of the documents that come from the code, so that they cannot disagree with it.

    .venv/bin/python -m tools.pages

`docs/commands.md`, `docs/problems.md` and the manual page `docs/backtriage.1` are written whole.
In other documents two marks enclose what is written, and the first says what it is:

    <!-- begin output rules show lung_clot: written by tools/pages.py -->
    <!-- end -->

After `begin` stands one of these:

    output COMMAND        what a command prints
    sample NAME           a part of some output, chosen in tools/samples.py
    table NAME            a table from tools/tables.py
    FILE ID               an entry of a rules file, word for word

A test compares the documents with what this tool would write.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import typer.main

from backtriage.cli.app import app_with
from backtriage.cli.examples import EXAMPLES
from tools.commands import meaning, walk
from tools.man_page import man_page
from tools.problem_codes import CATALOGUE
from tools.samples import ROOT, RULES, SAMPLES, output_of
from tools.tables import TABLES, cell

MARKED: Final = re.compile(
    r"(<!-- begin ([^:]+): written by tools/pages\.py -->\n).*?(<!-- end -->)", re.DOTALL
)

NOTE: Final = "<!-- Written by tools/pages.py; change the code and run: python -m tools.pages. -->"

COMMANDS_HEAD: Final = f"""# Commands

{NOTE}

Every command takes `--help`.
[Scripted intake](intake.md#urgencies-and-exit-codes) lists the exit codes.

An option that names a file to write never overwrites one unless `--force` is given.
Even then it replaces no link, no read-only file and no file of another user.
The name is checked before the work begins.
`-` is standard output; a report that would be printed there then goes to standard error.
"""

PROBLEMS_HEAD: Final = f"""# Problems

{NOTE}

A problem is one error in a rules file, an answer sheet or a case.
Its code never changes its meaning, so it can be searched for.
`P` codes are about rules files and YAML, `A` codes about answers, `C` codes about cases.
"""


# -- whole pages --------------------------------------------------------------------------


def commands_page() -> str:
    """Return the page of all commands, in the order of the help."""
    commands = walk("backtriage", typer.main.get_command(app_with()))
    return "\n".join([COMMANDS_HEAD, *(section(words, command) for words, command in commands)])


def section(words: str, command: Any) -> str:  # noqa: ANN401
    """Return the section of one command: its help text, and a table of its parameters."""
    lines = [f"## `{words}`", "", *sentences(command.help or ""), ""]
    rows = [
        f"| {names(parameter)} | {cell(meaning(parameter))} |"
        for parameter in command.params
        if not parameter.hidden and parameter.name != "help"
    ]
    if rows:
        lines += ["| argument or option | what it does |", "|---|---|", *rows, ""]
    examples = EXAMPLES.get(words.removeprefix("backtriage "))
    if examples:
        lines += ["```sh", *examples, "```", ""]
    return "\n".join(lines)


def names(parameter: Any) -> str:  # noqa: ANN401
    """Return every spelling of an option, or the name of an argument."""
    if parameter.param_type_name == "argument":
        return f"`{parameter.human_readable_name}`"
    return ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))


def sentences(text: str) -> list[str]:
    """Return help text as Markdown, with one sentence per line."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    lines = [re.sub(r"(?<=[.?!]) (?=[A-Z'])", "\n", paragraph) for paragraph in paragraphs]
    return "\n\n".join(lines).split("\n")


def problems_page() -> str:
    """Return the page of all problem codes, each with its headline and its fix."""
    lines = [PROBLEMS_HEAD]
    for code in sorted(CATALOGUE):
        headline, fix = CATALOGUE[code]
        lines.append(f"## {code}: {headline}\n\n{fix}\n")
    return "\n".join(lines)


# -- between marks ------------------------------------------------------------------------


def filled(name: str) -> str:
    """Return a document with everything between its marks written anew."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return MARKED.sub(lambda mark: f"{mark[1]}{content(mark[2], text)}\n{mark[3]}", text)


def content(wanted: str, document: str) -> str:
    """Return what a mark asks for."""
    what, _, rest = wanted.partition(" ")
    if what == "table":
        return TABLES[rest]()
    if what == "sample":
        return fenced("", SAMPLES[rest](document))
    if what == "output":
        return fenced("", output_of(rest.split()))
    return fenced("yaml", entry(RULES / what, rest))


def fenced(language: str, text: str) -> str:
    """Return a fenced code block."""
    return f"```{language}\n{text.rstrip()}\n```"


def entry(file: Path, name: str) -> str:
    """Return one entry of a rules file, word for word, under the name of its section."""
    lines = file.read_text(encoding="utf-8").splitlines()
    begins = re.compile(rf"  - (id|question|about): {name}( #.*)?")
    first = next(index for index, line in enumerate(lines) if begins.fullmatch(line))
    last = first + 1
    while last < len(lines) and lines[last].startswith("    "):
        last += 1
    heading = next(line for line in reversed(lines[:first]) if re.fullmatch(r"[a-z_]+:", line))
    return "\n".join([heading, *lines[first:last]])


PAGES: Final[dict[str, Callable[[], str]]] = {
    "docs/commands.md": commands_page,
    "docs/problems.md": problems_page,
    "docs/backtriage.1": man_page,
    "docs/rules-reference.md": lambda: filled("docs/rules-reference.md"),
    "README.md": lambda: filled("README.md"),
    "docs/intake.md": lambda: filled("docs/intake.md"),
    "rules/README.md": lambda: filled("rules/README.md"),
}


def main() -> int:
    """Write the pages that are out of date, and name them."""
    for name, page in PAGES.items():
        file = ROOT / name
        text = page()
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
