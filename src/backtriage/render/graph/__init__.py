"""The dependency graph of a protocol, and the languages it is drawn in."""
