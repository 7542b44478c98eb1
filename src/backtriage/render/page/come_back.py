"""When to come back: the lines of the safety net, and a selection of the signs without a line.

A protocol with fifty signs says them in a few lines, all of which are shown, most urgent first;
a saved page has every sign in a sentence of its own as well.

Of signs without a line there can be too many to read. The selection takes some from each heading
in turn, and within a heading from each area of questions in turn. If signs of an emergency are
left out, the protocol's own emergency line follows the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby, islice, zip_longest
from operator import attrgetter
from typing import Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from backtriage.decide.assessment import Assessment
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import T as TRUE
from backtriage.decide.reasons import ComeBack
from backtriage.protocol.dependencies import unfold
from backtriage.render.page.page import Block
from backtriage.render.page.phrasing import RECORD, pluralise
from backtriage.terms.condition import ATOMS, All, Any, Condition, Fact, Includes, Scores, Yes
from backtriage.terms.urgency import Urgency

T = TypeVar("T")

MAX_SIGNS: Final = 8
"""How many signs a page shows that stand in no line."""

MAX_BESIDE_LINES: Final = 3
"""The same, below the lines of a safety net."""


class _Sign(Struct, frozen=True, kw_only=True):
    text: str
    area: int
    """The position of the first question of its rule that can change."""
    row: int
    """The position of the item in the list of that question."""
    is_joint: bool
    """Whether it requires several findings at once, which are harder to notice."""
    is_emergency: bool


def come_back_blocks(a: Assessment) -> tuple[Block, ...]:
    """Return one list for each heading: first the lines, then signs that stand in none."""
    every = _by_heading(a)
    lines = _lines(a)
    selected = _select(every, MAX_BESIDE_LINES if lines else MAX_SIGNS)
    blocks = [
        _block(a, heading, lines.get(heading, ()), every.get(heading, []),
               selected.get(heading, []))
        for heading in sorted({**lines, **every}, key=_order(a))
    ]  # fmt: skip
    rest = sum(map(len, every.values())) - sum(map(len, selected.values()))
    if rest:
        more = f"{pluralise(rest, 'more sign stands', 'more signs stand')} in {RECORD}."
        blocks[-1] = replace(blocks[-1], closing=(*blocks[-1].closing, more))
    return tuple(blocks)


def come_back_in_full(a: Assessment) -> tuple[Block, ...]:
    """Return, for each heading, every sentence for which a line stands."""
    texts: dict[str, dict[str, None]] = {}
    for entry in a.come_back:
        if entry.line:
            heading = heading_of(a, entry.rule.urgency)
            texts.setdefault(heading, {})[a.words.fill(entry.rule.come_back)] = None
    return tuple(
        Block(heading=f"{heading}, in full:", items=tuple(own)) for heading, own in texts.items()
    )


def signs_off_the_card(a: Assessment) -> tuple[Block, ...]:
    """Return, for each heading, the sentence of every sign that the card has no sentence of.

    It has those of an emergency and of today that stand in no line. A sentence for several rules
    stands under the most urgent heading.
    """
    urgencies: dict[str, Urgency] = {}
    for entry in a.come_back:
        urgency = entry.rule.urgency if entry.line else entry.urgency
        text = a.words.fill(entry.rule.come_back)
        if text and (entry.line or urgency < Urgency.SAME_DAY):
            urgencies[text] = max(urgency, urgencies.get(text, urgency))
    return tuple(
        Block(
            heading=f"{heading_of(a, urgency)}:",
            items=tuple(text for text, highest in urgencies.items() if highest is urgency),
        )
        for urgency in sorted(set(urgencies.values()), reverse=True)
    )


def heading_of(a: Assessment, urgency: Urgency) -> str:
    """Return the words above what would mean help at an urgency."""
    level = a.program.levels[urgency]
    return a.words.fill(level.come_back_heading or level.headline)


def _order(a: Assessment) -> Callable[[str], int]:
    """Return the key that sorts headings, most urgent first."""
    headings = [heading_of(a, urgency) for urgency in sorted(Urgency, reverse=True)]
    return headings.index


def _lines(a: Assessment) -> dict[str, tuple[str, ...]]:
    lines: dict[str, tuple[str, ...]] = {}
    for line in a.net:
        heading = heading_of(a, line.group.urgency)
        lines[heading] = (*lines.get(heading, ()), a.words.fill(line.group.text))
    return lines


def _block(
    a: Assessment, heading: str, lines: tuple[str, ...], every: list[_Sign], selected: list[_Sign]
) -> Block:  # fmt: skip
    omits_emergency = any(sign.is_emergency for sign in every if sign not in selected)
    closing = (a.words.fill(a.program.protocol.emergency_line),) if omits_emergency else ()
    items = (*lines, *(sign.text for sign in selected))
    return Block(heading=f"{heading}:", items=items, closing=closing)


def _by_heading(a: Assessment) -> dict[str, list[_Sign]]:
    """Group signs without a line by heading; a repeated sentence is kept only once."""
    signs: dict[str, list[_Sign]] = {}
    texts: set[str] = set()
    evaluation = Evaluation(a.program, a.answers)
    for entry in a.come_back:
        text = a.words.fill(entry.rule.come_back)
        if text and text not in texts and not entry.line:
            texts.add(text)
            signs.setdefault(heading_of(a, entry.urgency), []).append(
                _sign(evaluation, entry, text)
            )
    return signs


def _sign(evaluation: Evaluation, entry: ComeBack, text: str) -> _Sign:
    program = evaluation.program
    atoms = [
        Yes(program.scores[leaf.score].points[0].question) if isinstance(leaf, Scores) else leaf
        for leaf in unfold(entry.rule.when, program.facts)
    ]
    # The sign is about the first thing that can still change.
    atom = next((a for a in atoms if program.questions[a.question].can_change), atoms[0])
    row = 0
    if isinstance(atom, Includes):
        ids = [choice.id for choice in program.questions[atom.question].choices]
        row = ids.index(atom.item)
    return _Sign(
        text=text,
        area=program.order[atom.question],
        row=row,
        is_joint=_is_joint(evaluation, entry.rule.when),
        is_emergency=entry.urgency is Urgency.EMERGENCY,
    )


def _is_joint(evaluation: Evaluation, condition: Condition) -> bool:
    """Whether a sign needs several findings in addition to those that are already true."""
    if isinstance(condition, Fact):
        return _is_joint(evaluation, evaluation.program.facts[condition.fact])
    if isinstance(condition, Any):
        return any(_is_joint(evaluation, part) for part in condition.of)
    if isinstance(condition, All):
        lacking = [part for part in condition.of if evaluation.interval(part)[0] != TRUE]
        return len(lacking) > 1 or any(_is_joint(evaluation, part) for part in lacking)
    return not isinstance(condition, ATOMS)


def _select(every: Mapping[str, list[_Sign]], most: int) -> dict[str, list[_Sign]]:
    """Select some signs at most, taking turns between headings."""
    queues = [[(heading, sign) for sign in _by_area(signs)] for heading, signs in every.items()]
    selected: dict[str, list[_Sign]] = {heading: [] for heading in every}
    for heading, sign in islice(_round_robin(queues), most):
        selected[heading].append(sign)
    return selected


def _by_area(signs: Iterable[_Sign]) -> Iterator[_Sign]:
    """Order signs: single findings first, then by asking order, taking turns between areas."""
    ordered = sorted(signs, key=attrgetter("is_joint", "area", "row"))
    for _, group in groupby(ordered, key=attrgetter("is_joint")):
        yield from _round_robin([*area] for _, area in groupby(group, key=attrgetter("area")))


def _round_robin(queues: Iterable[list[T]]) -> Iterator[T]:
    for turn in zip_longest(*queues):
        yield from (item for item in turn if item is not None)
