"""From the characters that a terminal sends to keys, by whole escape sequences. Pure.

A terminal sends more than keys: replies, focus and mouse reports, and keys that no table knows.
Whatever begins with Escape is read to its end, by the grammar of ECMA-48, and is one key or none;
no part of it is ever a key of its own. Only an Escape by itself is the key Esc.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from backtriage.shell.key_codes import CONTROLS, key_of
from backtriage.terms.printable import first_unprintable, is_printable

PATIENCE_SECONDS: Final = 3.0
"""How long the rest of a sequence is waited for, since a slow line may split one anywhere.

What comes later still belongs to it, up to a pause in typing. A paste is waited for without end.
"""

TYPING_PAUSE_SECONDS: Final = 0.5
"""After keys that were not counted, the pause in typing after which keys count again.

Otherwise the 2 of a quickly typed 72 would count, and its 7 not.
"""

MAX_PASTE: Final = 1000
"""Characters of a paste. A longer one is neither a number nor a sensible file name."""

UNDO_ESCAPE: Final = "undo-escape"
"""Says that the key Esc before it was none, but the start of a sequence on a slow line."""

PASTE_KEY: Final = "<bracketed-paste>"

_ESC: Final = "\x1b"
_CONTROL_C: Final = "\x03"
_ALWAYS_COUNT: Final = frozenset({"c-c", UNDO_ESCAPE})
_PASTE: Final = "\x1b[200~"
_SPENT: Final = "\x1b[201~"
"""Unfinished until the next pause: what follows a paste at once may have been pasted too, after
an end mark within the pasted text."""

# An introducer is Escape and a character, or one of U+0080 to U+009F, or a single byte, which
# Python reads as U+DC80 to U+DC9F.
_CSI: Final = r"(?:\x1b\[|[\x9b\udc9b])"
_SS2: Final = r"(?:\x1bN|[\x8e\udc8e])"
_SS3: Final = r"(?:\x1bO|[\x8f\udc8f])"
_STRING: Final = r"(?:\x1b[\]P_^X]|[\x90\x98\x9d-\x9f\udc90\udc98\udc9d-\udc9f])"
_START: Final = r"[\x1b\x8e-\x90\x98\x9b\x9d-\x9f\udc8e-\udc90\udc98\udc9b\udc9d-\udc9f]"
_TEXT: Final = r"[^\x07\x1b\x9c\udc9c]*"

_IS_START: Final = re.compile(_START)
_IS_STRING: Final = re.compile(rf"\x1b*{_STRING}")
_IS_MOUSE: Final = re.compile(rf"\x1b*{_CSI}M")
_PASTE_START: Final = re.compile(rf"\x1b*{_CSI}200~")
_PASTE_END: Final = re.compile(rf"{_CSI}201~")
_WHOLE: Final = re.compile(
    rf"""\x1b*(?:
      (?P<key> {_CSI} (?![M\[]) [\ -?]* [@-~] | {_SS3} [0-9;]* [\ -/:<-~] )
    | {_SS2} [\ -~]
    | {_CSI} \[ [\ -~]                                # a function key of the Linux console
    | {_CSI} M [^\x00-\x1f]{{3}}                      # a mouse button and its place
    | {_STRING} {_TEXT} (?: \x07 | \x1b\\ | [\x9c\udc9c] )
    | \x1b [\ -/]+ [0-~]                              # the choice of a character set
    | \x1b (?!{_START}) [^\x00-/NOPX\[\]^_]           # Alt and a character
    )""",
    re.VERBOSE,
)
_UNFINISHED: Final = re.compile(
    rf"""\x1b*(?:
      {_CSI} (?: \[ | M [^\x00-\x1f]{{0,2}} | (?![M\[]) [\ -?]* )
    | {_SS3} [0-9;]*
    | {_SS2}
    | (?P<string> {_STRING}) {_TEXT} (?P<end> \x1b?)
    | \x1b [\ -/]*
    )""",
    re.VERBOSE,
)

_JOINING: Final = frozenset("[O]P_^X")
"""What makes a sequence of an Escape after a pause. Anything else is a key after the key Esc."""

_MAX_UNFINISHED: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key, by the name that prompt_toolkit gives it; a character is its own name."""

    name: str
    text: str = ""
    """What was pasted, on one line; empty if some of it does not print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How far the characters have been read."""

    unfinished: str = ""
    """The beginning of a sequence."""
    is_cut: bool = False
    """Whether a pause followed it."""
    is_reported: bool = False
    """Whether it begins with an Escape that was taken for the key Esc."""
    is_noisy: bool = False
    """Whether a sequence that is no key came before it without a pause between."""
    is_late: bool = False
    """Whether the rest of a sequence came so late that nothing counts up to a pause in typing."""
    time: float = 0.0
    """When the last character came."""


def read(reader: Reader, typed: str, now: float) -> tuple[Reader, tuple[Key, ...]]:
    """Return the keys in what the terminal sent, and the reader for what follows."""
    if not typed:
        return reader, ()
    before = _continued(reader, typed[0], now)
    if before.unfinished == _SPENT:
        return before, ()
    text, at = before.unfinished + typed, 0
    keys: list[Key] = []
    is_noisy = before.is_noisy
    while at < len(text) and (end := _end_of_token(text, at)):
        if before.is_reported and not at and _WHOLE.match(text):
            keys.append(Key(name=UNDO_ESCAPE))
        key = _key(text[at:end])
        keys += [key] if key else []
        is_noisy = is_noisy or not key
        at = end
        if key and key.name == PASTE_KEY:
            text, is_noisy = text[:at] + _SPENT, True
            break
    unfinished = _shortened(text[at:])
    if before.is_late:
        keys = [key for key in keys if key.name in _ALWAYS_COUNT]
    if not at:
        return replace(before, unfinished=unfinished, is_cut=False), ()
    after = Reader(unfinished=unfinished, is_noisy=is_noisy, is_late=before.is_late, time=now)
    return after, tuple(keys)


def pause(reader: Reader) -> tuple[Reader, tuple[Key, ...]]:
    """Return the keys that the end of a burst of characters decides: Esc, if it came alone."""
    if reader.unfinished in {"", _SPENT}:
        return Reader(time=reader.time, is_late=reader.is_late), ()
    is_escape = reader.unfinished == _ESC and not (
        reader.is_cut or reader.is_noisy or reader.is_late
    )
    after = replace(
        reader, is_cut=True, is_noisy=False, is_reported=reader.is_reported or is_escape
    )
    return after, (Key(name="escape"),) if is_escape else ()


def _continued(reader: Reader, first: str, now: float) -> Reader:
    """Return the reader for what is typed now: it continues what is unfinished, or begins."""
    silence = now - reader.time
    is_late = silence > PATIENCE_SECONDS
    is_cut = reader.is_cut or is_late
    if reader.unfinished.startswith(_PASTE):
        # Ctrl-C is the only way out of a paste without its end.
        is_over, is_late = is_cut and first == _CONTROL_C, False
    elif reader.is_late:
        is_over = silence >= TYPING_PAUSE_SECONDS or (is_cut and first == _CONTROL_C)
    elif reader.unfinished in {"", _SPENT}:
        is_over = is_late
    else:
        is_over = is_cut and not _may_go_on(reader.unfinished, first, is_late=is_late)
    return (
        Reader(time=now)
        if is_over
        else replace(reader, time=now, is_late=reader.is_late or is_late)
    )


def _may_go_on(unfinished: str, first: str, *, is_late: bool) -> bool:
    """Return whether what is typed after a pause can belong to a sequence before it."""
    if not unfinished.strip(_ESC):
        return first in _JOINING
    if is_late:  # an Escape ends a string, and begins another sequence after anything else
        return first != _CONTROL_C and (first != _ESC or bool(_IS_STRING.match(unfinished)))
    if _IS_MOUSE.match(unfinished) and first != _ESC and _IS_START.match(first):
        return False  # rather a sequence of its own than a place, whose rest would be keys
    # No sequence goes on with a control character: somebody has pressed a key.
    return first in {_ESC, "\x07"} or first not in CONTROLS


def _end_of_token(text: str, at: int) -> int:
    """Return where the character or the sequence at an offset ends; 0 if more must follow."""
    if not _IS_START.match(text, at):
        return at + 1
    whole = _WHOLE.match(text, at)
    if whole and _PASTE_START.fullmatch(whole[0]):
        whole = _PASTE_END.search(text, whole.end())
        return whole.end() if whole else 0
    if whole:
        return whole.end()
    valid = _UNFINISHED.match(text, at)
    end = valid.end() if valid else at + 1
    if end == len(text):
        return 0
    if valid and valid["end"]:
        return end - 1  # an Escape ends a string, and begins something else
    # A control character within a sequence belongs to it. Only Ctrl-C always counts.
    return end + (text[end] in CONTROLS and text[end] not in {_ESC, _CONTROL_C})


def _key(token: str) -> Key | None:
    """Return the key that a character or a sequence means, if any."""
    if len(token) == 1:
        name = CONTROLS.get(token, token if is_printable(token) else "")
        return Key(name=name) if name else None
    start = _PASTE_START.match(token)
    if start:
        return Key(name=PASTE_KEY, text=_one_line(_PASTE_END.split(token[start.end() :])[0]))
    whole = _WHOLE.fullmatch(token)
    # An Escape before a whole sequence is Alt, which makes another key of it.
    name = key_of(token) if whole and whole.start("key") == 0 else ""
    return Key(name=name) if name else None


def _one_line(pasted: str) -> str:
    text = " ".join(filter(None, re.split(r"[ \t\r\n]+", pasted)))
    is_text = len(pasted) <= MAX_PASTE and first_unprintable(text) is None
    return text if is_text else ""


def _shortened(unfinished: str) -> str:
    """Return an unfinished sequence without what makes no difference to its end."""
    start = _PASTE_START.match(unfinished)
    if start:
        pasted = unfinished[start.end() :]
        if len(pasted) > MAX_PASTE + len(_SPENT):
            # The end mark may have begun. The NUL makes the text one that does not print.
            pasted = f"{pasted[:MAX_PASTE]}\0{pasted[-len(_SPENT) :]}"
        return f"{_PASTE}{pasted}"
    valid = _UNFINISHED.fullmatch(unfinished)
    if valid and valid["string"]:
        return f"{valid['string']}{valid['end']}"
    if len(unfinished) > _MAX_UNFINISHED:
        return f"{unfinished[:_MAX_UNFINISHED]}{unfinished[-1]}"
    return unfinished
