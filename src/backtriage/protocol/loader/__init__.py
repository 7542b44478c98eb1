"""Text of one rules file -> nodes -> nouns, with a place for everything."""
