"""No character that does not print gets through the rules files to a terminal."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtriage.check import check
from backtriage.protocol.loader.nodes import MappingNode, Node, ScalarNode
from backtriage.protocol.loader.strict_yaml import read_yaml
from backtriage.terms.printable import first_unprintable, name_of
from tests.support.process import invoke
from tests.support.protocols import TINY
from tests.support.sound import SOUND, changed

RAW = (
    "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069",
    "\u200e", "\u200f", "\u061c", "\u200b", "\u200d", "\u00ad", "\ufeff", "\u2028", "\u2029",
    "\x85", "\u3000", "\u3164", "\u115f", "\u1160", "\u2800", "\uffa0", "\u034f", "\ufe0f",
    "\ue000", "\U000e0041", "\U000fffff",
)  # fmt: skip
"""Directions, invisible ones, odd spaces and line breaks, and those without a meaning."""

CONTROLS = ("\x00", "\x07", "\x08", "\r", "\x1b", "\x7f", "\x9b", "\x9d")
"""YAML refuses them as they are, except the first as an escape, and a line break."""

HARMLESS = ("\t", "\n", "\xa0", "\u202f", "é", "\u05d0", "\u0645", "\N{GRINNING FACE}", "\\", '"')


def scalars(node: Node | None) -> list[ScalarNode]:
    """Return every text and key in a tree."""
    found: list[ScalarNode] = []
    stack = [node]
    while stack:
        top = stack.pop()
        if isinstance(top, ScalarNode):
            found.append(top)
        elif isinstance(top, MappingNode):
            stack += [part for pair in top.of for part in pair]
        elif top is not None:
            stack += top.of
    return found


def codes(text: str) -> list[tuple[str, str, int]]:
    """Return the code, the message and the line of each problem of some rules."""
    _, problems = read_yaml(text, "a.yaml", flow=False)
    return [(p.code, p.message, p.location.line) for p in problems]


def escaped(character: str) -> str:
    return f"\\U{ord(character):08x}"


@pytest.mark.parametrize("character", RAW, ids=name_of)
def test_it_is_refused_as_it_is(character: str) -> None:
    """Also in a comment, where it may hide from a reviewer what is a comment and what is not."""
    for text in ("a: b{}c", "a: 'b{}c'", 'a: "b{}c"', "a{}: b", "a: b # {}", "a: >-\n  b{}c",
                 "a: |\n  b{}c", "# {}\na: b"):  # fmt: skip
        written = text.format(character)
        line = written[: written.index(character)].count("\n") + 1
        said = [entry for entry in codes(written) if entry[0] == "P116"]
        assert said == [("P116", f"the character {name_of(character)} does not print", line)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a: b\r# c\n", [1]),
        ("# x\ra: b\n", [1]),
        ("a: b\n# x\n  # y\r    # c: d\n", [3]),
        ("a: b\r\r\n", [1]),
        ("a: b\r", [1]),
        ("a: b\rc: d\re: f\r", [1, 2, 3]),
        ("a: b\r\nc: d\r\n", []),
    ],
)
def test_a_carriage_return_ends_no_line_alone(text: str, lines: list[int]) -> None:
    """Many editors do not show it, and show what follows at another place, or not at all."""
    message = "the character <U+000D> does not print"
    assert codes(text) == [("P116", message, line) for line in lines]


@pytest.mark.parametrize("character", [*RAW, *CONTROLS], ids=name_of)
def test_it_is_refused_as_an_escape(character: str) -> None:
    for text in ('a: "b{}c"', '"a{}": b', 'a:\n  - "b{}"'):
        written = text.format(escaped(character))
        line = written.count("\n") + 1
        message = f"the character {name_of(character)} does not print"
        assert codes(written) == [("P116", message, line)]


@pytest.mark.parametrize("escape", ["\\e", "\\0", "\\a", "\\b", "\\v", "\\f", "\\r", "\\N", "\\L",
                                    "\\P", "\\x1b", "\\u202e", "\\ud800"])  # fmt: skip
def test_every_notation_of_an_escape_is_understood(escape: str) -> None:
    _, problems = read_yaml(f'a: "{escape}"', "a.yaml", flow=False)

    assert [problem.code for problem in problems] in (["P116"], ["P101"])


@pytest.mark.parametrize("character", HARMLESS, ids=name_of)
def test_what_is_harmless(character: str) -> None:
    assert codes(f'a: "b{escaped(character)}c"') == []
    assert codes(f"a: |\n  b{character}  c\n") == []


def test_a_sheet_has_its_own_rules() -> None:
    assert read_yaml('a: "\\e"', "a.yaml", flow=True)[1] == ()


def test_no_text_and_no_key_of_a_protocol_is_exempt() -> None:
    """Each in turn gets an escape sequence."""
    root, _ = read_yaml(SOUND, "protocol.yaml", flow=False)
    lines = SOUND.splitlines()
    for scalar in scalars(root):
        at = scalar.location
        before, rest = lines[at.line - 1][: at.column - 1], lines[at.line - 1][at.column - 1 :]
        assert rest.startswith(scalar.text)
        hostile = f"{before}{json.dumps(scalar.text + chr(27))}{rest[len(scalar.text) :]}"
        text = "\n".join([*lines[: at.line - 1], hostile, *lines[at.line :]])
        assert [(code, line) for code, _, line in codes(text)] == [("P116", at.line)]


def test_line_breaks_and_tabs_become_blanks() -> None:
    """A text has no lines of its own, on which it could imitate the page around it."""
    odd = '"Is one\\n\\n   leg\\tweak?\\n"'
    source, problems = check({"protocol.yaml": changed("Is one leg weak?", odd)})

    assert problems == ()
    assert source is not None
    assert "Is one leg weak?" in [question.text for question in source.protocol.questions]


@given(text=st.text(max_size=20))
def test_no_checked_text_has_a_character_that_does_not_print(text: str) -> None:
    escapes = "".join(escaped(c) for c in text if not "\ud800" <= c <= "\udfff")
    root, problems = read_yaml(f'a: "{escapes}"', "a.yaml", flow=False)

    shown = text.replace("\n", "").replace("\t", "")
    if not problems:
        assert first_unprintable(shown) is None
        assert scalars(root)[0].text == text
    else:
        assert first_unprintable(shown) is not None


@pytest.mark.parametrize("command", [("rules", "check"), ("assess", "-"), ("rules", "show")])
def test_the_terminal_never_sees_it(tmp_path_factory: pytest.TempPathFactory,
                                    command: tuple[str, ...]) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("rules")
    text = (TINY / "protocol.yaml").read_text(encoding="utf-8")
    hostile = text.replace("word: EMERGENCY", 'word: "\\e[2JAll is well\\u202e"')
    assert hostile != text
    (folder / "protocol.yaml").write_text(f"{hostile}# \u202e\n", encoding="utf-8")

    ran = invoke(*command, "--rules", folder, given=b"{}")

    assert "P116 the character <U+001B> does not print" in ran.err
    assert "P116 the character <U+202E> does not print" in ran.err
    assert ran.err.replace("\n", "").isprintable()
    assert (ran.code, ran.out) == (78, b"")
