"""One rule, question or piece of advice for its reviewer: words, condition, sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import asdict

from backtriage.cases.case import Case, run_cases
from backtriage.cases.coverage import cases_firing
from backtriage.interview.review import sources_of
from backtriage.program.program import Program
from backtriage.protocol.answer_parser import expected_answer
from backtriage.protocol.dependencies import FACTS, dependencies, questions_read
from backtriage.protocol.protocol import Advice, Confirm, Question, Rule
from backtriage.terms.condition import Always, Condition, condition_text
from backtriage.terms.urgency import IF_UNSURE, Urgency
from backtriage.terms.wrap import wrap

_CHECKED: Final = {
    "primary": "the publication itself was read",
    "secondary": "read at second hand",
    "not_verified": "not verified",
}


def entry_ids(program: Program) -> tuple[str, ...]:
    """Return the id of every rule, question and piece of advice."""
    rules = (rule.id for rule in program.rules)
    advice = (advice.id for advice in program.advice)
    return tuple(dict.fromkeys((*rules, *program.questions, *advice)))


def overview_lines(program: Program) -> Iterator[str]:
    """Yield every question, rule and piece of advice, one per line."""
    units = program.protocol.units
    yield "Questions, in asking order"
    for question in program.protocol.questions:
        guard = f"; when {condition_text(question.ask_when, units)}"
        shown = "" if isinstance(question.ask_when, Always) else guard
        yield from wrap(f"{question.id}: {question.text} ({question.kind}{shown})", "  ")
    for urgency in sorted(Urgency, reverse=True):
        yield from ("", f"Rules: {urgency.id}")
        for rule in program.rules:
            if rule.urgency is urgency:
                yield from wrap(f"{rule.id}: {condition_text(rule.when, units)}", "  ")
    yield from ("", "Advice")
    for advice in program.advice:
        yield from wrap(f"{advice.id} ({advice.kind}): {advice.text or advice.short}", "  ")


def entry_lines(program: Program, cases: tuple[Case, ...], id_: str) -> Iterator[str]:
    """Yield the full description of every entry with this id, for example a rule and advice."""
    entries = [
        *(_question(program, q) for q in program.protocol.questions if q.id == id_),
        *(_rule(program, cases, rule) for rule in program.rules if rule.id == id_),
        *(_advice(program, cases, advice) for advice in program.advice if advice.id == id_),
    ]
    for index, lines in enumerate(entries):
        yield from [""] if index else []
        yield from lines


def _question(program: Program, question: Question) -> Iterator[str]:
    yield f"QUESTION {question.id}"
    yield from _field("asks", question.text)
    yield from _field("help", question.help)
    yield from _field("why", question.why)
    yield from _field("answer", expected_answer(question))
    for choice in question.choices:
        yield from wrap(f"{choice.id}: {choice.text}", "      ")
        yield from wrap(choice.help, "          ")
        yield from wrap(f"check: {choice.check}" if choice.check else "", "          ")
        yield from wrap(_confirm(choice.confirm), "          ")
    yield from _field("confirm", _confirm(question.confirm).removeprefix("confirm: "))
    yield from _guard(program, question)
    yield from _field("changes", "may change later" if question.can_change else "will not change")
    private = ", ".join(choice.id for choice in question.choices if choice.private)
    yield from _field("private", "every answer" if question.private else private)
    for risk in program.protocol.risk:
        if risk.question == question.id:
            order = f": {', '.join(risk.order)}" if risk.order else ""
            where = risk.id.removeprefix(question.id).lstrip()
            units = program.protocol.units
            whom = f"(while {condition_text(risk.when, units)})" if risk.when is not None else ""
            parts = filter(None, (f"{risk.direction}{order}", whom, risk.reason))
            yield from _field(f"worse {where}".rstrip(), " ".join(parts))
    rules = [
        rule.id
        for rule in program.rules
        if question.id in questions_read(rule.when, program.facts, program.scores)
    ]
    yield from _field("rules", ", ".join(rules) or "none")
    yield from _evidence(program, [source.id for source in sources_of(program, question)])


def _confirm(confirm: Confirm | None) -> str:
    if confirm is None:
        return ""
    no = "a no clears the doubt" if confirm.clears else "after a no it stays in doubt"
    return f"confirm: {confirm.text} ({no})"


def _guard(program: Program, question: Question) -> Iterator[str]:
    if isinstance(question.ask_when, Always):
        yield from _field("asked", "always, while it could matter")
        return
    yield from _condition(program, "asked when", question.ask_when)
    if question.follows_from:
        yield from _field("follows", "it cannot be true while that is false; please confirm")


def _rule(program: Program, cases: tuple[Case, ...], rule: Rule) -> Iterator[str]:
    yield f"RULE {rule.id}: {rule.urgency.id}"
    yield from _condition(program, "when", rule.when)
    unsure = rule.if_unsure.id if rule.if_unsure is not None else "nothing"
    usual = "" if rule.if_unsure is IF_UNSURE[rule.urgency] else " (not the usual step)"
    yield from _field("not sure", f"{unsure}{usual}")
    if rule.out_of_scope:
        yield from _field("scope", "the questions are not made for this person")
    yield from _field("because", rule.because)
    yield from _field("come back", rule.come_back)
    if rule.service:
        yield from _field("where", program.services[rule.service].where)
    for waiver in program.protocol.waivers:
        if waiver.about == rule.id:
            yield from _field("waiver", f"{waiver.reason} (review by {waiver.review_by})")
    yield from _evidence(program, rule.evidence)
    fired = cases_firing(rule, run_cases(program, cases))
    yield from _field(f"cases {len(fired)}", ", ".join(fired) or "none fires it")


def _advice(program: Program, cases: tuple[Case, ...], advice: Advice) -> Iterator[str]:
    yield f"ADVICE {advice.id}: {advice.kind}, shown up to {advice.show_up_to.id}"
    yield from _field("says", advice.text)
    for row in advice.rows:
        yield from _field(f"row of {advice.table}", " | ".join(row.cells))
    yield from _condition(program, "given when", advice.when)
    if advice.withhold_if is not None:
        yield from _condition(program, "withheld if", advice.withhold_if)
    for place, text in asdict(advice.card).items():
        yield from _field(f"on the card, {place}", text)
    yield from _field("strength", advice.strength)
    of_rows = (id_ for row in advice.rows for id_ in row.evidence)
    yield from _evidence(program, tuple(dict.fromkeys((*advice.evidence, *of_rows))))
    results = run_cases(program, cases)
    given = [r.case.id for r in results if advice in r.assessment.advice]
    withheld = [
        r.case.id for r in results if any(w.advice == advice for w in r.assessment.withheld)
    ]
    yield from _field(f"given {len(given)}", ", ".join(given) or "no case")
    yield from _field(f"held {len(withheld)}", ", ".join(withheld) or "no case")


def _condition(program: Program, what: str, condition: Condition) -> Iterator[str]:
    """A condition as the rules write it, followed by the facts that it names."""
    units = program.protocol.units
    yield from _field(what, condition_text(condition, units))
    for section, id_ in dependencies(condition, program.facts, program.scores):
        if section == FACTS:
            yield from wrap(f"{id_} is: {condition_text(program.facts[id_], units)}", "      ")


def _evidence(program: Program, ids: Iterable[str]) -> Iterator[str]:
    for id_ in ids:
        source = program.evidence[id_]
        year = f" ({source.year})" if source.year else ""
        head = f"{source.title}, {source.publisher}{year}: {_CHECKED[source.checked]}."
        yield from _field("evidence", f"{head} {source.says}")
        yield from wrap(source.address, "      ")


def _field(label: str, text: str) -> list[str]:
    return wrap(f"{label}: {text}" if text else "", "  ")
