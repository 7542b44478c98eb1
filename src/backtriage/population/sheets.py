"""Drawing answer sheets: what people answer, given what is true of them."""

from __future__ import annotations

from fractions import Fraction

from backtriage.decide.kernel import MISSING, TRUE, UNSURE, Chunk
from backtriage.population.draws import part_of
from backtriage.population.marks import MarkedAnswers, MarkedEvaluation, Marks, without
from backtriage.population.needs import Needs
from backtriage.population.people import People
from backtriage.population.population import AnswerRule, Setting, TickRule
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question
from backtriage.terms.condition import Always
from backtriage.terms.value import NOT_SURE, SOME_OF, YES_NO, Value


def draw_sheets(
    setting: Setting, people: People, doubt: Fraction, needs: Needs | None = None
) -> MarkedAnswers:
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
    for rule in setting.answers.rules:
        if needs is None or rule.question in needs.answers:
            only = None if needs is None else needs.answers[rule.question]
            drawn.add(program.questions[rule.question], rule, only)
    leave_out_unasked(program, drawn.answers)
    return drawn.answers


def leave_out_unasked(program: Program, answers: MarkedAnswers) -> None:
    """Remove the answers of some people to questions that they are not asked."""
    asked = MarkedEvaluation(program, answers)
    unasked = [
        (question, asked.ones ^ (asked.bits(question.ask_when) >> 3 & asked.ones))
        for question in program.protocol.questions
        if question.id in answers and not isinstance(question.ask_when, Always)
    ]
    for question, who in unasked:
        if not who:
            continue
        if question.kind == SOME_OF:
            items = answers.items[question.id]
            for item, chunk in items.items():
                items[item] = without(chunk, who * 255) | who * MISSING
        else:
            marks = answers.marks[question.id]
            left: dict[Value | None, Chunk] = {v: without(of, who) for v, of in marks.items()}
            left[None] = left.get(None, 0) | who
            answers.marks[question.id] = left


class _Sheets:
    """The answers of some people, drawn one question at a time."""

    def __init__(self, people: People, doubt: Fraction) -> None:
        self.people = people
        self.doubt = doubt
        self.answers = MarkedAnswers(people.block.count)

    def add(self, question: Question, rule: AnswerRule, only: frozenset[str] | None) -> None:
        """Draw the answers to a question, or to some items of it only."""
        doubt = self.doubt if question.allows_not_sure else Fraction(0)
        answers = self.answers
        if question.kind == SOME_OF:
            answers.items[question.id] = {
                item: self.interval(item, tick, doubt)
                for item, tick in rule.ticks.items()
                if only is None or item in only
            }
        elif question.kind == YES_NO:
            bits = self.interval(question.id, rule.ticks[""], doubt)
            everybody = self.people.everybody
            yes = bits & everybody
            unsure = (bits >> 1 & everybody) ^ yes
            answers.marks[question.id] = {
                True: yes, False: everybody ^ yes ^ unsure, NOT_SURE: unsure
            }  # fmt: skip
        elif rule.value:
            answers.numbers[question.id] = self.people.traits.answers.numbers[rule.value]
            answers.marks[question.id] = {}
        else:
            answers.marks[question.id] = self.choices(question, rule, doubt)

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
            says = without(says, part.first(self.people.block, rule.misses))
        if rule.invents:
            says |= without(part.first(self.people.block, rule.invents), has)
        doubts = part.last(self.people.block, doubt) if doubt else 0
        return without(says, doubts) * TRUE | doubts * UNSURE

    def choices(self, question: Question, rule: AnswerRule, doubt: Fraction) -> Marks:
        """Return who gives which answer to a one-of question."""
        ids = [choice.id for choice in question.choices]
        block = self.people.block
        doubt *= rule.doubt_times
        part = part_of(question.id, max(rule.misreport, doubt), is_own=False)
        wrong = part.first(block, rule.misreport)
        doubts = part.last(block, doubt) if doubt else 0
        left = self.people.everybody
        marks: dict[Value | None, Chunk] = dict.fromkeys(ids, 0)
        for choice, when in rule.choices:
            here = left & self.people.with_(when)
            left ^= here
            here = without(here, doubts)
            place = ids.index(choice)
            neighbour = ids[place + 1 if place + 1 < len(ids) else place - 1]
            marks[choice] |= without(here, wrong)
            marks[neighbour] |= here & wrong
        marks[NOT_SURE] = doubts
        return marks
