"""Whole pictures of the tiny protocol, kept to be looked at.

A picture that has changed on purpose is written anew with BACKTRIAGE_RESET_GOLDEN=1 and looked
at again before it is committed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from backtriage.render.graph.as_mermaid import as_mermaid, nearby_as_mermaid
from backtriage.render.graph.as_svg import as_svg, nearby_as_svg
from backtriage.render.graph.graph import Graph
from backtriage.render.graph.nearby import nearby
from tests.golden.test_golden import RESET
from tests.unit.render.graph.drawn import tiny

HERE: Final = Path(__file__).parent / "graphs"

PICTURES: Final[dict[str, Callable[[Graph], str]]] = {
    "sore_throat.mmd": as_mermaid,
    "sore_throat.svg": as_svg,
    "about_feverish.mmd": lambda graph: nearby_as_mermaid(nearby(graph, "feverish")),
    "about_feverish.svg": lambda graph: nearby_as_svg(nearby(graph, "feverish")),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_as_it_was_reviewed(name: str) -> None:
    """Not a line of it changes unseen."""
    drawn = PICTURES[name](tiny())
    if RESET:
        (HERE / name).write_text(drawn, encoding="utf-8")

    assert drawn == (HERE / name).read_text(encoding="utf-8")


def test_every_kept_picture_is_compared() -> None:
    """No file is left over."""
    assert {file.name for file in HERE.iterdir()} == set(PICTURES)
