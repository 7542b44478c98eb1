"""`backtriage rules simulate`: what it prints, and how it exits."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from backtriage.cli import exits
from backtriage.terms.urgency import URGENCIES
from tests.support.edited_rules import edit, edited_tiny, rules_command
from tests.support.golden import golden_text
from tests.support.protocols import ANKLE, TINY
from tests.support.repository import commit, git, new_repository

GOLDEN = Path(__file__).parents[2] / "golden" / "simulate"
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
FEW = ("--people", "2000", "--serious", "500")


def simulate(*arguments: str, folder: Path = TINY) -> tuple[int, str, str]:
    return rules_command("simulate", *FEW, *arguments, "--rules", folder)


def without_digests(text: str) -> str:
    """Return a report without digests, which change with every word."""
    return DIGEST.sub("sha256:...", text)


def test_the_text() -> None:
    code, out, err = simulate()

    assert code == exits.OK
    assert without_digests(out) == golden_text(GOLDEN / "simulate.txt", without_digests(out))
    assert re.fullmatch(
        r"10,000 people: \d+\.\d\d s to draw them and their answers, \d+\.\d\d s to decide, "
        r"\d+\.\d\d s to count\.\n",
        err,
    )


def test_the_json() -> None:
    code, out, _ = simulate("--rates", "B", "--format", "json")

    assert code == exits.OK
    assert without_digests(out) == golden_text(GOLDEN / "simulate.json", without_digests(out))
    record = json.loads(out)
    assert record["schema"] == "backtriage.rules_simulate/1"
    (rates,) = record["rates"]
    everybody = rates["with_factors"]["all"]
    assert sum(everybody[urgency]["of"] for urgency in URGENCIES) == pytest.approx(1, abs=1e-5)


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert simulate("--seed", "3")[1] == simulate("--seed", "3")[1]
    assert simulate("--seed", "3")[1] != simulate("--seed", "4")[1]


def test_sets_of_rates_by_name() -> None:
    _, out, _ = simulate("--rates", "d", "--rates", "B", "--rates", "D")
    assert re.findall("^[A-Z]: ", out, re.MULTILINE) == ["D: ", "B: "]


def test_an_unknown_set_of_rates() -> None:
    assert simulate("--rates", "z") == (
        exits.USAGE, "", "There is no set of rates 'z': there are: b, d\n"
    )  # fmt: skip


def test_rules_without_people() -> None:
    code, out, err = simulate(folder=ANKLE)
    assert (code, out) == (exits.NO_INPUT, "")
    assert "there are no simulated people in the rules: population.yaml, answers.yaml" in err


def test_people_without_answers(tmp_path: Path) -> None:
    folder = edited_tiny(tmp_path)
    (folder / "answers.yaml").unlink()
    for command in ("simulate", "check"):
        code, out, err = rules_command(command, "--rules", folder)
        assert (code, out) == (exits.NO_INPUT, "")
        assert "there is no answers.yaml beside population.yaml" in err


@pytest.mark.parametrize("command", ["simulate", "check"])
def test_problems_are_reported_with_their_places(command: str, tmp_path: Path) -> None:
    folder = edited_tiny(tmp_path)
    edit(folder / "answers.yaml", ("yes: swollen and fever", "yes: swolen and fever"))
    code, out, err = rules_command(command, "--rules", folder)
    assert (code, out) == (exits.UNSOUND, "")
    assert "answers.yaml:14:14" in err
    assert "P205" in err


def test_people_are_no_part_of_the_protocol(tmp_path: Path) -> None:
    folder = edited_tiny(tmp_path)
    with_people = rules_command("show", "--rules", folder)
    for name in ("population.yaml", "answers.yaml"):
        (folder / name).unlink()
    assert rules_command("show", "--rules", folder) == with_people


def test_only_files_at_the_top_are_people(tmp_path: Path) -> None:
    """A rules file of that name in a subfolder must be listed like any other."""
    folder = edited_tiny(tmp_path)
    (folder / "more").mkdir()
    shutil.copy(folder / "population.yaml", folder / "more")
    code, _, err = rules_command("check", "--rules", folder)
    assert code == exits.UNSOUND
    assert "'more/population.yaml' is in the folder but not listed" in err


# -- two versions -------------------------------------------------------------------

LOWER = ("urgency: emergency\n    when: airway", "urgency: routine\n    when: airway")
DOUBT = ("    if_unsure: emergency\n", "")


def lowered(tmp_path: Path) -> Path:
    """Return a version in which those who cannot breathe are sent later."""
    return edited_tiny(tmp_path, LOWER, DOUBT)


def test_two_versions(tmp_path: Path) -> None:
    code, out, err = simulate("--against", str(TINY), folder=lowered(tmp_path))

    assert code == exits.OK
    shown = without_digests(out.replace(str(TINY), "OLD").replace(str(tmp_path), "TMP"))
    assert shown == golden_text(GOLDEN / "simulate_against.txt", shown)
    assert err.startswith("5,000 people: ")


def test_two_versions_as_json(tmp_path: Path) -> None:
    arguments = ("--against", str(TINY), "--rates", "d", "--format", "json")
    code, out, _ = simulate(*arguments, folder=lowered(tmp_path))

    assert code == exits.OK
    record = json.loads(out)
    assert record["schema"] == "backtriage.rules_simulate_against/1"
    (rates,) = record["rates"]
    assert sum(pair["of"] for pair in rates["people"]) == pytest.approx(1, abs=1e-4)
    abscess = rates["classes"]["abscess"]
    assert abscess["serious"] is True
    assert abscess["lowered"]["of"] > 0.8
    assert list(abscess["lowered_rules"]["old"]) == ["cannot_breathe"]
    assert abscess["raised"]["of"] == 0


def test_an_old_version_without_answers_takes_those_of_the_new_one(tmp_path: Path) -> None:
    old = edited_tiny(tmp_path)
    for name in ("population.yaml", "answers.yaml"):
        (old / name).unlink()

    code, out, _ = simulate("--against", str(old))

    assert code == exits.OK
    assert "0.00 % are lowered, 0.00 % raised." in out


def test_people_of_a_revision_give_the_answers_of_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers may change with a question: a revision must not be asked with the new ones."""
    rules = new_repository(tmp_path)
    monkeypatch.chdir(tmp_path)
    edit(rules / "answers.yaml", ("        yes: swollen and fever", "        yes: fever"))
    then = edited_tiny(tmp_path)

    _, by_revision, _ = simulate("--against", "v1:rules/throat", folder=rules)
    code, by_folder, _ = simulate("--against", str(then), folder=rules)

    assert code == exits.OK
    assert "0.00 % are lowered, 0.00 % raised." not in by_revision
    assert without_versions(by_revision) == without_versions(by_folder)


def without_versions(text: str) -> str:
    """Return a report without the lines that say where the versions come from."""
    return without_digests(re.sub("^(Old|New): .*(\n +.*)*", "", text, flags=re.MULTILINE))


@pytest.mark.parametrize("old", ["v1:rules/throat", "rules/throat/"])
def test_two_versions_differ_without_their_people(
    old: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a simulation reads them, and there is none of half of them."""
    rules = new_repository(tmp_path)
    (rules / "answers.yaml").unlink()
    commit(tmp_path, "half")
    git(tmp_path, "tag", "--force", "v1")
    monkeypatch.chdir(tmp_path)

    code, out, err = rules_command("diff", old, rules)
    assert (code, err) == (exits.OK, "")
    assert out.endswith("No complete answer sheet gets another result.\n")

    code, out, err = simulate("--against", old)
    assert (code, out) == (exits.NO_INPUT, "")
    assert "there is no answers.yaml beside population.yaml in " in err


def test_an_old_version_that_the_people_cannot_answer() -> None:
    code, out, err = simulate("--against", str(ANKLE))
    assert (code, out) == (exits.UNSOUND, "")
    assert err.startswith("The people of the new version cannot answer the questions of the old")


def test_an_old_version_with_errors(tmp_path: Path) -> None:
    old = edited_tiny(tmp_path, ("urgency: emergency", "urgency: urgent"))
    code, out, err = simulate("--against", str(old))
    assert (code, out) == (exits.UNSOUND, "")
    assert err.startswith("There are errors in the old version")
