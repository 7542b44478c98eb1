"""Floor 3: a protocol made ready to run, and the one door for answers."""
