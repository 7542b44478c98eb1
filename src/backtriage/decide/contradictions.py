"""Answers that contradict each other: one is set aside, and would be worse if it counted.

A man who ticked heavy bleeding in pregnancy is not asked about pregnancy. One of the two answers
is a mistake, and nobody knows which. So the urgency is the higher one until it is corrected.

An answer that is set aside counts wherever it is read and is the worse. So a rule that reads it
twice may take it both ways, which is cautious; no shipped rule was seen to do so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Generic, TypeAlias, TypeVar

from msgspec import Struct

from backtriage.decide.evaluate import Evaluation, urgency_from
from backtriage.decide.kernel import Chunk, F, Kernel
from backtriage.decide.outcome import Reached, urgencies
from backtriage.decide.reasons import supporting_answers
from backtriage.protocol.dependencies import unfold
from backtriage.protocol.protocol import Rule
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Scores
from backtriage.terms.value import Value

K = TypeVar("K", bound=Kernel)

Search: TypeAlias = Callable[[Kernel, Reached, Reached], Mapping[str, Chunk]]
"""Finds open questions, given what is certain and what is possible."""


class ActedOn(Struct, Generic[K], frozen=True, kw_only=True):
    """What to act on: the answers that count, and where they are contradicted, all answers too."""

    certain: Reached
    possible: Reached
    kernel: K
    """The sheets."""
    counting: K | None
    """The sheets with every answer counted, if any of them is contradicted."""
    contradicted: Chunk
    """Where an answer that is set aside would raise the urgency, or could."""

    def open(self, search: Search) -> Mapping[str, Chunk]:
        """Return on which sheets a question is open, in asking order."""
        found = dict(search(self.kernel, self.certain, self.possible))
        if self.counting is not None:
            more = search(self.counting, self.certain, self.possible)
            for id_, where in more.items():
                found[id_] = found.get(id_, self.kernel.nowhere) | where & self.contradicted
        order = self.kernel.program.order
        return {id_: found[id_] for id_ in sorted(found, key=order.__getitem__) if found[id_]}


def acted_on(kernel: K) -> ActedOn[K]:
    """Return what to act on. Only sheets with an answer that is set aside are evaluated again."""
    certain, possible = urgencies(kernel)
    counting = kernel.counting_all()
    contradicted = kernel.nowhere
    if counting is not None:
        higher = urgencies(counting)
        for mine, theirs in zip((*certain, *possible), chain(*higher), strict=True):
            contradicted = contradicted | theirs & ~mine
        certain, possible = (
            tuple(mine | theirs for mine, theirs in zip(*both, strict=True))
            for both in ((certain, higher[0]), (possible, higher[1]))
        )
    return ActedOn(
        certain=certain, possible=possible, kernel=kernel,
        counting=counting if contradicted else None, contradicted=contradicted,
    )  # fmt: skip


class Contradiction(Struct, frozen=True, kw_only=True):
    """An answer that is set aside but would raise the urgency, and why it is not counted."""

    question: str
    answer: Value
    guard: Answers
    """The answers by which its question is not asked."""


def contradictions(acted: ActedOn[Evaluation]) -> tuple[Contradiction, ...]:
    """Return the contradictions between the answers of one person, in asking order."""
    evaluation, counting = acted.kernel, acted.counting
    if counting is None:
        return ()
    given, aside = evaluation.answers, evaluation.set_aside().keys()
    carried: set[str] = set()
    for rule in _raised(evaluation, counting):
        for end in (0, 1):
            carried |= supporting_answers(counting, rule.when, end=end).keys() & aside
    return tuple(
        Contradiction(question=id_, answer=given[id_], guard=_against(evaluation, id_))
        for id_ in evaluation.program.questions
        if id_ in (carried or aside)
    )


def may_be_asked_again(acted: ActedOn[Evaluation]) -> tuple[str, ...]:
    """Return the questions whose answers are set aside, contradict others, and may be corrected.

    A private one may not: somebody else may answer by now.
    """
    questions = acted.kernel.program.questions
    against = (each.question for each in contradictions(acted))
    return tuple(id_ for id_ in against if not questions[id_].is_private)


def _raised(evaluation: Evaluation, counting: Evaluation) -> Iterator[Rule]:
    """Yield the rules that give more when every answer counts."""
    for rule in evaluation.program.rules:
        for mine, theirs in zip(
            evaluation.interval(rule.when), counting.interval(rule.when), strict=True
        ):
            low, high = urgency_from(rule, mine), urgency_from(rule, theirs)
            if high is not None and (low is None or high > low):
                yield rule


def _against(evaluation: Evaluation, question: str) -> Answers:
    """Return the answers by which a question is not asked, perhaps through another such one."""
    program = evaluation.program
    guard = program.questions[question].ask_when
    found = supporting_answers(evaluation, guard, end=1)
    if found:
        return found
    for leaf in unfold(guard, program.facts):
        if not isinstance(leaf, Scores) and evaluation.guard(leaf.question)[1] == F:
            return _against(evaluation, leaf.question)
    return found
