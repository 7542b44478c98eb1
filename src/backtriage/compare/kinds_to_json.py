"""A comparison of two major versions as plain JSON values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backtriage.compare.example_text import VERSIONS
from backtriage.compare.kinds import Kind, KindComparison, Move
from backtriage.compare.to_json import edits_json, example_json


def kinds_json(
    comparison: KindComparison, sources: Sequence[Mapping[str, str | None]], accepted: str = ""
) -> dict[str, object]:
    """Return a comparison.

    Args:
        comparison: The comparison.
        sources: Where each version is from.
        accepted: Why an urgency may be lowered, or "".
    """
    return {
        "schema": "backtriage.rules_kinds/1",
        "old": {**sources[0], **comparison.old.identity},
        "new": {**sources[1], **comparison.new.identity},
        "accepted": accepted or None,
        "lowered": [_move(comparison, move) for move in comparison.lowered],
        "undecided": [{**_kind(kind), "why": why} for kind, why in comparison.undecided],
        "raised": [_move(comparison, move) for move in comparison.raised],
        "unmoved": [_kind(kind) for kind in comparison.unmoved],
        "clears": list(comparison.clears),
        **edits_json(comparison.edits),
    }


def _kind(kind: Kind) -> Mapping[str, object]:
    return {
        "version": VERSIONS[kind.version],
        "rule": kind.rule.id,
        "in_doubt": kind.in_doubt,
        "urgency": kind.urgency.id,
    }


def _move(comparison: KindComparison, move: Move) -> Mapping[str, object]:
    return {
        **_kind(move.kind),
        "before": move.before.id,
        "after": move.after.id,
        "cause": move.cause.value,
        "not_asked": list(move.unasked),
        "unless": list(move.withdrawn),
        "example": example_json(comparison.domain, comparison.baseline, move.example),
    }
