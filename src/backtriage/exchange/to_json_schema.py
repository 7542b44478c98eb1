"""Program -> JSON Schema (2020-12): what a sheet may hold, and what an assessment holds.

What the schema of answers accepts is what `admit` accepts of a JSON sheet, and the other way
round. One difference: of the reference, a schema can only refuse control characters.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from backtriage.decide.assessment import Status
from backtriage.decide.reasons import CERTAIN, MISSING
from backtriage.decide.reasons import NOT_SURE as UNSURE
from backtriage.exchange.parts import Schema, closed, each, ref, text
from backtriage.exchange.to_why_not_schema import why_not_schema
from backtriage.program.program import Program
from backtriage.program.validate import REF
from backtriage.program.words import DEFAULT_COUNTRY, Words
from backtriage.protocol.protocol import Question
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, YES_NO, number_text

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_DIGEST: Final = "^sha256:[0-9a-f]{64}$"
_DATE: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_PRINTABLE: Final = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"
_MAX_REF: Final = 100


# -- answers ------------------------------------------------------------------------------


def answers_schema(program: Program) -> Schema:
    """One flat object. An absent key and `null` are missing, which is never "no"."""
    protocol = program.protocol
    say = Words(program).fill
    return {
        "$schema": DIALECT,
        "title": f"Answer sheet for {protocol.title} ({protocol.id} {protocol.version})",
        "description": f"{say(protocol.about)} An absent key is missing; it never counts as no.",
        "type": "object",
        "properties": {
            **{
                question.id: _described(_or_null(_answer(question)), question, say)
                for question in protocol.questions
            },
            REF: {
                "description": "The clinic's own reference. Echoed, and never read.",
                **_or_null({"type": "string", "maxLength": _MAX_REF, "pattern": _PRINTABLE}),
            },
        },
        "additionalProperties": False,
    }


def _described(schema: Schema, question: Question, say: Any) -> Schema:  # noqa: ANN401 - a filler
    lines = [say(question.text), *([say(question.help)] if question.help else [])]
    lines += [f"{choice.id}: {say(choice.text)}" for choice in question.choices]
    return {"title": question.short, "description": "\n".join(lines), **schema}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _answer(question: Question) -> Schema:
    """What one answer may be."""
    own = _own(question)
    if not question.allows_not_sure:
        return own
    return {"anyOf": [own, {"const": NOT_SURE.value}]}


def _own(question: Question) -> Schema:
    """A definite answer, and for a list also one with doubts."""
    if question.kind == YES_NO:
        return {"type": "boolean"}
    if question.kind == ONE_OF:
        return {"enum": [choice.id for choice in question.choices]}
    if question.kind == NUMBER:
        return _number(question)
    return _list(question)


def _number(question: Question) -> Schema:
    step = Decimal(question.step)
    if step == 1:
        return {"type": "integer", "minimum": question.least, "maximum": question.most}
    # `multipleOf` counts from 0 and is inexact for fractions, so every value is named.
    steps = int((question.most - question.least) / step)
    values = [number_text(question.least + step * at) for at in range(steps + 1)]
    return {"enum": [float(value) if "." in value else int(value) for value in values]}


def _list(question: Question) -> Schema:
    ids = [choice.id for choice in question.choices]
    if not question.allows_not_sure:
        return {"type": "array", "items": {"enum": ids}, "uniqueItems": True}
    words = [*ids, *(f"{id_}?" for id_ in ids), NOT_SURE.value]
    return {
        "type": "array",
        "items": {"enum": words},
        "uniqueItems": True,
        # An item is ticked or doubted, not both.
        "allOf": [
            {"not": {"allOf": [{"contains": {"const": id_}}, {"contains": {"const": f"{id_}?"}}]}}
            for id_ in ids
        ],
    }


# -- assessment ---------------------------------------------------------------------------


def assessment_schema(program: Program) -> Schema:
    """What `assess --format json` writes, for this protocol."""
    protocol = program.protocol
    return {
        "$schema": DIALECT,
        "title": f"Assessment by {protocol.title} ({protocol.id} {protocol.version})",
        "description": Words(program).fill(protocol.disclaimer),
        **closed(
            {**_head(program), **_result(program), **_asked(program)},
            only_when_asked={"why_not": why_not_schema(program)},
        ),
        "$defs": _definitions(program),
    }


def _definitions(program: Program) -> Schema:
    answers = {question.id: _answer(question) for question in program.protocol.questions}
    return {
        "urgency": {"enum": [urgency.id for urgency in sorted(Urgency)]},
        "rule": {"enum": [rule.id for rule in program.rules]},
        "question": {"enum": list(program.questions)},
        "evidence": each({"enum": list(program.evidence)}, "Ids of sources."),
        "answers": {
            "description": "Answers by question, as a sheet holds them.",
            "type": "object",
            "properties": answers,
            "additionalProperties": False,
        },
    }


def _head(program: Program) -> dict[str, Schema]:
    countries = [id_ for id_ in program.countries if id_ != DEFAULT_COUNTRY]
    return {
        "schema": {"const": "backtriage.assessment/1", "description": "Name and version of this."},
        "protocol": closed(
            {
                "id": {"const": program.protocol.id},
                "version": text("The protocol's version."),
                "digest": text("Digest of the protocol.", pattern=_DIGEST),
                "reviewed_by": {
                    "description": "The clinician who signed this version; null is nobody yet.",
                    "type": ["string", "null"],
                },
                "review_due": text("When it should be looked at again.", pattern=_DATE),
            },
            "The protocol that decided.",
        ),
        "ref": {"description": "The sheet's own reference.", "type": ["string", "null"],
                "maxLength": _MAX_REF},
        "status": {"description": "Whether the answers settle the urgency.",
                   "enum": [status.value for status in Status]},
        "urgency": ref("urgency", "The urgency to act on: the worst that the answers allow."),
        "range": closed(
            {
                "certain": ref("urgency", "What holds whatever the missing answers are."),
                "possible": ref("urgency", "The most that the missing answers could make of it."),
            },
            "The two are equal when nothing missing can change the urgency.",
        ),
        "action": closed(
            {
                "headline": text("What to do."),
                "within": text("How soon."),
                "where": text("Where to go."),
                "country": {"description": "Whose words; null when no country was named.",
                            "enum": [None, *countries]},
            },
            "What to do now.",
        ),
    }  # fmt: skip


def _result(program: Program) -> dict[str, Schema]:
    reason = closed({
        "rule": ref("rule"),
        "urgency": ref("urgency", "What the rule gives here."),
        "certainty": {"description": "Whether it holds, rests on not sure, or is still open.",
                      "enum": [CERTAIN, UNSURE, MISSING]},
        "text": text("Why it matters."),
        "because": ref("answers", "The answers that carry the rule."),
        "evidence": ref("evidence"),
    })  # fmt: skip
    come_back = closed({
        "rule": ref("rule"),
        "urgency": ref("urgency", "The most the rule could give later."),
        "text": text("The sign to watch for; empty when the rule has no sentence of its own."),
    })  # fmt: skip
    advice = closed({
        "id": {"enum": [advice.id for advice in program.advice]},
        "kind": {"enum": [kind.id for kind in program.protocol.advice_kinds]},
        "text": text("What to try, and what is known about it."),
        "strength": text("How strong the evidence is."),
        "evidence": ref("evidence"),
    })  # fmt: skip
    withheld = closed({
        "advice": {"enum": [advice.id for advice in program.advice]},
        "because": ref("answers", "The answers that hold it back."),
    })  # fmt: skip
    modules = {module.id: _module(program, module.id) for module in program.modules}
    return {
        "reasons": each(reason, "Rules that count, the most urgent first."),
        "come_back_if": each(come_back, "What could raise the urgency later, worst first."),
        "modules": closed(modules, "Subjects with a verdict of their own."),
        "advice": each(advice, "What may help. None above the urgencies it is meant for."),
        "withheld": each(withheld, "Advice that is held back for this person."),
    }


def _module(program: Program, id_: str) -> Schema:
    module = next(module for module in program.modules if module.id == id_)
    return closed(
        {
            "considered": {"type": "boolean"},
            "why_not": {"description": "Why it is not discussed.", "type": ["string", "null"]},
            "counts": closed(
                {score: {"type": "integer", "minimum": 0} for score in module.counts}
            ),
            "verdict": {"enum": [None, *(verdict.id for verdict in module.verdicts)]},
            "text": {"type": ["string", "null"]},
            "because": ref("answers"),
            "evidence": ref("evidence"),
        },
        module.title,
    )


def _asked(program: Program) -> dict[str, Schema]:
    items = [
        f"{question.id}.{choice.id}"
        for question in program.protocol.questions
        for choice in question.choices
    ]
    unsure = {"enum": [*program.questions, *items]}
    return {
        "not_sure": each(unsure, "Questions and items answered with not sure."),
        "missing": each(ref("question"), "Questions without an answer that could matter."),
        "set_aside": ref("answers", "Answers to questions that are not asked. Never counted."),
        "answers": ref("answers", "Answers that count."),
        "receipt": text("Digest of protocol, answers and decision.", pattern=_DIGEST),
    }
