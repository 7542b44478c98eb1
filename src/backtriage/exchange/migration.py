"""Carrying a sheet of an older version of a protocol to its present questions.

A question that is still there means the same, because its id does. `migrations.yaml` says which
answers to questions that are gone say something about new ones, and how much; see `carry`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from backtriage.decide.assessment import Assessment, assess_meanings
from backtriage.exchange.carry import carry, contradicted, is_no
from backtriage.exchange.fingerprints import Recorded
from backtriage.exchange.migration_table import Migration
from backtriage.exchange.old_sheet import NOTHING, OldSheet, old_readings, past_of, read_old
from backtriage.program.doubts import in_order
from backtriage.program.program import Program, build_program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import plain_answers
from backtriage.terms.answers import CHECKED, PROTOCOL, REF, Answers
from backtriage.terms.condition import Always
from backtriage.terms.problem import Problem
from backtriage.terms.urgency import Urgency

_ONE_OF_TWO: Final = "keep the one that is true, and remove the other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """A sheet of the present version."""

    values: Mapping[str, object]
    """Plain JSON values, which `validate` accepts."""
    again: tuple[str, ...]
    """New questions about which the old answers said something, but not enough."""
    dropped: tuple[str, ...]
    """Old questions that say nothing about any new one."""
    left_out: tuple[str, ...] = ()
    """Those of them of which something was ticked or in doubt: it is not in the sheet."""
    problems: tuple[Problem, ...] = ()
    """If there are any, there is no sheet."""


def migrate(
    program: Program, recorded: Recorded, table: tuple[Migration, ...], sheet: Sheet
) -> Migrated:
    """Carry a sheet of an older version over.

    Args:
        program: The present protocol.
        recorded: The meanings of its questions, and of those that are gone.
        table: What answers to questions that are gone say about new ones.
        sheet: The sheet; of the present version it stays as it is.

    Returns:
        A sheet of the present version, or the problems of the old one. No item in it is a no
        that was not a no before.
    """
    old = read_old(program, past_of(program, recorded, table), sheet)
    problems = (*old.find_problems(), *_contradictions(program, table, old, sheet))
    if problems:
        return Migrated(values={}, again=(), dropped=(), problems=problems)
    values: dict[str, object] = {PROTOCOL: program.edition}
    if sheet.values.get(REF) is not None:
        values[REF] = sheet.values[REF]
    answers = carry(program, table, old.answers)
    values |= plain_answers(program, answers)
    checked = in_order(program, old.checked)
    values |= {CHECKED: list(checked)} if checked else {}
    told = {entry.question for entry in table for id_, _ in entry.was if id_ in old.answers}
    used = {id_ for entry in table for id_, _ in entry.was}
    gone = [id_ for id_ in old.answers if id_ not in program.questions and id_ not in used]
    ticked = carry(program, table, old.answers, rest=True)
    return Migrated(
        values=values,
        again=tuple(id_ for id_ in program.questions if id_ in told and id_ not in answers),
        left_out=tuple(
            id_
            for id_, value in ticked.items()
            if id_ not in answers and not is_no(program.questions[id_], value)
        ),
        dropped=(*gone, *(f"{CHECKED} {name}" for name in sorted(old.checked - {*checked}))),
    )


def assess_old(  # noqa: PLR0913 - the sheet, what it meant, and what else is known
    program: Program, recorded: Recorded, table: tuple[Migration, ...], sheet: Sheet,
    country: str | None = None, *, known: Answers = NOTHING,
) -> Assessment:  # fmt: skip
    """Assess what can be read of a sheet, carried over. This is not its result.

    What is said in a list that is left out counts here, and so do the valid answers of a sheet
    with problems, and every answer of which it is not known whether its question is asked. Of an
    answer that said several things at once, one is true, whichever it is.

    Args:
        program: As for `migrate`, as are the next three.
        recorded: See there.
        table: See there.
        sheet: See there.
        country: As for `assess`.
        known: Valid answers of the same person that stand elsewhere, to present questions.

    Returns:
        An assessment. An emergency in it is certain, as in `assess_readable`.
    """
    plain, found_readings = old_readings(
        program, past_of(program, recorded, table), sheet, known=known
    )
    groups: list[tuple[Answers, ...]] = []

    def readings() -> Iterator[tuple[Answers, ...]]:
        for reading in found_readings:
            groups.append(reading)
            yield reading

    found = assess_meanings(program, plain, readings, country)
    if found.certain is Urgency.EMERGENCY:
        return found
    asked = {id_ for group in groups for reading in group for id_ in reading}
    counting = assess_meanings(asking(program, asked), plain, lambda: groups, country)
    return counting if counting.certain is Urgency.EMERGENCY else found


def asking(program: Program, asked: Collection[str]) -> Program:
    """Return a program that asks some questions of everybody."""
    questions = tuple(
        replace(question, ask_when=Always()) if question.id in asked else question
        for question in program.protocol.questions
    )
    return build_program(replace(program.protocol, questions=questions), program.digest)


def _contradictions(
    program: Program, table: tuple[Migration, ...], old: OldSheet, sheet: Sheet
) -> Iterator[Problem]:
    """Yield a problem for each answer that says less than an older one in the same sheet."""
    for id_, before in contradicted(program, table, old.answers):
        message = f"'{before}', of an older version, says more than '{id_}' in the same sheet"
        location = sheet.location(before)
        yield Problem(code="A121", message=message, location=location, hint=_ONE_OF_TWO)
