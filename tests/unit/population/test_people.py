from __future__ import annotations

from fractions import Fraction
from math import sqrt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import TRUE
from backtriage.population.draws import PeopleBlock
from backtriage.population.needs import Needs
from backtriage.population.people import DrawSettings, Lottery, People, values
from backtriage.population.population import Setting
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Condition, Is, Yes
from backtriage.terms.value import Value
from tests.support.people import people_of, setting_in
from tests.support.protocols import SHIPPED, TINY
from tests.support.tier import IS_FULL, examples

COUNT = 2000

Columns = dict[str, list[Value | None]]

TRAIT = """\
traits:
  - id: tired
    kind: yes_no
    rates:
      - when: distress is upset
        rate: 0.5
        assumed: Made up.
"""


def columns(people: People) -> Columns:
    found = [*people.traits.values()]
    return {name: [person[name] for person in found] for name in found[0]}


def share(people: People, condition: Condition) -> float:
    return people.with_(condition).bit_count() / people.block.count


@pytest.mark.parametrize("person_class", ["cold", "abscess"])
def test_a_new_trait_moves_nobody(person_class: str) -> None:
    before = columns(people_of(setting_in(), person_class, COUNT))
    more = setting_in(population=(("traits:\n", TRAIT),))
    after = columns(people_of(more, person_class, COUNT))
    assert after.pop("tired") != [False] * COUNT
    assert after == before


def test_another_share_of_a_class_moves_nobody() -> None:
    before = columns(people_of(setting_in(), "cold", COUNT))
    other = setting_in(
        population=(("share: 0.9\n", "share: 0.8\n"), ("share: 0.095", "share: 0.195"))
    )
    assert columns(people_of(other, "cold", COUNT)) == before


def test_more_people_move_nobody() -> None:
    few, many = (columns(people_of(setting_in(), "cold", count)) for count in (50, COUNT))
    assert {name: column[:50] for name, column in many.items()} == few


def test_another_seed_draws_others() -> None:
    rates = setting_in().population.rate_sets[0]
    one, other = (
        columns(people_of(setting_in(), "cold", COUNT, DrawSettings(rates), seed))
        for seed in (1, 2)
    )
    assert all(one[name] != other[name] for name in one if name != "class")


def with_rate(rate: str) -> Setting:
    """Return people of whom so many of the class `abscess` are swollen."""
    return setting_in(population=(("rate: 0.9\n", f"rate: {rate}\n"),))


@settings(max_examples=examples())
@given(st.integers(1, 999))
def test_the_share_of_a_trait_is_its_rate(thousandths: int) -> None:
    """Within five standard deviations, which the numbers of one seed keep at every rate."""
    rate = thousandths / 1000
    found = share(people_of(with_rate(str(rate)), "abscess", COUNT), Yes("swollen"))
    assert abs(found - rate) < 5 * sqrt(rate * (1 - rate) / COUNT)


@pytest.mark.parametrize(("rate", "share_"), [("0", 0), ("1", 1)])
def test_a_rate_of_none_or_all(rate: str, share_: int) -> None:
    assert share(people_of(with_rate(rate), "abscess", COUNT), Yes("swollen")) == share_


def test_a_number_is_in_one_of_its_bands() -> None:
    """And its bands have their shares."""
    ages = columns(people_of(setting_in(), "tonsils", COUNT))["age"]
    numbers = [int(str(age)) for age in ages]
    assert {min(numbers), max(numbers)} <= {*range(100)}
    assert sum(age < 10 for age in numbers) / COUNT == pytest.approx(0.2, abs=0.05)
    assert sum(10 <= age < 40 for age in numbers) / COUNT == pytest.approx(0.7, abs=0.05)


def test_the_first_rates_that_fit_count() -> None:
    people = people_of(setting_in(), "cold", COUNT)
    found = columns(people)
    swollen = [
        (feverish, mood) for feverish, mood, is_swollen
        in zip(found["fever"], found["distress"], found["swollen"], strict=True) if is_swollen
    ]  # fmt: skip
    assert {*swollen} == {(True, "upset")}


def test_a_rate_set_scales_a_group_but_not_the_signs_of_a_disease() -> None:
    setting = setting_in()
    usual, halved = (DrawSettings(rates) for rates in setting.population.rate_sets)
    for person_class, times in (("cold", 0.5), ("abscess", 1)):
        before, after = (
            share(people_of(setting, person_class, 16_000, how), Yes("fever"))
            for how in (usual, halved)
        )
        assert after == pytest.approx(times * before, rel=0.08)


def test_a_factor_makes_traits_more_common_in_the_same_people() -> None:
    setting = setting_in()
    rates = setting.population.rate_sets[0]
    upset = Is("distress", ("upset",))
    found = {}
    for with_factors in (True, False):
        how = DrawSettings(rates, with_factors=with_factors)
        people = people_of(setting, "cold", 16_000, how)
        fever = people.with_(Yes("fever"))
        found[with_factors] = [
            fever.bit_count() / 16_000,
            (fever & people.with_(upset)).bit_count() / people.with_(upset).bit_count(),
        ]
    assert found[True] == pytest.approx([0.25, 0.55], abs=0.03)
    assert found[False] == pytest.approx([0.25, 0.25], abs=0.03)


def test_a_factor_leaves_the_signs_of_a_disease_alone() -> None:
    setting = setting_in()
    rates = setting.population.rate_sets[0]
    one, other = (
        columns(people_of(setting, "abscess", COUNT, DrawSettings(rates, with_factors)))
        for with_factors in (True, False)
    )
    assert one == other


def test_one_person() -> None:
    people = people_of(setting_in(), "cold", 5)
    assert values(people, 3) == {name: column[3] for name, column in columns(people).items()}
    assert values(people, 3)["class"] == "cold"


def test_rates_are_exact() -> None:
    assert with_rate("0.1").population.traits[3].rates[0].shares == (
        (Fraction(1, 10), range(1, 2)),
    )


@pytest.mark.larger
@pytest.mark.parametrize("folder", [TINY, SHIPPED], ids=lambda folder: folder.name)
def test_a_condition_holds_of_those_of_whom_it_is_true(folder: Path) -> None:
    """As `Evaluation` says of each person, in every reading."""
    setting = setting_in(folder)
    population = setting.population
    readings = [DrawSettings(rates) for rates in population.rate_sets]
    conditions = [
        *(rates.when for trait in population.traits for rates in trait.rates),
        *(flag.when for flag in population.flags), *(group.when for group in population.groups),
    ]  # fmt: skip
    count = 60 if IS_FULL else 2
    lottery = Lottery(population, readings)
    for of in population.classes:
        crowd = lottery.people(of, PeopleBlock(1, of.id, 0, count))
        for reading in range(len(readings)):
            people = People(crowd, reading)
            persons = [Evaluation(population.program, Answers(p)) for p in people.traits.values()]
            for condition in conditions:
                found = people.with_(condition).to_bytes(count, "little")
                assert [*found] == [int(person.bits(condition) == TRUE) for person in persons]


def test_what_was_drawn_before_changes_nothing() -> None:
    """Conditions are numbered as they are asked for, but no trait is read before it is drawn."""
    setting = setting_in(population=(("traits:\n", TRAIT.replace("0.5", "0.4")),))
    needs = Needs(answers={}, traits=frozenset({"age", "swollen", "fever"}))
    rates = setting.population.rate_sets[0]
    of = setting.population.classes[0]
    block = PeopleBlock(1, of.id, 0, 400)
    few = People(Lottery(setting.population, [DrawSettings(rates)], needs).people(of, block), 0)
    assert few.with_(Yes("swollen")).bit_count() > 0
    some = [*few.traits.values()]
    every = [*people_of(setting, of.id, 400).traits.values()]
    assert [{**person, **own} for person, own in zip(every, some, strict=True)] == every
    again = People(Lottery(setting.population, [DrawSettings(rates)], needs).people(of, block), 0)
    assert [*again.traits.values()] == some
