"""Who notices when one thing in the rules is changed: a case, a claim, or nobody."""
