"""Drawing answer sheets: what people answer, given what is true of them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from backtriage.decide.chunk import ChunkEvaluation, Codes, Columns
from backtriage.decide.kernel import FALSE, MISSING, TRUE, UNSURE, Chunk
from backtriage.population.draws import part_of
from backtriage.population.needs import Needs
from backtriage.population.people import People
from backtriage.population.population import AnswerRule, Setting, TickRule
from backtriage.protocol.protocol import Question
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always
from backtriage.terms.value import NOT_SURE, SOME_OF, YES_NO, Ticks, Value

_BY_BITS: Final[list[Value | None]] = [None] * (TRUE + 1)
"""The answer to a yes/no question by its interval."""
_BY_BITS[FALSE], _BY_BITS[UNSURE], _BY_BITS[TRUE] = False, NOT_SURE, True


def draw_sheets(
    setting: Setting, people: People, doubt: Fraction, needs: Needs | None = None
) -> Columns:
    """Draw the answers of some people: to every question that is asked, and to no other.

    Args:
        setting: The protocol whose questions are asked, and how people answer.
        people: Who answers.
        doubt: How often an answer is "not sure".
        needs: The only answers that matter; by default all.
    """
    program = setting.program
    for question in program.protocol.questions:  # before any rule, so that a guard needs no rule
        program.plan.slot(question.ask_when)
    drawn = _Sheets(people, doubt)
    questions = []
    for rule in setting.answers.rules:
        if needs is None or rule.question in needs.answers:
            question = program.questions[rule.question]
            questions.append(question)
            drawn.add(question, rule, None if needs is None else needs.answers[question.id])
    asked = ChunkEvaluation(program, drawn.columns)
    for question in questions:
        if not isinstance(question.ask_when, Always):
            is_asked = asked.bits(question.ask_when) >> 3 & asked.ones
            drawn.leave_out(question, asked.ones ^ is_asked)
    return drawn.columns


class _Sheets:
    """The answers of some people, drawn one question at a time."""

    def __init__(self, people: People, doubt: Fraction) -> None:
        self.people = people
        self.doubt = doubt
        self.codes: dict[str, Codes] = {}
        self.items: dict[str, dict[str, bytes]] = {}
        self.columns = Columns(count=people.block.count, codes=self.codes, items=self.items)

    def unpack(self, chunk: Chunk) -> bytes:
        return chunk.to_bytes(self.people.block.count, "little")

    def add(self, question: Question, rule: AnswerRule, only: frozenset[str] | None) -> None:
        """Draw the answers to a question, or to some items of it only."""
        doubt = self.doubt if question.allows_not_sure else Fraction(0)
        if question.kind == SOME_OF:
            self.items[question.id] = {
                item: self.unpack(self.interval(item, tick, doubt))
                for item, tick in rule.ticks.items()
                if only is None or item in only
            }
        elif question.kind == YES_NO:
            bits = self.interval(question.id, rule.ticks[""], doubt)
            self.codes[question.id] = self.unpack(bits), _BY_BITS
        elif rule.value:
            self.codes[question.id] = self.people.traits.columns.codes[rule.value]
        else:
            self.codes[question.id] = self.choices(question, rule, doubt)

    def interval(self, name: str, rule: TickRule, doubt: Fraction) -> Chunk:
        """Return the interval of a tick: one end of a part errs, the other one doubts.

        The part has the name of the item without that of its question. So the same people err
        about it in another version, which may have moved it.
        """
        doubt *= rule.doubt_times
        part = part_of(name, max(rule.misses, doubt), is_own=bool(rule.invents))
        has = self.people.with_(rule.yes) if rule.yes is not None else 0
        says = has
        if has and rule.misses:
            says &= ~part.first(self.people.block, rule.misses)
        if rule.invents:
            says |= part.first(self.people.block, rule.invents) & ~has
        doubts = part.last(self.people.block, doubt) if doubt else 0
        return (says & ~doubts) * TRUE | doubts * UNSURE

    def choices(self, question: Question, rule: AnswerRule, doubt: Fraction) -> Codes:
        """Return the choices of a one-of question."""
        ids = [choice.id for choice in question.choices]
        doubt *= rule.doubt_times
        part = part_of(question.id, max(rule.misreport, doubt), is_own=False)
        wrong = part.first(self.people.block, rule.misreport)
        left = self.people.everybody
        chunk = 0
        for choice, when in rule.choices:
            here = left & self.people.with_(when)
            left ^= here
            place = ids.index(choice)
            neighbour = place + 1 if place + 1 < len(ids) else place - 1
            chunk |= (here & ~wrong) * place | (here & wrong) * neighbour
        doubts = part.last(self.people.block, doubt) if doubt else 0
        chunk = chunk & ~(doubts * 255) | doubts * len(ids)
        return self.unpack(chunk), [*ids, NOT_SURE]

    def leave_out(self, question: Question, who: Chunk) -> None:
        """Remove the answers of some people to a question, which they are not asked."""
        if not who:
            return
        others = ~(who * 255)
        if question.kind == SOME_OF:
            items = self.items[question.id]
            for item, intervals in items.items():
                chunk = int.from_bytes(intervals, "little") & others | who * MISSING
                items[item] = self.unpack(chunk)
            return
        column, values = self.codes[question.id]
        chunk = int.from_bytes(bytes(column), "little") & others | who * len(values)
        self.codes[question.id] = self.unpack(chunk), [*values, None]


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
