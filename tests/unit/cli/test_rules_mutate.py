"""`backtriage rules test --mutate`: what it prints, what it writes, and how it exits."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backtriage.cli import exits
from backtriage.cli.rules import rules_app

TINY = Path(__file__).parents[2] / "data" / "protocols" / "sore_throat"


def mutate(*arguments: str, folder: Path = TINY) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `backtriage rules test ...`.

    How far it is, is left out: it is said only where that takes long.
    """
    ran = CliRunner().invoke(rules_app, ["test", *arguments, "--rules", str(folder)])
    said = (line for line in ran.stderr.splitlines() if not line.endswith(" mutants"))
    return ran.exit_code, ran.stdout, "\n".join(said)


def test_nobody_noticed() -> None:
    """It exits 78 and lists each, with a person in the words of the questions."""
    code, out, err = mutate("--mutate")

    assert (code, err) == (exits.UNSOUND, "")
    assert out.startswith("sore_throat 0.1.0: who notices when one thing in the rules is changed")
    assert out.count("NOBODY NOTICED") == 14
    assert "  How old are you? -> 64 years" in out


def test_saved_cases_read_back_and_notice_once_they_are_confirmed(tmp_path: Path) -> None:
    """Beside the others they are kept and wait; without the mark every mutant is found."""
    folder = tmp_path / "rules"
    shutil.copytree(TINY, folder)
    file = folder / "cases" / "found.yaml"

    _, _, err = mutate("--mutate", "--save-case", str(file), folder=folder)

    assert err == f"Wrote 14 cases to {file}. Each waits for a person to confirm it."
    code, out, _ = mutate(folder=folder)
    assert code == exits.OK
    assert "27/27 cases pass" in out
    assert "Not confirmed by a person yet: to_confirm_" in out
    assert len(json.loads(mutate("--format", "json", folder=folder)[1])["to_confirm"]) == 14
    assert mutate("--mutate", folder=folder)[0] == exits.UNSOUND

    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("    to_confirm: yes\n", ""), encoding="utf-8")

    code, out, _ = mutate("--mutate", folder=folder)
    assert code == exits.OK
    assert "66/66 mutants found" in out
    other = tmp_path / "nobody.yaml"
    _, _, err = mutate("--mutate", "--save-case", str(other), folder=folder)
    assert "was not written" in err
    assert not other.exists()


def test_json() -> None:
    """The same figures, every mutant with its fate, and the person for each that survived."""
    code, out, err = mutate("--mutate", "--format", "json")

    found = json.loads(out)
    assert (code, err) == (exits.UNSOUND, "")
    assert found["schema"] == "backtriage.rules_mutate/1"
    assert (found["sound"], found["survived"], found["undecided"]) == (False, 14, 0)
    assert len(found["trials"]) == found["mutants"] == 70
    assert sum(kind["of"] for kind in found["kinds"].values()) == 70
    survived = [trial for trial in found["trials"] if trial["fate"] == "survived"]
    assert len(survived) == 14
    (limit,) = (t for t in survived if "years >= 64" in t["change"])
    assert limit["kind"] == "threshold"
    assert limit["place"] == "rule fever_today"
    assert limit["person"]["urgency"] == "self_care"
    assert limit["person"]["urgency_after"] == "same_day"
    assert limit["person"]["answers"]["years"] == 64
    assert limit["person"]["findings"] == {
        "How old are you?": "64 years", "Do you have a fever?": "yes",
    }  # fmt: skip


def test_every_mutant() -> None:
    """--every lists those that were found as well."""
    assert "found by the case" not in mutate("--mutate")[1]
    assert "found by the case" in " ".join(mutate("--mutate", "--every")[1].split())


def test_no_time() -> None:
    """What no case notices is undecided, is said to be, and is not found."""
    code, out, _ = mutate("--mutate", "--budget", "0")

    assert code == exits.UNSOUND
    assert "UNDECIDED, counted as not found: the proof ran out of time: 0 seconds" in out


def test_a_case_that_is_not_kept(tmp_path: Path) -> None:
    """It is named, it counts for nothing, and the exit code says so."""
    folder = tmp_path / "rules"
    shutil.copytree(TINY, folder)
    (folder / "cases" / "odd.yaml").write_text(
        "cases:\n  - id: odd\n    about: Odd.\n    acceptable: emergency\n", encoding="utf-8"
    )

    code, out, _ = mutate("--mutate", folder=folder)

    assert code == exits.UNSOUND
    assert "Not kept, so not counted: odd." in out


def test_saving_needs_mutants(tmp_path: Path) -> None:
    """It says which options belong together."""
    code, out, err = mutate("--save-case", str(tmp_path / "file.yaml"))

    assert (code, out) == (exits.USAGE, "")
    assert "--mutate" in err


def test_progress_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """On standard error, once it takes longer than a second."""
    ticks = count()
    monkeypatch.setattr("backtriage.shell.output.monotonic", lambda: next(ticks) * 2)

    ran = CliRunner().invoke(rules_app, ["test", "--mutate", "--rules", str(TINY)])

    assert "of 70 mutants\n" in ran.stderr
    assert "of 70 mutants" not in ran.stdout


def test_without_it_no_prover_is_loaded() -> None:
    """`rules test` is as quick as it was."""
    script = (
        "import sys; from backtriage.__main__ import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([m for m in sys.modules if m.startswith(('backtriage.prove',"
        " 'backtriage.mutation', 'backtriage.mutation'))])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, "rules", "test", "--rules", str(TINY)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert ran.stdout.splitlines()[-1] == "[]"
