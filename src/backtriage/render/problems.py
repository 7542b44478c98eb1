"""Problems as lines: where, what, the text with a caret, and the cure."""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.render.cells import cells
from backtriage.terms.place import Place
from backtriage.terms.problem import Problem


def problem_lines(problems: tuple[Problem, ...]) -> str:
    """Every problem, and how many there are, with one final newline."""
    lines = [line for problem in problems for line in _lines(problem)]
    return "".join(f"{line}\n" for line in [*lines, _summary(problems)])


def _summary(problems: tuple[Problem, ...]) -> str:
    if not problems:
        return "No problems."
    files = {problem.place.file for problem in problems if problem.place.file}
    inside = f" in {len(files)} files" if len(files) > 1 else ""
    return "1 problem." if len(problems) == 1 else f"{len(problems)} problems{inside}."


def _lines(problem: Problem) -> Iterator[str]:
    place = problem.place
    where = f"{place}: " if str(place) else ""
    yield _clean(f"{where}{problem.code} {problem.message}")
    yield from _excerpt(place)
    if problem.hint:
        yield _clean(f"  help: {problem.hint}")
    if place.path:
        yield _clean(f"  [{place.path}]")


def _excerpt(place: Place) -> Iterator[str]:
    """The text as written, and a caret under what is meant, counted in cells."""
    if not place.excerpt.strip():
        return
    text = _clean(place.excerpt)
    yield f"    {text.rstrip()}"
    if place.length:
        before, marked = text[: place.at], text[place.at : place.at + place.length]
        yield f"    {' ' * cells(before)}{'^' * max(1, cells(marked))}"


def _clean(text: str) -> str:
    """Somebody's text, made harmless: one character for one, and none that moves the cursor."""
    return "".join(_harmless(character) for character in text)


def _harmless(character: str) -> str:
    if character == "\t":
        return " "
    return character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"
