"""The pages behind the card: what it says in a line, in full."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from backtriage.decide.advice import ModuleResult, WhyNot
from backtriage.decide.assessment import Assessment, Status
from backtriage.protocol.protocol import Advice
from backtriage.protocol.texts import AdviceTable, TableRow
from backtriage.render.page.advice import NOT_ASKED, counts_text, withheld_block
from backtriage.render.page.come_back import signs_off_the_card
from backtriage.render.page.page import Block, Table
from backtriage.render.page.patient import (
    left_open_block,
    not_sure_block,
    provenance,
    reasons_block,
    set_aside_block,
    steps_of,
    whose_answers,
)
from backtriage.render.page.phrasing import reported_answers
from backtriage.terms.urgency import Urgency

OWN: Final = {"why": "w", "helps": "a", "signs": "d", "about": "i"}
"""The pages that every protocol may have, and their keys."""

_RESERVED: Final = frozenset({*OWN.values(), *"bcefgqrsxy"})
"""Letters that mean something else beside a result, such as `s` for saving it."""

_KEYS: Final = "123456789abcdefghijklmnopqrstuvwxyz"

_ABOUT: Final = "About"
_WHAT: Final = "What we know"
_HOW_SURE: Final = "How sure we are"


class CardSection(Struct, frozen=True, kw_only=True):
    """One page behind the card."""

    id: str
    """`why`, `helps`, `signs`, `about`, or the id of a module."""
    key: str
    """A letter that opens it."""
    title: str
    blocks: tuple[Block, ...]


def sections_of(assessment: Assessment) -> tuple[CardSection, ...]:
    """Return the pages behind the card, without those that would be empty.

    Args:
        assessment: The result, without private answers if somebody else may read the pages.
    """
    a = assessment
    pages: list[tuple[str, str, tuple[Block, ...]]] = [
        ("why", "Why", _why(a)),
        *((r.module.id, a.words.fill(r.module.title), _module(a, r)) for r in a.module_results),
        ("helps", "What helps", _helps(a)),
        ("signs", "Danger signs", signs_off_the_card(a)),
        ("about", "About this page", _about(a)),
    ]
    sections: list[CardSection] = []
    for id_, title, blocks in pages:
        shown = tuple(block for block in blocks if not block.is_empty)
        if shown:
            key = OWN.get(id_) or _free_key(title, {section.key for section in sections})
            sections.append(CardSection(id=id_, key=key, title=title, blocks=shown))
    return tuple(sections)


def _free_key(title: str, used: set[str]) -> str:
    """Return the first letter of a title that opens nothing else, or a digit, or any letter.

    Where there are more pages than keys, it is "": the page stands in what is printed and saved.
    """
    letters = [letter for letter in title.lower() if letter.isascii() and letter.isalpha()]
    keys = (*letters, *_KEYS)
    return next((key for key in keys if key not in _RESERVED | used), "")


def _why(a: Assessment) -> tuple[Block, ...]:
    return reasons_block(a), not_sure_block(a), left_open_block(a), set_aside_block(a)


def _about(a: Assessment) -> tuple[Block, ...]:
    disclaimer = a.words.fill(a.program.protocol.disclaimer)
    person = a.words.fill("; ".join(whose_answers(a)))
    whose = (f"Whose answers: {person}.",) if person else ()
    return (Block(paragraphs=(*whose, disclaimer, *provenance(a))),)


def _helps(a: Assessment) -> tuple[Block, ...]:
    """Return what to do, what to bring, and the advice that belongs to no module."""
    if a.urgency is Urgency.EMERGENCY:
        return ()  # the card says what to do, and anything else would distract
    bring = tuple(a.words.fill(thing) for thing in a.level.bring)
    blocks = [
        Block(heading="What to do now", items=steps_of(a), is_numbered=True),
        Block(heading="What to bring", items=bring),
    ]
    if a.status is Status.OUT_OF_SCOPE:
        return tuple(blocks)
    modules = {result.module.id for result in a.module_results}
    marks = _Marks()
    for kind in a.program.protocol.advice_kinds:
        if kind.id not in modules:
            given = [advice for advice in a.advice if advice.kind == kind.id]
            blocks += _given(a, given, marks, heading=kind.title)
    return (*blocks, withheld_block(a), marks.legend())


def _module(a: Assessment, result: ModuleResult) -> tuple[Block, ...]:
    """Return a verdict, the answers behind it, its counts and its advice, or why there is none."""
    if a.urgency is Urgency.EMERGENCY or result.why_not is WhyNot.OUT_OF_SCOPE:
        return ()
    if result.verdict is None:
        is_open = result.why_not is WhyNot.NOT_ASKED
        why_not = NOT_ASKED if is_open else a.words.fill(result.module.why_not)
        return (Block(paragraphs=(why_not,)),)
    marks = _Marks()
    given = [advice for advice in a.advice if advice.kind == result.module.id]
    because = reported_answers(a, result.because)
    counts = counts_text(result) if any(result.counts.values()) else ""
    paragraphs = (a.words.fill(result.verdict.text), because, counts)
    verdict = Block(paragraphs=tuple(text for text in paragraphs if text))
    return (verdict, *_given(a, given, marks), marks.legend())


class _Marks:
    """A number for each strength of evidence, so that a page says each only once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def after(self, text: str, strength: str) -> str:
        """Return a text with the number of its strength after it."""
        if not strength:
            return text
        number = self._numbers.setdefault(strength, len(self._numbers) + 1)
        return f"{text} [{number}]"

    def legend(self) -> Block:
        """Return what each number means."""
        meanings = tuple(f"[{number}] {text}" for text, number in self._numbers.items())
        return Block(heading=_HOW_SURE, items=meanings)


def _given(
    a: Assessment, given: list[Advice], marks: _Marks, heading: str = ""
) -> Iterator[Block]:
    """Yield pieces of advice: their texts, and then the tables in which their rows stand."""
    fill = a.words.fill
    said = [(fill(x.short), fill(marks.after(x.text, x.strength))) for x in given if x.text]
    if all(short for short, _ in said):
        own = Table(headings=(_ABOUT, _WHAT), rows=tuple(said)) if said else None
        yield Block(heading=heading, table=own)
    else:  # as a list, because not all of them have a name
        items = tuple(f"{short}: {text}" if short else text for short, text in said)
        yield Block(heading=heading, items=items)
    for table in a.program.protocol.tables:
        rows = [(r, x.strength) for x in given if x.table == table.id for r in x.rows]
        if rows:
            yield _table(a, table, rows, marks)


def _table(
    a: Assessment, table: AdviceTable, rows: list[tuple[TableRow, str]], marks: _Marks
) -> Block:
    """Return the rows of a table, each with its mark, or with one mark if they share it."""
    fill, text = a.words.fill, table.text
    strengths = {strength for _, strength in rows}
    if text and len(strengths) == 1:
        text, rows = marks.after(text, *strengths), [(row, "") for row, _ in rows]
    cells = tuple(
        (*map(fill, row.cells[:-1]), fill(marks.after(row.cells[-1], strength)))
        for row, strength in rows
    )
    return Block(
        heading=fill(table.title),
        paragraphs=(fill(text),) if text else (),
        table=Table(headings=tuple(map(fill, table.columns)), rows=cells),
    )
