"""How many words somebody reads on screens that follow each other.

A word is what stands between blanks and has a letter or a digit in it; the number of a choice is
a key. Words *shown* are all those of a screen. Words *to read* are those of lines that have not
been read before: somebody who knows what "Enter next" does, or what "None of these" says, does not
read it again. Of the line that says how many questions are left, only the number is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Final

from backtriage.protocol.protocol import Question
from backtriage.shell.full.form import options_of

_MARK: Final = re.compile(r"^(>| )?\s*(?:[0-9]+|[a-z])(?:\.| \[.\]|  )\s+")
"""What stands before the text of a choice."""

_LEFT: Final = re.compile(r"^(.*: .*?)(\d+)( questions? left)")
_BAR: Final = re.compile(r"\[[#.]+\]")
_KEY: Final = re.compile(r"^([a-z?=]|Left|Esc|Down|Enter|Or: b|Type|To leave)\b")
_KINDS: Final = ("question", "help", "choices", "progress", "keys", "other")


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of some screens."""

    shown: int = 0
    read: Counter[str] = field(default_factory=Counter)
    """To read, by kind."""

    HEADINGS: ClassVar = ("words shown", "words to read", *_KINDS)

    def __add__(self, other: Reading) -> Reading:
        """Return the words of both."""
        return Reading(self.shown + other.shown, self.read + other.read)

    @property
    def figures(self) -> tuple[int, ...]:
        """The figures below the headings."""
        return self.shown, self.read.total(), *(self.read[kind] for kind in _KINDS)


@dataclass(slots=True)
class Reader:
    """What somebody has seen and read so far."""

    known: set[str] = field(default_factory=set)
    """The lines, and the keys with what they do."""
    pages: list[tuple[object, ...]] = field(default_factory=list)
    """The screens, each as what distinguishes it from the others."""
    all: Reading = field(default_factory=Reading)

    @property
    def screens(self) -> int:
        """How many screens there were."""
        return len(self.pages)

    @property
    def words(self) -> tuple[int, int]:
        """How many words were shown, and how many were to read."""
        return self.all.shown, self.all.read.total()

    def read(
        self, page: tuple[object, ...], lines: Iterable[str], question: Question | None = None
    ) -> Reading:
        """Read a screen, which may be the one before with something added below."""
        if not self.pages or self.pages[-1] != page:
            self.pages.append(page)
        texts = _texts(question) if question is not None else {}
        shown, read = 0, Counter[str]()
        for kind, part in (part for line in lines for part in _parts(line, texts)):
            shown += _words(part)
            read[kind] += _words(self._new(part))
            self.known.add(part)
        found = Reading(shown, +read)
        self.all += found
        return found

    def _new(self, part: str) -> str:
        """Return what of a part is new: an answer may stand behind its question."""
        rests = (part.removeprefix(f"{known} ") for known in self.known)
        rest = min(rests, key=len, default=part)
        return "" if {part, rest} & self.known else rest


def _texts(question: Question) -> dict[str, str]:
    """Return the texts of a question by their kind."""
    choices = " / ".join(option.text for option in options_of(question))
    return {"question": question.text, "help": question.help, "choices": choices}


def _parts(line: str, texts: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the parts of a line that are read for themselves, each with its kind."""
    text = _BAR.sub("", line).rstrip()
    if left := _LEFT.match(text):
        yield "progress", f"{left[1]}{left[3].replace('questions', 'question')}"
        yield "progress", left[2]
        return
    words = _MARK.sub("", text).strip()
    for kind, whole in texts.items():
        if words and words in whole:
            yield kind, words
            return
    if "  " in words or (texts and _KEY.match(words)):
        yield from (("keys", hint) for hint in words.split("  ") if hint)
    elif words:
        yield "other", words


def _words(text: str) -> int:
    return sum(any(map(str.isalnum, word)) for word in text.split())
