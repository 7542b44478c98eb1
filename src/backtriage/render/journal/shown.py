"""A journal on a terminal: one sentence, what follows from it, and the days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from backtriage.journal.days import Day
from backtriage.program.program import Program
from backtriage.program.words import Words
from backtriage.render.as_text import lines_of
from backtriage.render.cells import wrapped
from backtriage.render.journal.bars import bar_lines, bar_table, week_text, weeks_of
from backtriage.render.journal.signs import emergency_results, lately
from backtriage.render.journal.summary import Trend, trend_of
from backtriage.render.line import Line, spaced
from backtriage.render.page import Block
from backtriage.render.page.phrasing import as_sentence, pluralise

_EARLIER: Final = "Earlier days are left out: --all shows them."
_BAD_DAY: Final = "A bad day is one that is much worse than your best week before it."
_NO_TRIAGE: Final = (
    "A journal cannot tell you how soon to get help. If something is wrong or new, ask: "
    "backtriage ask"
)
_WARNING: Final = (
    "You ticked an emergency sign, or were not sure: {}. If you have not been seen for it, get "
    "help now."
)
PARTIAL: Final = (
    "Some lines of this journal do not count here, or not in full. If one of them tells of an "
    "emergency sign, and you have not been seen for it, get help now."
)
"""What is said where a sign may be missing: silence would read as none."""
_RESULT: Final = "A result was an emergency: {}. If you have not been seen for it, get help now."


def shown_lines(  # noqa: PLR0913 - what is shown, and how
    program: Program, days: Sequence[Day], today: date, width: int,
    *, country: str | None = None, most: int | None = None, is_drawn: bool = True,
    private: bool = False, is_partial: bool = False,
) -> tuple[Line, ...]:  # fmt: skip
    """Return a journal in lines of at most `width` cells.

    Args:
        program: The protocol.
        days: Its days, earliest first; at least one.
        today: The last day that counts.
        width: Cells of a line.
        country: Whose words to use.
        most: How many days up to the last one are shown; None for all.
        is_drawn: Whether to draw bars; otherwise a table is read line by line.
        private: Whether to name private signs.
        is_partial: Whether something in the file is not in the days, or not as it was told.
    """
    trend, words = trend_of(program, days, today, most), Words(program, country)
    signs = words.fill(lately(program, days, today, private=private))
    alarms = ((_WARNING, signs), (_RESULT, emergency_results(days, today)))
    warnings = [text.format(what) for text, what in alarms if what]
    if is_partial:
        warnings.append(PARTIAL)
    warning = [line for text in warnings for line in wrapped(text, width)]
    if trend is None:
        entries = pluralise(len(days), "day", "days")
        sentence = f"Entries on {entries}, and none of them has a number."
        return spaced(*(_strong(lines) for lines in (warning, wrapped(sentence, width))))
    texts = tuple(_texts(program, trend, words))
    bars = trend.bars
    if is_drawn:
        shown = tuple(bar_lines(weeks_of(bars), trend.question, width))
    else:
        blocks = (
            Block(heading=week_text(week), table=bar_table(week.bars, trend.question))
            for week in weeks_of(bars)
        )
        shown = lines_of(blocks, width, stacked=True)
    below = (
        *((_BAD_DAY,) if any(bar.is_setback for bar in bars) else ()),
        *((_EARLIER,) if trend.start < bars[0].first else ()),
        _NO_TRIAGE,
    )
    return spaced(
        *(_strong(lines) for lines in (warning, wrapped(trend.sentence, width))),
        tuple(Line("text", line) for text in texts for line in wrapped(text, width)),
        shown,
        tuple(Line("text", line) for text in below for line in wrapped(text, width)),
    )


def _strong(lines: Iterable[str]) -> tuple[Line, ...]:
    return tuple(Line("strong", line) for line in lines)


def _texts(program: Program, trend: Trend, words: Words) -> Iterator[str]:
    """Yield what the rules say of the journal."""
    for reason in trend.reasons:
        level = program.levels[reason.urgency]
        yield words.fill(f"{level.word}: {as_sentence(level.headline)} {reason.rule.because}")
    yield from (words.fill(as_sentence(fact)) for fact in trend.facts[:-1])
