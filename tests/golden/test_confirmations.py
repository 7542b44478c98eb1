"""Golden files of the shipped confirmations. BACKTRIAGE_RESET_GOLDEN=1 rewrites them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from backtriage.interview.interview import view
from backtriage.shell.full.state import Size
from backtriage.shell.plain.pages import question_page
from backtriage.shell.questionnaire.pages import PageContext
from backtriage.shell.questionnaire.wording import question_shown
from tests.support.golden import golden_text
from tests.support.protocols import shipped
from tests.support.ui_states import at, pressed, text

HERE: Final = Path(__file__).parent / "confirmations"

PERSON: Final = ("self", "male", "44", "none", "none")
ITEMS: Final = ("saddle", "pee", "poo", "both_legs")
SIZE: Final = Size(columns=40, rows=24)


def test_the_screens() -> None:
    """Each one, and what follows a "still not sure"."""
    states = {
        item: at(*PERSON, f"{item}?", program=shipped()) for item in ITEMS
    } | {
        "heart": at(*PERSON[:3], "heart?", program=shipped()),
        "old_trouble": at(*PERSON, "old", "not_sure", program=shipped()),
    }  # fmt: skip
    pages = [f"{name}\n{'=' * 40}\n{text(state, SIZE)}" for name, state in states.items()]
    still = pressed(states["saddle"], "u", "enter", size=SIZE)
    pages.append(f"saddle, still not sure\n{'=' * 40}\n{text(still, SIZE)}")
    screens = "\n\n".join(pages) + "\n"

    assert screens == golden_text(HERE / "screens_40.txt", screens)


def test_plain_mode() -> None:
    state = at(*PERSON, "both_legs?", program=shipped())
    question = question_shown(view(state.interview))
    assert question is not None
    context = PageContext(words=state.words, width=80, height=24)
    page = question_page(context, view(state.interview), question) + "\n"

    assert page == golden_text(HERE / "plain.txt", page)


def test_every_golden_file_is_compared() -> None:
    assert {file.name for file in HERE.iterdir()} == {"screens_40.txt", "plain.txt"}
