"""Every command with protocols for other complaints, about which the code knows nothing."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.support.line_driver import ANSWER, LETTER, READ, LineDriver, drafts_in
from tests.support.process import Completed, backtriage, everything_in
from tests.support.protocols import TINY
from tests.support.source import SECTIONS, string_literals

pytestmark = [pytest.mark.usefixtures("warm_cache"), pytest.mark.first_only]

ANKLE = TINY.parent / "twisted_ankle"
"""Over several files, with halves for steps, a risk that runs the other way, two countries."""


@dataclass(frozen=True, slots=True)
class Other:
    """A protocol that does not ship, and its expected results."""

    source: Path
    country: str
    sheet: str
    """A sheet without findings."""
    headline: str
    """What it leads to."""
    red_flag: str
    """An answer that makes an emergency, as an argument of `--set`."""
    action: str
    rule: str
    because: str
    """What that leads to, and why."""
    first_question: str
    typed: tuple[tuple[str, str], ...]
    """What a person without findings types, each with the question that follows."""
    last_typed: tuple[str, ...]
    """The last answer of each part of the interview."""
    typed_before_red_flag: tuple[tuple[str, str], ...]


OTHERS = {
    "sore_throat": Other(
        source=TINY,
        country="GB",
        sheet='{"years": 30, "airway": [], "days": "under_1_week", "feverish": false}',
        red_flag="airway=drooling",
        action="EMERGENCY: Call 999 now",
        headline="Look after it at home",
        rule="cannot_breathe",
        because="Trouble breathing or swallowing spit can mean a blocked throat.",
        first_question="How old are you?",
        typed_before_red_flag=(("30", "Is any of this true right now?"),),
        typed=(
            ("30", "Is any of this true right now?"),
            ("0", "How long have you had it?"),
            ("1", "Do you have a fever?"),
        ),
        last_typed=("n",),
    ),
    "twisted_ankle": Other(
        source=ANKLE,
        country="QQ",
        sheet='{"foot": [], "four_steps": true, "hurts": 2.5, "splint": ["ice"]}',
        red_flag="foot=cold",
        action="RING NOW: Ring 111 now",
        headline="Rest it at home",
        rule="no_blood",
        because="The foot may get no blood.",
        first_question="How does your foot look?",
        typed_before_red_flag=(),
        typed=(
            ("0", "Can you walk four steps?"),
            ("y", "How much does it hurt?"),
        ),
        last_typed=("2.5", "2"),
    ),
}


@pytest.fixture(params=list(OTHERS.values()), ids=list(OTHERS))
def other(request: pytest.FixtureRequest) -> Other:
    found: Other = request.param
    return found


@pytest.fixture
def rules(other: Other, tmp_path: Path) -> Path:
    """A copy of the protocol outside of any checkout."""
    folder = tmp_path / "somewhere" / "else"
    shutil.copytree(other.source, folder)
    return folder


def assess(other: Other, rules: Path, *options: str) -> Completed:
    """Assess the sheet without findings."""
    asked = ("assess", "-", "--rules", rules, "--country", other.country)
    return backtriage(*asked, *options, given=other.sheet.encode())


def sections(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return every section over all files, read by another YAML reader."""
    found: dict[str, list[dict[str, Any]]] = {}
    for file in sorted(folder.glob("*.yaml")):
        for section, entries in yaml.safe_load(file.read_text()).items():
            found.setdefault(section, []).extend(entries if isinstance(entries, list) else ())
    return found


def test_the_code_contains_no_id_or_text_of_it(other: Other) -> None:
    found = sections(other.source)
    ids = {entry["id"] for section in SECTIONS for entry in found.get(section, [])}
    words = {question["text"] for question in found["questions"]}
    known = words | {id_ for id_ in ids if "_" in id_}

    assert {where: text for where, text in string_literals().items() if text in known} == {}


def test_check(rules: Path) -> None:
    ran = backtriage("rules", "check", "--rules", rules)

    assert (ran.code, ran.err) == (0, "")
    assert b"5 questions, 5 rules" in ran.out


def test_its_cases(rules: Path) -> None:
    ran = backtriage("rules", "test", "--rules", rules)
    as_json = backtriage("rules", "test", "--rules", rules, "--format", "json")

    assert (ran.code, ran.err) == (0, "")
    assert json.loads(as_json.out)["coverage"]["rules_fired"]["seen"] == 5


def test_show(other: Other, rules: Path) -> None:
    whole = backtriage("rules", "show", "--rules", rules)
    found = sections(rules)

    assert (whole.code, whole.err) == (0, "")
    for section in ("questions", "rules", "advice"):
        for entry in found[section]:
            assert f"\n  {entry['id']}" in whole.out.decode()
    one = backtriage("rules", "show", other.rule, "--rules", rules)
    assert other.because in one.out.decode()
    wrong = backtriage("rules", "show", other.rule[:-1], "--rules", rules)
    assert (wrong.code, wrong.out) == (2, b"")
    assert f"did you mean '{other.rule}'?" in wrong.err


def test_schema(other: Other, rules: Path) -> None:
    answers = json.loads(backtriage("rules", "schema", "--rules", rules).out)
    results = backtriage("rules", "schema", "--of", "assessment", "--rules", rules)
    sheet = json.loads(other.sheet)

    takes = Draft202012Validator(answers)
    assert takes.is_valid(sheet)
    assert not takes.is_valid({**sheet, "saddle": True})
    Draft202012Validator(json.loads(results.out)).validate(
        json.loads(assess(other, rules, "--format", "json").out)
    )


def test_a_filled_template_equals_the_json_sheet(
    other: Other, rules: Path, tmp_path: Path
) -> None:
    text = backtriage("rules", "template", "--rules", rules).out.decode()
    for key, value in json.loads(other.sheet).items():
        written = ";".join(value) or "none" if isinstance(value, list) else str(value)
        assert len(re.findall(rf"\n(?:# )?{key}:\n", text)) == 1
        text = re.sub(rf"\n(?:# )?{key}:\n", f"\n{key}: {written}\n", text)
    sheet = tmp_path / "sheet.yaml"
    sheet.write_text(text)

    ran = backtriage("assess", sheet, "--rules", rules, "--country", other.country,
                     "--format", "json")  # fmt: skip

    assert ran == assess(other, rules, "--format", "json")
    assert ran.code == 0


@pytest.mark.parametrize("audience", ["patient", "clinician"])
@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_assess_in_every_format_for_every_reader(
    other: Other, rules: Path, form: str, audience: str
) -> None:
    options = ("--format", form, "--for", audience, "--exit-code")

    well = assess(other, rules, *options)
    ill = assess(other, rules, *options, "--set", other.red_flag)

    assert (well.code, well.err, ill.code, ill.err) == (10, "", 50, "")
    assert other.headline in well.out.decode()
    assert other.action.partition(": ")[2] in ill.out.decode()
    if form == "json":
        assert json.loads(ill.out)["reasons"][0]["rule"] == other.rule
    else:
        assert other.because in " ".join(ill.out.decode().split())
    if form == "text" and audience == "patient":
        assert ill.out.decode().startswith(f"!!! {other.action}. ")


def test_why(other: Other, rules: Path) -> None:
    ran = assess(other, rules, "--why")

    assert ran.code == 0
    for rule in sections(rules)["rules"]:
        assert rule["because"] in " ".join(ran.out.decode().split()) or rule["id"] in str(ran.out)


def test_an_empty_sheet(other: Other, rules: Path) -> None:
    ran = backtriage("assess", "-", "--rules", rules, "--format", "json", given=b"{}")
    found = json.loads(ran.out)

    assert ran.code == 3
    assert (found["status"], found["urgency"]) == ("incomplete", "emergency")
    assert found["missing"][0] in json.loads(other.sheet)
    assert found["action"]["country"] is None


def test_an_answer_to_another_protocol_is_an_error(other: Other, rules: Path) -> None:
    ran = assess(other, rules, "--set", "nerves=saddle")

    assert ran.code == 65
    assert "there is no question 'nerves'" in ran.err


def test_only_its_own_countries_are_accepted(other: Other, rules: Path) -> None:
    named = [
        country["id"] for country in sections(rules)["countries"] if country["id"] != "default"
    ]

    ran = backtriage("assess", "-", "--rules", rules, "--country", "US", given=b"{}")

    assert ran.code == 2
    assert f"there is no country 'US'; there are: {', '.join(named)}" in ran.err
    assert other.country in named


@contextmanager
def interview(other: Other, rules: Path, home: Path, *options: str) -> Iterator[LineDriver]:
    """Start an interview in plain mode and read its first question."""
    arguments = ("ask", "--plain", "--rules", str(rules), "--country", other.country, *options)
    with LineDriver(*arguments, home=home) as tty:
        assert other.first_question in tty.wait(ANSWER)
        yield tty


def test_an_interview(other: Other, rules: Path, isolated_home: Path) -> None:
    with interview(other, rules, isolated_home, "--fresh") as tty:
        for typed, shown in other.typed:
            assert shown in tty.type(typed)
        *triage, last = other.last_typed
        for typed in triage:
            tty.child.sendline(typed)
            assert other.headline in " ".join(tty.read_on(LETTER).split())
            tty.type("g")
        review = tty.type(last)
        assert "look at your answers once more" in " ".join(review.split())
        assert other.headline in " ".join(tty.result().split())
        tty.child.sendline("")
        assert tty.end()[0] == 0
    assert drafts_in(isolated_home) == []


def test_an_emergency_in_an_interview(other: Other, rules: Path, isolated_home: Path) -> None:
    with interview(other, rules, isolated_home, "--fresh") as tty:
        for typed, shown in other.typed_before_red_flag:
            assert shown in tty.type(typed)
        assert other.action in tty.type("1", READ)
        tty.child.sendline("y")
        tty.end()


@pytest.mark.cold_cache
def test_an_interview_is_resumed_and_forgotten(
    other: Other, rules: Path, isolated_home: Path
) -> None:
    first, second = other.typed[0]
    with interview(other, rules, isolated_home, "--fresh") as tty:
        assert second in tty.type(first)
        tty.child.sendcontrol("c")
        assert tty.end()[0] == 130
    (draft,) = drafts_in(isolated_home)
    assert draft.name.startswith(f"{other.source.name}-")
    arguments = ("ask", "--plain", "--rules", str(rules), "--country", other.country)
    with LineDriver(*arguments, "--resume", home=isolated_home) as tty:
        assert second in tty.wait(ANSWER)
        tty.child.sendcontrol("c")
        tty.end()

    ran = backtriage("forget", "--yes")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count(b"1 file removed.") == 2
    assert not [file for file, content in everything_in(isolated_home).items() if content]


def test_problems_in_it_are_reported(other: Other, rules: Path) -> None:
    (file,) = (
        file for file in rules.glob("*.yaml") if f"- id: {other.rule}\n" in file.read_text()
    )
    file.write_text(file.read_text().replace("    urgency: emergency\n", "    urgency: soon\n", 1))

    ran = backtriage("rules", "check", "--rules", rules)

    assert ran.code == 78
    assert "'if_unsure: emergency' is above the rule's urgency 'soon'" in ran.err
