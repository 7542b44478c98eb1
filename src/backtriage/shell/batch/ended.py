"""What became of a batch, as far as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from backtriage.batch.decisions import Decided, Rank, Reject, Result, Tally, rank_of
from backtriage.batch.earlier import Changes
from backtriage.batch.quick import QuickResult
from backtriage.program.private import may_be_private, parts_read
from backtriage.program.program import Program

_MOST_KEPT: Final = 200
"""Results and rejects that are kept to be shown."""


@dataclass(slots=True)
class Ended:
    """What became of a batch."""

    tally: Tally = field(default_factory=Tally)
    seconds: float = 0.0
    shown: list[Result] = field(default_factory=list)
    """The most urgent results, in input order among equal ones."""
    rejected: list[Reject] = field(default_factory=list)
    """The first rejects, emergencies first."""
    changes: Changes | None = None
    """What has become of earlier results, if there are some."""
    open_ended: Sequence[str] = ()
    """Tables that may have been cut off; see `Source`."""
    without_rows: Sequence[str] = ()
    """Files that have none."""
    is_misread: bool = False
    """Whether some rejects may answer older questions of which nobody can say what they meant."""
    _least: Rank = (-1, -1)
    """Results up to this rank are no longer among those that a person would read."""

    def add(self, found: Sequence[Decided], is_private: Callable[[str], bool]) -> None:
        """Count rows, and keep each as long as it is among those that a person would read."""
        results = [each for each in found if isinstance(each, QuickResult)]
        counts = Counter(map(id, [each.outcome for each in results]))
        distinct = {id(each.outcome): each for each in results}
        for key, one in distinct.items():
            self.tally.add_results(one.outcome, counts[key], is_private)
        higher = {key for key, one in distinct.items() if rank_of(one) > self._least}
        for each in found if higher or len(results) < len(found) else ():
            if not isinstance(each, QuickResult):
                self.tally.add(each, is_private)
                self.keep(each)
            elif id(each.outcome) in higher and rank_of(each) > self._least:
                self.keep(each)

    def keep(self, each: Decided) -> None:
        """Keep a row to be shown."""
        if isinstance(each, Reject):
            self.rejected.append(each)
        elif isinstance(each, Result):
            self.shown.append(each)
        else:
            self.shown.append(Result(row=each.row.door.row(each.row), outcome=each.outcome))
        if max(len(self.shown), len(self.rejected)) >= 2 * _MOST_KEPT:
            self.sort()  # stable, so that the first of equal ones are kept
            del self.shown[_MOST_KEPT:], self.rejected[_MOST_KEPT:]
            if len(self.shown) == _MOST_KEPT:
                self._least = rank_of(self.shown[-1])

    def sort(self) -> None:
        """Put the most urgent first."""
        self.shown.sort(key=rank_of, reverse=True)
        self.rejected.sort(key=rank_of, reverse=True)


def private_rules(program: Program) -> frozenset[str]:
    """Return the rules that tell a private answer."""
    return frozenset(
        rule.id
        for rule in program.rules
        if any(may_be_private(program, *part) for part in parts_read(program, rule.when))
    )
