"""Tables: in columns, in sentences, and in Markdown."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from backtriage.render.as_markdown import as_markdown
from backtriage.render.as_text import lines_of, text_of
from backtriage.render.cells import cell_len
from backtriage.render.page import Block, Table, Title
from backtriage.render.tables import MIN_COLUMNS

TABLE = Table(
    headings=("Food", "What it has", "Source"),
    rows=(
        ("Nuts", "A small handful has a lot of it, and they keep for a long time in a jar.", "1"),
        ("Beans, lentils and soya in all their kinds", "Some.", "2 | 3"),
    ),
)
BLOCK = Block(heading="Foods", table=TABLE)


def drawn(width: int, *, stacked: bool = False) -> str:
    return text_of(lines_of((BLOCK,), width, stacked=stacked))


def test_columns_share_the_width() -> None:
    assert drawn(60) == (
        "Foods\n"
        "  Food            What it has                         Source\n"
        "  Nuts            A small handful has a lot of it,    1\n"
        "                  and they keep for a long time in a\n"
        "                  jar.\n"
        "  Beans, lentils  Some.                               2 | 3\n"
        "  and soya in\n"
        "  all their\n"
        "  kinds\n"
    )


def test_a_small_table_takes_no_more_than_it_needs() -> None:
    table = Table(headings=("A", "B"), rows=(("one", "two"),))

    assert text_of(lines_of((Block(table=table),), 80)) == "A    B\none  two\n"


@pytest.mark.parametrize(("width", "stacked"), [(MIN_COLUMNS - 1, False), (80, True)])
def test_where_there_are_no_columns_a_row_is_a_sentence(width: int, *, stacked: bool) -> None:
    text = drawn(width, stacked=stacked)

    row = " ".join(text[text.index("Beans") :].split())
    assert row == "Beans, lentils and soya in all their kinds: What it has, Some.; Source, 2 | 3"


def test_with_two_columns_a_sentence_needs_no_heading() -> None:
    table = Table(headings=("A", "B"), rows=(("one", "two"),))

    assert text_of(lines_of((Block(table=table),), 80, stacked=True)) == "one: two\n"


def test_the_first_cell_is_bold_in_every_form() -> None:
    for width in (40, 80):
        labels = [
            part.text.strip()
            for line in lines_of((BLOCK,), width)
            for part in line.parts
            if part.role == "label"
        ]
        assert labels[0] in {"Nuts", "Nuts:"}


def test_a_long_first_cell_breaks_on_a_very_narrow_screen() -> None:
    assert "  Beans, lentils and\n    soya in all\n" in drawn(20)


@pytest.mark.parametrize("width", range(20, 100, 7))
def test_no_line_is_wider_than_it_may_be(width: int) -> None:
    assert all(cell_len(line) <= width for line in drawn(width).splitlines())


def test_markdown_has_a_table_that_readers_know() -> None:
    text = as_markdown((Title("Behind the card"), BLOCK))
    tokens = MarkdownIt().enable("table").parse(text)

    assert text.startswith("## Behind the card\n\n### Foods\n\n| Food | What it has | Source |\n")
    assert sum(token.type == "tr_open" for token in tokens) == 3
    cells = [token.content for token in tokens if token.type == "inline"]
    assert cells[5:8] == ["**Nuts**", TABLE.rows[0][1], "1"]
    assert cells[-1] == "2 | 3"
