"""A checker of DRUP proofs that shares nothing with what wrote them.

A proof is a list of clauses, each of which must follow from those before it by unit propagation
alone: assume its opposite, follow what is forced, and come to a contradiction. The last one is
empty. Lines that begin with `d` take a clause out again, which only speeds a checker up; here
they are left unread, which is sound.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

Clause = tuple[int, ...]


def clauses_of(cnf: Sequence[str]) -> list[Clause]:
    """The clauses of a DIMACS text; its head must count them."""
    head, *lines = cnf
    _, _, _, count = head.split()
    assert len(lines) == int(count)
    return [_clause(line) for line in lines]


def _clause(line: str) -> Clause:
    *literals, end = (int(word) for word in line.split())
    assert end == 0
    return tuple(literals)


def refutes(cnf: Sequence[str], drup: Iterable[str]) -> bool:
    """Whether a proof shows that the clauses cannot all hold."""
    known = Known(clauses_of(cnf))
    for line in drup:
        if line.startswith("d"):
            continue
        clause = _clause(line)
        if not known.contradicts([-literal for literal in clause]):
            return False
        if not clause:
            return True
        known.learn(clause)
    return known.contradicts([])


class Known:
    """Clauses, with for each literal those that watch it."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        """Start with these."""
        self.clauses: list[list[int]] = []
        self.watching: dict[int, list[int]] = defaultdict(list)
        self.units: list[int] = []
        for clause in clauses:
            self.learn(clause)

    def learn(self, clause: Clause) -> None:
        """One clause more."""
        distinct = list(dict.fromkeys(clause))
        if len(distinct) < 2:
            self.units += distinct
            return
        for literal in distinct[:2]:
            self.watching[literal].append(len(self.clauses))
        self.clauses.append(distinct)

    def forced(self, assumed: Iterable[int]) -> set[int] | None:
        """Everything that follows by unit propagation; None for a contradiction."""
        true: set[int] = set()
        waiting = [*self.units, *assumed]
        while waiting:
            literal = waiting.pop()
            if -literal in true:
                return None
            if literal in true:
                continue
            true.add(literal)
            for at in list(self.watching[-literal]):
                unit = self._moved(at, -literal, true)
                if unit is not None:
                    waiting.append(unit)
        return true

    def _moved(self, at: int, false: int, true: set[int]) -> int | None:
        """Watch another literal instead of a false one; the last one left is forced."""
        clause = self.clauses[at]
        if clause[0] == false:
            clause[0], clause[1] = clause[1], clause[0]
        if clause[0] in true:
            return None
        for other in range(2, len(clause)):
            if -clause[other] not in true:
                clause[1], clause[other] = clause[other], clause[1]
                self.watching[false].remove(at)
                self.watching[clause[1]].append(at)
                return None
        return clause[0]

    def contradicts(self, assumed: Iterable[int]) -> bool:
        """Whether these cannot hold together."""
        return self.forced(assumed) is None
