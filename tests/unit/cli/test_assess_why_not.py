"""`backtriage assess --why-not`: it follows the result, and the action is repeated last."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backtriage.cli.app import app_with
from backtriage.cli.assess import TargetUrgency
from backtriage.render.cells import cell_len
from backtriage.render.palette import PALETTE
from backtriage.shell import terminal
from backtriage.terms.urgency import URGENCIES
from tests.support.process import EXAMPLE, modules_loaded_by
from tests.support.sheets import CANNOT_PEE, FELL, STRAIN

pytestmark = [pytest.mark.usefixtures("warm_cache"), pytest.mark.first_only]

HEADING = "What would have to be different (this is not the result)"
NOT_ADVICE = "This is not advice. Answer what is true."
EMERGENCY_END = """!!! EMERGENCY: Get emergency help now.
Go to the nearest A&E (emergency department) now, and ask someone to take you.
No safe way to get there? Call 999. 112 works as well.
"""


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A file for a sheet."""
    return tmp_path / "sheet.json"


def assess(file: Path, answers: dict[str, object], *options: str) -> tuple[int, str]:
    """Exit code and standard output of `backtriage assess` on these answers."""
    file.write_text(json.dumps(answers), encoding="utf-8")
    words = [str(file), "--country", "GB", *options]
    ran = CliRunner().invoke(app_with(("assess",)), ["assess", *words])
    assert ran.stderr == ""
    return ran.exit_code, ran.stdout


def lines_of(text: str) -> str:
    """What is said about the other urgency, as one line."""
    return " ".join(text.partition(HEADING)[2].split())


def test_every_urgency_can_be_the_target() -> None:
    assert [wanted.value for wanted in TargetUrgency] == list(URGENCIES)


CASES = [
    (CANNOT_PEE, "self_care", "2 answers", ("new trouble with pee (hard to start, stop, hold or "
     "feel, or a new rush to go): yes -> no")),
    (CANNOT_PEE, "same_day", "2 answers", "Then the urgency would be"),
    (FELL, "soon", "or below, 2 answers", "fever, or hot and shivery: yes -> no"),
    (FELL, "emergency", 'a higher urgency, "emergency", 1 answer', "->"),
    (STRAIN, "routine", "or above, 1 answer", "->"),
    (STRAIN, "self_care", "already, so nothing would have to be different", ""),
    (STRAIN | {"health": ["cancer"], "how_long": "over_3_months", "change": "usual",
               "cancer_seen": "seen", "stiffness_signs": []},
     "self_care", "Nothing that can change would make it", ("Illnesses and treatment, cancer, "
     "now or in the past: yes")),
    (STRAIN | {"age": 9}, "self_care", "they cannot change", "- Age: 9 years"),
    ({}, "routine", "answers that are missing would have to be given", "Age: no answer ->"),
]  # fmt: skip


@pytest.mark.parametrize(("answers", "target", "head", "item"), CASES)
def test_the_counterfactual_follows_the_result(
    answers: dict[str, object], target: str, head: str, item: str, sheet: Path
) -> None:
    code, plain = assess(sheet, answers, "--private")
    code_with, out = assess(sheet, answers, "--why-not", target, "--private")

    assert code_with == code
    assert out.startswith(plain + f"\n{HEADING}\n  {NOT_ADVICE}")
    said = lines_of(out)
    assert head in said
    assert item in said
    before, _, action = out.rpartition("\n\n")
    assert before.endswith("  Act on the result, not on this.")
    assert action in plain
    assert action.startswith(tuple(colours.sign for colours in PALETTE.values()))
    assert all(cell_len(line) <= 80 for line in out.splitlines())


@pytest.mark.parametrize("audience", ["patient", "clinician"])
def test_an_emergency_begins_and_ends_with_the_action(audience: str, sheet: Path) -> None:
    _, out = assess(sheet, CANNOT_PEE, "--why-not", "self_care", "--for", audience, "--private")

    assert out.startswith(("EMERGENCY", "!!! EMERGENCY"))
    assert out.endswith(EMERGENCY_END)


def test_markdown(sheet: Path) -> None:
    _, plain = assess(sheet, FELL, "--format", "markdown", "--private")
    _, out = assess(sheet, FELL, "--format", "markdown", "--private", "--why-not", "self_care")

    assert out.startswith(plain + f"\n## {HEADING}\n\n{NOT_ADVICE}")
    assert plain.startswith("# TODAY")
    call, where, *_ = plain.split("\n\n")
    assert out.endswith(f"\n\n{call}\n\n{where}\n")


def test_on_a_terminal(sheet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, text = assess(sheet, FELL, "--why-not", "self_care", "--private")
    monkeypatch.setattr("backtriage.shell.written.is_terminal", lambda _: True)
    monkeypatch.setattr(terminal, "width", lambda: 60)
    monkeypatch.setenv("TERM", "dumb")

    _, card = assess(sheet, FELL, "--why-not", "self_care", "--private")

    shown = iter(card.replace("\N{BULLET}", "-").split())
    assert [word for word in text.split() if word not in shown] == []  # in this order
    assert "Do not take" in "\n".join(card.splitlines()[-4:])
    assert all(cell_len(line.rstrip()) <= 60 for line in card.splitlines())


@pytest.mark.parametrize("target", URGENCIES)
@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_page_for_others_does_not_say_what_holds_the_urgency(
    form: str, target: str, sheet: Path
) -> None:
    """Whether it can change, and by how many answers, would tell who injects drugs."""
    options = ("--format", form, "--why-not", target)
    fell = FELL | {"illness_signs": []}
    code, out = assess(sheet, fell, "--exit-code", *options)

    assert "may tell a private one" in " ".join(out.split())
    assert assess(sheet, fell | {"health": ["thinner", "drugs"]}, "--exit-code", *options) == (
        code,
        out,
    )


def test_json(sheet: Path) -> None:
    code, plain = assess(sheet, FELL, "--format", "json", "--exit-code")
    code_with, out = assess(sheet, FELL, "--format", "json", "--exit-code", "--why-not", "soon")

    found = json.loads(out)
    assert code_with == code == 40
    assert out.startswith(plain.removesuffix("\n}\n"))
    assert found.pop("why_not")["outcome"] == "found"
    assert found == json.loads(plain)


def test_the_changed_sheet_has_the_announced_urgency(sheet: Path) -> None:
    for target in ("self_care", "routine", "soon"):
        _, out = assess(sheet, FELL, "--format", "json", "--why-not", target)
        found = json.loads(out)["why_not"]
        _, again = assess(sheet, found["answers"], "--format", "json")
        assert json.loads(again)["urgency"] == found["urgency"]
        assert URGENCIES[found["urgency"]] <= URGENCIES[target]


def test_an_unknown_urgency(sheet: Path) -> None:
    sheet.write_text("{}", encoding="utf-8")

    ran = CliRunner().invoke(app_with(("assess",)), ["assess", str(sheet), "--why-not", "never"])

    assert ran.exit_code == 2
    assert "'self_care', 'routine', 'soon', 'same_day', 'emergency'" in ran.stderr


@pytest.mark.parametrize("is_asked", [False, True])
def test_the_prover_is_loaded_only_when_it_is_asked(is_asked: bool) -> None:  # noqa: FBT001
    command = ["assess", str(EXAMPLE), "--country", "GB"]
    command += ["--why-not", "soon", "--private"] * is_asked

    loaded = modules_loaded_by(*command)

    assert any(name.startswith("backtriage.prove") for name in loaded) == is_asked
