"""Since when the answers of a draft are told."""

from __future__ import annotations

import json
from time import time_ns

import pytest

from backtriage.shell.draft_times import begun_of, is_of_another_time, with_begun

HOUR = 60 * 60 * 1_000_000_000


def test_a_draft_says_when_it_was_begun() -> None:
    data = with_begun('{\n  "schema": "x"\n}\n', 17)

    assert json.loads(data) == {"begun": 17, "schema": "x"}
    assert begun_of(data) == 17


@pytest.mark.parametrize("data", [b"{}", b'{"journal": "\\udcfc"}'])
def test_a_draft_may_not_say_so(data: bytes) -> None:
    assert begun_of(data) is None


def test_the_name_of_a_journal_hides_no_time() -> None:
    """Names that are not UTF-8 are saved all the same."""
    assert begun_of(with_begun(json.dumps({"journal": "R\udcfccken.jsonl"}), 17)) == 17


@pytest.mark.parametrize("data", [b"", b"[1]", b'{"begun": "x"}', b"\xff", b"[" * 30_000])
def test_what_cannot_be_read_is_very_old(data: bytes) -> None:
    assert begun_of(data) == 0


@pytest.mark.parametrize(
    ("begun", "saved", "is_old"),
    [(-1, 0, False), (-23, -1, False), (-25, -1, True), (None, -1, False), (None, -25, True),
     (25, 0, True), (0, 25, True)],
)  # fmt: skip
def test_a_day_later_answers_are_of_another_time(
    begun: int | None,
    saved: int,
    is_old: bool,  # noqa: FBT001
) -> None:
    now = time_ns()
    assert (
        is_of_another_time(None if begun is None else now + begun * HOUR, now + saved * HOUR)
        is is_old
    )
