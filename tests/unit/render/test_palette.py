"""The signs and colours of the urgencies."""

from __future__ import annotations

import pytest

from backtriage.render.palette import PALETTE, Colours
from backtriage.terms.urgency import Urgency

READABLE = 4.5
"""The contrast that WCAG 2.2 asks for in text of any size."""


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour such as `#af0000`, as WCAG defines it."""
    shares = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return sum(
        weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )


def contrast_of(*colours: str) -> float:
    """Return the contrast of two colours, as WCAG defines it."""
    lower, higher = sorted(map(luminance, colours))
    return (higher + 0.05) / (lower + 0.05)


def contrast(colours: Colours) -> float:
    return contrast_of(colours.background_hex, colours.ink_hex)


def test_every_urgency_has_a_sign_and_colours_of_its_own() -> None:
    assert list(PALETTE) == sorted(Urgency, reverse=True)
    assert len({colours.sign for colours in PALETTE.values()}) == len(Urgency)
    assert len({colours.background for colours in PALETTE.values()}) == len(Urgency)
    assert all(colours.sign.isascii() for colours in PALETTE.values())


@pytest.mark.parametrize("urgency", Urgency)
def test_text_is_readable_on_its_band(urgency: Urgency) -> None:
    assert contrast(PALETTE[urgency]) >= READABLE


def test_codes_are_colours_of_html() -> None:
    assert PALETTE[Urgency.EMERGENCY].background_hex == "#af0000"
    assert PALETTE[Urgency.ROUTINE].background_hex == "#005faf"
    assert PALETTE[Urgency.ROUTINE].ink_hex == "#ffffff"
    assert PALETTE[Urgency.SELF_CARE].background_hex == "#5fd7af"
    assert PALETTE[Urgency.SELF_CARE].ink_hex == "#000000"
