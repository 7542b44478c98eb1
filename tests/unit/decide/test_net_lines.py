"""For whom a personal line of the safety net is shown."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from backtriage.decide.assessment import assess
from backtriage.program.program import build_program
from backtriage.protocol.protocol import Sign, SignGroup
from backtriage.terms.answers import Answers
from backtriage.terms.condition import All, Yes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Value
from tests.support.builders import emergency_program, question

LINES = (
    SignGroup(
        id="bleeders", urgency=Urgency.EMERGENCY, text="You bleed", personal_when=Yes("bleeds")
    ),
    SignGroup(id="everybody", urgency=Urgency.EMERGENCY, text="A knock"),
)
PLAIN = emergency_program(
    question("bleeds", can_change=False), question("knock"), question("dizzy"),
    when=All((Yes("bleeds"), Yes("knock"))), safety_net=LINES,
)  # fmt: skip
RULE, HOME = PLAIN.rules
GENERAL = replace(RULE, id="dizzy", when=Yes("dizzy"), signs=(Sign(group="everybody"),))
PROGRAM = build_program(replace(
    PLAIN.protocol, rules=(replace(RULE, signs=(Sign(group="bleeders"),)), GENERAL, HOME)
))  # fmt: skip


@pytest.mark.parametrize(("bleeds", "lines"), [
    (True, ["bleeders", "everybody"]),
    (NOT_SURE, ["bleeders", "everybody"]),
    (None, ["bleeders", "everybody"]),
    (False, ["everybody"]),
])  # fmt: skip
def test_a_personal_line_is_shown_in_doubt(bleeds: Value | None, lines: list[str]) -> None:
    given = {"knock": False, "dizzy": False} | ({} if bleeds is None else {"bleeds": bleeds})
    page = assess(PROGRAM, Answers(given))
    assert [line.group.id for line in page.net] == lines
    assert {entry.line for entry in page.come_back} == set(lines)
