"""A result as one page of HTML, to open, send or print: the card, then everything in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backtriage.decide.assessment import Assessment
from backtriage.render.html_page import escaped, html_page
from backtriage.render.page import Audience, Block, Clause, Page, page_for
from backtriage.render.page.card import Card, CardBand, Net, card_of
from backtriage.render.page.private import without_private
from backtriage.render.palette import PALETTE
from backtriage.terms.urgency import Urgency


def as_html(
    assessment: Assessment, audience: Audience = "patient", *,
    why: bool = False, private: bool = False,
) -> str:  # fmt: skip
    """Return the patient's page or the hand-over sheet as a whole document.

    Args:
        assessment: The result.
        audience: Whose page.
        why: Whether to append how each rule came out.
        private: Whether to show private answers, and what would give them away.
    """
    page = page_for(assessment, audience, why=why, full=True, private=private)
    title = assessment.words.fill(assessment.program.protocol.title)
    if audience == "clinician":
        return html_page(f"Hand-over sheet: {title}", _sheet(page, assessment.urgency))
    card = card_of(assessment if private else without_private(assessment))
    return html_page(title, _patient(title, card, page))


def _patient(title: str, card: Card, page: Page) -> Iterator[str]:
    yield f"<header><p>{escaped(title)}</p></header>"
    yield "<main>"
    yield from _notices(page.lead)
    yield from _band(card.band)
    yield from _rows(card)
    yield from _nets(card)
    yield from _paragraphs(f"{card.disclaimer} {card.provenance}")
    yield from _part("In full", page.blocks)
    yield "</main>"


def _sheet(page: Page, urgency: Urgency) -> Iterator[str]:
    yield "<header><p>Hand-over sheet</p></header>"
    yield "<main>"
    yield from _notices(page.lead)
    yield f'<div class="band {urgency.id}">'
    yield f"<h1>{_sign(urgency)} {escaped(page.action.call)}</h1>"
    yield from _paragraphs(page.action.where)
    yield "</div>"
    yield from (line for block in page.blocks for line in _block(block, "h2"))
    yield "</main>"


# -- the card ------------------------------------------------------------------------------------


def _notices(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield what to know first: that the result is incomplete, or rests on a doubt."""
    lines = [line for block in blocks for line in _block(block)]
    if lines:
        yield from ('<div class="notices">', *lines, "</div>")


def _band(band: CardBand) -> Iterator[str]:
    yield f'<div class="band {band.urgency.id}">'
    yield f"<h1>{_sign(band.urgency)} {escaped(f'{band.word}: {band.headline}')}</h1>"
    yield from _paragraphs(band.where)
    yield from _paragraphs(f"Why: {band.why}" if band.why else "")
    yield "</div>"


def _rows(card: Card) -> Iterator[str]:
    rows = (
        *_loud("Say this", [f"<q>{escaped(card.say)}</q>"] if card.say else []),
        *_loud("Stop", [f"<p>{escaped(stop)}</p>" for stop in card.stops]),
        *_row("Do now", list(_list("ol", card.do_now))),
        *_row("Medicine", list(_paragraphs(card.medicine))),
        *(line for label, text in card.modules for line in _row(label, list(_paragraphs(text)))),
    )
    if rows:
        yield '<dl class="rows">'
        yield from rows
        yield "</dl>"


def _loud(label: str, content: list[str]) -> Iterator[str]:
    if content:
        yield f'<div class="loud"><dt><span>{escaped(label)}</span></dt>'
        yield f"<dd>{''.join(content)}</dd></div>"


def _row(label: str, content: list[str]) -> Iterator[str]:
    if content:
        yield f"<div><dt>{escaped(label)}</dt>"
        yield f"<dd>{''.join(content)}</dd></div>"


def _nets(card: Card) -> Iterator[str]:
    heading, text = card.book
    book = [Net(urgency=Urgency.ROUTINE, heading=heading, lines=(text,))] if text else []
    nets = (*card.nets, *book)
    if nets:
        yield '<div class="nets">'
        for net in nets:
            yield f'<section class="net {net.urgency.id}">'
            yield f"<h2>{_sign(net.urgency)} {escaped(net.heading)}</h2>"
            yield from _list("ul", net.lines)
            yield "</section>"
        yield "</div>"


def _sign(urgency: Urgency) -> str:
    """Return the sign of an urgency, which a screen reader leaves out: the word says it."""
    return f'<span aria-hidden="true">{escaped(PALETTE[urgency].sign)}</span>'


# -- everything else -----------------------------------------------------------------------------


def _part(title: str, blocks: Iterable[Block]) -> Iterator[str]:
    yield '<section class="part">'
    yield f"<h2>{escaped(title)}</h2>"
    yield from (line for block in blocks for line in _block(block, "h3"))
    yield "</section>"


def _block(block: Block, level: str = "h2") -> Iterator[str]:
    if block.heading:
        yield f"<{level}>{escaped(block.heading)}</{level}>"
    yield from _paragraphs(*block.paragraphs)
    if block.labelled:
        yield '<dl class="rows">'
        for label, text in block.labelled:
            yield from _row(label, list(_paragraphs(text)))
        yield "</dl>"
    yield from _list("ol" if block.is_numbered else "ul", block.items)
    yield from _clauses(block.clauses)
    yield from _paragraphs(*block.closing)


def _paragraphs(*texts: str) -> Iterator[str]:
    yield from (f"<p>{escaped(text)}</p>" for text in texts if text)


def _list(kind: str, items: Iterable[str]) -> Iterator[str]:
    lines = [f"<li>{escaped(item)}</li>" for item in items]
    if lines:
        yield from (f"<{kind}>", *lines, f"</{kind}>")


def _clauses(clauses: Iterable[Clause]) -> Iterator[str]:
    """Yield lists in lists, one for each level that occurs."""
    depths: list[int] = []
    for clause in clauses:
        while depths and depths[-1] > clause.depth:
            depths.pop()
            yield "</li></ul>"
        if depths and depths[-1] == clause.depth:
            yield "</li>"
        else:
            depths.append(clause.depth)
            yield "<ul>"
        yield f"<li>{escaped(clause.text)}"
    yield from ("</li></ul>" for _ in depths)
