"""The patient's page."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from backtriage.decide.assessment import Assessment
from backtriage.render.page import Block, Page, page_for
from backtriage.terms.condition import Includes, Is, Not, Yes
from backtriage.terms.urgency import Urgency
from tests.support.assessments import assessed, block_under, changed, rule
from tests.support.protocols import TINY, program_in
from tests.support.sheets import WELL

PROTOCOL = program_in(TINY).protocol
AIR = Includes("airway", "breathing")
SPIT = Includes("airway", "drooling")


def patient_page(assessment: Assessment) -> Page:
    """The card and all pages behind it."""
    return page_for(assessment, private=True)


def headings(page: Page) -> list[str]:
    return [block.heading for block in page.blocks]


def labelled(page: Page, label: str) -> list[str]:
    """What stands after a label on the card."""
    return [text for block in page.blocks for name, text in block.labelled if name == label]


def test_an_emergency_page_has_only_why_and_what_to_do() -> None:
    page = patient_page(assessed(WELL | {"airway": ["breathing"]}))

    assert page.lead == ()
    assert page.action.call == "EMERGENCY: Call 999 now"
    assert headings(page) == ["", "", "Do now", "", "Why we say this", ""]
    assert labelled(page, "Why") == [
        "Trouble breathing or swallowing spit can mean a blocked throat."
    ]
    assert block_under(page, "Do now").items == ("Sit up. Do not lie down.",)
    assert block_under(page, "Why we say this").items == (
        (
            "You said: hard to breathe. "
            "Trouble breathing or swallowing spit can mean a blocked throat."
        ),
    )


def test_what_was_checked_is_not_asked_for_again() -> None:
    sheet = WELL | {"airway": ["breathing?", "drooling?"]}
    both = patient_page(assessed(sheet))
    one = patient_page(assessed(sheet | {"checked": ["airway.drooling"]}))
    none = patient_page(assessed(sheet | {"checked": ["airway.breathing", "airway.drooling"]}))

    assert one.lead == both.lead
    assert none.lead == (
        Block(paragraphs=(
            ("You tried to find out about hard to breathe; and cannot swallow your spit. "
            "It must still be checked now."),
        )),
    )  # fmt: skip
    assert len(labelled(both, "Check now")) == 2
    (check,) = labelled(one, "Check now")
    assert check.startswith("Hard to breathe.")
    assert labelled(none, "Check now") == []


def test_an_emergency_that_rests_on_not_sure_says_so_first() -> None:
    page = patient_page(assessed(WELL | {"airway": ["breathing?"]}))

    assert page.lead == (
        Block(paragraphs=("You were not sure about hard to breathe: this must be checked now.",)),
    )
    assert labelled(page, "Check now") == [
        "Hard to breathe. Try to say a whole sentence in one breath."
    ]
    (checks,) = [block for block in page.blocks if block.closing and block.labelled]
    assert checks.closing[0].startswith("If it is clearly not so, change that answer.")


def test_an_emergency_names_only_the_doubts_that_it_rests_on() -> None:
    """A fever would be for the same day."""
    alone = patient_page(assessed(WELL | {"airway": ["breathing?"]}))
    sheet = WELL | {"airway": ["breathing?"], "feverish": "not_sure"}
    tried = patient_page(assessed(sheet | {"checked": ["airway.breathing"]}))

    assert patient_page(assessed(sheet)).lead == alone.lead
    assert labelled(patient_page(assessed(sheet)), "Check now") == labelled(alone, "Check now")
    assert "You tried to find out about hard to breathe." in repr(tried.lead)


def test_only_three_doubts_are_named() -> None:
    rules = (
        rule("spit", Urgency.EMERGENCY, SPIT, if_unsure=Urgency.EMERGENCY),
        rule("air", Urgency.EMERGENCY, AIR, if_unsure=Urgency.EMERGENCY),
        rule("hot", Urgency.EMERGENCY, Yes("feverish"), if_unsure=Urgency.EMERGENCY),
        rule("long", Urgency.EMERGENCY, Is("days", ("longer",)), if_unsure=Urgency.EMERGENCY),
        rule("again", Urgency.EMERGENCY, Yes("feverish"), if_unsure=Urgency.EMERGENCY),
    )  # fmt: skip
    sheet = {"airway": ["not_sure"], "feverish": "not_sure", "days": "not_sure"}
    page = patient_page(assessed(sheet, program=changed(rules=rules)))

    assert page.lead[0].paragraphs == (
        (
            "You were not sure about cannot swallow your spit; hard to breathe; fever; "
            "and 1 more: this must be checked now."
        ),
    )
    assert labelled(page, "Check now") == [
        "Hard to breathe. Try to say a whole sentence in one breath.",
        "Cannot swallow your spit.",
        "How long.",
    ]


def test_a_certain_reason_comes_before_an_unsure_one() -> None:
    rules = (
        rule("air", Urgency.EMERGENCY, AIR, if_unsure=Urgency.EMERGENCY),
        rule("hot", Urgency.EMERGENCY, Yes("feverish")),
    )  # fmt: skip
    sheet = {"airway": ["breathing?"], "feverish": True}
    page = patient_page(assessed(sheet, program=changed(rules=rules)))

    assert page.lead == ()
    assert labelled(page, "Why") == ["Because of hot."]


def test_an_emergency_names_other_services_once_each() -> None:
    rules = (
        rule("air", Urgency.EMERGENCY, Includes("airway", "breathing")),
        rule("spit", Urgency.EMERGENCY, Includes("airway", "drooling"), service="hospital"),
        rule("hot", Urgency.EMERGENCY, Yes("feverish"), service="clinic"),
        rule("hot_too", Urgency.EMERGENCY, Yes("feverish"), service="clinic"),
        rule("old", Urgency.SAME_DAY, Yes("feverish"), service="home"),
    )
    sheet = {"airway": ["breathing", "drooling"], "feverish": True}
    page = patient_page(assessed(sheet, program=changed(rules=rules)))

    assert page.action.where == "Go to A&E."
    assert labelled(page, "Why") == ["Because of air."]
    assert Block(paragraphs=("Ask your clinic.",)) in page.blocks


def test_the_order_of_blocks_below_an_emergency() -> None:
    sheet = WELL | {"years": 70, "feverish": True, "fever_days": "not_sure"}
    page = patient_page(assessed(sheet))

    assert [heading for heading in headings(page) if heading] == [
        "Call 999 now if", "Why we say this", "You were not sure about", "What to bring",
    ]  # fmt: skip
    assert labelled(page, "Honey") == ["We do not talk about honey now."]
    assert block_under(page, "You were not sure about").items == ("Days of fever.",)


def test_numbered_steps_follow_the_action() -> None:
    levels = tuple(
        replace(level, steps=("Call {emergency_number}.",)) if level.bring else level
        for level in PROTOCOL.levels
    )
    sheet = WELL | {"years": 70, "feverish": True}
    page = patient_page(assessed(sheet, program=changed(levels=levels)))

    steps = Block(heading="What to do now", items=("Call 999.",), is_numbered=True)
    assert steps in page.blocks
    assert replace(steps, heading="Do now") in page.blocks


def test_a_place_of_help_with_steps_of_its_own_replaces_those_of_the_urgency() -> None:
    services = tuple(
        replace(service, steps=("Stay with someone.",)) if service.id == "clinic" else service
        for service in PROTOCOL.services
    )
    rules = (
        rule("air", Urgency.EMERGENCY, Includes("airway", "breathing"), service="hospital"),
        rule("hot", Urgency.EMERGENCY, Yes("feverish"), service="clinic"),
    )
    levels = tuple(replace(level, steps=("Wait outside.",)) for level in PROTOCOL.levels)
    program = changed(rules=rules, services=services, levels=levels)

    def steps(**sheet: object) -> tuple[str, ...]:
        page = patient_page(assessed(WELL | sheet, program=program))
        return block_under(page, "Do now").items

    assert steps(feverish=True) == ("Stay with someone.",)
    assert steps(feverish=True, airway=["breathing"]) == ("Wait outside.",)


def test_self_care_lists_what_may_help() -> None:
    page = patient_page(assessed(WELL | {"years": 8}))

    assert [heading for heading in headings(page) if heading] == [
        "Call 999 now if", "Get help today if", "Why we say this", "What may help",
        "What we hold back", "How sure we are", "Book an appointment if:",
    ]  # fmt: skip


def test_an_incomplete_page_says_so_first() -> None:
    page = patient_page(assessed({}))

    assert [block.paragraphs for block in page.lead] == [
        ("INCOMPLETE: this is not yet a result. 5 questions are open.",),
        ("Not answered: age; breathing and swallowing; how long; fever; days of fever.",),
        ("If you cannot answer them, act on this:",),
    ]


def test_only_five_open_questions_are_named() -> None:
    more = tuple(replace(question, id=f"{question.id}_2") for question in PROTOCOL.questions)
    rules = (*PROTOCOL.rules, rule("hot", Urgency.SOON, Yes("feverish_2")))
    program = changed(questions=(*PROTOCOL.questions, *more), rules=rules)
    count, named, _ = patient_page(assessed({}, program=program)).lead

    assert count.paragraphs == ("INCOMPLETE: this is not yet a result. 6 questions are open.",)
    (text,) = named.paragraphs
    assert text.count(";") == 5
    assert text.endswith("; and 1 more.")


def test_an_incomplete_page_says_what_is_certain_already() -> None:
    page = patient_page(assessed({"years": 70, "feverish": True}))

    assert labelled(page, "Why") == [
        (
            "Open questions can still change this. Until they are answered, act on the worst they "
            "allow. The answers so far already mean: TODAY, or sooner."
        )
    ]


def test_open_rules_are_not_listed_as_reasons() -> None:
    page = patient_page(assessed({"years": 70, "airway": [], "days": "longer"}))
    why = block_under(page, "Why we say this")

    assert page.action.word == "TODAY"
    assert why.paragraphs[0].startswith("Open questions can still change this.")
    assert why.items == (
        "You said: age 70 years; a week or longer. A sore throat that stays needs a look.",
    )


def test_only_reasons_for_the_urgency_are_given() -> None:
    page = patient_page(assessed({"years": 70, "airway": [], "days": "longer", "feverish": True}))
    (why,) = block_under(page, "Why we say this").items

    assert page.action.word == "TODAY"
    assert "A sore throat that stays" not in why


def test_no_reason_to_stay_at_home_is_given_before_the_end() -> None:
    mild = rule("mild", Urgency.SELF_CARE, Not(Yes("feverish")))
    program = changed(rules=(*PROTOCOL.rules, mild))
    answered = {"years": 70, "airway": [], "feverish": False}
    early = patient_page(assessed(answered, program=program))
    late = patient_page(assessed(answered | {"days": "under_1_week"}, program=program))

    assert early.action.word != "AT HOME"
    assert not block_under(early, "Why we say this").items
    assert late.action.word == "AT HOME"
    assert len(block_under(late, "Why we say this").items) == 1


def test_open_questions_that_only_change_advice() -> None:
    page = patient_page(assessed({"years": 30, "airway": [], "feverish": False}))

    left_out = replace(program_in(TINY).protocol.advice[0], when=Is("days", ("longer",)))
    program = changed(advice=(left_out,))
    wanting = patient_page(
        assessed({"years": 30, "airway": [], "feverish": False}, program=program)
    )
    count = (
        "1 question was not answered. That cannot change how soon you need help, only the advice."
    )

    assert block_under(page, "Left open").paragraphs == (count, "How long.")
    assert block_under(wanting, "Left open").paragraphs == (
        count,
        "How long.",
        "So something may be left out under: What may help.",
    )


def test_an_unsure_reason_does_not_name_its_own_service() -> None:
    today = rule("air", Urgency.EMERGENCY, AIR, if_unsure=Urgency.SAME_DAY, service="hospital")
    program = changed(rules=(today, *PROTOCOL.rules[1:]))
    page = patient_page(assessed(WELL | {"airway": ["breathing?"]}, program=program))

    assert page.action.word == "TODAY"
    assert all("A&E" not in reason for reason in block_under(page, "Why we say this").items)


def test_out_of_scope_is_one_sentence_without_advice() -> None:
    page = patient_page(assessed(WELL | {"years": 3}))

    assert page.lead == (
        Block(paragraphs=(
            ("These questions may not fit this case. "
            "This page only says how soon to get help."),
        )),
    )  # fmt: skip
    assert page.action.call == "BOOK A VISIT: Book a visit (the coming weeks)."
    assert [heading for heading in headings(page) if heading] == [
        "Call 999 now if", "Get help today if", "Why we say this",
    ]  # fmt: skip


def test_an_out_of_scope_emergency_starts_with_the_action() -> None:
    page = patient_page(assessed(WELL | {"years": 3, "airway": ["breathing"]}))

    assert page.lead == ()
    assert page.action.word == "EMERGENCY"


@pytest.mark.parametrize("airway", [[], ["breathing"]])
def test_notes_follow_the_action(airway: list[str]) -> None:
    page = patient_page(assessed(WELL | {"years": 100, "airway": airway}))

    assert page.blocks[1] == Block(paragraphs=("Take your time.",))


def test_out_of_scope_and_incomplete() -> None:
    page = patient_page(assessed({"years": 3}))

    assert len(page.lead) == 4
    assert page.action.word == "EMERGENCY"


def test_answers_that_were_set_aside_are_listed() -> None:
    page = patient_page(assessed(WELL | {"fever_days": 2}))

    assert block_under(page, "Not counted") == Block(
        heading="Not counted",
        paragraphs=(
            "Your other answers make these questions unnecessary, so we did not count them.",
        ),
        items=("Days of fever: 2 days",),
    )


def test_every_reason_and_every_doubt_is_listed() -> None:
    items = tuple(replace(PROTOCOL.questions[1].choices[0], id=f"c{at}") for at in range(10))
    join_with_and = replace(PROTOCOL.questions[1], choices=items)
    rules = tuple(rule(f"r{at}", Urgency.SOON, Includes("airway", f"c{at}")) for at in range(9))
    hot = rule("hot", Urgency.SOON, Yes("feverish"))
    questions = (join_with_and, PROTOCOL.questions[3])
    program = changed(questions=questions, rules=(*rules, hot), facts=(), scores=(), advice=(),
                      modules=(), notes=())  # fmt: skip

    certain = patient_page(
        assessed({"airway": [f"c{at}" for at in range(9)], "feverish": True}, program=program)
    )
    doubtful = patient_page(assessed({"airway": ["not_sure"], "feverish": True}, program=program))

    assert len(block_under(certain, "Why we say this").items) == 10
    assert len(block_under(doubtful, "You were not sure about").items) == 10
    assert block_under(doubtful, "You were not sure about").closing == (
        "If you find out, answer the questions again.",
    )


def test_every_page_ends_with_disclaimer_and_provenance() -> None:
    reviewed = changed(reviewed_by="Dr A. Reviewer")
    plain = patient_page(assessed(WELL)).blocks[-1].paragraphs
    full = patient_page(assessed(WELL | {"ref": "A-17"}, None, reviewed)).blocks[-1].paragraphs

    assert plain == (
        "Whose answers: age 30 years.",
        "A test protocol. Not a diagnosis.",
        (
            "Sore throat, version 0.1.0, due for review by 2030-01-01. "
            "Clinically reviewed by: nobody yet."
        ),
        "Numbers shown: United Kingdom.",
    )
    assert full[2].endswith("Clinically reviewed by: Dr A. Reviewer.")
    assert full[3:] == ("Numbers shown: no country was named.", "Reference: A-17")
