"""The pages behind the card."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from backtriage.decide.assessment import Assessment
from backtriage.render.page.answer import UnknownSectionError, answer_of, blocks_of, titled
from backtriage.render.page.card import card_of
from backtriage.render.page.page import Action, Block, Table, Title
from backtriage.render.page.private import without_private
from backtriage.render.page.sections import CardSection, sections_of
from backtriage.terms.urgency import Urgency
from tests.support.assessments import assessed
from tests.support.protocols import shipped, tiny
from tests.support.sheets import CANNOT_PEE, FELL, STRAIN, WELL, Sheet
from tests.unit.render.test_card import SAFETY_ONLY


def person(sheet: Sheet) -> Assessment:
    return assessed(sheet, "GB", shipped())


def of(a: Assessment) -> dict[str, CardSection]:
    return {section.id: section for section in sections_of(a)}


def told(section: CardSection) -> str:
    """All words of a page, once each block has been read."""
    return " ".join(map(repr, section.blocks))


def test_each_page_has_a_key_of_its_own() -> None:
    sections = sections_of(person(STRAIN))

    assert [(each.id, each.key) for each in sections] == [
        ("why", "w"), ("magnesium", "m"), ("helps", "a"), ("signs", "d"), ("about", "i"),
    ]  # fmt: skip
    assert next(each.title for each in sections if each.id == "magnesium") == "Magnesium"


def test_a_module_is_opened_by_a_letter_of_its_title_or_by_a_digit() -> None:
    a = assessed(WELL)
    (module,) = a.module_results

    def key_for(*titles: str) -> list[str]:
        results = tuple(
            replace(module, module=replace(module.module, id=f"m{number}", title=title))
            for number, title in enumerate(titles)
        )
        sections = sections_of(replace(a, module_results=results))
        return [each.key for each in sections if each.id.startswith("m")]

    assert key_for("Honey", "Hot drinks", "Sweat", "Éa", "Éa") == ["h", "o", "t", "1", "2"]


def test_an_emergency_has_no_advice_behind_its_card() -> None:
    a = person(CANNOT_PEE)

    assert a.urgency is Urgency.EMERGENCY
    assert [*of(a)] == ["why", "about"]


def test_out_of_scope_there_is_what_to_do_and_no_advice() -> None:
    sections = of(person(STRAIN | {"answering_for": "not_reachable"}))

    headings = [block.heading for block in sections["helps"].blocks]
    assert headings == ["What to do now", "What to bring"]
    assert "magnesium" not in sections


def test_today_a_module_says_why_it_is_not_discussed() -> None:
    a = person(FELL)

    (block,) = of(a)["magnesium"].blocks
    assert block == Block(paragraphs=(shipped().modules[0].why_not,))
    headings = [block.heading for block in of(a)["helps"].blocks]
    assert headings[:2] == ["What to do now", "What to bring"]


def test_a_module_that_was_not_asked_about_says_so() -> None:
    (block,) = of(person(SAFETY_ONLY))["magnesium"].blocks

    assert block.paragraphs == ("You have not answered the questions about this.",)


def test_every_piece_of_advice_stands_on_one_page_with_the_number_of_its_strength() -> None:
    a = person(STRAIN)
    sections = of(a)
    pages = {"magnesium": told(sections["magnesium"]), "helps": told(sections["helps"])}

    for advice in a.advice:
        own = "magnesium" if advice.kind == "magnesium" else "helps"
        said = [advice.text] if advice.text else [row.cells[0] for row in advice.rows]
        for part in said:
            assert [page for page, text in pages.items() if repr(a.words.fill(part))[1:-1]
                    in text] == [own]  # fmt: skip
    legends = [sections[page].blocks[-1] for page in pages]
    assert {legend.heading for legend in legends} == {"How sure we are"}
    shown = {item.partition("] ")[2] for legend in legends for item in legend.items}
    assert shown == {advice.strength for advice in a.advice}
    for legend in legends:
        assert [item.split()[0] for item in legend.items] == [
            f"[{number}]" for number, _ in enumerate(legend.items, 1)
        ]


def test_advice_with_names_is_a_table_and_other_advice_a_list() -> None:
    table, *_ = [block.table for block in of(person(STRAIN))["magnesium"].blocks if block.table]
    assert table.headings == ("About", "What we know")
    assert all(len(row) == 2 and all(row) for row in table.rows)

    blocks = of(assessed(WELL))["helps"].blocks
    assert not any(block.table for block in blocks)
    assert any(block.items for block in blocks)


def test_rows_of_advice_stand_together_in_their_table() -> None:
    a = person(STRAIN | {"medicines_a": ["thyroid", "bone"], "medicines_b": ["iron"]})
    blocks = {block.heading: block for block in of(a)["magnesium"].blocks if block.table}

    apart = blocks["Keep these apart from magnesium"].table
    assert apart is not None
    assert apart.headings == ("Medicine", "How far apart")
    assert [row[0] for row in apart.rows] == ["Bone tablets", "Thyroid tablets", "Iron"]
    food = blocks["Magnesium in food"]
    assert food.table is not None
    assert food.paragraphs[0].endswith("]")  # one mark for all rows, which rest on one source
    assert not any("[" in cell for row in food.table.rows for cell in row)
    assert "Magnesium in food" not in {
        block.heading for block in of(person(STRAIN | {"magnesium_gate": ["kidney"],
                                                       "food_limits": False}))["magnesium"].blocks
    }  # fmt: skip


@pytest.mark.parametrize("a", [person(STRAIN), person(FELL), assessed(WELL)])
def test_every_sign_has_a_sentence_or_a_line_on_the_card(a: Assessment) -> None:
    """Those that mean a visit later have no line."""
    behind = of(a)
    blocks = behind["signs"].blocks if "signs" in behind else ()
    signs = [item for block in blocks for item in block.items]
    lines = [line for net in card_of(a).nets for line in net.lines]

    for entry in a.come_back:
        is_behind = entry.line or entry.urgency < Urgency.SAME_DAY
        text = a.words.fill(entry.rule.come_back)
        assert not text or text in (signs if is_behind else lines)
    assert len(signs) == len(set(signs))


def test_a_page_that_would_be_empty_is_left_out() -> None:
    today = of(assessed(WELL | {"years": 70, "feverish": True}))

    assert "signs" not in today  # they all stand on the card
    assert today["about"].blocks[0].paragraphs[:2] == (
        "Whose answers: age 70 years.", tiny().protocol.disclaimer,
    )  # fmt: skip
    assert of(assessed({}))["about"].blocks[0].paragraphs[0] == tiny().protocol.disclaimer


def test_an_answer_is_the_card_or_pages_too() -> None:
    a = person(STRAIN)

    assert answer_of(a).sections == ()
    assert answer_of(a, full=True).sections == sections_of(without_private(a))
    one = answer_of(a, section="magnesium")
    assert (one.has_card, [each.id for each in one.sections]) == (False, ["magnesium"])
    rules = answer_of(a, why=True).sections[-1]
    assert rules.blocks[0].clauses


def test_a_page_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(UnknownSectionError) as refused:
        answer_of(person(CANNOT_PEE), section="magnesium")

    assert refused.value.ids == ("why", "about")


@pytest.mark.parametrize("sheet", [STRAIN, FELL, CANNOT_PEE])
def test_blocks_begin_with_what_to_do_and_end_with_it_if_they_are_many(sheet: Sheet) -> None:
    a = person(sheet)
    action, *short = blocks_of(answer_of(a))
    assert isinstance(action, Action)
    assert action not in short

    first, *_, last = blocks_of(answer_of(a, full=True))
    assert first == last == action
    one = blocks_of(answer_of(a, section="why"))
    assert [type(part) for part in one[:3]] == [Action, Block, Title]


def test_a_title_is_not_said_twice() -> None:
    block = Block(heading="Why", paragraphs=("So.",))
    section = CardSection(id="why", key="w", title="Why", blocks=(block,))

    assert titled(section) == (Title("Why"), Block(paragraphs=("So.",)))


def test_a_table_alone_is_not_empty() -> None:
    assert not Block(table=Table(headings=("A",), rows=())).is_empty


@pytest.mark.parametrize("title", ["运动", "Magnesium"])
def test_there_may_be_more_pages_than_keys(title: str) -> None:
    """No page is lost: what has no key is still printed and saved."""
    a = person(STRAIN)
    (result,) = a.module_results
    modules = [replace(result.module, id=f"m{n}", title=title) for n in range(60)]
    many = replace(a, module_results=tuple(replace(result, module=each) for each in modules))

    sections = sections_of(many)

    keys = [section.key for section in sections if section.key]
    assert {each.id for each in modules} <= {section.id for section in sections}
    assert len(set(keys)) == len(keys) > 12
