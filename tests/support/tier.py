"""How much of the test suite runs: the fast tier of `./check`, or everything with `--full`.

Coverage is measured in the fast tier, as tracing more random examples would only cost time. What
`--full` tries beyond it is the tier `rest`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable
from typing import Final

import pytest

TIER: Final = os.environ.get("CHECK_TIER", "fast")
assert TIER in {"fast", "rest", "full"}, TIER

IS_FULL: Final = TIER != "fast"
"""Whether each test tries all that it can try."""

_MORE: Final = frozenset({"larger", "hypothesis"})
"""The marks of tests that try less in the fast tier."""

_ONCE: Final = frozenset({"exhaustive", "once"})
"""The marks of tests that one Python has run for all, where `AGAIN=yes` says so."""

IS_AGAIN: Final = os.environ.get("AGAIN") == "yes"
"""Whether another Python has run the tests that look at rules and pages, and not at Python."""

HAS_BROWSER: Final = (
    os.environ.get("BROWSER_TESTS") == "required" or shutil.which("chromium") is not None
)
"""Whether tests in a browser can run, or must."""

_ASKED: Final = int(os.environ.get("PROPERTY_EXAMPLES", "0"))

IS_SEARCH: Final = _ASKED > 0
"""True when the developer asked for a number of random examples: then each run draws new ones."""

_USUAL: Final = 40
_FEWEST: Final = 5


def belongs(marks: Collection[str], *, is_first: bool = True) -> bool:
    """Return whether a test with these marks runs in this tier, and on this machine.

    Args:
        marks: The names of its marks.
        is_first: Whether its parameters are the first of its function, exhaustive ones aside.
    """
    if "browser" in marks and not HAS_BROWSER:
        return False
    if IS_AGAIN and _ONCE.issubset(marks):
        return False
    is_left_out = "exhaustive" in marks or ("first_only" in marks and not is_first)
    if TIER == "fast":
        return not is_left_out
    return TIER == "full" or is_left_out or not _MORE.isdisjoint(marks)


def examples(full: int = _USUAL) -> int:
    """Return how many random examples a property-based test should try.

    Args:
        full: The number in the full tier. The fast tier tries a tenth of it, but at least five.
            PROPERTY_EXAMPLES multiplies it: with PROPERTY_EXAMPLES=3000 a test that usually tries
            40 tries 3000, and one that usually tries 20 tries 1500.
    """
    if IS_SEARCH:
        return max(1, full * _ASKED // _USUAL)
    return full if IS_FULL else max(_FEWEST, full // 10)


def sampled(names: Iterable[str], *, fast: Collection[str]) -> list[object]:
    """Return the parameters of a test, of which the fast tier runs only those in `fast`."""
    return [
        name if name in fast else pytest.param(name, marks=pytest.mark.exhaustive)
        for name in names
    ]
