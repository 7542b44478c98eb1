"""Loading case files: every field of a case, and every problem with its location."""

from __future__ import annotations

from decimal import Decimal
from textwrap import dedent

import pytest

from backtriage.cases.case import Case, Expectation, run_case
from backtriage.cases.loader import load_cases
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Ticks


def read(program: Program, text: str) -> tuple[tuple[Case, ...], list[tuple[str, int, str]]]:
    """Load one file; problems are code, line and message."""
    cases, problems = load_cases(program, {"some.yaml": dedent(text)})
    return cases, [(p.code, p.location.line, p.message) for p in problems]


def test_a_case_with_every_field(program: Program) -> None:
    cases, problems = read(
        program,
        """\
        cases:
          - id: her
            about: A person.
            source: A book
            hazard:
              - H01
              - H02
            acceptable:
              - same_day
              - emergency
            outside: A reason.
            walk: yes
            baseline: yes
            to_confirm: yes
            aims:
              main: 3
              all: 4
            sheet:
              years: 44
              airway:
                - breathing
                - drooling?
              feverish: yes
            expect:
              urgency: emergency
              certain: emergency
              status: complete
              rules:
                - cannot_breathe
              given: none
              withheld:
                - lozenges
              without:
                - drinks
              verdicts:
                honey: not_considered
              counts:
                signs: 2
        """,
    )

    assert problems == []
    (case,) = cases
    assert case.location.line == 2
    assert case == Case(
        id="her",
        location=case.location,
        about="A person.",
        source="A book",
        hazards=("H01", "H02"),
        acceptable=(Urgency.SAME_DAY, Urgency.EMERGENCY),
        outside="A reason.",
        walk=True,
        baseline=True,
        to_confirm=True,
        aims=(("main", 3), ("all", 4)),
        sheet=Answers({
            "years": Decimal(44),
            "airway": Ticks(frozenset({"breathing"}), frozenset({"drooling"})),
            "feverish": True,
        }),
        expect=Expectation(
            urgency=Urgency.EMERGENCY,
            certain=(Urgency.EMERGENCY,),
            status="complete",
            rules=("cannot_breathe",),
            given=(),
            withheld=("lozenges",),
            without=("drinks",),
            verdicts=(("honey", "not_considered"),),
            counts=(("signs", 2),),
        ),
    )  # fmt: skip


def test_like_copies_a_sheet_and_missing_removes_an_answer(program: Program) -> None:
    cases, problems = read(
        program,
        """\
        cases:
          - id: third
            about: Third.
            like: second
            acceptable: self_care
            sheet:
              feverish: missing
              days: longer
          - id: second
            about: Second.
            like: first
            acceptable: self_care
            sheet:
              feverish: yes
          - id: first
            about: First.
            acceptable: self_care
            sheet:
              years: 30
        """,
    )

    assert problems == []
    assert [dict(case.sheet) for case in cases] == [
        {"years": Decimal(30), "days": "longer"},
        {"years": Decimal(30), "feverish": True},
        {"years": Decimal(30)},
    ]


def test_a_case_may_say_what_was_checked(program: Program) -> None:
    """It is that case's own: another that is like it has checked nothing."""
    cases, problems = read(
        program,
        """\
        cases:
          - id: tried
            about: He tried, and is still not sure.
            sheet:
              airway: breathing?
              checked:
                - airway.breathing
            expect:
              urgency: emergency
          - id: alike
            about: Another.
            like: tried
            expect:
              urgency: emergency
        """,
    )

    assert problems == []
    assert [case.checked for case in cases] == [{"airway.breathing"}, frozenset()]
    assert run_case(program, cases[0]).assessment.checked == ("airway.breathing",)
    _, problems = read(
        program,
        """\
        cases:
          - id: tried
            about: He tried.
            sheet:
              checked: airway.gone
            expect:
              urgency: emergency
        """,
    )
    assert problems == [("A104", 5, "item 1 is not a choice of 'checked'")]


def test_like_may_name_a_case_in_another_file(program: Program) -> None:
    one = "cases:\n  - id: a\n    about: A.\n    like: b\n    acceptable: soon\n"
    two = (
        "cases:\n  - id: b\n    about: B.\n    acceptable: soon\n    sheet:\n      feverish: no\n"
    )

    cases, problems = load_cases(program, {"one.yaml": one, "two.yaml": two})

    assert problems == ()
    assert [dict(case.sheet) for case in cases] == [{"feverish": False}, {"feverish": False}]


HEAD = "cases:\n  - id: a\n    about: A.\n"
PROBLEMS = [
    ("- a list\n", [("C102", 0)]),
    ("cases: one\n", [("P107", 1)]),
    ("cases: [\n", [("P104", 1), ("P101", 2)]),
    ("case:\n  - id: a\n", [("P108", 1), ("P112", 1)]),
    (f"{HEAD}", [("C103", 2)]),
    (f"{HEAD}    outside: Why.\n    expect:\n      status: complete\n", [("C104", 2)]),
    (f"{HEAD}    acceptable: soon\n    colour: red\n", [("P112", 5)]),
    (f"{HEAD}    acceptable: at_once\n", [("C109", 4), ("C103", 2)]),
    (f"{HEAD}    acceptable: soon\n  - id: a\n    about: B.\n    acceptable: soon\n",
     [("C101", 5)]),
    (f"{HEAD}    acceptable: soon\n    outside: {'n' * 2001}\n", [("P124", 5)]),
    (f"{HEAD}    acceptable: soon\n    sheet:\n      years: {'4' * 2001}\n",
     [("P124", 6)]),
    (f"{HEAD}    acceptable: soon\n    sheet:\n      {'y' * 61}: 3\n", [("P105", 6)]),
    (f"{HEAD}    acceptable: soon\r    like: b\n", [("P116", 4), ("C107", 2)]),
    (f"{HEAD}    acceptable: soon\n    like: b\n", [("C107", 2)]),
    (f"{HEAD}    acceptable: soon\n    like: a\n", [("C108", 2)]),
    (f"{HEAD}    acceptable: soon\n    hazard: H1\n", [("C110", 5)]),
    (f"{HEAD}    acceptable: soon\n    walk: no\n", [("P110", 5)]),
    (f"{HEAD}    acceptable: soon\n    aims:\n      other: 3\n", [("C109", 6)]),
    (f"{HEAD}    acceptable: soon\n    aims:\n      all: few\n", [("P111", 6)]),
    (f"{HEAD}    acceptable: soon\n    sheet:\n      yeers: 3\n", [("A101", 6)]),
    (f"{HEAD}    acceptable: soon\n    sheet:\n      years: old\n", [("A102", 6)]),
    (f"{HEAD}    acceptable: soon\n    sheet:\n      years:\n", [("P109", 6)]),
    (f"{HEAD}    acceptable: soon\n    sheet:\n      ref: me\n", [("C105", 2)]),
    (f"{HEAD}    acceptable: soon\n    sheet:\n      years: missing\n", [("C106", 6)]),
    (f"{HEAD}    acceptable: soon\n    sheet:\n      yeers: missing\n",
     [("C109", 6), ("C106", 6)]),
    (f"{HEAD}    expect:\n      rules:\n        - cannot_breath\n", [("C109", 6)]),
    (f"{HEAD}    expect:\n      rules:\n        - home\n", [("C109", 6)]),
    (f"{HEAD}    expect:\n      given:\n        - pills\n", [("C109", 6)]),
    (f"{HEAD}    expect:\n      verdicts:\n        sugar: ask\n", [("C109", 6), ("C103", 2)]),
    (f"{HEAD}    expect:\n      verdicts:\n        honey: asks\n", [("C109", 6)]),
    (f"{HEAD}    expect:\n      without:\n        - pills\n", [("C109", 6)]),
    (f"{HEAD}    expect:\n      counts:\n        sins: 2\n", [("C109", 6), ("C103", 2)]),
    (f"{HEAD}    expect:\n      counts:\n        signs: many\n", [("P111", 6)]),
    (f"{HEAD}    expect:\n      status: done\n", [("P110", 5), ("C103", 2)]),
    (f"{HEAD}    expect:\n      urgencies: soon\n", [("P112", 5), ("C103", 2)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PROBLEMS)
def test_each_problem_has_a_code_and_a_location(
    program: Program, text: str, expected: list[tuple[str, int]]
) -> None:
    _, problems = load_cases(program, {"some.yaml": text})

    assert [(p.code, p.location.line) for p in problems] == expected
    assert all(p.location.file == "some.yaml" for p in problems)


def test_a_similar_id_is_suggested(program: Program) -> None:
    text = f"{HEAD}    acceptable: soon\n    like: feverrish\n".replace(
        "id: a\n", "id: feverish\n"
    )

    _, problems = load_cases(program, {"some.yaml": text})

    assert problems[0].hint == "did you mean 'feverish'?"


def test_a_case_that_copies_from_a_cycle(program: Program) -> None:
    entries = [f"  - id: {a}\n    about: A.\n    acceptable: soon\n    like: {b}\n"
               for a, b in (("a", "b"), ("b", "c"), ("c", "b"))]  # fmt: skip

    cases, problems = load_cases(program, {"some.yaml": "cases:\n" + "".join(entries)})

    assert len(cases) == 3
    assert {p.code for p in problems} == {"C108"}


def test_an_unknown_base_is_reported_once(program: Program) -> None:
    entries = [f"  - id: {a}\n    about: A.\n    acceptable: soon\n    like: {b}\n"
               for a, b in (("a", "b"), ("b", "gone"))]  # fmt: skip

    _, problems = load_cases(program, {"some.yaml": "cases:\n" + "".join(entries)})

    assert [p.message for p in problems] == ["there is no case 'gone'"]
