"""When to come back: a short selection from the safety net, most urgent first.

The whole net can hold fifty sentences, too many to read. So the selection takes signs from each
heading in turn, and within a heading from each area of questions in turn. If signs of an
emergency are left out, the protocol's own emergency line follows the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
"""How many signs a page shows."""


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
    """Return one list for each heading."""
    every = _by_heading(a)
    selected = _select(every)
    blocks = [_block(a, heading, every[heading], selected[heading]) for heading in every]
    rest = sum(map(len, every.values())) - sum(map(len, selected.values()))
    if rest:
        more = f"{pluralise(rest, 'more sign stands', 'more signs stand')} in {RECORD}."
        blocks[-1] = replace(blocks[-1], closing=(*blocks[-1].closing, more))
    return tuple(blocks)


def _block(a: Assessment, heading: str, every: list[_Sign], selected: list[_Sign]) -> Block:
    omits_emergency = any(sign.is_emergency for sign in every if sign not in selected)
    closing = (a.words.fill(a.program.protocol.emergency_line),) if omits_emergency else ()
    return Block(heading=f"{heading}:", items=tuple(s.text for s in selected), closing=closing)


def _by_heading(a: Assessment) -> dict[str, list[_Sign]]:
    """Group signs by heading, most urgent first; a repeated sentence is kept only once."""
    signs: dict[str, list[_Sign]] = {}
    texts: set[str] = set()
    evaluation = Evaluation(a.program, a.answers)
    for entry in a.come_back:
        text = a.words.fill(entry.rule.come_back)
        if text and text not in texts:
            texts.add(text)
            level = a.program.levels[entry.urgency]
            heading = a.words.fill(level.come_back_heading or level.headline)
            signs.setdefault(heading, []).append(_sign(evaluation, entry, text))
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


def _select(every: Mapping[str, list[_Sign]]) -> dict[str, list[_Sign]]:
    """Select at most `MAX_SIGNS` signs, taking turns between headings."""
    queues = [[(heading, sign) for sign in _by_area(signs)] for heading, signs in every.items()]
    selected: dict[str, list[_Sign]] = {heading: [] for heading in every}
    for heading, sign in islice(_round_robin(queues), MAX_SIGNS):
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
