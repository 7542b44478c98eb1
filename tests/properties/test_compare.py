"""Two versions compared: what the diagrams find is what trying everybody finds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import islice, product
from math import gcd, lcm
from typing import Any

import pytest
from hypothesis import assume, given, settings
from msgspec.structs import replace

from backtriage.compare import urgency_changes
from backtriage.compare.affected_group import Aspect, Attribution
from backtriage.compare.comparison import Comparison, Difference, compare
from backtriage.compare.example import floor_urgencies, is_contraindicated
from backtriage.compare.outcomes import (
    FEWER,
    GIVEN,
    IN_SCOPE,
    LISTED,
    MORE,
    NOT_CONSIDERED,
    NOT_GIVEN,
    NOT_LISTED,
    OUT_OF_SCOPE,
    WITHHELD,
)
from backtriage.compare.paired_domain import PairedDomain
from backtriage.compare.urgency_changes import MOST_CAUSES
from backtriage.decide.assessment import Assessment, assess
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.reasons import urgency_from
from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import Protocol, Question
from backtriage.prove.domain import Band
from backtriage.prove.engines.baseline import Baseline
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO, Ticks
from tests.support.guarantees import guaranteed
from tests.support.tier import examples
from tests.support.versions import versions

MOST_PEOPLE = 700
"""Two versions with more people than this between them are not tried."""


# -- everybody, one by one ----------------------------------------------------------------


@dataclass(frozen=True)
class Both:
    """What one person answers to each version on one matter; None where it does not ask."""

    old: Any
    new: Any
    differs: bool = False


def everybody(old: Protocol, new: Protocol) -> Iterator[tuple[Answers, Answers, set[str]]]:
    """Everybody's two sheets, and the questions to which their answers differ."""
    pairs = list(questions(old, new))
    for row in product(*(tuple(answers(*pair)) for pair in pairs)):
        sheets: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
        for (one, other), both in zip(pairs, row, strict=True):
            if one:
                sheets[0][one.id] = both.old
            if other:
                sheets[1][other.id] = both.new
        apart = {
            one.id for (one, _), both in zip(pairs, row, strict=True) if one and both.differs
        }  # fmt: skip
        yield Answers(sheets[0]), Answers(sheets[1]), apart


def questions(
    old: Protocol, new: Protocol
) -> Iterator[tuple[Question | None, Question | None]]:  # fmt: skip
    """The questions of both, those that are the same side by side."""
    before = {q.id: q for q in old.questions}
    for question in new.questions:
        one = before.get(question.id)
        if one and (one.kind, one.unit) == (question.kind, question.unit):
            yield before.pop(question.id), question
        else:
            yield None, question
    yield from ((question, None) for question in before.values())


def answers(one: Question | None, other: Question | None) -> Iterable[Both]:
    """Every way to answer a question as two versions ask it."""
    question = other or one
    assert question is not None
    if question.kind == SOME_OF:
        return ticks(one, other)
    if question.kind == NUMBER:
        return numbers(one, other)
    return singly(choices(one), choices(other))


def choices(question: Question | None) -> list[Any] | None:
    """The answers to a yes/no question, or to one with choices."""
    if question is None:
        return None
    found = [False, True] if question.kind == YES_NO else [c.id for c in question.choices]
    assert question.kind in {YES_NO, ONE_OF}
    return [*found, NOT_SURE] if question.allows_not_sure else found


def singly(one: Sequence[Any] | None, other: Sequence[Any] | None) -> Iterator[Both]:
    """An answer that both take, or one that only one takes with each of the other's."""
    if one is None or other is None:
        yield from (Both(value if one else None, value if other else None)
                    for value in one or other or ())  # fmt: skip
        return
    for before, after in product(one, other):
        if before is after or before == after:
            yield Both(before, after)
        elif not (before in other and after in one):
            yield Both(before, after, differs=True)


def ticks(one: Question | None, other: Question | None) -> Iterator[Both]:
    """The items of a list, each by itself."""
    items = dict.fromkeys(c.id for q in (one, other) if q for c in q.choices)

    def marks(question: Question | None, item: str) -> list[Any] | None:
        if question is None or all(choice.id != item for choice in question.choices):
            return None
        return [False, True, NOT_SURE] if question.allows_not_sure else [False, True]

    rows = [list(singly(marks(one, item), marks(other, item))) for item in items]
    for row in product(*rows):
        old = {item: both.old for item, both in zip(items, row, strict=True)}
        new = {item: both.new for item, both in zip(items, row, strict=True)}
        yield Both(ticked(old), ticked(new), differs=any(both.differs for both in row))


def ticked(marks: Mapping[str, Any]) -> Ticks:
    """Marks as an answer."""
    yes, unsure = (
        frozenset(item for item, mark in marks.items() if mark is want)
        for want in (True, NOT_SURE)
    )  # fmt: skip
    return Ticks(yes, unsure)


def numbers(one: Question | None, other: Question | None) -> Iterator[Both]:
    """Every number on the finest steps of both, as each version takes it; then doubt."""
    asked = [q for q in (one, other) if q]
    parts = [Fraction(q.step) for q in asked] + [Fraction(asked[0].least - asked[-1].least)]
    whole = lcm(*(part.denominator for part in parts))
    step = Fraction(gcd(*(int(part * whole) for part in parts)), whole)
    number, most = Fraction(min(q.least for q in asked)), max(q.most for q in asked)
    doubt = [q for q in asked if q.allows_not_sure]
    if len(doubt) == len(asked):
        yield Both(NOT_SURE if one else None, NOT_SURE if other else None)
    while number <= most:
        old, new = (q and nearest(q, number) for q in (one, other))
        yield Both(old, new, differs=not all(q.least <= number <= q.most for q in asked))
        if one and other and len(doubt) == 1:
            sure = other if one.allows_not_sure else one
            if sure.least <= number <= sure.most:
                doubtful = (NOT_SURE, new) if sure is other else (old, NOT_SURE)
                yield Both(doubtful[0], doubtful[1], differs=True)
        number += step


def nearest(question: Question, number: Fraction) -> Decimal:
    """The number that a question takes for another one: inside its range, and not above."""
    inside = min(max(number, Fraction(question.least)), Fraction(question.most))
    steps = (inside - question.least) // Fraction(question.step)
    return question.least + steps * Decimal(question.step)


# -- what they are told -------------------------------------------------------------------

Key = tuple[object, ...]


@dataclass
class Group:
    """People who are treated differently in one way: how many, and the fewest findings."""

    sheets: int = 0
    least: int = 1 << 62
    by: set[str] = field(default_factory=set)

    def take(self, findings: int, by: Iterable[str] = ()) -> None:
        """One more of them."""
        self.sheets += 1
        self.least = min(self.least, findings)
        self.by |= set(by)


def tried(old: Program, new: Program) -> Mapping[Key, tuple[int, int]]:
    """Every group with its sheets and its fewest findings, by trying everybody."""
    domain = PairedDomain(old, new)
    costs = Baseline(domain).costs()
    moved: dict[Key, dict[frozenset[str], Group]] = defaultdict(lambda: defaultdict(Group))
    told: dict[Key, Group] = defaultdict(Group)
    for one, other, apart in everybody(old.protocol, new.protocol):
        differs = bool(apart)
        evaluations = Evaluation(old, one), Evaluation(new, other)
        pages = assess(old, one), assess(new, other)
        findings = sum(
            min(costs[at][value] > 0 for value in values)
            for at, values in cases_of(domain, one, other, apart).items()
        )
        for aspect, before, after, by in moves(evaluations, pages):
            if differs and aspect is Aspect.FLOOR:
                continue
            moved[aspect, before, after, differs][by].take(findings, by)
        harms = set(harmed(evaluations, pages))
        for aspect, id_, after in harms:
            silent = NOT_GIVEN if aspect is Aspect.ADVICE else NOT_CONSIDERED
            told[aspect, id_, silent, after, differs, True].take(findings)
        if not differs and pages[0].urgency == pages[1].urgency:
            for aspect, id_, before, after in differences(pages):
                if (aspect, id_, after) not in harms:
                    told[aspect, id_, before, after, False, False].take(findings)
    return {
        **{key: (group.sheets, group.least) for key, group in told.items()},
        **{key: ends for head, own in moved.items() for key, ends in parted(head, own)},
    }


def cases_of(
    domain: PairedDomain, old: Answers, new: Answers, apart: set[str]
) -> dict[int, list[int]]:  # fmt: skip
    """Two sheets as values of the variables that both versions share.

    There is one way, but for numbers that neither version takes as they are.
    """
    found = {}
    for shared in domain.variables:
        read = [
            next((v for v in side.variables if v.index == shared.index), None)
            for side in domain.domains
        ]
        differing = domain.mismatched.get(shared.index, frozenset())
        found[shared.index] = [
            value
            for value in range(len(shared.values))
            if shared.item or (value in differing) == (shared.question in apart and all(read))
            if all(
                variable is None or is_value(variable.values[value], sheet, variable)
                for variable, sheet in zip(read, (old, new), strict=True)
            )
        ]
    return found


def is_value(value: Any, sheet: Answers, variable: Any) -> bool:  # noqa: ANN401
    """Whether a sheet has this value of a variable."""
    said = sheet[variable.question]
    if isinstance(said, Ticks):
        item = variable.item
        said = NOT_SURE if item in said.unsure else item in said.yes
    if isinstance(value, Band):
        return isinstance(said, Decimal) and value.least <= said <= value.most
    return value is said or (isinstance(said, str) and value == said)


def moves(
    evaluations: tuple[Evaluation, Evaluation], pages: tuple[Assessment, Assessment]
) -> Iterator[tuple[Aspect, str, str, frozenset[str]]]:
    """Whether this person is sent elsewhere, or promised something else, and by what."""
    given = [
        {
            rule.id: urgency_from(rule, evaluation.interval(rule.when)[0])
            for rule in evaluation.program.rules
        }
        for evaluation in evaluations
    ]
    flags = [floor_urgencies(evaluation) for evaluation in evaluations]
    for aspect, reached, ends in (
        (Aspect.URGENCY, given, [page.urgency for page in pages]),
        (Aspect.FLOOR, flags, [max((Urgency.SELF_CARE, *own.values())) for own in flags]),
    ):
        if ends[0] != ends[1]:
            high = max(ends)
            by = {id_ for id_, own in reached[ends.index(high)].items()
                  if own is not None and own >= high}  # fmt: skip
            low = min(ends).id if aspect is Aspect.URGENCY else urgency_changes.LESS
            before, after = (end.id if end is high else low for end in ends)
            yield aspect, before, after, frozenset(by)


def parted(
    head: Key, own: Mapping[frozenset[str], Group]
) -> Iterator[tuple[Key, tuple[int, int]]]:  # fmt: skip
    """A move in parts: by each one that did it alone, then by several; or as a whole."""
    alone = {by: group for by, group in own.items() if len(by) == 1}
    several = [group for by, group in own.items() if len(by) > 1]
    differs = head[-1]
    if differs or len(conjunction(own.values())[0]) > MOST_CAUSES:
        yield (
            (*head, Attribution.ANY, *conjunction(own.values()))[:-1],
            conjunction(own.values())[-1],
        )
        return
    for group in alone.values():
        yield (*head, Attribution.ALONE, frozenset(group.by)), (group.sheets, group.least)
    if several:
        yield (*head, Attribution.TOGETHER, *conjunction(several))[:-1], conjunction(several)[-1]


def conjunction(groups: Iterable[Group]) -> tuple[frozenset[str], tuple[int, int]]:
    """Several groups as one."""
    known = list(groups)
    by = frozenset[str]().union(*(group.by for group in known))
    return by, (sum(group.sheets for group in known), min(group.least for group in known))


def given_by(page: Assessment) -> dict[tuple[Aspect, str], str]:
    """What is said of each advice, of each module, of where to go and when to come back."""
    found: dict[tuple[Aspect, str], str] = {}
    for advice in page.advice:
        found[Aspect.ADVICE, advice.id] = GIVEN
    for held in page.withheld:
        found[Aspect.ADVICE, held.advice.id] = WITHHELD
    for finding in page.findings:
        if finding.verdict:
            found[Aspect.VERDICT, finding.module.id] = finding.verdict.id
    return found


SILENT = {Aspect.ADVICE: NOT_GIVEN, Aspect.VERDICT: NOT_CONSIDERED, Aspect.COME_BACK: NOT_LISTED}


def differences(pages: tuple[Assessment, Assessment]) -> Iterator[tuple[Aspect, str, str, str]]:
    """Everything on two pages of one urgency that is not the same."""
    scopes = [OUT_OF_SCOPE if page.status == "out_of_scope" else IN_SCOPE for page in pages]
    if scopes[0] != scopes[1]:
        yield Aspect.SCOPE, "", scopes[0], scopes[1]
    old, new = (
        {(Aspect.COME_BACK, entry.rule.id): LISTED for entry in page.come_back} for page in pages
    )
    if scopes == [IN_SCOPE, IN_SCOPE]:
        old, new = {**old, **given_by(pages[0])}, {**new, **given_by(pages[1])}
    for key in {**old, **new}:
        ends = [told.get(key, SILENT[key[0]]) for told in (old, new)]
        if ends[0] != ends[1]:
            yield *key, ends[0], ends[1]
    if pages[0].service != pages[1].service:
        yield Aspect.SERVICE, pages[0].urgency.id, pages[0].service, pages[1].service
    counts = [{s: n for f in page.findings for s, n in f.counts.items()} for page in pages]
    for score in {**counts[0], **counts[1]}:
        before, after = (count.get(score, 0) for count in counts)
        if before != after:
            yield Aspect.COUNT, score, "", MORE if before < after else FEWER


def harmed(
    evaluations: tuple[Evaluation, Evaluation], pages: tuple[Assessment, Assessment]
) -> Iterator[tuple[Aspect, str, str]]:
    """What this person is told only now though the old version speaks against it."""
    old, new = (given_by(page) for page in pages)
    for (aspect, id_), said in new.items():
        name = id_ if aspect is Aspect.ADVICE else f"{id_}.{said}"
        told = said != WITHHELD and old.get((aspect, id_)) != said
        if told and is_contraindicated(evaluations[0], name):
            yield aspect, id_, said


# -- the laws -----------------------------------------------------------------------------


def found_in(comparison: Comparison) -> Mapping[Key, tuple[int, int]]:
    """Every difference with its sheets and the findings of its example."""
    costs = Baseline(comparison.domain).costs()
    found: dict[Key, tuple[int, int]] = {}
    for difference in comparison.differences:
        group = difference.group
        case = difference.example.assignment
        findings = sum(own[case.get(at, 0)] > 0 for at, own in enumerate(costs))
        key: Key = (group.aspect, group.subject, group.before, group.after, group.is_mismatched,
                    group.is_harmful)  # fmt: skip
        if group.aspect in {Aspect.URGENCY, Aspect.FLOOR}:
            key = (group.aspect, group.before, group.after, group.is_mismatched, group.attribution,
                   frozenset(group.causes))  # fmt: skip
        assert key not in found
        found[key] = (difference.sheets, findings)
    return found


def programs_of(pair: tuple[Protocol, Protocol]) -> tuple[Program, Program]:
    """Two versions made ready to run, if they are few enough people to be tried."""
    people = list(islice(everybody(*pair), MOST_PEOPLE + 1))
    assume(len(people) <= MOST_PEOPLE)
    old, new = (build_program(protocol, "sha256:small") for protocol in pair)
    return old, new


@settings(max_examples=examples(250))
@given(pair=versions())
def test_a_comparison_finds_what_trying_everybody_finds(pair: tuple[Protocol, Protocol]) -> None:
    """The same kinds of people, exactly as many of each, and nobody nearer than the example.

    Comparing also runs every example in the interpreter under both versions, which must agree.
    """
    old, new = programs_of(pair)

    comparison = compare(old, new)

    assert comparison.undecided == {}
    assert found_in(comparison) == tried(old, new)


@settings(max_examples=examples(60))
@given(pair=versions())
def test_whoever_is_told_apart_by_few_rules_is_counted_all_the_same(
    pair: tuple[Protocol, Protocol],
) -> None:
    """With no room for parts, the people of several rules are one kind, and as many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(urgency_changes, "MOST_CAUSES", 1)
        patch.setitem(globals(), "MOST_CAUSES", 1)
        old, new = programs_of(pair)

        assert found_in(compare(old, new)) == tried(old, new)


@settings(max_examples=examples(60))
@given(pair=versions())
def test_the_other_way_round_lowered_is_raised(pair: tuple[Protocol, Protocol]) -> None:
    """Whoever is lowered from one version to the other is raised on the way back."""
    old, new = programs_of(pair)

    forth, back = compare(old, new), compare(new, old)

    assert mirrored(forth.lowered) == moves_in(back.raised)
    assert mirrored(forth.raised) == moves_in(back.lowered)
    assert forth.moves_nobody == back.moves_nobody


def moves_in(differences: Iterable[Difference]) -> set[Key]:
    """From where to where, by what, and how many."""
    groups = ((d.group, d.sheets) for d in differences)
    return {
        (k.aspect, k.before, k.after, k.attribution, frozenset(k.causes), n) for k, n in groups
    }


def mirrored(differences: Iterable[Difference]) -> set[Key]:
    """The same moves the other way."""
    moves = moves_in(differences)
    return {(aspect, after, before, *rest) for aspect, before, after, *rest in moves}


@settings(max_examples=examples(60))
@given(protocol=guaranteed())
def test_a_protocol_is_not_different_from_itself(protocol: Protocol) -> None:
    """Nobody is moved, even when every formula is looked at."""
    old = build_program(protocol)
    new = build_program(replace(protocol, title="Another title"))

    comparison = compare(old, new)

    assert comparison.moves_nobody
    assert [edit.fields for edit in comparison.edits] == [("title",)]
