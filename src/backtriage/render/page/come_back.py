"""When to come back: what stands above the lines of the card, and the signs that have none."""

from __future__ import annotations

from typing import Final

from backtriage.decide.assessment import Assessment
from backtriage.decide.reasons import ComeBack
from backtriage.render.page.page import Block
from backtriage.terms.urgency import Urgency

_THE_FIRST: Final = "Does a sign fit more than one list? Then go by the first of them."
"""A sign may name less than another one does, and then both fit whoever has it."""


def signs_off_the_card(a: Assessment) -> tuple[Block, ...]:
    """Return, for each heading, the sentence of every sign that the card has no sentence of.

    It has those of an emergency and of today that stand in no line. A sentence for several rules
    stands under the most urgent heading. One that nobody who reads its line can need is left out.
    """
    urgencies: dict[str, Urgency] = {}
    for entry in a.come_back:
        urgency = entry.rule.urgency if entry.line else entry.urgency
        text = "" if _is_unlisted(entry) else a.words.fill(entry.rule.come_back)
        if text and (entry.line or urgency < Urgency.SAME_DAY):
            urgencies[text] = max(urgency, urgencies.get(text, urgency))
    lists = tuple(
        Block(
            heading=f"{heading_of(a, urgency)}:",
            items=tuple(text for text, highest in urgencies.items() if highest is urgency),
        )
        for urgency in sorted(set(urgencies.values()), reverse=True)
    )
    return (Block(paragraphs=(_THE_FIRST,)), *lists) if len(lists) > 1 else lists


def _is_unlisted(entry: ComeBack) -> bool:
    return any(sign.unlisted for sign in entry.rule.signs if sign.group == entry.line)


def heading_of(a: Assessment, urgency: Urgency) -> str:
    """Return the words above what would mean help at an urgency."""
    level = a.program.levels[urgency]
    return a.words.fill(level.come_back_heading or level.headline)
