"""A program as formulas over every answer that there can be."""
