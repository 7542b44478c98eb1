"""A journal as one page of HTML to hand over, in the look of the card: to open, send or print."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from backtriage.render.as_html import block_html, framed
from backtriage.render.html_page import escaped, html_page
from backtriage.render.journal.as_svg import as_svg, description_of
from backtriage.render.journal.page import JournalPage

_LEGEND: Final = (
    "Each bar is a day. Each thick line is the middle score of a week. Each triangle is a bad "
    "day, much worse than the best week before it. Where there is no bar, there was no entry."
)


def journal_html(page: JournalPage) -> str:
    """Return the page as a whole document."""
    return html_page(page.title, framed(page.title, _main(page)))


def _main(page: JournalPage) -> Iterator[str]:
    yield f'<div class="notices"><h1>{escaped(page.sentence)}</h1></div>'
    yield from block_html(page.summary, "h2")
    yield from block_html(page.signs, "h2")
    if page.trend:
        bars, question = page.trend.bars, page.trend.question
        yield f"<h2>{escaped(question.short)}</h2>"
        yield as_svg(bars, question, question.short, description_of(bars, question))
        yield f"<p>{escaped(_LEGEND)}</p>"
    for block in (page.table, page.entries, page.record):
        if not block.is_empty:
            yield from block_html(block, "h2")
