"""What `lint-imports` cannot check about the layers: what start-up loads, and their coverage."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer

from backtriage.cli.app import app_with
from tests.support.process import EXAMPLE, modules_loaded_by
from tools import coverage_by_layer


@pytest.mark.parametrize("form", ["json", "text"])
def test_assessing_loads_no_screen_library(form: str) -> None:
    """Assessing a sheet for a pipe imports no screen library, and no backport of `typing`."""
    modules = modules_loaded_by("assess", EXAMPLE, "--country", "GB", "--format", form)

    loaded = {name.partition(".")[0] for name in modules}
    assert "backtriage" in loaded
    assert not loaded & {"rich", "questionary", "prompt_toolkit", "pydantic", "typing_extensions"}


def test_printing_a_card_with_a_warm_cache_does_not_load_openssl(isolated_home: Path) -> None:
    del isolated_home
    command = ("assess", EXAMPLE, "--country", "GB")
    modules_loaded_by(*command)

    assert not {"hashlib", "_hashlib", "string"} & {*modules_loaded_by(*command)}


def commands_of(app: typer.Typer) -> Iterator[Callable[..., object]]:
    """Yield the function of each command, at any depth."""
    for command in app.registered_commands:
        assert command.callback is not None
        yield command.callback
    for group in app.registered_groups:
        assert group.typer_instance is not None
        yield from commands_of(group.typer_instance)


def test_no_annotation_of_a_command_is_text() -> None:
    """Typer would compile it, twice, at every start."""
    commands = [*commands_of(app_with())]

    assert "assess" in {command.__name__ for command in commands}
    assert [
        f"{command.__name__}: {name}"
        for command in commands
        for name, annotation in command.__annotations__.items()
        if isinstance(annotation, str)
    ] == []


def coverage_of(path: str, *, branches: int) -> dict[str, object]:
    """What coverage reports of one file with ten branches, of which some ran."""
    summary = {
        "num_statements": 20,
        "covered_lines": 20,
        "num_branches": 10,
        "covered_branches": branches,
    }
    return {path: {"summary": summary}}


@pytest.mark.parametrize(("branches", "status"), [(10, 0), (9, 1)])
def test_one_missed_branch_is_too_many(
    branches: int, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The coverage of a pure layer is an exact fraction, and must be complete."""
    files: dict[str, object] = {}
    for layer in coverage_by_layer.PURE:
        files |= coverage_of(f"src/backtriage/{layer}/a.py", branches=10)
    files |= coverage_of("src/backtriage/decide/a.py", branches=branches)
    files |= coverage_of("src/backtriage/shell/a.py", branches=0)
    report = tmp_path / "coverage.json"
    report.write_text(json.dumps({"files": files}), encoding="utf-8")

    assert coverage_by_layer.main([str(report)]) == status

    printed = capsys.readouterr().out
    assert f"decide         branches {branches:>8}/10" in printed
    assert "shell          branches        0/10" in printed


def test_a_layer_without_files_is_incomplete(tmp_path: Path) -> None:
    """A layer that the report does not name is incomplete."""
    report = tmp_path / "coverage.json"
    report.write_text('{"files": {}}', encoding="utf-8")

    assert coverage_by_layer.main([str(report)]) == 1
