"""What would have to be different, as plain JSON values to stand beside an assessment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from backtriage.counterfactual.counterfactual import (
    AnswerChange,
    Blocker,
    Counterfactual,
    SearchOutcome,
)
from backtriage.decide.assessment import Assessment
from backtriage.decide.receipt import plain_answers, plain_value
from backtriage.render.counterfactual.as_block import NOT_ADVICE, blocker_text, change_text

SCHEMA: Final = "backtriage.why_not/1"


def counterfactual_record(a: Assessment, found: Counterfactual) -> Mapping[str, object]:
    """Keys in schema order, as in an assessment."""
    is_found = found.outcome is SearchOutcome.FOUND
    return {
        "schema": SCHEMA,
        "note": NOT_ADVICE,
        "target": found.target.id,
        "goal": found.goal.value,
        "outcome": found.outcome.value,
        "changes": [_change(a, found, change) for change in found.changes],
        "answers": plain_answers(a.program, found.sheet) if is_found else None,
        "urgency": None if found.urgency is None else found.urgency.id,
        "held": [[_blocker(a, blocker) for blocker in group] for group in found.blockers],
        "ran_out": found.ran_out or None,
    }


def _change(a: Assessment, found: Counterfactual, change: AnswerChange) -> Mapping[str, object]:
    question = a.program.questions[change.question]
    after = found.sheet[change.question]
    if change.item:
        after = change.after is True
    return {
        "question": change.question,
        "item": change.item or None,
        "before": None if change.before is None else plain_value(question, change.before),
        "after": plain_value(question, after),
        "counts_now": change.is_counted,
        "text": a.words.fill(change_text(question, change)),
    }


def _blocker(a: Assessment, blocker: Blocker) -> Mapping[str, object]:
    question = a.program.questions[blocker.question]
    return {
        "question": blocker.question,
        "item": blocker.item or None,
        "answer": plain_value(question, blocker.answer),
        "text": a.words.fill(blocker_text(question, blocker)),
    }
