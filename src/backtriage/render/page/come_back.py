"""What to come back for: a short list out of the whole safety net, worst first.

The whole net can hold fifty sentences, and nobody reads fifty. Each heading gets its share,
and within a heading each area of questions is heard once before any is heard twice. When
signs of an emergency are left out, the protocol's own emergency line stands beside the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice, zip_longest
from typing import Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from backtriage.decide.assessment import Assessment
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.evaluate import T as TRUE
from backtriage.decide.safety_net import ComeBack
from backtriage.protocol.dependencies import unfold
from backtriage.render.page.page import Block
from backtriage.render.page.phrasing import RECORD, pluralise
from backtriage.terms.condition import (
    ATOMS,
    All,
    Any,
    Condition,
    Fact,
    Includes,
    Scores,
    Yes,
)
from backtriage.terms.urgency import Urgency

T = TypeVar("T")

MOST: Final = 8
"""How many sentences a page shows."""


class _Sign(Struct, frozen=True, kw_only=True):
    """One sentence to come back for."""

    text: str
    area: int
    """Where the first question of its rule that can change stands in asking order."""
    row: int
    """Where the item meant stands in that question's list."""
    is_joint: bool
    """Whether it takes several findings at once. A plain sign is easier to know."""
    is_emergency: bool


def come_back_blocks(a: Assessment) -> tuple[Block, ...]:
    """One list for each heading."""
    every = _by_heading(a)
    chosen = _chosen(every)
    blocks = [_block(a, heading, every[heading], chosen[heading]) for heading in every]
    left = sum(map(len, every.values())) - sum(map(len, chosen.values()))
    if left:
        more = f"{pluralise(left, 'more sign stands', 'more signs stand')} in {RECORD}."
        blocks[-1] = replace(blocks[-1], closing=(*blocks[-1].closing, more))
    return tuple(blocks)


def _block(a: Assessment, heading: str, every: list[_Sign], chosen: list[_Sign]) -> Block:
    is_cut = any(sign.is_emergency for sign in every if sign not in chosen)
    closing = (a.words.fill(a.program.protocol.emergency_line),) if is_cut else ()
    return Block(heading=f"{heading}:", items=tuple(s.text for s in chosen), closing=closing)


def _by_heading(a: Assessment) -> dict[str, list[_Sign]]:
    """The signs under each heading, worst first; an equal sentence is said once, where worst."""
    found: dict[str, list[_Sign]] = {}
    heard: set[str] = set()
    evaluation = Evaluation(a.program, a.answers)
    for entry in a.come_back:
        text = a.words.fill(entry.rule.come_back)
        if text and text not in heard:
            heard.add(text)
            found.setdefault(_heading(a, entry), []).append(_sign(evaluation, entry, text))
    return found


def _heading(a: Assessment, entry: ComeBack) -> str:
    level = a.program.levels[entry.urgency]
    return a.words.fill(level.come_back_heading or level.headline)


def _sign(evaluation: Evaluation, entry: ComeBack, text: str) -> _Sign:
    program = evaluation.program
    is_emergency = entry.urgency is Urgency.EMERGENCY
    atoms = [
        Yes(program.scores[leaf.score].points[0].question) if isinstance(leaf, Scores) else leaf
        for leaf in unfold(entry.rule.when, program.facts)
    ]
    # What can come to hold is something that can change.
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
        is_emergency=is_emergency,
    )


def _is_joint(evaluation: Evaluation, condition: Condition) -> bool:
    """What is true of this person already need not come on top."""
    if isinstance(condition, Fact):
        return _is_joint(evaluation, evaluation.program.facts[condition.fact])
    if isinstance(condition, Any):
        return any(_is_joint(evaluation, part) for part in condition.of)
    if isinstance(condition, All):
        lacking = [part for part in condition.of if evaluation.interval(part)[0] != TRUE]
        return len(lacking) > 1 or any(_is_joint(evaluation, part) for part in lacking)
    return not isinstance(condition, ATOMS)


def _chosen(every: Mapping[str, list[_Sign]]) -> dict[str, list[_Sign]]:
    """At most `MOST` signs, dealt out over the headings."""
    hands = [[(heading, sign) for sign in _by_area(signs)] for heading, signs in every.items()]
    chosen: dict[str, list[_Sign]] = {heading: [] for heading in every}
    for heading, sign in islice(_dealt(hands), MOST):
        chosen[heading].append(sign)
    return chosen


def _by_area(signs: Iterable[_Sign]) -> Iterator[_Sign]:
    """Plain signs first; areas in asking order, rows in theirs: the worst is asked first."""
    areas: dict[tuple[bool, int], list[_Sign]] = {}
    for sign in sorted(signs, key=lambda sign: (sign.is_joint, sign.area, sign.row)):
        areas.setdefault((sign.is_joint, sign.area), []).append(sign)
    plain = [signs for (is_joint, _), signs in areas.items() if not is_joint]
    joint = [signs for (is_joint, _), signs in areas.items() if is_joint]
    return chain(_dealt(plain), _dealt(joint))


def _dealt(hands: Iterable[list[T]]) -> Iterator[T]:
    """One of each in turn, until all are empty."""
    for turn in zip_longest(*hands):
        yield from (card for card in turn if card is not None)
