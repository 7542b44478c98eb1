"""Problems as text: location, message, excerpt with a caret, and help."""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.render.cells import cell_len
from backtriage.terms.problem import Location, Problem


def problem_lines(problems: tuple[Problem, ...]) -> str:
    """Return every problem and their number, with one final newline."""
    lines = [line for problem in problems for line in _lines(problem)]
    return "".join(f"{line}\n" for line in [*lines, _summary(problems)])


def _summary(problems: tuple[Problem, ...]) -> str:
    if not problems:
        return "No problems."
    files = {problem.location.file for problem in problems if problem.location.file}
    inside = f" in {len(files)} files" if len(files) > 1 else ""
    return "1 problem." if len(problems) == 1 else f"{len(problems)} problems{inside}."


def _lines(problem: Problem) -> Iterator[str]:
    location = problem.location
    where = f"{location}: " if str(location) else ""
    yield _clean(f"{where}{problem.code} {problem.message}")
    yield from _excerpt(location)
    if problem.hint:
        yield _clean(f"  help: {problem.hint}")
    if location.path:
        yield _clean(f"  [{location.path}]")


def _excerpt(location: Location) -> Iterator[str]:
    """The source line, and a caret positioned in terminal cells."""
    if not location.excerpt.strip():
        return
    text = _clean(location.excerpt)
    yield f"    {text.rstrip()}"
    if location.length:
        before, rest = text[: location.caret], text[location.caret :]
        width = max(1, cell_len(rest[: location.length]))
        yield f"    {' ' * cell_len(before)}{'^' * width}"


def _clean(text: str) -> str:
    """Replace every character that could move the cursor with a harmless one."""
    return "".join(
        c if c.isprintable() else " " if c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in text
    )
