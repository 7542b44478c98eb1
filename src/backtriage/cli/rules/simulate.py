"""`backtriage rules simulate`: what a protocol does to simulated people."""

from collections import defaultdict
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from backtriage.cli import exits
from backtriage.cli.options import Rules
from backtriage.cli.rules.loading import load, refuse_unknown
from backtriage.cli.rules.reports import FormatOption, report_text
from backtriage.shell.files import ReadError
from backtriage.shell.output import say, write_out
from backtriage.shell.paths import bundled_rules
from backtriage.shell.rules_folder import SIMULATED, read_simulated

if TYPE_CHECKING:
    from backtriage.population.population import Population, RateSet, Setting
    from backtriage.population.simulation import SampleSize, Simulation

    Pairs = list[tuple[Simulation, Simulation]]


@exits.guarded
def simulate(
    people: Annotated[
        int,
        typer.Option("--people", metavar="N", min=1, max=1_000_000,
                     help="How many people without serious disease to draw."),
    ] = 20_000,
    serious: Annotated[
        int,
        typer.Option("--serious", metavar="N", min=1, max=1_000_000,
                     help="How many people of each serious class to draw."),
    ] = 5_000,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", min=0, help="Another seed draws other people.")
    ] = 1,
    rates: Annotated[
        list[str] | None,
        typer.Option("--rates", metavar="SET", help="A set of rates; by default each of them."),
    ] = None,
    format_: FormatOption = "text",
    rules: Rules = None,
) -> None:  # fmt: skip
    """Show what a protocol does to simulated people.

    population.yaml in the rules folder says who there is: classes of people, what is true of
    them, and how common it is. answers.yaml says what they answer. People with a serious disease
    are drawn in the same number from each class, and count by its share.

    This is no measure of accuracy. No real person is behind any of it, and most rates are
    assumed. The same seed draws the same people, on every computer.
    """
    from backtriage.population.simulation import SampleSize
    from backtriage.population.to_json import simulation_json
    from backtriage.population.to_text import simulation_lines

    setting = _setting(rules)
    sets = _rate_sets(setting.population, rates)
    pairs = _simulate(setting, sets, SampleSize(ordinary=people, serious=serious), seed)
    write_out(
        report_text(
            format_,
            lambda: simulation_json(pairs, setting, seed),
            lambda: simulation_lines(pairs),
        )
    )


def _setting(rules: Path | None) -> "Setting":
    """Load what is simulated. Raises `Unsound` or `ReadError`."""
    from backtriage.population.answer_rules import load_setting
    from backtriage.terms.problem import Unsound

    program = load(rules)
    texts = read_simulated(rules or bundled_rules())
    if not texts:
        raise ReadError(f"there are no simulated people in the rules: {', '.join(SIMULATED)}")
    setting, problems = load_setting(program, texts)
    if setting is None:
        raise Unsound(problems)
    return setting


def _rate_sets(population: "Population", names: list[str] | None) -> "tuple[RateSet, ...]":
    by_id = {rate_set.id: rate_set for rate_set in population.rate_sets}
    ids = [name.lower() for name in names or by_id]
    for name in ids:
        refuse_unknown(
            "set of rates", name, population.rate_set_ids,
            otherwise=f"there are: {', '.join(by_id)}",
        )  # fmt: skip
    return tuple(by_id[name] for name in dict.fromkeys(ids))


def _simulate(
    setting: "Setting", sets: "tuple[RateSet, ...]", size: "SampleSize", seed: int
) -> "Pairs":
    """Simulate each set of rates, with factors and without, and say how long it took."""
    from backtriage.population.people import DrawSettings
    from backtriage.population.simulation import simulate as run

    clock = _Clock()
    drawings = [DrawSettings(each, factors) for each in sets for factors in (True, False)]
    found = run(setting, drawings, size, seed, clock.begin)
    drawn = sum(c.people for simulation in found for c in simulation.counts.values())
    say(
        f"{drawn:,} people: {clock.seconds['draw']:.2f} s to draw them and their answers, "
        f"{clock.seconds['decide']:.2f} s to decide."
    )
    return [*zip(found[::2], found[1::2], strict=True)]


class _Clock:
    """Adds up how long each activity takes."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._activity = ""
        self._since = 0.0

    def begin(self, activity: str) -> None:
        now = perf_counter()
        self.seconds[self._activity] += now - self._since
        self._activity, self._since = activity, now
