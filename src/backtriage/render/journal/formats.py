"""Choosing the format of a journal."""

from __future__ import annotations

from datetime import date

from backtriage.journal.days import Day, since
from backtriage.program.program import Program
from backtriage.render.journal.page import journal_page
from backtriage.render.page import Block, Title


def journal_in(  # noqa: PLR0913 - what is exported, and how
    form: str, program: Program, days: tuple[Day, ...], today: date, country: str | None,
    *, private: bool = False, is_partial: bool = False, first: date = date.min,
) -> str:  # fmt: skip
    """Return a journal as a whole document.

    Args:
        form: `csv`, `json`, `html`, or `md` or `markdown`.
        program: The protocol.
        days: Its days, earliest first.
        today: The last day that counts.
        country: Whose words to use.
        private: Whether to show private signs on a page; data for other programs always has them.
        is_partial: Whether something in the file is not in the days, or not as it was told.
        first: The first day to show; at least one is from then on.
    """
    shown = since(days, first)
    if form == "csv":
        from backtriage.render.journal.as_data import journal_csv  # noqa: PLC0415 - one is used

        return journal_csv(program, shown)
    page = journal_page(
        program, days, today, country, private=private or form == "json", is_partial=is_partial,
        first=first,
    )  # fmt: skip
    if form == "json":
        from backtriage.render.journal.as_data import journal_json  # noqa: PLC0415

        return journal_json(program, shown, page)
    if form == "html":
        from backtriage.render.journal.as_html import journal_html  # noqa: PLC0415

        return journal_html(page)
    from backtriage.render.as_markdown import as_markdown  # noqa: PLC0415

    return as_markdown((Title(page.title), Block(paragraphs=(page.sentence,)), *page.blocks))
