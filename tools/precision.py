"""Write the tables of `docs/precision.md`: two versions of the rules, asked of the same people.

    .venv/bin/python -m tools.precision

It takes some seconds. A test of `./check --full` compares the document with what it would write.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backtriage.population import figures
from backtriage.population.answer_rules import load_setting
from backtriage.population.figures import Share
from backtriage.population.paired import PairedSimulation, moved, simulate_both
from backtriage.population.people import DrawSettings
from backtriage.population.population import PersonClass, Setting
from backtriage.population.simulation import (
    EVERYBODY,
    NOT_BY_ITSELF,
    SampleSize,
    Simulation,
    simulate,
)
from backtriage.shell.cache import load_program
from backtriage.shell.rules_folder import read_simulated
from backtriage.terms.urgency import Urgency
from tools.samples import ROOT, RULES

DOCUMENT: Final = ROOT / "docs" / "precision.md"

OLD: Final = ROOT / "tests" / "data" / "released" / "back_pain-1.0.0"

MARKED: Final = re.compile(
    r"(<!-- begin ([a-z]+): written by tools/precision\.py -->\n).*?(<!-- end -->)", re.DOTALL
)

SIZE: Final = SampleSize(ordinary=100_000, serious=5_000)

MOST_RULES: Final = 30

TODAY: Final = Urgency.SAME_DAY

WORDS: Final = dict(zip(Urgency, ("home", "visit", "2 weeks", "today", "emergency"), strict=True))

URGENCIES: Final = "| home | visit | 2 weeks | today | emergency | today or sooner |"


@dataclass(frozen=True, slots=True)
class Reading:
    """What both versions do to the same people, at one reading of the rates."""

    name: str
    versions: tuple[Simulation, Simulation]
    without: tuple[Simulation, Simulation]
    """Without the factors that make several traits more common in the same people."""
    pair: PairedSimulation


def readings() -> tuple[Reading, ...]:
    """Simulate both versions."""
    old, new = (setting(folder) for folder in (OLD, RULES))
    sets = new.population.rate_sets
    drawings = [DrawSettings(each, factors) for each in sets for factors in (True, False)]
    found = [*zip(*(simulate(each, drawings, SIZE) for each in (old, new)), strict=True)]
    pairs = simulate_both((old, new), [DrawSettings(each) for each in sets], SIZE)
    return tuple(
        Reading(each.id.upper(), versions, without, pair)
        for each, versions, without, pair in zip(sets, found[::2], found[1::2], pairs, strict=True)
    )


def setting(folder: Path) -> Setting:
    """Load the rules of a folder, with the people and what they answer."""
    found, problems = load_setting(load_program(folder, save=False), read_simulated(folder))
    if found is None:
        raise ValueError(problems)
    return found


# -- tables -------------------------------------------------------------------------------


def everybody_table(found: Sequence[Reading]) -> Iterator[str]:
    """Yield what becomes of everybody, and of those without an item that decides by itself."""
    yield f"| people | version {URGENCIES}"
    yield "|---|---|---:|---:|---:|---:|---:|---:|"
    for each in found:
        yield from urgency_rows(each.name, each.versions, EVERYBODY)
        yield from urgency_rows(f"{each.name}, without distress", each.without, EVERYBODY)
        name = f"{each.name}, no item that is an emergency by itself"
        yield from urgency_rows(name, each.versions, NOT_BY_ITSELF)


def groups_table(found: Sequence[Reading]) -> Iterator[str]:
    """Yield what becomes of the groups of the population."""
    yield f"| group | version {URGENCIES}"
    yield "|---|---|---:|---:|---:|---:|---:|---:|"
    for group in found[0].versions[0].setting.population.groups:
        for each in found:
            yield from urgency_rows(f"{each.name}, {group.title}", each.versions, group.id)


def urgency_rows(name: str, versions: Sequence[Simulation], row: str) -> Iterator[str]:
    """Yield the share of each urgency in a row of both versions."""
    for simulation in versions:
        among = figures.in_row(row)
        parts = [figures.share(simulation, figures.exactly(row, u), among) for u in Urgency]
        urgent = figures.share(simulation, figures.at_least(row, TODAY), among)
        of_all = figures.share(simulation, among, figures.everybody)
        share_ = "" if row == EVERYBODY else f" ({percent(of_all)} of all)"
        cells = " | ".join(map(percent, parts))
        yield f"| {name}{share_} | {version(simulation)} | {cells} | {interval(urgent)} |"


def found_table(found: Sequence[Reading]) -> Iterator[str]:
    """Yield how many of those who are sent today or sooner are seriously ill."""
    yield "| set | version | seriously ill | people for each |"
    yield "|---|---|---:|---:|"
    for each in found:
        for simulation in each.versions:
            ill = figures.serious_among_urgent(simulation, TODAY)
            people = f"{1 / ill.of:.0f}" if ill.of else "-"
            yield f"| {each.name} | {version(simulation)} | {interval(ill)} | {people} |"


def classes_table(found: Sequence[Reading]) -> Iterator[str]:
    """Yield both versions by class, the old one first."""
    sets = " | ".join(each.name for each in found)
    yield f"| class | of all | emergency {sets} | today or sooner {sets} | home {sets} |"
    yield "|---|---:|" + "---:|" * 3 * len(found)
    for person_class in found[0].versions[0].setting.population.classes:
        cells = [
            " → ".join(
                percent(figures.share(simulation, count, figures.everybody, [person_class]))
                for simulation in each.versions
            )
            for count in (
                figures.exactly(EVERYBODY, Urgency.EMERGENCY),
                figures.at_least(EVERYBODY, TODAY),
                figures.exactly(EVERYBODY, Urgency.SELF_CARE),
            )
            for each in found
        ]
        share_ = percent(Share(float(person_class.share)), 2)
        yield f"| {title(person_class)} | {share_} | {' | '.join(cells)} |"


def moved_table(found: Sequence[Reading]) -> Iterator[str]:
    """Yield who is sent later by the new version, and who sooner."""
    sets = " | ".join(each.name for each in found)
    yield f"| class | later {sets} | sooner {sets} |"
    yield "|---|" + "---:|" * 2 * len(found)
    for person_class in found[0].versions[0].setting.population.classes:
        counted = [each.pair.counts[person_class.id] for each in found]
        cells = " | ".join(
            percent(Share(moved(counts, lowered=lowered) / counts.people), 2)
            for lowered in (True, False)
            for counts in counted
        )
        yield f"| {title(person_class)} | {cells} |"


def rules_table(found: Sequence[Reading]) -> Iterator[str]:
    """Yield the new version's rules without which most people would be less urgent."""
    sets = " | ".join(each.name for each in found)
    yield f"| rule | urgency | people {sets} | serious people {sets} |"
    yield "|---|---|" + "---:|" * 2 * len(found)
    program = found[0].versions[1].setting.program
    urgencies = {rule.id: WORDS[rule.urgency] for rule in program.rules}
    by_reading = [
        {rule: alone for rule, _, *alone in figures.deciding_rules(each.versions[1])}
        for each in found
    ]
    for rule in [*by_reading[-1]][:MOST_RULES]:
        cells = zip(*(each[rule] for each in by_reading), strict=True)
        shares = " | ".join(percent(each, 2) for cell in cells for each in cell)
        yield f"| `{rule}` | {urgencies[rule]} | {shares} |"


def title(person_class: PersonClass) -> str:
    """Return the name of a class, with a note if it is serious."""
    return person_class.id.replace("_", " ") + (" (serious)" if person_class.is_serious else "")


def version(simulation: Simulation) -> str:
    """Return the version of the rules."""
    return simulation.setting.program.protocol.version


def percent(found: Share, digits: int = 1) -> str:
    """Return a percentage without its sign, or a dash."""
    return "-" if found.of is None else f"{100 * found.of:.{digits}f}"


def interval(found: Share) -> str:
    """Return a percentage with its interval."""
    return f"{percent(found)} ({100 * found.low:.1f} to {100 * found.high:.1f})"


# -- aims ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Aim:
    """A share in percent that version 2.0.0 was written to reach, at one reading."""

    reading: str
    text: str
    row: str
    urgencies: tuple[Urgency, ...]
    least: float | None = None
    most: float | None = None
    classes: tuple[str, ...] = ()


HOME: Final = (Urgency.SELF_CARE,)
HOME_OR_VISIT: Final = (Urgency.SELF_CARE, Urgency.ROUTINE)
URGENT: Final = (Urgency.SAME_DAY, Urgency.EMERGENCY)
BY_SOON: Final = (Urgency.SOON, *URGENT)
EMERGENCY: Final = (Urgency.EMERGENCY,)

OTHER_SERIOUS: Final = ("fracture", "infection", "vessel", "gut", "kidney")

AIMS: Final = (
    Aim("C", "emergency", EVERYBODY, EMERGENCY, most=12),
    Aim("C", "today", EVERYBODY, (TODAY,), most=17),
    Aim("C", "home or visit", EVERYBODY, HOME_OR_VISIT, least=55),
    Aim("D", "emergency", EVERYBODY, EMERGENCY, most=5),
    Aim("D", "today", EVERYBODY, (TODAY,), most=15),
    Aim("D", "home or visit", EVERYBODY, HOME_OR_VISIT, least=65),
    Aim("D", "home", EVERYBODY, HOME, least=25),
    Aim("B", "no emergency item: emergency", NOT_BY_ITSELF, EMERGENCY, most=5),
    Aim("D", "no emergency item: emergency", NOT_BY_ITSELF, EMERGENCY, most=3),
    Aim("C", "a strain, no sign, under 6 weeks: home", "plain_under_6_weeks", HOME, least=85),
    Aim("D", "a strain, no sign, under 6 weeks: home", "plain_under_6_weeks", HOME, least=85),
    Aim("C", "a strain, one weak sign: today or sooner", "one_weak_sign", URGENT, most=10),
    Aim("D", "a strain, one weak sign: today or sooner", "one_weak_sign", URGENT, most=10),
    Aim("C", "usual pain, no emergency item: emergency", "usual_unchanged", EMERGENCY, most=4),
    Aim("D", "usual pain, no emergency item: emergency", "usual_unchanged", EMERGENCY, most=4),
    Aim("D", "cauda equina: today or sooner", EVERYBODY, URGENT, 97, None, ("cauda_equina",)),
    Aim("D", "cancer: today or sooner", EVERYBODY, URGENT, 95, None, ("cancer",)),
    *(
        Aim("D", f"{each}: today or sooner", EVERYBODY, URGENT, 92, None, (each,))
        for each in OTHER_SERIOUS
    ),
    *(
        Aim("D", f"{each}: within 2 weeks or sooner", EVERYBODY, BY_SOON, 97, None, (each,))
        for each in ("fracture", "cancer")
    ),
)

PEOPLE_FOR_EACH: Final = {"C": 18, "D": 10}

REACHED: Final = {True: "yes", False: "no"}


def aims_table(found: Sequence[Reading]) -> Iterator[str]:
    """Yield what version 2.0.0 was written to reach, and whether it does."""
    by_name = {each.name: each for each in found}
    yield "| set | percentage | 1.0.0 | 2.0.0 | aim | reached |"
    yield "|---|---|---:|---:|---:|---|"
    for aim in AIMS:
        old, new = (100 * (_of(aim, each).of or 0) for each in by_name[aim.reading].versions)
        met = new >= aim.least if aim.least is not None else new <= (aim.most or 0)
        bound = f"at least {aim.least}" if aim.least is not None else f"at most {aim.most}"
        yield f"| {aim.reading} | {aim.text} | {old:.1f} | {new:.1f} | {bound} | {REACHED[met]} |"
    for name, most in PEOPLE_FOR_EACH.items():
        each = by_name[name]
        old, new = (1 / (figures.serious_among_urgent(v, TODAY).of or 1) for v in each.versions)
        text = "people sent today or sooner for each who is seriously ill (not a percentage)"
        cells = f"{old:.0f} | {new:.0f} | at most {most} | {REACHED[new <= most]}"
        yield f"| {name} | {text} | {cells} |"


def _of(aim: Aim, simulation: Simulation) -> Share:
    """Return the share that an aim is about."""
    classes = [
        each
        for each in simulation.setting.population.classes
        if not aim.classes or each.id in aim.classes
    ]
    counted = [figures.exactly(aim.row, urgency) for urgency in aim.urgencies]
    return figures.share(
        simulation,
        lambda counts: sum(count(counts) for count in counted),
        figures.in_row(aim.row),
        classes,
    )


# -- the document -------------------------------------------------------------------------

TABLES: Final[dict[str, Callable[[Sequence[Reading]], Iterator[str]]]] = {
    "aims": aims_table,
    "everybody": everybody_table,
    "found": found_table,
    "classes": classes_table,
    "groups": groups_table,
    "moved": moved_table,
    "rules": rules_table,
}


def written() -> str:
    """Return the document with every table written anew."""
    found = readings()

    def table(mark: re.Match[str]) -> str:
        return "\n".join([mark[1].rstrip(), *TABLES[mark[2]](found), mark[3]])

    return MARKED.sub(table, DOCUMENT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    DOCUMENT.write_text(written(), encoding="utf-8")
    sys.exit()
