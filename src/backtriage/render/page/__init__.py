"""What a result says, in order, before any face draws it."""

from backtriage.render.page.page import Action, Audience, Block, Clause, Page
from backtriage.render.page.result import page_of
from backtriage.render.page.sheet import sheet_of
from backtriage.render.page.whole import page_for
from backtriage.render.page.why import why_of

__all__ = [
    "Action",
    "Audience",
    "Block",
    "Clause",
    "Page",
    "page_for",
    "page_of",
    "sheet_of",
    "why_of",
]
