"""The figures of `docs/card.md`: the way to the card, and through the whole interview."""

from __future__ import annotations

import pytest

from tools.card_figures import DOCUMENT, document


@pytest.mark.exhaustive
@pytest.mark.once
def test_the_figures_are_up_to_date() -> None:
    """They are those that `python -m tools.card_figures` would write."""
    assert DOCUMENT.read_text(encoding="utf-8") == document()
