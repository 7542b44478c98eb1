"""What two stray quotes do to a CSV file: they make one cell of everything between them.

By its format the file then says just that. But a cell is hardly ever a table, and whoever stands
on a line of it may be an emergency.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from msgspec import Struct

from backtriage.batch.alignments import MOST_MOVED, Fits, alignments
from backtriage.batch.csv_records import BLANKS, MAX_LINES, lines_in, split
from backtriage.batch.rows import Memo
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question
from backtriage.terms.problem import Problem
from backtriage.terms.value import SOME_OF, Ticks

_MANY: Final = 4
"""So many cells are hardly ever on a line of prose, with nothing in those that are answers."""
_MOST_WAYS: Final = 100
"""How many ways to read a line are tried."""


def _opened(line: str, mark: str) -> int:
    """Return where the quote stands that is still open at the end of a line, or its length."""
    none = begins = len(line)
    at = line.find('"')
    while at >= 0:
        if begins == none:
            # Within a cell it is a character like others.
            begins = at if at == 0 or line[at - 1] == mark else none
        elif line.startswith('""', at):
            at += 1
        else:
            begins = none
        at = line.find('"', at + 1)
    return begins


class RowWithin(Struct, frozen=True):
    """Finds a row within the cells of another one."""

    program: Program
    names: tuple[str, ...]
    """The columns."""
    mark: str
    """What separates the cells."""
    memo: Memo
    fits: Fits

    def __call__(self, taken: Sequence[str]) -> Problem | None:
        """Return what is wrong with a row that goes on over some lines, if one may be a row.

        It has as many cells as there are columns, and half of its answers at least are valid; or
        an item of a list is ticked on it, whatever else is wrong. Of the first line only what
        stands behind the quote tells: before it are the answers of the row itself.
        """
        width = len(self.names)
        for at, line in enumerate(islice(lines_in("".join(taken)), MAX_LINES)):
            cells = split(line, self.mark)
            if not at:
                behind = split(line[_opened(line, self.mark) :], self.mark)[1:]
                cells = [*[""] * (len(cells) - len(behind)), *behind]
            slack = abs(len(cells) - width)
            if len(cells) == 1 or slack > MOST_MOVED or not (at or self._is_any_answer(cells)):
                continue
            ways = islice(alignments(cells, width, self.fits), _MOST_WAYS)
            if (not slack and self._may_be_row(cells)) or any(map(self._has_tick, ways)):
                message = "a cell goes on over several lines, of which one may be a row"
                hint = "look for a quote that is not closed, or is not doubled inside quotes"
                return Problem(code="A122", message=message, hint=hint)
        return None

    def _is_any_answer(self, cells: Sequence[str]) -> bool:
        """Return whether something stands where an answer may, in however many cells."""
        pairs = zip(self.names, cells, strict=False)
        return any(name in self.program.questions and cell.strip(BLANKS) for name, cell in pairs)

    def _may_be_row(self, cells: Sequence[str]) -> bool:
        """Return whether half of the answers at least are some; of many cells, there may be none.

        Whoever has not been asked yet has none, and somebody may have a slip in one.
        """
        answers = [*self._answers(cells)]
        valid = sum(self.fits(at, cell) for at, _, cell in answers)
        return 2 * valid >= len(answers) and (bool(answers) or len(cells) >= _MANY)

    def _has_tick(self, cells: Sequence[str]) -> bool:
        """Return whether an item of a list is ticked, also with a slip."""
        readings = (
            self.memo.read(question, cell, text=True)
            for _, question, cell in self._answers(cells)
            if question.kind == SOME_OF
        )
        least = [reading[0] for reading in readings if reading is not None]
        return any(isinstance(value, Ticks) and (value.yes or value.unsure) for value in least)

    def _answers(self, cells: Sequence[str]) -> Iterator[tuple[int, Question, str]]:
        """Yield the cells that may be answers: where each is, its question, and what it says."""
        for at, (name, cell) in enumerate(zip(self.names, cells, strict=True)):
            question, answer = self.program.questions.get(name), cell.strip(BLANKS)
            if question is not None and answer:
                yield at, question, answer
