"""Saved answers to questions of older versions: emergencies that only those questions say."""

from __future__ import annotations

from dataclasses import replace as replace_fields
from pathlib import Path

from backtriage.decide.assessment import Assessment
from backtriage.interview.restored import Restored
from backtriage.interview.serialisation import recalling
from backtriage.program.sheet import Sheet
from backtriage.program.validate import plain_answers, validate
from backtriage.protocol.answer_parser import Raw
from backtriage.shell.older_sheets import (
    Meanings,
    assess_as_older,
    may_be_misread,
    read_meanings,
)
from backtriage.shell.paths import bundled_rules
from backtriage.terms.answers import Answers


def recalling_older(restored: Restored, meanings: Meanings) -> Restored:
    """Let an emergency count that only the questions of an older version say."""
    program = restored.interview.program
    meant = _alarm_after(restored, restored.interview.answers, meanings)
    if meant is None:
        sheet = validate(program, Sheet(values=restored.saved))
        return replace_fields(
            restored, is_misread=may_be_misread(program, meanings, sheet, is_saved=True)
        )
    recalled = recalling(restored, Answers({**meant.answers, **meant.set_aside}))
    return recalled if recalled.is_emergency else replace_fields(recalled, alarm=meant)


def alarm_after(restored: Restored, later: Answers, rules: Path | None) -> Assessment | None:
    """Return the emergency that saved answers mean by older questions, if they still do.

    Args:
        restored: The saved interview.
        later: What has been answered to the present questions, also since.
        rules: The folder of the protocol.
    """
    meanings = read_meanings(restored.interview.program, rules or bundled_rules())
    return _alarm_after(restored, later, meanings)


def _alarm_after(restored: Restored, later: Answers, meanings: Meanings) -> Assessment | None:
    program = restored.interview.program
    given: dict[str, Raw] = {**restored.saved, **plain_answers(program, later)}
    sheet = validate(program, Sheet(values=given))
    return assess_as_older(program, meanings, sheet, restored.country, later)
