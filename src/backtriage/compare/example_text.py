"""An example in words that a clinician reads: the answers, and which rules made the difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from backtriage.compare.affected_group import Aspect, Attribution
from backtriage.compare.comparison import Difference
from backtriage.compare.example import NEW, OLD, Example, floor_urgencies, rule_urgencies
from backtriage.compare.paired_domain import PairedDomain, PairedQuestion, either
from backtriage.decide.kernel import F
from backtriage.protocol.protocol import Question
from backtriage.prove.domain import Assignment, Band
from backtriage.prove.engines.baseline import directions
from backtriage.prove.phrasing import value_text
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NUMBER, Ticks, Value

VERSIONS: Final = ("old", "new")


def abnormal_answers(
    domain: PairedDomain, baseline: Assignment, example: Example
) -> Iterator[tuple[str, str]]:
    """Yield each question whose answer differs from the baseline, and that answer."""
    for paired, variables in domain.questions:
        if any(example.assignment[v.index] != baseline[v.index] for v in variables):
            answers = {
                version: value_text(
                    question, _answer(domain, example.assignment, version, question)
                )
                for version, question in enumerate(paired)
                if question
            }
            yield f"{_asked_by(example, paired)}{either(paired).text}", _answer_text(answers)


def baseline_text(domain: PairedDomain, baseline: Assignment) -> str:
    """Format the baseline answers to questions without one risk direction: age, sex, place."""
    directed = {r.question for d in domain.domains for r in directions(d.program.protocol)}
    answers = []
    for paired, _ in domain.questions:
        question = either(paired)
        version = NEW if paired[NEW] else OLD
        value = _answer(domain, baseline, version, question)
        if question.id not in directed and value != Ticks():
            answers.append(f"{question.short}: {value_text(question, value)}")
    return "; ".join(answers)


def _answer(
    domain: PairedDomain, assignment: Assignment, version: int, question: Question
) -> Value | Band:
    """Return the answer to one version, asked or not; a number as its band."""
    own = domain.domains[version]
    if question.kind == NUMBER:
        variable = own.of_question[question.id]
        return variable.values[assignment[variable.index]]
    return own.sheet(assignment)[question.id]


def _answer_text(answers: Mapping[int, str]) -> str:
    if len(set(answers.values())) == 1:
        return next(iter(answers.values()))
    return "; ".join(f"to the {VERSIONS[v]} version: {text}" for v, text in answers.items())


def _asked_by(example: Example, paired: PairedQuestion) -> str:
    """Return a note if only one version asks this person the question."""
    versions = [
        VERSIONS[version]
        for version, question in enumerate(paired)
        if question and example.evaluation(version).guard(question.id)[1] != F
    ]
    if len(versions) == 1:
        return f"(asked by the {versions[0]} version only) "
    return "" if versions else "(not asked, yet true) "


# -- causes -----------------------------------------------------------------------------------


def cause_lines(difference: Difference) -> Iterator[str]:
    """Yield what gives the higher urgency in one version, and what it gives in the other."""
    group, example = difference.group, difference.example
    version, high = (OLD, group.before) if group.is_lowered else (NEW, group.after)
    is_floor = group.aspect is Aspect.FLOOR
    noun, verb = ("red flag", "promises") if is_floor else ("rule", "gives")
    only = f"Only the {VERSIONS[version]} version {verb} {high}, by"
    if len(group.causes) == 1:
        (id_,) = group.causes
        protocol = example.assessments[version].program.protocol
        entries = protocol.floors if is_floor else protocol.rules
        because = next(entry.because for entry in entries if entry.id == id_)
        yield f"{only} the {noun} '{id_}': {because}"
        yield _in_other(example, 1 - version, id_, is_floor=is_floor)
        return
    number = "two or more" if group.attribution is Attribution.TOGETHER else "one or more"
    named = ", ".join(f"'{id_}'" for id_ in group.causes)
    yield f"{only} {number} of these {noun}s: {named}."


def _in_other(example: Example, version: int, id_: str, *, is_floor: bool) -> str:
    """Return what a cause gives in the version with the lower urgency."""
    evaluation, name = example.acted_on(version), f"the {VERSIONS[version]} version"
    urgencies: Mapping[str, Urgency | None] = rule_urgencies(evaluation)
    if is_floor:
        urgencies = {floor: own or None for floor, own in floor_urgencies(evaluation).items()}
    if id_ not in urgencies:
        return f"It is not in {name}."
    verb, urgency = "promises" if is_floor else "gives", urgencies[id_]
    return f"In {name} it {verb} {'nothing' if urgency is None else urgency.id} here."
