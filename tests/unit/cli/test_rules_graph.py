"""`backtriage rules graph`: what it draws, where it writes, and how it exits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backtriage.cli import exits
from backtriage.cli.rules.app import rules_app
from backtriage.render.graph.as_dot import as_dot, neighbourhood_as_dot
from backtriage.render.graph.as_mermaid import as_mermaid, neighbourhood_as_mermaid
from backtriage.render.graph.graph import Graph, neighbourhood
from tests.support.graphs import shipped_graph, tiny_graph
from tests.support.protocols import TINY


def graph(*arguments: str, folder: Path | None = TINY) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `backtriage rules graph ...`."""
    rules = [] if folder is None else ["--rules", str(folder)]
    result = CliRunner().invoke(rules_app, ["graph", *arguments, *rules])
    return result.exit_code, result.stdout, result.stderr


def test_mermaid_is_the_default() -> None:
    assert graph() == (exits.OK, as_mermaid(tiny_graph()), "")
    assert graph(folder=None) == (exits.OK, as_mermaid(shipped_graph()), "")
    assert graph("--format", "mermaid")[1] == as_mermaid(tiny_graph())


def test_dot() -> None:
    assert graph("--format", "dot") == (exits.OK, as_dot(tiny_graph()), "")


def test_a_removed_format_is_refused_with_the_valid_ones() -> None:
    code, out, err = graph("--format", "svg")

    assert (code, out) == (exits.USAGE, "")
    assert "'svg' is not one of 'mermaid', 'dot'" in err


def test_about_one_node() -> None:
    near = neighbourhood(tiny_graph(), "fever_today")

    assert graph("--about", "fever_today")[1] == neighbourhood_as_mermaid(near)
    assert graph("--about", "fever_today", "--format", "dot")[1] == neighbourhood_as_dot(near)


@pytest.mark.parametrize(
    ("name", "options", "draw"),
    [
        ("a.dot", (), as_dot),
        ("a.mmd", (), as_mermaid),
        ("a.dot", ("--format", "mermaid"), as_mermaid),
        ("a.txt", ("--format", "dot"), as_dot),
    ],
)
def test_a_file_is_written_in_the_language_of_its_suffix(
    name: str, options: tuple[str, ...], draw: Callable[[Graph], str], tmp_path: Path
) -> None:
    """Unless an option names another language. Nothing is printed."""
    file = tmp_path / name

    assert graph("--output", str(file), *options) == (exits.OK, "", "")

    assert file.read_text(encoding="utf-8") == draw(tiny_graph())


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    code, out, err = graph("--output", str(tmp_path / "no" / "where.dot"))

    assert (code, out) == (exits.CANNOT_WRITE, "")
    assert "cannot write" in err


@pytest.mark.parametrize(
    ("id_", "hint"),
    [
        ("fever_todai", "did you mean 'fever_today'?"),
        ("signz", "did you mean 'signs'?"),
        ("xyzzy", "'backtriage rules show' lists what there is"),
        ("", "'backtriage rules show' lists what there is"),
    ],
)
def test_an_unknown_id(id_: str, hint: str, tmp_path: Path) -> None:
    """A usage error that suggests the nearest name; no file is written."""
    file = tmp_path / "a.dot"

    code, out, err = graph("--about", id_, "--output", str(file))

    assert (code, out) == (exits.USAGE, "")
    assert err == f"There is no question, rule, fact or score '{id_}': {hint}\n"
    assert not file.exists()


def test_an_unsound_protocol_is_not_drawn(tmp_path: Path) -> None:
    (tmp_path / "protocol.yaml").write_text("rules: none\n", encoding="utf-8")

    code, out, _ = graph(folder=tmp_path)

    assert (code, out) == (exits.UNSOUND, "")
