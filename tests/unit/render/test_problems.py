"""Problems as text."""

from __future__ import annotations

import pytest
from msgspec import structs

from backtriage.render.problems import hides_values, problem_lines
from backtriage.terms.problem import Location, Problem

FEVER = Problem(
    code="A101",
    message="there is no question 'feever'",
    location=Location(file="sheet.json", line=3, column=5, path="feever",
                excerpt='    "feever": true', caret=4, length=8),
    hint="did you mean 'fever'?",
)  # fmt: skip


def test_a_problem_with_location_excerpt_and_help() -> None:
    assert problem_lines((FEVER,)) == (
        "sheet.json:3:5: A101 there is no question 'feever'\n"
        '        "feever": true\n'
        "        ^^^^^^^^\n"
        "  help: did you mean 'fever'?\n"
        "  [feever]\n"
        "1 problem.\n"
    )


@pytest.mark.parametrize(
    ("excerpt", "caret", "length", "marks"),
    [
        ("日本: ja", 4, 2, "    " + " " * 6 + "^^"),
        ("a: 日本", 3, 2, "    " + " " * 3 + "^^^^"),
        ("\ta: b", 4, 1, "    " + " " * 4 + "^"),
        ("a: b", 4, 3, "    " + " " * 4 + "^"),
        ("e\u0301: x", 4, 1, "    " + " " * 3 + "^"),
        ("a\x1b[31m: b", 8, 1, "    " + " " * 15 + "^"),
        ("a\x1b: b", 1, 1, "    " + " " + "^" * len("<U+001B>")),
    ],
)
def test_the_caret_is_positioned_in_cells(
    excerpt: str, caret: int, length: int, marks: str
) -> None:
    location = Location(
        file="x.yaml", line=1, column=1, excerpt=excerpt, caret=caret, length=length
    )
    lines = problem_lines((Problem(code="P1", message="no", location=location),)).splitlines()

    assert lines[2] == marks


def test_characters_that_do_not_print_are_named() -> None:
    location = Location(
        file="x\x1b]0;y", line=1, column=1, excerpt="\x1b[2Jboo", caret=0, length=1
    )
    drawn = problem_lines(
        (Problem(code="P1", message="a\rb\u202e", location=location, hint="\x07"),)
    )

    assert drawn == (
        "x<U+001B>]0;y:1:1: P1 a<U+000D>b<U+202E>\n"
        "    <U+001B>[2Jboo\n    ^^^^^^^^\n"
        "  help: <U+0007>\n1 problem.\n"
    )


def test_a_problem_without_location_or_caret() -> None:
    bare = Problem(code="P120", message="there is no protocol.yaml")
    shown = Problem(code="P1", message="no", location=Location(excerpt="some text"))

    assert problem_lines((bare, shown)) == (
        "P120 there is no protocol.yaml\nP1 no\n    some text\n2 problems.\n"
    )


ANSWER = Problem(
    code="A104",
    message="item 2 is not a choice of 'signs'",
    location=Location(file="sheet.json", line=3, column=5, path="signs",
                excerpt='    "signs": ["chills?", "fevr?"]', caret=4, length=7),
    hint="a list of: chills, fever",
    found="'fevr?'",
    suggestion='did you mean ["chills?", "fever?"]?',
)  # fmt: skip


def test_answers_are_shown_only_on_request() -> None:
    assert problem_lines((ANSWER,)) == (
        "sheet.json:3:5: A104 item 2 is not a choice of 'signs': 'fevr?'\n"
        '        "signs": ["chills?", "fevr?"]\n'
        "        ^^^^^^^\n"
        '  help: did you mean ["chills?", "fever?"]?\n'
        "  [signs]\n"
        "1 problem.\n"
    )
    assert problem_lines((ANSWER,), values=False) == (
        "sheet.json:3:5: A104 item 2 is not a choice of 'signs'\n"
        "  help: a list of: chills, fever\n"
        "  [signs]\n"
        "1 problem.\n"
    )


@pytest.mark.parametrize("key", ["fever since Monday", "7", "naïve", "x" * 41, "a\nb", ""])
def test_a_key_that_may_be_an_answer_is_not_named(key: str) -> None:
    problem = Problem(code="A101", message="no", location=Location(path=key))

    assert problem_lines((problem,), values=False) == "A101 no\n1 problem.\n"


@pytest.mark.parametrize(
    ("change", "hides"),
    [({}, True), ({"found": ""}, True), ({"found": "", "suggestion": ""}, True)],
)
def test_something_is_hidden_while_anything_is_left_out(
    change: dict[str, str], *, hides: bool
) -> None:
    assert hides_values((structs.replace(ANSWER, **change),)) is hides


def test_nothing_is_hidden_that_is_not_there() -> None:
    assert not hides_values((Problem(code="A114", message="sheet.json is empty"),))


@pytest.mark.parametrize(
    ("count", "more"),
    [(50, ""), (51, "and 1 more problem\n"), (50_000, "and 49,950 more problems\n")],
)
def test_a_long_list_is_cut_with_a_count(count: int, more: str) -> None:
    problem = Problem(code="P1", message="no")

    assert problem_lines((problem,) * count) == ("P1 no\n" * 50 + more + f"{count:,} problems.\n")


def test_a_long_line_is_cut_in_its_middle() -> None:
    problem = Problem(code="P1", message=f"{'x' * 5000} is not there")

    first, _ = problem_lines((problem,)).splitlines()
    assert len(first) == 1003
    assert first.endswith("x is not there")


def test_the_summary_counts_problems_and_files() -> None:
    other = Problem(code="P1", message="no", location=Location(file="b.yaml", line=1, column=1))

    assert problem_lines(()) == "No problems.\n"
    assert problem_lines((FEVER, FEVER)).endswith("\n2 problems.\n")
    assert problem_lines((FEVER, other)).endswith("\n2 problems in 2 files.\n")
