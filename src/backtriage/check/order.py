"""Nothing waits on itself, and a guard reads only what was asked before."""

from __future__ import annotations

from collections.abc import Mapping

from backtriage.check.names import location_of, names_in
from backtriage.protocol.from_text import Source
from backtriage.protocol.protocol import Protocol
from backtriage.terms.condition import Condition
from backtriage.terms.problem import Problem


def check_facts(source: Source) -> tuple[Problem, ...]:
    """No fact rests on itself."""
    facts = {fact.id: fact.when for fact in source.protocol.facts}
    return tuple(
        Problem(
            code="P401",
            message=f"the fact '{id_}' rests on itself",
            location=location_of(source, f"facts.{id_}.when"),
        )
        for id_ in facts
        if id_ in _reached(facts[id_], facts)
    )


def _reached(condition: Condition, facts: Mapping[str, Condition]) -> set[str]:
    """Every name a condition rests on, through facts."""
    found: set[str] = set()
    waiting = list(names_in(condition))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += names_in(facts[name]) if name in facts else ()
    return found


def check_guards(source: Source) -> tuple[Problem, ...]:
    """A guard rests on earlier questions only, also through facts and scores."""
    p = source.protocol
    facts = {fact.id: fact.when for fact in p.facts}
    order = {question.id: at for at, question in enumerate(p.questions)}
    found = []
    for question in p.questions:
        reached = _questions_reached(p, question.ask_when, facts)
        later = sorted(name for name in reached if order[name] >= order[question.id])
        if later:
            message = f"'{question.id}' is asked depending on '{later[0]}', which comes later"
            location = location_of(source, f"questions.{question.id}.ask_when")
            found.append(Problem(code="P402", message=message, location=location,
                                 hint="move one of them, or change the guard"))  # fmt: skip
    return tuple(found)


def _questions_reached(p: Protocol, guard: Condition, facts: Mapping[str, Condition]) -> set[str]:
    reached = _reached(guard, facts)
    for score in p.scores:
        if score.id in reached:
            reached |= {points.question for points in score.points}
    return reached & {question.id for question in p.questions}
