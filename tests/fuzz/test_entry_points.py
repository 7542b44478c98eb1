"""Any input becomes a value or problems, never an exception, and never takes long."""

from __future__ import annotations

import json
from contextlib import suppress
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.check import check
from backtriage.decide.assessment import assess
from backtriage.program.program import from_json, to_json
from backtriage.program.sheet import sheet_from_bytes
from backtriage.program.validate import ValidatedSheet, validate
from backtriage.protocol.answer_parser import InvalidAnswer, parse_answer
from backtriage.protocol.loader.loader import parse_protocol
from backtriage.protocol.loader.strict_yaml import read_yaml
from backtriage.protocol.parser import parse_condition
from backtriage.protocol.protocol import Protocol
from backtriage.protocol.tokenizer import SymbolTable
from backtriage.render.problems import problem_lines
from backtriage.shell.rules_folder import read_rules
from backtriage.terms.printable import first_unprintable
from backtriage.terms.problem import Problem, lines_of
from tests.support.protocols import SHIPPED, tiny
from tests.support.tier import examples
from tools.problem_codes import CATALOGUE

MANY = settings(max_examples=examples(120))
SECONDS = 5.0
"""Of processor time: far more than any of these needs; a quadratic loop would need hours."""

PROGRAM = tiny()
SYMBOLS = SymbolTable(
    questions=PROGRAM.questions, facts=frozenset(PROGRAM.facts), scores={"signs": 6}
)


def check_problems(problems: tuple[Problem, ...]) -> None:
    """Assert that every problem is in the catalogue and can be printed."""
    for problem in problems:
        assert problem.code in CATALOGUE
        assert problem.message
        assert problem.location.caret >= 0
    for values in (False, True):
        written = problem_lines(problems, values=values)
        assert written.encode("utf-8")
        assert all(first_unprintable(line) is None for line in written.split("\n"))


# -- YAML and rules --------------------------------------------------------------------------

SNIPPETS = st.sampled_from([
    "a", "b", ":", ": ", "- ", "\n", "\n  ", "\n- ", "? ", "[", "]", "{", "}", ", ", "&x ",
    "*x", "!!str ", "!", "<<: ", "%YAML 1.1\n", "---\n", "...\n", "#", " #", "|", ">",
    ">-\n  ", "'", '"', "\\", "\t", "\r", "\x00", "\x85", "\u2028", "\ufeff", "\ud800", "é",
    "\U0001f600", "~", "null", "@", "`", "\x07", "\xa0", "yes", "id: ", "rules:\n",
    "protocol:\n",
])  # fmt: skip
SOUP = st.lists(SNIPPETS | st.text(max_size=5), max_size=40).map("".join)


@MANY
@given(text=SOUP, flow=st.booleans())
def test_any_text_is_read_as_yaml_or_refused(text: str, flow: bool) -> None:  # noqa: FBT001
    """The location of each problem lies in the text."""
    _, problems = read_yaml(text, "soup.yaml", flow=flow)
    check_problems(problems)
    lines = lines_of(text)
    assert all(1 <= problem.location.line <= len(lines) for problem in problems)


@MANY
@given(text=SOUP)
def test_any_text_as_rules_has_problems(text: str) -> None:
    source, problems = check({"protocol.yaml": text, "more.yaml": text})
    assert source is None
    assert problems
    check_problems(problems)


@st.composite
def corrupted_rules(draw: st.DrawFn) -> dict[str, str]:
    """The shipped rules with a few stretches deleted, doubled or overwritten."""
    texts = dict(read_rules(SHIPPED))
    for _ in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from(sorted(texts)))
        text = texts[name]
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 60)))
        edits = st.sampled_from(["", text[start:end] * 2, "\n"])
        middle = draw(edits | SNIPPETS | st.text(max_size=9))
        texts[name] = text[:start] + middle + text[end:]
    if draw(st.integers(0, 9)) == 0:
        del texts[draw(st.sampled_from(sorted(texts)))]
    return texts


@settings(max_examples=examples(20))
@given(texts=corrupted_rules())
def test_corrupted_rules_are_a_protocol_or_problems(texts: dict[str, str]) -> None:
    source, problems = check(texts)
    assert source is not None or problems
    check_problems(problems)


WORDS = st.sampled_from([
    "years", "airway", "days", "feverish", "fever_days", "long_fever", "signs", "breathing",
    "longer", "and", "or", "not", "is", "one", "of", "any", "all", "none", "at", "least",
    "includes", "(", ")", ",", "<", "<=", ">", ">=", "=", "0", "2", "65", "1.5", "9" * 30,
    "999999999", "always", "xyz", "٣", "Ⅷ", "\x00", "\ud800",
    "65.0000000000000000000000000000001",
])  # fmt: skip


@MANY
@given(text=st.lists(WORDS | st.text(max_size=3), max_size=14).map(" ".join))
def test_any_words_are_a_condition_or_errors(text: str) -> None:
    """Never both and never neither; each error lies in the text."""
    condition, errors = parse_condition(text, SYMBOLS)
    assert (condition is None) == bool(errors)
    for error in errors:
        assert error.code in CATALOGUE
        assert 0 <= error.start <= len(text)


@given(index=st.integers(0, 10**9), dropped=st.integers(0, 5), inserted=st.text(max_size=3))
def test_corrupted_json_is_a_protocol_or_a_value_error(
    index: int, dropped: int, inserted: str
) -> None:
    """The cache takes a `ValueError` for a missing file."""
    text = to_json(PROGRAM.protocol)
    index %= len(text)
    with suppress(ValueError):
        assert isinstance(from_json(text[:index] + inserted + text[index + dropped :]), Protocol)


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


def validated_from(data: bytes, *, is_yaml: bool) -> ValidatedSheet:
    """Read, validate and assess a sheet."""
    validated = validate(PROGRAM, sheet_from_bytes(data, "sheet", is_yaml=is_yaml))
    check_problems(validated.problems)
    assess(PROGRAM, validated.answers)
    return validated


@MANY
@given(sheet=SHEETS)
def test_any_json_sheet_is_answers_or_problems(sheet: dict[str, object]) -> None:
    """Each key is an answer, absent, the reference, or a problem: nothing is dropped."""
    validated = validated_from(json.dumps(sheet).encode("utf-8", "surrogatepass"), is_yaml=False)
    bad = {problem.location.path for problem in validated.problems}
    absent = {key for key, value in sheet.items() if value is None}
    reference = {"ref"} if validated.ref is not None else set()
    assert {*sheet} - bad - absent - reference == {*validated.answers}


@MANY
@given(data=st.binary(max_size=60) | SOUP.map(lambda t: t.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_a_sheet_or_problems(data: bytes) -> None:
    for is_yaml in (False, True):
        validated = validated_from(data, is_yaml=is_yaml)
        assert data or validated.problems


@MANY
@given(raw=VALUES, text=st.booleans())
def test_any_raw_value_is_an_answer_or_invalid(raw: object, text: bool) -> None:  # noqa: FBT001
    for question in PROGRAM.protocol.questions:
        answer = parse_answer(question, raw, text=text)
        if isinstance(answer, InvalidAnswer):
            assert answer.code in CATALOGUE


# -- hostile input ---------------------------------------------------------------------------

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
        (b'{"days": "' + b'\\"' * 450_000 + b'"}', ["A104"]),
        (b'{"days": "' + b"\\\\" * 450_000 + b'"}', ["A104"]),
        (b'{"days": 1' + b" " * 900_000 + b"}", ["A102"]),
        (b'{"' + b"k" * 900_000 + b'": 1}', ["A101"]),
        (b'{"' + b"_" * 900_000 + b'!a": 1}', ["A101"]),
        (b'{"airway": [' + b'"drooling",' * 80_000 + b'"drooling"]}', ["A106"]),
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
def test_hostile_json(data: bytes, codes: list[str]) -> None:
    """Depth, size, huge numbers, duplicates, surrogates, byte order marks: one problem each."""
    start = process_time()
    validated = validated_from(data, is_yaml=False)
    assert [problem.code for problem in validated.problems] == codes
    assert isinstance(validated.readings, tuple)  # what it means is worked out as well
    assert process_time() - start < SECONDS


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"[" * 900_000, ["P103"]),
        (b"- " * 500_000, ["P103"]),
        (b'{"a":' * 200_000, ["P103"]),
        (b"a:\n" + b"".join(b" " * at + b"a:\n" for at in range(1, 100)), ["P103"]),
        (b"years: .nan", ["A102"]),
        (b"years: .inf", ["A102"]),
        (b"years: 1e999999999", ["A102"]),
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
def test_hostile_yaml(data: bytes, codes: list[str]) -> None:
    """Depth, tags, huge numbers, duplicates: one problem each."""
    start = process_time()
    validated = validated_from(data + b"\n", is_yaml=True)
    assert [problem.code for problem in validated.problems] == codes
    assert process_time() - start < SECONDS


@pytest.mark.parametrize(
    "text", ["[" * MILLION, "- " * MILLION, '{"a":' * MILLION, "a: [" * MILLION]
)
def test_rules_nested_a_million_deep(text: str) -> None:
    start = process_time()
    source, problems = parse_protocol({"protocol.yaml": text})
    assert source is None
    assert "P103" in {problem.code for problem in problems}
    assert process_time() - start < SECONDS


@pytest.mark.parametrize("is_yaml", [False, True])
def test_a_hundred_megabytes_are_refused_unread(is_yaml: bool) -> None:  # noqa: FBT001
    start = process_time()
    data = bytes(100 * 1024 * 1024)
    assert [p.code for p in validated_from(data, is_yaml=is_yaml).problems] == ["A111"]
    assert process_time() - start < SECONDS


@pytest.mark.parametrize("is_yaml", [False, True])
def test_many_unknown_keys_take_linear_time(is_yaml: bool) -> None:  # noqa: FBT001
    start = process_time()
    data = json.dumps({f"k{n}": True for n in range(5_000)}, separators=(",", ": "))
    sheet = sheet_from_bytes(data.encode(), "sheet", is_yaml=is_yaml)
    assert len(validate(PROGRAM, sheet).problems) == 5_000
    assert process_time() - start < SECONDS


@pytest.mark.parametrize("text", ["(", "not (", "any of (", "fever and ("])
def test_a_condition_nested_fifty_thousand_deep_is_one_error(text: str) -> None:
    assert len(parse_condition(text.replace("fever", "feverish") * 50_000, SYMBOLS)[1]) == 1
