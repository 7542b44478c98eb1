"""DrawSettings answer sheets: what people answer, given what is true of them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from backtriage.decide.chunk import ChunkEvaluation, Codes, Columns
from backtriage.decide.kernel import FALSE, MISSING, TRUE, UNSURE, Chunk
from backtriage.population.draws import Draw
from backtriage.population.people import People
from backtriage.population.population import AnswerRule, AnswerRules, TickRule
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always
from backtriage.terms.value import NOT_SURE, SOME_OF, YES_NO, Ticks, Value


def draw_sheets(program: Program, people: People, rules: AnswerRules, doubt: Fraction) -> Columns:
    """Draw the answers of some people: to every question that is asked, and to no other.

    Args:
        program: The protocol whose questions are asked.
        people: Who answers.
        rules: How they answer.
        doubt: How often an answer is "not sure".
    """
    for question in program.protocol.questions:  # before any rule, so that a guard needs no rule
        program.plan.slot(question.ask_when)
    codes: dict[str, Codes] = {}
    items: dict[str, dict[str, bytes]] = {}
    drawn = _Sheets(people, doubt)
    for rule in rules.rules:
        question = program.questions[rule.question]
        share = doubt if question.allows_not_sure else Fraction(0)
        if question.kind == SOME_OF:
            items[question.id] = {
                item: drawn.unpack(drawn.interval(f"{question.id}.{item}", tick, share))
                for item, tick in rule.ticks.items()
            }
        elif question.kind == YES_NO:
            bits = drawn.interval(question.id, rule.ticks[""], share)
            codes[question.id] = drawn.unpack(bits), _BY_BITS
        elif rule.value:
            codes[question.id] = people.traits.columns.codes[rule.value]
        else:
            codes[question.id] = drawn.choices(question, rule, share)
    columns = Columns(count=people.block.count, codes=codes, items=items)
    asked = ChunkEvaluation(program, columns)
    for question in program.protocol.questions:
        if not isinstance(question.ask_when, Always):
            is_asked = asked.bits(question.ask_when) >> 3 & asked.ones
            _leave_out(question, asked.ones ^ is_asked, codes, items, drawn)
    return columns


_BY_BITS: list[Value | None] = [None] * (TRUE + 1)
"""The answer to a yes/no question by its interval."""
_BY_BITS[FALSE], _BY_BITS[UNSURE], _BY_BITS[TRUE] = False, NOT_SURE, True


class _Sheets:
    """Draws the answers of some people to one question or item at a time."""

    def __init__(self, people: People, doubt: Fraction) -> None:
        self.people = people
        self.doubt = doubt
        self.ones = people.everybody

    def unpack(self, chunk: Chunk) -> bytes:
        return chunk.to_bytes(self.people.block.count, "little")

    def interval(self, name: str, rule: TickRule, doubt: Fraction) -> Chunk:
        """Return the interval of a tick: the lower end of the draw errs, the upper one doubts."""
        draw = self.people.block.draw(f"answer/{name}")
        has = self.people.with_(rule.yes) if rule.yes is not None else 0
        says = has
        if has and rule.misses:
            says &= self.ones ^ draw.below(rule.misses)
        if rule.invents:
            says |= draw.below(rule.invents) & ~has
        doubts = self._doubts(draw, doubt * rule.doubt_times)
        return (says & ~doubts) * TRUE | doubts * UNSURE

    def choices(self, question: Question, rule: AnswerRule, doubt: Fraction) -> Codes:
        ids = [choice.id for choice in question.choices]
        draw = self.people.block.draw(f"answer/{question.id}")
        wrong = draw.below(rule.misreport)
        doubts = self._doubts(draw, doubt * rule.doubt_times)
        left = self.ones
        chunk = 0
        for choice, when in rule.choices:
            here = left & self.people.with_(when)
            left ^= here
            place = ids.index(choice)
            neighbour = place + 1 if place + 1 < len(ids) else place - 1
            chunk |= (here & ~wrong) * place | (here & wrong) * neighbour
        chunk = chunk & ~(doubts * 255) | doubts * len(ids)
        return self.unpack(chunk), [*ids, NOT_SURE]

    def _doubts(self, draw: Draw, share: Fraction) -> Chunk:
        return self.ones ^ draw.below(1 - share) if share else 0


def _leave_out(
    question: Question,
    who: Chunk,
    codes: dict[str, Codes],
    items: dict[str, dict[str, bytes]],
    drawn: _Sheets,
) -> None:
    """Remove the answers of some people to a question, which they are not asked."""
    if not who:
        return
    everything = ~(who * 255)
    if question.kind == SOME_OF:
        for item, intervals in items[question.id].items():
            chunk = int.from_bytes(intervals, "little") & everything | who * MISSING
            items[question.id][item] = drawn.unpack(chunk)
        return
    column, values = codes[question.id]
    chunk = int.from_bytes(bytes(column), "little") & everything | who * len(values)
    codes[question.id] = drawn.unpack(chunk), [*values, None]


def sheets(columns: Columns) -> Iterator[Answers]:
    """Yield the answers of each person."""
    for person in range(columns.count):
        answers: dict[str, Value] = {}
        for id_, (codes, values) in columns.codes.items():
            value = values[codes[person]]
            if value is not None:
                answers[id_] = value
        for id_, columns_of_items in columns.items.items():
            bits = {item: column[person] for item, column in columns_of_items.items()}
            if MISSING not in bits.values():
                answers[id_] = Ticks(
                    frozenset(item for item, found in bits.items() if found == TRUE),
                    frozenset(item for item, found in bits.items() if found == UNSURE),
                )
        yield Answers(answers)
