"""Bad input: one message says where, what and how to fix it, and no emergency is hidden."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from backtriage.cli import exits
from backtriage.program.sheet import Sheet
from backtriage.program.validate import validate
from backtriage.shell.sheets import InvalidSheetError, assess_sheet
from tests.support.process import Completed, backtriage, everything_in, invoke
from tests.support.protocols import ROOT, TINY, shipped

pytestmark = [pytest.mark.usefixtures("warm_cache"), pytest.mark.first_only]

EMERGENCY = '{"airway": ["breathing"],\n '
"""The first line of a sheet, with a valid emergency."""

ACTION = "EMERGENCY: Call 999 now\nGo to A&E.\n\n"
NO_ASSESSMENT = "1 problem.\nNo assessment was made. Nothing in the sheet was changed.\n"
NOT_KNOWN = NO_ASSESSMENT.replace(
    "made.", "made, so it is not known whether this is an emergency."
)

HIDDEN = (
    "What the sheet says is not shown, so that no answer gets into a log. "
    "'backtriage assess' with --show-values shows it.\n"
)

KINDS = {
    "years": "a number from 0 to 120 years",
    "days": "one of: under_1_week, longer (or not_sure)",
    "airway": "a list of: breathing, drooling (or [] for none of these, or not_sure)",
    "feverish": "true or false (or not_sure)",
}
LIST_ALL = "'backtriage rules template' lists every question"
YEARS = "did you mean 'years'?"
NOT_FINITE = "A102 'years' cannot be NaN or Infinity"
RANGE = "A103 the number is outside the range of 'years'"

# An entry of a JSON sheet, the message about it, what --show-values adds to the message, and the
# help: for everybody, or what the question accepts, and in its place with --show-values.
ENTRIES = [
    ('"yeers": 44', "A101 there is no question 'yeers'", "", YEARS, ""),
    ('"Years": 44', "A101 there is no question 'Years'", "", YEARS, ""),
    ('"no_years": 44', "A101 there is no question 'no_years'", "", LIST_ALL, ""),
    ('"blood_pressure": 44', "A101 there is no question 'blood_pressure'", "", LIST_ALL, ""),
    ('"": 44', "A101 there is no question with this key", "''", LIST_ALL, ""),
    ('"I am 44": 1', "A101 there is no question with this key", "'I am 44'", LIST_ALL, ""),
    ('"none": null', "A101 there is no question 'none'", "", LIST_ALL, ""),
    ('"feverish": "true"', "A102 'feverish' cannot be a text", "'true'", "", "did you mean true?"),
    ('"feverish": "No"', "A102 'feverish' cannot be a text", "'No'", "", "did you mean false?"),
    ('"feverish": "yes?"', "A102 'feverish' cannot be a text", "'yes?'", "", ""),
    ('"feverish": 1', "A102 'feverish' cannot be a number", "1", "", ""),
    ('"feverish": 0', "A102 'feverish' cannot be a number", "0", "", ""),
    ('"feverish": []', "A102 'feverish' cannot be a list", "", "", ""),
    ('"years": "44"', "A102 'years' cannot be a text", "'44'", "",
     "did you mean 44, without quotes?"),
    ('"years": true', "A102 'years' cannot be true or false", "true", "", ""),
    ('"years": {"is": 44}', "A102 'years' cannot be an object", "", "", ""),
    ('"years": NaN', NOT_FINITE, "NaN", "", ""),
    ('"years": Infinity', NOT_FINITE, "Infinity", "", ""),
    ('"years": -Infinity', NOT_FINITE, "-Infinity", "", ""),
    ('"years": 1e999', RANGE, "1E+999", "", ""),
    ('"years": 1e99999999999999999999', NOT_FINITE, "Infinity", "", ""),
    ('"years": -1', RANGE, "-1", "", ""),
    ('"years": 121', RANGE, "121", "", ""),
    ('"years": 44.5', "A103 the number is not a step of 1 of 'years'", "44.5", "", ""),
    ('"years": "not_sure"', "A105 'years' needs a definite answer, 'not_sure' is not allowed",
     "", "", ""),
    ('"days": "longr"', "A104 the text is not a choice of 'days'", "'longr'", "",
     'did you mean "longer"?'),
    ('"days": "longer?"', "A104 the text is not a choice of 'days'", "'longer?'", "", ""),
    ('"days": "not longer"', "A104 the text is not a choice of 'days'", "'not longer'", "", ""),
    ('"days": "3"', "A104 the text is not a choice of 'days'", "'3'", "", ""),
    ('"days": ["longer"]', "A102 'days' cannot be a list", "", "", 'did you mean "longer"?'),
    ('"days": true', "A102 'days' cannot be true or false", "true", "", ""),
]  # fmt: skip

TWICE = "A106 an item appears twice in 'airway'"
ITEM = "A104 item 1 is not a choice of 'airway'"
TEXT = "A102 'airway' cannot be a text"

# The same for the question about the emergency, so that there is none.
LISTS = [
    ('"airway": "no breathing"', TEXT, "'no breathing'", "", ""),
    ('"airway": "none"', TEXT, "'none'", "", "did you mean []?"),
    ('"airway": ["none"]', ITEM, "'none'", "", "did you mean []?"),
    ('"airway": true', "A102 'airway' cannot be true or false", "true", "", ""),
    ('"airway": "no drooling, nothing else"', TEXT, "'no drooling, nothing else'", "", ""),
    ('"airway": ["no drooling"]', ITEM, "'no drooling'", "", ""),
    ('"airway": {"drooling": false}', "A102 'airway' cannot be an object", "", "", ""),
    ('"airway": {"drooling": "no"}', "A102 'airway' cannot be an object", "", "", ""),
    ('"airway": [[[[["drooling"]]]]]', "A102 item 1 of 'airway' cannot be a list", "", "", ""),
    ('"airway": ["\\u001b[2J"]', ITEM, "'<U+001B>[2J'", "", ""),
]  # fmt: skip

# The same with an emergency in the nearest reading of the list, whatever is beside it.
TICKED = [
    ('"airway": "breathing"', TEXT, "'breathing'", "", 'did you mean ["breathing"]?'),
    ('"airway": "none;breathing"', TEXT, "'none;breathing'", "", ""),
    ('"airway": ["breathin?", "drooling"]', ITEM, "'breathin?'", "",
     'did you mean ["breathing?", "drooling"]?'),
    ('"airway": ["none", "drooling?"]', ITEM, "'none'", "", ""),
    ('"airway": [7, "drooling"]', "A102 item 1 of 'airway' cannot be a number", "7", "", ""),
    ('"airway": ["breathing", "breathing"]', TWICE, "'breathing'", "list it once", ""),
    ('"airway": ["breathing", "breathing?"]', TWICE, "'breathing'", "list it once", ""),
    ('"airway": "breathing?, droling"', TEXT, "'breathing?, droling'", "",
     'did you mean ["breathing?", "drooling"]?'),
    ('"airway": ["unsure"]', ITEM, "'unsure'", "", 'did you mean "not_sure"?'),
    ('"airway": {"breathing": true}', "A102 'airway' cannot be an object", "", "", ""),
    ('"airway": ["breathin"]', ITEM, "'breathin'", "", 'did you mean ["breathing"]?'),
    ('"airway": ["drooling "]', ITEM, "'drooling '", "", 'did you mean ["drooling"]?'),
    ('"airway": ["Drooling"]', ITEM, "'Drooling'", "", 'did you mean ["drooling"]?'),
    ('"airway": "drooling, back"', TEXT, "'drooling, back'", "", ""),
    ('"airway": "drooling, no breathing"', TEXT, "'drooling, no breathing'", "", ""),
    ('"airway": {"drooling": "Yes"}', "A102 'airway' cannot be an object", "", "", ""),
    ('"airway": {"drooling": 1, "breathing": 0}', "A102 'airway' cannot be an object", "", "", ""),
    ('"airway": {"drooling": "not sure"}', "A102 'airway' cannot be an object", "", "", ""),
    ('"airway": [{"drooling": true}]', "A102 item 1 of 'airway' cannot be an object", "", "", ""),
    ('"airway": [["drooling"]]', "A102 item 1 of 'airway' cannot be a list", "", "", ""),
    ('"airway": ["not_sure", "not_sure"]', TWICE, "'not_sure'", "list it once", ""),
]  # fmt: skip


def assess(
    path: Path, *options: str, run: Callable[..., Completed] = invoke
) -> tuple[int, bytes, str]:
    """Assess a sheet of the tiny protocol as JSON; messages are returned without its folder."""
    shared = ("--rules", TINY, "--country", "GB", "--format", "json")
    ran = run("assess", path, *shared, *options)
    return ran.code, ran.out, ran.err.replace(f"{path.parent}/", "")


def key_of(entry: str) -> str:
    return entry.partition(":")[0][1:-1]


def message_about(row: tuple[str, ...], line: int, *, values: bool) -> str:
    """Return the message about an entry of `sheet.json` that follows a space on a line."""
    entry, message, found, help_, meant = row
    key = key_of(entry)
    help_ = help_ or KINDS[key]
    if not values:
        path = "" if "this key" in message else f"  [{key}]\n"
        return f"sheet.json:{line}:2: {message}\n  help: {help_}\n{path}"
    message = f"{message}: {found}" if found else message
    path = f"  [{key}]\n" if key else ""
    return (
        f"sheet.json:{line}:2: {message}\n"
        f"     {entry}{'}'}\n     {'^' * (len(key) + 2)}\n  help: {meant or help_}\n{path}"
    )


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return tmp_path / "sheet.json"


@pytest.mark.parametrize("row", ENTRIES, ids=lambda row: row[0][:30])
def test_a_bad_answer_hides_no_emergency(sheet: Path, row: tuple[str, ...]) -> None:
    """The emergency is printed first, then the problem; standard output stays empty."""
    text = f"{EMERGENCY}{row[0]}}}"
    sheet.write_text(text)

    code, out, err = assess(sheet, "--exit-code")
    shown = assess(sheet, "--show-values")

    assert err == f"{ACTION}{message_about(row, 2, values=False)}{NO_ASSESSMENT}{HIDDEN}"
    assert shown == (65, b"", f"{ACTION}{message_about(row, 2, values=True)}{NO_ASSESSMENT}")
    assert (code, out) == (65, b"")
    assert sheet.read_text() == text


@pytest.mark.parametrize(
    ("row", "action"),
    [*((row, "") for row in LISTS), *((row, ACTION) for row in TICKED)],
    ids=lambda part: part[0][:30] if isinstance(part, tuple) else "",
)
def test_a_bad_list_is_rejected_as_a_whole(sheet: Path, row: tuple[str, ...], action: str) -> None:
    sheet.write_text(f"{{\n {row[0]}}}")

    code, out, err = assess(sheet)
    shown = assess(sheet, "--show-values")

    ended = NO_ASSESSMENT if action else NOT_KNOWN
    assert err == f"{action}{message_about(row, 2, values=False)}{ended}{HIDDEN}"
    assert shown == (65, b"", f"{action}{message_about(row, 2, values=True)}{ended}")
    assert (code, out) == (65, b"")


@pytest.mark.parametrize("name", ["sheet.json", "sheet.yaml"])
@pytest.mark.parametrize(
    ("first", "second", "action"),
    [
        ('["drooling"]', '["drooling"]', ACTION),
        ('["breathing", "drooling?"]', '["drooling", "back"]', ACTION),
        ('["drooling"]', '"not_sure"', ACTION),
        ('["drooling"]', '["breathing"]', ACTION),
        ('["drooling"]', '"breathing, back"', ACTION),
        ('["drooling"]', '["back"]', ""),
        ('["drooling"]', '["no breathing"]', ""),
        ('["drooling"]', "[]", ""),
    ],
)
def test_what_both_lists_of_a_doubled_key_tick_hides_no_emergency(
    tmp_path: Path, name: str, first: str, second: str, action: str
) -> None:
    (tmp_path / name).write_text(f'{{"airway": {first},\n "airway": {second}}}')

    code, out, err = assess(tmp_path / name)

    assert err.startswith(f"{action}{name}:2:2: ")
    assert (code, out) == (65, b"")


@pytest.mark.parametrize(
    ("name", "text", "action"),
    [
        ("a.json", '"airway": ["drooling"], "airway": null', ACTION),
        ("a.json", '"airway": null, "airway": ["drooling"], "airway": null', ACTION),
        ("a.yaml", "airway: [drooling], airway: ", ACTION),
        ("a.json", '"airway": null, "airway": null', ""),
        ("a.json", '"airway": ["drooling"], "airway": null, "airway": []', ""),
    ],
)
def test_an_empty_entry_of_a_doubled_key_hides_no_emergency(
    tmp_path: Path, name: str, text: str, action: str
) -> None:
    """It says as little as no entry."""
    (tmp_path / name).write_text(f"{{{text}}}")

    code, out, err = assess(tmp_path / name)

    assert err.startswith(f"{action}{name}:1:")
    assert (code, out) == (65, b"")


@pytest.mark.parametrize(
    ("entries", "action"),
    [
        ('"airway ": ["drooling"]', ACTION),
        ('"AIRWAY": ["drooling"]', ACTION),
        ('"airwy": "drooling, x"', ACTION),
        ('"airway ": ["drooling"], "airway": ["x", "breathing"]', ACTION),
        ('"airway ": ["drooling"], "airway": null', ACTION),
        ('"airway ": ["drooling"], "airway": []', ""),
        ('"airway ": ["drooling"], "airway": ["x"]', ""),
        ('"no_airway": ["drooling"]', ""),
        ('"airway ": null', ""),
    ],
)
def test_a_key_with_a_slip_hides_no_emergency(sheet: Path, entries: str, action: str) -> None:
    sheet.write_text(f"{{{entries}}}")

    code, out, err = assess(sheet)

    assert err.startswith(f"{action}sheet.json:1:")
    assert (code, out) == (65, b"")


@pytest.mark.parametrize(
    "text",
    [
        "airway: drooling, back",
        "airway: Drooling",
        "airway:\n  drooling: yes",
        "airway: {drooling: yes}",
        "airway:\n  - drooling: yes",
        "'airway ': drooling",
        "airway: not sure",
    ],
)
def test_a_slip_in_yaml_hides_no_emergency(tmp_path: Path, text: str) -> None:
    sheet = tmp_path / "sheet.yaml"
    sheet.write_text(f"{text}\nyears: 44\n")

    code, out, err = assess(sheet)

    assert err.startswith(f"{ACTION}sheet.yaml:1:1: ")
    assert (code, out) == (65, b"")


def test_a_refused_list_is_used_for_nothing_but_an_emergency() -> None:
    """Without one, not even its certain part is assessed."""
    validated = validate(shipped(), Sheet(values={"food": ["nuts", "slip"]}))

    with pytest.raises(InvalidSheetError) as raised:
        assess_sheet(shipped(), validated)

    assert validated.answers == {}
    assert raised.value.partial.answers == {}


def test_a_key_that_is_an_answer_is_not_named(sheet: Path) -> None:
    """It may be one that was meant for a list."""
    for key in ("drooling", "Drooling", "droolin", "longer"):
        sheet.write_text(f'{{"{key}": true}}')

        code, out, err = assess(sheet)
        _, _, shown = assess(sheet, "--show-values")

        assert key not in err
        assert "A101 there is no question with this key\n" in err
        assert f"A101 there is no question with this key: '{key}'\n" in shown
        assert (code, out) == (65, b"")

    sheet.write_text('{"drooling": 1, "drooling": 1}')
    assert "drooling" not in assess(sheet)[2]
    twice = ("--set", "drooling=1", "--set", "drooling=2")
    assert "drooling" not in assess(sheet, *twice)[2]


@pytest.mark.parametrize("character", ["\r", "\x85", "\u2028", "\u2029"], ids=ascii)
def test_a_line_that_starts_unseen_is_refused_in_yaml(tmp_path: Path, character: str) -> None:
    sheet = tmp_path / "sheet.yaml"
    sheet.write_text(
        f"airway: [breathing]\r\nyears: 44 # ?{character}feverish: no\r\n", newline=""
    )

    code, out, err = assess(sheet)

    name = f"<U+{ord(character):04X}>"
    assert err.startswith(f"{ACTION}sheet.yaml:2:14: P116 the character {name} does not print\n")
    assert (code, out) == (65, b"")


@pytest.mark.parametrize("ref", ['"' + "x" * 101 + '"', "5", r'"two\nlines"', '["a"]'])
def test_a_bad_reference_hides_no_emergency(sheet: Path, ref: str) -> None:
    sheet.write_text(f'{EMERGENCY}"ref": {ref}}}')

    code, out, err = assess(sheet)

    assert err.startswith(f"{ACTION}sheet.json:2:2: A107 'ref' ")
    assert (code, out) == (65, b"")


def test_all_problems_are_reported_in_the_order_of_the_sheet(sheet: Path) -> None:
    entries = ('"yeers": 1', '"years": 500', '"days": "long"', '"feverish": "no"')
    sheet.write_text(EMERGENCY + ",\n ".join(entries) + "}")

    code, out, err = assess(sheet)

    lines = [line for line in err.splitlines() if line.startswith("sheet.json:")]
    assert [line.split()[1] for line in lines] == ["A101", "A103", "A104", "A102"]
    assert [line.split(":")[1] for line in lines] == ["2", "3", "4", "5"]
    assert err.startswith(ACTION)
    assert "4 problems.\n" in err
    assert (code, out) == (65, b"")


def test_a_duplicate_key_in_json(sheet: Path) -> None:
    """Neither value is read; other answers are."""
    sheet.write_text('{"years": 44,\n "airway": ["drooling"],\n "years": 45}')

    code, out, err = assess(sheet)

    assert err == (
        f"{ACTION}sheet.json:3:2: A108 'years' appears twice here\n"
        f"  help: keep one of the two; neither was read\n  [years]\n{NO_ASSESSMENT}{HIDDEN}"
    )
    assert (code, out) == (65, b"")


def test_a_duplicate_key_in_yaml(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.yaml"
    sheet.write_text("years: 44\nairway: drooling\nyears: 45\n")

    code, out, err = assess(sheet)

    assert err == (
        f"{ACTION}sheet.yaml:3:1: P106 'years' appears twice here\n"
        f"  help: it is also on line 1\n{NO_ASSESSMENT}{HIDDEN}"
    )
    assert (code, out) == (65, b"")


YAML_TEXT = "A102 'years' cannot be this text"


@pytest.mark.parametrize(
    ("entry", "message", "found"),
    [
        ("years: .nan", YAML_TEXT, "'.nan'"),
        ("years: 44 years", YAML_TEXT, "'44 years'"),
        ("years: 4_4", YAML_TEXT, "'4_4'"),
        ("years: 44,5", YAML_TEXT, "'44,5'"),
        ("years: 1e1", YAML_TEXT, "'1e1'"),
        ("years: +44", YAML_TEXT, "'+44'"),
        ("years: 1:30", YAML_TEXT, "'1:30'"),
        ("years: 044", YAML_TEXT, "'044'"),
        ("years: '\uff14\uff14'", YAML_TEXT, "'\uff14\uff14'"),
        ("feverish: on", "A102 'feverish' cannot be this text", "'on'"),
        ("feverish: 1", "A102 'feverish' cannot be this text", "'1'"),
        ("days: week", "A104 the text is not a choice of 'days'", "'week'"),
        ("yeers: 44", "A101 there is no question 'yeers'", ""),
        ("I am: 44", "A101 there is no question with this key", "'I am'"),
    ],
)
def test_a_bad_answer_in_yaml_hides_no_emergency(
    tmp_path: Path, entry: str, message: str, found: str
) -> None:
    sheet = tmp_path / "sheet.yaml"
    sheet.write_text(f"airway: [breathing]\n{entry}\n")

    code, out, err = assess(sheet)
    _, _, shown = assess(sheet, "--show-values")

    assert err.startswith(f"{ACTION}sheet.yaml:2:1: {message}\n  help: ")
    full = f"{message}: {found}" if found else message
    assert shown.startswith(f"{ACTION}sheet.yaml:2:1: {full}\n    {entry}\n  help: ")
    assert (code, out) == (65, b"")


@pytest.mark.parametrize(
    ("trial", "message", "found"),
    [
        ("yeers=4", "A101 there is no question 'yeers'", ""),
        ("years=x", YAML_TEXT, "'x'"),
        ("years= 5", YAML_TEXT, "' 5'"),
        ("airway=breathin?;drooling", ITEM, "'breathin?'"),
    ],
)
def test_a_bad_set_option_hides_no_emergency(
    sheet: Path, trial: str, message: str, found: str
) -> None:
    sheet.write_text('{"airway": ["breathing"]}' if "airway" not in trial else "{}")

    code, out, err = assess(sheet, "--set", trial)
    _, _, shown = assess(sheet, "--set", trial, "--show-values")

    assert err.startswith(f"{ACTION}--set: {message}\n")
    assert shown.startswith(f"{ACTION}--set: {message}{': ' if found else ''}{found}\n")
    assert (code, out) == (65, b"")


@pytest.mark.parametrize(
    "written", ['["breathing"]', "['breathing', 'drooling?']", '"breathing"', "(breathing)"]
)
def test_a_list_written_as_text_is_read_for_an_emergency(sheet: Path, written: str) -> None:
    sheet.write_text(json.dumps({"airway": written}))

    code, _, err = assess(sheet)

    assert err.startswith(f"{ACTION}sheet.json:1:2: A102 ")
    assert code == 65


@pytest.mark.parametrize(
    ("typed", "airway"),
    [
        ("breathing,drooling?", ["breathing", "drooling?"]),
        ("[breathing, drooling?]", ["breathing", "drooling?"]),
        ('["breathing"; "drooling?"]', ["breathing", "drooling?"]),
        ("[]", []),
        ("none", []),
    ],
)
def test_a_set_option_takes_a_list_as_people_type_it(
    sheet: Path, typed: str, airway: list[str]
) -> None:
    sheet.write_text('{"airway": ["breathing"]}')

    _, out, _ = assess(sheet, "--set", f"airway={typed}")

    assert json.loads(out)["answers"]["airway"] == airway


@pytest.mark.parametrize("trial", ["", "x", "[x]", '[""]', "[' ']"])
def test_a_refused_set_option_replaces_no_emergency(sheet: Path, trial: str) -> None:
    sheet.write_text('{"airway": ["breathing"]}')

    code, _, err = assess(sheet, "--set", f"airway={trial}")

    assert err.startswith(f"{ACTION}--set: A104 item 1 ")
    assert code == 65


@pytest.mark.parametrize("typed", ["[breathing", "breathing]", "breathing ?]", "['drooling"])
def test_a_bracket_in_a_set_option_hides_no_emergency(sheet: Path, typed: str) -> None:
    sheet.write_text("{}")

    code, _, err = assess(sheet, "--set", f"airway={typed}")

    assert err.startswith(f"{ACTION}--set: A104 item 1 ")
    assert code == 65


def test_a_suggestion_for_a_set_option_is_written_like_one(sheet: Path) -> None:
    sheet.write_text("{}")

    _, _, err = assess(sheet, "--set", "airway=breathin?,drooling", "--show-values")

    assert 'help: did you mean "breathing?;drooling"?\n' in err


A114 = "A114 {} is empty\n  help: an empty sheet is {{}}; 'backtriage rules template' writes one"
A113 = "this is not UTF-8 text\n  help: save the file as UTF-8\n"
A110 = "A110 this is not JSON: "
A109 = "A109 a sheet is one"
P101 = "P101 this is not YAML: "

# Files that are not a sheet, and the message about them.
JSON_FILES = {
    "empty": (b"", ": " + A114.format("sheet.json")),
    "blank": (b" \n\t\n", ": " + A114.format("sheet.json")),
    "only a mark": (b"\xef\xbb\xbf", ": " + A114.format("sheet.json")),
    "latin 1": (b'{"days":\n "\xe4"}', f":2:3: A113 {A113}"),
    "utf 16": ('{"years": 4}'.encode("utf-16"), f":1:1: A113 {A113}"),
    "cut off": (b'{"years": 44, "air', f":1:15: {A110}Unterminated string starting at\n"),
    "two objects": (b"{} {}", f":1:4: {A110}Extra data\n"),
    "a word": (b'"x"', f":1:1: {A109} object of question ids and answers\n"),
    "a list": (b"[1]", f":1:1: {A109} object of question ids and answers\n"),
    "nothing": (b"null", f":1:1: {A109} object of question ids and answers\n"),
}
YAML_FILES = {
    "empty": (b"", ": " + A114.format("sheet.yaml")),
    "a list": (b"- years\n", f":1:1: {A109} mapping of question ids and answers\n"),
    "a word": (b"years\n", f":1:1: {A109} mapping of question ids and answers\n"),
    "a NUL": (b"years: \x00\n", f":1:8: {P101}the character U+0000 is not allowed\n"),
    "a tab": (b"years:\n\t44\n", f":2:1: {P101}found character that cannot start any token\n"),
    "an anchor": (b"years: &a 44\n", ":1:8: P102 anchors are not allowed\n"),
    "a tag": (b"years: !!python/name:os.system 4\n", ":1:8: P102 tags are not allowed\n"),
    "two sheets": (b"years: 4\n---\nyears: 5\n", ":2:1: P102 a second document starts here\n"),
}
FILES = [("sheet.json", *row) for row in JSON_FILES.values()]
FILES += [("sheet.yaml", *row) for row in YAML_FILES.values()]
NAMES = [f"json {name}" for name in JSON_FILES] + [f"yaml {name}" for name in YAML_FILES]


@pytest.mark.parametrize(("name", "data", "message"), FILES, ids=NAMES)
def test_a_file_that_is_not_a_sheet(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    """The exit code is that of a data error, and the file is not touched."""
    (tmp_path / name).write_bytes(data)

    code, out, err = assess(tmp_path / name)

    assert err.startswith(f"{name}{message}")
    number, ended = NOT_KNOWN.splitlines(keepends=True)
    assert err.removesuffix(HIDDEN).endswith(f"{number}{exits.UNREAD}\n{ended}")
    assert (code, out) == (65, b"")
    assert (tmp_path / name).read_bytes() == data


@pytest.mark.parametrize(
    ("name", "text", "is_unread"),
    [
        ("a.json", '{"answers": {"a": ["breathing"]}}', True),
        ("a.json", '{"airway": ["breathing"], "longer": 4}', False),  # it is said
        ("a.json", '{"longer": 4}', True),
        ("a.json", '{"years": 999}', False),
        ("a.json", '{"years": 44, "feverihs": 4}', False),
        ("a.json", '[{"airway": ["breathing"]}]', True),
        ("a.yaml", "years: 44\n<<: {airway: [breathing]}\n", True),
        ("a.yaml", "years: 44\n--- \nairway: [breathing]\n", True),
        ("a.yaml", "years: 44\n? [airway]\n: [breathing]\n", True),
        ("a.yaml", "years: 44\nyears: 45\ndays: longer\n", False),
        ("a.yaml", "years: 44", False),
    ],
)
def test_what_could_not_be_read_may_be_an_emergency(
    tmp_path: Path, name: str, text: str, *, is_unread: bool
) -> None:
    (tmp_path / name).write_text(text)
    code, _, err = assess(tmp_path / name)
    assert (code, exits.UNREAD in err or exits.MISREAD in err) == (65, is_unread)
    ended = invoke("batch", str(tmp_path / name), "--rules", TINY)
    assert ("NOT READ" in ended.err) == is_unread


def test_what_is_set_beside_it_does_not_make_a_sheet_read(sheet: Path) -> None:
    sheet.write_text("[1]")
    assert exits.UNREAD in assess(sheet, "--set", "days=longer")[2]
    sheet.write_text('{"years": 44}')
    assert exits.UNREAD not in assess(sheet, "--set", "yeers=4")[2]


@pytest.mark.parametrize(
    ("name", "data"), [("a.json", b'{"years": 44}'), ("a.yaml", b"years: 44\n")]
)
def test_a_byte_order_mark_is_ignored(tmp_path: Path, name: str, data: bytes) -> None:
    """Some editors write one; also on standard input."""
    (tmp_path / name).write_bytes(data)
    plain = assess(tmp_path / name)

    (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + data)
    ran = backtriage("assess", "-", "--rules", TINY, "--country", "GB", "--format", "json",
                     given=b"\xef\xbb\xbf" + data)  # fmt: skip

    assert plain[0] == 3
    assert assess(tmp_path / name) == plain
    assert (ran.code, ran.out, ran.err) == plain


def test_null_means_absent(sheet: Path) -> None:
    sheet.write_text('{"years": 44, "days": null, "airway": null, "ref": null}')
    with_nulls = assess(sheet)

    sheet.write_text('{"years": 44}')

    assert with_nulls == assess(sheet)
    assert with_nulls[0] == 3


MILLION = 1_000_000
NESTED = {
    "brackets.json": (b"[" * MILLION, "A112 nested more than 50 deep"),
    "objects.json": (b'{"a":' * (MILLION // 5), "A112 nested more than 50 deep"),
    "in_a_value.json": (b'{"airway": ' + b"[" * MILLION, "A112 nested more than 50 deep"),
    "brackets.yaml": (b"[" * MILLION, "P103 "),
    "in_a_value.yaml": (b"airway: " + b"[" * MILLION, "P103 "),
    "dashes.yaml": (b"- " * (MILLION // 2), "P103 "),
    "million_dashes.yaml": (b"- " * MILLION, "A111 "),
    "questions.yaml": (b"? " * (MILLION // 2), "P103 "),
}


@pytest.mark.parametrize("name", NESTED)
def test_deep_nesting_is_an_error_not_a_crash(tmp_path: Path, name: str) -> None:
    """Depth is checked before anything is parsed."""
    data, message = NESTED[name]
    (tmp_path / name).write_bytes(data)

    code, out, err = assess(tmp_path / name, run=backtriage)

    assert message in err.splitlines()[0]
    assert all(len(line) < 400 for line in err.splitlines())
    assert (code, out) == (65, b"")


@pytest.mark.parametrize(
    ("text", "code"),
    [("- " * MILLION, "P103"), ("rules: " + "[" * MILLION, "P104")],
    ids=["dash", "flow"],
)
def test_deep_nesting_in_the_rules_is_an_error(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "protocol.yaml").write_text(text)

    ran = backtriage("assess", "-", "--rules", tmp_path, "--format", "json", given=b"{}")

    assert "protocol.yaml:1:" in ran.err.splitlines()[0]
    assert code in ran.err.splitlines()[0]
    assert (ran.code, ran.out) == (78, b"")


def test_huge_rules_are_refused(tmp_path: Path) -> None:
    with (tmp_path / "protocol.yaml").open("wb") as file:
        file.truncate(100 * 1024 * 1024)

    ran = backtriage("assess", "-", "--rules", tmp_path, given=b"{}")

    assert ran.err == (
        f"backtriage: cannot read {tmp_path}/protocol.yaml: a rules file may have 4 MiB at most\n"
    )
    assert (ran.code, ran.out) == (66, b"")


@pytest.mark.parametrize("what", ["folder", "file"])
def test_unreadable_rules(tmp_path: Path, what: str) -> None:
    """A folder that cannot be listed is not treated as empty."""
    rules = tmp_path / "rules"
    shutil.copytree(TINY, rules)
    closed = rules if what == "folder" else rules / "protocol.yaml"
    closed.chmod(0)

    ran = backtriage("assess", "-", "--rules", rules, given=b"{}", powerless=True)

    of = f"the rules in {rules}" if what == "folder" else closed
    assert ran.err == f"backtriage: cannot read {of}: permission denied\n"
    assert (ran.code, ran.out) == (66, b"")
    closed.chmod(0o700)


@pytest.mark.cold_cache
@pytest.mark.parametrize("arguments", [(), ("ask",), ("ask", "--plain"), ("ask", "--resume")])
@pytest.mark.parametrize("streams", ['exec "$@"', 'exec "$@" <&-', 'exec "$@" </dev/null'])
def test_an_interview_without_a_terminal(
    isolated_home: Path, arguments: tuple[str, ...], streams: str
) -> None:
    """It refers to `assess` and writes nothing."""
    ran = backtriage(*arguments, streams=streams)

    assert ran.err == (
        "backtriage: the interview needs a terminal. In a script: backtriage assess SHEET.json\n"
    )
    assert (ran.code, ran.out) == (2, b"")
    assert everything_in(isolated_home) == {}


def test_all_problems_of_unsound_rules_are_reported() -> None:
    rules = ROOT / "tests" / "data" / "invalid" / "thirty"
    expected = (rules.parent / "thirty.txt").read_text().splitlines()
    named = [line for line in expected if not line.startswith(" ")]

    ran = backtriage("assess", "-", "--rules", rules, "--format", "json", given=b"{}")

    assert [line for line in ran.err.splitlines() if line in named] == named
    assert len(named) == 30
    assert ran.err.endswith(
        "30 problems in 4 files.\n"
        "The rules cannot be used until this is fixed, so no result was produced.\n"
    )
    assert (ran.code, ran.out) == (78, b"")


@pytest.mark.parametrize(
    "words", [("assess", "-"), ("rules", "check"), ("rules", "test"), ("rules", "show"),
              ("rules", "schema"), ("rules", "template")], ids=" ".join
)  # fmt: skip
def test_missing_rules(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Every command prints the same message."""
    file = tmp_path / "file"
    file.touch()

    gone = invoke(*words, "--rules", tmp_path / "gone", given=b"{}")
    none = invoke(*words, "--rules", file, given=b"{}")

    assert gone.err == (
        f"backtriage: cannot read the rules in {tmp_path}/gone: there is no such folder\n"
    )
    assert none.err == f"backtriage: cannot read the rules in {file}: it is not a folder\n"
    assert (gone.code, gone.out) == (none.code, none.out) == (66, b"")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--country", "ZZ"), "there is no country 'ZZ'; there are: GB"),
        (("--country", "default"), "there is no country 'DEFAULT'; there are: GB"),
        (("--lang", "xx"), "there is no language 'xx'; there is: en"),
        (("--format", "xml"), "'xml' is not one of 'text', 'json', 'markdown', 'html'"),
        (("--for", "nurse"), "'nurse' is not one of 'patient', 'clinician'"),
        (("--frmat", "json"), "No such option: --frmat"),
        (("--set", "years"), "number 1 is not of the form id=value"),
        (("--set", "years=1", "--set", "years=2"), "number 2 sets what an earlier one sets"),
        (("--why", "--format", "json"), "--why works with text, markdown and html, not with json"),
        (
            ("--why-not", "same_day", "--format", "html"),
            "--why-not works with text, markdown and json, not with html",
        ),
        (("--full", "--format", "json"), "--full works with text, markdown and html, not with"),
        (("--section", "why", "--format", "json"), "--section works with text, markdown and html"),
        (("--section", "why", "--format", "html"), "--section works with text and markdown, not"),
        (("--full", "--for", "clinician"), "--full works for the patient, not for the clinician"),
        (("--section", "foods"), "this result has no section 'foods'; it has why, about"),
        (("another.json",), "one sheet at a time"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_bad_options(arguments: tuple[str, ...], message: str) -> None:
    ran = invoke("assess", "-", "--rules", TINY, *arguments, given=b"{}")

    assert message in ran.err
    assert (ran.code, ran.out) == (2, b"")


@pytest.mark.parametrize("code", ["GB", "gb", "UK", "uk"])
def test_a_country_in_any_case(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = invoke("assess", "-", "--rules", TINY, "--country", code, given=b"{}")
    monkeypatch.setenv("BACKTRIAGE_COUNTRY", code)
    set_before = invoke("assess", "-", "--rules", TINY, given=b"{}")
    monkeypatch.setenv("BACKTRIAGE_COUNTRY", "ZZ")
    option_first = invoke("assess", "-", "--rules", TINY, "--country", code, given=b"{}")

    assert b"999" in written.out
    assert written.out == set_before.out == option_first.out


def test_an_unknown_country_of_the_environment_hides_no_emergency(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is no part of the command, and counts as none; the same one as an option is a mistake."""
    table = tmp_path / "a.csv"
    table.write_text("years,airway\n44,breathing\n")
    sheet = b'{"years": 44, "airway": ["breathing"]}'
    without = invoke("assess", "-", "--rules", TINY, given=sheet)
    monkeypatch.setenv("BACKTRIAGE_COUNTRY", "xx\x1b")
    ran = invoke("assess", "-", "--rules", TINY, given=sheet)
    batch = invoke("batch", table, "--rules", TINY)
    wrong = invoke("assess", "-", "--rules", TINY, "--country", "yy", given=sheet)

    said = "BACKTRIAGE_COUNTRY counts for nothing: there is no country 'XX<U+001B>'; there are: GB"
    assert said in ran.err
    assert (ran.code, ran.out) == (without.code, without.out)
    assert said in batch.err
    assert "EMERGENCY" in batch.err
    assert (wrong.code, wrong.out) == (2, b"")


@pytest.mark.parametrize("words", [("asess",), ("rules", "chek"), ("assess",)], ids=" ".join)
def test_bad_commands(words: tuple[str, ...]) -> None:
    ran = backtriage(*words)

    assert "Error: " in ran.err
    assert (ran.code, ran.out) == (2, b"")
