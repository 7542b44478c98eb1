"""What the refused answers of a sheet evidently mean: only to see whether it is an emergency.

The nearest reading of a slip is no answer. But a sheet is not corrected at once, and an emergency
that anybody would read in it cannot wait.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

from backtriage.program.sheet import Sheet
from backtriage.protocol.answer_parser import InvalidAnswer, Raw, parse_answer
from backtriage.protocol.protocol import Question
from backtriage.protocol.suggestions import YES, marks_in, meant, nearest, word_in
from backtriage.terms.answers import Answers
from backtriage.terms.printable import bare
from backtriage.terms.value import NOT_SURE, SOME_OF, YES_NO, Ticks, Value

_BETWEEN: Final = re.compile(r"___|[./\[:]")
"""Between a question and its item, or between a name for all answers and a question."""

_WORD: Final = re.compile(r"[^\W_]+")
_MOST_WORDS: Final = 12
"""Words of a key among which a question is looked for."""
_NO: Final = frozenset({"no", "not", "non", "never", "without", "denies"})
"""Words of a key that may turn around what the others say."""

_MOST_KEYS: Final = 50
"""How many unknown keys are compared with every question."""

_MAX_READINGS: Final = 8
"""How many different readings of one question are tried; each takes two assessments."""

Reading: TypeAlias = tuple[Value, Value]
"""The least and the most that an answer can mean: no, then yes, for every item it leaves open."""

Read: TypeAlias = Callable[..., "Reading | None"]
"""Reads an answer as `reading_of` does."""


class Meaning(Struct, frozen=True, kw_only=True):
    """What the answers to one question mean that were refused, or given more than once."""

    shared: Reading | None
    """What all of them say, if they say anything in common."""
    each: tuple[Reading, ...] = ()
    """What each of them says, if they differ and all are understood."""


def readings_of(
    answers: Answers, meanings: Mapping[str, Meaning]
) -> tuple[tuple[Answers, ...], ...]:
    """Return groups of everything that a sheet can mean, each of another way to take it apart.

    What is true of all of one group is true of the sheet. A list has no missing items, so the
    items left open are all no, then all yes. Where a worse answer never lowers the urgency, which
    is proved of a protocol, no other reading is less urgent than the first; the second guards the
    rest.

    Args:
        answers: The valid answers, which no reading replaces.
        meanings: What the other entries mean.
    """
    shared = {key: meaning.shared for key, meaning in meanings.items() if meaning.shared}
    groups = [[shared]]
    groups += [[{**shared, key: each} for each in m.each] for key, m in meanings.items()]
    return tuple(
        tuple(
            Answers({**{key: ends[end] for key, ends in reading.items()}, **answers})
            for reading in group
            for end in (0, 1)
        )
        for group in groups
        if any(group)
    )


def find_meanings(
    questions: Mapping[str, Question], sheet: Sheet, refused: Iterable[str],
    unknown: Sequence[str], read: Read | None = None,
) -> Mapping[str, Meaning]:  # fmt: skip
    """Return what the entries of a sheet mean that are no answers.

    Args:
        questions: Those that it may answer, by id.
        sheet: Its raw answers.
        refused: The keys whose answers were refused.
        unknown: The keys that are no question.
        read: Reads an answer; by default `reading_of`.
    """
    raws = {key: [sheet.values[key]] for key in refused}
    raws |= {key: [*doubled] for key, doubled in sheet.doubled.items()}
    items: dict[str, dict[str, Raw]] = {}
    folded = {id_.casefold(): id_ for id_ in questions}
    compared = 0
    read = read or reading_of

    def near(id_: str) -> str:
        nonlocal compared
        compared += 1
        return nearest(id_, questions) if compared <= _MOST_KEYS else ""

    for key, raw in _entries((key, sheet.values[key]) for key in unknown):
        known, item = name_in(key, folded, near)
        if item:
            items.setdefault(known, {})[item] = raw
        else:
            raws.setdefault(known, []).append(raw)
    for id_, ticked in items.items():
        # Another key may only look like a part of a question.
        if id_ and read(questions[id_], ticked, text=sheet.text) is not None:
            raws.setdefault(id_, []).append(ticked)
    return {
        id_: _meaning(question, raws[id_], read, text=sheet.text)
        for id_, question in questions.items()
        if id_ in raws
    }


def _entries(pairs: Iterable[tuple[str, Raw]], depth: int = 3) -> Iterator[tuple[str, Raw]]:
    """Yield the keys of a sheet with their answers, also those within objects and lists."""
    for key, raw in pairs:
        yield key, raw
        for each in raw if isinstance(raw, list) else (raw,):
            if isinstance(each, Mapping) and depth:
                yield from _entries(((f"{name}", each[name]) for name in each), depth - 1)


def _parts(key: str) -> tuple[str, str]:
    """Return the question that a key names, and the item of it, as forms export them."""
    id_, *item = _BETWEEN.split(bare(key), maxsplit=1)
    return id_, "".join(item)


def name_in(key: str, names: Mapping[str, str], near: Callable[[str], str]) -> tuple[str, str]:
    """Return the name that a key is meant for, or "", and the item of it, as forms export them.

    Args:
        key: The key.
        names: Those that it may be meant for, in lower case and as they are.
        near: Returns the name of which a word may be a misspelling, or "".
    """
    id_, item = _parts(key)
    if item.casefold() in names:  # below a name for all answers
        id_, item = item, ""
    known = names.get(id_.casefold(), "") or near(id_)
    if known:
        return known, item
    known, item = _within(key, names)
    return known, item or "0"  # a part of a list, which counts only if it is understood


def _within(key: str, questions: Mapping[str, str]) -> tuple[str, str]:
    """Return the question that stands among the words of a key, and what stands behind it.

    Such is `form.page1.collapse`, `answers[collapse][chest]` or `collapse_chest`.

    Args:
        key: The key.
        questions: The ids of questions, in lower case and as they are.
    """
    words = _WORD.findall(key.casefold())
    if len(words) > _MOST_WORDS or not _NO.isdisjoint(words):
        return "", ""
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            id_ = questions.get("_".join(words[start : start + length]))
            if id_:
                return id_, "_".join(words[start + length :])
    return "", ""


def _is_empty(raw: Raw) -> bool:
    """Return whether an entry says nothing; an empty list says none."""
    if isinstance(raw, list) and len(raw) == 1:
        (raw,) = raw
    return raw is None or raw == {} or (isinstance(raw, str) and not raw.strip())


def _meaning(question: Question, raws: Iterable[Raw], read: Read, *, text: bool) -> Meaning:
    """Return what one or more answers to a question mean, of which not one may be valid."""
    found: dict[Reading, None] = {}
    for raw in (raw for raw in raws if not _is_empty(raw)):
        reading = read(question, raw, text=text)
        if reading is None:
            return Meaning(shared=None)
        found[reading] = None
    if len(found) <= 1:
        return Meaning(shared=next(iter(found), None))
    shared = _shared(question, found) if question.kind == SOME_OF else None
    return Meaning(shared=shared, each=tuple(found) if len(found) <= _MAX_READINGS else ())


def reading_of(question: Question, raw: Raw, *, text: bool) -> Reading | None:
    """Return the nearest reading of an answer, or None if there is none.

    Args:
        question: The question.
        raw: The answer to it.
        text: Whether it is text rather than typed.
    """
    if question.kind != SOME_OF and isinstance(raw, list) and len(raw) == 1:
        (raw,) = raw
    value = parse_answer(question, raw, text=text)
    if not isinstance(value, InvalidAnswer):
        return value, value
    if question.kind == SOME_OF:
        return _open(question, marks_in(question, raw))
    word, is_doubted = word_in(question, raw)
    if question.kind == YES_NO and word.casefold() in YES:
        word = "yes"
    value = parse_answer(question, word, text=True)
    if isinstance(value, InvalidAnswer):
        value = parse_answer(question, meant(question, word, text=True), text=True)
    least = parse_answer(question, NOT_SURE.value, text=True) if is_doubted else value
    if isinstance(value, InvalidAnswer) or isinstance(least, InvalidAnswer):
        return None
    return least, value


def _shared(question: Question, readings: Collection[Reading]) -> Reading | None:
    """Return what all readings of a list say."""
    least = [reading[0] for reading in readings if isinstance(reading[0], Ticks)]
    yes = frozenset.intersection(*(marks.yes for marks in least))
    unsure = frozenset.intersection(*(marks.yes | marks.unsure for marks in least)) - yes
    return _open(question, Ticks(yes, unsure))


def _open(question: Question, marks: Ticks) -> Reading | None:
    """Return the reading of a list of which only these marks are known."""
    every = frozenset(choice.id for choice in question.choices)
    known = marks.yes | marks.unsure
    return (marks, Ticks(every - marks.unsure, marks.unsure)) if known else None
