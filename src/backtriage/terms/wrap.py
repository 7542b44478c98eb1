"""Line wrapping for reports."""

from __future__ import annotations

import textwrap
from typing import Final

WIDTH: Final = 80


def wrap(text: str, indent: str = "", hanging: str = "  ") -> list[str]:
    """Return the lines of a paragraph; every line but the first is indented by `hanging` more."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
