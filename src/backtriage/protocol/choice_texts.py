"""The choices that a text names in full, one after the other, as forms write what was ticked."""

from __future__ import annotations

import re
from typing import Final

from backtriage.protocol.protocol import Question
from backtriage.terms.printable import as_read

_BETWEEN: Final = re.compile(r"(?:[\s,;/|+.•*-]|\band\b)*")
_LONGEST: Final = 2_000
"""Characters of a text that is looked at."""


def as_plain(text: str) -> str:
    """Return a text to compare with another one: without case, and full stops around it."""
    return as_read(text).strip(" .").casefold()


def choices_in(question: Question, text: str) -> tuple[str, ...]:
    """Return the ids of the choices whose texts, or names, stand there and nothing else does.

    Texts of choices have commas, so a list of them cannot be taken apart at these.

    Args:
        question: The question.
        text: The text.
    """
    texts: dict[str, str] = {}
    for choice in question.choices:
        texts |= {as_plain(each): choice.id for each in (choice.text, choice.short)}
    known = sorted(texts, key=len, reverse=True)  # one may begin as another does
    plain = as_plain(text) if len(text) <= _LONGEST else ""
    found: list[str] = []
    at = _behind(plain, 0)
    while at < len(plain):
        name = next((each for each in known if each and plain.startswith(each, at)), "")
        end = at + len(name)
        at = _behind(plain, end)
        if not name or (at == end < len(plain)):  # what else stands there may turn it around
            return ()
        found.append(texts[name])
    return tuple(found)


def _behind(text: str, at: int) -> int:
    """Return where the next name begins, behind what separates names."""
    between = _BETWEEN.match(text, at)
    return between.end() if between else at
