"""An assessment as plain JSON values, as `assessment_schema` describes them."""

from __future__ import annotations

from typing import Final

from backtriage.decide.advice import ModuleResult, WhyNot
from backtriage.decide.assessment import Assessment
from backtriage.decide.reasons import Reason
from backtriage.decide.receipt import receipt_of
from backtriage.program.validate import plain_answers
from backtriage.protocol.texts import ADVICE, TRIAGE, TableRow
from backtriage.terms.answers import Answers

SCHEMA: Final = "backtriage.assessment/2"


def record(assessment: Assessment) -> dict[str, object]:
    """Return the assessment as plain JSON values."""
    a = assessment
    fill = a.words.fill
    protocol = a.program.protocol
    return {
        "schema": SCHEMA,
        "protocol": {
            **a.program.identity,
            "reviewed_by": protocol.reviewed_by,
            "review_due": protocol.review_due,
        },
        "ref": a.ref,
        "status": a.status.value,
        "urgency": a.urgency.id,
        "range": {"certain": a.certain.id, "possible": a.possible.id},
        "parts": {
            TRIAGE: "incomplete" if a.certain < a.possible or a.contradictions else "complete",
            ADVICE: a.advice_part.value,
        },
        "action": {
            "headline": a.how_soon("headline"),
            "within": a.how_soon("within"),
            "where": fill(a.program.services[a.service].where),
            "country": a.words.country,
        },
        "reasons": [_reason(a, reason) for reason in a.reasons],
        "come_back_if": [
            {"rule": c.rule.id, "urgency": c.urgency.id, "text": fill(c.rule.come_back),
             "group": c.line or None}
            for c in a.come_back
        ],
        "safety_net": [
            {"group": line.group.id, "urgency": line.group.urgency.id,
             "text": fill(line.group.text), "rules": [rule.id for rule in line.rules]}
            for line in a.net
        ],
        "modules": {result.module.id: _module_result(a, result) for result in a.module_results},
        "advice": [
            {"id": advice.id, "kind": advice.kind, "text": fill(advice.text),
             "strength": advice.strength, "evidence": list(advice.evidence),
             "table": advice.table or None, "rows": [_row(a, row) for row in advice.rows]}
            for advice in a.advice
        ],
        "tables": {
            table.id: {"title": fill(table.title), "columns": [*map(fill, table.columns)],
                       "text": fill(table.text)}
            for table in protocol.tables
            if any(advice.table == table.id for advice in a.advice)
        },
        "withheld": [
            {"advice": entry.advice.id, "because": plain_answers(a.program, entry.because)}
            for entry in a.withheld
        ],
        "not_sure": [f"{question}.{item}" if item else question for question, item in a.not_sure],
        "checked": list(a.checked),
        "missing": list(a.missing),
        "advice_missing": list(a.advice_missing),
        "contradictions": [
            {"answer": plain_answers(a.program, Answers({each.question: each.answer})),
             "guard": plain_answers(a.program, each.guard)}
            for each in a.contradictions
        ],
        "set_aside": plain_answers(a.program, a.set_aside),
        "answers": plain_answers(a.program, a.answers),
        "receipt": receipt_of(a),
        **({"earlier": a.meant.id} if a.meant > a.urgency else {}),
    }  # fmt: skip


def _row(a: Assessment, row: TableRow) -> dict[str, object]:
    cells = [a.words.fill(cell) for cell in row.cells]
    return {"id": row.id, "cells": cells, "evidence": list(row.evidence)}


def _reason(a: Assessment, reason: Reason) -> dict[str, object]:
    return {
        "rule": reason.rule.id,
        "urgency": reason.urgency.id,
        "certainty": reason.certainty,
        "text": a.words.fill(reason.rule.because),
        "because": plain_answers(a.program, reason.because),
        "evidence": list(reason.rule.evidence),
    }


def _module_result(a: Assessment, result: ModuleResult) -> dict[str, object]:
    verdict = result.verdict
    shown = verdict.text if verdict else result.module.why_not
    return {
        "considered": verdict is not None,
        "why_not": result.why_not,
        "counts": {} if result.why_not is WhyNot.NOT_ASKED else dict(result.counts),
        "verdict": verdict.id if verdict else None,
        "text": None if result.why_not is WhyNot.NOT_ASKED else a.words.fill(shown),
        "because": plain_answers(a.program, result.because),
        "evidence": list(verdict.evidence) if verdict else [],
    }
