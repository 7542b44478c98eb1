"""The certificate of the shipped protocol, checked by code that shares nothing with the prover."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.decide.assessment import urgency_range
from backtriage.decide.evaluate import Evaluation
from backtriage.program.program import Program, build_program
from backtriage.prove.certificate import FLOORS, MONOTONE, certificate
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Ticks
from tests.support.drup import ClauseDatabase, clauses_of, refutes
from tests.support.protocols import shipped
from tests.support.strategies import complete_sheets
from tests.support.tier import examples

SAMPLE = ("saddle_feeling", "accident", "rest_gives_nothing", "leg_that_weakens")
"""Floors that are likely to stay, and enough to have something to refute."""


@cache
def program() -> Program:
    """Return the shipped protocol, with a few of its floors."""
    protocol = shipped().protocol
    floors = tuple(floor for floor in protocol.floors if floor.id in SAMPLE)
    return build_program(replace(protocol, floors=floors))


@cache
def proofs() -> dict[str, Any]:
    record: dict[str, Any] = json.loads(certificate(program()))
    assert record["protocol"]["digest"] == program().digest
    return record["proofs"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", [MONOTONE, FLOORS])
def test_a_proof_refutes(name: str) -> None:
    proof = proofs()[name]

    assert proof["proved"]
    assert refutes(proof["cnf"], proof["drup"])


def test_the_checker_rejects_a_proof_of_something_else() -> None:
    header, *lines = proofs()[MONOTONE]["cnf"]
    half = lines[: len(lines) // 2]

    assert header.startswith("p cnf")
    assert not refutes([f"p cnf 0 {len(half)}", *half], ["0"])
    assert not refutes(["p cnf 2 2", "1 2 0", "-1 2 0"], ["-2 0", "0"])


def test_a_false_claim_has_no_proof() -> None:
    """Without the rule for a red flag, its floor is violated."""
    rules = tuple(rule for rule in program().rules if rule.id != "saddle_numbness")
    unsafe = build_program(replace(program().protocol, rules=rules))

    proof = json.loads(certificate(unsafe))["proofs"][FLOORS]

    assert not proof["proved"]
    assert proof["drup"] == []


@settings(max_examples=examples(30))
@given(data=st.data())
def test_the_clauses_agree_with_the_interpreter(data: st.DataObject) -> None:
    """The inputs of a random sheet force the outputs for its urgency by unit propagation."""
    proof = proofs()[MONOTONE]
    sheet = data.draw(complete_sheets(program()))
    *clauses, _ = clauses_of(proof["cnf"])  # the last one asks for a counterexample
    inputs = [
        literal
        for name, literal in proof["inputs"].items()
        if name.startswith("first.") and is_input_of(sheet, name.removeprefix("first."))
    ]

    forced = ClauseDatabase(clauses).propagate(inputs)

    urgency = urgency_range(Evaluation(program(), sheet))[0]
    assert forced is not None
    for level in list(Urgency)[1:]:
        literal = proof["outputs"][f"first.at least {level.id}"]
        assert (literal in forced, -literal in forced) == (urgency >= level, urgency < level)


def is_input_of(sheet: Answers, name: str) -> bool:
    """Return whether a sheet has the answer that an input is named after."""
    subject, _, word = name.partition("=")
    question, _, item = subject.partition(".")
    value = sheet[question]
    if isinstance(value, Ticks):
        mark = "yes" if item in value.yes else "not_sure" if item in value.unsure else "no"
        return mark == word
    if value is NOT_SURE:
        return word == "not_sure"
    if isinstance(value, bool):
        return word == ("yes" if value else "no")
    if isinstance(value, str):
        return word == value
    least, _, most = word.partition("..")
    return bool(most) and Decimal(least) <= value <= Decimal(most)
