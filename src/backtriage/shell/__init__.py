"""Floor 7: everything that touches the world."""
