"""The screens of a result: its card, the pages behind it, an emergency, and saving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Final

from backtriage.render.as_text import lines_of
from backtriage.render.card_lines import MIN_WIDE, card_lines, things_to_do, with_things_to_do
from backtriage.render.cells import cell_len
from backtriage.render.line import Line
from backtriage.render.page.card import Card
from backtriage.shell.full.layout.frame import (
    BLANK,
    Layout,
    Parts,
    context_for,
    footer_of,
    hint_lines,
    hinting_at_more,
    lay_out,
    message_lines,
    row_lines,
    text_lines,
)
from backtriage.shell.full.state import Size, UiState, current_assessment
from backtriage.shell.questionnaire import wording
from backtriage.shell.questionnaire.pages import PageContext, change_offer, going_on
from backtriage.shell.questionnaire.wording import Readers

_ROOMY: Final = 20
"""Rows of a window from which on the offer to go on says where it leads."""

_KEY_ROWS: Final = 2
"""Rows for the keys of a narrow card; what does not fit there stands on the page of all keys."""


def emergency_screen(state: UiState, size: Size) -> Layout:
    """Show the card, and below it two offers: confirm that it was read, or change an answer."""
    context = context_for(state, size)
    offers: list[Line] = []
    texts = ("y", wording.READ_THIS), ("c", change_offer(state.interview))
    for row, (key, offer) in enumerate(texts):
        is_focused = state.focus == row
        mark = ">" if is_focused else " "
        offers += row_lines(context, offer, f"{mark} {key}. ", is_chosen=is_focused)
    save = ("s save",) if state.may_save else ()
    back = ("Left go back",) if state.view.can_go_back else ()
    hints = ("y or c", *save, *back, "q leave")

    def layout(hints: tuple[str, ...]) -> Layout:
        footer = [*offers, *footer_of(context, state, hints)]
        # The card must not change when a message comes and goes.
        rows = size.rows - len(footer) + len(message_lines(context, state))
        return _card(state, size, footer, rows)

    shown = hinting_at_more(layout, hints, hints)
    if state.focus is None:
        return shown
    return replace(shown, cursor_line=f"> {'yc'[state.focus]}. ")


def result_screen(state: UiState, size: Size) -> Layout:
    """Show the card and its keys, or the hand-over sheet."""
    if state.page is not None:
        hints = (*_offers(state, "g"), *_own_keys(state))
        return hinting_at_more(partial(_sheet, state, size), hints, hints)

    context = context_for(state, size)

    def layout(first: tuple[str, ...], offers: Sequence[Line] = ()) -> Layout:
        keys = [*offers, *_key_lines(state, context, first)]
        message, rows = message_lines(context, state), size.rows - len(keys)
        shown = _card(state, size, [*message, *keys], rows)
        if not (message and shown.has_more) or len(message) > len(keys):
            return shown
        # Until the next key the message takes the place of the keys, so that the card stays put.
        instead = [*message, *[BLANK] * (len(keys) - len(message))]
        return _card(state, size, instead, rows)

    if state.view.can_go_on and size.rows >= _ROOMY:
        complete = layout((), _offer_lines(state, context, "Enter"))
        if not complete.has_more:
            return complete
    complete = layout(_short_offers(state, context))
    if not complete.has_more:
        return complete
    return layout(("Space more", *(("g go on", "f finish") if state.view.can_go_on else ())))


def section_screen(state: UiState, size: Size) -> Layout:
    """Show a page behind the card."""
    context, section = context_for(state, size), state.section
    assert section is not None  # noqa: S101 - this screen is never shown without one
    save = ("s save",) if state.may_save else ()
    body = lines_of(section.blocks, context.width)

    def layout(hints: tuple[str, ...]) -> Layout:
        footer = [BLANK, *footer_of(context, state, hints)]
        header = [*text_lines(context, section.title, is_bold=True), BLANK]
        return lay_out(state, size, Parts(header=header, lead=body, footer=footer))

    hints = ("Left go back", *save, "q leave")
    return hinting_at_more(layout, hints, hints)


# -- the keys below a card -----------------------------------------------------------------------


def _own_keys(state: UiState) -> tuple[str, ...]:
    """Return the keys that every result has."""
    save = ("s save",) if state.may_save else ()
    hide = ("x hide",) if state.is_private else ()
    return (*save, "c change", "q leave", *hide)


def _key_lines(state: UiState, context: PageContext, first: tuple[str, ...]) -> list[Line]:
    """Return the keys of a card, and of as many pages behind it as there is room for."""
    rows = 1 if context.width >= MIN_WIDE else _KEY_ROWS
    count = len(state.sections)
    while True:
        pages = tuple(f"{each.key} {each.title.lower()}" for each in state.sections[:count])
        is_cut = count < len(state.sections) and not any(e.key == "h" for e in state.sections)
        more = ("h more",) if is_cut else ()
        lines = hint_lines(
            context.width, (*first, *pages, *_own_keys(state), *more), "flag", "text"
        )
        if len(lines) <= rows or not count:
            return lines
        count -= 1


def _offers(state: UiState, enter: str) -> tuple[str, ...]:
    """Return the keys that go on to the advice part, or finish before it."""
    if not state.view.can_go_on:
        return ()
    return f"{enter} {state.words.fill(going_on(state.interview))}", "f finish"


def _short_offers(state: UiState, context: PageContext) -> tuple[str, ...]:
    """Return the same keys, where there is no row of their own for them."""
    if not state.view.can_go_on:
        return ()
    modules = state.interview.program.protocol.modules
    where = f": {modules[0].title.lower()}" if modules and context.width >= MIN_WIDE else ""
    return state.words.fill(f"Enter go on{where}"), "f finish"


def _offer_lines(state: UiState, context: PageContext, enter: str) -> list[Line]:
    offers = _offers(state, enter)
    wide = [offer for offer in offers if cell_len(offer) > context.width]
    paragraphs = [line for offer in wide for line in text_lines(context, offer)]
    rest = (offer for offer in offers if offer not in wide)
    return [*paragraphs, *hint_lines(context.width, rest, "flag", "text")]


# -- the card and the hand-over sheet ------------------------------------------------------------


def _card(state: UiState, size: Size, footer: list[Line], rows: int) -> Layout:
    """Lay out the card for some rows. If it does not fit, its call stays and the rest scrolls."""
    card, context = state.card, context_for(state, size)
    assert card is not None  # noqa: S101 - these screens are never shown without one
    if state.printed is not None:  # what stays below on leaving must not say more, nor less
        count = _things_to_do(state.printed, context.width, size.rows - 1)
        card = with_things_to_do(card, count)
    lines = _lines(card, context.width, max(1, rows))
    if len(lines) <= rows:
        return lay_out(state, size, Parts(lead=lines, footer=footer))
    header, body = _split(lines)
    return lay_out(state, size, Parts(header=header, lead=body, footer=footer))


@lru_cache(maxsize=64)
def _lines(card: Card, width: int, rows: int) -> tuple[Line, ...]:
    """Lay out a card. Cached, since every key redraws the same page: 1 ms, not 50."""
    return card_lines(card, width, rows=rows)


@lru_cache(maxsize=16)
def _things_to_do(card: Card, width: int, rows: int) -> int:
    """Count them. Cached for the same reason."""
    return things_to_do(card, width, rows)


def _split(lines: tuple[Line, ...]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Split a card into its call, and what was above and below that."""
    bars = [at for at, line in enumerate(lines) if line.parts[-1].role == "band"]
    start = end = bars[0]
    while end in bars:
        end += 1
    return lines[start:end], (*lines[:start], *lines[end:])


def _sheet(state: UiState, size: Size, hints: tuple[str, ...]) -> Layout:
    """Lay out the hand-over sheet; what to do stays at the top."""
    page, context = state.page, context_for(state, size)
    assert page is not None  # noqa: S101 - never shown without one
    width = context.width
    footer = [BLANK, *footer_of(context, state, hints)]
    action = tuple(
        # The call is one bar across the page.
        Line(line.role, f" {line.text}".ljust(width)) if line.role == "action" else line
        for line in lines_of((page.action,), width)
    )
    body = lines_of((*page.lead, *page.blocks), width)
    return lay_out(state, size, Parts(header=[*action, BLANK], lead=body, footer=footer))


# -- saving --------------------------------------------------------------------------------------


def readers_of(state: UiState) -> Readers:
    """Return for whom, or where, the result can be saved."""
    concealed = bool(state.interview.concealed)
    return wording.readers(current_assessment(state), state.audience, concealed=concealed)


def reader_screen(state: UiState, size: Size) -> Layout:
    """Ask for whom the result is saved."""
    context = context_for(state, size)
    rows = [
        row_lines(
            context, text, f"{'>' if state.focus == row else ' '} {row + 1}. ",
            is_chosen=state.focus == row,
        )
        for row, (_, text) in enumerate(readers_of(state))
    ]  # fmt: skip
    parts = Parts(
        header=[*text_lines(context, wording.SAVE_RESULT, is_bold=True), BLANK],
        rows=rows,
        footer=[
            BLANK,
            *footer_of(context, state, ("Up/Down choose", "Enter next", "Left go back")),
        ],
        focus=state.focus,
    )
    return lay_out(state, size, parts)


def save_screen(state: UiState, size: Size) -> Layout:
    """Ask for the name of a file."""
    context = context_for(state, size)
    what, how = _what_to_save(state)
    # Of a long name, show the part around the cursor.
    width = max(1, context.width - 3)
    start = max(0, state.file_name.cursor - width + 1)
    name = Line("heading", f"> {state.file_name.text[start : start + width]}")
    parts = Parts(
        lead=[*text_lines(context, what, is_bold=True), *text_lines(context, how), BLANK],
        rows=[[name]],
        footer=[BLANK, *footer_of(context, state, ("Enter save", "Esc back"))],
        focus=0,
        column=min(2 + state.file_name.cursor, context.width - 1),
    )
    return lay_out(state, size, parts)


def _what_to_save(state: UiState) -> tuple[str, str]:
    """Return what is saved, and how to name it."""
    if not state.has_result:
        what = "Save your answers so far. Type a file name that ends in .json."
        return what, "You can go on from it with: backtriage ask --from FILE"
    has_record = state.private or not state.interview.concealed
    how = wording.how_to_name(has_record=has_record)
    questions = state.interview.program.protocol.questions
    if has_record and not state.private and any(q.is_private for q in questions):
        how = f"{how} {wording.PRIVATE_LEFT_OUT}"
    return f"{dict(readers_of(state))[state.reader]}. Type a file name.", how
