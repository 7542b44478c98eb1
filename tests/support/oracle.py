"""What the rules language means, told a second time and as simply as possible.

Written from the definitions alone and slow on purpose: no memory, no shortcuts, nothing from
`decide`. `truth` speaks of complete sheets; `pair` of partial ones.
"""

from __future__ import annotations

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


# -- one answer ------------------------------------------------------------------------------


def says(condition: Condition, answer: Value) -> int:
    """What one answer makes of a condition on its question."""
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
    """Every definite answer to a question that is no list."""
    if question.kind == YES_NO:
        return [True, False]
    if question.kind == NUMBER:
        steps = int((question.most - question.least) / Decimal(question.step))
        return [question.least + at * Decimal(question.step) for at in range(steps + 1)]
    return [choice.id for choice in question.choices]


def earned(points: tuple[Points, ...], answer: Value) -> int:
    """The points of a definite answer, list items aside."""
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
    """The fewest and the most points that any definite answer adds."""
    every = [earned(points, answer) for answer in definite(question)]
    return min(every), max(every)


def adds(question: Question, points: tuple[Points, ...], answer: Value) -> Totals:
    """What one given answer adds, surely and maybe. For a list: one item's points."""
    if isinstance(answer, Ticks):
        (one,) = points
        surely = one.points if one.answer in answer.yes else 0
        maybe = one.points if one.answer in answer.yes | answer.unsure else 0
        return surely, maybe
    if answer is NOT_SURE:
        return least_and_most(question, points)
    return earned(points, answer), earned(points, answer)


def counted_apart(program: Program, score: str) -> list[tuple[Question, tuple[Points, ...]]]:
    """A score's points: by question, and by item where the question is a list."""
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
    """The answer that counts: the given one, or `if_skipped` when the question is not asked."""
    asked = program.questions[question]
    if truth(program, sheet, asked.ask_when) == NO:
        return asked.if_skipped
    return sheet[question]


def truth(program: Program, sheet: Answers, condition: Condition) -> int:  # noqa: PLR0911 - a table
    """A condition over a complete sheet: no, not sure, yes."""
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
            surely, maybe = totals(program, sheet, score)
            return YES if surely >= least else NO if maybe < least else UNSURE
        case Yes() | Is() | Includes() | Compare():
            return says(condition, answer_read(program, sheet, condition.question))


def at_least(least: int, truths: list[int]) -> int:
    """So many or more hold: surely, perhaps, or not."""
    surely = sum(one == YES for one in truths)
    maybe = sum(one != NO for one in truths)
    return YES if surely >= least else UNSURE if maybe >= least else NO


def totals(program: Program, sheet: Answers, score: str) -> Totals:
    """A score over a complete sheet: surely, and maybe."""
    rows = [
        adds(question, points, answer_read(program, sheet, question.id))
        for question, points in counted_apart(program, score)
    ]
    return sum(surely for surely, _ in rows), sum(maybe for _, maybe in rows)


@dataclass(frozen=True)
class Outcome:
    """What a complete sheet comes to."""

    urgency: Urgency
    out_of_scope: bool
    fired: tuple[tuple[str, Urgency, str], ...]
    given: tuple[str, ...]
    verdicts: tuple[str | None, ...]


def fires(rule: Rule, value: int) -> Urgency | None:
    """What a rule gives for a truth value."""
    return {NO: None, UNSURE: rule.if_unsure, YES: rule.urgency}[value]


def outcome(program: Program, sheet: Answers) -> Outcome:
    """Decide on a complete sheet."""
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
    """Given: surely wanted, surely not held back, and shown at this urgency."""
    if urgency > advice.show_up_to or truth(program, sheet, advice.when) != YES:
        return False
    return advice.withhold_if is None or truth(program, sheet, advice.withhold_if) == NO


def verdict(program: Program, sheet: Answers, module: Module) -> str:
    """The first verdict that may hold."""
    return next(v.id for v in module.verdicts if truth(program, sheet, v.when) != NO)


# -- partial sheets --------------------------------------------------------------------------


def hull(one: Interval, two: Interval) -> Interval:
    """The smallest pair that holds both."""
    return min(one[0], two[0]), max(one[1], two[1])


def interval(program: Program, sheet: Answers, condition: Condition) -> Interval:  # noqa: PLR0911 - a table
    """A condition over a partial sheet: the least and the most that may become of it."""
    match condition:
        case Always():
            return YES, YES
        case Fact(fact=fact):
            return interval(program, sheet, program.facts[fact])
        case Not(of=inner):
            lo, hi = interval(program, sheet, inner)
            return YES - hi, YES - lo
        case All(of=parts):
            pairs = [interval(program, sheet, part) for part in parts]
            return min(lo for lo, _ in pairs), min(hi for _, hi in pairs)
        case Any(of=parts):
            pairs = [interval(program, sheet, part) for part in parts]
            return max(lo for lo, _ in pairs), max(hi for _, hi in pairs)
        case AtLeast(least=least, of=parts):
            pairs = [interval(program, sheet, part) for part in parts]
            return at_least(least, [lo for lo, _ in pairs]), at_least(least, [h for _, h in pairs])
        case Scores(score=score, least=least):
            lo_end, hi_end = total_ends(program, sheet, score)
            lo, hi = (
                YES if surely >= least else NO if maybe < least else UNSURE
                for surely, maybe in (lo_end, hi_end)
            )
            return lo, hi
        case Yes() | Is() | Includes() | Compare():
            return pair_of_atom(program, sheet, condition)


def pair_of_atom(
    program: Program, sheet: Answers, atom: Yes | Is | Includes | Compare
) -> Interval:
    """An atom, by the guard of its question."""
    question = program.questions[atom.question]
    lo, hi = interval(program, sheet, question.ask_when)
    own = (NO, YES)
    if atom.question in sheet:
        own = (says(atom, sheet[atom.question]),) * 2
    if lo >= UNSURE:
        return own
    skip = (says(atom, question.if_skipped),) * 2
    return skip if hi == NO else hull(skip, own)


def total_ends(program: Program, sheet: Answers, score: str) -> tuple[Totals, Totals]:
    """A score over a partial sheet: surely and maybe, at the lo end and at the hi end."""
    ends = [(0, 0), (0, 0)]
    for question, points in counted_apart(program, score):
        lo, hi = interval(program, sheet, question.ask_when)
        rows: list[tuple[Totals, Totals]] = []
        if hi != NO and question.id in sheet:
            given = adds(question, points, sheet[question.id])
            rows.append((given, given))
        elif hi != NO:
            if question.kind == SOME_OF:
                least, most = 0, points[0].points
            else:
                least, most = least_and_most(question, points)
            rows.append(((least, least), (most, most)))
        if lo == NO:
            skipped = adds(question, points, question.if_skipped)
            rows.append((skipped, skipped))
        for at in (0, 1):
            low_or_high = (min, max)[at]
            surely = low_or_high(row[at][0] for row in rows)
            maybe = low_or_high(row[at][1] for row in rows)
            ends[at] = (ends[at][0] + surely, ends[at][1] + maybe)
    return ends[0], ends[1]


def urgency_range(program: Program, sheet: Answers) -> tuple[Urgency, Urgency]:
    """The range of a partial sheet."""
    certain = possible = Urgency.SELF_CARE
    for rule in program.rules:
        lo, hi = interval(program, sheet, rule.when)
        certain = max(certain, fires(rule, lo) or Urgency.SELF_CARE)
        possible = max(possible, fires(rule, hi) or Urgency.SELF_CARE)
    return certain, possible
