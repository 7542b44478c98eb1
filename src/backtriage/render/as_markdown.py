"""A page as CommonMark, to save, send or print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from backtriage.render.page import Action, Block, Section

_SPECIAL: Final = re.compile(r"[\\`*_\[\]<>|~#&$]")
_LIST_MARKER: Final = re.compile(r"^(\d+)([.)])|^([-+=])")


def as_markdown(sections: Iterable[Section]) -> str:
    """Return CommonMark with one paragraph per line and one final newline."""
    parts = (_action(s) if isinstance(s, Action) else _block(s) for s in sections)
    return "\n\n".join(chain.from_iterable(parts)) + "\n"


def escaped(text: str) -> str:
    """Return text that Markdown shows literally."""
    plain = _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))
    return _LIST_MARKER.sub(lambda m: rf"{m[1]}\{m[2]}" if m[1] else rf"\{m[3]}", plain)


def _action(action: Action) -> Iterator[str]:
    yield f"# {escaped(action.call)}"
    if action.where:
        yield f"**{escaped(action.where)}**"


def _block(block: Block) -> Iterator[str]:
    if block.heading:
        yield f"## {escaped(block.heading)}"
    yield from (escaped(text) for text in block.paragraphs)
    yield from (f"**{escaped(label)}:** {escaped(text)}" for label, text in block.labelled)
    if block.items:
        yield "\n".join(
            f"{f'{number}.' if block.is_numbered else '-'} {escaped(text)}"
            for number, text in enumerate(block.items, start=1)
        )
    if block.clauses:
        yield "\n".join(f"{'  ' * c.depth}- {escaped(c.text)}" for c in block.clauses)
    yield from (escaped(text) for text in block.closing)
