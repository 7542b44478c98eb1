"""`backtriage rules test --mutate`: what it prints, what it writes, and how it exits."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

import pytest

from backtriage.cli import exits
from tests.support.edited_rules import edited_tiny, rules_command
from tests.support.process import modules_loaded_by
from tests.support.protocols import TINY


def mutate(*arguments: str | Path, folder: Path = TINY) -> tuple[int, str, str]:
    """Return the exit code, standard output, and standard error without progress."""
    code, out, err = rules_command("test", *arguments, "--rules", folder)
    messages = [line for line in err.splitlines() if not line.endswith(" mutants")]
    return code, out, "\n".join(messages)


def test_surviving_mutants() -> None:
    code, out, err = mutate("--mutate")

    assert (code, err) == (exits.UNSOUND, "")
    assert out.startswith("sore_throat 0.1.0: who notices when one thing in the rules is changed")
    assert out.count("NOBODY NOTICED") == 14
    assert "  How old are you? -> 64 years" in out


def test_saved_cases_kill_the_mutants_once_they_are_confirmed(tmp_path: Path) -> None:
    folder = edited_tiny(tmp_path)
    file = folder / "cases" / "found.yaml"

    _, _, err = mutate("--mutate", "--save-case", file, folder=folder)

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
    _, _, err = mutate("--mutate", "--save-case", other, folder=folder)
    assert "was not written" in err
    assert not other.exists()


def test_json() -> None:
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


def test_every_lists_killed_mutants_too() -> None:
    assert "found by the case" not in mutate("--mutate")[1]
    assert "found by the case" in " ".join(mutate("--mutate", "--every")[1].split())


def test_a_budget_of_zero_leaves_mutants_undecided() -> None:
    code, out, _ = mutate("--mutate", "--budget", "0")

    assert code == exits.UNSOUND
    assert "UNDECIDED, counted as not found: the proof ran out of time: 0 seconds" in out


def test_a_case_that_fails(tmp_path: Path) -> None:
    folder = edited_tiny(tmp_path)
    (folder / "cases" / "odd.yaml").write_text(
        "cases:\n  - id: odd\n    about: Odd.\n    acceptable: emergency\n", encoding="utf-8"
    )

    code, out, _ = mutate("--mutate", folder=folder)

    assert code == exits.UNSOUND
    assert "Not kept, so not counted: odd." in out


def test_saving_cases_needs_mutate(tmp_path: Path) -> None:
    code, out, err = mutate("--save-case", tmp_path / "file.yaml")

    assert (code, out) == (exits.USAGE, "")
    assert "--mutate" in err


def test_progress_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = count()
    monkeypatch.setattr("backtriage.shell.output.monotonic", lambda: next(ticks) * 2)

    _, out, err = rules_command("test", "--mutate", "--rules", TINY)

    assert "of 70 mutants\n" in err
    assert "of 70 mutants" not in out


def test_without_mutate_no_prover_is_loaded() -> None:
    modules = modules_loaded_by("rules", "test", "--rules", TINY)

    assert not [m for m in modules if m.startswith(("backtriage.prove", "backtriage.mutation"))]
