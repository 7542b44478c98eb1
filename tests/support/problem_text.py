"""Problems as the files in `tests/data/invalid` write them: place, code, message, caret, hint."""

from __future__ import annotations

from backtriage.terms.problem import Problem


def lines(problem: Problem) -> list[str]:
    """One problem, so that its caret can be seen."""
    location = problem.location
    found = [f"{location}: {problem.code} {problem.message}"]
    if location.excerpt.strip() and location.length:
        found += [f"    {location.excerpt}", f"    {' ' * location.caret}{'^' * location.length}"]
    if problem.hint:
        found.append(f"  hint: {problem.hint}")
    return found


def written(problems: tuple[Problem, ...]) -> str:
    """Every problem."""
    return "".join(f"{line}\n" for problem in problems for line in lines(problem))
