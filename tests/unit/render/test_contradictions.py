"""Answers that contradict each other, on the patient's page and the hand-over sheet."""

from __future__ import annotations

from msgspec.structs import replace

from backtriage.decide.assessment import assess
from backtriage.exchange.answers_schema import answers_schema
from backtriage.program.program import Program
from backtriage.render.as_text import as_text
from backtriage.render.page import page_for
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Includes, Yes
from backtriage.terms.value import SOME_OF, Ticks
from tests.support.builders import choices, emergency_program, question

ANSWERS = Answers({"opener": False, "signs": Ticks(yes=frozenset({"pale"}))})


def program(*, is_private: bool = False) -> Program:
    """Return a program with a list that is asked only after another question."""
    rows = choices("pale", "cold")
    if is_private:
        rows = (replace(rows[0], private=True), rows[1])
    return emergency_program(
        question("opener", short="Opened"),
        question("signs", SOME_OF, short="Signs", choices=rows, ask_when=Yes("opener"),
                 if_skipped=Ticks()),
        when=Includes("signs", "pale"),
    )  # fmt: skip


def page(*, is_private: bool = False, **options: bool) -> str:
    assessment = assess(program(is_private=is_private), ANSWERS)
    return as_text(page_for(assessment, **options).sections)  # type: ignore[arg-type]


def test_both_sides_of_a_contradiction_are_named() -> None:
    """A list after its subject, and also beside private answers that are not about it."""
    assert "signs: pale" in page()


def test_a_private_contradiction_names_neither_side() -> None:
    assert "pale" not in page(is_private=True)
    assert "pale" in page(is_private=True, private=True)


def test_the_schema_of_a_sheet_in_which_nothing_can_be_in_doubt() -> None:
    definite = emergency_program(question("a", allows_not_sure=False), when=Yes("a"))

    assert "'maxItems': 0" in str(answers_schema(definite)["properties"]["checked"])
