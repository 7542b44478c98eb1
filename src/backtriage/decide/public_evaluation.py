"""The conditions of a program without the private answers: each could be anything.

What follows from it holds whatever they are. So it tells none of them, and what it leaves
possible leaves out no danger.
"""

from __future__ import annotations

from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import MISSING, Chunk
from backtriage.program.points import rails_of, reaching
from backtriage.program.private import private_items
from backtriage.program.program import Program
from backtriage.protocol.protocol import Points
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Atom, Includes
from backtriage.terms.value import SOME_OF


class PublicEvaluation(Evaluation):
    """The conditions over answers of which nothing private is left.

    An answer that was left out is missing. So is a private item of a list, although the rest of
    the list is there.
    """

    def __init__(self, program: Program, answers: Answers) -> None:
        """Evaluate nothing yet."""
        super().__init__(program, answers)
        self._hidden: dict[str, frozenset[str]] = {}
        """The private items of the lists that were read so far."""

    def own(self, atom: Atom) -> Chunk:
        """Return the interval of an atom by the answer alone."""
        if isinstance(atom, Includes) and self._is_hidden(atom.question, atom.item):
            return MISSING
        return super().own(atom)

    def own_points(self, part: tuple[Points, ...], least: int) -> Chunk:
        """Return the interval of "adds at least so many points", by the answer alone."""
        if self._is_hidden(part[0].question, part[0].answer):
            return reaching(rails_of(self.program.questions[part[0].question], part, None), least)
        return super().own_points(part, least)

    def _is_hidden(self, question: str, item: str) -> bool:
        hidden = self._hidden.get(question)
        if hidden is None:
            asked = self.program.questions[question]
            hidden = private_items(asked) if asked.kind == SOME_OF else frozenset()
            self._hidden[question] = hidden
        return item in hidden
