"""The JSON Schema of what `assess --format json` prints for a protocol."""

from __future__ import annotations

from typing import Any, Final

from backtriage.decide.advice import WhyNot
from backtriage.decide.assessment import (
    AdvicePart,
    Status,
)
from backtriage.decide.reasons import CERTAIN, MISSING, NOT_SURE
from backtriage.exchange.answers_schema import DIALECT, REF_SCHEMA, Schema, answer_schema
from backtriage.program.doubts import checked_question
from backtriage.program.program import Program
from backtriage.program.words import DEFAULT_COUNTRY, Words
from backtriage.protocol.protocol import Module
from backtriage.terms.urgency import Urgency

_DIGEST: Final = "^sha256:[0-9a-f]{64}$"
_DATE: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def assessment_schema(program: Program) -> Schema:
    """Return the schema of an assessment by this protocol."""
    protocol = program.protocol
    assessment = _object_of(**_head(program), **_result(program), **_asked(program))
    # None is required: two are there when they are asked for, and one where it says more.
    assessment["properties"] |= {
        "why_not": _counterfactual(program), "since": _since(),
        "earlier": _ref("urgency", "What answers of another time meant, if that is higher."),
    }  # fmt: skip
    return {
        "$schema": DIALECT,
        "title": f"Assessment by {protocol.title} ({protocol.id} {protocol.version})",
        "description": Words(program).fill(protocol.disclaimer),
        **assessment,
        "$defs": _definitions(program),
    }


def _definitions(program: Program) -> Schema:
    return {
        "urgency": _enum([urgency.id for urgency in sorted(Urgency)]),
        "rule": _enum([rule.id for rule in program.rules]),
        "question": _enum(list(program.questions)),
        "evidence": _array_of(_enum(list(program.evidence)), "Ids of sources."),
        "answers": {
            "description": "Answers by question, as a sheet holds them.",
            "type": "object",
            "properties": {q.id: answer_schema(q) for q in program.protocol.questions},
            "additionalProperties": False,
        },
    }


def _head(program: Program) -> dict[str, Schema]:
    countries = [id_ for id_ in program.countries if id_ != DEFAULT_COUNTRY]
    return {
        "schema": {"const": "backtriage.assessment/2", "description": "Name and version of this."},
        "protocol": _object_of(
            "The protocol that decided.",
            id={"const": program.protocol.id},
            version=_string("The protocol's version."),
            digest=_string("Digest of the protocol.", pattern=_DIGEST),
            reviewed_by=_nullable("The clinician who signed this version; null is nobody yet."),
            review_due=_string("When it should be looked at again.", pattern=_DATE),
        ),
        "ref": {
            "description": "The sheet's own reference.",
            "anyOf": [REF_SCHEMA, {"type": "null"}],
        },
        "status": _enum([*Status], "Whether the answers settle the urgency."),
        "urgency": _ref("urgency", "The urgency to act on: the worst that the answers allow."),
        "range": _object_of(
            "The two are equal when nothing missing can change the urgency.",
            certain=_ref("urgency", "What holds whatever the missing answers are."),
            possible=_ref("urgency", "The most that the missing answers could make of it."),
        ),
        "parts": _object_of(
            "How far each part of the questions was answered.",
            triage=_enum(["complete", "incomplete"], "Whether the urgency is settled."),
            advice=_enum([*AdvicePart], "The questions that change only the advice."),
        ),
        "action": _object_of(
            "What to do now.",
            headline=_string("What to do."),
            within=_string("How soon."),
            where=_string("Where to go."),
            country=_enum([None, *countries], "Whose words; null when no country was named."),
        ),
    }


def _result(program: Program) -> dict[str, Schema]:
    certainties = [CERTAIN, NOT_SURE, MISSING]
    reason = _object_of(
        rule=_ref("rule"),
        urgency=_ref("urgency", "What the rule gives here."),
        certainty=_enum(certainties, "Whether it holds, rests on not sure, or is still open."),
        text=_string("Why it matters."),
        because=_ref("answers", "The answers that carry the rule."),
        evidence=_ref("evidence"),
    )
    groups = [group.id for group in program.protocol.safety_net]
    come_back = _object_of(
        rule=_ref("rule"),
        urgency=_ref("urgency", "The most the rule could give later."),
        text=_string("The sign to watch for; empty when the rule has no sentence of its own."),
        group=_enum([None, *groups], "The line of the safety net that speaks of it in short."),
    )
    line = _object_of(
        group=_enum(groups),
        urgency=_ref("urgency", "How soon to get help when one of its signs appears."),
        text=_string("The signs in short."),
        rules=_array_of(_ref("rule"), "Its rules that could come to apply."),
    )
    advice_ids = _enum([advice.id for advice in program.advice])
    tables = [table.id for table in program.protocol.tables]
    row = _object_of(
        id=_string("The name of the row."),
        cells=_array_of(_string(""), "A cell for each column."),
        evidence=_ref("evidence"),
    )
    advice = _object_of(
        id=advice_ids,
        kind=_enum([kind.id for kind in program.protocol.advice_kinds]),
        text=_string("What to try, and what is known about it; empty when its rows say all."),
        strength=_string("How strong the evidence is."),
        evidence=_ref("evidence"),
        table=_enum([None, *tables], "The table in which its rows stand; null when it has none."),
        rows=_array_of(row, "What it adds to the table."),
    )
    because = _ref("answers", "The answers that hold it back.")
    withheld = _object_of(advice=advice_ids, because=because)
    modules = {module.id: _module(module) for module in program.modules}
    return {
        "reasons": _array_of(reason, "Rules that count, the most urgent first."),
        "come_back_if": _array_of(come_back, "What could raise the urgency later, worst first."),
        "safety_net": _array_of(line, "The same in short lines, those for this person first."),
        "modules": _object_of("Subjects with a verdict of their own.", **modules),
        "advice": _array_of(advice, "What may help. None above the urgencies it is meant for."),
        "tables": {
            "description": "The tables of the advice that is given, by id.",
            "type": "object",
            "properties": {id_: _table() for id_ in tables},
            "additionalProperties": False,
        },
        "withheld": _array_of(withheld, "Advice that is held back for this person."),
    }


def _table() -> Schema:
    return _object_of(
        title=_string("What it is about."),
        columns=_array_of(_string(""), "The headings of its columns."),
        text=_string("What to know before reading it."),
    )


def _module(module: Module) -> Schema:
    return _object_of(
        module.title,
        considered={"type": "boolean"},
        why_not=_enum([None, *WhyNot], "Why there is no verdict; null when there is one."),
        counts={
            "description": "The points of each score; nothing while its questions are open.",
            "type": "object",
            "properties": {score: {"type": "integer", "minimum": 0} for score in module.counts},
            "additionalProperties": False,
        },
        verdict=_enum([None, *(verdict.id for verdict in module.verdicts)]),
        text=_nullable("The verdict, or why it is not discussed; null when it was not asked."),
        because=_ref("answers"),
        evidence=_ref("evidence"),
    )


def _asked(program: Program) -> dict[str, Schema]:
    items = [f"{q.id}.{choice.id}" for q in program.protocol.questions for choice in q.choices]
    unsure = _enum([*program.questions, *items])
    contradiction = _object_of(
        answer=_ref("answers", "An answer that would raise the urgency, if it counted."),
        guard=_ref("answers", "The answers by which its question is not asked."),
    )
    return {
        "not_sure": _array_of(unsure, "Questions and items answered with not sure."),
        "checked": {
            "description": "Doubts that the person tried to settle. No rule reads them.",
            **answer_schema(checked_question(program)),
        },
        "missing": _array_of(_ref("question"), "Open questions of the triage part."),
        "advice_missing": _array_of(
            _ref("question"), "Open questions of the advice part, which cannot change the urgency."
        ),
        "contradictions": _array_of(
            contradiction, "Answers that do not fit together. The urgency is the higher one."
        ),
        "set_aside": _ref(
            "answers",
            "Answers to questions that are not asked. They count only as contradictions.",
        ),
        "answers": _ref("answers", "Answers that count."),
        "receipt": _string("Digest of protocol, answers and decision.", pattern=_DIGEST),
    }


def _counterfactual(program: Program) -> Schema:
    """Return the schema of what `--why-not` adds."""
    items = [choice.id for question in program.protocol.questions for choice in question.choices]
    item = _enum([None, *dict.fromkeys(items)], "An item of its list; null is the whole answer.")
    outcomes = ["already", "found", "none", "undecided"]
    change = _object_of(
        question=_ref("question"),
        item=item,
        before={"description": "The answer now; null when there is none."},
        after={"description": "What it would have to be."},
        counts_now={"description": "Whether the answer counts now.", "type": "boolean"},
        text=_string("The same in words."),
    )
    held = _object_of(
        question=_ref("question"),
        item=item,
        answer={"description": "The answer, which cannot change."},
        text=_string("The same in words."),
    )
    group = _array_of(held, "Answers that are in the way together.")
    groups = "Groups of answers that cannot change, each of which alone is in the way."
    return _object_of(
        "What would have to be different for another urgency. Only there when it was asked for.",
        schema={"description": "Name and version.", "const": "backtriage.why_not/1"},
        note=_string("That this is not advice."),
        target=_ref("urgency", "The urgency that was asked about."),
        goal=_enum(["at_most", "at_least"], "Whether a lower or a higher one would do as well."),
        outcome=_enum(outcomes, "What came of the search."),
        changes=_array_of(change, "The fewest answers that would have to be different."),
        answers=_or_null("answers", "The changed sheet; null when none was found."),
        urgency=_or_null("urgency", "What that sheet comes to, whatever it leaves open."),
        held=_array_of(group, groups),
        ran_out=_nullable("Why it was not found out."),
    )


def _since() -> Schema:
    """Return the schema of what `--since` adds."""
    answer = _object_of(
        question=_ref("question"),
        before={"description": "The earlier answer; null when there was none."},
        now={"description": "The answer now; null when there is none."},
    )
    return _object_of(
        "What has changed since an earlier result. Only there when it was asked for.",
        schema={"description": "Name and version.", "const": "backtriage.since/1"},
        protocol=_string("Id and version of the protocol that decided then."),
        same_rules={"description": "Whether its rules were these very ones.", "type": "boolean"},
        before=_ref("urgency", "The urgency to act on then."),
        new=_array_of(_ref("rule"), "Rules that are a reason now and were none."),
        no_longer=_array_of(_ref("rule"), "Rules that were a reason and are none now."),
        answers=_array_of(answer, "Answers that have changed."),
    )


def _described(description: str, **schema: object) -> Schema:
    return {"description": description, **schema} if description else schema


def _object_of(description: str = "", /, **properties: Schema) -> Schema:
    """Return the schema of an object with exactly these keys."""
    keys = {"properties": properties, "required": [*properties], "additionalProperties": False}
    return _described(description, type="object", **keys)


def _string(description: str, **keywords: object) -> Schema:
    return {"description": description, "type": "string", **keywords}


def _enum(values: list[Any], description: str = "") -> Schema:
    return _described(description, enum=values)


def _ref(name: str, description: str = "") -> Schema:
    """Return a reference to one of the `$defs`."""
    return _described(description, **{"$ref": f"#/$defs/{name}"})


def _array_of(items: Schema, description: str) -> Schema:
    return {"description": description, "type": "array", "items": items}


def _nullable(description: str) -> Schema:
    return {"description": description, "type": ["string", "null"]}


def _or_null(name: str, description: str) -> Schema:
    return {"description": description, "anyOf": [_ref(name), {"type": "null"}]}
