"""The answers of one person to two versions of a protocol, as one domain.

An answer that both versions accept is given to both. A question, or an item of a list, that only
one version asks is invisible to the other. An answer that only one version accepts (a choice it
added, "not sure" where the other allows no doubt) does not say what the person would answer to
the other, so it is combined with every answer there: such a pair is *mismatched*, and reported
separately. A version clamps a number to its range and rounds it down to one of its steps. A
question of another kind or unit is a different question, whatever its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import gcd, prod
from typing import TypeAlias

from msgspec.structs import replace

from backtriage.program.program import Program
from backtriage.protocol.protocol import Protocol, Question
from backtriage.prove.circuit import Circuit, Formula
from backtriage.prove.domain import Band, Domain, Variable, band_starts, bands, values_by_item
from backtriage.terms.value import NOT_SURE, NUMBER, Value

PairedQuestion: TypeAlias = tuple[Question | None, Question | None]
"""A question in the old and in the new version; None where it is not asked."""

BandStarts: TypeAlias = Mapping[str, set[Decimal]]
"""For each question, the numbers at which a band starts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedValue:
    """A value of a variable."""

    read: tuple[Value | Band | None, Value | Band | None]
    """What each version reads; None where it does not ask."""
    weight: int = 1
    """The number of answers that it represents."""
    is_mismatched: bool = False


class PairedDomain:
    """The variables of two versions together, and the domain of each version over them."""

    def __init__(
        self, old: Program, new: Program, joined: Iterable[tuple[str, str]] = ()
    ) -> None:  # fmt: skip
        """Declare a variable for each question or item, with every pair of answers.

        Args:
            old: The old version.
            new: The new version.
            joined: Old and new questions about the same number, which get the same bands.
        """
        self.variables: list[Variable] = []
        self.weights: list[tuple[int, ...]] = []
        """For each variable, the weights of its values."""
        self.mismatched: dict[int, frozenset[int]] = {}
        """The values of a variable that are mismatched, where there are any."""
        self.questions: list[tuple[PairedQuestion, tuple[Variable, ...]]] = []
        """Each question with its variables, in asking order."""
        own: tuple[list[Variable], list[Variable]] = ([], [])
        starts = band_starts((old,)), band_starts((new,))
        for names in joined:
            _join_bands((old, new), names, starts)
        for paired in pair_questions(old.protocol, new.protocol):
            first = len(self.variables)
            for item, values in pair_answers(paired, starts):
                self._declare(either(paired).id, item, values, own)
            self.questions.append((paired, tuple(self.variables[first:])))
        self.domains = Domain(old, variables=own[0]), Domain(new, variables=own[1])

    def _declare(
        self, question: str, item: str, values: Sequence[PairedValue],
        own: tuple[list[Variable], list[Variable]],
    ) -> None:  # fmt: skip
        index = len(self.variables)
        for version, variables in enumerate(own):
            read = tuple(v for value in values if (v := value.read[version]) is not None)
            if read:
                variable = Variable(index=index, question=question, item=item, values=read)
                variables.append(variable)
        self.variables.append(variable)  # as the new version reads it, if it does
        self.weights.append(tuple(value.weight for value in values))
        mismatched = frozenset(i for i, value in enumerate(values) if value.is_mismatched)
        if mismatched:
            self.mismatched[index] = mismatched

    def count(self, *, mismatched: bool) -> int:
        """Return the number of sheets, or of pairs of sheets with a mismatched answer."""
        pairs = prod(map(sum, self.weights))
        sheets = prod(
            sum(weights) - sum(weights[value] for value in self.mismatched.get(index, ()))
            for index, weights in enumerate(self.weights)
        )
        return pairs - sheets if mismatched else sheets

    def matched(self, circuit: Circuit) -> Formula:
        """Encode that no answer is mismatched."""
        return circuit.conjoin(*[-circuit.literal(v, own) for v, own in self.mismatched.items()])


def either(paired: PairedQuestion) -> Question:
    """Return a question as the new version asks it, if it does."""
    old, new = paired
    question = new or old
    assert question is not None  # noqa: S101 - some version asks it
    return question


def pair_questions(old: Protocol, new: Protocol) -> tuple[PairedQuestion, ...]:
    """Return the questions of both versions in asking order, removed ones where they were."""
    unpaired = {(q.id, q.kind, q.unit): q for q in old.questions}
    pairs: list[PairedQuestion] = [
        (unpaired.pop((q.id, q.kind, q.unit), None), q) for q in new.questions
    ]  # fmt: skip
    position = 0
    for question in old.questions:
        if question in unpaired.values():
            pairs.insert(position, (question, None))
        else:
            position = next(i for i, (paired, _) in enumerate(pairs) if paired == question)
        position += 1
    return tuple(pairs)


def pair_answers(
    paired: PairedQuestion, starts: tuple[BandStarts, BandStarts]
) -> Iterator[tuple[str, list[PairedValue]]]:
    """Yield the values of each item of a question; the item is "" unless it is a list."""
    id_ = either(paired).id
    if either(paired).kind == NUMBER:
        own = [s.get(id_, set()) for question, s in zip(paired, starts, strict=True) if question]
        yield "", list(_pair_numbers(paired, set[Decimal]().union(*own)))
        return
    old, new = (dict(values_by_item(question, set())) if question else {} for question in paired)
    for item in dict.fromkeys((*new, *old)):
        yield item, list(_pair_values(old.get(item, ()), new.get(item, ())))


def _pair_values(
    old: Sequence[Value | Band], new: Sequence[Value | Band]
) -> Iterator[PairedValue]:  # fmt: skip
    """Yield the shared values, then each unshared value with every value of the other version."""
    if not old or not new:
        yield from (PairedValue(read=(value, None)) for value in old)
        yield from (PairedValue(read=(None, value)) for value in new)
        return
    yield from (PairedValue(read=(value, value)) for value in new if value in old)
    for before in old:
        for after in new:
            if before not in new or after not in old:
                yield PairedValue(read=(before, after), is_mismatched=True)


# -- numbers ----------------------------------------------------------------------------------


def _join_bands(
    programs: tuple[Program, Program], names: tuple[str, str],
    starts: tuple[dict[str, set[Decimal]], dict[str, set[Decimal]]],
) -> None:  # fmt: skip
    """Let the bands of two questions start at the same numbers, and at the ends of both ranges."""
    questions = [p.questions[name] for p, name in zip(programs, names, strict=True)]
    shared = {Decimal(question.least) for question in questions}
    shared |= {question.most + Decimal(question.step) for question in questions}
    shared = shared.union(*(s.get(name, ()) for s, name in zip(starts, names, strict=True)))
    for each, name in zip(starts, names, strict=True):
        each[name] = shared


def _pair_numbers(paired: PairedQuestion, starts: set[Decimal]) -> Iterator[PairedValue]:
    """Yield bands that neither version splits, in the finest steps of both; then "not sure"."""
    old, new = paired
    questions = [question for question in paired if question]
    hull = _hull(questions)
    step = Decimal(hull.step)
    edges = {Decimal(question.least) for question in questions}
    edges |= {hull.least + ((q.most - hull.least) // step + 1) * step for q in questions}
    every_band = list(bands(hull, starts | edges))

    def value(
        before: Value | Band | None, after: Value | Band | None, band: Band, *, mismatched: bool
    ) -> PairedValue:
        weight = int((band.most - band.least) / step) + 1
        return PairedValue(read=(before, after), weight=weight, is_mismatched=mismatched)

    for band in every_band:
        is_outside = not all(_accepts(question, band) for question in questions)
        yield value(_clamp(old, band), _clamp(new, band), band, mismatched=is_outside)
    if all(question.allows_not_sure for question in questions):
        yield PairedValue(read=(NOT_SURE if old else None, NOT_SURE if new else None))
    elif old and new:
        for band in every_band:
            if old.allows_not_sure and _accepts(new, band):
                yield value(NOT_SURE, _clamp(new, band), band, mismatched=True)
            if new.allows_not_sure and _accepts(old, band):
                yield value(_clamp(old, band), NOT_SURE, band, mismatched=True)


def _hull(questions: Sequence[Question]) -> Question:
    """Return a question that accepts every number that one of these does."""
    least = min(question.least for question in questions)
    offsets = [Decimal(question.least - least) for question in questions]
    steps = [*offsets, *(Decimal(question.step) for question in questions)]
    places = max(-int(step.as_tuple().exponent) for step in steps)
    step = Decimal(gcd(*(int(step.scaleb(places)) for step in steps))).scaleb(-places)
    most = max(question.most for question in questions)
    return replace(questions[0], least=least, most=most, step=str(step))


def _accepts(question: Question, band: Band) -> bool:
    """Return whether a band is in the range of a question; no band crosses an end of it."""
    return question.least <= band.least and band.most <= question.most


def _clamp(question: Question | None, band: Band) -> Band | None:
    """Return the numbers that a question reads for those of a band."""
    if question is None:
        return None
    step = Decimal(question.step)
    least, most = (
        question.least
        + (min(max(number, Decimal(question.least)), Decimal(question.most)) - question.least)
        // step * step
        for number in (band.least, band.most)
    )  # fmt: skip
    return Band(least=least, most=most)
