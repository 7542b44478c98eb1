"""Problems as text."""

from __future__ import annotations

import pytest

from backtriage.render.problems import problem_lines
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
        ("a\x1b[31m: b", 8, 1, "    " + " " * 8 + "^"),
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


def test_escape_codes_are_replaced() -> None:
    location = Location(
        file="x\x1b]0;y", line=1, column=1, excerpt="\x1b[2Jboo", caret=0, length=1
    )
    drawn = problem_lines(
        (Problem(code="P1", message="a\rb\u202e", location=location, hint="\x07"),)
    )

    assert all(character.isprintable() or character == "\n" for character in drawn)


def test_a_problem_without_location_or_caret() -> None:
    bare = Problem(code="P120", message="there is no protocol.yaml")
    shown = Problem(code="P1", message="no", location=Location(excerpt="some text"))

    assert problem_lines((bare, shown)) == (
        "P120 there is no protocol.yaml\nP1 no\n    some text\n2 problems.\n"
    )


def test_the_summary_counts_problems_and_files() -> None:
    other = Problem(code="P1", message="no", location=Location(file="b.yaml", line=1, column=1))

    assert problem_lines(()) == "No problems.\n"
    assert problem_lines((FEVER, FEVER)).endswith("\n2 problems.\n")
    assert problem_lines((FEVER, other)).endswith("\n2 problems in 2 files.\n")
