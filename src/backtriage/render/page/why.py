"""How every rule evaluates on these answers, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from msgspec.structs import replace

from backtriage.decide.assessment import Assessment
from backtriage.decide.evaluate import urgency_from
from backtriage.decide.kernel import F, T, U
from backtriage.program.private import reads_private
from backtriage.protocol.protocol import Question, Rule
from backtriage.render.page.page import Block, Clause
from backtriage.render.page.phrasing import answer_phrase, choice_phrase, pluralise
from backtriage.terms.answers import Answers
from backtriage.terms.condition import (
    ATOMS,
    All,
    Always,
    Any,
    AtLeast,
    Atom,
    Compare,
    Condition,
    Fact,
    Includes,
    Is,
    Not,
    Scores,
    Yes,
    condition_text,
    parts,
)
from backtriage.terms.value import Ticks

YES: Final = "yes"
CANNOT_TELL: Final = "cannot tell (not sure)"
OPEN: Final = "still open"
NO: Final = "no"

_ORDER: Final = (YES, CANNOT_TELL, OPEN, NO)
_PARTS_TEXT: Final[dict[type, str]] = {
    All: "all of these",
    Any: "any of these",
    Not: "the opposite of this",
    Always: "true of everybody",
}


def why_block(assessment: Assessment) -> Block:
    """Return the rules by outcome: first those that fired, then unsure, open and false ones.

    Each group starts with the most urgent. A false rule shows only the clauses that made it
    false. Without private answers, rules that read one are left out.
    """
    unfolding = _Unfolding(assessment)
    rules = sorted(assessment.program.rules, key=lambda rule: rule.urgency, reverse=True)
    if assessment.is_public:
        rules = [rule for rule in rules if not reads_private(assessment.program, rule.when)]
    rules.sort(key=lambda rule: _ORDER.index(unfolding.outcome(rule.when)))
    return Block(
        heading="Every rule, and what the answers make of it",
        clauses=tuple(clause for rule in rules for clause in unfolding.rule(rule)),
    )


class _Unfolding:
    """The conditions of one assessment, with the truth and the answers behind each."""

    def __init__(self, a: Assessment) -> None:
        self.a = a
        self.evaluation = replace(a, answers=Answers({**a.answers, **a.set_aside})).evaluation
        self.units = a.program.protocol.units

    def outcome(self, condition: Condition) -> str:
        lo, hi = self.evaluation.interval(condition)
        return {F: NO, U: CANNOT_TELL, T: YES}[lo] if lo == hi else OPEN

    def rule(self, rule: Rule) -> Iterator[Clause]:
        outcome = self.outcome(rule.when)
        gives = rule.urgency.id
        if outcome == CANNOT_TELL:
            given = urgency_from(rule, U)
            gives += f", counts as {given.id}" if given is not None else ", counts as nothing"
        yield Clause(depth=0, text=f"{outcome}: {rule.id} ({gives})")
        yield from self.clause(rule.when, 1)

    def clause(self, condition: Condition, depth: int) -> Iterator[Clause]:
        groups = self.groups(condition)
        if len(groups) == 1 and len(groups[0]) > 1:
            yield self.line(groups[0], depth)
            return
        yield self.line((condition,), depth)
        for group in groups:
            if len(group) > 1:
                yield self.line(group, depth + 1)
            else:
                yield from self.clause(group[0], depth + 1)

    def line(self, group: tuple[Condition, ...], depth: int) -> Clause:
        words = self.items(group) if len(group) > 1 else self.text(group[0])
        return Clause(depth=depth, text=f"{self.outcome(group[0])}: {words}")

    def groups(self, condition: Condition) -> list[tuple[Condition, ...]]:
        """Group the relevant parts: items of one list with the same outcome share a line."""
        relevant = self.parts(condition)
        if isinstance(condition, All | AtLeast) and self.outcome(condition) == NO:
            relevant = tuple(part for part in relevant if self.outcome(part) == NO)
        if not isinstance(condition, All | Any):
            return [(part,) for part in relevant]

        def key(numbered: tuple[int, Condition]) -> tuple[str, str, int]:
            index, part = numbered
            if isinstance(part, Includes):
                return part.question, self.outcome(part), 0
            return "", "", index

        grouped = groupby(enumerate(relevant), key=key)
        return [tuple(part for _, part in group) for _, group in grouped]

    def parts(self, condition: Condition) -> tuple[Condition, ...]:
        """Return the parts of a condition, with nested lists of the same kind flattened."""
        if isinstance(condition, Fact):
            return (self.a.program.facts[condition.fact],)
        if isinstance(condition, Not) and isinstance(condition.of, ATOMS):
            return ()
        if not isinstance(condition, All | Any):
            return parts(condition)
        return tuple(
            inner
            for part in condition.of
            for inner in (self.parts(part) if type(part) is type(condition) else (part,))
        )

    def items(self, group: tuple[Condition, ...]) -> str:
        atoms = [part for part in group if isinstance(part, Includes)]
        ids = ", ".join(atom.item for atom in atoms)
        return f"{atoms[0].question} includes any of ({ids}) [{self.answer(*atoms)}]"

    def text(self, condition: Condition) -> str:
        match condition:
            case Fact(id_):
                text = next(f.text for f in self.a.program.protocol.facts if f.id == id_)
                return f"{self.a.words.fill(text)} ({id_})" if text else id_
            case Scores(score):
                least, *_, most = self.evaluation.score(score)
                answer = f"{least} to {most} points"
                if least == most:
                    answer = pluralise(least, "point", "points")
            case Not(Yes() | Is() | Includes() | Compare() as atom):
                answer = self.answer(atom)
            case Yes() | Is() | Includes() | Compare():
                answer = self.answer(condition)
            case AtLeast(least):
                return f"at least {least} of these"
            case _:
                return _PARTS_TEXT[type(condition)]
        return f"{condition_text(condition, self.units)} [{answer}]"

    def answer(self, *atoms: Atom) -> str:
        """Return the answer behind an atom, or behind items of one list with the same outcome."""
        question = self.a.program.questions[atoms[0].question]
        if self.evaluation.guard(question.id)[1] == F:
            return f"not asked, read as: {answer_phrase(question, question.if_skipped)}"
        value = self.evaluation.answers.get(question.id)
        if value is None and question.from_journal is not None:
            return f"no journal, read as: {answer_phrase(question, question.if_skipped)}"
        if value is None:
            return "not answered"
        items = [atom.item for atom in atoms if isinstance(atom, Includes)]
        if isinstance(value, Ticks) and items:
            return self.a.words.fill(_ticked(question, value, items))
        return self.a.words.fill(f"answer: {answer_phrase(question, value)}")


def _ticked(question: Question, value: Ticks, items: list[str]) -> str:
    if items[0] in value.yes:
        return f"ticked: {'; '.join(choice_phrase(question, item) for item in items)}"
    return "not sure" if items[0] in value.unsure else "not ticked"
