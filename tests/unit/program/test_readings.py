"""The nearest readings of what a sheet got wrong."""

from __future__ import annotations

import json

import pytest

from backtriage.decide.assessment import assess_readable
from backtriage.program.readings import reading_of
from backtriage.program.sheet import sheet_from_bytes
from backtriage.program.validate import validate
from backtriage.protocol.suggestions import marks_in
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Ticks
from tests.support.protocols import tiny


@pytest.mark.parametrize(
    ("sheet", "urgency"),
    [
        ('{"airway": ["breathing"], "airway": ["breathing", "drooling"]}', Urgency.EMERGENCY),
        ('{"airway": ["breathing"], "airway": ["drooling"]}', Urgency.EMERGENCY),
        ('{"airway": ["breathing"], "airway": []}', Urgency.SELF_CARE),
        ('{"airway": ["breathing"], "airway": 17}', Urgency.SELF_CARE),
    ],
)
def test_a_doubled_list_is_an_emergency_if_each_reading_is(sheet: str, urgency: Urgency) -> None:
    validated = validate(tiny(), sheet_from_bytes(sheet.encode(), "a.json", is_yaml=False))

    assert validated.problems
    assert assess_readable(tiny(), validated).certain is urgency


def test_marks_of_a_mapping_and_of_endless_words() -> None:
    airway = tiny().questions["airway"]

    assert marks_in(airway, {"breathing": "not_sure"}) == Ticks(unsure=frozenset({"breathing"}))
    assert marks_in(airway, {"breathing": 2}) == marks_in(airway, {17: True}) == Ticks()
    many = [f"word{at}" for at in range(5_000)]
    assert marks_in(airway, [*many, "breathing"]) == Ticks(yes=frozenset({"breathing"}))


@pytest.mark.parametrize(
    ("raw", "marks"),
    [
        ("It is hard to breathe.", Ticks(yes=frozenset({"breathing"}))),
        (["IT IS HARD TO BREATHE"], Ticks(yes=frozenset({"breathing"}))),
        ({"It is hard to breathe": "yes"}, Ticks(yes=frozenset({"breathing"}))),
        ([{"value": "breathing"}], Ticks(yes=frozenset({"breathing"}))),
        ({"Value": ["breathing?"]}, Ticks(unsure=frozenset({"breathing"}))),
        ("breathing=true", Ticks(yes=frozenset({"breathing"}))),
        (["drooling: no", "breathing: not sure"], Ticks(unsure=frozenset({"breathing"}))),
        ("breathing: no", Ticks()),
        ("not hard to breathe", Ticks()),
        ([[[[{"value": "breathing"}]]]], Ticks()),
    ],
    ids=repr,
)
def test_marks_of_what_forms_export(raw: object, marks: Ticks) -> None:
    assert marks_in(tiny().questions["airway"], raw) == marks


@pytest.mark.parametrize(
    "raw",
    [
        "\u201cbreathing\u201d", "\u00abbreathing\u00bb", "`breathing`", "*breathing*",
        "\u2022 breathing", "- breathing", "- drool\n- breathing", "1. breathing",
        "\u2611 breathing", "[x] breathing", "- [x] breathing",
        "[x] It is hard to breathe.\n[ ] You cannot swallow your own spit.",
        "[x] breathing\n[ ] drooling",
        "\u2611 breathing\n\n\u2610 drooling", '="breathing"', "breathing: \u2713",
        {"breathing": "1.0"},
    ],
    ids=repr,
)  # fmt: skip
def test_marks_of_what_word_processors_and_spreadsheets_write(raw: object) -> None:
    assert marks_in(tiny().questions["airway"], raw) == Ticks(yes=frozenset({"breathing"}))


def test_a_bullet_takes_no_doubt_away() -> None:
    marks = marks_in(tiny().questions["airway"], "\u2022 breathing?")
    assert marks == Ticks(unsure=frozenset({"breathing"}))


@pytest.mark.parametrize(
    "raw",
    [
        "- [ ] breathing",
        "\u2610 breathing",
        "[ ] breathing",
        "-breathing",
        "breathing-",
        "- no breathing",
    ],
)
def test_what_is_not_ticked_is_no_mark(raw: str) -> None:
    assert marks_in(tiny().questions["airway"], raw) == Ticks()


@pytest.mark.parametrize(
    ("sheet", "urgency"),
    [
        ('{"airway.breathing": true}', Urgency.EMERGENCY),
        ('{"airway[breathing]": true}', Urgency.EMERGENCY),
        ('{"airway/breathing": 1}', Urgency.EMERGENCY),
        ('{"airway___breathing": 1}', Urgency.EMERGENCY),
        ('{"airway___breathing": 0}', Urgency.SELF_CARE),
        ('{"answers.airway": ["breathing"]}', Urgency.EMERGENCY),
        ('{"answers": {"airway": ["breathing"], "years": 40}}', Urgency.EMERGENCY),
        ('{"answers": {"airway": []}}', Urgency.SELF_CARE),
        ('{"answers": [{"Airway": ["breathing."]}]}', Urgency.EMERGENCY),
        ('{"answers": {"triage": {"airway.breathing": true}}}', Urgency.EMERGENCY),
        ('{"a": {"b": {"c": {"d": {"airway": ["breathing"]}}}}}', Urgency.SELF_CARE),
        (
            json.dumps({f"f{at}": "x" for at in range(200)} | {"AIRWAY": ["breathing"]}),
            Urgency.EMERGENCY,
        ),
        ('{"airway": "", "airway": ["breathing"]}', Urgency.EMERGENCY),
        ('{"airway": {}, "airway": [""], "airway": ["breathing"]}', Urgency.EMERGENCY),
        ('{"\'airway\'": ["breathing"]}', Urgency.EMERGENCY),
        ('{"[airway]": ["breathing"]}', Urgency.EMERGENCY),
        ('{"airway.": ["breathing"]}', Urgency.EMERGENCY),
        ('{"\u201cairway\u201d:": ["breathing"]}', Urgency.EMERGENCY),
        ('{"airway?": ["breathing"]}', Urgency.EMERGENCY),
        ('{"no airway": ["breathing"]}', Urgency.SELF_CARE),
        ('{"airway_breathing": true}', Urgency.EMERGENCY),
        ('{"airway breathing": "Y"}', Urgency.EMERGENCY),
        ('{"airway": {"breathing": "checked"}}', Urgency.EMERGENCY),
        ('{"airway[0]": "breathing"}', Urgency.EMERGENCY),
        ('{"airway": {"0": "breathing"}}', Urgency.EMERGENCY),
        ('{"data[airway][breathing]": "on"}', Urgency.EMERGENCY),
        ('{"form.page1.airway": ["breathing"]}', Urgency.EMERGENCY),
        ('{"Airway": ["breathing"], "airway_notes": "a cold"}', Urgency.EMERGENCY),
        ('{"airway_breathing": false, "airway_notes": "breathing"}', Urgency.SELF_CARE),
        ('{"airway_not_breathing": true}', Urgency.SELF_CARE),
        (f'{{"{"a_" * 12}airway": ["breathing"]}}', Urgency.SELF_CARE),
        ('{"airway.breathing": 1}', Urgency.EMERGENCY),
        ('{"airway.breathing": "yes"}', Urgency.EMERGENCY),
        ('{"airway.breathing": "not_sure"}', Urgency.EMERGENCY),
        ('{"airway.breathing?": true}', Urgency.EMERGENCY),
        ('{"airway.drooling": false, "airway.breathing": true}', Urgency.EMERGENCY),
        ('{"airwya.braething": true}', Urgency.EMERGENCY),
        ('{"airway.breathing": true, "airway.drooling": true}', Urgency.EMERGENCY),
        ('{"airway.breathing": false}', Urgency.SELF_CARE),
        ('{"airway.breathing": "no"}', Urgency.SELF_CARE),
        ('{"airway.breathing": null}', Urgency.SELF_CARE),
        ('{"airway.breathing": ["breathing"]}', Urgency.SELF_CARE),
        ('{"airway.no_breathing": true}', Urgency.SELF_CARE),
        ('{"airway.": true, ".breathing": true, ".": true}', Urgency.SELF_CARE),
        ('{"feverish.breathing": true}', Urgency.SELF_CARE),
        # The list itself says no, and one of the two is wrong.
        ('{"airway": [], "airway.breathing": true}', Urgency.SELF_CARE),
        ('{"airway": ["breathing\uff1f"]}', Urgency.EMERGENCY),
        ('{"airway": ["\uff42reathing"]}', Urgency.EMERGENCY),
        ('{"\uff41irway": ["breathing"]}', Urgency.EMERGENCY),
        ('{"airway": "breathing\uff0cdrooling"}', Urgency.EMERGENCY),
        ('{"airway": ["no\u3000breathing"]}', Urgency.SELF_CARE),
    ],
)
def test_an_item_that_is_written_as_a_key_or_in_full_width(sheet: str, urgency: Urgency) -> None:
    """As `checked` names an item, and as keyboards of East Asia write it."""
    validated = validate(tiny(), sheet_from_bytes(sheet.encode(), "a.json", is_yaml=False))

    assert validated.problems
    assert assess_readable(tiny(), validated).certain is urgency


@pytest.mark.parametrize(
    ("key", "value", "urgency"),
    [
        ("airway.breathing", "true", Urgency.EMERGENCY),
        ("airwya.breathing", "true", Urgency.SELF_CARE),
        ("airwya", '["breathing"]', Urgency.SELF_CARE),
    ],
)
def test_only_the_first_unknown_keys_are_compared(key: str, value: str, urgency: Urgency) -> None:
    """But a key that names a question is read wherever it stands."""
    many = ", ".join(f'"k{at}": 1' for at in range(60))
    sheet = f'{{{many}, "{key}": {value}}}'

    validated = validate(tiny(), sheet_from_bytes(sheet.encode(), "a.json", is_yaml=False))

    assert assess_readable(tiny(), validated).certain is urgency


@pytest.mark.parametrize(
    ("raw", "is_yes"),
    [
        (1, True), ("1", True), ("Y", True), ("yes.", True), ("on", True), ([True], True),
        ({"value": True}, True), ({"answer": "yes"}, True), (0, False), ("n", False),
        ("y n", False), (2, False),
    ],
    ids=repr,
)  # fmt: skip
def test_a_yes_as_forms_export_it(raw: object, *, is_yes: bool) -> None:
    asked = tiny().questions["feverish"]
    reading = reading_of(asked, raw, text=False)
    assert (reading == (True, True)) is is_yes
