"""Bounded verification: proofs of claims about every possible answer sheet of a protocol."""
