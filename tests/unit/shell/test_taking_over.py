"""Both front ends once somebody else may have taken over: nothing tells the private answers."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal

import pytest
from msgspec.structs import replace

from backtriage.interview.interview import Stopped, assessment_of, view
from backtriage.interview.restored import Restored
from backtriage.interview.serialisation import restore, serialise
from backtriage.interview.state import Interview, count_told
from backtriage.interview.transitions import answer, change, start
from backtriage.program.program import build_program
from backtriage.program.words import Words
from backtriage.render.as_json import as_json
from backtriage.render.as_text import as_text, text_of
from backtriage.render.card_lines import reminder_lines
from backtriage.render.page import page_for
from backtriage.render.page.card import card_of
from backtriage.render.page.private import visible_part
from backtriage.shell import prompts, terminal
from backtriage.shell.drafts import Draft
from backtriage.shell.plain.interview import run
from backtriage.shell.plain.pages import review_page
from backtriage.shell.questionnaire.pages import (
    PageContext,
    action_page,
    leaving_page,
    resumed_page,
)
from backtriage.shell.questionnaire.wording import CLEARED, HIDE_LINE, NOT_SHOWN
from backtriage.terms.answers import Answers
from backtriage.terms.value import SOME_OF, YES_NO, Ticks, Value
from tests.support.plain_results import unpaused
from tests.support.protocols import shipped
from tests.support.ui_states import pressed, state_of, words

BEGUN: dict[str, Value] = {
    "answering_for": "self", "age": Decimal(44), "sex": "male", "collapse": Ticks(),
    "danger_signs": Ticks(), "nerve_signs": Ticks(),
}  # fmt: skip
DESPAIR: dict[str, Value] = {"harm_signs": Ticks(frozenset({"suicide"})), "suicide_safety": False}
HURT: dict[str, Value] = {"harm_signs": Ticks(), "began": "person", "safe_now": "not_safe"}
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
        run(state, Words(shipped(), "GB"), lambda _: None, unpaused())
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


def test_it_does_so_whenever_somebody_else_may_read_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not the first time only: also back again, and by another answer after going back."""
    there_and_back = ("r", "1", "2", "r", "1", "1", "r", "1", "2", "b", "1")

    assert (
        printed(begun({"harm_signs": Ticks()}), monkeypatch, capsys, *there_and_back).count(WIPED)
        == 4
    )


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


@pytest.mark.parametrize("line", ["0", "=", "1?", "2?"])
def test_no_line_repeats_what_is_concealed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    """Plain mode says what was chosen, and how to find out about a doubt."""
    lists = ({"harm_signs": Ticks()}, {"harm_signs": Ticks(unsure=frozenset({"suicide"}))})
    told = []
    for given in lists:
        state = change(
            said_to_be("with_me", begun({**given, "suicide_safety": False})), "harm_signs"
        )
        told.append(printed(state, monkeypatch, capsys, line))

    assert told[0] == told[1]
    assert "You kept: None" in told[0] or line != "="


def asked_for(given: dict[str, str], until: str) -> Interview:
    """Return an interview of a man with no sign but those given, as far as a question."""
    told = {"age": "44", "sex": "male", **given}
    state = start(shipped())
    while (asked := view(state).question) is not None and asked.id != until:
        usual = {SOME_OF: "none", YES_NO: "no"}.get(asked.kind)
        moved = answer(state, told.get(asked.id) or usual or asked.choices[0].id)
        assert isinstance(moved, Interview)
        state = moved
    return state


@pytest.mark.parametrize("until", ["where", "began"])
def test_no_number_and_no_step_back_tells_how_many_private_questions_were_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], until: str
) -> None:
    """Whatever was answered: on both front ends, in the review, and on every question back."""
    told, untold = (
        said_to_be("with_me", asked_for(given, until))
        for given in ({"harm_signs": "suicide", "suicide_safety": "no"}, {})
    )
    keys = [("b",) * times for times in (0, 2, 4)]

    for back in keys:
        plain = [printed(state, monkeypatch, capsys, *back, "r") for state in (told, untold)]
        full = [words(pressed(state_of(state), *back)) for state in (told, untold)]
        assert plain[0] == plain[1]
        assert full[0] == full[1]


def test_an_old_private_answer_is_not_shown_and_what_it_meant_is_said() -> None:
    """The person is asked again; somebody else is not told that it was the reason."""
    mine = asked_for({"harm_signs": "suicide", "suicide_safety": "no"}, "began")

    restored = restore(shipped(), serialise(mine).encode(), is_old=True)

    assert isinstance(restored, Restored)
    begun = restored.interview
    assert not begun.answers
    assert not {"nerve_signs", "harm_signs", "suicide_safety", "began"} & begun.remembered.keys()
    page = " ".join(resumed_page(context(), restored).split())
    assert "Your earlier answers meant: Get medical help today. If no doctor" in page
    assert "harm" not in page


def test_what_earlier_answers_meant_stands_above_every_lower_result() -> None:
    """Also after the next stop, on the card and where it is said again, but above none as high."""
    mine = asked_for({"harm_signs": "suicide", "suicide_safety": "no"}, "began")
    first = restore(shipped(), serialise(mine).encode(), is_old=True)
    assert isinstance(first, Restored)
    again = restore(shipped(), serialise(first.interview).encode())
    assert isinstance(again, Restored)
    told = "Your earlier answers meant: Get medical help today."
    assert told in " ".join(leaving_page(context(), again.interview, "").split())

    effort = {"where": "upper", "upper_signs": "effort"}
    for given, is_told in (({}, True), (effort, False)):
        state = again.interview
        while (asked := view(state).question) is not None:
            usual = {"age": "44", "sex": "male", **given}
            value = usual.get(asked.id) or {SOME_OF: "none", YES_NO: "no"}.get(asked.kind)
            moved = answer(state, value or asked.choices[0].id)
            assert isinstance(moved, Interview)
            state = moved
        shown = pressed(state_of(state), "y")
        assert (told in words(shown)) is is_told
        found = assessment_of(state)
        reminder = text_of(reminder_lines(card_of(visible_part(found)), 80, stacked=True))
        for said_again in (reminder, action_page(context(), found)):
            assert (told in " ".join(said_again.split())) is is_told
        sheet = "\n".join(as_text(page_for(found, "clinician").sections).split("\n"))
        assert ("answers of another time meant TODAY" in " ".join(sheet.split())) is is_told
        assert json.loads(as_json(found)).get("earlier") == ("same_day" if is_told else None)


@pytest.mark.parametrize("is_old", [True, False])
def test_an_emergency_by_what_nobody_may_be_asked_outlives_a_day_and_a_change(
    *, is_old: bool
) -> None:
    """Whether there is a plan was not asked of whoever took over, so that is not sure."""
    mine = asked_for({"harm_signs": "suicide"}, "suicide_safety")
    theirs = said_to_be("with_me", mine)
    assert view(theirs).shows_emergency
    questions = (
        replace(q, text="Other?") if q.id == "harm_signs" and not is_old else q
        for q in shipped().protocol.questions
    )
    changed = build_program(replace(shipped().protocol, questions=tuple(questions)))

    restored = restore(changed, serialise(theirs).encode(), is_old=is_old)

    assert isinstance(restored, Restored)
    assert view(restored.interview).shows_emergency


def test_what_a_concealed_answer_meant_is_said_once_its_question_has_changed() -> None:
    """The helper is asked it again, and cannot know what was said."""
    mine = asked_for({"harm_signs": "suicide", "suicide_safety": "no"}, "began")
    questions = (
        replace(q, text="Other?") if q.id == "harm_signs" else q
        for q in shipped().protocol.questions
    )
    changed = build_program(replace(shipped().protocol, questions=tuple(questions)))

    for state, is_said in ((mine, False), (said_to_be("with_me", mine), True)):
        restored = restore(changed, serialise(state).encode())
        assert isinstance(restored, Restored)
        page = " ".join(resumed_page(context(), restored).split())
        assert ("answers meant: Get medical help today." in page) is is_said
        assert "harm" not in page


def test_what_answers_meant_is_not_said_if_they_count_or_meant_nothing_urgent() -> None:
    for given, is_old in (({}, True), ({"harm_signs": "suicide", "suicide_safety": "no"}, False)):
        state = asked_for(given, "began")
        restored = restore(shipped(), serialise(state).encode(), is_old=is_old)
        assert isinstance(restored, Restored)
        assert "meant:" not in resumed_page(context(), restored)


def test_no_count_of_old_answers_tells_it() -> None:
    counts = set()
    for given in ({"harm_signs": "suicide", "suicide_safety": "no"}, {}):
        mine = asked_for(given, "began")
        for state in (mine, said_to_be("with_me", mine)):
            restored = restore(shipped(), serialise(state).encode(), is_old=True)
            assert isinstance(restored, Restored)
            draft = Draft(name="d", saved_ns=0, restored=restored, is_in_use=False)
            counts.add(prompts._label(draft).partition(",")[0])
    assert len(counts) == 1


def test_no_count_of_answers_tells_it() -> None:
    """In the list of saved answers, on going on with them, and when they cannot be saved."""
    counts = set()
    for given in ({"harm_signs": "suicide", "suicide_safety": "no"}, {}):
        mine = asked_for(given, "began")
        for state in (mine, said_to_be("with_me", mine)):
            restored = restore(shipped(), serialise(state).encode())
            assert isinstance(restored, Restored)
            draft = Draft(name="d", saved_ns=0, restored=restored, is_in_use=False)
            label, _, _ = prompts._label(draft).partition(",")
            counts.add((label, resumed_page(context(), restored), count_told(state)))
    assert counts == {("Go on (7 answers", "Going on with your answers. 7 answers kept.", 7)}


def test_an_answer_that_may_be_given_afresh_is_listed_and_not_shown() -> None:
    back = said_to_be("self", said_to_be("with_me", begun({"began": "person"})))

    plain = review_page(context(), back)
    full = words(pressed(state_of(back), "r", "end"))

    for page in (" ".join(plain.split()), full):
        assert f"How it started: {NOT_SHOWN}" in page
        assert "hurt" not in page


def context() -> PageContext:
    return PageContext(words=Words(shipped(), "GB"), width=80, height=40)


def test_no_emergency_tells_which_private_answer_it_rests_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not by what does not fit together, nor by what may be changed."""
    despair = DESPAIR | {"suicide_safety": True}
    states = [said_to_be("with_me", begun(given)) for given in (despair, HURT)]

    assert all(view(state).shows_emergency for state in states)
    drawn = [words(state_of(state)) for state in states]
    lines = [printed(state, monkeypatch, capsys, "q") for state in states]
    assert drawn[0] == drawn[1]
    assert lines[0] == lines[1]
