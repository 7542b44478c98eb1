"""What may help, and what is withheld."""

from __future__ import annotations

from msgspec.structs import replace

from backtriage.decide.assessment import Assessment
from backtriage.render.page.advice import withheld_block
from backtriage.render.page.page import Block
from backtriage.render.page.sections import sections_of
from backtriage.terms.condition import Always
from backtriage.terms.urgency import Urgency
from tests.support.assessments import assessed, changed
from tests.support.protocols import TINY, program_in
from tests.support.sheets import WELL

PROTOCOL = program_in(TINY).protocol


def blocks(a: Assessment, page: str) -> tuple[Block, ...]:
    return next((each.blocks for each in sections_of(a) if each.id == page), ())


def test_advice_is_listed_by_kind_with_its_strength() -> None:
    comfort, legend = blocks(assessed(WELL), "helps")

    assert comfort == Block(
        heading="What may help", items=("Drink often, in small sips. [1]", "Suck a lozenge.")
    )
    assert legend == Block(heading="How sure we are", items=("[1] everyday advice",))


def test_a_module_says_what_it_rests_on() -> None:
    (honey,) = blocks(assessed(WELL), "honey")
    counting = replace(PROTOCOL.modules[0], show_up_to=Urgency.SAME_DAY)
    feverish = assessed(WELL | {"feverish": True}, program=changed(modules=(counting,)))
    (counted,) = blocks(feverish, "honey")

    assert honey.paragraphs == ("Honey in a warm drink may soothe.", "You said: age 30 years.")
    assert counted.paragraphs[-1] == (
        "Counted from your answers: signs 1. A count alone shows nothing about your health."
    )


def test_a_module_is_shown_with_the_advice_of_the_same_name() -> None:
    module = replace(PROTOCOL.modules[0], id="comfort", title="Comfort", counts=())
    a = assessed(WELL, program=changed(modules=(module,)))

    assert blocks(a, "helps") == ()
    verdict, given, legend = blocks(a, "comfort")
    assert verdict.paragraphs == ("Honey in a warm drink may soothe.", "You said: age 30 years.")
    assert given.items == ("Drink often, in small sips. [1]", "Suck a lozenge.")
    assert legend.items == ("[1] everyday advice",)


def test_a_strength_that_is_shared_has_one_number() -> None:
    drink = PROTOCOL.advice[0]
    named = [replace(drink, id=f"drink_{at}", short="Drinking") for at in range(2)]
    sure = replace(drink, id="sure", short="Sipping", strength="A trial")
    table, legend = blocks(assessed(WELL, program=changed(advice=(*named, sure))), "helps")

    assert table.table is not None
    assert [row[1][-3:] for row in table.table.rows] == ["[1]", "[1]", "[2]"]
    assert legend.items == ("[1] everyday advice", "[2] A trial")


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


def test_a_verdict_that_always_holds_names_no_answer() -> None:
    verdicts = (replace(PROTOCOL.modules[0].verdicts[1], when=Always()),)
    module = replace(PROTOCOL.modules[0], verdicts=verdicts, counts=())
    (honey,) = blocks(assessed(WELL, program=changed(modules=(module,))), "honey")

    assert honey == Block(paragraphs=("Ask a pharmacist first.",))
