"""What the documents say is there, is there; and what is there, they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from backtriage.cli.app import app_with
from backtriage.protocol.codes import CATALOGUE
from tools.pages import PAGES, walk
from tools.pictures import FOLDER, pictures

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
LETTERS = re.compile(r">([^<]*)</text>")
HEADING = re.compile(r"^## ", re.MULTILINE)

COMMANDS = dict(walk("backtriage", typer.main.get_command(app_with())))


def linked(document: Path) -> Iterator[Path]:
    """The files that a document links to, within this project."""
    for match in LINK.finditer(document.read_text(encoding="utf-8")):
        yield document.parent / match[1]


def documents() -> list[Path]:
    """The README and the pages that it links to."""
    return [README, *(file for file in linked(README) if file.suffix == ".md")]


def sections() -> dict[str, str]:
    """Each section of the documents by its heading, without the backquotes."""
    found: dict[str, str] = {}
    for document in documents():
        for part in HEADING.split(document.read_text(encoding="utf-8"))[1:]:
            heading, _, body = part.partition("\n")
            found[heading.replace("`", "")] = body
    return found


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_is_documented(words: str) -> None:
    """Each command has a section that says what it does and names each of its options."""
    command: Any = COMMANDS[words]
    body = sections()[words]

    assert command.help, f"{words} has no help text"
    for parameter in command.params:
        if parameter.param_type_name == "option" and not parameter.hidden:
            assert parameter.name == "help" or parameter.help, f"{parameter.name} has no help"
            for name in (*parameter.opts, *parameter.secondary_opts):
                assert name == "--help" or f"`{name}`" in body


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_problem_code_is_documented(code: str) -> None:
    """Each problem code has a section with its headline and its cure."""
    headline, cure = CATALOGUE[code]

    assert cure in sections()[f"{code}: {headline}".replace("`", "")]


@pytest.mark.parametrize("name", PAGES)
def test_what_is_made_from_the_code_is_fresh(name: str) -> None:
    """A page made from the code is what the code would make now: run tools/pages.py."""
    assert (ROOT / name).read_text(encoding="utf-8") == PAGES[name]()


def test_no_link_is_broken() -> None:
    """Every link between our documents leads to a file."""
    broken = [
        f"{document.relative_to(ROOT)}: {target.relative_to(ROOT)}"
        for document in documents()
        for target in linked(document)
        if not target.exists()
    ]

    assert not broken


def test_prose_has_one_sentence_per_line() -> None:
    """No line of the README holds two sentences, so that changes of prose can be read."""
    two = re.compile(r"[.?!] [A-Z]")
    outside_fences = "".join(README.read_text(encoding="utf-8").split("```")[::2])
    prose = [
        line
        for line in outside_fences.splitlines()
        if line and not line.startswith(("|", "#", "-", " ", "<"))
    ]

    assert [line for line in prose if two.search(line)] == []


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.svg")), ids=lambda file: str(file.name))
def test_the_pictures_show_the_screens_of_now(file: Path) -> None:
    """Their words are those that the interview draws: run tools/pictures.py."""
    drawn = dict(pictures())

    assert LETTERS.findall(file.read_text(encoding="utf-8")) == LETTERS.findall(drawn[file])
    assert "http" not in file.read_text(encoding="utf-8").replace("http://www.w3.org", "")
