"""The manual page: the texts of the help, in the form of man(7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Any, Final

import typer.main

from backtriage.cli.app import app_with
from backtriage.cli.examples import EXAMPLES
from backtriage.terms.version import __version__
from tools.commands import meaning, walk
from tools.samples import ROOT

NOTE: Final = '.\\" Written by tools/pages.py; change the code and run: python -m tools.pages.'

DATE: Final = "2026-11-26"
"""The day on which somebody last read the page. Today's would change it every day."""

CAUTION: Final = "Not a diagnosis, not a medical device. In an emergency call for help first."

_EXIT_CODE: Final = re.compile(r"^\| ([\d, ]+) \| (.+) \|$", re.MULTILINE)


def man_page() -> str:
    """Return the manual page of the program, with all of its commands."""
    app = typer.main.get_command(app_with())
    (_, program), *commands = walk("backtriage", app)
    summary, _, more = (program.help or "").partition("\n\n")
    lines = [
        NOTE,
        f'.TH BACKTRIAGE 1 {DATE} "backtriage {escaped(__version__)}" "User Commands"',
        ".SH NAME",
        f"backtriage \\- {escaped(summary[:1].lower() + summary[1:].rstrip('.'))}",
        ".SH SYNOPSIS",
        "\n.br\n".join(
            synopsis for words, each in commands for synopsis in _synopsis(words, each)
        ),
        ".SH DESCRIPTION",
        *_paragraphs(more),
        *_options(program.params),
        ".SH COMMANDS",
        *(line for words, each in commands for line in _command(words, each)),
        ".SH EXIT STATUS",
        *_exit_codes(),
        ".SH ENVIRONMENT",
        *_environment(each.params for _, each in commands),
        ".SH NOTES",
        escaped(CAUTION),
    ]
    return "\n".join([*lines, ""])


def escaped(text: str) -> str:
    """Return text that roff prints as it is, in short lines, with hyphens that can be copied."""
    text = "\n".join(wrap(text.replace("`", ""), 60, break_on_hyphens=False))
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^(?=[.'])", r"\\&", text, flags=re.MULTILINE)


def _paragraphs(text: str) -> Iterator[str]:
    for place, paragraph in enumerate(filter(None, text.split("\n\n"))):
        yield from (*((".PP",) if place else ()), escaped(paragraph))


def _synopsis(words: str, command: Any) -> Iterator[str]:  # noqa: ANN401 - see tools/commands.py
    if hasattr(command, "commands"):
        return
    arguments = [p.human_readable_name for p in command.params if _is_argument(p)]
    usage = " ".join(("[options]", *arguments))
    yield f"\\fB{escaped(words)}\\fP {escaped(usage)}"


def _command(words: str, command: Any) -> Iterator[str]:  # noqa: ANN401
    yield f".SS {escaped(words)}"
    yield from _paragraphs(command.help or "")
    yield from _options(command.params)
    if examples := EXAMPLES.get(words.removeprefix("backtriage ")):
        yield from (".PP", "Examples:", ".PP", ".nf", *map(escaped, examples), ".fi")


def _options(parameters: Iterable[Any]) -> Iterator[str]:
    for each in parameters:
        if each.hidden or each.name == "help":
            continue
        names: tuple[str, ...] = (each.human_readable_name,)
        if not _is_argument(each):
            value = "" if each.is_flag else f" {each.metavar or each.type.name.upper()}"
            names = tuple(f"{name}{value}" for name in (*each.opts, *each.secondary_opts))
        yield from (".TP", f".B {escaped(', '.join(names))}", escaped(meaning(each)))


def _is_argument(parameter: Any) -> bool:  # noqa: ANN401
    return bool(parameter.param_type_name == "argument")


def _exit_codes() -> Iterator[str]:
    """Yield the exit codes, which the page for scripts lists."""
    page = (ROOT / "docs" / "intake.md").read_text(encoding="utf-8")
    for codes, text in _EXIT_CODE.findall(page):
        yield from (".TP", f".B {codes}", escaped(text))


def _environment(parameters: Iterable[Iterable[Any]]) -> Iterator[str]:
    of_options = {each.envvar: each.opts[0] for params in parameters for each in params
                  if getattr(each, "envvar", None)}  # fmt: skip
    for variable, option in of_options.items():
        yield from (
            ".TP",
            f".B {variable}",
            escaped(f"Counts where {option} is not given."),
        )
    yield from (".TP", ".B NO_COLOR", escaped("If it is set, nothing is printed in colour."))
