"""The version of the program; a protocol has a version of its own."""

__version__ = "0.1.0"
