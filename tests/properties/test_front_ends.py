"""The two faces of the interview: whatever is asked, answered, taken back or changed, they agree.

A walk is made on the whole screen, key by key, and what plain mode calls the same is written
down beside it. Then plain mode reads that, and every state on the way must be the same.
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

from backtriage.decide.assessment import assess
from backtriage.decide.receipt import plain_answers
from backtriage.interview.interview import Interview, view
from backtriage.interview.review import QuestionStatus, emergency_questions, review
from backtriage.interview.transitions import start
from backtriage.program.program import Program
from backtriage.program.words import Words
from backtriage.protocol.protocol import Question
from backtriage.render.as_json import as_json
from backtriage.shell import screen
from backtriage.shell.full.entry import Entry, options_of
from backtriage.shell.full.press import press
from backtriage.shell.full.scene import Over, Scene, Showing, Size, opened
from backtriage.shell.plain.interview import run
from backtriage.shell.plain.pages import answered as plain_answered
from backtriage.shell.plain.words import PageContext, checks
from backtriage.terms.value import NOT_SURE, NUMBER, SOME_OF, Ticks, Value, number_text
from tests.properties.test_interview import ANY
from tests.support.strategies import answers_to
from tests.support.tier import examples

LONGEST: Final = 14
"""Moves of a walk before it only goes forward."""


def line_for(question: Question, value: Value) -> str:
    """A value as plain mode reads it."""
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
    """The number of a choice."""
    return [each.id for each in question.choices].index(choice) + 1


def keys_for(question: Question, value: Value, entry: Entry) -> tuple[str, ...]:
    """The same value on the screen, from what is entered there already."""
    if isinstance(value, Ticks):
        return ticks_for(question, value, entry)
    if value is NOT_SURE:
        return ("u", "enter")
    if question.kind == NUMBER:
        line = line_for(question, value)
        to_field = ("home",) if entry.row else ()
        return (*to_field, *("backspace",) * len(entry.field.text), *line, "enter")
    return (line_for(question, value), "enter")


def ticks_for(question: Question, value: Ticks, entry: Entry) -> tuple[str, ...]:
    """Only the rows that have to change are pressed."""
    keys: list[str] = []
    for at, choice in enumerate(question.choices, start=1):
        is_doubt, was_doubt = choice.id in value.unsure, choice.id in entry.unsure
        is_tick, was_tick = choice.id in value.yes, choice.id in entry.ticked
        if is_doubt != was_doubt and not is_tick:
            # A digit ticks the row it goes to, and then u is about that row.
            keys += [str(at), "u"] if is_doubt or was_tick else [str(at), str(at)]
        elif is_tick != was_tick:
            keys.append(str(at))
    if value == Ticks() and not entry.is_none:
        keys = ["0"]
    return (*keys, "enter")


class Walk:
    """One interview on the screen, and the lines that say the same in plain mode."""

    def __init__(self, program: Program, size: Size) -> None:
        """At the first question."""
        interview = start(program)
        self.size = size
        self.words = Words(program)
        self.first = interview
        self.scene = opened(Scene(interview=interview, words=self.words, seen=view(interview)))
        self.states: list[Interview] = []
        self.lines: list[str] = []

    def press(self, *keys: str) -> None:
        """Press keys, and keep every state that the interview comes to."""
        for key in keys:
            before = self.scene.interview
            self.scene = press(self.scene, key, self.size)
            if self.scene.interview != before:
                self.states.append(self.scene.interview)

    def answer(self, value: Value) -> None:
        """Answer the question; plain mode asks once more when there is a check for a doubt."""
        question = self.scene.question
        self.lines.append(line_for(question, value))
        if question.kind == SOME_OF:  # on a small screen every row must be seen first
            self.press(*("down",) * len(options_of(question)), "home")
        self.press(*keys_for(question, value, self.scene.entry))
        paper = PageContext(words=self.words, width=80, height=24)
        if checks(paper, question, value) and not self.scene.seen.is_emergency:
            self.lines.append("=")

    def back(self) -> None:
        """One question back."""
        self.lines.append("b")
        self.press("c-b")

    def keep(self) -> None:
        """The answer from before, once more."""
        self.lines.append("=")
        self.press("enter")

    def change(self, at: int) -> None:
        """The answer in one row of the review."""
        if self.scene.showing is Showing.QUESTION:
            self.press("r")
            self.lines.append("r")
        self.lines.append(str(at + 1))
        wanted = plain_answered(self.scene.interview)[at]
        ids = [row.question.id for row in self.scene.rows]
        self.press("home", *("down",) * ids.index(wanted), "enter")

    def alarm(self) -> None:
        """The answer that an emergency rests on."""
        self.lines.append("c")
        self.press("c")

    def end(self) -> None:
        """The review before the last question."""
        self.lines.append("e")
        self.press("e")

    def finish(self) -> None:
        """See the result, or say that the emergency was read."""
        self.lines.append("y")
        self.press("y")
        while self.scene.showing is Showing.EMERGENCY and self.scene.over is None:
            self.press("y")  # the page was longer than the screen
        if self.scene.showing is Showing.RESULT:
            self.press("end", "enter")


def answered(state: Interview) -> int:
    """How many answers count."""
    return sum(row.status is QuestionStatus.ANSWERED for row in review(state))


def ways_on(scene: Scene) -> list[str]:
    """What a person may do at a page, other than go forward."""
    is_alarm, is_question = (
        scene.showing is showing for showing in (Showing.EMERGENCY, Showing.QUESTION)
    )
    ways = {
        "back": scene.seen.can_go_back,
        "change": not is_alarm and bool(answered(scene.interview)),
        "alarm": is_alarm and len(emergency_questions(scene.interview)) == 1,
        "keep": is_question and scene.seen.remembered is not None,
        "end": is_question and scene.seen.can_end,
    }
    return [way for way, may in ways.items() if may]


def wandered(data: st.DataObject, walk: Walk) -> None:
    """Any moves, and then forward to the end."""
    moves: dict[str, Callable[[], None]] = {
        "back": walk.back,
        "keep": walk.keep,
        "alarm": walk.alarm,
        "end": walk.end,
        "change": lambda: walk.change(
            data.draw(st.integers(0, answered(walk.scene.interview) - 1))
        ),
        "forward": lambda: walk.answer(data.draw(answers_to(walk.scene.question))),
    }
    for made in range(200):
        ways = ["forward", *(ways_on(walk.scene) if made < LONGEST else ())]
        way = data.draw(st.sampled_from(ways))
        if way == "forward" and walk.scene.showing is not Showing.QUESTION:
            walk.finish()
            return
        moves[way]()


def in_plain(walk: Walk) -> tuple[list[Interview], Interview]:
    """Every state of plain mode that reads the same lines, and the last."""
    states: list[Interview] = []
    lines = iter(walk.lines)
    with patch.object(screen, "ask_line", lambda _: next(lines)), redirect_stdout(StringIO()):
        last = run(walk.first, walk.words, states.append)
    assert next(lines, None) is None
    return states, last


@settings(max_examples=examples(100), report_multiple_bugs=False)
@given(data=st.data(), program=ANY, rows=st.sampled_from((14, 24, 60)))
def test_the_faces_agree(data: st.DataObject, program: Program, rows: int) -> None:
    """The same questions in the same order, the same sheet and the same result, byte for byte."""
    walk = Walk(program, Size(columns=data.draw(st.sampled_from((40, 80))), rows=rows))
    wandered(data, walk)
    assert walk.scene.over is Over.FINISHED

    states, last = in_plain(walk)

    assert states == walk.states
    assert [view(state).question for state in states] == [
        view(state).question for state in walk.states
    ]
    ends = (last, walk.scene.interview)
    sheets = [json.dumps(plain_answers(program, end.answers)) for end in ends]
    assert sheets[0] == sheets[1]
    results = [as_json(assess(program, end.answers)) for end in ends]
    assert results[0] == results[1]
