"""The hand-over sheet."""

from __future__ import annotations

import re
from html import unescape

import pytest
from msgspec.structs import replace

from backtriage.decide.receipt import receipt_of
from backtriage.render.as_text import lines_of
from backtriage.render.by_extension import render_by_extension
from backtriage.render.page import Page
from backtriage.render.page.handover import handover_page
from tests.support.assessments import assessed, block_under, changed
from tests.support.protocols import TINY, program_in, shipped
from tests.support.sheets import CANNOT_PEE, FELL, STRAIN, ULCER, WELL, Sheet

PROTOCOL = program_in(TINY).protocol


def labelled(page: Page, heading: str = "OTHER ANSWERS") -> dict[str, str]:
    return dict(block_under(page, heading).labelled)


def test_answers_are_grouped_by_yes_no_not_sure_and_not_asked() -> None:
    page = handover_page(assessed({"years": 30, "airway": ["drooling", "breathing?"],
                              "days": "not_sure", "feverish": True, "fever_days": 2}))  # fmt: skip

    assert block_under(page, "YES").items == (
        "Age: 30 years",
        "Breathing and swallowing: cannot swallow your spit",
        "Fever: yes",
        "Days of fever: 2 days",
    )
    assert block_under(page, "NO").items == ("none",)
    assert labelled(page) == {
        "NOT SURE": "Breathing and swallowing: hard to breathe; How long",
        "NOT ASKED": "none",
    }
    assert page.action.call == "EMERGENCY: answers complete"
    assert page.action.where == ""


def test_what_was_checked_is_named() -> None:
    page = handover_page(assessed(WELL | {"checked": ["feverish", "airway.drooling"]}))

    assert labelled(page)["CHECKED"] == (
        "Breathing and swallowing: cannot swallow your spit; Fever"
    )


def test_every_no_is_explicit() -> None:
    page = handover_page(assessed(WELL | {"airway": ["drooling"], "fever_days": 2}))

    assert block_under(page, "NO").items == (
        "Breathing and swallowing: hard to breathe",
        "Fever: no",
    )
    assert labelled(page)["NOT COUNTED"] == "Days of fever: 2 days"
    assert block_under(handover_page(assessed(WELL)), "NO").items == (
        "Breathing and swallowing: hard to breathe; cannot swallow your spit",
        "Fever: no",
    )


def test_open_questions_are_listed_apart_from_those_not_asked() -> None:
    page = handover_page(assessed({"years": 30, "feverish": False}))

    assert labelled(page)["STILL OPEN"] == "Breathing and swallowing; How long"
    assert labelled(page)["NOT ASKED"] == "Days of fever"


def test_a_fired_rule_has_its_answers_and_sources() -> None:
    page = handover_page(assessed(WELL | {"years": 70, "feverish": "not_sure", "fever_days": 1}))

    assert block_under(page, "RULES FIRED").items == (
        (
            "Fever today (soon; rests on not sure). Said: age 70 years. "
            "Not sure about: fever. [textbook, not verified]"
        ),
    )
    assert block_under(page, "SOURCES").items == (
        "textbook: A made-up textbook. Nobody. [not verified] Things for a test.",
    )


def test_open_rules_are_only_named() -> None:
    none = block_under(handover_page(assessed({})), "RULES FIRED")
    well = block_under(handover_page(assessed(WELL)), "RULES FIRED")

    assert none.items == ("Not decided, and acted on as if true: cannot breathe",)
    assert well.items == ("Home (at home; certain). [no source]",)


def test_what_the_patient_was_told() -> None:
    module = replace(PROTOCOL.modules[0], counts=())
    sheet = WELL | {"years": 8}

    assert block_under(handover_page(assessed(sheet)), "TOLD THE PATIENT").paragraphs == (
        '"AT HOME: Look after it at home. Stay at home."',
        '"Most sore throats get better by themselves."',
        "Come back: 3 signs.",
        "Advice given: 1 text.",
        "Held back: lozenges.",
        'Honey: "Ask a pharmacist first." (signs 0)',
    )
    told = block_under(
        handover_page(assessed(sheet, program=changed(modules=(module,)))), "TOLD THE PATIENT"
    )
    assert told.paragraphs[-1] == 'Honey: "Ask a pharmacist first."'


def test_sbar() -> None:
    lasting = tuple(
        replace(question, can_change=question.id == "days") for question in PROTOCOL.questions
    )
    program = changed(questions=lasting)
    page = handover_page(assessed(WELL | {"years": 70, "feverish": True}, program=program))

    assert labelled(page, "SBAR") == {
        "Situation": "Sore throat, age 70 years; how long: less than a week. Urgency: TODAY, "
        "answers complete.",
        "Background": "breathing and swallowing: none; yes to fever.",
        "Assessment": "Fever today. Said: age 70 years; yes to fever. "
        "Self-reported answers; nobody was examined.",
        "Recommendation": "TODAY; when: 24 hours; where: as told the patient, below.",
    }


@pytest.mark.parametrize("extension", ["", ".md", ".html"])
def test_the_situation_says_where_since_when_and_how_it_began_in_every_format(
    extension: str,
) -> None:
    a = assessed(FELL, "GB", shipped())
    sheet = render_by_extension(extension, a, "clinician", private=True)
    text = " ".join(unescape(re.sub(r"<[^>]*>", " ", sheet)).split())
    situation, _, _ = text.partition("Urgency: ")

    for told in (
        "Back pain, age 71 years, ",
        "recorded as male at birth; ",
        "place of the pain: pain in the lower or middle back",
        "how it started: it began with a slip, trip, small fall or bump",
        "how long: pain for less than 1 week",
        "feeling unwell: fever, or hot and shivery",
    ):
        assert told in situation


def test_sbar_with_open_questions() -> None:
    page = handover_page(assessed({}))
    situation = "Sore throat. Urgency: at least AT HOME, at most EMERGENCY, answers INCOMPLETE."

    assert labelled(page, "SBAR")["Situation"] == situation
    assert labelled(page, "SBAR")["Background"] == "nothing lasting was reported."
    assert labelled(page, "SBAR")["Assessment"].startswith("Open questions can still change this.")


def test_a_source_has_its_address_and_the_page_that_was_read() -> None:
    read = replace(PROTOCOL.evidence[0], checked="secondary", year="2020",
                   address="https://example.org/1", read_at="https://example.org/2")  # fmt: skip
    verdicts = (replace(PROTOCOL.modules[0].verdicts[1], evidence=("textbook",)),)
    module = replace(PROTOCOL.modules[0], verdicts=verdicts)
    page = handover_page(assessed(WELL, program=changed(evidence=(read,), modules=(module,))))

    assert block_under(page, "SOURCES").items == (
        (
            "textbook: A made-up textbook. Nobody. 2020. https://example.org/1 "
            "[read in a copy or summary: https://example.org/2] Things for a test."
        ),
    )


def test_the_record_has_receipt_protocol_reference_and_country() -> None:
    a = assessed(WELL | {"ref": "A-17"}, None)
    record = block_under(handover_page(a), "RECORD")

    assert record.labelled == (
        ("Receipt", receipt_of(a)),
        ("Protocol", f"sore_throat {a.program.digest}"),
        ("Country of numbers", "none named"),
    )
    assert record.paragraphs[-1] == "Reference: A-17"


# What was told to the patient is quoted; the reference of the protocol and sources are not ours.
_NOT_OURS = ("TOLD THE PATIENT", "SOURCES")


@pytest.mark.parametrize("sheet", [STRAIN, CANNOT_PEE, FELL, ULCER, {"age": 40}])
def test_it_speaks_of_the_patient_in_the_third_person(sheet: Sheet) -> None:
    """In the words of the shipped rules: noun phrases for every answer, yes or no."""
    page = handover_page(assessed(sheet, program=shipped()))
    blocks = [block for block in page.blocks if block.heading not in _NOT_OURS]
    own = "\n".join(line.text for block in blocks for line in lines_of((block,), 80))

    assert "\n" in own
    assert re.findall(r"\b(?:you|your|yours|yourself|i|my)\b", own.lower()) == []


def test_no_words_of_an_answer_are_in_the_second_person() -> None:
    phrases = (
        phrase
        for question in shipped().protocol.questions
        for phrase in (question.short, *(choice.short for choice in question.choices))
    )
    assert [text for text in phrases if re.search(r"\byour?\b|\byourself\b", text)] == []
