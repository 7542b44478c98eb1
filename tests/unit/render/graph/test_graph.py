"""The dependency graph, compared with a walk over the conditions."""

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
from backtriage.protocol.parser import parse_condition
from backtriage.protocol.protocol import NamedFact
from backtriage.protocol.texts import Section
from backtriage.protocol.tokenizer import SymbolTable
from backtriage.render.graph.as_dot import as_dot
from backtriage.render.graph.as_mermaid import as_mermaid
from backtriage.render.graph.graph import (
    FACT,
    QUESTION,
    RULE,
    SCORE,
    Node,
    build_graph,
    shortened,
)
from backtriage.terms.condition import All, Always, Condition, Fact, Scores, condition_text, leaves
from backtriage.terms.urgency import Urgency
from tests.support.assessments import rule
from tests.support.protocols import SHIPPED, TINY, program_in
from tests.support.strategies import partial_sheets
from tests.support.tier import examples

PROGRAMS: Final = (program_in(TINY), program_in(SHIPPED))


def questions_in(program: Program, condition: Condition) -> set[str]:
    """The questions that a condition depends on."""
    questions: set[str] = set()
    for leaf in leaves(condition):
        if isinstance(leaf, Fact):
            questions |= questions_in(program, program.facts[leaf.fact])
        elif isinstance(leaf, Scores):
            questions |= {points.question for points in program.scores[leaf.score].points}
        elif not isinstance(leaf, Always):
            questions.add(leaf.question)
    return questions


def test_nodes_of_a_small_protocol() -> None:
    graph = build_graph(program_in(TINY))

    assert [node.id for node in graph.of(QUESTION)] == [
        "years", "airway", "days", "feverish", "fever_days"
    ]  # fmt: skip
    assert graph.nodes[QUESTION, "fever_days"] == Node(
        key=(QUESTION, "fever_days"), number=5, title="Days of fever", when="feverish",
        reads=((QUESTION, "feverish"),), section="main",
    )  # fmt: skip
    assert graph.nodes[FACT, "long_fever"].when == "fever_days >= 3 days"
    assert graph.nodes[SCORE, "signs"].when == "points for airway, feverish, days, years"
    assert graph.nodes[RULE, "fever_today"] == Node(
        key=(RULE, "fever_today"), number=2, title="A fever that stays needs a check.",
        when="long_fever or (feverish and years >= 65 years)", urgency=Urgency.SAME_DAY,
        reads=((FACT, "long_fever"), (QUESTION, "feverish"), (QUESTION, "years")),
    )  # fmt: skip
    assert graph.nodes[RULE, "home"].when == ""
    routine = [node.id for node in graph.of(RULE) if node.urgency is Urgency.ROUTINE]
    assert routine == ["stays_long", "child"]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.protocol.id)
def test_inputs_agree_with_a_walk_over_the_condition(program: Program) -> None:
    graph = build_graph(program)
    conditions = {(RULE, rule.id): rule.when for rule in program.rules}
    conditions |= {(QUESTION, q.id): q.ask_when for q in program.protocol.questions}

    for key, condition in conditions.items():
        questions, through = graph.inputs(graph.nodes[key])
        assert [node.id for node in questions] == [
            id_ for id_ in program.questions if id_ in questions_in(program, condition)
        ]
        assert all(node.kind in {FACT, SCORE} for node in through)


def test_a_fact_within_a_fact_is_listed_once() -> None:
    p = program_in(TINY).protocol
    twice = (*p.facts, NamedFact(id="twice", when=Fact("long_fever")))
    both = rule("both", Urgency.SOON, All((Fact("twice"), Fact("long_fever"))))
    graph = build_graph(build_program(replace(p, facts=twice, rules=(both,))))

    questions, through = graph.inputs(graph.nodes[RULE, "both"])

    assert [node.id for node in questions] == ["fever_days"]
    assert [node.id for node in through] == ["long_fever", "twice"]


def test_a_section_without_questions_is_not_drawn() -> None:
    p = program_in(TINY).protocol
    graph = build_graph(build_program(replace(
        p, sections=(Section(id="empty", title="Nothing here"), *p.sections)
    )))  # fmt: skip

    for draw in (as_mermaid, as_dot):
        assert draw(graph) == draw(build_graph(program_in(TINY))).replace("s0", "s1")


# -- shortened conditions -----------------------------------------------------------------


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
def test_tests_of_one_list_are_merged_where_that_means_the_same(text: str, shorter: str) -> None:
    assert shortened(text) == shorter


@cache
def conditions(folder: Path) -> tuple[tuple[Condition, Condition], ...]:
    """Each condition of a protocol, and what its shortened text parses to."""
    program = program_in(folder)
    protocol = program.protocol
    symbols = SymbolTable(
        questions=program.questions,
        facts=frozenset(program.facts),
        scores={score.id: sum(p.points for p in score.points) for score in protocol.scores},
    )
    units, pairs = protocol.units, []
    for condition in (
        *(question.ask_when for question in protocol.questions),
        *program.facts.values(),
        *(r.when for r in program.rules),
    ):
        if not isinstance(condition, Always):
            parsed, errors = parse_condition(shortened(condition_text(condition, units)), symbols)
            assert parsed is not None, errors
            pairs.append((condition, parsed))
    return tuple(pairs)


@settings(max_examples=examples(30), deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("folder", [TINY, SHIPPED], ids=lambda folder: str(folder.name))
def test_a_shortened_condition_means_the_same(folder: Path, data: st.DataObject) -> None:
    evaluation = Evaluation(program_in(folder), data.draw(partial_sheets(program_in(folder))))

    for condition, parsed in conditions(folder):
        assert evaluation.interval(parsed) == evaluation.interval(condition)
