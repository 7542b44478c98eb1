"""A simulation as plain JSON values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

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
from backtriage.population.population import PersonClass, Setting
from backtriage.population.simulation import (
    BY_ITSELF,
    EVERYBODY,
    NOT_BY_ITSELF,
    Simulation,
)
from backtriage.terms.urgency import Urgency

_DIGITS = 6


def simulation_json(
    pairs: Iterable[tuple[Simulation, Simulation]], setting: Setting, seed: int
) -> dict[str, object]:
    """Return the figures of each set of rates, with factors and without."""
    return {
        "schema": "backtriage.rules_simulate/1",
        **identity(setting, seed),
        "rates": [
            {
                "id": simulation.drawing.rates.id,
                "title": simulation.drawing.rates.title,
                "with_factors": _figures(simulation),
                "without_factors": _figures(without),
            }
            for simulation, without in pairs
        ],
    }


def identity(setting: Setting, seed: int) -> dict[str, object]:
    """Return what was simulated: all that the figures depend on but the number of people."""
    return {
        "protocol": setting.program.identity,
        "population": setting.population.identity,
        "answers": setting.answers.digest,
        "seed": seed,
    }


def _figures(simulation: Simulation) -> Mapping[str, object]:
    population = simulation.setting.population
    rows = (EVERYBODY, BY_ITSELF, NOT_BY_ITSELF)
    return {
        "people": {name: counts.people for name, counts in simulation.counts.items()},
        **{row: _row(simulation, row) for row in rows},
        "classes": {
            c.id: {"serious": c.is_serious, "of_all": float(c.share)}
            | _row(simulation, EVERYBODY, [c])
            for c in population.classes
        },
        "groups": {group.id: _row(simulation, group.id) for group in population.groups},
        "serious_among_today_or_worse": plain(serious_among_urgent(simulation, Urgency.SAME_DAY)),
        "warning_signs": dict(
            zip(("lower", "median", "upper"), flag_quartiles(simulation), strict=True)
        ),
        "rules": {
            rule: {
                "decides": plain(decides),
                "alone": plain(alone),
                "alone_serious": plain(serious),
            }
            for rule, decides, alone, serious in deciding_rules(simulation)
        },
    }


def _row(
    simulation: Simulation, row: str, classes: Collection[PersonClass] = ()
) -> dict[str, object]:
    among = in_row(row)
    return {
        **({} if classes else {"of_all": plain(share(simulation, among, everybody))}),
        **{u.id: plain(share(simulation, exactly(row, u), among, classes)) for u in Urgency},
        "today_or_worse": plain(
            share(simulation, at_least(row, Urgency.SAME_DAY), among, classes)
        ),
    }


def plain(found: Share) -> object:
    """Return a share with its interval."""
    if found.of is None:
        return None
    ends = {"of": found.of, "low": found.low, "high": found.high}
    return {name: round(part, _DIGITS) for name, part in ends.items()}
