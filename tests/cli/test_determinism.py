"""The same sheet gives the same bytes on every machine; a country changes only texts."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from tests.support.process import EXAMPLE, backtriage
from tests.support.protocols import ROOT, TINY

pytestmark = [pytest.mark.usefixtures("warm_cache"), pytest.mark.first_only]

INCOMPLETE = (
    b'{"age": 70, "sex": "female", "illness_signs": ["fever", "wasting?"], "ref": "K\xc3\xb6ln 7"}'
)
SHEETS = {"complete": EXAMPLE.read_bytes(), "incomplete": INCOMPLETE}

ENVIRONMENTS = {
    "another seed": {"PYTHONHASHSEED": "1"},
    "a third seed": {"PYTHONHASHSEED": "4294967295"},
    "plain C": {"LC_ALL": "C", "LANG": "C"},
    "a language that is not there": {"LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE"},
    "latin 1": {"PYTHONIOENCODING": "latin-1"},
    "no UTF-8 mode": {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "POSIX"},
    "far east": {"TZ": "Pacific/Kiritimati"},
    "far west": {"TZ": "Etc/GMT+12"},
    "narrow": {"COLUMNS": "20", "LINES": "5"},
    "wide": {"COLUMNS": "400"},
    "colours": {"FORCE_COLOR": "1", "TERM": "xterm-256color"},
    "no colours": {"NO_COLOR": "1", "TERM": "dumb"},
    "optimised": {"PYTHONOPTIMIZE": "2"},
}


@cache
def in_reference_environment(sheet: bytes, form: str) -> bytes:
    """Return what is written for a sheet in UTF-8 and UTC."""
    usual = {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    return assess(sheet, "--country", "GB", "--format", form, env=usual)


def assess(sheet: bytes, *options: str | Path, env: dict[str, str] | None = None) -> bytes:
    """Return what is written for a sheet on standard input."""
    ran = backtriage("assess", "-", *options, given=sheet, env=env)
    assert ran.err == ""
    return ran.out


@pytest.mark.cold_cache
@pytest.mark.parametrize(("sheet", "form"), [("complete", "json"), ("incomplete", "text")])
def test_the_cache_changes_nothing(sheet: str, form: str) -> None:
    """The first run writes it, the second reads it, the third does neither."""
    words = ("--country", "GB", "--format", form)
    first = assess(SHEETS[sheet], *words)

    assert first == assess(SHEETS[sheet], *words)
    assert first == assess(SHEETS[sheet], *words, "--no-save")
    assert first.endswith(b"\n")
    assert not first.endswith(b"\n\n")
    assert b"\x1b" not in first
    assert b"\r" not in first


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
@pytest.mark.parametrize(("sheet", "form"), [("complete", "json"), ("incomplete", "text")])
def test_the_environment_changes_nothing(sheet: str, form: str, env: dict[str, str]) -> None:
    written = assess(SHEETS[sheet], "--country", "GB", "--format", form, env=env)
    assert written == in_reference_environment(SHEETS[sheet], form)


def test_paths_change_nothing(tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    copy.mkdir()
    (copy / "protocol.yaml").write_bytes((TINY / "protocol.yaml").read_bytes())
    (tmp_path / "sheet.json").write_text('{"years": 44}')
    form = ("--format", "json")

    here = backtriage("assess", "sheet.json", "--rules", "elsewhere", *form, cwd=tmp_path)
    there = backtriage("assess", tmp_path / "sheet.json", "--rules", TINY, *form, cwd=ROOT)

    assert (here.code, there.code) == (3, 3)
    assert here == there


def test_order_and_layout_of_the_sheet_change_nothing() -> None:
    answers = json.loads(EXAMPLE.read_text())
    turned = {
        question: value[::-1] if isinstance(value, list) else value
        for question, value in reversed(answers.items())
    }
    assert turned != answers  # some list has two entries
    options = ("--country", "GB", "--format", "json")

    expected = assess(EXAMPLE.read_bytes(), *options)

    assert assess(json.dumps(turned).encode(), *options) == expected
    assert assess(json.dumps(turned, indent=8).encode(), *options) == expected


def test_json_yaml_and_options_are_the_same_sheet() -> None:
    options = ("--rules", TINY, "--country", "GB", "--format", "json")
    answers = {"years": "44", "airway": "none", "days": "longer", "feverish": "no"}
    as_yaml = "".join(f"{key}: {value}\n" for key, value in answers.items())
    trials = [word for key, value in answers.items() for word in ("--set", f"{key}={value}")]

    expected = assess(
        b'{"years": 44, "airway": [], "days": "longer", "feverish": false}', *options
    )

    assert assess(as_yaml.encode(), *options) == expected
    assert assess(b"{}", *options, *trials) == expected


def test_the_answers_in_an_assessment_are_a_sheet_again() -> None:
    options = ("--country", "GB", "--format", "json")
    first = assess(EXAMPLE.read_bytes(), *options)

    assert assess(json.dumps(json.loads(first)["answers"]).encode(), *options) == first


def test_a_reference_is_not_normalised() -> None:
    """It is the caller's own."""
    options = ("--rules", TINY, "--country", "GB", "--format", "json")
    apart = '{"airway": ["breathing"], "ref": "Ko\u0308ln"}'.encode()

    assert "Ko\u0308ln" in assess(apart, *options).decode()


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_the_country_changes_only_texts(sheet: bytes) -> None:
    """No urgency, reason, order or advice, and not the receipt."""
    given, elsewhere, nowhere = (
        json.loads(assess(sheet, *country, "--format", "json"))
        for country in (("--country", "GB"), ("--country", "US"), ())
    )

    for other in (elsewhere, nowhere):
        different = set(differing_paths(given, other))
        assert different
        named = {[part for part in path if not part.isdigit()][-1] for path in different}
        assert named <= {"headline", "where", "country", "text", "cells"}
        assert {path[0] for path in different} <= {
            "action", "reasons", "come_back_if", "advice", "modules"
        }  # fmt: skip
        assert other["receipt"] == given["receipt"]
    assert given["action"]["country"] == "GB"
    assert nowhere["action"]["country"] is None


def differing_paths(one: object, other: object, *path: str) -> list[tuple[str, ...]]:
    """Return the paths at which two JSON values differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        assert list(one) == list(other), path
        return [
            found for key in one for found in differing_paths(one[key], other[key], *path, key)
        ]
    if isinstance(one, list) and isinstance(other, list):
        assert len(one) == len(other), path
        pairs = enumerate(zip(one, other, strict=True))
        return [found for at, (a, b) in pairs for found in differing_paths(a, b, *path, str(at))]
    return [] if one == other else [path]


def test_the_reader_does_not_change_the_json() -> None:
    sheet = EXAMPLE.read_bytes()

    assert assess(sheet, "--format", "json", "--for", "clinician") == assess(
        sheet, "--format", "json", "--for", "patient"
    )
