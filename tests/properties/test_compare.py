"""The semantic diff agrees with assessing every pair of sheets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, TypeAlias

import pytest
from hypothesis import assume, given, settings
from msgspec.structs import replace

from backtriage.compare import urgency_changes
from backtriage.compare.affected_group import Aspect, Attribution
from backtriage.compare.comparison import Comparison, Difference, compare
from backtriage.compare.example import floor_urgencies, is_contraindicated, rule_urgencies
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
from backtriage.decide.assessment import Assessment, assess
from backtriage.decide.evaluate import Evaluation
from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import Protocol
from backtriage.prove.domain import Band
from backtriage.prove.engines.baseline import Baseline
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Ticks
from tests.support import oracle
from tests.support.guarantees import guaranteed
from tests.support.paired_sheets import paired_sheets
from tests.support.tier import examples
from tests.support.versions import versions

MOST_PAIRS = 700
"""Two versions with more pairs of sheets are skipped."""

Key: TypeAlias = tuple[object, ...]
"""Everything that identifies a group."""

Versions: TypeAlias = tuple[Protocol, Protocol]


@dataclass(frozen=True)
class Tally:
    """How many pairs of sheets a group has, and the fewest abnormal answers among them."""

    pairs: int
    fewest: int


def merged(tallies: Iterable[Tally]) -> Tally:
    every = list(tallies)
    return Tally(sum(t.pairs for t in every), min(t.fewest for t in every))


# -- by enumeration -----------------------------------------------------------------------


def groups_by_enumeration(old: Program, new: Program) -> Mapping[Key, Tally]:
    """Return every group, by assessing every pair of sheets."""
    domain = PairedDomain(old, new)
    costs = Baseline(domain.variables, domain.domains).costs()
    urgencies: dict[Key, dict[frozenset[str], list[Tally]]] = defaultdict(
        lambda: defaultdict(list)
    )
    others: dict[Key, list[Tally]] = defaultdict(list)
    for before, after, mismatched in paired_sheets(old.protocol, new.protocol):
        evaluations = Evaluation(old, before), Evaluation(new, after)
        pages = (
            assess(old, oracle.asked(old, before)), assess(new, oracle.asked(new, after))
        )  # fmt: skip
        values = values_of(domain, before, after, mismatched)
        tally = Tally(1, sum(min(costs[v][i] > 0 for i in own) for v, own in values.items()))
        is_mismatched = bool(mismatched)
        for aspect, was, now, causes in (
            *urgency_changes_of(evaluations, pages), *contradicted(evaluations, pages)
        ):  # fmt: skip
            if aspect is Aspect.URGENCY or not is_mismatched:
                urgencies[aspect, was, now, is_mismatched][causes].append(tally)
        harms = set(harms_of(evaluations[0], pages))
        for aspect, id_, value in harms:
            others[aspect, id_, SILENT[aspect], value, is_mismatched, True].append(tally)
        if not is_mismatched and pages[0].urgency == pages[1].urgency:
            for aspect, id_, was, now in page_changes_of(pages):
                if (aspect, id_, now) not in harms:
                    others[aspect, id_, was, now, False, False].append(tally)
    result = {key: merged(tallies) for key, tallies in others.items()}
    for key, by_causes in urgencies.items():
        result |= split_by_cause(key, {c: merged(tallies) for c, tallies in by_causes.items()})
    return result


def values_of(
    domain: PairedDomain, old: Answers, new: Answers, mismatched: frozenset[str]
) -> dict[int, list[int]]:
    """Return the values of each variable that two sheets can have.

    There is one, except for numbers that neither version accepts as they are.
    """
    result = {}
    for variable in domain.variables:
        read = [
            next((v for v in side.variables if v.index == variable.index), None)
            for side in domain.domains
        ]
        wanted = variable.question in mismatched and all(read)
        result[variable.index] = [
            value
            for value in range(len(variable.values))
            if variable.item
            or (value in domain.mismatched.get(variable.index, frozenset())) == wanted
            if all(
                own is None or has_value(sheet, own, own.values[value])
                for own, sheet in zip(read, (old, new), strict=True)
            )
        ]
    return result


def has_value(sheet: Answers, variable: Any, value: Any) -> bool:  # noqa: ANN401
    answer = sheet[variable.question]
    if isinstance(answer, Ticks):
        item = variable.item
        answer = NOT_SURE if item in answer.unsure else item in answer.yes
    if isinstance(value, Band):
        return isinstance(answer, Decimal) and value.least <= answer <= value.most
    return value is answer or (isinstance(answer, str) and value == answer)


def urgency_changes_of(
    evaluations: tuple[Evaluation, Evaluation], pages: tuple[Assessment, Assessment]
) -> Iterator[tuple[Aspect, str, str, frozenset[str]]]:
    """Yield whether the urgency, or the one that floors guarantee, differs and by which causes."""
    rules = [rule_urgencies(evaluation) for evaluation in evaluations]
    floors = [floor_urgencies(evaluation) for evaluation in evaluations]
    guaranteed_ = [max((Urgency.SELF_CARE, *own.values())) for own in floors]
    for aspect, reaching, urgencies in (
        (Aspect.URGENCY, rules, [page.urgency for page in pages]),
        (Aspect.FLOOR, floors, guaranteed_),
    ):
        if urgencies[0] != urgencies[1]:
            high = max(urgencies)
            given_by = reaching[urgencies.index(high)]
            causes = {id_ for id_, own in given_by.items() if own is not None and own >= high}
            low = min(urgencies).id if aspect is Aspect.URGENCY else urgency_changes.LESS
            was, now = (urgency.id if urgency is high else low for urgency in urgencies)
            yield aspect, was, now, frozenset(causes)


def contradicted(
    evaluations: tuple[Evaluation, Evaluation], pages: tuple[Assessment, Assessment]
) -> Iterator[tuple[Aspect, str, str, frozenset[str]]]:
    """Yield whether the urgency differs by answers that are set aside, and by which rules.

    Whoever gets the higher one by the answers that count is told of elsewhere.
    """
    acted = [oracle.acted_on(each.program, each.answers)[1] for each in evaluations]
    high = max(acted)
    side = acted.index(high)
    if min(acted) < high and pages[side].urgency < high:
        counting = evaluations[side].counting_all()
        assert counting is not None
        given_by = rule_urgencies(counting)
        causes = {id_ for id_, own in given_by.items() if own is not None and own >= high}
        yield Aspect.CONTRADICTED, acted[0].id, acted[1].id, frozenset(causes)


def split_by_cause(key: Key, by_causes: Mapping[frozenset[str], Tally]) -> Mapping[Key, Tally]:
    """Split a group by its single causes and their overlap, unless there are too many."""
    every = frozenset[str]().union(*by_causes)
    *_, is_mismatched = key
    if is_mismatched or len(every) > urgency_changes.MOST_CAUSES:
        return {(*key, Attribution.ANY, every): merged(by_causes.values())}
    parts: dict[Key, Tally] = {
        (*key, Attribution.ALONE, causes): tally
        for causes, tally in by_causes.items()
        if len(causes) == 1
    }
    overlap = {causes: tally for causes, tally in by_causes.items() if len(causes) > 1}
    if overlap:
        several = frozenset[str]().union(*overlap)
        parts[(*key, Attribution.TOGETHER, several)] = merged(overlap.values())
    return parts


SILENT = {Aspect.ADVICE: NOT_GIVEN, Aspect.VERDICT: NOT_CONSIDERED, Aspect.COME_BACK: NOT_LISTED,
          Aspect.LINE: NOT_LISTED}  # fmt: skip


def advice_and_verdicts(page: Assessment) -> dict[tuple[Aspect, str], str]:
    values = {(Aspect.ADVICE, advice.id): GIVEN for advice in page.advice}
    values |= {(Aspect.ADVICE, entry.advice.id): WITHHELD for entry in page.withheld}
    verdicts = {f.module.id: f.verdict.id for f in page.module_results if f.verdict}
    return values | {(Aspect.VERDICT, module): id_ for module, id_ in verdicts.items()}


def page_changes_of(
    pages: tuple[Assessment, Assessment],
) -> Iterator[tuple[Aspect, str, str, str]]:
    """Yield every difference between two pages of the same urgency."""
    scopes = [OUT_OF_SCOPE if page.status == "out_of_scope" else IN_SCOPE for page in pages]
    if scopes[0] != scopes[1]:
        yield Aspect.SCOPE, "", scopes[0], scopes[1]
    old, new = (
        {(Aspect.COME_BACK, entry.rule.id): LISTED for entry in page.come_back}
        | {(Aspect.LINE, line.group.id): LISTED for line in page.net}
        for page in pages
    )
    if scopes == [IN_SCOPE, IN_SCOPE]:
        old, new = old | advice_and_verdicts(pages[0]), new | advice_and_verdicts(pages[1])
    for key in old | new:
        was, now = (values.get(key, SILENT[key[0]]) for values in (old, new))
        if was != now:
            yield *key, was, now
    if pages[0].service != pages[1].service:
        yield Aspect.SERVICE, pages[0].urgency.id, pages[0].service, pages[1].service
    counts = [{s: n for f in page.module_results for s, n in f.counts.items()} for page in pages]
    for score in counts[0] | counts[1]:
        before, after = (count.get(score, 0) for count in counts)
        if before != after:
            yield Aspect.COUNT, score, "", MORE if before < after else FEWER


def harms_of(
    old: Evaluation, pages: tuple[Assessment, Assessment]
) -> Iterator[tuple[Aspect, str, str]]:
    """Yield what is shown only now though the old version contraindicates it."""
    before, after = (advice_and_verdicts(page) for page in pages)
    for (aspect, id_), value in after.items():
        name = id_ if aspect is Aspect.ADVICE else f"{id_}.{value}"
        is_new = value != WITHHELD and before.get((aspect, id_)) != value
        if is_new and is_contraindicated(old, name):
            yield aspect, id_, value


# -- properties ---------------------------------------------------------------------------


def groups_of(comparison: Comparison) -> Mapping[Key, Tally]:
    """Return every difference, with the abnormal answers of its example."""
    costs = Baseline(comparison.domain.variables, comparison.domain.domains).costs()
    result: dict[Key, Tally] = {}
    for difference in comparison.differences:
        group, assignment = difference.group, difference.example.assignment
        key: Key = (group.aspect, group.subject, group.before, group.after, group.is_mismatched,
                    group.is_harmful)  # fmt: skip
        if group.aspect in {Aspect.URGENCY, Aspect.FLOOR, Aspect.CONTRADICTED}:
            key = (group.aspect, group.before, group.after, group.is_mismatched, group.attribution,
                   frozenset(group.causes))  # fmt: skip
        assert key not in result
        abnormal = sum(own[assignment.get(v, 0)] > 0 for v, own in enumerate(costs))
        result[key] = Tally(difference.sheets, abnormal)
    return result


def programs_of(pair: Versions) -> tuple[Program, Program]:
    """Return the programs of two versions with few enough pairs of sheets to enumerate."""
    assume(len(list(islice(paired_sheets(*pair), MOST_PAIRS + 1))) <= MOST_PAIRS)
    old, new = (build_program(protocol, "sha256:small") for protocol in pair)
    return old, new


@settings(max_examples=examples(250))
@given(pair=versions())
def test_groups_agree_with_enumeration(pair: Versions) -> None:
    """They are equal and as large, and no member is closer to the baseline."""
    old, new = programs_of(pair)

    comparison = compare(old, new)

    assert comparison.undecided == {}
    assert groups_of(comparison) == groups_by_enumeration(old, new)


@settings(max_examples=examples(60))
@given(pair=versions())
def test_groups_that_are_not_split_agree_with_enumeration(pair: Versions) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(urgency_changes, "MOST_CAUSES", 1)
        old, new = programs_of(pair)

        assert groups_of(compare(old, new)) == groups_by_enumeration(old, new)


@settings(max_examples=examples(60))
@given(pair=versions())
def test_lowered_is_raised_in_the_opposite_direction(pair: Versions) -> None:
    old, new = programs_of(pair)

    forth, back = compare(old, new), compare(new, old)

    assert reversed_changes(forth.lowered) == changes(back.raised)
    assert reversed_changes(forth.raised) == changes(back.lowered)
    # Advice against which only one version speaks, with answers that only one takes, is harm in
    # one direction and not compared in the other.
    harm = [d for d in (*forth.others, *back.others) if d.group.is_harmful]
    if not any(difference.group.is_mismatched for difference in harm):
        assert forth.moves_nobody == back.moves_nobody


def changes(differences: Iterable[Difference]) -> set[Key]:
    return {
        (d.group.aspect, d.group.before, d.group.after, d.group.attribution,
         frozenset(d.group.causes), d.sheets)
        for d in differences
    }  # fmt: skip


def reversed_changes(differences: Iterable[Difference]) -> set[Key]:
    return {(aspect, now, was, *rest) for aspect, was, now, *rest in changes(differences)}


@settings(max_examples=examples(60))
@given(protocol=guaranteed())
def test_rewording_affects_nobody(protocol: Protocol) -> None:
    old = build_program(protocol)
    new = build_program(replace(protocol, title="Another title"))

    comparison = compare(old, new)

    assert comparison.moves_nobody
    assert [edit.fields for edit in comparison.edits] == [("title",)]
