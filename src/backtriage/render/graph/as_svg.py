"""A picture as SVG: one file that needs nothing else, light or dark as its reader likes it.

Urgencies have colours, and every place that has one also says the urgency in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final
from xml.sax.saxutils import escape

from backtriage.render.graph.boxes import (
    SIZES,
    Box,
    Heading,
    Line,
    Placed,
    Style,
    Text,
    folded,
    leading,
    printable,
)
from backtriage.render.graph.graph import Graph, Key
from backtriage.render.graph.layers import layers
from backtriage.render.graph.nearby import Nearby
from backtriage.render.graph.says import summary, tip
from backtriage.render.graph.whole import MARGIN, whole

_HOW_TO_READ: Final = (
    "Questions stand in asking order. A line in the margin leads from a question to each one that "
    "its answer may open; the condition stands there. A rule names the questions that it reads, "
    "itself or through facts and scores. The most urgent rules come first."
)
_HOW_NEAR: Final = (
    "What it reads, or what opens it, stands on the left; what reads it, or what it opens, on the "
    "right. A dashed line leads to a question that is opened. A fact or a score that leads no "
    "further decides advice only."
)
_LEAST_WIDTH: Final = 640.0
_BELOW: Final = 4.0
"""Room below a paragraph."""
_MARK: Final = 5.0
"""The width of an urgency's mark."""

_LIGHT: Final = {
    "paper": "#ffffff", "box": "#f6f7f9", "edge": "#8a929c", "line": "#5b6672",
    "ink": "#16191d", "dim": "#454d57",
}  # fmt: skip
_DARK: Final = {
    "paper": "#14171a", "box": "#1f2429", "edge": "#69727d", "line": "#9aa5b1",
    "ink": "#f1f3f5", "dim": "#bcc4cd",
}  # fmt: skip
_MARKS: Final = (
    ("#4d7d32", "#0f7b8a", "#2f62c4", "#b45f06", "#c0182b"),
    ("#8cc66d", "#4fc3d3", "#86aef7", "#f0a04b", "#ff7b83"),
)
"""The mark of each urgency, lowest first, on light and on dark."""


def as_svg(graph: Graph) -> str:
    """The whole protocol."""
    head = _head(graph.title, f"{summary(graph)}. {_HOW_TO_READ}", whole(graph, 0))
    placed = whole(graph, head[-1].y + MARGIN)
    return _drawn(f"{graph.title}, {summary(graph)}", _HOW_TO_READ, head, placed)


def nearby_as_svg(near: Nearby) -> str:
    """A neighbourhood, with every line."""
    title = f"About {near.about[0].id}"
    head = _head(title, f"{summary(near.graph)}. {_HOW_NEAR}", layers(near, 0))
    placed = layers(near, head[-1].y + MARGIN)
    about = frozenset(part.key for part in near.about)
    return _drawn(f"{near.graph.title}: {title}", _HOW_NEAR, head, placed, about)


# -- a page -------------------------------------------------------------------------------


def _width(placed: Placed) -> float:
    return max(_LEAST_WIDTH, placed.right + MARGIN)


def _head(title: str, says: str, placed: Placed) -> tuple[Text, ...]:
    """Lines of text at the top, as wide as the picture."""
    y, found = MARGIN, []
    styles: tuple[tuple[Style, str], ...] = (("title", title), ("text", says))
    for style, text in styles:
        for line in folded(text, style, _width(placed) - 2 * MARGIN):
            y += leading(style)
            found.append(Text(x=MARGIN, y=y, style=style, text=line))
        y += _BELOW
    return tuple(found)


def _drawn(
    title: str, says: str, head: tuple[Text, ...], placed: Placed,
    about: frozenset[Key] = frozenset(),
) -> str:  # fmt: skip
    width, height = _n(_width(placed)), _n(placed.bottom + MARGIN)
    size = f'width="{width}" height="{height}"'
    named = 'role="img" aria-labelledby="title says"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width} {height}" {named}>',
        f'<title id="title">{_plain(title)}</title>',
        f'<desc id="says">{_plain(says)}</desc>',
        f"<style>{_style()}</style>",
        f'<rect class="paper" {size}/>',
        *(_text(line) for line in head),
        *(part for heading in placed.headings for part in _heading(heading)),
        *(part for line in placed.lines for part in _line(line)),
        *(part for box in placed.boxes for part in _box(box, is_about=box.part.key in about)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _style() -> str:
    """One set of colours for light and one for dark."""
    sizes = "".join(f".{style}{{font-size:{_n(size)}px}}" for style, size in SIZES.items())
    return (
        'text{font-family:Helvetica,Arial,"Liberation Sans",sans-serif}'
        f".title,.heading,.head{{font-weight:bold}}{sizes}.line{{fill:none;stroke-width:1.4}}"
        ".box{stroke-width:1}.about{stroke-width:3}.dashed{stroke-dasharray:6 4}"
        f"{_colours(_LIGHT, _MARKS[0])}"
        f"@media (prefers-color-scheme:dark){{{_colours(_DARK, _MARKS[1])}}}"
    )


def _colours(of: Mapping[str, str], marks: Sequence[str]) -> str:
    return (
        f".paper{{fill:{of['paper']}}}.box{{fill:{of['box']};stroke:{of['edge']}}}"
        f".about{{stroke:{of['ink']}}}.line{{stroke:{of['line']}}}.tip{{fill:{of['line']}}}"
        f"text{{fill:{of['ink']}}}.note{{fill:{of['dim']}}}"
        + "".join(f".u{at}{{fill:{mark}}}" for at, mark in enumerate(marks))
    )


# -- what stands on it --------------------------------------------------------------------


def _heading(heading: Heading) -> Iterator[str]:
    first, last = heading.lines[0], heading.lines[-1]
    if heading.urgency is None:
        yield from map(_text, heading.lines)
        return
    size = SIZES[first.style]
    mark = f'width="{_n(_MARK)}" height="{_n(last.y - first.y + 1.2 * size)}"'
    yield f'<rect class="u{int(heading.urgency)}" {_at(first.x, first.y - size)} {mark}/>'
    yield from (_text(replace(line, x=line.x + 2 * _MARK)) for line in heading.lines)


def _box(box: Box, *, is_about: bool) -> Iterator[str]:
    yield "<g>"
    if said := tip(box.part):
        yield f"<title>{_plain(said)}</title>"
    place, height = _at(box.x, box.y), f'height="{_n(box.height)}"'
    about = " about" if is_about else ""
    yield f'<rect class="box{about}" {place} width="{_n(box.width)}" {height}/>'
    if box.part.urgency is not None:
        yield f'<rect class="u{int(box.part.urgency)}" {place} width="{_n(_MARK)}" {height}/>'
    yield from (_text(replace(t, x=box.x + t.x, y=box.y + t.y)) for t in box.lines)
    yield "</g>"


def _line(line: Line) -> Iterator[str]:
    """A line, with a dot where another leaves it, and the head of an arrow at each end."""
    dashed = " dashed" if line.is_dashed else ""
    for places in (line.places, *line.branches):
        yield f'<path class="line{dashed}" d="{_path(places, is_curved=line.is_curved)}"/>'
        x, y = places[-1]
        yield f'<path class="tip" d="M{_n(x)} {_n(y)}l-8 -4v8z"/>'
    for (x, y), _ in line.branches:
        yield f'<circle class="tip" cx="{_n(x)}" cy="{_n(y)}" r="2.6"/>'


def _path(places: Sequence[tuple[float, float]], *, is_curved: bool) -> str:
    first, *rest = places
    steps = [f"M{_n(first[0])} {_n(first[1])}"]
    for (x, y), (to_x, to_y) in pairwise((first, *rest)):
        middle = (x + to_x) / 2
        bend = (
            f"C{_n(middle)} {_n(y)} {_n(middle)} {_n(to_y)} " if is_curved and y != to_y else "L"
        )
        steps.append(f"{bend}{_n(to_x)} {_n(to_y)}")
    return "".join(steps)


def _text(text: Text) -> str:
    return f'<text class="{text.style}" {_at(text.x, text.y)}>{_plain(text.text)}</text>'


def _at(x: float, y: float) -> str:
    return f'x="{_n(x)}" y="{_n(y)}"'


def _n(number: float) -> str:
    """A number with one decimal at most."""
    return f"{round(number, 1):g}"


def _plain(text: str) -> str:
    """Text that XML shows as it is."""
    return escape(printable(text))
