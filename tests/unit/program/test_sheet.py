"""Reading of sheets: raw answers with locations, or the problem of the file."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backtriage.program.sheet import MAX_BYTES, Sheet, sheet_from_bytes
from backtriage.program.validate import validate
from backtriage.terms.problem import Location
from tests.support.protocols import tiny


def json_sheet(text: str) -> Sheet:
    """Return a JSON sheet."""
    return sheet_from_bytes(text.encode(), "a.json", is_yaml=False)


def yaml_sheet(text: str) -> Sheet:
    """Return a YAML sheet."""
    return sheet_from_bytes(text.encode(), "a.yaml", is_yaml=True)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("{}", {}),
        ("\ufeff{}", {}),
        ('{"a": true, "b": null, "c": "x"}', {"a": True, "b": None, "c": "x"}),
        (
            '{"a": 65, "b": 65.0, "c": 1e2}',
            {"a": Decimal(65), "b": Decimal(65), "c": Decimal(100)},
        ),
        ('{"a": ["b", "c?"], "d": {"e": 1}}', {"a": ["b", "c?"], "d": {"e": Decimal(1)}}),
        ('{"a": "[[[[", "b": "\\"{{{"}', {"a": "[[[[", "b": '"{{{'}),
        ('{"a": [' + '["]x", {}], ' * 60 + "[]]}", {"a": [["]x", {}]] * 60 + [[]]}),
        ('{"a": 1e99999999999999999999}', {"a": Decimal("Infinity")}),
        ('{"a": -Infinity}', {"a": Decimal("-Infinity")}),
    ],
)
def test_json_is_typed(text: str, values: dict[str, object]) -> None:
    sheet = json_sheet(text)
    assert (sheet.values, sheet.text, sheet.problems) == (values, False, ())


def test_nan_in_json() -> None:
    value = json_sheet('{"a": NaN}').values["a"]
    assert isinstance(value, Decimal)
    assert value.is_nan()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("{}", {}),
        (
            "a: yes\nb: 65\nc:\nd: ~\ne: x\n",
            {"a": "yes", "b": "65", "c": None, "d": None, "e": "x"},
        ),
        ("a:\n  - b\n  - c?\n...\n", {"a": ["b", "c?"]}),
        ("a:\n- b\n- c\nd: e\n", {"a": ["b", "c"], "d": "e"}),
        ("a: [b, not_sure]\n", {"a": ["b", "not_sure"]}),
        ("a: [b, ~]\n", {"a": ["b", None]}),
        ("a:\n  b: c\n...", {"a": {"b": "c"}}),
        ("a:\n  - b:\n      c: d\n... # all\n", {"a": [{"b": {}}]}),
        ("a: []\r\n", {"a": []}),
        ("a: 'b\n  c'\n", {"a": "b c"}),
        ("a:\n  b\n", {"a": "b"}),
        ("{a: [b,\n c]}", {"a": ["b", "c"]}),
    ],
)
def test_yaml_is_text(text: str, values: dict[str, object]) -> None:
    """An empty value is no answer."""
    sheet = yaml_sheet(text)
    assert (sheet.values, sheet.text, sheet.problems) == (values, True, ())


@pytest.mark.parametrize(
    ("text", "code", "where", "cure"),
    [
        ("a: b", "A119", "a.yaml:1:5", "line break"),
        ("a: b\nc:  \n # d", "A119", "a.yaml:3:5", "line break"),
        ("a: [b]", "A119", "a.yaml:1:7", "line break"),
        ("a:\n- b\n- c\n\n", "A119", "a.yaml:3:4", "'...'"),
        ("a:\n  - b\n# ...\n", "A119", "a.yaml:3:6", "'...'"),
        ("a:\n  b: c\n", "A119", "a.yaml:2:7", "'...'"),
        ("? a\n: - b\n", "A119", "a.yaml:2:6", "'...'"),
        ("a: b\n  c\nd: e\n", "A120", "a.yaml:1:1", "one line"),
        ("a: b\n\n  c\n...\n", "A120", "a.yaml:1:1", "one line"),
        ("a: |\n  b\nd: e\n", "A120", "a.yaml:1:1", "one line"),
        ("d: e\na: >-\n  b\n  c\n...\n", "A120", "a.yaml:2:1", "one line"),
    ],
)  # fmt: skip
def test_yaml_that_may_have_been_longer(text: str, code: str, where: str, cure: str) -> None:
    """Its beginning can be another answer. What it says is read all the same."""
    sheet = yaml_sheet(text)
    (problem,) = sheet.problems
    assert (problem.code, str(problem.location)) == (code, where)
    assert cure in problem.hint
    assert "a" in sheet.values


def test_location_of_a_json_key() -> None:
    """The last occurrence counts, even if a text before it looks alike."""
    sheet = json_sheet('{"note": "\\"fever\\":",\n  "fever": "perhaps"}')
    assert sheet.location("fever") == Location(
        file="a.json",
        line=2,
        column=3,
        path="fever",
        excerpt='  "fever": "perhaps"}',
        caret=2,
        length=7,
    )


def test_location_of_a_json_key_with_escapes() -> None:
    location = json_sheet('{\n"f\\u0065ver" \n: 1}').location("fever")
    assert (location.line, location.column, location.length) == (2, 1, len('"f\\u0065ver"'))


def test_a_key_inside_a_value_is_not_taken_for_an_answer() -> None:
    sheet = json_sheet('{"fever": "x",\n "more": [{"fever": 1}, "fever", {"a": "{"}]}')
    assert sheet.location("fever").line == 1
    assert sheet.location("more").line == 2


def test_excerpt_of_a_long_json_line() -> None:
    text = "{" + ", ".join(f'"k{at}": 1' for at in range(100)) + "}"
    location = json_sheet(text).location("k70")
    assert location.excerpt[location.caret : location.caret + location.length] == '"k70"'
    assert len(location.excerpt) == 160
    assert location.column == text.index('"k70"') + 1


def test_location_of_a_yaml_key() -> None:
    assert yaml_sheet("# a\nfever: perhaps").location("fever") == Location(
        file="a.yaml", line=2, column=1, path="fever", excerpt="fever: perhaps"
    )


def test_sheet_without_a_file_has_paths() -> None:
    assert Sheet().location("fever") == Location(path="fever")


@pytest.mark.parametrize(
    ("data", "file", "problem"),
    [
        (b" " * (MAX_BYTES + 1), "a.json", ("A111", "a.json is larger than 1024 KiB", "a.json")),
        (b"{\n\xff", "a.json", ("A113", "this is not UTF-8 text", "a.json:2:1")),
        (b"", "a.json", ("A114", "a.json is empty", "a.json")),
        (b"[" * 51, "a.json", ("A112", "nested more than 50 deep", "a.json:1:51")),
        (b"[]]]" + b"[" * 60, "a.json", ("A112", "nested more than 50 deep", "a.json:1:57")),
        (
            b"{\n 'a'",
            "a.json",
            (
                "A110",
                "this is not JSON: Expecting property name enclosed in double quotes",
                "a.json:2:2",
            ),
        ),
        (
            b"[]",
            "a.json",
            ("A109", "a sheet is one object of question ids and answers", "a.json:1:1"),
        ),
        (
            b"a",
            "a.yaml",
            ("A109", "a sheet is one mapping of question ids and answers", "a.yaml:1:1"),
        ),
        (
            b"# a",
            "a.yaml",
            ("A109", "a sheet is one mapping of question ids and answers", "a.yaml:1:1"),
        ),
        (
            b"a: [",
            "a.yaml",
            ("P101", "this is not YAML: did not find expected node content", "a.yaml:1:5"),
        ),
    ],
)
def test_file_that_is_not_a_sheet(data: bytes, file: str, problem: tuple[str, str, str]) -> None:
    sheet = sheet_from_bytes(data, file, is_yaml=file.endswith("yaml"))
    assert sheet.values == {}
    assert [(p.code, p.message, str(p.location)) for p in sheet.problems] == [problem]
    assert all(p.hint for p in sheet.problems if p.code != "P101")


@pytest.mark.parametrize(
    ("text", "cure"),
    [("a: b", "write YAML answers to a file that ends in .yaml"), ("{a", "comma")],
)
def test_hint_for_invalid_json(text: str, cure: str) -> None:
    """What does not start like JSON may be YAML."""
    (problem,) = json_sheet(text).problems
    assert cure in problem.hint


def test_duplicate_keys_are_excluded() -> None:
    sheet = json_sheet('{"a": 1, "b": 2,\n "a": {"c": 1, "c": 2}, "a\\u001b": 1, "a\\u001b": 1}')
    assert sheet.values == {"b": Decimal(2)}
    assert sheet.duplicates == ("a", "a\x1b")
    line = ' "a": {"c": 1, "c": 2}, "a\\u001b": 1, "a\\u001b": 1}'
    assert sheet.location("a") == Location(
        file="a.json", line=2, column=2, path="a", excerpt=line, caret=1, length=3
    )
    assert sheet.location("a\x1b").column == 39
    twice = yaml_sheet("a: 1\nb: 2\na: 3\n")
    assert twice.values == {"b": "2"}
    assert [problem.code for problem in twice.problems] == ["P106"]


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        ("years: 999\n", True),
        ("years: 44\nother: 4\n", True),
        ("years: 44\nyears: 45\nother: 4\n", False),
        ("years: 44\nyears: 45\nairway: 7\n", True),
        ("other: 4\nyears: ~\n", False),
        ("years: 44\n<<: {airway: [breathing]}\n", False),
        ("", False),
    ],
)
def test_a_sheet_is_read_if_it_answers_something_and_nothing_is_passed_over(
    text: str, *, is_read: bool
) -> None:
    sheet = sheet_from_bytes(text.encode(), "a.yaml", is_yaml=True)
    assert validate(tiny(), sheet).is_read(tiny().questions) is is_read
