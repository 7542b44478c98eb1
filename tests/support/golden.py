"""Golden files: expected output that people review."""

from __future__ import annotations

import os
from pathlib import Path


def golden_text(file: Path, actual: str) -> str:
    """Return the text of a golden file.

    After a deliberate change, BACKTRIAGE_RESET_GOLDEN=1 writes the actual text to the file first;
    read the changes before you commit them.
    """
    if os.environ.get("BACKTRIAGE_RESET_GOLDEN") == "1":
        file.write_text(actual, encoding="utf-8")
    return file.read_text(encoding="utf-8")
