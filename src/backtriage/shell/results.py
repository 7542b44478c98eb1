"""An assessment on standard output, in the form that was asked for.

Each renderer is imported when it is used: a run uses one of them, and text for a pipe loads no
screen library.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from backtriage.decide.assessment import Assessment
from backtriage.shell.output import is_terminal, write_out
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency

if TYPE_CHECKING:
    from backtriage.render.page import Audience, Section


def write_assessment(assessment: Assessment, form: str, audience: Audience, *, why: bool) -> None:
    """Write an assessment.

    Args:
        assessment: What to write.
        form: `text`, `json` or `markdown`; text is a card on a terminal.
        audience: Who reads it.
        why: Whether to show each rule.

    Raises:
        WriteError: Standard output cannot be written.
    """
    if form == "json":
        from backtriage.render.as_json import as_json

        write_out(as_json(assessment))
    else:
        from backtriage.render.page import page_for

        _write_sections(page_for(assessment, audience, why=why).sections, form)


def write_with_counterfactual(
    assessment: Assessment, target: Urgency, form: str, audience: Audience, *, why: bool
) -> None:
    """Write an assessment, and what would have to be different for a target urgency.

    Only here is the prover loaded. A page for people is written before it starts, so that no
    result waits for it. The arguments are those of `write_assessment`.
    """
    if form != "json":
        write_assessment(assessment, form, audience, why=why)
    from backtriage.counterfactual.search import find_counterfactual

    answers = Answers({**assessment.answers, **assessment.set_aside})
    counterfactual = find_counterfactual(assessment.program, answers, target)
    if form == "json":
        from backtriage.render.as_json import as_json
        from backtriage.render.counterfactual import counterfactual_record

        write_out(as_json(assessment, why_not=counterfactual_record(assessment, counterfactual)))
    else:
        from backtriage.render.counterfactual import counterfactual_block
        from backtriage.render.page.patient import action_of

        # The action is repeated, so that it stays the last thing on the screen.
        write_out("\n")
        block = counterfactual_block(assessment, counterfactual)
        _write_sections((block, action_of(assessment)), form)


def _write_sections(sections: tuple[Section, ...], form: str) -> None:
    if form == "markdown":
        from backtriage.render.as_markdown import as_markdown

        write_out(as_markdown(sections))
    elif is_terminal(sys.stdout):
        from backtriage.render.as_card import as_card
        from backtriage.shell.terminal import show

        show(as_card(sections))
    else:
        from backtriage.render.as_text import as_text

        write_out(as_text(sections))
