"""The interview in plain mode, without a terminal."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from backtriage.interview.interview import Stopped, view
from backtriage.interview.review import emergency_questions
from backtriage.interview.state import Interview
from backtriage.interview.transitions import answer, back, change, start
from backtriage.program.words import Words
from backtriage.shell import terminal
from backtriage.shell.plain.interview import run
from backtriage.shell.questionnaire.pages import PageContext, leaving_page
from backtriage.terms.condition import All, Compare, Includes
from backtriage.terms.value import NUMBER, SOME_OF, Ticks
from tests.support.builders import choices, emergency_program, question
from tests.support.interviews import after, after_strain, confirming
from tests.support.line_driver import one_line
from tests.support.plain_results import unpaused
from tests.support.protocols import ANKLE, program_in, shipped, tiny


def test_an_answer_is_saved_before_it_is_shown_as_accepted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """If the computer stops in between, nothing that was shown is lost."""
    lines = iter(["44", "0", "b", "keep", "2", "n", "y", "q"])
    monkeypatch.setattr(terminal, "ask_line", lambda _: next(lines))
    shown: list[tuple[int, int]] = []

    def on_change(interview: Interview) -> None:
        printed = capsys.readouterr().out
        shown.append((len(interview.answers), printed.count("You chose") + printed.count("kept")))

    done = run(after(), Words(tiny(), "GB"), on_change, unpaused())

    assert len(done.answers) == 4
    # What is shown as accepted when a state is saved is the answer before it.
    assert shown == [(1, 0), (2, 1), (1, 1), (2, 0), (3, 1), (4, 1)]


def is_emergency(state: Interview, row: int) -> bool:
    """Return whether a doubt about a row of a list is an emergency."""
    question = view(state).question
    assert question is not None
    doubted = answer(state, f"{question.choices[row - 1].id}?")
    return isinstance(doubted, Interview) and view(doubted).is_emergency


def test_a_doubt_is_not_shown_as_accepted_before_it_is_saved(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody may leave where they are told how to find out."""
    program = shipped()
    doubts = (
        (Interview(program=program, changing=question.id), question.choices.index(choice) + 1)
        for question in program.protocol.questions
        for choice in question.choices
        if question.kind == SOME_OF and choice.check
    )
    state, row = next((s, row) for s, row in doubts if not is_emergency(s, row))
    lines = iter([f"{row}?", "=", "q"])
    saved: list[tuple[int, str]] = []
    said: list[str] = []

    def ask_line(_: str) -> str:
        said.append(capsys.readouterr().out)
        return next(lines)

    monkeypatch.setattr(terminal, "ask_line", ask_line)

    def on_change(interview: Interview) -> None:
        saved.append((len(interview.answers), capsys.readouterr().out))

    with pytest.raises(Stopped):
        run(state, Words(program, None), on_change, unpaused())

    assert said[1].startswith("You typed: ")
    assert "This does not count yet." in said[1]
    assert saved == [(1, "")]
    assert said[2].startswith("You chose: ")


def test_a_state_is_saved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = iter(["44", "0", "b", "y", "2", "n", "y", "q"])
    monkeypatch.setattr(terminal, "ask_line", lambda _: next(lines))
    states: list[Interview] = []

    run(after(), Words(tiny(), "GB"), states.append, unpaused())

    assert states[:3] == [after("44"), after("44", []), back(after("44", []))]
    assert all(one != two for one, two in pairwise(states))


def test_an_emergency_is_shown_before_it_is_saved(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A disk may hang. Each state is still saved, and all others before they are shown."""
    lines = iter(["44", "1", "c", "0", "b", "1", "y"])
    monkeypatch.setattr(terminal, "ask_line", lambda _: next(lines))
    shown: list[tuple[Interview, bool]] = []

    def on_change(interview: Interview) -> None:
        shown.append((interview, "EMERGENCY: Call 999" in capsys.readouterr().out))

    done = run(after(), Words(tiny(), "GB"), on_change, unpaused())

    emergency = after("44", "breathing")
    assert done.answers == emergency.answers
    assert [is_shown for _, is_shown in shown] == [
        view(interview).shows_emergency for interview, _ in shown
    ]
    assert [interview for interview, is_shown in shown if is_shown] == [emergency, done]


@pytest.mark.parametrize(
    ("line", "says", "is_emergency"),
    [("y", "Yes", True), ("n", "No", False), ("u", "Not sure", True)],
)
def test_a_confirmation_is_asked_before_the_emergency(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    line: str, says: str, *, is_emergency: bool,
) -> None:  # fmt: skip
    rest = ["y"] if is_emergency else ["2", "n", "y", "q"]
    lines = iter(["44", "2?", "r", "b", "?", "h", line, *rest])
    monkeypatch.setattr(terminal, "ask_line", lambda _: next(lines))

    done = run(after(program=confirming()), Words(tiny(), "GB"), lambda _: None, unpaused())

    printed = " ".join(capsys.readouterr().out.split())
    asked = printed.index("You were not sure about: cannot swallow your spit. If you can, try")
    assert f"You chose: {says}." in printed[asked:]
    assert ("EMERGENCY" in printed) is is_emergency
    assert "EMERGENCY" not in printed[:asked]
    assert done.checked == {"airway.drooling"}


@pytest.mark.parametrize("line", ["q", None])
def test_leaving_a_confirmation_shows_the_emergency(
    monkeypatch: pytest.MonkeyPatch, line: str | None
) -> None:
    """At a "q", or where the input ends."""
    lines = iter(["44", "2?", line])

    def ask_line(_: str) -> str:
        typed = next(lines)
        if typed is None:
            raise EOFError
        return typed

    monkeypatch.setattr(terminal, "ask_line", ask_line)

    with pytest.raises(Stopped) as stopped:
        run(after(program=confirming()), Words(tiny(), "GB"), lambda _: None, unpaused())

    context = PageContext(words=Words(confirming(), "GB"), width=80, height=24)
    page = leaving_page(context, stopped.value.interview, "Your answers are kept.")
    assert page.startswith("EMERGENCY: Call 999 now")


def test_looking_at_the_answers_takes_no_emergency_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """It rests on two answers, so `c` shows all of them, and `b` leads back to it."""
    program = emergency_program(
        question("years", NUMBER, most=120),
        question("signs", SOME_OF, choices=choices("lump", "faint")),
        when=All((Compare("years", ">=", Decimal(60)), Includes("signs", "lump"))),
    )
    state = after("66", "lump", program=program)
    assert view(state).is_emergency
    assert len(emergency_questions(state)) > 1
    lines = iter(["c", "b", "y"])
    monkeypatch.setattr(terminal, "ask_line", lambda _: next(lines))

    done = run(state, Words(program, None), lambda _: None, unpaused())

    assert done == state


@pytest.mark.parametrize("is_first", [False, True])
def test_the_review_after_triage_offers_to_go_back_where_b_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, is_first: bool
) -> None:
    """With all answers from a sheet there is nothing to go back to."""
    program = program_in(ANKLE)
    state = after("none", "yes", "2.5", program=program)
    if is_first:
        state = start(program, state.answers)
    assert view(state).is_triage_result
    lines = iter(["r", "b", "y", "f"] if is_first else ["r", "b", "q"])
    monkeypatch.setattr(terminal, "ask_line", lambda _: next(lines))

    if is_first:
        run(state, Words(program, None), lambda _: None, unpaused())
    else:
        with pytest.raises(Stopped) as left:
            run(state, Words(program, None), lambda _: None, unpaused())
        assert left.value.interview == back(state)

    printed = " ".join(capsys.readouterr().out.split())
    assert ("Or type b to go back." in printed) is not is_first
    assert ("There is nothing to go back to." in printed) is is_first
    assert next(lines, None) is None


@pytest.mark.parametrize(
    "lines", [["u", "1", "q"], ["1?", "q"], ["1?", "?", "q"], ["u", "1", "b", "q"]]
)
def test_a_doubt_that_waits_for_a_second_line_takes_the_place_of_an_earlier_none(
    monkeypatch: pytest.MonkeyPatch, lines: list[str]
) -> None:
    program, typed = shipped(), iter(lines)
    changing = change(after_strain(), "illness_signs")
    monkeypatch.setattr(terminal, "ask_line", lambda _: next(typed))
    saved: list[Interview] = []

    with pytest.raises(Stopped) as stopped:
        run(changing, Words(program, "GB"), saved.append, unpaused())

    for kept in (saved[0], stopped.value.interview):
        assert kept.changing == "illness_signs"
        assert view(kept).remembered == Ticks(unsure=frozenset({"fever"}))


@pytest.mark.parametrize("away", ["b", "r", "e"])
def test_what_is_marked_is_not_left_by_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], away: str
) -> None:
    typed = iter(["1?", away, "q"])
    monkeypatch.setattr(terminal, "ask_line", lambda _: next(typed))
    changing = change(after_strain(), "illness_signs")

    with pytest.raises(Stopped) as stopped:
        run(changing, Words(shipped(), "GB"), lambda _: None, unpaused())

    kept = stopped.value.interview
    assert view(kept).remembered == Ticks(unsure=frozenset({"fever"}))
    assert "does not count yet. Type = to give it" in one_line(capsys.readouterr().out)
    typed = iter(["b", "b", "q"])  # the result has been read then
    left = run(kept, Words(shipped(), "GB"), lambda _: None, unpaused())
    assert "You marked, and it does not count yet" in one_line(capsys.readouterr().out)
    assert (left.changing, left.answers["illness_signs"]) == (None, Ticks())
