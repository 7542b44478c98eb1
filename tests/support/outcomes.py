"""Assessments in a form that can be compared with the oracle and with each other."""

from __future__ import annotations

from backtriage.decide.assessment import Assessment, Status, assess
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always, Condition
from backtriage.terms.urgency import Urgency
from tests.support import oracle


def conditions_of(program: Program) -> list[Condition]:
    """Return every condition of a program."""
    p = program.protocol
    conditions = [q.ask_when for q in p.questions] + [fact.when for fact in p.facts]
    conditions += [rule.when for rule in p.rules] + [advice.when for advice in p.advice]
    conditions += [advice.withhold_if for advice in p.advice if advice.withhold_if is not None]
    return conditions + [verdict.when for module in p.modules for verdict in module.verdicts]


def outcome_of(assessment: Assessment) -> oracle.Outcome:
    """Return an assessment in the terms of the oracle."""
    return oracle.Outcome(
        urgency=assessment.urgency,
        out_of_scope=assessment.status is Status.OUT_OF_SCOPE,
        fired=tuple((r.rule.id, r.urgency, r.certainty) for r in assessment.reasons),
        given=tuple(advice.id for advice in assessment.advice),
        verdicts=tuple(f.verdict.id if f.verdict else None for f in assessment.module_results),
    )


def expected_outcome(program: Program, sheet: Answers) -> oracle.Outcome:
    """Return the oracle's outcome, with its reasons in the order of an assessment.

    A rule without a condition is a reason only where no other rule fires.
    """
    expected = oracle.outcome(program, sheet)
    unconditional = {rule.id for rule in program.rules if isinstance(rule.when, Always)}
    conditional = [fired for fired in expected.fired if fired[0] not in unconditional]
    fired = sorted(conditional or expected.fired, key=lambda reason: -reason[1])
    return oracle.Outcome(
        expected.urgency, expected.out_of_scope, tuple(fired), expected.given, expected.verdicts
    )


def visible_result(assessment: Assessment) -> tuple[object, ...]:
    """Return what a person sees, as far as an open question could change it."""
    return (
        assessment.certain,
        assessment.possible,
        assessment.status,
        tuple(advice.id for advice in assessment.advice),
        tuple((f.verdict.id, f.counts) if f.verdict else None for f in assessment.module_results),
    )


def of_journal(program: Program, person: Answers) -> Answers:
    """Return what a journal says of a person, which is known before anything is asked."""
    questions = program.questions
    return Answers({i: v for i, v in person.items() if questions[i].from_journal is not None})


def assess_by_asking(program: Program, person: Answers) -> Assessment:
    """Ask a person the first open question until none is left or an emergency is certain."""
    sheet = of_journal(program, person)
    while True:
        assessment = assess(program, sheet)
        missing = (*assessment.missing, *assessment.advice_missing)
        if assessment.certain is Urgency.EMERGENCY or not missing:
            return assessment
        question = missing[0]
        sheet = sheet.with_(question, person[question])
