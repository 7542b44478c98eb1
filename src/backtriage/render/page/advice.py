"""Words about advice: counts of a module, and what is withheld and why."""

from __future__ import annotations

from typing import Final

from backtriage.decide.advice import ModuleResult, Withheld
from backtriage.decide.assessment import Assessment
from backtriage.protocol.protocol import Advice
from backtriage.render.page.page import Block
from backtriage.render.page.phrasing import (
    join_with_and,
    lower_first,
    reported_answers,
    upper_first,
)
from backtriage.terms.answers import Answers

NOT_ASKED: Final = "You have not answered the questions about this."


def counts_text(result: ModuleResult) -> str:
    """Counts are never turned into a probability."""
    counts = join_with_and(
        f"{spell_out(score)} {number}" for score, number in result.counts.items()
    )
    return f"Counted from your answers: {counts}. A count alone shows nothing about your health."


def spell_out(name: str) -> str:
    """Return an id as words."""
    return name.replace("_", " ")


def withheld_block(a: Assessment) -> Block:
    """Return withheld advice, grouped by the answers responsible."""
    groups: dict[Answers, list[Withheld]] = {}
    for withheld in a.withheld:
        groups.setdefault(withheld.because, []).append(withheld)
    items = tuple(_withheld_text(a, group) for group in groups.values())
    paragraphs = ("These may not suit you. Ask before you try them.",)
    return Block(heading="What we hold back", paragraphs=paragraphs if items else (), items=items)


def _withheld_text(a: Assessment, group: list[Withheld]) -> str:
    names = dict.fromkeys(lower_first(advice_name(entry.advice)) for entry in group)
    reason = reported_answers(a, group[0].because, "You told us")
    return a.words.fill(f"{upper_first('; '.join(names))}. {reason}".rstrip())


def advice_name(advice: Advice) -> str:
    """Return what a piece of advice is about."""
    return advice.short or spell_out(advice.id)
