"""How the answers of one person to two major versions go together, by `migrations.yaml`.

Three relations between sheets, each as formulas over a paired domain and within the next. Where
*heard*, whoever said yes says yes again, and is asked. Where *alike*, a new question may not be
asked, although the answer would be the same. *Known* are all pairs of sheets that the table
allows: a new question that asks for more may have a yes where the old one had none, and whoever
`unless` describes may say no. A question that the table says nothing about may have any answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from backtriage.compare.paired_domain import PairedDomain
from backtriage.exchange.migration_table import NARROWER, PART, SAME, WIDER, Migration
from backtriage.program.program import Program
from backtriage.prove.circuit import TRUE, Formula
from backtriage.prove.domain import Assignment, Band, Variable
from backtriage.prove.dual_rail import DualRail
from backtriage.prove.outcomes import SymbolicProgram
from backtriage.terms.condition import Atom, Includes, Is, Yes
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """An entry of the table whose questions these versions have."""

    entry: Migration
    old: tuple[Variable, ...]
    """Those that the old version asks about."""
    new: Variable
    is_whole: bool
    """Whether these are all: otherwise only a yes says something."""
    said: DualRail
    """That one of them was a yes, if that is a thing to say."""


class AnswerLinks:
    """The links between the answers to two versions."""

    def __init__(
        self, domain: PairedDomain, new: SymbolicProgram, table: Sequence[Migration]
    ) -> None:
        """Encode the links.

        Args:
            domain: Both versions.
            new: The new one, in the circuit of both.
            table: What old answers say about new questions, as the new version has it.
        """
        self._circuit = new.circuit
        self._new = new
        self._old_domain, self._new_domain = domain.domains
        self._links = tuple(self._find(table))
        self.alike: list[Formula] = []
        """True of the sheets of somebody who would give the same answers again."""
        self.known: list[Formula] = []
        """True of the sheets of anybody."""
        for link in self._links:
            self._encode(link)
        self._encode_parts()
        self.heard = [*self.alike, *map(self._is_heard, self._links)]
        """True of the sheets of somebody who gives the same answers again."""

    @property
    def groups(self) -> Iterator[Sequence[int]]:
        """The variables that each link joins, for their order in diagrams."""
        for link in self._links:
            yield [link.new.index, *(old.index for old in link.old)]
            yield [link.new.index, *(variable.index for variable, _ in self._also(link))]

    def withdrawn(self, assignment: Assignment) -> tuple[str, ...]:
        """Return who says less now, in words, as far as that is so in a pair of sheets."""
        return tuple(dict.fromkeys(
            link.entry.unless
            for link in self._links
            if link.entry.unless
            and any(
                self._circuit.evaluate(before, assignment)
                and not self._circuit.evaluate(now, assignment)
                for before, now in zip(link.said, self._rail(link.new), strict=True)
            )
        ))  # fmt: skip

    def unasked(self, assignment: Assignment) -> tuple[str, ...]:
        """Return the new questions that would be answered with a yes, and are not asked."""
        return tuple(dict.fromkeys(
            link.entry.question
            for link in self._links
            if not self._circuit.evaluate(self._is_heard(link), assignment)
        ))  # fmt: skip

    def _is_heard(self, link: _Link) -> Formula:
        """Encode that a new question is asked of whoever has something to say to it."""
        asked = self._new.complete.guard(link.entry.question).lo.maybe
        return self._if(self._rail(link.new).maybe, asked) if self._is_thing(link) else TRUE

    def _is_thing(self, link: _Link) -> bool:
        """Return whether a link is about something that is true or not."""
        questions = self._new_domain.program.questions
        return questions[link.entry.question].kind in {YES_NO, SOME_OF}

    def _find(self, table: Sequence[Migration]) -> Iterator[_Link]:
        for entry in table:
            if entry.question in self._old_domain.program.questions:
                continue  # the answer to the question itself says all
            named = [(variable, item) for question, item in entry.was
                     if (variable := self._variable(question, item)) is not None]  # fmt: skip
            if named:
                rails = [self._rail(variable, item) for variable, item in named]
                yield _Link(
                    entry=entry, old=tuple(variable for variable, _ in named),
                    new=self._new_domain.variable(entry.question, entry.item),
                    is_whole=len(named) == len(entry.was),
                    said=DualRail(*map(self._circuit.disjoin, *rails)),
                )  # fmt: skip

    def _variable(self, question: str, item: str) -> Variable | None:
        """Return the variable of an answer that the old version may have."""
        asked = self._old_domain.program.questions.get(question)
        if asked is None or (item and all(choice.id != item for choice in asked.choices)):
            return None
        return self._old_domain.variable(question, item if asked.kind == SOME_OF else "")

    def _rail(self, variable: Variable, choice: str = "") -> DualRail:
        """Encode that a yes/no or an item is a yes, or that a choice was made."""
        yes = [at for at, v in enumerate(variable.values) if v is True or (choice and v == choice)]
        unsure = [at for at, value in enumerate(variable.values) if value is NOT_SURE]
        literal = self._circuit.literal
        return DualRail(literal(variable.index, yes), literal(variable.index, yes + unsure))

    def _encode(self, link: _Link) -> None:
        if self._is_thing(link):
            self._encode_truth(link)
        else:
            self._encode_values(link)

    def _encode_truth(self, link: _Link) -> None:
        """Link one thing that is true or not."""
        entry, (then, perhaps), (now, may) = link.entry, link.said, self._rail(link.new)
        yes, no = self._if(then, now), [self._if(-perhaps, -may)] if link.is_whole else []
        doubt = [self._if(perhaps, may)] if NOT_SURE in link.new.values else []
        surer = [self._if(-then, -now)] if doubt and link.is_whole else []
        self._encode_also(link)
        if entry.how in {PART, NARROWER}:
            self.alike += no
            self.known += no
            return
        self.alike += [yes, *no, *doubt, *surer]
        self.known += [*no, *surer] if entry.how == SAME else []
        if not entry.unless:
            self.known += [yes, *doubt]
        elif entry.then:
            others = [self._new.complete.encode(self._atom(*name)).lo for name in entry.then]
            self.known.append(
                self._if(then, self._circuit.disjoin(now, *(o.surely for o in others)))
            )
            maybe = self._circuit.disjoin(may, *(o.maybe for o in others))
            # Where the question takes no doubt, somebody in doubt may say anything.
            self.known += [self._if(perhaps, maybe)] if NOT_SURE in link.new.values else []

    def _encode_also(self, link: _Link) -> None:
        """Encode what somebody says as well who says yes to the new question."""
        now, may = self._rail(link.new)
        for variable, item in self._also(link):
            surely, maybe = self._rail(variable, item)
            both = [self._if(now, surely), self._if(may, maybe)]
            self.alike += both
            self.known += both

    def _also(self, link: _Link) -> Iterator[tuple[Variable, str]]:
        """Yield the variables of what somebody says as well, with the choice of each."""
        for question, item in link.entry.also:
            is_item = self._new_domain.program.questions[question].kind == SOME_OF
            yield self._new_domain.variable(question, item if is_item else ""), item

    def _if(self, condition: Formula, formula: Formula) -> Formula:
        return self._circuit.disjoin(-condition, formula)

    def _atom(self, question: str, item: str) -> Atom:
        if not item:
            return Yes(question)
        is_choice = self._new_domain.program.questions[question].kind == ONE_OF
        return Is(question, (item,)) if is_choice else Includes(question, item)

    def _encode_values(self, link: _Link) -> None:
        """Link a choice or a number: for each old answer, which new ones there may be."""
        (old,), new, entry = link.old, link.new, link.entry
        renamed = dict(entry.choices)
        images = [renamed.get(v, v) if isinstance(v, str) else v for v in old.values]
        fresh = [at for at, value in enumerate(new.values)
                 if value is not NOT_SURE and value not in images]  # fmt: skip
        for index, image in enumerate(images):
            same = [at for at, value in enumerate(new.values) if _is_same(image, value)]
            if not same or not self._is_accepted(entry, image):
                continue  # it says nothing
            given = self._circuit.literal(old.index, [index])
            is_wider = entry.how == WIDER and (
                not entry.widened or old.values[index] in entry.widened
            )
            more = fresh if is_wider and image is not NOT_SURE else []
            self.alike.append(self._if(given, self._circuit.literal(new.index, same)))
            if not entry.unless:
                self.known.append(self._if(given, self._circuit.literal(new.index, same + more)))

    def _is_accepted(self, entry: Migration, answer: Value | Band) -> bool:
        """Return whether the new question takes an answer, or all numbers of a band.

        Numbers say nothing to a question with other steps.
        """
        if not isinstance(answer, Band):
            return True
        ((id_, _),) = entry.was
        old = self._old_domain.program.questions[id_]
        new = self._new_domain.program.questions[entry.question]
        is_stepwise = old.step == new.step and (old.least - new.least) % Decimal(new.step) == 0
        return is_stepwise and new.least <= answer.least and answer.most <= new.most

    def _encode_parts(self) -> None:
        """Of a yes that said several things at once, at least one is true.

        Of a doubt nothing is said: that would be true as well, and takes minutes to compare.
        """
        parts: dict[tuple[str, str], list[Formula]] = defaultdict(list)
        for link in self._links:
            for name in link.entry.was if link.entry.how == PART else ():
                parts[name].append(self._rail(link.new).surely)
        for (question, item), formulas in parts.items():
            variable = self._variable(question, item)
            if variable is not None and len(formulas) > 1:  # where it is one, the rest is not here
                one = self._if(self._rail(variable, item).surely, self._circuit.disjoin(*formulas))
                self.alike.append(one)
                self.known.append(one)


def joined_numbers(
    old: Program, new: Program, table: Sequence[Migration]
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """Yield the old and the new question of each link between numbers."""
    for entry in table:
        before = old.questions.get(entry.was[0][0])
        is_number = new.questions[entry.question].kind == NUMBER
        if is_number and before is not None and entry.question not in old.questions:
            yield before.id, entry.question


def _is_same(old: Value | Band, new: Value | Band) -> bool:
    """Return whether two answers may be the same; bands are, if they overlap."""
    if isinstance(old, Band) and isinstance(new, Band):
        return old.least <= new.most and new.least <= old.most
    return old is new or old == new
