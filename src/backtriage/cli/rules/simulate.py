"""`backtriage rules simulate`: what a protocol does to simulated people."""

from collections import defaultdict
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from backtriage.cli import exits
from backtriage.cli.options import Rules, warn_reviewers
from backtriage.cli.rules.loading import load, program_of, refuse_unknown
from backtriage.cli.rules.reports import FormatOption, ReportFormat, report_text
from backtriage.shell.files import ReadError
from backtriage.shell.output import progress, say, write_out
from backtriage.shell.paths import bundled_rules
from backtriage.shell.rules_folder import SIMULATED, read_simulated, simulated_of

if TYPE_CHECKING:
    from backtriage.population.population import Population, RateSet, Setting
    from backtriage.population.simulation import SampleSize, Simulation
    from backtriage.program.program import Program

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
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="OLD",
                     help="Compare with an older version, a rules folder or revision."),
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

    The time to decide is that of all work of the rules: which questions are asked, whose
    emergency hangs on a doubt that they are asked to confirm, the urgency, and what decides it.

    With --against, the same people are asked the questions of an older version too, and those
    who are now sent later are shown, people with serious disease first. A revision is written as
    for 'rules diff'. An old version that does not say what people answer is asked with the
    answers of the new one.
    """
    from backtriage.population.simulation import SampleSize

    size = SampleSize(ordinary=people, serious=serious)
    if against is not None:
        write_out(_against(against, rules, rates, size, seed, format_))
        return
    from backtriage.population.to_json import simulation_json
    from backtriage.population.to_text import simulation_lines

    setting = _setting(rules)
    sets = _rate_sets(setting.population, rates)
    pairs = _simulate(setting, sets, size, seed)
    write_out(
        report_text(
            format_,
            lambda: simulation_json(pairs, setting, seed),
            lambda: simulation_lines(pairs),
        )
    )


def _setting(rules: Path | None) -> "Setting":
    """Load what is simulated. Raises `Unsound` or `ReadError`."""
    return _loaded(load(rules), read_simulated(rules or bundled_rules()))


def _loaded(program: "Program", texts: dict[str, str]) -> "Setting":
    """Load the people of a protocol. Raises `Unsound` or `ReadError`."""
    from backtriage.population.answer_rules import load_setting
    from backtriage.terms.problem import Unsound

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
    clock.say(sum(c.people for each in found for c in each.counts.values()))
    return [*zip(found[::2], found[1::2], strict=True)]


def _against(
    old: str, rules: Path | None, rates: list[str] | None, size: "SampleSize", seed: int,
    format_: ReportFormat,
) -> str:  # fmt: skip
    """Return what an older version and this one do to the same people.

    Raises:
        Unsound: One of the versions has errors.
        ReadError: One of them cannot be read.
    """
    from backtriage.population.paired import simulate_both
    from backtriage.population.paired_report import paired_json, paired_lines
    from backtriage.population.people import DrawSettings
    from backtriage.shell.versions import read_versions

    before, after = read_versions(old, None, rules, also=SIMULATED)
    programs = program_of("old", before), program_of("new", after)
    warn_reviewers(programs[1])
    files = (simulated_of(version.beside, version.name) for version in (before, after))
    settings = _both(programs, *files)
    sets = _rate_sets(settings[1].population, rates)
    clock = _Clock()
    found = simulate_both(settings, map(DrawSettings, sets), size, seed, clock.begin)
    clock.say(sum(c.people for each in found for c in each.counts.values()))
    return report_text(
        format_,
        lambda: paired_json(
            found, [{"from": v.name, "commit": v.commit} for v in (before, after)]
        ),
        lambda: paired_lines(found, (before.source, after.source)),
    )


def _both(
    programs: "tuple[Program, Program]", before: dict[str, str], after: dict[str, str]
) -> "tuple[Setting, Setting]":
    """Return both versions with the people of the new one."""
    from backtriage.population.answer_rules import FILE, load_answer_rules
    from backtriage.population.population import Setting
    from backtriage.terms.problem import Unsound

    new = _loaded(programs[1], after)
    text = before.get(FILE, after[FILE])
    answers, problems = load_answer_rules(text, programs[0], new.population)
    if answers is None:
        say("The people of the new version cannot answer the questions of the old one:")
        raise Unsound(problems)
    return Setting(program=programs[0], population=new.population, answers=answers), new


class _Clock:
    """Adds up how long each activity takes, and says on the way how much is done."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._activity = ""
        self._since = 0.0
        self._blocks = 0
        self._on_progress = progress()

    def begin(self, activity: str) -> None:
        now = perf_counter()
        self.seconds[self._activity] += now - self._since
        self._activity, self._since = activity, now
        if not activity:
            self._blocks += 1
            self._on_progress(f"{self._blocks} groups of people done")

    def say(self, people: int) -> None:
        draw, decide, count = (self.seconds[name] for name in ("draw", "decide", "count"))
        say(f"{people:,} people: {draw:.2f} s to draw them and their answers, "
            f"{decide:.2f} s to decide, {count:.2f} s to count.")  # fmt: skip
