"""Golden files of the graphs of the tiny protocol. BACKTRIAGE_RESET_GOLDEN=1 rewrites them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from backtriage.render.graph.as_dot import as_dot, neighbourhood_as_dot
from backtriage.render.graph.as_mermaid import as_mermaid, neighbourhood_as_mermaid
from backtriage.render.graph.graph import Graph, neighbourhood
from tests.support.golden import golden_text
from tests.support.graphs import tiny_graph

HERE: Final = Path(__file__).parent / "graphs"

DRAWINGS: Final[dict[str, Callable[[Graph], str]]] = {
    "sore_throat.mmd": as_mermaid,
    "sore_throat.dot": as_dot,
    "about_feverish.mmd": lambda graph: neighbourhood_as_mermaid(neighbourhood(graph, "feverish")),
    "about_feverish.dot": lambda graph: neighbourhood_as_dot(neighbourhood(graph, "feverish")),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_graphs_equal_their_golden_files(name: str) -> None:
    drawing = DRAWINGS[name](tiny_graph())

    assert drawing == golden_text(HERE / name, drawing)


def test_every_golden_file_is_compared() -> None:
    assert {file.name for file in HERE.iterdir()} == set(DRAWINGS)
