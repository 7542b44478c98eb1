"""What a result says, in reading order, before any output format draws it."""

from backtriage.render.page.for_audience import page_for
from backtriage.render.page.page import Action, Audience, Block, Clause, Page, Section
from backtriage.render.page.patient import patient_page

__all__ = ["Action", "Audience", "Block", "Clause", "Page", "Section", "page_for", "patient_page"]
