"""Rows of CSV files: no slip takes another row with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import combinations

import pytest

from backtriage.batch.csv_records import MAX_LINES
from backtriage.batch.csv_rows import MAX_CELL, csv_rows
from backtriage.batch.rows import InvalidTable, Row
from backtriage.decide.assessment import assess_readable
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from tests.support.protocols import tiny

HEADER = "years,airway,days,feverish"
WELL = "30,none,under_1_week,no"


def rows_of(*lines: str, keep: Iterable[str] = ()) -> list[Row]:
    return [*csv_rows(tiny(), [f"{line}\n" for line in lines], "day.csv", tuple(keep))]


def answers_of(row: Row) -> Answers:
    assert row.validated.is_valid, row.validated.problems
    return row.validated.answers


def codes_of(row: Row) -> list[tuple[str, int]]:
    """Why a row is refused as a whole."""
    return [(problem.code, problem.location.line) for problem in row.validated.problems[:1]]


def test_a_row_is_a_sheet() -> None:
    (row,) = rows_of(f"\ufeff{HEADER},ref,note", f"{WELL},A-1,seen", keep=["note"])

    assert (row.number, row.source, row.kept) == (1, "day.csv", {"note": "seen"})
    assert row.validated.ref == "A-1"
    assert len(answers_of(row)) == len(HEADER.split(","))


def test_an_empty_cell_is_a_missing_answer() -> None:
    (row,) = rows_of(HEADER, "30, ,,no")

    assert answers_of(row).keys() == {"years", "feverish"}


def test_a_wrong_answer_is_located_by_its_line_and_column() -> None:
    broken, good = rows_of(HEADER, "300,none,under_1_week,maybe", WELL)

    assert [(p.code, p.location.line, p.location.path) for p in broken.validated.problems] == [
        ("A103", 2, "years"), ("A102", 2, "feverish"),
    ]  # fmt: skip
    assert good.validated.is_valid


def test_blank_lines_are_no_rows() -> None:
    assert [row.number for row in rows_of(HEADER, "", WELL, "", WELL)] == [1, 2]


def test_an_empty_row_is_no_person() -> None:
    first, second = rows_of(HEADER, ",,,", WELL)

    assert codes_of(first) == [("A114", 2)]
    assert second.validated.is_valid


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("30,none", "A122"),
        (f"{WELL},more", "A122"),
        ('30,"none"x,under_1_week,no', "A122"),
        ("30,n\udcffne,under_1_week,no", "A113"),
        (f"{'3' * (MAX_CELL + 1)},none,under_1_week,no", "A122"),
    ],
    ids=["short", "long", "quote", "bytes", "huge"],
)
def test_a_broken_row_is_rejected_alone(line: str, code: str) -> None:
    broken, good = rows_of(HEADER, line, WELL)

    assert codes_of(broken) == [(code, 2)]
    assert answers_of(good) == answers_of(rows_of(HEADER, WELL)[0])


BREATHLESS = "30,breathing,under_1_week,no"


@pytest.mark.parametrize(
    ("header", "line"),
    [
        (HEADER, f"{BREATHLESS},"),
        (HEADER, '30,breathing,"under"_1_week,no'),
        (HEADER, '30,"breathing\n",under_1_week,no'),
        (f"{HEADER},note", f"{BREATHLESS},M\udcfcller"),
        (f"note,{HEADER}", f'"Big" Bob,{BREATHLESS}'),
    ],
    ids=["comma", "quote", "line break", "bytes", "quotes"],
)
def test_a_refused_row_hides_no_emergency(header: str, line: str) -> None:
    row, *_ = rows_of(header, *line.split("\n"), keep=["note"] if "note" in header else [])

    assert not row.validated.is_valid
    assert assess_readable(tiny(), row.validated).certain is Urgency.EMERGENCY


@pytest.mark.parametrize("header", ["years,airway,oxygen,feverish", "years,airway,days,days"])
def test_a_refused_table_hides_no_emergency(header: str) -> None:
    with pytest.raises(InvalidTable) as raised:
        rows_of(header, BREATHLESS, WELL)

    first, second = raised.value.rows
    assert not first.validated.is_valid
    assert not second.validated.is_valid
    assert assess_readable(tiny(), first.validated).certain is Urgency.EMERGENCY
    assert assess_readable(tiny(), second.validated).certain is not Urgency.EMERGENCY


@pytest.mark.parametrize("lines", [
    ("sep=,", HEADER, BREATHLESS),
    ("Patients of today", "", HEADER.replace(",", ";"), BREATHLESS.replace(",", ";")),
    (",".join(f"'{name}'" for name in HEADER.split(",")), BREATHLESS),
])  # fmt: skip
def test_a_title_above_the_header_hides_no_emergency(lines: tuple[str, ...]) -> None:
    with pytest.raises(InvalidTable) as raised:
        rows_of(*lines)

    (row,) = raised.value.rows
    assert assess_readable(tiny(), row.validated).certain is Urgency.EMERGENCY


def test_a_row_above_the_header_is_read_by_it() -> None:
    """As where a table was sorted together with its header."""
    with pytest.raises(InvalidTable) as raised:
        rows_of("Today,,", BREATHLESS, WELL, HEADER, WELL)

    certain = [assess_readable(tiny(), row.validated).certain for row in raised.value.rows]
    assert [each is Urgency.EMERGENCY for each in certain] == [True, False, False]


def test_a_table_without_a_header_has_no_columns_of_another_line() -> None:
    with pytest.raises(InvalidTable) as raised:
        rows_of(*[WELL] * 20)

    assert all(not row.validated.answers for row in raised.value.rows)


@pytest.mark.parametrize("answers", [f"{WELL},extra", "999,none,under_1_week,no"])
def test_a_line_break_in_a_refused_row_makes_no_row_of_its_own(answers: str) -> None:
    """A piece of somebody's note is nobody's answers."""
    broken, *good = rows_of(
        f"note,{HEADER}", '"a', f'x,{WELL}",{answers}', f"y,{WELL}", keep=["note"]
    )

    assert not broken.validated.is_valid
    assert [answers_of(row) for row in good] == [answers_of(rows_of(HEADER, WELL)[0])]


@pytest.mark.parametrize("end", ["", '30,none,"under_1_week",no'])
def test_what_a_stray_quote_swallows_are_rows_of_their_own(end: str) -> None:
    lines = [HEADER, '30,"none,under_1_week,no', WELL, WELL, *([end] if end else [])]

    broken, *good = rows_of(*lines)

    assert codes_of(broken) == [("A122", 2)]
    assert len(good) == len(lines) - 2
    assert all(row.validated.is_valid for row in good)


@pytest.mark.parametrize(
    "swallowed",
    ["31,breathing,x", "31,breathing,hurts, 5 min", "31 years,breathing,x", "31,breathin,x, y",
     "breathing?,x", "31,,breathing,x"],
)  # fmt: skip
def test_two_stray_quotes_swallow_no_row_between_them(swallowed: str) -> None:
    lines = ('30,none,"late', swallowed, '32,none,5"', "33,none,x")

    rows = rows_of("years,airway,note", *lines, keep=["note"])

    assert [codes_of(row) for row in rows] == [[("A122", 2)], []]
    assert [is_emergency(row) for row in rows] == [True, False]


@pytest.mark.parametrize(
    "line", ['Bob,31 y,none,longer,no,hurts"', 'Bob,31,none,a while,no,hurts"', 'Bob,,,,,hurts"']
)
def test_a_row_between_stray_quotes_may_have_a_slip_or_no_answer(line: str) -> None:
    """Whoever is on it would be counted nowhere."""
    header = "name,years,airway,days,feverish,note"
    lines = ('Ann,30,none,longer,no,"sore', line, "Cem,32,none,longer,no,x")

    rows = rows_of(header, *lines, keep=["name", "note"])

    assert [codes_of(row) for row in rows] == [[("A122", 2)], []]
    assert rows[0].kept == {}  # a name would hold the whole line


@pytest.mark.parametrize("answers", ["none,a while,no", "nothing,a while,nein"])
@pytest.mark.parametrize("ann", ["Ann", '"Ann, the ""first"""'])
def test_nobody_gets_the_answers_of_the_next_row_by_stray_quotes(ann: str, answers: str) -> None:
    """What stands behind the first quote are answers, and so are not part of a note."""
    header = "name,note,airway,days,feverish"
    lines = (f'{ann},"sore,breathing,longer,no', f'Bob,hurts",{answers}', "Cem,,none,longer,no")

    rows = rows_of(header, *lines, keep=["name", "note"])

    assert [codes_of(row) for row in rows] == [[("A122", 2)], []]
    assert is_emergency(rows[0])


@pytest.mark.parametrize(
    "note", ["sore, a bit, and stiff\nsince May", "x\ny,,z", "x,,\ny", "x,,,\ny"]
)
def test_a_note_between_answers_may_have_commas(note: str) -> None:
    header = "name,note,airway,days,feverish"
    (row,) = rows_of(header, *f'Ann,"{note}",none,longer,no'.split("\n"), keep=["name", "note"])

    assert row.validated.is_valid
    assert row.kept["note"] == note


def test_a_row_between_stray_quotes_may_end_as_on_an_old_machine() -> None:
    (row,) = rows_of("years,airway,note", '30,none,"a\r31,breathing,b\r32,none,c"', keep=["note"])

    assert codes_of(row) == [("A122", 2)]
    assert is_emergency(row)


def test_a_line_of_json_is_no_header() -> None:
    """It may be everybody, so nobody is taken for read."""
    with pytest.raises(InvalidTable) as raised:
        rows_of('[{"years": 31, "airway": "breathing"}, {"years": 30, "airway": "none"}]')

    (row,) = raised.value.rows
    assert "jq" in raised.value.problems[0].hint
    assert row.is_unclear


def test_rows_below_another_header_are_read_by_it_for_an_emergency_alone() -> None:
    header, other = "years,airway,days,feverish", "airway,years,days,feverish"
    lines = (header, WELL, other, "breathing,31,longer,no", "x,y,,")
    whole = rows_of(*lines)

    assert [row.validated.is_valid for row in whole] == [True, False, False, False]
    assert [is_emergency(row) for row in whole[2:]] == [True, False]
    assert all(row.is_unclear for row in whole[2:])
    assert rows_of(header, WELL, header.upper(), WELL)[-1].validated.is_valid


def test_a_hole_in_a_file_is_no_part_of_a_note() -> None:
    """A disk reads as NUL where nothing was written, whoever stood there."""
    hole, whole = rows_of("note,years,airway", "so\0\0re,40,none", "sore,40,none", keep=["note"])

    assert codes_of(hole) == [("A122", 2)]
    assert hole.is_unclear
    assert codes_of(whole) == []


@pytest.mark.parametrize("mark", ["\v", "\f", "\x85", "\u2028"])
def test_a_note_may_have_the_breaks_of_other_programs(mark: str) -> None:
    """None of them ends a line of a CSV file."""
    (row,) = rows_of("note,years,airway", f"fell{mark}twice,40,breathing", keep=["note"])

    assert codes_of(row) == []
    assert row.kept["note"] == f"fell{mark}twice"


@pytest.mark.parametrize("note", ["one\ntwo", "one\na,b,c", "one\n\n,,x", "breathing\nnone"])
def test_a_note_may_have_several_lines(note: str) -> None:
    first, second = rows_of(
        "years,airway,note", *f'30,none,"{note}"'.split("\n"), "31,none,x", keep=["note"]
    )

    assert (first.validated.is_valid, second.validated.is_valid) == (True, True)
    assert first.kept == {"note": note}


def test_a_quote_that_is_never_closed_ends_after_some_lines() -> None:
    broken, *good = rows_of(HEADER, '30,"none', *[WELL] * (2 * MAX_LINES))

    assert [code for code, _ in codes_of(broken)] == ["A122"]
    assert len(good) == 2 * MAX_LINES


def test_a_note_may_go_over_several_lines() -> None:
    first, second = rows_of(f"{HEADER},note", f'{WELL},"a', 'b"', f"{WELL},c", keep=["note"])

    assert (first.kept["note"], second.kept["note"]) == ("a\nb", "c")


def test_an_answer_over_several_lines_is_refused() -> None:
    broken, *rest = rows_of(HEADER, '30,"none', '",under_1_week,no', WELL)

    assert codes_of(broken) == [("A122", 2)]
    assert [row.validated.is_valid for row in rest] == [True]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", [("A114", "")]),
        ("years;airway", [("A122", "")]),
        ("years,fever,oxygen", [("A101", "fever"), ("A101", "oxygen")]),
        ("years,years", [("A108", "years")]),
        ("years,chest pain", [("A101", "chest pain")]),
        ("\udcff\udcfey", [("A113", "")]),
        ('"ye"ars', [("A122", "")]),
        ('"years', [("A122", "")]),
    ],
)
def test_a_wrong_header_is_refused_before_any_row(
    header: str, found: list[tuple[str, str]]
) -> None:
    with pytest.raises(InvalidTable) as raised:
        rows_of(*([header, WELL] if header else []))

    problems = raised.value.problems
    assert [(problem.code, problem.location.path) for problem in problems] == found
    assert all(problem.location.line == 1 for problem in problems)


@pytest.mark.parametrize(
    "header",
    ["Ann,30,none,yes", "Ann,longer,breathing;drooling?", "breathing,longer,yeers", "longer"],
)
def test_a_table_without_a_header_quotes_no_answer_of_its_first_row(header: str) -> None:
    """The first person stands in the place of the header, and counts as a row."""
    with pytest.raises(InvalidTable) as raised:
        rows_of(header, WELL)

    (problem,) = raised.value.problems
    assert problem.code == "A101"
    said = f"{problem.full_message} {problem.full_hint} {problem.location}".lower()
    assert not [word for word in re.split("[,;]", header.lower()) if word in said.split()]
    first, second = raised.value.rows
    assert not first.validated.answers
    assert not second.validated.answers


@pytest.mark.parametrize("name", ["breathing", "breathin", "BREATHING", "none of it"])
def test_a_column_that_can_be_an_answer_is_not_named(name: str) -> None:
    with pytest.raises(InvalidTable) as raised:
        rows_of(f"years,{name},{name}", "30,1,1")

    assert [problem.code for problem in raised.value.problems] == ["A101", "A108"]
    first, second = raised.value.problems
    assert first.message == "there is no question for column 2"
    assert second.message == "column 3 stands twice"
    assert name not in first.hint


@pytest.mark.parametrize(
    "header",
    [HEADER.upper(), "Years, Airway,Days ,Feverish", "yeers,airwey,dyas,feverissh",
     HEADER.upper().replace(",", ";"), f"Throats of today\n{HEADER.upper()}"],
)  # fmt: skip
def test_a_header_with_slips_hides_no_emergency(header: str) -> None:
    mark = ";" if ";" in header else ","
    lines = (line.replace(",", mark) for line in (BREATHLESS, WELL))
    with pytest.raises(InvalidTable) as raised:
        rows_of(*header.split("\n"), *lines)

    first, second = raised.value.rows
    assert [is_emergency(first), is_emergency(second)] == [True, False]
    assert answers_of(rows_of(HEADER, WELL)[0]) == second.validated.answers


def test_it_is_said_which_column_one_with_a_slip_may_be() -> None:
    with pytest.raises(InvalidTable) as raised:
        rows_of("years,AIRWAY,oxygen")

    first, second = raised.value.problems
    assert first.hint == "did you mean 'airway'?"
    assert "did you mean" not in second.hint


@pytest.mark.parametrize("row", ["30,none,breathing", "30,breathing,none", "30,,breathing"])
def test_a_column_that_stands_twice_hides_no_emergency(row: str) -> None:
    with pytest.raises(InvalidTable) as raised:
        rows_of("years,airway,airway", row, "30,none,none")

    assert [is_emergency(each) for each in raised.value.rows] == [True, False]


def test_a_column_to_keep_must_be_there() -> None:
    with pytest.raises(InvalidTable) as raised:
        rows_of(HEADER, WELL, keep=["name"])

    assert [problem.code for problem in raised.value.problems] == ["A123"]


def test_ten_thousand_unknown_columns_are_a_short_message() -> None:
    with pytest.raises(InvalidTable) as raised:
        rows_of(",".join(f"c{number}" for number in range(10_000)))

    assert len(raised.value.problems) < 300


def is_emergency(row: Row) -> bool:
    return any(assess_readable(tiny(), each).certain is Urgency.EMERGENCY for each in row.readings)


@pytest.mark.parametrize(
    "line",
    ["Doe, John,breathing,30", "Doe,breathing", "breathing,30", "Doe,a,b,c,breathing,30"],
)
def test_a_comma_too_many_or_too_few_hides_no_emergency(line: str) -> None:
    row, good = rows_of("name,airway,years", line, "Doe,none,30", keep=["name"])

    assert codes_of(row) == [("A122", 2)]
    assert is_emergency(row)
    assert good.validated.is_valid
    assert good.otherwise == ()


@pytest.mark.parametrize(
    "line",
    [
        "Doe, John,breathing,30,came, late",
        "Doe, John,breathing,30,came, late, and, then, left",
        "Doe" + ", x" * 15 + ",breathing,30,late" + ", x" * 15,
        "Doe,breathing,30",
        "Doe, John,Jr,breathing,,, 30,came, late" + "," * 200,
    ],
    ids=["a comma at each end", "several", "many", "too few", "very many"],
)
def test_several_commas_too_many_or_too_few_hide_no_emergency(line: str) -> None:
    header = "name,address,airway,years,note" if line.count(",") < 3 else "name,airway,years,note"
    row, *_ = rows_of(
        header, line, keep=[n for n in header.split(",") if n in {"name", "address", "note"}]
    )

    assert codes_of(row) == [("A122", 2)]
    assert is_emergency(row)


@pytest.mark.parametrize("places", list(combinations(range(6), 2)))
def test_two_commas_in_any_places_hide_no_emergency(places: tuple[int, int]) -> None:
    header = "name,feverish,airway,days,years,note"
    cells = ["Doe", "no", "breathing", "under_1_week", "30", "late"]
    line = ",".join(f"x, {cell}" if at in places else cell for at, cell in enumerate(cells))
    row, *_ = rows_of(header, line, keep=["name", "note"])

    assert codes_of(row) == [("A122", 2)]
    assert is_emergency(row)


def test_a_row_with_very_many_cells_is_not_taken_for_read() -> None:
    header = "name,airway,years"
    row, *_ = rows_of(header, "Doe" + ",x" * 80 + ",breathing,30" + ",x" * 80, keep=["name"])

    assert row.is_unclear or is_emergency(row)


@pytest.mark.parametrize(
    "line", ["Doe, John,breathing,,30,", "Doe, John, Jr,breathing,,30", "breathing,,30,,"]
)
def test_a_comma_that_the_number_of_cells_does_not_show_hides_no_emergency(line: str) -> None:
    """Programs cut off the empty cells at the end, or add some."""
    row, *_ = rows_of("name,airway,days,years,note,more", line + "," * (5 - line.count(",")),
                      keep=["name", "note", "more"])  # fmt: skip

    assert not row.validated.is_valid
    assert is_emergency(row)
    assert row.kept == {}


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("came, late,none,30,breathing,P-17", {}),
        ("late,none,30,P-17", {}),
        ("came, late,none,30,breathing", {}),
        ("late,none,300,breathing,P-17", {"note": "late", "id": "P-17"}),
    ],
)
def test_no_answer_of_a_refused_row_is_carried_as_something_else(
    line: str, kept: dict[str, str]
) -> None:
    row, *_ = rows_of("note,days,years,airway,id", line, keep=["note", "id"])

    assert not row.validated.is_valid
    assert row.kept == kept


def test_a_comma_too_many_is_no_emergency_by_itself() -> None:
    row, *_ = rows_of("name,airway,years", "Doe, John,none,30", keep=["name"])

    assert not is_emergency(row)


@pytest.mark.parametrize("age", ["30", "300", "30,40"])
def test_a_piece_of_a_refused_row_is_no_row(age: str) -> None:
    """What stands in quotes is one row, and somebody in it may be an emergency."""
    note = ('"a note', f"{WELL},", f'{BREATHLESS},and more"')
    first, *others = f"{age},none,under_1_week,no,{note[0]}", *note[1:]

    broken, good = rows_of(f"{HEADER},note", first, *others, f"{WELL},", keep=["note"])

    assert not broken.validated.is_valid
    assert is_emergency(broken)
    assert answers_of(good) == answers_of(rows_of(HEADER, WELL)[0])


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_a_table_with_another_delimiter_is_read_for_an_emergency(mark: str) -> None:
    header, *lines = (line.replace(",", mark) for line in (HEADER, BREATHLESS, WELL))
    with pytest.raises(InvalidTable) as raised:
        rows_of(header, *lines)

    assert [is_emergency(row) for row in raised.value.rows] == [True, False]


@pytest.mark.parametrize("header", ['"ye"ars,airway,days,feverish', 'years,airway,days,"feverish'])
def test_a_broken_header_is_read_for_an_emergency(header: str) -> None:
    with pytest.raises(InvalidTable) as raised:
        rows_of(header, BREATHLESS, WELL)

    assert [is_emergency(row) for row in raised.value.rows] == [True, False]


def test_a_byte_order_mark_stands_before_no_quote() -> None:
    """Excel and many databases write both."""
    (row,) = csv_rows(tiny(), ['\ufeff"years","airway"\n', "44,none\n"], "a.csv")

    assert row.validated.is_valid
    assert row.validated.answers.keys() == {"years", "airway"}
