"""A journal on a terminal and in a pipe: the sentence first, then every day, with its gaps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from backtriage.render.as_text import text_of
from backtriage.render.cells import cell_len
from backtriage.render.journal.shown import shown_lines
from backtriage.terms.value import NUMBER
from tests.support.journals import TODAY, course, days_in, diary, line, written

BETTER = (7, 7, 8, None, None, 7, 7, 5, 5, 8, 4, 4, 4, 3)


def shown(*numbers: int | None, width: int = 80, **how: object) -> str:
    days = days_in(course(*numbers))
    return text_of(shown_lines(diary(), days, TODAY, width, **how))  # type: ignore[arg-type]


def test_a_terminal_shows_bars_by_day() -> None:
    assert shown(*BETTER, width=60) == (
        "From 7 to 4 out of 10 over 13 days: much better than in the\n"
        "first week.\n"
        "\n"
        "Week from 14 November 2026: middle score 7\n"
        "Sat 14 Nov ##################### 7\n"
        "Sun 15 Nov ##################### 7\n"
        "Mon 16 Nov ######################## 8\n"
        "Tue 17 Nov to 18 Nov no entry\n"
        "Thu 19 Nov ##################### 7\n"
        "Fri 20 Nov ##################### 7\n"
        "\n"
        "Week from 21 November 2026: middle score 4\n"
        "Sat 21 Nov ############### 5\n"
        "Sun 22 Nov ############### 5\n"
        "Mon 23 Nov ######################## 8\n"
        "Tue 24 Nov ############ 4\n"
        "Wed 25 Nov ############ 4\n"
        "Thu 26 Nov ############ 4\n"
        "Fri 27 Nov ######### 3\n"
        "\n"
        "A journal cannot tell you how soon to get help. If something\n"
        "is wrong or new, ask: backtriage ask\n"
    )


def test_a_pipe_reads_the_same_line_by_line() -> None:
    text = shown(*BETTER, is_drawn=False)
    assert "Week from 14 November 2026: middle score 7\n  Sat 14 Nov: 7\n" in text
    assert "  Tue 17 Nov to Wed 18 Nov: no entry\n" in text
    assert "#" not in text


def test_a_setback_is_marked() -> None:
    text = shown(*[5] * 7, 3, 7, *[3] * 6)
    assert "A bad day is one that is much worse than your best week before it." in text
    assert "Sat 21 Nov #################### 7 bad day" not in text
    assert " 7 bad day\n" in text
    assert text.count("7 bad day\n") == 1


def test_two_numbers_of_a_day_say_the_worst() -> None:
    days = days_in(course(4) + course(8).replace(b"of-", b"again-"))
    table = text_of(shown_lines(diary(), days, TODAY, 80, is_drawn=False))
    assert "Fri 27 Nov: 6, 8 at worst\n" in table


@pytest.mark.parametrize("width", [12, 20, 40, 59, 60, 80])
def test_no_line_is_too_wide(width: int) -> None:
    text = shown(*[10] * 7, 0, None, None, 10, *[10] * 30, width=width)
    assert max(map(cell_len, text.split("\n"))) <= width


def test_a_week_is_too_short() -> None:
    text = "Soreness: 4 out of 10 on 27 November 2026. It takes more than a week to see\nwhere "
    assert shown(5, 4).startswith(f"{text}this goes.\n")


def test_a_week_without_entries_is_said() -> None:
    days = tuple(day for day in days_in(course(*[5] * 30)) if (TODAY - day.day).days > 10)
    text = text_of(shown_lines(diary(), days, TODAY, 80))
    assert text.startswith(
        "No entry in the last week. The last one said 5 out of 10, on 16 November 2026.\n"
    )


def test_too_few_entries_lately_are_said() -> None:
    kept = {TODAY - timedelta(days=1), TODAY}
    days = tuple(
        day for day in days_in(course(*[5] * 60))
        if day.day in kept or (TODAY - day.day).days > 40
    )  # fmt: skip
    text = text_of(shown_lines(diary(), days, TODAY, 80))
    assert text.startswith("Too few entries lately to compare. The last one said 5 out of 10, on")


def test_worse_is_never_called_better() -> None:
    text = shown(*[9] * 7, *[2] * 7, *[5] * 7)
    assert text.startswith(
        "From 9 to 5 out of 10 over 20 days.\n\n"
        "BOOK A VISIT: Book a visit. It has grown since the best week.\n"
    )


def test_only_the_last_days_are_shown_by_default() -> None:
    text = shown(*[5] * 60, most=7)
    assert text.count("\nWeek") == 1
    assert "Earlier days are left out: --all shows them.\n" in text


def test_a_journal_without_numbers_says_so() -> None:
    days = days_in(course(4).replace(b'"sore": 4, ', b""))
    text = text_of(shown_lines(diary(), days, TODAY, 80))
    assert text == "Entries on 1 day, and none of them has a number.\n"


def test_rules_that_follow_no_number_show_none() -> None:
    asked = tuple(q for q in diary().protocol.journal if q.kind != NUMBER)
    program = replace(diary(), protocol=replace(diary().protocol, journal=asked))
    text = text_of(shown_lines(program, days_in(course(4)), TODAY, 80))
    assert text == "Entries on 1 day, and none of them has a number.\n"


def with_signs(*signs: str, back: int, private: bool = False) -> str:
    """Return a journal that got better, with a second entry that has signs so many days back."""
    day = TODAY - timedelta(back)
    data = course(*[8] * 7, *[2] * 14)
    days = days_in(data + written(line(day, None, answers={"now": [*signs]}, id="signs")))
    return text_of(shown_lines(diary(), days, TODAY, 200, private=private))


@pytest.mark.parametrize(
    ("signs", "private", "named"),
    [
        (["choking"], False, "27 November, hard to breathe"),
        (["choking?"], False, "27 November, not sure: hard to breathe"),
        (["spit"], False, "27 November"),
        (["spit"], True, "27 November, cannot swallow"),
    ],
)
def test_a_sign_comes_first_and_nothing_is_better(
    signs: list[str], named: str, *, private: bool
) -> None:
    text = with_signs(*signs, back=0, private=private)
    warning = f"You ticked an emergency sign, or were not sure: {named}. If you have not been seen"
    assert text.startswith(warning)
    assert "better" not in text


def test_a_sign_counts_for_two_weeks() -> None:
    """And for a day more, since today may have begun further east only."""
    assert with_signs("choking", back=14).startswith("You ticked an emergency sign")
    assert with_signs("choking", back=15).startswith("From 8 to 2 out of 10 over 20 days: much")


def after_result(urgency: str, *, back: int) -> str:
    """Return a journal that got better, with an entry from a result so many days back."""
    day = TODAY - timedelta(back)
    data = course(*[8] * 7, *[2] * 14)
    days = days_in(data + written(line(day, None, urgency=urgency, id="result")))
    return text_of(shown_lines(diary(), days, TODAY, 200))


def test_an_emergency_result_comes_first_for_two_weeks_and_nothing_is_better() -> None:
    text = after_result("emergency", back=14)
    assert text.startswith("A result was an emergency: 13 November. If you have not been seen")
    assert "better" not in text
    for calm in (after_result("emergency", back=15), after_result("routine", back=0)):
        assert calm.startswith("From 8 to 2 out of 10 over 20 days: much better")


def test_nothing_is_better_while_nobody_asked_about_signs() -> None:
    unasked = [day.replace(b'"now": []', b"") for day in course(*[8] * 7, *[2] * 14).split(b"\n")]
    data = b"\n".join(line.replace(b", }", b"}") for line in unasked)
    assert "better" not in text_of(shown_lines(diary(), days_in(data), TODAY, 200))


def test_a_sign_of_a_journal_without_numbers_comes_first() -> None:
    days = days_in(written(line(TODAY, None, answers={"now": ["choking"]})))
    text = text_of(shown_lines(diary(), days, TODAY, 200))
    assert text.startswith("You ticked an emergency sign")
    assert text.endswith("none of them has a number.\n")
