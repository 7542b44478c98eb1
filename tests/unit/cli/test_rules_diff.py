"""`backtriage rules diff`: what it prints, what it writes, where it reads, and how it exits."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from backtriage.cases.loader import load_cases
from backtriage.cases.run import run_case
from backtriage.check import checked_protocol
from backtriage.cli import exits
from backtriage.cli.rules import rules_app
from backtriage.program.program import build_program
from backtriage.shell.files import read_rules

TINY = Path(__file__).parents[2] / "data" / "protocols" / "sore_throat"
NOBODY = "No answer sheet gets another result.\n"

LATER = ("when: fever_days >= 3 days", "when: fever_days >= 4 days")
"""A fever is seen a day later."""

WORDS = ("because: A fever that stays needs a check.", "because: Another reason.")


def diff(*arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `backtriage rules diff ...`."""
    ran = CliRunner().invoke(rules_app, ["diff", *arguments])
    return ran.exit_code, ran.stdout, ran.stderr


def changed(folder: Path, *pairs: tuple[str, str]) -> Path:
    """A copy of the tiny protocol with some texts changed."""
    copy = folder / f"changed{len(list(folder.iterdir()))}"
    shutil.copytree(TINY, copy)
    rewrite(copy / "protocol.yaml", *pairs)
    return copy


def rewrite(path: Path, *pairs: tuple[str, str]) -> None:
    """Change some texts of a file, each once."""
    text = path.read_text(encoding="utf-8")
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after, 1)
    path.write_text(text, encoding="utf-8")


# -- what is printed ----------------------------------------------------------------------


def test_the_same_protocol_twice(tmp_path: Path) -> None:
    """One line, and nothing to accept."""
    assert diff(str(TINY), str(changed(tmp_path))) == (exits.OK, NOBODY, "")


def test_somebody_is_lowered(tmp_path: Path) -> None:
    """The person with the fewest findings, how many sheets, and what was written."""
    folder = changed(tmp_path, LATER)

    code, out, err = diff(str(TINY), str(folder))

    assert (code, err) == (exits.UNSOUND, "")
    assert out.startswith(
        f"Old: sore_throat 0.1.0 ({TINY})\n"
        f"New: sore_throat 0.1.0 ({folder})\n"
        "\n"
        "LOWERED: same_day -> self_care\n"
        "  Only the old version gives same_day, by the rule 'fever_today': A fever that\n"
        "      stays needs a check.\n"
        "  In the new version it gives nothing here.\n"
    )
    assert (
        "  This person, everything else being normal:\n"
        "      Do you have a fever? -> yes\n"
        "      For how many days? -> 3 days\n"
        "  Old: same_day. Rules that fired: fever_today (same_day).\n"
        "  New: self_care. Rules that fired: home (self_care).\n"
    ) in out
    assert (
        "Changed\n  fact 'long_fever': when: 'fever_days >= 3 days' -> 'fever_days >= 4 days'\n"
    ) in out
    assert "they say nothing about how many patients there are" in " ".join(out.split())
    assert out.endswith(
        "Somebody is sent lower or promised less. Mend the rules, or release them with\n"
        "    --accept-lower REASON.\n"
    )


def test_the_other_way_round(tmp_path: Path) -> None:
    """Whoever is lowered one way is raised the other way: as many sheets, and exit 0."""
    folder = changed(tmp_path, LATER)

    forth = json.loads(diff(str(TINY), str(folder), "--format", "json")[1])
    code, out, _ = diff(str(folder), str(TINY), "--format", "json")
    back = json.loads(out)

    assert code == exits.OK
    assert forth["lowered"]
    assert forth["raised"] == back["lowered"] == []
    assert [(d["before"], d["after"], d["sheets"]) for d in forth["lowered"]] == [
        (d["after"], d["before"], d["sheets"]) for d in back["raised"]
    ]


def test_a_lowering_is_accepted(tmp_path: Path) -> None:
    """With a reason, which is printed; without words it is a usage error."""
    folder = str(changed(tmp_path, LATER))

    code, out, _ = diff(str(TINY), folder, "--accept-lower", "Three days is  too early.")
    record = json.loads(diff(str(TINY), folder, "--accept-lower", "So.", "--format", "json")[1])

    assert code == exits.OK
    assert out.endswith("The lowering is accepted: Three days is too early.\n")
    assert record["accepted"] == "So."
    assert diff(str(TINY), folder, "--accept-lower", " ")[0] == exits.USAGE


def test_words_only(tmp_path: Path) -> None:
    """A line for the words, and nobody is moved."""
    code, out, _ = diff(str(TINY), str(changed(tmp_path, WORDS)))

    assert code == exits.OK
    assert out.endswith(
        "\nChanged in words only: the same answers still give the same results\n"
        "  rule 'fever_today' (because): Another reason.\n"
        f"\n{NOBODY}"
    )


def test_a_red_flag_that_promises_less(tmp_path: Path) -> None:
    """Nobody is sent elsewhere, yet it needs a reason."""
    less = ("at_least: same_day", "at_least: routine")

    code, out, _ = diff(str(TINY), str(changed(tmp_path, less)))

    assert code == exits.UNSOUND
    assert "LOWERED the promise of red flags: same_day -> less" in out
    assert "by the red flag 'fever_that_stays'" in out
    assert "  Old: same_day, promised same_day." in out
    assert diff(str(TINY), str(changed(tmp_path, less)), "--accept-lower", "So.")[0] == exits.OK


def test_json(tmp_path: Path) -> None:
    """Every difference with its people, its counts and its example under both versions."""
    folder = changed(tmp_path, LATER, WORDS)

    record: Any = json.loads(diff(str(TINY), str(folder), "--format", "json")[1])

    assert record["schema"] == "backtriage.rules_diff/1"
    assert (record["old"]["from"], record["new"]["from"]) == (str(TINY), str(folder))
    assert record["old"]["digest"] != record["new"]["digest"]
    assert (record["moves_nobody"], record["accepted"], record["undecided"]) == (False, None, [])
    first = record["lowered"][0]
    assert {key: first[key] for key in ("aspect", "before", "after", "by", "how")} == {
        "aspect": "urgency", "before": "same_day", "after": "self_care", "by": ["fever_today"],
        "how": "alone",
    }  # fmt: skip
    assert first["share"] == int(first["sheets"]) / int(record["sheets"])
    assert first["example"]["old"]["urgency"] == "same_day"
    assert first["example"]["new"]["answers"]["fever_days"] == 3
    assert first["example"]["findings"] == {
        "Do you have a fever?": "yes", "For how many days?": "3 days"
    }  # fmt: skip
    assert [edit["id"] for edit in record["changed"]] == ["long_fever"]
    assert [edit["id"] for edit in record["reworded"]] == ["fever_today"]


def test_no_time_is_undecided(tmp_path: Path) -> None:
    """What could not be compared is said, and is no release, accepted or not."""
    code, out, _ = diff(str(TINY), str(changed(tmp_path, LATER)), "--budget", "0",
                        "--accept-lower", "So.")  # fmt: skip

    assert code == exits.UNSOUND
    assert "UNDECIDED: who is lowered from emergency, what is promised: lowered from" in out
    assert "more. The comparison ran out of time: 0 seconds." in " ".join(out.split())
    assert NOBODY not in out


# -- cases --------------------------------------------------------------------------------


def test_cases_are_saved_and_fail_until_the_rules_are_mended(tmp_path: Path) -> None:
    """Somebody who is lowered must be sent where the old version sent them."""
    folder, file = changed(tmp_path, LATER), tmp_path / "found.yaml"

    _, _, err = diff(str(TINY), str(folder), "--save-case", str(file))

    assert f"cases to {file}" in err
    assert kept(folder, file) == {False}
    assert kept(TINY, file) == {True}


def test_cases_of_an_accepted_lowering_and_of_a_raise(tmp_path: Path) -> None:
    """They are kept by the version that was released."""
    folder, file = changed(tmp_path, LATER), tmp_path / "found.yaml"

    diff(str(TINY), str(folder), "--save-case", str(file), "--accept-lower", "So.")
    assert kept(folder, file) == {True}
    assert "Accepted: So." in file.read_text(encoding="utf-8")

    diff(str(folder), str(TINY), "--save-case", str(file))
    assert kept(TINY, file) == {True}


def test_no_case_to_save(tmp_path: Path) -> None:
    """Nothing is written when nobody is moved."""
    file = tmp_path / "found.yaml"

    _, _, err = diff(str(TINY), str(TINY), "--save-case", str(file))

    assert "was not written" in err
    assert not file.exists()


def kept(rules: Path, file: Path) -> set[bool]:
    """Whether a version keeps each case of a file."""
    program = build_program(checked_protocol(read_rules(rules)))
    cases, problems = load_cases(program, {"found.yaml": file.read_text(encoding="utf-8")})
    assert problems == ()
    return {run_case(program, case).passes for case in cases}


# -- revisions ----------------------------------------------------------------------------


def git(folder: Path, *words: str) -> None:
    """Run git in a folder, as somebody."""
    someone = ("-c", "user.name=Somebody", "-c", "user.email=some@body.example")
    program = shutil.which("git")
    assert program is not None
    subprocess.run([program, *someone, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two versions of the tiny protocol; we stand in it."""
    folder = tmp_path / "repository"
    rules = folder / "rules" / "throat"
    rules.parent.mkdir(parents=True)
    shutil.copytree(TINY, rules)
    (rules / ".hidden.yaml").write_text("not: rules\n", encoding="utf-8")
    (rules / "notes.md").write_text("Not rules.\n", encoding="utf-8")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "first")
    git(folder, "tag", "v1")
    rewrite(rules / "protocol.yaml", LATER)
    git(folder, "commit", "--quiet", "--all", "--message", "second")
    monkeypatch.chdir(folder)
    return rules


@pytest.mark.parametrize(
    "arguments",
    [
        ("v1:rules/throat", "rules/throat"), ("v1", "rules/throat"),
        ("v1:rules/throat/", "HEAD:rules/throat"), ("HEAD~1:./rules/throat", "rules/throat"),
        ("v1", "--rules", "rules/throat"), ("v1:rules/throat",),
        ("v1", "HEAD", "--rules", "rules/throat"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("repository")
def test_a_revision(arguments: tuple[str, ...]) -> None:
    """With a folder or without: then it is where the other side is, or --rules."""
    code, out, err = diff(*arguments)

    assert (code, err) == (exits.UNSOUND, "")
    assert out.splitlines()[0].endswith(":rules/throat)")
    assert "LOWERED: same_day -> self_care" in out


def test_from_a_folder_below(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder counts from the top, and one that begins with a dot from where we stand."""
    monkeypatch.chdir(repository)

    for revision in ("v1:rules/throat", "v1:./", "v1:."):
        assert diff(revision)[0] == exits.UNSOUND
    assert diff("HEAD:.") == (exits.OK, NOBODY, "")


def test_the_folder_of_now(repository: Path) -> None:
    """A change that is not committed counts: NEW is the working folder when it is left out."""
    assert diff("HEAD:rules/throat") == (exits.OK, NOBODY, "")

    rewrite(repository / "protocol.yaml", WORDS)

    assert "rule 'fever_today' (because)" in diff("HEAD:rules/throat")[1]


def test_a_folder_alone_is_compared_with_another(tmp_path: Path) -> None:
    """OLD may be a folder and NEW left out: then it is --rules."""
    folder = changed(tmp_path, LATER)

    assert diff(str(TINY), "--rules", str(folder))[0] == exits.UNSOUND


@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        (("nowhere",), "is neither a folder nor a revision of this repository"),
        (("--", "--all"), "is neither a folder nor a revision of this repository"),
        (("v1",), "there is no folder 'rules/back_pain' in v1: say where the rules were"),
        (("v1:rules/ear",), "there is no folder 'rules/ear' in v1"),
        (("v1:rules",), "there are no rules in v1:rules: say where, as v1:FOLDER"),
        (("v1:../elsewhere",), "there is no folder '../elsewhere' in v1"),
    ],
)
@pytest.mark.usefixtures("repository")
def test_what_git_does_not_have(arguments: tuple[str, ...], cure: str) -> None:
    """It says what is missing, and what to do."""
    code, out, err = diff(*arguments)

    assert (code, out) == (exits.NO_INPUT, "")
    assert cure in err


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A revision needs a repository to be read from."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    code, _, err = diff("HEAD~3", str(TINY))

    assert code == exits.NO_INPUT
    assert "a revision can only be read inside a git repository" in err
    assert "change to its folder, or name folders instead" in err


@pytest.mark.usefixtures("repository")
def test_no_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git there are folders."""
    monkeypatch.setenv("PATH", "")

    code, _, err = diff("v1", "rules/throat")

    assert code == exits.NO_INPUT
    assert "git is not installed, so no revision can be read: name folders instead" in err


def test_a_file_that_is_no_text(repository: Path) -> None:
    """A revision is read as strictly as a folder."""
    (repository / "more.yaml").write_bytes(b"\xff")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "third")

    code, _, err = diff("HEAD:rules/throat", str(TINY))

    assert code == exits.NO_INPUT
    assert "cannot read HEAD:rules/throat/more.yaml: it is not UTF-8 text" in err


@pytest.mark.usefixtures("repository")
def test_a_folder_from_elsewhere(tmp_path: Path) -> None:
    """A side outside the repository says nothing about where in it the rules are."""
    folder = changed(tmp_path, WORDS)

    code, out, _ = diff("v1", str(folder), "--rules", "rules/throat")

    assert code == exits.OK
    assert out.startswith("Old: sore_throat 0.1.0 (v1:rules/throat)\n")
    assert "there is no folder 'rules/back_pain' in v1" in diff("v1", str(folder))[2]


def test_errors_in_a_version(tmp_path: Path) -> None:
    """The messages of `rules check`, and which of the two versions they are about."""
    wrong = changed(tmp_path, ("when: fever_days >= 3 days", "when: fever_days >= 99 days"))
    plain = CliRunner().invoke(rules_app, ["check", "--rules", str(wrong)]).stderr

    for which, arguments in (("old", (wrong, TINY)), ("new", (TINY, wrong))):
        code, out, err = diff(*map(str, arguments))
        assert (code, out) == (exits.UNSOUND, "")
        assert err.startswith(f"There are errors in the {which} version, {wrong}:\n{plain}")


def test_no_such_folder(tmp_path: Path) -> None:
    """A folder that is not there, as NEW."""
    code, _, err = diff(str(TINY), "--rules", str(tmp_path / "nowhere"))

    assert code == exits.NO_INPUT
    assert "there is no such folder" in err


def test_it_says_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On standard error, once it takes longer than a second."""
    clock = iter(range(100_000))
    monkeypatch.setattr("backtriage.shell.output.monotonic", lambda: next(clock) * 2)

    _, out, err = diff(str(TINY), str(changed(tmp_path, LATER)))

    assert "comparisons\n" in err
    assert "comparisons" not in out


def test_other_commands_load_no_comparison() -> None:
    """Checking and proving do without it, and without git."""
    script = (
        "import sys; from backtriage.__main__ import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([m for m in sys.modules if 'changes' in m or 'history' in m])"
    )
    for words in (["rules", "check"], ["rules", "prove"], ["--help"]):
        folder = ["--rules", str(TINY)] if words[0] == "rules" else []
        ran = subprocess.run(
            [sys.executable, "-c", script, *words, *folder], capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        assert ran.stdout.splitlines()[-1] == "[]"
