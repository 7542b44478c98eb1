"""The door for programmers: protocols and plain answers in, assessments out.

It reads no file, writes none and prints nothing: of the public names only `load_protocol`
opens files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from backtriage.decide import assessment as decide
from backtriage.decide.receipt import plain_answers
from backtriage.interview import interview as state
from backtriage.interview import transitions
from backtriage.program.program import Program, build_program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import ValidatedSheet, validate
from backtriage.program.words import DEFAULT_COUNTRY
from backtriage.protocol.answer_parser import InvalidAnswer
from backtriage.protocol.protocol import Protocol, Question
from backtriage.terms.location import Location
from backtriage.terms.problem import Problem, Unsound

# Working out the digest of a protocol takes about 100 ms, hashing it 0.2 ms.
_program = lru_cache(maxsize=8)(build_program)


def assess(
    protocol: Protocol, answers: Mapping[str, object], country: str | None = None
) -> decide.Assessment:
    """Assess one person's answers, by question id, with values as JSON has them.

    Yes or no is a bool, one of is an id, some of is a list of ids, a number is a number, and
    "not_sure" is an answer wherever it is allowed. A question that is left out is missing.
    Raises `Unsound` with a problem for each answer that cannot be taken, and `ValueError` for a
    country that the protocol does not have.
    """
    program = _program(protocol)
    _refuse_unknown_country(program, country)
    validated = _admitted(program, answers)
    return decide.assess(program, validated.answers, country, validated.ref)


@dataclass(frozen=True, slots=True)
class Interview:
    """One interview, a question at a time. Frozen: a move gives another interview."""

    _state: state.Interview

    @classmethod
    def begin(cls, protocol: Protocol, answers: Mapping[str, object] | None = None) -> Interview:
        """A new interview, or one that asks only what some answers leave open.

        Raises `Unsound` as `assess` does.
        """
        program = _program(protocol)
        return cls(transitions.start(program, _admitted(program, answers or {}).answers))

    @property
    def question(self) -> Question | None:
        """The question now; None when nothing is open, or an emergency is certain."""
        return state.view(self._state).question

    @property
    def at_most(self) -> int:
        """How many more questions can follow this one, whatever is answered."""
        return state.view(self._state).max_remaining

    @property
    def answers(self) -> Mapping[str, object]:
        """Every answer given so far, as JSON has them: enough to begin again from here."""
        return plain_answers(self._state.program, self._state.answers)

    def answer(self, value: object) -> Interview:
        """Answer the question now, with a value as `assess` takes it.

        Raises `Unsound` when the value is no answer to it, or when there is no question.
        """
        moved = transitions.answer(self._state, _plain(value))
        if not isinstance(moved, InvalidAnswer):
            return Interview(moved)
        asked = self.question
        location = Location(path=asked.id if asked else "")
        problem = Problem(
            code=moved.code, message=moved.message, location=location, hint=moved.hint
        )
        raise Unsound((problem,))

    def back(self) -> Interview:
        """Take the last answer back. At the start this is the same interview."""
        return Interview(transitions.back(self._state))

    def assessment(self, country: str | None = None) -> decide.Assessment:
        """What follows from the answers so far: incomplete while something is open."""
        _refuse_unknown_country(self._state.program, country)
        return decide.assess(self._state.program, self._state.answers, country)


def _admitted(program: Program, answers: Mapping[str, object]) -> ValidatedSheet:
    """The answers through the one door; raises `Unsound` when it refuses any."""
    validated = validate(program, Sheet(values={key: _plain(raw) for key, raw in answers.items()}))
    if validated.problems:
        raise Unsound(validated.problems)
    return validated


def _plain(raw: object) -> object:
    """A value as a JSON reader would hand it over: exact numbers, and lists for tuples."""
    if isinstance(raw, float):
        return Decimal(str(raw))
    return list(raw) if isinstance(raw, tuple) else raw


def _refuse_unknown_country(program: Program, country: str | None) -> None:
    if country is None or (country in program.countries and country != DEFAULT_COUNTRY):
        return
    there_are = ", ".join(id_ for id_ in program.countries if id_ != DEFAULT_COUNTRY)
    raise ValueError(f"there is no country '{country}'; there are: {there_are}")
