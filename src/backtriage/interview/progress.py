"""How far an interview has come in its part: a number that only goes down."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from backtriage.interview.state import Interview
from backtriage.terms.condition import Always


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many questions of this part are left, of those that everybody is asked.

    One that follows from an answer is not counted: while it is asked, the number stays.
    """

    title: str
    """The title of the section."""
    left: int
    """How many are left, with the current one; 0 when only others follow."""
    of: int
    """How many there are in the part."""
    at_most: int
    """How many questions of any kind can follow the current one."""


def progress_of(
    interview: Interview, current: str, coming: Collection[str], at_most: int
) -> Progress:
    """Return how far an interview has come.

    Args:
        interview: The state.
        current: The question that is asked.
        coming: What may still be asked in this part.
        at_most: How many questions can follow, whatever is answered.
    """
    p = interview.program
    # An early end of triage can leave some of its questions to the second part.
    is_advice = interview.has_gone_on
    part = [id_ for id_ in p.order if (id_ in p.advice_questions) is is_advice]
    # What is still to be asked would tell what is concealed; the place in the list does not.
    if interview.concealed:
        coming = [id_ for id_ in part if p.order[id_] > p.order[current]]
        at_most = len(coming)
    of = [
        id_ for id_ in part
        if isinstance(p.questions[id_].ask_when, Always) and p.questions[id_].from_journal is None
    ]  # fmt: skip
    return Progress(
        title=next(s.title for s in p.protocol.sections if s.id == p.questions[current].section),
        left=len({current, *coming}.intersection(of)),
        of=len(of),
        at_most=at_most,
    )
