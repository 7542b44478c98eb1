"""Questions, scores and one-rule programs, for tests of how answers are evaluated."""

from __future__ import annotations

from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import Choice, Points, Question, Rule
from backtriage.terms.condition import Condition
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import YES_NO
from tests.support.strategies import everybody, frame


def question(id_: str, kind: str = YES_NO, **fields: object) -> Question:
    """Return a question with placeholder texts."""
    texts: dict[str, object] = {"section": "main", "text": "?", "short": "it", "why": "A test."}
    return Question(id=id_, kind=kind, **{**texts, **fields})  # type: ignore[arg-type]


def choices(*ids: str) -> tuple[Choice, ...]:
    return tuple(Choice(id=id_, text=f"{id_}.", short=id_) for id_ in ids)


def points(question_: str, **answers: int) -> tuple[Points, ...]:
    """Return the points of some answers to a question."""
    return tuple(Points(question=question_, answer=a, points=p) for a, p in answers.items())


def emergency_program(*questions: Question, when: Condition, **parts: object) -> Program:
    """Return a program whose only rule is an emergency, or the same day in doubt."""
    rule = Rule(id="rule", urgency=Urgency.EMERGENCY, when=when, if_unsure=Urgency.SAME_DAY,
                because="So.", come_back="You do.")  # fmt: skip
    return build_program(frame(questions=questions, rules=(rule, everybody()), **parts))
