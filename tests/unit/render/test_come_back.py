"""When to come back."""

from __future__ import annotations

from msgspec.structs import replace

from backtriage.render.page.come_back import come_back_blocks, come_back_in_full
from backtriage.render.page.page import Block
from backtriage.terms.condition import (
    All,
    Always,
    Any,
    Fact,
    Includes,
    Is,
    Scores,
    Yes,
)
from backtriage.terms.urgency import Urgency
from tests.support.assessments import assessed, changed, rule, with_lines
from tests.support.protocols import TINY, program_in
from tests.support.sheets import WELL

PROTOCOL = program_in(TINY).protocol
LISTED = replace(
    PROTOCOL.questions[1],
    choices=tuple(
        replace(PROTOCOL.questions[1].choices[0], id=f"c{at}", check="") for at in range(9)
    ),
)


def test_signs_are_listed_under_their_headings() -> None:
    assert come_back_blocks(assessed(WELL)) == (
        Block(heading="Call 999 now if:", items=("You find it hard to breathe.",)),
        Block(heading="Get help today if:", items=("A fever stays for 3 days.",)),
        Block(heading="Book an appointment if:", items=("It lasts longer than a week.",)),
    )


def test_lines_come_first_and_their_sentences_stand_in_full_pages() -> None:
    a = assessed(WELL, program=with_lines())
    assert come_back_blocks(a) == (
        Block(heading="Call 999 now if:", items=("Hard to breathe",)),
        Block(heading="Get help today if:", items=("A fever for 3 days",)),
        Block(heading="Book an appointment if:", items=("It lasts longer than a week.",)),
    )
    assert come_back_in_full(a) == (
        Block(heading="Call 999 now if, in full:", items=("You find it hard to breathe.",)),
        Block(heading="Get help today if, in full:", items=("A fever stays for 3 days.",)),
    )


def test_an_emergency_has_no_signs() -> None:
    assert come_back_blocks(assessed(WELL | {"airway": ["breathing"]})) == ()


def test_equal_sentences_and_headings_are_merged() -> None:
    rules = (
        rule("a", Urgency.EMERGENCY, Includes("airway", "breathing"), come_back="You choke."),
        rule("b", Urgency.SAME_DAY, Includes("airway", "drooling"), come_back="You choke."),
        rule("c", Urgency.SOON, Yes("feverish"), come_back="You are hot."),
        rule("d", Urgency.ROUTINE, Fact("long_fever"), come_back="You stay hot."),
        rule("e", Urgency.ROUTINE, Scores("signs", 2), come_back=""),
        rule("home", Urgency.SELF_CARE, Always()),
    )

    assert come_back_blocks(assessed(WELL, program=changed(rules=rules))) == (
        Block(heading="Call 999 now if:", items=("You choke.",)),
        Block(heading="Book an appointment if:", items=("You are hot.", "You stay hot.")),
    )


def test_a_level_without_a_heading_uses_its_headline() -> None:
    levels = tuple(replace(level, come_back_heading="") for level in PROTOCOL.levels)
    blocks = come_back_blocks(assessed(WELL, program=changed(levels=levels)))

    assert [block.heading for block in blocks] == [
        "Call 999 now:", "Get help today:", "Book a visit:",
    ]  # fmt: skip


def test_a_long_list_takes_turns_between_headings_and_areas() -> None:
    items = [Includes("airway", f"c{at}") for at in range(9)]
    rules = (
        *(rule(f"e{at}", Urgency.EMERGENCY, items[at]) for at in reversed(range(6))),
        rule("hot", Urgency.EMERGENCY, Yes("feverish")),
        *(rule(f"s{at}", Urgency.SAME_DAY, items[at]) for at in range(6, 9)),
        rule("points", Urgency.ROUTINE, Scores("signs", 2)),
        rule("home", Urgency.SELF_CARE, Always()),
    )  # fmt: skip
    questions = (PROTOCOL.questions[0], LISTED, *PROTOCOL.questions[2:])
    scores = (replace(PROTOCOL.scores[0], points=PROTOCOL.scores[0].points[2:]),)
    program = changed(questions=questions, rules=rules, scores=scores, advice=())

    assert come_back_blocks(assessed(WELL, program=program)) == (
        Block(
            heading="Call 999 now if:",
            items=("You see e0.", "You see hot.", "You see e1.", "You see e2."),
            closing=("If you cannot breathe, call 999 now.",),
        ),
        Block(heading="Get help today if:", items=("You see s6.", "You see s7.", "You see s8.")),
        Block(
            heading="Book an appointment if:",
            items=("You see points.",),
            closing=("3 more signs stand in the full record (a .json file).",),
        ),
    )


def test_single_findings_come_before_joint_ones() -> None:
    breath, hot = Includes("airway", "breathing"), Yes("feverish")
    rules = (
        rule("both", Urgency.EMERGENCY, All((breath, Is("days", ("longer",))))),
        rule("fact", Urgency.EMERGENCY, Any((Fact("long_fever"), hot))),
        rule("home", Urgency.SELF_CARE, Always()),
    )
    (block,) = come_back_blocks(assessed(WELL, program=changed(rules=rules)))

    assert block.items == ("You see fact.", "You see both.")

    # What holds already needs nothing more: then the area decides.
    (block,) = come_back_blocks(assessed(WELL | {"days": "longer"}, program=changed(rules=rules)))
    assert block.items == ("You see both.", "You see fact.")
