"""What a contender is: something that decides answer sheets by the shipped rules."""

from __future__ import annotations

import gc
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import ClassVar, Final, NamedTuple

from backtriage.decide.kernel import T, Truth, U
from backtriage.program.program import Program
from backtriage.terms.urgency import Urgency
from benchmarks.sheets import Person

INSTALL: Final = "pip install -e '.[benchmark]'"
"""The command that installs every package on PyPI that a contender needs."""


class Decision(NamedTuple):
    """What every contender must find out about a sheet."""

    urgency: Urgency
    out_of_scope: bool
    fired: tuple[tuple[str, Truth], ...]
    """The rules that give an urgency, each with T if it is true and U if it is not sure."""


class Turn(NamedTuple):
    """One contender's part of a round."""

    seconds: float
    """CPU time, in which other load on the machine shows less than in elapsed time."""
    decisions: list[Decision]


class Contender(ABC):
    """One way to decide sheets."""

    name: ClassVar[str]
    """What selects it on the command line."""
    title: ClassVar[str]
    work: ClassVar[str]
    """What it is given, what it evaluates and what it returns, for the table."""
    distribution: ClassVar[str] = ""
    """The package on PyPI that it needs, beyond those of the project."""
    is_baseline: ClassVar[bool] = False
    """Whether the others are compared with it, so that it is always measured."""
    most_sheets: ClassVar[int] = 2048
    """How many sheets it decides in one turn; fewer if it is slow."""

    @abstractmethod
    def __init__(self, program: Program, *, doubt: bool) -> None:
        """Prepare the rules, which is not timed.

        Args:
            program: The rules.
            doubt: Whether the sheets have answers that are "not sure".
        """

    @abstractmethod
    def decide_all(self, people: Sequence[Person]) -> list[Decision]:
        """Decide these sheets."""

    def turn(self, people: Sequence[Person]) -> Turn:
        """Decide these sheets against the clock."""
        gc.collect()
        start = time.process_time()
        decisions = self.decide_all(people)
        return Turn(time.process_time() - start, decisions)

    @classmethod
    def version(cls) -> str | None:
        """Return the version of what it needs, "" if it needs nothing, None if it is missing."""
        try:
            return version(cls.distribution) if cls.distribution else ""
        except PackageNotFoundError:
            return None

    @classmethod
    def install(cls) -> str:
        """Return the command that installs what it needs."""
        return INSTALL


class Outcomes:
    """Turns the truth values of rules into decisions, in the same way for every contender."""

    def __init__(self, program: Program) -> None:
        """Look up what each rule gives when it is true and when it is not sure."""
        self._ids = [rule.id for rule in program.rules]
        self._given = {
            (rule.id, truth): (urgency, rule.out_of_scope)
            for rule in program.rules
            for truth, urgency in ((T, rule.urgency), (U, rule.if_unsure))
            if urgency is not None
        }

    def of_truths(self, truths: Iterable[Truth]) -> Decision:
        """Decide by the truth value of every rule, in the order of the protocol."""
        return self.of_fired(
            [(rule, truth) for rule, truth in zip(self._ids, truths, strict=True) if truth]
        )

    def of_fired(self, rules: Iterable[tuple[str, Truth]]) -> Decision:
        """Decide by the rules that are not false; one may give nothing when not sure."""
        urgency, out_of_scope, fired = Urgency.SELF_CARE, False, []
        for rule in rules:
            given = self._given.get(rule)
            if given is not None:
                fired.append(rule)
                urgency = max(urgency, given[0])
                out_of_scope = out_of_scope or given[1]
        return Decision(urgency, out_of_scope, tuple(fired))
