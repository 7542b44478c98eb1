"""The shipped rules as plain Python, in the style of a careful programmer without an engine.

Each sheet is read twice: once with every "not sure" as no, and once with every "not sure" as
yes. Over either reading the rules are ordinary conditions. A rule that holds in the first is
true; one that holds only in the second is not sure. A sheet without doubt is read once.

So every function takes two readings: `p`, in which it is asked, and `q`, the opposite one, in
which whatever stands after a `not` is asked.

`decide.py` and `doubt.py` were written by hand; `python -m benchmarks.translate.python` writes
the other modules anew when the rules change.
"""
