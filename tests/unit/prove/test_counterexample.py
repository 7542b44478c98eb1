from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from msgspec.structs import replace

from backtriage.cases.loader import load_cases
from backtriage.decide import open_questions
from backtriage.program.program import build_program
from backtriage.protocol.guarantees import Conflict, NetLimit
from backtriage.protocol.protocol import Advice
from backtriage.prove import phrasing
from backtriage.prove.case_yaml import CaseEntry, case_file, case_yaml
from backtriage.prove.claims.claim import Claim
from backtriage.prove.counterexample import Counterexample, SpuriousCounterexample, confirmed
from backtriage.prove.domain import Assignment
from backtriage.prove.engines.baseline import Baseline
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.prove.report import Proof, ProofReport, ProofStatus, all_claims, prove_program
from backtriage.prove.to_text import report_json, report_lines
from backtriage.terms.condition import Always, Includes, Scores
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE
from tests.support.assessments import with_lines
from tests.support.protocols import tiny


@cache
def symbolic() -> SymbolicProgram:
    """Return the tiny protocol, with two pieces of advice that never meet."""
    protocol = tiny().protocol
    spit = Advice(id="spit", kind="comfort", text="Spit.", strength="none",
                  when=Includes("airway", "drooling"))  # fmt: skip
    pair = Conflict(id="pair", advice=("drinks", "spit"), because="A test.")
    return SymbolicProgram(
        build_program(replace(protocol, advice=(*protocol.advice, spit), conflicts=(pair,)))
    )


@cache
def baseline() -> Assignment:
    return Baseline(symbolic().domain.variables, (symbolic().domain,)).values


def claim_of(kind: str, subject: str = "") -> Claim:
    return next(c for c in all_claims(symbolic()) if c.kind == kind and subject in c.subject)


def report_of(claim: Claim, found: Counterexample | None, reason: str = "") -> ProofReport:
    """Return a report of one claim; undecided if a reason is given."""
    status = ProofStatus.UNDECIDED if reason else ProofStatus.DISPROVED
    proof = Proof(claim=claim, status=status, reason=reason, counterexample=found)
    return ProofReport(
        symbolic=symbolic(),
        baseline=symbolic().domain.sheet(baseline()),
        results=(proof,),
        seconds={},
    )


def entry_of(report: ProofReport) -> Any:  # noqa: ANN401
    """Return the one claim of a report as JSON."""
    entries: Any = report_json(report)["claims"]
    (entry,) = entries
    return entry


@pytest.mark.parametrize(
    "kind",
    ["gap", "unsafe", "hidden", "lowered", "unsure", "unsound-stop", "conflict",
     "contraindicated"],
)  # fmt: skip
def test_the_baseline_is_a_spurious_counterexample(kind: str) -> None:
    with pytest.raises(SpuriousCounterexample, match=kind):
        confirmed(symbolic(), claim_of(kind), baseline())


def test_a_settled_total_is_a_spurious_counterexample() -> None:
    with pytest.raises(SpuriousCounterexample):
        confirmed(symbolic(), claim_of("unsound-stop", "count"), baseline())


def test_an_impossible_sheet_is_a_spurious_counterexample() -> None:
    """Days of fever without a fever are listed as impossible."""
    days = symbolic().domain.of_question["fever_days"]
    assignment = {**baseline(), days.index: len(days.values) - 2}
    floors = symbolic().program.protocol.floors
    floor = next(floor for floor in floors if floor.id == "fever_that_stays")
    assert floor.at_least is Urgency.SAME_DAY

    with pytest.raises(SpuriousCounterexample):
        confirmed(symbolic(), claim_of("hidden", floor.id), assignment)


def test_a_rule_that_stands_in_no_line_of_the_safety_net() -> None:
    net = with_lines().protocol
    rules = tuple(replace(r, signs=()) if r.id == "cannot_breathe" else r for r in net.rules)

    report = prove_program(build_program(replace(net, rules=rules)), kinds=["unlisted"])

    disproved = [proof.claim.subject for proof in report.results if proof.counterexample]
    assert disproved == ["cannot_breathe"]


def test_a_page_with_more_lines_of_the_safety_net_than_fit() -> None:
    """With two lines of different urgencies, the most of one urgency is one."""
    net = with_lines().protocol
    for groups in (0, 1):
        limit = NetLimit(urgency=Urgency.EMERGENCY, groups=groups, lines=1, columns=40)
        program = build_program(replace(net, net_limits=(limit,)))

        (proof,) = prove_program(program, kinds=["crowded"]).results

        assert (proof.counterexample is not None) is (groups == 0)


@pytest.mark.parametrize("subject", ["rule 'fever_today'", "count 'signs'"])
def test_an_interview_that_stops_too_early(subject: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """When no question is ever open, the missing answers are named."""
    monkeypatch.setattr(open_questions._Search, "question", lambda *_: None)
    absent = {variable.index: 1 for variable in symbolic().domain.presence.values()}
    claim = claim_of("unsound-stop", subject)

    found = confirmed(symbolic(), claim, absent)

    assert found is not None
    assert len(found.sheet) == 0
    report = report_of(claim, found)
    text = "\n".join(report_lines(report))
    assert "For this person nothing is open" in text
    assert "How old are you? -> no answer" in text
    assert case_file(report).splitlines()[4:6] == ["    sheet:", "    expect:"]


def test_saved_cases_can_be_read_whatever_the_ids_are() -> None:
    """An id may be as long as that of a rule, and two may differ at their ends only."""
    floors = tuple(replace(tiny().protocol.floors[0], id="f" * 58 + end) for end in ("_a", "_b"))
    program = build_program(replace(tiny().protocol, floors=floors))
    sheet = symbolic().domain.sheet(baseline())
    names = [f"found_gap_{floor.id}" for floor in floors] + ["found_gap", "found gap", "Found_gap"]
    entries = [CaseEntry(name, "An example. " * 500, sheet, {"acceptable": ["soon"]})
               for name in names]  # fmt: skip

    cases, problems = load_cases(program, {"a.yaml": case_yaml(program, "Found.", entries)})

    assert problems == ()
    assert [len(case.id) for case in cases] == [60, 60, 9, 11, 11]
    assert [case.id[-9:] for case in cases[2:]] == ["found_gap", "und_gap_2", "und_gap_3"]


def test_advice_in_a_report_and_in_a_case_file() -> None:
    sheet = symbolic().domain.sheet(baseline())
    sheet = sheet.with_("days", NOT_SURE).with_("feverish", True)  # noqa: FBT003 - an answer
    found = Counterexample(sheet=sheet, urgency=Urgency.SELF_CARE, given=("lozenges",))
    claim = claim_of("contraindicated", "lozenges")
    report = report_of(claim, found)

    text = "\n".join(report_lines(report))
    assert "is sent to self_care and given\n      'lozenges':" in text
    assert "How long have you had it? -> not sure" in text
    assert entry_of(report)["case"]["given"] == ["lozenges"]
    assert case_file(report).endswith("    expect:\n      withheld:\n        - lozenges\n")
    verdict = Counterexample(sheet=sheet, urgency=Urgency.SELF_CARE, given=("honey.may_try",))
    file = case_file(report_of(claim, verdict))
    assert file.endswith("    expect:\n      urgency: self_care\n")


def test_an_unsure_item_in_words() -> None:
    """Ticked items come first, then those the person is not sure about."""
    domain = symbolic().domain
    ticked = {**baseline(),
              domain.of_item["airway", "breathing"].index: 1,
              domain.of_item["airway", "drooling"].index: 2}  # fmt: skip
    found = Counterexample(sheet=domain.sheet(ticked), urgency=Urgency.EMERGENCY)
    report = report_of(claim_of("gap"), found)

    text = "\n".join(report_lines(report))

    assert "hard to breathe; not sure: cannot swallow your spit" in " ".join(text.split())
    assert "cannot_breathe (emergency)" in text
    assert '      airway:\n        - "breathing"\n        - "drooling?"\n' in case_file(report)


def test_the_reason_of_an_undecided_claim_is_reported() -> None:
    for kind, expected in (
        ("gap", "The proof ran out."),
        ("idle-question", "undecided, the proof ran out"),
    ):
        report = report_of(claim_of(kind), None, reason="ran out")

        assert expected in "\n".join(report_lines(report))
        assert entry_of(report)["ran_out"] == "ran out"


def test_a_rule_for_everybody_reads_nothing() -> None:
    assert list(phrasing._reads(symbolic().program, Always())) == []


def test_every_claim_can_be_listed() -> None:
    claim = claim_of("gap")
    lines = list(report_lines(report_of(claim, None), every=True))

    assert f"  DISPROVED {claim.sentence}" in lines
    assert "  There is nobody like that." in lines


def test_a_condition_on_a_score_reads_what_earns_points() -> None:
    assert set(phrasing._reads(tiny(), Scores("signs", 2))) == {
        ("airway", "breathing"), ("airway", "drooling"), ("feverish", "yes"), ("days", "longer"),
        ("years", ""),
    }  # fmt: skip
