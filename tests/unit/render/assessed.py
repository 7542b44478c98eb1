"""Assessments to draw: of the tiny protocol, and of protocols changed for one test."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.check import checked_protocol
from backtriage.decide.assessment import Assessment, assess
from backtriage.program.program import Program, build_program
from backtriage.program.sheet import sheet_from_bytes
from backtriage.program.validate import validate
from backtriage.protocol.protocol import Question, Rule
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Condition
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, YES_NO, Ticks, Value

ROOT = Path(__file__).parents[3]
TINY = ROOT / "tests" / "data" / "protocols" / "sore_throat"
SHIPPED = ROOT / "rules" / "back_pain"


@cache
def program_in(folder: Path) -> Program:
    """The program of a rules folder."""
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.yaml")}
    return build_program(checked_protocol(texts))


def assessed(
    sheet: Mapping[str, object], country: str | None = "GB", program: Program | None = None
) -> Assessment:
    """What a sheet comes to, by default in the tiny protocol."""
    program = program or program_in(TINY)
    data = json.dumps(dict(sheet)).encode()
    validated = validate(program, sheet_from_bytes(data, "sheet.json", is_yaml=False))
    assert not validated.problems
    return assess(program, validated.answers, country, validated.ref)


def changed(**parts: object) -> Program:
    """The tiny protocol with some of its parts replaced."""
    return build_program(replace(program_in(TINY).protocol, **parts))


def rule(id_: str, urgency: Urgency, when: Condition, **more: Any) -> Rule:  # noqa: ANN401
    """A rule whose sentences name it."""
    plain = Rule(
        id=id_,
        urgency=urgency,
        when=when,
        if_unsure=None,
        because=f"Because of {id_}.",
        come_back=f"You see {id_}.",
    )
    return replace(plain, **more)


@st.composite
def sheets(draw: st.DrawFn, program: Program) -> Answers:
    """Any sheet of a program: each question answered, not sure, or absent."""
    given: dict[str, Value] = {}
    for question in program.protocol.questions:
        value = draw(st.none() | values(question))
        if value is not None:
            given[question.id] = value
    return Answers(given)


def values(question: Question) -> st.SearchStrategy[Value]:
    """Every answer to a question."""
    unsure = st.just(NOT_SURE) if question.allows_not_sure else st.nothing()
    if question.kind == YES_NO:
        return st.booleans() | unsure
    if question.kind == ONE_OF:
        return st.sampled_from([choice.id for choice in question.choices]) | unsure
    if question.kind == NUMBER:
        return st.integers(question.least, question.most).map(Decimal) | unsure
    ways = st.sampled_from(["no", "no", "yes", "unsure"])
    return st.lists(ways, min_size=len(question.choices), max_size=len(question.choices)).map(
        lambda drawn: _ticks(question, drawn)
    )


def _ticks(question: Question, drawn: list[str]) -> Ticks:
    pairs = list(zip(question.choices, drawn, strict=True))
    return Ticks(
        frozenset(choice.id for choice, way in pairs if way == "yes"),
        frozenset(choice.id for choice, way in pairs if way == "unsure"),
    )
