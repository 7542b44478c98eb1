"""The page that a reader asked for."""

from __future__ import annotations

from msgspec.structs import replace

from backtriage.decide.assessment import Assessment
from backtriage.render.page.page import Audience, Page
from backtriage.render.page.patient import patient_page


def page_for(assessment: Assessment, audience: Audience, *, why: bool) -> Page:
    """The result or the hand-over sheet; with `why`, every rule is unfolded at its end."""
    page = _sheet(assessment) if audience == "clinician" else patient_page(assessment)
    return _with_reasons(page, assessment) if why else page


# Both are imported when they are asked for: most runs start without them.


def _sheet(assessment: Assessment) -> Page:
    from backtriage.render.page.handover import handover_page  # noqa: PLC0415

    return handover_page(assessment)


def _with_reasons(page: Page, assessment: Assessment) -> Page:
    from backtriage.render.page.why import why_block  # noqa: PLC0415

    return replace(page, blocks=(*page.blocks, why_block(assessment)))
