"""Git repositories with two versions of the tiny protocol."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from tests.support.edited_rules import edit
from tests.support.protocols import TINY

LATER: Final = ("when: fever_days >= 3 days", "when: fever_days >= 4 days")
"""A fever is noticed a day later."""


def git(folder: Path, *words: str, given: bytes = b"", **environment: str) -> str:
    """Run git in a folder, as some user, and return what it prints."""
    someone = ("-c", "user.name=Somebody", "-c", "user.email=some@body.example")
    program = shutil.which("git")
    assert program is not None
    ran = subprocess.run(
        [program, *someone, *words],
        cwd=folder,
        check=True,
        capture_output=True,
        input=given,
        env={**os.environ, **environment},
    )
    return ran.stdout.decode().strip()


def commit(folder: Path, message: str) -> None:
    """Commit everything in a repository."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


def new_repository(folder: Path, *options: str) -> Path:
    """Make a repository with two versions, and return its folder of rules."""
    rules = folder / "rules" / "throat"
    rules.parent.mkdir(parents=True)
    shutil.copytree(TINY, rules)
    (rules / ".hidden.yaml").write_text("not: rules\n", encoding="utf-8")
    (rules / "notes.md").write_text("Not rules.\n", encoding="utf-8")
    git(folder, "init", "--quiet", *options)
    commit(folder, "first")
    git(folder, "tag", "v1")
    edit(rules / "protocol.yaml", LATER)
    commit(folder, "second")
    return rules
