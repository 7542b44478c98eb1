from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtriage.terms.printable import first_unprintable, is_printable, visible

HARMFUL = (
    "\x1b\x07\x00\x9b\r\n\t\u200b\u202e\u2066\u061c\ufeff\ud800\U000e0041\u2028"
    "\u3164\u115f\u1160\u2800\uffa0\u034f\u17b4\u180b\u180f\ufe0f\U000e0100\U0001d159"
)


@pytest.mark.parametrize("character", HARMFUL, ids=ascii)
def test_a_character_that_does_not_print_is_named(character: str) -> None:
    assert not is_printable(character)
    assert first_unprintable(f"ab{character}") == 2
    assert visible(f"a{character}b") == f"a<U+{ord(character):04X}>b"


@pytest.mark.parametrize(
    "text", ["", "5 to 10 °C", "111\N{NO-BREAK SPACE}option 2", "naïve ★ 背痛"]
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert visible(text) == text
    assert first_unprintable(text) is None


@given(st.text())
def test_visible_text_prints_and_is_stable(text: str) -> None:
    assert first_unprintable(visible(text)) is None
    assert visible(visible(text)) == visible(text)
    assert "?" not in visible(text.replace("?", ""))
