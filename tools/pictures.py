"""Draw the pictures in the documents: a result, two screens, and the graph of one rule.

    .venv/bin/python -m tools.pictures

The screens come from the functions that draw on a terminal. The graph needs Graphviz.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from backtriage.decide.assessment import assess
from backtriage.interview.interview import view
from backtriage.interview.transitions import start
from backtriage.program.words import Words
from backtriage.render.card_lines import card_lines
from backtriage.render.graph.as_dot import neighbourhood_as_dot
from backtriage.render.graph.graph import build_graph, neighbourhood
from backtriage.render.line import Line
from backtriage.render.page.card import card_of
from backtriage.render.style import for_rich, style_of
from backtriage.shell.cache import load_program
from backtriage.shell.full.draw import draw
from backtriage.shell.full.keys import handle_key
from backtriage.shell.full.state import Size, UiState, first_screen
from backtriage.shell.sheets import read_answers
from tools.samples import SHEET

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "docs" / "pictures"
SIZE: Final = Size(columns=80, rows=24)
THEME: Final = TerminalTheme((250, 250, 248), (28, 28, 30), [(28, 28, 30)] * 8)
"""A light terminal. The interview uses no colours."""

WEB_FONTS: Final = re.compile(r"@font-face \{.*?\}\s*|<!--.*?-->\s*", re.DOTALL)
"""Fonts that a viewer would download; any monospaced font will do."""

TO_A_LIST: Final = ("1", "enter", "4", "4", "enter", "2", "enter", "down", "down", "down")
"""For oneself, aged 44, the second choice; then down the first list."""

TO_AN_EMERGENCY: Final = (*TO_A_LIST[:7], "0", "enter", "1", "2", "enter")
"""The same, then none of the first list and two of the second."""

SCREENS: Final = {
    "question.svg": ("A question of the interview", TO_A_LIST),
    "emergency.svg": ("An emergency, shown at once", TO_AN_EMERGENCY),
}

GRAPH_ABOUT: Final = "pregnancy_not_checked"
GRAPH: Final = FOLDER / "graph.svg"

COMMENTS: Final = re.compile(r"<!--.*?-->\s*", re.DOTALL)
"""Among them the version of Graphviz."""


def scene_after(keys: tuple[str, ...], country: str = "GB") -> UiState:
    """Return the scene of the shipped protocol after some key presses."""
    program = load_program(save=False)
    interview = start(program)
    words = Words(program, country)
    state = first_screen(UiState(interview=interview, words=words, view=view(interview)))
    for key in keys:
        state = handle_key(state, key, SIZE)
    return state


def svg(state: UiState, title: str, size: Size = SIZE) -> str:
    """Draw a scene as a terminal window."""
    shown = draw(state, size)
    return window(shown.lines, title, shown.cursor, size.columns)


def card_svg() -> str:
    """Draw the card of the README's first command."""
    program = load_program(save=False)
    sheet = read_answers(program, str(SHEET))
    card = card_of(assess(program, sheet.answers, "GB"))
    return window(card_lines(card, SIZE.columns), "The result of a strained back")


def window(
    lines: Sequence[Line], title: str, cursor: tuple[int, int] | None = None,
    columns: int = SIZE.columns,
) -> str:  # fmt: skip
    """Draw lines as a terminal window, with its cursor if it shows one."""
    # With as many colours as a card has, as rich remembers the codes of a style for all consoles.
    console = Console(
        width=columns, record=True, file=StringIO(), force_terminal=True, color_system="256"
    )
    for row, line in enumerate(lines):
        parts = ((span.text, for_rich(style_of(span, "256"))) for span in line.parts)
        text = Text.assemble(*parts, no_wrap=True)
        text.pad_right(columns - text.cell_len)
        if cursor is not None and cursor[0] == row:
            text.stylize("reverse", cursor[1], cursor[1] + 1)
        console.print(text, overflow="crop", soft_wrap=True)
    picture = console.export_svg(title=title, theme=THEME, unique_id="backtriage")
    # Without xml:space some viewers drop the spaces that indent a line.
    return WEB_FONTS.sub("", picture).replace("<text ", '<text xml:space="preserve" ')


def screens() -> Iterator[tuple[Path, str]]:
    """Yield the file and the SVG of each screen."""
    for name, (title, keys) in SCREENS.items():
        yield FOLDER / name, svg(scene_after(keys), title)
    yield FOLDER / "card.svg", card_svg()


def graph_dot() -> str:
    """Return the graph of one rule in DOT."""
    graph = build_graph(load_program(save=False))
    return neighbourhood_as_dot(neighbourhood(graph, GRAPH_ABOUT))


def graph_svg() -> str:
    """Draw the graph of one rule with Graphviz."""
    drawing = subprocess.run(
        ["dot", "-Tsvg"],  # noqa: S607 - wherever Graphviz is installed
        input=graph_dot(),
        capture_output=True,
        text=True,
        check=True,
    )
    return COMMENTS.sub("", drawing.stdout)


def main() -> int:
    """Write the pictures, and name them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file, picture in (*screens(), (GRAPH, graph_svg())):
        file.write_text(picture, encoding="utf-8")
        print(f"wrote {file.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
