"""A journal is read line by line: no bad line loses another, and none becomes a "no"."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtriage.journal.decoding import MAX_LINE, may_be_journal
from backtriage.journal.entries import Entry, Journal
from backtriage.journal.lines import line_of, lines_of
from backtriage.journal.reading import read_journal
from backtriage.terms.answers import Answers
from backtriage.terms.problem import MAX_PROBLEMS, total
from backtriage.terms.value import Ticks
from tests.support.journal_entries import NOW, PAIN, SCREEN, SEEN, TICKED, entries, entry
from tools.problem_codes import CATALOGUE

ASKED = {question.id: question for question in (SCREEN, PAIN, SEEN)}

GOOD = (entry(0, 4), entry(1, 5, note="Walked."), entry(2, 3, supersedes="e1"))
DATA = lines_of(ASKED, GOOD)
LINE = line_of(ASKED, entry(0)).strip().replace(b'"answers":{}', b'"answers":?')


def read(data: bytes, now: datetime = NOW) -> Journal:
    return read_journal(data, ASKED, now, "journal.jsonl")


def journal_of(entries: tuple[Entry, ...], *, is_open: bool = False) -> Journal:
    """Return what is read of entries with which nothing is wrong."""
    last = max((one.day for one in entries), default=date.min)
    return Journal(entries=entries, last_day=last, is_open=is_open)


def codes(journal: Journal) -> list[str]:
    return [f"{p.code} {p.location.line}" for p in journal.problems]


def test_a_line_is_readable_in_any_editor() -> None:
    one = entry(
        0, answers=Answers({"danger": TICKED}), note="Line\nbreak", done=("walk",),
        urgency="routine", protocol="ankle 1.0.0",
    )  # fmt: skip
    assert line_of(ASKED, one) == (
        b'{"journal":1,"id":"e0","day":"2026-03-02","at":"2026-03-02T20:00:00Z",'
        b'"answers":{"danger":["chest?","legs"]},"note":"Line\\nbreak","done":["walk"],'
        b'"urgency":"routine","protocol":"ankle 1.0.0"}\n'
    )


@given(written=entries())
def test_what_is_written_reads_back(written: tuple[Entry, ...]) -> None:
    assert read(lines_of(ASKED, written)) == journal_of(written)


def test_nothing_is_an_empty_journal() -> None:
    assert read(b"") == read(b"\n \n") == Journal()


@pytest.mark.parametrize("length", range(1, len(line_of(ASKED, GOOD[2])) - 1))
def test_a_torn_last_line_is_kept_aside(length: int) -> None:
    """Wherever a write was cut off, the lines before it are all there."""
    torn = line_of(ASKED, GOOD[2])[:length]
    journal = read(lines_of(ASKED, GOOD[:2]) + torn)
    assert journal.entries == GOOD[:2]
    assert (codes(journal), journal.torn, journal.is_open) == (["J101 3"], torn, False)


def test_a_whole_last_line_without_its_break_counts() -> None:
    """Editors leave it out, and an object that is cut off has no end."""
    assert read(DATA[:-1]) == journal_of(GOOD, is_open=True)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{}", "J102"),
        (b"[]", "J102"),
        (b"nothing", "J102"),
        (b"\xff\xfe", "J102"),
        (b'{"journal":1,"id":"x\xff","day":"2026-03-02","at":"2026-03-02T20:00:00Z"}', "J102"),
        (b'{"journal":1,"id":"","day":"2026-03-02","at":"2026-03-02T20:00:00Z"}', "J102"),
        (b'{"journal":1,"id":"x","day":"2026-02-29","at":"2026-03-02T20:00:00Z"}', "J102"),
        (b'{"journal":1,"id":"x","day":"2026-03-02","at":"2026-03-02T20:00:00"}', "J102"),
        (LINE.replace(b"?", b"[]"), "J102"),
        (b'{"journal":2,"id":"x","day":"2026-03-02","at":"2026-03-02T20:00:00Z"}', "J103"),
        (b'{"journal":2,"entry":[]}', "J103"),
        (b'{"id":"x","day":"2026-03-02","at":"2026-03-02T20:00:00Z"}', "J102"),
        (b'{"id":"x","journal":2,"day":"2026-03-02","at":"2026-03-02T20:00:00Z"}', "J103"),
        (line_of(ASKED, entry(0, 9)).strip(), "J104"),
        (line_of(ASKED, entry(5, 9, day=NOW.date() + timedelta(2))).strip(), "J105"),
        (line_of(ASKED, entry(5, 9, moment=NOW + timedelta(2))).strip(), "J105"),
        (line_of(ASKED, entry(5, 9, supersedes="gone")).strip(), "J106"),
        (line_of(ASKED, entry(5, 9, supersedes="e5")).strip(), "J106"),
        (line_of(ASKED, entry(5, 9, note="x" * MAX_LINE)).strip(), "J108"),
    ],
)
def test_a_bad_line_loses_no_other(line: bytes, code: str) -> None:
    first, rest = DATA.split(b"\n", 1)
    journal = read(first + b"\n" + line + b"\n" + rest)
    assert codes(journal) == [f"{code} 2"]
    assert {one.id for one in journal.entries} >= {"e0", "e1", "e2"}
    assert journal.entries[0] == GOOD[0]
    is_kept = code in {"J105", "J106"}
    assert ("e5" in {one.id for one in journal.entries}) is is_kept


def test_the_version_may_stand_elsewhere() -> None:
    line = b'{"id":"x","day":"2026-03-02","journal":1,"at":"2026-03-02T20:00:00Z","answers":{}}'
    journal = read(b" " + line + b"\n")
    assert ([one.id for one in journal.entries], journal.problems) == (["x"], ())


@pytest.mark.parametrize("key", [b'"answer"', b'"Answers"', b'"answers "', b'"note"'])
def test_a_line_without_answers_says_so(key: bytes) -> None:
    """A slip in the key would hide a sign without a word."""
    line = line_of(ASKED, entry(0, answers=Answers({"danger": TICKED})))
    journal = read(line.replace(b'"answers":{"danger":["chest?","legs"]}', key + b':"x"') + DATA)

    assert codes(journal)[0] == "J107 1"
    assert journal.entries[0].answers == Answers()


@pytest.mark.parametrize("deep", [b"[" * 30_000, b'{"journal":1,"x":' + b"[" * 30_000])
def test_no_depth_of_a_line_stops_the_others(deep: bytes) -> None:
    journal = read(deep + b"\n" + DATA + deep)

    assert journal.entries == GOOD
    assert codes(journal) == ["J102 1", "J101 5"]
    assert journal.torn == deep


@pytest.mark.parametrize(
    ("data", "may_be"),
    [
        (b"", True), (b"\n \n", True), (b'{"jou', True), (b'\n{"journal":2,', True),
        (b'{"journals":1}', False), (b"Notes", False), (b'{\n  "journal":1', False),
    ],
)  # fmt: skip
def test_a_file_without_entries_may_be_a_journal(data: bytes, may_be: bool) -> None:  # noqa: FBT001
    assert may_be_journal(data) is may_be


def test_a_day_that_has_begun_elsewhere_lies_not_in_the_future() -> None:
    east = entry(91, 2, day=NOW.date() + timedelta(1), moment=NOW)
    assert read(line_of(ASKED, east)) == journal_of((east,))


def test_nor_does_one_of_the_far_east_in_the_far_west() -> None:
    """Their days are up to 26 hours apart."""
    now = datetime(2026, 11, 27, 23, 31, tzinfo=timezone(timedelta(hours=-11)))
    east = datetime(2026, 11, 29, 0, 30, tzinfo=timezone(timedelta(hours=14)))
    written = entry(91, 2, day=east.date(), moment=east)

    assert read(line_of(ASKED, written), now).problems == ()


@pytest.mark.parametrize(
    ("answers", "left"),
    [
        ({"pain": "4"}, {}),
        ({"pain": 11, "seen": False}, {"seen": False}),
        ({"seen": "no"}, {}),
        ({"danger": ["arms"], "pain": 4}, {"pain": 4}),
        ({"sleep": "bad", "pain": 4}, {"pain": 4}),
        ({"pain": None}, {}),
    ],
)
def test_an_answer_that_cannot_be_read_is_missing(
    answers: dict[str, object], left: dict[str, object]
) -> None:
    raw = json.loads(line_of(ASKED, entry(0)))
    journal = read(json.dumps({**raw, "answers": answers}).encode() + b"\n")
    assert codes(journal) == ["J107 1"]
    assert journal.entries == (entry(0, answers=Answers(left)),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answers", "left"),
    [
        ('{"danger": ["chest"], "pain": 4}, "answers": {"danger": [], "pain": 4}', {}),
        ('{"danger": ["chest"], "pain": 4, "danger": []}', {"pain": 4}),
        ('{"danger": ["chest"], "pain": 4, "d\\u0061nger": []}', {"pain": 4}),
    ],
)
def test_of_what_appears_twice_neither_counts(answers: str, left: dict[str, object]) -> None:
    line = json.dumps({**json.loads(line_of(ASKED, entry(0))), "answers": "?", "note": "answers"})
    journal = read(line.replace('"?"', answers).encode() + b"\n")
    assert codes(journal) == ["J107 1"]
    assert journal.entries[0].answers == left


def test_a_key_in_other_letters_is_the_same_key() -> None:
    line = json.dumps({**json.loads(line_of(ASKED, entry(0))), "answers": "?"})
    twice = '{"danger": ["chest"]}, "\\u0061nswers": {"danger": []}'
    journal = read(line.replace('"?"', twice).encode() + b"\n")
    assert codes(journal) == ["J107 1"]


ODD_ANSWERS = (
    b'{"danger":["chest"],"pain":4}',
    b'{"danger":[]}',
    b'{"danger":["chest"]},"answers":{"danger":[]}',
    b'{"danger":["chest"]}, "answers" :{"danger":[]}',
    b'{"danger":["chest"]},"\\u0061nswers":{"danger":[]}',
    b'{"danger":["chest"]},"note":"say \\"answers\\""',
    b'{"danger":["chest"]},"other":{"answers":1}',
)
NO_ANSWERS = LINE.replace(b'"answers":?', b'"other":"answers"')

STRANGE_LINES = (
    NO_ANSWERS * 2,
    NO_ANSWERS.replace(b',"day"', b',\n"day"'),
    NO_ANSWERS.replace(b'"other"', b'"note":"%s"' % (b"x" * MAX_LINE)),
    NO_ANSWERS[:-1] + b',"further":[',
    b"]}",
    b" ",
)


@given(
    lines=st.lists(
        st.one_of(
            st.sampled_from(ODD_ANSWERS).map(lambda answers: LINE.replace(b"?", answers)),
            st.sampled_from([NO_ANSWERS, b'{"answers":', b"", *STRANGE_LINES]),
        ),
        max_size=6,
    )
)
def test_lines_are_read_together_as_each_alone(lines: list[bytes]) -> None:
    """A file is looked at as a whole first: whether any line may have its answers twice."""
    named = [line.replace(b'"e0"', f'"e{at}"'.encode()) for at, line in enumerate(lines)]
    together = read(b"".join(line + b"\n" for line in named))
    alone = [read(line + b"\n") for line in named]
    assert together.entries == tuple(entry for each in alone for entry in each.entries)
    found = [problem.code for each in alone for problem in each.problems]
    assert [problem.code for problem in together.problems] == found


def test_each_line_of_a_long_file_keeps_its_number() -> None:
    """A file is read in blocks of some lines, and what is wrong with one touches no other."""
    lines = [line_of(ASKED, entry(day, 4, note="x" * 1000)) for day in range(80)]
    lines[40] = b"?\n"
    lines[60] = lines[60].replace(b"x" * 1000, b"x" * MAX_LINE)
    lines[79] = lines[79].replace(b'"pain":4', b'"pain":11')

    journal = read(b"".join(lines))

    assert codes(journal) == ["J102 41", "J108 61", "J107 80"]
    assert [one.id for one in journal.entries] == [
        f"e{day}" for day in range(80) if day not in {40, 60}
    ]


def test_an_entry_on_two_lines_is_refused_among_others_too() -> None:
    first, second, _ = DATA.splitlines(keepends=True)
    broken = second.replace(b',"day"', b',\n"day"')

    journal = read(first + broken)

    assert journal.entries == GOOD[:1]
    assert codes(journal) == ["J102 2", "J102 3"]


def test_a_number_that_is_too_long_for_python_takes_no_other_answer_with_it() -> None:
    raw = json.loads(line_of(ASKED, entry(0)))
    line = json.dumps({**raw, "answers": {"danger": ["chest"], "pain": "?"}})
    journal = read(line.replace('"?"', "9" * 5_000).encode() + b"\n")
    assert codes(journal) == ["J107 1"]
    assert journal.entries[0].answers == {"danger": Ticks(frozenset({"chest"}))}


def test_a_word_that_appears_twice_is_no_answer() -> None:
    one = entry(0, answers=Answers({"danger": TICKED}), protocol="answers")
    assert read(line_of(ASKED, one)) == journal_of((one,))


@pytest.mark.parametrize(
    ("written", "left"),
    [
        (["chest", "arms"], Ticks(frozenset({"chest"}), frozenset({"legs"}))),
        (["chest?", 7], Ticks(frozenset(), frozenset({"chest", "legs"}))),
    ],
)
def test_an_item_that_cannot_be_read_takes_no_other_with_it(written: object, left: Ticks) -> None:
    """What the list does not name is not a no: the item may be meant for it."""
    raw = json.loads(line_of(ASKED, entry(0)))
    journal = read(json.dumps({**raw, "answers": {"danger": written}}).encode() + b"\n")
    assert codes(journal) == ["J107 1"]
    assert "what it does not name is unsure" in journal.problems[0].message
    assert journal.entries == (entry(0, answers=Answers({"danger": left})),)


def test_messages_quote_no_answer() -> None:
    raw = json.loads(line_of(ASKED, entry(0)))
    answers = {"my secret": "told", "pain": "secret"}
    line = json.dumps({**raw, "answers": answers, "note": "secret"})
    said = [p.message + p.hint for p in read(line.encode() + b"\n").problems]
    assert len(said) == 2
    assert not any("secret" in each or "told" in each for each in said)


def test_keys_of_later_programs_are_passed_over() -> None:
    raw = json.loads(line_of(ASKED, GOOD[0]))
    assert read(json.dumps({**raw, "mood": 3}).encode() + b"\n").entries == GOOD[:1]


def test_problems_are_listed_up_to_a_bound() -> None:
    journal = read(b"x\n" * 5000 + DATA)
    assert journal.entries == GOOD
    assert (len(journal.problems), total(journal.problems)) == (MAX_PROBLEMS + 1, 5000)


@given(data=st.binary(max_size=300))
def test_any_bytes_are_read(data: bytes) -> None:
    journal = read(DATA + data)
    assert {one.id for one in journal.entries} >= {"e0", "e1", "e2"}
    assert {p.code for p in journal.problems} <= CATALOGUE.keys()


@given(data=st.data())
def test_a_changed_byte_loses_one_line_at_most(data: st.DataObject) -> None:
    """Two, if the byte was the break between them."""
    at = data.draw(st.integers(0, len(DATA) - 1))
    byte = data.draw(st.integers(0, 255))
    journal = read(DATA[:at] + bytes([byte]) + DATA[at + 1 :])
    untouched = [one for one in GOOD if one in journal.entries]
    assert len(untouched) >= (1 if DATA[at : at + 1] == b"\n" else 2)
    assert {p.code for p in journal.problems} <= CATALOGUE.keys()


def test_every_code_is_explained() -> None:
    assert {code for code in CATALOGUE if code.startswith("J")} == {f"J10{n}" for n in range(1, 9)}


def test_the_clock_may_have_been_set_back() -> None:
    """What was written before then lies in the future, and counts once its day has come."""
    early = datetime(2026, 3, 1, 21, tzinfo=UTC)
    journal = read(DATA, early)
    assert journal.entries == GOOD
    assert codes(journal) == ["J105 2", "J105 3"]


def test_equal_answers_are_read_once_and_mean_the_same() -> None:
    """As most are, day after day."""
    alike = tuple(entry(at, 4) for at in range(3))
    assert read(lines_of(ASKED, alike)) == journal_of(alike)
