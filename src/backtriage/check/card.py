"""The card: its texts fit on one line, and can all be shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from unicodedata import east_asian_width

from backtriage.check.words import in_every_country
from backtriage.protocol.dependencies import entries
from backtriage.protocol.loader.loader import LoadedProtocol
from backtriage.protocol.protocol import Advice, Protocol
from backtriage.protocol.texts import AdviceCard
from backtriage.terms.condition import Always
from backtriage.terms.problem import Problem
from backtriage.terms.urgency import Urgency

WHERE: Final = 76
"""Cells of a line across a card of 80 columns."""
BESIDE: Final = 67
"""Cells beside a label, such as "Medicine"."""
HALF: Final = 36
"""Cells of a line in one of two columns."""

_ONE_LINE: Final = (
    ("levels", ("come_back_short", "book_if"), HALF),
    ("advice", [key for key in AdviceCard.__struct_fields__ if key != "book_if"], BESIDE),
    ("advice", ("book_if",), HALF),
    ("modules", ("not_now", "unasked"), BESIDE),
    ("modules.verdicts", ("short",), BESIDE),
    ("services", ("short",), WHERE),
    ("services", ("book_if",), HALF),
)
"""The sections, the keys of their texts for the card, and how many cells these may have."""

_ONLY_VISITS: Final = "whoever needs help today reads the words of the urgency"
_NEEDS_ANSWER: Final = "a stop needs an answer as its reason, but this is true of everybody"


def check_card(source: LoadedProtocol) -> Iterator[Problem]:
    """Report texts of the card that are too long for a line, or can never be shown."""
    p = source.protocol
    for section, keys, most in _ONE_LINE:
        for path, entry in entries(p, section):
            texts, where = (entry.card, f"{path}.card") if section == "advice" else (entry, path)
            for key in keys:
                message = _too_long(p, getattr(texts, key), most)
                if message:
                    yield source.problem(
                        "P509", message, f"{where}.{key}", "say it in fewer words"
                    )
    for path, advice in entries(p, "advice"):
        for key, message in _never_shown(advice):
            yield source.problem("P509", message, f"{path}.card.{key}")
    yield from _calmer(source)
    for path, verdict in entries(p, "modules.verdicts"):
        if verdict.stop and isinstance(verdict.when, Always):
            yield source.problem("P509", _NEEDS_ANSWER, f"{path}.stop")
        if verdict.stop and not verdict.short:
            message = f"'{verdict.id}' is a stop, and needs 'short' to say so on the card"
            yield source.problem("P509", message, path)


def _calmer(source: LoadedProtocol) -> Iterator[Problem]:
    """Report urgent rules that lead to a place of help with words of its own for how soon."""
    p = source.protocol
    own = {s.id for s in p.services if s.word or s.headline or s.within}
    for path, entry in entries(p, "levels", "rules"):
        if entry.service in own and entry.urgency >= Urgency.SAME_DAY:
            message = f"'{entry.service}' has words of its own for how soon"
            yield source.problem("P509", message, f"{path}.service", _ONLY_VISITS)


def _too_long(p: Protocol, text: str, most: int) -> str:
    for country, words in in_every_country(p, text).items():
        cells = sum(2 if east_asian_width(character) in "WF" else 1 for character in words)
        if cells > most:
            return f"this has {cells} cells in the words of '{country}', but the card has {most}"
    return ""


def _never_shown(advice: Advice) -> Iterator[tuple[str, str]]:
    card = advice.card
    if card.withheld and advice.withhold_if is None:
        yield "withheld", f"'{advice.id}' is never withheld: it has no 'withhold_if'"
    if card.stop and isinstance(advice.when, Always):
        yield "stop", _NEEDS_ANSWER
    for key in ("unasked", "not_now"):
        if getattr(card, key) and not card.medicine:
            yield key, f"'{key}' stands in place of 'medicine', which is missing"
