"""Carrying a sheet of an older version of a protocol to its present questions.

A question that is still there means the same, because its id does. `migrations.yaml` says which
answers to questions that are gone say something about new ones, and how much; see `carry`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from msgspec.structs import replace

from backtriage.decide.assessment import Assessment, assess_meanings
from backtriage.exchange.carry import carry, contradicted, is_no, taken_apart
from backtriage.exchange.fingerprints import Fingerprint, Recorded
from backtriage.exchange.migration_table import Migration
from backtriage.program.doubts import checked_question, in_order
from backtriage.program.program import Program, build_program
from backtriage.program.readings import Meaning, find_meanings, readings_of
from backtriage.program.sheet import Sheet
from backtriage.program.validate import parse_checked, plain_answers, validate
from backtriage.protocol.answer_parser import InvalidAnswer, Raw, parse_answer
from backtriage.protocol.protocol import Choice, Question
from backtriage.terms.answers import CHECKED, PROTOCOL, REF, RESERVED, Answers
from backtriage.terms.condition import Always
from backtriage.terms.problem import Problem
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import SOME_OF, YES_NO, Ticks, Value

_ANY_NUMBER: Final = 10**9
_MOST_DIGITS: Final = 9
_NOTHING: Final = Answers()
_ONE_OF_TWO: Final = "keep the one that is true, and remove the other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """A sheet of the present version."""

    values: Mapping[str, object]
    """Plain JSON values, which `validate` accepts."""
    again: tuple[str, ...]
    """New questions about which the old answers said something, but not enough."""
    dropped: tuple[str, ...]
    """Old questions that say nothing about any new one."""
    left_out: tuple[str, ...] = ()
    """Those of them of which something was ticked or in doubt: it is not in the sheet."""
    problems: tuple[Problem, ...] = ()
    """If there are any, there is no sheet."""


def migrate(
    program: Program, recorded: Recorded, table: tuple[Migration, ...], sheet: Sheet
) -> Migrated:
    """Carry a sheet of an older version over.

    Args:
        program: The present protocol.
        recorded: The meanings of its questions, and of those that are gone.
        table: What answers to questions that are gone say about new ones.
        sheet: The sheet; of the present version it stays as it is.

    Returns:
        A sheet of the present version, or the problems of the old one. No item in it is a no
        that was not a no before.
    """
    old = _read(program, recorded, sheet)
    problems = (*old.find_problems(), *_contradictions(program, table, old, sheet))
    if problems:
        return Migrated(values={}, again=(), dropped=(), problems=problems)
    values: dict[str, object] = {PROTOCOL: program.edition}
    if sheet.values.get(REF) is not None:
        values[REF] = sheet.values[REF]
    answers = carry(program, table, old.answers)
    values |= plain_answers(program, answers)
    checked = in_order(program, old.checked)
    values |= {CHECKED: list(checked)} if checked else {}
    told = {entry.question for entry in table for id_, _ in entry.was if id_ in old.answers}
    used = {id_ for entry in table for id_, _ in entry.was}
    gone = [id_ for id_ in old.answers if id_ not in program.questions and id_ not in used]
    ticked = carry(program, table, old.answers, rest=True)
    return Migrated(
        values=values,
        again=tuple(id_ for id_ in program.questions if id_ in told and id_ not in answers),
        left_out=tuple(
            id_
            for id_, value in ticked.items()
            if id_ not in answers and not is_no(program.questions[id_], value)
        ),
        dropped=(*gone, *(f"{CHECKED} {name}" for name in sorted(old.checked - {*checked}))),
    )


def assess_old(  # noqa: PLR0913 - the sheet, what it meant, and what else is known
    program: Program, recorded: Recorded, table: tuple[Migration, ...], sheet: Sheet,
    country: str | None = None, *, known: Answers = _NOTHING,
) -> Assessment:  # fmt: skip
    """Assess what can be read of a sheet, carried over. This is not its result.

    What is said in a list that is left out counts here, and so do the valid answers of a sheet
    with problems, and every answer of which it is not known whether its question is asked. Of an
    answer that said several things at once, one is true, whichever it is.

    Args:
        program: As for `migrate`, as are the next three.
        recorded: See there.
        table: See there.
        sheet: See there.
        country: As for `assess`.
        known: Valid answers of the same person that stand elsewhere, to present questions.

    Returns:
        An assessment. An emergency in it is certain, as in `assess_readable`.
    """
    old = _read(program, recorded, sheet)
    answers = Answers({**known, **old.answers})
    plain = carry(program, table, answers)

    groups: list[tuple[Answers, ...]] = []

    def readings() -> Iterator[tuple[Answers, ...]]:
        for group in ((answers,), *readings_of(answers, _meanings(old, sheet))):
            for joined, split in product((False, True), repeat=2):
                reading = tuple(
                    carry(program, entries, each, rest, joined=joined)
                    for each in group
                    for entries in (taken_apart(table, each) if split else (table,))
                    for rest in (False, True)
                )
                groups.append(reading)
                yield reading

    found = assess_meanings(program, plain, readings, country)
    if found.certain is Urgency.EMERGENCY:
        return found
    asked = {id_ for group in groups for reading in group for id_ in reading}
    counting = assess_meanings(_asking(program, asked), plain, lambda: groups, country)
    return counting if counting.certain is Urgency.EMERGENCY else found


def _asking(program: Program, asked: Collection[str]) -> Program:
    """Return a program that asks some questions of everybody."""
    questions = tuple(
        replace(question, ask_when=Always()) if question.id in asked else question
        for question in program.protocol.questions
    )
    return build_program(replace(program.protocol, questions=questions), program.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class _OldSheet:
    """A sheet of this or an older version."""

    questions: Mapping[str, Question]
    """The present and the past ones."""
    answers: Mapping[str, Value]
    """The valid answers to them."""
    checked: frozenset[str]
    """The names of doubts of present and past questions."""
    find_problems: Callable[[], tuple[Problem, ...]]
    """Explains every problem, which can take long: an emergency does not wait for it."""


def _read(program: Program, recorded: Recorded, sheet: Sheet) -> _OldSheet:
    gone = (entry for id_, entry in recorded.entries.items() if id_ not in program.questions)
    past = {entry.question: _past(entry) for entry in gone}
    own = {k: v for k, v in sheet.values.items() if k in program.questions or k == REF}
    same = validate(program, Sheet(values=own, text=sheet.text, location=sheet.location))
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

    return _OldSheet(
        questions={**past, **program.questions},
        answers={**same.answers, **{key: v for key, v in valid.items() if key in past}},
        checked=checked.yes if isinstance(checked, Ticks) else frozenset(),
        find_problems=find_problems,
    )


def _contradictions(
    program: Program, table: tuple[Migration, ...], old: _OldSheet, sheet: Sheet
) -> Iterator[Problem]:
    """Yield a problem for each answer that says less than an older one in the same sheet."""
    for id_, before in contradicted(program, table, old.answers):
        message = f"'{before}', of an older version, says more than '{id_}' in the same sheet"
        location = sheet.location(before)
        yield Problem(code="A121", message=message, location=location, hint=_ONE_OF_TWO)


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


def _meanings(old: _OldSheet, sheet: Sheet) -> Mapping[str, Meaning]:
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
