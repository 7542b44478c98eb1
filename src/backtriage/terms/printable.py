"""Characters that do not print, such as bidi controls, and white space: one definition for all."""

from __future__ import annotations

import re
from typing import Final

_SPACES: Final = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
"""Python calls only the ordinary space printable; these two are as harmless."""

_BLANK: Final = (
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U0001d159\U000e0100-\U000e01ef]"
)
"""Fillers, empty patterns and variation selectors: Python calls them printable; they are blank.

Compiled when it is first needed: ASCII text, which is most of it, does without.
"""


_NARROW: Final = {0xFEE0 + code: code for code in range(0x21, 0x7F)} | {0x3001: ","}
"""Plain characters, by those that keyboards of East Asia write for them."""


_AROUND: Final = (
    " \"'`[](){}:?.!\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
    "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
)


def is_printable(character: str) -> bool:
    """Return whether a character shows itself, and nothing else, on a terminal."""
    if character in _SPACES:
        return True
    return character.isprintable() and re.match(_BLANK, character) is None


def _is_plain(text: str) -> bool:
    """Return whether every character is printable, without looking at each one."""
    return text.isprintable() and (text.isascii() or re.search(_BLANK, text) is None)


def first_unprintable(text: str) -> int | None:
    """Return the offset of the first character that does not print, or None."""
    if _is_plain(text):
        return None
    return next((at for at, character in enumerate(text) if not is_printable(character)), None)


def as_read(text: str) -> str:
    """Return a text as a person reads it, to see what it means.

    It has plain characters for those of full width and one space for white space of any kind,
    none of it at the ends, and no character that does not print.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if " " in text else text
    text = re.sub(_BLANK, "", " ".join(text.translate(_NARROW).split()))
    return " ".join("".join(filter(str.isprintable, text)).split())


def bare(name: str) -> str:
    """Return a name as a person reads it, without quotes and brackets around it."""
    return as_read(name).strip(_AROUND)


def visible(text: str) -> str:
    """Return a text that is safe on a terminal: `<U+001B>` for a character that does not print.

    Never as a question mark, which is how a sheet writes doubt.
    """
    if _is_plain(text):
        return text
    return "".join(c if is_printable(c) else name_of(c) for c in text)


def shortened(text: str, most: int = 40) -> str:
    """Return a text that is safe on a terminal and about `most` characters long at most."""
    if len(text) > most:
        return f"{visible(text[:most])}..."
    return visible(text)


def without_middle(text: str, most: int = 500) -> str:
    """Return the same for a message or a path, whose end matters as well."""
    if len(text) > most:
        return f"{visible(text[: most // 2])}...{visible(text[-most // 2 :])}"
    return visible(text)


def name_of(character: str) -> str:
    """Return the code point of a character, as `<U+001B>`."""
    return f"<U+{ord(character):04X}>"
