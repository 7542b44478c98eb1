"""Twice the input takes at most about twice the steps, counted: a sheet cannot stall a clinic."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Final

import pytest

from backtriage.decide.assessment import assess
from backtriage.program.sheet import MAX_BYTES, sheet_from_bytes
from backtriage.program.validate import validate
from backtriage.protocol.answer_parser import preview
from backtriage.render.problems import problem_lines
from backtriage.terms.urgency import Urgency
from tests.support.protocols import tiny

PROGRAM = tiny()
N: Final = 1_000
MOST: Final = 2.3
SHORT: Final = 40_000
"""In characters: a few screens, whatever a sheet holds."""

EMERGENCY = '"airway": ["breathing"]'


def flat(entries: str) -> str:
    return f"{{{EMERGENCY}, {entries}}}"


JSON: dict[str, Callable[[int], str]] = {
    "unknown keys": lambda n: flat(", ".join(f'"k{i}": 1' for i in range(n))),
    "nearly known keys": lambda n: flat(", ".join(f'"year{i}": 1' for i in range(n))),
    "unknown keys on lines": lambda n: flat(",\n".join(f'"k{i}": 1' for i in range(n))),
    "duplicate keys": lambda n: flat(", ".join(f'"k{i}": 1, "k{i}": 2' for i in range(n))),
    "one key many times": lambda n: flat(", ".join(['"days": "longer"'] * n)),
    "escaped quotes": lambda n: flat('"days": "' + '\\"' * n + '"'),
    "backslashes": lambda n: flat('"days": "' + "\\\\" * n + '"'),
    "words": lambda n: flat('"days": "' + "long er " * n + '"'),
    "doubt": lambda n: flat('"days": "' + "?" * n + '"'),
    "a long key": lambda n: flat('"' + "k" * n + '": 1'),
    "objects in objects": lambda n: flat('"a": [' + ", ".join(['{"b": {"c": 1}}'] * n) + "]"),
    "items in objects": lambda n: flat('"days": [' + ", ".join(['{"value": "x"}'] * n) + "]"),
    "spaces": lambda n: flat(" " * n + '"days": 1' + "\n" * n),
    "digits": lambda n: flat('"years": ' + "9" * n),
    "decimals": lambda n: flat('"years": 4.' + "9" * n),
    "strings": lambda n: flat('"more": [' + ", ".join(['"x:"'] * n) + "]"),
    "objects": lambda n: flat('"more": [' + ", ".join(['{"a": 1, "a": 2}'] * n) + "]"),
    "a long reference": lambda n: flat('"ref": "' + "x" * n + '"'),
}
LISTS: dict[str, Callable[[int], str]] = {
    "one item many times": lambda n: '{"airway": [' + ", ".join(['"drooling"'] * n) + "]}",
    "unknown items": lambda n: '{"airway": [' + ", ".join(f'"i{i}"' for i in range(n)) + "]}",
    "words in an item": lambda n: '{"airway": ["' + "no " * n + '"]}',
    "an item at the end": lambda n: '{"airway": [' + '"drooling?", ' * n + "1]}",
}
YAML: dict[str, Callable[[int], str]] = {
    "unknown keys": lambda n: f"{EMERGENCY}\n" + "\n".join(f"k{i}: 1" for i in range(n)),
    "duplicate keys": lambda n: (
        f"{EMERGENCY}\n" + "\n".join(f"k{i}: 1\nk{i}: 1" for i in range(n))
    ),
    "unknown keys on a line": lambda n: flat(", ".join(f"k{i}: 1" for i in range(n))),
    "aliases": lambda n: flat("more: [" + "*a, " * n + "]"),
    "anchors": lambda n: flat("more: [" + "&a x, " * n + "]"),
    "mappings in a list": lambda n: flat("more: [" + "a: ," * n + "]"),
    "items in a text": lambda n: flat("more: 1, days: '" + "longer;" * n + "'"),
    "lines in a text": lambda n: flat('days: "' + "x\n\n" * n + '"'),
    "comments": lambda n: "#\n" * n + flat("days: 1"),
}


def steps_of(action: Callable[[], object]) -> int:
    """Return how many functions an action calls, in Python and in C."""
    count = 0

    def on_event(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(on_event)
    try:
        action()
    finally:
        sys.setprofile(before)
    return count


def messages(data: bytes, *, is_yaml: bool) -> tuple[Urgency, str]:
    """Return the certain urgency of what is valid, and all that is said about the rest."""
    validated = validate(PROGRAM, sheet_from_bytes(data, "sheet", is_yaml=is_yaml))
    urgency = assess(PROGRAM, validated.answers).certain
    return urgency, problem_lines(validated.problems)


SHAPES = [(False, shape) for shape in (JSON | LISTS).values()]
SHAPES += [(True, shape) for shape in YAML.values()]
NAMES = [f"json: {name}" for name in JSON | LISTS] + [f"yaml: {name}" for name in YAML]


@pytest.mark.parametrize(("is_yaml", "shape"), SHAPES, ids=NAMES)
def test_twice_the_sheet_takes_twice_the_steps(
    is_yaml: bool,  # noqa: FBT001
    shape: Callable[[int], str],
) -> None:
    once, twice = shape(N).encode(), shape(2 * N).encode()
    _, said = messages(twice, is_yaml=is_yaml)  # imports and caches are not counted

    assert len(said) < SHORT
    steps = steps_of(lambda: messages(once, is_yaml=is_yaml))

    assert steps_of(lambda: messages(twice, is_yaml=is_yaml)) <= MOST * steps


@pytest.mark.exhaustive
@pytest.mark.parametrize(("is_yaml", "shape"), SHAPES, ids=NAMES)
def test_a_full_sheet_hides_no_emergency_and_says_little(
    is_yaml: bool,  # noqa: FBT001
    shape: Callable[[int], str],
) -> None:
    size = len(shape(2 * N)) - len(shape(N))
    text = shape(N * min(60, int(0.9 * MAX_BYTES) // size))

    urgency, said = messages(text.encode(), is_yaml=is_yaml)

    assert len(said) < SHORT
    assert urgency is Urgency.EMERGENCY or not text.startswith((f"{{{EMERGENCY}", EMERGENCY))


@pytest.mark.parametrize("digits", [1_000, 100_000])
def test_a_huge_number_is_not_written_out(digits: int) -> None:
    """Python needs seconds for that."""
    steps = steps_of(lambda: preview(10**digits))

    assert steps <= steps_of(lambda: preview(10)) + 5
    assert len(preview(10**digits)) < 60


def test_only_the_first_unknown_keys_get_a_suggestion() -> None:
    """No other is shown, and each is compared with every question."""
    data = json.dumps({f"years{i}" if i else "yeers": 1 for i in range(200)}).encode()

    problems = validate(PROGRAM, sheet_from_bytes(data, "sheet", is_yaml=False)).problems

    assert [problem.hint.startswith("did you mean") for problem in problems[:2]] == [True, False]
    assert len({problem.hint for problem in problems[50:]}) == 1
