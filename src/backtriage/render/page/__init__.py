"""What a result says, in order, before any face draws it."""

from backtriage.render.page.for_audience import page_for
from backtriage.render.page.page import Action, Audience, Block, Clause, Page
from backtriage.render.page.patient import patient_page

__all__ = [
    "Action",
    "Audience",
    "Block",
    "Clause",
    "Page",
    "page_for",
    "patient_page",
]
