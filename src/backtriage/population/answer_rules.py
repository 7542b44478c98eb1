"""Loading `answers.yaml`: how simulated people answer the questions of a protocol.

The people themselves come from `population.yaml`, so both files are loaded here.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from backtriage.population import loader
from backtriage.population.loader import load_population
from backtriage.population.population import (
    AnswerRule,
    AnswerRules,
    Confirmed,
    Population,
    Setting,
    TickRule,
)
from backtriage.population.rate_fields import (
    check_source,
    check_total,
    in_order,
    known,
    number,
    rate,
    read_sections,
    unique,
)
from backtriage.program.doubts import doubts
from backtriage.program.program import Program
from backtriage.protocol.loader.fields import Diagnostics, Fields
from backtriage.protocol.protocol import Question
from backtriage.protocol.tokenizer import SymbolTable
from backtriage.terms.condition import Always, Condition
from backtriage.terms.problem import Location, Problem
from backtriage.terms.value import NUMBER, SOME_OF, YES_NO

FILE: Final = "answers.yaml"

SECTIONS: Final = ("reporting", "confirmations", "answers")

_NEVER: Final = TickRule(
    yes=None, misses=Fraction(0), invents=Fraction(0), doubt_times=Fraction(1)
)
_RATES: Final = ("misses", "invents", "misreport", "doubt_times")
_USUAL: Final = _RATES[:3]
_WHO: Final = ("has", "has_not")
"""Those of whom something is true, and the others."""


def load_setting(
    program: Program, texts: Mapping[str, str]
) -> tuple[Setting | None, tuple[Problem, ...]]:
    """Load simulated people and their answers to a protocol.

    Args:
        program: The protocol.
        texts: The text of both files, by file name.

    Returns:
        What can be simulated, or None if there is any problem, and every problem. The answers are
        read only if the people could be.
    """
    population, problems = load_population(texts[loader.FILE])
    if population is None:
        return None, problems
    answers, problems = load_answer_rules(texts[FILE], program, population)
    if answers is None:
        return None, problems
    return Setting(program=program, population=population, answers=answers), ()


def load_answer_rules(
    text: str, program: Program, population: Population
) -> tuple[AnswerRules | None, tuple[Problem, ...]]:
    """Load the answers to a protocol from the text of their file; None if there is any problem."""
    diagnostics = Diagnostics(sources={FILE: text})
    top, digest = read_sections(text, FILE, SECTIONS, diagnostics)
    if top is None:
        return None, diagnostics.problems.found()
    reader = _Reader(top, program, population)
    answers = AnswerRules(digest=digest, confirmed=reader.confirmed(), rules=reader.rules())
    problems = diagnostics.problems.found(in_order)
    return (None if problems else answers), problems


class _Reader:
    """Reads the answers to each question by its kind."""

    def __init__(self, top: Fields, program: Program, population: Population) -> None:
        self.top = top
        self.program = program
        traits = population.program
        self.symbols = SymbolTable(
            questions=traits.questions, facts=frozenset(traits.facts), scores={}
        )
        self.numbers = [id_ for id_, q in traits.questions.items() if q.kind == NUMBER]
        self.sources = [source.id for source in population.sources]
        self.traits = traits

    def confirmed(self) -> Confirmed | None:
        """Read what people find who confirm a doubt, if the protocol asks anybody to."""
        found: dict[str, tuple[Fraction, Fraction]] = {}
        for fields in unique(self.top.entries("confirmations")):
            id_ = fields.id()
            if id_ not in _WHO:
                message = f"'{id_}' is not one of: {', '.join(_WHO)}"
                fields.report("P605", message, fields.location)
            yes, no = rate(fields, "yes"), rate(fields, "no")
            if yes + no > 1:
                check_total(fields, (yes, no), "'yes' and 'no'")
            found[id_] = yes, no
            self.done(fields, rates=("yes", "no"))
        if all(id_ in found for id_ in _WHO):
            return Confirmed(*(found[id_] for id_ in _WHO))
        if found or any(doubts(self.program)):
            message = f"nothing says what people find who confirm a doubt: {', '.join(_WHO)}"
            self.top.report("P604", message, Location(file=FILE))
        return None

    def rules(self) -> tuple[AnswerRule, ...]:
        usual = self.top.nodes.get("reporting")
        self.usual: Mapping[str, Fraction] = {}
        if usual is not None:
            fields = Fields(usual, "reporting", self.top.diagnostics)
            self.usual = {key: rate(fields, key) for key in _USUAL}
            check_source(fields, self.sources)
            fields.done()
        found: dict[str, AnswerRule] = {}
        for fields in unique(self.top.entries("answers", required=True)):
            id_ = fields.id()
            question = self.program.questions.get(id_)
            if question is None:
                hint = fields.suggest(id_, self.program.questions)
                location = fields.nodes["id"].location if "id" in fields.nodes else fields.location
                fields.report("P605", f"there is no question '{id_}'", location, hint)
            else:
                found[id_] = self.rule(fields, question)
        for id_, question in self.program.questions.items():
            if id_ not in found and question.from_journal is None:
                location = Location(file=FILE)
                self.top.report("P604", f"nothing says how '{id_}' is answered", location)
        return tuple(found[id_] for id_ in self.program.questions if id_ in found)

    def rule(self, fields: Fields, question: Question) -> AnswerRule:
        ticks: dict[str, TickRule] = {}
        choices: tuple[tuple[str, Condition], ...] = ()
        value = ""
        misreport, doubt_times = Fraction(0), Fraction(1)
        if question.kind == YES_NO:
            ticks[""] = self.tick(fields)
        elif question.kind == SOME_OF:
            ticks = self.items(fields, question)
        elif question.kind == NUMBER:
            value = self.number(fields, question)
            fields.done()
        else:
            choices = self.choices(fields, question)
            misreport = rate(fields, "misreport", self.usual.get("misreport", Fraction(0)))
            doubt_times = number(fields, "doubt_times", Fraction(1))
            self.done(fields)
        return AnswerRule(
            question=question.id, ticks=ticks, choices=choices, misreport=misreport,
            doubt_times=doubt_times, value=value,
        )  # fmt: skip

    def tick(self, fields: Fields) -> TickRule:
        yes = fields.condition("yes", self.symbols) if "yes" in fields.nodes else None
        rule = TickRule(
            yes=yes,
            misses=rate(fields, "misses", self.usual.get("misses", Fraction(0))),
            invents=rate(fields, "invents", self.usual.get("invents", Fraction(0))),
            doubt_times=number(fields, "doubt_times", Fraction(1)),
        )
        fields.node("yes")
        self.done(fields)
        return rule

    def items(self, fields: Fields, question: Question) -> dict[str, TickRule]:
        ids = [choice.id for choice in question.choices]
        ticks: dict[str, TickRule] = {}
        for entry in unique(fields.entries("items")):
            id_ = entry.id()
            if id_ not in ids:
                hint = entry.suggest(id_, ids)
                message = f"there is no item '{id_}' in '{question.id}'"
                entry.report("P605", message, entry.location, hint)
            ticks[id_] = self.tick(entry)
        never = fields.texts("never")
        for id_ in never:
            if id_ not in ids or id_ in ticks:
                location = fields.diagnostics.locations[f"{fields.path}.never.{id_}"]
                message = f"'{id_}' is not an item of '{question.id}' that is left"
                fields.report("P605", message, location)
            ticks.setdefault(id_, _NEVER)
        left = [id_ for id_ in ids if id_ not in ticks]
        for id_ in left:
            message = f"nothing says how '{question.id}: {id_}' is answered"
            fields.report("P604", message, fields.location)
        fields.done()
        return {id_: ticks[id_] for id_ in ids if id_ in ticks}

    def choices(self, fields: Fields, question: Question) -> tuple[tuple[str, Condition], ...]:
        ids = [choice.id for choice in question.choices]
        found: list[tuple[str, Condition]] = []
        for entry in fields.entries("choices", required=True):
            id_ = entry.id()
            if id_ not in ids:
                hint = entry.suggest(id_, ids)
                message = f"there is no choice '{id_}' in '{question.id}'"
                entry.report("P605", message, entry.location, hint)
            found.append((id_, entry.condition("when", self.symbols)))
            entry.done()
        if found and not isinstance(found[-1][1], Always):
            message = f"'{question.id}' has no answer for those whom no choice fits"
            fields.report("P606", message, fields.location, "give the last choice no 'when'")
        return tuple(found)

    def number(self, fields: Fields, question: Question) -> str:
        value = known(fields, "value", self.numbers, "trait that is a number,")
        if "value" not in fields.nodes:
            fields.report("P604", f"nothing says how '{question.id}' is answered", fields.location)
        trait = self.traits.questions.get(value)
        if trait is None:
            return ""
        if trait.least < question.least or trait.most > question.most or question.step != "1":
            limits = f"{question.least} to {question.most} by {question.step}"
            message = (
                f"'{value}' runs from {trait.least} to {trait.most}, and answers from {limits}"
            )
            fields.report("P606", message, fields.location)
        return value

    def done(self, fields: Fields, rates: tuple[str, ...] = _RATES) -> None:
        """Check the source of the rates that an entry states, and that every key was read."""
        if any(key in fields.nodes for key in rates):
            check_source(fields, self.sources)
        else:
            fields.text("assumed")
        fields.done()
