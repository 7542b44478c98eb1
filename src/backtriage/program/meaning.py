"""What a question means: everything by which an old answer might no longer be an answer to it."""

from __future__ import annotations

import json
from hashlib import sha256

from msgspec.structs import astuple

from backtriage.program.program import Program
from backtriage.protocol.dependencies import FACTS, QUESTIONS, dependencies
from backtriage.protocol.protocol import Question
from backtriage.terms.condition import condition_text


def meaning_of(program: Program, question: Question) -> str:
    """Return a digest of what a person is asked, what they can answer, and who is asked.

    And of what a "no" to which test clears: an answer may rest on that. The order of the
    choices, the reason for asking and the hints for somebody who is not sure mean nothing.
    """
    confirms = {"": question.confirm, **{c.id: c.confirm for c in question.choices}}
    cleared = [(id_, c.text) for id_, c in confirms.items() if c is not None and c.clears]
    content = [
        question.id, question.kind, question.text, question.help, question.none, question.unit,
        question.least, question.most, question.step, question.allows_not_sure,
        sorted((choice.id, choice.text, choice.help) for choice in question.choices),
        sorted(cleared), _guard(program, question),
    ]  # fmt: skip
    if question.from_journal is not None:
        content.append(astuple(question.from_journal))  # what answers it, instead of a person
    return sha256(json.dumps(content).encode()).hexdigest()[:16]


def _guard(program: Program, question: Question) -> list[object]:
    """Return the guard, with what the facts and scores that it reads stand for."""
    units = program.protocol.units
    read = {
        id_: condition_text(program.facts[id_], units)
        if section == FACTS
        else [astuple(points) for points in program.scores[id_].points]
        for section, id_ in dependencies(question.ask_when, program.facts, program.scores)
        if section != QUESTIONS
    }
    return [condition_text(question.ask_when, units), sorted(read.items())]
