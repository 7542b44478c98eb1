"""Sheets of older versions of a protocol: reading what its questions mean and have meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from backtriage.decide.assessment import Assessment
from backtriage.exchange.fingerprints import Recorded, fingerprint_problems, read_fingerprints
from backtriage.exchange.migration import assess_old
from backtriage.exchange.migration_table import Migration, read_migrations
from backtriage.program.program import Program
from backtriage.program.validate import ValidatedSheet
from backtriage.protocol.answer_parser import Raw
from backtriage.protocol.suggestions import nearest
from backtriage.shell.files import ReadError
from backtriage.shell.rules_folder import FINGERPRINTS, MIGRATIONS, read_beside
from backtriage.terms.answers import PROTOCOL, RESERVED
from backtriage.terms.problem import Unsound
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE

_NO_ITEM = ("", "none", "None", NOT_SURE.value)
"""What can stand in place of items: no answer is None as text."""
_NOT_RECORDED = f"there is no {FINGERPRINTS} beside these rules: 'rules check --record'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanings:
    """What the questions of a protocol mean and have meant, as far as that can be read."""

    recorded: Recorded = field(default_factory=Recorded)
    table: tuple[Migration, ...] = ()
    """What old answers say about new questions."""
    error: ReadError | Unsound | None = None
    """Why that is not all, or does not fit the protocol: it is only good for an alarm."""


def read_meanings(program: Program, folder: Path) -> Meanings:
    """Read what stands about older questions beside a protocol.

    Args:
        program: The protocol.
        folder: Its rules folder.
    """
    return meanings_in(program, partial(read_beside, folder))


def meanings_in(program: Program, read: Callable[[str], str | None]) -> Meanings:
    """Return what the files beside a protocol say about older questions.

    Args:
        program: The protocol.
        read: Returns the text of a file, or None if there is none; may raise `ReadError`.
    """
    recorded = Recorded()
    try:
        text = read(FINGERPRINTS)
        if text is None:
            return Meanings(error=ReadError(_NOT_RECORDED))
        recorded, problems = read_fingerprints(text)
        known = {id_: entry for id_, entry in recorded.entries.items() if entry.kind}
        recorded = replace(recorded, entries=known)
        text = read(MIGRATIONS)
    except ReadError as error:
        return Meanings(recorded=recorded, error=error)
    problems += tuple(fingerprint_problems(program, recorded))
    table, misfits = read_migrations(text, program, recorded) if text is not None else ((), ())
    problems = problems or misfits
    return Meanings(recorded=recorded, table=table, error=Unsound(problems) if problems else None)


def asked_once(folder: Path, names: Sequence[str]) -> frozenset[str]:
    """Return which of some names are, or were once, those of questions.

    Args:
        folder: The rules folder of a protocol.
        names: Such as those of columns.
    """
    try:
        text = read_beside(folder, FINGERPRINTS) or ""
    except ReadError:
        return frozenset()
    written = [name for name in names if name in text]  # to read all of it takes a while
    return frozenset(written).intersection(read_fingerprints(text)[0].entries if written else ())


def assess_as_older(
    program: Program, meanings: Meanings, validated: ValidatedSheet, country: str | None = None,
    later: Collection[str] = (),
) -> Assessment | None:  # fmt: skip
    """Assess what can be read of a sheet that was refused, as one of an older version.

    Args:
        program: The protocol.
        meanings: What `read_meanings` has read beside it.
        validated: The sheet, which has problems.
        country: As for `assess`.
        later: The questions that were answered after the older ones, which say nothing about
            them any more.

    Returns:
        A certain emergency, as `assess_old` has it, or None if there is none.
    """
    table = tuple(entry for entry in meanings.table if entry.question not in later)
    found = (
        assess_old(program, meanings.recorded, table, each, country, known=validated.answers)
        for each in validated.sheets
    )
    return next((each for each in found if each.certain is Urgency.EMERGENCY), None)


def may_be_misread(
    program: Program, meanings: Meanings, validated: ValidatedSheet, *, is_saved: bool = False
) -> bool:
    """Return whether a sheet has answers of which nobody can say here what they meant.

    Then that no emergency was found in it says nothing.

    Args:
        program: As for `assess_as_older`, as are the next two.
        meanings: See there.
        validated: See there.
        is_saved: Whether each answer was once given to a question, perhaps of a newer version.
            Otherwise only a sheet says so that names another version; any other may have slips.
    """
    sheets = [each.values for each in validated.sheets]
    is_other = is_saved or any(v.get(PROTOCOL) not in (None, program.edition) for v in sheets)
    answered = {key for each in sheets for key, raw in each.items() if raw not in (None, [])}
    if any(_names_gone(program, meanings.recorded, each, is_other=is_other) for each in sheets):
        return True
    unknown = answered - program.questions.keys() - {*RESERVED}
    if not is_other:
        unknown = {key for key in unknown if not nearest(key, program.questions)}
    recorded = meanings.recorded.entries.keys()
    is_known = not is_other or unknown <= recorded
    is_told = bool(meanings.table) or unknown.isdisjoint(recorded)
    return bool(unknown) and (meanings.error is not None or not (is_known and is_told))


def _names_gone(
    program: Program, recorded: Recorded, answers: Mapping[str, Raw], *, is_other: bool
) -> bool:
    """Return whether an answer names an item that its question no longer has.

    It had one of that name if that is recorded, or else if the answer is of another version.
    """
    for id_ in answers.keys() & program.questions.keys():
        raw, choices = answers[id_], program.questions[id_].choices
        named = raw if isinstance(raw, list) else re.split("[,;]", str(raw))
        words = {str(each).strip().removesuffix("?") for each in named}
        gone = words - {choice.id for choice in choices} - {*_NO_ITEM} if choices else set()
        was = recorded.entries[id_].choices if id_ in recorded.entries else ()
        if gone and (is_other or not gone.isdisjoint(was)):
            return True
    return False
