"""A neighbourhood holds every path to its focus and from it, and nothing else."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from backtriage.program.program import build_program
from backtriage.render.graph.graph import (
    QUESTION,
    Edge,
    Graph,
    NodeKey,
    build_graph,
    names,
    neighbourhood,
)
from tests.support.graphs import shipped_graph, tiny_graph
from tests.support.protocols import TINY, program_in


def by_id(edges: tuple[Edge, ...]) -> list[str]:
    return [f"{start} > {stop}" for (_, start), (_, stop) in edges]


@pytest.mark.parametrize(
    ("id_", "edges"),
    [
        ("home", []),
        ("child", ["years > child"]),
        ("fever_today", ["long_fever > fever_today", "feverish > fever_today",
                         "years > fever_today", "fever_days > long_fever",
                         "feverish > fever_days"]),
        ("fever_days", ["feverish > fever_days", "fever_days > long_fever",
                        "long_fever > fever_today"]),
        ("feverish", ["feverish > fever_days", "feverish > signs", "feverish > fever_today",
                      "signs > stays_long"]),
        ("signs", ["airway > signs", "feverish > signs", "days > signs", "years > signs",
                   "signs > stays_long"]),
    ],
)  # fmt: skip
def test_edges_lead_back_to_questions_and_on_to_rules(id_: str, edges: list[str]) -> None:
    near = neighbourhood(tiny_graph(), id_)

    assert by_id(near.edges) == edges
    assert [node.id for node in near.focus] == [id_]
    ends = {id_, *(end for edge in edges for end in edge.split(" > "))}
    assert {node.id for node in near.nodes} == ends


def paths(graph: Graph, key: NodeKey, *, forward: bool) -> set[Edge]:
    """The edges on every path from a node, or to it: a naive recursion to compare with."""
    every = [(read, node.key) for node in graph.nodes.values() for read in node.reads]
    near, far = (0, 1) if forward else (1, 0)
    edges = {edge for edge in every if edge[near] == key}
    for edge in tuple(edges):
        if edge[far][0] != QUESTION:
            edges |= paths(graph, edge[far], forward=forward)
    return edges


def test_every_node_agrees_with_a_naive_recursion() -> None:
    for node in shipped_graph().nodes.values():
        near = neighbourhood(shipped_graph(), node.id)
        if len(near.focus) == 1:
            expected = paths(shipped_graph(), node.key, forward=True)
            expected |= paths(shipped_graph(), node.key, forward=False)
            expected |= {
                (read, other.key)
                for other in near.nodes
                for read in other.reads
                if other.kind == QUESTION and read in {node.key for node in near.nodes}
            }
            assert set(near.edges) == expected
            assert len(near.edges) == len(expected)


def test_a_rule_and_a_question_of_one_name_are_both_the_focus() -> None:
    p = program_in(TINY).protocol
    rules = tuple(replace(rule, id="days" if rule.id == "home" else rule.id) for rule in p.rules)

    near = neighbourhood(build_graph(build_program(replace(p, rules=rules))), "days")

    assert [node.kind for node in near.focus] == ["question", "rule"]
    assert by_id(near.edges) == ["days > signs", "days > stays_long", "signs > stays_long"]


def test_names_lists_questions_facts_scores_and_rules() -> None:
    assert names(tiny_graph()) == (
        "years", "airway", "days", "feverish", "fever_days", "long_fever", "signs",
        "cannot_breathe", "fever_today", "stays_long", "child", "home",
    )  # fmt: skip
