"""The two front ends of the interview agree, whatever is answered, undone or changed.

A random walk on the full screen also records the lines that mean the same in plain mode. Plain
mode then reads these lines, and every state on the way must be equal.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from typing import Final
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.interview.confirmations import Finding
from backtriage.interview.interview import assessment_of, view
from backtriage.interview.review import QuestionStatus, emergency_questions, review
from backtriage.interview.state import Interview
from backtriage.interview.transitions import start
from backtriage.program.program import Program
from backtriage.program.validate import plain_sheet
from backtriage.program.words import Words
from backtriage.protocol.protocol import Question
from backtriage.render.as_json import as_json
from backtriage.shell import terminal
from backtriage.shell.full.form import Form, options_of
from backtriage.shell.full.keys import handle_key
from backtriage.shell.full.state import EndReason, Screen, Size, UiState, first_screen
from backtriage.shell.plain.interview import run
from backtriage.shell.plain.pages import answered as plain_answered
from backtriage.shell.plain.pages import checks
from backtriage.shell.questionnaire.pages import PageContext
from backtriage.terms.value import NOT_SURE, NUMBER, SOME_OF, Ticks, Value, number_text
from tests.support.plain_results import unpaused
from tests.support.strategies import answers_to, any_programs, doubtful_programs
from tests.support.tier import examples

MAX_MOVES: Final = 14
"""After so many moves a walk only goes forward."""


def plain_line(question: Question, value: Value) -> str:
    """Return a value as it is typed in plain mode."""
    if isinstance(value, bool):
        return "y" if value else "n"
    if value is NOT_SURE:
        return "u"
    if isinstance(value, Ticks):
        rows = [
            f"{at}{'?' * (choice.id in value.unsure)}"
            for at, choice in enumerate(question.choices, start=1)
            if choice.id in value.yes | value.unsure
        ]
        return " ".join(rows) or "0"
    return str(row_of(question, value)) if isinstance(value, str) else number_text(value)


def row_of(question: Question, choice: str) -> int:
    """Return the number of a choice in its list."""
    return [each.id for each in question.choices].index(choice) + 1


def screen_keys(question: Question, value: Value, form: Form) -> tuple[str, ...]:
    """Return the keys that enter a value on the screen, given what is entered already."""
    if isinstance(value, Ticks):
        return tick_keys(question, value, form)
    if value is NOT_SURE:
        return ("u", "enter")
    if question.kind == NUMBER:
        line = plain_line(question, value)
        to_field = () if form.focus == 0 else ("home",)
        return (*to_field, *("backspace",) * len(form.editor.text), *line, "enter")
    return (plain_line(question, value), "enter")


def tick_keys(question: Question, value: Ticks, form: Form) -> tuple[str, ...]:
    """Return the keys for the rows that have to change."""
    keys: list[str] = []
    for at, choice in enumerate(question.choices, start=1):
        is_doubt, was_doubt = choice.id in value.unsure, choice.id in form.unsure
        is_tick, was_tick = choice.id in value.yes, choice.id in form.ticked
        if is_doubt != was_doubt and not is_tick:
            # A digit ticks the row it goes to, and then u is about that row.
            keys += [str(at), "u"] if is_doubt or was_tick else [str(at), str(at)]
        elif is_tick != was_tick:
            keys.append(str(at))
    if value == Ticks() and not form.is_none:
        keys = ["0"]
    return (*keys, "enter")


class Walk:
    """An interview on the full screen, and the lines that mean the same in plain mode."""

    def __init__(self, program: Program, size: Size) -> None:
        interview = start(program)
        self.size = size
        self.words = Words(program)
        self.first = interview
        self.state = first_screen(
            UiState(interview=interview, words=self.words, view=view(interview))
        )
        self.states: list[Interview] = []
        self.lines: list[str] = []

    def press(self, *keys: str) -> None:
        """Press keys and record each new state of the interview."""
        for key in keys:
            before = self.state.interview
            self.state = handle_key(self.state, key, self.size)
            if self.state.interview != before:
                self.states.append(self.state.interview)

    def enter(self, *keys: str) -> None:
        """Press keys until the question is answered: on the first page a mark is enough."""
        before = len(self.states)
        for key in keys:
            if len(self.states) == before:
                self.press(key)

    def answer(self, value: Value) -> None:
        """Answer the question; plain mode confirms a doubt for which there is a check."""
        question = self.state.question
        self.lines.append(plain_line(question, value))
        if question.kind == SOME_OF:  # on a small screen every row must be seen first
            self.press(*("down",) * len(options_of(question)), "home")
        self.enter(*screen_keys(question, value, self.state.form))
        context = PageContext(words=self.words, width=80, height=24)
        if checks(context, question, value) and not self.state.view.is_emergency:
            self.lines.append("=")

    def confirm(self, finding: Finding) -> None:
        """Say what was found on trying."""
        key = "u" if finding is Finding.NOT_SURE else finding.value[0]
        self.lines.append(key)
        self.press(key, "enter")

    def back(self) -> None:
        self.lines.append("b")
        self.press("c-b")

    def keep(self) -> None:
        """Keep the remembered answer, once all of it has been on the screen."""
        self.lines.append("=")
        remembered = self.state.view.remembered
        assert remembered is not None
        before, presses = self.state.generation, len(options_of(self.state.question)) + 2
        for _ in range(presses if self.state.question.kind == SOME_OF else 1):
            if self.state.generation == before:
                self.press("enter")
        if self.state.generation == before:  # the question was above, and is read now
            self.press(*screen_keys(self.state.question, remembered, self.state.form))

    def change(self, at: int) -> None:
        """Change the answer in a row of the review."""
        if self.state.screen in {Screen.QUESTION, Screen.RESULT}:
            self.leave_field()
            self.press("r" if self.state.screen is Screen.QUESTION else "left")
            self.lines.append("r")
        self.lines.append(str(at + 1))
        wanted = plain_answered(self.state.interview)[at]
        ids = [row.question.id for row in self.state.rows]
        self.press("home", *("down",) * ids.index(wanted), "enter")

    def change_emergency(self) -> None:
        """Change the only answer that supports an emergency."""
        self.lines.append("c")
        self.press("c")

    def end(self) -> None:
        """Go to the review before the last question."""
        self.lines.append("e")
        self.leave_field()
        self.press("e")

    def leave_field(self) -> None:
        """Leave the field of a number, in which letters are no keys."""
        if self.state.is_in_field:
            self.press("down")

    def go_on(self) -> None:
        """Go on to the advice part."""
        self.lines.append("g")
        self.press("end", "enter")

    def finish(self) -> None:
        """See the result, or confirm that the emergency was read."""
        if self.state.screen is not Screen.RESULT:
            self.lines.append("y")
            self.press("y")
        if self.state.view.is_triage_result and self.state.screen is Screen.RESULT:
            self.lines.append("f")
            self.press("f")
            return
        while self.state.screen is Screen.EMERGENCY and self.state.end is None:
            self.press("y")  # the page was longer than the screen
        if self.state.screen is Screen.RESULT:
            self.lines.append("f")
            self.press("q")


def answered(state: Interview) -> int:
    """Return how many answers count."""
    return sum(row.status is QuestionStatus.ANSWERED for row in review(state))


def available_moves(state: UiState) -> list[str]:
    """Return the moves that a page allows, apart from going forward."""
    is_alarm, is_question = (
        state.screen is screen for screen in (Screen.EMERGENCY, Screen.QUESTION)
    )
    moves = {
        "back": state.view.can_go_back,
        "change": not is_alarm and bool(answered(state.interview)),
        "go_on": state.screen is Screen.RESULT and state.view.can_go_on,
        "change_emergency": is_alarm and len(emergency_questions(state.interview)) == 1,
        "keep": is_question and state.view.remembered is not None,
        "end": is_question and state.view.can_end,
    }
    return [move for move, is_allowed in moves.items() if is_allowed]


def go_forward(data: st.DataObject, walk: Walk) -> None:
    """Answer the question or the confirmation that is shown."""
    if walk.state.view.confirmation is not None:
        walk.confirm(data.draw(st.sampled_from(Finding)))
        return
    question = walk.state.question
    doubt = st.just(Ticks(unsure=frozenset(c.id for c in question.choices[:1])))
    is_list = question.kind == SOME_OF and question.allows_not_sure
    walk.answer(data.draw(answers_to(question) | doubt if is_list else answers_to(question)))


def walk_at_random(data: st.DataObject, walk: Walk) -> None:
    """Make any moves, then go forward to the end."""
    moves: dict[str, Callable[[], None]] = {
        "back": walk.back,
        "keep": walk.keep,
        "change_emergency": walk.change_emergency,
        "end": walk.end,
        "go_on": walk.go_on,
        "change": lambda: walk.change(
            data.draw(st.integers(0, answered(walk.state.interview) - 1))
        ),
        "forward": lambda: go_forward(data, walk),
    }
    for count in range(200):
        available = available_moves(walk.state) if count < MAX_MOVES else ()
        move = data.draw(st.sampled_from(["forward", *available]))
        if move == "forward" and walk.state.screen is not Screen.QUESTION:
            walk.finish()
            return
        moves[move]()


def replay_in_plain_mode(walk: Walk) -> tuple[list[Interview], Interview]:
    """Return every state of plain mode along the recorded lines, and the last one."""
    states: list[Interview] = []
    lines = iter(walk.lines)
    with patch.object(terminal, "ask_line", lambda _: next(lines)), redirect_stdout(StringIO()):
        last = run(walk.first, walk.words, states.append, unpaused())
    assert next(lines, None) is None
    return states, last


@settings(max_examples=examples(100), report_multiple_bugs=False)
@given(
    data=st.data(),
    program=any_programs() | doubtful_programs(),
    rows=st.sampled_from((14, 24, 60)),
)
def test_the_front_ends_agree(data: st.DataObject, program: Program, rows: int) -> None:
    """Same questions in the same order, same answers, and the same result byte for byte."""
    walk = Walk(program, Size(columns=data.draw(st.sampled_from((40, 80))), rows=rows))
    walk_at_random(data, walk)
    assert walk.state.end is EndReason.FINISHED

    states, last = replay_in_plain_mode(walk)

    assert states == walk.states
    assert [view(state).question for state in states] == [
        view(state).question for state in walk.states
    ]
    assert [view(state).confirmation for state in states] == [
        view(state).confirmation for state in walk.states
    ]
    sheets = [
        json.dumps(plain_sheet(program, interview.answers, interview.checked))
        for interview in (last, walk.state.interview)
    ]
    assert sheets[0] == sheets[1]
    assert as_json(assessment_of(last)) == as_json(assessment_of(walk.state.interview))
