"""Keys on a question, and on the page that asks which of its rows are in doubt. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from backtriage.interview.interview import Interview
from backtriage.interview.transitions import answer, back
from backtriage.shell.full.entry import (
    PASTE,
    Entry,
    Option,
    Role,
    at_row,
    cleared,
    doubted,
    options_of,
    raw_of,
    toggled,
    typed,
)
from backtriage.shell.full.scene import Scene, Showing, at_interview, opened_over, turned
from backtriage.shell.plain.entry import Unclear, read
from backtriage.terms.value import NUMBER, SOME_OF

DOWN: Final = {"down": 1, "tab": 1, "up": -1}
BACK: Final = frozenset({"left", "s-tab", "c-b", "escape", "b"})

_OPENS: Final = {
    "?": Showing.WHY,
    "w": Showing.WHY,
    "f1": Showing.WHY,
    "h": Showing.KEYS,
    "r": Showing.REVIEW,
    "s": Showing.SAVE,
}
_CHOOSE: Final = "Choose an answer first."
_GO_THERE: Final = "Press Down to go to a line, or type its number."
_UNSEEN: Final = "There are lines that you have not seen yet. Please look at them first."
_NOT_YET: Final = (
    "There is no result yet: the questions that are left can still change how soon you need help."
)
_FIRST: Final = "This is the first question."
_DIGITS: Final = "0123456789.-"


def opened_page(scene: Scene, key: str) -> Scene | None:
    """A page that a key opens from anywhere, to come back from."""
    showing = _OPENS.get(key)
    if showing is None or (showing is Showing.SAVE and not scene.may_save):
        return None
    return opened_over(scene, showing)


def press_question(scene: Scene, key: str) -> Scene:
    """A key on a question."""
    if scene.question.kind == NUMBER and scene.entry.row == 0:
        field = scene.entry.field
        if not (key == "left" and field.is_at_start):
            changed = typed(field, key, _DIGITS)
            if changed is not None:
                return replace(scene, entry=replace(scene.entry, field=changed))
    if scene.question.kind == NUMBER and scene.entry.row != 0 and _is_digit(key):
        return press_question(replace(scene, entry=replace(scene.entry, row=0)), key)
    if key in BACK:
        return gone_back(scene)
    if key == "enter":
        return _entered(scene)
    if key == "e":
        return _ended(scene)
    return opened_page(scene, key) or _in_rows(scene, key)


def _is_digit(key: str) -> bool:
    """Whether a key belongs into a field of a number."""
    return len(key) == 1 and key in _DIGITS


def _ended(scene: Scene) -> Scene:
    """The review before the result, if no question that is left can change how soon."""
    if not scene.seen.can_end:
        return replace(scene, said=_NOT_YET)
    return replace(opened_over(scene, Showing.REVIEW), is_ending=True)


def gone_back(scene: Scene) -> Scene:
    """The question before, whatever is half typed here."""
    if not scene.seen.can_go_back:
        return replace(scene, said=_FIRST)
    return at_interview(scene, back(scene.interview))


def _in_rows(scene: Scene, key: str) -> Scene:
    question, entry = scene.question, scene.entry
    options = options_of(question)
    row = moved_row(entry.row, len(options), key)
    if row is not None:
        return replace(scene, entry=replace(entry, row=row))
    option = at_row(question, entry)
    if key == " ":
        return _ticked(scene, option)
    if key == "u" and option is not None and option.role is Role.ITEM:
        return _doubt(scene, option)
    found = next((at for at, row in enumerate(options) if key in _keys_of(row, at)), None)
    if found is None:
        return replace(scene, said=_no_such(scene, key))
    there = replace(scene, entry=replace(entry, row=found))
    return _ticked(there, options[found]) if question.kind == SOME_OF else there


def _keys_of(option: Option, at: int) -> set[str]:
    """What leads to a row: its own key, and on yes and no its place too."""
    return {option.key, str(at + 1)} if option.role is Role.ANSWER else {option.key}


def _no_such(scene: Scene, key: str) -> str:
    if key == "u" and not scene.question.allows_not_sure:
        return "This question needs a definite answer."
    if key.startswith(PASTE):
        return "Pasted text is no answer."
    if scene.question.kind == NUMBER and len(key) == 1:
        return _range(scene)
    return f"There is no line {key} here." if len(key) == 1 and key.isdigit() else ""


def _ticked(scene: Scene, option: Option | None) -> Scene:
    """Space, or a digit on a list."""
    if option is None:
        return replace(scene, said=_GO_THERE)
    if option.role is Role.ITEM:
        return replace(scene, entry=toggled(scene.entry, option.raw))
    if option.role is Role.NONE:
        return replace(scene, entry=cleared(scene.entry))
    if option.role is Role.UNSURE and scene.question.kind == SOME_OF:
        return turned(scene, Showing.DOUBTS)
    return replace(scene, said="Press Enter to give this answer.")


def _doubt(scene: Scene, option: Option) -> Scene:
    if not scene.question.allows_not_sure:
        return replace(scene, said="This question needs a definite answer.")
    return replace(scene, entry=doubted(scene.entry, option.raw))


def _entered(scene: Scene) -> Scene:
    """Enter: give the answer, if there is one."""
    question, entry = scene.question, scene.entry
    option = at_row(question, entry)
    role = option.role if option else None
    is_list = question.kind == SOME_OF
    if is_list and role is Role.UNSURE:
        return turned(scene, Showing.DOUBTS)
    unseen = unseen_row(scene)
    if unseen is not None:
        return replace(scene, entry=replace(entry, row=unseen), said=_UNSEEN)
    if is_list and role is Role.NONE and raw_of(question, entry) is None:
        return given(replace(scene, entry=cleared(entry)))
    return given(scene)


def unseen_row(scene: Scene) -> int | None:
    """A row of a list that was not on the screen yet: leaving it empty would be no answer.

    An answer from before was given with all of them in sight.
    """
    if scene.question.kind != SOME_OF or scene.seen.remembered is not None:
        return None
    items = range(len(scene.question.choices))
    return next((row for row in items if row not in scene.looked), None)


def given(scene: Scene) -> Scene:
    """The interview after this answer, or what is wrong with it."""
    question, entry = scene.question, scene.entry
    raw = raw_of(question, entry)
    if raw is None:
        return replace(scene, said=_missing(scene, entry))
    moved = answer(scene.interview, raw)
    if isinstance(moved, Interview):
        return at_interview(scene, moved)
    unclear = read(question, raw)
    message = unclear.message if isinstance(unclear, Unclear) else moved.message
    return replace(scene, said=message)


def _missing(scene: Scene, entry: Entry) -> str:
    if scene.question.kind == NUMBER:
        return f"{_CHOOSE} {_range(scene)}"
    if scene.question.kind == SOME_OF and entry.row is not None:
        return "Nothing is ticked yet. Press Space to tick this line."
    return _CHOOSE


def _range(scene: Scene) -> str:
    question = scene.question
    unit = f" {question.unit}" if question.unit else ""
    return f"Type a number from {question.least} to {question.most}{unit}."


def moved_row(row: int | None, count: int, key: str) -> int | None:
    """The row after a key that moves; None for any other key. It goes round at the ends."""
    if key in {"home", "end"}:
        return 0 if key == "home" else count - 1
    if key not in DOWN:
        return None
    if row is None:
        return 0 if DOWN[key] > 0 else count - 1
    return (row + DOWN[key]) % count


def press_doubts(scene: Scene, key: str) -> Scene:
    """A key on the page that asks which rows are in doubt."""
    if key in BACK:
        return turned(scene, Showing.QUESTION)
    row = moved_row(scene.row, len(scene.question.choices) + 1, key)
    if row is not None:
        return replace(scene, row=row)
    if key == "enter":
        return _doubts_entered(scene)
    return _marked(scene, key)


def _marked(scene: Scene, key: str) -> Scene:
    """A row marked: the one of a digit, or the one under the cursor."""
    choices = scene.question.choices
    last = len(choices)
    if len(key) == 1 and key in "123456789"[:last]:
        at: int | None = int(key) - 1
    elif key == "a":
        at = last
    else:
        at = scene.row if key in {" ", "u"} else None
    if at is None:
        return scene
    entry = _all_doubted(scene) if at == last else doubted(scene.entry, choices[at].id)
    return replace(scene, row=at, entry=entry)


def _all_doubted(scene: Scene) -> Entry:
    """Every row in doubt, the ticked ones too: that is what the line says."""
    every = frozenset(choice.id for choice in scene.question.choices)
    return replace(scene.entry, ticked=frozenset(), unsure=every, is_none=False)


def _doubts_entered(scene: Scene) -> Scene:
    unseen = unseen_row(scene)
    if scene.entry.unsure and unseen is not None:
        return replace(scene, row=unseen, said=_UNSEEN)
    if not scene.entry.unsure and scene.row == len(scene.question.choices):
        return given(replace(scene, entry=_all_doubted(scene)))
    if not scene.entry.unsure:
        return replace(scene, said="Mark a line first: go to it and press Space.")
    return given(scene)
