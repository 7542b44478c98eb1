"""Certain emergencies in refused sheets: for each, what `assess` comes to alone.

Most of the work of a refused sheet is deciding everything that it can mean. Here the readings of
many sheets are decided together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import Final, TypeAlias

from backtriage.batch.rows import Memo
from backtriage.decide.many import certain_emergencies
from backtriage.exchange.old_sheet import Past, old_readings
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import ValidatedSheet
from backtriage.terms.answers import RESERVED, Answers

_MOST: Final = 4096
"""Readings that are decided together."""

Groups: TypeAlias = Sequence[tuple[Answers, ...]]
"""Groups of everything that a sheet can mean, as `readings_of` has them."""


class Alarms:
    """Finds certain emergencies in refused sheets."""

    def __init__(self, program: Program, past: Callable[[], Past]) -> None:
        """Find nothing yet.

        Args:
            program: The protocol that the sheets answer.
            past: Returns its past; called only for a sheet that is no emergency without it.
        """
        self.program = program
        self._past = past
        self._parse = Memo()

    def __call__(self, sheets: Sequence[ValidatedSheet]) -> list[bool]:
        """Return of each refused sheet whether it certainly is an emergency.

        First its valid answers are looked at, then the nearest readings of the others, and last
        what all of them say if they are to older questions, as `assess_old` does.
        """
        found = self._decided([((sheet.answers,),) for sheet in sheets])
        groups = {at: sheets[at].readings for at, is_found in enumerate(found) if not is_found}
        for at, is_found in zip(groups, self._decided([*groups.values()]), strict=True):
            found[at] = is_found
        rest = {at: (sheets[at], each) for at, each in groups.items() if not found[at]}
        for at, is_found in self._formerly(rest):
            found[at] |= is_found
        return found

    def _formerly(
        self, sheets: Mapping[int, tuple[ValidatedSheet, Groups]]
    ) -> Iterator[tuple[int, bool]]:
        """Yield what the answers of each sheet say if they are to older questions."""
        if not sheets:
            return
        past = self._past()
        owners: list[int] = []
        every: list[Groups] = []
        new: list[bool] = []
        for at, (sheet, readings) in sheets.items():
            for each in sheet.sheets:
                owners.append(at)
                if _is_present(self.program, each):
                    # Then the past says nothing: what is new is only that all counts as asked.
                    every.append(((), (sheet.answers,), *readings))
                    new.append(False)
                    continue
                plain, former = old_readings(
                    self.program, past, each, self._parse, known=sheet.answers
                )
                every.append(((plain,), *former))
                new.append(True)
        asked = [
            frozenset(id_ for group in groups[1:] for answers in group for id_ in answers)
            for groups in every
        ]
        yield from zip(compress(owners, new), self._decided([*compress(every, new)]), strict=True)
        yield from zip(owners, self._decided(every, asked), strict=True)

    def _decided(
        self, sheets: Sequence[Groups], asked: Sequence[Collection[str]] | None = None
    ) -> list[bool]:
        """Return of each sheet whether all readings of any group are an emergency."""
        wanted = dict.fromkeys(
            (answers, asked[at] if asked else ())
            for at, groups in enumerate(sheets)
            for group in groups
            for answers in group
        )
        is_emergency = self._each(wanted, is_asking=asked is not None)
        return [
            any(
                all(is_emergency[answers, asked[at] if asked else ()] for answers in group)
                for group in groups
                if group
            )
            for at, groups in enumerate(sheets)
        ]

    def _each(
        self, wanted: Iterable[tuple[Answers, Collection[str]]], *, is_asking: bool
    ) -> Mapping[tuple[Answers, Collection[str]], bool]:
        every = [*wanted]
        found: dict[tuple[Answers, Collection[str]], bool] = {}
        for at in range(0, len(every), _MOST):
            some = every[at : at + _MOST]
            asked = [questions for _, questions in some] if is_asking else None
            found.update(
                zip(
                    some,
                    certain_emergencies(self.program, [a for a, _ in some], asked),
                    strict=True,
                )
            )
        return found


def _is_present(program: Program, sheet: Sheet) -> bool:
    """Return whether a sheet has no key that is or was a question but the present ones."""
    return all(
        key in program.questions or key in RESERVED for key in (*sheet.values, *sheet.doubled)
    )
