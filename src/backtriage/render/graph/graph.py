"""What reads what in a protocol: questions, facts, scores and rules, and the lines between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from backtriage.program.program import Program
from backtriage.program.words import Words
from backtriage.protocol.condition_text import condition_text, units_of
from backtriage.protocol.dependencies import FACTS, QUESTIONS, SCORES, names_in, reachable
from backtriage.terms.condition import Always, Condition
from backtriage.terms.urgency import Urgency

Sort: TypeAlias = Literal["question", "fact", "score", "rule"]
"""What a part is."""

QUESTION: Final[Sort] = "question"
FACT: Final[Sort] = "fact"
SCORE: Final[Sort] = "score"
RULE: Final[Sort] = "rule"

_SORTS: Final[Mapping[str, Sort]] = {QUESTIONS: QUESTION, FACTS: FACT, SCORES: SCORE}

Key: TypeAlias = tuple[Sort, str]
"""What a part is, and its id: a rule may have the id of a question."""


_RUNS: Final = (
    re.compile(r"(?P<list>\w+) includes \w+(?: (?P<word>or|and) (?P=list) includes \w+)"
               r"(?: (?P=word) (?P=list) includes \w+)*"),
    re.compile(r"(?P<word>none|at least \d+) of "
               r"\((?P<list>\w+) includes \w+(?:, (?P=list) includes \w+)+\)"),
)  # fmt: skip
"""Items of one list in a row."""
_MANY: Final = {"or": "any", "and": "all"}
"""How items that are joined by a word are said together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One question, fact, score or rule."""

    key: Key
    number: int
    """Its place among its like, from 1: for a question the place in asking order."""
    title: str
    when: str = ""
    """Its condition in the words of the rules; nothing when it is always true."""
    reads: tuple[Key, ...] = ()
    """What its condition names, in protocol order."""
    urgency: Urgency | None = None
    section: str = ""

    @property
    def sort(self) -> Sort:
        """What it is."""
        return self.key[0]

    @property
    def id(self) -> str:
        """Its id."""
        return self.key[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Every part of one protocol, in protocol order."""

    name: str
    version: str
    title: str
    parts: Mapping[Key, Part]
    sections: tuple[tuple[str, str], ...]
    """Id and title of each."""
    words: Mapping[Urgency, str]
    """What each urgency is called."""

    def of(self, sort: Sort) -> tuple[Part, ...]:
        """The parts of one sort."""
        return tuple(part for part in self.parts.values() if part.sort == sort)

    def rules(self, urgency: Urgency) -> tuple[Part, ...]:
        """The rules of one urgency."""
        return tuple(part for part in self.of(RULE) if part.urgency is urgency)

    def questions(self, section: str) -> tuple[Part, ...]:
        """The questions of one section."""
        return tuple(part for part in self.of(QUESTION) if part.section == section)

    def read_by(self, part: Part) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
        """The questions that a part reads, and the facts and scores through which it does."""
        found = reachable(
            part.reads, lambda key: () if key[0] == QUESTION else self.parts[key].reads
        )
        asked = {key for key in found if key[0] == QUESTION}
        return self._ordered(asked), self._ordered({*found} - asked)

    def _ordered(self, keys: set[Key]) -> tuple[Part, ...]:
        return tuple(part for key, part in self.parts.items() if key in keys)

    def readers(self, question: Part) -> tuple[Part, ...]:
        """The rules that read a question, through whatever it is."""
        return tuple(rule for rule in self.of(RULE) if question in self.read_by(rule)[0])


def graph_of(program: Program) -> Graph:
    """Everything that a protocol asks and decides by."""
    protocol = program.protocol
    say = Words(program).fill
    return Graph(
        name=protocol.id,
        version=protocol.version,
        title=say(protocol.title),
        parts={part.key: part for part in _Reading(program).parts()},
        sections=tuple((section.id, say(section.title)) for section in protocol.sections),
        words={urgency: say(level.word) for urgency, level in program.levels.items()},
    )


def folded(text: str) -> str:
    """A condition in fewer words: what is said of items of one list is said of them together."""
    for run in _RUNS:
        text = run.sub(_together, text)
    return text


def _together(run: re.Match[str]) -> str:
    items = re.findall(r"includes (\w+)", run[0])
    many = _MANY.get(run["word"], run["word"])
    return f"{run['list']} includes {many} of ({', '.join(items)})"


class _Reading:
    """The parts of one program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.say = Words(program).fill
        self.units = units_of(program.protocol)

    def parts(self) -> Iterator[Part]:
        protocol = self.program.protocol
        for number, question in enumerate(protocol.questions, 1):
            when = question.ask_when
            yield Part(
                key=(QUESTION, question.id), number=number, title=self.say(question.short),
                when=self.text(when), reads=self.named(when), section=question.section,
            )  # fmt: skip
        for number, fact in enumerate(protocol.facts, 1):
            yield Part(key=(FACT, fact.id), number=number, title=self.say(fact.text),
                       when=self.text(fact.when), reads=self.named(fact.when))  # fmt: skip
        for number, score in enumerate(protocol.scores, 1):
            asked = dict.fromkeys(points.question for points in score.points)
            yield Part(key=(SCORE, score.id), number=number, title="",
                       when=f"points for {', '.join(asked)}",
                       reads=tuple((QUESTION, question) for question in asked))  # fmt: skip
        for number, rule in enumerate(protocol.rules, 1):
            yield Part(
                key=(RULE, rule.id), number=number, title=self.say(rule.because),
                when=self.text(rule.when), reads=self.named(rule.when), urgency=rule.urgency,
            )  # fmt: skip

    def text(self, condition: Condition) -> str:
        if isinstance(condition, Always):
            return ""
        return folded(condition_text(condition, self.units))

    def named(self, condition: Condition) -> tuple[Key, ...]:
        """What a condition names itself."""
        return tuple(dict.fromkeys((_SORTS[section], id_) for section, id_ in names_in(condition)))
