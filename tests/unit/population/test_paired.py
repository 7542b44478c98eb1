"""Two versions of a protocol, asked of the same people."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from msgspec import structs

from backtriage.decide.assessment import assess
from backtriage.population.paired import PairedSimulation, moved, shares, simulate_both
from backtriage.population.people import DrawSettings
from backtriage.population.population import Setting
from backtriage.population.simulation import EVERYBODY, SampleSize, simulate
from backtriage.program.program import build_program
from backtriage.terms.urgency import Urgency
from tests.support.people import answers_of, people_of, setting_in

SMALL = SampleSize(ordinary=300, serious=200)


def with_rule(setting: Setting, rule: str, urgency: Urgency) -> Setting:
    """Return the same people with another urgency of one rule."""
    rules = tuple(
        structs.replace(r, urgency=urgency, if_unsure=None) if r.id == rule else r
        for r in setting.program.rules
    )
    program = build_program(structs.replace(setting.program.protocol, rules=rules), digest="new")
    return replace(setting, program=program)


def both(old: Setting, new: Setting) -> PairedSimulation:
    (found,) = simulate_both((old, new), [DrawSettings(old.population.rate_sets[0])], SMALL)
    return found


def test_nobody_moves_between_equal_versions() -> None:
    found = both(setting_in(), setting_in())
    for counts in found.counts.values():
        assert moved(counts, lowered=True) == moved(counts, lowered=False) == 0
        assert +counts.rules[0] == +counts.rules[1] == Counter()


@pytest.mark.parametrize("person_class", ["cold", "abscess"])
def test_people_who_are_lowered(person_class: str) -> None:
    """As `assess` says of each of them, with the rules that decided."""
    old = setting_in()
    new = with_rule(old, "cannot_breathe", Urgency.ROUTINE)
    counts = both(old, new).counts[person_class]
    people = people_of(old, person_class, counts.people)
    doubt = old.population.rate_sets[0].doubt
    urgencies: Counter[tuple[Urgency, Urgency]] = Counter()
    rules: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for sheet in answers_of(old, people, doubt).sheets():
        pair = [assess(setting.program, sheet) for setting in (old, new)]
        urgencies[pair[0].urgency, pair[1].urgency] += 1
        if pair[1].urgency < pair[0].urgency:
            for assessment, found in zip(pair, rules, strict=True):
                found.update(
                    reason.rule.id for reason in assessment.reasons
                    if reason.urgency == assessment.urgency
                )  # fmt: skip
    assert +counts.urgencies == urgencies
    assert tuple(+found for found in counts.rules) == rules
    assert moved(counts, lowered=True) > 0
    assert moved(counts, lowered=False) == 0


def test_people_who_are_raised() -> None:
    old = setting_in()
    counts = both(old, with_rule(old, "stays_long", Urgency.SAME_DAY)).counts["cold"]
    assert moved(counts, lowered=False) > 0
    assert moved(counts, lowered=True) == 0


def test_shares_are_those_of_each_version() -> None:
    """The rows of the matrix add up to what the old version does, its columns to the new one."""
    old = setting_in()
    new = with_rule(old, "fever_today", Urgency.SOON)
    found = shares(both(old, new))
    for version, setting in enumerate((old, new)):
        (alone,) = simulate(setting, [DrawSettings(old.population.rate_sets[0])], SMALL)
        for urgency in Urgency:
            together = sum(of for pair, of in found.items() if pair[version] == urgency)
            assert together == pytest.approx(sum(
                float(counts.person_class.share) * counts.urgencies[EVERYBODY][urgency]
                / counts.people for counts in alone.counts.values()
            ))  # fmt: skip


def test_an_item_that_moved_to_another_question_has_the_same_answers() -> None:
    """Its name decides who errs about it and who is in doubt."""
    setting = setting_in()
    people = people_of(setting, "abscess", 500)
    before = answers_of(setting, people, setting.population.rate_sets[0].doubt)
    program = setting.program
    questions = tuple(
        structs.replace(question, id="throat") if question.id == "airway" else question
        for question in program.protocol.questions
    )
    moved_to = build_program(structs.replace(program.protocol, questions=questions), digest="new")
    rules = tuple(
        replace(rule, question="throat") if rule.question == "airway" else rule
        for rule in setting.answers.rules
    )
    other = replace(setting, program=moved_to, answers=replace(setting.answers, rules=rules))
    after = answers_of(other, people, setting.population.rate_sets[0].doubt)
    assert after.items["throat"] == before.items["airway"]
