"""Simulated people for tests: those of the tiny protocol, with some texts replaced."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TypeAlias

from backtriage.population.answer_rules import load_setting
from backtriage.population.draws import PeopleBlock
from backtriage.population.marks import MarkedAnswers
from backtriage.population.needs import Needs
from backtriage.population.people import DrawSettings, Lottery, People
from backtriage.population.population import Setting
from backtriage.population.sheets import Questionnaire
from backtriage.shell.rules_folder import read_simulated
from tests.support.protocols import TINY, program_in

Edits: TypeAlias = tuple[tuple[str, str], ...]


@cache
def setting_in(folder: Path = TINY, population: Edits = (), answers: Edits = ()) -> Setting:
    """Return the people of a folder, after replacing some texts of both files."""
    texts = read_simulated(folder)
    for file, edits in (("population.yaml", population), ("answers.yaml", answers)):
        for before, after in edits:
            assert before in texts[file], before
            texts[file] = texts[file].replace(before, after)
    setting, problems = load_setting(program_in(folder), texts)
    assert problems == ()
    assert setting is not None
    return setting


def settings_of(setting: Setting) -> Iterable[DrawSettings]:
    """Yield how each set of rates draws."""
    for rates in setting.population.rate_sets:
        yield DrawSettings(rates)


def people_of(
    setting: Setting,
    person_class: str,
    count: int,
    settings: DrawSettings | None = None,
    seed: int = 1,
) -> People:
    """Draw people of a class, by default with the first set of rates."""
    of = next(c for c in setting.population.classes if c.id == person_class)
    settings = settings or DrawSettings(setting.population.rate_sets[0])
    block = PeopleBlock(seed, person_class, 0, count)
    return People(Lottery(setting.population, [settings]).people(of, block), 0)


def answers_of(
    setting: Setting, people: People, doubt: Fraction, needs: Needs | None = None
) -> MarkedAnswers:
    """Draw the answers of people who were drawn at one reading of the rates."""
    (answers,) = Questionnaire(setting, [doubt], needs).answers(people.crowd)
    return answers
