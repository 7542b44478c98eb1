"""The hand-over sheet."""

from __future__ import annotations

from msgspec.structs import replace

from backtriage.decide.receipt import receipt_of
from backtriage.render.page import Block, Page
from backtriage.render.page.handover import handover_page
from tests.support.assessments import assessed, changed
from tests.support.protocols import TINY, program_in
from tests.support.sheets import WELL

PROTOCOL = program_in(TINY).protocol


def terms(page: Page, heading: str = "") -> dict[str, str]:
    """Label and text under a heading."""
    return dict(under(page, heading).labelled)


def under(page: Page, heading: str) -> Block:
    """What stands under a heading."""
    return next(block for block in page.blocks if block.heading == heading)


def test_every_answer_stands_under_one_word() -> None:
    """Yes, no, not sure and not asked, in asking order."""
    page = handover_page(assessed({"years": 30, "airway": ["drooling", "breathing?"],
                              "days": "not_sure", "feverish": True, "fever_days": 2}))  # fmt: skip

    assert terms(page) == {
        "YES": "age 30 years; cannot swallow your spit; Fever; days of fever 2 days",
        "NO": "none",
        "NOT SURE": "hard to breathe; How long",
        "NOT ASKED": "none",
    }
    assert page.action.call == "EMERGENCY: Call 999 now"
    assert page.action.where == ""


def test_a_no_is_never_left_to_be_guessed() -> None:
    """A list with nothing ticked by its name; of another list, each item."""
    page = handover_page(assessed(WELL | {"airway": ["drooling"], "fever_days": 2}))

    assert terms(page)["NO"] == "hard to breathe; Fever"
    assert terms(page)["NOT COUNTED"] == "Days of fever: 2 days"
    assert (
        terms(handover_page(assessed(WELL)))["NO"] == "Breathing and swallowing (none of 2); Fever"
    )


def test_what_is_open_is_not_what_was_not_asked() -> None:
    """Open questions stand in a row of their own."""
    page = handover_page(assessed({"years": 30, "feverish": False}))

    assert terms(page)["STILL OPEN"] == "Breathing and swallowing; How long"
    assert terms(page)["NOT ASKED"] == "Days of fever"


def test_each_rule_stands_with_its_answers_and_sources() -> None:
    """And with how each source was checked."""
    page = handover_page(assessed(WELL | {"years": 70, "feverish": "not_sure", "fever_days": 1}))

    assert under(page, "RULES FIRED").items == (
        (
            "fever_today (soon, rests on not sure). Said: age 70 years. "
            "You were not sure about: fever. [textbook, not verified]"
        ),
    )
    assert under(page, "SOURCES").items == (
        "textbook: A made-up textbook. Nobody. [not verified] Things for a test.",
    )


def test_rules_that_are_not_decided_are_only_named() -> None:
    """The rule for everybody has no source."""
    none = under(handover_page(assessed({})), "RULES FIRED")
    well = under(handover_page(assessed(WELL)), "RULES FIRED")

    assert none.items == ("Not decided, and acted on as if true: cannot_breathe",)
    assert well.items == ("home (self_care, certain). [no source]",)


def test_the_sheet_says_what_the_patient_was_told() -> None:
    """The action, the signs to come back for, advice given and held back, and verdicts."""
    module = replace(PROTOCOL.modules[0], counts=())
    sheet = WELL | {"years": 8}

    assert under(handover_page(assessed(sheet)), "TOLD THE PATIENT").paragraphs == (
        "AT HOME: Look after it at home. Stay at home.",
        "Come back: 3 signs.",
        "Advice given: drinks.",
        "Held back: lozenges.",
        "Modules: honey: ask (signs 0).",
    )
    reported_answers = under(
        handover_page(assessed(sheet, program=changed(modules=(module,)))), "TOLD THE PATIENT"
    )
    assert reported_answers.paragraphs[-1] == "Modules: honey: ask."


def test_the_sheet_can_be_read_out() -> None:
    """Situation, background, assessment, recommendation."""
    lasting = tuple(
        replace(question, can_change=question.id == "days") for question in PROTOCOL.questions
    )
    program = changed(questions=lasting)
    page = handover_page(assessed(WELL | {"years": 70, "feverish": True}, program=program))

    assert terms(page, "SBAR") == {
        "Situation": "Sore throat: same_day (TODAY), complete; "
        "certain same_day, possible same_day.",
        "Background": "age 70 years; breathing and swallowing: none of these; yes to fever.",
        "Assessment": "Said: age 70 years; yes to fever. A fever that stays needs a check. "
        "Self-reported answers; nobody was examined.",
        "Recommendation": "Get help today. Ask your clinic. When: 24 hours.",
    }


def test_a_sheet_with_open_questions_says_so() -> None:
    """Nothing lasting is known, and what is open could change the urgency."""
    page = handover_page(assessed({}))

    assert terms(page, "SBAR")["Background"] == "nothing lasting was reported."
    assert terms(page, "SBAR")["Assessment"].startswith("Open questions can still change this.")


def test_a_source_stands_with_where_it_was_read() -> None:
    """Address, year, and the page that was really read."""
    read = replace(PROTOCOL.evidence[0], checked="secondary", year="2020",
                   address="https://example.org/1", read_at="https://example.org/2")  # fmt: skip
    verdicts = (replace(PROTOCOL.modules[0].verdicts[1], evidence=("textbook",)),)
    module = replace(PROTOCOL.modules[0], verdicts=verdicts)
    page = handover_page(assessed(WELL, program=changed(evidence=(read,), modules=(module,))))

    assert under(page, "SOURCES").items == (
        (
            "textbook: A made-up textbook. Nobody. 2020. https://example.org/1 "
            "[read in a copy or summary: https://example.org/2] Things for a test."
        ),
    )


def test_the_record_names_what_decided() -> None:
    """Receipt, digest of the protocol, reference, and whose numbers were shown."""
    a = assessed(WELL | {"ref": "A-17"}, None)
    record = under(handover_page(a), "RECORD")

    assert record.labelled == (
        ("Receipt", receipt_of(a)),
        ("Protocol", f"sore_throat {a.program.digest}"),
        ("Country of numbers", "none named"),
    )
    assert record.paragraphs[-1] == "Reference: A-17"
