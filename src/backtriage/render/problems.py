"""Problems as text: location, message, excerpt with a caret, and help."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from backtriage.render.cells import cell_len
from backtriage.terms.printable import visible, without_middle
from backtriage.terms.problem import Location, Problem, more_than, total

MAX_SHOWN: Final = 50
"""More problems than that come from one cause, and would bury what is above them."""

_MAX_LINE: Final = 1000


def problem_lines(problems: tuple[Problem, ...], *, values: bool = True) -> str:
    """Return the first problems and the number of all, with one final newline.

    Args:
        problems: Any number of problems.
        values: Whether to show what stands in the file: not if it is a person's answers and the
            messages may end up in a log.
    """
    shown = problems[:MAX_SHOWN]
    lines = [line for problem in shown for line in _lines(problem, values=values)]
    lines += more_than(len(shown), total(problems))
    return "".join(f"{line}\n" for line in [*lines, _summary(problems)])


def hides_values(problems: tuple[Problem, ...]) -> bool:
    """Return whether there is more to show about these problems with `values`."""
    return any(p.found or p.suggestion or p.location.excerpt for p in problems[:MAX_SHOWN])


def _summary(problems: tuple[Problem, ...]) -> str:
    if not problems:
        return "No problems."
    files = {problem.location.file for problem in problems if problem.location.file}
    inside = f" in {len(files)} files" if len(files) > 1 else ""
    count = total(problems)
    return "1 problem." if count == 1 else f"{count:,} problems{inside}."


def _lines(problem: Problem, *, values: bool) -> Iterator[str]:
    location = problem.location
    where = f"{location}: " if str(location) else ""
    message = problem.full_message if values else problem.message
    yield without_middle(f"{where}{problem.code} {message}", _MAX_LINE)
    if values:
        yield from _excerpt(location)
    hint = problem.full_hint if values else problem.hint
    if hint:
        yield without_middle(f"  help: {hint}", _MAX_LINE)
    if location.path and (values or f"'{location.path}'" in problem.message):
        yield without_middle(f"  [{location.path}]", _MAX_LINE)


def _excerpt(location: Location) -> Iterator[str]:
    """The source line, and a caret positioned in terminal cells."""
    excerpt = location.excerpt.replace("\t", " ")
    if not excerpt.strip():
        return
    yield f"    {visible(excerpt).rstrip()}"
    if location.length:
        before = visible(excerpt[: location.caret])
        marked = visible(excerpt[location.caret :][: location.length])
        yield f"    {' ' * cell_len(before)}{'^' * max(1, cell_len(marked))}"
