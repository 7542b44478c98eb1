"""Urgencies, rules and risk directions: what the safety promises lean on."""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.check.names import location_of
from backtriage.protocol.dependencies import conditions, guarantees
from backtriage.protocol.loader.guarantees import LAXER
from backtriage.protocol.loader.loader import LoadedProtocol
from backtriage.protocol.protocol import Question, Risk, Rule
from backtriage.terms.condition import Always
from backtriage.terms.problem import Problem
from backtriage.terms.urgency import IF_UNSURE, Urgency
from backtriage.terms.value import NUMBER, ONE_OF, SOME_OF, YES_NO

_DIRECTIONS = {
    YES_NO: {"yes", "no"},
    ONE_OF: {"order"},
    SOME_OF: {"more", "fewer"},
    NUMBER: {"higher", "lower"},
}


def check_levels(source: LoadedProtocol) -> tuple[Problem, ...]:
    """Each urgency is described once, and says when to come back unless it is the lowest."""
    found = []
    levels = [level.urgency for level in source.protocol.levels]
    for urgency in Urgency:
        if levels.count(urgency) != 1:
            message = f"'{urgency.id}' must be described once, found {levels.count(urgency)} times"
            location = location_of(source, f"urgencies.{urgency.id}")
            found.append(Problem(code="P501", message=message, location=location))
    for level in source.protocol.levels:
        if level.urgency > Urgency.SELF_CARE and not level.come_back_heading:
            message = f"'{level.urgency.id}' has no 'come_back_heading'"
            location = location_of(source, f"urgencies.{level.urgency.id}")
            found.append(Problem(code="P501", message=message, location=location))
    return tuple(found)


def check_everybody(source: LoadedProtocol) -> tuple[Problem, ...]:
    """Exactly one rule is for everybody, at the lowest urgency; nothing else says 'always'."""
    found = []
    everybody = [rule for rule in source.protocol.rules if isinstance(rule.when, Always)]
    if len(everybody) != 1:
        message = f"exactly one rule says 'when: always', found {len(everybody)}"
        location = location_of(source, f"rules.{everybody[1].id}.when" if everybody else "")
        hint = "it catches everybody whom no other rule sends anywhere"
        found.append(Problem(code="P502", message=message, location=location, hint=hint))
    for rule in everybody:
        if rule.urgency is not Urgency.SELF_CARE:
            message = f"the rule for everybody must be 'self_care', found '{rule.urgency.id}'"
            location = location_of(source, f"rules.{rule.id}.urgency")
            found.append(Problem(code="P502", message=message, location=location))
    last = {f"modules.{m.id}.verdicts.{m.verdicts[-1].id}.when" for m in source.protocol.modules}
    free = ("rules.", "questions.", "advice.")
    for path, condition in (*conditions(source.protocol), *guarantees(source.protocol)):
        is_free = path.startswith(free) and not path.endswith("withhold_if")
        if isinstance(condition, Always) and path not in last and not is_free:
            message = "'always' may not stand here"
            found.append(Problem(code="P502", message=message, location=location_of(source, path)))
    return tuple(found)


def check_unsure(source: LoadedProtocol) -> tuple[Problem, ...]:
    """What a rule gives for "not sure" never exceeds it, and is laxer only with a reason."""
    waivers = source.protocol.waivers
    waived = {waiver.about for waiver in waivers if waiver.accepts == LAXER}
    lax = set()
    found = []
    for rule in source.protocol.rules:
        usual = IF_UNSURE[rule.urgency]
        if _rank(rule.if_unsure) < _rank(usual):
            lax.add(rule.id)
        for message, hint in _unsure_faults(rule, has_waiver=rule.id in waived):
            location = location_of(source, f"rules.{rule.id}.if_unsure")
            found.append(Problem(code="P503", message=message, location=location, hint=hint))
    for about in sorted(waived - lax):
        message = f"the rule '{about}' is not laxer than usual: it needs no waiver"
        location = location_of(source, f"waivers.{about}")
        found.append(
            Problem(code="P503", message=message, location=location, hint="remove the waiver")
        )
    return tuple(found)


def _rank(urgency: Urgency | None) -> int:
    return -1 if urgency is None else urgency


def _unsure_faults(rule: Rule, *, has_waiver: bool) -> Iterator[tuple[str, str]]:
    given = "nothing" if rule.if_unsure is None else rule.if_unsure.id
    usual = IF_UNSURE[rule.urgency]
    if _rank(rule.if_unsure) > rule.urgency:
        yield f"'if_unsure: {given}' is above the rule's urgency '{rule.urgency.id}'", ""
    if rule.if_unsure is None and rule.urgency >= Urgency.SOON:
        hint = "a doubt about a warning sign is never nothing"
        yield f"'if_unsure: nothing' is not allowed for '{rule.urgency.id}'", hint
    elif _rank(rule.if_unsure) < _rank(usual) and not has_waiver and usual is not None:
        hint = f"give '{usual.id}', or add a waiver with the reason"
        yield f"'if_unsure: {given}' is laxer than usual", hint
    if rule.out_of_scope and min(rule.urgency, _rank(rule.if_unsure)) < Urgency.ROUTINE:
        yield "an out-of-scope rule gives 'routine' or more, also when not sure", ""


def check_risk(source: LoadedProtocol) -> tuple[Problem, ...]:
    """Each question says which answers are worse, in words that fit its kind."""
    by_question = {risk.question: risk for risk in source.protocol.risk}
    found = []
    for question in source.protocol.questions:
        risk = by_question.get(question.id)
        for message in _risk_faults(question, risk):
            path = f"risk.{question.id}" if risk else f"questions.{question.id}"
            found.append(Problem(code="P504", message=message, location=location_of(source, path)))
    return tuple(found)


def _risk_faults(question: Question, risk: Risk | None) -> Iterator[str]:
    if risk is None:
        yield f"'{question.id}' has no entry under 'risk'"
        return
    if risk.direction == "none":
        if not risk.reason:
            yield f"'{question.id}' has no direction and no reason"
        return
    if risk.direction not in _DIRECTIONS[question.kind]:
        fitting = ", ".join(sorted(_DIRECTIONS[question.kind]))
        yield f"'{question.id}' may be: {fitting}, none; found '{risk.direction}'"
    elif risk.direction == "order" and sorted(risk.order) != sorted(
        c.id for c in question.choices
    ):
        yield f"'order' must list every choice of '{question.id}' once, least risk first"
