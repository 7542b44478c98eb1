"""What a result says, in order, before any face draws it."""

from backtriage.render.page.page import Action, Audience, Block, Clause, Page
from backtriage.render.page.result import page_of
from backtriage.render.page.whole import page_for

__all__ = [
    "Action",
    "Audience",
    "Block",
    "Clause",
    "Page",
    "page_for",
    "page_of",
]
