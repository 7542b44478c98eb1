"""A simulation as text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Final

from backtriage.population.figures import (
    Share,
    at_least,
    deciding_rules,
    everybody,
    exactly,
    flag_quartiles,
    in_row,
    serious_among_urgent,
    share,
)
from backtriage.population.population import PersonClass
from backtriage.population.simulation import BY_ITSELF, EVERYBODY, NOT_BY_ITSELF, Simulation
from backtriage.terms.urgency import Urgency
from backtriage.terms.wrap import wrap

NAME: Final = 24
"""The width of the names of rows."""

_MOST_RULES: Final = 15

TODAY: Final = Urgency.SAME_DAY

NO_MEASURE: Final = (
    "Nobody here is a real person. How common each thing is was read in a source or is assumed, "
    "and everything else follows from the rules. This shows what the rules do to such people, and "
    "says nothing about how often they are right."
)

HEADS: Final = ("home", "visit", "2 weeks", "today", "emerg.")


def simulation_lines(pairs: Sequence[tuple[Simulation, Simulation]]) -> Iterator[str]:
    """Yield the figures of each set of rates.

    Args:
        pairs: For each set of rates, the simulation with factors and the one without.
    """
    first, _ = pairs[0]
    setting = first.setting
    protocol, population = setting.program.protocol, setting.population
    yield (
        f"{protocol.id} {protocol.version}: what becomes of simulated people "
        f"({population.id} {population.version}, seed {first.seed})"
    )
    yield f"Protocol   {setting.program.digest}"
    yield f"People     {population.digest}"
    yield f"Answers    {setting.answers.digest}"
    yield ""
    yield from wrap(NO_MEASURE, hanging="")
    for with_factors, without in pairs:
        yield ""
        yield from _rate_set(with_factors, without)


def _rate_set(simulation: Simulation, without: Simulation) -> Iterator[str]:
    rates = simulation.drawing.rates
    population = simulation.setting.population
    drawn = sum(counts.people for counts in simulation.counts.values())
    yield f"{rates.id.upper()}: {rates.title}"
    yield from wrap(
        f"{drawn:,} people, each class weighted by its share. Figures are percentages; the last "
        "two columns are the 95 % interval of 'today or worse'.", "  ", hanging="",
    )  # fmt: skip
    yield ""
    yield _head("")
    yield _row("everybody", simulation, EVERYBODY)
    if population.factors:
        names = ", ".join(factor.id for factor in population.factors)
        yield _row(f"  without {names}", without, EVERYBODY)
    yield _row("  an emergency item", simulation, BY_ITSELF)
    yield _row("  no such item", simulation, NOT_BY_ITSELF)
    yield ""
    yield _head("by class")
    for person_class in population.classes:
        mark = "!" if person_class.is_serious else " "
        yield _row(f"{mark} {person_class.id}", simulation, EVERYBODY, [person_class])
    if population.groups:
        yield ""
        yield _head("by group")
    for group in population.groups:
        yield _row(f"  {group.id}", simulation, group.id)
    yield ""
    yield from _totals(simulation, without)
    yield ""
    yield from _rules(simulation)


def _head(title: str) -> str:
    heads = "".join(f"{head:>8}" for head in HEADS)
    return f"  {title:{NAME}}{'of all':>7}{heads}{'low':>6}{'high':>6}".rstrip()


def _row(
    name: str, simulation: Simulation, row: str, classes: Collection[PersonClass] = ()
) -> str:
    among = in_row(row)
    of_all = _share_of_all(simulation, row, classes)
    parts = [share(simulation, exactly(row, u), among, classes) for u in Urgency]
    urgent = share(simulation, at_least(row, TODAY), among, classes)
    cells = "".join(f"{percent(part):>8}" for part in parts)
    interval = f"{percent_of(urgent.low):>6}{percent_of(urgent.high):>6}"
    return (
        f"  {name:{NAME}}{percent(of_all, 2):>7}{cells}{interval if urgent.of is not None else ''}"
    )


def _share_of_all(simulation: Simulation, row: str, classes: Collection[PersonClass]) -> Share:
    if classes:
        return Share(float(sum(c.share for c in classes)))
    return share(simulation, in_row(row), everybody)


def percent(found: Share, digits: int = 1) -> str:
    """Return a share as a percentage without its sign, or a dash."""
    return "-" if found.of is None else percent_of(found.of, digits)


def percent_of(part: float, digits: int = 1) -> str:
    """Return a part of one as a percentage without its sign."""
    return f"{100 * part:.{digits}f}"


def _totals(simulation: Simulation, without: Simulation) -> Iterator[str]:
    found = serious_among_urgent(simulation, TODAY)
    if found.of:
        yield from wrap(
            f"Serious disease among those sent today or sooner: {percent(found)} % "
            f"({percent_of(found.low)} to {percent_of(found.high)}), so {1 / found.of:.0f} people "
            "for each of them who is seriously ill.", "  ",
        )  # fmt: skip
    if simulation.setting.population.flags:
        yield from wrap(
            f"Warning signs per person: {_quartiles(simulation)}; without factors "
            f"{_quartiles(without)}.", "  ",
        )  # fmt: skip


def _quartiles(simulation: Simulation) -> str:
    low, median, high = flag_quartiles(simulation)
    return f"median {median}, quartiles {low} and {high}"


def _rules(simulation: Simulation) -> Iterator[str]:
    heads = f"{'decides':>9}{'alone':>8}{'serious':>9}"
    yield f"  {'rules that decide most':{NAME + 16}}{heads}"
    rules = {rule.id: rule.urgency.id for rule in simulation.setting.program.rules}
    for rule, decides, alone, serious in islice(deciding_rules(simulation), _MOST_RULES):
        name = f"{rule} ({rules[rule]})"
        yield (
            f"    {name:{NAME + 14}}{percent(decides):>9}{percent(alone, 2):>8}"
            f"{percent(serious, 2):>9}"
        )
    yield from wrap(
        "Alone: who would be less urgent without this rule. Serious: the same among people with "
        "serious disease.", "  ", hanging="",
    )  # fmt: skip
