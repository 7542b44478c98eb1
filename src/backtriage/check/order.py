"""Nothing depends on itself, and a guard reads only questions that were asked before it."""

from __future__ import annotations

from backtriage.check.names import location_of
from backtriage.protocol.dependencies import FACTS, dependencies, questions_read
from backtriage.protocol.loader.loader import LoadedProtocol
from backtriage.protocol.protocol import Protocol, Score
from backtriage.terms.condition import Condition
from backtriage.terms.problem import Problem


def check_facts(source: LoadedProtocol) -> tuple[Problem, ...]:
    """Report each fact that depends on itself."""
    facts, scores = _definitions(source.protocol)
    return tuple(
        Problem(
            code="P401",
            message=f"the fact '{id_}' rests on itself",
            location=location_of(source, f"facts.{id_}.when"),
        )
        for id_, condition in facts.items()
        if (FACTS, id_) in dependencies(condition, facts, scores)
    )


def check_guards(source: LoadedProtocol) -> tuple[Problem, ...]:
    """Report each guard that reads a later question, also through facts and scores."""
    p = source.protocol
    facts, scores = _definitions(p)
    order = {question.id: position for position, question in enumerate(p.questions)}
    found = []
    for question in p.questions:
        read = questions_read(question.ask_when, facts, scores)
        later = sorted(id_ for id_ in read if order[id_] >= order[question.id])
        if later:
            message = f"'{question.id}' is asked depending on '{later[0]}', which comes later"
            location = location_of(source, f"questions.{question.id}.ask_when")
            found.append(Problem(code="P402", message=message, location=location,
                                 hint="move one of them, or change the guard"))  # fmt: skip
    return tuple(found)


def _definitions(p: Protocol) -> tuple[dict[str, Condition], dict[str, Score]]:
    return {fact.id: fact.when for fact in p.facts}, {score.id: score for score in p.scores}
