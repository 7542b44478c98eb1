"""Floor 8: one file per command. Wires, never thinks."""
