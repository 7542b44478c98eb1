"""Whatever comes through a door: problems, never exceptions, and never a long wait."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.check import check
from backtriage.decide.assessment import assess
from backtriage.program.as_json import from_json, to_json
from backtriage.program.program import Program, build_program
from backtriage.program.sheet import sheet_from_bytes
from backtriage.program.validate import ValidatedSheet, validate
from backtriage.protocol.answer_parser import InvalidAnswer, parse_answer
from backtriage.protocol.codes import CATALOGUE
from backtriage.protocol.loader.loader import parse_protocol
from backtriage.protocol.loader.strict_yaml import read_yaml
from backtriage.protocol.parser import parse_condition
from backtriage.protocol.protocol import Protocol
from backtriage.protocol.tokenizer import SymbolTable
from backtriage.render.problems import problem_lines
from backtriage.terms.location import lines_of
from backtriage.terms.problem import Problem
from tests.support.tier import examples

RULES = Path(__file__).parents[2] / "rules" / "back_pain"
TINY = Path(__file__).parents[1] / "data" / "protocols" / "sore_throat" / "protocol.yaml"

MANY = settings(max_examples=examples(120))
SECONDS = 5.0
"""Far more than any of these needs; a loop that grows with the square needs hours."""


@cache
def texts() -> dict[str, str]:
    """The rules that ship, by file."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(RULES.glob("*.yaml"))}


@cache
def protocol(file: Path = TINY) -> Protocol:
    """A small protocol."""
    source, problems = parse_protocol({"protocol.yaml": file.read_text(encoding="utf-8")})
    assert source is not None, problems
    return source.protocol


@cache
def program() -> Program:
    """A small protocol, ready to run."""
    return build_program(protocol())


@cache
def symbols() -> SymbolTable:
    """The names of a small protocol."""
    p = protocol()
    return SymbolTable(
        questions={question.id: question for question in p.questions},
        facts=frozenset(fact.id for fact in p.facts),
        scores={"signs": 6},
    )


def sound(problems: tuple[Problem, ...]) -> None:
    """Every problem can be looked up and written down."""
    for problem in problems:
        assert problem.code in CATALOGUE
        assert problem.message
        assert problem.location.caret >= 0
    written = problem_lines(problems)
    assert written.encode("utf-8")
    assert all(line.isprintable() for line in written.splitlines())


# -- YAML and rules --------------------------------------------------------------------------

SNIPPETS = st.sampled_from(
    [
        "a",
        "b",
        ":",
        ": ",
        "- ",
        "\n",
        "\n  ",
        "\n- ",
        "? ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "&x ",
        "*x",
        "!!str ",
        "!",
        "<<: ",
        "%YAML 1.1\n",
        "---\n",
        "...\n",
        "#",
        " #",
        "|",
        ">",
        ">-\n  ",
        "'",
        '"',
        "\\",
        "\t",
        "\r",
        "\x00",
        "\x85",
        "\u2028",
        "\ufeff",
        "\ud800",
        "é",
        "\U0001f600",
        "~",
        "null",
        "@",
        "`",
        "\x07",
        "\xa0",
        "yes",
        "id: ",
        "rules:\n",
        "protocol:\n",
    ]
)
SOUP = st.lists(SNIPPETS | st.text(max_size=5), max_size=40).map("".join)


@MANY
@given(text=SOUP, flow=st.booleans())
def test_any_text_is_read_as_yaml_or_refused(text: str, flow: bool) -> None:  # noqa: FBT001
    """A node or problems, and a place that lies in the text."""
    _, problems = read_yaml(text, "soup.yaml", flow=flow)
    sound(problems)
    lines = lines_of(text)
    assert all(1 <= problem.location.line <= len(lines) for problem in problems)


@MANY
@given(text=SOUP)
def test_any_text_is_rules_or_problems(text: str) -> None:
    """`parse_protocol` and `check` name what is wrong with any folder."""
    source, problems = check({"protocol.yaml": text, "more.yaml": text})
    assert source is None
    assert problems
    sound(problems)


@st.composite
def mutilated(draw: st.DrawFn) -> dict[str, str]:
    """The real rules with a few stretches cut out, doubled, moved or overwritten."""
    found = dict(texts())
    for _ in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from(sorted(found)))
        text = found[name]
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 60)))
        middle = draw(
            st.sampled_from(["", text[start:end] * 2, "\n"]) | SNIPPETS | st.text(max_size=9)
        )
        found[name] = text[:start] + middle + text[end:]
    if draw(st.integers(0, 9)) == 0:
        del found[draw(st.sampled_from(sorted(found)))]
    return found


@settings(max_examples=examples(20))
@given(changed=mutilated())
def test_mutilated_rules_are_rules_or_problems(changed: dict[str, str]) -> None:
    """A slip anywhere in the real rules is a protocol again or problems that can be printed."""
    source, problems = check(changed)
    assert source is not None or problems
    sound(problems)


WORDS = st.sampled_from(
    [
        "years",
        "airway",
        "days",
        "feverish",
        "fever_days",
        "long_fever",
        "signs",
        "breathing",
        "longer",
        "and",
        "or",
        "not",
        "is",
        "one",
        "of",
        "any",
        "all",
        "none",
        "at",
        "least",
        "includes",
        "(",
        ")",
        ",",
        "<",
        "<=",
        ">",
        ">=",
        "=",
        "0",
        "2",
        "65",
        "1.5",
        "9" * 30,
        "999999999",
        "always",
        "xyz",
        "٣",
        "Ⅷ",
        "\x00",
        "\ud800",
        "65.0000000000000000000000000000001",
    ]
)


@MANY
@given(text=st.lists(WORDS | st.text(max_size=3), max_size=14).map(" ".join))
def test_any_words_are_a_condition_or_faults(text: str) -> None:
    """A tree or faults, never both and never neither, and each fault lies in the text."""
    tree, faults = parse_condition(text, symbols())
    assert (tree is None) == bool(faults)
    for fault in faults:
        assert fault.code in CATALOGUE
        assert 0 <= fault.start <= len(text)


@given(at=st.integers(0, 10**9), drop=st.integers(0, 5), put=st.text(max_size=3))
def test_a_damaged_cache_is_no_protocol(at: int, drop: int, put: str) -> None:
    """JSON that is no protocol is a `ValueError`, which the cache treats as missing."""
    text = to_json(protocol())
    at %= len(text)
    with suppress(ValueError):
        assert isinstance(from_json(text[:at] + put + text[at + drop :]), Protocol)


# -- sheets ----------------------------------------------------------------------------------

KEYS = st.sampled_from(["years", "airway", "days", "feverish", "fever_days", "ref", "agee", ""])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["not_sure", "none", "breathing", "breathing?", "longer", 10**40, -0.0])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=2)
)
SHEETS = st.dictionaries(KEYS | st.text(max_size=4), VALUES, max_size=6)


def taken(data: bytes, *, is_yaml: bool) -> ValidatedSheet:
    """A sheet through the whole door, to an assessment of what is left of it."""
    validated = validate(program(), sheet_from_bytes(data, "sheet", is_yaml=is_yaml))
    sound(validated.problems)
    assess(program(), validated.answers)
    return validated


@MANY
@given(sheet=SHEETS)
def test_any_json_sheet_is_answers_or_problems(sheet: dict[str, object]) -> None:
    """Each key is an answer, absent, the reference, or a problem: nothing is dropped."""
    validated = taken(json.dumps(sheet).encode("utf-8", "surrogatepass"), is_yaml=False)
    wrong = {problem.location.path for problem in validated.problems}
    absent = {key for key, value in sheet.items() if value is None}
    named = {"ref"} if validated.ref is not None else set()
    assert {*sheet} - wrong - absent - named == {*validated.answers}


@MANY
@given(data=st.binary(max_size=60) | SOUP.map(lambda t: t.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_a_sheet_or_problems(data: bytes) -> None:
    """Bytes that are no sheet are problems, both as JSON and as YAML."""
    for is_yaml in (False, True):
        validated = taken(data, is_yaml=is_yaml)
        assert data or validated.problems


@MANY
@given(raw=VALUES, text=st.booleans())
def test_any_raw_value_is_an_answer_or_wrong(raw: object, text: bool) -> None:  # noqa: FBT001
    """Every question says of every raw value what it is, or what is wrong with it."""
    for question in protocol().questions:
        found = parse_answer(question, raw, text=text)
        if isinstance(found, InvalidAnswer):
            assert found.code in CATALOGUE


# -- what is meant to break ------------------------------------------------------------------

MILLION = 1_000_000


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"[" * 900_000, ["A112"]),
        (b'{"a":' * 200_000, ["A112"]),
        (b'{"years": ' + b"[" * 900_000, ["A112"]),
        (b'{"years": "' + b"[" * 900_000, ["A110"]),
        (b'{"years": ' + b"9" * 900_000 + b"}", ["A103"]),
        (b'{"years": 65.' + b"0" * 900_000 + b"1}", ["A103"]),
        (b'{"years": 1e999999999}', ["A103"]),
        (b'{"years": 1e-999999999}', ["A103"]),
        (b'{"years": 1e99999999999999999999}', ["A102"]),
        (b'{"years": 1e-99999999999999999999}', ["A102"]),
        (b'{"years": -1}', ["A103"]),
        (b'{"years": NaN}', ["A102"]),
        (b'{"years": Infinity}', ["A102"]),
        (b'{"years": -Infinity}', ["A102"]),
        (b'{"ref": NaN}', ["A107"]),
        (b'{"ref": 1e99999999999999999999}', ["A107"]),
        (b'{"ref": "\\ud800"}', ["A107"]),
        (b'{"\\ud800": true}', ["A101"]),
        (b'{"\\u001b[31m": null}', ["A101"]),
        (b'{"years": 65, "years": 65}', ["A108"]),
        (b'{"years": 65, "ye\\u0061rs": 66}', ["A108"]),
        (b'{"years": {"years": 1, "years": 2}}', ["A102"]),
        (b'{"ref": {"a": 1, "a": 2}}', ["A107"]),
        (b"\xff\xfe{\x00}\x00", ["A113"]),
        (b'{"years": "\xff"}', ["A113"]),
        (b"\xef\xbb\xbf", ["A114"]),
        (b"\xef\xbb\xbf\xef\xbb\xbf{}", ["A110"]),
        (b"", ["A114"]),
        (b" \n\t", ["A114"]),
        (b"\x00", ["A110"]),
        (b'{"years": 65}\x00', ["A110"]),
        (b"[]", ["A109"]),
        (b"null", ["A109"]),
        (b"\xef\xbb\xbf{}", []),
        (b"{}", []),
        (b'{"ref": "A-17"}', []),
    ],
    ids=lambda value: str(value[:24]),
)
def test_json_that_is_meant_to_break(data: bytes, codes: list[str]) -> None:
    """Depth, size, numbers without end, doubles, surrogates, marks: one problem each, at once."""
    start = monotonic()
    assert [problem.code for problem in taken(data, is_yaml=False).problems] == codes
    assert monotonic() - start < SECONDS


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"[" * 900_000, ["P103"]),
        (b"- " * 500_000, ["P103"]),
        (b'{"a":' * 200_000, ["P103"]),
        (b"a:\n" + b"".join(b" " * at + b"a:\n" for at in range(1, 100)), ["P103"]),
        (b"years: .nan", ["A102"]),
        (b"years: .inf", ["A102"]),
        (b"years: 1e999999999", ["A103"]),
        (b"years: 65." + b"0" * 60 + b"1", ["A103"]),
        (b"years: " + b"9" * 900_000, ["A103"]),
        (b"years: 65\nyears: 66", ["P106"]),
        (b"{years: 65, years: 66}", ["P106"]),
        (b"? [a]\n: b", ["P105"]),
        (b"<<: {years: 65}", ["P102"]),
        (b"years: &a 65", ["P102"]),
        (b"years: !!int 65", ["P102"]),
        (b"%YAML 1.1\n---\nyears: 65", ["P102"]),
        (b"years: 65\n---\nyears: 66", ["P102"]),
        (b"feverish: \x00", ["P101"]),
        (b'feverish: "\\ud800"', ["P101"]),
        (b"\xef\xbb\xbfyears: 65", []),
        (b"\xff", ["A113"]),
        (b"# only a comment", ["A109"]),
        (b"word", ["A109"]),
        (b"- years", ["A109"]),
        (b"years:\nairway: ~", []),
        (b"{}", []),
    ],
    ids=lambda value: str(value[:24]),
)
def test_yaml_that_is_meant_to_break(data: bytes, codes: list[str]) -> None:
    """Depth, magic, numbers without end, doubles: one problem each, at once."""
    start = monotonic()
    assert [problem.code for problem in taken(data, is_yaml=True).problems] == codes
    assert monotonic() - start < SECONDS


@pytest.mark.parametrize(
    "text", ["[" * MILLION, "- " * MILLION, '{"a":' * MILLION, "a: [" * MILLION]
)
def test_rules_that_are_nested_a_million_deep(text: str) -> None:
    """Deep rules are a problem before anything is built of them."""
    start = monotonic()
    source, problems = parse_protocol({"protocol.yaml": text})
    assert source is None
    assert "P103" in {problem.code for problem in problems}
    assert monotonic() - start < SECONDS


@pytest.mark.parametrize("is_yaml", [False, True])
def test_a_hundred_megabytes_are_refused_unread(is_yaml: bool) -> None:  # noqa: FBT001
    """The size is looked at first."""
    start = monotonic()
    data = bytes(100 * 1024 * 1024)
    assert [p.code for p in taken(data, is_yaml=is_yaml).problems] == ["A111"]
    assert monotonic() - start < SECONDS


@pytest.mark.parametrize("is_yaml", [False, True])
def test_many_unknown_keys_cost_no_more_than_their_number(is_yaml: bool) -> None:  # noqa: FBT001
    """Five thousand mistakes are five thousand problems, in seconds."""
    start = monotonic()
    data = json.dumps({f"k{at}": True for at in range(5_000)}, separators=(",", ": "))
    sheet = sheet_from_bytes(data.encode(), "sheet", is_yaml=is_yaml)
    assert len(validate(program(), sheet).problems) == 5_000
    assert monotonic() - start < SECONDS


@pytest.mark.parametrize("text", ["(", "not (", "any of (", "fever and ("])
def test_many_brackets_in_a_condition(text: str) -> None:
    """A condition nested fifty thousand deep is one fault."""
    assert len(parse_condition(text.replace("fever", "feverish") * 50_000, symbols())[1]) == 1
