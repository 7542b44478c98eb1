"""What has become of the results of an earlier batch, for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from backtriage.batch.earlier import (
    DIFFERS,
    HIGHER,
    LOWER,
    NO_RESULT,
    NO_ROW,
    OTHER_PERSON,
    OTHER_RULES,
    SAME,
    Change,
    Changes,
    Kind,
)
from backtriage.program.program import Program
from backtriage.render.as_text import MIN_WIDTH
from backtriage.render.batch import name_of, person_lines, place_of
from backtriage.render.cells import wrapped
from backtriage.render.line import Line
from backtriage.render.page.phrasing import pluralise
from backtriage.terms.printable import visible
from backtriage.terms.problem import listed
from backtriage.terms.urgency import URGENCIES

_TITLES: Final = {
    HIGHER: "HIGHER NOW", LOWER: "LOWER NOW", DIFFERS: "NOT REPRODUCED",
}  # fmt: skip
_NOTES: Final[dict[Kind, tuple[str, str]]] = {
    OTHER_PERSON: (
        "is of somebody else by name or reference, so it was not compared",
        "are of somebody else by name or reference, so they were not compared",
    ),
    OTHER_RULES: (
        "was made by other rules: verify it with those, by --rules, or use --compare",
        "were made by other rules: verify them with those, by --rules, or use --compare",
    ),
    NO_ROW: (
        "has no row now that has a result: name the same input, under the same file name",
        "have no row now that has a result: name the same input, under the same file name",
    ),
}  # fmt: skip
"""What is said of one result, and of several."""


def change_lines(
    program: Program, changes: Changes, is_private: Callable[[str], bool], id_: str | None,
    width: int,
) -> Iterator[Line]:  # fmt: skip
    """Yield who would be higher, then who would be lower, or what is not reproduced.

    Args:
        program: The rules of now.
        changes: What has become of the results.
        is_private: Whether a rule tells a private answer, so that it is not named.
        id_: The column that tells people apart.
        width: Cells of a line.
    """
    width = max(width, MIN_WIDTH)
    for kind, title in _TITLES.items():
        count = changes.counts[kind]
        if not count:
            continue
        text = f"{title}: {pluralise(count, 'person', 'people')}"
        yield from (Line("heading", line) for line in wrapped(text, width))
        shown = [change for change in changes.shown if change.kind == kind]
        for change in shown:
            yield from person_lines(_who(change, id_), _why(program, change, is_private), width)
        if count > len(shown):
            more = f"And {count - len(shown):,} more; --output FILE lists all."
            yield from (Line("text", line) for line in wrapped(more, width))
        yield Line("text", "")


def change_summary(changes: Changes) -> Iterator[str]:
    """Yield how many results are the same, and what is to be known about the others."""
    counts, file = changes.counts, visible(changes.file)
    every = sum(counts.values()) - counts[NO_RESULT]
    if changes.is_verified:
        yield f"{file}: {counts[SAME]:,} of {every:,} results reproduced."
    else:
        moved = f"{counts[HIGHER]:,} higher, {counts[LOWER]:,} lower"
        results = pluralise(every, "result", "results")
        yield f"{file}: {results}, {moved}, {counts[SAME]:,} the same."
    for kind, (one, several) in _NOTES.items():
        if counts[kind]:
            verb = one if counts[kind] == 1 else several
            yield f"  {pluralise(counts[kind], 'result', 'results')} {verb}."
    if counts[NO_RESULT]:
        yield f"  {pluralise(counts[NO_RESULT], 'row', 'rows')} had no result there."
    if changes.same_rules and not changes.is_verified:
        count = pluralise(changes.same_rules, "result is", "results are")
        yield f"  {count} of these very rules; --verify tells more about them."


def _who(change: Change, id_: str | None) -> str:
    now = change.now
    where = place_of(visible(str(now["source"])), now["row"])
    return name_of((now.get(id_) if id_ else None, now.get("ref")), where)


def _why(program: Program, change: Change, is_private: Callable[[str], bool]) -> str:
    if change.before is None:
        return f"Differs in {listed(change.differs)}."
    before, now = (
        program.levels[URGENCIES[id_]].word for id_ in (change.before, change.now["urgency"])
    )
    rules = change.no_longer or change.rules
    by = "no longer by" if change.no_longer else "now by"
    return f"From {before} to {now}, {by} {_names(program, rules, is_private)}."


def _names(program: Program, rules: Iterable[str], is_private: Callable[[str], bool]) -> str:
    """Return the ids of rules, but not of those that tell a private answer, or may."""
    known = {rule.id for rule in program.rules}
    said = [
        "a rule that is gone" if id_ not in known
        else "a private rule" if is_private(id_)
        else id_
        for id_ in rules
    ]  # fmt: skip
    return listed(dict.fromkeys(said))
