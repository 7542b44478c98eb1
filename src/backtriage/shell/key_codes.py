"""What the escape sequences of keys mean: cursor keys, the keypad, and keys with modifiers. Pure.

The forms are those of xterm and its modifyOtherKeys, of the keypad of the VT220, and of the kitty
keyboard protocol. A key that is pressed together with Alt, Super or the like is another key, which
this program does not know; so is one with Ctrl, unless it is a letter or a backslash.
"""

from __future__ import annotations

import re
import sys
from string import ascii_lowercase
from typing import Final, TypeAlias

from backtriage.terms.printable import is_printable

CONTROLS: Final = {
    **dict.fromkeys("\0\x1b\x1d\x1e\x1f", ""),
    "\x1c": "c-\\",
    **{chr(number): f"c-{letter}" for number, letter in enumerate(ascii_lowercase, start=1)},
    "\x7f": "c-h",
}
"""Control characters and the keys that send them; most terminals send DEL for Backspace."""

_Field: TypeAlias = tuple[int, ...]
"""A parameter of a sequence and its subparameters; 0 for what is left out."""

_CURSOR: Final = {
    "A": "up", "B": "down", "C": "right", "D": "left", "F": "end", "H": "home", "P": "f1",
    "Z": "s-tab",
}  # fmt: skip
"""Final characters after CSI, where the first parameter is 1 or none."""

_KEYPAD: Final = {
    **_CURSOR,
    **{chr(ord("p") + digit): str(digit) for digit in range(10)},
    "M": "c-m", "I": "c-i", " ": " ", "X": "=", "j": "*", "k": "+", "l": ",", "m": "-", "n": ".",
    "o": "/",
}  # fmt: skip
"""Final characters after SS3."""

_NUMBERED: Final[dict[_Field, str]] = {
    (1,): "home", (3,): "delete", (4,): "end", (5,): "pageup", (6,): "pagedown", (7,): "home",
    (8,): "end", (11,): "f1",
}  # fmt: skip
"""The first parameter before `~`."""

_CODES: Final = {
    8: "c-h", 9: "c-i", 13: "c-m", 27: "escape", 127: "c-h",
    **{57399 + digit: str(digit) for digit in range(10)},
    57409: ".", 57410: "/", 57411: "*", 57412: "-", 57413: "+", 57414: "c-m", 57415: "=",
    57416: ",", 57417: "left", 57418: "right", 57419: "up", 57420: "down", 57421: "pageup",
    57422: "pagedown", 57423: "home", 57424: "end", 57426: "delete",
}  # fmt: skip
"""The first parameter before `u` where it is not a character; the keypad begins at 57399."""

_OTHER_KEYS: Final = (27,)
"""The first parameter before `~` in the form of modifyOtherKeys."""

_SHIFT: Final = 1
_CTRL: Final = 4
_LOCKS: Final = 64 | 128
"""Caps Lock and Num Lock: they are on or off whatever is pressed."""

_RELEASE: Final = 3
_WITH_SHIFT: Final = {
    "c-i": "s-tab", "s-tab": "s-tab", "c-m": "c-m", "c-h": "c-h", "escape": "escape", " ": " ",
}  # fmt: skip
"""Keys that keep a meaning with Shift, apart from characters."""

_WITH_CTRL: Final = frozenset(ascii_lowercase) - frozenset("hijm") | {"\\"}
"""Characters that are a key with Ctrl. Some letters are not: Ctrl-M is not Enter here."""

_FORM: Final = re.compile(
    r"""(?: (?P<ss3> \x1bO | [\x8f\udc8f] ) | \x1b\[ | [\x9b\udc9b] )
    (?P<fields> [0-9:;]{0,40} ) (?P<final> [\ -~] )""",
    re.VERBOSE,
)


def key_of(sequence: str) -> str:
    """Return the key that a whole sequence means, or "" if it is none that the program knows."""
    form = _FORM.fullmatch(sequence)
    if form is None:
        return ""
    first, *others = (
        tuple(int(part or 0) for part in field.split(":")) for field in form["fields"].split(";")
    )
    final = form["final"]
    if final == "u" and not form["ss3"]:
        return _kitty_key(first, *others)
    if final == "~" and first == _OTHER_KEYS:
        return _other_key(*others)
    if form["ss3"]:
        name, modifiers = _KEYPAD.get(final, ""), [first, *others]
    elif final == "~":
        name, modifiers = _NUMBERED.get(first, ""), others
    else:
        name, modifiers = (_CURSOR.get(final, "") if first in {(0,), (1,)} else ""), others
    return _modified(name, *modifiers) if len(modifiers) <= 1 else ""


def _other_key(modifiers: _Field = (), code: _Field = (0,), *_: _Field) -> str:
    """Return a key of `CSI 27; modifiers; code ~`, where the code is what results from Shift."""
    name = _named(code[0])
    return _modified(name, modifiers, shifted=name, letter=name)


def _kitty_key(codes: _Field, modifiers: _Field = (), text: _Field = (), *_: _Field) -> str:
    """Return a key of `CSI code:shifted:base; modifiers:event; text u`."""
    code, shifted, base = (*codes, 0, 0)[:3]
    name = _named(code)
    if not shifted and len(text) == 1:
        (shifted,) = text
    upper = name.upper() if name.isalpha() else ""
    letter = name if name.isascii() else _named(base)
    return _modified(name, modifiers, shifted=_named(shifted) or upper, letter=letter)


def _named(code: int) -> str:
    """Return the key with this number."""
    character = chr(code) if code <= sys.maxunicode else ""
    return _CODES.get(code, character if is_printable(character) else "")


def _modified(name: str, modifiers: _Field = (), *, shifted: str = "", letter: str = "") -> str:
    """Return a key with modifiers, or "" when that is no key, or only says that it is released."""
    number, event = (*modifiers, 0, 0)[:2]
    held = max(0, number - 1) & ~_LOCKS
    if event >= _RELEASE:
        return ""
    if held == 0:
        return name
    if held == _SHIFT:
        return _WITH_SHIFT.get(name, shifted if len(shifted) == 1 else "")
    is_control = held == _CTRL and letter in _WITH_CTRL
    return f"c-{letter}" if is_control else ""
