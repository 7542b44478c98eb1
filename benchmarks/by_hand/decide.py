"""Which rules fire on a sheet."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.by_hand.doubt import Sheet, has_doubt
from benchmarks.by_hand.emergency import emergency
from benchmarks.by_hand.guards import set_aside
from benchmarks.by_hand.later import later
from benchmarks.by_hand.reading import Reading
from benchmarks.by_hand.same_day import same_day

NOT_SURE = 1
TRUE = 2


def fired_rules(sheet: Sheet) -> list[tuple[str, int]]:
    """Return the rules that are true or not sure."""
    surely = Reading(sheet, doubt=False)
    if not has_doubt(sheet):
        set_aside(surely, surely)
        return [(rule, TRUE) for rule in _rules(surely, surely)]
    maybe = Reading(sheet, doubt=True)
    set_aside(surely, maybe)
    true = set(_rules(surely, maybe))
    return [(rule, TRUE if rule in true else NOT_SURE) for rule in _rules(maybe, surely)]


def _rules(p: Reading, q: Reading) -> Iterator[str]:
    yield from emergency(p, q)
    yield from same_day(p, q)
    yield from later(p, q)
