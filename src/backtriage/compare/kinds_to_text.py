"""A comparison of two major versions as text for clinicians."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from backtriage.compare.example import NEW, OLD
from backtriage.compare.example_text import VERSIONS
from backtriage.compare.kinds import Kind, KindComparison, Move, MoveCause
from backtriage.compare.to_text import (
    accepted_lines,
    clears_lines,
    edit_lines,
    example_lines,
    normal_lines,
    version_lines,
)
from backtriage.prove.to_text import wrapped

_HEAD: Final = (
    "These versions ask different questions, so they are compared by kinds of people: everybody "
    "whom one rule concerns, for certain or in doubt. migrations.yaml of the new version says "
    "how the answers of one person to both go together. That none of a kind gets less than is "
    "said here is proved for all of them, and each example is one of those who get no more. "
    "Advice is not compared."
)
_OTHER_LINE: Final = "Only for those to whose answer the new version has another line."
_ASKS_MORE: Final = "Only because the new version asks for more:"


def kind_lines(
    comparison: KindComparison, sources: Sequence[str], accepted: str = ""
) -> Iterator[str]:
    """Yield every kind that is lowered, undecided or raised, then every edit of the text.

    Args:
        comparison: The two versions.
        sources: Where each version is from.
        accepted: Why an urgency may be lowered, or "".
    """
    yield from version_lines((comparison.old, comparison.new), sources)
    yield ""
    yield from wrapped(_HEAD)
    for move in comparison.lowered:
        yield ""
        yield from _lowered(comparison, move)
    yield from _undecided(comparison)
    yield from _raised(comparison)
    yield from clears_lines(comparison.clears)
    yield from edit_lines(comparison.edits)
    yield ""
    yield from _summary(comparison, accepted)


def name_of(kind: Kind) -> str:
    """Return the rule of a kind, and whether the kind is in doubt about it."""
    return f"'{kind.rule.id}'{', in doubt' if kind.in_doubt else ''}"


def _lowered(comparison: KindComparison, move: Move) -> Iterator[str]:
    yield f"LOWERED: {move.before.id} -> {move.after.id}"
    yield from wrapped(f"The old rule {name_of(move.kind)}: {move.kind.rule.because}", "  ")
    if move.cause is MoveCause.NOT_ASKED:
        questions = ", ".join(f"'{id_}'" for id_ in move.unasked)
        yield from wrapped(f"Only for those whom the new version does not ask {questions}.", "  ")
    if move.cause is MoveCause.WORDS:
        said = " ".join(move.withdrawn)
        text = f"Only for those who would no longer say so: {said}" if said else _OTHER_LINE
        yield from wrapped(text, "  ")
    yield from example_lines(comparison.domain, comparison.baseline, move.example)


def _undecided(comparison: KindComparison) -> Iterator[str]:
    for ran_out in dict.fromkeys(why for _, why in comparison.undecided):
        for version, word in ((OLD, "lowered"), (NEW, "raised")):
            names = [name_of(kind) for kind, why in comparison.undecided
                     if (kind.version, why) == (version, ran_out)]  # fmt: skip
            if names:
                yield ""
                yield from wrapped(
                    f"UNDECIDED: who is {word}, of the {VERSIONS[version]} rules "
                    f"{'; '.join(names)}. The comparison {ran_out}."
                )


def _raised(comparison: KindComparison) -> Iterator[str]:
    """Yield the raised kinds, without their examples: there are many where much is new."""
    order = list(MoveCause)
    by_change = sorted(comparison.raised, key=lambda m: (-m.after, m.before, order.index(m.cause)))
    for (after, before), changed in groupby(by_change, key=lambda m: (m.after, m.before)):
        yield from ("", f"RAISED: {before.id} -> {after.id}")
        for is_worded, moves in groupby(changed, key=lambda m: m.cause is MoveCause.WORDS):
            yield from (f"  {_ASKS_MORE}",) if is_worded else ()
            for move in moves:
                text = f"The new rule {name_of(move.kind)}: {move.kind.rule.because}"
                yield from wrapped(text, "    " if is_worded else "  ")


def _summary(comparison: KindComparison, accepted: str) -> Iterator[str]:
    for version, moves, word in (
        (OLD, comparison.lowered, "lowered"), (NEW, comparison.raised, "raised"),
    ):  # fmt: skip
        moved = len({(move.kind.rule.id, move.kind.in_doubt) for move in moves})
        still = sum(kind.version == version for kind in comparison.unmoved)
        waiting = sum(kind.version == version for kind, _ in comparison.undecided)
        undecided = f"; {waiting} undecided" if waiting else ""
        yield from wrapped(
            f"Kinds of people in the {VERSIONS[version]} rules: {moved} {word}{undecided}; "
            f"{still} of which it is proved that nobody is."
        )
    yield from normal_lines(comparison.domain, comparison.baseline)
    if comparison.lowered:
        yield from accepted_lines(accepted)
