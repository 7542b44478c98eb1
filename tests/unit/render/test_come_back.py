"""When to come back: lines and sentences on the card, and the sentences behind it."""

from __future__ import annotations

from msgspec.structs import replace

from backtriage.decide.assessment import Assessment
from backtriage.protocol.protocol import Sign
from backtriage.render.page.card import card_of
from backtriage.render.page.come_back import signs_off_the_card
from backtriage.render.page.page import Block
from backtriage.terms.condition import Always, Fact, Includes, Scores, Yes
from backtriage.terms.urgency import Urgency
from tests.support.assessments import assessed, changed, rule, with_lines
from tests.support.protocols import TINY, program_in
from tests.support.sheets import WELL

PROTOCOL = program_in(TINY).protocol


def on_the_card(a: Assessment) -> list[tuple[str, tuple[str, ...]]]:
    return [(net.heading, net.lines) for net in card_of(a).nets]


def test_signs_stand_on_the_card_or_behind_it_under_their_headings() -> None:
    a = assessed(WELL)

    assert on_the_card(a) == [
        ("Call 999 now if", ("You find it hard to breathe.",)),
        ("Get help today if", ("A fever stays for 3 days.",)),
    ]
    assert signs_off_the_card(a) == (
        Block(heading="Book an appointment if:", items=("It lasts longer than a week.",)),
    )


def test_lines_stand_on_the_card_and_their_sentences_behind_it() -> None:
    a = assessed(WELL, program=with_lines())

    assert on_the_card(a) == [
        ("Call 999 now if", ("Hard to breathe",)), ("Get help today if", ("A fever for 3 days",)),
    ]  # fmt: skip
    first, *lists = signs_off_the_card(a)
    assert first.paragraphs == (
        "Does a sign fit more than one list? Then go by the first of them.",
    )
    assert tuple(lists) == (
        Block(heading="Call 999 now if:", items=("You find it hard to breathe.",)),
        Block(heading="Get help today if:", items=("A fever stays for 3 days.",)),
        Block(heading="Book an appointment if:", items=("It lasts longer than a week.",)),
    )


def test_a_sentence_that_nobody_who_reads_its_line_can_need_is_left_out() -> None:
    program = with_lines()
    unlisted = Sign(group="breath", reason="Nobody here can have it.", unlisted=True)
    rules = tuple(
        replace(rule, signs=(unlisted,)) if rule.id == "cannot_breathe" else rule
        for rule in program.rules
    )
    a = assessed(WELL, program=changed(safety_net=program.protocol.safety_net, rules=rules))

    assert [block.heading for block in signs_off_the_card(a)] == [
        "", "Get help today if:", "Book an appointment if:",
    ]  # fmt: skip


def test_an_emergency_has_no_signs() -> None:
    a = assessed(WELL | {"airway": ["breathing"]})

    assert on_the_card(a) == []
    assert signs_off_the_card(a) == ()


def test_equal_sentences_stand_under_the_most_urgent_heading() -> None:
    rules = (
        rule("a", Urgency.SOON, Includes("airway", "breathing"), come_back="You choke."),
        rule("b", Urgency.ROUTINE, Includes("airway", "drooling"), come_back="You choke."),
        rule("c", Urgency.SOON, Yes("feverish"), come_back="You are hot."),
        rule("d", Urgency.ROUTINE, Fact("long_fever"), come_back="You stay hot."),
        rule("e", Urgency.ROUTINE, Scores("signs", 2), come_back=""),
        rule("home", Urgency.SELF_CARE, Always()),
    )
    _, soon, later = signs_off_the_card(assessed(WELL, program=changed(rules=rules)))

    assert soon.items == ("You choke.", "You are hot.")
    assert later.items == ("You stay hot.",)


def test_a_level_without_a_heading_uses_its_headline() -> None:
    levels = tuple(replace(level, come_back_heading="") for level in PROTOCOL.levels)
    a = assessed(WELL, program=changed(levels=levels))

    assert [heading for heading, _ in on_the_card(a)] == ["Call 999 now", "Get help today"]
    assert [block.heading for block in signs_off_the_card(a)] == ["Book a visit:"]
