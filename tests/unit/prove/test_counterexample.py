"""A case is shown only when the interpreter agrees that the claim is not true of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from backtriage.check import checked_protocol
from backtriage.decide import open_questions
from backtriage.program.program import build_program
from backtriage.protocol.protocol import Advice, Conflict
from backtriage.prove import person
from backtriage.prove.claims.claim import Claim
from backtriage.prove.counterexample import Counterexample, SpuriousCounterexample, counterexample
from backtriage.prove.engines.baseline import Baseline
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.prove.proof import Proof, Verdict, claims
from backtriage.prove.report import Finding, Report
from backtriage.prove.to_case import case_file
from backtriage.prove.to_text import record, report_lines
from backtriage.shell.files import read_rules
from backtriage.terms.condition import Always, Includes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE

TINY = Path(__file__).parents[2] / "data" / "protocols" / "sore_throat"


@cache
def model() -> SymbolicProgram:
    """The tiny protocol, with two pieces of advice that never meet."""
    protocol = checked_protocol(read_rules(TINY))
    spit = Advice(id="spit", kind="comfort", text="Spit.", strength="none",
                  when=Includes("airway", "drooling"))  # fmt: skip
    pair = Conflict(id="pair", advice=("drinks", "spit"), because="A test.")
    return SymbolicProgram(
        build_program(replace(protocol, advice=(*protocol.advice, spit), conflicts=(pair,)))
    )


def claim_of(kind: str, subject: str = "") -> Claim:
    """The first claim of a kind, or the one on a subject."""
    return next(c for c in claims(model()) if c.kind == kind and subject in c.subject)


def shown(claim: Claim, found: Counterexample | None, ran_out: str = "") -> Report:
    """A report of one claim."""
    verdict = Verdict.UNDECIDED if ran_out else Verdict.DISPROVED
    proof = Proof(claim=claim, verdict=verdict, ran_out=ran_out)
    finding = Finding(proof=proof, counterexample=found)
    normal = model().domain.sheet(Baseline(model().domain).values)
    return Report(model=model(), normal=normal, findings=(finding,), seconds={})


def entry_of(report: Report) -> Any:  # noqa: ANN401
    """The one claim of a report, as JSON has it."""
    found: Any = record(report)["claims"]
    (entry,) = found
    return entry


@pytest.mark.parametrize(
    "kind",
    ["gap", "unsafe", "hidden", "lowered", "unsure", "unsound-stop", "conflict",
     "contraindicated"],
)  # fmt: skip
def test_what_is_no_case_is_refuted(kind: str) -> None:
    """The person with nothing wrong is no case against any claim."""
    case = Baseline(model().domain).values
    proof = Proof(claim=claim_of(kind), verdict=Verdict.DISPROVED, case=case)

    with pytest.raises(SpuriousCounterexample, match=kind):
        counterexample(model(), proof)


def test_a_total_that_is_settled_is_no_case() -> None:
    """A count waits for nothing once its answers are there."""
    proof = Proof(claim=claim_of("unsound-stop", "count"), verdict=Verdict.DISPROVED,
                  case=Baseline(model().domain).values)  # fmt: skip

    with pytest.raises(SpuriousCounterexample):
        counterexample(model(), proof)


@pytest.mark.parametrize("subject", ["rule 'fever_today'", "count 'signs'"])
def test_an_interview_that_stops_too_early(subject: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """When nothing is ever open, the missing answers are named."""
    monkeypatch.setattr(open_questions._Undecided, "question", lambda *_: None)
    absent = {variable.index: 1 for variable in model().domain.presence.values()}
    claim = claim_of("unsound-stop", subject)

    found = counterexample(model(), Proof(claim=claim, verdict=Verdict.DISPROVED, case=absent))

    assert found is not None
    assert len(found.sheet) == 0
    text = "\n".join(report_lines(shown(claim, found)))
    assert "For this person nothing is open" in text
    assert "How old are you? -> no answer" in text
    assert case_file(model().program, [(claim, found)]).splitlines()[4:6] == [
        "    sheet:", "    expect:"
    ]  # fmt: skip


def test_what_is_impossible_is_no_case() -> None:
    """Days of fever without a fever are listed as impossible."""
    domain = model().domain
    days = domain.of_question["fever_days"]
    case = {**Baseline(domain).values, days.index: len(days.values) - 2}
    floor = next(f for f in model().program.protocol.floors if f.id == "fever_that_stays")
    assert floor.at_least is Urgency.SAME_DAY

    claim = claim_of("hidden", floor.id)
    with pytest.raises(SpuriousCounterexample):
        counterexample(model(), Proof(claim=claim, verdict=Verdict.DISPROVED, case=case))


def test_advice_in_a_report_and_in_a_case_file() -> None:
    """What is given stands in the text, in the JSON and in the case."""
    sheet = model().domain.sheet(Baseline(model().domain).values)
    sheet = sheet.with_("days", NOT_SURE).with_("feverish", True)  # noqa: FBT003 - an answer
    found = Counterexample(sheet=sheet, urgency=Urgency.SELF_CARE, given=("lozenges",))
    claim = claim_of("contraindicated", "lozenges")
    report = shown(claim, found)

    text = "\n".join(report_lines(report))
    assert "is sent to self_care and given\n      'lozenges':" in text
    assert "How long have you had it? -> not sure" in text
    assert entry_of(report)["case"]["given"] == ["lozenges"]
    file = case_file(model().program, [(claim, found)])
    assert file.endswith("    expect:\n      withheld:\n        - lozenges\n")
    verdict = Counterexample(sheet=sheet, urgency=Urgency.SELF_CARE, given=("honey.may_try",))
    file = case_file(model().program, [(claim, verdict)])
    assert file.endswith("    expect:\n      urgency: self_care\n")


def test_doubt_about_an_item_in_words() -> None:
    """Ticks first, then what the person is not sure about."""
    domain = model().domain
    ticked = {**Baseline(domain).values,
              domain.of_item["airway", "breathing"].index: 1,
              domain.of_item["airway", "drooling"].index: 2}  # fmt: skip
    found = Counterexample(sheet=domain.sheet(ticked), urgency=Urgency.EMERGENCY)

    text = "\n".join(report_lines(shown(claim_of("gap"), found)))

    assert "hard to breathe; not sure: cannot swallow your spit" in " ".join(text.split())
    assert "cannot_breathe (emergency)" in text
    file = case_file(model().program, [(claim_of("gap"), found)])
    assert '      airway:\n        - "breathing"\n        - "drooling?"\n' in file


def test_undecided_in_words() -> None:
    """What ran out is said, for faults and for what is only worth a look."""
    for kind, where in (("gap", "The proof ran out."), ("idle-question", "undecided, the proof")):
        report = shown(claim_of(kind), None, ran_out="ran out")

        assert where in "\n".join(report_lines(report))
        assert entry_of(report)["ran_out"] == "ran out"


def test_nothing_is_read_by_always() -> None:
    """The rule for everybody asks nothing."""
    assert list(person._reads(model().program, Always())) == []


def test_every_claim_can_be_listed() -> None:
    """One line for each, with its verdict."""
    claim = claim_of("gap")
    lines = list(report_lines(shown(claim, None), every=True))

    assert f"  DISPROVED {claim.sentence}" in lines
    assert "  There is nobody like that." in lines
