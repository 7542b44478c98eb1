"""`backtriage rules prove`: what it prints, what it writes, and how it exits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from backtriage.cli import exits
from backtriage.program.program import build_program
from backtriage.protocol.guarantees import Risk
from backtriage.prove.engines import sat_engine
from backtriage.prove.report import prove_program
from backtriage.prove.to_text import report_lines
from backtriage.terms.condition import Yes
from backtriage.terms.urgency import Urgency
from tests.support.drup import refutes
from tests.support.edited_rules import edited_tiny, passing, rules_command
from tests.support.process import modules_loaded_by
from tests.support.protocols import ANKLE, TINY, program_in


def prove(*arguments: str | Path, folder: Path = TINY) -> tuple[int, str, str]:
    return rules_command("prove", *arguments, "--rules", folder)


LATER = ("when: fever_days >= 3 days", "when: fever_days >= 9 days")
"""A lasting fever is noticed too late."""


@pytest.mark.parametrize("engine", ["diagram", "sat", "both"])
def test_a_sound_protocol(engine: str) -> None:
    code, out, err = prove("--engine", engine)

    assert (code, err) == (exits.OK, "")
    assert "0 errors, 0 warnings." in out
    for name in ("diagram", "sat"):
        assert (f" {name}" in out.splitlines()[2]) == (engine in {name, "both"})


def test_a_counterexample_in_the_words_of_the_questions(tmp_path: Path) -> None:
    code, out, _ = prove(folder=edited_tiny(tmp_path, LATER))

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


def test_a_counterexample_that_compares_two_sheets(tmp_path: Path) -> None:
    folder = edited_tiny(tmp_path, ("when: days is longer and signs >= 2",
                    "when: days is longer and not feverish and years < 65 years"))  # fmt: skip

    _, out, _ = prove(folder=folder)

    assert "is sent to routine before and to self_care after" in " ".join(out.split())
    assert "Do you have a fever? -> before: no -> after: yes" in " ".join(out.split())
    assert "Rules that fired before: stays_long (routine)." in out
    found = json.loads(prove("--format", "json", folder=folder)[1])["claims"]
    cases = [claim["case"] for claim in found if "before" in claim.get("case", {})]
    assert cases
    assert all(case["before"] != case["answers"] for case in cases)


def test_a_direction_for_some_urgencies(tmp_path: Path) -> None:
    """Longer is worse for a visit, and shorter would have to be worse for an emergency."""
    order = "      - {}\n      - {}\n"
    entry = "  - question: days\n    urgencies:\n      - {}\n    direction: order\n    order:\n"
    longer = entry.format("soon\n      - routine") + order.format("under_1_week", "longer")
    shorter = entry.format("emergency\n      - same_day") + order.format("longer", "under_1_week")
    folder = edited_tiny(tmp_path, (
        "  - question: days\n    direction: order\n    order:\n"
        + order.format("under_1_week", "longer"), longer + shorter,
    ), ("urgency: routine\n    when: days is longer and signs >= 2",
        "urgency: same_day\n    when: days is longer"))  # fmt: skip

    code, out, _ = prove("--engine", "both", "--every", folder=folder)

    text = " ".join(out.split())
    assert code == exits.UNSOUND
    assert (
        "PROVED Whoever reaches soon or routine still does with a worse answer to 'days'." in text
    )
    assert "DISPROVED (claim lowered): Whoever reaches emergency or same_day still does" in text
    assert "is sent to same_day before and to self_care after one answer got worse" in text


def test_json(tmp_path: Path) -> None:
    code, out, _ = prove("--format", "json", folder=edited_tiny(tmp_path, LATER))

    found = json.loads(out)
    assert code == exits.UNSOUND
    assert found["schema"] == "backtriage.rules_prove/1"
    assert not found["sound"]
    unsafe = [c for c in found["claims"] if (c["kind"], c["verdict"]) == ("unsafe", "disproved")]
    (claim,) = unsafe
    assert claim["case"]["urgency"] == "self_care"
    assert claim["case"]["needed"] == "same_day"
    assert claim["case"]["answers"]["fever_days"] == 5


def test_saved_cases_fail_until_the_rules_are_fixed(tmp_path: Path) -> None:
    folder = edited_tiny(tmp_path, LATER)
    file = tmp_path / "found.yaml"

    _, _, err = prove("--save-case", file, folder=folder)

    assert f"cases to {file}" in err
    assert passing(folder, file) == {False}
    assert passing(TINY, file) == {True}


def test_without_counterexamples_no_case_is_saved(tmp_path: Path) -> None:
    file = tmp_path / "found.yaml"

    code, _, err = prove("--save-case", file)

    assert code == exits.OK
    assert "was not written" in err
    assert not file.exists()


def test_a_certificate(tmp_path: Path) -> None:
    file = tmp_path / "certificate.json"

    assert prove("--certificate", file)[0] == exits.OK

    proofs = json.loads(file.read_text(encoding="utf-8"))["proofs"]
    assert all(refutes(proof["cnf"], proof["drup"]) for proof in proofs.values())


def test_a_budget_of_zero_leaves_claims_undecided() -> None:
    code, out, _ = prove("--budget", "0")

    assert code == exits.UNSOUND
    assert "UNDECIDED (claim unsafe)" in out
    assert "The proof ran out of time: 0 seconds." in out


def test_without_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise sat_engine.NotInstalled(
            "python-sat is not installed: pip install 'backtriage[prove]'"
        )

    monkeypatch.setattr(sat_engine, "solvers", missing)

    code, out, err = prove("--engine", "both")

    assert (code, out) == (exits.USAGE, "")
    assert "backtriage[prove]" in err


def test_a_waiver_accepts_a_hidden_red_flag(tmp_path: Path) -> None:
    text = (TINY / "protocol.yaml").read_text(encoding="utf-8")
    impossible = text[text.index("impossible:") : text.index("never_with:")]
    waiver = """waivers:
  - about: old_fever
    accepts: hidden
    reason: We ask about days of fever only in a fever.
    review_by: 2030-01-01
floors:
  - id: old_fever
    when: fever_days >= 5 days
    at_least: same_day
    because: A test.
"""
    without_guard = (impossible, ""), ("    follows_from: yes\n", "")
    folder = edited_tiny(tmp_path, ("floors:\n", waiver), *without_guard)

    code, out, _ = prove(folder=folder)

    assert code == exits.OK
    assert "Accepted: We ask about days of fever only in a fever." in " ".join(out.split())
    assert "1 waiver: old_fever (hidden, review by 2030-01-01)." in out
    found = json.loads(prove("--format", "json", folder=folder)[1])
    assert found["sound"]
    assert [claim["waiver"] for claim in found["claims"] if "waiver" in claim]


def test_a_protocol_without_safety_floors() -> None:
    code, out, _ = prove(folder=ANKLE)

    assert code == exits.OK
    assert "There are no floors, so nothing is claimed of red flags." in out


@pytest.mark.parametrize(
    "arguments",
    [("rules", name, "--rules", TINY) for name in ("check", "test", "show")] + [("--help",)],
)
def test_other_commands_load_no_prover(arguments: tuple[str | Path, ...]) -> None:
    modules = modules_loaded_by(*arguments)

    assert not [m for m in modules if m.startswith(("backtriage.prove", "pysat"))]


def test_the_report_names_what_has_a_direction_for_some_urgencies_or_people_only() -> None:
    """Whatever was proved of them, so no time is spent on that."""
    tiny = program_in(TINY).protocol
    days = next(risk for risk in tiny.risk if risk.question == "days")
    parts = (
        replace(days, urgencies=(Urgency.EMERGENCY, Urgency.SAME_DAY), when=Yes("feverish")),
        Risk(question="days", direction="none", reason="A test.",
             urgencies=(Urgency.SOON, Urgency.ROUTINE)),
    )  # fmt: skip
    others = tuple(risk for risk in tiny.risk if risk.question != "days")
    partly = build_program(replace(tiny, risk=others + parts))

    text = " ".join(" ".join(report_lines(prove_program(partly, kinds={"gap"}))).split())

    assert "Nor do they cover some urgencies: days at soon and routine." in text
    assert (
        "They cover only some people for: days at emergency and same_day (while feverish)." in text
    )
