"""Somebody else takes over an interview on a real terminal."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.line_driver import LineDriver
from tests.support.screen_driver import ScreenDriver

BEGUN = {
    "answering_for": "self", "age": 44, "sex": "male", "collapse": [], "danger_signs": [],
    "nerve_signs": [], "harm_signs": ["suicide"], "suicide_safety": False,
}  # fmt: skip


def going_on(home: Path, given: dict[str, object]) -> tuple[str, ...]:
    sheet = home / "sheet.json"
    sheet.write_text(json.dumps(given), encoding="utf-8")
    return ("ask", "--country", "GB", "--from", str(sheet))


def test_each_change_of_who_answers_leaves_a_screen_without_what_was_private(
    isolated_home: Path,
) -> None:
    with LineDriver(*going_on(isolated_home, {**BEGUN}), "--plain", home=isolated_home) as tty:
        tty.wait("Your answer: ")
        assert "ending your life" in tty.type("r")
        tty.answer("1", "2")
        assert "ending your life" not in tty.screen
        tty.answer("r", "7", "1?", "=", "r")
        assert "Thoughts of ending your life" in tty.screen  # what the helper has ticked
        tty.answer("1")
        tty.type("1", then="Type y or c:")  # nobody has said that they are safe
        assert "ending your life" not in tty.screen
        assert tty.sent.count("\x1b[3J") == 2


def test_enter_confirms_no_denial_that_was_never_on_a_short_screen(isolated_home: Path) -> None:
    given = {**BEGUN, "harm_signs": []}
    del given["suicide_safety"]
    arguments = going_on(isolated_home, given)
    with ScreenDriver(*arguments, home=isolated_home, columns=40, rows=16) as screen:
        screen.wait("Enter begin")
        screen.press("enter", "r", "home", *("down",) * 4, "enter")
        screen.wait("You are changing this answer.")
        assert "Terrible sudden pain" not in screen.words
        screen.press("enter")
        screen.wait("There are lines that you have not seen yet.", "Terrible sudden pain")
