"""A DRUP proof checker that shares no code with the prover.

A proof is a list of clauses, each of which must follow from those before it by reverse unit
propagation: assuming its negation leads to a conflict. The last clause is empty. Deletion lines
only speed a checker up; ignoring them is sound.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

Clause = tuple[int, ...]


def clauses_of(cnf: Sequence[str]) -> list[Clause]:
    """Parse DIMACS lines, whose header must have the right number of clauses."""
    header, *lines = cnf
    _, _, _, count = header.split()
    assert len(lines) == int(count)
    return [_clause(line) for line in lines]


def _clause(line: str) -> Clause:
    *literals, end = (int(word) for word in line.split())
    assert end == 0
    return tuple(literals)


def refutes(cnf: Sequence[str], drup: Iterable[str]) -> bool:
    """Return whether a proof refutes a formula."""
    database = ClauseDatabase(clauses_of(cnf))
    for line in drup:
        if line.startswith("d"):
            continue
        clause = _clause(line)
        if database.propagate([-literal for literal in clause]) is not None:
            return False
        if not clause:
            return True
        database.add(clause)
    return database.propagate([]) is None


class ClauseDatabase:
    """Clauses with two watched literals each."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self.clauses: list[list[int]] = []
        self.watching: dict[int, list[int]] = defaultdict(list)
        self.units: list[int] = []
        for clause in clauses:
            self.add(clause)

    def add(self, clause: Clause) -> None:
        """Add a clause."""
        distinct = list(dict.fromkeys(clause))
        if len(distinct) < 2:
            self.units += distinct
            return
        for literal in distinct[:2]:
            self.watching[literal].append(len(self.clauses))
        self.clauses.append(distinct)

    def propagate(self, assumptions: Iterable[int]) -> set[int] | None:
        """Return the literals that unit propagation forces, or None on a conflict."""
        true: set[int] = set()
        queue = [*self.units, *assumptions]
        while queue:
            literal = queue.pop()
            if -literal in true:
                return None
            if literal in true:
                continue
            true.add(literal)
            for index in list(self.watching[-literal]):
                unit = self._rewatch(index, -literal, true)
                if unit is not None:
                    queue.append(unit)
        return true

    def _rewatch(self, index: int, false: int, true: set[int]) -> int | None:
        """Replace a false watched literal; return the last one left, which is forced."""
        clause = self.clauses[index]
        if clause[0] == false:
            clause[0], clause[1] = clause[1], clause[0]
        if clause[0] in true:
            return None
        for other in range(2, len(clause)):
            if -clause[other] not in true:
                clause[1], clause[other] = clause[other], clause[1]
                self.watching[false].remove(index)
                self.watching[clause[1]].append(index)
                return None
        return clause[0]
