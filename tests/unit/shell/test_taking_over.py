"""Both front ends once somebody else may have taken over: nothing tells the private answers."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest

from backtriage.interview.interview import Stopped
from backtriage.interview.state import Interview
from backtriage.interview.transitions import answer, change, start
from backtriage.program.words import Words
from backtriage.shell import terminal
from backtriage.shell.plain.interview import run
from backtriage.shell.plain.pages import review_page
from backtriage.shell.questionnaire.pages import PageContext
from backtriage.shell.questionnaire.wording import CLEARED, HIDE_LINE, NOT_SHOWN
from backtriage.terms.answers import Answers
from backtriage.terms.value import Ticks, Value
from tests.support.protocols import shipped
from tests.support.ui_states import pressed, state_of, words

BEGUN: dict[str, Value] = {
    "answering_for": "self", "age": Decimal(44), "sex": "male", "collapse": Ticks(),
    "danger_signs": Ticks(), "nerve_signs": Ticks(),
}  # fmt: skip
DESPAIR: dict[str, Value] = {"harm_signs": Ticks(frozenset({"suicide"})), "suicide_safety": False}
WIPED = "\x1b[3J"


def begun(given: dict[str, Value]) -> Interview:
    return start(shipped(), Answers({**BEGUN, **given}))


def said_to_be(who: str, state: Interview) -> Interview:
    moved = answer(change(state, "answering_for"), who)
    assert isinstance(moved, Interview)
    return moved


def printed(
    state: Interview, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    *lines: str,
) -> str:  # fmt: skip
    """Return what plain mode prints for some lines, and then leaving."""
    rest = iter((*lines, "q"))
    monkeypatch.setattr(terminal, "ask_line", lambda _: next(rest))
    monkeypatch.setenv("TERM", "xterm")
    with suppress(Stopped):
        run(state, Words(shipped(), "GB"), lambda _: None, lambda _: None)
    return capsys.readouterr().out


def test_plain_mode_clears_what_was_on_the_screen_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = printed(begun(DESPAIR), monkeypatch, capsys, "r", "1", "2", "r")

    before, wiped, after = out.partition(WIPED)
    assert "Thoughts of ending your life" in before
    assert wiped
    assert " ".join(after.split()).startswith(CLEARED)
    assert "ending your life" not in after


@pytest.mark.parametrize("lines", [("r", "1", "1"), ("r", "2", "45")])
def test_plain_mode_clears_nothing_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lines: tuple[str, ...]
) -> None:
    assert WIPED not in printed(begun(DESPAIR), monkeypatch, capsys, *lines)


def test_no_front_end_tells_whether_anything_private_was_answered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor by naming the key that leaves at once, which stands below private answers."""
    told, untold = (
        said_to_be("with_me", begun({"harm_signs": Ticks(), **given})) for given in (DESPAIR, {})
    )
    listed = [
        printed(state, monkeypatch, capsys, "r").partition("Your answers:")[2]
        for state in (told, untold)
    ]

    assert listed[0] == listed[1]
    assert HIDE_LINE not in listed[0]
    assert not pressed(state_of(told), "r").is_private
    assert pressed(state_of(begun(DESPAIR)), "r").is_private


def test_an_answer_that_may_be_given_afresh_is_listed_and_not_shown() -> None:
    back = said_to_be("self", said_to_be("with_me", begun({"began": "person"})))

    plain = review_page(context(), back)
    full = words(pressed(state_of(back), "r", "end"))

    for page in (" ".join(plain.split()), full):
        assert f"How it started: {NOT_SHOWN}" in page
        assert "hurt you" not in page


def context() -> PageContext:
    return PageContext(words=Words(shipped(), "GB"), width=80, height=40)
