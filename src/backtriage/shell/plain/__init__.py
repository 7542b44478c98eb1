"""The plain interview's words: what is printed, and what a typed line means."""
