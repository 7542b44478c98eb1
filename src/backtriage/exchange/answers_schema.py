"""The JSON Schema (draft 2020-12) of an answer sheet.

It accepts exactly the JSON sheets that validation accepts.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final, TypeAlias

from backtriage.program.doubts import checked_question
from backtriage.program.program import Program
from backtriage.program.validate import MAX_REF, NO_REF_CHARACTER
from backtriage.program.words import Words
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import CHECKED, PROTOCOL, REF
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, YES_NO, number_text

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

Schema: TypeAlias = dict[str, Any]

REF_SCHEMA: Final[Schema] = {
    "type": "string",
    "maxLength": MAX_REF,
    # Not a pattern for the whole text: dialects differ in whether `$` matches before a line end.
    "not": {"pattern": NO_REF_CHARACTER},
}


def answers_schema(program: Program) -> Schema:
    """Return the schema of one flat object. Absent keys and `null` are missing answers."""
    protocol = program.protocol
    words = Words(program)
    about = words.fill(protocol.about)
    properties: dict[str, Schema] = {
        question.id: {
            "title": question.short,
            "description": _description(question, words),
            "anyOf": [answer_schema(question), {"type": "null"}],
        }
        for question in protocol.questions
    }
    properties[REF] = {
        "description": "The clinic's own reference. Echoed, and never read.",
        "anyOf": [REF_SCHEMA, {"type": "null"}],
    }
    properties[PROTOCOL] = {
        "description": "The protocol that the sheet answers, and its major version.",
        "enum": [program.edition, None],
    }
    properties[CHECKED] = {
        "description": "Doubts that the person tried to settle. Echoed, and read by no rule.",
        "anyOf": [answer_schema(checked_question(program)), {"type": "null"}],
    }
    return {
        "$schema": DIALECT,
        "title": f"Answer sheet for {protocol.title} ({protocol.id} {protocol.version})",
        "description": f"{about} An absent key is missing; it never counts as no.",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def answer_schema(question: Question) -> Schema:
    """Return the schema of one answer."""
    schema = _definite(question)
    not_sure = {"const": NOT_SURE.value}
    return {"anyOf": [schema, not_sure]} if question.allows_not_sure else schema


def _description(question: Question, words: Words) -> str:
    lines = [words.fill(text) for text in (question.text, question.help) if text]
    lines += [f"{choice.id}: {words.fill(choice.text)}" for choice in question.choices]
    return "\n".join(lines)


def _definite(question: Question) -> Schema:
    """Return the schema of an answer other than "not sure" to the whole question."""
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
    # `multipleOf` counts from 0 and is inexact for fractions, so list every value.
    steps = int((question.most - question.least) / step)
    values = [number_text(question.least + step * index) for index in range(steps + 1)]
    return {"enum": [float(value) if "." in value else int(value) for value in values]}


def _list(question: Question) -> Schema:
    ids = [choice.id for choice in question.choices]
    if not ids:  # readers disagree about an enum without values
        return {"type": "array", "maxItems": 0}
    if not question.allows_not_sure:
        return {"type": "array", "items": {"enum": ids}, "uniqueItems": True}
    # An item is ticked or in doubt, never both.
    both = [[{"contains": {"const": id_}}, {"contains": {"const": f"{id_}?"}}] for id_ in ids]
    items = [*ids, *(f"{id_}?" for id_ in ids), NOT_SURE.value]
    return {
        "type": "array",
        "items": {"enum": items},
        "uniqueItems": True,
        "allOf": [{"not": {"allOf": contained}} for contained in both],
    }
