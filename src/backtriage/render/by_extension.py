"""Choosing an output format by file extension."""

from __future__ import annotations

from pathlib import Path

from backtriage.decide.assessment import Assessment
from backtriage.render.page import Audience, page_for


def render_by_extension(path: Path, assessment: Assessment, audience: Audience) -> str:
    """Return JSON for `.json`, Markdown for `.md`, and plain text for any other extension."""
    # Lazy imports: a run uses only one of these.
    suffix = path.suffix.casefold()
    if suffix == ".json":
        from backtriage.render.as_json import as_json  # noqa: PLC0415

        return as_json(assessment)
    sections = page_for(assessment, audience).sections
    if suffix == ".md":
        from backtriage.render.as_markdown import as_markdown  # noqa: PLC0415

        return as_markdown(sections)
    from backtriage.render.as_text import as_text  # noqa: PLC0415

    return as_text(sections)
