"""The table of a day, and what is said of all rows."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from backtriage.batch.decisions import Decided, Reject, Result, Tally, decided
from backtriage.batch.rows import Row, jsonl_rows
from backtriage.render.batch import (
    MAX_REJECTS,
    Person,
    emergency_lines,
    people_lines,
    people_of,
    reject_lines,
    summary_lines,
)
from backtriage.terms.urgency import Urgency
from tests.support.batches import are_emergencies
from tests.support.protocols import shipped
from tests.support.sheets import CANNOT_PEE, FELL, STRAIN, Sheet

CHILD = STRAIN | {"age": 9}


def each_of(*sheets: Sheet, keep: tuple[str, ...] = ()) -> list[Decided]:
    lines = [json.dumps(sheet).encode() for sheet in sheets]
    rows: list[Row] = [*jsonl_rows(shipped(), lines, "day.jsonl", keep)]
    return decided(shipped(), rows, are_emergencies)


def people(*sheets: Sheet, id_: str | None = None) -> list[Person]:
    found = each_of(*sheets, keep=(id_,) if id_ else ())
    results = [each for each in found if isinstance(each, Result)]
    return [*people_of(shipped(), results, "GB", id_)]


def text_of(some: list[Person], width: int = 80, *, is_plain: bool = True) -> list[str]:
    counts = Counter(person.urgency for person in some)
    return [line.text.rstrip() for line in people_lines(some, counts, width, is_plain=is_plain)]


def test_a_person_is_named_by_the_id_the_reference_or_the_row() -> None:
    some = people(STRAIN | {"n": 7}, STRAIN | {"ref": "B\u00e9", "n": ""}, STRAIN, id_="n")

    assert [person.who for person in some] == ["7", "B\u00e9", "day.jsonl, row 3"]


def test_what_is_wrong_with_a_result_stands_before_its_reason() -> None:
    whole, open_, child = people(STRAIN, {"age": 40}, CHILD)

    assert not whole.why.startswith(("Not complete", "The questions"))
    assert open_.why.startswith("Not complete. ")
    assert child.why.startswith("The questions may not fit. ")


def test_those_who_go_to_the_same_place_stand_together() -> None:
    some = people(CANNOT_PEE | {"ref": "A"}, CANNOT_PEE | {"ref": "B"}, STRAIN | {"ref": "C"})
    lines = text_of(some)

    assert lines[0] == "!!! EMERGENCY: 2 people"
    assert sum(line.startswith("!!!") for line in lines) == 1
    assert "= LOOK AFTER IT AT HOME: 1 person" in lines
    assert lines.count("") == 1


def test_what_is_left_out_is_counted() -> None:
    some = people(CANNOT_PEE | {"ref": "A"}, CANNOT_PEE | {"ref": "B"})
    counts = {Urgency.EMERGENCY: 1_005, Urgency.SELF_CARE: 2}

    lines = [line.text for line in people_lines(some, counts, 80, is_plain=True)]

    assert lines[0] == "!!! EMERGENCY: 2 people here, of 1,005 in all"
    assert lines[-2:] == ["", "1,005 more people are not shown. --output FILE writes all."]


@pytest.mark.parametrize("width", [20, 40, 59, 60, 80])
@pytest.mark.parametrize("is_plain", [True, False])
def test_no_line_is_too_wide_and_the_words_are_the_same(width: int, *, is_plain: bool) -> None:
    some = people(CANNOT_PEE | {"ref": "A" * 60}, FELL | {"ref": "B"}, STRAIN)
    lines = text_of(some, width, is_plain=is_plain)

    assert max(map(len, lines)) <= width
    assert "".join(" ".join(lines).split()) == "".join(" ".join(text_of(some, width)).split())


def test_all_rows_are_summed_up() -> None:
    tally = Tally()
    for each in each_of(CANNOT_PEE, {"age": 40}, STRAIN, STRAIN, CHILD, {"age": "x"}):
        tally.add(each, lambda _: False)
    text = "\n".join(summary_lines(shipped(), tally, 2.0))

    assert text.startswith("6 rows, 3 a second:\n")
    assert "        2  LOOK AFTER IT AT HOME\n" in text
    assert "        1  of these: not complete\n" in text
    assert "        1  rejected (A102 1): no result was made for them\n" in text
    assert "Most frequent rules: " in text


def test_little_is_said_of_no_rows() -> None:
    assert [*summary_lines(shipped(), Tally(), 0.0)] == ["0 rows:"]


def test_the_first_rejects_are_shown_and_the_others_counted() -> None:
    count = MAX_REJECTS + 5
    bad: Sheet = {"age": "x", "hurt": 1}
    rejects = [each for each in each_of(*[bad] * count) if isinstance(each, Reject)]
    tally = Tally()
    for each in rejects:
        tally.add(each, lambda _: False)
    lines = [*reject_lines(shipped(), rejects, tally, None)]

    assert len(lines) == MAX_REJECTS + 1
    assert lines[0].startswith("day.jsonl, row 1: line 1: A102 ")
    assert lines[0].endswith("and 1 more problem")
    assert lines[1].startswith("day.jsonl, row 2: ")
    assert lines[-1] == "And 5 more rejected; --rejects FILE lists all."


def test_a_rejected_emergency_is_said_first() -> None:
    (reject,) = each_of(CANNOT_PEE | {"age": 1000, "ref": "A-1"})
    assert isinstance(reject, Reject)
    assert reject.is_emergency
    tally = Tally()
    tally.add(reject, lambda _: False)
    first, second = reject_lines(shipped(), [reject], tally, None)

    assert first == "EMERGENCY: 1 rejected row is certainly an emergency by what can be read."
    assert second.startswith("EMERGENCY: A-1: line 1: A103 ")


def test_who_is_an_emergency_is_named_where_no_results_are_shown() -> None:
    found = each_of(STRAIN, CANNOT_PEE | {"ref": "B"}, CANNOT_PEE | {"age": 1000, "ref": "C"})
    results = [each for each in found if isinstance(each, Result)]
    rejects = [each for each in found if isinstance(each, Reject)]
    tally = Tally()
    for each in found:
        tally.add(each, lambda _: False)
    tally.certain_emergencies += 3
    tally.urgencies[Urgency.EMERGENCY] += 3

    assert [*emergency_lines(shipped(), results, rejects, tally, None)] == [
        "EMERGENCY, by what could be read: B, C and 3 more."
    ]
    assert [*emergency_lines(shipped(), results[:1], [], Tally(), None)] == []


@pytest.mark.parametrize(
    ("ref", "said"), [("Anna K.", "Anna K."), ("Anna K", "Anna K."), ("A...", "A...")]
)
def test_a_name_with_a_full_stop_of_its_own_gets_no_other(ref: str, said: str) -> None:
    (found,) = each_of(CANNOT_PEE | {"ref": ref})
    assert isinstance(found, Result)
    tally = Tally()
    tally.add(found, lambda _: False)

    lines = [*emergency_lines(shipped(), [found], [], tally, None)]

    assert lines == [f"EMERGENCY, by what could be read: {said}"]


def test_what_could_not_be_read_is_said_where_no_rejects_are_shown() -> None:
    found = each_of({"what": "x"}, CANNOT_PEE | {"ref": "B"}, {"age": 1000}, {"what": "y"})
    rejects = [each for each in found if isinstance(each, Reject)]
    tally = Tally()
    for each in found:
        tally.add(each, lambda _: False)
    results = [each for each in found if isinstance(each, Result)]

    assert [*emergency_lines(shipped(), results, rejects[:2], tally, None)] == [
        "EMERGENCY, by what could be read: B.",
        "NOT READ, so look now, because it may be an emergency: day.jsonl, row 1 and 1 more.",
    ]


def test_an_emergency_whose_name_was_not_kept_is_counted() -> None:
    tally = Tally()
    tally.certain_emergencies += 1
    tally.urgencies[Urgency.EMERGENCY] += 1

    assert [*emergency_lines(shipped(), [], [], tally, None)] == [
        "EMERGENCY, by what could be read: 1 row."
    ]
