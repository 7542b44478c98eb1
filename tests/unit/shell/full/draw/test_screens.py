"""Every screen at every size: nothing is wider or longer than the terminal, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from backtriage.decide.assessment import assess
from backtriage.interview.interview import Interview, view
from backtriage.interview.transitions import start
from backtriage.program.words import Words
from backtriage.protocol.protocol import Question
from backtriage.render.cells import cell_len
from backtriage.render.page import page_for
from backtriage.shell.full.draw.screen import drawn
from backtriage.shell.full.entry import Role, entry_for, options_of
from backtriage.shell.full.press import press
from backtriage.shell.full.scene import Scene, Showing, Size, opened, turned
from tests.support.protocols import shipped
from tests.unit.shell.full.scenes import at, pressed

SIZES = tuple(
    Size(columns=columns, rows=rows)
    for columns, rows in ((80, 24), (40, 24), (40, 14), (200, 60), (30, 12), (20, 6), (1, 1))
)
NARROWEST = 30
"""Narrower, a word or a key may not fit, and the terminal cuts it."""

SOME_SIZES = pytest.mark.parametrize(
    "size", [SIZES[1], SIZES[2], SIZES[4], SIZES[6]], ids=lambda s: f"{s.columns}x{s.rows}"
)
EVERY_SIZE = pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s.columns}x{s.rows}")


QUESTIONS = shipped().protocol.questions


def asking(question: Question, notes: tuple[str, ...] = ()) -> Scene:
    """A scene that asks any question, whatever came before it."""
    interview = start(shipped())
    seen = replace(view(interview), question=question, notes=notes, can_go_back=True, number=28)
    words = Words(shipped(), "GB")
    return Scene(
        interview=interview, words=words, seen=seen, entry=entry_for(question, None), turn=1
    )


def check(scene: Scene, size: Size) -> str:
    """The text of a screen that fits its terminal, with its cursor on it."""
    shown = drawn(scene, size)
    assert len(shown.lines) <= size.rows
    if size.columns >= NARROWEST:
        assert max(cell_len(line.text) for line in shown.lines) <= size.columns
    row, column = shown.cursor
    assert 0 <= row < len(shown.lines)
    assert 0 <= column <= len(shown.lines[row].text)
    return "\n".join(line.text for line in shown.lines)


def on_each_row(scene: Scene, size: Size) -> Iterator[tuple[int, Scene]]:
    """The scene with the cursor on each row, from top to bottom."""
    for row in range(len(options_of(scene.question))):
        key = "down" if scene.question.kind != "number" or row else ""
        scene = press(scene, key, size) if key else scene
        yield row, scene


@SOME_SIZES
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question.id))
def test_every_row_of_every_question_can_be_read(question: Question, size: Size) -> None:
    """The row under the cursor is on the screen, and the cursor on its first line."""
    notes = tuple(note.text for note in shipped().protocol.notes[-1:])
    for scene in (asking(question), asking(question, notes)):
        check(scene, size)
        for row, there in on_each_row(scene, size):
            assert there.entry.row == row
            screen = check(there, size)
            option = options_of(question)[row]
            if size.rows < 12 or option.role is Role.FIELD:
                continue
            words = " ".join(there.words.fill(option.text).split())
            assert words in " ".join(screen.split())
            line = screen.split("\n")[drawn(there, size).cursor[0]]
            assert line.startswith(">")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question.id))
def test_a_list_is_seen_whole_on_a_small_screen(question: Question) -> None:
    """At 40 columns and 24 rows, once the cursor is on a row that needs no more help."""
    size = Size(columns=40, rows=24)
    options = options_of(question)
    scene = asking(question)
    row = next(at for at, o in enumerate(options) if o.role is not Role.ITEM or not o.help)
    scene = replace(scene, entry=replace(scene.entry, row=row))
    if question.kind == "number" or (options[row].check and question.kind != "some_of"):
        return

    screen = check(scene, size)

    assert "--- more" not in screen
    for option in options:
        assert " ".join(option.text.split()) in " ".join(screen.split())


@SOME_SIZES
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question.id))
def test_why_and_doubts_fit(question: Question, size: Size) -> None:
    """The pages that a question opens; both can be scrolled to their end."""
    scene = pressed(asking(question), "?", size=size)
    assert scene.showing is Showing.WHY
    check(scene, size)
    while size.columns >= NARROWEST and drawn(scene, size).has_more:
        scene = press(scene, " ", size)
        check(scene, size)
    if question.kind == "some_of":
        doubts = turned(asking(question), Showing.DOUBTS)
        for row in range(len(question.choices) + 1):
            doubts = press(doubts, "down", size)
            assert doubts.row == row
            check(doubts, size)


def test_a_page_that_goes_on_says_which_key_goes_on() -> None:
    """And no longer does at its end."""
    scene = pressed(asking(next(q for q in QUESTIONS if q.id == "danger")), "?")
    seen = []
    while "--- more" in (page := check(scene, SIZES[1])) and "below" in page:
        assert "Space more" in page
        seen.append(page)
        scene = press(scene, " ", SIZES[1])
    assert len(seen) > 1
    assert "Space more" not in check(scene, SIZES[1])


def ends() -> Iterator[tuple[str, Scene]]:
    """The pages at the end of an interview, of the tiny protocol and of the shipped one."""
    yield "review", at("44", "none", "longer", "no")
    yield "emergency", at("44", "breathing;drooling?")
    yield "doubt", at("44", "breathing?;drooling?")
    yield "result", pressed(at("44", "none", "longer", "no"), "y")
    interview = start(shipped())
    scene = Scene(interview=interview, words=Words(shipped(), "GB"), seen=view(interview))
    for audience in ("patient", "clinician"):
        assessment = assess(shipped(), interview.answers, "GB")
        page = page_for(assessment, audience, why=False)
        yield f"whole_{audience}", replace(turned(scene, Showing.RESULT), page=page)


EXTREMES = {(80, 24), (40, 14), (200, 60), (20, 6), (1, 1)}
"""The sizes of the longest page, which takes long to draw."""


@pytest.mark.parametrize(
    ("name", "size"),
    [
        pytest.param(name, size, id=f"{name}-{size.columns}x{size.rows}")
        for name, _ in ends()
        for size in SIZES
        if name != "whole_clinician" or (size.columns, size.rows) in EXTREMES
    ],
)
def test_the_action_is_always_in_sight(name: str, size: Size) -> None:
    """From the beginning of a page and from its end, by page and by line."""
    scene = dict(ends())[name]
    for jump, key in (("home", "pagedown"), ("end", "pageup"), ("home", "down"), ("end", "up")):
        scene = press(scene, jump, size)
        for _ in range(100 if size.rows >= 12 else 30):
            screen = check(scene, size)
            if scene.page is not None and size.rows >= 6:
                assert scene.words.fill(scene.page.action.word) in screen
            moved = press(scene, key, size)
            if moved == scene:
                break
            scene = moved


def test_the_whole_result_can_be_read_by_paging() -> None:
    """No line of it is skipped between two pages."""
    for size in (Size(columns=40, rows=14), Size(columns=80, rows=24)):
        scene = dict(ends())["whole_patient"]
        seen: list[str] = []
        while True:
            seen += [line.text for line in drawn(scene, size).lines]
            if not drawn(scene, size).has_more:
                break
            scene = press(scene, " ", size)
        whole = replace(scene, top=0)
        tall = drawn(whole, Size(columns=size.columns, rows=500))
        assert {line.text for line in tall.lines if "finish" not in line.text} <= {*seen, ""}


def test_the_first_page_is_an_emergency_when_there_is_one() -> None:
    """Whatever else would be said first."""
    interview: Interview = at("44", "breathing").interview
    scene = Scene(
        interview=interview,
        words=Words(interview.program, "GB"),
        seen=view(interview),
        opening=lambda paper: paper.text("Welcome"),
    )
    assert opened(scene).showing is Showing.EMERGENCY
    calm = at("44").interview
    calmly = opened(replace(scene, interview=calm, seen=view(calm)))
    assert calmly.showing is Showing.OPENING
    assert "Welcome" in check(calmly, SIZES[0])
    assert press(calmly, "enter", SIZES[0]).showing is Showing.QUESTION


@EVERY_SIZE
def test_what_enter_does_at_a_result_is_what_stands_there(size: Size) -> None:
    """More, as long as there is more; then it ends."""
    scene = dict(ends())["whole_patient"]
    while scene.over is None and size.rows >= 12:
        shown = drawn(scene, size)
        foot = " ".join(line.text for line in shown.lines[-3:])
        assert ("Enter finish" in foot) is not shown.has_more
        scene = press(scene, "enter", size)
        assert (scene.over is not None) is not shown.has_more
