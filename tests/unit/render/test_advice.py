"""What may help, and what is withheld."""

from __future__ import annotations

from msgspec.structs import replace

from backtriage.render.page.advice import (
    MIN_USUAL,
    advice_blocks,
    how_sure,
    module_notes,
    withheld_block,
)
from backtriage.render.page.page import Block
from backtriage.terms.condition import Always
from tests.support.assessments import assessed, changed
from tests.support.protocols import TINY, program_in
from tests.support.sheets import WELL

PROTOCOL = program_in(TINY).protocol


def test_advice_is_listed_by_kind_with_its_strength() -> None:
    comfort, honey = advice_blocks(assessed(WELL))

    assert comfort == Block(
        heading="What may help",
        items=("Drink often, in small sips. [everyday advice]", "Suck a lozenge."),
    )
    assert honey.paragraphs == (
        "Honey in a warm drink may soothe.",
        "You said: age 30 years.",
        "Counted from your answers: signs 0. A count alone shows nothing about your health.",
    )


def test_a_module_is_shown_with_the_advice_of_the_same_name() -> None:
    module = replace(PROTOCOL.modules[0], id="comfort", title="Comfort", counts=())
    blocks = list(advice_blocks(assessed(WELL, program=changed(modules=(module,)))))

    assert blocks == [
        Block(
            heading="Comfort",
            paragraphs=("Honey in a warm drink may soothe.", "You said: age 30 years."),
            items=("Drink often, in small sips. [everyday advice]", "Suck a lozenge."),
        )
    ]


def test_a_module_that_is_not_discussed_says_why_except_in_an_emergency() -> None:
    today = assessed(WELL | {"years": 70, "feverish": True})
    now = assessed(WELL | {"airway": ["breathing"]})

    assert [block.paragraphs for block in module_notes(today)] == [
        ("We do not talk about honey now.",)
    ]
    assert list(module_notes(now)) == []
    assert list(module_notes(assessed(WELL))) == []
    assert list(advice_blocks(today)) == [Block(heading="What may help")]


def test_withheld_advice_is_grouped_by_the_answers_responsible() -> None:
    young = assessed(WELL | {"years": 8})
    syrup = replace(PROTOCOL.advice[1], id="cough_syrup", short="Syrup for a cough")
    both = changed(advice=(*PROTOCOL.advice, syrup))

    assert withheld_block(young).items == ("Lozenges. You told us: age 8 years.",)
    assert withheld_block(assessed(WELL | {"years": 8}, program=both)).items == (
        "Lozenges; syrup for a cough. You told us: age 8 years.",
    )
    assert withheld_block(assessed(WELL)) == Block(heading="What we hold back")


def test_nothing_is_withheld_for_an_answer_that_is_missing() -> None:
    unknown = assessed({"airway": [], "feverish": False, "days": "under_1_week"})

    assert unknown.withheld == ()
    assert [advice.id for advice in unknown.undecided] == ["lozenges"]


def test_the_most_common_strength_is_stated_once() -> None:
    drink, lozenge = PROTOCOL.advice
    named = [replace(drink, id=f"drink_{at}", short="Drinking") for at in range(MIN_USUAL)]
    sure = replace(drink, id="sure", strength="A trial")
    block, *_ = advice_blocks(assessed(WELL, program=changed(advice=(*named, sure))))
    mixed, *_ = advice_blocks(assessed(WELL, program=changed(advice=(*named, lozenge))))

    assert block.items[0] == "Drinking: Drink often, in small sips."
    assert block.items[-1] == "Drink often, in small sips. [A trial]"
    assert block.closing == ("Where nothing stands in brackets: everyday advice.",)
    assert mixed.items[0] == "Drinking: Drink often, in small sips. [everyday advice]"
    assert mixed.closing == ()


def test_strengths_are_explained_only_if_there_are_any() -> None:
    assert how_sure(assessed(WELL)).paragraphs == ("Brackets show how sure we are.",)
    assert how_sure(assessed(WELL | {"airway": ["breathing"]})) == Block()


def test_a_verdict_that_always_holds_names_no_answer() -> None:
    verdicts = (replace(PROTOCOL.modules[0].verdicts[1], when=Always()),)
    module = replace(PROTOCOL.modules[0], verdicts=verdicts, counts=())
    *_, honey = advice_blocks(assessed(WELL, program=changed(modules=(module,))))

    assert honey == Block(heading="Honey", paragraphs=("Ask a pharmacist first.",))
