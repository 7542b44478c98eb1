"""Draws the two pictures of the interview that the README shows.

    .venv/bin/python tools/pictures.py

They are the real screens, drawn by the functions that draw on a terminal, and written as SVG.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from backtriage.interview.interview import view
from backtriage.interview.transitions import start
from backtriage.program.words import Words
from backtriage.shell.cache import load_program
from backtriage.shell.full.draw.screen import drawn
from backtriage.shell.full.press import press
from backtriage.shell.full.scene import Scene, Size, opened

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "docs" / "pictures"
SIZE: Final = Size(columns=80, rows=24)
THEME: Final = TerminalTheme((250, 250, 248), (28, 28, 30), [(28, 28, 30)] * 8)
"""A light screen. The interview brings no colours of its own."""

FETCHED: Final = re.compile(r"@font-face \{.*?\}\s*|<!--.*?-->\s*", re.DOTALL)
"""Fonts that a viewer would fetch from the network, where any monospaced one will do."""

STYLES: Final = {"action": "bold reverse", "heading": "bold", "text": ""}

TO_A_LIST: Final = ("1", "enter", "4", "4", "enter", "2", "enter", "down", "down", "down")
"""Answering for oneself, 44, the second choice; then down the first list."""

TO_AN_EMERGENCY: Final = (*TO_A_LIST[:7], "0", "enter", "1", "2", "enter")
"""The same, none of the first list, and two of the second."""

PICTURES: Final = {
    "question.svg": ("A question of the interview", TO_A_LIST),
    "emergency.svg": ("An emergency, shown at once", TO_AN_EMERGENCY),
}


def scene_after(keys: tuple[str, ...], country: str = "GB") -> Scene:
    """The scene of the shipped protocol after some keys."""
    program = load_program(save=False)
    interview = start(program)
    words = Words(program, country)
    scene = opened(Scene(interview=interview, words=words, seen=view(interview)))
    for key in keys:
        scene = press(scene, key, SIZE)
    return scene


def svg(scene: Scene, title: str, size: Size = SIZE) -> str:
    """A scene as a picture of a terminal."""
    console = Console(width=size.columns, record=True, file=StringIO(), force_terminal=True)
    shown = drawn(scene, size)
    for row, line in enumerate(shown.lines):
        text = Text(line.text.ljust(size.columns), style=STYLES[line.role], no_wrap=True)
        if shown.cursor[0] == row:
            text.stylize("reverse", shown.cursor[1], shown.cursor[1] + 1)
        console.print(text, overflow="crop", soft_wrap=True)
    picture = console.export_svg(title=title, theme=THEME, unique_id="backtriage")
    # Some viewers would drop the spaces that indent a line.
    return FETCHED.sub("", picture).replace("<text ", '<text xml:space="preserve" ')


def pictures() -> Iterator[tuple[Path, str]]:
    """Each file, and what belongs in it."""
    for name, (title, keys) in PICTURES.items():
        yield FOLDER / name, svg(scene_after(keys), title)


def main() -> int:
    """Write the pictures, and name them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file, picture in pictures():
        file.write_text(picture, encoding="utf-8")
        print(f"wrote {file.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
