"""The pages that are no question: the opening, why, keys, review, emergency, result, save."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from backtriage.interview.in_words import condition_words, value_words
from backtriage.interview.interview import Interview
from backtriage.interview.review import Row, Standing, review
from backtriage.render.layout import Line, action_lines, block_lines, spaced
from backtriage.render.page import Page
from backtriage.shell.full.draw.frame import (
    BLANK,
    LEAST_ROOM,
    Drawn,
    Focus,
    foot_of,
    framed,
    paper_for,
    text_lines,
)
from backtriage.shell.full.scene import Scene, Size
from backtriage.shell.plain.pages import change_offer
from backtriage.shell.plain.words import Paper, why_page

KEYS: Final = (
    ("Up, Down, Tab", "go from line to line"),
    ("1 to 9", "go to that line; on a list, tick it"),
    ("Space", "tick a line, or take the tick away"),
    ("Enter", "give this answer and go on"),
    ("Left, b, Esc", "back to the question before"),
    ("u", "not sure, or would rather not say; on a list, about this line"),
    ("?", "why we ask, and more about each line"),
    ("r", "look at your answers and change one"),
    ("s", "save to a file that you name"),
    ("q, Ctrl-C", "stop now and keep your answers"),
    ("Ctrl-Z", "pause; type fg to come back"),
)
"""Every key, and what it does."""

READ: Final = "I have read this"
RESULT: Final = "All is right. Show my result"
GO_ON: Final = "Go on"

_ORDER: Final = (
    (Standing.ANSWERED, "Your answers. To change one, go to it and press Enter."),
    (Standing.SET_ASIDE, "Kept aside and not counted, because it no longer applies:"),
    (Standing.NOT_ASKED, "Not asked:"),
    (Standing.NOT_NEEDED, "Not needed for your result:"),
)
_LOOK: Final = "That was the last question. Please look at your answers once more."


def opening_page(scene: Scene, size: Size) -> Drawn:
    """What this is, or what was kept, before the first question."""
    paper = paper_for(scene, size)
    text = scene.opening(paper) if scene.opening else ""
    return _text(scene, size, text, ("Enter begin", "q stop"))


def why_page_(scene: Scene, size: Size) -> Drawn:
    """Why this is asked, and what it rests on."""
    text = why_page(paper_for(scene, size), scene.interview.program, scene.question)
    return _text(scene, size, text, ("Left back to the question",))


def keys_page(scene: Scene, size: Size) -> Drawn:
    """Every key."""
    paper = paper_for(scene, size)
    lines = [paper.text(does, f"{key}: ", "    ") for key, does in KEYS]
    return _text(scene, size, "\n".join(("Keys", "", *lines)), ("Left back",))


def _text(scene: Scene, size: Size, text: str, hints: tuple[str, ...]) -> Drawn:
    paper = paper_for(scene, size)
    body = [Line("text", line) for line in text.split("\n")]
    return framed([], body, [BLANK, *foot_of(paper, scene, hints)], size, top=scene.top)


def review_rows(interview: Interview) -> tuple[Row, ...]:
    """The rows of the review in the order in which they are shown."""
    rows = review(interview)
    return tuple(row for standing, _ in _ORDER for row in rows if row.standing is standing)


def review_page(scene: Scene, size: Size) -> Drawn:
    """Every answer, and for every other question why it has none."""
    paper = paper_for(scene, size)
    rows = review_rows(scene.interview)
    body: list[Line] = []
    focus = None
    shown: Standing | None = None
    for at, row in enumerate(rows):
        first = len(body)
        if row.standing is not shown:
            shown = row.standing
            body += [*([BLANK] if body else []), *text_lines(paper, dict(_ORDER)[shown])]
        line = len(body)
        is_here = scene.row == at
        mark = "> " if is_here else "  "
        body += text_lines(paper, _said(scene, row), mark, is_bold=is_here)
        if is_here:
            focus = Focus(first=min(first, line), last=len(body) - 1)
            focus_line = line
    if not rows:
        body += text_lines(paper, "You have given no answer yet.")
    head = text_lines(paper, _LOOK, is_bold=True) if is_final(scene) else _title(scene, paper)
    last = ">" if scene.row == len(rows) else " "
    done = [*text_lines(paper, RESULT if is_final(scene) else GO_ON, f"{last} y. ",
                        is_bold=last == ">")]  # fmt: skip
    hints = ("Up/Down move", "Enter change", "y " + ("result" if is_final(scene) else "go on"),
             "Left back")  # fmt: skip
    drawn = framed([*head, BLANK], body, [BLANK, *done, *foot_of(paper, scene, hints)], size,
                   top=scene.top, focus=focus)  # fmt: skip
    if focus is not None:
        at_line = drawn.cursor[0] + focus_line - focus.first
        return _pointed(drawn, at_line)
    return _pointed(drawn, _find(drawn, f"{last} y. ")) if scene.row == len(rows) else drawn


def is_final(scene: Scene) -> bool:
    """Whether every question is answered, so that the result comes next."""
    return scene.seen.question is None and not scene.seen.is_emergency


def _title(scene: Scene, paper: Paper) -> list[Line]:
    del scene
    return text_lines(paper, "Your answers so far", is_bold=True)


def _pointed(drawn: Drawn, row: int) -> Drawn:
    """The same screen with the cursor in another row."""
    return Drawn(lines=drawn.lines, cursor=(row, 0), top=drawn.top, room=drawn.room,
                 has_more=drawn.has_more)  # fmt: skip


def _find(drawn: Drawn, begins: str) -> int:
    return next(at for at, line in enumerate(drawn.lines) if line.text.startswith(begins))


def _said(scene: Scene, row: Row) -> str:
    """One row of the review."""
    short = row.question.short
    if row.value is not None:
        return f"{short}: {value_words(row.question, row.value)}"
    if row.standing is Standing.NOT_ASKED:
        guard = condition_words(scene.interview.program, row.question.ask_when)
        return f"{short}: only asked if {guard}."
    return short


def emergency_page(scene: Scene, size: Size) -> Drawn:
    """The action, and below it what may be done: say that it was read, or change the answer."""
    paper = paper_for(scene, size)
    offers = (f"y. {READ}", f"c. {change_offer(scene.interview)}")
    rows = [
        line
        for at, offer in enumerate(offers)
        for line in text_lines(paper, offer, "> " if scene.row == at else "  ",
                               is_bold=scene.row == at)
    ]  # fmt: skip
    keys = ("y or c", *(("s save",) if scene.may_save else ()), "Left back")
    drawn = _result(scene, size, [BLANK, *rows, *foot_of(paper, scene, keys)])
    if drawn.has_more:
        foot = foot_of(paper, scene, ("Space more", *keys))
        drawn = _result(scene, size, [BLANK, *rows, *foot])
    if scene.row is None:
        return drawn
    return _pointed(drawn, _find(drawn, f"> {'yc'[scene.row]}. "))


def result_page(scene: Scene, size: Size) -> Drawn:
    """The care card or the hand-over sheet; the action stays in sight on every page of it."""
    paper = paper_for(scene, size)
    save = ("s save",) if scene.may_save else ()
    plain = _result(scene, size, [BLANK, *foot_of(paper, scene, ("Enter finish", *save))])
    hints = ("Space more" if plain.has_more else "Enter finish", "Up/Down move", *save,
             "Left answers", *(("q finish",) if plain.has_more else ()))  # fmt: skip
    return _result(scene, size, [BLANK, *foot_of(paper, scene, hints)])


def _result(scene: Scene, size: Size, foot: list[Line]) -> Drawn:
    page, paper = scene.page, paper_for(scene, size)
    assert page is not None  # noqa: S101 - these pages are never shown without one
    head, body = _parts(page, paper.width, size.rows - len(foot))
    return framed([*head, BLANK], body, foot, size, top=scene.top)


def _parts(page: Page, width: int, rows: int) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """What stays in sight, and what is scrolled. A doubt is named before the action."""
    lead, action = block_lines(page.lead, width), action_lines(page.action, width)
    action = tuple(_bar(line, width) for line in action)
    body = block_lines(page.blocks, width)
    whole = spaced(lead, action)
    if len(whole) + 2 * LEAST_ROOM <= rows:
        return whole, body
    if len(action) + LEAST_ROOM + 1 <= rows:
        return action, spaced(lead, body)
    calls = tuple(line for line in action if line.role == "action")
    return calls, spaced(lead, action[len(calls) :], body)


def _bar(line: Line, width: int) -> Line:
    """The call as one bar across the page."""
    return Line(line.role, f" {line.text}".ljust(width)) if line.role == "action" else line


def save_page(scene: Scene, size: Size) -> Drawn:
    """The name of the file to write."""
    paper = paper_for(scene, size)
    what = saved_as(scene)
    body = [
        *text_lines(paper, what[0], is_bold=True),
        *text_lines(paper, what[1]),
        BLANK,
        *_name(scene, paper),
    ]
    hints = ("Enter save", "Esc back")
    column = min(scene.name.at, paper.width - 1)
    focus = Focus(first=len(body) - 1, last=len(body) - 1, column=2 + column)
    return framed([], body, [BLANK, *foot_of(paper, scene, hints)], size, focus=focus)


def saved_as(scene: Scene) -> tuple[str, str]:
    """What would be saved, and how to name it."""
    if scene.page is None:
        return (
            "Save your answers so far. Type a file name that ends in .json.",
            "You can go on from it with: backtriage ask --from FILE",
        )
    return (
        "Save this for whoever helps you. Type a file name.",
        "It is text. A name that ends in .md makes Markdown, one in .json a record.",
    )


def _name(scene: Scene, paper: Paper) -> Iterable[Line]:
    """The field; of a long name the part around the cursor."""
    room = max(1, paper.width - 3)
    text = scene.name.text
    start = max(0, scene.name.at - room + 1)
    yield Line("heading", f"> {text[start : start + room]}")


