"""A journal to hand over: in each format the same, and harmless whatever a note says."""

from __future__ import annotations

import csv
import json
import re
from datetime import timedelta
from html import unescape
from io import StringIO

from backtriage.render.journal.formats import journal_in
from backtriage.render.journal.page import journal_page
from tests.support.journals import TODAY, course, days_in, diary, line, written

EVIL = '=HYPERLINK("http://x")\x1b[31m\u202e<script>alert(1)</script>\n# h'


def exported(form: str, data: bytes) -> str:
    return journal_in(form, diary(), days_in(data), TODAY, "GB", private=True)


def full(note: str = "") -> bytes:
    """Return a journal in which everything occurs."""
    before, gap = TODAY - timedelta(days=3), TODAY - timedelta(days=2)
    answers = {"now": ["choking", "spit?"], "slept": "badly", "took": True}
    unasked = line(before, 5)
    del unasked["answers"]["now"]  # type: ignore[attr-defined]
    return written(
        unasked,
        line(gap, None, answers={"slept": "not_sure", "took": False}, note=note),
        line(TODAY, 7, answers=answers, done=["drinks", "gone"], urgency="routine",
             protocol="sore_throat 0.1.0 sha256:1"),
    )  # fmt: skip


def test_the_page_says_what_was_asked_and_answered() -> None:
    page = journal_page(diary(), days_in(full("Slept late.")), TODAY, "GB", private=True)

    assert page.title == "Journal: sore throat, 24 November 2026 to 27 November 2026"
    summary = dict(page.summary.labelled)
    assert summary["Situation"].startswith("Sore throat: entries on 3 days of 4. Soreness: 7 out")
    assert summary["Background"] == "Sleep: slept badly on 1 day. Medicine: yes on 1 day."
    signs = "27 November, hard to breathe, not sure: cannot swallow"
    ticked = f"The person ticked an emergency sign, or was not sure: {signs}."
    assert page.sentence.startswith(f"{ticked} Soreness: 7 out of 10")
    reported = f"{ticked} Ask about it now."
    assert summary["Recommendation"].startswith(reported)
    assert dict(page.signs.labelled) == {
        "Asked": "with 2 of 3 entries",
        "Ticked or not sure": signs,
        "Not asked": "24 November",
        "The signs": "hard to breathe; cannot swallow",
    }
    assert page.entries.table
    assert [said for _, said in page.entries.table.rows] == [
        "Not answered: sleep, medicine. Written 2026-11-24 20:00 +0100.",
        "Sleep: not sure about sleep. Note: Slept late. Written 2026-11-25 20:00 +0100.",
        (
            "Sleep: slept badly. Medicine: yes. Done of the plan: drinks, gone. "
            "From a result: routine. Written 2026-11-27 20:00 +0100."
        ),
    ]
    assert page.record.labelled[0] == ("Asked with", "sore_throat 0.1.0 sha256:1")


def test_a_page_names_no_private_sign_unless_it_is_asked_to() -> None:
    for answers in (["choking", "spit?"], ["spit"]):
        days = days_in(written(line(TODAY, 7, answers={"now": answers})))
        page = journal_page(diary(), days, TODAY)
        assert "swallow" not in str(page)
        signs = dict(page.signs.labelled)
        ticked = "27 November, hard to breathe" if "choking" in answers else "none of these"
        assert signs["Ticked or not sure"] == ticked
        assert page.signs.closing[0].startswith("Private signs are asked too")


def test_nor_does_an_entry_that_a_private_tick_ended_tell_of_it() -> None:
    """Only a tick ends an entry at the emergency signs."""
    before = line(TODAY - timedelta(days=1), 7)
    ended = line(TODAY, None, answers={"now": ["spit"]})

    def entries(*lines: dict[str, object], private: bool = False) -> int:
        table = journal_page(
            diary(), days_in(written(*lines)), TODAY, private=private
        ).entries.table
        assert table
        return len(table.rows)

    assert (entries(before, ended), entries(before, ended, private=True)) == (1, 2)
    told = line(TODAY, None, answers={"now": ["spit", "choking"]})
    assert (entries(before, told), entries(before, {**ended, "note": "Fell."})) == (2, 2)
    assert entries(ended) == 1


def test_worse_says_so_in_the_assessment() -> None:
    page = journal_page(diary(), days_in(course(*[2] * 14, *[6] * 7)), TODAY)
    summary = dict(page.summary.labelled)
    assert "It has grown since the best week." in summary["Assessment"]
    assert "By the journal alone: BOOK A VISIT: Book a visit." in summary["Recommendation"]


def test_better_and_setbacks_stand_in_the_assessment() -> None:
    page = journal_page(diary(), days_in(course(*[7] * 7, 9, *[4] * 8)), TODAY)
    assessment = dict(page.summary.labelled)["Assessment"]
    assert "Weekly median: week from 12 November, 7; week from 19 November, 4" in assessment
    assert (
        "Days much worse than the best week before: 19 November. Much better than in the first "
        "week." in assessment
    )


def test_a_journal_without_a_number_has_no_picture() -> None:
    text = exported("html", written(line(TODAY, None)))
    assert "<svg" not in text
    assert "1 day written." in text


def test_the_picture_is_read_out() -> None:
    text = exported("html", course(*[7] * 7, 0, 9, *[4] * 7, None, 3))
    found = re.search(r"<svg .*</svg>", text)
    assert found
    svg = found.group()
    assert 'role="img" aria-labelledby="chart-is chart-says"' in svg
    assert '<title id="chart-is">Soreness</title>' in svg
    said = re.search(r"<desc id=\"chart-says\">(.*?)</desc>", svg)
    assert said
    assert said.group(1).startswith(
        "Soreness, a bar for each day. Middle score of each week: from 10 November, 7; from 17 "
    )
    assert "Marked as bad day: 18 November. Days without an entry: 1." in said.group(1)
    assert svg.count("<rect") == 17
    assert svg.count("<path") == 1
    assert '<th scope="row">Wed 18 Nov</th><td>9, bad day</td>' in text


def test_a_week_without_an_entry_has_no_middle_score() -> None:
    text = exported("html", course(*[7] * 7, *[None] * 8, 3))
    assert "of each week: from 12 November, 7; from 26 November, 3." in text
    assert text.count('stroke-width="2.5"') == 2


def test_no_note_does_anything_in_a_page() -> None:
    for form, script in (("html", "<script"), ("markdown", "(?<!\\\\)<script")):
        text = exported(form, full(EVIL))
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert re.search(script, text) is None
    shown = unescape(exported("html", full(EVIL)))
    assert "<U+001B>[31m<U+202E><script>alert(1)</script><U+000A># h" in shown


def test_csv_has_a_row_for_each_entry_and_no_formula() -> None:
    text = exported("csv", full(EVIL))
    rows = [*csv.reader(StringIO(text))]
    assert rows == [
        ["day", "written", "now", "sore", "slept", "took", "done", "urgency", "note"],
        ["2026-11-24", "2026-11-24T20:00:00+01:00", "", "5", "", "", "", "", ""],
        ["2026-11-25", "2026-11-25T20:00:00+01:00", "none", "", "not_sure", "no", "", "",
         "'=HYPERLINK(\"http://x\")<U+001B>[31m<U+202E><script>alert(1)</script><U+000A># h"],
        ["2026-11-27", "2026-11-27T20:00:00+01:00", "choking;spit?", "7", "badly", "yes",
         "drinks;gone", "routine", ""],
    ]  # fmt: skip


def test_json_has_every_entry_as_it_was_written() -> None:
    record = json.loads(exported("json", full(EVIL)))
    assert record["schema"] == "backtriage.journal/1"
    assert record["protocol"]["id"] == "sore_throat"
    assert [entry["answers"] for entry in record["entries"]] == [
        {"sore": 5},
        {"now": [], "slept": "not_sure", "took": False},
        {"now": ["choking", "spit?"], "sore": 7, "slept": "badly", "took": True},
    ]
    assert record["entries"][1]["note"] == EVIL
