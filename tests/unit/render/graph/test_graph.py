"""What reads what: told once by the graph, and a second time by walking conditions."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.decide.evaluate import Evaluation
from backtriage.program.program import Program, build_program
from backtriage.protocol.condition_text import condition_text, units_of
from backtriage.protocol.parser import parse
from backtriage.protocol.protocol import NamedFact, Titled
from backtriage.protocol.tokenizer import SymbolTable
from backtriage.render.graph.as_mermaid import as_mermaid
from backtriage.render.graph.as_svg import as_svg
from backtriage.render.graph.graph import FACT, QUESTION, RULE, SCORE, Part, folded, graph_of
from backtriage.terms.condition import All, Always, Condition, Fact, Scores, leaves
from backtriage.terms.urgency import Urgency
from tests.support.assessments import rule
from tests.support.protocols import SHIPPED, TINY, program_in
from tests.support.strategies import partial_sheets
from tests.support.tier import examples

PROGRAMS: Final = (program_in(TINY), program_in(SHIPPED))


def asked_by(program: Program, condition: Condition) -> set[str]:
    """The questions that a condition reads in the end."""
    found: set[str] = set()
    for leaf in leaves(condition):
        if isinstance(leaf, Fact):
            found |= asked_by(program, program.facts[leaf.fact])
        elif isinstance(leaf, Scores):
            found |= {points.question for points in program.scores[leaf.score].points}
        elif not isinstance(leaf, Always):
            found.add(leaf.question)
    return found


def test_each_part_of_a_small_protocol() -> None:
    """Its kind, number and words, and what it names itself."""
    graph = graph_of(program_in(TINY))

    assert [part.id for part in graph.of(QUESTION)] == [
        "years", "airway", "days", "feverish", "fever_days"
    ]  # fmt: skip
    assert graph.parts[QUESTION, "fever_days"] == Part(
        key=(QUESTION, "fever_days"), number=5, title="Days of fever", when="feverish",
        reads=((QUESTION, "feverish"),), section="main",
    )  # fmt: skip
    assert graph.parts[FACT, "long_fever"].when == "fever_days >= 3 days"
    assert graph.parts[SCORE, "signs"].when == "points for airway, feverish, days, years"
    assert graph.parts[RULE, "fever_today"] == Part(
        key=(RULE, "fever_today"), number=2, title="A fever that stays needs a check.",
        when="long_fever or (feverish and years >= 65 years)", urgency=Urgency.SAME_DAY,
        reads=((FACT, "long_fever"), (QUESTION, "feverish"), (QUESTION, "years")),
    )  # fmt: skip
    assert graph.parts[RULE, "home"].when == ""
    assert [part.id for part in graph.rules(Urgency.ROUTINE)] == ["stays_long", "child"]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.protocol.id)
def test_what_every_part_reads(program: Program) -> None:
    """The questions, through facts and scores, and the other way round."""
    graph = graph_of(program)
    conditions = {(RULE, one.id): one.when for one in program.rules}
    conditions |= {(QUESTION, q.id): q.ask_when for q in program.protocol.questions}

    for key, condition in conditions.items():
        asked, through = graph.read_by(graph.parts[key])
        assert [part.id for part in asked] == [
            id_ for id_ in program.questions if id_ in asked_by(program, condition)
        ]
        assert all(part.sort in {FACT, SCORE} for part in through)
    for question in graph.of(QUESTION):
        assert [part.id for part in graph.readers(question)] == [
            one.id for one in program.rules if question.id in asked_by(program, one.when)
        ]


def test_a_fact_within_a_fact() -> None:
    """It is gone through once, however many ways lead there."""
    p = program_in(TINY).protocol
    twice = (*p.facts, NamedFact(id="twice", when=Fact("long_fever")))
    both = rule("both", Urgency.SOON, All((Fact("twice"), Fact("long_fever"))))
    graph = graph_of(build_program(replace(p, facts=twice, rules=(both,))))

    asked, through = graph.read_by(graph.parts[RULE, "both"])

    assert [part.id for part in asked] == ["fever_days"]
    assert [part.id for part in through] == ["long_fever", "twice"]


def test_a_section_that_asks_nothing_is_not_drawn() -> None:
    """Neither as text nor as a picture."""
    p = program_in(TINY).protocol
    graph = graph_of(build_program(replace(
        p, sections=(Titled(id="empty", title="Nothing here"), *p.sections)
    )))  # fmt: skip

    assert as_mermaid(graph) == as_mermaid(graph_of(program_in(TINY))).replace("s0", "s1")
    assert as_svg(graph) == as_svg(graph_of(program_in(TINY)))


# -- conditions in fewer words ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shorter"),
    [
        ("a includes x or a includes y or b", "a includes any of (x, y) or b"),
        ("c and (a includes x or a includes y)", "c and (a includes any of (x, y))"),
        ("a includes x and a includes y", "a includes all of (x, y)"),
        ("none of (a includes x, a includes y)", "a includes none of (x, y)"),
        ("none of (a includes x, b includes y)", "none of (a includes x, b includes y)"),
        ("at least 2 of (a includes x, a includes y, a includes z)",
         "a includes at least 2 of (x, y, z)"),
        ("at least 2 of (a includes x, a includes y, b)",
         "at least 2 of (a includes x, a includes y, b)"),
        ("a includes x or b includes y", "a includes x or b includes y"),
        ("a includes x or aa includes y", "a includes x or aa includes y"),
    ],
)  # fmt: skip
def test_items_of_one_list_are_said_together(text: str, shorter: str) -> None:
    """Only where that means the same."""
    assert folded(text) == shorter


@cache
def conditions(folder: Path) -> tuple[tuple[Condition, Condition], ...]:
    """Each condition of a protocol, and how its shorter text is understood."""
    program = program_in(folder)
    protocol = program.protocol
    symbols = SymbolTable(
        questions=program.questions,
        facts=frozenset(program.facts),
        scores={score.id: sum(p.points for p in score.points) for score in protocol.scores},
    )
    units, found = units_of(protocol), []
    for condition in (
        *(question.ask_when for question in protocol.questions),
        *program.facts.values(),
        *(one.when for one in program.rules),
    ):
        if not isinstance(condition, Always):
            again, faults = parse(folded(condition_text(condition, units)), symbols)
            assert again is not None, faults
            found.append((condition, again))
    return tuple(found)


@settings(max_examples=examples(30), deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("folder", [TINY, SHIPPED], ids=lambda folder: str(folder.name))
def test_fewer_words_mean_the_same(folder: Path, data: st.DataObject) -> None:
    """The shorter text is in the language of the rules, and true of the same people."""
    evaluation = Evaluation(program_in(folder), data.draw(partial_sheets(program_in(folder))))

    for condition, again in conditions(folder):
        assert evaluation.interval(again) == evaluation.interval(condition)
