"""Trials that nobody noticed -> a case file, each with today's result, for a person to confirm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from backtriage.decide.evaluate import Evaluation, F
from backtriage.mutation.outcome_snapshot import GIVEN, WITHHELD, WITHOUT, besides, moved
from backtriage.mutation.report import MutationReport, MutationResult, Told
from backtriage.prove.to_case import case_yaml, file_yaml
from backtriage.terms.answers import Answers

_HEAD: Final = """\
Written by 'backtriage rules test --mutate'. Each person here tells the rules of today from the
# rules with one change that no case and no claim noticed. What is expected is what happens today.
# Whether that is right, nobody has said. If it is, say who this person is, and take out
# 'to_confirm': until then the case is run, and notices nothing."""


def case_file(trials: MutationReport) -> str:
    """A case for each person whom nobody noticed; it reads back, and is kept."""
    return file_yaml(_HEAD, (_case(trials, trial) for trial in trials.missed))


def _case(trials: MutationReport, trial: MutationResult) -> Iterator[str]:
    if trial.told is not None:
        about = f"To confirm. Nobody noticed this: {trial.mutant.about}."
        sheet = _asked(trials, trial, trial.told.sheet)
        name, expected = f"to_confirm_{trial.number}", _expected(trial.told)
        yield from case_yaml(trials.program, name, about, sheet, expected)


def _expected(told: Told) -> Iterator[str]:
    yield "    to_confirm: yes"
    yield "    expect:"
    yield f"      urgency: {told.today.possible.id}"
    yield f"      certain: {told.today.certain.id}"
    yield f"      status: {told.today.status}"
    for key, old, new in besides(told.today, told.after):
        yield from _lists(old, new) if key == "advice" else _pairs(key, old, new)


def _lists(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for place in (GIVEN, WITHHELD, WITHOUT):
        ids = [id_ for id_ in moved(old, new) if old[id_] == place]
        yield from [f"      {place}:"] if ids else []
        yield from (f"        - {id_}" for id_ in ids)


def _pairs(key: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    names = moved(old, new)
    yield from [f"      {key}:"] if names else []
    yield from (f"        {name}: {old[name]}" for name in names)


def _asked(trials: MutationReport, trial: MutationResult, person: Answers) -> Answers:
    """The answers to questions that the protocol or the mutant may ask."""
    evaluations = [Evaluation(program, person) for program in (trials.program, trial.changed)]
    return Answers({
        question: value for question, value in person.items()
        if any(evaluation.guard(question)[1] != F for evaluation in evaluations)
    })  # fmt: skip
