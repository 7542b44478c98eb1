"""Whichever page a scene shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from backtriage.shell.full.draw.frame import Drawn
from backtriage.shell.full.draw.pages import (
    emergency_page,
    keys_page,
    opening_page,
    result_page,
    save_page,
    why_page,
)
from backtriage.shell.full.draw.question import doubts_page, question_page
from backtriage.shell.full.draw.review import review_page
from backtriage.shell.full.scene import Scene, Showing, Size

_PAGES: Final[dict[Showing, Callable[[Scene, Size], Drawn]]] = {
    Showing.OPENING: opening_page,
    Showing.QUESTION: question_page,
    Showing.DOUBTS: doubts_page,
    Showing.WHY: why_page,
    Showing.KEYS: keys_page,
    Showing.REVIEW: review_page,
    Showing.EMERGENCY: emergency_page,
    Showing.RESULT: result_page,
    Showing.SAVE: save_page,
}


def drawn(scene: Scene, size: Size) -> Drawn:
    """The screen at a size."""
    return _PAGES[scene.showing](scene, size)
