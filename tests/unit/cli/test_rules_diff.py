"""`backtriage rules diff`: what it prints, what it writes, where it reads, and how it exits."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from backtriage.cli import exits
from backtriage.shell.paths import bundled_rules
from backtriage.shell.rules_folder import SIMULATED
from tests.support.edited_rules import edit, edited_tiny, passing, rules_command
from tests.support.journals import rules_in
from tests.support.process import modules_loaded_by
from tests.support.protocols import TINY, shipped
from tests.support.repository import LATER, commit, git, new_repository

pytestmark = pytest.mark.first_only

NO_DIFFERENCE = "No complete answer sheet gets another result.\n"

WORDS = ("because: A fever that stays needs a check.", "because: Another reason.")


def diff(*arguments: str | Path) -> tuple[int, str, str]:
    return rules_command("diff", *arguments)


# -- output ----------------------------------------------------------------------


def test_the_same_protocol_twice(tmp_path: Path) -> None:
    """What was compared is said even so: it may not be what somebody meant."""
    folder = edited_tiny(tmp_path)

    code, out, err = diff(TINY, folder)

    assert (code, err) == (exits.OK, "")
    assert out == (
        f"Old: sore_throat 0.1.0 (folder {TINY})\n"
        f"New: sore_throat 0.1.0 (folder {folder})\n"
        f"\n{NO_DIFFERENCE}"
    )


def test_a_lowered_urgency(tmp_path: Path) -> None:
    folder = edited_tiny(tmp_path, LATER)

    code, out, err = diff(TINY, folder)

    assert (code, err) == (exits.UNSOUND, "")
    assert out.startswith(
        f"Old: sore_throat 0.1.0 (folder {TINY})\n"
        f"New: sore_throat 0.1.0 (folder {folder})\n"
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
        "Some urgency is lowered, or a floor promises less. Fix the rules, or release\n"
        "    them with --accept-lower REASON.\n"
    )


@pytest.mark.parametrize(
    ("was", "now", "lost", "listed"),
    [
        ("          - airway\n      - id: spit", "          - feverish\n      - id: spit",
         "now.choking", "answer 'now.choking'"),
        ("id: choking", "id: wheeze", "now.choking", "the journal 'now'"),
        ("    short: Signs\n", "    short: Signs\n    not_sure: no\n", "now.not_sure",
         "the journal 'now'"),
        ("    opens_triage: yes\n", "", "worse", "rule 'worse'"),
    ],
    ids=["opens something else", "gone", "no doubt", "rule"],
)  # fmt: skip
def test_a_journal_that_opens_fewer_questions(
    was: str, now: str, lost: str, listed: str, tmp_path: Path
) -> None:
    """No answer sheet shows it, and still somebody is no longer asked all the questions."""
    old = rules_in(tmp_path / "old")
    new = tmp_path / "new"
    shutil.copytree(old, new)
    text = (new / "protocol.yaml").read_text()
    assert was in text
    (new / "protocol.yaml").write_text(text.replace(was, now))

    code, out, err = diff(old, new)

    assert code == exits.UNSOUND
    assert f"fewer questions for them: {lost}." in " ".join(err.split())
    assert listed in out
    assert diff(old, new, "--accept-lower", "So.")[0] == exits.OK


def test_a_doubt_that_a_no_clears_now_is_to_be_accepted(tmp_path: Path) -> None:
    """A sheet does not say what was tried, so no comparison of sheets would tell."""
    why = "    why: Fever can mean an infection that needs treatment.\n"
    confirm = "    confirm:\n      text: Feel your neck. Is it hot?\n      no: {}\n"
    old, new = (
        edited_tiny(tmp_path, (why, why + confirm.format(finding)))
        for finding in ("unsure", "clears")
    )

    assert diff(old, new)[0] == exits.UNSOUND
    assert diff(old, new, "--accept-lower", "So.")[0] == diff(new, old)[0] == exits.OK


def test_the_reverse_comparison_is_symmetric(tmp_path: Path) -> None:
    folder = edited_tiny(tmp_path, LATER)

    forth = json.loads(diff(TINY, folder, "--format", "json")[1])
    code, out, _ = diff(folder, TINY, "--format", "json")
    back = json.loads(out)

    assert code == exits.OK
    assert forth["lowered"]
    assert forth["raised"] == back["lowered"] == []
    assert [(d["before"], d["after"], d["sheets"]) for d in forth["lowered"]] == [
        (d["after"], d["before"], d["sheets"]) for d in back["raised"]
    ]


def test_accepting_a_lowered_urgency(tmp_path: Path) -> None:
    folder = edited_tiny(tmp_path, LATER)

    code, out, _ = diff(TINY, folder, "--accept-lower", "Three days is  too early.")
    record = json.loads(diff(TINY, folder, "--accept-lower", "So.", "--format", "json")[1])

    assert code == exits.OK
    assert out.endswith("The lowering is accepted: Three days is too early.\n")
    assert record["accepted"] == "So."
    assert diff(TINY, folder, "--accept-lower", " ")[0] == exits.USAGE
    assert "<U+001B>[31mSo." in diff(TINY, folder, "--accept-lower", "\x1b[31mSo.")[1]


def test_reworded_rules(tmp_path: Path) -> None:
    code, out, _ = diff(TINY, edited_tiny(tmp_path, WORDS))

    assert code == exits.OK
    assert out.endswith(
        "\nChanged in words only: the same answers still give the same results\n"
        "  rule 'fever_today' (because): Another reason.\n"
        f"\n{NO_DIFFERENCE}"
    )


def test_a_weakened_safety_floor(tmp_path: Path) -> None:
    less = ("at_least: same_day", "at_least: routine")

    code, out, _ = diff(TINY, edited_tiny(tmp_path, less))

    assert code == exits.UNSOUND
    assert "LOWERED the promise of red flags: same_day -> less" in out
    assert "by the red flag 'fever_that_stays'" in out
    assert "  Old: same_day, promised same_day." in out
    assert diff(TINY, edited_tiny(tmp_path, less), "--accept-lower", "So.")[0] == exits.OK


def test_json(tmp_path: Path) -> None:
    folder = edited_tiny(tmp_path, LATER, WORDS)

    record: Any = json.loads(diff(TINY, folder, "--format", "json")[1])

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
    code, out, _ = diff(TINY, edited_tiny(tmp_path, LATER), "--budget", "0",
                        "--accept-lower", "So.")  # fmt: skip

    assert code == exits.UNSOUND
    assert "UNDECIDED: who is lowered from emergency, what is promised: lowered from" in out
    assert "more. The comparison ran out of time: 0 seconds." in " ".join(out.split())
    assert NO_DIFFERENCE not in out


# -- cases --------------------------------------------------------------------------------


def test_saved_cases_fail_until_the_rules_are_fixed(tmp_path: Path) -> None:
    folder, file = edited_tiny(tmp_path, LATER), tmp_path / "found.yaml"

    _, _, err = diff(TINY, folder, "--save-case", file)

    assert f"cases to {file}" in err
    assert passing(folder, file) == {False}
    assert passing(TINY, file) == {True}


def test_saved_cases_of_accepted_changes_pass(tmp_path: Path) -> None:
    folder, file = edited_tiny(tmp_path, LATER), tmp_path / "found.yaml"

    diff(TINY, folder, "--save-case", file, "--accept-lower", "So.")
    assert passing(folder, file) == {True}
    assert "Accepted: So." in file.read_text(encoding="utf-8")

    diff(folder, TINY, "--save-case", file, "--force")
    assert passing(TINY, file) == {True}


def test_without_differences_no_case_is_saved(tmp_path: Path) -> None:
    file = tmp_path / "found.yaml"

    _, _, err = diff(TINY, TINY, "--save-case", file)

    assert "was not written" in err
    assert not file.exists()


# -- major versions -----------------------------------------------------------------------

MAJOR = (
    ("version: 0.1.0", "version: 1.0.0"), ("feverish", "hot"), ("fever_days", "days_hot"),
    ("days_hot >= 3 days", "days_hot >= 4 days"),
)  # fmt: skip
"""Two questions have another id, and one rule is laxer."""

MIGRATIONS = """\
migrations:
  - to: hot
    was:
      - feverish
  - to: days_hot
    was:
      - fever_days
"""


def next_major(
    folder: Path, migrations: str = MIGRATIONS, edits: tuple[tuple[str, str], ...] = MAJOR
) -> None:  # fmt: skip
    """Edit a copy of the tiny protocol, and record what its questions meant and mean."""
    shutil.rmtree(folder / "cases")
    for name in SIMULATED:
        (folder / name).unlink()
    record = ("check", "--rules", folder, "--record")
    assert rules_command(*record)[0] == exits.OK
    edit(folder / "protocol.yaml", *edits)
    assert rules_command(*record)[0] == exits.OK
    (folder / "migrations.yaml").write_text(migrations, encoding="utf-8")


def test_major_versions_are_compared_by_kind(tmp_path: Path) -> None:
    folder, cases = edited_tiny(tmp_path), tmp_path / "cases.yaml"
    next_major(folder)

    code, out, err = diff(TINY, folder, "--save-case", cases)
    record = json.loads(diff(TINY, folder, "--format", "json")[1])

    assert (code, err) == (exits.UNSOUND, f"Wrote 1 case to {cases}.\n")
    assert "These versions ask different questions, so they are compared by kinds" in out
    assert (
        "LOWERED: same_day -> self_care\n"
        "  The old rule 'fever_today': A fever that stays needs a check.\n"
        "  This person, everything else being normal:\n"
        "      (asked by the old version only) Do you have a fever? -> yes\n"
        "      (asked by the old version only) For how many days? -> 3 days\n"
        "      (asked by the new version only) Do you have a fever? -> yes\n"
        "      (asked by the new version only) For how many days? -> 3 days\n"
    ) in out
    assert [(move["rule"], move["cause"]) for move in record["lowered"]] == [
        ("fever_today", "rules")
    ]
    assert record["raised"] == record["undecided"] == []
    assert passing(folder, cases) == {False}
    assert diff(TINY, folder, "--accept-lower", "So.")[0] == exits.OK
    assert diff(TINY, folder, "--accept-lower", "So.", "--budget", "0")[0] == exits.UNSOUND


def test_errors_in_a_table_of_answers(tmp_path: Path) -> None:
    folder = edited_tiny(tmp_path)
    next_major(folder, MIGRATIONS.replace("to: hot", "to: cold"))

    code, _, err = diff(TINY, folder)

    assert code == exits.UNSOUND
    assert "there is no question or item 'cold'" in err


def test_without_a_table_nothing_goes_together(tmp_path: Path) -> None:
    folder = edited_tiny(tmp_path)
    edit(folder / "protocol.yaml", *MAJOR[:-1])

    assert diff(TINY, folder)[0] == exits.UNSOUND
    assert diff(folder, folder)[0] == exits.OK


# -- revisions ----------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The rules of the current folder: a repository with two versions of the tiny protocol."""
    folder = tmp_path / "repository"
    rules = new_repository(folder)
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
    code, out, err = diff(*arguments)

    assert (code, err) == (exits.UNSOUND, "")
    commit = git(Path(), "rev-parse", "v1")
    name = arguments[0].partition(":")[0]
    assert out.startswith(
        f"Old: sore_throat 0.1.0 (revision {name} at commit {commit[:12]}, folder rules/throat)\n"
        "New: sore_throat 0.1.0 ("
    )
    assert "LOWERED: same_day -> self_care" in out


def test_paths_relative_to_the_current_folder(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)

    for revision in ("v1:rules/throat", "v1:./", "v1:."):
        assert diff(revision)[0] == exits.UNSOUND
    code, out, _ = diff("HEAD:.")
    assert code == exits.OK
    assert f"\nNew: sore_throat 0.1.0 (folder {repository})\n\n{NO_DIFFERENCE}" in out


def test_new_defaults_to_the_working_tree(repository: Path) -> None:
    code, out, _ = diff("HEAD:rules/throat")
    assert code == exits.OK
    assert out.endswith(f"\nNew: sore_throat 0.1.0 (folder {repository})\n\n{NO_DIFFERENCE}")

    edit(repository / "protocol.yaml", WORDS)

    assert "rule 'fever_today' (because)" in diff("HEAD:rules/throat")[1]


def test_new_defaults_to_the_rules_option(tmp_path: Path) -> None:
    folder = edited_tiny(tmp_path, LATER)

    assert diff(TINY, "--rules", folder)[0] == exits.UNSOUND


def test_a_table_of_answers_is_read_from_the_revision(repository: Path) -> None:
    next_major(repository, edits=MAJOR[:-1])
    commit(repository.parents[1], "third")

    _, out, err = diff("v1:rules/throat", "HEAD:rules/throat", "--format", "json")
    assert err == ""
    record = json.loads(out)

    assert [move["cause"] for move in record["lowered"]] == ["rules"]


def test_the_commit_of_a_revision_is_in_the_json(repository: Path) -> None:
    record: Any = json.loads(diff("v1", repository, "--format", "json")[1])

    assert record["old"]["from"] == "v1:rules/throat"
    assert record["old"]["commit"] == git(repository, "rev-parse", "v1")
    assert record["new"]["from"] == str(repository)
    assert record["new"]["commit"] is None


def test_new_defaults_to_the_bundled_rules_after_a_folder(repository: Path) -> None:
    _, out, _ = diff(repository, "--budget", "0")

    assert f"\nNew: back_pain {shipped().protocol.version} (folder {bundled_rules()})\n" in out


@pytest.mark.parametrize("name", ["topic/v1", "v1:rules"])
def test_a_folder_with_the_name_of_a_revision(repository: Path, name: str) -> None:
    """Whoever adds such a folder to a repository chooses the rules that others compare with."""
    git(repository, "branch", "topic/v1", "v1")
    folder = Path(name)
    folder.parent.mkdir(exist_ok=True)
    folder.symlink_to(repository)

    for arguments in ((name, repository), (repository, name)):
        code, out, err = diff(*arguments)
        assert (code, out) == (exits.NO_INPUT, "")
        assert f"'{name}' is both a folder and a revision of this repository" in err

    for way in (f"./{name}", f"{name}/", folder.absolute()):
        assert f"Old: sore_throat 0.1.0 (folder {Path(way)})\n" in diff(way, repository)[1]
    revision, _, path = name.partition(":")
    revision = f"{revision}^0:{path}/throat" if path else f"{name}:rules/throat"
    assert "Old: sore_throat 0.1.0 (revision " in diff(revision, repository)[1]


def test_a_folder_with_a_name_of_its_own(repository: Path) -> None:
    for name in ("rules/throat", "../repository/rules/throat"):
        assert diff(name, repository)[0] == exits.OK


def test_a_folder_that_may_have_the_name_of_a_revision(repository: Path) -> None:
    """Git does not say whether it has."""
    (repository.parents[1] / ".git" / "config").write_text("[", encoding="utf-8")

    code, _, err = diff("rules/throat", repository)

    assert code == exits.NO_INPUT
    assert "whether it is also a revision is not known" in err
    assert err.endswith("write ./rules/throat for the folder\n")
    assert diff("./rules/throat", repository)[0] == exits.OK


def test_folders_need_no_git(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as without:
        without.setenv("PATH", "")
        assert diff("rules/throat", repository)[0] == exits.OK

    folder = edited_tiny(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert diff(folder.name, repository)[0] == exits.UNSOUND


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
def test_revisions_that_do_not_exist(arguments: tuple[str, ...], cure: str) -> None:
    code, out, err = diff(*arguments)

    assert (code, out) == (exits.NO_INPUT, "")
    assert cure in err


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    code, _, err = diff("HEAD~3", TINY)

    assert code == exits.NO_INPUT
    assert "a revision can only be read inside a git repository" in err
    assert "change to its folder, or name folders instead" in err


@pytest.mark.usefixtures("repository")
def test_no_git(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    code, _, err = diff("v1", "rules/throat")

    assert code == exits.NO_INPUT
    assert "git is not installed, so no revision can be read: name folders instead" in err


def test_a_file_that_is_not_utf_8(repository: Path) -> None:
    (repository / "more.yaml").write_bytes(b"\xff")
    commit(repository, "third")

    code, _, err = diff("HEAD:rules/throat", TINY)

    assert code == exits.NO_INPUT
    assert "cannot read HEAD:rules/throat/more.yaml: it is not UTF-8 text" in err


@pytest.mark.usefixtures("repository")
def test_a_folder_outside_the_repository(tmp_path: Path) -> None:
    folder = edited_tiny(tmp_path, WORDS)

    code, out, _ = diff("v1", folder, "--rules", "rules/throat")

    assert code == exits.OK
    assert out.startswith("Old: sore_throat 0.1.0 (revision v1 at commit ")
    assert "there is no folder 'rules/back_pain' in v1" in diff("v1", folder)[2]


def test_errors_in_a_version(tmp_path: Path) -> None:
    wrong = edited_tiny(tmp_path, ("when: fever_days >= 3 days", "when: fever_days >= 99 days"))
    _, _, plain = rules_command("check", "--rules", wrong)

    for which, arguments in (("old", (wrong, TINY)), ("new", (TINY, wrong))):
        code, out, err = diff(*arguments)
        assert (code, out) == (exits.UNSOUND, "")
        assert err.startswith(f"There are errors in the {which} version, {wrong}:\n{plain}")


def test_no_such_folder(tmp_path: Path) -> None:
    code, _, err = diff(TINY, "--rules", tmp_path / "nowhere")

    assert code == exits.NO_INPUT
    assert "there is no such folder" in err


def test_progress_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(100_000))
    monkeypatch.setattr("backtriage.shell.output.monotonic", lambda: next(clock) * 2)

    _, out, err = diff(TINY, edited_tiny(tmp_path, LATER))

    assert "comparisons\n" in err
    assert "comparisons" not in out


@pytest.mark.parametrize("command", [("check",), ("prove",), ("show",)])
def test_other_commands_load_no_comparison(command: tuple[str, ...]) -> None:
    modules = modules_loaded_by("rules", *command, "--rules", TINY)

    assert not [
        m for m in modules if m.startswith(("backtriage.compare", "backtriage.shell.versions"))
    ]


def test_a_folder_that_is_named_like_rules_is_refused(repository: Path) -> None:
    folder = repository / "more.yaml"
    folder.mkdir()
    (folder / "inside.txt").write_text("nothing\n")
    commit(repository.parents[1], "third")

    code, _, err = diff("HEAD", repository)

    assert code == 66
    assert "more.yaml is a folder, not a file" in err
