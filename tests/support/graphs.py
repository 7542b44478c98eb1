"""Graphs of the two protocols, and of one whose texts are hard to escape."""

from __future__ import annotations

from functools import cache
from typing import Final

from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.program.program import build_program
from backtriage.render.graph.graph import Graph, build_graph
from tests.support.protocols import SHIPPED, TINY, program_in

HARD: Final = (
    '"quoted" [brackets] {curly} (round) | ]] "]',
    "<script>alert(1)</script> & <b>bold</b> &lt; <!-- ]]> -->",
    "日本語の痛みはどのくらい続いていますか 🩺👩\u200d⚕️ e\u0301",
    "1. list `code` **bold** _em_ ~~x~~ $x^2$ end #quot; #35;",
    "- a; b %% c %%{init: x}%% fa:fa-car https://x.y @{shape} \\n \\",
    "W" * 90 + " " + "m" * 60,
    "one\ntwo\ttabs\x00\x07\u2028 \ufffe \ufeff",
    " ",
)
"""Texts that mean something to Mermaid, DOT, Markdown, HTML or XML, or that need much room."""

texts: Final = st.text(max_size=60) | st.sampled_from(HARD)


@cache
def shipped_graph() -> Graph:
    return build_graph(program_in(SHIPPED))


@cache
def tiny_graph() -> Graph:
    return build_graph(program_in(TINY))


def graph_with_texts(*texts: str) -> Graph:
    """Return the tiny protocol's graph with its titles, sentences and urgency words replaced."""
    p = program_in(TINY).protocol

    def text(index: int) -> str:
        return texts[index % len(texts)]

    return build_graph(build_program(replace(
        p,
        title=text(0),
        sections=tuple(replace(s, title=text(1)) for s in p.sections),
        questions=tuple(replace(q, short=text(i)) for i, q in enumerate(p.questions)),
        facts=tuple(replace(f, text=text(i)) for i, f in enumerate(p.facts)),
        rules=tuple(replace(r, because=text(i)) for i, r in enumerate(p.rules)),
        levels=tuple(replace(level, word=text(i)) for i, level in enumerate(p.levels)),
    ), "sha256:words"))  # fmt: skip
