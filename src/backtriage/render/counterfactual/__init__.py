"""What would have to be different, in words: below the result, never in place of it."""
