"""The columns of a table."""

from __future__ import annotations

from backtriage.batch.columns import known_columns
from backtriage.batch.records import RESULT_FIELDS, columns_of
from tests.support.protocols import shipped


def test_a_column_is_a_question_its_companion_or_what_is_carried() -> None:
    known = known_columns(shipped(), ("bed",), ("ref",))

    assert {"age", "age.not_sure", "bed", "ref"} < known
    assert len(known) == 2 * len(shipped().questions) + 2


def test_what_is_carried_follows_the_row_and_its_source() -> None:
    assert columns_of(RESULT_FIELDS, ("bed",))[:4] == ("row", "source", "bed", "ref")
    assert columns_of(("urgency", "source"), ("bed",)) == ("source", "bed", "urgency")
