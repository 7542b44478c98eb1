"""Reading a sheet that may answer questions of an older version: what it says, or may mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from msgspec.structs import replace

from backtriage.exchange.carry import carry, taken_apart
from backtriage.exchange.fingerprints import Fingerprint, Recorded
from backtriage.exchange.migration_table import Migration
from backtriage.program.doubts import checked_question
from backtriage.program.program import Program
from backtriage.program.readings import Meaning, find_meanings, readings_of
from backtriage.program.sheet import Sheet
from backtriage.program.validate import Parse, parse_checked, validate
from backtriage.protocol.answer_parser import InvalidAnswer, Raw, parse_answer
from backtriage.protocol.protocol import Choice, Question
from backtriage.terms.answers import CHECKED, PROTOCOL, REF, RESERVED, Answers
from backtriage.terms.problem import Problem
from backtriage.terms.value import SOME_OF, YES_NO, Ticks, Value

_ANY_NUMBER: Final = 10**9
_MOST_DIGITS: Final = 9
NOTHING: Final = Answers()


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The questions of a protocol that are gone, and what answers to them say."""

    questions: Mapping[str, Question]
    table: tuple[Migration, ...]
    told: frozenset[str]
    """The questions whose answers say something about others."""


def past_of(program: Program, recorded: Recorded, table: tuple[Migration, ...]) -> Past:
    """Return the past of a protocol; for the parameters see `migrate`."""
    gone = (entry for id_, entry in recorded.entries.items() if id_ not in program.questions)
    return Past(
        questions={entry.question: _past(entry) for entry in gone},
        table=table,
        told=frozenset(id_ for entry in table for id_, _ in entry.was),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OldSheet:
    """A sheet of this or an older version."""

    questions: Mapping[str, Question]
    """The present and the past ones."""
    answers: Mapping[str, Value]
    """The valid answers to them."""
    checked: frozenset[str]
    """The names of doubts of present and past questions."""
    find_problems: Callable[[], tuple[Problem, ...]]
    """Explains every problem, which can take long: an emergency does not wait for it."""


def read_old(
    program: Program, before: Past, sheet: Sheet, parse: Parse = parse_answer
) -> OldSheet:  # fmt: skip
    """Return what a sheet of this or an older version says; for the parameters see below."""
    past = before.questions
    own = {k: v for k, v in sheet.values.items() if k in program.questions or k == REF}
    same = validate(program, Sheet(values=own, text=sheet.text, location=sheet.location), parse)
    parsed = {
        key: _parsed(program, past, key, raw, text=sheet.text)
        for key, raw in sheet.values.items()
        if key not in own and raw is not None
    }
    refused = {key: value for key, value in parsed.items() if isinstance(value, InvalidAnswer)}
    refused |= dict.fromkeys(sheet.duplicates, InvalidAnswer("A108", "a key appears twice"))
    valid = {key: v for key, v in parsed.items() if not isinstance(v, InvalidAnswer)}
    checked = valid.get(CHECKED)

    def find_problems() -> tuple[Problem, ...]:
        why = (why.at(sheet.location(key)) for key, why in refused.items())
        return (*sheet.problems, *same.problems, *why)

    return OldSheet(
        questions={**past, **program.questions},
        answers={**same.answers, **{key: v for key, v in valid.items() if key in past}},
        checked=checked.yes if isinstance(checked, Ticks) else frozenset(),
        find_problems=find_problems,
    )


def old_readings(
    program: Program, past: Past, sheet: Sheet, parse: Parse = parse_answer, *,
    known: Answers = NOTHING,
) -> tuple[Answers, Iterator[tuple[Answers, ...]]]:  # fmt: skip
    """Return what a sheet surely says of the present questions, and everything it can mean.

    Args:
        program: The present protocol.
        past: Its past.
        sheet: The sheet.
        parse: As for `validate`.
        known: As for `assess_old`.

    Returns:
        The answers carried over, and groups as `readings_of` has them.
    """
    old = read_old(program, past, sheet, parse)
    answers = Answers({**known, **old.answers})

    def readings() -> Iterator[tuple[Answers, ...]]:
        for group in ((answers,), *readings_of(answers, _meanings(old, sheet))):
            if all(past.told.isdisjoint(each) for each in group):  # then nothing is carried
                yield tuple(carry(program, (), each) for each in group)
                continue
            whole = [[past.table]] * len(group)
            apart = [[*taken_apart(past.table, each)] for each in group]
            ways = [whole] if apart == whole else [whole, apart]
            has_both = any(_has_both(past, each) for each in group)
            for joined, tables in product((False, True) if has_both else (False,), ways):
                yield tuple(
                    carry(program, entries, each, rest, joined=joined)
                    for each, parts in zip(group, tables, strict=True)
                    for entries in parts
                    for rest in (False, True)
                )

    return carry(program, past.table, answers), readings()


def _has_both(past: Past, answers: Answers) -> bool:
    """Return whether an older answer stands beside one to its present question."""
    given = dict(answers.items())
    return any(
        id_ in given for entry in past.table if entry.question in given for id_, _ in entry.was
    )


def _parsed(
    program: Program, past: Mapping[str, Question], key: str, raw: Raw, *, text: bool
) -> Value | InvalidAnswer:
    """Parse what stands under a key that is no present question."""
    if key in past:
        return parse_answer(past[key], raw, text=text)
    if key == CHECKED:
        return parse_checked(_checkable(program, past), raw, text=text)
    if key != PROTOCOL:
        return InvalidAnswer("A101", "there has never been such a question")
    if _is_older(program, raw):
        return str(raw)
    return InvalidAnswer("A116", "the sheet is not of an older version of this protocol")


def _meanings(old: OldSheet, sheet: Sheet) -> Mapping[str, Meaning]:
    """Return what the entries mean that are no answers."""
    keys = [key for key in sheet.values if key not in RESERVED and key not in old.answers]
    refused = [key for key in keys if key in old.questions]
    unknown = [key for key in keys if key not in old.questions]
    return find_meanings(old.questions, sheet, refused, unknown)


def _checkable(program: Program, past: Mapping[str, Question]) -> Question:
    """Return the key `checked` as a question about every doubt that there is or was."""
    now = checked_question(program)
    names = (
        name
        for id_, question in past.items()
        for name in (
            [f"{id_}.{choice.id}" for choice in question.choices]
            if question.kind == SOME_OF
            else [id_]
        )
    )
    then = (Choice(id=name, text=name, short=name) for name in names)
    return replace(now, choices=(*now.choices, *then))


def _is_older(program: Program, raw: object) -> bool:
    """Return whether a sheet is of this version of the protocol, or of an older one."""
    id_, _, major = str(raw).partition("/")
    present = int(program.edition.partition("/")[2])
    is_number = major.isdecimal() and len(major) <= _MOST_DIGITS
    return id_ == program.protocol.id and is_number and int(major) <= present


def _past(entry: Fingerprint) -> Question:
    """Return a question of the past, as far as an answer to it must be understood."""
    return Question(
        id=entry.question, section="", kind=entry.kind or YES_NO, text="", short="", why="",
        choices=tuple(Choice(id=id_, text=id_, short=id_) for id_ in entry.choices),
        least=-_ANY_NUMBER, most=_ANY_NUMBER, step="0.000001",
    )  # fmt: skip
