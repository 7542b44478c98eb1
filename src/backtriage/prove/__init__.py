"""Bounded verification: proofs of claims about every possible answer sheet of a protocol.

domain          questions become variables with finitely many values
circuit         formulas over them are nodes of a hash-consed circuit
dual_rail       three-valued conditions become pairs of formulas
outcomes        urgency, scope, advice and verdicts become formulas
claims          each claim is a query in disjunctive form
engines         MDDs or a SAT solver look for a model of the query
proof           a claim is proved, disproved or undecided
counterexample  the interpreter confirms a model before anybody sees it
report          all results of a program, as text, JSON, a case file or a certificate
"""
