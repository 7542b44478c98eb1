"""`backtriage assess --since`: what has changed since an earlier result, and why it moved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.process import Completed, invoke
from tests.support.protocols import ROOT, TINY
from tests.support.sheets import STRAIN

pytestmark = pytest.mark.usefixtures("warm_cache")

SORE = {"years": 44, "airway": [], "days": "under_1_week", "feverish": False}
OLD = ROOT / "tests" / "data" / "records" / "back_pain-1.0.0-home.json"


def assess(folder: Path, sheet: dict[str, Any], *options: str | Path) -> Completed:
    (folder / "sheet.json").write_text(json.dumps(sheet))
    return invoke("assess", folder / "sheet.json", *options)


def recorded(folder: Path, sheet: dict[str, Any], *options: str | Path) -> Path:
    """Save the result of a sheet."""
    (folder / "before.json").write_bytes(assess(folder, sheet, "--format", "json", *options).out)
    return folder / "before.json"


def test_it_says_from_what_to_what_and_why(tmp_path: Path) -> None:
    before = recorded(tmp_path, SORE, "--rules", TINY)
    now = SORE | {"feverish": True, "fever_days": 4}
    found = assess(tmp_path, now, "--rules", TINY, "--since", before)

    assert found.code == 0
    assert (
        "Since the earlier result\n"
        "  From AT HOME to TODAY.\n"
        "  - New: A fever that stays needs a check.\n"
        "  - No longer: Most sore throats get better by themselves.\n"
        "  - Fever: no; now: yes\n"
        "  - Days of fever: not answered; now: 4 days\n"
    ) in found.out.decode()


def test_a_reason_that_is_gone_is_named(tmp_path: Path) -> None:
    before = recorded(tmp_path, SORE | {"feverish": True, "fever_days": 4}, "--rules", TINY)
    found = assess(
        tmp_path, SORE, "--rules", TINY, "--since", before, "--format", "markdown"
    ).out.decode()
    assert "From TODAY to AT HOME." in found
    assert "- No longer: A fever that stays needs a check." in found


def test_nothing_may_have_changed(tmp_path: Path) -> None:
    before = recorded(tmp_path, SORE, "--rules", TINY)
    found = assess(tmp_path, SORE, "--rules", TINY, "--since", before).out.decode()
    assert "  AT HOME, as before.\n  - No answer has changed.\n" in found


def test_other_rules_are_said_first(tmp_path: Path) -> None:
    found = " ".join(assess(tmp_path, dict(STRAIN), "--since", OLD).out.decode().split())
    versions = "(back_pain 1.0.0, now back_pain 2.0.0)"
    assert f"The rules have changed since {versions}, so a change of the result need not" in found


@pytest.mark.parametrize(
    ("options", "code", "why"),
    [
        (("--format", "json"), 2, "--since works with text and markdown"),
        (("--why-not", "routine"), 2, "--since works with text and markdown"),
    ],
)
def test_what_does_not_go_together_is_refused(
    tmp_path: Path, options: tuple[str, ...], code: int, why: str
) -> None:
    found = assess(tmp_path, SORE, "--rules", TINY, "--since", OLD, *options)
    assert (found.code, why in found.err) == (code, True)


def test_a_result_of_other_rules_or_none_is_no_result(tmp_path: Path) -> None:
    other = assess(tmp_path, SORE, "--rules", TINY, "--since", OLD)
    assert (other.code, "is a result of other rules" in other.err) == (66, True)
    none = assess(tmp_path, SORE, "--rules", TINY, "--since", tmp_path / "sheet.json")
    assert (none.code, "is not a result" in none.err) == (66, True)


def test_an_emergency_is_said_though_the_earlier_result_cannot_be_read(tmp_path: Path) -> None:
    found = assess(
        tmp_path, SORE | {"airway": ["breathing"]}, "--rules", TINY, "--country", "GB",
        "--since", tmp_path / "gone.json",
    )  # fmt: skip
    assert found.code == 66
    assert "Call 999 now" in found.err
