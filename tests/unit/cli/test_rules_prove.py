"""`backtriage rules prove`: what it prints, what it writes, and how it exits."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backtriage.cases.loader import load_cases
from backtriage.cases.run import run_case
from backtriage.check import checked_protocol
from backtriage.cli import exits
from backtriage.cli.rules import rules_app
from backtriage.program.program import build_program
from backtriage.prove.engines import sat_engine
from backtriage.shell.files import read_rules
from tests.support.drup import refutes

TINY = Path(__file__).parents[2] / "data" / "protocols" / "sore_throat"


def prove(*arguments: str, folder: Path = TINY) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `backtriage rules prove ...`."""
    ran = CliRunner().invoke(rules_app, ["prove", *arguments, "--rules", str(folder)])
    return ran.exit_code, ran.stdout, ran.stderr


def spoilt(folder: Path, before: str, after: str) -> Path:
    """A copy of the tiny protocol with one text changed."""
    copy = folder / "spoilt"
    shutil.copytree(TINY, copy)
    path = copy / "protocol.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return copy


LATER = ("when: fever_days >= 3 days", "when: fever_days >= 9 days")
"""A fever that stays is seen too late."""


@pytest.mark.parametrize("engine", ["diagram", "sat", "both"])
def test_a_sound_protocol(engine: str) -> None:
    """Every claim is proved, and the engines stand side by side."""
    code, out, err = prove("--engine", engine)

    assert (code, err) == (exits.OK, "")
    assert "0 errors, 0 warnings." in out
    for name in ("diagram", "sat"):
        assert (f" {name}" in out.splitlines()[2]) == (engine in {name, "both"})


def test_a_case_in_the_words_of_the_questions(tmp_path: Path) -> None:
    """The person with the fewest findings, the rules that fired, and what stopped the others."""
    code, out, _ = prove(folder=spoilt(tmp_path, *LATER))

    assert code == exits.UNSOUND
    case = out[out.index("DISPROVED (claim unsafe)") : out.index("DISPROVED (claim hidden)")]
    assert case == (
        "DISPROVED (claim unsafe): Whoever has the red flag 'fever_that_stays' is sent to\n"
        "    at least same_day.\n"
        "  The red flag: feverish and fever_days >= 5 days. A fever of five days is\n"
        "      looked at.\n"
        "  This person, everything else being normal, is sent to self_care:\n"
        "      Do you have a fever? -> yes\n"
        "      For how many days? -> 5 to 8 days\n"
        "  Rules that fired: home (self_care).\n"
        "      fever_today (same_day) was stopped by: 'long_fever or (feverish and years\n"
        "          >= 65 years)'\n"
        "\n"
    )
    assert "The same person as under the claim unsafe." in out


def test_before_and_after(tmp_path: Path) -> None:
    """A claim that compares shows both, and the one answer that changed."""
    folder = spoilt(tmp_path, "when: days is longer and signs >= 2",
                    "when: days is longer and not feverish and years < 65 years")  # fmt: skip

    _, out, _ = prove(folder=folder)

    assert "is sent to routine before and to self_care after" in " ".join(out.split())
    assert "Do you have a fever? -> before: no -> after: yes" in " ".join(out.split())
    assert "Rules that fired before: stays_long (routine)." in out
    found = json.loads(prove("--format", "json", folder=folder)[1])["claims"]
    cases = [claim["case"] for claim in found if "before" in claim.get("case", {})]
    assert cases
    assert all(case["before"] != case["answers"] for case in cases)


def test_json(tmp_path: Path) -> None:
    """Every claim with its verdict; a case with its answers."""
    code, out, _ = prove("--format", "json", folder=spoilt(tmp_path, *LATER))

    found = json.loads(out)
    assert code == exits.UNSOUND
    assert found["schema"] == "backtriage.rules_prove/1"
    assert not found["sound"]
    unsafe = [c for c in found["claims"] if (c["kind"], c["verdict"]) == ("unsafe", "disproved")]
    (claim,) = unsafe
    assert claim["case"]["urgency"] == "self_care"
    assert claim["case"]["needed"] == "same_day"
    assert claim["case"]["answers"]["fever_days"] == 5


def test_a_case_is_saved_and_fails_until_the_rules_are_mended(tmp_path: Path) -> None:
    """What --save-case writes is a case file of the protocol; the sound one keeps it."""
    folder = spoilt(tmp_path, *LATER)
    file = tmp_path / "found.yaml"

    _, _, err = prove("--save-case", str(file), folder=folder)

    assert f"cases to {file}" in err
    for rules, kept in ((folder, False), (TINY, True)):
        program = build_program(checked_protocol(read_rules(rules)))
        cases, problems = load_cases(program, {"found.yaml": file.read_text(encoding="utf-8")})
        assert problems == ()
        assert [run_case(program, case).passes for case in cases] == [kept] * len(cases)
        assert cases


def test_no_case_to_save(tmp_path: Path) -> None:
    """Nothing is written when every claim holds."""
    file = tmp_path / "found.yaml"

    code, _, err = prove("--save-case", str(file))

    assert code == exits.OK
    assert "was not written" in err
    assert not file.exists()


def test_a_certificate(tmp_path: Path) -> None:
    """It can be checked without this program."""
    file = tmp_path / "certificate.json"

    assert prove("--certificate", str(file))[0] == exits.OK

    proofs = json.loads(file.read_text(encoding="utf-8"))["proofs"]
    assert all(refutes(proof["cnf"], proof["drup"]) for proof in proofs.values())


def test_no_time_is_undecided() -> None:
    """What ran out is said, and an undecided claim is no proof."""
    code, out, _ = prove("--budget", "0")

    assert code == exits.UNSOUND
    assert "UNDECIDED (claim unsafe)" in out
    assert "The proof ran out of time: 0 seconds." in out


def test_without_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says which extra to install."""

    def missing() -> None:
        raise sat_engine.NotInstalled(
            "python-sat is not installed: pip install 'backtriage[prove]'"
        )

    monkeypatch.setattr(sat_engine, "solvers", missing)

    code, out, err = prove("--engine", "both")

    assert (code, out) == (exits.USAGE, "")
    assert "backtriage[prove]" in err


def test_a_waiver_accepts_what_is_hidden(tmp_path: Path) -> None:
    """A red flag that is knowingly not asked about is accepted, with its reason."""
    folder = spoilt(tmp_path, "floors:\n", """waivers:
  - about: old_fever
    accepts: hidden
    reason: We ask about days of fever only in a fever.
    review_by: 2030-01-01
floors:
  - id: old_fever
    when: fever_days >= 5 days
    at_least: same_day
    because: A test.
""")  # fmt: skip
    text = (folder / "protocol.yaml").read_text(encoding="utf-8")
    cut = text.index("impossible:"), text.index("never_with:")
    without = (text[: cut[0]] + text[cut[1] :]).replace("    follows_from: yes\n", "")
    (folder / "protocol.yaml").write_text(without, encoding="utf-8")

    code, out, _ = prove(folder=folder)

    assert code == exits.OK
    assert "Accepted: We ask about days of fever only in a fever." in " ".join(out.split())
    assert "1 waivers: old_fever (hidden, review by 2030-01-01)." in out
    found = json.loads(prove("--format", "json", folder=folder)[1])
    assert found["sound"]
    assert [claim["waiver"] for claim in found["claims"] if "waiver" in claim]


def test_a_protocol_that_promises_nothing() -> None:
    """Without floors nothing is claimed of red flags, and the report says so."""
    code, out, _ = prove(folder=TINY.parent / "twisted_ankle")

    assert code == exits.OK
    assert "There are no floors, so nothing is claimed of red flags." in out


def test_other_commands_load_no_prover() -> None:
    """Checking, testing and assessing do without it."""
    script = (
        "import sys; from backtriage.__main__ import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([m for m in sys.modules if m.startswith(('backtriage.prove', 'pysat'))])"
    )
    for words in (["rules", "check"], ["rules", "test"], ["rules", "show"], ["--help"]):
        folder = ["--rules", str(TINY)] if words[0] == "rules" else []
        ran = subprocess.run(
            [sys.executable, "-c", script, *words, *folder], capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        assert ran.stdout.splitlines()[-1] == "[]"
