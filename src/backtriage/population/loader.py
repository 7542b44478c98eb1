"""Loading `population.yaml`: simulated people, or every problem."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Final

from backtriage.population.population import (
    CLASS,
    Factor,
    FactorLevel,
    Group,
    PersonClass,
    Population,
    Rates,
    RateSet,
    Trait,
)
from backtriage.population.rate_fields import (
    check_source,
    check_total,
    in_order,
    known,
    number,
    rate,
    rate_of,
    read_sections,
    unasked,
    unique,
)
from backtriage.program.program import Program, build_program
from backtriage.protocol.loader.entries import read_each, read_entry
from backtriage.protocol.loader.fields import Diagnostics, Fields
from backtriage.protocol.loader.sections import READERS
from backtriage.protocol.protocol import (
    Choice,
    NamedFact,
    Protocol,
    Question,
)
from backtriage.protocol.texts import Evidence
from backtriage.protocol.tokenizer import SymbolTable
from backtriage.terms.condition import Always
from backtriage.terms.problem import Problem
from backtriage.terms.value import NUMBER, ONE_OF, YES_NO

FILE: Final = "population.yaml"

SECTIONS: Final = (
    "population", "sources", "classes", "rates", "factors", "traits", "facts", "flags", "groups",
)  # fmt: skip

_REQUIRED: Final = frozenset({"classes", "rates", "traits"})
_VERSION: Final = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_BAND: Final = re.compile(r"([0-9]{1,3})(?: to ([0-9]{1,3}))?")
_MOST_FLAGS: Final = 255
"""How many each person has is counted in one byte."""
_MOST_VALUES: Final = 256
"""Of a trait that is a number: each person's value is kept in one byte."""


def load_population(text: str) -> tuple[Population | None, tuple[Problem, ...]]:
    """Load a population from the text of its file; None if there is any problem."""
    diagnostics = Diagnostics(sources={FILE: text})
    top, digest = read_sections(text, FILE, SECTIONS, diagnostics)
    population = _Reader(top).population(digest) if top else None
    problems = diagnostics.problems.found(in_order)
    return (None if problems else population), problems


class _Reader:
    """Reads the sections in the order in which they name each other."""

    def __init__(self, top: Fields) -> None:
        self.top = top
        entries = {
            section: unique(top.entries(section, required=section in _REQUIRED))
            for section in SECTIONS[1:]
        }
        self.entries: Mapping[str, Sequence[Fields]] = entries
        self.questions: dict[str, Question] = {}
        self.facts: frozenset[str] = frozenset(f.word("id") for f in entries["facts"])
        self.later = {f.word("id") for f in (*entries["factors"], *entries["traits"])}
        self.names: dict[str, list[str]] = {
            section: [fields.word("id") for fields in found] for section, found in entries.items()
        }

    @property
    def symbols(self) -> SymbolTable:
        """The names that a condition may use by now."""
        facts = frozenset() if self.later else self.facts
        return SymbolTable(
            questions=self.questions, facts=facts, scores={}, later=self.later - {*self.questions}
        )

    def population(self, digest: str) -> Population | None:
        node = self.top.node("population", required=True)
        if node is None:
            return None
        head = Fields(node, "population", self.top.diagnostics)
        id_ = head.id()
        values = {key: head.text(key, required=True) for key in ("title", "about")}
        version = head.matching("version", _VERSION, "three numbers such as 1.0.0")
        head.done()
        sources = read_each(self.entries["sources"], READERS["evidence"], self.symbols)
        classes = tuple(map(self.person_class, self.entries["classes"]))
        if self.entries["classes"]:
            check_total(self.entries["classes"][0], (c.share for c in classes), "all classes")
        self.add(_choice_question(CLASS, [c.id for c in classes]))
        factors = tuple(map(self.factor, self.entries["factors"]))
        traits = tuple(map(self.trait, self.entries["traits"]))
        self.later.clear()
        facts = read_each(self.entries["facts"], partial(read_entry, NamedFact), self.symbols)
        return Population(
            id=id_,
            version=version,
            **values,
            digest=digest,
            classes=classes,
            traits=traits,
            factors=factors,
            rate_sets=tuple(map(self.rate_set, self.entries["rates"])),
            flags=self.flags(),
            groups=tuple(map(self.group, self.entries["groups"])),
            sources=sources,
            program=_program(id_, tuple(self.questions.values()), facts, sources, traits),
        )

    def add(self, question: Question) -> None:
        self.questions[question.id] = question
        self.later.discard(question.id)

    def person_class(self, fields: Fields) -> PersonClass:
        found = PersonClass(
            id=fields.id(),
            title=fields.text("title", required=True),
            share=rate(fields, "share"),
            is_serious=fields.one_of("serious", {"yes": True}, default=False),
        )
        self.done(fields)
        return found

    def rate_set(self, fields: Fields) -> RateSet:
        id_ = fields.id()
        groups = {f.word("group") for f in self.entries["traits"]} - {""}
        times: dict[str, Fraction] = {}
        for key, node in fields.pairs("times"):
            times[key.text] = rate_of(fields, node, key.text)
            if key.text not in groups:
                hint = fields.suggest(key.text, groups)
                fields.report("P605", f"no trait is in the group '{key.text}'", key.location, hint)
        found = RateSet(
            id=id_, title=fields.text("title", required=True), doubt=rate(fields, "doubt"),
            times=times,
        )  # fmt: skip
        self.done(fields)
        return found

    def factor(self, fields: Fields) -> Factor:
        id_ = fields.id()
        levels = []
        for entry in unique(fields.entries("levels", required=True)):
            share, times = rate(entry, "share"), number(entry, "times")
            levels.append(FactorLevel(id=entry.id(), share=share, times=times))
            entry.done()
        check_total(fields, (level.share for level in levels), "the shares of the levels")
        mean = (level.share * level.times for level in levels)
        check_total(fields, mean, "the levels, each times its share,")
        self.done(fields)
        self.add(_choice_question(id_, [level.id for level in levels]))
        return Factor(id=id_, levels=tuple(levels))

    def trait(self, fields: Fields) -> Trait:
        question = _trait_question(fields)
        trait = Trait(
            question=question,
            group=fields.text("group"),
            factor=known(fields, "factor", self.names["factors"], "factor"),
            rates=tuple(
                self.rates(entry, question) for entry in fields.entries("rates", required=True)
            ),
        )
        ends = not trait.rates or isinstance(trait.rates[-1].when, Always)
        if question.kind == NUMBER and not ends:
            message = f"'{question.id}' has no number for those whom no entry fits"
            fields.report("P606", message, fields.location, "give the last entry no 'when'")
        fields.done()
        self.add(question)
        return trait

    def rates(self, fields: Fields, question: Question) -> Rates:
        when = fields.condition("when", self.symbols)
        shares: list[tuple[Fraction, range]] = []
        if question.kind == YES_NO:
            shares.append((rate(fields, "rate"), range(1, 2)))
        for key, node in fields.pairs("shares", required=question.kind != YES_NO):
            share = rate_of(fields, node, key.text)
            places = _places(question, key.text)
            if not places:
                message = f"'{key.text}' is no value of '{question.id}' to give a share"
                hint = "everybody else has the first" if question.kind == ONE_OF else ""
                fields.report("P606", message, key.location, hint)
            shares.append((share, places))
        total = sum((share for share, _ in shares), start=Fraction(0))
        if question.kind == NUMBER or (question.kind == ONE_OF and total > 1):
            check_total(fields, [total], "these shares")
        is_scaled = fields.one_of("scaled", {"no": False}, default=True)
        self.done(fields)
        return Rates(when=when, is_scaled=is_scaled, shares=tuple(shares))

    def flags(self) -> tuple[NamedFact, ...]:
        entries = self.entries["flags"]
        for fields in entries[_MOST_FLAGS:]:
            message = f"at most {_MOST_FLAGS} warning signs are counted"
            fields.report("P606", message, fields.location)
        return read_each(entries[:_MOST_FLAGS], partial(read_entry, NamedFact), self.symbols)

    def group(self, fields: Fields) -> Group:
        found = Group(
            id=fields.id(), title=fields.text("title", required=True),
            when=fields.condition("when", self.symbols, required=True),
        )  # fmt: skip
        fields.done()
        return found

    def done(self, fields: Fields) -> None:
        """Check the source of an entry, and that every key was read."""
        check_source(fields, self.names["sources"])
        fields.done()


def _trait_question(fields: Fields) -> Question:
    id_ = fields.id()
    kind = fields.one_of("kind", {k: k for k in (YES_NO, ONE_OF, NUMBER)}, YES_NO, required=True)
    if kind == ONE_OF:
        return _choice_question(id_, fields.texts("values", required=True))
    if kind == YES_NO:
        return unasked(id_, kind)
    least, most = fields.whole("min", required=True), fields.whole("max", required=True)
    if not least < most < least + _MOST_VALUES:
        message = f"'max' is 1 to {_MOST_VALUES - 1} above 'min'"
        fields.report("P606", message, fields.location)
    return unasked(id_, kind, unit=fields.text("unit"), least=least, most=max(least + 1, most))


def _choice_question(id_: str, values: list[str] | tuple[str, ...]) -> Question:
    choices = tuple(Choice(id=value, text=value, short=value) for value in values)
    return unasked(id_, ONE_OF, choices=choices)


def values_of(question: Question) -> tuple[bool | str, ...]:
    """Return the values of a trait that is no number: a person's is one by its position."""
    if question.kind == YES_NO:
        return False, True
    return tuple(choice.id for choice in question.choices)


def _places(question: Question, word: str) -> range:
    """Return the positions of the values that a word stands for; of a choice not the first."""
    if question.kind == NUMBER:
        band = _BAND.fullmatch(word)
        if band is None:
            return range(0)
        first, last = int(band.group(1)), int(band.group(2) or band.group(1))
        within = question.least <= first <= last <= question.most
        return range(first - question.least, last - question.least + 1) if within else range(0)
    ids = [choice.id for choice in question.choices]
    place = ids.index(word) if word in ids else 0
    return range(place, place + 1) if place else range(0)


def _program(
    id_: str, questions: tuple[Question, ...], facts: tuple[NamedFact, ...],
    sources: tuple[Evidence, ...], traits: tuple[Trait, ...],
) -> Program:  # fmt: skip
    """Return a program that has no rule: it decides conditions over the traits."""
    protocol = Protocol(
        id=id_, version="", title="", effective="", review_due="", reviewed_by=None, about="",
        disclaimer="", emergency_line="", sections=(), levels=(), questions=questions,
        facts=facts, evidence=sources,
    )  # fmt: skip
    program = build_program(protocol, digest="none")
    # The kernel evaluates all conditions up to the one that is asked for, in this order. So no
    # trait is read before it is drawn, whatever is asked for later.
    for trait in traits:
        for rates in trait.rates:
            program.plan.slot(rates.when)
    return program
