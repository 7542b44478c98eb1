"""Which answers of a saved interview are asked again when they are of another time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from backtriage.decide.evaluate import Evaluation
from backtriage.interview.state import Interview
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.value import Ticks


def asked_again(program: Program, answers: Answers, asked: Collection[object]) -> frozenset[str]:
    """Return the answers that come again, each with its question.

    All others stay as they are. Nobody would be asked about what a journal or a sheet says, nor
    about what another answer has set aside, of which the worse of the two counts. And a private
    answer is not undone by whoever goes on.

    Args:
        program: The protocol.
        answers: The answers.
        asked: The questions that the interview has asked.
    """
    aside = Evaluation(program, answers).set_aside()
    return frozenset(
        id_
        for id_ in answers
        if id_ in asked and id_ not in aside and not program.questions[id_].is_private
    )


def without_denials(interview: Interview, *, is_old: bool) -> Interview:
    """Return an interview that offers no old "no" or "none of these" again.

    On the full screen a remembered answer is chosen already, and Enter alone would deny what has
    come since.
    """
    if not is_old:
        return interview
    remembered = interview.remembered.items()
    said = {id_: value for id_, value in remembered if value is not False and value != Ticks()}
    return replace(interview, remembered=Answers(said))
