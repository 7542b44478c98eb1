"""The floors of the house, checked by machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]

LIST_MODULES = """
import json, sys
from backtriage.__main__ import main
try:
    main()
except SystemExit as stop:
    assert not stop.code, stop.code
finally:
    json.dump(sorted(sys.modules), sys.stderr)
"""


def test_every_contract_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """Arrows run down, there are no circles, and the core knows neither screen nor YAML."""
    status = lint_imports(str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)

    assert status == 0, capsys.readouterr().out


@pytest.mark.parametrize("form", ["json", "text"])
def test_scripted_intake_loads_no_screen(form: str) -> None:
    """Assessing a sheet for a pipe imports neither rich nor the prompt libraries."""
    sheet = ROOT / "examples" / "simple_strain.json"
    command = ["assess", str(sheet), "--country", "GB", "--format", form]

    ran = subprocess.run(
        [sys.executable, "-c", LIST_MODULES, *command], capture_output=True, text=True, check=True
    )

    loaded = {name.partition(".")[0] for name in json.loads(ran.stderr.splitlines()[-1])}
    assert "backtriage" in loaded
    assert not loaded & {"rich", "questionary", "prompt_toolkit", "pydantic"}
