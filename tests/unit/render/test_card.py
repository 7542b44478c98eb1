"""The card of a dozen people, as content."""

from __future__ import annotations

from msgspec.structs import replace

from backtriage.decide.assessment import Assessment
from backtriage.program.words import Words
from backtriage.render.page.card import MAX_DO_NOW, Card, Net, card_of, not_a_diagnosis
from backtriage.render.page.doubts import acted_on
from backtriage.render.page.phrasing import contradiction_text
from backtriage.render.page.private import without_private
from backtriage.terms.urgency import Urgency
from tests.support.assessments import assessed
from tests.support.protocols import ANKLE, program_in, shipped
from tests.support.sheets import CANNOT_PEE, STRAIN, ULCER, WELL, Sheet

PROGRAM = shipped()
SAFETY_ONLY: Sheet = {
    id_: value for id_, value in STRAIN.items() if id_ not in PROGRAM.advice_questions
}
"""The strain of somebody who has not come to the second part."""
THINNER_FELL: Sheet = STRAIN | {"age": 55, "health": ["thinner"], "began": "small_fall"}
KIDNEY: Sheet = STRAIN | {"magnesium_gate": ["kidney"], "food_limits": False}

LEGS_ON_WALKING = {
    "where": ["leg", "back"], "limb_signs": [], "how_long": "weeks_2_4", "behaviour": ["walking"],
    "walking_signs": [],
}  # fmt: skip


def person(sheet: Sheet, country: str | None = "GB") -> Assessment:
    return assessed(sheet, country, PROGRAM)


def on_card(advice: str, place: str) -> str:
    """What the card says of a piece of advice in some place."""
    text: str = next(getattr(a.card, place) for a in PROGRAM.advice if a.id == advice)
    assert text
    return Words(PROGRAM, "GB").fill(text)


def of_verdict(id_: str) -> str:
    (module,) = PROGRAM.modules
    return next(verdict.short for verdict in module.verdicts if verdict.id == id_)


def test_a_strain_is_looked_after_at_home() -> None:
    a = person(STRAIN)
    card = card_of(a)

    assert (card.notices, card.say, card.stops) == ((), "", ())
    assert (card.band.urgency, card.band.word) == (Urgency.SELF_CARE, a.level.word)
    assert card.band.where == "Worried? Ask a pharmacist or your GP."
    assert card.band.why == "Pain for less than 1 week. Nothing you ticked needs a visit now."
    assert card.do_now[0] == on_card("bed_rest", "do_now")
    assert on_card("sedentary", "do_now") in card.do_now
    assert len(card.do_now) == MAX_DO_NOW
    assert card.medicine == on_card("nsaid", "medicine")
    assert card.modules == (("Magnesium", of_verdict("may_ask_for_cramps")),)
    assert [net.heading for net in card.nets] == [
        "Call 999 or go to A&E now if", "Call your GP or 111 today if",
    ]  # fmt: skip
    assert card.book == ("Book a visit if", "It is no better in 3 to 4 weeks")
    assert card.disclaimer == "Not a diagnosis. No clinician has checked this tool."
    assert card.provenance == "back_pain 2.0.0, UK"


def test_the_nets_are_those_of_the_page() -> None:
    a = person(STRAIN)

    shown = [line for net in card_of(a).nets for line in net.lines]

    lines = sorted(a.net, key=lambda line: -line.group.urgency)
    assert shown == [a.words.fill(line.group.text) for line in lines]


def test_before_the_second_part_it_says_what_was_not_asked_and_forbids_nothing() -> None:
    card = card_of(person(SAFETY_ONLY))

    assert card.notices == ()
    assert card.stops == ()
    assert card.medicine == on_card("nsaid", "unasked")
    assert card.modules == (("Magnesium", PROGRAM.modules[0].unasked),)


def test_a_stop_takes_the_place_of_the_module() -> None:
    card = card_of(person(KIDNEY))

    assert card.stops == (on_card("mg_kidney", "stop"),)
    assert card.modules == ()
    assert card.medicine == on_card("pain_relief_kidney", "medicine")


def test_of_a_module_the_first_stop_says_enough() -> None:
    takes = card_of(person(KIDNEY | {"magnesium_now": ["takes"]}))
    both = card_of(person(KIDNEY | {"magnesium_gate": ["kidney", "heart_block"]}))

    assert takes.stops == (on_card("mg_kidney_stop", "stop"),)
    assert both.stops == (on_card("mg_kidney", "stop"),)


def test_in_doubt_the_verdict_is_the_stop() -> None:
    card = card_of(person(STRAIN | {"magnesium_gate": ["kidney?"], "food_limits": False}))

    assert card.stops == (of_verdict("avoid"),)
    assert card.modules == ()


def test_a_medicine_that_is_withheld_says_so_in_its_own_line() -> None:
    card = card_of(person(ULCER))

    assert card.stops == ()
    assert card.medicine == on_card("nsaid", "withheld")


def test_one_time_course_fits_the_person() -> None:
    usual = card_of(
        person(STRAIN | {"how_long": "over_3_months", "change": "usual", "stiffness_signs": []})
    )
    watched = card_of(person(STRAIN | {"age": 63}))

    assert usual.book == ("Book a visit if", "It changes, or gets in your way")
    assert watched.book == ("Book a visit if", "It is worse, or no better in 3 days")
    sent_to_a_visit = card_of(person(STRAIN | {"age": 63, "behaviour": ["severe"]}))
    assert sent_to_a_visit.book == ("Go sooner if", watched.book[1])


def test_a_place_of_help_may_say_how_soon_in_its_own_words() -> None:
    woman = STRAIN | {"sex": "female", "pregnancy": "cannot_be", "illness_signs": ["burn"]}
    band = card_of(person(woman)).band
    both = card_of(person(woman | {"behaviour": ["nothing"]}))

    assert (band.urgency, band.word, band.within) == (
        Urgency.SOON, "WITHIN 2 DAYS", "within 2 days",
    )  # fmt: skip
    assert "2 weeks" not in band.headline
    assert both.band.word == "WITHIN 2 WEEKS"  # another reason decides where to go
    assert any("within 2 days" in remark for remark in both.remarks)


def test_a_yes_that_would_mean_today_is_checked_now() -> None:
    card = card_of(person(STRAIN | {"illness_signs": ["fever?", "lump?"]}))

    assert card.band.urgency is Urgency.SOON
    (fever,) = card.checks
    assert "Take your temperature" in fever
    assert card.after_checks.startswith("If it is so, get medical help today.")
    assert not any("fever" in remark for remark in card.remarks)
    assert card_of(person(STRAIN | {"where": ["upper", "back"], "upper_signs": []})).checks == ()


def test_a_visit_says_why_in_the_answers_and_when_to_go_sooner() -> None:
    a = person(STRAIN | {"behaviour": ["severe"]})
    card = card_of(a)

    assert a.urgency is Urgency.ROUTINE
    assert card.band.headline == "Book a visit to have it looked at (in the next few weeks)."
    assert card.band.within == "in the next few weeks"
    assert card.band.why == (
        "Pain so bad that it is hard to get up, wash, dress, talk or sleep. "
        "Pain that is very bad, grows, or does not settle with rest is worth a visit."
    )
    assert card.book == ("Go sooner if", "The pain changes or gets worse")


def test_the_reason_says_what_the_answers_mean_after_as_many_as_have_room() -> None:
    whole = person(STRAIN | {"where": ["upper"], "upper_signs": []})
    shorter = person(STRAIN | {"where": ["upper"], "upper_signs": [], "how_long": "weeks_4_6"})
    none = person(STRAIN | LEGS_ON_WALKING)

    meaning = "Upper back pain needs a check more often than low back pain does."

    assert card_of(whole).band.why == f"Pain between the shoulder blades. {meaning}"
    assert card_of(whole).band.meaning == meaning
    assert card_of(shorter).band.why == (
        "Pain for 4 to 6 weeks. Upper back pain that stays is serious more often than low back "
        "pain, so have it checked."
    )
    assert card_of(none).band.why == (
        "Leg pain on walking can come from a narrow spinal canal or a blocked artery, so have it "
        "checked."
    )


def test_at_home_the_reason_has_what_they_said_as_far_as_a_line_has_room() -> None:
    a = person(STRAIN | {"how_long": "weeks_4_6"})
    pregnant = person(STRAIN | {"sex": "female", "pregnancy": "is_pregnant"})

    assert card_of(a).band.why == (
        "Nothing you ticked needs a visit now. Pain still there at 6 weeks needs a plan."
    )
    assert "regnant" not in card_of(pregnant).band.why  # not everybody is asked


def test_a_call_says_what_to_do_once() -> None:
    assert card_of(person(STRAIN)).band.headline == ""
    assert card_of(person(STRAIN | {"behaviour": ["severe"]})).band.headline != ""


def test_who_has_reviewed_it_is_named() -> None:
    program = person(STRAIN).program
    signed = replace(program, protocol=replace(program.protocol, reviewed_by="Dr Ann Other"))

    assert not_a_diagnosis(signed) == "Not a diagnosis. Reviewed by Dr Ann Other."


def test_before_a_visit_soon_how_to_get_it_comes_before_the_advice() -> None:
    a = person(STRAIN | LEGS_ON_WALKING)
    first, second, third = card_of(a).do_now

    assert a.urgency is Urgency.SOON
    assert second == on_card("legs_on_walking_care", "do_now")
    assert (first, third) == (a.level.steps[0], a.level.steps[1])


def test_what_cannot_change_is_no_reason_by_itself() -> None:
    a = person(STRAIN | {"age": 68})

    assert a.urgency is Urgency.ROUTINE
    assert card_of(a).band.why == a.words.fill(a.reasons[0].rule.because)


def test_today_says_what_to_say_and_what_not_to_do() -> None:
    a = person(THINNER_FELL)
    card = card_of(a)

    assert a.urgency is Urgency.SAME_DAY
    assert card.say == (
        "Back pain, age 55 years. Important: it began with a slip, trip, small fall "
        "or bump; a blood thinner, or an illness that causes bleeding."
    )
    assert card.stops == (
        on_card("pain_relief_thinner", "stop"), on_card("keep_thinner", "stop"),
        on_card("nsaid", "withheld"),
    )  # fmt: skip
    assert card.medicine == on_card("nsaid", "not_now")
    assert card.modules == (("Magnesium", PROGRAM.modules[0].not_now),)
    assert card.do_now == tuple(map(a.words.fill, a.level.steps[:MAX_DO_NOW]))
    assert [net.urgency for net in card.nets] == [Urgency.EMERGENCY]
    assert card.book == ("", "")


def test_today_a_doubt_forbids_too() -> None:
    card = card_of(person(ULCER | {"painkiller_gate": ["ulcer?"], "illness_signs": ["fever"]}))

    assert card.stops == (on_card("nsaid", "withheld"),)


def test_today_forbids_nothing_that_was_not_asked() -> None:
    a = person(SAFETY_ONLY | {"illness_signs": ["fever"]})

    assert a.urgency is Urgency.SAME_DAY
    assert card_of(a).stops == ()


def test_an_emergency_says_only_what_to_do_on_the_way() -> None:
    a = person(CANNOT_PEE | {"health": ["thinner"], "magnesium_gate": ["kidney"]})
    card = card_of(a)

    assert card.band.where == a.words.fill(PROGRAM.services[a.service].where)
    assert card.band.why == acted_on(a)[0].rule.because
    assert card.do_now == tuple(map(a.words.fill, PROGRAM.services[a.service].steps))
    assert (card.stops, card.medicine, card.modules, card.nets) == ((), "", (), ())
    assert card.book == ("", "")


def test_an_emergency_in_doubt_says_that_it_is_one() -> None:
    card = card_of(person(STRAIN | {"collapse": ["chest?"]}))

    assert card.band.urgency is Urgency.EMERGENCY
    assert card.notices == (
        "You were not sure about chest pain, tightness or pressure: this must be checked now.",
    )


def test_a_doubt_that_decides_alone_comes_with_its_check() -> None:
    card = card_of(person(STRAIN | {"nerve_signs": ["pee?"]}))

    (check,) = card.checks
    assert check.startswith("New trouble with pee")
    assert card.after_checks.startswith("If it is clearly not so, change that answer.")
    assert not card_of(person(CANNOT_PEE)).after_checks


def test_doubts_that_decide_nothing_are_named() -> None:
    doubts = ["kidney?", "heart_block?", "myasthenia?", "blocked_bowel?"]
    one = card_of(person(STRAIN | {"magnesium_gate": doubts[:1], "food_limits": False}))
    four = card_of(person(STRAIN | {"magnesium_gate": doubts, "food_limits": False}))

    assert one.band.urgency is Urgency.SELF_CARE
    (remark,) = one.remarks
    assert remark.startswith("You were not sure about kidney disease or a poor kidney test. If ")
    assert "myasthenia gravis; and 1 more. If" in four.remarks[0]
    said = card_of(person(STRAIN | {"illness_signs": ["fever", "wasting?"]}))
    assert "weight loss" in said.say
    assert said.remarks == ()


def test_where_else_to_turn_is_said_once() -> None:
    """A reason for another place of help, such as a crisis line, names it."""
    a = person(CANNOT_PEE | {"harm_signs": ["suicide"], "suicide_safety": True})
    card = card_of(a)

    services = {reason.rule.service or a.service for reason in acted_on(a)}
    others = [a.words.fill(PROGRAM.services[id_].where) for id_ in services - {a.service}]
    assert len(others) == 1
    assert card.remarks == tuple(others)
    assert card_of(without_private(a)).remarks == ()


def test_no_answers_are_no_result() -> None:
    card = card_of(person({}))

    assert card.notices[0].startswith("INCOMPLETE: this is not yet a result. ")
    assert card.band.urgency is Urgency.EMERGENCY
    assert card.notices[1].startswith(
        "Not answered: who it is about; sex recorded at birth; age; "
    )
    assert card.notices[1].endswith("more.")
    assert card.notices[-1] == "If you cannot answer them, act on this:"
    assert card.say == ""


def test_answers_that_do_not_fit_together_are_named_first() -> None:
    card = card_of(assessed(WELL | {"fever_days": 5}))

    assert card.notices == (
        "INCOMPLETE: some of your answers do not fit together.",
        "You said: days of fever 5 days. But also: no to fever.",
        "If one of them is not right, change it. Until then, act on:",
    )
    assert card.remarks == ()


def test_in_an_emergency_answers_that_do_not_fit_together_are_named_below() -> None:
    a = person(STRAIN | {"how_long": "over_3_months", "change": "usual",
                         "pregnancy_danger": ["push"]})  # fmt: skip
    card = card_of(a)

    assert card.notices == ()
    said, *sides, until = card.remarks
    assert said == "INCOMPLETE: some of your answers do not fit together."
    assert sides == [contradiction_text(a, each) for each in a.contradictions]
    assert all(sides)
    assert until == "If one of them is not right, change it. Until then, act on this page."


def test_out_of_scope_there_is_no_advice() -> None:
    a = person(STRAIN | {"answering_for": "not_reachable", "magnesium_gate": ["kidney"]})
    card = card_of(a)

    assert card.notices == (
        "These questions may not fit this case. This page only says how soon to get help.",
    )
    assert (card.stops, card.medicine, card.modules) == ((), "", ())
    assert card.nets


def test_private_answers_leave_the_card_with_the_rest_of_the_page() -> None:
    a = person(STRAIN | {"harm_signs": ["suicide"], "suicide_safety": False})
    own, shared = card_of(a), card_of(without_private(a))

    assert own.band.where != shared.band.where
    assert own.say == shared.say == ""
    assert (own.medicine, own.modules) == (shared.medicine, shared.modules) == ("", ())
    assert "not on this page" in shared.band.why


def ankle(**sheet: object) -> Card:
    well: Sheet = {"foot": [], "four_steps": True, "hurts": 2, "splint": ["bandage", "ice"]}
    return card_of(assessed(well | sheet, "ZZ", program_in(ANKLE)))


def test_another_protocol_says_what_stands_on_its_card() -> None:
    home = ankle()

    assert (home.do_now, home.medicine, home.stops) == (("Wrap it.",), "Ice, for a while.", ())
    assert home.modules == (("Sport", "Go on when it no longer hurts."),)
    assert home.nets[0].heading == "Ring 000 if"
    assert home.book == ("Book a visit if", "It is no better on Monday")
    assert ankle(foot=["bruise"]).stops == ("No sport yet.",)


def test_another_protocol_says_where_to_go_and_what_must_wait() -> None:
    today = ankle(four_steps=False, seen_before="not_yet")

    assert today.band.where == "To the blue house."
    assert today.medicine == "No ice now."
    assert today.modules == (("Sport", "No sport now."),)
    assert today.say == "Twisted ankle. Important: four steps: no; no X-ray yet."
    assert ankle(four_steps=False, seen_before="not_yet", splint=[]).medicine == ""


def test_without_texts_of_its_own_the_card_uses_those_of_the_page() -> None:
    a = assessed(WELL)
    card = card_of(a)

    assert card.band.headline == "Look after it at home (no visit needed now)."
    assert card.band.where == "Stay at home."
    assert card.do_now == card.stops == ()
    assert card.medicine == ""
    assert card.modules == (("Honey", "Honey in a warm drink may soothe."),)
    assert card.nets == (
        Net(urgency=Urgency.EMERGENCY, heading="Call 999 now if",
            lines=("You find it hard to breathe.",)),
        Net(urgency=Urgency.SAME_DAY, heading="Get help today if",
            lines=("A fever stays for 3 days.",)),
    )  # fmt: skip
    assert card.book == ("", "")
