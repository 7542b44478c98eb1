"""The nearest readings of what a sheet got wrong."""

from __future__ import annotations

import pytest

from backtriage.decide.assessment import assess_readable
from backtriage.program.sheet import sheet_from_bytes
from backtriage.program.validate import validate
from backtriage.protocol.suggestions import marks_in
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Ticks
from tests.support.protocols import tiny


@pytest.mark.parametrize(
    ("sheet", "urgency"),
    [
        ('{"airway": ["breathing"], "airway": ["breathing", "drooling"]}', Urgency.EMERGENCY),
        ('{"airway": ["breathing"], "airway": ["drooling"]}', Urgency.EMERGENCY),
        ('{"airway": ["breathing"], "airway": []}', Urgency.SELF_CARE),
        ('{"airway": ["breathing"], "airway": 17}', Urgency.SELF_CARE),
    ],
)
def test_a_doubled_list_is_an_emergency_if_each_reading_is(sheet: str, urgency: Urgency) -> None:
    validated = validate(tiny(), sheet_from_bytes(sheet.encode(), "a.json", is_yaml=False))

    assert validated.problems
    assert assess_readable(tiny(), validated).certain is urgency


def test_marks_of_a_mapping_and_of_endless_words() -> None:
    airway = tiny().questions["airway"]

    assert marks_in(airway, {"breathing": "not_sure"}) == Ticks(unsure=frozenset({"breathing"}))
    many = [f"word{at}" for at in range(5_000)]
    assert marks_in(airway, [*many, "breathing"]) == Ticks(yes=frozenset({"breathing"}))
