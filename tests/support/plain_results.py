"""Results of plain mode that are printed without a pause, so that no line is read for one."""

from __future__ import annotations

import sys

from backtriage.interview.interview import assessment_of
from backtriage.interview.state import Interview
from backtriage.render.as_text import text_of
from backtriage.render.card_lines import card_lines
from backtriage.render.page.card import card_of
from backtriage.shell.plain.results import Results


class Unpaused(Results):
    """What can be done with a result whose card is printed at once."""

    def show(self, state: Interview) -> None:
        """Print the card."""
        card = card_of(self.assess(state))
        sys.stdout.write(text_of(card_lines(card, 80, stacked=True)))


def unpaused() -> Results:
    """Return the results of somebody in Great Britain, or of nobody knows where."""
    return Unpaused(
        assess=lambda interview: assessment_of(interview, _country(interview)),
        begin_journal=lambda _: [],
    )


def _country(interview: Interview) -> str | None:
    return "GB" if "GB" in interview.program.countries else None
