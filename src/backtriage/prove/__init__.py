"""Floor 5: what holds of every answer sheet there can be. Program -> proofs."""
