"""Parsing of conditions: the AST of each form, and the errors."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backtriage.protocol.parser import parse_condition
from backtriage.protocol.protocol import Choice, Question
from backtriage.protocol.tokenizer import ParseError, SymbolTable
from backtriage.terms.condition import (
    All,
    Always,
    Any,
    AtLeast,
    Compare,
    Condition,
    Fact,
    Includes,
    Is,
    Not,
    Scores,
    Yes,
    condition_text,
)
from backtriage.terms.value import NUMBER, ONE_OF, SOME_OF, YES_NO


def question(id_: str, kind: str, *choices: str, unit: str = "", step: str = "1") -> Question:
    """Return a question for the symbol table."""
    rows = tuple(Choice(id=choice, text=choice, short=choice) for choice in choices)
    most = (120 if unit else 10) if kind == NUMBER else 0
    return Question(
        id=id_,
        section="main",
        kind=kind,
        text="?",
        short="it",
        why="A test.",
        choices=rows,
        unit=unit,
        step=step,
        most=most,
    )


QUESTIONS = (
    question("fever", YES_NO),
    question("weakness", YES_NO),
    question("bladder", ONE_OF, "normal", "hard_to_pass", "leaking"),
    question("signs", SOME_OF, "chills", "sweats", "rash"),
    question("age", NUMBER, unit="years"),
    question("pain_now", NUMBER, step="0.5"),
)
SYMBOLS = SymbolTable(
    questions={one.id: one for one in QUESTIONS},
    facts=frozenset({"ill"}),
    scores={"count": 4},
    later=frozenset({"weakness_worse"}),
)
FEVER, WEAK, ILL, LEAKS = Yes("fever"), Yes("weakness"), Fact("ill"), Is("bladder", ("leaking",))
CHILLS, SWEATS, RASH = (Includes("signs", item) for item in ("chills", "sweats", "rash"))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("always", Always()),
        ("fever", FEVER),
        ("not fever", Not(FEVER)),
        ("not (not fever)", Not(Not(FEVER))),
        ("ill", ILL),
        ("(fever)", FEVER),
        ("bladder is leaking", LEAKS),
        ("bladder is not leaking", Not(LEAKS)),
        ("bladder is one of (leaking, normal)", Is("bladder", ("leaking", "normal"))),
        ("bladder is not one of (leaking, normal)", Not(Is("bladder", ("leaking", "normal")))),
        ("signs includes chills", CHILLS),
        ("signs includes any of (chills, rash)", Any((CHILLS, RASH))),
        ("signs includes all of (chills, rash)", All((CHILLS, RASH))),
        ("signs includes none of (chills, rash)", Not(Any((CHILLS, RASH)))),
        (
            "signs includes at least 2 of (chills, sweats, rash)",
            AtLeast(2, (CHILLS, SWEATS, RASH)),
        ),
        ("age >= 65 years", Compare("age", ">=", Decimal(65))),
        ("age<65 years", Compare("age", "<", Decimal(65))),
        ("age > 0 years", Compare("age", ">", Decimal(0))),
        ("age <= 0 years", Compare("age", "<=", Decimal(0))),
        ("pain_now >= 2.5", Compare("pain_now", ">=", Decimal("2.5"))),
        ("pain_now >= 2.50", Compare("pain_now", ">=", Decimal("2.5"))),
        ("count >= 2", Scores("count", 2)),
        ("count > 2", Scores("count", 3)),
        ("count < 2", Not(Scores("count", 2))),
        ("count <= 2", Not(Scores("count", 3))),
        ("fever and weakness and ill", All((FEVER, WEAK, ILL))),
        ("fever or weakness or ill", Any((FEVER, WEAK, ILL))),
        ("(fever or weakness) and not ill", All((Any((FEVER, WEAK)), Not(ILL)))),
        ("any of (fever, weakness)", Any((FEVER, WEAK))),
        ("all of (fever, weakness)", All((FEVER, WEAK))),
        ("none of (fever, weakness)", Not(Any((FEVER, WEAK)))),
        ("not any of (fever, weakness)", Not(Any((FEVER, WEAK)))),
        ("at least 2 of (fever, weakness, ill)", AtLeast(2, (FEVER, WEAK, ILL))),
        ("not at least 2 of (fever, weakness, ill)", Not(AtLeast(2, (FEVER, WEAK, ILL)))),
        ("any of (fever and weakness, ill)", Any((All((FEVER, WEAK)), ILL))),
        ("not (fever and weakness)", Not(All((FEVER, WEAK)))),
        ("fever\n  and\tweakness", All((FEVER, WEAK))),
    ],
)
def test_parse_condition(text: str, tree: Condition) -> None:
    """The text written from the AST parses to the same AST."""
    assert parse_condition(text, SYMBOLS) == (tree, ())
    again = condition_text(tree, {"age": "years"})
    assert parse_condition(again, SYMBOLS) == (tree, ())


P201, P202, P203, P301, P302, P303, P304 = (
    "P201",
    "P202",
    "P203",
    "P301",
    "P302",
    "P303",
    "P304",
)
ITEMS = "items are: chills, sweats, rash"
OPTIONS = "options are: normal, hard_to_pass, leaking"
VARY = "can never vary"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        # syntax
        ("", ParseError(P201, "expected a question, fact or '(', found end of condition", 0, 1)),
        (
            "fever or or ill",
            ParseError(P201, "expected a question, fact or '(', found 'or'", 9, 2),
        ),
        ("not not fever", ParseError(P201, "expected a question, fact or '(', found 'not'", 4, 3)),
        ("Fever", ParseError(P201, "expected a question, fact or '(', found 'Fever'", 0, 5)),
        ("any of (fever)", ParseError(P201, "expected ',' and a second entry, found ')'", 13, 1)),
        ("any of fever", ParseError(P201, "expected '(', found 'fever'", 7, 5)),
        ("any of (fever, ill", ParseError(P201, "expected ')', found end of condition", 18, 1)),
        ("(fever", ParseError(P201, "expected ')', found end of condition", 6, 1)),
        ("fever ill", ParseError(P201, "expected the end, 'and' or 'or', found 'ill'", 6, 3)),
        ("fever, ill", ParseError(P201, "expected the end, 'and' or 'or', found ','", 5, 1)),
        ("always and fever", ParseError(P201, "'always' stands alone, found 'and'", 7, 3)),
        (
            "at least fever",
            ParseError(P201, "expected a whole number after 'at least', found 'fever'", 9, 5),
        ),
        (
            "at least 1.5 of (fever, ill)",
            ParseError(P201, "expected a whole number after 'at least', found '1.5'", 9, 3),
        ),
        ("at least 2 fever", ParseError(P201, "expected 'of', found 'fever'", 11, 5)),
        ("age >= many years", ParseError(P201, "expected a number, found 'many'", 7, 4)),
        (
            "age >= \u0666\u0665 years",
            ParseError(P201, "expected a number, found '\u0666\u0665'", 7, 2),
        ),
        (
            "age >= 65.00000000001 years",
            ParseError(P201, "expected a number, found '65.00000000001'", 7, 14),
        ),
        ("count >= 9999999999", ParseError(P201, "expected a number, found '9999999999'", 9, 10)),
        ("bladder is 3", ParseError(P201, "expected an option of 'bladder', found '3'", 11, 1)),
        (
            "signs includes (chills)",
            ParseError(P201, "expected an item of 'signs', found '('", 15, 1),
        ),
        (
            "fever and\u00a0ill",
            ParseError(P201, "expected a question, fact or '(', found '\u00a0ill'", 9, 4),
        ),
        (
            "(" * 51 + "fever" + ")" * 51,
            ParseError(P201, "nested more than 50 deep, found '('", 50, 1),
        ),
        # and, or
        (
            "fever and ill or weakness",
            ParseError(
                P202, "'and' and 'or' are mixed: add brackets to say which belongs together", 14, 2
            ),
        ),
        (
            "(fever or ill and weakness)",
            ParseError(
                P202, "'and' and 'or' are mixed: add brackets to say which belongs together", 14, 3
            ),
        ),
        # what can never vary
        (
            "any of (fever, fever)",
            ParseError(P203, "the same condition appears twice in this list", 7, 1),
        ),
        (
            "signs includes any of (rash, rash)",
            ParseError(P203, "the same condition appears twice in this list", 22, 1),
        ),
        (
            "at least 4 of (fever, ill, weakness)",
            ParseError(P203, f"'at least 4' of a list of 3 {VARY}", 9, 1),
        ),
        (
            "at least 0 of (fever, ill)",
            ParseError(P203, f"'at least 0' of a list of 2 {VARY}", 9, 1),
        ),
        (
            "at least 1 of (fever, ill)",
            ParseError(
                P203,
                "'at least 1' of a list of 2 can be said more simply",
                9,
                1,
                "use 'any of' for one, 'all of' for all",
            ),
        ),
        (
            "at least 2 of (fever, ill)",
            ParseError(
                P203,
                "'at least 2' of a list of 2 can be said more simply",
                9,
                1,
                "use 'any of' for one, 'all of' for all",
            ),
        ),
        (
            "bladder is one of (leaking, leaking)",
            ParseError(P203, "the same option appears twice in this list", 11, 3),
        ),
        (
            "bladder is one of (leaking, normal, hard_to_pass)",
            ParseError(P203, "this names every option, so it can never vary", 11, 3),
        ),
        ("age >= 0 years", ParseError(P203, f"'>= 0' {VARY}", 7, 1)),
        ("age < 0 years", ParseError(P203, f"'< 0' {VARY}", 6, 1)),
        ("age > 120 years", ParseError(P203, f"'> 120' {VARY}", 6, 3)),
        ("age <= 120 years", ParseError(P203, f"'<= 120' {VARY}", 7, 3)),
        ("count >= 0", ParseError(P203, "'count' runs from 0 to 4, so this can never vary", 9, 1)),
        ("count > 4", ParseError(P203, "'count' runs from 0 to 4, so this can never vary", 8, 1)),
        # names
        (
            "weakness_worse",
            ParseError(
                "P204",
                "'weakness_worse' comes later than this question",
                0,
                14,
                "a guard may only read earlier questions",
            ),
        ),
        (
            "weaknes",
            ParseError(
                "P205", "unknown question or fact 'weaknes'", 0, 7, "did you mean 'weakness'?"
            ),
        ),
        ("xyz", ParseError("P205", "unknown question or fact 'xyz'", 0, 3)),
        (
            "xyz is one of (a, b) and fever",
            ParseError("P205", "unknown question or fact 'xyz'", 0, 3),
        ),
        (
            "any of (xyz >= 3 years, fever)",
            ParseError("P205", "unknown question or fact 'xyz'", 8, 3),
        ),
        ("(xyz includes a)", ParseError("P205", "unknown question or fact 'xyz'", 1, 3)),
        ("fever and always", ParseError("P205", "unknown question or fact 'always'", 10, 6)),
        # kinds
        (
            "fever is yes",
            ParseError(
                P301,
                "'fever' is a yes/no question; write just 'fever' or 'not fever', found 'is'",
                6,
                2,
            ),
        ),
        (
            "bladder",
            ParseError(
                P301,
                "'bladder' is a single choice: use 'is', 'is not' or 'is one of'"
                ", found end of condition",
                7,
                1,
            ),
        ),
        ("signs is rash", ParseError(P301, "'signs' is a list: use 'includes', found 'is'", 6, 2)),
        (
            "age is 65",
            ParseError(P301, "'age' is a number: use '<', '<=', '>' or '>=', found 'is'", 4, 2),
        ),
        (
            "count is 2",
            ParseError(P301, "'count' is a score: use '<', '<=', '>' or '>=', found 'is'", 6, 2),
        ),
        (
            "age = 65 years",
            ParseError(P301, "'age' is a number: use '<', '<=', '>' or '>=', found '='", 4, 1),
        ),
        (
            "bladder is leeking",
            ParseError(
                P302,
                "'leeking' is not an option of 'bladder'",
                11,
                7,
                f"{OPTIONS}; did you mean 'leaking'?",
            ),
        ),
        (
            "bladder is xyz",
            ParseError(P302, "'xyz' is not an option of 'bladder'", 11, 3, OPTIONS),
        ),
        ("signs includes xyz", ParseError(P302, "'xyz' is not an item of 'signs'", 15, 3, ITEMS)),
        # numbers and units
        (
            "age >= 121 years",
            ParseError(P303, "121 is outside the allowed range 0 to 120 of 'age'", 7, 3),
        ),
        ("age >= 6.5 years", ParseError(P303, "6.5 is not a step of 1 of 'age'", 7, 3)),
        ("pain_now >= 2.3", ParseError(P303, "2.3 is not a step of 0.5 of 'pain_now'", 12, 3)),
        ("count >= 1.5", ParseError(P303, "a score is a whole number", 9, 3)),
        ("age >= 12", ParseError(P304, "expected the unit 'years', found end of condition", 9, 1)),
        ("age >= 12 and fever", ParseError(P304, "expected the unit 'years', found 'and'", 10, 3)),
        ("age >= 12 days", ParseError(P304, "unit of 'age' is 'years', found 'days'", 10, 4)),
    ],
)
def test_parse_errors(text: str, error: ParseError) -> None:
    assert parse_condition(text, SYMBOLS) == (None, (error,))


def test_all_errors_of_a_condition_are_reported() -> None:
    """Only a syntax error stops the parser."""
    text = "any of (xyz, bladder is leeking, age >= 121 days) and sings includes rash"
    tree, errors = parse_condition(text, SYMBOLS)
    assert tree is None
    assert [error.code for error in errors] == ["P205", "P302", "P304", "P303", "P205"]
    assert [text[f.start : f.start + f.length] for f in errors] == [
        "xyz",
        "leeking",
        "days",
        "121",
        "sings",
    ]


def test_fifty_nested_brackets() -> None:
    assert parse_condition("(" * 49 + "fever" + ")" * 49, SYMBOLS) == (FEVER, ())


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("weaknses", "did you mean 'weakness'?"),
        ("pain_nw < 3", "did you mean 'pain_now'?"),
        ("signs includes sweat", "did you mean 'sweats'?"),
        # one name for what is more, or the contrary
        ("fever_and_weakness", ""),
        ("weakness_fever", ""),
        ("not_fever", ""),
        ("no_weakness", ""),
        ("unweakness", ""),
        ("fever2", ""),
        ("signs includes chills_rash", ""),
        ("bladder is not_leaking", ""),
        ("f" * 5000, ""),
    ],
)
def test_a_hint_names_all_that_was_written(text: str, hint: str) -> None:
    _, errors = parse_condition(text, SYMBOLS)

    hints = [error.hint.partition("did you mean")[1:] for error in errors]
    assert ["".join(parts) for parts in hints] == [hint]
