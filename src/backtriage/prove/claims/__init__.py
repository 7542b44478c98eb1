"""What is claimed of every answer sheet: each a sentence and formulas."""
