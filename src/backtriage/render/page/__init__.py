"""What a result says, in reading order, before any output format draws it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from backtriage.render.page.page import (
    Action,
    Audience,
    Block,
    Clause,
    Page,
    Section,
    Table,
    Title,
)

if TYPE_CHECKING:
    from backtriage.decide.assessment import Assessment

__all__ = [
    "Action",
    "Audience",
    "Block",
    "Clause",
    "Page",
    "Section",
    "Table",
    "Title",
    "page_for",
]


def page_for(
    assessment: Assessment,
    audience: Audience = "patient",
    *,
    why: bool = False,
    private: bool = False,
    own: bool = False,
) -> Page:
    """Return the patient's page or the hand-over sheet.

    Args:
        assessment: The result.
        audience: Whose page.
        why: Whether to append how each rule came out.
        private: Whether to show private answers, and what would give them away.
        own: Whether this is the person's own screen. It shows them too, unless one of them is set
            aside: somebody else may look on by now.
    """
    # Lazy imports: a journal needs none, and most runs only the patient's page.
    from backtriage.render.page.private import visible_part  # noqa: PLC0415

    shown = visible_part(assessment, private=private, own=own)
    if audience == "clinician":
        from backtriage.render.page.handover import handover_page  # noqa: PLC0415

        page = handover_page(shown, is_whole=shown is assessment)
    else:
        from backtriage.render.page.answer import answer_of, page_of  # noqa: PLC0415

        page = page_of(answer_of(shown, full=True, private=True))
    if why:
        from backtriage.render.page.why import why_block  # noqa: PLC0415

        page = replace(page, blocks=(*page.blocks, why_block(shown)))
    return page
