"""Facts do not depend on themselves, and guards read only earlier questions."""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.protocol.dependencies import FACTS, dependencies, questions_read
from backtriage.protocol.loader.loader import LoadedProtocol
from backtriage.protocol.protocol import Protocol, Score
from backtriage.terms.condition import Condition
from backtriage.terms.problem import Problem


def check_facts(source: LoadedProtocol) -> Iterator[Problem]:
    """Report facts that depend on themselves."""
    facts, scores = _definitions(source.protocol)
    for id_, condition in facts.items():
        if (FACTS, id_) in dependencies(condition, facts, scores):
            yield source.problem(
                "P401", f"the fact '{id_}' depends on itself", f"facts.{id_}.when"
            )


def check_guards(source: LoadedProtocol) -> Iterator[Problem]:
    """Report guards that read a later question, directly or through facts and scores."""
    p = source.protocol
    facts, scores = _definitions(p)
    order = {question.id: position for position, question in enumerate(p.questions)}
    for question in p.questions:
        read = questions_read(question.ask_when, facts, scores)
        later = sorted(id_ for id_ in read if order[id_] >= order[question.id])
        if later:
            message = f"'{question.id}' is asked depending on '{later[0]}', which comes later"
            path = f"questions.{question.id}.ask_when"
            yield source.problem("P402", message, path, "move one of them, or change the guard")


def _definitions(p: Protocol) -> tuple[dict[str, Condition], dict[str, Score]]:
    return {fact.id: fact.when for fact in p.facts}, {score.id: score for score in p.scores}
