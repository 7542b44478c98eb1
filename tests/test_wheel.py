"""The package that we would publish, built, installed in an empty environment, and used."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHEET = ROOT / "examples" / "simple_strain.json"

pytestmark = pytest.mark.exhaustive


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed command. The wheel is built from the source archive, so both are whole."""
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)])
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "empty", with_pip=True)
    binaries = folder / "empty" / "bin"
    run([str(binaries / "python"), "-m", "pip", "install", "-qq", str(wheel)])
    return binaries / "backtriage"


def run(command: list[str], cwd: Path | None = None) -> str:
    """What a command prints; a failure shows all of its output."""
    ran = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"{command}\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def test_it_says_what_it_can_do(program: Path, tmp_path: Path) -> None:
    """The installed program prints its help."""
    assert "assess" in run([str(program), "--help"], tmp_path)


def test_it_brings_its_rules(program: Path, tmp_path: Path) -> None:
    """The installed protocol is found far from any checkout, and it is sound."""
    run([str(program), "rules", "check"], tmp_path)


def test_it_assesses(program: Path, tmp_path: Path) -> None:
    """The installed program assesses the example sheet as the checkout does."""
    command = ["assess", str(SHEET), "--country", "GB", "--format", "json"]

    installed = run([str(program), *command], tmp_path)

    assert json.loads(installed)["status"] == "complete"
    assert installed == run([sys.executable, "-m", "backtriage", *command], tmp_path)


def test_it_brings_its_manual_page(program: Path) -> None:
    installed = program.parents[1] / "share" / "man" / "man1" / "backtriage.1"
    assert installed.read_bytes() == (ROOT / "docs" / "backtriage.1").read_bytes()


def test_it_is_typed(program: Path) -> None:
    """Type checkers of other programs see our types."""
    packages = program.parents[1] / "lib"

    assert list(packages.glob("python*/site-packages/backtriage/py.typed"))
