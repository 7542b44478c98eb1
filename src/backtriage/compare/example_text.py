"""An example in words that a clinician reads: what was asked, said, and given by what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from backtriage.compare.comparison import Comparison, Difference
from backtriage.compare.example import Example, promised
from backtriage.compare.urgency_changes import Aspect, How
from backtriage.decide.evaluate import F
from backtriage.decide.reasons import urgency_from
from backtriage.protocol.protocol import Question
from backtriage.prove.domain import Band
from backtriage.prove.phrasing import value_text
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NUMBER, SOME_OF, Value

VERSIONS: Final = ("old", "new")


def findings(comparison: Comparison, example: Example) -> Iterator[tuple[str, str]]:
    """Each answer that is not normal: the question and what was said, in asking order."""
    domain = comparison.domain
    for asked, variables in zip(domain.asked, domain.of_asked, strict=True):
        if any(example.case[v.index] != comparison.normal[v.index] for v in variables):
            text = next(question.text for question in asked[::-1] if question)
            said = {
                end: value_text(question, _value(comparison, example, end, question))
                for end, question in enumerate(asked)
                if question
            }
            yield f"{_when(example, asked)}{text}", _said(said)


def normal_text(comparison: Comparison) -> str:
    """What is normal where no answer is worse than another: age, sex, how it began."""
    domain, found = comparison.domain, []
    risks = {
        r.question: r.direction for side in domain.domains for r in side.program.protocol.risk
    }
    for asked, variables in zip(domain.asked, domain.of_asked, strict=True):
        question = next(question for question in asked[::-1] if question)
        if risks.get(question.id, "none") == "none" and question.kind != SOME_OF:
            (variable,) = variables
            said = value_text(question, variable.values[comparison.normal[variable.index]])
            found.append(f"{question.short}: {said}")
    return "; ".join(found)


def _value(comparison: Comparison, example: Example, end: int, question: Question) -> Value | Band:
    """What was said to one version; a number as the band it stands for."""
    if question.kind == NUMBER:
        variable = comparison.domain.domains[end].of_question[question.id]
        return variable.values[example.case[variable.index]]
    return example.sheets[end][question.id]


def _said(said: dict[int, str]) -> str:
    if len(set(said.values())) == 1:
        return next(iter(said.values()))
    return "; ".join(f"to the {VERSIONS[end]} version: {text}" for end, text in said.items())


def _when(example: Example, asked: tuple[Question | None, Question | None]) -> str:
    """Which version asks this person, where it is not both."""
    asks = [
        end
        for end, question in enumerate(asked)
        if question and example.evaluation(end).guard(question.id)[1] != F
    ]
    if len(asks) == 1:
        return f"(asked by the {VERSIONS[asks[0]]} version only) "
    return "" if asks else "(not asked, yet true) "


# -- what did it --------------------------------------------------------------------------


def reason(difference: Difference) -> Iterator[str]:
    """What gives the higher urgency in one version only, and what became of it in the other."""
    group, example = difference.group, difference.example
    end, high = (0, group.before) if group.is_lowered else (1, group.after)
    is_floor = group.aspect is Aspect.FLOOR
    noun, verb = ("red flag", "promises") if is_floor else ("rule", "gives")
    protocol = example.pages[end].program.protocol
    because = {n.id: n.because for n in (protocol.floors if is_floor else protocol.rules)}
    only = f"Only the {VERSIONS[end]} version {verb} {high}, by"
    if len(group.by) == 1:
        (id_,) = group.by
        yield f"{only} the {noun} '{id_}': {because[id_]}"
        yield _other(example, 1 - end, id_, is_floor=is_floor)
        return
    several = "two or more" if group.how is How.TOGETHER else "one or more"
    named = ", ".join(f"'{id_}'" for id_ in group.by)
    yield f"{only} {several} of these {noun}s: {named}."


def _other(example: Example, end: int, id_: str, *, is_floor: bool) -> str:
    """What a rule or a floor gives in the version that does not give so much."""
    page, reading = example.pages[end], example.evaluation(end)
    version = f"the {VERSIONS[end]} version"
    given: Mapping[str, Urgency | None] = (
        {floor: own or None for floor, own in promised(reading).items()}
        if is_floor
        else {r.id: urgency_from(r, reading.interval(r.when)[0]) for r in page.program.rules}
    )
    if id_ not in given:
        return f"It is not in {version}."
    verb, own = "promises" if is_floor else "gives", given[id_]
    return f"In {version} it {verb} {'nothing' if own is None else own.id} here."
