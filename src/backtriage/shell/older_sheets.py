"""Sheets of older versions of a protocol: reading what its questions mean and have meant."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from backtriage.decide.assessment import Assessment
from backtriage.exchange.fingerprints import Recorded, fingerprint_problems, read_fingerprints
from backtriage.exchange.migration import assess_old
from backtriage.exchange.migration_table import Migration, read_migrations
from backtriage.program.program import Program
from backtriage.program.validate import ValidatedSheet
from backtriage.shell.files import ReadError
from backtriage.shell.rules_folder import FINGERPRINTS, MIGRATIONS, read_beside
from backtriage.terms.problem import Unsound
from backtriage.terms.urgency import Urgency


def read_meanings(program: Program, folder: Path) -> tuple[Recorded, tuple[Migration, ...]]:
    """Return what questions mean and have meant, and what old answers say about new questions.

    Args:
        program: The protocol.
        folder: Its rules folder.

    Raises:
        ReadError: The fingerprints are missing, or a file cannot be read.
        Unsound: A file has errors, or does not fit the protocol.
    """
    text = read_beside(folder, FINGERPRINTS)
    if text is None:
        raise ReadError(f"there is no {FINGERPRINTS} beside these rules: 'rules check --record'")
    recorded, problems = read_fingerprints(text)
    problems = problems or tuple(fingerprint_problems(program, recorded))
    text = read_beside(folder, MIGRATIONS)
    table: tuple[Migration, ...] = ()
    if text is not None and not problems:
        table, problems = read_migrations(text, program, recorded)
    if problems:
        raise Unsound(problems)
    return recorded, table


def assess_as_older(
    program: Program, folder: Path, validated: ValidatedSheet, country: str | None = None,
    later: Collection[str] = (),
) -> Assessment | None:  # fmt: skip
    """Assess what can be read of a sheet that was refused, as one of an older version.

    Args:
        program: The protocol.
        folder: Its rules folder.
        validated: The sheet, which has problems.
        country: As for `assess`.
        later: The questions that were answered after the older ones, which say nothing about
            them any more.

    Returns:
        A certain emergency, as `assess_old` has it, or None if there is none.
    """
    try:
        recorded, table = read_meanings(program, folder)
    except (ReadError, Unsound):
        return None  # the problems of the sheet matter now, not those of the folder
    table = tuple(entry for entry in table if entry.question not in later)
    found = (assess_old(program, recorded, table, each, country) for each in validated.sheets)
    return next((each for each in found if each.certain is Urgency.EMERGENCY), None)
