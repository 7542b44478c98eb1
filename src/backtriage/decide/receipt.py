"""The receipt of an assessment: a digest of its protocol, answers and result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

from backtriage.decide.assessment import Assessment
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.value import NOT_SURE, NotSure, Ticks, Value, number_text


def plain_value(question: Question, value: Value) -> object:
    """Return a value as plain JSON, in the canonical form that `validate` accepts."""
    if isinstance(value, bool | str):
        return value
    if isinstance(value, NotSure):
        return NOT_SURE.value
    if isinstance(value, Ticks):
        return [
            choice.id if choice.id in value.yes else f"{choice.id}?"
            for choice in question.choices
            if choice.id in value.yes or choice.id in value.unsure
        ]
    text = number_text(value)
    return float(text) if "." in text else int(text)


def plain_answers(program: Program, answers: Answers) -> Mapping[str, object]:
    """Return answers as plain JSON values, in asking order."""
    ordered = sorted(answers, key=program.order.__getitem__)
    return {id_: plain_value(program.questions[id_], answers[id_]) for id_ in ordered}


def receipt_of(assessment: Assessment) -> str:
    """Return `sha256:...` over the protocol, the answers and the result, but not its wording."""
    every = {**assessment.answers, **assessment.set_aside}
    record = {
        "protocol": assessment.program.digest,
        "answers": plain_answers(assessment.program, Answers(every)),
        "status": assessment.status.value,
        "certain": assessment.certain.id,
        "possible": assessment.possible.id,
        "fired": {reason.rule.id: reason.certainty for reason in assessment.reasons},
    }
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{sha256(text.encode()).hexdigest()}"
