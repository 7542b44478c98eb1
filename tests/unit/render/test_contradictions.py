"""Answers that contradict each other, on the patient's page and the hand-over sheet."""

from __future__ import annotations

from msgspec.structs import replace

from backtriage.decide.assessment import assess
from backtriage.exchange.answers_schema import answers_schema
from backtriage.program.program import Program
from backtriage.protocol.protocol import Confirm
from backtriage.render.as_text import as_text
from backtriage.render.page import page_for
from backtriage.render.page.private import is_privately_contradicted, without_private
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Includes, Yes
from backtriage.terms.value import SOME_OF, Ticks
from tests.support.builders import choices, emergency_program, question

ANSWERS = Answers({"opener": False, "signs": Ticks(yes=frozenset({"pale"}))})


def program(*, hides: str = "") -> Program:
    """Return a program with a list that is asked only after another question."""
    rows = (replace(row, private=row.id == hides) for row in choices("pale", "cold"))
    return emergency_program(
        question("opener", short="Opened"),
        question("signs", SOME_OF, short="Signs", choices=tuple(rows), ask_when=Yes("opener"),
                 if_skipped=Ticks()),
        when=Includes("signs", "pale"),
    )  # fmt: skip


def page(*, hides: str = "", **options: bool) -> str:
    assessment = assess(program(hides=hides), ANSWERS)
    return as_text(page_for(assessment, **options).sections)  # type: ignore[arg-type]


def test_both_sides_of_a_contradiction_are_named() -> None:
    """A list after its subject, and also beside private answers that are not about it."""
    assert "signs: pale" in page()
    assert "signs: pale" in page(hides="cold")


def test_an_emergency_stands_above_what_does_not_fit() -> None:
    """However many answers that are."""
    assert page().startswith("EMERGENCY")
    assert page().index("EMERGENCY") < page().index("do not fit together") < page().rindex("pale")


def test_nothing_tells_that_a_private_answer_contradicts_another() -> None:
    """Few private answers can, so it would tell which one it is."""
    assert "pale" not in page(hides="pale")
    assert "INCOMPLETE" not in page(hides="pale")
    assert "do not fit together" not in page(hides="pale")
    assert "pale" in page(hides="pale", private=True)


def test_what_is_left_out_once_can_be_left_out_again() -> None:
    """A page may be made from an assessment that a page has been made from."""
    whole = assess(program(hides="pale"), ANSWERS)
    once = without_private(whole)

    assert is_privately_contradicted(whole)
    assert without_private(once) == once


def test_a_private_doubt_that_was_checked_is_left_out() -> None:
    """The name of what was checked would tell it."""
    rows = choices("pale", "cold")
    asks = Confirm(text="Press on it.", clears=True)
    rows = tuple(replace(row, confirm=asks, private=row.id == "pale") for row in rows)
    checks = emergency_program(
        question("signs", SOME_OF, short="Signs", choices=rows), when=Includes("signs", "pale")
    )
    answers = Answers({"signs": Ticks()})
    assessment = assess(checks, answers, checked=("signs.pale", "signs.cold"))

    assert without_private(assessment).checked == ("signs.cold",)


def test_the_schema_of_a_sheet_in_which_nothing_can_be_in_doubt() -> None:
    definite = emergency_program(question("a", allows_not_sure=False), when=Yes("a"))

    assert "'maxItems': 0" in str(answers_schema(definite)["properties"]["checked"])
