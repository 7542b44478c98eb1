"""A comparison as plain JSON values."""

from __future__ import annotations

from collections.abc import Mapping

from backtriage.compare.comparison import Comparison, Difference
from backtriage.compare.edits import Edit, EditKind
from backtriage.compare.example_text import findings
from backtriage.decide.receipt import plain_answers
from backtriage.program.program import Program
from backtriage.prove.phrasing import fired_rules


def record(
    comparison: Comparison, names: tuple[str, str], accepted: str = ""
) -> dict[str, object]:
    """The comparison. Counts are texts: they have more digits than many readers keep."""
    return {
        "schema": "backtriage.rules_diff/1",
        "old": _version(comparison.old, names[0]),
        "new": _version(comparison.new, names[1]),
        "moves_nobody": comparison.moves_nobody,
        "accepted": accepted or None,
        "sheets": str(comparison.domain.count(differs=False)),
        "pairs_that_differ": str(comparison.domain.count(differs=True)),
        "lowered": [_difference(comparison, d) for d in comparison.lowered],
        "raised": [_difference(comparison, d) for d in comparison.raised],
        "others": [_difference(comparison, d) for d in comparison.others],
        "undecided": [{"what": w, "why": why} for w, why in comparison.undecided.items()],
        **{
            change.value: [_edit(edit) for edit in comparison.edits if edit.change is change]
            for change in EditKind
        },
    }


def _version(program: Program, name: str) -> Mapping[str, object]:
    protocol = program.protocol
    return {"from": name, "id": protocol.id, "version": protocol.version,
            "digest": program.digest}  # fmt: skip


def _difference(comparison: Comparison, difference: Difference) -> Mapping[str, object]:
    group, example = difference.group, difference.example
    of = comparison.domain.count(differs=group.differs)
    return {
        "aspect": group.aspect.value,
        "subject": group.subject or None,
        "before": group.before or None,
        "after": group.after,
        "by": list(group.by),
        "how": group.how.value if group.by else None,
        "answers_differ": group.differs,
        "against_the_old": group.is_harmful,
        "sheets": str(difference.sheets),
        "share": difference.sheets / of,
        "example": {
            "findings": dict(findings(comparison, example)),
            **{
                end: {
                    "urgency": page.urgency.id,
                    "fired": list(fired_rules(page.program, sheet)),
                    "answers": plain_answers(page.program, sheet),
                }
                for end, page, sheet in zip(
                    ("old", "new"), example.pages, example.sheets, strict=True
                )
            },
        },
    }


def _edit(edit: Edit) -> Mapping[str, object]:
    return {"what": edit.what, "id": edit.id, "title": edit.title, "fields": list(edit.fields)}
