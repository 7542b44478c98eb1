"""The template: an empty answer sheet with comments."""

from __future__ import annotations

import re

from msgspec import structs

from backtriage.exchange.template import template_text
from backtriage.program.program import Program, build_program
from backtriage.program.sheet import sheet_from_bytes
from backtriage.program.validate import ValidatedSheet, validate
from backtriage.terms.answers import Answers
from tests.support.protocols import shipped


def asked(program: Program) -> list[str]:
    """Return the questions that somebody is asked: what a journal answers stands on no sheet."""
    return [id_ for id_, question in program.questions.items() if question.from_journal is None]


def test_the_template_parses_as_an_empty_sheet(program: Program) -> None:
    text = template_text(program)

    sheet = sheet_from_bytes(text.encode(), "sheet.yaml", is_yaml=True)

    triage = [id_ for id_ in asked(program) if id_ not in program.advice_questions]
    assert list(sheet.values) == ["protocol", *triage, "ref", "checked"]
    assert validate(program, sheet) == ValidatedSheet(answers=Answers())


def test_the_advice_part_is_written_as_comments() -> None:
    text = template_text(shipped())
    for question in shipped().advice_questions:
        assert text.count(f"\n# {question}:\n") == 1
    uncommented = re.sub(r"(?m)^# (\w+:)$", r"\1", text)

    sheet = sheet_from_bytes(uncommented.encode(), "sheet.yaml", is_yaml=True)

    assert list(sheet.values) == ["protocol", *asked(shipped()), "ref", "checked"]


def test_no_line_is_wider_than_80_columns(program: Program) -> None:
    assert max(len(line) for line in template_text(program).splitlines()) <= 80


def test_a_filled_in_template_validates(tiny: Program) -> None:
    text = template_text(tiny)
    for key, value in {"years": "44", "airway": "[breathing, drooling?]", "days": "longer",
                       "feverish": "no", "ref": "bed 7"}.items():  # fmt: skip
        text = text.replace(f"\n{key}:\n", f"\n{key}: {value}\n")

    validated = validate(tiny, sheet_from_bytes(text.encode(), "sheet.yaml", is_yaml=True))

    assert validated.problems == ()
    assert set(validated.answers) == {"years", "airway", "days", "feverish"}
    assert validated.ref == "bed 7"


def test_the_comments_of_a_question(tiny: Program) -> None:
    text = template_text(tiny)

    assert "\n# ---- Your throat ----\n" in text
    assert (
        """
# How old are you?
#   Answer: a number from 0 to 120 years
years:
"""
        in text
    )
    assert (
        """
# Is any of this true right now?
#   Answer: a list in brackets of any of these, or [], or not_sure
#     breathing  It is hard to breathe.
#     drooling   You cannot swallow your own spit.
airway:
"""
        in text
    )
    assert (
        """
# For how many days?
#   Asked when: feverish
#   Answer: a number from 0 to 60 days, or not_sure
fever_days:
"""
        in text
    )


def test_the_help_text_follows_the_question(tiny: Program) -> None:
    protocol = tiny.protocol
    questions = tuple(structs.replace(q, help="Guess.") for q in protocol.questions)
    helpful = build_program(structs.replace(protocol, questions=questions))

    assert "# How old are you?\n#   Guess.\n" in template_text(helpful)
