"""Graphs of the tiny protocol, stored to be reviewed.

After a deliberate change, BACKTRIAGE_RESET_GOLDEN=1 writes them anew; look at them before you
commit.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from backtriage.render.graph.as_dot import as_dot, neighbourhood_as_dot
from backtriage.render.graph.as_mermaid import as_mermaid, neighbourhood_as_mermaid
from backtriage.render.graph.graph import Graph
from backtriage.render.graph.neighbourhood import neighbourhood
from tests.golden.test_golden import RESET
from tests.unit.render.graph.graphs import tiny_graph

HERE: Final = Path(__file__).parent / "graphs"

DRAWINGS: Final[dict[str, Callable[[Graph], str]]] = {
    "sore_throat.mmd": as_mermaid,
    "sore_throat.dot": as_dot,
    "about_feverish.mmd": lambda graph: neighbourhood_as_mermaid(neighbourhood(graph, "feverish")),
    "about_feverish.dot": lambda graph: neighbourhood_as_dot(neighbourhood(graph, "feverish")),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_graph_is_as_it_was_reviewed(name: str) -> None:
    drawing = DRAWINGS[name](tiny_graph())
    if RESET:
        (HERE / name).write_text(drawing, encoding="utf-8")

    assert drawing == (HERE / name).read_text(encoding="utf-8")


def test_every_stored_graph_is_compared() -> None:
    assert {file.name for file in HERE.iterdir()} == set(DRAWINGS)
