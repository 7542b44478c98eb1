"""The strict subset of YAML: nodes, locations and refused features."""

from __future__ import annotations

import pytest

from backtriage.protocol.loader.nodes import MappingNode, Node, ScalarNode, SequenceNode
from backtriage.protocol.loader.strict_yaml import read_yaml
from backtriage.terms.problem import Location


def plain(node: Node | None) -> object:
    """Return a node without its locations."""
    if isinstance(node, ScalarNode):
        return node.text
    if isinstance(node, SequenceNode):
        return [plain(one) for one in node.of]
    return {key.text: plain(one) for key, one in node.of} if node is not None else None


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (
            "a: yes\nb: 12:30\nc: 0x1F\nd: null\ne: ~\nf:\ng: 1e3\n",
            {"a": "yes", "b": "12:30", "c": "0x1F", "d": "null", "e": "", "f": "", "g": "1e3"},
        ),
        ("a: '~'\nb: \"\"\n", {"a": "~", "b": ""}),
        ("a:\n  - b\n  - c: d\n    e: f\n", {"a": ["b", {"c": "d", "e": "f"}]}),
        ("a: >-\n  one\n  two\n", {"a": "one two"}),
        ("a: |\n  one\n  two\n", {"a": "one\ntwo\n"}),
        ("a: one\n  two # why\n", {"a": "one two"}),
        ("---\na: b\n...\n", {"a": "b"}),
        ("", None),
        ("# nothing\n", None),
        ("word", "word"),
    ],
)
def test_every_scalar_is_text(text: str, content: object) -> None:
    root, problems = read_yaml(text, "a.yaml", flow=False)
    assert problems == ()
    assert plain(root) == content


def test_flow_style_in_sheets() -> None:
    root, problems = read_yaml("{a: [b, c], d: e}", "a.yaml", flow=True)
    assert problems == ()
    assert plain(root) == {"a": ["b", "c"], "d": "e"}


def test_the_depth_of_what_can_be_no_answer_is_not_kept() -> None:
    """A sheet of it would take a thousand times its size."""
    text = "{a: [b, {c: d, e: [f]}, [g, [h]], i], j: {k: {l: {m: q}}}, n: o, j: [p: ]}"
    root, _ = read_yaml(text, "a.yaml", flow=True)
    assert isinstance(root, MappingNode)
    assert plain(root) == {"a": ["b", {"c": "d", "e": []}, ["g", []], "i"], "n": "o"}
    assert [plain(node) for _, node in root.repeated] == [{"k": {"l": {}}}, [{"p": ""}]]

    for deep in ("a: " + "[" * 50, "a: [" + "{b: " * 60):
        _, (problem,) = read_yaml(deep, "a.yaml", flow=True)
        assert (problem.code, problem.message) == ("P103", "nested more than 50 deep")


def test_nodes_have_locations() -> None:
    root, _ = read_yaml('a:\n  - "b"\n', "a.yaml", flow=False)
    first, second = "a:", '  - "b"'
    assert root == MappingNode(
        of=(
            (
                ScalarNode("a", Location(file="a.yaml", line=1, column=1, excerpt=first)),
                SequenceNode(
                    of=(
                        ScalarNode(
                            "b",
                            Location(file="a.yaml", line=2, column=5, excerpt=second, caret=4),
                        ),
                    ),
                    location=Location(
                        file="a.yaml", line=2, column=3, excerpt=second, caret=2, length=1
                    ),
                    is_open=True,
                ),
            ),
        ),
        location=Location(file="a.yaml", line=1, column=1, excerpt=first, length=1),
        is_open=True,
    )


def test_what_further_lines_add_to_is_open() -> None:
    text = "a: b\nc:\n  d\ne: f\n  g\nh: |\n  i\nj: 'k\n  l'\nm: [n,\n  o]\np:\n- q\nr:\n  s: t\n"
    root, _ = read_yaml(text, "a.yaml", flow=True)
    assert isinstance(root, MappingNode)
    assert {key.text for key, node in root.of if node.is_open} == {"e", "h", "p", "r"}


@pytest.mark.parametrize(
    ("text", "content", "said"),
    [
        (
            "a: b: c",
            None,
            [("P101", 1, 5, "this is not YAML: mapping values are not allowed in this context")],
        ),
        (
            "a: b\nc\nd: e\n",
            None,
            [("P101", 2, 1, "this is not YAML: could not find expected ':'")],
        ),
        (
            "a: \tb\n\tc: d",
            None,
            [("P101", 2, 1, "this is not YAML: found a tab character that violates indentation")],
        ),
        (
            "[",
            None,
            [
                ("P104", 1, 1, "brackets and braces are not allowed in rules"),
                ("P101", 1, 2, "this is not YAML: did not find expected node content"),
            ],
        ),
        ("a: 'b", None, [("P101", 1, 6, "this is not YAML: found unexpected end of stream")]),
        (
            "a: \x07",
            None,
            [("P101", 1, 4, "this is not YAML: the character U+0007 is not allowed")],
        ),
        (
            "a:\u2028 \ud800",
            None,
            [("P101", 2, 2, "this is not YAML: the character U+D800 is not allowed")],
        ),
        ("a: &b c", {"a": "c"}, [("P102", 1, 4, "anchors are not allowed")]),
        ("a: *b", {"a": "*b"}, [("P102", 1, 4, "aliases are not allowed")]),
        ("*b", "*b", [("P102", 1, 1, "aliases are not allowed")]),
        ("a: !!str b", {"a": "b"}, [("P102", 1, 4, "tags are not allowed")]),
        ("a: ! b", {"a": "b"}, [("P102", 1, 4, "tags are not allowed")]),
        ("a: &b\n  - c", {"a": ["c"]}, [("P102", 1, 4, "anchors are not allowed")]),
        ("<<: b", {}, [("P102", 1, 1, "merge keys are not allowed")]),
        ("%YAML 1.1\n---\na: b", {"a": "b"}, [("P102", 1, 1, "directives are not allowed")]),
        ("%TAG ! x\n---\na: b", {"a": "b"}, [("P102", 1, 1, "directives are not allowed")]),
        (
            "a: b\n%TAG ! x\nc: d",
            {"a": "b", "c": "d"},
            [("P102", 2, 1, "directives are not allowed")],
        ),
        (
            "\ufeff\ufeff%TAG ! x\n---\na: b",
            {"a": "b"},
            [
                ("P116", 1, 1, "the character <U+FEFF> does not print"),
                ("P102", 1, 3, "directives are not allowed"),
            ],
        ),
        ("a: b\n---\nc: d", {"a": "b"}, [("P102", 2, 1, "a second document starts here")]),
        ("- " * 51 + "a", None, [("P103", 1, 101, "nested more than 50 deep")]),
        ("a: [b]", {"a": ["b"]}, [("P104", 1, 4, "brackets and braces are not allowed in rules")]),
        (
            "a: {b: c}",
            {"a": {"b": "c"}},
            [("P104", 1, 4, "brackets and braces are not allowed in rules")],
        ),
        ("? - a\n: b", {}, [("P105", 1, 3, "a key must be a word")]),
        ("a: b\na: c\nd: e", {"d": "e"}, [("P106", 2, 1, "'a' appears twice here")]),
        (
            "a: b\na: c\na: d",
            {},
            [("P106", 2, 1, "'a' appears twice here"), ("P106", 3, 1, "'a' appears twice here")],
        ),
    ],
)
def test_refused_features(
    text: str, content: object, said: list[tuple[str, int, int, str]]
) -> None:
    """The rest of the document is still read."""
    root, problems = read_yaml(text, "a.yaml", flow=False)
    assert plain(root) == content
    found = [(p.code, p.location.line, p.location.column, p.message) for p in problems]
    assert found == said


def test_fifty_levels() -> None:
    root, problems = read_yaml("- " * 50 + "a", "a.yaml", flow=False)
    assert problems == ()
    assert isinstance(root, SequenceNode)


def test_excerpt_of_a_long_line() -> None:
    _, (problem,) = read_yaml("a: [" + "b, " * 200 + "*c, d]", "a.yaml", flow=True)
    location = problem.location
    assert (location.line, location.column) == (1, 605)
    assert location.excerpt[location.caret : location.caret + 2] == "*c"
    assert len(location.excerpt) < 200
