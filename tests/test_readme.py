"""The shell blocks for a new user, run in a fresh copy of the project."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tools.pages import MARKED
from tools.samples import ROOT, SHELL

pytestmark = pytest.mark.exhaustive

README = (ROOT / "README.md").read_text(encoding="utf-8")
INTAKE = (ROOT / "docs" / "intake.md").read_text(encoding="utf-8")
SAMPLES = [found[0].partition("-->\n")[2] for found in MARKED.finditer(README + INTAKE)]
COPIED = ("README.md", "LICENSE", "NOTICE", "pyproject.toml", "examples", "rules", "src")
EXPECTED = [0, 2, 50, 0]
"""Of the blocks: install and assess, interview without a terminal, assess, and batch."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project without an environment."""
    folder = tmp_path_factory.mktemp("copy")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            leave = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, folder / name, ignore=leave)
        else:
            shutil.copy(source, folder / name)
    return folder


def paste(block: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a block in a shell without a terminal."""
    return subprocess.run(
        ["/bin/sh", "-c", block],
        cwd=folder,
        input="",
        capture_output=True,
        text=True,
        check=False,
    )


def shown(sample: str) -> str:
    """The text inside a sample's fences, without the final dots."""
    return sample.split("```")[1].lstrip("\n").removesuffix("...\n").rstrip()


def test_every_block_exits_and_prints_as_shown(copy: Path) -> None:
    blocks = SHELL.findall(README)
    assert SHELL.findall(INTAKE)[0] == blocks[2]

    ran = [paste(block, copy) for block in blocks]

    assert [result.returncode for result in ran] == EXPECTED, [result.stderr for result in ran]
    assert ran[0].stdout.startswith(shown(SAMPLES[0]))
    assert "needs a terminal" in ran[1].stderr
    assert shown(SAMPLES[2]) in ran[2].stdout
    assert ran[3].stdout.startswith(shown(SAMPLES[1]))
