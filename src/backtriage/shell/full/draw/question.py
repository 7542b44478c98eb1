"""A question on the screen: where we are, what is asked, the rows, and help for the row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Final

from backtriage.protocol.protocol import Question
from backtriage.render.cells import cell_len
from backtriage.render.layout import Line
from backtriage.render.page.phrasing import first_sentence
from backtriage.shell.full.draw.frame import (
    BLANK,
    LEAST_ROOM,
    Drawn,
    Parts,
    focus_on,
    foot_of,
    framed,
    paper_for,
    text_lines,
)
from backtriage.shell.full.entry import Option, Role, at_row, options_of
from backtriage.shell.full.scene import Scene, Size
from backtriage.shell.plain.words import PageContext
from backtriage.terms.value import NUMBER, SOME_OF

WHICH: Final = "Which ones are you not sure about?"
ALL: Final = "All of them"

_EMPTY_IS_NO: Final = "Lines that you leave empty count as no."
_FIELD: Final = 12
"""Cells of an empty number field."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """How generous a page is. A small terminal has the last one."""

    has_row_help: bool
    has_help: bool
    blanks: int
    """Blank lines: above the rows, above the question, and above the foot, in this order."""


_SHAPES: Final = (
    _Shape(has_row_help=True, has_help=True, blanks=3),
    _Shape(has_row_help=True, has_help=True, blanks=1),
    _Shape(has_row_help=False, has_help=True, blanks=3),
    _Shape(has_row_help=False, has_help=True, blanks=2),
    _Shape(has_row_help=False, has_help=True, blanks=1),
    _Shape(has_row_help=False, has_help=True, blanks=0),
)
_SMALLEST: Final = _Shape(has_row_help=False, has_help=False, blanks=0)


def question_page(scene: Scene, size: Size) -> Drawn:
    """The most generous page that fits. It must fit on every row, so that nothing jumps."""
    question, paper = scene.question, paper_for(scene, size)
    for shape in _SHAPES:
        if _needed(scene, paper, shape) <= size.rows:
            return _page(scene, question, paper, shape, size)
    return _page(scene, question, paper, _SMALLEST, size)


def _needed(scene: Scene, paper: PageContext, shape: _Shape) -> int:
    """Rows that the page may come to need, whichever row the cursor goes to."""
    question = scene.question
    details = max(len(_detail(scene, paper, shape, o, may_doubt=True))
                  for o in options_of(question))  # fmt: skip
    fixed = (
        *head_of(scene, paper),
        *_asked(question, paper, shape),
        *(line for at in range(len(options_of(question)))
          for line in _row(scene, paper, shape, at)),
        *foot_of(paper, scene, hints_of(scene)),
    )  # fmt: skip
    said = 0 if scene.said else 1
    return len(fixed) + details + shape.blanks + said


def _page(
    scene: Scene, question: Question, paper: PageContext, shape: _Shape, size: Size
) -> Drawn:
    is_small = shape is _SMALLEST
    head = [*head_of(scene, paper, is_small=is_small), *_blank(shape, 2)]
    asked = [*_asked(question, paper, shape), *_blank(shape, 1)]
    detail = _detail(scene, paper, shape, at_row(question, scene.entry))
    foot = foot_of(paper, scene, hints_of(scene, is_small=is_small), detail)
    rows = [_row(scene, paper, shape, at) for at in range(len(options_of(question)))]
    above: list[Line] = []
    if is_small and size.rows - len(head) - len(asked) - len(foot) <= LEAST_ROOM:
        above = asked  # it scrolls away rather than leave no room for the rows
    else:
        head += asked
    stack = [above, *rows]
    at = scene.entry.row
    focus = focus_on(stack, None if at is None else at + 1, column=_column(scene))
    body = [line for row in stack for line in row]
    parts = Parts(head=head, body=body, foot=[*_blank(shape, 3), *foot], focus=focus)
    shown = framed(parts, size, scene.top)
    return replace(shown, rows=_whole(stack, shown))


def _whole(stack: Sequence[list[Line]], shown: Drawn) -> frozenset[int]:
    """The rows that are on the screen from their first line to their last. The head is none."""
    ends = list(accumulate(len(row) for row in stack))
    bottom = shown.top + shown.room
    spans = enumerate(pairwise(ends))
    return frozenset(at for at, (start, end) in spans if shown.top <= start and end <= bottom)


def _column(scene: Scene) -> int:
    """Where in its line the cursor stands: in a field, at what is typed."""
    in_field = scene.question.kind == NUMBER and scene.entry.row == 0
    return 3 + scene.entry.field.at if in_field else 0


def _blank(shape: _Shape, place: int) -> list[Line]:
    """The blank line of one place, if the page has so many."""
    return [BLANK] if shape.blanks >= place else []


def head_of(scene: Scene, paper: PageContext, *, is_small: bool = False) -> list[Line]:
    """Where we are, and what must stand on every page."""
    notes = [first_sentence(note) if is_small else note for note in scene.seen.notes]
    return [*_where(scene, paper), *(line for note in notes for line in text_lines(paper, note))]


def _where(scene: Scene, paper: PageContext) -> list[Line]:
    """The part of the protocol and the number of the question, on one line if both fit."""
    seen, protocol = scene.seen, scene.interview.program.protocol
    more = f"At most {seen.max_remaining} more." if seen.max_remaining else "It is the last one."
    count = (
        "You are changing this answer." if seen.is_change else f"Question {seen.number}. {more}"
    )
    titles = {titled.id: titled.title for titled in protocol.sections}
    title = paper.words.fill(titles[scene.question.section])
    gap = paper.width - cell_len(title) - cell_len(count)
    return [Line("text", f"{title}{' ' * gap}{count}" if gap > 1 else count)]


def _asked(question: Question, paper: PageContext, shape: _Shape) -> list[Line]:
    help_ = text_lines(paper, question.help) if shape.has_help and question.help else []
    return [*text_lines(paper, question.text, is_bold=True), *help_]


def _row(scene: Scene, paper: PageContext, shape: _Shape, at: int) -> list[Line]:
    question = scene.question
    option = options_of(question)[at]
    is_here = scene.entry.row == at
    if option.role is Role.FIELD:
        return [_field(scene, option, is_here=is_here)]
    mark = ">" if is_here else " "
    before = f"{mark}{option.key} {_box(scene, option)}"
    if question.kind != SOME_OF:
        before = f"{mark} {option.key}. "
    lines = text_lines(paper, option.text, before, is_bold=is_here)
    if shape.has_row_help and option.help:
        lines += text_lines(paper, option.help, " " * len(before))
    return lines


def _box(scene: Scene, option: Option) -> str:
    """Whether a row is ticked. A word of the list itself has no box."""
    entry = scene.entry
    if option.role is Role.UNSURE:
        return "    "
    if option.role is Role.NONE:
        return "[x] " if entry.is_none else "[ ] "
    return box_of(is_ticked=option.raw in entry.ticked, is_unsure=option.raw in entry.unsure)


def box_of(*, is_ticked: bool, is_unsure: bool) -> str:
    """A box for an item: ticked, in doubt, or empty."""
    if is_unsure:
        return "[?] "
    return "[x] " if is_ticked else "[ ] "


def _field(scene: Scene, option: Option, *, is_here: bool) -> Line:
    text = scene.entry.field.text
    width = max(_FIELD, len(text) + 1)
    line = f"{'>' if is_here else ' '} [{text:<{width}}] {option.text}"
    return Line("heading" if is_here else "text", line.rstrip())


def _detail(
    scene: Scene,
    paper: PageContext,
    shape: _Shape,
    option: Option | None,
    *,
    may_doubt: bool = False,
) -> list[Line]:
    """What helps with the row under the cursor. `may_doubt`: as much as it may become."""
    question = scene.question
    if option is None:
        shown = question.help if not shape.has_help else ""
        return text_lines(paper, shown) if shown else []
    if option.role is Role.UNSURE and question.kind != SOME_OF:
        return list(_checks(question, paper))
    texts = [] if shape.has_row_help or not option.help else [option.help]
    if option.check and (may_doubt or option.raw in scene.entry.unsure):
        texts.append(f"Not sure? {option.check}")
    return text_lines(paper, " ".join(texts), f"{option.key}: ") if texts else []


def _checks(question: Question, paper: PageContext) -> Iterator[Line]:
    """The simple checks of a question with one answer."""
    checks = [choice for choice in question.choices if choice.check]
    if checks:
        yield from text_lines(paper, "Here is how you may find out:")
    for choice in checks:
        yield from text_lines(paper, f"{choice.text.removesuffix('.')}: {choice.check}", "- ")


def hints_of(scene: Scene, *, is_small: bool = False) -> tuple[str, ...]:
    """The keys of this question, the way back only when there is one; on one line if small."""
    kinds = {SOME_OF: ("Up/Down move", "Space tick"), NUMBER: ("0-9 type",)}
    move = kinds.get(scene.question.kind, ("Up/Down choose",))
    # In a field Left moves the cursor first.
    in_field = scene.entry.row == 0 and not scene.entry.field.is_at_start
    key = "Esc" if in_field else "Left"
    back = (f"{key} back",) if scene.seen.can_go_back else ()
    end = ("e result",) if scene.seen.can_end else ()
    if is_small:
        return (move[-1], "Enter next", *end, "h keys" if end else "h all keys")
    unsure = ("u not sure",) if scene.question.allows_not_sure else ()
    return (*move, "Enter next", *back, *unsure, *end, "? why", "h all keys")


def doubts_page(scene: Scene, size: Size) -> Drawn:
    """One page: which rows somebody is not sure about. The others stay as they are."""
    question, paper = scene.question, paper_for(scene, size)
    head = [
        *head_of(scene, paper, is_small=True),
        *text_lines(paper, WHICH, is_bold=True),
        *text_lines(paper, _EMPTY_IS_NO),
    ]
    rows = [_doubt_row(scene, paper, at) for at in range(len(question.choices))]
    everything = ">" if scene.row == len(rows) else " "
    rows.append(text_lines(paper, ALL, f"{everything}a     ", is_bold=everything == ">"))
    is_choice = scene.row is not None and scene.row < len(question.choices)
    check = question.choices[scene.row or 0].check if is_choice else ""
    details = text_lines(paper, f"To find out: {check}") if check else []
    hints = ("Space mark", "Enter next", "Left back")
    parts = Parts(
        head=head,
        body=[line for row in rows for line in row],
        foot=foot_of(paper, scene, hints, details),
        focus=focus_on(rows, scene.row),
    )
    shown = framed(parts, size, scene.top)
    return replace(shown, rows=_whole([[], *rows], shown))


def _doubt_row(scene: Scene, paper: PageContext, at: int) -> list[Line]:
    choice = scene.question.choices[at]
    is_here = scene.row == at
    box = box_of(
        is_ticked=choice.id in scene.entry.ticked, is_unsure=choice.id in scene.entry.unsure
    )
    before = f"{'>' if is_here else ' '}{at + 1} {box}"
    return text_lines(paper, choice.text, before, is_bold=is_here)
