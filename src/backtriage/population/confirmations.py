"""Confirming doubts: what people find when they are asked to try something.

People are asked as in an interview that goes on with their sheet. Hardly anybody is in several
doubts, so only those are gone through one by one: a single doubt is asked about if the emergency
falls without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from backtriage.decide.contradictions import acted_on
from backtriage.decide.kernel import FALSE, TRUE, UNSURE, Chunk
from backtriage.decide.outcome import surely_out_of_scope
from backtriage.interview.confirmations import Finding, after, pending
from backtriage.population.draws import below, cut
from backtriage.population.marks import MarkedAnswers, MarkedEvaluation, without
from backtriage.population.people import People, Timed
from backtriage.population.population import Confirmed, Setting
from backtriage.population.sheets import leave_out_unasked
from backtriage.program.doubts import Doubt, doubts
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, SOME_OF, Value


def confirm(
    setting: Setting, people: People, answers: MarkedAnswers, timed: Timed = lambda _: None
) -> MarkedAnswers:
    """Return the answers of some people after they have confirmed what they are asked to."""
    found = [(doubt, _who(answers, doubt)) for doubt in doubts(setting.program)]
    found = [(doubt, who) for doubt, who in found if who]
    confirmed = setting.answers.confirmed
    if not found or confirmed is None:
        return answers
    single, several = _emergencies_in_doubt(setting, answers, found)
    timed("draw")
    if not single | several:
        return answers
    findings = {doubt.name: _findings(setting, people, doubt, confirmed) for doubt, _ in found}
    asked = {doubt.name: who & single for doubt, who in found}
    timed("decide")
    persons = [person for person, is_one in enumerate(answers.unpack(several)) if is_one]
    for person, sheet in zip(persons, answers.some(persons).sheets(), strict=True):
        at = 1 << 8 * person
        own = {
            name: Finding.YES if says & at else Finding.NO if denies & at else Finding.NOT_SURE
            for name, (says, denies) in findings.items()
        }
        for name in _asked(setting.program, sheet, own):
            asked[name] |= at
    timed("draw")
    settled = _copy(answers)
    for doubt, _ in found:
        says, denies = findings[doubt.name]
        _settle(settled, doubt, asked[doubt.name] & says, yes=True)
        if doubt.confirm.clears:
            _settle(settled, doubt, asked[doubt.name] & denies, yes=False)
    timed("decide")
    leave_out_unasked(setting.program, settled)
    return settled


def _asked(program: Program, sheet: Answers, findings: Mapping[str, Finding]) -> Iterable[str]:
    """Return the doubts that somebody is asked about, by what they find about each."""
    checked: frozenset[str] = frozenset()
    while ready := pending(program, sheet, checked):
        doubt = ready[0]
        checked |= {doubt.name}
        sheet = after(sheet, doubt, findings[doubt.name])
    return checked


def _emergencies_in_doubt(
    setting: Setting, answers: MarkedAnswers, found: Sequence[tuple[Doubt, Chunk]]
) -> tuple[Chunk, Chunk]:
    """Return whose emergency would fall without their single doubt, and who is in several."""
    once = several = 0
    for _, who in found:
        several |= once & who
        once |= who
    kernel = MarkedEvaluation(setting.program, answers)
    emergencies = without(_emergencies(kernel) & once, surely_out_of_scope(kernel))
    single = without(emergencies, several)
    falls = 0
    for refuted in _without_doubts(answers, found) if single else ():
        falls |= without(single, _emergencies(MarkedEvaluation(setting.program, refuted)))
    return falls, several & emergencies


def _emergencies(kernel: MarkedEvaluation) -> Chunk:
    return acted_on(kernel).certain[Urgency.EMERGENCY]


def _without_doubts(
    answers: MarkedAnswers, found: Sequence[tuple[Doubt, Chunk]]
) -> Iterator[MarkedAnswers]:
    """Yield the answers with a no for every doubt: each other choice of a one-of in turn."""
    others = {
        doubt.name: [c.id for c in doubt.question.choices if c != doubt.choice]
        for doubt, _ in found
        if doubt.choice is not None and doubt.question.kind != SOME_OF
    }
    for turn in range(max(map(len, others.values()), default=1)):
        refuted = _copy(answers)
        for doubt, who in found:
            ways = others.get(doubt.name)
            other = ways[turn % len(ways)] if ways else False
            _settle(refuted, doubt, who, yes=False, other=other)
        yield refuted


def _who(answers: MarkedAnswers, doubt: Doubt) -> Chunk:
    """Return who is in a doubt."""
    question = doubt.question.id
    if doubt.item:
        chunk = answers.items.get(question, {}).get(doubt.item, 0)
        ones = int.from_bytes(b"\1" * answers.count, "little")
        return (chunk >> 1 ^ chunk) & ones
    return answers.marks.get(question, {}).get(NOT_SURE, 0)


def _findings(
    setting: Setting, people: People, doubt: Doubt, confirmed: Confirmed
) -> tuple[Chunk, Chunk]:
    """Return who finds that it is so, and who that it is not; the others are still not sure."""
    rule = next(r for r in setting.answers.rules if r.question == doubt.question.id)
    if doubt.choice is not None and not doubt.item:
        left, has = people.everybody, 0
        for choice, when in rule.choices:
            here = left & people.with_(when)
            left ^= here
            has |= here if choice == doubt.choice.id else 0
    else:
        condition = rule.ticks[doubt.item].yes
        has = 0 if condition is None else people.with_(condition)
    draw = people.block.draw(f"confirm/{doubt.item or doubt.question.id}")
    says = denies = 0
    for who, (yes, no) in ((has, confirmed.has), (people.everybody ^ has, confirmed.has_not)):
        says |= who & draw.inside(below([yes]))
        denies |= who & draw.inside(cut([yes], [yes + no]))
    return says, denies


def _settle(
    answers: MarkedAnswers, doubt: Doubt, who: Chunk, *, yes: bool, other: Value = False
) -> None:
    """Give some people a yes or a no in place of their doubt."""
    question = doubt.question.id
    if doubt.item:
        items = answers.items[question]
        settled = who * (TRUE if yes else FALSE)
        items[doubt.item] = without(items[doubt.item], who * UNSURE) | settled
        return
    marks = dict(answers.marks[question])
    value: Value = other
    if yes:
        value = doubt.choice.id if doubt.choice else True
    marks[NOT_SURE] = without(marks[NOT_SURE], who)
    marks[value] = marks.get(value, 0) | who
    answers.marks[question] = marks


def _copy(answers: MarkedAnswers) -> MarkedAnswers:
    copy = MarkedAnswers(answers.count)
    copy.marks |= answers.marks
    copy.numbers |= answers.numbers
    copy.items |= {question: dict(items) for question, items in answers.items.items()}
    return copy
