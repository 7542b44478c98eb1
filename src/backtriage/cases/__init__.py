"""Floor between interview and render: example people, and what the rules make of them.

Text becomes cases in `from_text`, cases become results in `run`, and results become one
`Report` with its coverage and its walks.
"""
