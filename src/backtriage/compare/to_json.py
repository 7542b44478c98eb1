"""A comparison as plain JSON values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backtriage.compare.comparison import Comparison, Difference
from backtriage.compare.edits import Edit, EditKind
from backtriage.compare.example import Example
from backtriage.compare.example_text import VERSIONS, abnormal_answers
from backtriage.compare.paired_domain import PairedDomain
from backtriage.program.validate import plain_answers
from backtriage.prove.domain import Assignment
from backtriage.prove.phrasing import reason_texts


def comparison_json(
    comparison: Comparison, sources: Sequence[Mapping[str, str | None]], accepted: str = ""
) -> dict[str, object]:
    """Return a comparison; counts are strings, as they may be too large for JSON readers.

    Args:
        comparison: The comparison.
        sources: Where each version is from.
        accepted: Why an urgency may be lowered, or "".
    """
    return {
        "schema": "backtriage.rules_diff/1",
        "old": {**sources[0], **comparison.old.identity},
        "new": {**sources[1], **comparison.new.identity},
        "moves_nobody": comparison.moves_nobody,
        "accepted": accepted or None,
        "sheets": str(comparison.domain.count(mismatched=False)),
        "pairs_that_differ": str(comparison.domain.count(mismatched=True)),
        "lowered": [_difference(comparison, d) for d in comparison.lowered],
        "raised": [_difference(comparison, d) for d in comparison.raised],
        "others": [_difference(comparison, d) for d in comparison.others],
        "clears": list(comparison.clears),
        "undecided": [
            {"what": name, "why": ran_out} for name, ran_out in comparison.undecided.items()
        ],
        **edits_json(comparison.edits),
    }


def _difference(comparison: Comparison, difference: Difference) -> Mapping[str, object]:
    group = difference.group
    return {
        "aspect": group.aspect.value,
        "subject": group.subject or None,
        "before": group.before or None,
        "after": group.after,
        "by": list(group.causes),
        "how": group.attribution.value if group.causes else None,
        "answers_differ": group.is_mismatched,
        "against_the_old": group.is_harmful,
        "sheets": str(difference.sheets),
        "share": difference.sheets / comparison.domain.count(mismatched=group.is_mismatched),
        "example": example_json(comparison.domain, comparison.baseline, difference.example),
    }


def example_json(
    domain: PairedDomain, baseline: Assignment, example: Example
) -> Mapping[str, object]:  # fmt: skip
    """Return how a person answers, and what each version makes of it."""
    sides = zip(VERSIONS, example.assessments, example.sheets, strict=True)
    return {
        "findings": dict(abnormal_answers(domain, baseline, example)),
        **{
            version: {
                "urgency": assessment.urgency.id,
                "fired": list(reason_texts(assessment.reasons)),
                "answers": plain_answers(assessment.program, sheet),
            }
            for version, assessment, sheet in sides
        },
    }


def edits_json(edits: Sequence[Edit]) -> Mapping[str, object]:
    """Return the entries of the rules that differ, by what happened to them."""
    return {
        kind.value: [
            {"what": edit.noun, "id": edit.id, "title": edit.title, "fields": list(edit.fields)}
            for edit in edits
            if edit.kind is kind
        ]
        for kind in EditKind
    }
