"""Writes what the documents take from the code, so that they cannot differ from it.

    .venv/bin/python tools/pages.py

`docs/commands.md` holds every command with its arguments and options, `docs/problems.md` every
problem code with its headline and its cure, and `docs/code.md` every file. In the README and in
`rules/README.md` real output and real rules stand between two marks that name what belongs there:

    <!-- begin sample text: written by tools/pages.py -->
    <!-- end -->

A test compares the documents with what this tool would write.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import typer.main

from backtriage.cli.app import app_with
from backtriage.protocol.codes import CATALOGUE

ROOT: Final = Path(__file__).parents[1]
SHEET: Final = ROOT / "examples" / "simple_strain.json"
RULES: Final = ROOT / "rules" / "back_pain"

MARKED: Final = re.compile(
    r"(<!-- begin ([^:]+): written by tools/pages\.py -->\n).*?(<!-- end -->)", re.DOTALL
)
SHELL: Final = re.compile(r"```sh\n(.*?)```", re.DOTALL)
TEXT_BLOCKS: Final = 4
"""How many paragraphs of a result the README shows."""

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

CODE_HEAD: Final = f"""# Code

{NOTE}

Every file of the program, and what it says it is for.
[CONTRIBUTING](../CONTRIBUTING.md#the-floors) says which folder may import which.
"""

SOURCE: Final = ROOT / "src" / "backtriage"


# -- pages that are wholly written here ---------------------------------------------------


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
    """Help text as Markdown: paragraphs stay, and each sentence has a line of its own."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    lines = [re.sub(r"(?<=[.?!]) (?=[A-Z'])", "\n", paragraph) for paragraph in paragraphs]
    return "\n\n".join(lines).split("\n")


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


def code_page() -> str:
    """Every folder of the program with its files, and the first sentence of each."""
    lines = [CODE_HEAD]
    for folder in sorted({file.parent for file in SOURCE.rglob("*.py")}):
        name = folder.relative_to(SOURCE.parent).as_posix()
        lines += [f"## `{name}/`", "", "| file | what it is for |", "|---|---|"]
        for file in sorted(folder.glob("*.py")):
            said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
            first = cell(said.partition("\n\n")[0])
            lines.append(f"| `{file.name}` | {first} |")
        lines.append("")
    return "\n".join(lines)


# -- what is written between marks --------------------------------------------------------


def filled(name: str) -> str:
    """A document with everything between its marks written anew."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return MARKED.sub(lambda found: f"{found[1]}{fenced(found[2], text)}\n{found[3]}", text)


def fenced(wanted: str, document: str) -> str:
    """What a mark asks for: a sample, what a command prints or draws, or an entry of a file."""
    what, _, rest = wanted.partition(" ")
    if what == "sample":
        return block("", SAMPLES[rest](document))
    if what in {"output", "drawing"}:
        return block("mermaid" if what == "drawing" else "", ran(rest.split()))
    return block("yaml", entry(RULES / what, rest))


def block(language: str, text: str) -> str:
    """A fenced block."""
    return f"```{language}\n{text.rstrip()}\n```"


def ran(words: list[str], given: str = "") -> str:
    """What the program prints when it is run with some words."""
    command = [sys.executable, "-m", "backtriage", *words]
    ran = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if not ran.stdout:  # a line on standard error alone may be about a review date that is past
        raise SystemExit(f"{' '.join(words)}: {ran.stderr}")
    return ran.stdout


def sample_text(_: str) -> str:
    """The first paragraphs of what the README's first command prints."""
    found = ran(["assess", str(SHEET), "--country", "GB"])
    return "\n\n".join([*found.split("\n\n")[:TEXT_BLOCKS], "..."])


def sample_json(document: str) -> str:
    """From the status to the action of what the README's JSON command prints."""
    command = next(found for found in SHELL.findall(document) if "--format json" in found)
    line, sheet, _ = command.split("\n", 2)
    lines = ran(line.removesuffix("<<'END'").split()[1:], sheet).splitlines()
    starts = [at for at, text in enumerate(lines) if text.startswith('  "')]
    first = next(at for at in starts if '"status"' in lines[at])
    last = next(at for at in starts if '"reasons"' in lines[at])
    return "\n".join(lines[first:last])


SAMPLES: Final[dict[str, Callable[[str], str]]] = {"text": sample_text, "json": sample_json}


def entry(file: Path, name: str) -> str:
    """One entry of a rules file, word for word, under the name of its section."""
    lines = file.read_text(encoding="utf-8").splitlines()
    begins = re.compile(rf"  - (id|question|about): {name}( #.*)?")
    first = next(at for at, line in enumerate(lines) if begins.fullmatch(line))
    last = first + 1
    while last < len(lines) and lines[last].startswith("    "):
        last += 1
    heading = next(line for line in reversed(lines[:first]) if re.fullmatch(r"[a-z_]+:", line))
    return "\n".join([heading, *lines[first:last]])


PAGES: Final[dict[str, Callable[[], str]]] = {
    "docs/commands.md": commands_page,
    "docs/problems.md": problems_page,
    "docs/code.md": code_page,
    "README.md": lambda: filled("README.md"),
    "rules/README.md": lambda: filled("rules/README.md"),
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
