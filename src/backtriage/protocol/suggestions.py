"""What a refused answer may have meant. A suggestion never loses an item, a doubt or a "no".

People take a suggestion over without a second look. So one is made only if every word of the
answer is understood, and a word is understood as an id only if a single typing error lies
between them that cannot be a negation: "no fever", "fever-" and "fever0" are not "fever".

An emergency cannot wait for that: what a list says in part is read too, and used for nothing
else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Final

from backtriage.protocol.choice_texts import AROUND, as_plain, bare_item, choices_in, parts_of
from backtriage.protocol.protocol import Question
from backtriage.terms.printable import as_read
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO, Ticks

_LONGEST: Final = 200
"""Characters of a text, and entries of a list. More is not understood, so not looked at."""

_LONGEST_LIST: Final = 2_000
"""Characters of all entries of a list together: each word is compared with every item."""

_SHORTEST: Final = 4
"""Characters of an id that may be misspelt: one letter makes another word of a shorter one."""

_NO: Final = frozenset({
    "no", "not", "non", "none", "never", "nor", "nil", "nothing", "without", "absent", "free",
    "false", "negative", "neg", "n", "na", "nope",
})  # fmt: skip
_UNSURE: Final = frozenset({
    "not sure", "notsure", "unsure", "unknown", "not known", "uncertain", "maybe", "perhaps",
    "do not know", "don't know", "dont know", "i do not know", "i don't know", "?",
})  # fmt: skip
_NONE: Final = frozenset({"no", "none", "nothing", "none of these", "none of them", "[]"})

_WORD: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_DIGITS: Final = re.compile("0|[1-9][0-9]{0,8}")
_GAP: Final = re.compile(r"(?<=[a-z0-9])[ -](?=[a-z0-9])")
_BETWEEN: Final = re.compile(r"[\s,;&]+")
YES: Final = frozenset({
    "yes", "y", "true", "1", "1.0", "on", "checked", "selected",
    "\u2611", "\u2612", "\u2713", "\u2714",
})  # fmt: skip
"""How people and forms write a yes, in lower case."""
_OF_AN_ITEM: Final = frozenset({"value", "id", "code", "item", "element", "answer", "label"})
"""Keys under which exports of forms have an item, in lower case."""
_DEEPEST: Final = 3
"""How many lists and objects within each other are read."""
_MOST_ENTRIES: Final = 1_000_000
"""More than a sheet of the largest size can hold: no range in Python is gone through for ever."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the only id that a word can be a misspelling of, or ""."""
    return "" if len(word) > _LONGEST else _nearest(word, tuple(known))


@lru_cache(maxsize=1024)  # the rows of a table have the same keys
def _nearest(word: str, known: tuple[str, ...]) -> str:
    plain = _GAP.sub("_", " ".join(word.split()).lower())
    if not _WORD.fullmatch(plain):
        return ""
    ids = dict.fromkeys(known)
    if plain in ids:
        return plain
    if plain in _NO or plain.replace("_", " ") in _UNSURE:
        return ""
    near = [id_ for id_ in ids if _is_misspelling(plain, id_)]
    return near[0] if len(near) == 1 else ""


def nearest_hint(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the only id that a word can be a misspelling of, or ""."""
    near = nearest(word, known)
    return f"did you mean '{near}'?" if near else ""


def _is_misspelling(word: str, id_: str) -> bool:
    """Return whether one typing error lies between a word and an id, and changes no meaning."""
    return (
        len(id_) >= _SHORTEST
        and word[0] == id_[0]  # "unwell", "afebrile"
        and id_ not in word  # more than the id was written
        and _is_one_edit(word, id_)
        and re.sub("[^0-9]", "", word) == re.sub("[^0-9]", "", id_)
        and _NO.intersection(word.split("_")) == _NO.intersection(id_.split("_"))
    )


def _is_one_edit(one: str, other: str) -> bool:
    """Return whether a letter is missing, added or wrong, or two neighbours are swapped."""
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if at is None:
        return abs(len(one) - len(other)) == 1
    return (
        one[at + 1 :] == other[at + 1 :]
        or one[at + 1 :] == other[at:]
        or one[at:] == other[at + 1 :]
        or (one[at + 2 :] == other[at + 2 :] and one[at : at + 2] == other[at : at + 2][::-1])
    )


def suggestion(question: Question, raw: object, *, text: bool) -> str:
    """Return the valid answer that a refused one may have meant, as a question, or ""."""
    answer = meant(question, raw, text=text)
    if answer is None:
        return ""
    without = ", without quotes" if isinstance(answer, int) and question.kind == NUMBER else ""
    return f"did you mean {json.dumps(answer, ensure_ascii=False)}{without}?"


def meant(question: Question, raw: object, *, text: bool) -> object:
    """Return the valid answer that a refused one may have meant, or None.

    Args:
        question: The question.
        raw: The refused answer.
        text: Whether it was written as text rather than typed.
    """
    if isinstance(raw, str | list) and len(raw) > _LONGEST:
        return None
    if isinstance(raw, list):
        sizes = [len(entry) for entry in raw if isinstance(entry, str)]
        if max(sizes, default=0) > _LONGEST or sum(sizes) > _LONGEST_LIST:
            return None
    alone = raw[0] if isinstance(raw, list) and len(raw) == 1 else raw
    if isinstance(alone, str) and _is_unsure(question, alone):
        return NOT_SURE.value
    return _MEANINGS[question.kind](question, raw, is_text=text and isinstance(raw, str))


def _ids(question: Question) -> list[str]:
    return [choice.id for choice in question.choices]


def _is_unsure(question: Question, word: str) -> bool:
    if not question.allows_not_sure or len(word) > _LONGEST:
        return False
    if word.strip().lower() in _ids(question):
        return False
    plain = " ".join(re.split(r"[\s_-]+", word.lower().strip()))
    return plain in _UNSURE or plain.rstrip(" ?.") in _UNSURE


def _yes_no(_question: Question, raw: object, *, is_text: bool) -> object:
    answers = {"yes": True, "true": True, "no": False, "false": False}
    answer = answers.get(raw.strip().lower()) if isinstance(raw, str) else None
    return answer if answer is None or not is_text else "yes" if answer else "no"


def _number(question: Question, raw: object, *, is_text: bool) -> object:
    """Return a number that stands in quotes."""
    digits = raw.strip() if isinstance(raw, str) and not is_text else ""
    if not _DIGITS.fullmatch(digits) or not question.least <= int(digits) <= question.most:
        return None
    fits = (int(digits) - question.least) % Decimal(question.step) == 0
    return int(digits) if fits else None


def _one_of(question: Question, raw: object, *, is_text: bool) -> object:
    del is_text  # both are written alike
    word = raw[0] if isinstance(raw, list) and len(raw) == 1 else raw
    return _named(question, word) or None if isinstance(word, str) else None


def _named(question: Question, word: str) -> str:
    """Return the choice whose text a word is, as exports have it, or else nearly its id, or ""."""
    plain = as_plain(word)
    named = {c.id for c in question.choices if plain in {as_plain(c.text), as_plain(c.short)}}
    return next(iter(named)) if len(named) == 1 else nearest(word, _ids(question))


def _some_of(question: Question, raw: object, *, is_text: bool) -> object:
    entries = raw if isinstance(raw, list) else [raw]
    if len(entries) == 1 and _means_none(question, entries[0]):
        return "none" if is_text else []
    marks: dict[str, bool] = {}
    for entry in entries:
        items = _items(question, entry) if isinstance(entry, str) else ()
        for item, is_doubted in items or (("", False),):
            if not item or marks.setdefault(item, is_doubted) != is_doubted:
                return None  # not understood, or said to be both
    if any(marks.values()) and not question.allows_not_sure:
        return None
    answer = [f"{item}{'?' * is_doubted}" for item, is_doubted in marks.items()]
    return ";".join(answer) if is_text else answer


def _means_none(question: Question, entry: object) -> bool:
    if not isinstance(entry, str):
        return entry is False
    plain = as_plain(entry)
    return plain in _NONE or (plain != "" and plain == as_plain(question.none))


def _items(question: Question, entry: str) -> tuple[tuple[str, bool], ...]:
    """Return every item that a text names, each with its doubt, or () if it says anything else."""
    whole = _item(question, entry)
    words = [word for word in _BETWEEN.split(entry) if word and word != "and"]
    items = tuple(_item(question, word) for word in words)
    is_list = len(words) > 1 and all(item for item, _ in items)
    if whole[0]:
        return () if is_list else (whole,)  # a name of several words, or several names
    return items if is_list else ()


def _item(question: Question, word: str) -> tuple[str, bool]:
    """Return the item that a word names, or "", and whether it is marked with doubt."""
    if word == NOT_SURE.value and question.allows_not_sure:
        return word, False
    return _named(question, word.strip().strip(" ?")), "?" in word


def marks_in(question: Question, raw: object) -> Ticks:
    """Return the items that a refused list names and that nothing else in it contradicts.

    An item that it ticks and doubts is in doubt. The items that it does not name are unknown
    then, not a no: anything else in it may be meant for them.
    """
    yes: set[str] = set()
    unsure: set[str] = set()
    plain = {*_ids(question), NOT_SURE.value}
    for at, word in enumerate(dict.fromkeys(_words(question, raw, _DEEPEST))):
        if at < _LONGEST or word.strip(" ?") in plain:
            is_doubt = _is_unsure(question, word)
            found = _items(question, word) if len(word) <= _LONGEST and not is_doubt else ()
            for item, is_doubted in ((NOT_SURE.value, False),) if is_doubt else found:
                (unsure if is_doubted else yes).add(item)
    yes -= unsure
    if NOT_SURE.value in yes:
        yes.discard(NOT_SURE.value)
        unsure = {*_ids(question)} - yes
    return Ticks(frozenset(yes), frozenset(unsure if question.allows_not_sure else ()))


def word_in(question: Question, raw: object) -> tuple[str, bool]:
    """Return the only word of a refused answer that is no list, and whether it is in doubt."""
    words = [*islice(_words(question, raw, _DEEPEST), 2)]
    word = words[0] if len(words) == 1 else ""
    is_doubted = len(word) > 1 and word.endswith("?")
    return word[:-1] if is_doubted else word, is_doubted


def _words(question: Question, raw: object, depth: int) -> Iterator[str]:
    """Yield what may name items: the parts of texts and lists, and the keys that are a yes."""
    raw = _text(raw)
    if isinstance(raw, str):
        read = as_read(raw)
        whole = len(read) <= _LONGEST and _named(question, read)
        names: Iterable[str] = choices_in(question, read) or (
            [whole] if whole else parts_of(question, raw)
        )
        for part in names:
            yield bare_item(part)
            name, _, says = part.replace("=", ":").partition(":")
            yield from _said(question, name, says.strip(AROUND))
    elif isinstance(raw, dict):
        for key, value in raw.items():
            if depth and (str(key).lower() in _OF_AN_ITEM or str(key).isdigit()):
                yield from _words(question, value, depth - 1)
            elif isinstance(told := _text(value), str):
                yield from _said(question, as_read(str(key)), as_read(told))
    elif isinstance(raw, Collection) and depth:  # from Python, also a deque or an array
        for entry in islice(raw, _MOST_ENTRIES):
            yield from _words(question, entry, depth - 1)


def _text(raw: object) -> object:
    """Return bytes, and what is true or the number 1, as text."""
    raw = raw.decode(errors="replace") if isinstance(raw, bytes) else raw
    return "yes" if isinstance(raw, int | Decimal) and raw == 1 else raw


def _said(question: Question, name: str, says: str) -> Iterator[str]:
    """Yield the name that is said to be a yes or in doubt, or nothing."""
    if says.lower() in YES or _is_unsure(question, says):
        yield f"{bare_item(name)}{'?' * (says.lower() not in YES)}"


_MEANINGS: Final[Mapping[str, Callable[..., object]]] = {
    YES_NO: _yes_no, NUMBER: _number, ONE_OF: _one_of, SOME_OF: _some_of,
}  # fmt: skip
