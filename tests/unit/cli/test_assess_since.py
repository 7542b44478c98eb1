"""`backtriage assess --since`: what has changed since an earlier result, and why it moved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from backtriage.exchange.assessment_schema import assessment_schema
from tests.support.process import Completed, invoke
from tests.support.protocols import ROOT, TINY, tiny
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


@pytest.mark.parametrize(
    ("earlier", "answers"),
    [
        ({}, {"pregnancy_danger": ["push"]}),
        (
            {"health": ["steroid"], "steroid_illness": True},
            {"health": [], "steroid_illness": True},
        ),
    ],
)
@pytest.mark.parametrize(
    "private",
    [
        {"harm_signs": ["suicide"], "suicide_safety": True},
        {"harm_signs": ["not_safe"], "safe_now": "not_safe"},
    ],
)
def test_a_private_emergency_beside_a_contradiction_is_not_told(
    earlier: dict[str, Any], answers: dict[str, Any], private: dict[str, Any], tmp_path: Path
) -> None:
    """Both are an emergency, and the contradiction is the reason where nothing private is."""
    man = {"age": 40, "sex": "male"}
    before = recorded(tmp_path, man | earlier)

    others = assess(tmp_path, man | answers | {"harm_signs": []}, "--since", before)
    told = assess(tmp_path, man | answers | private, "--since", before)

    assert "EMERGENCY" in others.out.decode()
    assert told.out == others.out


def test_a_reason_that_a_private_one_hides_is_not_gone(tmp_path: Path) -> None:
    sheet = {
        "danger_signs": "not_sure", "nerve_signs": [], "old_trouble": "with_pain",
        "harm_signs": [], "suicide_safety": True,
    }  # fmt: skip
    before = recorded(tmp_path, sheet)

    found = assess(tmp_path, sheet, "--since", before).out.decode()

    assert "EMERGENCY, as before.\n  - No answer has changed.\n" in found


def test_an_emergency_is_told_no_reason_to_stay_at_home(tmp_path: Path) -> None:
    """And nothing is gone of which nobody was asked this time."""
    calf = STRAIN | {"where": ["back", "leg"], "limb_signs": ["calf"]}
    usual = STRAIN | {"how_long": "over_3_months", "change": "usual", "stiffness_signs": []}
    before = recorded(tmp_path, dict(calf))

    found = assess(tmp_path, usual | {"collapse": ["chest"]}, "--since", before).out.decode()
    unasked = STRAIN | {"where": ["back", "leg"], "collapse": ["chest"]}
    open_ = assess(tmp_path, dict(unasked), "--since", before).out.decode()

    assert "needs a visit" not in found.partition("Since the earlier result")[2]
    assert "No longer: A swollen calf" in found
    assert "No longer" not in open_


def test_what_an_answer_that_is_set_aside_still_says_is_not_gone(tmp_path: Path) -> None:
    """Nor does it tell which private answer makes the urgency higher now."""
    strain = STRAIN | {"age": 70, "temples": [], "health": [], "immune_kinds": ["immune?"]}
    before = recorded(tmp_path, strain | {"pregnancy_danger": ["constant_pain?"]})

    found = [
        assess(tmp_path, strain | private, "--since", before).out.decode()
        for private in (
            {"harm_signs": ["not_safe"], "safe_now": "talk"},
            {"harm_signs": [], "safe_now": "not_sure"},
        )
    ]

    assert "No longer: In pregnancy" in found[0]
    assert "No longer: Your risk" not in found[0]
    assert len({page.partition("Since the earlier result")[2] for page in found}) == 1


def test_a_private_contradiction_makes_nothing_new(tmp_path: Path) -> None:
    """It makes all answers count that are set aside, also those of which nothing may be told."""
    strain = STRAIN | {"illness_signs": ["burn"], "temples": ["headache"]}
    before = recorded(tmp_path, dict(strain))

    contradicted, fitting = (
        assess(
            tmp_path, strain | {"harm_signs": signs, "safe_now": "not_safe"}, "--since", before
        ).out.decode().partition("Since the earlier result")[2]
        for signs in ([], ["not_safe"])
    )  # fmt: skip

    assert "EMERGENCY" in fitting
    assert contradicted == fitting


def test_what_two_rules_say_is_not_gone_with_one_of_them(tmp_path: Path) -> None:
    both, one = (STRAIN | {"illness_signs": signs} for signs in (["lump", "wasting"], ["lump"]))
    text = "A new lump or change of shape"

    gone = assess(tmp_path, dict(one), "--since", recorded(tmp_path, dict(both))).out.decode()
    new = assess(tmp_path, dict(both), "--since", recorded(tmp_path, dict(one))).out.decode()

    assert f"No longer: {text}" not in gone
    assert f"New: {text}" not in new


def test_what_another_rule_says_as_well_is_neither_new_nor_gone(tmp_path: Path) -> None:
    woman = STRAIN | {"sex": "female", "age": 38}
    before = recorded(tmp_path, woman | {"pregnancy": "cannot_be"})
    now = woman | {
        "pregnancy": "is_pregnant", "early_signs": [], "pregnancy_stage": "from_13",
        "pregnancy_danger": [], "baby_signs": [], "pregnancy_seen": "yes_unchanged",
    }  # fmt: skip
    found = assess(tmp_path, now, "--since", before).out.decode()
    assert "AT HOME, as before." in found
    assert "Nothing you ticked" not in found.partition("Since the earlier result")[2]


def test_the_version_of_a_forged_result_is_shown_as_text(tmp_path: Path) -> None:
    before = recorded(tmp_path, SORE, "--rules", TINY)
    record = json.loads(before.read_text())
    record["protocol"] |= {"version": "\x1b[2J0.1.0", "digest": f"sha256:{'0' * 64}"}
    before.write_text(json.dumps(record))

    found = assess(tmp_path, SORE, "--rules", TINY, "--since", before).out.decode()

    assert "\x1b" not in found
    assert "<U+001B>[2J0.1.0" in found


def test_nothing_may_have_changed(tmp_path: Path) -> None:
    before = recorded(tmp_path, SORE, "--rules", TINY)
    found = assess(tmp_path, SORE, "--rules", TINY, "--since", before).out.decode()
    assert "  AT HOME, as before.\n  - No answer has changed.\n" in found


def test_other_rules_are_said_first(tmp_path: Path) -> None:
    found = " ".join(assess(tmp_path, dict(STRAIN), "--since", OLD).out.decode().split())
    versions = "(back_pain 1.0.0, now back_pain 2.0.0)"
    assert f"The rules have changed since {versions}, so a change of the result need not" in found


def test_a_program_is_told_the_same(tmp_path: Path) -> None:
    before = recorded(tmp_path, SORE, "--rules", TINY)
    now = SORE | {"feverish": True, "fever_days": 4}
    output = assess(tmp_path, now, "--rules", TINY, "--since", before, "--format", "json")
    found = json.loads(output.out)

    Draft202012Validator(assessment_schema(tiny())).validate(found)
    assert found["urgency"] == "same_day"
    assert found["since"] == {
        "schema": "backtriage.since/1",
        "protocol": "sore_throat 0.1.0",
        "same_rules": True,
        "before": "self_care",
        "new": ["fever_today"],
        "no_longer": ["home"],
        "answers": [
            {"question": "feverish", "before": False, "now": True},
            {"question": "fever_days", "before": None, "now": 4},
        ],
    }
    (tmp_path / "now.json").write_bytes(output.out)
    again = assess(tmp_path, now, "--rules", TINY, "--since", tmp_path / "now.json")
    assert "TODAY, as before." in again.out.decode()


@pytest.mark.parametrize("audience", ["patient", "clinician"])
def test_a_page_has_it_below_the_result(audience: str, tmp_path: Path) -> None:
    before = recorded(tmp_path, SORE | {"feverish": True, "fever_days": 4}, "--rules", TINY)
    page = assess(
        tmp_path, SORE, "--rules", TINY, "--since", before, "--format", "html", "--for", audience
    ).out.decode()
    assert "<h2>Since the earlier result</h2>" in page
    assert page.index("</h1>") < page.index("From TODAY to AT HOME.")


def test_one_is_asked_for_after_the_other(tmp_path: Path) -> None:
    found = assess(tmp_path, SORE, "--rules", TINY, "--since", OLD, "--why-not", "routine")
    assert (found.code, "--since works without --why-not" in found.err) == (2, True)


def test_a_result_of_other_rules_or_none_is_no_result(tmp_path: Path) -> None:
    other = assess(tmp_path, SORE, "--rules", TINY, "--since", OLD)
    assert (other.code, "is a result of other rules" in other.err) == (66, True)
    none = assess(tmp_path, SORE, "--rules", TINY, "--since", tmp_path / "sheet.json")
    assert (none.code, "is not a result" in none.err) == (66, True)


def test_a_result_of_another_reference_is_of_somebody_else(tmp_path: Path) -> None:
    before = recorded(tmp_path, SORE | {"ref": "B-2"}, "--rules", TINY)

    found = assess(tmp_path, SORE | {"ref": "A-17"}, "--rules", TINY, "--since", before)
    same = assess(tmp_path, SORE | {"ref": "B-2"}, "--rules", TINY, "--since", before)
    none = assess(tmp_path, SORE, "--rules", TINY, "--since", before)

    assert (found.code, found.out) == (66, b"")
    assert "may be a result of somebody else: its 'ref' is another one" in found.err
    assert (same.code, none.code) == (0, 66)


def test_an_emergency_is_said_though_the_earlier_result_cannot_be_read(tmp_path: Path) -> None:
    found = assess(
        tmp_path, SORE | {"airway": ["breathing"]}, "--rules", TINY, "--country", "GB",
        "--since", tmp_path / "gone.json",
    )  # fmt: skip
    assert found.code == 66
    assert "Call 999 now" in found.err
