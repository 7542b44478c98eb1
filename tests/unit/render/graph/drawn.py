"""Graphs to draw: of protocols as they are, and with words that are hard to draw."""

from __future__ import annotations

from functools import cache
from typing import Final

from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.program.program import build_program
from backtriage.render.graph.graph import Graph, graph_of
from tests.support.protocols import SHIPPED, TINY, program_in

HARD: Final = (
    '"quoted" [brackets] {curly} (round) | ]] "]',
    "<script>alert(1)</script> & <b>bold</b> &lt; <!-- ]]> -->",
    "日本語の痛みはどのくらい続いていますか 🩺👩\u200d⚕️ e\u0301",
    "1. list `code` **bold** _em_ ~~x~~ $x^2$ end #quot; #35;",
    "- a; b %% c %%{init: x}%% fa:fa-car https://x.y @{shape} \\n \\",
    "W" * 90 + " " + "m" * 60,
    "one\ntwo\ttabs\x00\x07\u2028 \ufffe \ufeff",
)
"""Words that mean something to Mermaid, Markdown, HTML or XML, or that need much room."""

words: Final = st.text(max_size=60) | st.sampled_from(HARD)


@cache
def shipped() -> Graph:
    """The protocol that ships."""
    return graph_of(program_in(SHIPPED))


@cache
def tiny() -> Graph:
    """The tiny protocol."""
    return graph_of(program_in(TINY))


def worded(*texts: str) -> Graph:
    """The tiny protocol with the words of its questions, rules, sections and urgencies changed."""
    p = program_in(TINY).protocol

    def word(at: int) -> str:
        return texts[at % len(texts)]

    return graph_of(build_program(replace(
        p,
        title=word(0),
        sections=tuple(replace(s, title=word(1)) for s in p.sections),
        questions=tuple(replace(q, short=word(at)) for at, q in enumerate(p.questions)),
        facts=tuple(replace(f, text=word(at)) for at, f in enumerate(p.facts)),
        rules=tuple(replace(r, because=word(at)) for at, r in enumerate(p.rules)),
        levels=tuple(replace(level, word=word(at)) for at, level in enumerate(p.levels)),
    ), "sha256:words"))  # fmt: skip
