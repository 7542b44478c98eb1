"""The pages that are read: the opening, why, keys, emergency, result; and the one for a name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from backtriage.protocol.protocol import Question
from backtriage.render.layout import Line, LineRole, lines_of, spaced
from backtriage.render.page import Page
from backtriage.shell.full.draw.frame import (
    BLANK,
    LEAST_ROOM,
    Drawn,
    Focus,
    Parts,
    foot_of,
    framed,
    paper_for,
    pointed,
    said_lines,
    text_lines,
)
from backtriage.shell.full.scene import Scene, Size
from backtriage.shell.plain.pages import change_offer
from backtriage.shell.plain.words import PageContext, joined, reasons

SAVE: Final = ("s", "save to a file that you name")
KEEP: Final = ("q, Ctrl-C", "stop now and keep your answers")
STOP: Final = ("q, Ctrl-C", "stop now; nothing is kept")

KEYS: Final = (
    ("Up, Down, Tab", "go from line to line"),
    ("0 to 9, y, n", "go to that line; on a list, tick it"),
    ("Space", "tick a line, or take the tick away"),
    ("Enter", "give this answer and go on"),
    ("Left, b, Esc", "back to the question before"),
    ("u", "not sure, or would rather not say; on a list, about this line"),
    ("?", "why we ask, and more about each line"),
    ("r", "look at your answers and change one"),
    ("e", "end here and see your result, once it is settled how soon you need help"),
    SAVE,
    KEEP,
    ("Ctrl-Z", "pause; type fg to come back"),
)
"""Every key, and what it does."""

READ: Final = "I have read this"
MORE: Final = "Space more"


def opening_page(scene: Scene, size: Size) -> Drawn:
    """What this is, or what was kept, before the first question."""
    paper = paper_for(scene, size)
    text = scene.opening(paper) if scene.opening else ""
    return _text(scene, size, text, ("Enter begin", "q stop"))


def why_page(scene: Scene, size: Size) -> Drawn:
    """Why this is asked, what it rests on, and more about each line."""
    paper, question = paper_for(scene, size), scene.question
    parts = [*reasons(paper, scene.interview.program, question)]
    more = [line for at in range(len(question.choices)) for line in _more(paper, question, at)]
    if more:
        parts.insert(1, joined(("More about each line:", *more)))
    return _text(scene, size, "\n\n".join(parts), ("Left back to the question",))


def _more(paper: PageContext, question: Question, at: int) -> Iterable[str]:
    """A line with its help and its check, if it has any."""
    choice = question.choices[at]
    if choice.help or choice.check:
        yield paper.text(choice.text, f"  {at + 1}. ")
    if choice.help:
        yield paper.text(choice.help, "     ")
    if choice.check:
        yield paper.text(f"Not sure? {choice.check}", "     ")


def keys_page(scene: Scene, size: Size) -> Drawn:
    """Every key."""
    paper = paper_for(scene, size)
    unkept = {SAVE: None, KEEP: STOP}
    rows = KEYS if scene.may_save else [row for key in KEYS if (row := unkept.get(key, key))]
    lines = [paper.text(does, f"{key}: ", "    ") for key, does in rows]
    return _text(scene, size, "\n".join(("Keys", "", *lines)), ("Left back",))


def _text(scene: Scene, size: Size, text: str, hints: tuple[str, ...]) -> Drawn:
    """A page to read. A title of one line and the headings stand out."""
    title, _, rest = text.partition("\n\n")
    head = [Line("text" if "\n" in title else "heading", line) for line in title.split("\n")]
    body = [*head, BLANK, *(Line(_role(line), line) for line in rest.split("\n"))]
    paper = paper_for(scene, size)
    page = framed(Parts(body=body, foot=_foot(paper, scene, hints)), size, scene.top)
    if not page.has_more:
        return page
    return framed(Parts(body=body, foot=_foot(paper, scene, (MORE, *hints))), size, scene.top)


def _role(line: str) -> LineRole:
    return "heading" if line.endswith(":") and not line.startswith(" ") else "text"


def emergency_page(scene: Scene, size: Size) -> Drawn:
    """The action, and below it what may be done: say that it was read, or change the answer."""
    paper = paper_for(scene, size)
    offers = (("y. ", READ), ("c. ", change_offer(scene.interview)))
    rows = [
        line
        for at, (key, offer) in enumerate(offers)
        for line in text_lines(paper, offer, f"{'> ' if scene.row == at else '  '}{key}",
                               is_bold=scene.row == at)
    ]  # fmt: skip
    back = ("Left back",) if scene.seen.can_go_back else ()
    keys = ("y or c", *(("s save",) if scene.may_save else ()), *back)
    drawn = _result(scene, size, [BLANK, *rows, *foot_of(paper, scene, keys)])
    if drawn.has_more:
        foot = foot_of(paper, scene, (MORE, *keys))
        drawn = _result(scene, size, [BLANK, *rows, *foot])
    return drawn if scene.row is None else pointed(drawn, f"> {'yc'[scene.row]}. ")


def result_page(scene: Scene, size: Size) -> Drawn:
    """The care card or the hand-over sheet; the action stays in sight on every page of it."""
    paper = paper_for(scene, size)
    save = ("s save",) if scene.may_save else ()
    at_end = _result(scene, size, _foot(paper, scene, ("Enter finish", *save, "Left answers")))
    if not at_end.has_more:
        return at_end
    hints = (MORE, *save, "Left answers", "q finish")
    return _result(scene, size, _foot(paper, scene, hints))


def _foot(paper: PageContext, scene: Scene, hints: tuple[str, ...]) -> list[Line]:
    return [BLANK, *foot_of(paper, scene, hints)]


def _result(scene: Scene, size: Size, foot: list[Line]) -> Drawn:
    page, paper = scene.page, paper_for(scene, size)
    assert page is not None  # noqa: S101 - these pages are never shown without one
    # A remark comes and goes; what stays in sight must not change with it.
    spare = size.rows - len(foot) + len(said_lines(paper, scene))
    head, body = _parts(page, paper.width, spare)
    return framed(Parts(head=[*head, BLANK], body=body, foot=foot), size, scene.top)


def _parts(page: Page, width: int, rows: int) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """What stays in sight, and what is scrolled. A doubt is named before the action."""
    lead, body = lines_of(page.lead, width), lines_of(page.blocks, width)
    action = tuple(_bar(line, width) for line in lines_of((page.action,), width))
    whole = spaced(lead, action)
    if len(whole) + 2 * LEAST_ROOM <= rows:
        return whole, body
    if len(action) + LEAST_ROOM + 1 <= rows:
        return action, spaced(lead, body)
    calls = sum(line.role == "action" for line in action)
    # Whom to call, or where to go, is in the first line below the call.
    kept = max(calls + 1, min(len(action), rows - LEAST_ROOM - 1))
    return action[:kept], spaced(action[kept:], lead, body)


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
    last = len(body) - 1
    column = min(2 + scene.name.at, paper.width - 1)
    focus = Focus(first=last, last=last, line=last, column=column)
    foot = _foot(paper, scene, hints)
    return framed(Parts(body=body, foot=foot, focus=focus), size)


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


def _name(scene: Scene, paper: PageContext) -> Iterable[Line]:
    """The field; of a long name the part around the cursor."""
    room = max(1, paper.width - 3)
    text = scene.name.text
    start = max(0, scene.name.at - room + 1)
    yield Line("heading", f"> {text[start : start + room]}")
