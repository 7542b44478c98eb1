"""CNF encoding of a circuit: one-hot variables, and a Boolean for each node (Tseitin 1968)."""

from __future__ import annotations

from itertools import combinations

from backtriage.prove.circuit import TRUE, Circuit, Formula


class CnfEncoder:
    """Encodes formulas of one circuit as they are asked for, into one growing set of clauses."""

    def __init__(self, circuit: Circuit, after: int = 0) -> None:
        """Start with a Boolean for the constant true; the Booleans up to `after` are taken."""
        self.circuit = circuit
        self.count = true = after + 1
        """The last Boolean in use."""
        self.clauses: list[list[int]] = [[true]]
        self.of_value: dict[tuple[int, int], int] = {}
        """Variable and value -> its Boolean."""
        self._of_node: dict[int, int] = {TRUE: true}

    def variable(self, index: int) -> list[int]:
        """Return the Booleans of a variable's values, exactly one of which is true."""
        values = range(len(self.circuit.space.variables[index].values))
        if (index, 0) not in self.of_value:
            booleans = [self._new() for _ in values]
            self.of_value |= {(index, value): b for value, b in zip(values, booleans, strict=True)}
            self.clauses.append(booleans)
            self.clauses += [[-left, -right] for left, right in combinations(booleans, 2)]
        return [self.of_value[index, value] for value in values]

    def literal(self, formula: Formula) -> int:
        """Return the literal that is equivalent to a formula."""
        node = abs(formula)
        if node not in self._of_node:
            self._of_node[node] = self._encode(node)
        return self._of_node[node] if formula > 0 else -self._of_node[node]

    def _encode(self, node: int) -> int:
        if node in self.circuit.literals:
            variable, values = self.circuit.literals[node]
            booleans = self.variable(variable)
            chosen = [booleans[value] for value in values]
            return chosen[0] if len(chosen) == 1 else -self._conjunction([-b for b in chosen])
        return self._conjunction([self.literal(part) for part in self.circuit.operands[node]])

    def _conjunction(self, literals: list[int]) -> int:
        """Define a Boolean as the conjunction of literals, in both directions."""
        whole = self._new()
        self.clauses += [[-whole, literal] for literal in literals]
        self.clauses.append([whole, *(-literal for literal in literals)])
        return whole

    def _new(self) -> int:
        self.count += 1
        return self.count
