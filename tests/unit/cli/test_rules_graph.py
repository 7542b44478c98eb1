"""`backtriage rules graph`: what it draws, where it goes, and how it exits."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from backtriage.cli import exits
from backtriage.cli.rules import rules_app
from backtriage.render.graph.as_mermaid import as_mermaid, nearby_as_mermaid
from backtriage.render.graph.as_svg import as_svg, nearby_as_svg
from backtriage.render.graph.nearby import nearby
from tests.support.protocols import TINY
from tests.unit.render.graph.drawn import shipped, tiny


def graph(*arguments: str, folder: Path | None = TINY) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `backtriage rules graph ...`."""
    rules = [] if folder is None else ["--rules", str(folder)]
    ran = CliRunner().invoke(rules_app, ["graph", *arguments, *rules])
    return ran.exit_code, ran.stdout, ran.stderr


def test_text_for_mermaid_without_an_option() -> None:
    """And nothing else, of the protocol that ships or of another."""
    assert graph() == (exits.OK, as_mermaid(tiny()), "")
    assert graph(folder=None) == (exits.OK, as_mermaid(shipped()), "")
    assert graph("--format", "mermaid")[1] == as_mermaid(tiny())


def test_svg() -> None:
    """One file that needs nothing else."""
    assert graph("--format", "svg") == (exits.OK, as_svg(tiny()), "")


def test_about_one_part() -> None:
    """Its neighbourhood, in either form."""
    near = nearby(tiny(), "fever_today")

    assert graph("--about", "fever_today")[1] == nearby_as_mermaid(near)
    assert graph("--about", "fever_today", "--format", "svg")[1] == nearby_as_svg(near)


@pytest.mark.parametrize(
    ("name", "options", "drawn"),
    [
        ("a.svg", (), as_svg),
        ("a.mmd", (), as_mermaid),
        ("a.svg", ("--format", "mermaid"), as_mermaid),
        ("a.txt", ("--format", "svg"), as_svg),
    ],
)
def test_a_file(name: str, options: tuple[str, ...], drawn: object, tmp_path: Path) -> None:
    """Its name says how it is drawn, unless an option does; nothing is printed."""
    file = tmp_path / name

    assert graph("--output", str(file), *options) == (exits.OK, "", "")

    assert callable(drawn)
    assert file.read_text(encoding="utf-8") == drawn(tiny())


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """It says why."""
    code, out, err = graph("--output", str(tmp_path / "no" / "where.svg"))

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
    """It is a wrong use, the nearest name is named, and no file is written."""
    file = tmp_path / "a.svg"

    code, out, err = graph("--about", id_, "--output", str(file))

    assert (code, out) == (exits.USAGE, "")
    assert err == f"There is no question, rule, fact or score '{id_}': {hint}\n"
    assert not file.exists()


def test_rules_that_cannot_be_used(tmp_path: Path) -> None:
    """A protocol with mistakes is not drawn."""
    (tmp_path / "protocol.yaml").write_text("rules: none\n", encoding="utf-8")

    code, out, _ = graph(folder=tmp_path)

    assert (code, out) == (exits.UNSOUND, "")
