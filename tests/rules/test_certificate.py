"""The certificate of the protocol that ships, checked by code that shares nothing with it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.check import checked_protocol
from backtriage.decide.assessment import urgency_range
from backtriage.decide.evaluate import Evaluation
from backtriage.program.program import Program, build_program
from backtriage.prove.certificate import FLOORS, MONOTONE, certificate
from backtriage.shell.files import read_rules
from backtriage.shell.paths import bundled_rules
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Ticks
from tests.support.drup import Known, clauses_of, refutes
from tests.support.strategies import complete_sheets
from tests.support.tier import examples

SHAKY = ("saddle_feeling", "accident", "rest_gives_nothing", "one_weak_leg")
"""Floors that hold whatever else a clinician changes: enough to have something to refute."""


@cache
def program() -> Program:
    """The protocol that ships, with a few of its floors."""
    protocol = checked_protocol(read_rules(bundled_rules()))
    floors = tuple(floor for floor in protocol.floors if floor.id in SHAKY)
    return build_program(replace(protocol, floors=floors))


@cache
def proofs() -> dict[str, Any]:
    """What the certificate holds."""
    found: dict[str, Any] = json.loads(certificate(program()))
    assert found["protocol"]["digest"] == program().digest
    return found["proofs"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", [MONOTONE, FLOORS])
def test_a_proof_refutes(name: str) -> None:
    """Every step of the proof follows from what stands before it."""
    proof = proofs()[name]

    assert proof["proved"]
    assert refutes(proof["cnf"], proof["drup"])


def test_a_proof_of_something_else_is_refused() -> None:
    """Half of the clauses do not refute, whatever is said."""
    head, *lines = proofs()[MONOTONE]["cnf"]
    half = lines[: len(lines) // 2]

    assert head.startswith("p cnf")
    assert not refutes([f"p cnf 0 {len(half)}", *half], ["0"])
    assert not refutes(["p cnf 2 2", "1 2 0", "-1 2 0"], ["-2 0", "0"])


def test_a_claim_that_is_not_true_has_no_proof() -> None:
    """Without the rule for a red flag, there is nothing to write."""
    spoilt = replace(
        program().protocol,
        rules=tuple(r for r in program().rules if r.id != "saddle_numbness"),
    )
    found = json.loads(certificate(build_program(spoilt)))["proofs"][FLOORS]

    assert not found["proved"]
    assert found["drup"] == []


@settings(max_examples=examples(30))
@given(data=st.data())
def test_the_clauses_say_what_the_interpreter_says(data: st.DataObject) -> None:
    """A random sheet, put in as the table of inputs says, forces the urgency it has."""
    proof = proofs()[MONOTONE]
    sheet = data.draw(complete_sheets(program()))
    *clauses, _ = clauses_of(proof["cnf"])  # the last one asks for a fall
    chosen = [number for name, number in proof["inputs"].items() if said(sheet, name, "first.")]

    forced = Known(clauses).forced(chosen)

    urgency = urgency_range(Evaluation(program(), sheet))[0]
    assert forced is not None
    for level in list(Urgency)[1:]:
        number = proof["outputs"][f"first.at least {level.id}"]
        assert (number in forced, -number in forced) == (urgency >= level, urgency < level)


def said(sheet: Any, name: str, prefix: str) -> bool:  # noqa: ANN401
    """Whether a sheet has what an input is called after."""
    if not name.startswith(prefix):
        return False
    subject, _, word = name.removeprefix(prefix).partition("=")
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
    return bool(most) and int(least) <= value <= int(most)
