"""A journal to hand over: in each format the same, and harmless whatever a note says."""

from __future__ import annotations

import csv
import json
import re
from datetime import timedelta
from html import unescape
from io import StringIO

from backtriage.journal.days import Day, since
from backtriage.render.journal.formats import journal_in
from backtriage.render.journal.page import JournalPage, journal_page
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


def test_nor_does_what_is_not_called_better_tell_of_one() -> None:
    def page(*ticked: str, private: bool = False) -> JournalPage:
        first = line(TODAY - timedelta(days=13), 7, answers={"now": list(ticked)})
        days = days_in(written(first) + course(*[7] * 7, *[3] * 6))
        return journal_page(diary(), days, TODAY, private=private)

    assert page("spit") == page()
    assert "Much better" in str(page())
    assert "Much better" not in str(page("spit", private=True))
    assert "Much better" not in str(page("choking"))


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


def test_nor_does_the_note_of_such_an_entry_say_what_was_not_answered() -> None:
    def page(**more: object) -> str:
        days = days_in(course(7) + written(line(TODAY, None, id="x", note="Fell.", **more)))
        return str(journal_page(diary(), days, TODAY))

    assert "Note: Fell." in page()
    assert page().count("Not answered") == 1  # by the other entry
    assert page(answers={"now": ["spit"]}) == page()


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


def test_nothing_is_better_for_want_of_the_days_before() -> None:
    days = days_in(course(*[2] * 14, *[7] * 7, 9, *[4] * 8))
    later = TODAY - timedelta(days=15)

    def assessment(read: tuple[Day, ...]) -> str:
        return dict(journal_page(diary(), read, TODAY, first=later).summary.labelled)["Assessment"]

    alone = assessment(tuple(since(days, later)))
    assert "19 November. Much better than in the first week." in alone
    assert "It has grown since the best week." not in alone
    whole = assessment(days)
    assert "Much better" not in whole
    assert "It has grown since the best week." in whole
    assert "week from 12 November, 7; week from 19 November, 4" in whole
    assert "12 November, 13 November," in whole


def test_nothing_is_better_after_a_sign_that_is_left_out() -> None:
    sign = line(TODAY - timedelta(days=13), 7, answers={"now": ["choking"]})
    days = days_in(written(sign) + course(*[7] * 7, *[3] * 6))
    first = TODAY - timedelta(days=12)
    assert "Much better" in str(journal_page(diary(), tuple(since(days, first)), TODAY).summary)
    assert "Much better" not in str(journal_page(diary(), days, TODAY, first=first).summary)


def test_the_first_week_may_be_one_of_the_days_before() -> None:
    days = days_in(course(*[4] * 7, *[8] * 7, *[4] * 7))
    first = TODAY - timedelta(days=13)
    assert "Much better" in str(journal_page(diary(), tuple(since(days, first)), TODAY).summary)
    assert "Much better" not in str(journal_page(diary(), days, TODAY, first=first).summary)


def test_a_private_tick_of_the_days_before_is_not_told() -> None:
    ended = line(TODAY - timedelta(days=1), None, answers={"now": ["spit"]})
    days = days_in(written(ended) + course(7))
    page = journal_page(diary(), days, TODAY, first=TODAY)
    assert page == journal_page(diary(), days_in(course(7)), TODAY)


def test_a_day_of_another_year_is_named_with_it() -> None:
    long_ago = TODAY - timedelta(days=365)
    unasked = line(long_ago, 5)
    del unasked["answers"]["now"]  # type: ignore[attr-defined]
    ticked = line(long_ago + timedelta(days=1), 5, answers={"now": ["choking"]})
    page = journal_page(diary(), days_in(written(unasked, ticked) + course(4)), TODAY)
    assert dict(page.signs.labelled)["Not asked"] == "27 November 2025"
    assert dict(page.signs.labelled)["Ticked or not sure"] == "28 November 2025, hard to breathe"
    assert "week from 27 November 2025, 5" in dict(page.summary.labelled)["Assessment"]


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


def test_a_page_names_the_year_where_it_is_another_one() -> None:
    days = days_in(written(line(TODAY - timedelta(365), 8), line(TODAY, 2)))

    page = journal_in("md", diary(), days, TODAY, "GB", private=True)

    assert "| **Thu 27 Nov** | 8 |" in page
    assert "| **Fri 28 Nov to Thu 26 Nov 2026** | no entry |" in page
    assert "| **Fri 27 Nov** | 2 |" in page
    assert "| **Fri 27 Nov 2026** | " in page.partition("ENTRIES")[2]
