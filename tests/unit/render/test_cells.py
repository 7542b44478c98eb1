"""Text width in cells, and line breaking."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtriage.render.cells import cell_len, evenly_wrapped, wrapped


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("back", 4), ("日本", 4), ("\uff21", 2), ("e\u0301", 1), ("a\u200bb", 2), ("é", 1)],
)
def test_width_in_cells(text: str, width: int) -> None:
    assert cell_len(text) == width


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, ("",)),
        ("  one \n two\t", 20, ("one two",)),
        ("one two three", 7, ("one two", "three")),
        ("one two three", 8, ("one two", "three")),
        ("on 116 123 now", 10, ("on 116 123", "now")),
        ("please call 999 now", 12, ("please", "call 999 now")),
        ("It hurts. 112 works", 12, ("It hurts.", "112 works")),
        ("abcdefghij 12", 11, ("abcdefghij", "12")),
        ("abcdefghijkl", 5, ("abcde", "fghij", "kl")),
        ("日本語", 4, ("日本", "語")),
        ("日本 語", 5, ("日本", "語")),
    ],
)
def test_lines_break_between_words_if_possible(
    text: str, width: int, lines: tuple[str, ...]
) -> None:
    assert wrapped(text, width) == lines


def test_first_and_later_lines_have_their_own_prefix() -> None:
    assert wrapped("one two three", 9, "- ", "  ") == ("- one two", "  three")


@given(st.text(), st.integers(8, 60), st.sampled_from(["", "- ", "    "]))
def test_every_line_fits_and_no_letter_is_lost(text: str, width: int, first: str) -> None:
    lines = wrapped(text, width, first, " " * len(first))

    assert all(cell_len(line) <= width for line in lines)
    drawn = "".join(line[len(first) :] for line in lines)
    assert "".join(drawn.split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three", ("one two", "three")),
        ("aa bb cc d", ("aa bb cc d",)),
        ("aa bb cc dd", ("aa bb", "cc dd")),
        ("one two three four", ("one two", "three four")),
        ("abcdefghij", ("abcdefghij",)),
        ("", ("",)),
    ],
)
def test_no_word_stands_alone_on_the_last_line_if_there_is_another_way(
    text: str, lines: tuple[str, ...]
) -> None:
    assert evenly_wrapped(text, 10) == lines


def test_a_line_of_one_word_cannot_be_narrower() -> None:
    assert evenly_wrapped("aa bb", 2) == ("aa", "bb")


@given(st.text(), st.integers(8, 60))
def test_lines_that_are_even_are_no_more(text: str, width: int) -> None:
    assert len(evenly_wrapped(text, width)) == len(wrapped(text, width))
    assert "".join("".join(evenly_wrapped(text, width)).split()) == "".join(text.split())
