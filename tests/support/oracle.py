"""The oracle: a second, naive implementation of the rules language.

It follows the definitions alone, without caching or shortcuts, and uses nothing of `decide`.
`truth` evaluates a condition over a complete sheet, and `interval` over a partial one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

from backtriage.program.program import Program
from backtriage.protocol.protocol import Advice, Module, Points, Question, Rule
from backtriage.terms.answers import Answers
from backtriage.terms.condition import (
    All,
    Always,
    Any,
    AtLeast,
    Compare,
    Condition,
    Fact,
    Includes,
    Is,
    Not,
    Scores,
    Yes,
)
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NUMBER, SOME_OF, YES_NO, Ticks, Value

NO: Final = 0
UNSURE: Final = 1
YES: Final = 2

Interval: TypeAlias = tuple[int, int]
Totals: TypeAlias = tuple[int, int]
Guards: TypeAlias = Mapping[str, Interval]
"""Whether each question is asked, where that does not follow from the answers."""


# -- one answer ------------------------------------------------------------------------------


def truth_of_answer(condition: Condition, answer: Value) -> int:
    """Return the truth value of an atom for an answer to its question."""
    match condition, answer:
        case Includes(item=item), Ticks(yes=yes, unsure=unsure):
            return YES if item in yes else UNSURE if item in unsure else NO
        case _, _ if answer is NOT_SURE:
            return UNSURE
        case Yes(), bool():
            return YES if answer else NO
        case Is(choices=choices), str():
            return YES if answer in choices else NO
        case Compare(sign=sign, bound=bound), Decimal():
            holds = {
                "<": answer < bound, "<=": answer <= bound,
                ">": answer > bound, ">=": answer >= bound,
            }  # fmt: skip
            return YES if holds[sign] else NO
    raise AssertionError((condition, answer))


def definite(question: Question) -> list[Value]:
    """Return every definite answer to a question that is not a list."""
    if question.kind == YES_NO:
        return [True, False]
    if question.kind == NUMBER:
        steps = int((question.most - question.least) / Decimal(question.step))
        return [question.least + at * Decimal(question.step) for at in range(steps + 1)]
    return [choice.id for choice in question.choices]


def earned(points: tuple[Points, ...], answer: Value) -> int:
    """Return the points of a definite answer to a question that is not a list."""
    total = 0
    for one in points:
        if isinstance(answer, bool):
            total += one.points if one.answer == {True: "yes", False: "no"}[answer] else 0
        elif isinstance(answer, Decimal):
            total += one.points if one.answer == "" and one.least <= answer <= one.most else 0
        else:
            total += one.points if one.answer == answer else 0
    return total


def least_and_most(question: Question, points: tuple[Points, ...]) -> Totals:
    """Return the fewest and the most points of any definite answer."""
    every = [earned(points, answer) for answer in definite(question)]
    return min(every), max(every)


def points_of(question: Question, points: tuple[Points, ...], answer: Value) -> Totals:
    """Return the certain and the possible points of an answer; for a list, of one item."""
    if isinstance(answer, Ticks):
        (one,) = points
        certain = one.points if one.answer in answer.yes else 0
        possible = one.points if one.answer in answer.yes | answer.unsure else 0
        return certain, possible
    if answer is NOT_SURE:
        return least_and_most(question, points)
    return earned(points, answer), earned(points, answer)


def counted_separately(program: Program, score: str) -> list[tuple[Question, tuple[Points, ...]]]:
    """Return the points of a score by question, and by item of a list."""
    found: list[tuple[Question, tuple[Points, ...]]] = []
    for question in program.protocol.questions:
        mine = tuple(p for p in program.scores[score].points if p.question == question.id)
        if question.kind == SOME_OF:
            found += [(question, (one,)) for one in mine]
        elif mine:
            found.append((question, mine))
    return found


# -- complete sheets -------------------------------------------------------------------------


def answer_read(program: Program, sheet: Answers, question: str) -> Value:
    """Return the answer that counts: `if_skipped` when the question is not asked."""
    asked = program.questions[question]
    if truth(program, sheet, asked.ask_when) == NO:
        return asked.if_skipped
    return asked.if_skipped if without_journal(asked, sheet) else sheet[question]


def without_journal(question: Question, sheet: Answers) -> bool:
    """Return whether the journal would answer a question, and there is none."""
    return question.from_journal is not None and question.id not in sheet


def truth(program: Program, sheet: Answers, condition: Condition) -> int:  # noqa: PLR0911 - a table
    """Evaluate a condition over a complete sheet."""
    match condition:
        case Always():
            return YES
        case Fact(fact=fact):
            return truth(program, sheet, program.facts[fact])
        case Not(of=inner):
            return {NO: YES, UNSURE: UNSURE, YES: NO}[truth(program, sheet, inner)]
        case All(of=parts):
            return min(truth(program, sheet, part) for part in parts)
        case Any(of=parts):
            return max(truth(program, sheet, part) for part in parts)
        case AtLeast(least=least, of=parts):
            return at_least(least, [truth(program, sheet, part) for part in parts])
        case Scores(score=score, least=least):
            certain, possible = totals(program, sheet, score)
            return YES if certain >= least else NO if possible < least else UNSURE
        case Yes() | Is() | Includes() | Compare():
            return truth_of_answer(condition, answer_read(program, sheet, condition.question))


def at_least(least: int, truths: list[int]) -> int:
    """Return whether so many of these are true."""
    certain = sum(one == YES for one in truths)
    possible = sum(one != NO for one in truths)
    return YES if certain >= least else UNSURE if possible >= least else NO


def totals(program: Program, sheet: Answers, score: str) -> Totals:
    """Return the certain and the possible total of a score over a complete sheet."""
    rows = [
        points_of(question, points, answer_read(program, sheet, question.id))
        for question, points in counted_separately(program, score)
    ]
    return sum(certain for certain, _ in rows), sum(possible for _, possible in rows)


@dataclass(frozen=True)
class Outcome:
    """The outcome of a complete sheet."""

    urgency: Urgency
    out_of_scope: bool
    fired: tuple[tuple[str, Urgency, str], ...]
    given: tuple[str, ...]
    verdicts: tuple[str | None, ...]


def fires(rule: Rule, value: int) -> Urgency | None:
    """Return the urgency of a rule whose condition has this truth value."""
    return {NO: None, UNSURE: rule.if_unsure, YES: rule.urgency}[value]


def outcome(program: Program, sheet: Answers) -> Outcome:
    """Decide a complete sheet."""
    values = [(rule, truth(program, sheet, rule.when)) for rule in program.rules]
    urgency = max((fires(rule, value) or Urgency.SELF_CARE) for rule, value in values)
    out = any(rule.out_of_scope and value != NO for rule, value in values)
    fired = tuple(
        (rule.id, gives, "certain" if value == YES else "not_sure")
        for rule, value in values
        if (gives := fires(rule, value)) is not None
    )
    given = tuple(
        a.id for a in program.advice if not out and gives_advice(program, sheet, a, urgency)
    )
    verdicts = tuple(
        None if out or urgency > module.show_up_to else verdict(program, sheet, module)
        for module in program.modules
    )
    return Outcome(urgency, out, fired, given, verdicts)


def gives_advice(program: Program, sheet: Answers, advice: Advice, urgency: Urgency) -> bool:
    """Whether advice is certainly wanted, certainly not withheld, and shown at this urgency."""
    if urgency > advice.show_up_to or truth(program, sheet, advice.when) != YES:
        return False
    return advice.withhold_if is None or truth(program, sheet, advice.withhold_if) == NO


def verdict(program: Program, sheet: Answers, module: Module) -> str:
    """Return the first verdict whose condition is not false."""
    return next(v.id for v in module.verdicts if truth(program, sheet, v.when) != NO)


# -- partial sheets --------------------------------------------------------------------------


def hull(one: Interval, two: Interval) -> Interval:
    """Return the smallest interval that contains both."""
    return min(one[0], two[0]), max(one[1], two[1])


def interval(  # noqa: PLR0911 - a table
    program: Program, sheet: Answers, condition: Condition, guards: Guards | None = None
) -> Interval:
    """Evaluate a condition over a partial sheet: its least and its greatest truth value."""
    match condition:
        case Always():
            return YES, YES
        case Fact(fact=fact):
            return interval(program, sheet, program.facts[fact], guards)
        case Not(of=inner):
            low, high = interval(program, sheet, inner, guards)
            return YES - high, YES - low
        case All(of=parts):
            pairs = [interval(program, sheet, part, guards) for part in parts]
            return min(low for low, _ in pairs), min(high for _, high in pairs)
        case Any(of=parts):
            pairs = [interval(program, sheet, part, guards) for part in parts]
            return max(low for low, _ in pairs), max(high for _, high in pairs)
        case AtLeast(least=least, of=parts):
            pairs = [interval(program, sheet, part, guards) for part in parts]
            lows, highs = [low for low, _ in pairs], [high for _, high in pairs]
            return at_least(least, lows), at_least(least, highs)
        case Scores(score=score, least=least):
            low_end, high_end = total_ends(program, sheet, score, guards)
            low, high = (
                YES if certain >= least else NO if possible < least else UNSURE
                for certain, possible in (low_end, high_end)
            )
            return low, high
        case Yes() | Is() | Includes() | Compare():
            return interval_of_atom(program, sheet, condition, guards)


def guard_of(
    program: Program, sheet: Answers, question: Question, guards: Guards | None
) -> Interval:
    """Return whether a question is asked, unless that is given."""
    if guards is not None:
        return guards[question.id]
    return interval(program, sheet, question.ask_when)


def interval_of_atom(
    program: Program,
    sheet: Answers,
    atom: Yes | Is | Includes | Compare,
    guards: Guards | None,
) -> Interval:
    """Evaluate an atom, given the guard of its question."""
    question = program.questions[atom.question]
    low, high = guard_of(program, sheet, question, guards)
    own = (NO, YES)
    if atom.question in sheet:
        own = (truth_of_answer(atom, sheet[atom.question]),) * 2
    skip = (truth_of_answer(atom, question.if_skipped),) * 2
    if without_journal(question, sheet):
        return skip
    if low >= UNSURE:
        return own
    return skip if high == NO else hull(skip, own)


def total_ends(
    program: Program, sheet: Answers, score: str, guards: Guards | None
) -> tuple[Totals, Totals]:
    """Return the certain and possible totals of a partial sheet, at its low and high end."""
    return sum_of(
        points_ends(program, sheet, question, points, guards)
        for question, points in counted_separately(program, score)
    )


def sum_of(rows: Iterable[tuple[Totals, Totals]]) -> tuple[Totals, Totals]:
    """Add up the certain and possible points at both ends."""
    ends = [(0, 0), (0, 0)]
    for row in rows:
        ends = [(c + dc, p + dp) for (c, p), (dc, dp) in zip(ends, row, strict=True)]
    return ends[0], ends[1]


def points_ends(
    program: Program, sheet: Answers, question: Question, points: tuple[Points, ...],
    guards: Guards | None,
) -> tuple[Totals, Totals]:  # fmt: skip
    """Return the certain and possible points of a question, at the low and the high end."""
    low, high = guard_of(program, sheet, question, guards)
    if without_journal(question, sheet):
        low = high = NO
    rows: list[tuple[Totals, Totals]] = []
    if high != NO and question.id in sheet:
        given = points_of(question, points, sheet[question.id])
        rows.append((given, given))
    elif high != NO:
        if question.kind == SOME_OF:
            least, most = 0, points[0].points
        else:
            least, most = least_and_most(question, points)
        rows.append(((least, least), (most, most)))
    if low == NO:
        skipped = points_of(question, points, question.if_skipped)
        rows.append((skipped, skipped))
    return (
        (min(row[0][0] for row in rows), min(row[0][1] for row in rows)),
        (max(row[1][0] for row in rows), max(row[1][1] for row in rows)),
    )


def asked(program: Program, sheet: Answers) -> Answers:
    """Return a sheet without the answers to questions that are certainly not asked."""
    questions = program.questions
    return Answers({
        id_: value for id_, value in sheet.items()
        if interval(program, sheet, questions[id_].ask_when)[1] != NO
    })  # fmt: skip


def acted_on(program: Program, sheet: Answers) -> tuple[Urgency, Urgency]:
    """Return the urgency range of a partial sheet, contradictions included.

    Each answer that is set aside counts wherever it is worse than `if_skipped`, and every other
    guard has the value that it has on this sheet.
    """
    aside = sheet.keys() - asked(program, sheet).keys()
    low, high = urgency_range(program, sheet)
    for rule in program.rules if aside else ():
        certain, possible = worst(program, sheet, rule.when, frozenset(aside))
        low = max(low, fires(rule, certain) or Urgency.SELF_CARE)
        high = max(high, fires(rule, possible) or Urgency.SELF_CARE)
    return low, high


def worst(  # noqa: PLR0911 - a table
    program: Program, sheet: Answers, condition: Condition, aside: frozenset[str],
    *, is_raised: bool = True,
) -> Interval:  # fmt: skip
    """Return the interval of a condition, each answer that is set aside taken at its worst.

    Below an odd number of `not`, that is the lower value: then nothing `is_raised`.
    """

    def each(parts: tuple[Condition, ...]) -> list[Interval]:
        return [worst(program, sheet, part, aside, is_raised=is_raised) for part in parts]

    match condition:
        case Fact(fact=fact):
            return worst(program, sheet, program.facts[fact], aside, is_raised=is_raised)
        case Not(of=inner):
            low, high = worst(program, sheet, inner, aside, is_raised=not is_raised)
            return YES - high, YES - low
        case All(of=parts):
            return min(low for low, _ in each(parts)), min(high for _, high in each(parts))
        case Any(of=parts):
            return max(low for low, _ in each(parts)), max(high for _, high in each(parts))
        case AtLeast(least=least, of=parts):
            pairs = each(parts)
            return at_least(least, [low for low, _ in pairs]), at_least(
                least, [high for _, high in pairs]
            )
    pick = max if is_raised else min
    if isinstance(condition, Scores):
        low_end, high_end = sum_of(
            worst_points(program, sheet, question, points, aside, pick)
            for question, points in counted_separately(program, condition.score)
        )
        low, high = (
            YES if certain >= condition.least else NO if possible < condition.least else UNSURE
            for certain, possible in (low_end, high_end)
        )
        return low, high
    low, high = interval(program, sheet, condition)
    if isinstance(condition, Always) or condition.question not in aside:
        return low, high
    own = truth_of_answer(condition, sheet[condition.question])
    return pick(low, own), pick(high, own)


def worst_points(  # noqa: PLR0913, PLR0917 - the parts of a table
    program: Program, sheet: Answers, question: Question, points: tuple[Points, ...],
    aside: frozenset[str], pick: Callable[[int, int], int],
) -> tuple[Totals, Totals]:  # fmt: skip
    """Return the points of a question, of one that is set aside the worse ones."""
    ends = points_ends(program, sheet, question, points, None)
    if question.id not in aside:
        return ends
    own = points_of(question, points, sheet[question.id])
    low, high = ((pick(certain, own[0]), pick(possible, own[1])) for certain, possible in ends)
    return low, high


def listed(program: Program, sheet: Answers) -> dict[str, Urgency]:
    """Return the rules that could later exceed what is possible now, with their urgency."""
    questions = program.questions
    lasting = Answers({id_: v for id_, v in sheet.items() if not questions[id_].can_change})
    now = acted_on(program, sheet)[1]
    found: dict[str, Urgency] = {}
    for rule in program.rules:
        highest = interval(program, lasting, rule.when)[1]
        gives = [fires(rule, value) for value in range(highest + 1)]
        above = [urgency for urgency in gives if urgency is not None and urgency > now]
        if above:
            found[rule.id] = max(above)
    return found


def lines(program: Program, sheet: Answers) -> dict[str, set[str]]:
    """Return the lines of the safety net that are shown, with the rules that they speak of."""
    questions = program.questions
    lasting = Answers({id_: v for id_, v in sheet.items() if not questions[id_].can_change})
    may_come = listed(program, sheet)
    found: dict[str, set[str]] = {}
    for group in program.protocol.safety_net:
        members = {
            rule.id
            for rule in program.rules
            if rule.id in may_come and group.id in {sign.group for sign in rule.signs}
        }
        only = group.personal_when
        if members and (only is None or interval(program, lasting, only)[1] != NO):
            found[group.id] = members
    return found


def urgency_range(
    program: Program, sheet: Answers, guards: Guards | None = None
) -> tuple[Urgency, Urgency]:
    """Return the urgency range of a partial sheet by the answers that count."""
    certain = possible = Urgency.SELF_CARE
    for rule in program.rules:
        low, high = interval(program, sheet, rule.when, guards)
        certain = max(certain, fires(rule, low) or Urgency.SELF_CARE)
        possible = max(possible, fires(rule, high) or Urgency.SELF_CARE)
    return certain, possible
