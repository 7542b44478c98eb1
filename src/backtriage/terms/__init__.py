"""Floor 1: the words every stage shares. Standard library only."""
