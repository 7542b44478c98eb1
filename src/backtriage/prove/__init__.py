"""Formal verification of a protocol over every possible answer sheet.

The pipeline, in reading order:

    domain          answers become variables with finite domains
    circuit         hash-consed Boolean formulas over these variables
    dual_rail       three-valued conditions as pairs of formulas (Bryant, Seger)
    outcomes        urgency, scope, advice and verdicts as formulas
    claims/         what must be true of every sheet, or of some sheet
    engines/        multi-valued decision diagrams, and SAT over a Tseitin encoding
    report          one proof for each claim
    counterexample  a failed claim's sheet, confirmed by the interpreter
    phrasing        the sheet in the words of the questions; `to_text`, `case_yaml` print it
    certificate     a DRUP proof that an independent checker can verify
"""
