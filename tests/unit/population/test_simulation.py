from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import groupby

import pytest
from msgspec import structs
from msgspec.structs import replace

from backtriage.decide.assessment import assess
from backtriage.population import figures
from backtriage.population.draws import BLOCK
from backtriage.population.people import READINGS, DrawSettings
from backtriage.population.population import Setting
from backtriage.population.simulation import (
    BY_ITSELF,
    EVERYBODY,
    NOT_BY_ITSELF,
    SampleSize,
    Simulation,
    blocks,
    emergency_findings,
    simulate,
    sizes,
)
from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import NamedFact
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Any, Compare, Fact, Includes
from backtriage.terms.urgency import Urgency
from tests.support.people import answers_of, people_of, setting_in
from tests.support.protocols import shipped, tiny

SMALL = SampleSize(ordinary=400, serious=100)


def simulated(setting: Setting, size: SampleSize = SMALL) -> Simulation:
    (simulation,) = simulate(setting, [DrawSettings(setting.population.rate_sets[0])], size)
    return simulation


def drawn(setting: Setting, person_class: str, count: int) -> list[Answers]:
    people = people_of(setting, person_class, count)
    doubt = setting.population.rate_sets[0].doubt
    return [*answers_of(setting, people, doubt).sheets()]


def test_ordinary_classes_share_the_people_and_serious_ones_are_drawn_alike() -> None:
    by_class = sizes(setting_in().population, SampleSize(ordinary=1000, serious=70))
    assert {c.id: count for c, count in by_class.items()} == {
        "cold": 905, "tonsils": 95, "abscess": 70
    }  # fmt: skip


def test_there_is_somebody_of_each_class() -> None:
    counts = simulated(setting_in(), SampleSize(ordinary=1, serious=1)).counts
    assert {name: found.people for name, found in counts.items()} == {
        "cold": 1, "tonsils": 1, "abscess": 1
    }  # fmt: skip


def test_blocks_hold_everybody_once() -> None:
    found = [*blocks(1, "cold", 2 * BLOCK + 3)]
    assert [(block.number, block.count) for block in found] == [(0, BLOCK), (1, BLOCK), (2, 3)]


@pytest.mark.parametrize("person_class", ["cold", "abscess"])
def test_urgencies_and_rules_are_counted(person_class: str) -> None:
    """As `assess` gives them, one person at a time."""
    setting = setting_in()
    counts = simulated(setting).counts[person_class]
    urgencies: Counter[Urgency] = Counter()
    decided: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    without = {rule.id: without_rule(setting.program, rule.id) for rule in setting.program.rules}
    for sheet in drawn(setting, person_class, counts.people):
        assessment = assess(setting.program, sheet)
        urgencies[assessment.urgency] += 1
        for reason in assessment.reasons:
            if reason.urgency == assessment.urgency:
                decided[reason.rule.id] += 1
                lower = assess(without[reason.rule.id], sheet).urgency < assessment.urgency
                alone[reason.rule.id] += lower or assessment.urgency is Urgency.SELF_CARE
    assert +counts.urgencies[EVERYBODY] == urgencies
    assert counts.decided == decided
    assert +counts.alone == +alone


def without_rule(program: Program, rule: str) -> Program:
    rules = tuple(r for r in program.rules if r.id != rule)
    return build_program(replace(program.protocol, rules=rules), digest="none")


def test_people_with_an_emergency_item_are_counted_apart() -> None:
    counts = simulated(setting_in()).counts["abscess"]
    apart, rest = counts.urgencies[BY_ITSELF], counts.urgencies[NOT_BY_ITSELF]
    assert apart + rest == counts.urgencies[EVERYBODY]
    assert apart.total() == apart[Urgency.EMERGENCY] > 0


def test_emergency_findings() -> None:
    """Those of a rule that reads nothing else, also through a fact; not those of two together."""
    assert emergency_findings(tiny()) == (
        Includes("airway", "breathing"), Includes("airway", "drooling")
    )  # fmt: skip
    found = {f"{f.question}.{f.item}" for f in emergency_findings(shipped())
             if isinstance(f, Includes)}  # fmt: skip
    assert {"collapse.chest", "nerve_signs.saddle", "danger_signs.crash"} < found
    assert not found & {"danger_signs.throb", "nerve_signs.old", "health.operation"}


def test_a_finding_may_be_one_of_a_fact() -> None:
    program = tiny()
    rules = tuple(
        structs.replace(rule, when=Fact("blocked")) if rule.id == "cannot_breathe" else rule
        for rule in program.rules
    )
    when = Any((Includes("airway", "drooling"), Fact("long_fever")))
    facts = (*program.protocol.facts, NamedFact(id="blocked", when=when, text="blocked"))
    changed = build_program(
        structs.replace(program.protocol, rules=rules, facts=facts), digest="new"
    )
    assert emergency_findings(changed) == (
        Includes("airway", "drooling"), Compare("fever_days", ">=", Decimal(3))
    )  # fmt: skip


def test_what_is_done_is_told() -> None:
    setting = setting_in()
    told: list[str] = []
    drawings = [DrawSettings(setting.population.rate_sets[0])]
    simulate(setting, drawings, SMALL, timed=told.append)
    assert [name for name, _ in groupby(told)] == ["draw", "decide", "count", ""] * 3


def test_more_readings_than_are_drawn_together() -> None:
    """Each is as if it were alone."""
    sets = setting_in().population.rate_sets
    drawings = [DrawSettings(sets[number % len(sets)]) for number in range(READINGS + 2)]
    found = simulate(setting_in(), drawings, SMALL)
    alone = [simulate(setting_in(), [drawing], SMALL)[0] for drawing in drawings]
    assert [each.counts for each in found] == [each.counts for each in alone]


# -- figures -----------------------------------------------------------------------


def test_classes_count_by_their_share() -> None:
    simulation = simulated(setting_in())
    emergency = figures.exactly(EVERYBODY, Urgency.EMERGENCY)
    expected = sum(
        float(c.share) * emergency(simulation.counts[c.id]) / simulation.counts[c.id].people
        for c in simulation.setting.population.classes
    )
    found = figures.share(simulation, emergency, figures.everybody)
    assert found.of == pytest.approx(expected)
    assert found.low < expected < found.high


def test_the_interval_is_the_one_of_wilson() -> None:
    """The example of Wikipedia's formula: 20 of 100 give 13.3 to 28.9 %."""
    simulation = simulated(setting_in(), SampleSize(ordinary=1, serious=100))
    abscess = [c for c in simulation.setting.population.classes if c.is_serious]
    found = figures.share(simulation, lambda _: 20, figures.everybody, abscess)
    assert found.of == 0.2
    assert found.low == pytest.approx(0.1334, abs=5e-5)
    assert found.high == pytest.approx(0.2888, abs=5e-5)


@pytest.mark.parametrize(("count", "ends"), [(0, (0.0, 0.037)), (100, (0.963, 1.0))])
def test_an_interval_stays_between_none_and_all(count: int, ends: tuple[float, float]) -> None:
    simulation = simulated(setting_in(), SampleSize(ordinary=1, serious=100))
    abscess = [c for c in simulation.setting.population.classes if c.is_serious]
    found = figures.share(simulation, lambda _: count, figures.everybody, abscess)
    assert (found.low, found.high) == pytest.approx(ends, abs=5e-4)


def test_nobody_has_no_share() -> None:
    simulation = simulated(setting_in())
    assert figures.share(simulation, lambda _: 0, lambda _: 0) == figures.Share(None)


def test_the_interval_holds_the_share_of_many_more_people() -> None:
    """In 95 of 100 seeds; here in at least 85 of 100 of them."""
    setting = setting_in()
    today = figures.at_least(EVERYBODY, Urgency.SAME_DAY)
    many = simulated(setting, SampleSize(ordinary=200_000, serious=20_000))
    truth = figures.share(many, today, figures.everybody).of
    assert truth is not None
    rates = setting.population.rate_sets[0]
    held = 0
    for seed in range(100):
        size = SampleSize(ordinary=200, serious=50)
        (few,) = simulate(setting, [DrawSettings(rates)], size, seed + 2)
        found = figures.share(few, today, figures.everybody)
        held += found.low <= truth <= found.high
    assert held >= 85


def test_quartiles_of_warning_signs() -> None:
    simulation = simulated(setting_in())
    for counts in simulation.counts.values():
        counts.flags.clear()
        counts.flags.update({0: 24, 1: 30, 2: 26, 3: 20})
        counts.people = 100
    assert figures.flag_quartiles(simulation) == (1, 1, 2)


def test_serious_disease_among_those_sent_today() -> None:
    simulation = simulated(setting_in())
    found = figures.serious_among_urgent(simulation, Urgency.SELF_CARE)
    assert found.of == pytest.approx(0.005)


def test_rules_that_decide_most_come_first() -> None:
    found = [*figures.deciding_rules(simulated(setting_in()))]
    assert [rule for rule, *_ in found][:2] == ["fever_today", "child"]
    alone = [share.of for _, _, share, _ in found]
    assert alone == sorted(alone, key=lambda of: -(of or 0))
