"""The Python interface: from a protocol and plain answers to an assessment.

Nothing here writes a file. Of the public names, only `load_protocol` opens files, and for answers
that are refused it leaves here what reads those on older versions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from numbers import Real
from typing import Final, TypeAlias, TypeVar

from backtriage.decide import assessment as decide
from backtriage.interview import interview, state, transitions
from backtriage.interview.confirmations import Finding
from backtriage.program.program import Program, build_program
from backtriage.program.sheet import Sheet, sheet_of
from backtriage.program.validate import ValidatedSheet, plain_sheet, validate
from backtriage.program.words import DEFAULT_COUNTRY
from backtriage.protocol.answer_parser import InvalidAnswer
from backtriage.protocol.protocol import Protocol, Question
from backtriage.terms.answers import REF
from backtriage.terms.printable import shortened
from backtriage.terms.problem import Location, Problem, Unsound
from backtriage.terms.urgency import Urgency

_K = TypeVar("_K")
_V = TypeVar("_V")

_MOST_PROGRAMS: Final = 8
_MOST_READERS: Final = 1000

_programs: Final[dict[int, Program]] = {}
"""By the `id` of their protocols, which they keep. Equal is not enough: to Python, 1 is True, and
a condition with the one means another thing than with the other. Building one takes 100 ms."""

Older: TypeAlias = Callable[[Program, ValidatedSheet], decide.Assessment | None]
"""Finds a certain emergency in a sheet that answers questions of an older version."""

_older: Final[dict[tuple[str, str], Older]] = {}
"""By the digest of a protocol and its folder, because the same protocol in another folder may
know of other versions. A copy of a protocol has its digest."""


def read_older_with(program: Program, folder: str, read: Older) -> None:
    """Keep how to read what sheets of older versions of a protocol say, if they are refused.

    It is not in the protocol itself; whoever loads that from a folder knows where it is.
    """
    _keep(_programs, id(program.protocol), program, _MOST_PROGRAMS)
    _keep(_older, (program.digest, folder), read, _MOST_READERS)


def _program(protocol: Protocol) -> Program:
    program = _programs.get(id(protocol))
    if program is None:
        program = build_program(protocol)
        _keep(_programs, id(protocol), program, _MOST_PROGRAMS)
    return program


def _keep(kept: dict[_K, _V], key: _K, value: _V, most: int) -> None:
    """Keep something, and at most so many. Another thread never finds it missing meanwhile."""
    kept[key] = value
    for oldest in [*kept][:-most]:
        kept.pop(oldest, None)


def assess(
    protocol: Protocol, answers: Mapping[str, object], country: str | None = None
) -> decide.Assessment:
    """Assess one person's answers.

    Args:
        protocol: The rules to apply, from `load_protocol`.
        answers: Plain JSON values by question id: a bool for yes or no, an id for one of, a
            list, tuple or set of ids for some of, a number in the unit of the question, or
            "not_sure" where the question allows it. A question that is left out is missing. The
            key "ref" is echoed in the assessment.
        country: A country of the protocol, such as "GB"; None for neutral wording.

    Returns:
        The assessment: `urgency` is what to act on, and `missing` lists the questions that
        are still open.

    Raises:
        Unsound: If any answer is invalid; `problems` has one entry for each. Look at `certain`
            first: an emergency among the other answers, or in what the invalid ones evidently
            mean, cannot wait until they are corrected.
        ValueError: If the protocol does not have the country.

    Example:
        >>> from backtriage import assess, load_protocol
        >>> assess(load_protocol(), {"age": 44, "collapse": ["breath"]}, "GB").urgency
        <Urgency.EMERGENCY: 4>
    """
    program = _program(protocol)
    _refuse_unknown_country(program, country)
    validated = _validated(program, answers)
    return decide.assess(program, validated.answers, country, validated.ref, validated.checked)


@dataclass(frozen=True, slots=True)
class Interview:
    """An interview, one question at a time. Immutable: each step returns a new interview.

    Example:
        >>> from backtriage import Interview, load_protocol
        >>> interview = Interview.begin(load_protocol(), {"age": 44})
        >>> interview.question.id
        'answering_for'
        >>> interview.answer("self").answers
        {'answering_for': 'self', 'age': 44}
    """

    _state: state.Interview
    _ref: str | None = None

    @classmethod
    def begin(cls, protocol: Protocol, answers: Mapping[str, object] | None = None) -> Interview:
        """Begin an interview.

        Args:
            protocol: The rules to apply.
            answers: Answers given before, as `assess` takes them; only what they leave open is
                asked.

        Raises:
            Unsound: If any answer is invalid, as `assess` does.
        """
        program = _program(protocol)
        validated = _validated(program, answers or {})
        first = transitions.start(program, validated.answers, validated.checked)
        return cls(first, validated.ref)

    @property
    def question(self) -> Question | None:
        """The current question, or None where there is a result: see `can_go_on`."""
        return interview.view(self._state).question

    @property
    def confirmation(self) -> str | None:
        """What to try before a doubt alone makes it an emergency; None if there is nothing to try.

        Until `confirm` it is an emergency. A text may have placeholders such as
        `{emergency_number}`.
        """
        doubt = interview.view(self._state).confirmation
        return None if doubt is None else doubt.confirm.text

    def confirm(self, finding: str) -> Interview:
        """Say what the person found on trying `confirmation`.

        Args:
            finding: "yes", "no" or "not_sure".

        Raises:
            ValueError: If it is none of these, or there is nothing to confirm.
        """
        if self.confirmation is None:
            raise ValueError("there is nothing to confirm")
        return Interview(transitions.confirm(self._state, Finding(finding)), self._ref)

    @property
    def can_go_on(self) -> bool:
        """Whether questions follow that can change only the advice, after the result of triage."""
        return interview.view(self._state).can_go_on

    def go_on(self) -> Interview:
        """Go on to the questions about advice; without effect unless `can_go_on`."""
        return Interview(transitions.go_on(self._state), self._ref)

    @property
    def at_most(self) -> int:
        """How many more questions can follow this one, whatever the answers."""
        return interview.view(self._state).max_remaining

    @property
    def answers(self) -> Mapping[str, object]:
        """The answers so far as plain JSON values, which `begin` accepts.

        With the reference, and the doubts that were checked, if there are any.
        """
        sheet = plain_sheet(
            self._state.program, state.counted_answers(self._state), self._state.checked
        )
        return sheet if self._ref is None else {**sheet, REF: self._ref}

    def answer(self, value: object) -> Interview:
        """Answer the current question.

        Args:
            value: A plain JSON value, as `assess` takes it.

        Raises:
            Unsound: If the value is not a valid answer, or there is no question. `certain` is
                that of all answers, as `assess` has it.
        """
        raw, question = _plain(value), self.question
        moved = transitions.answer(self._state, raw, text=False)
        if isinstance(moved, InvalidAnswer):
            asked = {question.id: raw} if question else {}
            partial = validate(self._state.program, Sheet(values={**self.answers, **asked}))
            problem = moved.at(Location(path=question.id if question else ""))
            raise _unsound(self._state.program, partial, (problem,))
        return Interview(moved, self._ref)

    def back(self) -> Interview:
        """Take back the last answer; at the start, return the same interview."""
        return Interview(transitions.back(self._state), self._ref)

    def assessment(self, country: str | None = None) -> decide.Assessment:
        """Assess the answers so far; the status is incomplete while something is open.

        Args:
            country: A country of the protocol; None for neutral wording.

        Raises:
            ValueError: If the protocol does not have the country.
        """
        _refuse_unknown_country(self._state.program, country)
        return interview.assessment_of(self._state, country, self._ref)


def _validated(program: Program, answers: Mapping[str, object]) -> ValidatedSheet:
    # A row of pandas may have two columns of a name.
    pairs = ((_key(key, at), _plain(raw)) for at, (key, raw) in enumerate(answers.items()))
    validated = validate(program, sheet_of(pairs))
    if not validated.is_valid:
        error = _unsound(program, validated, validated.problems)
        readers = (read for (digest, _), read in [*_older.items()] if digest == program.digest)
        if error.certain is not Urgency.EMERGENCY and any(
            read(program, validated) for read in readers
        ):
            error.certain = Urgency.EMERGENCY
        raise error
    return validated


def _unsound(
    program: Program, validated: ValidatedSheet, problems: tuple[Problem, ...]
) -> Unsound:
    return Unsound(problems, decide.assess_readable(program, validated).certain)


def _key(key: object, at: int) -> str:
    """Return a key, or for any other object a text that is no question."""
    return key if isinstance(key, str) else f"<{type(key).__name__} {at}>"


def _plain(raw: object) -> object:
    """Return a value as the JSON reader would: exact numbers, and lists for tuples and sets."""
    try:
        return _read(raw)
    except Exception:  # noqa: BLE001 - an object of another library may fail in any way
        return {f"<{type(raw).__name__}>": None}  # no answer, and no reference either


def _read(raw: object) -> object:
    raw = _scalar(raw)
    if isinstance(raw, AbstractSet):
        return sorted(map(_plain, raw), key=repr)  # a problem tells items by their number
    if isinstance(raw, tuple | list):
        return [*map(_plain, raw)]
    return {key: _plain(each) for key, each in raw.items()} if isinstance(raw, Mapping) else raw


def _scalar(raw: object) -> object:
    """Return an exact number for one that is not, and of numpy what it holds.

    What pandas takes out of a table is of numpy, and neither a bool nor an int.
    """
    if isinstance(raw, Real) and not isinstance(raw, int | Fraction):
        return Decimal(str(raw))
    if isinstance(raw, Decimal) and raw.is_snan():
        return str(raw)  # it cannot even be compared
    if isinstance(raw, str | bytes | int | Decimal | list | dict | type | None):
        return raw
    held = getattr(raw, "tolist", None)
    if callable(held):
        return held()
    try:
        bool(raw == raw)  # noqa: PLR0124 - of what is missing in pandas nobody can say
    except (TypeError, ValueError):
        if hasattr(raw, "__len__"):  # a table is no empty cell
            raise
        return None
    return raw


def _refuse_unknown_country(program: Program, country: str | None) -> None:
    known = [id_ for id_ in program.countries if id_ != DEFAULT_COUNTRY]
    if country is not None and country not in known:
        message = f"there is no country '{shortened(str(country))}'"
        raise ValueError(f"{message}; there are: {', '.join(known)}")
