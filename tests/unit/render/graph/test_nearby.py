"""A neighbourhood holds every way to its subject and from it, and no more."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from backtriage.program.program import build_program
from backtriage.render.graph.graph import QUESTION, Graph, Key, graph_of
from backtriage.render.graph.nearby import Line, names, nearby
from tests.support.protocols import TINY, program_in
from tests.unit.render.graph.drawn import shipped, tiny


def said(lines: tuple[Line, ...]) -> list[str]:
    """Lines as words."""
    return [f"{one} > {other}" for (_, one), (_, other) in lines]


@pytest.mark.parametrize(
    ("id_", "lines"),
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
def test_around_one_part(id_: str, lines: list[str]) -> None:
    """Back to questions, and on to rules and to questions that are opened."""
    found = nearby(tiny(), id_)

    assert said(found.lines) == lines
    assert [part.id for part in found.about] == [id_]
    ends = {id_, *(end for line in lines for end in line.split(" > "))}
    assert {part.id for part in found.parts} == ends


def ways(graph: Graph, key: Key, *, on: bool) -> set[Line]:
    """The lines from a part, or to it, one after the other; told simply."""
    every = [(read, part.key) for part in graph.parts.values() for read in part.reads]
    near, far = (0, 1) if on else (1, 0)
    found = {line for line in every if line[near] == key}
    for line in tuple(found):
        if line[far][0] != QUESTION:
            found |= ways(graph, line[far], on=on)
    return found


def test_around_every_part() -> None:
    """The lines are those that lead to it or from it, and those of guards between them."""
    for part in shipped().parts.values():
        found = nearby(shipped(), part.id)
        if len(found.about) == 1:
            expected = ways(shipped(), part.key, on=True) | ways(shipped(), part.key, on=False)
            expected |= {
                (read, other.key)
                for other in found.parts
                for read in other.reads
                if other.sort == QUESTION and read in {one.key for one in found.parts}
            }
            assert set(found.lines) == expected
            assert len(found.lines) == len(expected)


def test_a_rule_may_have_the_name_of_a_question() -> None:
    """Both are drawn."""
    p = program_in(TINY).protocol
    rules = tuple(replace(rule, id="days" if rule.id == "home" else rule.id) for rule in p.rules)

    found = nearby(graph_of(build_program(replace(p, rules=rules))), "days")

    assert [part.sort for part in found.about] == ["question", "rule"]
    assert said(found.lines) == ["days > signs", "days > stays_long", "signs > stays_long"]


def test_every_name() -> None:
    """Questions, facts, scores and rules."""
    assert names(tiny()) == (
        "years", "airway", "days", "feverish", "fever_days", "long_fever", "signs",
        "cannot_breathe", "fever_today", "stays_long", "child", "home",
    )  # fmt: skip
