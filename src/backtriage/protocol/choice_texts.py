"""How forms and word processors write what was ticked: choices in full, bullets, boxes, quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from backtriage.protocol.protocol import Question
from backtriage.terms.printable import as_read

_BETWEEN: Final = re.compile(r"(?:[\s,;/|+.•*-]|\band\b)*")
_SEPARATOR: Final = re.compile("[,;/|+]")
"""Of what is read for an emergency. No suggestion is made of a slash: it can mean "or"."""
_LONGEST: Final = 2_000
"""Characters of a text that is looked at."""

AROUND: Final = " \"'`*[](){}\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb\u2039\u203a"
"""Around the words of a list that was written as in JSON, or by a word processor."""
_MARKS: Final = re.compile(
    r"(?:(?:\[[xX]\]|[*\u2022\u00b7\u2023\u25aa\u2611\u2612\u2713\u2714]|[-\u2013\u2014] "
    r"|[0-9]{1,2}[.)] |=(?=\"))\s*+)*+"
)
"""Bullets, numbers and ticked boxes before a word, and how spreadsheets keep it as text."""
_UNTICKED: Final = re.compile(r"\[ ?\]|[\u2610\u25a1]")


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


def parts_of(question: Question, text: str) -> Iterator[str]:
    """Yield what may name an item each; a line of a list with bullets may be a choice in full."""
    lines = tuple(line for line in map(as_read, text.splitlines()) if line)
    is_list = all(_behind_marks(line) or _UNTICKED.match(line) for line in lines)
    for entry in lines if is_list else (as_read(text),):  # else a line may only go on
        yield from choices_in(question, _unmarked(entry)) or _SEPARATOR.split(entry)


def _behind_marks(text: str) -> int:
    marks = _MARKS.match(text)
    return marks.end() if marks else 0


def _unmarked(text: str) -> str:
    """Return a text without bullets and ticked boxes before it, or "" if its box is not ticked."""
    text = text.strip()
    at = _behind_marks(text)
    return "" if _UNTICKED.match(text, at) else text[at:]


def bare_item(word: str) -> str:
    """Return a word without what lists put around it, but with its doubt, or "" if not ticked."""
    bare = _unmarked(word).strip(AROUND).rstrip(".!")
    return f"{bare[:-1].rstrip(AROUND)}?" if bare.endswith("?") else bare
