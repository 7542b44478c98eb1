"""What an entry asks, as a program of its own that both front ends can ask.

It has no rules, so it has no result: an entry never says how soon to get help.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import Advice, Choice, Module, Points, Question, Score
from backtriage.protocol.texts import JOURNAL, TRIAGE, Section
from backtriage.render.page.advice import advice_name
from backtriage.render.page.phrasing import lower_first
from backtriage.terms.condition import Always
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NUMBER, SOME_OF

PLAN: Final = "plan"
"""The checklist of the plan, which is no question of a protocol; no id of one is written so."""

_ENTRY: Final = "entry"
_DAY: Final = "entry_day"


def checklist(program: Program, steps: Iterable[str]) -> Question | None:
    """Return the steps of somebody's plan as a list to tick, each with its evidence.

    Args:
        program: The protocol.
        steps: The ids of pieces of advice; those that are not there any more are left out.
    """
    advice = {each.id: each for each in program.advice}
    choices = tuple(_step(advice[step]) for step in steps if step in advice)
    if not choices:
        return None
    section = next(s.id for s in program.protocol.sections if s.part == JOURNAL)
    return Question(
        id=PLAN, section=section, kind=SOME_OF, choices=choices, allows_not_sure=False,
        text="Which parts of your plan did you do today?", short="Done of the plan",
        none="None of these today",
        why="It shows you and those who treat you what you tried. Nobody counts it, "
        "and it is no promise that it helps.",
    )  # fmt: skip


def _step(advice: Advice) -> Choice:
    name = advice_name(advice)
    strength = f" ({lower_first(advice.strength)})" if advice.strength else ""
    return Choice(id=advice.id, text=f"{name}{strength}", short=lower_first(name))


def entry_program(program: Program, questions: Iterable[Question], day: str = "") -> Program:
    """Return a program that asks each of these questions, in this order, and decides nothing.

    All of them stand under the title of the journal, whatever they are a part of otherwise.

    Args:
        program: The protocol.
        questions: What to ask.
        day: The day that is told, if that is not today; it stands in the title, but not above
            emergency signs.
    """
    parts = program.protocol.sections
    section, title = next(((s.id, s.title) for s in parts if s.part == JOURNAL), ("", ""))
    sections = (
        *(Section(id=each.id, title=each.title, part=TRIAGE) for each in parts),
        *([Section(id=_DAY, title=f"{title}, {day}", part=TRIAGE)] if day else ()),
    )

    def section_of(question: Question) -> str:
        # Signs are asked as of now, whatever day is told.
        is_of_day = day and not any(choice.opens for choice in question.choices)
        return _DAY if is_of_day else section

    asked = tuple(replace(q, ask_when=Always(), section=section_of(q)) for q in questions)
    counted = Score(id=_ENTRY, points=tuple(p for question in asked for p in _points(question)))
    # A module asks whatever its scores read.
    module = Module(
        id=_ENTRY, title="", show_up_to=Urgency.SAME_DAY, why_not="", counts=(_ENTRY,),
        verdicts=(),
    )  # fmt: skip
    protocol = replace(
        program.protocol, sections=sections, questions=asked, journal=(), facts=(), rules=(),
        scores=(counted,), advice=(), modules=(module,), notes=(), risk=(),
    )  # fmt: skip
    return build_program(protocol, program.digest)


def _points(question: Question) -> Iterator[Points]:
    """Yield a point for some answers but not for all, so that the score depends on the answer."""
    if question.kind == NUMBER:
        least = question.least
        yield Points(question=question.id, answer="", points=1, least=least, most=least)
        return
    ids = [choice.id for choice in question.choices] or ["yes"]
    for answer in ids if question.kind == SOME_OF else ids[:1]:
        yield Points(question=question.id, answer=answer, points=1)
