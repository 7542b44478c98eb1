"""What is printed or saved of a result: the card, pages behind it, or both."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from backtriage.decide.assessment import Assessment
from backtriage.render.page.card import DO_NOT, Card, card_of
from backtriage.render.page.page import Action, Block, Page, Section, Title
from backtriage.render.page.private import visible_part
from backtriage.render.page.sections import CardSection, sections_of

_RULES: Final = "rules"


class Answer(Struct, frozen=True, kw_only=True):
    """Parts of a result, in reading order."""

    card: Card
    has_card: bool = True
    """Whether the whole card is shown, and not only what to know first and its band."""
    sections: tuple[CardSection, ...] = ()


class UnknownSectionError(Exception):
    """There is no such page behind the card of this result."""

    def __init__(self, ids: tuple[str, ...]) -> None:
        """Keep the ids of those that there are."""
        super().__init__("no such section")
        self.ids = ids


def answer_of(
    assessment: Assessment, *, full: bool = False, section: str = "", why: bool = False,
    private: bool = False,
) -> Answer:  # fmt: skip
    """Return the card, and what else is wanted.

    Args:
        assessment: The result.
        full: Whether every page behind the card follows.
        section: The id of the only page to show, under the band.
        why: Whether to append how each rule came out.
        private: Whether to show private answers, and what would give them away.

    Raises:
        UnknownSectionError: There is no such page.
    """
    shown = visible_part(assessment, private=private)
    sections = sections_of(shown) if full or section else ()
    if section:
        every, sections = sections, tuple(each for each in sections if each.id == section)
        if not sections:
            raise UnknownSectionError(tuple(each.id for each in every))
    if why:
        from backtriage.render.page.why import why_block  # noqa: PLC0415 - rarely used

        block = why_block(shown)
        rules = CardSection(id=_RULES, key="", title=block.heading, blocks=(block,))
        sections = (*sections, rules)
    return Answer(card=card_of(shown), has_card=not section, sections=sections)


def page_of(answer: Answer) -> Page:
    """Return an answer as one page of blocks, with no titles above them."""
    behind = (block for section in answer.sections for block in section.blocks)
    card = answer.card
    return Page(
        lead=tuple(Block(paragraphs=(text,)) for text in card.notices),
        action=action_on(card),
        blocks=(*_blocks(answer), *behind),
    )


def blocks_of(answer: Answer) -> tuple[Section, ...]:
    """Return an answer as an action and blocks; where pages follow, the action comes last too."""
    page = page_of(answer)
    behind = (part for section in answer.sections for part in titled(section))
    end = (page.action,) if answer.sections else ()
    return (*page.lead, page.action, *_blocks(answer), *behind, *end)


def _blocks(answer: Answer) -> tuple[Block, ...]:
    """Return the blocks of the card."""
    card = answer.card
    why = Block(labelled=(("Why", card.band.why),) if card.band.why else ())
    blocks = (why, *_body(card)) if answer.has_card else (why,)
    return tuple(block for block in blocks if not block.is_empty)


def action_on(card: Card) -> Action:
    """Return what the band of a card says to do."""
    return Action(word=card.band.word, headline=card.band.headline, where=card.band.where)


def _body(card: Card) -> tuple[Block, ...]:
    checks = Block(
        paragraphs=card.remarks,
        labelled=tuple(("Check now", text) for text in card.checks),
        closing=(card.after_checks,) if card.after_checks else (),
    )
    first = Block(
        labelled=(
            *((("Say this", f'"{card.say}"'),) if card.say else ()),
            *(("Stop", text) for text in card.stops),
            *((DO_NOT.strip(), text.removeprefix(DO_NOT)) for text in card.not_to_do),
        ),
    )
    then = Block(labelled=((("Medicine", card.medicine),) if card.medicine else ()) + card.modules)
    nets = (Block(heading=net.heading, items=net.lines) for net in card.nets)
    heading, book = card.book
    return (
        checks,
        first,
        Block(heading="Do now", items=card.to_do, is_numbered=True),
        then,
        *nets,
        Block(heading=heading, items=(book,) if book else ()),
        Block(paragraphs=(f"{card.disclaimer} {card.provenance}",)),
    )


def titled(section: CardSection) -> tuple[Title | Block, ...]:
    """Return the blocks of a page below its title, which is not said twice."""
    first, *rest = section.blocks
    if first.heading == section.title:
        first = replace(first, heading="")
    return (Title(section.title), first, *rest)
