"""The people of the shipped protocol: frozen, sourced, and of every kind that they must be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backtriage.population import figures
from backtriage.population.people import DrawSettings
from backtriage.population.simulation import EVERYBODY, SampleSize, simulate
from backtriage.terms.urgency import Urgency
from tests.support.people import setting_in
from tests.support.protocols import ROOT, SHIPPED
from tests.support.tier import IS_FULL
from tools.precision import written

DIGEST = re.compile(r"`back_pain_people (.*?)`, `(sha256:[0-9a-f]{64})`")
ROW = re.compile(r"\| back_pain_people (.*?) \| .* \| .*: `(sha256:[0-9a-f]{64})` \|")
PEOPLE = SampleSize(ordinary=100_000 if IS_FULL else 4_000, serious=5_000 if IS_FULL else 200)


def read(name: str) -> str:
    return Path(ROOT / name).read_text(encoding="utf-8")


def test_the_people_are_those_of_the_figures() -> None:
    """Whoever changes them gives them a new version, and prints the figures anew."""
    population = setting_in(SHIPPED).population
    frozen = [(population.version, population.digest)]
    assert DIGEST.findall(read("docs/precision.md")) == frozen
    assert ROW.findall(read("CHANGELOG.md"))[-1:] == frozen


def test_every_source_is_used() -> None:
    setting = setting_in(SHIPPED)
    texts = "".join(read(f"rules/back_pain/{name}.yaml") for name in ("population", "answers"))
    used = {word for line in re.findall(r"(?:source|assumed): (.*)", texts)
            for word in re.findall(r"\w+", line)}  # fmt: skip
    assert {source.id for source in setting.population.sources} <= used


@pytest.mark.larger
def test_the_people_are_as_the_document_says() -> None:
    """Within what so few people can show; the full tier draws all of them."""
    setting = setting_in(SHIPPED)
    drawings = [DrawSettings(rates) for rates in setting.population.rate_sets]
    found = simulate(setting, drawings, PEOPLE)
    assert figures.flag_quartiles(found[0]) == (1, 2, 3)
    for simulation in found:
        serious = [c for c in setting.population.classes if c.is_serious]
        assert sum(c.share for c in serious) == pytest.approx(0.0192)
        for person_class in serious:
            today = figures.at_least(EVERYBODY, Urgency.SAME_DAY)
            share = figures.share(simulation, today, figures.everybody, [person_class])
            assert share.high >= 0.95, person_class.id


@pytest.mark.exhaustive
@pytest.mark.once
def test_the_figures_are_those_of_both_versions() -> None:
    """If this fails, run: python -m tools.precision, and review what the document says of them."""
    assert written() == read("docs/precision.md")


def test_no_trait_is_left_out_of_the_answers_by_mistake() -> None:
    """Traits that no answer reads are those that a finer question can ask about.

    Version 1 also asked about two others, and both versions are asked of the same people.
    """
    setting = setting_in(SHIPPED)
    answers = read("rules/back_pain/answers.yaml")
    unread = [t.id for t in setting.population.traits if not re.search(rf"\b{t.id}\b", answers)]
    text = read("rules/back_pain/population.yaml")
    finer = text.split("# ---- what a finer question can ask")[1].split("# ---- ")[0]
    of_version_1 = {"stops_work", "worried"}
    assert {*unread} <= {*re.findall(r"- id: (\w+)", finer)} | of_version_1
