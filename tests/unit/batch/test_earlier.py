"""A result beside the one of an earlier run."""

from __future__ import annotations

import pytest

from backtriage.batch.earlier import OTHER_PERSON, SAME, compared
from tests.support.protocols import tiny


@pytest.mark.parametrize(
    ("then", "now", "kind"),
    [("1", 1, SAME), ("true", True, SAME), ("Ann", "Ann", SAME), ("1", 2, OTHER_PERSON),
     (None, "Ann", OTHER_PERSON)],
)  # fmt: skip
def test_a_text_may_stand_for_what_is_written_so(then: object, now: object, kind: str) -> None:
    """A column of Parquet is one of texts where one of its values is a text."""
    one, other = ({"urgency": "routine", "who": who} for who in (then, now))

    assert compared(tiny(), one, other, ["who"]).kind == kind
