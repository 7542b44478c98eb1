"""What two versions do to the same simulated people, as text and as plain JSON values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from backtriage.population.figures import wilson
from backtriage.population.paired import PairedCounts, PairedSimulation, moved, shares
from backtriage.population.to_json import plain
from backtriage.population.to_text import HEADS, NAME, NO_MEASURE, percent, percent_of
from backtriage.terms.urgency import Urgency
from backtriage.terms.wrap import wrap

_MOST_RULES: Final = 4


def paired_lines(
    simulations: Sequence[PairedSimulation], sources: tuple[str, str]
) -> Iterator[str]:
    """Yield what becomes of the same people in two versions, serious people first."""
    first = simulations[0]
    population = first.settings[1].population
    for word, setting, source in zip(("Old", "New"), first.settings, sources, strict=True):
        protocol = setting.program.protocol
        yield f"{word}: {protocol.id} {protocol.version} ({source})"
    yield f"People: {population.id} {population.version}, seed {first.seed}, {population.digest}"
    yield ""
    yield from wrap(NO_MEASURE, hanging="")
    for simulation in simulations:
        yield ""
        yield f"{simulation.drawing.rates.id.upper()}: {simulation.drawing.rates.title}"
        yield ""
        yield from _by_class(simulation)
        yield ""
        yield from _matrix(simulation)


def _by_class(simulation: PairedSimulation) -> Iterator[str]:
    yield f"  {'sent later than before':{NAME}}{'lowered':>9}{'low':>6}{'high':>6}{'raised':>9}"
    ordered = sorted(simulation.counts.values(), key=lambda c: not c.person_class.is_serious)
    for counts in ordered:
        lowered, raised = moved(counts, lowered=True), moved(counts, lowered=False)
        share = wilson(lowered / counts.people, counts.people)
        mark = "!" if counts.person_class.is_serious else " "
        yield (
            f"  {mark} {counts.person_class.id:{NAME - 2}}{percent(share, 2):>9}"
            f"{percent_of(share.low):>6}{percent_of(share.high):>6}"
            f"{percent_of(raised / counts.people, 2):>9}"
        )
        if lowered and counts.person_class.is_serious:
            for word, rules in zip(("before by", "now by"), counts.rules, strict=True):
                yield from wrap(f"{word} {_most(rules, counts)}", "      ")


def _most(rules: Counter[str], counts: PairedCounts) -> str:
    found = [f"{rule} ({percent_of(people / counts.people, 2)})" for rule, people in _first(rules)]
    return ", ".join(found) or "no rule"


def _first(rules: Counter[str]) -> list[tuple[str, int]]:
    """Return the rules that decide most; of those that decide as much, in written order."""
    return [(rule, people) for rule, people in rules.most_common(_MOST_RULES) if people]


def _matrix(simulation: PairedSimulation) -> Iterator[str]:
    found = shares(simulation)
    yield f"  {'all people: old by new':{NAME}}" + "".join(f"{head:>9}" for head in HEADS)
    for head, old in zip(HEADS, Urgency, strict=True):
        cells = "".join(f"{percent_of(found[old, new], 2):>9}" for new in Urgency)
        yield f"    {head:{NAME - 2}}{cells}"
    lowered = sum(share for (old, new), share in found.items() if new < old)
    raised = sum(share for (old, new), share in found.items() if new > old)
    yield f"  {percent_of(lowered, 2)} % are lowered, {percent_of(raised, 2)} % raised."


def paired_json(
    simulations: Sequence[PairedSimulation], sources: Sequence[dict[str, object]]
) -> dict[str, object]:
    """Return what becomes of the same people in two versions."""
    first = simulations[0]
    population = first.settings[1].population
    versions = zip(first.settings, sources, strict=True)
    return {
        "schema": "backtriage.rules_simulate_against/1",
        "versions": [
            {**source, "protocol": setting.program.identity, "answers": setting.answers.digest}
            for setting, source in versions
        ],
        "population": population.identity,
        "seed": first.seed,
        "rates": [
            {
                "id": simulation.drawing.rates.id,
                "title": simulation.drawing.rates.title,
                "people": [
                    {"old": old.id, "new": new.id, "of": round(share, 6)}
                    for (old, new), share in shares(simulation).items()
                ],
                "classes": {name: _class(c) for name, c in simulation.counts.items()},
            }
            for simulation in simulations
        ],
    }


def _class(counts: PairedCounts) -> dict[str, object]:
    people = counts.people
    return {
        "serious": counts.person_class.is_serious,
        "people": people,
        "lowered": plain(wilson(moved(counts, lowered=True) / people, people)),
        "raised": plain(wilson(moved(counts, lowered=False) / people, people)),
        "lowered_rules": {
            version: {rule: number for rule, number in rules.items() if number}
            for version, rules in zip(("old", "new"), counts.rules, strict=True)
        },
    }
