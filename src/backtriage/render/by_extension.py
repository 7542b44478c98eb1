"""Choosing an output format by file extension."""

from __future__ import annotations

from typing import Final

from backtriage.decide.assessment import Assessment
from backtriage.render.page import Audience, page_for

EXTENSIONS: Final = (".txt", ".md", ".html", ".json", "")
"""The extensions of files that a result can be written to; plain text needs none."""


def render_by_extension(
    extension: str, assessment: Assessment, audience: Audience, *, private: bool = False
) -> str:
    """Return JSON for `.json`, HTML for `.html`, Markdown for `.md`, and text for the others.

    The JSON is the whole record; `private` says whether the others show private answers too.
    """
    # Lazy imports: a run uses only one of these.
    if extension == ".json":
        from backtriage.render.as_json import as_json  # noqa: PLC0415

        return as_json(assessment)
    if extension == ".html":
        from backtriage.render.as_html import as_html  # noqa: PLC0415

        return as_html(assessment, audience, private=private)
    if audience == "clinician":
        return _handover(extension, assessment, private=private)
    from backtriage.render.page.answer import answer_of, blocks_of  # noqa: PLC0415

    answer = answer_of(assessment, full=True, private=private)
    if extension == ".md":
        from backtriage.render.as_markdown import as_markdown  # noqa: PLC0415

        return as_markdown(blocks_of(answer))
    from backtriage.render.answer_lines import answer_text  # noqa: PLC0415

    return answer_text(answer)


def _handover(extension: str, assessment: Assessment, *, private: bool) -> str:
    sections = page_for(assessment, "clinician", private=private).sections
    if extension == ".md":
        from backtriage.render.as_markdown import as_markdown  # noqa: PLC0415

        return as_markdown(sections)
    from backtriage.render.as_text import as_text  # noqa: PLC0415

    return as_text(sections)
