"""A result as one page of HTML, to open, send or print: the card, then every page behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from msgspec.structs import replace

from backtriage.decide.assessment import Assessment
from backtriage.render.html_page import escaped, html_page
from backtriage.render.page import Audience, Block, Clause, Page, Table, Title, page_for
from backtriage.render.page.answer import Answer, answer_of, titled
from backtriage.render.page.card import DO_NOT, Card, CardBand, Net
from backtriage.render.page.page import call_text
from backtriage.render.page.sections import CardSection
from backtriage.render.palette import PALETTE
from backtriage.terms.urgency import Urgency


def as_html(
    assessment: Assessment, audience: Audience = "patient", *,
    why: bool = False, private: bool = False, more: Sequence[Block] = (),
) -> str:  # fmt: skip
    """Return the patient's page or the hand-over sheet as a whole document.

    Args:
        assessment: The result.
        audience: Whose page.
        why: Whether to append how each rule came out.
        private: Whether to show private answers, and what would give them away.
        more: What stands below the first page: below the card, or last on the sheet.
    """
    title = assessment.words.fill(assessment.program.protocol.title)
    if audience == "clinician":
        page = page_for(assessment, audience, why=why, private=private)
        page = replace(page, blocks=(*page.blocks, *more))
        return handover_html(f"Hand-over sheet: {title}", page, assessment.urgency)
    return answer_html(title, answer_of(assessment, full=True, why=why, private=private), more)


def answer_html(title: str, answer: Answer, more: Sequence[Block] = ()) -> str:
    """Return the patient's page: the card, and below it links to the pages that follow."""
    card = answer.card
    main = (
        *_notices(card.notices),
        *_band(card.band),
        *_paragraphs(*card.remarks),
        *_rows(card),
        *_nets(card),
        *_paragraphs(f"{card.disclaimer} {card.provenance}"),
        *(line for block in more for line in block_html(block, "h2")),
        *_links(answer.sections),
        *chain.from_iterable(map(_section, answer.sections)),
    )
    return html_page(title, framed(title, main))


def handover_html(title: str, page: Page, urgency: Urgency) -> str:
    """Return the page of the clinician, under a band of the urgency."""
    band = (
        f'<div class="band {urgency.id}">',
        f"<h1>{_sign(urgency)} {escaped(page.action.call)}</h1>",
        *_paragraphs(page.action.where),
        "</div>",
    )
    lead, rest = (
        [line for block in blocks for line in block_html(block, "h2")]
        for blocks in (page.lead, page.blocks)
    )
    return html_page(title, framed(title, (*lead, *band, *rest)))


def framed(title: str, main: Iterable[str]) -> Iterator[str]:
    """Yield the body of a page: its title, and below it what it says."""
    yield f"<header><p>{escaped(title)}</p></header>"
    yield from ("<main>", *main, "</main>")


# -- the card ------------------------------------------------------------------------------------


def _notices(notices: Iterable[str]) -> Iterator[str]:
    lines = [*_paragraphs(*notices)]
    if lines:
        yield from ('<div class="notices">', *lines, "</div>")


def _band(band: CardBand) -> Iterator[str]:
    yield f'<div class="band {band.urgency.id}">'
    yield f"<h1>{_sign(band.urgency)} {escaped(call_text(band.word, band.headline))}</h1>"
    yield from _paragraphs(band.where)
    yield from _paragraphs(f"Why: {band.why}" if band.why else "")
    yield "</div>"


def _rows(card: Card) -> Iterator[str]:
    said = f"<p><q>{escaped(card.say)}</q></p>" if card.say else ""
    rows = (
        *_row("Check now", _list("ul", card.checks)),
        *_row("Say this", (said,), "loud"),
        *_row("Stop", _paragraphs(*card.stops), "loud"),
        *(line for text in card.not_to_do for line in _forbidden(text)),
        *_row("Do now", _list("ol", card.to_do)),
        *_row("Medicine", _paragraphs(card.medicine)),
        *(line for label, text in card.modules for line in _row(label, _paragraphs(text))),
    )
    if rows:
        yield from ('<dl class="rows">', *rows, "</dl>")


def _forbidden(text: str) -> Iterator[str]:
    return _row(DO_NOT.strip(), _paragraphs(text.removeprefix(DO_NOT)), "loud")


def _row(label: str, content: Iterable[str], look: str = "plain") -> Iterator[str]:
    """Yield a label and what stands beside it, unless that is nothing."""
    text = "".join(content)
    if text:
        yield f'<div class="{look}"><dt><span>{escaped(label)}</span></dt><dd>{text}</dd></div>'


def _nets(card: Card) -> Iterator[str]:
    heading, text = card.book
    book = Net(urgency=Urgency.ROUTINE, heading=heading, lines=(text,) if text else ())
    nets = [net for net in (*card.nets, book) if net.lines]
    if nets:
        yield from ('<div class="nets">', *chain.from_iterable(map(_net, nets)), "</div>")


def _net(net: Net) -> Iterator[str]:
    yield f'<section class="net {net.urgency.id}">'
    yield f"<h2>{_sign(net.urgency)} {escaped(net.heading)}</h2>"
    yield from _list("ul", net.lines)
    yield "</section>"


def _sign(urgency: Urgency) -> str:
    """Return the sign of an urgency, which a screen reader leaves out: the word says it."""
    return f'<span aria-hidden="true">{escaped(PALETTE[urgency].sign)}</span>'


# -- the pages behind it -------------------------------------------------------------------------


def _links(sections: tuple[CardSection, ...]) -> Iterator[str]:
    if sections:
        yield '<nav aria-label="On this page">'
        yield from (f'<a href="#{_anchor(each)}">{escaped(each.title)}</a>' for each in sections)
        yield "</nav>"


def _section(section: CardSection) -> Iterator[str]:
    yield f'<section class="part" id="{_anchor(section)}">'
    for part in titled(section):
        if isinstance(part, Title):
            yield f"<h2>{escaped(part.text)}</h2>"
        else:
            yield from block_html(part, "h3")
    yield "</section>"


def _anchor(section: CardSection) -> str:
    return escaped(f"section-{section.id}")


def block_html(block: Block, level: str) -> Iterator[str]:
    """Yield a block; its heading has this level, such as `h2`."""
    if block.heading:
        yield f"<{level}>{escaped(block.heading)}</{level}>"
    yield from _paragraphs(*block.paragraphs)
    if block.labelled:
        rows = (line for label, text in block.labelled for line in _row(label, _paragraphs(text)))
        yield from ('<dl class="rows">', *rows, "</dl>")
    yield from _list("ol" if block.is_numbered else "ul", block.items)
    if block.table:
        yield from _table(block.table)
    yield from _clauses(block.clauses)
    yield from _paragraphs(*block.closing)


def _paragraphs(*texts: str) -> Iterator[str]:
    yield from (f"<p>{escaped(text)}</p>" for text in texts if text)


def _list(kind: str, items: Iterable[str]) -> Iterator[str]:
    lines = [f"<li>{escaped(item)}</li>" for item in items]
    if lines:
        yield from (f"<{kind}>", *lines, f"</{kind}>")


def _table(table: Table) -> Iterator[str]:
    """Yield a table, whose first cells are the headings of their rows."""
    headings = "".join(f'<th scope="col">{escaped(text)}</th>' for text in table.headings)
    yield from ("<table>", f"<thead><tr>{headings}</tr></thead>", "<tbody>")
    for first, *rest in table.rows:
        cells = "".join(f"<td>{escaped(text)}</td>" for text in rest)
        yield f'<tr><th scope="row">{escaped(first)}</th>{cells}</tr>'
    yield from ("</tbody>", "</table>")


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
