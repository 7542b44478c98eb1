"""Urgencies, rules and risk directions, on which the safety claims rely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backtriage.protocol.dependencies import conditions, guarantees
from backtriage.protocol.guarantees import Risk
from backtriage.protocol.loader.loader import LoadedProtocol
from backtriage.protocol.loader.sections import LAXER
from backtriage.protocol.protocol import Question, Rule
from backtriage.terms.condition import Always
from backtriage.terms.problem import Problem
from backtriage.terms.urgency import IF_UNSURE, URGENCIES, Urgency
from backtriage.terms.value import NUMBER, ONE_OF, SOME_OF, YES_NO

_DIRECTIONS = {
    YES_NO: {"yes", "no"},
    ONE_OF: {"order"},
    SOME_OF: {"more", "fewer"},
    NUMBER: {"higher", "lower"},
}


def check_levels(source: LoadedProtocol) -> Iterator[Problem]:
    """Report urgencies that are not described once, or lack a heading for when to come back."""
    levels = [level.urgency for level in source.protocol.levels]
    for urgency in Urgency:
        if levels.count(urgency) != 1:
            message = f"'{urgency.id}' must be described once, found {levels.count(urgency)} times"
            yield source.problem("P501", message, f"urgencies.{urgency.id}")
    for level in source.protocol.levels:
        if level.urgency > Urgency.SELF_CARE and not level.come_back_heading:
            message = f"'{level.urgency.id}' has no 'come_back_heading'"
            yield source.problem("P501", message, f"urgencies.{level.urgency.id}")


def check_everybody(source: LoadedProtocol) -> Iterator[Problem]:
    """Report unless there is exactly one `always` rule, and its urgency is the lowest."""
    everybody = [rule for rule in source.protocol.rules if isinstance(rule.when, Always)]
    if len(everybody) != 1:
        message = f"exactly one rule says 'when: always', found {len(everybody)}"
        path = f"rules.{everybody[1].id}.when" if everybody else ""
        hint = "it applies to everybody for whom no other rule fires"
        yield source.problem("P502", message, path, hint)
    for rule in everybody:
        if rule.urgency is not Urgency.SELF_CARE:
            message = f"the rule for everybody must be 'self_care', found '{rule.urgency.id}'"
            yield source.problem("P502", message, f"rules.{rule.id}.urgency")
    last = {f"modules.{m.id}.verdicts.{m.verdicts[-1].id}.when" for m in source.protocol.modules}
    allowed = ("rules.", "questions.", "advice.")
    for path, condition in (*conditions(source.protocol), *guarantees(source.protocol)):
        is_allowed = path.startswith(allowed) and not path.endswith(("withhold_if", "names"))
        if isinstance(condition, Always) and path not in last and not is_allowed:
            yield source.problem("P502", "'always' is not allowed here", path)


def check_unsure(source: LoadedProtocol) -> Iterator[Problem]:
    """Report an `if_unsure` above its rule, or below the default without a waiver."""
    waivers = source.protocol.waivers
    waived = {waiver.about for waiver in waivers if waiver.accepts == LAXER}
    laxer = set()
    for rule in source.protocol.rules:
        if _rank(rule.if_unsure) < _rank(IF_UNSURE[rule.urgency]):
            laxer.add(rule.id)
        for message, hint in _unsure_errors(rule, has_waiver=rule.id in waived):
            yield source.problem("P503", message, f"rules.{rule.id}.if_unsure", hint)
    for id_ in sorted(waived - laxer):
        message = f"the rule '{id_}' is not laxer than usual: it needs no waiver"
        yield source.problem("P503", message, f"waivers.{id_}", "remove the waiver")


def _rank(urgency: Urgency | None) -> int:
    return -1 if urgency is None else urgency


def _unsure_errors(rule: Rule, *, has_waiver: bool) -> Iterator[tuple[str, str]]:
    given = "nothing" if rule.if_unsure is None else rule.if_unsure.id
    usual = IF_UNSURE[rule.urgency]
    if _rank(rule.if_unsure) > rule.urgency:
        yield f"'if_unsure: {given}' is above the rule's urgency '{rule.urgency.id}'", ""
    if rule.if_unsure is None and rule.urgency >= Urgency.SOON:
        hint = "doubt about a warning sign must lead somewhere"
        yield f"'if_unsure: nothing' is not allowed for '{rule.urgency.id}'", hint
    elif _rank(rule.if_unsure) < _rank(usual) and not has_waiver and usual is not None:
        hint = f"give '{usual.id}', or add a waiver with the reason"
        yield f"'if_unsure: {given}' is laxer than usual", hint
    if rule.out_of_scope and min(rule.urgency, _rank(rule.if_unsure)) < Urgency.ROUTINE:
        yield "an out-of-scope rule must give 'routine' or more, also for 'not sure'", ""


def check_dates(source: LoadedProtocol) -> Iterator[Problem]:
    """Report dates of a review that come before the protocol takes effect."""
    p = source.protocol
    path = f"protocol.{p.id}.review_due"
    for key, day, where in (
        ("review_due", p.review_due, path),
        *(("review_by", waiver.review_by, f"waivers.{waiver.about}") for waiver in p.waivers),
    ):
        if day <= p.effective:
            message = f"'{key}' is {day}, which is not after 'effective', {p.effective}"
            yield source.problem("P117", message, where)


def check_risk(source: LoadedProtocol) -> Iterator[Problem]:
    """Report questions without a risk direction that fits their kind, for each urgency once."""
    for question in source.protocol.questions:
        risks = [risk for risk in source.protocol.risk if risk.question == question.id]
        errors = ((f"risk.{risk.id}", _risk_error(question, risk)) for risk in risks)
        coverage = f"questions.{question.id}", _coverage_error(question, risks)
        for path, message in (*errors, coverage):
            if message:
                yield source.problem("P504", message, path)


def _risk_error(question: Question, risk: Risk) -> str:
    if risk.direction == "none" and risk.when is not None:
        return f"'{question.id}' has no direction, so 'when' says nothing"
    if risk.direction == "none":
        return "" if risk.reason else f"'{question.id}' has no direction and no reason"
    allowed = _DIRECTIONS[question.kind]
    if risk.direction not in allowed:
        words = ", ".join(sorted(allowed))
        return f"'{question.id}' may be: {words}, none; found '{risk.direction}'"
    choices = sorted(choice.id for choice in question.choices)
    if risk.direction == "order" and sorted(risk.order) != choices:
        return f"'order' must list every choice of '{question.id}' once, least risk first"
    return ""


def _coverage_error(question: Question, risks: Sequence[Risk]) -> str:
    """Return what is wrong with the urgencies that the entries of one question speak of."""
    if not risks:
        return f"'{question.id}' has no entry under 'risk'"
    covered = [urgency for risk in risks for urgency in risk.covered]
    for urgency in URGENCIES.values():
        if urgency > Urgency.SELF_CARE and urgency not in covered:
            return f"'{question.id}' has no entry under 'risk' for '{urgency.id}'"
        if covered.count(urgency) > 1 and any(risk.urgencies for risk in risks):
            return f"'{question.id}' has several entries under 'risk' for '{urgency.id}'"
    return ""
