"""What decides formulas: decision diagrams, and a SAT solver for a second opinion."""
