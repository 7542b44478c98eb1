"""One rule, question or piece of advice as its reviewer reads it: words, condition, sources."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from backtriage.cases.case import Case
from backtriage.cases.coverage import firing
from backtriage.cases.run import run_cases
from backtriage.program.program import Program
from backtriage.protocol.answer_parser import expected_answer
from backtriage.protocol.condition_text import condition_text, units_of
from backtriage.protocol.dependencies import FACTS, dependencies, questions_read
from backtriage.protocol.protocol import Advice, Question, Rule
from backtriage.terms.condition import Always, Condition
from backtriage.terms.urgency import IF_UNSURE, Urgency

_WIDTH: Final = 80
_CHECKED: Final = {
    "primary": "the publication itself was read",
    "secondary": "read at second hand",
    "not_verified": "not verified",
}


def names(program: Program) -> tuple[str, ...]:
    """Everything that can be shown."""
    rules = (rule.id for rule in program.rules)
    advice = (advice.id for advice in program.advice)
    return tuple(dict.fromkeys((*rules, *program.questions, *advice)))


def overview(program: Program) -> Iterator[str]:
    """Every question, rule and piece of advice, a line each."""
    units = units_of(program.protocol)
    yield "Questions, in asking order"
    for question in program.protocol.questions:
        guard = f"; when {condition_text(question.ask_when, units)}"
        shown = "" if isinstance(question.ask_when, Always) else guard
        yield from _wrapped(f"{question.id}: {question.text} ({question.kind}{shown})", "  ")
    for urgency in sorted(Urgency, reverse=True):
        yield from ("", f"Rules: {urgency.id}")
        for rule in program.rules:
            if rule.urgency is urgency:
                yield from _wrapped(f"{rule.id}: {condition_text(rule.when, units)}", "  ")
    yield from ("", "Advice")
    for advice in program.advice:
        yield from _wrapped(f"{advice.id} ({advice.kind}): {advice.text}", "  ")


def review(program: Program, cases: tuple[Case, ...], name: str) -> Iterator[str]:
    """Everything of that name: one id may name a rule and a piece of advice."""
    found = [
        *(_question(program, q) for q in program.protocol.questions if q.id == name),
        *(_rule(program, cases, rule) for rule in program.rules if rule.id == name),
        *(_advice(program, cases, advice) for advice in program.advice if advice.id == name),
    ]
    for at, lines in enumerate(found):
        yield from [""] if at else []
        yield from lines


# -- a question ---------------------------------------------------------------------------


def _question(program: Program, question: Question) -> Iterator[str]:
    yield f"QUESTION {question.id}"
    for what, text in (
        ("asks", question.text), ("help", question.help), ("why", question.why),
        ("answer", expected_answer(question)),
    ):  # fmt: skip
        yield from _entry(what, text)
    for choice in question.choices:
        yield from _wrapped(f"{choice.id}: {choice.text}", "      ")
        yield from _wrapped(choice.help, "          ")
        yield from _wrapped(f"check: {choice.check}" if choice.check else "", "          ")
    yield from _asked(program, question)
    yield from _entry("changes", "may change later" if question.can_change else "will not change")
    for risk in program.protocol.risk:
        if risk.question == question.id:
            order = f": {', '.join(risk.order)}" if risk.order else ""
            yield from _entry("worse", f"{risk.direction}{order} {risk.reason}".rstrip())
    users = [
        rule.id
        for rule in program.rules
        if question.id in questions_read(rule.when, program.facts, program.scores)
    ]
    yield from _entry("rules", ", ".join(users) or "none")
    yield from _evidence(program, question.evidence)


def _asked(program: Program, question: Question) -> Iterator[str]:
    if isinstance(question.ask_when, Always):
        yield from _entry("asked", "always, while it could matter")
        return
    yield from _condition(program, "asked when", question.ask_when)
    if question.follows_from:
        yield from _entry("follows", "it cannot be true while that is false; please confirm")


# -- a rule and a piece of advice ---------------------------------------------------------


def _rule(program: Program, cases: tuple[Case, ...], rule: Rule) -> Iterator[str]:
    yield f"RULE {rule.id}: {rule.urgency.id}"
    yield from _condition(program, "when", rule.when)
    unsure = rule.if_unsure.id if rule.if_unsure is not None else "nothing"
    usual = "" if rule.if_unsure is IF_UNSURE[rule.urgency] else " (not the usual step)"
    yield from _entry("not sure", f"{unsure}{usual}")
    if rule.out_of_scope:
        yield from _entry("scope", "the questions are not made for this person")
    for what, text in (("because", rule.because), ("come back", rule.come_back)):
        yield from _entry(what, text)
    if rule.service:
        yield from _entry("where", program.services[rule.service].where)
    for waiver in program.protocol.waivers:
        if waiver.about == rule.id:
            yield from _entry("waiver", f"{waiver.reason} (review by {waiver.review_by})")
    yield from _evidence(program, rule.evidence)
    fired = firing(rule, run_cases(program, cases))
    yield from _entry(f"cases {len(fired)}", ", ".join(fired) or "none fires it")


def _advice(program: Program, cases: tuple[Case, ...], advice: Advice) -> Iterator[str]:
    yield f"ADVICE {advice.id}: {advice.kind}, shown up to {advice.show_up_to.id}"
    yield from _entry("says", advice.text)
    yield from _condition(program, "given when", advice.when)
    if advice.withhold_if is not None:
        yield from _condition(program, "withheld if", advice.withhold_if)
    yield from _entry("strength", advice.strength)
    yield from _evidence(program, advice.evidence)
    results = run_cases(program, cases)
    given = [r.case.id for r in results if advice in r.assessment.advice]
    held = [
        r.case.id for r in results if advice in [held.advice for held in r.assessment.withheld]
    ]
    yield from _entry(f"given {len(given)}", ", ".join(given) or "no case")
    yield from _entry(f"held {len(held)}", ", ".join(held) or "no case")


def _condition(program: Program, what: str, condition: Condition) -> Iterator[str]:
    """A condition in the words of the rules, and below it the facts that it names."""
    units = units_of(program.protocol)
    yield from _entry(what, condition_text(condition, units))
    for section, fact in dependencies(condition, program.facts, program.scores):
        if section == FACTS:
            text = condition_text(program.facts[fact], units)
            yield from _wrapped(f"{fact} is: {text}", "      ")


def _evidence(program: Program, ids: tuple[str, ...]) -> Iterator[str]:
    for id_ in ids:
        source = program.evidence[id_]
        year = f" ({source.year})" if source.year else ""
        head = f"{source.title}, {source.publisher}{year}: {_CHECKED[source.checked]}."
        yield from _entry("evidence", f"{head} {source.says}")
        yield from _wrapped(source.address, "      ")


def _entry(what: str, text: str) -> list[str]:
    return _wrapped(f"{what}: {text}" if text else "", "  ")


def _wrapped(text: str, indent: str) -> list[str]:
    return wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ",
                break_long_words=False, break_on_hyphens=False)  # fmt: skip
