"""Drawing answer sheets: what people answer, given what is true of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final, NamedTuple, TypeAlias

from backtriage.decide.kernel import MISSING, TRUE, UNSURE, Chunk
from backtriage.population.draws import Cut, Part, PeopleBlock, part_of
from backtriage.population.marks import MarkedAnswers, MarkedEvaluation, Marks, without
from backtriage.population.needs import Needs
from backtriage.population.people import Crowd, Timed
from backtriage.population.population import AnswerRule, Setting, TickRule
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question
from backtriage.terms.condition import Always
from backtriage.terms.value import NOT_SURE, SOME_OF, YES_NO, Value

Chance: TypeAlias = tuple[tuple[str, Cut], ...]
"""Whom something happens to: their numbers in one draw or several."""

NEVER: Final = Fraction(0)


class Slips(NamedTuple):
    """Who slips in an answer."""

    misses: Chance
    invents: Chance
    doubts: Chance


class Questionnaire:
    """Asks people every question that they are asked, and no other."""

    def __init__(
        self, setting: Setting, doubts: Sequence[Fraction], needs: Needs | None = None
    ) -> None:
        """Prepare the questions.

        Args:
            setting: The protocol whose questions are asked, and how people answer.
            doubts: How often an answer is "not sure", in each reading of the rates.
            needs: The only answers that matter; by default all.
        """
        self.program = setting.program
        for question in self.program.protocol.questions:  # before any rule: a guard needs no rule
            self.program.plan.slot(question.ask_when)
        self.doubts = doubts
        self._asked = [
            self._ask(rule, None if needs is None else needs.answers[rule.question])
            for rule in setting.answers.rules
            if needs is None or rule.question in needs.answers
        ]

    def _ask(self, rule: AnswerRule, only: frozenset[str] | None) -> _Asked:
        """Return a question or some items of it, with the slips in the answers."""
        question = self.program.questions[rule.question]
        ticks = {
            item: tick for item, tick in rule.ticks.items()
            if not item or only is None or item in only
        }  # fmt: skip
        rates = {
            item: (tick.misses, tick.invents, tick.doubt_times) for item, tick in ticks.items()
        }
        if rule.choices:
            rates[""] = rule.misreport, NEVER, rule.doubt_times
        doubts = self.doubts if question.allows_not_sure else [NEVER] * len(self.doubts)
        slips = {
            item: _slips(item or question.id, misses, invents, [times * each for each in doubts])
            for item, (misses, invents, times) in rates.items()
        }
        return _Asked(question, rule, ticks, slips)

    def answers(self, crowd: Crowd, timed: Timed = lambda _: None) -> tuple[MarkedAnswers, ...]:
        """Draw the answers of some people, in each reading of the rates."""
        timed("draw")
        found = tuple(MarkedAnswers(crowd.block.count) for _ in self.doubts)
        for question, rule, ticks, slips in self._asked:
            if rule.value:
                for answers, numbers in zip(found, crowd.traits.numbers[rule.value], strict=True):
                    answers.marks[question.id], answers.numbers[question.id] = {}, numbers
            elif question.kind == SOME_OF:
                pairs = {item: _tick(crowd, tick, slips[item]) for item, tick in ticks.items()}
                for reading, answers in enumerate(found):
                    answers.items[question.id] = {
                        item: crowd.read(yes, reading) * TRUE
                        | crowd.read(unsure, reading) * UNSURE
                        for item, (yes, unsure) in pairs.items()
                    }
            else:
                marks = (
                    _yes_or_no(crowd, ticks[""], slips[""])
                    if question.kind == YES_NO
                    else _choices(crowd, question, rule, slips[""])
                )
                for reading, answers in enumerate(found):
                    answers.marks[question.id] = {
                        value: crowd.read(who, reading) for value, who in marks.items()
                    }
        timed("decide")
        for answers in found:
            leave_out_unasked(self.program, answers)
        return found


class _Asked(NamedTuple):
    """A question or some items of it, and how people answer."""

    question: Question
    rule: AnswerRule
    ticks: Mapping[str, TickRule]
    slips: Mapping[str, Slips]
    """By item of a list; "" for any other question."""


def _slips(name: str, misses: Fraction, invents: Fraction, doubts: Sequence[Fraction]) -> Slips:
    """Return who slips in an answer: one end of a part of a draw errs, the other one doubts.

    The part has the name of the item without that of its question. So the same people err about
    it in another version, which may have moved it.
    """
    parts = [part_of(name, max(misses, doubt), is_own=bool(invents)) for doubt in doubts]

    def chance(rates: Iterable[Fraction], end: Callable[[Part, list[Fraction]], Cut]) -> Chance:
        at = [*zip(rates, parts, strict=True)]
        each = {
            part: end(part, [rate if own == part else NEVER for rate, own in at]) for part in parts
        }
        return tuple((part.name, cut) for part, cut in each.items() if cut)

    return Slips(
        chance([misses] * len(parts), Part.first), chance([invents] * len(parts), Part.first),
        chance(doubts, Part.last),
    )  # fmt: skip


def _whom(block: PeopleBlock, chance: Chance) -> Chunk:
    """Return whom something happens to."""
    chunk = 0
    for draw, cut in chance:
        chunk |= block.draw(draw).inside(cut)
    return chunk


def _tick(crowd: Crowd, rule: TickRule, slips: Slips) -> tuple[Chunk, Chunk]:
    """Return who says yes, and who is not sure."""
    has = crowd.with_(rule.yes) if rule.yes is not None else 0
    says = without(has, _whom(crowd.block, slips.misses)) if has else 0
    says |= without(_whom(crowd.block, slips.invents), has)
    doubts = _whom(crowd.block, slips.doubts)
    return without(says, doubts), doubts


def _yes_or_no(crowd: Crowd, rule: TickRule, slips: Slips) -> Marks:
    yes, unsure = _tick(crowd, rule, slips)
    return {True: yes, False: crowd.everybody ^ yes ^ unsure, NOT_SURE: unsure}


def _choices(crowd: Crowd, question: Question, rule: AnswerRule, slips: Slips) -> Marks:
    """Return who gives which answer to a one-of question."""
    ids = [choice.id for choice in question.choices]
    wrong, doubts = _whom(crowd.block, slips.misses), _whom(crowd.block, slips.doubts)
    left = crowd.everybody
    marks: dict[Value | None, Chunk] = dict.fromkeys(ids, 0)
    for choice, when in rule.choices:
        here = left & crowd.with_(when)
        left ^= here
        here = without(here, doubts)
        place = ids.index(choice)
        neighbour = ids[place + 1 if place + 1 < len(ids) else place - 1]
        marks[choice] |= without(here, wrong)
        marks[neighbour] |= here & wrong
    marks[NOT_SURE] = doubts
    return marks


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
