"""Floor 5: other people's formats. Program -> plain values and plain text."""
