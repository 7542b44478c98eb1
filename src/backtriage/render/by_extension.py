"""A result in the form that a file's name asks for."""

from __future__ import annotations

from pathlib import Path

from backtriage.decide.assessment import Assessment
from backtriage.render.page import Audience


def render_by_extension(path: Path, assessment: Assessment, audience: Audience) -> str:
    """JSON for `.json`, Markdown for `.md`, and text for any other name."""
    # Each is imported when it is asked for: a run uses one of them.
    suffix = path.suffix.casefold()
    if suffix == ".json":
        from backtriage.render.as_json import as_json  # noqa: PLC0415

        return as_json(assessment)
    if suffix == ".md":
        from backtriage.render.as_markdown import as_markdown  # noqa: PLC0415

        return as_markdown(assessment, audience=audience)
    from backtriage.render.as_text import as_text  # noqa: PLC0415

    return as_text(assessment, audience=audience)
