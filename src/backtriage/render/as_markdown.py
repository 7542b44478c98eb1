"""A page as CommonMark, to save, send or print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from backtriage.render.page import Action, Block, Section, Table, Title

_SPECIAL: Final = re.compile(r"[\\`*_\[\]<>|~#&$]")
_LIST_MARKER: Final = re.compile(r"^(\d+)([.)])|^([-+=])")


def as_markdown(sections: Iterable[Section]) -> str:
    """Return CommonMark with one paragraph per line and one final newline."""
    return "\n\n".join(_parts(sections)) + "\n"


def escaped(text: str) -> str:
    """Return text that Markdown shows literally."""
    plain = _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))
    return _LIST_MARKER.sub(lambda m: rf"{m[1]}\{m[2]}" if m[1] else rf"\{m[3]}", plain)


def _parts(sections: Iterable[Section]) -> Iterator[str]:
    mark = "##"
    for section in sections:
        if isinstance(section, Action):
            yield from _action(section)
        elif isinstance(section, Title):
            yield f"## {escaped(section.text)}"
            mark = "###"  # of what follows
        else:
            yield from _block(section, mark)


def _action(action: Action) -> Iterator[str]:
    yield f"# {escaped(action.call)}"
    if action.where:
        yield f"**{escaped(action.where)}**"


def _block(block: Block, mark: str) -> Iterator[str]:
    if block.heading:
        yield f"{mark} {escaped(block.heading)}"
    yield from (escaped(text) for text in block.paragraphs)
    yield from (f"**{escaped(label)}:** {escaped(text)}" for label, text in block.labelled)
    if block.items:
        yield "\n".join(
            f"{f'{number}.' if block.is_numbered else '-'} {escaped(text)}"
            for number, text in enumerate(block.items, start=1)
        )
    if block.table:
        yield _table(block.table)
    if block.clauses:
        yield "\n".join(f"{'  ' * c.depth}- {escaped(c.text)}" for c in block.clauses)
    yield from (escaped(text) for text in block.closing)


def _table(table: Table) -> str:
    """Return a table of GitHub's Markdown, with the first column in bold."""
    rows = [tuple(map(escaped, table.headings)), ("---",) * len(table.headings)]
    rows += [(f"**{escaped(first)}**", *map(escaped, rest)) for first, *rest in table.rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
