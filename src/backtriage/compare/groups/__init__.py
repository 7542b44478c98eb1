"""The kinds of people whom two versions of a protocol treat differently."""
