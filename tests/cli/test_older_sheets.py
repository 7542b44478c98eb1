"""Sheets of version 1 of the shipped protocol, which is no longer the one that is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.edited_rules import edited_tiny
from tests.support.process import invoke

pytestmark = [pytest.mark.usefixtures("warm_cache"), pytest.mark.first_only]


@pytest.mark.parametrize(
    "given",
    [
        b'{"danger": ["chest"]}',
        b'{"protocol": "back_pain/1", "danger": ["chest?"]}',
        b"age: 44\nnerves: saddle\n",
        b'{"danger": ["chset"]}',
    ],
)
def test_an_emergency_is_said_before_the_problems(given: bytes) -> None:
    """As it would be if the sheet were carried over."""
    ran = invoke("assess", "-", "--country", "GB", given=given)

    assert (ran.code, ran.out) == (65, b"")
    assert ran.err.startswith("EMERGENCY: ")
    assert "A101" in ran.err


def test_an_emergency_in_an_option_is_said_too() -> None:
    ran = invoke("assess", "-", "--set", "danger=chest", given=b'{"age": 44}')

    assert ran.code == 65
    assert ran.err.startswith("EMERGENCY: ")


@pytest.mark.parametrize(
    ("given", "trial"),
    [
        (b'{"age": 70}', "start=blue"),
        (b'{"start": "blue"}', "age=70"),
        (b'{"illness_signs": ["fever"], "zzz": 1}', "limbs=leg_weak"),
    ],
)
def test_an_emergency_that_takes_an_option_and_the_sheet_is_said_too(
    given: bytes, trial: str
) -> None:
    ran = invoke("assess", "-", "--set", trial, given=given)

    assert ran.code == 65
    assert ran.err.startswith("EMERGENCY: ")


@pytest.mark.parametrize("is_recorded", [True, False])
def test_no_emergency_is_made_up(tmp_path: Path, *, is_recorded: bool) -> None:
    """Where there is none, or where it is not written what older answers meant."""
    given = b'{"age": 44, "danger": []}' if is_recorded else b'{"danger": ["chest"]}'
    rules = () if is_recorded else ("--rules", edited_tiny(tmp_path))

    ran = invoke("assess", "-", *rules, given=given)

    assert ran.code == 65
    assert "EMERGENCY" not in ran.err
    assert "A101" in ran.err
