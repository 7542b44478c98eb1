"""Program -> the part of an assessment's JSON Schema that `--why-not` adds."""

from __future__ import annotations

from backtriage.exchange.parts import Schema, closed, each, ref, text
from backtriage.program.program import Program


def why_not_schema(program: Program) -> Schema:
    """What would have to be different for another urgency."""
    items = [choice.id for question in program.protocol.questions for choice in question.choices]
    item = {"description": "An item of its list; null is the whole answer.",
            "enum": [None, *dict.fromkeys(items)]}  # fmt: skip
    change = closed({
        "question": ref("question"),
        "item": item,
        "before": {"description": "The answer now; null when there is none."},
        "after": {"description": "What it would have to be."},
        "counts_now": {"description": "Whether the answer counts now.", "type": "boolean"},
        "text": text("The same in words."),
    })  # fmt: skip
    held = closed({
        "question": ref("question"),
        "item": item,
        "answer": {"description": "The answer, which cannot change."},
        "text": text("The same in words."),
    })  # fmt: skip
    return closed(
        {
            "schema": {"description": "Name and version.", "const": "backtriage.why_not/1"},
            "note": text("That this is not advice."),
            "target": ref("urgency", "The urgency that was asked about."),
            "goal": {"description": "Whether a lower or a higher one would do as well.",
                     "enum": ["at_most", "at_least"]},
            "outcome": {"description": "What came of the search.",
                        "enum": ["already", "found", "none", "undecided"]},
            "changes": each(change, "The fewest answers that would have to be different."),
            "answers": {"description": "The changed sheet; null when none was found.",
                        "anyOf": [ref("answers"), {"type": "null"}]},
            "urgency": {"description": "What that sheet comes to, whatever it leaves open.",
                        "anyOf": [ref("urgency"), {"type": "null"}]},
            "held": each(
                each(held, "Answers that are in the way together."),
                "Groups of answers that cannot change, each of which alone is in the way.",
            ),
            "ran_out": {"description": "Why it was not found out.", "type": ["string", "null"]},
        },
        "What would have to be different for another urgency. Only there when it was asked for.",
    )  # fmt: skip
