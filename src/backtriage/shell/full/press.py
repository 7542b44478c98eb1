"""What each key does: scene and key -> scene. Pure; nothing is drawn, written or waited for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from backtriage.interview.review import QuestionStatus, emergency_questions
from backtriage.interview.transitions import back, change, reconsider
from backtriage.shell.full.answering import (
    BACK,
    DOWN,
    moved_row,
    opened_page,
    press_doubts,
    press_question,
)
from backtriage.shell.full.draw.screen import drawn
from backtriage.shell.full.entry import Field, typed
from backtriage.shell.full.scene import (
    Over,
    Scene,
    Showing,
    Size,
    at_interview,
    at_result,
    closed,
    is_final,
    opened_over,
    turned,
)

LEAVE: Final = frozenset({"c-c", "c-d"})
"""Keys that leave from anywhere, whatever is typed."""

_FAR: Final = 10_000
"""More lines than any page has."""

_PAGED: Final = {" ": 1, "pagedown": 1, "pageup": -1}


def press(scene: Scene, key: str, size: Size) -> Scene:
    """The scene after a key: a character, or the name of a key."""
    if key in LEAVE or (key == "q" and scene.showing is not Showing.SAVE):
        return _left(scene)
    scene = replace(scene, said="", saving="", looked=_looked(scene, size))
    after = _PRESSED[scene.showing](scene, key, size)
    if after.turn != scene.turn or after.showing not in _LISTS:
        return after
    return replace(after, top=drawn(after, size).top)  # so that a list stands still


def _looked(scene: Scene, size: Size) -> frozenset[int]:
    """The rows that somebody could read: seen whole, or gone to when none is seen whole."""
    at = scene.row if scene.showing is Showing.DOUBTS else scene.entry.row
    return scene.looked.union(drawn(scene, size).rows, () if at is None else (at,))


_LISTS: Final = frozenset({Showing.QUESTION, Showing.DOUBTS, Showing.REVIEW})
"""Pages with a cursor that the page follows."""


def _left(scene: Scene) -> Scene:
    """Over. Whoever leaves a result has seen it, so that is an end like any other.

    Only nothing more is asked of them: they are in a hurry.
    """
    is_over = scene.showing is Showing.SAVE
    at = scene.before[-1].showing if is_over else scene.showing
    was_seen = scene.was_result_seen and at in {Showing.RESULT, Showing.REVIEW}
    return replace(scene, over=Over.SEEN if was_seen else Over.LEFT)


def _opening(scene: Scene, key: str, size: Size) -> Scene:
    if key == "enter":
        return at_interview(scene, scene.interview)
    return _scrolled(scene, key, size)


def _question(scene: Scene, key: str, _: Size) -> Scene:
    return press_question(scene, key)


def _doubts(scene: Scene, key: str, _: Size) -> Scene:
    return press_doubts(scene, key)


def _reading(scene: Scene, key: str, size: Size) -> Scene:
    """A page that is only read: everything that is not scrolling leads back."""
    if key in BACK or key in {"enter", "?", "w", "f1", "h"}:
        return closed(scene)
    return _scrolled(scene, key, size)


def _scrolled(scene: Scene, key: str, size: Size) -> Scene:
    """Up or down within a page. The last page down stays where it is."""
    seen = drawn(scene, size)
    by = DOWN.get(key, 0) or _PAGED.get(key, 0) * max(1, seen.room - 1)
    if key in {"home", "end"}:
        by = -seen.top if key == "home" else _FAR
    if by > 0 and not seen.has_more:
        return scene
    moved = drawn(replace(scene, top=max(0, seen.top + by)), size)
    return replace(scene, top=moved.top)


def _review(scene: Scene, key: str, size: Size) -> Scene:
    count = len(scene.rows) + 1
    row = moved_row(scene.row, count, key)
    if key in BACK:
        return _back_from_review(scene)
    if row is not None:
        return replace(scene, row=row)
    if key in _PAGED:
        return _paged(scene, _PAGED[key], count, size)
    if key == "y" or (key == "enter" and scene.row == count - 1):
        return at_result(scene) if is_final(scene) else _resumed(scene)
    return _picked(scene) if key == "enter" else _opened(scene, key, "sh")


def _opened(scene: Scene, key: str, keys: str) -> Scene:
    """Another page, if this key opens one from here."""
    return (opened_page(scene, key) or scene) if key in keys else scene


def _paged(scene: Scene, by: int, count: int, size: Size) -> Scene:
    """The cursor a screen further, never round the end."""
    room = max(1, drawn(scene, size).room - 2)
    row = (scene.row if scene.row is not None else -1) + by * room
    return replace(scene, row=max(0, min(row, count - 1)))


def _back_from_review(scene: Scene) -> Scene:
    if scene.seen.question is not None or scene.seen.is_emergency:
        return _resumed(replace(scene, is_ending=False))
    if not scene.seen.can_go_back:
        return replace(scene, said="There is nothing to go back to.")
    return at_interview(scene, back(scene.interview))


def _resumed(scene: Scene) -> Scene:
    """Back to where the interview stands."""
    return closed(scene) if scene.before else at_interview(scene, scene.interview)


def _picked(scene: Scene) -> Scene:
    """The answer under the cursor, asked again."""
    rows = scene.rows
    if scene.row is None:
        return replace(scene, said="Press y to go on, or go to an answer with Up and Down.")
    row = rows[scene.row]
    if row.status is QuestionStatus.SET_ASIDE:
        return replace(scene, said="This answer is kept aside and does not count now.")
    if row.status is not QuestionStatus.ANSWERED:
        return replace(scene, said="This was not asked, so there is nothing to change.")
    return at_interview(scene, change(scene.interview, row.question.id))


def _emergency(scene: Scene, key: str, size: Size) -> Scene:
    key = "yc"[scene.row] if key == "enter" and scene.row is not None else key
    if key == "y":
        return _read(scene, size)
    if key == "c":
        return _changed(scene)
    if key in BACK:
        return at_interview(scene, reconsider(scene.interview))
    if key == "enter":
        return replace(scene, said="Press y when you have read this, or c to change the answer.")
    if key in DOWN:
        return _stepped(scene, DOWN[key], size)
    return _opened(scene, key, "s") if key == "s" else _scrolled(scene, key, size)


def _read(scene: Scene, size: Size) -> Scene:
    """Somebody says that they have read it: not before it was all on the screen."""
    if drawn(scene, size).has_more:
        return replace(_scrolled(scene, " ", size), said="There is more. Please read it first.")
    return replace(scene, over=Over.FINISHED)


def _stepped(scene: Scene, by: int, size: Size) -> Scene:
    """Down through the page, and then to what may be done; up the same way."""
    if by > 0 and drawn(scene, size).has_more:
        return _scrolled(scene, "down", size)
    if by > 0:
        return replace(scene, row=0 if scene.row is None else 1)
    if scene.row is not None:
        return replace(scene, row=None if scene.row == 0 else 0)
    return _scrolled(scene, "up", size)


def _changed(scene: Scene) -> Scene:
    """The one answer that it rests on, asked again; of several, the person picks."""
    questions = emergency_questions(scene.interview)
    if len(questions) == 1:
        return at_interview(scene, change(scene.interview, questions[0]))
    return replace(opened_over(scene, Showing.REVIEW), row=0)


def _result(scene: Scene, key: str, size: Size) -> Scene:
    if key == "enter" and not drawn(scene, size).has_more:
        return replace(scene, over=Over.FINISHED)
    if key in BACK:
        return turned(replace(scene, page=None), Showing.REVIEW)
    if key == "s":
        return _opened(scene, key, "s")
    return _scrolled(scene, " " if key == "enter" else key, size)


def _save(scene: Scene, key: str, _: Size) -> Scene:
    if key in {"escape", "c-b", "s-tab"} or (key == "left" and scene.name.is_at_start):
        return saved(scene, "")
    if key == "enter":
        name = scene.name.text.strip()
        if not name:
            return replace(scene, said="Type a name first, or press Esc to go back.")
        return replace(scene, saving=name)
    field = typed(scene.name, key)
    return scene if field is None else replace(scene, name=field)


def saved(scene: Scene, said: str) -> Scene:
    """Back from the page that asks for a file name."""
    return replace(closed(replace(scene, name=Field(), saving="")), said=said)


_PRESSED: Final[dict[Showing, Callable[[Scene, str, Size], Scene]]] = {
    Showing.OPENING: _opening,
    Showing.QUESTION: _question,
    Showing.DOUBTS: _doubts,
    Showing.WHY: _reading,
    Showing.KEYS: _reading,
    Showing.REVIEW: _review,
    Showing.EMERGENCY: _emergency,
    Showing.RESULT: _result,
    Showing.SAVE: _save,
}
