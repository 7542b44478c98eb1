"""Comparing by kinds of people agrees with assessing every pair of sheets that fits a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as with_fields
from functools import cache
from itertools import islice
from typing import Any, TypeAlias

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.compare.kinds import MoveCause, compare_kinds
from backtriage.decide.assessment import assess
from backtriage.decide.evaluate import Evaluation, asked
from backtriage.decide.kernel import T, U
from backtriage.exchange.migration_table import NARROWER, PART, SAME, WIDER, Migration
from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import Protocol, Question
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Condition, Includes, Is, Yes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO, Ticks, Value
from tests.support.paired_sheets import paired_sheets
from tests.support.strategies import Draw, domain, pick
from tests.support.tier import examples
from tests.support.versions import rewritten, versions

MOST_PAIRS = 3000
"""Two versions with more pairs of sheets are skipped."""

Kind: TypeAlias = tuple[int, str, bool, Urgency]
"""A version, a rule, whether it is in doubt, and what it gives."""

Name: TypeAlias = tuple[str, str]
Pair: TypeAlias = tuple[Answers, Answers]


# -- versions with a table ------------------------------------------------------------------


@st.composite
def linked_versions(draw: Draw) -> tuple[Protocol, Protocol, tuple[Migration, ...]]:
    """Two versions, the second with new ids for some questions, and a table between them."""
    old, new = draw(versions())
    for question in draw(st.sets(st.sampled_from([q.id for q in new.questions]), max_size=2)):
        new = renamed(new, question, f"new_{question}")
    if draw(st.integers(0, 3)) == 0:
        old = renamed(old, old.questions[0].id, "gone")
    return old, new, tuple(migrations(draw, old, new))


def renamed(p: Protocol, before: str, after: str) -> Protocol:
    """Return a protocol with another id for a question, in all that decides an urgency."""

    def atom(each: Any) -> Any:  # noqa: ANN401 - any of the atoms
        has_it = getattr(each, "question", None) == before
        return replace(each, question=after) if has_it else each

    p = rewritten(p, atom)
    return replace(
        p,
        questions=tuple(replace(q, id=after) if q.id == before else q for q in p.questions),
        scores=tuple(replace(s, points=tuple(map(atom, s.points))) for s in p.scores),
        risk=tuple(map(atom, p.risk)),
    )


def migrations(draw: Draw, old: Protocol, new: Protocol) -> Iterator[Migration]:
    """Yield entries for some new questions, over some that are gone."""
    gone = [q for q in old.questions if q.id not in {n.id for n in new.questions}]
    things = [(q.id, c.id) for q in gone for c in q.choices]
    things += [(q.id, "") for q in gone if q.kind == YES_NO]
    for question in new.questions:
        items = [c.id for c in question.choices] if question.kind == SOME_OF else [""]
        wholes = [q for q in gone if q.kind == question.kind]
        for item in items:
            if draw(st.integers(0, 3)) == 0:
                continue
            if question.kind in {YES_NO, SOME_OF} and things:
                known = [*things, ("of_an_older_version", "")]
                was = draw(st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True))
                was = things[:1] if draw(st.booleans()) else was  # so that some say several things
                yield entry(draw, new, (question.id, item), was, (SAME, PART, WIDER, NARROWER))
            elif question.kind in {ONE_OF, NUMBER} and wholes:
                source = pick(draw, wholes)
                hows = (SAME, WIDER) if question.kind == ONE_OF else (SAME,)
                made = entry(draw, new, (question.id, item), [(source.id, "")], hows)
                ids = [[c.id for c in q.choices] for q in (source, question)]
                pairs = zip(*ids, strict=False) if draw(st.booleans()) else ()
                widened = draw(st.sets(st.sampled_from(ids[0]))) if made.how == WIDER else ()
                yield with_fields(made, choices=tuple(pairs), widened=tuple(widened))


def entry(
    draw: Draw, new: Protocol, to: Name, was: list[Name], hows: Sequence[str]
) -> Migration:  # fmt: skip
    answers = [(q.id, c.id) for q in new.questions for c in q.choices]
    answers += [(q.id, "") for q in new.questions if q.kind == YES_NO]
    unless = pick(draw, ("", "", "It is over."))
    then = draw(st.lists(st.sampled_from(answers), max_size=2)) if unless and answers else []
    is_thing = PART in hows and draw(st.integers(0, 3)) == 0
    also = draw(st.lists(st.sampled_from(answers), max_size=1)) if is_thing and answers else []
    return Migration(question=to[0], item=to[1], how=pick(draw, hows), unless=unless,
                     was=tuple(was), then=tuple(then), also=tuple(also))  # fmt: skip


# -- the oracle -----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Oracle:
    """Tells whether one person may give two sheets."""

    old: Program
    new: Program
    table: Sequence[Migration]
    cause: MoveCause
    """Whose sheets these are: of people who move for this cause, or for one before it."""

    @property
    def is_alike(self) -> bool:
        return self.cause is not MoveCause.WORDS

    def fits(self, before: Answers, after: Answers) -> bool:
        parts: dict[Name, list[int]] = {}
        for each in self.table:
            if each.how == PART:
                for name in each.was:
                    parts.setdefault(name, []).append(mark(after.value(each.question), each.item))
        if self.cause is MoveCause.RULES and not self.is_heard(before, after):
            return False
        return all(self.entry_fits(each, before, after) for each in self.table) and all(
            mark(before.value(id_), item) != YES or YES in own
            for (id_, item), own in parts.items()
            if len(own) > 1
        )

    def is_heard(self, before: Answers, after: Answers) -> bool:
        evaluation = Evaluation(self.new, after)
        things = (
            each
            for each in self.table
            if self.new.questions[each.question].kind in {YES_NO, SOME_OF}
            and any(id_ in before for id_, _ in each.was)
        )
        return all(
            mark(after.value(each.question), each.item) == NO
            or evaluation.guard(each.question)[0] >= U
            for each in things
        )

    def entry_fits(self, each: Migration, before: Answers, after: Answers) -> bool:
        question = self.new.questions[each.question]
        if question.kind in {YES_NO, SOME_OF}:
            return self.thing_fits(question, each, before, after)
        return self.value_fits(question, each, before, after)

    def thing_fits(
        self, question: Question, each: Migration, before: Answers, after: Answers
    ) -> bool:  # fmt: skip
        told = [mark(before.value(id_), item) for id_, item in each.was if id_ in before]
        if not told or not self.says_also(each, after):
            return not told
        was, now, is_whole = (
            max(told),
            mark(after.value(question.id), each.item),
            told_all(told, each),
        )
        is_wider = each.how == WIDER and not self.is_alike
        if was == NO:
            return now == NO or is_wider or not is_whole
        if each.how in {PART, NARROWER}:
            return True
        takes_doubt, may_be_more = question.allows_not_sure, is_wider or not is_whole
        if was == DOUBT and now == YES and takes_doubt and not may_be_more:
            return False
        if now >= was or (was == DOUBT and not takes_doubt):
            return True
        is_withdrawn = bool(each.unless) and not self.is_alike
        return is_withdrawn and (not each.then or self.heard(each, after) >= was)

    def says_also(self, each: Migration, after: Answers) -> bool:
        now = mark(after.value(each.question), each.item)
        return all(mark(after.value(id_), item) >= now for id_, item in each.also)

    def heard(self, each: Migration, after: Answers) -> int:
        """Return how far the new version hears one of the things that are said instead."""
        evaluation = Evaluation(self.new, after)
        return max(evaluation.interval(self.atom(*name))[0] for name in each.then)

    def atom(self, question: str, item: str) -> Condition:
        if not item:
            return Yes(question)
        is_choice = self.new.questions[question].kind == ONE_OF
        return Is(question, (item,)) if is_choice else Includes(question, item)

    def value_fits(
        self, question: Question, each: Migration, before: Answers, after: Answers
    ) -> bool:  # fmt: skip
        ((id_, _),) = each.was
        source, names = self.old.questions[id_], dict(each.choices)
        if source.step != question.step and before[id_] is not NOT_SURE:  # that says nothing
            return True
        images = {v: names.get(str(v), v) for v in domain(source)}
        image, now = images[before[id_]], after[question.id]
        if image not in domain(question) or (each.unless and not self.is_alike) or now == image:
            return True
        is_widened = not each.widened or before[id_] in each.widened
        is_wider = each.how == WIDER and is_widened and not self.is_alike
        return is_wider and NOT_SURE not in (image, now) and now not in images.values()


NO, DOUBT, YES = range(3)


def mark(value: Value | None, item: str) -> int:
    """Return whether an answer says yes to something."""
    if isinstance(value, Ticks):
        return DOUBT if item in value.unsure else YES * (item in value.yes)
    if value is NOT_SURE:
        return DOUBT
    return YES * (value is True or (bool(item) and value == item))


def told_all(told: Sequence[int], each: Migration) -> bool:
    return len(told) == len(each.was)


def moves_by_enumeration(
    old: Program, new: Program, table: Sequence[Migration], pairs: Sequence[Pair]
) -> set[tuple[object, ...]]:  # fmt: skip
    """Return every move: a kind, what it gets at the least, and whether with the same answers."""
    own = [each for each in table if each.question not in old.questions]
    least: dict[tuple[Kind, MoveCause], Urgency] = {}
    urgency = cache(lambda version, sheet: assess((old, new)[version], sheet).urgency)
    kinds_of = cache(lambda version, sheet: tuple(kinds_on(version, (old, new)[version], sheet)))
    for cause in MoveCause:
        oracle = Oracle(old=old, new=new, table=own, cause=cause)
        for pair in pairs:
            if oracle.fits(*pair):
                sheets = asked(old, pair[0]), asked(new, pair[1])
                for version in (0, 1):
                    other = urgency(1 - version, sheets[1 - version])
                    for kind in kinds_of(version, sheets[version]):
                        key = kind, cause
                        least[key] = min(other, least.get(key, Urgency.EMERGENCY))
    return set(moved(least))


def kinds_on(version: int, program: Program, sheet: Answers) -> Iterator[Kind]:
    evaluation = Evaluation(program, sheet)
    for rule in program.rules:
        truth = evaluation.interval(rule.when)[0]
        own = {T: rule.urgency, U: rule.if_unsure}.get(truth)
        if own:
            yield version, rule.id, truth == U, own


def moved(least: dict[tuple[Kind, MoveCause], Urgency]) -> Iterator[tuple[object, ...]]:
    for kind in {kind for kind, _ in least}:
        below = kind[3]
        for cause in MoveCause:
            found = least.get((kind, cause), below)
            if found < below:
                yield *kind, found, cause
                below = found


@settings(max_examples=examples(150))
@given(versions=linked_versions())
def test_moves_agree_with_enumeration(
    versions: tuple[Protocol, Protocol, tuple[Migration, ...]],
) -> None:
    *protocols, table = versions
    pairs = list(islice(paired_sheets(*protocols), MOST_PAIRS + 1))
    assume(len(pairs) <= MOST_PAIRS)
    old, new = (build_program(protocol, "sha256:small") for protocol in protocols)

    found = compare_kinds(old, new, table)

    assert found.undecided == ()
    assert {
        (m.kind.version, m.kind.rule.id, m.kind.in_doubt, m.kind.urgency, m.least, m.cause)
        for m in found.moves
    } == moves_by_enumeration(old, new, table, [pair[:2] for pair in pairs])
