"""A person's journal: entries on lines, folded to days, and the features that rules read."""
