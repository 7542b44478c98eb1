"""What a new version of a protocol changes, and for whom."""
