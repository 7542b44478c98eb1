"""Floor 6: results -> words. Reads, never decides, and prints nothing."""
