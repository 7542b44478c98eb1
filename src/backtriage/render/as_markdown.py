"""A result as Markdown: to save, to send, or to print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from backtriage.decide.assessment import Assessment
from backtriage.render.page import Action, Audience, Block, page_for

_SPECIAL: Final = re.compile(r"[\\`*_\[\]<>|~#&$]")
_LIST: Final = re.compile(r"^(\d+)([.)])|^([-+=])")


def as_markdown(
    assessment: Assessment, *, audience: Audience = "patient", why: bool = False
) -> str:
    """CommonMark, one paragraph a line, and one final newline."""
    page = page_for(assessment, audience, why=why)
    parts = [
        *(part for block in page.lead for part in _block(block)),
        *_action(page.action),
        *(part for block in page.blocks for part in _block(block)),
        *_action(page.action),
    ]
    return "\n\n".join(parts) + "\n"


def after_as_markdown(block: Block, action: Action) -> str:
    """What is added below such a page, after a blank line."""
    return "\n" + "\n\n".join([*_block(block), *_action(action)]) + "\n"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    plain = _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))
    return _LIST.sub(lambda m: rf"{m[1]}\{m[2]}" if m[1] else rf"\{m[3]}", plain)


def _action(action: Action) -> Iterator[str]:
    yield f"# {escaped(action.call)}"
    if action.where:
        yield f"**{escaped(action.where)}**"


def _block(block: Block) -> Iterator[str]:
    if block.heading:
        yield f"## {escaped(block.heading)}"
    yield from (escaped(text) for text in block.says)
    yield from (f"**{escaped(label)}:** {escaped(text)}" for label, text in block.terms)
    if block.items:
        marks = [f"{at}." if block.is_numbered else "-" for at in range(1, len(block.items) + 1)]
        rows = zip(marks, block.items, strict=True)
        yield "\n".join(f"{mark} {escaped(text)}" for mark, text in rows)
    if block.clauses:
        yield "\n".join(f"{'  ' * c.depth}- {escaped(c.text)}" for c in block.clauses)
    yield from (escaped(text) for text in block.closing)
