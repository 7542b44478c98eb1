"""What a refused answer may have meant. A suggestion never loses an item, a doubt or a "no".

People take a suggestion over without a second look. So one is made only if every word of the
answer is understood, and a word is understood as an id only if a single typing error lies
between them that cannot be a negation: "no fever", "fever-" and "fever0" are not "fever".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Final

from backtriage.protocol.protocol import Question
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO

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
_NONE: Final = frozenset({"no", "none", "nothing", "none of these", "none of them"})

_WORD: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_DIGITS: Final = re.compile("0|[1-9][0-9]{0,8}")
_GAP: Final = re.compile(r"(?<=[a-z0-9])[ -](?=[a-z0-9])")
_BETWEEN: Final = re.compile(r"[\s,;&]+")


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the only id that a word can be a misspelling of, or ""."""
    if len(word) > _LONGEST:
        return ""
    plain = _GAP.sub("_", word.strip(" ").lower())
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
    """Return the valid answer that a refused one may have meant, as a question, or "".

    Args:
        question: The question.
        raw: The refused answer.
        text: Whether it was written as text rather than typed.
    """
    if isinstance(raw, str | list) and len(raw) > _LONGEST:
        return ""
    if isinstance(raw, list):
        sizes = [len(entry) for entry in raw if isinstance(entry, str)]
        if max(sizes, default=0) > _LONGEST or sum(sizes) > _LONGEST_LIST:
            return ""
    alone = raw[0] if isinstance(raw, list) and len(raw) == 1 else raw
    if question.allows_not_sure and isinstance(alone, str) and _is_unsure(question, alone):
        return _did_you_mean(NOT_SURE.value)
    return _SUGGESTIONS[question.kind](question, raw, is_text=text and isinstance(raw, str))


def _did_you_mean(answer: object) -> str:
    return f"did you mean {json.dumps(answer, ensure_ascii=False)}?"


def _ids(question: Question) -> list[str]:
    return [choice.id for choice in question.choices]


def _is_unsure(question: Question, word: str) -> bool:
    if len(word) > _LONGEST or word.strip(" ").lower() in _ids(question):
        return False
    plain = " ".join(re.split(r"[\s_-]+", word.lower().strip()))
    return plain in _UNSURE or plain.rstrip(" ?.") in _UNSURE


def _yes_no(_question: Question, raw: object, *, is_text: bool) -> str:
    answers = {"yes": True, "true": True, "no": False, "false": False}
    answer = answers.get(raw.strip(" ").lower()) if isinstance(raw, str) else None
    if answer is None:
        return ""
    return _did_you_mean("yes" if answer else "no") if is_text else _did_you_mean(answer)


def _number(question: Question, raw: object, *, is_text: bool) -> str:
    """Suggest a number that stands in quotes."""
    digits = raw.strip(" ") if isinstance(raw, str) and not is_text else ""
    if not _DIGITS.fullmatch(digits) or not question.least <= int(digits) <= question.most:
        return ""
    fits = (int(digits) - question.least) % Decimal(question.step) == 0
    return f"did you mean {digits}, without quotes?" if fits else ""


def _one_of(question: Question, raw: object, *, is_text: bool) -> str:
    del is_text  # both are written alike
    word = raw[0] if isinstance(raw, list) and len(raw) == 1 else raw
    near = nearest(word, _ids(question)) if isinstance(word, str) else ""
    return _did_you_mean(near) if near else ""


def _some_of(question: Question, raw: object, *, is_text: bool) -> str:
    entries = raw if isinstance(raw, list) else [raw]
    if len(entries) == 1 and _means_none(question, entries[0]):
        return _did_you_mean("none" if is_text else [])
    marks: dict[str, bool] = {}
    for entry in entries:
        items = _items(question, entry) if isinstance(entry, str) else ()
        for item, is_doubted in items or (("", False),):
            if not item or marks.setdefault(item, is_doubted) != is_doubted:
                return ""  # not understood, or said to be both
    if any(marks.values()) and not question.allows_not_sure:
        return ""
    answer = [f"{item}{'?' * is_doubted}" for item, is_doubted in marks.items()]
    return _did_you_mean(";".join(answer) if is_text else answer)


def _means_none(question: Question, entry: object) -> bool:
    if not isinstance(entry, str):
        return entry is False
    plain = entry.strip(" .").casefold()
    return plain in _NONE or (plain != "" and plain == question.none.strip(" .").casefold())


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
    return nearest(word.strip(" ?"), _ids(question)), "?" in word


_SUGGESTIONS: Final[Mapping[str, Callable[..., str]]] = {
    YES_NO: _yes_no, NUMBER: _number, ONE_OF: _one_of, SOME_OF: _some_of,
}  # fmt: skip
