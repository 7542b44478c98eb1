"""The figures of `docs/card.md`: the way to the card, and through the whole interview."""

from __future__ import annotations

import pytest

from backtriage.shell.full.state import Size
from tools.card_figures import DOCUMENT, SIZES, document, program_and_cases, ways
from tools.reading import Reader

MOST_SCREENS, MOST_KEYS, MOST_WORDS = 13, 25, 900
"""With the card, and before it."""


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_plain_strain_is_not_far_from_its_card(size: Size) -> None:
    _, cases = program_and_cases()
    to_card, _, _ = ways(cases["simple_strain"], size)

    assert to_card.screens + 1 <= MOST_SCREENS
    assert to_card.keys <= MOST_KEYS
    assert to_card.read < MOST_WORDS


def test_what_was_read_before_is_shown_but_not_read_again() -> None:
    reader = Reader()
    first = reader.read(("a",), ["Safety: about 3 questions left   [#...]", "Enter next  ? why"])
    second = reader.read(("b",), ["Safety: about 2 questions left   [##..]", "Enter next  h keys"])

    assert (first.shown, first.read.total()) == (8, 8)
    assert (second.shown, second.read.total()) == (9, 3)  # the number, and a key of two words
    assert reader.screens == 2


@pytest.mark.exhaustive
@pytest.mark.once
def test_the_figures_are_up_to_date() -> None:
    """They are those that `python -m tools.card_figures` would write."""
    assert DOCUMENT.read_text(encoding="utf-8") == document()
