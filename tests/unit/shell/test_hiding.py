"""The key that leaves at once, and the screens that name it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from msgspec.structs import replace

from backtriage.interview.interview import Stopped, assessment_of
from backtriage.program.program import Program, build_program
from backtriage.program.words import Words
from backtriage.shell import terminal
from backtriage.shell.full.state import EndReason, Screen
from backtriage.shell.plain.interview import run
from backtriage.shell.questionnaire.pages import PageContext
from backtriage.shell.questionnaire.wording import HIDE_HINT, HIDE_LINE
from backtriage.shell.result import show_below, show_result
from tests.support.interviews import after
from tests.support.plain_results import unpaused
from tests.support.protocols import tiny
from tests.support.ui_states import at, pressed, words

WELL = ("44", "none", "longer", "no")


def secretive() -> Program:
    """The tiny protocol, in which one item of the list is private."""
    questions = tuple(
        replace(q, choices=(replace(q.choices[0], private=True), *q.choices[1:]))
        if q.id == "airway"
        else q
        for q in tiny().protocol.questions
    )
    return build_program(replace(tiny().protocol, questions=questions))


@pytest.mark.parametrize(
    ("given", "keys", "is_named"),
    [
        ((), (), False),
        (("44",), (), True),
        (("44",), ("?",), True),
        (("44",), ("down", "down", "down", "down", "enter"), True),
        (WELL, (), False),
        (("44", "drooling"), (), False),
        (("44", "breathing"), (), True),
        (("44", "breathing"), ("c",), True),
    ],
)
def test_private_screens_name_it(
    given: tuple[str, ...], keys: tuple[str, ...], *, is_named: bool
) -> None:
    state = pressed(at(*given, program=secretive()), *keys)

    assert (HIDE_HINT in words(state)) is is_named


@pytest.mark.parametrize(
    ("given", "lines", "is_named"),
    [
        ((), (), False),
        (("44",), (), True),
        (("44",), ("r",), False),
        (("44", "drooling"), (), False),
        (("44", "breathing"), (), True),
        (("44", "breathing"), ("b",), True),
        (WELL, (), False),
    ],
)
def test_plain_pages_name_it_where_the_full_screen_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    given: tuple[str, ...], lines: tuple[str, ...], *, is_named: bool,
) -> None:  # fmt: skip
    rest = iter((*lines, "q"))

    def read(_: str) -> str:
        line = next(rest)
        if line != "q":
            capsys.readouterr()
        return line

    monkeypatch.setattr(terminal, "ask_line", read)
    interview = after(*given, program=secretive())
    with suppress(Stopped):
        run(interview, Words(interview.program, "GB"), lambda _: None, unpaused())

    assert (HIDE_LINE in capsys.readouterr().out) is is_named


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("plain", [False, True])
def test_only_what_is_printed_for_the_first_time_shows_private_answers(
    capsys: pytest.CaptureFixture[str], *, plain: bool, private: bool
) -> None:
    assessment = assessment_of(after("44", "breathing", program=secretive()), "GB")
    context = PageContext(words=assessment.words, width=80, height=24, private=private)
    said = "Trouble breathing or swallowing spit"

    show_result(assessment, "patient", private=private, own=True)
    assert said in capsys.readouterr().out
    show_below(assessment, "patient", context, plain=plain)
    assert (said in capsys.readouterr().out) is private


@pytest.mark.parametrize("given", [("44",), WELL, ("44", "breathing")])
def test_it_works_on_every_screen_but_the_one_for_file_names(given: tuple[str, ...]) -> None:
    state = at(*given)

    assert pressed(state, "x").end is EndReason.HIDDEN
    assert not pressed(state, "x").is_complete
    keys = ("1", "enter") if state.has_result else ()
    naming = pressed(state, "s", *keys, "x")
    assert naming.screen is Screen.SAVE
    assert naming.end is None
    assert pressed(naming, "enter").end is EndReason.HIDDEN


def test_a_result_that_was_seen_stays_seen() -> None:
    assert pressed(at(*WELL), "y", "x").is_complete
