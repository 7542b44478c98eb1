"""Mutated rules and cases are a protocol, or problems with a place; never an exception."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.cases.loader import load_cases
from backtriage.check import check
from backtriage.decide.assessment import assess
from backtriage.program.program import build_program
from backtriage.render.problems import problem_lines
from backtriage.shell.files import ReadError
from backtriage.shell.rules_folder import decode, read_cases, read_rules
from backtriage.terms.answers import Answers
from backtriage.terms.printable import first_unprintable
from backtriage.terms.problem import NOT_LISTED, Problem, lines_of
from tests.support.protocols import ANKLE, SHIPPED, TINY, program_in
from tests.support.tier import examples
from tools.problem_codes import CATALOGUE

FOLDERS: Final = (TINY, TINY, ANKLE, SHIPPED)

HOSTILE: Final = (
    '"\\e[2J"', '"\\u202e"', "\u202e", "\u200b", "\x1b", "none", "always", "not_sure", "~", "''",
    "|", ">-", "- ", "[", "{", "*a", "&a b", "!!str x", "<<", "? ", "#", "9" * 30, "-1", "1e9",
    "2030-02-30", "yes", "no", "x" * 100, "\u0663", "(", ")", "or", "not", "{number}", "}", "\t",
    "\x85", "\u2028", "\ufeff", "\ud800",
)  # fmt: skip
"""What takes the place of a value."""

_VALUE: Final = re.compile(r"(?m)(?<=: )\S.*$|(?<=- )\S.*$")
_KEY: Final = re.compile(r"(?m)^ *(?:- )?(\w+)(?=:)")


@cache
def original(folder: Path, what: str) -> Mapping[str, str]:
    return read_rules(folder) if what == "rules" else read_cases(folder)


@cache
def spans(text: str, pattern: re.Pattern[str]) -> tuple[tuple[int, int], ...]:
    return tuple(match.span(match.lastindex or 0) for match in pattern.finditer(text))


def mutated(draw: st.DrawFn, text: str) -> str:
    """Change a text in one place: its values, keys, lines or indentation."""
    lines = text.split("\n")
    at, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    how = draw(st.sampled_from(["value", "key", "drop", "double", "move", "indent", "characters"]))
    if how in {"value", "key"}:
        places = spans(text, _VALUE if how == "value" else _KEY)
        start, end = draw(st.sampled_from(places))
        first, last = draw(st.sampled_from(places))
        new = draw(st.sampled_from(HOSTILE) | st.just(text[first:last]) | st.text(max_size=5))
        return text[:start] + new + text[end:]
    if how == "drop":
        del lines[at : at + draw(st.integers(1, 6))]
    elif how == "double":
        lines[other:other] = lines[at : at + draw(st.integers(1, 6))]
    elif how == "move":
        lines.insert(other, lines.pop(at))
    elif how == "indent":
        lines[at] = draw(st.sampled_from(["", "  ", "    ", "- ", "\t"])) + lines[at].lstrip()
    else:
        start = draw(st.integers(0, len(text)))
        middle = draw(st.sampled_from(HOSTILE) | st.text(max_size=5))
        return text[:start] + middle + text[start + draw(st.integers(0, 9)) :]
    return "\n".join(lines)


@st.composite
def mutated_texts(draw: st.DrawFn, what: str) -> tuple[Path, dict[str, str]]:
    """A folder, and its files with a few mutations."""
    folder = draw(st.sampled_from(FOLDERS))
    texts = dict(original(folder, what))
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(texts)))
        texts[name] = mutated(draw, texts[name])
    return folder, texts


def check_problems(problems: tuple[Problem, ...], texts: Mapping[str, str]) -> None:
    """Assert that every problem has a place in the texts, and is safe to print."""
    for problem in problems:
        place = problem.location
        assert problem.code in CATALOGUE
        assert place.file in {*texts, "protocol.yaml"} or problem.code == NOT_LISTED
        assert 0 <= place.line <= len(lines_of(texts.get(place.file, "")))
    written = problem_lines(problems)
    assert all(line.isprintable() for line in written.splitlines())


def check_texts(value: object) -> None:
    """Assert that no text in some data has a character that does not print."""
    if isinstance(value, str):
        assert first_unprintable(value) is None
    elif isinstance(value, dict):
        check_texts([*value, *value.values()])
    elif isinstance(value, list | tuple):
        for part in value:
            check_texts(part)


@settings(max_examples=examples(120))
@given(mutated_texts("rules"))
def test_mutated_rules_are_a_protocol_or_problems(drawn: tuple[Path, dict[str, str]]) -> None:
    """What passes can be run, and prints."""
    _, texts = drawn
    source, problems = check(texts)

    check_problems(problems, texts)
    assert source is not None or problems
    if source is not None and not problems:
        check_texts(msgspec.to_builtins(source.protocol))
        assess(build_program(source.protocol), Answers())


@settings(max_examples=examples(120))
@given(mutated_texts("cases"))
def test_mutated_cases_are_cases_or_problems(drawn: tuple[Path, dict[str, str]]) -> None:
    folder, texts = drawn
    cases, problems = load_cases(program_in(folder), texts)

    check_problems(problems, texts)
    assert cases or problems


@given(
    data=st.data(),
    replacement=st.binary(max_size=4),
    length=st.integers(0, 4),
    folder=st.sampled_from([TINY, ANKLE]),
)
def test_mutated_bytes_are_text_or_an_error(
    data: st.DataObject, replacement: bytes, length: int, folder: Path
) -> None:
    texts = dict(original(folder, "rules"))
    raw = texts["protocol.yaml"].encode()
    at = data.draw(st.integers(0, len(raw)))
    with suppress(ReadError):
        texts["protocol.yaml"] = decode(raw[:at] + replacement + raw[at + length :], "a")
        check_problems(check(texts)[1], texts)
