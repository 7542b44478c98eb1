"""Write into the changelog whom the present protocol lowers and raises, compared with version 1.

    .venv/bin/python -m tools.changes

It takes a minute or two. A test of `./check --full` compares the changelog with what it would
write. The kinds of people are those of `backtriage rules diff`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from backtriage.compare.example import OLD
from backtriage.compare.kinds import KindComparison, Move, MoveCause, compare_kinds
from backtriage.prove.phrasing import value_text
from backtriage.shell.cache import load_program
from backtriage.shell.older_sheets import read_meanings
from backtriage.terms.urgency import Urgency
from tools.precision import OLD as RELEASED
from tools.protocol_digest import CHANGELOG
from tools.samples import RULES

SECONDS: Final = 900.0
"""More than enough, also on a slow machine."""

MARKED: Final = re.compile(
    r"(<!-- begin changes: written by tools/changes\.py -->\n).*?(<!-- end -->)", re.DOTALL
)

_WORDS: Final = {
    Urgency.EMERGENCY: "an emergency",
    Urgency.SAME_DAY: "today",
    Urgency.SOON: "within 2 weeks",
    Urgency.ROUTINE: "a visit",
    Urgency.SELF_CARE: "home",
}


def compared() -> KindComparison:
    """Compare the first version with the rules of today."""
    new = load_program(RULES, save=False)
    table = read_meanings(new, RULES).table
    return compare_kinds(load_program(RELEASED, save=False), new, table, seconds=SECONDS)


def changes(comparison: KindComparison) -> str:
    """Return the lowered kinds, then the undecided and the raised ones, as Markdown."""
    unlowered = sum(kind.version == OLD for kind in comparison.unmoved)
    undecided = ", ".join(f"`{kind.rule.id}`" for kind, _ in comparison.undecided)
    return "\n".join([
        "Lowered, the most urgent first:",
        "",
        *_groups(comparison, comparison.lowered),
        "",
        *([f"Undecided: {undecided}.", ""] if undecided else []),
        "Raised:",
        "",
        *_groups(comparison, comparison.raised),
        "",
        f"Of {unlowered} more kinds in version 1 it is proved that nobody is lowered.",
        "",
    ])  # fmt: skip


def _groups(comparison: KindComparison, moves: Sequence[Move]) -> Iterator[str]:
    for _, group in groupby(sorted(moves, key=_order), key=_order):
        same = list(group)
        first = same[0]
        heading = f"- From {_WORDS[first.before]} to {_WORDS[first.after]}, {_who(first)}"
        if first.kind.in_doubt or (first.kind.version != OLD and first.cause is MoveCause.WORDS):
            yield f"{heading}: {', '.join(f'`{move.kind.rule.id}`' for move in same)}."
            continue
        yield f"{heading}:"
        yield from (f"  - `{m.kind.rule.id}`: {_answers(comparison, m)}" for m in same)


def _order(move: Move) -> tuple[object, ...]:
    """Group by the change, the same answers first, and those in doubt last."""
    kind = move.kind
    order = list(MoveCause).index(move.cause)
    return -kind.urgency, move.least, kind.in_doubt, order, _why(move)


def _who(move: Move) -> str:
    """Return of whom in a kind a change is true."""
    doubt = "in doubt, " if move.kind.in_doubt else ""
    return f"{doubt}{_why(move)}"


def _why(move: Move) -> str:
    if move.cause is MoveCause.RULES:
        return "with the same answers"
    if move.cause is MoveCause.NOT_ASKED:
        return f"where {' and '.join(f'`{id_}`' for id_ in move.unasked)} is not asked"
    if move.kind.version != OLD:
        return "where more is asked for"
    if not move.withdrawn:
        return "where another line fits now"
    because = " ".join(move.withdrawn).rstrip(".")
    return f"where that is no longer said ({because[0].lower()}{because[1:]})"


def _answers(comparison: KindComparison, move: Move) -> str:
    """Return the answers of the example that are not normal, in the version of the kind."""
    domain = comparison.domain.domains[move.kind.version]
    sheet, normal = move.example.sheets[move.kind.version], domain.sheet(comparison.baseline)
    return "; ".join(
        value_text(question, sheet.value(question.id))
        for question in domain.program.protocol.questions
        if question.id in sheet and sheet.value(question.id) != normal.value(question.id)
    )


def filled(text: str, comparison: KindComparison) -> str:
    """Return the changelog with everything between its marks written anew."""
    return MARKED.sub(lambda mark: f"{mark[1]}{changes(comparison)}{mark[2]}", text)


def main() -> int:
    """Write the changelog, if it is out of date."""
    comparison = compared()  # takes long: somebody may write to the file meanwhile
    text = CHANGELOG.read_text(encoding="utf-8")
    new = filled(text, comparison)
    if new != text:
        CHANGELOG.write_text(new, encoding="utf-8")
        print(f"wrote {CHANGELOG.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
