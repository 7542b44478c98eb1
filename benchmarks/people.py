"""How long it takes to draw simulated people and their answers, beside deciding their sheets.

All work on the same people, of the largest class, a block at once, at the first set of rates.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from backtriage.decide.chunk import ChunkEvaluation, Columns, columns_of
from backtriage.decide.outcome import urgencies
from backtriage.population.answer_rules import load_setting
from backtriage.population.draws import BLOCK, PeopleBlock, forget
from backtriage.population.needs import needs_of
from backtriage.population.people import DrawSettings, Lottery
from backtriage.population.population import PersonClass, Setting
from backtriage.population.sheets import Questionnaire
from backtriage.shell.paths import bundled_rules
from backtriage.shell.rules_folder import read_simulated
from backtriage.terms.answers import Answers
from benchmarks.report import Table, ratio, rounds_of
from benchmarks.rules import shipped_program

PEOPLE: Final = "people"

_SEED: Final = 1


class Sample:
    """The people of one block, and what is done with them."""

    def __init__(self) -> None:
        """Load them and draw them once."""
        setting, problems = load_setting(shipped_program(), read_simulated(bundled_rules()))
        if setting is None:
            raise ValueError(problems)
        self.setting: Setting = setting
        self.readings = [
            DrawSettings(rates, with_factors)
            for rates in setting.population.rate_sets
            for with_factors in (True, False)
        ]
        needs = needs_of(setting)
        doubts = [each.rates.doubt for each in self.readings]
        self.drawn = {
            count: (
                Lottery(setting.population, self.readings[:count], needs),
                Questionnaire(setting, doubts[:count], needs),
            )
            for count in (1, len(doubts))
        }
        self.person_class: PersonClass = max(setting.population.classes, key=lambda c: c.share)
        self.block = PeopleBlock(_SEED, self.person_class.id, 0, BLOCK)
        self.sheets: list[Answers] = self.answers_of_everything()
        self.columns: Columns = columns_of(setting.program, self.sheets)

    def answers_of_everything(self) -> list[Answers]:
        """Return the whole sheets of everybody."""
        some = self.readings[:1]
        crowd = Lottery(self.setting.population, some).people(self.person_class, self.block)
        doubts = [each.rates.doubt for each in some]
        (answers,) = Questionnaire(self.setting, doubts).answers(crowd)
        return [*answers.sheets()]

    def draw(self, readings: int) -> None:
        """Draw everybody and their answers at some readings of the rates."""
        forget()
        lottery, questions = self.drawn[readings]
        questions.answers(lottery.people(self.person_class, self.block))

    def decide(self) -> None:
        """Decide everybody's sheets, in columns."""
        urgencies(ChunkEvaluation(self.setting.program, self.columns))

    def decide_rows(self) -> None:
        """Decide everybody's sheets, given one by one."""
        columns = columns_of(self.setting.program, self.sheets)
        urgencies(ChunkEvaluation(self.setting.program, columns))


@dataclass
class Work:
    """Something to do with everybody."""

    name: str
    """What selects it on the command line."""
    title: str
    run: Callable[[Sample], None]
    times: int = 1
    """How often everybody is treated in one run."""
    is_baseline: bool = False
    cpu: list[float] = field(default_factory=list)
    """Microseconds of CPU time for one person in each round."""

    def version(self) -> str | None:
        """Return that nothing needs to be installed."""
        return ""

    def install(self) -> str:
        """Return that nothing needs to be installed."""
        return ""


def works() -> list[Work]:
    """Return what to compare."""
    return [
        Work("decide-columns", "decide, a chunk of sheets in columns", Sample.decide,
             is_baseline=True),
        Work("decide-rows", "decide, a chunk of sheets from rows", Sample.decide_rows),
        Work("draw-once", "draw, one reading of the rates", lambda sample: sample.draw(1)),
        Work("draw-six", "draw, each of six readings together",
             lambda sample: sample.draw(6), times=6),
    ]  # fmt: skip


def measure(selected: Sequence[Work], rounds: int) -> Table:
    """Let everything take a turn in each round, and return the table."""
    sample = Sample()
    for number in rounds_of(rounds):
        for work in selected:
            start = time.process_time()
            work.run(sample)
            if number:
                seconds = time.process_time() - start
                work.cpu.append(seconds * 1e6 / sample.block.count / work.times)
    return table(selected, rounds)


def table(measured: Sequence[Work], rounds: int) -> Table:
    """Return the medians and their ratios to deciding in columns."""
    base = next(work for work in measured if work.is_baseline)
    return Table(
        name=PEOPLE,
        unit="Microseconds of CPU time for one person, and their ratio to deciding in columns",
        rounds=rounds,
        head=["", "CPU", "ratio"],
        rows=[
            [work.title, f"{median(work.cpu):.2f}", ratio(median(work.cpu), median(base.cpu))]
            for work in measured
        ],
        notes=[
            (
                "- Six readings are what `rules simulate` draws: three sets of rates, with and "
                "without the shared factor, of the same random numbers; one reading alone needs "
                "as many numbers."
            ),
            (
                "- It was to take at most three times as long to draw people as to decide; "
                "one SHA-256 digest for each person and trait alone would take 200 times as long."
            ),
        ],
    )
