"""Writing an assessment to standard output, in some format.

Each renderer is imported when it is used: a run uses one of them, and text for a pipe loads no
screen library.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from backtriage.decide.assessment import Assessment
from backtriage.shell.output import is_terminal, write_out
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backtriage.counterfactual.counterfactual import Counterfactual
    from backtriage.exchange.recorded import RecordedAssessment
    from backtriage.render.page import Audience, Block, Section


class Wanted(Struct, frozen=True, kw_only=True):
    """What to write of an assessment, and how."""

    form: str = "text"
    """`text`, `json`, `markdown` or `html`; text is drawn on a terminal."""
    audience: Audience = "patient"
    full: bool = False
    """Whether every page behind the card follows it."""
    section: str = ""
    """The only page behind the card to show, "" for the card itself."""
    why: bool = False
    """Whether to show each rule."""
    private: bool = False
    """Whether text shows private answers too; JSON is the whole record."""


def write_assessment(
    assessment: Assessment, wanted: Wanted, earlier: RecordedAssessment | None = None
) -> None:
    """Write an assessment to standard output.

    Args:
        assessment: The result.
        wanted: How to write it.
        earlier: Another result: what has changed since stands in the same record or page of HTML.

    Raises:
        WriteError: It cannot be written.
        UnknownSectionError: It has no such page.
    """
    if wanted.form == "json":
        from backtriage.render.as_json import as_json

        write_out(as_json(assessment, **_since(assessment, earlier)))
    elif wanted.form == "html":
        from backtriage.render.as_html import as_html

        blocks = () if earlier is None else (_changes(assessment, earlier),)
        write_out(as_html(
            assessment, wanted.audience, why=wanted.why, private=wanted.private, more=blocks
        ))  # fmt: skip
    elif wanted.audience == "clinician":
        from backtriage.render.page import page_for

        page = page_for(assessment, "clinician", why=wanted.why, private=wanted.private)
        _write_sections(page.sections, wanted.form)
    else:
        _write_answer(assessment, wanted)


def _write_answer(assessment: Assessment, wanted: Wanted) -> None:
    from backtriage.render.page.answer import answer_of, blocks_of

    answer = answer_of(
        assessment, full=wanted.full, section=wanted.section, why=wanted.why,
        private=wanted.private,
    )  # fmt: skip
    if wanted.form == "markdown":
        from backtriage.render.as_markdown import as_markdown

        write_out(as_markdown(blocks_of(answer)))
        return
    from backtriage.render.answer_lines import answer_lines, answer_text

    if is_terminal(sys.stdout):
        from backtriage.shell.terminal import colour_depth, height, show

        # A terminal without a cursor may be read line by line; below is the next prompt.
        stacked = colour_depth() == "none"
        rows = height() - 1
        show(lambda width: answer_lines(answer, width, stacked=stacked, rows=rows))
    else:
        write_out(answer_text(answer))


def write_with_counterfactual(assessment: Assessment, target: Urgency, wanted: Wanted) -> None:
    """Write an assessment, and what would have to be different for a target urgency.

    Only this loads the prover. A page for people is written before it starts, so that no result
    waits for it. HTML is one whole page. On a page without private answers it is not said.
    """
    if wanted.form == "json":
        from backtriage.render.as_json import as_json
        from backtriage.render.counterfactual import counterfactual_record

        found = _counterfactual(assessment, target)
        write_out(as_json(assessment, why_not=counterfactual_record(assessment, found)))
        return
    write_assessment(assessment, wanted)
    from backtriage.render.page.private import visible_part

    if visible_part(assessment, private=wanted.private).is_public:
        from backtriage.render.counterfactual import hidden_block

        block = hidden_block()
    else:
        from backtriage.render.counterfactual import counterfactual_block

        block = counterfactual_block(assessment, _counterfactual(assessment, target))
    write_out("\n")
    _write_block(assessment, block, wanted)


def write_result(
    assessment: Assessment, wanted: Wanted, *, target: Urgency | None,
    earlier: RecordedAssessment | None,
) -> None:  # fmt: skip
    """Write an assessment and what is asked about it.

    Args:
        assessment: The result.
        wanted: How to write it.
        target: Another urgency: what would have to be different for it.
        earlier: Another result: what has changed since.

    Raises:
        WriteError: It cannot be written.
        UnknownSectionError: It has no such page.
    """
    if target is not None:
        write_with_counterfactual(assessment, target, wanted)
        return
    write_assessment(assessment, wanted, earlier)
    if earlier is not None and wanted.form not in {"json", "html"}:
        write_out("\n")
        _write_block(assessment, _changes(assessment, earlier), wanted)


def _changes(assessment: Assessment, earlier: RecordedAssessment) -> Block:
    from backtriage.render.since import since_block

    return since_block(assessment, earlier)


def _since(assessment: Assessment, earlier: RecordedAssessment | None) -> Mapping[str, object]:
    if earlier is None:
        return {}
    from backtriage.render.since import since_record

    return {"since": since_record(assessment, earlier)}


def _counterfactual(assessment: Assessment, target: Urgency) -> Counterfactual:
    from backtriage.counterfactual.search import find_counterfactual

    answers = Answers({**assessment.answers, **assessment.set_aside})
    return find_counterfactual(assessment.program, answers, target)


def _write_block(assessment: Assessment, block: Block, wanted: Wanted) -> None:
    """Write a block that follows a result, and what to do again: it is the last on the screen."""
    from backtriage.render.page.answer import answer_of

    answer = answer_of(assessment, private=wanted.private)
    if wanted.form == "markdown":
        from backtriage.render.as_markdown import as_markdown
        from backtriage.render.page.answer import action_on

        write_out(as_markdown((block, action_on(answer.card))))
        return
    from backtriage.render.answer_lines import block_lines
    from backtriage.render.as_text import WIDTH, text_of

    if is_terminal(sys.stdout):
        from backtriage.shell.terminal import show

        show(partial(block_lines, answer, block))
    else:
        write_out(text_of(block_lines(answer, block, WIDTH, stacked=True)))


def _write_sections(sections: tuple[Section, ...], form: str) -> None:
    if form == "markdown":
        from backtriage.render.as_markdown import as_markdown

        write_out(as_markdown(sections))
    elif is_terminal(sys.stdout):
        from backtriage.render.as_text import lines_of
        from backtriage.shell.terminal import show

        show(partial(lines_of, sections))
    else:
        from backtriage.render.as_text import as_text

        write_out(as_text(sections))
