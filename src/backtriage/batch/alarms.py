"""Certain emergencies in refused sheets: for each, what `assess` comes to alone.

Most of the work of a refused sheet is deciding everything that it can mean. Here the readings of
many sheets are decided together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from backtriage.batch.rows import Memo
from backtriage.decide.many import certain_emergencies
from backtriage.exchange.old_sheet import Past, old_readings
from backtriage.program.program import Program
from backtriage.program.validate import ValidatedSheet
from backtriage.terms.answers import Answers

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
        """Return of each refused sheet whether it certainly is an emergency."""
        found = [False] * len(sheets)
        for look in (self._plainly, self._nearly, self._formerly):
            rest = [at for at, is_found in enumerate(found) if not is_found]
            for at, is_found in zip(rest, look([sheets[at] for at in rest]), strict=True):
                found[at] = is_found
        return found

    def _plainly(self, sheets: Sequence[ValidatedSheet]) -> list[bool]:
        """Look at the valid answers."""
        return self._decided([((sheet.answers,),) for sheet in sheets])

    def _nearly(self, sheets: Sequence[ValidatedSheet]) -> list[bool]:
        """Look at the nearest readings of the others."""
        return self._decided([sheet.readings for sheet in sheets])

    def _formerly(self, sheets: Sequence[ValidatedSheet]) -> list[bool]:
        """Look at what the answers say if they are to older questions, as `assess_old` does."""
        if not sheets:
            return []
        past = self._past()
        owners: list[int] = []
        every: list[Groups] = []
        for at, sheet in enumerate(sheets):
            for each in sheet.sheets:
                plain, readings = old_readings(
                    self.program, past, each, self._parse, known=sheet.answers
                )
                owners.append(at)
                every.append(((plain,), *readings))
        asked = [
            frozenset(id_ for group in groups[1:] for answers in group for id_ in answers)
            for groups in every
        ]
        found = [False] * len(sheets)
        for decided in (self._decided(every), self._decided(every, asked)):
            for at, is_found in zip(owners, decided, strict=True):
                found[at] |= is_found
        return found

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
