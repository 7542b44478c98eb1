"""What a report leaves out where a population has nothing to say."""

from __future__ import annotations

import re
from typing import Any

from backtriage.population.people import DrawSettings
from backtriage.population.population import Setting
from backtriage.population.simulation import SampleSize, Simulation, simulate
from backtriage.population.to_json import simulation_json
from backtriage.population.to_text import simulation_lines
from backtriage.shell.rules_folder import read_simulated
from tests.support.people import setting_in
from tests.support.protocols import TINY

TEXT = read_simulated(TINY)["population.yaml"]
PARTS = re.split(r"^(?=\w+:$)", TEXT, flags=re.MULTILINE)


def without(*names: str) -> Setting:
    """Return the people of the tiny protocol without some sections."""
    kept = "".join(part for part in PARTS if not part.startswith(tuple(f"{n}:" for n in names)))
    kept = kept.replace("    factor: distress\n", "")
    bare = re.sub(r"      - when: fever and distress is upset\n.*\n.*\n", "", kept)
    return setting_in(population=((TEXT, bare),))


def both(setting: Setting) -> tuple[Simulation, Simulation]:
    rates = setting.population.rate_sets[0]
    drawings = [DrawSettings(rates, with_factors) for with_factors in (True, False)]
    first, second = simulate(setting, drawings, SampleSize(ordinary=50, serious=10))
    return first, second


def test_without_factors_flags_and_groups() -> None:
    setting = without("factors", "flags", "groups")
    text = "\n".join(simulation_lines([both(setting)]))
    assert "everybody" in text
    for word in ("  without", "Warning signs", "by group"):
        assert word not in text
    record = simulation_json([both(setting)], setting, 1)
    assert record["schema"] == "backtriage.rules_simulate/1"


def test_without_serious_people() -> None:
    setting = setting_in(population=(("    serious: yes\n", ""),))
    text = "\n".join(simulation_lines([both(setting)]))
    assert "Serious disease among" not in text


def test_a_group_of_nobody() -> None:
    nobody = ("when: class is cold and not fever", "when: class is cold and class is tonsils and")
    setting = setting_in(population=((nobody[0], f"{nobody[1]} not fever"),))
    simulations = both(setting)
    line = next(line for line in simulation_lines([simulations]) if "cold_no_flag" in line)
    assert line.split() == ["cold_no_flag", "0.00", "-", "-", "-", "-", "-"]
    record = simulation_json([simulations], setting, 1)
    rates: Any = record["rates"]
    assert rates[0]["with_factors"]["groups"]["cold_no_flag"]["emergency"] is None
